//! Evaluating expressions over bound columns: one byte a row.
//!
//! # Rule
//!
//! 0 false, 1 true, 240 and above unknown for that reason; see
//! [`gko_codebook::state`]. Rows are worked off in fixed blocks, so that the
//! result and the memory in use do not depend on the number of threads.

use gko_codebook::{Categories, Codebook, Comparison, Expr, MissingReason, state};
use rayon::prelude::*;

use crate::column::{Coded, Column, MultiResponse, Number};
use crate::error::Error;
use crate::microdata::Microdata;

/// Rows in a block: small enough that a few bytes a row stay in the cache.
const BLOCK: usize = 16 * 1024;

/// Evaluates an expression for every row.
///
/// # Errors
///
/// [`Error::Unbound`] where the expression names a variable, category or option
/// that the data or the codebook do not have.
pub fn evaluate(
    expression: &Expr,
    data: &Microdata,
    codebook: &Codebook,
) -> Result<Vec<u8>, Error> {
    let test = compile(expression, data, codebook)?;
    let mut truth = vec![state::TRUE; data.rows()];
    truth.par_chunks_mut(BLOCK).enumerate().for_each(|(block, out)| {
        test.fill(block * BLOCK, out);
    });
    Ok(truth)
}

/// An expression bound to columns.
enum Test<'a> {
    All,
    Not(Box<Test<'a>>),
    And(Vec<Test<'a>>),
    Or(Vec<Test<'a>>),
    Narrow { states: &'a [u8], table: Box<[u8; 256]> },
    Wide { states: &'a Coded, wanted: Vec<bool> },
    Number { number: &'a Number, comparison: Comparison, value: f64 },
    Has { set: &'a MultiResponse, samples: &'a [u32], wanted: u64 },
    Answered(&'a Column),
}

fn compile<'a>(
    expression: &Expr,
    data: &'a Microdata,
    codebook: &Codebook,
) -> Result<Test<'a>, Error> {
    let parts = |parts: &[Expr]| -> Result<Vec<Test<'a>>, Error> {
        parts.iter().map(|part| compile(part, data, codebook)).collect()
    };
    match expression {
        Expr::Not(inner) => Ok(Test::Not(Box::new(compile(inner, data, codebook)?))),
        Expr::And(list) => Ok(Test::And(parts(list)?)),
        Expr::Or(list) => Ok(Test::Or(parts(list)?)),
        comparison => match comparison.variable() {
            None => Ok(Test::All),
            Some(name) => leaf(comparison, data, codebook).ok_or_else(|| {
                let bound = data.column(name).is_some();
                Error::Unbound {
                    name: if bound { comparison.to_string() } else { name.to_owned() },
                }
            }),
        },
    }
}

fn leaf<'a>(expression: &Expr, data: &'a Microdata, codebook: &Codebook) -> Option<Test<'a>> {
    let name = expression.variable()?;
    let column = data.column(name)?;
    let categories = codebook.variable(name).and_then(|variable| variable.categories());
    match (expression, column) {
        (Expr::Answered { .. }, column) => Some(Test::Answered(column)),
        (Expr::In { categories: wanted, .. }, Column::Coded(coded)) => {
            wanted.iter().map(|id| categories?.position(id)).collect::<Option<Vec<_>>>()?;
            Some(coded_test(coded, categories?, |_, id| wanted.iter().any(|name| name == id)))
        }
        (Expr::Rank { comparison, category, .. }, Column::Coded(coded)) => {
            let bound = categories?.position(category)?;
            Some(coded_test(coded, categories?, |place, _| comparison.holds(&place, &bound)))
        }
        (Expr::Number { comparison, value, .. }, Column::Number(number)) => {
            Some(Test::Number { number, comparison: *comparison, value: *value })
        }
        (Expr::Has { options, .. }, Column::Multi(set)) => {
            let places = codebook.set(name)?;
            let bits = options.iter().map(|id| places.position(id).map(|place| 1_u64 << place));
            let wanted =
                bits.collect::<Option<Vec<u64>>>()?.into_iter().fold(0, |all, bit| all | bit);
            Some(Test::Has { set, samples: data.sample_of_row(), wanted })
        }
        _ => None,
    }
}

fn coded_test<'a>(
    coded: &'a Coded,
    categories: &Categories,
    holds: impl Fn(usize, &str) -> bool,
) -> Test<'a> {
    let list = categories.list.iter().enumerate();
    let wanted: Vec<bool> = list.map(|(place, category)| holds(place, &category.id)).collect();
    match coded {
        Coded::Wide(_) => Test::Wide { states: coded, wanted },
        Coded::Narrow(states) => {
            // A reason stands for itself; a category for true or false.
            let mut table = Box::new([state::FALSE; 256]);
            for byte in state::FIRST_MISSING..=u8::MAX {
                table[usize::from(byte)] = byte;
            }
            for (slot, wanted) in table.iter_mut().zip(wanted) {
                *slot = u8::from(wanted);
            }
            Test::Narrow { states, table }
        }
    }
}

impl Test<'_> {
    /// Evaluates the rows from `start` on into `out`.
    fn fill(&self, start: usize, out: &mut [u8]) {
        let rows = start..start + out.len();
        match self {
            Self::All => out.fill(state::TRUE),
            Self::Not(inner) => {
                inner.fill(start, out);
                out.iter_mut().for_each(|truth| *truth = state::not(*truth));
            }
            Self::And(parts) => combine(parts, start, out, state::TRUE, state::and),
            Self::Or(parts) => combine(parts, start, out, state::FALSE, state::or),
            Self::Narrow { states, table } => {
                for (truth, state) in out.iter_mut().zip(&states[rows]) {
                    *truth = table[usize::from(*state)];
                }
            }
            row_by_row => {
                for (truth, row) in out.iter_mut().zip(rows) {
                    *truth = row_by_row.of_row(row);
                }
            }
        }
    }

    fn of_row(&self, row: usize) -> u8 {
        match self {
            Self::Wide { states, wanted } => match states.category(row) {
                Some(category) => u8::from(wanted[category]),
                None => states.reason_state(row),
            },
            Self::Number { number, comparison, value } => match number.reasons[row] {
                0 => u8::from(comparison.holds(&number.values[row], value)),
                reason => reason,
            },
            Self::Has { set, samples, wanted } => has(set, samples[row], row, *wanted),
            Self::Answered(column) => u8::from(column.reason_state(row) == 0),
            _ => state::TRUE,
        }
    }
}

/// A tick suffices; without one an option that this country's file does not
/// have is unknown, not a no.
fn has(set: &MultiResponse, sample: u32, row: usize, wanted: u64) -> u8 {
    let absent = usize::try_from(sample).ok().and_then(|sample| set.absent.get(sample));
    match set.reasons[row] {
        0 if set.ticks[row] & wanted != 0 => state::TRUE,
        0 if absent.is_some_and(|absent| absent & wanted != 0) => {
            state::of(MissingReason::NotAsked)
        }
        0 => state::FALSE,
        reason => reason,
    }
}

fn combine(parts: &[Test<'_>], start: usize, out: &mut [u8], neutral: u8, join: fn(u8, u8) -> u8) {
    out.fill(neutral);
    let mut part_truth = vec![0; out.len()];
    for part in parts {
        part.fill(start, &mut part_truth);
        for (truth, other) in out.iter_mut().zip(&part_truth) {
            *truth = join(*truth, *other);
        }
    }
}
