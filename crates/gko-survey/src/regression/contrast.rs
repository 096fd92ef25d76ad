//! Factors and their products as columns of numbers.
//!
//! # Rule
//! Treatment contrasts: column l is 1(level = l), the reference left out. Sum
//! contrasts: column l of L - 1 is 1(level = l) - 1(level = last). Full coding:
//! a column per level. The columns of a product are the products of the columns,
//! those of the first variable running fastest.
//!
//! # References
//! Chambers and Hastie (1992), Statistical Models in S, section 2.3; R
//! `contr.treatment`, `contr.sum`, `model.matrix`.

use super::variable::{Values, Variable};

/// How factors become columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Contrasts {
    /// Differences from a reference level: R's `contr.treatment`.
    #[default]
    Treatment,
    /// Deviations from the mean of the levels: R's `contr.sum`.
    Sum,
}

/// One column of one variable: what its cells are for a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// The number itself.
    Number,
    /// 1 at this level, else 0.
    Level(usize),
    /// 1 at the first level, -1 at the second, else 0.
    Against(usize, usize),
}

impl Coding {
    /// The cell for a value: a number or the position of a level.
    pub(super) fn cell(self, value: f64) -> f64 {
        match self {
            _ if value.is_nan() => f64::NAN,
            Self::Number => value,
            Self::Level(level) => at_level(value, level),
            Self::Against(level, last) => at_level(value, level) - at_level(value, last),
        }
    }
}

fn at_level(value: f64, level: usize) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "positions of levels are below 2^32")]
    let level = level as f64;
    f64::from(u8::from(value.total_cmp(&level).is_eq()))
}

/// The columns of one variable, with their names as R names them.
pub(super) fn columns(
    variable: &Variable<'_>,
    contrasted: bool,
    contrasts: Contrasts,
) -> Vec<(String, Coding)> {
    let Values::Factor { levels, reference, present, .. } = &variable.values else {
        return vec![(variable.name.clone(), Coding::Number)];
    };
    let named =
        |(at, level): (usize, &String)| (format!("{}{level}", variable.name), Coding::Level(at));
    let all = levels.iter().enumerate().filter(|&(at, _)| present.get(at) == Some(&true));
    match contrasts {
        _ if !contrasted => all.map(named).collect(),
        Contrasts::Treatment => all.filter(|(at, _)| at != reference).map(named).collect(),
        Contrasts::Sum => sum_columns(&variable.name, &all.map(|(at, _)| at).collect::<Vec<_>>()),
    }
}

fn sum_columns(name: &str, levels: &[usize]) -> Vec<(String, Coding)> {
    let Some((&last, others)) = levels.split_last() else { return Vec::new() };
    let named = |(at, &level)| (format!("{name}{}", at + 1), Coding::Against(level, last));
    others.iter().enumerate().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contrasts_of_three_levels_are_those_of_r() {
        let group = Variable::factor("g", &[0, 1, 2], &["a", "b", "c"]).unwrap();
        let cells = |contrasts| -> Vec<Vec<f64>> {
            let columns = columns(&group, true, contrasts);
            columns
                .iter()
                .map(|(_, one)| (0..3).map(|row| one.cell(group.at(row))).collect())
                .collect()
        };
        assert_eq!(cells(Contrasts::Treatment), [[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]);
        assert_eq!(cells(Contrasts::Sum), [[1.0, 0.0, -1.0], [0.0, 1.0, -1.0]]);
    }

    #[test]
    fn columns_are_named_by_level_or_by_number() {
        let group =
            Variable::factor("g", &[], &["a", "b", "c"]).unwrap().with_reference(1).unwrap();
        let names = |full, contrasts| -> Vec<String> {
            columns(&group, full, contrasts).into_iter().map(|(name, _)| name).collect()
        };
        assert_eq!(names(true, Contrasts::Treatment), ["ga", "gc"]);
        assert_eq!(names(true, Contrasts::Sum), ["g1", "g2"]);
        assert_eq!(names(false, Contrasts::Treatment), ["ga", "gb", "gc"]);
    }

    #[test]
    fn a_missing_value_stays_missing() {
        assert!(Coding::Level(0).cell(f64::NAN).is_nan());
        assert!(Coding::Number.cell(f64::NAN).is_nan());
    }
}
