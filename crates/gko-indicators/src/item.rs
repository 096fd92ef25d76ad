//! From a definition to one byte a row: 0 no, 1 yes, 2 out of the base.

use gko_codebook::{Codebook, Indicator, Measure, MissingReason, MissingRule, VariableKind, state};
use gko_microdata::{Column, Microdata, evaluate};

use crate::base::{Counts, Place, reason_of};
use crate::error::Error;

/// The byte of a row outside the base.
pub(crate) const OUT: u8 = 2;

/// The columns of one indicator, ready for the kernel.
pub(crate) struct Prepared {
    /// 0 no, 1 yes, 2 out of the base; for a mean 1 in the base.
    pub(crate) states: Vec<u8>,
    /// The numbers of a mean.
    pub(crate) values: Option<Vec<f64>>,
    /// For each reason that is a category of its own, its item.
    pub(crate) categories: Vec<(MissingReason, Vec<u8>)>,
    /// 1 for rows that were not asked, 0 for the base, where there are such rows:
    /// a group that holds one has no figure, since the others would be a figure
    /// about somebody else.
    pub(crate) not_asked: Option<Vec<u8>>,
    /// The account, sample by sample.
    pub(crate) counts: Vec<Counts>,
}

/// Evaluates a definition for every row.
pub(crate) fn prepare(
    indicator: &Indicator,
    data: &Microdata,
    codebook: &Codebook,
) -> Result<Prepared, Error> {
    let wrap =
        |source| Error::Expression { indicator: indicator.id.clone(), source: Box::new(source) };
    let base = evaluate(&indicator.base, data, codebook).map_err(wrap)?;
    let (answers, values) = match &indicator.measure {
        Measure::Share { numerator } => (evaluate(numerator, data, codebook).map_err(wrap)?, None),
        Measure::Mean { variable } => {
            let (answers, values) = numbers(variable, data, codebook).map_err(wrap)?;
            (answers, Some(values))
        }
        _ => (vec![OUT; data.rows()], None),
    };
    Ok(Work { indicator, data, base, answers, values }.run())
}

/// A definition whose expressions are evaluated and whose rules are not applied yet.
struct Work<'a> {
    indicator: &'a Indicator,
    data: &'a Microdata,
    base: Vec<u8>,
    answers: Vec<u8>,
    values: Option<Vec<f64>>,
}

impl Work<'_> {
    fn run(mut self) -> Prepared {
        let rules = MissingReason::ALL.map(|reason| self.indicator.missing.rule(reason));
        let mut counts = vec![Counts::default(); self.data.samples().len()];
        let mut categories: Vec<(MissingReason, Vec<u8>)> = self
            .indicator
            .missing
            .categories()
            .map(|reason| (reason, vec![OUT; self.data.rows()]))
            .collect();
        let mut states = vec![OUT; self.data.rows()];
        for (row, &sample) in self.data.sample_of_row().iter().enumerate() {
            let place = self.place(row, &rules);
            counts[sample as usize].add(place);
            if let Place::InBase(reason) = place {
                states[row] = self.settle(row, reason, &rules);
                for (category, item) in &mut categories {
                    item[row] = u8::from(reason == Some(*category));
                }
            }
        }
        let not_asked = counts.iter().any(Counts::not_asked).then(|| self.not_asked(&states));
        Prepared { states, values: self.values, categories, not_asked, counts }
    }

    /// 1 for the rows that are out because nobody asked, 0 for those in the base.
    fn not_asked(&self, states: &[u8]) -> Vec<u8> {
        let reason = state::of(MissingReason::NotAsked);
        let pairs = self.base.iter().zip(&self.answers).zip(states);
        let flag = |((&base, &answer), &settled): ((&u8, &u8), &u8)| {
            let unasked = base == reason || (base == state::TRUE && answer == reason);
            match settled {
                OUT if unasked => 1,
                OUT => OUT,
                _ => 0,
            }
        };
        pairs.map(flag).collect()
    }

    fn place(&self, row: usize, rules: &[MissingRule; 9]) -> Place {
        match self.base[row] {
            state::FALSE => return Place::OutOfBase,
            state::TRUE => {}
            unknown => return Place::BaseUnknown(reason_of(unknown)),
        }
        let answer = self.answers[row];
        if answer <= state::TRUE {
            return Place::InBase(None);
        }
        let reason = reason_of(answer);
        match rules[reason as usize] {
            MissingRule::Exclude => Place::Excluded(reason),
            _ => Place::InBase(Some(reason)),
        }
    }

    /// The byte of a row in the base; a mean takes a stated value for a reason.
    fn settle(
        &mut self,
        row: usize,
        reason: Option<MissingReason>,
        rules: &[MissingRule; 9],
    ) -> u8 {
        let Some(values) = &mut self.values else {
            return if reason.is_some() { state::FALSE } else { self.answers[row] };
        };
        if let Some(MissingRule::Value(value)) = reason.map(|reason| rules[reason as usize]) {
            values[row] = value;
        }
        state::TRUE
    }
}

/// For each row of a variable: whether there is a number, or why not; and the number.
fn numbers(
    variable: &str,
    data: &Microdata,
    codebook: &Codebook,
) -> Result<(Vec<u8>, Vec<f64>), gko_microdata::Error> {
    let unbound = || gko_microdata::Error::Unbound { name: variable.to_owned() };
    let column = data.column(variable).ok_or_else(unbound)?;
    let kind = codebook.variable(variable).map(|variable| &variable.kind).ok_or_else(unbound)?;
    let answers = (0..column.len()).map(|row| match column.reason_state(row) {
        0 => state::TRUE,
        reason => reason,
    });
    let values = match (column, kind) {
        (Column::Number(number), _) => number.values.clone(),
        (Column::Coded(coded), VariableKind::Categorical(categories)) => {
            let values: Vec<f64> = categories.list.iter().map(|c| c.value.unwrap_or(0.0)).collect();
            (0..coded.len()).map(|row| coded.category(row).map_or(0.0, |c| values[c])).collect()
        }
        _ => return Err(unbound()),
    };
    Ok((answers.collect(), values))
}
