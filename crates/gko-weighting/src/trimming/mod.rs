//! Weights that are too large, cut by a stated rule.
