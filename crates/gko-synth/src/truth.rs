//! What is true of the invented countries, whatever sample was drawn.
//!
//! # Rule
//!
//! The true share of a category in a group is
//! `sum of w·a·p over the group's cells / sum of w·a`: `w` the cell's share of
//! the population, `a` the probability that the question was put, `p` the
//! cell's share among those who were asked and left no blank. "Don't know" and
//! refusals are in the base, as in the published tables.
//!
//! # Assumptions
//!
//! The truth is that of the model: the mean over all PSUs that a country could
//! have. The age at first use of the internet (B1) has none, because it is cut
//! off at the child's age.
//!
//! # Example
//!
//! ```
//! use gko_synth::{Group, Plan, generate};
//!
//! let truth = generate(&Plan::global())?.truth;
//! let f2 = truth.share("XAA", "F2", &["yes"], Group::Total).unwrap();
//! assert!((f2 - 0.25).abs() < 0.001);
//! # Ok::<(), gko_synth::Error>(())
//! ```

use std::collections::BTreeMap;

use gko_codebook::Expr;

use crate::cells::{Cells, Group};
use crate::model::BLANK_RATE;

/// The true shares of every country and question.
#[derive(Clone, Debug, Default)]
pub struct Truth(BTreeMap<(String, String), TrueAnswers>);

/// How one question is truly answered in one country.
#[derive(Clone, Debug)]
pub(crate) struct TrueAnswers {
    pub(crate) cells: Cells,
    /// By cell, the probability that the question was put.
    pub(crate) asked: Vec<f64>,
    /// By category its id, its value and its share in each cell.
    pub(crate) categories: Vec<(String, Option<f64>, Vec<f64>)>,
}

impl Truth {
    pub(crate) fn insert(&mut self, country: &str, question: &str, answers: TrueAnswers) {
        self.0.insert((country.to_owned(), question.to_owned()), answers);
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    fn of(&self, country: &str, question: &str) -> Option<&TrueAnswers> {
        self.0.get(&(country.to_owned(), question.to_owned()))
    }

    /// Countries and questions that have a truth, in order.
    pub fn questions(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.keys().map(|(country, question)| (country.as_str(), question.as_str()))
    }

    /// The share of some categories, or of the options of a set (the sum of
    /// their shares), among those to whom the question was put. `None` where
    /// the question was not asked.
    #[must_use]
    pub fn share(
        &self,
        country: &str,
        question: &str,
        categories: &[&str],
        group: Group,
    ) -> Option<f64> {
        let answers = self.of(country, question)?;
        let wanted = categories.iter().map(|id| answers.category(id));
        let shares = wanted.collect::<Option<Vec<_>>>()?;
        let parts = shares.iter().map(|share| answers.cells.mean(group, share, &answers.asked));
        parts.sum()
    }

    /// The mean of the values of the categories, without missing answers.
    #[must_use]
    pub fn mean(&self, country: &str, question: &str, group: Group) -> Option<f64> {
        let answers = self.of(country, question)?;
        let mean = |share: &[f64]| answers.cells.mean(group, share, &answers.asked);
        let (mut sum, mut known) = (0.0, 0.0);
        for (_, value, share) in &answers.categories {
            let share = mean(share)?;
            sum += (*value)? * share;
            known += share;
        }
        Some(sum / known)
    }

    /// The share of everybody to whom the question was put.
    #[must_use]
    pub fn asked(&self, country: &str, question: &str, group: Group) -> Option<f64> {
        let answers = self.of(country, question)?;
        answers.cells.mean(group, &answers.asked, &vec![1.0; answers.cells.len()])
    }

    /// By cell, the probability that a universe is true.
    ///
    /// Parts of an `and` are nested conditions (the second question is put only
    /// where the first part holds), so the rarest part decides.
    pub(crate) fn reach(&self, country: &str, universe: &Expr, cells: usize) -> Vec<f64> {
        match universe {
            Expr::And(parts) => {
                let parts = parts.iter().map(|part| self.reach(country, part, cells));
                let rarer = |a: Vec<f64>, b: Vec<f64>| {
                    a.into_iter().zip(b).map(|(a, b)| a.min(b)).collect()
                };
                parts.reduce(rarer).unwrap_or_default()
            }
            Expr::In { variable, categories } => self.answered(country, variable, categories),
            Expr::Has { set, options } => self.answered(country, set, options),
            _ => vec![1.0; cells],
        }
    }

    fn answered(&self, country: &str, question: &str, categories: &[String]) -> Vec<f64> {
        let Some(answers) = self.of(country, question) else { return Vec::new() };
        let share = |cell: usize| {
            let shares = categories.iter().filter_map(|id| answers.category(id));
            shares.map(|share| share[cell]).sum::<f64>()
        };
        let cells = answers.asked.iter().enumerate();
        cells.map(|(cell, asked)| asked * (1.0 - BLANK_RATE) * share(cell)).collect()
    }
}

impl TrueAnswers {
    fn category(&self, id: &str) -> Option<&[f64]> {
        let found = self.categories.iter().find(|(category, ..)| category == id);
        found.map(|(.., share)| share.as_slice())
    }
}
