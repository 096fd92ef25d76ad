//! Nonresponse: R's numbers, identities, edges.

mod data;
mod edges;
mod properties;
mod r_results;
mod replicates;
