//! What holds between the parts of a codebook, and between definitions and a codebook.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::codebook::{Codebook, Unit, VariableKind};
use crate::codebook_toml::Read;
use crate::error::FaultKind;
use crate::expr::Expr;
use crate::text::{Document, nearest};

/// Names, columns, universes: everything that needs the whole codebook.
pub(crate) fn codebook(read: &Read, document: &Document<'_>) {
    columns_once(read, document);
    named_synthetic(&read.value, document);
    for (question, span) in &read.questions {
        let names = Names { codebook: &read.value, declared: &read.ids };
        expression(&question.universe, question.unit, &names, document, span);
    }
    for cycle in cycles(&read.value) {
        let first = read.questions.iter().find(|(question, _)| cycle.first() == Some(&question.id));
        let span = first.map_or(0..0, |(_, span)| span.clone());
        document.fault(&span, FaultKind::Cycle { cycle });
    }
}

/// The study stands in every row of every output, so it carries the mark.
fn named_synthetic(codebook: &Codebook, document: &Document<'_>) {
    if codebook.synthetic && !codebook.study.contains("synthetic") {
        let message = format!(
            "the data are synthetic, so the study's id must say so: `{}-synthetic`",
            codebook.study
        );
        document.fault(&(0..0), FaultKind::Contradiction { message });
    }
}

fn columns_once(read: &Read, document: &Document<'_>) {
    let codebook = &read.value;
    let variables = codebook.variables.iter().map(|v| (&v.question, v.column.as_str()));
    let sets = codebook.sets.iter().flat_map(|s| s.columns().map(move |c| (&s.question, c)));
    let mut seen = BTreeMap::new();
    for (question, column) in variables.chain(sets) {
        let before = seen.insert((question.unit, column), &question.id);
        // A repeated id is reported as such; its column repeats only by default.
        if before.is_some_and(|id| *id != question.id || column != question.id) {
            let span = read.ids.get(&question.id).cloned().unwrap_or(0..0);
            let name = column.to_owned();
            document.fault(&span, FaultKind::Duplicate { what: "column", name });
        }
    }
}

/// What an expression may name.
pub(crate) struct Names<'a> {
    pub(crate) codebook: &'a Codebook,
    /// Questions of the document, those too that are refused for another fault:
    /// to name one of these is no fault of its own.
    pub(crate) declared: &'a BTreeMap<String, Range<usize>>,
}

/// Every name in an expression exists, fits its variable, and belongs to the unit.
pub(crate) fn expression(
    expression: &Expr,
    unit: Unit,
    Names { codebook, declared }: &Names<'_>,
    document: &Document<'_>,
    span: &Range<usize>,
) {
    expression.visit(&mut |part| {
        let Some(name) = part.variable() else { return };
        let Some(question) = codebook.question(name) else {
            if declared.contains_key(name) {
                return;
            }
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

/// The circles of universes, each with its first variable repeated at its end.
fn cycles(codebook: &Codebook) -> Vec<Vec<String>> {
    let mut uses: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for question in codebook.questions() {
        uses.insert(&question.id, question.universe.variables());
    }
    let (mut done, mut cycles) = (BTreeSet::new(), Vec::new());
    for question in codebook.questions() {
        walk(&uses, &question.id, &mut done, &mut cycles);
    }
    cycles
}

/// Walks along the universes from one question on. The path is a list and not
/// the call stack, which a long chain of universes would overflow.
fn walk<'a>(
    uses: &BTreeMap<&'a str, Vec<&'a str>>,
    start: &'a str,
    done: &mut BTreeSet<&'a str>,
    cycles: &mut Vec<Vec<String>>,
) {
    let open = |id: &'a str| (id, uses.get(id).cloned().unwrap_or_default());
    let mut path = if done.contains(start) { Vec::new() } else { vec![open(start)] };
    while let Some((id, waiting)) = path.last_mut() {
        let Some(next) = waiting.pop() else {
            done.insert(*id);
            path.pop();
            continue;
        };
        if let Some(first) = path.iter().position(|(earlier, _)| *earlier == next) {
            let circle = path[first..].iter().map(|(id, _)| *id).chain(std::iter::once(next));
            cycles.push(circle.map(str::to_owned).collect());
        } else if !done.contains(next) {
            path.push(open(next));
        }
    }
}
