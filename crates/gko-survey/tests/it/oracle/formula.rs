//! Model formulas of R calls, as terms and variables of ours.

use gko_survey::Domain;
use gko_survey::regression::{Family, Link, Model, Terms, Variable};

use super::Table;

/// The columns of a formula, with their names in it.
pub(crate) struct Formula {
    response: Column,
    pub(crate) explaining: Vec<Column>,
    terms: Terms,
    offset: Option<Vec<f64>>,
}

pub(crate) struct Column {
    pub(crate) name: String,
    pub(crate) numbers: Vec<f64>,
    pub(crate) codes: Vec<u32>,
    pub(crate) levels: Vec<String>,
    pub(crate) is_number: bool,
}

impl Column {
    /// A column as a formula names it: a number, a factor, or `factor(x)`.
    pub(crate) fn new(name: &str, data: &Table) -> Self {
        let inner = name.strip_prefix("factor(").map(|rest| rest.trim_end_matches(')'));
        let column = inner.unwrap_or(name);
        let is_number = inner.is_none() && data.is_number(column);
        Self {
            name: name.to_owned(),
            numbers: if is_number { data.numbers(column) } else { Vec::new() },
            codes: data.codes(column),
            levels: data.levels(column),
            is_number,
        }
    }

    pub(crate) fn variable(&self) -> Variable<'_> {
        if self.is_number {
            return Variable::numeric(&self.name, &self.numbers);
        }
        let levels: Vec<&str> = self.levels.iter().map(String::as_str).collect();
        Variable::factor(&self.name, &self.codes, &levels).unwrap()
    }
}

impl Formula {
    /// Reads `y~a+b*c+offset(log(z))`.
    pub(crate) fn new(text: &str, data: &Table) -> Self {
        let (response, right) = text.split_once('~').unwrap();
        let mut formula = Self {
            response: Column::new(response.trim(), data),
            explaining: Vec::new(),
            terms: Terms::new(),
            offset: None,
        };
        for term in right.split('+').map(str::trim) {
            if let Some(inner) = term.strip_prefix("offset(log(") {
                let values = data.numbers(inner.trim_end_matches(')'));
                formula.offset = Some(values.iter().map(|value| value.ln()).collect());
                continue;
            }
            let parts: Vec<&str> = term.split('*').map(str::trim).collect();
            for part in &parts {
                if !formula.explaining.iter().any(|one| one.name == *part) {
                    formula.explaining.push(Column::new(part, data));
                }
            }
            formula.terms = formula.terms.clone().crossed(&parts);
        }
        formula
    }

    pub(crate) fn model(&self) -> Model<'_> {
        let variables = self.explaining.iter().map(Column::variable).collect();
        let model = Model::new(self.response.variable(), variables, &self.terms).unwrap();
        match &self.offset {
            Some(offset) => model.with_offset(offset).unwrap(),
            None => model,
        }
    }
}

/// The formula of the first model call in a text: up to its first bare comma.
pub(crate) fn formula(call: &str) -> &str {
    let from = call.find('(').map_or(0, |at| at + 1);
    let mut depth = 0;
    let end = call[from..].find(|letter| {
        depth += i32::from(letter == '(') - i32::from(letter == ')');
        depth < 0 || depth == 0 && letter == ','
    });
    &call[from..end.map_or(call.len(), |end| from + end)]
}

pub(crate) fn family(call: &str) -> (Family, Link) {
    let name = call.split("family=").nth(1).unwrap_or("gaussian(");
    let name = name.split('(').next().unwrap().to_lowercase();
    let family: Family = name.parse().unwrap();
    let after = call.split("link=").nth(1);
    let link = after.map(|rest| rest.trim_start_matches('"').split(['"', ')']).next().unwrap());
    (family, link.map_or(family.canonical(), |link| link.parse().unwrap()))
}

/// The domain of `subset(design, x>1)` or `subset(design, x=="a")`; all rows without one.
pub(crate) fn domain(call: &str, data: &Table) -> Domain {
    let Some(inner) = call.split("subset(").nth(1) else { return Domain::all(data.rows()) };
    let condition = inner.split(',').nth(1).unwrap().split(')').next().unwrap().trim();
    if let Some((name, bound)) = condition.split_once('>') {
        let bound: f64 = bound.trim().parse().unwrap();
        return Domain::of(data.numbers(name.trim()).iter().map(|value| *value > bound).collect());
    }
    let (name, level) = condition.split_once("==").unwrap();
    let level = level.trim().trim_matches('"');
    Domain::of(data.text(name.trim()).iter().map(|cell| cell == level).collect())
}
