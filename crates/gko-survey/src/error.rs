//! What can go wrong, where it stands, and the way out.
//!
//! Every variant has a stable code (`GKO-S…`), typed fields and a message that
//! says what was expected, what was found and what to do. Rows are counted from
//! zero in the order in which the caller handed them over.

use std::fmt;

use crate::hypothesis::HypothesisError;

/// A stratum of one sample, by the codes that the caller gave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StratumId {
    /// Code of the sample (one study, wave and country).
    pub sample: u32,
    /// Code of the stratum inside the sample.
    pub stratum: u32,
}

impl fmt::Display for StratumId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sample {} stratum {}", self.sample, self.stratum)
    }
}

/// Everything that this crate refuses.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// What designs of unequal probabilities refuse.
    #[error(transparent)]
    Pps(#[from] crate::pps::PpsError),
    /// What an estimator of its own refuses.
    #[error(transparent)]
    Estimator(#[from] crate::estimators::EstimatorError),
    /// Two columns of one table have different lengths.
    #[error("{code}: column {column} has {got} rows, expected {expected}; pass columns of one table", code = self.code())]
    LengthDiffers {
        /// The column that does not fit.
        column: String,
        /// Rows of the table.
        expected: usize,
        /// Rows of this column.
        got: usize,
    },
    /// A design without rows.
    #[error("{code}: the design has no rows; check the filter that stands before it", code = self.code())]
    NoRows,
    /// More rows than one table may have.
    #[error("{code}: {rows} rows are more than one table may have ({limit}); accumulate parts and merge their totals", code = self.code())]
    TooManyRows {
        /// Rows that were passed.
        rows: usize,
        /// Rows that are allowed.
        limit: u32,
    },
    /// A weight that is negative, infinite or not a number.
    #[error("{code}: row {row} has weight {weight}, expected a finite number of at least 0; {advice}", code = self.code(), advice = weight_advice(*weight))]
    InvalidWeight {
        /// Row in the caller's order.
        row: usize,
        /// The weight as it stands.
        weight: f64,
    },
    /// No row of a sample has a positive weight.
    #[error("{code}: every weight of sample {sample} is 0; weight the sample or leave it out", code = self.code())]
    NoWeight {
        /// Code of the sample.
        sample: u32,
    },
    /// The squares of a sample's weights have no finite sum.
    #[error("{code}: the squared weights of sample {sample} have no finite sum; rescale the weights", code = self.code())]
    WeightsTooLarge {
        /// Code of the sample.
        sample: u32,
    },
    /// A PSU code that was declared unique stands in two strata.
    #[error("{code}: PSU {psu} of sample {sample} stands in strata {first} and {second}; declare the labels nested in the stratum, or correct them", code = self.code())]
    PsuInTwoStrata {
        /// Code of the sample.
        sample: u32,
        /// Code of the PSU.
        psu: u32,
        /// The first stratum with it.
        first: u32,
        /// The second stratum with it.
        second: u32,
    },
    /// A breakdown names a variable that does not exist.
    #[error("{code}: breakdown {breakdown} names variable {variable}, but there are {variables} variables, counted from 0", code = self.code())]
    UnknownVariable {
        /// Position of the breakdown.
        breakdown: usize,
        /// The variable it names.
        variable: usize,
        /// How many variables there are.
        variables: usize,
    },
    /// A breakdown names a variable twice.
    #[error("{code}: breakdown {breakdown} names variable {variable} twice; name it once", code = self.code())]
    RepeatedVariable {
        /// Position of the breakdown.
        breakdown: usize,
        /// The variable it repeats.
        variable: usize,
    },
    /// The crossing of all variables, or the list of domains, is too long.
    #[error("{code}: {got} {what} are more than {limit}; cross fewer variables, or ask in several calls", code = self.code())]
    TooManyDomains {
        /// What there is too much of.
        what: &'static str,
        /// How many there would be.
        got: usize,
        /// How many may be.
        limit: usize,
    },
    /// No item to total.
    #[error("{code}: nothing to estimate was passed; pass at least one item, column or probability", code = self.code())]
    NoItems,
    /// A value that is in the base and is not a finite number.
    #[error("{code}: item {item} has a value that is not finite in row {row}; take the row out of the item's base", code = self.code())]
    NotFinite {
        /// Position of the item.
        item: usize,
        /// Row in the caller's order.
        row: usize,
    },
    /// The values of an item lie so far apart that their squares overflow.
    #[error("{code}: the values of item {item} in sample {sample} lie too far apart for their squares; rescale the item", code = self.code())]
    ValuesTooFarApart {
        /// Position of the item.
        item: usize,
        /// Code of the sample.
        sample: u32,
    },
    /// Two tables of totals that do not belong together.
    #[error("{code}: the two tables of totals differ in their {what}; merge only what was accumulated alike", code = self.code())]
    ShapeDiffers {
        /// In what they differ.
        what: &'static str,
    },
    /// Strata with one PSU, and no rule for them.
    #[error("{code}: {count} strata have a single PSU ({list}), so their variance cannot be estimated; merge them with a neighbour in the design, or choose remove, certainty, adjust or average (in a weighting plan: design.single_psu = \"adjust\")", code = self.code(), count = strata.len(), list = first_of(strata))]
    SinglePsuStrata {
        /// All such strata, in order.
        strata: Vec<StratumId>,
    },
    /// A confidence level outside (0, 1).
    #[error("{code}: the confidence level is {level}, expected a number between 0 and 1 such as 0.95", code = self.code())]
    InvalidLevel {
        /// The level as it stands.
        level: f64,
    },
    /// A name that no setting has.
    #[error("{code}: {got:?} is no {setting}, expected one of: {valid}", code = self.code())]
    UnknownName {
        /// The setting that was to be read.
        setting: &'static str,
        /// The name that was found.
        got: String,
        /// The names that exist.
        valid: &'static str,
    },
    /// A probability of selection outside (0, 1].
    #[error("{code}: row {row} has probability {probability}, expected a number above 0 and at most 1; pass probabilities, or weights as weights", code = self.code())]
    InvalidProbability {
        /// Row in the caller's order.
        row: usize,
        /// The probability as it stands.
        probability: f64,
    },
    /// A sampling fraction outside (0, 1].
    #[error("{code}: row {row} has sampling fraction {fraction} at stage {stage}, expected a number above 0 and at most 1; pass counts as counts", code = self.code())]
    InvalidFraction {
        /// Stage, counted from 1.
        stage: usize,
        /// Row in the caller's order.
        row: usize,
        /// The fraction as it stands.
        fraction: f64,
    },
    /// A stratum with two populations.
    #[error("{code}: rows {row} and {other} lie in one stratum of stage {stage} and differ in its population; state one population a stratum", code = self.code())]
    PopulationVaries {
        /// Stage, counted from 1.
        stage: usize,
        /// Row in the caller's order.
        row: usize,
        /// A row that differs.
        other: usize,
    },
    /// A population that is smaller than the sample from it.
    #[error("{code}: the stratum of row {row} at stage {stage}{of} has a population of {population}, but {sampled} units were sampled from it; correct the population, or leave it out to treat the stage as drawn with replacement", code = self.code(), of = of_stratum(stratum.as_ref()))]
    PopulationTooSmall {
        /// Stage, counted from 1.
        stage: usize,
        /// The stratum, at the first stage.
        stratum: Option<StratumId>,
        /// A row of it, in the caller's order.
        row: usize,
        /// The population as stated.
        population: f64,
        /// Units sampled.
        sampled: u64,
    },
    /// A stratum that was named and does not exist.
    #[error("{code}: {stratum} does not exist; name strata by the codes of the data", code = self.code())]
    UnknownStratum {
        /// The stratum that was named.
        stratum: StratumId,
    },
    /// Totals of PSUs do not carry the variance of later stages.
    #[error("{code}: the design has {stages} stages without replacement, and PSU totals carry one; estimate with Survey, or state the first stage alone", code = self.code())]
    LaterStages {
        /// Stages of the design.
        stages: usize,
    },
    /// A stratum that has one unit, or is reduced to one by the domain.
    #[error("{code}: at stage {stage} a stratum has a single unit in the design or domain, so its variance cannot be estimated; choose remove, certainty, adjust or average", code = self.code())]
    SingleUnit {
        /// Stage, counted from 1.
        stage: usize,
    },
    /// No stratum from which an average could be taken.
    #[error("{code}: all {strata} strata at stage {stage} have a single unit, so there is no average for them; choose adjust, or collapse strata", code = self.code())]
    NoStratumToAverage {
        /// Stage, counted from 1.
        stage: usize,
        /// Strata with a unit in the domain.
        strata: u32,
    },
    /// A domain without a row of positive weight.
    #[error("{code}: no row of positive weight is in the domain; widen the domain, or leave it out", code = self.code())]
    EmptyDomain,
    /// A ratio whose denominator is zero.
    #[error("{code}: the denominator of {term} is 0; restrict the domain to rows where it is not", code = self.code())]
    ZeroDenominator {
        /// The ratio.
        term: String,
    },
    /// A code beyond the levels of a variable.
    #[error("{code}: column {column} has code {got} in row {row}, expected less than {levels}; take rows without a category out of the domain", code = self.code(), got = code)]
    UnknownCode {
        /// The column.
        column: String,
        /// Row in the caller's order.
        row: usize,
        /// The code as it stands.
        code: u32,
        /// Levels of the variable.
        levels: u32,
    },
    /// Calibrated weights for a sample whose variance is made of replicates.
    #[error("{code}: the survey has replicate weights; calibrate each replicate with Replicates::recalibrated", code = self.code())]
    ReplicatesNotCalibrated,
    /// A figure for replicates alone, in a sample with a design.
    #[error("{code}: this figure has no influence scores; estimate it with replicate weights, or implement Statistic::scores", code = self.code())]
    NoScores,
    /// A figure whose value or variance is no finite number.
    #[error("{code}: the value or variance of {term} is no finite number: the data or weights are too large for their squares; rescale them", code = self.code())]
    TooLarge {
        /// The figure.
        term: String,
    },
    /// A figure that has scores only, in a sample with replicates.
    #[error("{code}: this figure has no replicates; use a design with Taylor linearisation", code = self.code())]
    ScoresWithReplicates,
    /// No replicate in which the figure exists.
    #[error("{code}: the figure exists in none of the {replicates} replicates, so it has no variance; widen the domain", code = self.code())]
    NoReplicate {
        /// Number of replicates.
        replicates: usize,
    },
    /// What a regression refuses.
    #[error(transparent)]
    Model(#[from] crate::regression::ModelError),
    /// A parameter or argument of a distribution that is none.
    #[error("{code}: {what} is {got}, expected {expected}; correct it, or leave the case out", code = self.code())]
    InvalidParameter {
        /// The parameter or argument.
        what: &'static str,
        /// What it is.
        got: f64,
        /// What it may be.
        expected: &'static str,
    },
    /// The integral of a weighted sum of chi-squared variables did not settle.
    #[error("{code}: the integral at {x} (largest weight 1) had not settled after {steps} halvings of its step; use the saddlepoint", code = self.code())]
    IntegralUnsettled {
        /// The argument, over the largest weight.
        x: f64,
        /// Halvings of the step.
        steps: u32,
    },
    /// Replicate weights that cannot be.
    #[error(transparent)]
    Replicates(#[from] crate::replicates::ReplicateError),
    /// A target that is no count or total.
    #[error("{code}: the target of {margin} is {target}, expected {expected}; correct it", code = self.code())]
    InvalidTarget {
        /// The category or auxiliary.
        margin: String,
        /// The target as it stands.
        target: f64,
        /// What a target may be.
        expected: &'static str,
    },
    /// A row in a category that has no target.
    #[error("{code}: row {row} has category {category} of {margin}, but there are {categories} targets, counted from 0; give it a target or recode the row", code = self.code())]
    CodeWithoutTarget {
        /// The margin.
        margin: String,
        /// Row in the caller's order.
        row: usize,
        /// The category it is in.
        category: u32,
        /// How many targets there are.
        categories: usize,
    },
    /// A target for a category without respondents.
    #[error("{code}: category {category} of {margin} has target {target} and no row with a positive weight; join it with another category, in rows and targets", code = self.code())]
    EmptyCell {
        /// The margin.
        margin: String,
        /// The category.
        category: usize,
        /// Its target.
        target: f64,
    },
    /// Respondents in a category whose target is 0.
    #[error("{code}: category {category} of {margin} has target 0 and rows with weight {weight} in all; correct the target, or leave the rows out", code = self.code())]
    TargetOfZero {
        /// The margin.
        margin: String,
        /// The category.
        category: usize,
        /// The weight of its rows.
        weight: f64,
    },
    /// Margins that count different populations.
    #[error("{code}: the targets of {first} add up to {first_total}, those of {second} to {second_total}; scale one to the other, or correct it", code = self.code())]
    MarginsDisagree {
        /// The first margin.
        first: String,
        /// The sum of its targets.
        first_total: f64,
        /// A margin with another sum.
        second: String,
        /// Its sum.
        second_total: f64,
    },
    /// Targets that the weights did not come to.
    #[error("{code}: after {iterations} iterations {margin} is off its target by {gap:e} of it, expected {tolerance:e} at most (gaps before and after each: {gaps}); {advice}", code = self.code(), gaps = last_of(trace), advice = gap_advice(margin, trace))]
    NotCalibrated {
        /// The worst category or auxiliary.
        margin: String,
        /// Its relative gap.
        gap: f64,
        /// The gap that would do.
        tolerance: f64,
        /// Iterations that were made.
        iterations: usize,
        /// The largest gap before the first iteration and after each.
        trace: Vec<f64>,
    },
    /// An auxiliary that others determine.
    #[error("{code}: auxiliary {auxiliary} of {auxiliaries}, counted from 0, is a linear combination of those before it; leave it out", code = self.code())]
    DependentAuxiliary {
        /// Position of the auxiliary.
        auxiliary: usize,
        /// How many there are.
        auxiliaries: usize,
    },
    /// A target that no factors within the bounds reach.
    #[error("{code}: the target of auxiliary {auxiliary} is {target}, but its total can only be from {lowest} to {highest}; widen the bounds, or correct the target", code = self.code())]
    TargetOutOfReach {
        /// Position of the auxiliary.
        auxiliary: usize,
        /// Its target.
        target: f64,
        /// The smallest total within the bounds.
        lowest: f64,
        /// The largest one.
        highest: f64,
    },
    /// Weights too small to be told from 0.
    #[error("{code}: {units} of {of} weights (or clusters' factors) would have to be so small that they cannot be told from 0; the targets lie far outside of what the sample holds: correct them, or set bounds", code = self.code())]
    WeightsVanish {
        /// Rows, or clusters, whose weight vanishes.
        units: usize,
        /// Rows, or clusters, in all.
        of: usize,
    },
    /// A covariance of targets that cannot be.
    #[error("{code}: the covariance of the targets has {rows} rows and {columns} columns, expected {expected}; take it from the survey that estimated the targets, or use the squares of their standard errors on the diagonal", code = self.code())]
    InvalidTargetCovariance {
        /// What there should be.
        expected: &'static str,
        /// Its rows.
        rows: usize,
        /// Its columns.
        columns: usize,
    },
    /// Raked margins with a covariance.
    #[error("{code}: raking takes its margins as known; use calibrate with the raking distance on the categories of all margins (but one of each after the first), and state the covariance of those targets", code = self.code())]
    MarginsEstimated,
    /// One covariance for the targets of groups that were calibrated apart.
    #[error("{code}: groups were calibrated apart, each to targets of its own; state the covariance of each group's targets in its own calibration", code = self.code())]
    GroupsEstimated,
    /// A cost of a target that cannot be.
    #[error("{code}: the cost of missing the target of auxiliary {auxiliary} is {cost}, expected a number of at least 1e-6, infinite for a target that must hold", code = self.code())]
    InvalidCost {
        /// Position of the auxiliary.
        auxiliary: usize,
        /// The cost as it stands.
        cost: f64,
    },
    /// Bounds of the factors that cannot be.
    #[error("{code}: the factors' bounds are {lower} and {upper}, expected {expected}", code = self.code())]
    InvalidBounds {
        /// The lower bound.
        lower: f64,
        /// The upper bound.
        upper: f64,
        /// What bounds there may be.
        expected: &'static str,
    },
    /// An auxiliary that is not a finite number in a used row.
    #[error("{code}: auxiliary {auxiliary} is {value} in row {row}, expected a finite number; impute it, or leave the row out", code = self.code())]
    InvalidAuxiliary {
        /// Row in the caller's order.
        row: usize,
        /// Position of the auxiliary.
        auxiliary: usize,
        /// The value as it stands.
        value: f64,
    },
    /// A residual variance that is not positive in a used row.
    #[error("{code}: the heteroscedasticity of row {row} is {value}, expected a finite number above 0", code = self.code())]
    InvalidHeteroscedasticity {
        /// Row in the caller's order.
        row: usize,
        /// The value as it stands.
        value: f64,
    },
    /// A setting of a calibration or of trimming that cannot be.
    #[error("{code}: {setting} is {got}, expected {expected}", code = self.code())]
    InvalidCalibrationSetting {
        /// The setting.
        setting: &'static str,
        /// What it may be.
        expected: &'static str,
        /// What it is.
        got: f64,
    },
    /// No margin and no auxiliary.
    #[error("{code}: there is nothing to calibrate to; pass at least one margin or auxiliary", code = self.code())]
    NothingToCalibrate,
    /// Limits that leave no weight to take what was cut.
    #[error("{code}: between {lower} and {upper} no weight is left to take the {excess} that was cut; widen the limits", code = self.code())]
    ExcessUnspread {
        /// The lower limit.
        lower: f64,
        /// The upper limit.
        upper: f64,
        /// What was cut less what was filled up.
        excess: f64,
    },
    /// Weights that are outside of the limits after the last round.
    #[error("{code}: after {rounds} rounds of trimming weights are still outside of the limits; widen the limits or allow more rounds", code = self.code())]
    TrimmingUnfinished {
        /// Rounds that were made.
        rounds: usize,
    },
    /// What a quantile or an interval of a share refuses.
    #[error(transparent)]
    Interval(crate::interval::IntervalError),
    /// What a hypothesis test refuses.
    #[error(transparent)]
    Hypothesis(#[from] HypothesisError),
}

impl Error {
    /// The stable code, for example `GKO-S004`.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Pps(error) => error.code(),
            Self::Estimator(error) => error.code(),
            Self::LengthDiffers { .. } => "GKO-S001",
            Self::NoRows => "GKO-S002",
            Self::TooManyRows { .. } => "GKO-S003",
            Self::InvalidWeight { .. } => "GKO-S004",
            Self::NoWeight { .. } => "GKO-S005",
            Self::WeightsTooLarge { .. } => "GKO-S006",
            Self::PsuInTwoStrata { .. } => "GKO-S007",
            Self::UnknownVariable { .. } => "GKO-S010",
            Self::RepeatedVariable { .. } => "GKO-S011",
            Self::TooManyDomains { .. } => "GKO-S012",
            Self::NoItems => "GKO-S020",
            Self::NotFinite { .. } => "GKO-S021",
            Self::ValuesTooFarApart { .. } => "GKO-S022",
            Self::ShapeDiffers { .. } => "GKO-S030",
            Self::SinglePsuStrata { .. } => "GKO-S040",
            Self::InvalidLevel { .. } => "GKO-S041",
            Self::UnknownName { .. } => "GKO-S042",
            Self::SingleUnit { .. } => "GKO-S043",
            Self::NoStratumToAverage { .. } => "GKO-S044",
            Self::InvalidProbability { .. } => "GKO-S050",
            Self::InvalidFraction { .. } => "GKO-S051",
            Self::PopulationVaries { .. } => "GKO-S052",
            Self::PopulationTooSmall { .. } => "GKO-S053",
            Self::UnknownStratum { .. } => "GKO-S054",
            Self::LaterStages { .. } => "GKO-S055",
            Self::ReplicatesNotCalibrated => "GKO-S060",
            Self::ScoresWithReplicates => "GKO-S061",
            Self::NoScores => "GKO-S210",
            Self::TooLarge { .. } => "GKO-S211",
            Self::NoReplicate { .. } => "GKO-S062",
            Self::Replicates(error) => error.code(),
            Self::EmptyDomain => "GKO-S080",
            Self::ZeroDenominator { .. } => "GKO-S081",
            Self::UnknownCode { .. } => "GKO-S082",
            Self::Model(refused) => refused.code(),
            Self::InvalidParameter { .. } => "GKO-S130",
            Self::IntegralUnsettled { .. } => "GKO-S131",
            Self::InvalidTarget { .. } => "GKO-S070",
            Self::CodeWithoutTarget { .. } => "GKO-S071",
            Self::EmptyCell { .. } => "GKO-S072",
            Self::TargetOfZero { .. } => "GKO-S073",
            Self::MarginsDisagree { .. } => "GKO-S074",
            Self::NotCalibrated { .. } => "GKO-S075",
            Self::DependentAuxiliary { .. } => "GKO-S076",
            Self::TargetOutOfReach { .. } => "GKO-S077",
            Self::InvalidBounds { .. } => "GKO-S078",
            Self::InvalidAuxiliary { .. } => "GKO-S079",
            Self::InvalidHeteroscedasticity { .. } => "GKO-S140",
            Self::InvalidCalibrationSetting { .. } => "GKO-S141",
            Self::NothingToCalibrate => "GKO-S142",
            Self::ExcessUnspread { .. } => "GKO-S143",
            Self::TrimmingUnfinished { .. } => "GKO-S144",
            Self::WeightsVanish { .. } => "GKO-S145",
            Self::InvalidCost { .. } => "GKO-S146",
            Self::InvalidTargetCovariance { .. } => "GKO-S147",
            Self::MarginsEstimated => "GKO-S148",
            Self::GroupsEstimated => "GKO-S149",
            Self::Interval(error) => error.code(),
            Self::Hypothesis(inner) => inner.code(),
        }
    }
}

fn of_stratum(stratum: Option<&StratumId>) -> String {
    stratum.map_or_else(String::new, |stratum| format!(" ({stratum})"))
}

/// A negative weight comes from a calibration, others from the data.
fn weight_advice(weight: f64) -> &'static str {
    match weight < 0.0 {
        true => {
            "a linear calibration may have made it negative: calibrate with bounds (distance truncated or logit), or with the raking distance, which keeps weights positive; else correct it"
        }
        false => "correct it, or leave the row out and count it",
    }
}

/// Categories are raked without bounds; where their gap stays, no table meets the margins.
fn gap_advice(margin: &str, trace: &[f64]) -> &'static str {
    const STAYS: f64 = 0.99;
    let stays = matches!(trace, [.., before, after] if *after > STAYS * before);
    match (margin.starts_with("category "), stays) {
        (true, true) => {
            "the gap no longer shrinks, so crossings without respondents leave no weights that meet all margins: join categories of this margin, or leave out a margin"
        }
        (true, false) => "allow more iterations, or join small categories",
        (false, _) => "widen bounds, join small categories, or allow more iterations",
    }
}

/// The first few strata in words: a message with ten thousand helps nobody.
fn first_of(strata: &[StratumId]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = strata.iter().take(SHOWN).map(ToString::to_string).collect();
    match strata.len().saturating_sub(SHOWN) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The first gap and the last few.
fn last_of(trace: &[f64]) -> String {
    const SHOWN: usize = 4;
    let late = trace.len().saturating_sub(SHOWN).max(1);
    let shown = |gaps: &[f64]| gaps.iter().map(|gap| format!("{gap:.1e}")).collect::<Vec<_>>();
    let first = shown(trace.get(..1).unwrap_or_default());
    let last = shown(trace.get(late..).unwrap_or_default());
    let dots = (late > 1).then(|| "...".to_owned());
    [first, dots.into_iter().collect(), last].concat().join(", ")
}

/// `Ok` when a column is as long as its table.
pub(crate) fn same_length(column: &str, expected: usize, got: usize) -> Result<(), Error> {
    if got == expected {
        return Ok(());
    }
    let column = column.to_owned();
    Err(Error::LengthDiffers { column, expected, got })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_fits_what_went_wrong() {
        let weight = |weight| Error::InvalidWeight { row: 3, weight }.to_string();
        assert!(weight(-0.5).contains("linear calibration may have made it negative"));
        assert!(!weight(f64::NAN).contains("calibration"));
        let gap = |margin: &str, trace: &[f64]| {
            let (margin, trace) = (margin.to_owned(), trace.to_vec());
            Error::NotCalibrated { margin, gap: 0.1, tolerance: 1e-10, iterations: 2, trace }
                .to_string()
        };
        let stuck = gap("category 1 of sex", &[0.5, 0.1, 0.1]);
        assert!(stuck.contains("crossings without respondents") && !stuck.contains("bounds"));
        assert!(gap("category 1 of sex", &[0.5, 0.3, 0.1]).contains("allow more iterations"));
        assert!(gap("auxiliary 0", &[0.5, 0.1, 0.1]).contains("widen bounds"));
    }
}
