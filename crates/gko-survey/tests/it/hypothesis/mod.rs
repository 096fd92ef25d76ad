//! Hypothesis tests: R's numbers beyond the oracle's cases, identities, edges.

mod edges;
mod identities;
mod r_cases;
