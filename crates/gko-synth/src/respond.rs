//! The answers of one unit in one country, question after question.
//!
//! # Rule
//!
//! Questions are answered in the order of their universes: first those that
//! were put to all, then those that hang on them. All random numbers come from
//! the country's one stream, in this order.

use gko_codebook::{Codebook, MultiSet, Question, Unit, Variable, state};

use crate::Error;
use crate::model::{BLANK_RATE, Mixture, Model, cells};
use crate::profile::Profile;
use crate::random::Stream;
use crate::sample::People;
use crate::sets::{SetModel, Unanswered};
use crate::truth::{TrueAnswers, Truth};
use crate::universe::{BLANK, Columns, evaluate};

/// One country's unit while it answers.
pub(crate) struct Interview<'a> {
    pub(crate) codebook: &'a Codebook,
    pub(crate) profile: &'a Profile,
    pub(crate) wave: &'a str,
    pub(crate) unit: Unit,
    pub(crate) people: &'a People,
    pub(crate) columns: Columns,
    pub(crate) truth: Truth,
}

/// A question that waits for the answers its universe names.
#[derive(Clone, Copy)]
enum Pending<'a> {
    Variable(&'a Variable),
    Set(&'a MultiSet),
}

impl<'a> Pending<'a> {
    const fn question(self) -> &'a Question {
        match self {
            Self::Variable(variable) => &variable.question,
            Self::Set(set) => &set.question,
        }
    }
}

impl<'a> Interview<'a> {
    /// Asks everything that the codebook has for the unit.
    pub(crate) fn run(&mut self, stream: &mut Stream) -> Result<(), Error> {
        let mut pending = self.pending();
        while !pending.is_empty() {
            let waits = |id: &str| pending.iter().any(|p| p.question().id == id);
            let ready = |p: &Pending| !p.question().universe.variables().into_iter().any(waits);
            let (now, later): (Vec<_>, Vec<_>) = pending.iter().copied().partition(ready);
            if let (true, Some(stuck)) = (now.is_empty(), pending.first()) {
                return Err(Error::Universe { variable: stuck.question().id.clone() });
            }
            now.iter().try_for_each(|question| self.ask(*question, stream))?;
            pending = later;
        }
        Ok(())
    }

    /// Every question of the unit that the sample itself does not answer.
    fn pending(&self) -> Vec<Pending<'a>> {
        let codebook = self.codebook;
        let variables = codebook.variables.iter();
        let open = variables.filter(|variable| !self.columns.contains_key(&variable.column));
        let all = open.map(Pending::Variable).chain(codebook.sets.iter().map(Pending::Set));
        all.filter(|pending| pending.question().unit == self.unit).collect()
    }

    fn ask(&mut self, pending: Pending<'a>, stream: &mut Stream) -> Result<(), Error> {
        let question = pending.question();
        if !is_asked(&self.profile.code, &question.id) {
            self.leave_blank(pending);
            return Ok(());
        }
        let asked = evaluate(&question.universe, self.codebook, &self.columns, self.people.len());
        match pending {
            Pending::Variable(variable) => self.variable(variable, &asked, stream),
            Pending::Set(set) => self.set(set, &asked, stream),
        }
    }

    fn leave_blank(&mut self, pending: Pending<'a>) {
        let blank = vec![BLANK; self.people.len()];
        match pending {
            Pending::Variable(variable) => {
                self.columns.insert(variable.column.clone(), blank);
            }
            Pending::Set(set) => {
                self.columns.extend(set.columns().map(|c| (c.to_owned(), blank.clone())));
            }
        }
    }

    fn variable(
        &mut self,
        variable: &Variable,
        asked: &[u8],
        stream: &mut Stream,
    ) -> Result<(), Error> {
        let model = Model::new(variable, self.profile, self.wave)?;
        let mut column = answers(&model, self.people, asked, stream);
        if variable.question.id == "B1" {
            not_after_age(&mut column, &self.people.years, &model);
        } else {
            self.remember(&variable.question, model.true_categories());
        }
        self.columns.insert(variable.column.clone(), column);
        Ok(())
    }

    fn set(&mut self, set: &MultiSet, asked: &[u8], stream: &mut Stream) -> Result<(), Error> {
        let model = SetModel::new(set, self.profile)?;
        let columns = ticks(&model, set.columns().count(), self.people, asked, stream);
        let names = set.columns().map(str::to_owned);
        self.columns.extend(names.zip(columns));
        let cells = cells(self.profile, self.unit).len();
        let share = |option| (0..cells).map(|cell| model.share(option, cell)).collect();
        let options = set.options.iter().enumerate();
        let shares = options.map(|(at, option)| (option.id.clone(), None, share(at))).collect();
        self.remember(&set.question, shares);
        Ok(())
    }

    fn remember(&mut self, question: &Question, categories: TrueShares) {
        let (code, cells) = (&self.profile.code, cells(self.profile, self.unit).clone());
        let asked = self.truth.reach(code, &question.universe, cells.len());
        self.truth.insert(code, &question.id, TrueAnswers { cells, asked, categories });
    }
}

type TrueShares = Vec<(String, Option<f64>, Vec<f64>)>;

impl Model {
    fn true_categories(&self) -> TrueShares {
        let share = |at: usize| self.shares.iter().map(|cell| cell[at]).collect();
        let categories = self.categories.iter().enumerate();
        categories.map(|(at, answer)| (answer.id.clone(), answer.value, share(at))).collect()
    }
}

/// Whether a country put a question at all: the file of XAO has no F41, and all
/// of G2 is blank in that of XAH.
pub(crate) fn is_asked(country: &str, question: &str) -> bool {
    !(country == "XAO" && question.starts_with("F41")
        || country == "XAH" && question.starts_with("G2"))
}

/// Nobody used the internet before an age that lies ahead.
fn not_after_age(column: &mut [i16], years: &[i16], model: &Model) {
    let missing = |code: i16| model.missing.iter().any(|(missing, _)| *missing == code);
    for (code, years) in column.iter_mut().zip(years) {
        if *code != BLANK && !missing(*code) {
            *code = (*code).min(*years);
        }
    }
}

/// Everything behind a child's answer but its own noise.
struct Leaning<'a> {
    people: &'a People,
    mixture: Mixture,
    psu: Vec<f64>,
}

impl<'a> Leaning<'a> {
    fn new(people: &'a People, mixture: Mixture, stream: &mut Stream) -> Self {
        let [common, own] = mixture.psu;
        let effect = |shared: &f64| common * shared + own * stream.normal();
        let psu = people.psu_effect.iter().map(effect).collect();
        Self { people, mixture, psu }
    }

    fn of(&self, row: usize) -> f64 {
        let [exposure, support] = &self.people.disposition;
        let loading = self.mixture.loading;
        loading[0] * exposure[row] + loading[1] * support[row] + self.psu[self.people.psu[row]]
    }
}

fn answers(model: &Model, people: &People, asked: &[u8], stream: &mut Stream) -> Vec<i16> {
    let leaning = Leaning::new(people, model.mixture, stream);
    let cuts = model.cuts();
    let answer = |(row, asked): (usize, &u8)| {
        if *asked != state::TRUE || stream.bernoulli(BLANK_RATE) {
            return BLANK;
        }
        if let Some(code) = chosen(&model.missing, stream) {
            return code;
        }
        let position = leaning.of(row) + model.mixture.noise * stream.normal();
        let cuts = &cuts[people.cell[row]];
        let at = cuts.iter().take_while(|cut| position > **cut).count();
        model.categories.get(at).map_or(BLANK, |answer| answer.code)
    };
    asked.iter().enumerate().map(answer).collect()
}

/// One of the listed things with its probability, or none of them.
fn chosen<T: Copy>(list: &[(T, f64)], stream: &mut Stream) -> Option<T> {
    if list.is_empty() {
        return None;
    }
    let mut left = stream.uniform();
    let found = list.iter().find(|(_, rate)| {
        left -= rate;
        left < 0.0
    });
    found.map(|(thing, _)| *thing)
}

/// The columns of a set: its options, then those that say why there is no answer.
fn ticks(
    model: &SetModel,
    columns: usize,
    people: &People,
    asked: &[u8],
    stream: &mut Stream,
) -> Vec<Vec<i16>> {
    let mut raw = vec![vec![BLANK; people.len()]; columns];
    let options = model.chance.len();
    let leanings = (0..options).map(|_| Leaning::new(people, model.mixture, stream)).collect();
    let choice = Choice { model, leanings, cuts: model.cuts() };
    for (row, _) in asked.iter().enumerate().filter(|(_, asked)| **asked == state::TRUE) {
        if stream.bernoulli(BLANK_RATE) {
            continue;
        }
        match chosen(&model.missing, stream) {
            Some(Unanswered::Column(at)) => raw[options + at][row] = model.ticked,
            Some(Unanswered::Code(code)) => raw[..options].iter_mut().for_each(|c| c[row] = code),
            None => write(model, &choice.ticked(row, stream), row, &mut raw),
        }
    }
    raw
}

/// What stands behind the ticks of a set.
struct Choice<'a> {
    model: &'a SetModel,
    leanings: Vec<Leaning<'a>>,
    cuts: Vec<Vec<f64>>,
}

impl Choice<'_> {
    /// Which options somebody who answers has ticked.
    fn ticked(&self, row: usize, stream: &mut Stream) -> Vec<bool> {
        let options = 0..self.leanings.len();
        if let Some(place) = self.model.exclusive.filter(|place| self.over(*place, row, stream)) {
            return options.map(|option| option == place).collect();
        }
        let free = |option: &usize| Some(*option) != self.model.exclusive;
        let mut ticked: Vec<bool> =
            options.map(|option| free(&option) && self.over(option, row, stream)).collect();
        if let (false, Some(place)) = (ticked.contains(&true), self.model.catch_all) {
            ticked[place] = true;
        }
        ticked
    }

    fn over(&self, option: usize, row: usize, stream: &mut Stream) -> bool {
        let leaning = &self.leanings[option];
        let position = leaning.of(row) + leaning.mixture.noise * stream.normal();
        position > self.cuts[option][leaning.people.cell[row]]
    }
}

fn write(model: &SetModel, ticked: &[bool], row: usize, raw: &mut [Vec<i16>]) {
    for (column, ticked) in raw.iter_mut().zip(ticked) {
        let not_ticked = model.not_ticked.unwrap_or(BLANK);
        column[row] = if *ticked { model.ticked } else { not_ticked };
    }
}
