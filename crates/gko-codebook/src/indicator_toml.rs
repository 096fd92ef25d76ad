//! From TOML to a catalogue of indicators, resolved against a codebook.

use std::collections::BTreeMap;

use crate::check::Names;
use crate::codebook::{Codebook, Keying, Unit, VariableKind};
use crate::codebook_toml::{expect_format, expression, required};
use crate::error::FaultKind;
use crate::identity::DefinitionHash;
use crate::indicator::{
    Breakdown, BreakdownSource, Catalogue, Group, Indicator, IndicatorClass, Measure, MissingRule,
    MissingRules, TABLE_COLUMNS,
};
use crate::missing::MissingReason;
use crate::text::{Document, Located, Section, nearest};

/// The one version of the format that this crate reads.
const FORMAT: &str = "gko-indicators/1";

const SHARE_RULES: [(&str, MissingRule); 3] = [
    ("exclude", MissingRule::Exclude),
    ("no", MissingRule::CountAsNo),
    ("category", MissingRule::Category),
];
const MEAN_RULES: [(&str, MissingRule); 1] = [("exclude", MissingRule::Exclude)];

pub(crate) fn read(document: &Document<'_>, codebook: &Codebook) -> Catalogue {
    let mut root = document.root();
    expect_format(&mut root, FORMAT);
    let title = required(&mut root, "title");
    let breakdowns = breakdowns(&mut root, document, codebook);
    let defaults = Defaults::read(&mut root, &breakdowns);
    let reader = Reader { document, codebook, breakdowns: &breakdowns, defaults };
    let sections = root.tables("indicator").into_iter();
    let indicators: Vec<Indicator> = sections.filter_map(|s| reader.indicator(s)).collect();
    root.ids_once("indicator", "indicator");
    root.finish();
    Catalogue { title, breakdowns, indicators }
}

/// What holds for every indicator that does not say otherwise.
struct Defaults {
    share: MissingRules,
    mean: MissingRules,
    child: Vec<Vec<usize>>,
    parent: Vec<Vec<usize>>,
}

impl Defaults {
    fn read(root: &mut Section<'_>, breakdowns: &[Breakdown]) -> Self {
        let none = MissingRules::default();
        let (mut share, mut mean) = (none.clone(), none);
        if let Some(mut section) = root.table("default_missing") {
            share = section
                .table("share")
                .map_or(share, |s| rules(s, &SHARE_RULES, MissingRules::default()));
            mean = section
                .table("mean")
                .map_or(mean, |s| rules(s, &MEAN_RULES, MissingRules::default()));
            section.finish();
        }
        let (mut child, mut parent) = (Vec::new(), Vec::new());
        if let Some(mut section) = root.table("default_breakdowns") {
            child = crossings(&mut section, "child", Unit::Child, breakdowns);
            parent = crossings(&mut section, "parent", Unit::Parent, breakdowns);
            section.finish();
        }
        Self { share, mean, child, parent }
    }
}

struct Reader<'a> {
    document: &'a Document<'a>,
    codebook: &'a Codebook,
    breakdowns: &'a [Breakdown],
    defaults: Defaults,
}

impl Reader<'_> {
    fn indicator(&self, mut section: Section<'_>) -> Option<Indicator> {
        let id = section.required_string("id");
        let label = required(&mut section, "label");
        let class = section.required_word("class", &IndicatorClass::WORDS);
        let module = required(&mut section, "module");
        let unit = section.required_word("unit", &Unit::WORDS).unwrap_or(Unit::Child);
        let base = self.expression(&mut section, "base", unit);
        let measure = self.measure(&mut section, unit);
        let missing = self.missing(&mut section, measure.as_ref());
        let breakdowns = self.crossings(&mut section, unit);
        let sensitive = section.boolean("sensitive").unwrap_or(false);
        section.finish();
        let (id, class, measure) = (id?.value, class?, measure?);
        let definition = DefinitionHash::unresolved();
        let mut indicator = Indicator {
            id,
            label,
            class,
            module,
            unit,
            measure,
            base,
            missing,
            breakdowns,
            sensitive,
            definition,
        };
        indicator.definition = DefinitionHash::of(&indicator, self.breakdowns, self.codebook);
        Some(indicator)
    }

    fn expression(&self, section: &mut Section<'_>, key: &'static str, unit: Unit) -> crate::Expr {
        let (parsed, span) = expression(section, key);
        let names = Names { codebook: self.codebook, declared: &BTreeMap::new() };
        crate::check::expression(&parsed, unit, &names, self.document, &span);
        parsed
    }

    fn measure(&self, section: &mut Section<'_>, unit: Unit) -> Option<Measure> {
        let share = section.has("numerator");
        let numerator = self.expression(section, "numerator", unit);
        let variable = section.located_string("mean");
        if share == section.has("mean") {
            let message = "an indicator has either `numerator` (a share) or `mean` (a variable)";
            section.fault(FaultKind::Contradiction { message: message.to_owned() });
            return None;
        }
        if share {
            return Some(Measure::Share { numerator });
        }
        let variable = variable?;
        if let Some(fault) = self.no_mean(&variable.value, unit) {
            section.fault_at(&variable.span, fault);
        }
        Some(Measure::Mean { variable: variable.value })
    }

    /// Why a variable has no mean for this unit.
    fn no_mean(&self, name: &str, unit: Unit) -> Option<FaultKind> {
        let Some(variable) = self.codebook.variable(name) else {
            let ids: Vec<&str> =
                self.codebook.variables.iter().map(|v| v.question.id.as_str()).collect();
            let nearest = nearest(name, &ids);
            return Some(FaultKind::UnknownName {
                what: "variable",
                name: name.to_owned(),
                nearest,
            });
        };
        let contradiction = |message| Some(FaultKind::Contradiction { message });
        if variable.question.unit != unit {
            return contradiction(format!(
                "`{name}` is answered by the {}, not the {unit}",
                variable.question.unit
            ));
        }
        if variable.keying == Keying::Negative {
            return contradiction(format!(
                "`{name}` is keyed negatively, so its mean would run backwards; name the categories of a share instead"
            ));
        }
        let valueless =
            variable.categories().and_then(|c| c.list.iter().find(|c| c.value.is_none()));
        valueless.and_then(|category| {
            contradiction(format!(
                "category `{}` of `{name}` has no `value`; a mean needs one for each category",
                category.id
            ))
        })
    }

    fn missing(&self, section: &mut Section<'_>, measure: Option<&Measure>) -> MissingRules {
        let (defaults, words) = match measure {
            Some(Measure::Mean { .. }) => (&self.defaults.mean, MEAN_RULES.as_slice()),
            _ => (&self.defaults.share, SHARE_RULES.as_slice()),
        };
        // Which rules are valid depends on the measure; without one none is judged.
        match section.table("missing").filter(|_| measure.is_some()) {
            Some(table) => rules(table, words, defaults.clone()),
            None => defaults.clone(),
        }
    }

    fn crossings(&self, section: &mut Section<'_>, unit: Unit) -> Vec<Vec<usize>> {
        let stated = section.has("breakdowns");
        // Asked for in any case, so that it is in the list of valid keys.
        let own = crossings(section, "breakdowns", unit, self.breakdowns);
        if stated {
            return own;
        }
        match unit {
            Unit::Child => self.defaults.child.clone(),
            Unit::Parent => self.defaults.parent.clone(),
        }
    }
}

fn rules(
    mut section: Section<'_>,
    words: &[(&str, MissingRule)],
    mut rules: MissingRules,
) -> MissingRules {
    let mean = words.len() == MEAN_RULES.len();
    for reason in MissingReason::ALL {
        let key = reason.as_str();
        let rule = if mean && section.is_number(key) {
            finite(&mut section, key).map(MissingRule::Value)
        } else {
            section.word(key, words)
        };
        if let Some(rule) = rule {
            rules.set(reason, rule);
        }
    }
    section.finish();
    rules
}

/// The number that stands for a missing answer in a mean.
fn finite(section: &mut Section<'_>, key: &'static str) -> Option<f64> {
    let number = section.number(key);
    if number.is_some_and(f64::is_infinite) {
        let message = format!("`{key}` enters a mean and must be finite");
        section.fault(FaultKind::Contradiction { message });
    }
    number
}

/// Lists such as `["sex", "sex * age_group"]`, as places in the list of breakdowns.
fn crossings(
    section: &mut Section<'_>,
    key: &'static str,
    unit: Unit,
    breakdowns: &[Breakdown],
) -> Vec<Vec<usize>> {
    let items = section.strings(key);
    items.iter().map(|item| crossing(section, item, unit, breakdowns)).collect()
}

fn crossing(
    section: &Section<'_>,
    item: &Located<String>,
    unit: Unit,
    breakdowns: &[Breakdown],
) -> Vec<usize> {
    let mut places = Vec::new();
    for name in item.value.split('*').map(str::trim) {
        let found = breakdowns.iter().position(|b| b.id == name && b.unit == unit);
        match found {
            Some(place) if !places.contains(&place) => places.push(place),
            Some(_) => {}
            None => {
                let ids: Vec<&str> =
                    breakdowns.iter().filter(|b| b.unit == unit).map(|b| b.id.as_str()).collect();
                let found = Located { value: name.to_owned(), span: item.span.clone() };
                section.not_in_list("breakdowns", &found, ids.into_iter());
            }
        }
    }
    places.sort_unstable();
    places
}

fn breakdowns(
    root: &mut Section<'_>,
    document: &Document<'_>,
    codebook: &Codebook,
) -> Vec<Breakdown> {
    let sections = root.tables("breakdown").into_iter();
    root.ids_once("breakdown", "breakdown");
    sections.filter_map(|s| breakdown(s, document, codebook)).collect()
}

fn breakdown(
    mut section: Section<'_>,
    document: &Document<'_>,
    codebook: &Codebook,
) -> Option<Breakdown> {
    let id = section.required_string("id");
    let label = required(&mut section, "label");
    let variable = section.required_string("variable");
    let groups: Vec<Group> = section.tables("groups").into_iter().filter_map(group).collect();
    section.ids_once("groups", "group");
    section.finish();
    let (id, variable) = (id?, variable?);
    if TABLE_COLUMNS.contains(&id.value.as_str()) {
        let message =
            format!("`{}` is a column of every table and cannot name a breakdown", id.value);
        document.fault(&id.span, FaultKind::Contradiction { message });
    }
    let unit = codebook.question(&variable.value).map(|question| question.unit);
    if let Some(fault) = no_breakdown(&variable.value, &groups, codebook) {
        document.fault(&variable.span, fault);
    }
    let source = if groups.is_empty() {
        BreakdownSource::Categories
    } else {
        BreakdownSource::Groups(groups)
    };
    Some(Breakdown { id: id.value, label, unit: unit?, variable: variable.value, source })
}

fn group(mut section: Section<'_>) -> Option<Group> {
    let id = section.required_string("id");
    let label = section.string("label");
    let categories = section.strings("categories").into_iter().map(|found| found.value).collect();
    let (from, to) = (section.number("from"), section.number("to"));
    if from.is_some() != to.is_some() {
        let message = "a group of numbers needs both `from` and `to`; `inf` leaves an end open";
        section.fault(FaultKind::Contradiction { message: message.to_owned() });
    }
    section.finish();
    let id = id?.value;
    let label = label.unwrap_or_else(|| id.clone());
    Some(Group { id, label, categories, range: from.zip(to) })
}

/// Why groups cannot be made from a variable.
fn no_breakdown(name: &str, groups: &[Group], codebook: &Codebook) -> Option<FaultKind> {
    let contradiction = |message| Some(FaultKind::Contradiction { message });
    if let Some(group) = groups.iter().find(|group| group.id == "_T") {
        return contradiction(format!("`{}` means the total and cannot name a group", group.id));
    }
    match codebook.variable(name).map(|variable| &variable.kind) {
        None => {
            let ids: Vec<&str> =
                codebook.variables.iter().map(|v| v.question.id.as_str()).collect();
            let nearest = nearest(name, &ids);
            Some(FaultKind::UnknownName { what: "variable", name: name.to_owned(), nearest })
        }
        Some(VariableKind::Number { .. })
            if groups.iter().any(|g| g.range.is_none()) || groups.is_empty() =>
        {
            contradiction(format!("`{name}` is a number; give each group `from` and `to`"))
        }
        Some(VariableKind::Number { .. }) if groups.iter().any(|g| !g.categories.is_empty()) => {
            contradiction(format!("`{name}` is a number and has no `categories`"))
        }
        Some(VariableKind::Number { .. }) => overlap(name, groups),
        Some(VariableKind::Categorical(_)) if groups.iter().any(|g| g.range.is_some()) => {
            contradiction(format!("`{name}` is no number; give each group `categories`"))
        }
        Some(VariableKind::Categorical(categories)) => {
            let named = groups.iter().flat_map(|group| &group.categories);
            let unknown = named.clone().find(|id| categories.position(id).is_none());
            let twice =
                named.clone().find(|id| named.clone().filter(|other| other == id).count() > 1);
            let empty = groups.iter().find(|group| group.categories.is_empty());
            let wrong = unknown.map(|id| format!("`{name}` has no category `{id}`"));
            let wrong =
                wrong.or_else(|| twice.map(|id| format!("category `{id}` is in two groups")));
            let wrong =
                wrong.or_else(|| empty.map(|g| format!("group `{}` has no `categories`", g.id)));
            wrong.and_then(contradiction)
        }
    }
}

fn overlap(name: &str, groups: &[Group]) -> Option<FaultKind> {
    let mut ranges: Vec<(f64, f64)> = groups.iter().filter_map(|group| group.range).collect();
    ranges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let overlapping = ranges.windows(2).any(|pair| pair[0].1 >= pair[1].0);
    let reversed = ranges.iter().any(|(low, high)| low > high);
    (overlapping || reversed).then(|| FaultKind::Contradiction {
        message: format!("the groups of `{name}` overlap, or one ends before it begins"),
    })
}
