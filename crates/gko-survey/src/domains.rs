//! Domains: the total, the categories of a variable, and their crossings.
//!
//! # Rule
//! Every row belongs to one atom, a cell of the crossing of all variables in
//! which each variable has one more level for "missing". A domain is a set of
//! atoms: those that have its category in each of its own variables, whatever
//! the others say. So a row whose age is missing counts in the total and by sex,
//! and in no age group; and the rows are read once for all domains.
//!
//! # Example
//! ```
//! use gko_survey::{Classifier, Domains};
//!
//! let sex = Classifier { codes: &[0, 1, 1, 255], categories: 2 };
//! let domains = Domains::new(4, &[sex], &[vec![], vec![0]])?;
//! assert_eq!(domains.len(), 3); // total, category 0, category 1
//! assert_eq!(domains.label(0), [None]);
//! assert_eq!(domains.label(2), [Some(1)]);
//! # Ok::<(), gko_survey::Error>(())
//! ```

use std::sync::Arc;

use rayon::prelude::*;

use crate::error::{Error, same_length};

/// Atoms are kept in two bytes a row.
const ATOM_LIMIT: usize = 1 << 16;
/// More domains than this are a mistake, not a table.
const DOMAIN_LIMIT: usize = 1 << 20;

/// A variable that divides the rows.
#[derive(Debug, Clone, Copy)]
pub struct Classifier<'a> {
    /// Category of each row; a code of `categories` or more is missing.
    pub codes: &'a [u8],
    /// Number of categories, coded from 0.
    pub categories: u8,
}

/// What the domains are, without the rows: equal for tables that may be merged.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shape {
    categories: Vec<u8>,
    atoms: usize,
    /// One label a domain, `categories.len()` entries each.
    labels: Vec<Option<u8>>,
    domains: usize,
}

impl Shape {
    fn new(variables: &[Classifier<'_>], breakdowns: &[Vec<usize>]) -> Result<Self, Error> {
        let categories: Vec<u8> = variables.iter().map(|v| v.categories).collect();
        let levels = categories.iter().map(|&c| usize::from(c) + 1);
        let atoms = product(levels);
        within("atoms", atoms, ATOM_LIMIT)?;
        let mut labels = Vec::new();
        let mut domains = 0;
        for (at, breakdown) in breakdowns.iter().enumerate() {
            check_breakdown(at, breakdown, categories.len())?;
            let cells = product(breakdown.iter().map(|&v| usize::from(categories[v])));
            domains += cells;
            within("domains", domains, DOMAIN_LIMIT)?;
            (0..cells).for_each(|cell| labels.extend(label_of(&categories, breakdown, cell)));
        }
        Ok(Self { categories, atoms, labels, domains })
    }

    pub(crate) fn atoms(&self) -> usize {
        self.atoms
    }

    pub(crate) fn domains(&self) -> usize {
        self.domains
    }

    pub(crate) fn label(&self, domain: usize) -> &[Option<u8>] {
        let width = self.categories.len();
        &self.labels[domain * width..][..width]
    }

    /// For each atom, whether it is part of the domain.
    pub(crate) fn members(&self, domain: usize) -> Vec<bool> {
        let label = self.label(domain);
        (0..self.atoms).map(|atom| self.matches(atom, label)).collect()
    }

    fn matches(&self, atom: usize, label: &[Option<u8>]) -> bool {
        let mut rest = atom;
        let pairs = self.categories.iter().zip(label).rev();
        pairs.fold(true, |so_far, (&categories, wanted)| {
            let levels = usize::from(categories) + 1;
            let level = rest % levels;
            rest /= levels;
            so_far && wanted.is_none_or(|category| usize::from(category) == level)
        })
    }
}

/// Which domains there are, and in which atom each row stands.
#[derive(Debug, Clone)]
pub struct Domains {
    shape: Arc<Shape>,
    atom: Vec<u16>,
}

impl Domains {
    /// Puts the rows into atoms and lists the domains.
    ///
    /// A breakdown is a list of variables to cross: `[]` is the total, `[0]` the
    /// categories of variable 0, `[0, 1]` variable 0 by variable 1. Domains stand
    /// in the order of the breakdowns, their categories in lexicographic order.
    ///
    /// # Errors
    /// Columns of different lengths, a breakdown with an unknown or repeated
    /// variable, more than 65 536 atoms or 1 048 576 domains.
    pub fn new(
        rows: usize,
        variables: &[Classifier<'_>],
        breakdowns: &[Vec<usize>],
    ) -> Result<Self, Error> {
        for (at, variable) in variables.iter().enumerate() {
            same_length(&format!("classifier {at}"), rows, variable.codes.len())?;
        }
        let shape = Arc::new(Shape::new(variables, breakdowns)?);
        let atom = (0..rows).into_par_iter().map(|row| atom_of(variables, row));
        Ok(Self { atom: atom.collect(), shape })
    }

    /// Number of domains.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shape.domains()
    }

    /// Whether there is no domain.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// For each variable, the category of a domain, or `None` for all of it.
    ///
    /// # Panics
    /// When there is no such domain.
    #[must_use]
    pub fn label(&self, domain: usize) -> &[Option<u8>] {
        assert!(domain < self.len(), "domain {domain} of {} asked", self.len());
        self.shape.label(domain)
    }

    pub(crate) fn shape(&self) -> &Arc<Shape> {
        &self.shape
    }

    /// Atom of each row, in the caller's order.
    pub(crate) fn atoms(&self) -> &[u16] {
        &self.atom
    }
}

fn product(factors: impl Iterator<Item = usize>) -> usize {
    factors.fold(1, usize::saturating_mul)
}

fn within(what: &'static str, got: usize, limit: usize) -> Result<(), Error> {
    if got <= limit { Ok(()) } else { Err(Error::TooManyDomains { what, got, limit }) }
}

fn check_breakdown(at: usize, breakdown: &[usize], variables: usize) -> Result<(), Error> {
    for (position, &variable) in breakdown.iter().enumerate() {
        if variable >= variables {
            return Err(Error::UnknownVariable { breakdown: at, variable, variables });
        }
        if breakdown[..position].contains(&variable) {
            return Err(Error::RepeatedVariable { breakdown: at, variable });
        }
    }
    Ok(())
}

/// The label of the `cell`-th crossing of a breakdown, its first variable slowest.
fn label_of(categories: &[u8], breakdown: &[usize], cell: usize) -> Vec<Option<u8>> {
    let mut label = vec![None; categories.len()];
    let mut rest = cell;
    for &variable in breakdown.iter().rev() {
        let levels = usize::from(categories[variable]);
        label[variable] = u8::try_from(rest % levels).ok();
        rest /= levels;
    }
    label
}

/// The row's cell in the crossing of all variables, "missing" being the last level of each.
fn atom_of(variables: &[Classifier<'_>], row: usize) -> u16 {
    variables.iter().fold(0, |atom, variable| {
        let missing = u16::from(variable.categories);
        // Cannot overflow: the number of atoms fits in 16 bits.
        atom * (missing + 1) + u16::from(variable.codes[row]).min(missing)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classifier(codes: &[u8], categories: u8) -> Classifier<'_> {
        Classifier { codes, categories }
    }

    #[test]
    fn crossings_are_listed_in_lexicographic_order() {
        let variables = [classifier(&[], 3), classifier(&[], 2)];
        let domains = Domains::new(0, &variables, &[vec![0, 1], vec![1, 0]]).unwrap();
        assert_eq!(domains.len(), 12);
        assert_eq!(domains.label(1), [Some(0), Some(1)]);
        assert_eq!(domains.label(7), [Some(1), Some(0)]);
    }

    #[test]
    fn a_missing_code_counts_only_where_its_variable_is_totalled() {
        let variables = [classifier(&[0, 9, 2], 3), classifier(&[1, 1, 7], 2)];
        let all = [vec![], vec![0], vec![1], vec![0, 1]];
        let domains = Domains::new(3, &variables, &all).unwrap();
        let rows_in = |domain| {
            let members = domains.shape().members(domain);
            let atoms = domains.atoms().iter();
            atoms.filter(|&&atom| members[usize::from(atom)]).count()
        };
        let counts: Vec<usize> = (0..domains.len()).map(rows_in).collect();
        assert_eq!(counts, [3, 1, 0, 1, 0, 2, 0, 1, 0, 0, 0, 0]);
    }

    #[test]
    fn a_variable_that_does_not_exist_or_is_repeated_is_refused() {
        let variables = [classifier(&[], 3)];
        let asked = |breakdown| Domains::new(0, &variables, &[breakdown]).map(|d| d.len());
        assert_eq!(asked(vec![1]).unwrap_err().code(), "GKO-S010");
        assert_eq!(asked(vec![0, 0]).unwrap_err().code(), "GKO-S011");
    }

    #[test]
    fn a_crossing_that_does_not_fit_is_refused() {
        let variables = [classifier(&[], 255); 3];
        let refused = Domains::new(0, &variables, &[]).unwrap_err();
        assert_eq!(refused.code(), "GKO-S012");
        let largest = [classifier(&[255], 255); 2];
        assert_eq!(Domains::new(1, &largest, &[]).unwrap().atoms(), [u16::MAX]);
    }
}
