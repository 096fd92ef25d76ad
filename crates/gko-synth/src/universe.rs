//! Whom a question was put to, from the answers that come before it.
//!
//! # Rule
//!
//! An expression is evaluated column by column in Kleene logic. A question is
//! put where its universe is true, and nowhere else: an interviewer who does not
//! know the filter's answer goes on to the next question.

use std::collections::BTreeMap;

use gko_codebook::{Categories, Code, Codebook, Comparison, Expr, MultiSet, VariableKind, state};

/// A cell without an answer; no codebook may use this code.
pub(crate) const BLANK: i16 = i16::MIN;
/// Unknown, for whatever reason.
const UNKNOWN: u8 = state::FIRST_MISSING;

/// The raw codes of a file, by column.
pub(crate) type Columns = BTreeMap<String, Vec<i16>>;

/// Evaluates an expression for every row.
pub(crate) fn evaluate(
    expression: &Expr,
    codebook: &Codebook,
    columns: &Columns,
    rows: usize,
) -> Vec<u8> {
    let inner = |part: &Expr| evaluate(part, codebook, columns, rows);
    match expression {
        Expr::All => vec![state::TRUE; rows],
        Expr::Not(part) => inner(part).into_iter().map(state::not).collect(),
        Expr::And(parts) => folded(parts.iter().map(inner), state::TRUE, rows, state::and),
        Expr::Or(parts) => folded(parts.iter().map(inner), state::FALSE, rows, state::or),
        Expr::Has { set, options } => has(codebook.set(set), options, columns, rows),
        leaf => single(leaf, codebook, columns, rows),
    }
}

fn folded(
    parts: impl Iterator<Item = Vec<u8>>,
    start: u8,
    rows: usize,
    join: impl Fn(u8, u8) -> u8,
) -> Vec<u8> {
    parts.fold(vec![start; rows], |sum, part| {
        sum.into_iter().zip(part).map(|(a, b)| join(a, b)).collect()
    })
}

/// A comparison of one variable: what each of its codes makes of it.
fn single(leaf: &Expr, codebook: &Codebook, columns: &Columns, rows: usize) -> Vec<u8> {
    let variable = leaf.variable().and_then(|id| codebook.variable(id));
    let Some(variable) = variable else { return vec![UNKNOWN; rows] };
    let Some(column) = columns.get(&variable.column) else { return vec![UNKNOWN; rows] };
    let judged = |code: &i16| match (&variable.kind, leaf) {
        (_, Expr::Answered { .. }) => u8::from(known(&variable.kind, *code)),
        (VariableKind::Categorical(categories), _) => categorical(leaf, categories, *code),
        (kind, Expr::Number { comparison, value, .. }) if known(kind, *code) => {
            u8::from(comparison.holds(&f64::from(*code), value))
        }
        _ => UNKNOWN,
    };
    column.iter().map(judged).collect()
}

fn known(kind: &VariableKind, code: i16) -> bool {
    match kind {
        VariableKind::Categorical(categories) => place(categories, code).is_some(),
        VariableKind::Number { missing, .. } => {
            let reason = |code: i16| missing.iter().any(|missing| is(&missing.code, code));
            code != BLANK && !reason(code)
        }
        _ => false,
    }
}

fn categorical(leaf: &Expr, categories: &Categories, code: i16) -> u8 {
    let Some(at) = place(categories, code) else { return UNKNOWN };
    match leaf {
        Expr::In { categories: wanted, .. } => u8::from(wanted.contains(&categories.list[at].id)),
        Expr::Rank { comparison, category, .. } => {
            let holds = |other: usize| Comparison::holds(*comparison, &at, &other);
            categories.position(category).map_or(UNKNOWN, |other| u8::from(holds(other)))
        }
        _ => UNKNOWN,
    }
}

fn place(categories: &Categories, code: i16) -> Option<usize> {
    categories.list.iter().position(|category| is(&category.code, code))
}

fn is(code: &Code, raw: i16) -> bool {
    *code == Code::Integer(i64::from(raw))
}

/// Any of the options ticked; unknown where the set has no answer.
fn has(set: Option<&MultiSet>, wanted: &[String], columns: &Columns, rows: usize) -> Vec<u8> {
    let Some(set) = set else { return vec![UNKNOWN; rows] };
    let column = |option: &gko_codebook::SetOption| columns.get(&option.column);
    let row = |row: usize| {
        let mut result = UNKNOWN;
        for option in &set.options {
            let Some(raw) = column(option).map(|column| column[row]) else { continue };
            if is(&set.ticked, raw) && wanted.contains(&option.id) {
                return state::TRUE;
            }
            if is(&set.ticked, raw) || set.not_ticked.as_ref().is_some_and(|no| is(no, raw)) {
                result = state::FALSE;
            }
        }
        result
    };
    (0..rows).map(row).collect()
}
