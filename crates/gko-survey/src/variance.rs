//! Taylor-linearised variance of shares and means, read off the PSU totals.
//!
//! # Estimator
//! `R = Y / W`; for PSU i of stratum h `z_hi = (Y_hi - R·W_hi) / W`, 0 where the
//! PSU has no row in the base; `Var = sum over h of (1 - n_h/N_h) · n_h/(n_h - 1) · sum over i of
//! (z_hi - mean of z in h)²` with n_h the PSUs of stratum h in the full design, of
//! N_h in the population (n_h/N_h is 0 with replacement).
//! Degrees of freedom: PSUs with a row in the base minus strata with one.
//!
//! # Assumptions
//! One stage: what later stages add without replacement is for [`crate::Survey`].
//! A stratum with one PSU in the full design gets
//! the chosen rule; a stratum that only the domain reduces to one PSU needs none,
//! since its other PSUs are there with z = 0.
//!
//! # References
//! Lumley (2004) *J. Stat. Softw.* 9(8), sec. 2; R survey 4.5, `svyrecvar` with
//! `survey.lonely.psu` and `survey.adjust.domain.lonely = FALSE`.

use std::ops::Range;

use crate::options::SinglePsu;
use crate::totals::PsuTotals;

/// One sample seen through one domain.
pub(crate) struct View<'a> {
    totals: &'a PsuTotals,
    sample: usize,
    members: Vec<bool>,
}

/// W of every column in a domain, and Y / W seen from the shift.
pub(crate) struct Ratio {
    pub(crate) w: Vec<f64>,
    /// Y / W, 0 where the base is empty.
    ratio: Vec<f64>,
    /// 1 / W, 0 where the base is empty.
    per_w: Vec<f64>,
}

impl Ratio {
    fn new(w: Vec<f64>, y: &[f64]) -> Self {
        let per = |top: f64, w: f64| if w > 0.0 { top / w } else { 0.0 };
        let ratio = y.iter().zip(&w).map(|(&y, &w)| per(y, w)).collect();
        let per_w = w.iter().map(|&w| per(1.0, w)).collect();
        Self { w, ratio, per_w }
    }

    /// Y / W, seen from the shift.
    pub(crate) fn value(&self, column: usize) -> f64 {
        self.ratio[column]
    }

    /// A PSU's linearised values.
    fn scores(&self, w: &[f64], y: &[f64], to: &mut [f64]) {
        let psu = w.iter().zip(y);
        let all = self.ratio.iter().zip(&self.per_w);
        for ((to, (w, y)), (ratio, per_w)) in to.iter_mut().zip(psu).zip(all) {
            *to = (y - ratio * w) * per_w;
        }
    }
}

/// Variance and what its degrees of freedom are made of, by column.
pub(crate) struct Spread {
    pub(crate) variance: Vec<f64>,
    /// PSUs with a row in the base.
    pub(crate) psus: Vec<u32>,
    /// Strata with such a PSU.
    pub(crate) strata: Vec<u32>,
    /// Those of them that say how much they vary: two PSUs in the full design, or
    /// one that is the whole stratum.
    pub(crate) strata_judged: Vec<u32>,
}

impl<'a> View<'a> {
    pub(crate) fn new(totals: &'a PsuTotals, sample: usize, domain: usize) -> Self {
        let members = totals.shape.members(domain);
        Self { totals, sample, members }
    }

    pub(crate) fn contains(&self, atom: u32) -> bool {
        self.members[atom as usize]
    }

    /// Visits W and Y of each PSU with a cell in the domain.
    fn psus(&self, cells: Range<usize>, mut visit: impl FnMut(&[f64], &[f64])) {
        let items = self.totals.items();
        let (mut w, mut y) = (vec![0.0; items], vec![0.0; items]);
        let inside = cells.filter(|&at| self.contains(self.totals.cells[at].atom));
        let mut inside = inside.peekable();
        while let Some(at) = inside.next() {
            let (cell_w, cell_y) = self.totals.cell(at);
            add(&mut w, cell_w);
            add(&mut y, cell_y);
            let psu = self.totals.cells[at].psu;
            let more = |next: &usize| self.totals.cells[*next].psu == psu;
            if !inside.peek().is_some_and(more) {
                visit(&w, &y);
                w.fill(0.0);
                y.fill(0.0);
            }
        }
    }

    pub(crate) fn ratio(&self) -> Ratio {
        let items = self.totals.items();
        let (mut w, mut y) = (vec![0.0; items], vec![0.0; items]);
        for stratum in self.totals.frame.strata_of(self.sample) {
            self.psus(self.totals.cells_of(stratum), |psu_w, psu_y| {
                add(&mut w, psu_w);
                add(&mut y, psu_y);
            });
        }
        Ratio::new(w, &y)
    }

    pub(crate) fn spread(&self, ratio: &Ratio, single: SinglePsu) -> Spread {
        let items = self.totals.items();
        let mut spread = Spread {
            variance: vec![0.0; items],
            psus: vec![0; items],
            strata: vec![0; items],
            strata_judged: vec![0; items],
        };
        for stratum in self.totals.frame.strata_of(self.sample) {
            self.add_stratum(stratum, ratio, single, &mut spread);
        }
        if single == SinglePsu::Average {
            spread.average();
        }
        spread
    }

    fn add_stratum(&self, stratum: usize, ratio: &Ratio, single: SinglePsu, spread: &mut Spread) {
        let scores = self.scores(stratum, ratio);
        if scores.seen == 0.0 {
            return;
        }
        let psus = self.totals.frame.psus_of(stratum).len();
        let left = 1.0 - self.totals.frame.fraction(stratum);
        spread.count(&scores.present, psus > 1 || left <= 0.0);
        if psus > 1 {
            // A frame has fewer than 2^32 PSUs: exact in f64.
            let n = psus as f64;
            let cells = self.totals.cells_of(stratum);
            let squares = self.squares(cells, ratio, &scores.mean(n), n - scores.seen);
            add_scaled(&mut spread.variance, &squares, left * n / (n - 1.0));
        } else if single == SinglePsu::Adjust {
            // About the grand mean of the scores, which is 0.
            let squares: Vec<f64> = scores.mean(1.0).iter().map(|z| z * z).collect();
            add_scaled(&mut spread.variance, &squares, left);
        }
    }

    fn scores(&self, stratum: usize, ratio: &Ratio) -> Scores {
        let items = self.totals.items();
        let mut scores = Scores {
            pivot: vec![0.0; items],
            sum: vec![0.0; items],
            present: vec![0; items],
            seen: 0.0,
        };
        let mut score = vec![0.0; items];
        self.psus(self.totals.cells_of(stratum), |w, y| {
            ratio.scores(w, y, &mut score);
            scores.push(&score);
            count(&mut scores.present, w);
        });
        scores
    }

    /// Squared distances from the stratum's mean; `unseen` PSUs have z = 0.
    fn squares(&self, cells: Range<usize>, ratio: &Ratio, mean: &[f64], unseen: f64) -> Vec<f64> {
        let mut squares: Vec<f64> = mean.iter().map(|mean| unseen * mean * mean).collect();
        let mut score = vec![0.0; mean.len()];
        self.psus(cells, |w, y| {
            ratio.scores(w, y, &mut score);
            let distances = score.iter().zip(mean).map(|(z, mean)| z - mean);
            let pairs = squares.iter_mut().zip(distances);
            pairs.for_each(|(sum, distance)| *sum += distance * distance);
        });
        squares
    }
}

/// Scores of a stratum's PSUs, summed from the first one on.
struct Scores {
    pivot: Vec<f64>,
    sum: Vec<f64>,
    present: Vec<u32>,
    seen: f64,
}

impl Scores {
    fn push(&mut self, score: &[f64]) {
        if self.seen == 0.0 {
            self.pivot.copy_from_slice(score);
        }
        self.seen += 1.0;
        let from_pivot = score.iter().zip(&self.pivot).map(|(z, pivot)| z - pivot);
        let pairs = self.sum.iter_mut().zip(from_pivot);
        pairs.for_each(|(sum, distance)| *sum += distance);
    }

    /// Mean over `n` PSUs, those not seen having 0. Where all are equal it is
    /// their value to the bit, and their variance exactly 0.
    fn mean(&self, n: f64) -> Vec<f64> {
        let unseen = n - self.seen;
        let pairs = self.pivot.iter().zip(&self.sum);
        let mean = |(pivot, sum): (&f64, &f64)| pivot + (sum - unseen * pivot) / n;
        pairs.map(mean).collect()
    }
}

impl Spread {
    fn count(&mut self, present: &[u32], judged: bool) {
        for (column, &psus) in present.iter().enumerate() {
            let one = u32::from(psus > 0);
            self.psus[column] += psus;
            self.strata[column] += one;
            self.strata_judged[column] += one * u32::from(judged);
        }
    }

    /// Lets strata with one PSU contribute what the others do on average.
    fn average(&mut self) {
        let counts = self.strata.iter().zip(&self.strata_judged);
        for (variance, (&all, &judged)) in self.variance.iter_mut().zip(counts) {
            *variance *= f64::from(all) / f64::from(judged.max(1));
        }
    }
}

fn add(to: &mut [f64], from: &[f64]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
}

fn add_scaled(to: &mut [f64], from: &[f64], scale: f64) {
    let pairs = to.iter_mut().zip(from);
    pairs.for_each(|(to, from)| *to += scale * from);
}

fn count(present: &mut [u32], w: &[f64]) {
    let pairs = present.iter_mut().zip(w);
    pairs.for_each(|(present, &w)| *present += u32::from(w > 0.0));
}
