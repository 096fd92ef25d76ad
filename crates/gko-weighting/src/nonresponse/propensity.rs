//! Response propensities: respondents stand for cases that were as likely to answer.
//!
//! # Estimator
//! `w_i = d_i / p_i` for respondents (`inverse`), or `w_i = d_i f_c` with the factor
//! of the propensity class c of the case; 0 for all others. p is the propensity of
//! a logistic model for each group, e the eligible share of the cases of unknown
//! eligibility: such a case counts as e cases that did not respond.
//!
//! # Assumptions
//! Given what is in the model, who responds does not depend on what is measured.
//! Predictors are known of every case of positive weight that is or may be
//! eligible. The weight that was eligible is kept exactly by classes with the
//! weighted response rate, and about so otherwise.
//!
//! # References
//! Little (1986) *International Statistical Review* 54, 139-157; Valliant, Dever,
//! Kreuter (2018) *Practical Tools for Designing and Weighting Survey Samples*, 2nd
//! ed., ch. 13; R survey `svyglm`, PracTools `pclass` and `NRadjClass`.

use gko_survey::regression::Terms;

use super::dispositions::{Counting, Dispositions};
use super::error::{Lacking, NonresponseError};
use super::propensity_classes::{Cases, cut, rate};
use super::propensity_options::{
    PropensityClasses, PropensityOptions, PropensityUse, ReplicateModel,
};
use super::propensity_report::PropensityReport;
use super::response_model::{Predictor, Propensities, ResponseModel};
use super::sampled::{Sampled, check_length, check_weights};
use super::status::Status;

/// A settled adjustment by response propensities.
///
/// In each group a logistic model, weighted or not, gives every case that is or may
/// be eligible a propensity p. A respondent's factor is 1/p, or that of its class of
/// like propensities; all but respondents get weight 0. A case of unknown
/// eligibility counts as e cases that did not respond. Where all responded p is 1.
///
/// # Example
/// Three of four boys and one of two girls respond; the model is saturated.
/// ```
/// use gko_survey::regression::Terms;
/// use gko_weighting::nonresponse::Status::{Complete, Refusal};
/// use gko_weighting::nonresponse::{
///     Category, Predictor, Propensity, PropensityOptions, PropensityUse, Sampled,
/// };
///
/// let statuses = [Complete, Complete, Complete, Refusal, Complete, Refusal];
/// let levels = ["boy".to_owned(), "girl".to_owned()];
/// let sex = Category { name: "sex", codes: &[0, 0, 0, 0, 1, 1], levels: &levels };
/// let sample = Sampled { statuses: &statuses, weights: &[6.0; 6], group: None };
/// let terms = Terms::new().main("sex");
/// let options =
///     PropensityOptions { adjustment: PropensityUse::Inverse, ..PropensityOptions::default() };
/// let settled = Propensity::settle(&sample, &[Predictor::Category(sex)], &terms, &options)?;
/// let weights = settled.apply(&[6.0; 6])?;
/// for (got, want) in weights.iter().zip([8.0, 8.0, 8.0, 0.0, 12.0, 0.0]) {
///     assert!((got - want).abs() < 1e-9);
/// }
/// # Ok::<(), gko_weighting::nonresponse::NonresponseError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Propensity {
    options: PropensityOptions,
    statuses: Vec<Status>,
    group_of_row: Vec<Option<usize>>,
    groups: Vec<Group>,
    reports: Vec<PropensityReport>,
}

/// A group, its model, and the answer of the full sample.
#[derive(Debug, Clone, PartialEq)]
struct Group {
    model: ResponseModel,
    full: Fit,
}

/// Propensities and classes of a group's cases at some weights.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Fit {
    pub(super) propensities: Propensities,
    /// The class of each case; all are in one where there are no classes.
    pub(super) class: Vec<usize>,
}

/// What a group's cases count for and weigh.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weighed {
    pub(super) m: Vec<f64>,
    pub(super) v: Vec<f64>,
}

impl Propensity {
    /// Fits the model of each group and cuts its propensities into classes.
    ///
    /// # Errors
    /// Columns of different lengths, weights or settings that are none, a value
    /// that is not known of a case, a group with eligible cases and no respondent,
    /// what the regression refuses (separation, aliased columns), and a class
    /// without a respondent.
    pub fn settle(
        sample: &Sampled<'_>,
        predictors: &[Predictor<'_>],
        terms: &Terms,
        options: &PropensityOptions,
    ) -> Result<Self, NonresponseError> {
        options.check()?;
        sample.check()?;
        predictors.iter().try_for_each(|one| one.check_rows(sample.statuses.len()))?;
        let modelled = |row: &usize| sample.statuses[*row] != Status::Ineligible;
        let modelled: Vec<usize> = sample.used().filter(modelled).collect();
        predictors.iter().try_for_each(|one| one.check_known(&modelled))?;
        let mut settled = Self {
            options: *options,
            statuses: sample.statuses.to_vec(),
            group_of_row: groups_of_rows(sample)?,
            groups: Vec::new(),
            reports: Vec::new(),
        };
        let cases = settled.dispositions(sample.weights, sample.groups())?;
        for (group, cases) in cases.iter().enumerate() {
            let model = settled.model(sample, group, predictors, terms)?;
            settled.add_group(sample.group_name(group), model, sample.weights, cases)?;
        }
        Ok(settled)
    }

    /// Settles the model of a group at the weights of the full sample.
    fn add_group(
        &mut self,
        name: Option<String>,
        model: ResponseModel,
        weights: &[f64],
        cases: &Dispositions,
    ) -> Result<(), NonresponseError> {
        let weighed = self.weigh(&model, weights, cases);
        let full = self.fit(&model, &weighed)?;
        let factors = self.factors(&model, &full, &weighed)?;
        let share = self.options.eligible.of(cases, self.options.model);
        let report = PropensityReport::of(name, share, &model, &full, &weighed, &factors);
        self.reports.push(report);
        self.groups.push(Group { model, full });
        Ok(())
    }

    /// What the model of each group says, in the order of the groups.
    #[must_use]
    pub fn reports(&self) -> &[PropensityReport] {
        &self.reports
    }

    /// The propensity of each row in the full sample; none for rows of weight 0 and
    /// for ineligible cases.
    #[must_use]
    pub fn propensities(&self) -> Vec<Option<f64>> {
        let mut all = vec![None; self.statuses.len()];
        for group in &self.groups {
            for (&row, &p) in group.model.rows.iter().zip(&group.full.propensities.values) {
                all[row] = Some(p);
            }
        }
        all
    }

    /// Adjusted weights: of the full sample or of a replicate.
    ///
    /// # Errors
    /// Weights of another number of rows, negative or not finite; a row that had
    /// weight 0 when the models were settled; and, as in [`Self::settle`], a model
    /// or class that has no answer at these weights.
    pub fn apply(&self, weights: &[f64]) -> Result<Vec<f64>, NonresponseError> {
        check_length("weights", self.statuses.len(), weights.len())?;
        check_weights(weights)?;
        let cases = self.dispositions(weights, self.groups.len())?;
        let mut adjusted = vec![0.0; weights.len()];
        for (group, cases) in self.groups.iter().zip(&cases) {
            let factors = self.factors_at(group, weights, cases)?;
            let rows = group.model.rows.iter().zip(&group.model.responded).zip(&factors);
            for ((&row, _), factor) in rows.filter(|((_, responded), _)| **responded > 0.0) {
                adjusted[row] = weights[row] * factor;
            }
        }
        check_weights(&adjusted)?;
        Ok(adjusted)
    }

    /// The factors of a group's cases at these weights.
    fn factors_at(
        &self,
        group: &Group,
        weights: &[f64],
        cases: &Dispositions,
    ) -> Result<Vec<f64>, NonresponseError> {
        let weighed = self.weigh(&group.model, weights, cases);
        match self.options.replicates {
            ReplicateModel::Fixed => {
                group.model.explains(&weighed.v)?;
                self.factors(&group.model, &group.full, &weighed)
            }
            ReplicateModel::Refit => {
                self.factors(&group.model, &self.fit(&group.model, &weighed)?, &weighed)
            }
        }
    }

    /// The cases of each group by status at these weights.
    fn dispositions(
        &self,
        weights: &[f64],
        groups: usize,
    ) -> Result<Vec<Dispositions>, NonresponseError> {
        let mut all = vec![Dispositions::default(); groups];
        for (row, &weight) in weights.iter().enumerate().filter(|(_, weight)| **weight > 0.0) {
            let group = self.group_of_row[row].and_then(|group| all.get_mut(group));
            let cases = group.ok_or(NonresponseError::RowOutside { row, weight })?;
            cases.add(self.statuses[row], weight);
        }
        Ok(all)
    }

    /// The model of a group: its cases that are or may be eligible.
    fn model(
        &self,
        sample: &Sampled<'_>,
        group: usize,
        predictors: &[Predictor<'_>],
        terms: &Terms,
    ) -> Result<ResponseModel, NonresponseError> {
        let inside = |row: &usize| {
            self.group_of_row[*row] == Some(group) && self.statuses[*row] != Status::Ineligible
        };
        let rows: Vec<usize> = sample.used().filter(inside).collect();
        let responds = |&row: &usize| self.statuses[row].responds(self.options.partials_respond);
        let responded = rows.iter().map(|row| f64::from(u8::from(responds(row)))).collect();
        let place = sample.group.map_or_else(
            || "the sample".to_owned(),
            |all| all.label(u32::try_from(group).unwrap_or(u32::MAX)),
        );
        ResponseModel::new(place, rows, responded, predictors, terms)
    }

    /// What the cases of a group count for and weigh. Where e cannot be computed,
    /// no case is known to be eligible, and the group is refused anyway.
    fn weigh(&self, model: &ResponseModel, weights: &[f64], cases: &Dispositions) -> Weighed {
        let share = self.options.eligible.of(cases, self.options.model).unwrap_or(1.0);
        let counts = |&row: &usize| {
            let case = if self.statuses[row].is_unknown() { share } else { 1.0 };
            if weights[row] > 0.0 { case } else { 0.0 }
        };
        let m: Vec<f64> = model.rows.iter().map(counts).collect();
        let v = model.rows.iter().zip(&m).map(|(&row, m)| weights[row] * m).collect();
        Weighed { m, v }
    }

    fn fit(&self, model: &ResponseModel, weighed: &Weighed) -> Result<Fit, NonresponseError> {
        let propensities = model.fit(match self.options.model {
            Counting::Weighted => &weighed.v,
            Counting::Unweighted => &weighed.m,
        })?;
        let class = match &self.options.adjustment {
            PropensityUse::Inverse => vec![0; model.rows.len()],
            PropensityUse::Classes(classes) => {
                cut(&cases_of(model, &propensities.values, weighed), classes)
            }
        };
        Ok(Fit { propensities, class })
    }

    /// The factor of each case, if it responds.
    fn factors(
        &self,
        model: &ResponseModel,
        fit: &Fit,
        weighed: &Weighed,
    ) -> Result<Vec<f64>, NonresponseError> {
        match &self.options.adjustment {
            PropensityUse::Inverse => Ok(fit.propensities.values.iter().map(|p| 1.0 / p).collect()),
            PropensityUse::Classes(classes) => class_factors(model, fit, weighed, classes),
        }
    }
}

fn cases_of<'a>(model: &'a ResponseModel, p: &'a [f64], weighed: &'a Weighed) -> Cases<'a> {
    Cases { p, responded: &model.responded, m: &weighed.m, v: &weighed.v }
}

/// The factor of each case's class; 0 in a class without weight.
fn class_factors(
    model: &ResponseModel,
    fit: &Fit,
    weighed: &Weighed,
    classes: &PropensityClasses,
) -> Result<Vec<f64>, NonresponseError> {
    let cases = cases_of(model, &fit.propensities.values, weighed);
    let count = fit.class.iter().max().map_or(0, |last| last + 1);
    let one = |class: usize| match rate(&cases, &fit.class, class, classes.factor) {
        Some(rate) => Ok(1.0 / rate),
        None => {
            let members = fit.class.iter().zip(&weighed.v).filter(|(one, _)| **one == class);
            match members.map(|(_, v)| v).sum() {
                0.0 => Ok(0.0),
                weight => {
                    let place = format!("propensity class {} of {}", class + 1, model.place);
                    Err(NonresponseError::NoRespondents {
                        place,
                        weight,
                        lacking: Lacking::PropensityClass,
                    })
                }
            }
        }
    };
    let factors: Vec<f64> = (0..count).map(one).collect::<Result<_, _>>()?;
    Ok(fit.class.iter().map(|&class| factors[class]).collect())
}

fn groups_of_rows(sample: &Sampled<'_>) -> Result<Vec<Option<usize>>, NonresponseError> {
    let mut groups = vec![None; sample.weights.len()];
    for row in sample.used() {
        groups[row] = usize::try_from(sample.group_of(row)?).ok();
    }
    Ok(groups)
}
