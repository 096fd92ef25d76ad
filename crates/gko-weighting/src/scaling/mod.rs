//! What weights add up to.
