//! Telling blanks apart.
//!
//! # Rule
//!
//! In this order: no answer to the question in the whole country and wave: not
//! asked there; universe false, or unknown only since its own question was routed
//! out: routed out; set answered and option blank: not ticked, a valid no (settled
//! when the set is bound); universe true: system missing; universe unknown:
//! unknown, and counted. Universes are evaluated in the order of their dependence,
//! on columns whose own blanks are settled; questions that do not depend on one
//! another are settled in parallel.

use gko_codebook::{Codebook, Expr, MissingReason, Question, state};
use rayon::prelude::*;

use crate::column::{BLANK, Column};
use crate::error::Error;
use crate::evaluate::evaluate;
use crate::finding::{Finding, FindingKind, Tally};
use crate::microdata::Microdata;

/// Classifies the blanks of every column.
pub(crate) fn blanks(data: &mut Microdata, codebook: &Codebook) -> Result<(), Error> {
    let unit = data.unit;
    let questions: Vec<&Question> = codebook.questions().filter(|q| q.unit == unit).collect();
    for level in levels(&questions) {
        let open: Vec<(&Question, Column)> = level
            .into_iter()
            .filter_map(|question| Some((question, data.columns.remove(&question.id)?)))
            .collect();
        let known: &Microdata = data;
        let settled: Result<Vec<Settled>, Error> =
            open.into_par_iter().map(|(q, column)| settle(q, column, known, codebook)).collect();
        for Settled { id, column, silent, findings } in settled? {
            data.findings.extend(findings);
            data.not_asked.insert(id.clone(), silent);
            data.columns.insert(id, column);
        }
    }
    Ok(())
}

/// Questions in groups, each after those that its universes name; the codebook
/// has no circles.
fn levels<'a>(questions: &[&'a Question]) -> Vec<Vec<&'a Question>> {
    let mut levels: Vec<Vec<&Question>> = Vec::new();
    let mut waiting: Vec<&Question> = questions.to_vec();
    while !waiting.is_empty() {
        let is_waiting = |id: &str| waiting.iter().any(|question| question.id == id);
        let is_ready = |q: &&Question| !q.universe.variables().into_iter().any(is_waiting);
        let (ready, rest): (Vec<_>, Vec<_>) = waiting.iter().partition(|q| is_ready(q));
        if ready.is_empty() {
            levels.push(rest);
            break;
        }
        levels.push(ready);
        waiting = rest;
    }
    levels
}

/// A column whose blanks have their reasons.
struct Settled {
    id: String,
    column: Column,
    /// The samples in which the question was not asked.
    silent: Vec<bool>,
    findings: Vec<Finding>,
}

fn settle(
    question: &Question,
    mut column: Column,
    data: &Microdata,
    codebook: &Codebook,
) -> Result<Settled, Error> {
    let universe = match &question.universe {
        Expr::All => None,
        universe => Some(evaluate(universe, data, codebook)?),
    };
    let Scan { silent, blank } = Scan::of(&column, data, universe.as_deref());
    let mut doubts = Doubts::default();
    column.map_reasons(|row, byte| {
        let truth = universe.as_ref().map_or(state::TRUE, |universe| universe[row]);
        if silent[data.sample[row] as usize] {
            return state::of(MissingReason::NotAsked);
        }
        doubts.see(row, byte, truth);
        if byte == BLANK { state::of(blank_reason(truth)) } else { byte }
    });
    let mut findings = not_asked(question, data, &silent, &blank);
    findings.extend(doubts.findings(&question.id));
    Ok(Settled { id: question.id.clone(), column, silent, findings })
}

/// A universe that is unknown only since its own question was routed out.
const ROUTED_OUT: u8 = state::of(MissingReason::RoutedOut);

const fn blank_reason(universe: u8) -> MissingReason {
    match universe {
        state::TRUE => MissingReason::SystemMissing,
        state::FALSE | ROUTED_OUT => MissingReason::RoutedOut,
        _ => MissingReason::UniverseUnknown,
    }
}

/// What a first look at a column tells, sample by sample.
struct Scan {
    /// Whether there is not one answer although somebody should have one, or
    /// although there is no column at all. A follow-up that concerned nobody was
    /// asked, and its blanks are routed out.
    silent: Vec<bool>,
    /// How many blanks there are.
    blank: Vec<u64>,
}

impl Scan {
    fn of(column: &Column, data: &Microdata, universe: Option<&[u8]>) -> Self {
        let not_asked = state::of(MissingReason::NotAsked);
        let samples = data.samples.len();
        let mut scan = Self { silent: vec![true; samples], blank: vec![0; samples] };
        let mut concerned = vec![false; samples];
        column.each_reason(|row, byte| {
            let sample = data.sample[row] as usize;
            let truth = universe.map_or(state::TRUE, |universe| universe[row]);
            scan.silent[sample] &= byte == BLANK || byte == not_asked;
            scan.blank[sample] += u64::from(byte == BLANK);
            concerned[sample] |= truth == state::TRUE || byte == not_asked;
        });
        for (silent, concerned) in scan.silent.iter_mut().zip(concerned) {
            *silent &= concerned;
        }
        scan
    }
}

fn not_asked(
    question: &Question,
    data: &Microdata,
    silent: &[bool],
    blank: &[u64],
) -> Vec<Finding> {
    let samples = data.samples.iter().zip(silent).zip(blank);
    let found = samples.filter(|((_, silent), blank)| **silent && **blank > 0);
    let finding = |((sample, _), blank): ((&crate::microdata::Sample, &bool), &u64)| {
        let place = format!("{} {}", sample.country, sample.wave);
        Finding::whole(FindingKind::NotAsked, &place, &question.id, *blank)
    };
    found.map(finding).collect()
}

/// What is doubtful about the routing of one question.
#[derive(Default)]
struct Doubts {
    outside: Tally,
    unknown: Tally,
}

impl Doubts {
    fn see(&mut self, row: usize, byte: u8, truth: u8) {
        if byte == BLANK && truth > ROUTED_OUT {
            self.unknown.add(row, String::new);
        }
        let answer = byte != BLANK && byte != state::of(MissingReason::NotAsked);
        if answer && truth == state::FALSE {
            self.outside.add(row, String::new);
        }
    }

    fn findings(self, question: &str) -> impl Iterator<Item = Finding> {
        let kinds = [
            (self.outside, FindingKind::OutOfUniverse),
            (self.unknown, FindingKind::UniverseUnknown),
        ];
        kinds.into_iter().filter_map(move |(tally, kind)| {
            tally.finding(kind, "all files", question).map(Finding::of_all_files)
        })
    }
}
