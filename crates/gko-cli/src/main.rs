//! The `gko` command.
fn main() {}
