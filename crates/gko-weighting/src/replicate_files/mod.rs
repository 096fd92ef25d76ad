//! Replicate weights in the columns and names that agencies use.
