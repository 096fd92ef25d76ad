//! Whether groups have the same distribution, by ranks.
//!
//! # Estimator
//! The rank of a row is the estimated number of people below it, plus half of its
//! own weight; N is the sum of weights; a score function turns rank and N into g.
//! Each group but the first has the difference `b_j` of its mean g from the first
//! group's, with influence scores `(g - mean_j)/W_j` inside, `-(g - mean_0)/W_0` in
//! the first group. Two groups: `t = b/SE` with nu - 1 degrees of freedom, nu those
//! of the rows that are ranked. K groups: `b'V⁻¹b/(K - 1)` against F with K - 1 and
//! nu - K + 1.
//!
//! # Assumptions
//! The g are taken as known: under the hypothesis their estimation adds nothing to
//! first order. With replicates, too, they stay as in the full sample.
//!
//! # References
//! Lumley & Scott (2013) *Biometrika* 100, 831; R survey 4.5 `svyranktest`. R returns
//! the chi-square of K groups under the name of the parameter, and K - 1 as the
//! statistic; here each has its own name.

use std::fmt;

use crate::columns::{Columns, used};
use crate::domain::Domain;
use crate::error::{Error, same_length};
use crate::estimation::Estimation;
use crate::estimators::Total;
use crate::hypothesis::algebra::quadratic_form;
use crate::hypothesis::error::HypothesisError;
use crate::hypothesis::factor::{EmptyLevels, Factor, Levels};
use crate::hypothesis::rank_score::{RankScore, Ties, ranks};
use crate::hypothesis::result::{NoPValue, TestResult};
use crate::hypothesis::t_test::check_finite;
use crate::hypothesis::table::used_rows;
use crate::hypothesis::tails;
use crate::survey::Survey;

/// A score function of rank and population.
type Score<'a> = dyn Fn(f64, f64) -> f64 + Sync + 'a;

/// A rank test of two or more groups.
///
/// # Example
/// Four pupils drawn one by one; the ranks over N are 1/8, 3/8, 5/8, 7/8:
/// ```
/// use gko_survey::hypothesis::{Factor, RankTest};
/// use gko_survey::{Design, Domain, Survey};
///
/// let survey = Survey::new(Design::builder(4).weights(&[1.0; 4]).build()?);
/// let sex = Factor::new("sex", &[0, 0, 1, 1], &["boy", "girl"]);
/// let hours = [1.0, 3.0, 4.0, 60.0];
/// let got = RankTest::new("hours", &hours, sex).test(&survey, &Domain::all(4))?;
/// assert_eq!(got.estimate, Some(("difference in mean rank score", 0.5)));
/// // Scores are ±1/16: Var = 4/3 · 4/256.
/// assert!((got.statistic - 0.5 / (1.0_f64 / 48.0).sqrt()).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
pub struct RankTest<'a> {
    name: String,
    values: &'a [f64],
    groups: Factor<'a>,
    score_name: String,
    score: Box<Score<'a>>,
    ties: Ties,
    empty: EmptyLevels,
}

impl fmt::Debug for RankTest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (groups, score) = (&self.groups, &self.score_name);
        let mut shown = f.debug_struct("RankTest");
        shown.field("name", &self.name).field("groups", groups).field("score", score);
        shown.field("ties", &self.ties).finish_non_exhaustive()
    }
}

impl<'a> RankTest<'a> {
    /// A column compared between groups by [`RankScore::Wilcoxon`].
    #[must_use]
    pub fn new(name: &str, values: &'a [f64], groups: Factor<'a>) -> Self {
        let score = RankScore::default();
        Self {
            name: name.to_owned(),
            values,
            groups,
            score_name: score.as_str().to_owned(),
            score: Box::new(move |rank, total| score.of(rank, total)),
            ties: Ties::default(),
            empty: EmptyLevels::default(),
        }
    }

    /// Compares by another score.
    #[must_use]
    pub fn score(self, score: RankScore) -> Self {
        self.scored_by(score.as_str(), move |rank, total| score.of(rank, total))
    }

    /// Compares by a function of rank and population.
    #[must_use]
    pub fn scored_by(mut self, name: &str, score: impl Fn(f64, f64) -> f64 + Sync + 'a) -> Self {
        (self.score_name, self.score) = (name.to_owned(), Box::new(score));
        self
    }

    /// Ranks equal values by another rule.
    #[must_use]
    pub fn ties(mut self, ties: Ties) -> Self {
        self.ties = ties;
        self
    }

    /// What to do with groups that nobody is in.
    #[must_use]
    pub fn empty_levels(mut self, empty: EmptyLevels) -> Self {
        self.empty = empty;
        self
    }

    /// Tests in a domain; rows where the value is NaN or the group is missing are
    /// left out and counted.
    ///
    /// # Errors
    /// A column of another length, an infinite value or score, fewer than two groups,
    /// a group without respondents, an empty domain, groups whose covariance has no
    /// inverse, and what [`Survey::estimate`] refuses.
    pub fn test(&self, survey: &Survey, domain: &Domain) -> Result<TestResult, Error> {
        same_length(&self.name, domain.rows(), self.values.len())?;
        let domain = self.groups.observed(&domain.observed(self.values)?)?;
        let weights = domain.weights(survey.weights());
        let levels = self.groups.levels(&weights, self.empty)?;
        check_finite(&self.name, self.values, &weights)?;
        let scores = self.scores(&weights)?;
        let slopes = Slopes::new(&scores, self.groups.codes(), &levels, &weights);
        let mut result = self.judge(&slopes, &levels, survey, &domain)?;
        (result.n, result.excluded) = (used_rows(&weights), domain.excluded());
        Ok(result)
    }

    /// Rank scores of the rows of positive weight, the others 0.
    fn scores(&self, weights: &[f64]) -> Result<Vec<f64>, Error> {
        let weighted: Vec<(f64, f64)> =
            used(weights).map(|(row, weight)| (self.values[row], weight)).collect();
        let total: f64 = weighted.iter().map(|(_, weight)| weight).sum();
        let mut scores = vec![0.0; weights.len()];
        for ((row, _), rank) in used(weights).zip(ranks(&weighted, self.ties)) {
            let score = (self.score)(rank, total);
            if !score.is_finite() {
                return Err(HypothesisError::InvalidScore { rank, total, score }.into());
            }
            scores[row] = score;
        }
        Ok(scores)
    }

    fn judge(
        &self,
        slopes: &Slopes,
        levels: &Levels,
        survey: &Survey,
        domain: &Domain,
    ) -> Result<TestResult, Error> {
        let mut columns = Columns::new();
        for (label, influence) in levels.labels.iter().skip(1).zip(&slopes.influence) {
            columns = columns.number(label, influence);
        }
        let totals = survey.estimate(&Total::new(columns), domain)?;
        let df = survey.df(domain);
        let method = format!("rank test, {} scores", self.score_name);
        let result = match slopes.values.as_slice() {
            [one] => two_groups(method, *one, totals.se()[0], df - 1.0)?,
            all => several_groups(method, distance(all, &totals, levels)?, all.len() as f64, df)?,
        };
        Ok(TestResult { df, ..result })
    }
}

/// `b'V⁻¹b`; a group that others determine is named.
fn distance(slopes: &[f64], totals: &Estimation, levels: &Levels) -> Result<f64, Error> {
    let singular = |at: usize| {
        HypothesisError::SingularCovariance { at: levels.labels[at + 1].clone() }.into()
    };
    quadratic_form(slopes, totals.covariance()).map_err(singular)
}

fn two_groups(method: String, slope: f64, se: f64, df: f64) -> Result<TestResult, Error> {
    let name = "difference in mean rank score";
    let mut result = TestResult::new(method, "t", slope / se).with("df", df);
    (result.estimate, result.se) = (Some((name, slope)), Some(se));
    if se <= 0.0 {
        result.statistic = f64::NAN;
        return Ok(result.judged(Err(NoPValue::NoVariance)));
    }
    let judged = tails::student(result.statistic, df)?;
    Ok(result.judged(judged))
}

fn several_groups(method: String, form: f64, ndf: f64, df: f64) -> Result<TestResult, Error> {
    let ddf = df - ndf;
    let result = TestResult::new(method, "Chisq", form).with("df", ndf).with("ddf", ddf);
    Ok(result.judged(tails::f(form / ndf, ndf, ddf)?))
}

/// Differences of group means from the first group's, with their influence scores.
struct Slopes {
    values: Vec<f64>,
    influence: Vec<Vec<f64>>,
}

impl Slopes {
    fn new(scores: &[f64], codes: &[u32], levels: &Levels, weights: &[f64]) -> Self {
        let mut sums = vec![(0.0, 0.0); levels.len()];
        let place = |row: usize| levels.place(codes[row]) as usize;
        // Seen from one of the scores, so that equal scores have exactly no variance.
        let from = used(weights).next().map_or(0.0, |(row, _)| scores[row]);
        for (row, weight) in used(weights) {
            let (all, sum) = &mut sums[place(row)];
            *all += weight;
            *sum += weight * (scores[row] - from);
        }
        let means: Vec<f64> = sums.iter().map(|(all, sum)| from + sum / all).collect();
        let influence = (1..means.len()).map(|level| {
            let mut column = vec![0.0; weights.len()];
            for (row, _) in used(weights) {
                let group = place(row);
                let sign = f64::from(u8::from(group == level)) - f64::from(u8::from(group == 0));
                column[row] = sign * (scores[row] - means[group]) / sums[group].0;
            }
            column
        });
        let influence = influence.collect();
        Self { values: means[1..].iter().map(|mean| mean - means[0]).collect(), influence }
    }
}
