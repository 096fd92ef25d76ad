//! The indicator catalogue computed over bound columns in one pass.
