//! Estimators: each says its value and its influence scores, and no more.

mod linear;

pub use linear::{Mean, Ratio, Total};
