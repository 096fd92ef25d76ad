//! How a multi-response question is answered: a share for every option.
//!
//! # Rule
//!
//! Those asked leave the question blank, give a reason in the set's own columns
//! or codes, choose the exclusive option alone, or else tick each other option
//! independently given their cell and PSU. Where a blank means "not ticked",
//! somebody who ticked nothing gets the set's catch-all option: without it the
//! answer could not be told from a blank.

use gko_codebook::{MultiSet, SetMissing};

use crate::Error;
use crate::model::{Mixture, cells, missing_rate, narrow, option_target};
use crate::profile::Profile;
use crate::random::normal_quantile;

/// How a multi-response set is answered in one country.
#[derive(Clone, Debug)]
pub(crate) struct SetModel {
    pub(crate) ticked: i16,
    pub(crate) not_ticked: Option<i16>,
    /// The option that excludes all others.
    pub(crate) exclusive: Option<usize>,
    /// The option of those who ticked no other.
    pub(crate) catch_all: Option<usize>,
    pub(crate) missing: Vec<(Unanswered, f64)>,
    /// By option and cell: the share among those who answered (the exclusive
    /// option), or among those who did not choose the exclusive option.
    pub(crate) chance: Vec<Vec<f64>>,
    pub(crate) mixture: Mixture,
}

/// How a set says that it has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// A tick in the column at this place after the options.
    Column(usize),
    /// A code in every option's column.
    Code(i16),
}

impl SetModel {
    pub(crate) fn new(set: &MultiSet, profile: &Profile) -> Result<Self, Error> {
        let id = &set.question.id;
        let missing = missing(set)?;
        let exclusive = set.options.iter().position(|option| option.exclusive);
        let not_ticked = set.not_ticked.as_ref().map(|code| narrow(id, code)).transpose()?;
        let model = Self {
            ticked: narrow(id, &set.ticked)?,
            not_ticked,
            exclusive,
            catch_all: if not_ticked.is_some() { None } else { catch_all(set) },
            chance: chances(set, profile, exclusive, known(&missing)),
            missing,
            mixture: Mixture::of(&set.question),
        };
        Ok(model)
    }

    pub(crate) fn known(&self) -> f64 {
        known(&self.missing)
    }

    /// The share of an option in a cell, of those asked who left no blank.
    pub(crate) fn share(&self, option: usize, cell: usize) -> f64 {
        let alone = self.exclusive.map_or(0.0, |place| self.chance[place][cell]);
        if self.exclusive == Some(option) {
            return self.known() * alone;
        }
        let mut chance = self.chance[option][cell];
        if self.catch_all == Some(option) {
            chance += (1.0 - chance) * self.none_of_the_others(option, cell);
        }
        self.known() * (1.0 - alone) * chance
    }

    fn none_of_the_others(&self, catch_all: usize, cell: usize) -> f64 {
        let others =
            (0..self.chance.len()).filter(|o| *o != catch_all && self.exclusive != Some(*o));
        others.map(|option| 1.0 - self.chance[option][cell]).product()
    }

    /// By option and cell the cut above which the option is ticked.
    pub(crate) fn cuts(&self) -> Vec<Vec<f64>> {
        let cut = |chance: &f64| normal_quantile((1.0 - chance).clamp(1e-12, 1.0 - 1e-12));
        self.chance.iter().map(|cells| cells.iter().map(cut).collect()).collect()
    }
}

fn known(missing: &[(Unanswered, f64)]) -> f64 {
    1.0 - missing.iter().map(|(_, rate)| rate).sum::<f64>()
}

/// "Somebody else", "other", "ignored it": the option of those who ticked no other.
fn catch_all(set: &MultiSet) -> Option<usize> {
    let named = ["someone-else", "other", "ignored"].into_iter();
    let named = named.filter_map(|id| set.position(id)).next();
    named.or_else(|| set.options.iter().rposition(|option| !option.exclusive))
}

fn chances(
    set: &MultiSet,
    profile: &Profile,
    exclusive: Option<usize>,
    known: f64,
) -> Vec<Vec<f64>> {
    let cells = cells(profile, set.question.unit);
    let wanted = set.options.iter().map(|option| {
        let target = option_target(&set.question.id, &option.id);
        let name = format!("{}.{}", set.question.id, option.id);
        profile.shares(&name, &target, cells)
    });
    let wanted: Vec<Vec<f64>> = wanted.collect();
    let alone = |cell: usize| exclusive.map_or(0.0, |place| (wanted[place][cell] / known).min(0.9));
    let chance = |(option, shares): (usize, &Vec<f64>)| {
        let chance = |(cell, share): (usize, &f64)| match exclusive {
            Some(place) if place == option => alone(cell),
            _ => (share / known / (1.0 - alone(cell))).min(0.98),
        };
        shares.iter().enumerate().map(chance).collect()
    };
    wanted.iter().enumerate().map(chance).collect()
}

fn missing(set: &MultiSet) -> Result<Vec<(Unanswered, f64)>, Error> {
    let question = &set.question;
    let mut columns = 0..;
    let kinds = set.missing.iter().map(|missing| {
        let (kind, reason) = match missing {
            SetMissing::Column { reason, .. } => {
                (Unanswered::Column(columns.next().unwrap_or_default()), *reason)
            }
            SetMissing::Code { code, reason } => {
                (Unanswered::Code(narrow(&question.id, code)?), *reason)
            }
            other => return Err(unknown_way(&question.id, other)),
        };
        Ok((kind, missing_rate(&question.id, &question.module, reason)))
    });
    kinds.collect()
}

fn unknown_way(set: &str, missing: &SetMissing) -> Error {
    Error::Code { variable: set.to_owned(), got: format!("{missing:?}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use gko_codebook::Codebook;

    fn model(id: &str) -> (SetModel, MultiSet) {
        let codebook = Codebook::parse(crate::CODEBOOK, "codebook.toml").unwrap();
        let set = codebook.set(id).unwrap().clone();
        (SetModel::new(&set, &Profile::new("XAA")).unwrap(), set)
    }

    #[test]
    fn the_catch_all_takes_those_who_ticked_nothing() {
        let (model, set) = model("F14");
        assert_eq!(model.catch_all, set.position("someone-else"));
        assert_eq!(model.exclusive, set.position("nobody"));
        // By hand for cell 0: alone with q, else the catch-all of its own accord
        // or because no other option was ticked.
        let chance = |id: &str| model.chance[set.position(id).unwrap()][0];
        let others = ["parent", "friend", "sibling", "teacher", "trusted-adult", "professional"];
        let none: f64 = others.iter().map(|id| 1.0 - chance(id)).product();
        let own = chance("someone-else");
        let expected = (1.0 - chance("nobody")) * (own + (1.0 - own) * none) * 0.95;
        let share = model.share(set.position("someone-else").unwrap(), 0);
        assert!((share - expected).abs() < 1e-12, "{share} {expected}");
    }

    #[test]
    fn a_set_that_writes_its_noes_needs_no_catch_all() {
        let (model, _) = model("A4");
        assert_eq!((model.catch_all, model.not_ticked), (None, Some(0)));
        assert_eq!(model.missing.len(), 1);
    }
}
