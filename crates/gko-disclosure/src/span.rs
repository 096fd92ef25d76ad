//! Which columns of a set of linear equations depend on one another.
//!
//! # Rule
//!
//! Columns are taken in one by one. One that is a linear combination of those
//! before it closes a circuit: coefficients, not all 0, under which the columns
//! sum to nothing. An unknown of the equations has more than one value exactly
//! where its column is on a circuit of columns of unknowns.
//!
//! # Assumptions
//!
//! Entries are 1 and -1, and sums of cells of a table keep them small whole
//! numbers, so that what is below 1e-9 is rounding.
//!
//! # References
//!
//! Oxley (2011) *Matroid Theory*, 1.1 and 1.2: circuits, and greedy bases.

use std::collections::BTreeMap;

/// Below this a number is 0.
const NOTHING: f64 = 1e-9;

/// A sparse vector: its entries that are not 0.
pub(crate) type Sparse = BTreeMap<usize, f64>;

/// The space that the columns taken in so far span, in echelon form.
#[derive(Default)]
pub(crate) struct Span {
    /// By the place of the first entry: a vector, and the columns it is made of.
    basis: BTreeMap<usize, (Sparse, Sparse)>,
}

impl Span {
    /// Takes a column in; gives the circuit that it closes, if any.
    pub(crate) fn insert(&mut self, name: usize, column: &Sparse) -> Option<Sparse> {
        let (mut rest, mut made_of) = (column.clone(), Sparse::from([(name, 1.0)]));
        for (first, (vector, from)) in &self.basis {
            if let Some(value) = rest.get(first) {
                let scale = value / vector[first];
                subtract(&mut rest, vector, scale);
                subtract(&mut made_of, from, scale);
            }
        }
        let Some((&first, _)) = rest.first_key_value() else { return Some(made_of) };
        self.basis.insert(first, (rest, made_of));
        None
    }
}

fn subtract(from: &mut Sparse, vector: &Sparse, scale: f64) {
    for (&at, value) in vector {
        let entry = from.entry(at).or_insert(0.0);
        *entry -= scale * value;
        if entry.abs() < NOTHING {
            from.remove(&at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(entries: &[f64]) -> Sparse {
        entries.iter().copied().enumerate().filter(|(_, value)| *value != 0.0).collect()
    }

    #[test]
    fn a_dependent_column_names_its_circuit_and_an_independent_one_none() {
        let mut span = Span::default();
        assert_eq!(span.insert(7, &column(&[1.0, 1.0, 0.0])), None);
        assert_eq!(span.insert(8, &column(&[0.0, 1.0, 1.0])), None);
        let circuit = span.insert(9, &column(&[1.0, 0.0, -1.0]));
        assert_eq!(circuit, Some(Sparse::from([(7, -1.0), (8, 1.0), (9, 1.0)])));
        assert_eq!(span.insert(10, &column(&[0.0, 0.0, 1.0])), None);
    }

    #[test]
    fn a_column_without_entries_is_a_circuit_by_itself() {
        let circuit = Span::default().insert(3, &Sparse::new());
        assert_eq!(circuit, Some(Sparse::from([(3, 1.0)])));
    }
}
