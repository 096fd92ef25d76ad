//! The covariance of linearised totals under a design of any number of stages.
//!
//! # Estimator
//! For the units i of stratum h of a stage, n_h of N_h drawn, z_hi a unit's total
//! of weighted scores: `V = sum over h of (1 - f_h) · n_h/(n_h - 1) · sum over i of
//! (z_hi - mean of z in h)(…)'`, f_h = n_h/N_h. Each unit adds f_h times the same
//! expression over the units drawn within it, and so on down the stages; a stage
//! with replacement (f_h = 0) ends it.
//!
//! # Assumptions
//! A unit without a row in the domain is there with z = 0. A stratum with one unit
//! gets the chosen rule, unless the unit is the whole stratum (f_h = 1).
//!
//! # References
//! Bellhouse (1985) *J. Off. Stat.* 1, 323; R survey 4.5 `svyrecvar`, with
//! `survey.lonely.psu`, `survey.adjust.domain.lonely`, `survey.ultimate.cluster`.

use std::ops::Range;

use crate::Matrix;
use crate::design::Design;
use crate::error::Error;
use crate::options::SinglePsu;
use crate::pps::{self, PpsDesign, PpsError};

/// From here on a stratum counts as drawn completely.
const WHOLE: f64 = 1.0 - 1e-7;

/// Which stages enter the variance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VarianceStages {
    /// All of them.
    #[default]
    All,
    /// The first one, as if its units were drawn completely: R's ultimate cluster.
    First,
}

/// How a linearised variance is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taylor {
    /// Rule for strata with one unit in the full design.
    pub single_psu: SinglePsu,
    /// Rule for strata that the domain reduces to one unit; without one the
    /// others count with total 0, which is correct for a planned sample.
    pub domain_single_psu: Option<SinglePsu>,
    /// Stages that enter.
    pub stages: VarianceStages,
}

impl Taylor {
    /// Whether a block of the covariance depends on which units the domain has.
    pub(crate) fn sees_domain(self) -> bool {
        let scaled = matches!(self.single_psu, SinglePsu::Adjust | SinglePsu::Average);
        scaled || self.domain_single_psu.is_some()
    }
}

/// Totals of the units of every stage, for columns of weighted scores.
pub(crate) struct UnitTotals {
    columns: usize,
    /// A stage: unit by column.
    totals: Vec<Vec<f64>>,
    /// A stage: whether the unit has a row in the domain.
    present: Vec<Vec<bool>>,
}

impl UnitTotals {
    /// Sums weighted scores, given in the caller's order, to the units of all stages.
    pub(crate) fn new(design: &Design, scores: &Matrix, present: &[bool]) -> Self {
        let columns = scores.ncols();
        let mut all = Self { columns, totals: Vec::new(), present: Vec::new() };
        all.push(design.psu_start.as_slice(), design, scores, present);
        for stage in &design.later {
            all.push(&stage.unit_start, design, scores, present);
        }
        all
    }

    fn push(&mut self, starts: &[usize], design: &Design, scores: &Matrix, present: &[bool]) {
        let units = starts.len() - 1;
        let mut totals = vec![0.0; units * self.columns];
        for column in 0..self.columns {
            let values = scores.column(column);
            for (unit, rows) in starts.windows(2).enumerate() {
                let rows = &design.order[rows[0]..rows[1]];
                totals[unit * self.columns + column] =
                    rows.iter().map(|&row| values[row as usize]).sum();
            }
        }
        self.totals.push(totals);
        let inside = |rows: &[usize]| {
            design.order[rows[0]..rows[1]].iter().any(|&row| present[row as usize])
        };
        self.present.push(starts.windows(2).map(inside).collect());
    }

    /// Puts the columns of another table beside these.
    pub(crate) fn beside(mut self, other: &Self) -> Self {
        for stage in 0..self.totals.len() {
            let pairs = self.totals[stage]
                .chunks(self.columns)
                .zip(other.totals[stage].chunks(other.columns));
            self.totals[stage] =
                pairs.flat_map(|(one, two)| one.iter().chain(two)).copied().collect();
            let present = self.present[stage].iter_mut().zip(&other.present[stage]);
            present.for_each(|(one, two)| *one |= two);
        }
        self.columns += other.columns;
        self
    }

    pub(crate) fn columns(&self) -> usize {
        self.columns
    }

    pub(crate) fn unit(&self, stage: usize, unit: usize) -> &[f64] {
        &self.totals[stage][unit * self.columns..(unit + 1) * self.columns]
    }
}

/// The strata drawn at once, from the whole population or from within one unit.
struct Draw<'a> {
    stage: usize,
    strata: Vec<(Range<usize>, f64)>,
    totals: &'a UnitTotals,
    options: Taylor,
    /// Each unit's own probability, where units were drawn with unequal ones.
    own: Option<&'a [f64]>,
}

/// Covariance of the totals of all columns.
pub(crate) fn covariance(
    design: &Design,
    totals: &UnitTotals,
    options: Taylor,
) -> Result<Matrix, Error> {
    let own = match &design.pps {
        Some(PpsDesign::Pairs { pairs, variance }) => {
            return Ok(pps::covariance(design, totals, pairs, *variance));
        }
        Some(PpsDesign::Brewer(own)) => own.as_slice(),
        None => &[],
    };
    let own = |stage: usize| own.get(stage).map(Vec::as_slice);
    if options.single_psu == SinglePsu::Fail {
        design.refuse_single_psus()?;
    }
    let mut all = Matrix::zeros(totals.columns, totals.columns);
    let first = (0..design.strata()).map(|h| (design.frame.psus_of(h), design.frame.fraction(h)));
    let strata: Vec<(Range<usize>, f64)> = first.collect();
    let mut factors: Vec<f64> = unit_factors(&strata, 1.0, own(0));
    Draw { stage: 0, strata, totals, options, own: own(0) }.add_to(&mut all, 1.0)?;
    if options.stages == VarianceStages::First {
        return Ok(all);
    }
    for (at, later) in design.later.iter().enumerate() {
        let mut next = vec![0.0; later.units()];
        for (parent, &factor) in factors.iter().enumerate().filter(|(_, factor)| **factor > 0.0) {
            let strata = later.strata_of(parent).map(|h| (later.units_of(h), later.fraction[h]));
            let strata: Vec<(Range<usize>, f64)> = strata.collect();
            next[later.units_of_parent(parent)].copy_from_slice(&unit_factors(
                &strata,
                factor,
                own(at + 1),
            ));
            Draw { stage: at + 1, strata, totals, options, own: own(at + 1) }
                .add_to(&mut all, factor)?;
        }
        factors = next;
    }
    Ok(all)
}

/// What the variance within each unit is multiplied by.
fn unit_factors(strata: &[(Range<usize>, f64)], factor: f64, own: Option<&[f64]>) -> Vec<f64> {
    let units = strata.iter().flat_map(|(units, f)| units.clone().map(move |unit| (unit, *f)));
    units.map(|(unit, f)| factor * own.map_or(f, |own| own[unit])).collect()
}

/// What a stratum contributes.
enum Contribution {
    /// Squares about this centre, times the scale.
    Squares(Vec<f64>, f64),
    /// Nothing.
    Nothing,
    /// What the other strata do on average.
    Average,
}

impl Draw<'_> {
    fn add_to(&self, all: &mut Matrix, factor: f64) -> Result<(), Error> {
        let columns = self.totals.columns;
        let mut sum = Matrix::zeros(columns, columns);
        let (mut seen, mut good) = (0_u32, 0_u32);
        let grand = self.grand_mean();
        for (units, fraction) in &self.strata {
            if self.present(units) == 0 {
                continue;
            }
            seen += 1;
            match self.contribution(units, *fraction, &grand)? {
                Contribution::Average => continue,
                Contribution::Nothing => {}
                Contribution::Squares(centre, scale) => {
                    self.add_squares(&mut sum, units, &centre, scale);
                }
            }
            good += 1;
        }
        if seen > 0 && good == 0 {
            return Err(Error::NoStratumToAverage { stage: self.stage + 1, strata: seen });
        }
        *all += sum * (factor * f64::from(seen) / f64::from(good.max(1)));
        Ok(())
    }

    fn present(&self, units: &Range<usize>) -> usize {
        let present = &self.totals.present[self.stage][units.clone()];
        present.iter().filter(|&&present| present).count()
    }

    fn contribution(
        &self,
        units: &Range<usize>,
        fraction: f64,
        grand: &[f64],
    ) -> Result<Contribution, Error> {
        let n = units.len() as f64;
        let whole = |unit: usize| self.own.map_or(fraction, |own| own[unit]) >= WHOLE;
        if units.clone().all(whole) {
            return Ok(Contribution::Nothing);
        }
        let rule = match self.options.domain_single_psu {
            _ if units.len() == 1 => Some(self.options.single_psu),
            Some(rule) if self.present(units) == 1 => Some(rule),
            _ => None,
        };
        let scale = (1.0 - fraction) * if units.len() > 1 { n / (n - 1.0) } else { 1.0 };
        Ok(match rule {
            None => Contribution::Squares(self.mean(units), scale),
            Some(SinglePsu::Adjust) => Contribution::Squares(grand.to_vec(), scale),
            Some(SinglePsu::Average) => Contribution::Average,
            Some(SinglePsu::Remove | SinglePsu::Certainty) => Contribution::Nothing,
            Some(SinglePsu::Fail) => {
                return Err(Error::SingleUnit { stage: self.stage + 1 });
            }
        })
    }

    /// Mean of a stratum's units, exact where all are equal.
    fn mean(&self, units: &Range<usize>) -> Vec<f64> {
        let n = units.len() as f64;
        let first = self.totals.unit(self.stage, units.start);
        let mut mean = vec![0.0; first.len()];
        for unit in units.clone() {
            let values = self.totals.unit(self.stage, unit).iter().zip(first);
            mean.iter_mut().zip(values).for_each(|(sum, (z, first))| *sum += z - first);
        }
        mean.iter().zip(first).map(|(sum, first)| first + sum / n).collect()
    }

    /// Mean over all units of the strata that have a row in the domain.
    fn grand_mean(&self) -> Vec<f64> {
        let mut sum = vec![0.0; self.totals.columns];
        let mut units_seen = 0.0;
        let strata = self.strata.iter().filter(|(units, _)| self.present(units) > 0);
        for (units, _) in strata {
            units_seen += units.len() as f64;
            for unit in units.clone() {
                let values = self.totals.unit(self.stage, unit);
                sum.iter_mut().zip(values).for_each(|(sum, z)| *sum += z);
            }
        }
        sum.iter().map(|sum| sum / units_seen.max(1.0)).collect()
    }

    fn add_squares(&self, to: &mut Matrix, units: &Range<usize>, centre: &[f64], scale: f64) {
        let mut distance = vec![0.0; centre.len()];
        for unit in units.clone() {
            let values = self.totals.unit(self.stage, unit).iter().zip(centre);
            distance.iter_mut().zip(values).for_each(|(d, (z, centre))| *d = z - centre);
            add_product(to, &distance, scale * self.own.map_or(1.0, |own| 1.0 - own[unit]));
        }
    }
}

fn add_product(to: &mut Matrix, values: &[f64], scale: f64) {
    for (column, one) in values.iter().enumerate().filter(|(_, one)| **one != 0.0) {
        let target = to.column_mut(column);
        target.into_iter().zip(values).for_each(|(to, other)| *to += scale * (one * other));
    }
}

impl Design {
    /// Strata of later stages with one unit that is not the whole stratum.
    fn refuse_single_psus(&self) -> Result<(), Error> {
        let strata = self.single_psu_strata();
        if strata.is_empty() { Ok(()) } else { Err(Error::SinglePsuStrata { strata }) }
    }

    /// Refuses a design whose later stages add to the variance.
    pub(crate) fn check_single_stage(&self) -> Result<(), Error> {
        let finite = (0..self.strata()).any(|stratum| self.frame.fraction(stratum) > 0.0);
        if self.pps.is_some() {
            return Err(PpsError::OnePass.into());
        }
        if finite && !self.later.is_empty() {
            return Err(Error::LaterStages { stages: self.stages() });
        }
        Ok(())
    }
}
