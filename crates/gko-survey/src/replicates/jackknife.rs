//! Jackknife weights: each replicate leaves out one PSU.
//!
//! # Estimator
//! JK1, n PSUs without strata: the PSU that is left out gets 0, the others
//! `n/(n - 1)`; `V = (1 - f)·(n - 1)/n · sum of (T_r - c)²`. JKn does so in stratum
//! h alone, with `(1 - f_h)(n_h - 1)/n_h`. JK2 has pairs of PSUs and one replicate a
//! stratum: one of the pair gets 0, the other 2; `V = sum of (T_h - T)²`.
//!
//! # Assumptions
//! A stratum that was drawn completely (f_h = 1) has no replicate. JK2 takes no
//! finite population correction, and its squares are about the full-sample value.
//!
//! # References
//! Wolter (2007) *Introduction to Variance Estimation*, ch. 4; R survey 4.5
//! `jk1weights`, `jknweights`, `svrepdesign(type = "JK2")`; Stata `svy jackknife`.

use super::draws::Draws;
use super::scales::{check_share, check_size, same_count};
use super::{ReplicateError, ReplicateKind, Replicates, Scales};
use crate::Matrix;
use crate::design::Design;
use crate::error::{Error, StratumId};
use crate::options::SinglePsu;

/// Below this a finite population correction leaves nothing to vary.
const WHOLE: f64 = 1e-7;

/// Finite population correction of the first stage: one number for each stratum
/// in the order of the design, or one for all.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum FiniteCorrection<'a> {
    /// The populations of the design.
    #[default]
    OfDesign,
    /// None, as if PSUs were drawn with replacement.
    None,
    /// PSUs in the population.
    Populations(&'a [f64]),
    /// Sampling fractions f.
    Fractions(&'a [f64]),
    /// The corrections 1 - f themselves.
    Corrections(&'a [f64]),
}

impl FiniteCorrection<'_> {
    /// 1 - f of every stratum.
    pub(super) fn of(self, design: &Design) -> Result<Vec<f64>, Error> {
        let strata = 0..design.strata();
        match self {
            Self::OfDesign => Ok(strata.map(|h| 1.0 - design.frame.fraction(h)).collect()),
            Self::None => Ok(vec![1.0; strata.len()]),
            Self::Populations(all) => each(all, design, |value, psus| {
                if value >= psus {
                    return Ok((value - psus) / value);
                }
                let expected = "at least the PSUs of its stratum";
                Err(ReplicateError::InvalidSetting { what: "population", expected, got: value }
                    .into())
            }),
            Self::Fractions(all) => {
                each(all, design, |value, _| Ok(1.0 - check_share("sampling fraction", value)?))
            }
            Self::Corrections(all) => {
                each(all, design, |value, _| check_share("finite population correction", value))
            }
        }
    }
}

fn each(
    values: &[f64],
    design: &Design,
    correction: impl Fn(f64, f64) -> Result<f64, Error>,
) -> Result<Vec<f64>, Error> {
    let strata = design.strata();
    if values.len() != 1 {
        same_count("finite population correction", "strata", strata, values.len())?;
    }
    let of = |h: usize| {
        let psus = design.frame.psus_of(h).len() as f64;
        correction(values[if values.len() == 1 { 0 } else { h }], psus)
    };
    (0..strata).map(of).collect()
}

/// Choices of a jackknife.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Jackknife<'a> {
    /// Finite population correction.
    pub correction: FiniteCorrection<'a>,
    /// What JKn does with strata that have one PSU: remove and certainty make no
    /// replicate; average scales up by PSUs over replicates; adjust leaves the
    /// whole stratum out and raises the others.
    pub single_psu: SinglePsu,
}

impl Replicates {
    /// Jackknife of a design without strata.
    ///
    /// # Errors
    /// A design with strata, or with one PSU; PSUs drawn completely.
    pub fn jk1(design: &Design, choices: Jackknife<'_>) -> Result<Self, Error> {
        let strata = design.strata();
        if strata > 1 {
            return Err(ReplicateError::Stratified { strata }.into());
        }
        let correction = choices.correction.of(design)?[0];
        if correction < WHOLE {
            return Err(ReplicateError::WholePopulation.into());
        }
        refuse_single(design, ReplicateKind::Jk1)?;
        let psus = design.psus();
        check_size(psus, psus)?;
        let n = psus as f64;
        let others = n / (n - 1.0);
        let multipliers =
            Matrix::from_fn(psus, psus, |psu, left| if psu == left { 0.0 } else { others });
        let scale = correction * (n - 1.0) / n;
        let scales = Scales::new(ReplicateKind::Jk1, scale, vec![1.0; psus]);
        Self::of_psus(design, multipliers, scales, None)
    }

    /// Jackknife of a design with strata.
    ///
    /// # Example
    /// Two strata of two PSUs: the jackknife of a total is its Taylor variance,
    /// the squared differences `(3 - 1)²` and `(6 - 2)²`.
    /// ```
    /// use gko_survey::{Columns, Design, Domain, Jackknife, Replicates, Stage, Survey, Total};
    ///
    /// let design = Design::builder(4)
    ///     .stage(Stage::elements().strata(&[1, 1, 2, 2]))
    ///     .weights(&[1.0; 4])
    ///     .build()?;
    /// let survey = Survey::replicated(Replicates::jkn(&design, Jackknife::default())?);
    /// let total = Total::new(Columns::new().number("x", &[1.0, 3.0, 2.0, 6.0]));
    /// let got = survey.estimate(&total, &Domain::all(4))?;
    /// assert!((got.covariance()[(0, 0)] - 20.0).abs() < 1e-12);
    /// # Ok::<(), gko_survey::Error>(())
    /// ```
    ///
    /// # Errors
    /// A stratum with one PSU and no rule for it; all strata drawn completely.
    pub fn jkn(design: &Design, choices: Jackknife<'_>) -> Result<Self, Error> {
        let corrections = choices.correction.of(design)?;
        check_size(design.psus(), design.psus())?;
        let mut table = LeftOut { design, single: 0, columns: Vec::new(), rscales: Vec::new() };
        let mut refused: Vec<StratumId> = Vec::new();
        for (stratum, id) in design.frame.stratum_ids() {
            let correction = corrections[stratum];
            match (correction < WHOLE, design.frame.psus_of(stratum).len()) {
                (true, _) => {}
                (false, 1) if choices.single_psu == SinglePsu::Fail => refused.push(id),
                (false, 1) => table.leave_stratum_out(stratum, choices.single_psu)?,
                (false, _) => table.leave_each_out(stratum, correction),
            }
        }
        if !refused.is_empty() {
            return Err(Error::SinglePsuStrata { strata: refused });
        }
        table.replicates(choices.single_psu)
    }

    /// Jackknife of pairs: one replicate a stratum, without the first PSU of the
    /// pair, or with a seed without one of the two by chance.
    ///
    /// # Errors
    /// A stratum with another number of PSUs than two.
    pub fn jk2(design: &Design, seed: Option<u64>) -> Result<Self, Error> {
        refuse_unpaired(design, ReplicateKind::Jk2)?;
        let strata = design.strata();
        check_size(design.psus(), strata)?;
        let mut multipliers = Matrix::from_element(design.psus(), strata, 1.0);
        for (stratum, replicate) in (0..strata).zip(0_u64..) {
            let pair = design.frame.psus_of(stratum);
            let second = seed.is_some_and(|seed| Draws::new(seed, replicate).below(2) == 1);
            let (out, stays) =
                if second { (pair.end - 1, pair.start) } else { (pair.start, pair.end - 1) };
            multipliers[(out, stratum)] = 0.0;
            multipliers[(stays, stratum)] = 2.0;
        }
        let scales = Scales::standard(ReplicateKind::Jk2, strata)?;
        Self::of_psus(design, multipliers, scales, seed)
    }
}

/// Replicates of a stratified jackknife as they are made.
struct LeftOut<'a> {
    design: &'a Design,
    single: usize,
    columns: Vec<Vec<f64>>,
    rscales: Vec<f64>,
}

impl LeftOut<'_> {
    fn leave_each_out(&mut self, stratum: usize, correction: f64) {
        let psus = self.design.frame.psus_of(stratum);
        let n = psus.len() as f64;
        for left in psus.clone() {
            let mut column = vec![1.0; self.design.psus()];
            column[psus.clone()].fill(n / (n - 1.0));
            column[left] = 0.0;
            self.columns.push(column);
            self.rscales.push(correction * (n - 1.0) / n);
        }
    }

    fn leave_stratum_out(&mut self, stratum: usize, rule: SinglePsu) -> Result<(), Error> {
        self.single += 1;
        if rule != SinglePsu::Adjust {
            return Ok(());
        }
        let strata = self.design.strata() as f64;
        if strata < 2.0 {
            return Err(Error::NoStratumToAverage { stage: 1, strata: 1 });
        }
        let mut column = vec![strata / (strata - 1.0); self.design.psus()];
        column[self.design.frame.psus_of(stratum)].fill(0.0);
        self.columns.push(column);
        self.rscales.push((strata - 1.0) / strata);
        Ok(())
    }

    fn replicates(self, rule: SinglePsu) -> Result<Replicates, Error> {
        let replicates = self.columns.len();
        if replicates == 0 && self.single > 0 {
            let strata = u32::try_from(self.single).unwrap_or(u32::MAX);
            return Err(Error::NoStratumToAverage { stage: 1, strata });
        }
        if replicates == 0 {
            return Err(ReplicateError::WholePopulation.into());
        }
        let average = rule == SinglePsu::Average;
        let missing = if average { self.single as f64 } else { 0.0 };
        let scale = 1.0 + missing / replicates as f64;
        let values = self.columns.into_iter().flatten();
        let multipliers = Matrix::from_iterator(self.design.psus(), replicates, values);
        let scales = Scales::new(ReplicateKind::Jkn, scale, self.rscales);
        Replicates::of_psus(self.design, multipliers, scales, None)
    }
}

/// Refuses strata with one PSU that was drawn from more.
pub(super) fn refuse_single(design: &Design, kind: ReplicateKind) -> Result<(), Error> {
    let single = design.single_psu_strata();
    match single.first() {
        None => Ok(()),
        Some(&first) => Err(ReplicateError::SinglePsu { kind, count: single.len(), first }.into()),
    }
}

/// Refuses strata that are no pair of PSUs.
pub(super) fn refuse_unpaired(design: &Design, kind: ReplicateKind) -> Result<(), Error> {
    for (at, stratum) in design.frame.stratum_ids() {
        match design.frame.psus_of(at).len() {
            2 => {}
            psus => return Err(ReplicateError::NotPaired { kind, stratum, psus }.into()),
        }
    }
    Ok(())
}
