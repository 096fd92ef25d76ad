//! Everything that an analysis works with, and what it gives back.

use std::cell::RefCell;
use std::collections::BTreeMap;

use gko_disclosure::Sheet;
use gko_survey::{Absent, Df, Domain, Estimation, Survey, VarianceBasis};

use crate::estimate::analyses;
use crate::estimate::answer::{Content, Key, Numbers};
use crate::estimate::document::Warning;
use crate::estimate::domains::Groups;
use crate::estimate::error::Error;
use crate::estimate::frame::{Column, Frame};
use crate::estimate::request::{Analysis, Request};
use crate::estimate::support::{Facet, Support};

/// What an analysis works with.
pub(crate) struct Task<'a> {
    pub(crate) request: &'a Request,
    pub(crate) frame: &'a Frame,
    pub(crate) survey: &'a Survey,
    pub(crate) groups: &'a Groups,
    /// What the engine said on the way.
    pub(crate) notes: RefCell<Vec<Warning>>,
}

/// What an analysis gives back.
pub(crate) struct Outcome {
    pub(crate) keys: Vec<Key>,
    pub(crate) sheet: Sheet<Content>,
    pub(crate) covariance: Option<Vec<Vec<f64>>>,
    pub(crate) warnings: Vec<Warning>,
}

impl Outcome {
    /// The same with more to be careful about.
    pub(crate) fn warned(mut self, more: Vec<Warning>) -> Self {
        self.warnings.extend(more);
        self
    }
}

impl<'a> Task<'a> {
    /// The same task over other columns.
    pub(crate) fn with_frame<'b>(&self, frame: &'b Frame) -> Task<'b>
    where
        'a: 'b,
    {
        Task {
            request: self.request,
            frame,
            survey: self.survey,
            groups: self.groups,
            notes: RefCell::default(),
        }
    }

    /// The domains, in the order of the groups.
    pub(crate) fn domains(&self) -> Vec<Domain> {
        self.groups.parts.iter().map(|group| group.domain.clone()).collect()
    }

    /// Counts of the groups, crossed with facets.
    pub(crate) fn support(&self, facets: Vec<Facet>) -> Support {
        Support::new(self.groups, facets, self.survey.weights(), &self.shared())
    }

    /// The numbers that every line of a model, of ranks or of a scale depends on.
    fn shared(&self) -> Vec<&[f64]> {
        let analysis = &self.request.analysis;
        match analysis {
            Analysis::Regression(_)
            | Analysis::Ordinal(_)
            | Analysis::RankTest(_)
            | Analysis::Alpha(_) => {}
            _ => return Vec::new(),
        }
        let numbers = |(name, _): (String, String)| match self.frame.get(&name, "") {
            Ok(Column::Number(values)) if Facet::of_numbers(values).is_none() => {
                Some(values.as_slice())
            }
            _ => None,
        };
        analyses::columns(analysis).into_iter().filter_map(numbers).collect()
    }

    /// The key of an estimate.
    pub(crate) fn key(&self, domain: &BTreeMap<String, String>, term: &str) -> Key {
        let level = self.request.options.level;
        Key { domain: domain.clone(), term: term.to_owned(), level, test: false }
    }

    /// The key of a test.
    pub(crate) fn test(&self, domain: &BTreeMap<String, String>, term: &str) -> Key {
        Key { test: true, ..self.key(domain, term) }
    }

    /// Degrees of freedom as the request wants them.
    pub(crate) fn df(&self) -> Df {
        self.request.options.df.into()
    }

    /// The numbers of all values of an estimation, with intervals by t.
    pub(crate) fn numbers(&self, got: &Estimation) -> Result<Vec<Numbers>, Error> {
        self.note(got);
        let intervals = got.intervals(self.request.options.level, self.df())?;
        let se = got.se();
        let one = |(at, interval): (usize, Option<(f64, f64)>)| {
            let basis = &got.bases()[got.entries()[at].domain];
            let df = got.df(at, self.df());
            let absent = basis.absent.or((df <= 0.0).then_some(Absent::NoDf));
            Numbers {
                estimate: got.values()[at],
                se: se[at],
                interval,
                method: if df.is_finite() { "t" } else { "normal" },
                df,
                sum_weights: basis.sum_weights,
                kish_n: basis.kish_n,
                absent: absent.map(Absent::as_str),
                ..Numbers::default()
            }
        };
        Ok(intervals.into_iter().enumerate().map(one).collect())
    }

    /// Replicates without the figure were left out of its variance.
    fn note(&self, got: &Estimation) {
        if let VarianceBasis::Replicates { dropped, replicates, .. } = got.variance()
            && *dropped > 0
        {
            let message = format!(
                "{dropped} of {replicates} replicates have no value and were left out of the variance"
            );
            self.notes.borrow_mut().push(Warning::new("replicates-dropped", message));
        }
    }

    /// The covariance by rows, where it is wanted.
    pub(crate) fn covariance(&self, got: &Estimation) -> Option<Vec<Vec<f64>>> {
        let rows = || got.covariance().row_iter().map(|row| row.iter().copied().collect());
        self.request.options.covariance.then(|| rows().collect())
    }

    /// The outcome of lines.
    pub(crate) fn outcome(&self, support: Support, covariance: Option<Vec<Vec<f64>>>) -> Outcome {
        let (keys, sheet) = support.finish();
        Outcome { keys, sheet, covariance, warnings: self.notes.take() }
    }
}
