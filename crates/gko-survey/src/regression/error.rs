//! What a regression refuses, where it stands, and the way out.
//!
//! # Rule
//! A model that has no answer (aliased columns, separation, an iteration that
//! does not settle) is refused by name; half an answer is never returned.

/// Everything that a regression refuses; codes `GKO-S100` to `GKO-S119`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A term names a variable that was not passed.
    #[error("{code}: term {term} names variable {variable}, expected one of: {known}; pass the variable or leave the term out", code = self.code())]
    UnknownVariable {
        /// Label of the term.
        term: String,
        /// The variable it names.
        variable: String,
        /// The variables there are.
        known: String,
    },
    /// A factor code beyond the list of levels.
    #[error("{code}: row {row} of factor {variable} has code {value}, but there are {levels} levels, counted from 0; correct the codes, or pass u32::MAX for missing", code = self.code())]
    UnknownLevel {
        /// Name of the factor.
        variable: String,
        /// Row in the caller's order.
        row: usize,
        /// The code as it stands.
        value: u32,
        /// How many levels there are.
        levels: usize,
    },
    /// A factor that cannot be contrasted.
    #[error("{code}: factor {variable} has {levels} levels and reference {reference}, expected at least 2 levels and a reference among them; drop the factor, or correct its levels", code = self.code())]
    Levels {
        /// Name of the factor.
        variable: String,
        /// How many levels it has.
        levels: usize,
        /// Position of its reference.
        reference: usize,
    },
    /// A missing or infinite value in a row that the model uses.
    #[error("{code}: row {row} has no finite value of {column}, but it is in the model's rows; exclude rows with missing values from the domain", code = self.code())]
    Missing {
        /// Row in the caller's order.
        row: usize,
        /// Column of the model matrix, the response, the offset or a variable.
        column: String,
    },
    /// A response outside the range of its family.
    #[error("{code}: row {row} has response {value}, expected {expected} for family {family}; recode the response, or choose another family", code = self.code())]
    ResponseRange {
        /// Row in the caller's order.
        row: usize,
        /// The response as it stands.
        value: f64,
        /// Name of the family.
        family: &'static str,
        /// What the family takes.
        expected: &'static str,
    },
    /// A link that does not go with the family.
    #[error("{code}: link {link} does not go with family {family}, expected one of: {valid}", code = self.code())]
    Link {
        /// Name of the family.
        family: &'static str,
        /// Name of the link.
        link: &'static str,
        /// The links that go with it.
        valid: String,
    },
    /// Columns of the model matrix that the earlier ones determine.
    #[error("{code}: the columns {} are determined by earlier ones in the rows used, so their coefficients do not exist; leave their terms out, or drop levels without rows", columns.join(", "), code = self.code())]
    Aliased {
        /// Names of the columns.
        columns: Vec<String>,
    },
    /// Fitted means that run to the edge of their range.
    #[error("{code}: after {iterations} iterations fitted values run to the edge of their range while the coefficients of {} grow without end (separation); merge categories that have no or only events, or leave the term out", terms.join(", "), code = self.code())]
    Separation {
        /// Labels of the terms whose coefficients grow.
        terms: Vec<String>,
        /// Iterations until it was noticed.
        iterations: u32,
    },
    /// An iteration that did not settle.
    #[error("{code}: the {what} did not settle in {iterations} iterations (last change {change:e}); rescale the variables, simplify the model, or allow more iterations", code = self.code())]
    NotConverged {
        /// What was iterated.
        what: &'static str,
        /// Iterations that were made.
        iterations: u32,
        /// Size of the last step.
        change: f64,
    },
    /// Fewer rows than coefficients.
    #[error("{code}: {rows} rows with positive weight are too few for {columns} coefficients; simplify the model, or widen the domain", code = self.code())]
    TooFewRows {
        /// Rows with positive weight.
        rows: usize,
        /// Coefficients of the model.
        columns: usize,
    },
    /// A category of an ordered response without rows, or too few of them.
    #[error("{code}: the ordered response has {levels} levels, of which {} no row with positive weight; expected at least 3 levels, each with rows; merge levels", if empty.is_empty() { "none has".to_owned() } else { format!("{} have", empty.join(", ")) }, code = self.code())]
    OrderedLevels {
        /// How many levels there are.
        levels: usize,
        /// Levels without rows.
        empty: Vec<String>,
    },
    /// A test or margin of something that the model does not hold.
    #[error("{code}: the model has no {what} {name}, expected one of: {known}", code = self.code())]
    NotInModel {
        /// What was sought: a term, a variable, a factor.
        what: &'static str,
        /// Its name.
        name: String,
        /// What there is.
        known: String,
    },
    /// A covariance that cannot be inverted.
    #[error("{code}: the covariance of {} is singular, so they cannot be tested together: {df} degrees of freedom for {} coefficients; test fewer at a time", columns.join(", "), columns.len(), code = self.code())]
    SingularCovariance {
        /// The coefficients under test.
        columns: Vec<String>,
        /// Degrees of freedom of the design that are left.
        df: f64,
    },
    /// Two log-linear models that do not stand one inside the other.
    #[error("{code}: neither of the models {first} and {second} contains the other; compare nested models of one table", code = self.code())]
    NotNested {
        /// Terms of the first.
        first: String,
        /// Terms of the second.
        second: String,
    },
}

impl ModelError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownVariable { .. } => "GKO-S100",
            Self::UnknownLevel { .. } => "GKO-S101",
            Self::Levels { .. } => "GKO-S102",
            Self::Missing { .. } => "GKO-S103",
            Self::ResponseRange { .. } => "GKO-S104",
            Self::Link { .. } => "GKO-S105",
            Self::Aliased { .. } => "GKO-S106",
            Self::Separation { .. } => "GKO-S107",
            Self::NotConverged { .. } => "GKO-S108",
            Self::TooFewRows { .. } => "GKO-S109",
            Self::OrderedLevels { .. } => "GKO-S110",
            Self::NotInModel { .. } => "GKO-S111",
            Self::SingularCovariance { .. } => "GKO-S112",
            Self::NotNested { .. } => "GKO-S113",
        }
    }
}
