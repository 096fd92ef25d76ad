//! Columns that are made from others.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::estimate::request::Scalar;

/// A new column: missing where a value that it is made from is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Derived {
    /// Its name.
    pub name: String,
    /// How it is made.
    pub from: Expression,
}

/// How a column is made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Expression {
    /// A factor of all combinations of columns that are in the data, levels
    /// joined with a point: R's `interaction`.
    Cross(Vec<String>),
    /// 1 where the column has one of the values, else 0.
    IsIn(String, Vec<Scalar>),
    /// 1 where the number is above a limit, else 0.
    Above(String, f64),
    /// The first column minus the second.
    Difference(String, String),
    /// The first column divided by the second.
    Quotient(String, String),
    /// The product of columns.
    Product(Vec<String>),
    /// The natural logarithm.
    Log(String),
    /// A power.
    Power(String, f64),
    /// The number times a constant.
    Scaled(String, f64),
    /// The column divided by its sum over the rows of each group, times a
    /// constant: weights that give every country the same total.
    ShareOf {
        /// The column.
        column: String,
        /// The groups.
        within: Vec<String>,
        /// The sum that every group gets.
        total: f64,
    },
}
