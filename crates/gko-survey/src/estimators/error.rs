//! What the estimators refuse, beside what every estimator does.

/// Everything that estimators of their own refuse.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EstimatorError {
    /// A design effect without replacement where the weights are no population.
    #[error("{code}: domain {domain} has weights that sum to {sum_weights} with {n} rows, expected more than the rows; scale the weights to the population or compare with replacement", code = self.code())]
    NoPopulation {
        /// Position of the domain.
        domain: usize,
        /// Sum of the weights.
        sum_weights: f64,
        /// Rows of positive weight.
        n: u64,
    },
    /// A contrast, gradient or function of another number of values.
    #[error("{code}: {what} has {got} numbers, expected {expected}; give one for each value, in their order", code = self.code())]
    WrongCount {
        /// What does not fit.
        what: String,
        /// Numbers that are needed.
        expected: usize,
        /// Numbers that were given.
        got: usize,
    },
    /// A function of estimates that has no finite slope where they are.
    #[error("{code}: the function for {term} has no finite slope in value {value}; give the gradient, or a function that is smooth there", code = self.code())]
    NotSmooth {
        /// Name of the function's value.
        term: String,
        /// Position of the value that was moved.
        value: usize,
    },
    /// Replicates that an estimation does not have.
    #[error("{code}: the estimation has {got} replicates, expected {expected}; take the replicates of the survey that it was made from", code = self.code())]
    OtherReplicates {
        /// Replicates that were given.
        expected: usize,
        /// Replicates of the estimation.
        got: usize,
    },
    /// A table without a classification, or with one that it has not.
    #[error("{code}: a table of {ways} ways has no way {way}; count ways from 0", code = self.code())]
    NoWay {
        /// Ways of the table.
        ways: usize,
        /// The way that was asked for.
        way: usize,
    },
    /// Too many cells for one table.
    #[error("{code}: a table of {cells} cells is more than {limit}; take fewer ways or levels", code = self.code())]
    TooManyCells {
        /// Cells of the table.
        cells: u64,
        /// Cells that are allowed.
        limit: u64,
    },
    /// Ratings with fewer than two categories.
    #[error("{code}: ratings of {categories} categories have no kappa; give at least 2", code = self.code())]
    TooFewCategories {
        /// Categories of both ratings.
        categories: usize,
    },
    /// A scale of fewer than two items.
    #[error("{code}: a scale of {items} items has no alpha; give at least 2", code = self.code())]
    TooFewItems {
        /// Items of the scale.
        items: usize,
    },
    /// A share of the standard population that is none.
    #[error("{code}: category {category} of the standard population is {count}, expected a number of at least 0 and a positive sum", code = self.code())]
    InvalidStandard {
        /// Position of the category.
        category: usize,
        /// What was given.
        count: f64,
    },
    /// A group without rows of a category that the standard population has.
    #[error("{code}: group {group} has no row of category {category}, which the standard population has; join categories or leave the group out of the domain", code = self.code())]
    EmptyStandardCell {
        /// Code of the group.
        group: u32,
        /// Code of the category.
        category: u32,
    },
    /// Estimations that are not of the same figures.
    #[error("{code}: estimation {at} is of other figures than the first; combine the same statistic in the same domains", code = self.code())]
    OtherFigures {
        /// Position of the estimation.
        at: usize,
    },
    /// Too few imputations for a variance between them.
    #[error("{code}: {got} imputations were given, expected at least 2", code = self.code())]
    TooFewImputations {
        /// Estimations that were given.
        got: usize,
    },
}

impl EstimatorError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoPopulation { .. } => "GKO-S180",
            Self::WrongCount { .. } => "GKO-S181",
            Self::NotSmooth { .. } => "GKO-S182",
            Self::OtherReplicates { .. } => "GKO-S183",
            Self::NoWay { .. } => "GKO-S184",
            Self::TooManyCells { .. } => "GKO-S185",
            Self::TooFewCategories { .. } => "GKO-S186",
            Self::TooFewItems { .. } => "GKO-S187",
            Self::InvalidStandard { .. } => "GKO-S188",
            Self::EmptyStandardCell { .. } => "GKO-S189",
            Self::OtherFigures { .. } => "GKO-S190",
            Self::TooFewImputations { .. } => "GKO-S191",
        }
    }
}
