//! How one question is answered: a share for every category in every cell.
//!
//! # Rule
//!
//! A respondent who was asked leaves a blank with probability [`BLANK_RATE`],
//! gives each missing code with a fixed rate, and else chooses the category in
//! which `λ·θ + √ρ·u + √(1 - λ² - ρ)·e` falls, cut at the normal quantiles of
//! the cell's shares: `θ` the respondent's disposition, `u` the effect of the
//! PSU, `e` noise, all standard normal. The shares of a cell therefore hold
//! exactly, whatever the loading `λ` and the intraclass correlation `ρ`.
//!
//! # Assumptions
//!
//! Blanks and missing codes are independent of the answer. A routed question
//! has no loading, so that its shares are those of the cell also among those to
//! whom it was put.

use gko_codebook::{Code, MissingCode, MissingReason, Question, Unit, Variable, VariableKind};

use crate::Error;
use crate::cells::Cells;
use crate::profile::Profile;
use crate::random::normal_quantile;
use crate::targets::{Target, target};

/// How often an answer is blank although the question was put.
pub(crate) const BLANK_RATE: f64 = 0.004;
/// Share of the variance that lies between PSUs.
const BETWEEN_PSUS: f64 = 0.035;

/// How a variable is answered in one country.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) categories: Vec<Answer>,
    pub(crate) missing: Vec<(i16, f64)>,
    /// By cell and category, of those asked who left no blank; the missing codes
    /// make up the rest.
    pub(crate) shares: Vec<Vec<f64>>,
    pub(crate) mixture: Mixture,
}

/// A substantive answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) id: String,
    pub(crate) code: i16,
    pub(crate) value: Option<f64>,
}

/// What stands behind an answer, by the square roots of the parts of its variance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mixture {
    /// Loadings on the two dispositions: exposure, support.
    pub(crate) loading: [f64; 2],
    /// On the effect that all answers in a PSU share, and on the question's own.
    pub(crate) psu: [f64; 2],
    pub(crate) noise: f64,
}

impl Mixture {
    pub(crate) fn of(question: &Question) -> Self {
        let routed = question.universe != gko_codebook::Expr::All;
        let loading = if routed { [0.0, 0.0] } else { loading(&question.id, &question.module) };
        let common = if routed { 0.0 } else { BETWEEN_PSUS / 2.0 };
        let square: f64 = loading.iter().map(|l| l * l).sum();
        Self {
            loading,
            psu: [common.sqrt(), (BETWEEN_PSUS - common).sqrt()],
            noise: (1.0 - square - BETWEEN_PSUS).sqrt(),
        }
    }
}

fn loading(id: &str, module: &str) -> [f64; 2] {
    match module {
        "F" | "G" => [0.55, 0.0],
        "B" | "C" | "E" => [0.35, 0.0],
        "A" if id.starts_with("A22") => [0.5, 0.0],
        "L" if id.starts_with("L16") || id.starts_with("L22") => [0.5, 0.0],
        _ => [0.0, 0.45],
    }
}

impl Model {
    pub(crate) fn new(variable: &Variable, profile: &Profile, wave: &str) -> Result<Self, Error> {
        let question = &variable.question;
        let (categories, shape, missing) = answers(variable, wave)?;
        let known: f64 = 1.0 - missing.iter().map(|(_, rate)| rate).sum::<f64>();
        let cells = cells(profile, question.unit);
        let shares = match target(&question.id, None) {
            Some(target) => {
                let counted = counted(&categories, target.categories);
                let wanted = profile.shares(&question.id, &target, cells);
                wanted.iter().map(|share| spread(&shape, &counted, *share, known)).collect()
            }
            None => vec![shape.iter().map(|part| part * known).collect(); cells.len()],
        };
        Ok(Self { categories, missing, shares, mixture: Mixture::of(question) })
    }

    /// For each cell the cuts between the categories of those who answer.
    pub(crate) fn cuts(&self) -> Vec<Vec<f64>> {
        self.shares.iter().map(|shares| cuts(shares)).collect()
    }
}

pub(crate) fn cells(profile: &Profile, unit: Unit) -> &Cells {
    match unit {
        Unit::Child => &profile.children,
        Unit::Parent => &profile.parents,
    }
}

fn cuts(shares: &[f64]) -> Vec<f64> {
    let known: f64 = shares.iter().sum();
    let mut below = 0.0;
    let inner = shares.iter().take(shares.len().saturating_sub(1));
    let cuts = inner.map(|share| {
        below += share / known;
        normal_quantile(below.clamp(1e-12, 1.0 - 1e-12))
    });
    cuts.collect()
}

/// A share for the counted categories and the rest for the others, each divided by the shape.
fn spread(shape: &[f64], counted: &[bool], share: f64, known: f64) -> Vec<f64> {
    let inside: f64 = shape.iter().zip(counted).filter(|(_, c)| **c).map(|(part, _)| part).sum();
    let share = share.clamp(0.0005, known - 0.0005);
    let parts = shape.iter().zip(counted).map(|(part, counted)| {
        if *counted { share * part / inside } else { (known - share) * part / (1.0 - inside) }
    });
    parts.collect()
}

/// Which categories `a, b`, `from..` or `..to` names.
fn counted(categories: &[Answer], list: &str) -> Vec<bool> {
    let place = |id: &str| categories.iter().position(|answer| answer.id == id);
    let range = list.strip_suffix("..").map(|id| (place(id), Some(usize::MAX)));
    let range = range.or_else(|| list.strip_prefix("..").map(|id| (Some(0), place(id))));
    let inside = |(at, answer): (usize, &Answer)| match range {
        Some((Some(from), Some(to))) => (from..=to).contains(&at),
        Some(_) => false,
        None => list.split(", ").any(|id| id == answer.id),
    };
    categories.iter().enumerate().map(inside).collect()
}

type Answers = (Vec<Answer>, Vec<f64>, Vec<(i16, f64)>);

/// The answers of a variable, how they divide where nothing else is known, the missing codes.
fn answers(variable: &Variable, wave: &str) -> Result<Answers, Error> {
    let id = &variable.question.id;
    let (list, shape, missing) = match &variable.kind {
        VariableKind::Categorical(categories) => {
            let answers = categories.list.iter().map(|category| {
                let code = narrow(id, category.code_in(wave))?;
                Ok(Answer { id: category.id.clone(), code, value: category.value })
            });
            let list = answers.collect::<Result<Vec<_>, Error>>()?;
            (list, shape(id, categories.response_set.as_deref()), &categories.missing)
        }
        VariableKind::Number { range, missing } => (numbers(id, *range), shape(id, None), missing),
        _ => (Vec::new(), &[] as &[f64], NO_CODES),
    };
    let shape = if shape.len() == list.len() { shape.to_vec() } else { even(list.len()) };
    Ok((list, shape, missing_codes(variable, missing, wave)?))
}

static NO_CODES: &Vec<MissingCode> = &Vec::new();

fn even(categories: usize) -> Vec<f64> {
    vec![1.0 / categories.max(1) as f64; categories]
}

/// The whole numbers that are given; first use of the internet lies between 4 and 15.
fn numbers(id: &str, range: Option<(f64, f64)>) -> Vec<Answer> {
    let (low, high) = if id == "B1" { (4.0, 15.0) } else { range.unwrap_or((0.0, 10.0)) };
    let answer = |code: i16| {
        let value = Some(f64::from(code));
        Answer { id: code.to_string(), code, value }
    };
    let inside = |code: &i16| (low..=high).contains(&f64::from(*code));
    (-1000..=1000).filter(inside).map(answer).collect()
}

fn missing_codes(
    variable: &Variable,
    missing: &[MissingCode],
    wave: &str,
) -> Result<Vec<(i16, f64)>, Error> {
    let question = &variable.question;
    let codes = missing.iter().map(|missing| {
        let code = narrow(&question.id, missing.code_in(wave))?;
        Ok((code, missing_rate(&question.id, &question.module, missing.reason)))
    });
    codes.collect()
}

/// An integer code that fits a narrow column.
pub(crate) fn narrow(variable: &str, code: &Code) -> Result<i16, Error> {
    let narrow = match code {
        Code::Integer(code) => i16::try_from(*code).ok().filter(|code| *code != i16::MIN),
        Code::Text(_) => None,
    };
    let refused = || Error::Code { variable: variable.to_owned(), got: code.to_string() };
    narrow.ok_or_else(refused)
}

/// How often those asked give a missing code.
pub(crate) fn missing_rate(id: &str, module: &str, reason: MissingReason) -> f64 {
    match (id, module, reason) {
        ("F38", _, MissingReason::PreferNotToSay) | ("B1", _, MissingReason::DontKnow) => 0.069,
        (_, "B", MissingReason::PreferNotToSay) => 0.001,
        (_, "B", MissingReason::DontKnow) => 0.003,
        (_, "F" | "G", _) => 0.025,
        (_, _, MissingReason::NotUnderstood) => 0.03,
        (_, _, MissingReason::PreferNotToSay) => 0.006,
        _ => 0.008,
    }
}

/// How the answers divide where a target says nothing.
fn shape(id: &str, response_set: Option<&str>) -> &'static [f64] {
    match (id, response_set.unwrap_or_default()) {
        ("H1", _) => &[0.003, 0.003, 0.004, 0.01, 0.015, 0.04, 0.05, 0.095, 0.165, 0.175, 0.44],
        ("B1", _) => &[0.02, 0.05, 0.1, 0.12, 0.15, 0.15, 0.16, 0.09, 0.08, 0.04, 0.02, 0.02],
        (_, "yn" | "yn_dk") => &[0.8, 0.2],
        (_, "freq7") => &[0.12, 0.1, 0.08, 0.12, 0.3, 0.18, 0.1],
        (_, "freq6") => &[0.22, 0.14, 0.2, 0.24, 0.13, 0.07],
        (_, "true4" | "true4_plus") => &[0.18, 0.24, 0.3, 0.28],
        (_, "often5") => &[0.25, 0.18, 0.25, 0.2, 0.12],
        (_, "able4") => &[0.05, 0.155, 0.3, 0.495],
        (_, "hours") => &[0.06, 0.1, 0.18, 0.2, 0.16, 0.11, 0.07, 0.05, 0.07],
        (_, "upset3") => &[0.5, 0.3, 0.2],
        (_, "upset4") => &[0.25, 0.35, 0.22, 0.18],
        (_, "feel5") => &[0.15, 0.3, 0.27, 0.16, 0.12],
        (_, "restrict") => &[0.45, 0.25, 0.15, 0.15],
        (_, "easy4") => &[0.42, 0.4, 0.13, 0.05],
        (_, "times") => &[0.55, 0.2, 0.15, 0.1],
        (_, "years_online") => &[0.3, 0.1, 0.1, 0.5],
        _ => &[],
    }
}

/// The share of a target, or a small one where there is none.
pub(crate) fn option_target(set: &str, option: &str) -> Target {
    let none = Target { categories: "", total: 0.02, sex: [0.0; 2], age: [0.0; 3], area: [0.0; 2] };
    target(set, Some(option)).unwrap_or(none)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gko_codebook::Codebook;

    fn model(id: &str) -> Model {
        let codebook = Codebook::parse(crate::CODEBOOK, "codebook.toml").unwrap();
        Model::new(codebook.variable(id).unwrap(), &Profile::new("XAA"), "2018").unwrap()
    }

    #[test]
    fn shares_and_missing_codes_of_a_cell_sum_to_one() {
        for id in ["B3", "B6_home", "C4_video", "E1_privacy", "F38", "H1", "B1", "I6_webcam"] {
            let model = model(id);
            let missing: f64 = model.missing.iter().map(|(_, rate)| rate).sum();
            for shares in &model.shares {
                assert!((shares.iter().sum::<f64>() + missing - 1.0).abs() < 1e-12, "{id}");
                assert!(shares.iter().all(|share| *share > 0.0), "{id}");
            }
        }
    }

    #[test]
    fn categories_are_named_by_list_and_by_range() {
        let categories = model("B3").categories;
        assert_eq!(counted(&categories, "often.."), [false, false, true, true]);
        assert_eq!(counted(&categories, "..sometimes"), [true, true, false, false]);
        assert_eq!(counted(&categories, "never, always"), [true, false, false, true]);
    }

    #[test]
    fn every_part_of_the_variance_is_accounted_for() {
        for id in ["F11", "F13", "K1_help", "C2"] {
            let Mixture { loading, psu, noise } = model(id).mixture;
            let parts = loading.iter().chain(&psu).chain([&noise]);
            assert!((parts.map(|part| part * part).sum::<f64>() - 1.0).abs() < 1e-12, "{id}");
        }
        assert_eq!(model("F13").mixture.loading, [0.0, 0.0], "routed");
    }

    #[test]
    fn every_target_names_a_question_and_categories_of_the_codebook() {
        let codebook = Codebook::parse(crate::CODEBOOK, "codebook.toml").unwrap();
        for (id, list) in crate::targets::names() {
            let known = codebook.set(id).map_or_else(
                || counted(&model(id).categories, list).contains(&true),
                |set| set.position(list).is_some(),
            );
            assert!(known, "{id} {list}");
        }
    }
}
