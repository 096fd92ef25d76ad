//! Synthetic microdata with known truth.
