//! Steps after the selection.

use std::collections::BTreeMap;

use gko_survey::regression::Terms;

use crate::Indicator;
use crate::calibration::Calibration;
use crate::error::Error;
use crate::finding::{Finding, FindingKind};
use crate::groups::pick;
use crate::nonresponse::{
    Category, Classes, Merge, Predictor, Propensity, ResponseReport, Sampled, Status, StatusMap,
};
use crate::plan::{
    ClassesSpec, NonresponseMethod, NonresponseStep, PropensitySpec, ScaleStep, SmoothStep, Step,
    TrimStep,
};
use crate::run::engine::State;
use crate::run::history::{self, Detail};
use crate::run::keys::{KeyIndicator, key_indicators};
use crate::run::settled::Settled;
use crate::sample::{Categories, MISSING};
use crate::scaling::Scaling;
use crate::trimming::{
    Evidence, GroupTrimmed, Limits, RecalibrateOptions, smooth, trim_and_calibrate,
};

/// What a step was settled to, what is to be told of it, and what was found.
pub(super) type Done = (Settled, Detail, Vec<Finding>);

impl State<'_> {
    pub(super) fn nonresponse(&self, step: &NonresponseStep) -> Result<Done, Error> {
        let statuses = self.statuses(&step.status, &step.codes)?;
        let cases = self.cases(&statuses);
        match &step.method {
            NonresponseMethod::Classes(spec) => self.classes(&cases, spec),
            NonresponseMethod::Propensity(spec) => self.propensity(&cases, spec),
        }
    }

    /// What became of all cases, at the weights as they stand.
    pub(super) fn response(&self) -> Result<Vec<ResponseReport>, Error> {
        let Some(spec) = &self.plan.response else { return Ok(Vec::new()) };
        let statuses = self.statuses(&spec.status, &spec.codes)?;
        Ok(ResponseReport::by_group(&self.cases(&statuses), spec.eligible)?)
    }

    fn cases<'s>(&'s self, statuses: &'s [Status]) -> Sampled<'s> {
        let (codes, levels) = (&self.groups.codes, &self.groups.names);
        let group = self.plan.group.as_deref().map(|name| Category { name, codes, levels });
        Sampled { statuses, weights: &self.weights, group }
    }

    /// The status of each row; rows of weight 0 need none.
    fn statuses(&self, column: &str, codes: &StatusMap) -> Result<Vec<Status>, Error> {
        let all = self.sample.category_column(column)?;
        // Rows of weight 0 are never looked at, and any status will do.
        let any = codes.0.keys().next().map_or("", String::as_str);
        let text = |(row, &code): (usize, &u32)| match self.weights[row] > 0.0 {
            true => all.levels.get(code as usize).map_or("", String::as_str),
            false => any,
        };
        let values: Vec<&str> = all.codes.iter().enumerate().map(text).collect();
        Ok(codes.statuses(&values)?)
    }

    fn classes(&self, cases: &Sampled<'_>, spec: &ClassesSpec) -> Result<Done, Error> {
        let columns = self.factors(&spec.by)?;
        let variables: Vec<Category<'_>> = categories(&columns).collect();
        let response = ResponseReport::by_group(cases, spec.options.eligible)?;
        let classes = Classes::settle(cases, &variables, &spec.options)?;
        let findings = classes.merges().iter().map(merged).collect();
        let detail = Detail::Nonresponse {
            response,
            classes: classes.classes().to_vec(),
            merges: classes.merges().to_vec(),
            models: Vec::new(),
        };
        Ok((Settled::Classes(classes), detail, findings))
    }

    fn propensity(&self, cases: &Sampled<'_>, spec: &PropensitySpec) -> Result<Done, Error> {
        let columns = self.factors(&spec.categories)?;
        let mut predictors: Vec<Predictor<'_>> =
            categories(&columns).map(Predictor::Category).collect();
        for name in &spec.numbers {
            predictors.push(Predictor::Number { name, values: self.sample.number_column(name)? });
        }
        let names = spec.categories.iter().chain(&spec.numbers);
        let terms = names.fold(Terms::new(), |terms, name| terms.main(name));
        let response = ResponseReport::by_group(cases, spec.options.eligible)?;
        let propensity = Propensity::settle(cases, &predictors, &terms, &spec.options)?;
        let models = propensity.reports().to_vec();
        let detail =
            Detail::Nonresponse { response, classes: Vec::new(), merges: Vec::new(), models };
        Ok((Settled::Propensity(Box::new(propensity)), detail, Vec::new()))
    }

    fn factors<'n>(&self, names: &'n [String]) -> Result<Vec<(&'n str, Categories)>, Error> {
        names.iter().map(|name| Ok((name.as_str(), self.sample.category_column(name)?))).collect()
    }

    /// Settles the calibration of a step and applies it to the full sample.
    pub(super) fn calibrate(&self, step: &Step) -> Result<Done, Error> {
        let (ground, weights) = (self.ground()?, &self.weights);
        let (calibration, mut findings) = match step {
            Step::PostStratify(step) => Calibration::post_stratify(step, &ground, weights)?,
            Step::Rake(step) => Calibration::rake(step, &ground, weights)?,
            Step::Calibrate(step) => Calibration::calibrate(step, &ground, weights)?,
            _ => return Err(Error::NoPopulation),
        };
        let done = calibration.apply(weights)?;
        findings.extend(calibration.missed(&done.weights));
        let detail = Detail::Calibration {
            groups: history::margins(&calibration, weights, &done.weights),
            iterations: done.report.iterations,
            largest_gap: done.report.largest_gap,
            trace: done.report.trace.clone(),
        };
        Ok((Settled::Calibration(calibration, Box::new(done)), detail, findings))
    }

    pub(super) fn trim(&self, step: &TrimStep) -> Result<Done, Error> {
        let (codes, weights) = (&self.groups.codes, &self.weights);
        let keys = key_indicators(self.plan, self.sample)?;
        let outcomes: Vec<Indicator<'_>> = keys.iter().map(KeyIndicator::indicator).collect();
        let units = self.psus()?;
        let evidence = Evidence { outcomes: &outcomes, units: units.as_deref() };
        let limits = Limits::settle(&step.rule, weights, codes, &evidence)?;
        let (Some(options), Some(last)) = (&step.recalibrate, self.last()) else {
            let done = limits.trim(weights, codes)?;
            let detail = Detail::Trim { limits, trimmed: done.groups, rounds: None };
            return Ok((Settled::Factors(factors(weights, &done.weights)), detail, Vec::new()));
        };
        let done = self.recalibrated(&limits, last, options)?;
        let (trimmed, rounds) = (done.trimmed, Some(done.rounds));
        let factors = factors(weights, &done.weights);
        let detail = Detail::Trim { limits, trimmed, rounds };
        Ok((Settled::Recalibrated(factors, last.clone()), detail, Vec::new()))
    }

    /// Trims and calibrates in turn, each group to its own end: what one country needs
    /// moves the weights of no other.
    fn recalibrated(
        &self,
        limits: &Limits,
        last: &Calibration,
        options: &RecalibrateOptions,
    ) -> Result<InTurn, Error> {
        let mut all = InTurn { weights: self.weights.clone(), trimmed: Vec::new(), rounds: 0 };
        for (code, (group, rows)) in (0_u32..).zip(self.groups.iter()) {
            let own = pick(&self.weights, rows);
            if own.iter().all(|&weight| weight == 0.0) {
                continue;
            }
            let again = |weights: &[f64]| last.apply_in(group, weights);
            let codes = vec![code; rows.len()];
            let done = trim_and_calibrate(&own, &codes, limits, again, options);
            let done = done.map_err(|error| {
                let error = error.of_rows(rows);
                let (code, message) = (error.code(), error.to_string());
                Error::in_group(group, Error::Unsettled { code, message })
            })?;
            rows.iter().zip(&done.weights).for_each(|(&row, &w)| all.weights[row as usize] = w);
            all.trimmed.extend(done.first);
            all.rounds = all.rounds.max(done.rounds);
        }
        Ok(all)
    }

    pub(super) fn smooth(&self, step: &SmoothStep) -> Result<Done, Error> {
        let mut names: Vec<String> = self.plan.group.clone().into_iter().collect();
        names.extend(step.by.iter().cloned());
        let classes = self.sample.crossed(&names)?;
        let used = |row: usize| self.weights[row] > 0.0;
        let rows =
            (0..self.weights.len()).filter(|&row| used(row) && classes.codes[row] == MISSING);
        match rows.count() {
            0 => {}
            rows => return Err(Error::NoGroup { column: step.by.join("*"), rows }),
        }
        let done = smooth(&self.weights, &classes.codes, step.share)?;
        let detail = Detail::Smooth { classes: done.classes };
        Ok((Settled::Factors(factors(&self.weights, &done.weights)), detail, Vec::new()))
    }

    pub(super) fn scale(&mut self, step: &ScaleStep) -> Result<Done, Error> {
        let (codes, weights) = (&self.groups.codes, &self.weights);
        let mut people = BTreeMap::new();
        if let Some(margin) = &step.people {
            for (code, (group, _)) in (0..).zip(self.groups.iter()) {
                let targets = self.people(margin, group, step.universe.as_ref())?;
                people.insert(code, targets.total());
            }
        }
        let scaling = Scaling::settle(step.to, weights, codes, &people)?;
        let scaled = scaling.apply(weights, codes)?;
        let factors = factors(weights, &scaled);
        self.scale = Some(step.to.name());
        Ok((Settled::Factors(factors), Detail::Scale(scaling), Vec::new()))
    }
}

/// Weights for which limits and figures hold in every group.
struct InTurn {
    weights: Vec<f64>,
    trimmed: Vec<GroupTrimmed>,
    rounds: usize,
}

/// A merger of classes in one line.
fn merged(merge: &Merge) -> Finding {
    let Merge { class, with, variable, reason, .. } = merge;
    let message = format!("{class} went together with {with} over `{variable}`: {reason}");
    Finding::new(FindingKind::Collapsed, "", "weighting classes", message)
}

fn categories<'a>(columns: &'a [(&str, Categories)]) -> impl Iterator<Item = Category<'a>> {
    columns.iter().map(|(name, all)| Category::new(name, all))
}

/// New over old weight, 1 where there is none.
fn factors(old: &[f64], new: &[f64]) -> Vec<f64> {
    let factor = |(old, new): (&f64, &f64)| if *old > 0.0 { new / old } else { 1.0 };
    old.iter().zip(new).map(factor).collect()
}
