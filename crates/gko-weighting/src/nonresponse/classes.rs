//! Weighting classes: respondents of a class stand for all who are eligible in it.
//!
//! # Estimator
//! `w_i = d_i f_c` for the respondents of class c, 0 for all others, with
//! `f_c = (sum of d over respondents + sum of d over eligible nonrespondents +
//! e · sum of d over cases of unknown eligibility) / sum of d over respondents`.
//! So in each class the weights of the respondents add up to the weight that was
//! eligible. With `ratio = unweighted` cases are counted instead of their weights,
//! and sums are kept only where the weights of a class are equal.
//!
//! # Assumptions
//! Within a class, who responds does not depend on what is measured. Class
//! variables are known of every case of positive weight. For replicates the
//! classes stay those of the full sample, factors and e are worked out again: in
//! unweighted ratios a case counts as one where its replicate weight is positive.
//! A replicate in which a class has eligible weight and no respondent is refused.
//!
//! # References
//! Oh, Scheuren (1983) in *Incomplete Data in Sample Surveys* 2, 143-184; Valliant,
//! Dever, Kreuter (2018) *Practical Tools for Designing and Weighting Survey
//! Samples*, 2nd ed., ch. 13; Brick, Kalton (1996) *Statistical Methods in Medical
//! Research* 5, 215-238; R PracTools `NRadjClass(type = 4)` (its reciprocal).

use serde::Serialize;

use super::cells::Cells;
use super::collapse::{Class, Collapse, Merge};
use super::dispositions::Dispositions;
use super::error::{Lacking, NonresponseError};
use super::ratio::Outcome;
use super::rule::ClassOptions;
use super::sampled::{Category, Sampled, check_length, check_weights};
use super::status::Status;

/// Settled weighting classes.
///
/// The factor of a class is `(r + n + e u) / r`: the weights of its respondents,
/// of its eligible nonrespondents, and e times those of unknown eligibility, over
/// the weights of its respondents. All but respondents get weight 0. In replicates
/// the classes stay; a class with eligible weight and no respondent is refused.
///
/// # Example
/// Boys: 2 of 3 respond, girls: 1 of 2; a case of unknown eligibility is eligible
/// to one half.
/// ```
/// use gko_weighting::nonresponse::Status::{Complete, NonContact, Refusal, UnknownOther};
/// use gko_weighting::nonresponse::{Category, ClassOptions, Classes, EligibleShare, Sampled};
///
/// let statuses = [Complete, Complete, Refusal, Complete, NonContact, UnknownOther];
/// let levels = ["boy".to_owned(), "girl".to_owned()];
/// let sex = Category { name: "sex", codes: &[0, 0, 0, 1, 1, 1], levels: &levels };
/// let sample = Sampled { statuses: &statuses, weights: &[10.0; 6], group: None };
/// let eligible = EligibleShare::Stated(0.5);
/// let options = ClassOptions { eligible, minimum_respondents: 1, ..ClassOptions::default() };
/// let classes = Classes::settle(&sample, &[sex], &options)?;
/// assert_eq!(classes.classes()[1].factor, Some(2.5));
/// assert_eq!(classes.apply(&[10.0; 6])?, [15.0, 15.0, 0.0, 25.0, 0.0, 0.0]);
/// // A replicate without the first boy.
/// let replicate = classes.apply(&[0.0, 20.0, 10.0, 10.0, 10.0, 10.0])?;
/// assert_eq!(replicate, [0.0, 30.0, 0.0, 25.0, 0.0, 0.0]);
/// # Ok::<(), gko_weighting::nonresponse::NonresponseError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Classes {
    options: ClassOptions,
    classes: Vec<ClassReport>,
    merges: Vec<Merge>,
    class_of_row: Vec<Option<usize>>,
    statuses: Vec<Status>,
}

/// One class, at the weights of the full sample.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ClassReport {
    /// The class in words.
    pub name: String,
    /// Code of its group; 0 where there are no groups.
    pub group: u32,
    /// Its cases by status.
    pub dispositions: Dispositions,
    /// e of its cases of unknown eligibility, where it can be computed.
    pub eligible_share: Option<f64>,
    /// The factor of its respondents; none if nobody in it is eligible.
    pub factor: Option<f64>,
    /// How many combinations of levels it was made of.
    pub cells: usize,
}

impl Classes {
    /// Crosses variables into classes and merges those that may not stand, as the
    /// [`CollapseRule`](super::CollapseRule) says.
    ///
    /// # Errors
    /// Columns of different lengths, weights or settings that are none, a code that
    /// is no level in a row of positive weight, and a class that fails and cannot
    /// be merged.
    pub fn settle(
        sample: &Sampled<'_>,
        variables: &[Category<'_>],
        options: &ClassOptions,
    ) -> Result<Self, NonresponseError> {
        options.check()?;
        let cells = Cells::cross(sample, variables)?;
        let all = 0..cells.cells.len();
        let groups = if cells.fixed > 0 { cells.runs(all, 0) } else { vec![all] };
        let (mut classes, mut merges) = (Vec::new(), Vec::new());
        for group in groups.into_iter().filter(|group| !group.is_empty()) {
            let (settled, made) = Collapse::settle(&cells, group, options)?;
            classes.extend(reports(&cells, &settled, options).into_iter().zip(settled));
            merges.extend(made);
        }
        let class_of_row = class_of_row(&cells, classes.iter().map(|(_, class)| class));
        let classes = classes.into_iter().map(|(report, _)| report).collect();
        let statuses = sample.statuses.to_vec();
        Ok(Self { options: *options, classes, merges, class_of_row, statuses })
    }

    /// The classes, ordered by group and then by the levels of their first cell.
    #[must_use]
    pub fn classes(&self) -> &[ClassReport] {
        &self.classes
    }

    /// What was merged with what, in the order in which it was done.
    #[must_use]
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// The class of each row, as a position in [`Self::classes`]; none for rows of
    /// weight 0.
    #[must_use]
    pub fn class_of_row(&self) -> &[Option<usize>] {
        &self.class_of_row
    }

    /// Adjusted weights: of the full sample or of a replicate.
    ///
    /// # Errors
    /// Weights of another number of rows, negative or not finite; a row that had
    /// weight 0 when the classes were settled; a class with eligible weight and no
    /// respondent of positive weight.
    pub fn apply(&self, weights: &[f64]) -> Result<Vec<f64>, NonresponseError> {
        check_length("weights", self.statuses.len(), weights.len())?;
        check_weights(weights)?;
        let factors = self.factors(weights)?;
        let rows = self.class_of_row.iter().zip(&self.statuses).zip(weights);
        let one = |((class, status), weight): ((&Option<usize>, &Status), &f64)| {
            let responds = status.responds(self.options.partials_respond);
            let factor = class.filter(|_| responds).and_then(|class| factors.get(class));
            factor.map_or(0.0, |factor| weight * factor)
        };
        let adjusted: Vec<f64> = rows.map(one).collect();
        check_weights(&adjusted)?;
        Ok(adjusted)
    }

    /// The factor of each class at these weights, 0 where nobody is eligible.
    fn factors(&self, weights: &[f64]) -> Result<Vec<f64>, NonresponseError> {
        let cases = self.dispositions(weights)?;
        let mut groups: Vec<(u32, Dispositions)> = Vec::new();
        for (class, cases) in self.classes.iter().zip(&cases) {
            match groups.last_mut().filter(|(group, _)| *group == class.group) {
                Some((_, all)) => all.merge(cases),
                None => groups.push((class.group, *cases)),
            }
        }
        let one = |(class, cases): (&ClassReport, &Dispositions)| {
            let group = groups.iter().find(|(group, _)| *group == class.group);
            match self.options.outcome(cases, group.map_or(cases, |(_, all)| all)) {
                Outcome::Factor(factor) => Ok(factor),
                Outcome::Nobody => Ok(0.0),
                Outcome::NoRespondents(weight) => {
                    let place = format!("weighting class {}", class.name);
                    Err(NonresponseError::NoRespondents {
                        place,
                        weight,
                        lacking: Lacking::WeightingClass,
                    })
                }
            }
        };
        self.classes.iter().zip(&cases).map(one).collect()
    }

    /// The cases of each class at these weights.
    fn dispositions(&self, weights: &[f64]) -> Result<Vec<Dispositions>, NonresponseError> {
        let mut all = vec![Dispositions::default(); self.classes.len()];
        for (row, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            let class = self.class_of_row[row];
            let cases = class.and_then(|class| all.get_mut(class));
            let cases = cases.ok_or(NonresponseError::RowOutside { row, weight })?;
            cases.add(self.statuses[row], weight);
        }
        Ok(all)
    }
}

/// What is said of the classes of one group.
fn reports(cells: &Cells<'_>, classes: &[Class], options: &ClassOptions) -> Vec<ClassReport> {
    let mut group = Dispositions::default();
    classes.iter().for_each(|class| group.merge(&class.cases));
    let one = |class: &Class| ClassReport {
        name: cells.label(&class.cells),
        group: class.cells.first().map_or(0, |&cell| cells.group(cell)),
        dispositions: class.cases,
        eligible_share: options.share(&class.cases, &group),
        factor: match options.outcome(&class.cases, &group) {
            Outcome::Factor(factor) => Some(factor),
            Outcome::Nobody | Outcome::NoRespondents(_) => None,
        },
        cells: class.cells.len(),
    };
    classes.iter().map(one).collect()
}

fn class_of_row<'c>(
    cells: &Cells<'_>,
    classes: impl Iterator<Item = &'c Class>,
) -> Vec<Option<usize>> {
    let mut of_cell = vec![0; cells.cells.len()];
    for (at, class) in classes.enumerate() {
        class.cells.iter().for_each(|&cell| of_cell[cell] = at);
    }
    cells.of_row.iter().map(|cell| cell.map(|cell| of_cell[cell])).collect()
}
