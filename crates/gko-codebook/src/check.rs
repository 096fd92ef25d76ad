//! What holds between the parts of a codebook, and between definitions and a codebook.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::codebook::{Codebook, Question, VariableKind};
use crate::codebook_toml::Read;
use crate::error::FaultKind;
use crate::expr::Expr;
use crate::text::{Document, nearest};

/// Names, columns, universes: everything that needs the whole codebook.
pub(crate) fn codebook(read: &Read, document: &Document<'_>) {
    columns_once(read, document);
    waves_once(&read.value, document);
    for question in read.value.questions() {
        let span = read.universes.get(&question.id).cloned().unwrap_or(0..0);
        expression(&question.universe, question.unit_and_id(), &read.value, document, &span);
    }
    if let Some(cycle) = cycle(&read.value) {
        let span = cycle.first().and_then(|id| read.universes.get(id)).cloned().unwrap_or(0..0);
        document.fault(&span, FaultKind::Cycle { cycle });
    }
}

impl Question {
    fn unit_and_id(&self) -> (crate::codebook::Unit, &str) {
        (self.unit, &self.id)
    }
}

fn waves_once(codebook: &Codebook, document: &Document<'_>) {
    let root = document.root();
    let ids = codebook.waves.iter().map(|wave| wave.id.as_str());
    crate::codebook_toml::duplicates(&root, "wave", ids);
}

fn columns_once(read: &Read, document: &Document<'_>) {
    let codebook = &read.value;
    let variables = codebook.variables.iter().map(|v| (&v.question, v.column.as_str()));
    let sets = codebook.sets.iter().flat_map(|s| s.columns().map(move |c| (&s.question, c)));
    let mut seen = BTreeMap::new();
    for (question, column) in variables.chain(sets) {
        if seen.insert((question.unit, column), &question.id).is_some() {
            let span = read.ids.get(&question.id).cloned().unwrap_or(0..0);
            let name = column.to_owned();
            document.fault(&span, FaultKind::Duplicate { what: "column", name });
        }
    }
}

/// Every name in an expression exists, fits its variable, and belongs to the unit.
pub(crate) fn expression(
    expression: &Expr,
    (unit, _): (crate::codebook::Unit, &str),
    codebook: &Codebook,
    document: &Document<'_>,
    span: &Range<usize>,
) {
    expression.visit(&mut |part| {
        let Some(name) = part.variable() else { return };
        let Some(question) = codebook.question(name) else {
            let ids: Vec<&str> = codebook.questions().map(|q| q.id.as_str()).collect();
            let nearest = nearest(name, &ids);
            let kind = FaultKind::UnknownName { what: "variable", name: name.to_owned(), nearest };
            return document.fault(span, kind);
        };
        let unit_fault = (question.unit != unit).then(|| {
            contradiction(format!("`{name}` is answered by the {}, not the {unit}", question.unit))
        });
        let fault = unit_fault.or_else(|| misfit(part, codebook));
        if let Some(kind) = fault {
            document.fault(span, kind);
        }
    });
}

fn contradiction(message: String) -> FaultKind {
    FaultKind::Contradiction { message }
}

/// Why one comparison does not fit its variable.
fn misfit(part: &Expr, codebook: &Codebook) -> Option<FaultKind> {
    match part {
        Expr::In { variable, categories } => unknown_category(codebook, variable, categories),
        Expr::Rank { variable, category, .. } => unordered(codebook, variable)
            .or_else(|| unknown_category(codebook, variable, std::slice::from_ref(category))),
        Expr::Number { variable, .. } => not_a_number(codebook, variable),
        Expr::Has { set, options } => unknown_option(codebook, set, options),
        _ => None,
    }
}

fn unknown_category(codebook: &Codebook, variable: &str, wanted: &[String]) -> Option<FaultKind> {
    let Some(categories) = codebook.variable(variable).and_then(|v| v.categories()) else {
        return Some(contradiction(format!(
            "`{variable}` has no categories; compare it with a number, or use `has` for a set"
        )));
    };
    let name = wanted.iter().find(|id| categories.position(id).is_none())?;
    let ids: Vec<&str> = categories.list.iter().map(|category| category.id.as_str()).collect();
    let message = format!("`{variable}` has no category `{name}`; it has {}", ids.join(", "));
    Some(contradiction(message))
}

fn unordered(codebook: &Codebook, variable: &str) -> Option<FaultKind> {
    let categories = codebook.variable(variable).and_then(|v| v.categories())?;
    (!categories.ordered).then(|| {
        contradiction(format!(
            "`{variable}` has unordered categories; list them with `in`, or mark the response set `ordered = true`"
        ))
    })
}

fn not_a_number(codebook: &Codebook, variable: &str) -> Option<FaultKind> {
    let kind = codebook.variable(variable).map(|v| &v.kind);
    (!matches!(kind, Some(VariableKind::Number { .. })))
        .then(|| contradiction(format!("`{variable}` is no number; compare it with a category id")))
}

fn unknown_option(codebook: &Codebook, set: &str, wanted: &[String]) -> Option<FaultKind> {
    let Some(found) = codebook.set(set) else {
        return Some(contradiction(format!("`{set}` is no multi-response set; use `=` or `in`")));
    };
    let name = wanted.iter().find(|id| found.position(id).is_none())?;
    let ids: Vec<&str> = found.options.iter().map(|option| option.id.as_str()).collect();
    let message = format!("`{set}` has no option `{name}`; it has {}", ids.join(", "));
    Some(contradiction(message))
}

/// A circle of universes, if there is one.
fn cycle(codebook: &Codebook) -> Option<Vec<String>> {
    let mut done = Vec::new();
    codebook
        .questions()
        .find_map(|question| walk(codebook, &question.id, &mut Vec::new(), &mut done))
}

fn walk<'a>(
    codebook: &'a Codebook,
    id: &'a str,
    path: &mut Vec<&'a str>,
    done: &mut Vec<&'a str>,
) -> Option<Vec<String>> {
    if let Some(start) = path.iter().position(|earlier| *earlier == id) {
        let circle = path[start..].iter().chain(std::iter::once(&id));
        return Some(circle.map(|&id| id.to_owned()).collect());
    }
    if done.contains(&id) {
        return None;
    }
    path.push(id);
    let universe = codebook.question(id).map(|question| question.universe.variables());
    let found =
        universe.unwrap_or_default().into_iter().find_map(|next| walk(codebook, next, path, done));
    path.pop();
    done.push(id);
    found
}
