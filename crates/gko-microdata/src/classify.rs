//! Telling blanks apart.
//!
//! # Rule
//!
//! In this order: no answer to the question in the whole country and wave: not
//! asked there; universe false: routed out; set answered and option blank: not
//! ticked, a valid no (settled when the set is bound); universe true: system
//! missing; universe unknown: unknown, and counted. Universes are evaluated in
//! the order of their dependence, on columns whose own blanks are settled.

use gko_codebook::{Codebook, Expr, MissingReason, Question, state};

use crate::column::{BLANK, Column};
use crate::error::Error;
use crate::evaluate::evaluate;
use crate::finding::{Finding, FindingKind, Tally};
use crate::microdata::Microdata;

/// Classifies the blanks of every column.
pub(crate) fn blanks(data: &mut Microdata, codebook: &Codebook) -> Result<(), Error> {
    let unit = data.unit;
    let questions: Vec<&Question> = codebook.questions().filter(|q| q.unit == unit).collect();
    for question in in_order(&questions) {
        let Some(mut column) = data.columns.remove(&question.id) else { continue };
        let not_asked = not_asked(data, question, &mut column);
        data.not_asked.insert(question.id.clone(), not_asked);
        if question.universe == Expr::All {
            settle(&mut column, |_| state::TRUE);
        } else {
            let universe = evaluate(&question.universe, data, codebook)?;
            routed(data, question, &mut column, &universe);
        }
        data.columns.insert(question.id.clone(), column);
    }
    Ok(())
}

/// Questions after those that their universes name; the codebook has no circles.
fn in_order<'a>(questions: &[&'a Question]) -> Vec<&'a Question> {
    let mut ordered: Vec<&Question> = Vec::new();
    let mut waiting: Vec<&Question> = questions.to_vec();
    while !waiting.is_empty() {
        let known =
            |id: &str| ordered.iter().any(|q| q.id == id) || questions.iter().all(|q| q.id != id);
        let is_ready = |q: &&Question| q.universe.variables().into_iter().all(known);
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_ready);
        let stuck = ready.is_empty();
        ordered.extend(ready);
        waiting = rest;
        if stuck {
            ordered.append(&mut waiting);
        }
    }
    ordered
}

fn byte(column: &Column, row: usize) -> u8 {
    column.reason_state(row)
}

fn settle(column: &mut Column, universe: impl Fn(usize) -> u8) {
    for row in 0..column.len() {
        if byte(column, row) == BLANK {
            column.set_reason(row, blank_reason(universe(row)));
        }
    }
}

const fn blank_reason(universe: u8) -> MissingReason {
    match universe {
        state::TRUE => MissingReason::SystemMissing,
        state::FALSE => MissingReason::RoutedOut,
        _ => MissingReason::UniverseUnknown,
    }
}

/// Marks the samples without one answer, and returns which they are.
fn not_asked(data: &mut Microdata, question: &Question, column: &mut Column) -> Vec<bool> {
    let not_asked = state::of(MissingReason::NotAsked);
    let mut silent = vec![true; data.samples.len()];
    let mut blank = vec![0_u64; data.samples.len()];
    for (row, &sample) in data.sample.iter().enumerate() {
        let state = byte(column, row);
        silent[sample as usize] &= state == BLANK || state == not_asked;
        blank[sample as usize] += u64::from(state == BLANK);
    }
    for (row, &sample) in data.sample.iter().enumerate() {
        if silent[sample as usize] {
            column.set_reason(row, MissingReason::NotAsked);
        }
    }
    let found =
        silent.iter().zip(&blank).zip(&data.samples).filter(|((silent, n), _)| **silent && **n > 0);
    let findings = found.map(|((_, n), sample)| {
        Finding::whole(FindingKind::NotAsked, sample.country.as_str(), &question.id, *n)
    });
    data.findings.extend(findings);
    silent
}

fn routed(data: &mut Microdata, question: &Question, column: &mut Column, universe: &[u8]) {
    let (mut outside, mut unknown) = (Tally::default(), Tally::default());
    for (row, &truth) in universe.iter().enumerate() {
        let state = byte(column, row);
        if state == BLANK && truth > state::TRUE {
            unknown.add(row, String::new);
        }
        let answer = state != BLANK && state != state::of(MissingReason::NotAsked);
        if answer && truth == state::FALSE {
            outside.add(row, String::new);
        }
    }
    settle(column, |row| universe[row]);
    let kinds = [(outside, FindingKind::OutOfUniverse), (unknown, FindingKind::UniverseUnknown)];
    let findings =
        kinds.into_iter().filter_map(|(t, kind)| t.finding(kind, "all files", &question.id));
    data.findings.extend(findings);
}
