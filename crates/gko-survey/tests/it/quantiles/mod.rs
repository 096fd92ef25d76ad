//! Quantiles, distribution functions and intervals of shares, beyond the oracle.

mod edges;
mod properties;
mod r_results;
