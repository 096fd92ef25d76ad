//! Typed columns bound to a codebook, readers and row accounting.
