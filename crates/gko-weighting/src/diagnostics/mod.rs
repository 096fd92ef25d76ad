//! What weighting did to a sample.
