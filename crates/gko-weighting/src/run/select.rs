//! Steps of selection.

use std::collections::BTreeMap;

use crate::diagnostics::distribution;
use crate::error::Error;
use crate::finding::{Finding, FindingKind};
use crate::plan::{SelectionStep, StageChance, StageSpec};
use crate::population::Targets;
use crate::run::adjust::Done;
use crate::run::engine::State;
use crate::run::history::Detail;
use crate::run::settled::Settled;
use crate::sample::{Categories, MISSING};
use crate::selection::{
    BaseWeights, Chance, Stage, StageReport, check_size, from_counts, from_stages, given, quota,
};

/// A weight this many times the median is worth a word.
const EXTREME: f64 = 10.0;

impl State<'_> {
    /// Factors of the rows that have a weight: one over the chance of this step.
    pub(super) fn select(&mut self, step: &SelectionStep) -> Result<Done, Error> {
        let (made, mut findings) = self.made(step)?;
        findings.extend(made.report.stages.iter().flat_map(changed));
        self.inference = match self.selected {
            true => crate::selection::Inference::joined([&self.inference, &made.inference]),
            false => made.inference,
        };
        self.selected = true;
        let factor = |(&made, &used): (&f64, &bool)| if used { made } else { 1.0 };
        let factors: Vec<f64> = made.weights.iter().zip(&self.used()).map(factor).collect();
        findings.extend(self.remarkable(&factors)?);
        Ok((Settled::Factors(factors), Detail::Selection(made.report), findings))
    }

    /// The weights of a step, with what was left out of them.
    fn made(&self, step: &SelectionStep) -> Result<(BaseWeights, Vec<Finding>), Error> {
        let made = match step {
            SelectionStep::Stages(stages) => self.stages(stages)?,
            SelectionStep::Counts { .. } => return self.counts(step),
            SelectionStep::Given { weights } => given(self.sample.number_column(weights)?)?,
            SelectionStep::Quota { reason } => {
                quota(self.sample.rows(), reason, Some(&self.used()))?
            }
        };
        Ok((made, Vec::new()))
    }

    /// Weights of the draw that a statistician would ask about: rows of weight 0, and
    /// weights many times the median.
    fn remarkable(&self, factors: &[f64]) -> Result<Vec<Finding>, Error> {
        let weights: Vec<f64> = self.weights.iter().zip(factors).map(|(w, f)| w * f).collect();
        check_size(&weights)?;
        let mut findings = Vec::new();
        for one in distribution(&weights, &self.groups.codes)? {
            let group = self.groups.names.get(one.group as usize).map_or("", String::as_str);
            let mut find = |message| {
                findings.push(Finding::new(FindingKind::Weights, group, "weights", message));
            };
            let newly = self.groups.rows[one.group as usize].iter();
            let zero = newly.filter(|&&row| self.weights[row as usize] > 0.0);
            match zero.filter(|&&row| weights[row as usize] == 0.0).count() {
                0 => {}
                rows => find(format!("{rows} rows have weight 0 and are left out from here on")),
            }
            let median = one.quantiles.iter().find(|point| point.p == 0.5);
            let ratio = median.zip(one.largest).map(|(median, top)| top / median.value);
            if let (Some(ratio), Some(kish)) = (ratio.filter(|ratio| *ratio > EXTREME), one.kish) {
                find(format!(
                    "the largest is {ratio:.1} times the median, Kish's design effect is {kish:.2}; look at the chances behind it, or trim"
                ));
            }
        }
        Ok(findings)
    }

    fn used(&self) -> Vec<bool> {
        self.weights.iter().map(|&weight| weight > 0.0).collect()
    }

    fn stages(&self, specs: &[StageSpec]) -> Result<BaseWeights, Error> {
        let units = specs
            .iter()
            .map(|spec| spec.unit.as_ref().map(|unit| self.units(unit)).transpose())
            .collect::<Result<Vec<_>, _>>()?;
        let mut stages = Vec::new();
        for (spec, units) in specs.iter().zip(&units) {
            let stage = Stage::new(&*spec.name, self.chance(spec)?);
            stages.push(match units {
                Some(units) => stage.within(units),
                None => stage,
            });
        }
        Ok(from_stages(self.sample.rows(), &stages, Some(&self.used()))?)
    }

    fn chance(&self, spec: &StageSpec) -> Result<Chance<'_>, Error> {
        let number = |name: &String| self.sample.number_column(name);
        Ok(match spec.chance(&format!("stage `{}`", spec.name))? {
            StageChance::Probability(probability) => Chance::Probability(number(probability)?),
            StageChance::TakenOf { taken, of } => {
                Chance::TakenOf { taken: number(taken)?, of: number(of)? }
            }
            StageChance::OneOf(eligible) => {
                Chance::OneOf { eligible: number(eligible)?, cap: spec.cap }
            }
            StageChance::SizeProportional { size, total, taken } => Chance::SizeProportional {
                size: number(size)?,
                total: number(total)?,
                taken: number(taken)?,
                above_one: spec.above_one,
            },
        })
    }

    /// People over rows, by the strata of each group.
    fn counts(&self, step: &SelectionStep) -> Result<(BaseWeights, Vec<Finding>), Error> {
        let SelectionStep::Counts { of, figures, empty, universe } = step else {
            return Err(Error::NothingCrossed);
        };
        let margin = figures.clone().unwrap_or_else(|| of.join(crate::sample::CROSSED));
        let strata = self.sample.crossed(of)?;
        let (mut codes, mut people) = (vec![MISSING; self.sample.rows()], BTreeMap::new());
        let mut known = Vec::new();
        for (group, rows) in self.groups.iter() {
            let targets = self.people(&margin, group, universe.as_ref())?;
            let first = crate::sample::place(people.len());
            for (at, &value) in (first..).zip(&targets.values) {
                people.insert(at, value);
            }
            for &row in rows {
                codes[row as usize] =
                    position(&strata, row, &targets.categories).map_or(MISSING, |at| at + first);
            }
            known.push((group, first, targets));
        }
        let made = from_counts(&codes, &people, *empty, Some(&self.used()))?;
        let out = |(group, first, targets): &(&str, u32, Targets)| {
            left_out(group, *first, targets, &made.report.empty_strata)
        };
        let findings = known.iter().filter_map(out).collect();
        Ok((made, findings))
    }
}

/// The people of a group's strata without a respondent.
fn left_out(group: &str, first: u32, targets: &Targets, empty: &[u32]) -> Option<Finding> {
    let strata = (first..).zip(targets.categories.iter().zip(&targets.values));
    let out: Vec<(&String, f64)> = strata
        .filter(|(code, _)| empty.contains(code))
        .map(|(_, (name, &people))| (name, people))
        .collect();
    let people: f64 = out.iter().map(|(_, people)| people).sum();
    let names: Vec<String> = out.iter().map(|(name, _)| format!("`{name}`")).collect();
    let message = format!(
        "strata without a respondent were left out, and with them {people} of {} people: {}; join them with a neighbour to have these people in",
        targets.total(),
        names.join(", ")
    );
    (!out.is_empty()).then(|| Finding::new(FindingKind::Note, group, &targets.margin, message))
}

/// Chances of a stage that a setting of it changed.
fn changed(stage: &StageReport) -> Vec<Finding> {
    let note = |(rows, message): (usize, &str)| {
        let message = format!("{rows} rows {message}");
        (rows > 0).then(|| Finding::new(FindingKind::Note, "", &stage.stage, message))
    };
    let capped = "have more eligible children than `cap` and count as having so many, which favours children of small households";
    let certain = "have a size that gives a chance above 1 and count as taken with certainty (above_one = \"certain\")";
    [(stage.capped, capped), (stage.certain, certain)].into_iter().filter_map(note).collect()
}

/// The figure of a row's stratum.
fn position(strata: &Categories, row: u32, categories: &[String]) -> Option<u32> {
    let code = *strata.codes.get(row as usize)?;
    let level = strata.levels.get(code as usize)?;
    categories.iter().position(|category| category == level).map(crate::sample::place)
}
