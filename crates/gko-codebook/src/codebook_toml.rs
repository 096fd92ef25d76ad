//! From TOML to a codebook, gathering every fault with its place.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::categories_toml::{
    categories, codes_once, missing_codes, number_codes, reason_words, set_codes_once, to_code,
};
use crate::codebook::{
    Categories, Code, Codebook, Keying, ModuleStatus, MultiSet, Question, SetMissing, SetOption,
    Unit, Variable, VariableKind, Wave,
};
use crate::error::FaultKind;
use crate::expr::Expr;
use crate::missing::MissingReason;
use crate::text::{Document, Located, Section};

/// The one version of the format that this crate reads.
const FORMAT: &str = "gko-codebook/1";
/// Options a set may have: the bits of the widest column.
const MAX_OPTIONS: usize = 64;

/// A codebook and where its questions and universes stand.
pub(crate) struct Read {
    pub(crate) value: Codebook,
    pub(crate) ids: BTreeMap<String, Range<usize>>,
    /// Every question and the place of its universe, those too that are refused
    /// for another fault and so not in the value.
    pub(crate) questions: Vec<(Question, Range<usize>)>,
}

pub(crate) fn read(document: &Document<'_>) -> Read {
    let mut root = document.root();
    expect_format(&mut root, FORMAT);
    let waves = waves(&mut root);
    let mut reader = Reader::default();
    reader.waves = waves.iter().map(|wave| wave.id.clone()).collect();
    reader.response_sets = reader.response_sets(&mut root);
    let mut variables: Vec<Variable> =
        root.tables("variable").into_iter().filter_map(|s| reader.variable(s)).collect();
    for battery in root.tables("battery") {
        variables.extend(reader.battery(battery));
    }
    let sets = root.tables("set").into_iter().filter_map(|s| reader.set(s)).collect();
    let value = Codebook {
        study: required(&mut root, "study"),
        title: required(&mut root, "title"),
        source: root.string("source"),
        synthetic: root.boolean("synthetic").unwrap_or(false),
        missing_labels: missing_labels(&mut root),
        waves,
        variables,
        sets,
    };
    root.finish();
    Read { value, ids: reader.ids, questions: reader.questions }
}

/// Refuses a document of another format or version.
pub(crate) fn expect_format(root: &mut Section<'_>, format: &str) {
    if let Some(found) = root.required_string("format").filter(|found| found.value != format) {
        root.not_in_list("format", &found, std::iter::once(format));
    }
}

pub(crate) fn required(section: &mut Section<'_>, key: &'static str) -> String {
    section.required_string(key).map(|found| found.value).unwrap_or_default()
}

/// Parses the expression under a key; `all` where the key is not there.
pub(crate) fn expression(section: &mut Section<'_>, key: &'static str) -> (Expr, Range<usize>) {
    let Some(found) = section.located_string(key) else { return (Expr::All, section.span()) };
    match found.value.parse() {
        Ok(expression) => (expression, found.span),
        Err(error) => {
            let error: crate::expr::ParseError = error;
            let (expression, message, at) = (found.value, error.message, error.at);
            section.fault_at(&found.span, FaultKind::Expression { expression, message, at });
            (Expr::All, found.span)
        }
    }
}

fn waves(root: &mut Section<'_>) -> Vec<Wave> {
    if !root.has("wave") {
        let key = "wave".to_owned();
        root.fault(FaultKind::MissingKey { key, section: "the document".to_owned() });
    }
    root.ids_once("wave", "wave");
    let waves = root.tables("wave").into_iter().map(|mut section| {
        let wave =
            Wave { id: required(&mut section, "id"), label: required(&mut section, "label") };
        section.finish();
        wave
    });
    waves.collect()
}

fn missing_labels(root: &mut Section<'_>) -> Vec<(String, MissingReason)> {
    let mut labels = Vec::new();
    for mut section in root.tables("missing_label") {
        let label = required(&mut section, "label");
        if let Some(reason) = section.required_word("reason", &reason_words()) {
            labels.push((label, reason));
        }
        section.finish();
    }
    labels
}

#[derive(Default)]
struct Reader {
    response_sets: BTreeMap<String, Categories>,
    waves: Vec<String>,
    ids: BTreeMap<String, Range<usize>>,
    questions: Vec<(Question, Range<usize>)>,
}

impl Reader {
    fn response_sets(&self, root: &mut Section<'_>) -> BTreeMap<String, Categories> {
        let mut sets = BTreeMap::new();
        for (name, mut section) in root.named_tables("response_set") {
            section.string("label");
            let mut categories = categories(&mut section, &name.value);
            self.known_waves(&section, &categories);
            categories.response_set = Some(name.value.clone());
            section.finish();
            sets.insert(name.value, categories);
        }
        sets
    }

    fn question(
        &mut self,
        section: &mut Section<'_>,
        given: Option<&(Question, Range<usize>)>,
    ) -> Option<Question> {
        let id = section.required_string("id");
        let (own, own_span) = expression(section, "universe");
        let inherits = given.filter(|_| !section.has("universe"));
        let (universe, span) =
            inherits.map_or((own, own_span), |(g, span)| (g.universe.clone(), span.clone()));
        let given = given.map(|(question, _)| question);
        let question = Question {
            id: id.as_ref().map(|id| id.value.clone()).unwrap_or_default(),
            universe,
            label: required(section, "label"),
            module: inherited(section, "module", given.map(|g| g.module.clone())),
            status: section
                .word("status", &ModuleStatus::WORDS)
                .or(given.map(|g| g.status))
                .unwrap_or_else(|| self.absent(section, "status", ModuleStatus::Core)),
            unit: section
                .word("unit", &Unit::WORDS)
                .or(given.map(|g| g.unit))
                .unwrap_or_else(|| self.absent(section, "unit", Unit::Child)),
        };
        let id = id?;
        if self.ids.insert(id.value.clone(), id.span.clone()).is_some() {
            let name = id.value.clone();
            section.fault_at(&id.span, FaultKind::Duplicate { what: "variable or set", name });
        }
        self.questions.push((question.clone(), span));
        Some(question)
    }

    /// Reports a key that neither the entry nor its battery has; a wrong word
    /// under the key was reported when it was read.
    fn absent<T>(&self, section: &mut Section<'_>, key: &'static str, stand_in: T) -> T {
        if !section.has(key) {
            section.required_string(key);
        }
        stand_in
    }

    fn variable(&mut self, mut section: Section<'_>) -> Option<Variable> {
        let question = self.question(&mut section, None);
        let owner = question.as_ref().map_or("this variable", |question| &question.id);
        let kind = self.kind(&mut section, owner);
        finish_variable(section, question, kind)
    }

    /// Several items of one question that share everything but id and label.
    fn battery(&mut self, mut section: Section<'_>) -> Vec<Variable> {
        let (universe, span) = expression(&mut section, "universe");
        let shared = Question {
            id: required(&mut section, "id"),
            label: required(&mut section, "label"),
            module: required(&mut section, "module"),
            status: section.word("status", &ModuleStatus::WORDS).unwrap_or(ModuleStatus::Core),
            unit: section.required_word("unit", &Unit::WORDS).unwrap_or(Unit::Child),
            universe,
        };
        let kind = self.kind(&mut section, &shared.id);
        let given = (shared, span);
        let items = section.tables("items").into_iter();
        let variables = items.filter_map(|mut item| {
            let question = self.question(&mut item, Some(&given));
            finish_variable(item, question, kind.clone())
        });
        let variables = variables.collect();
        section.finish();
        variables
    }

    fn kind(&self, section: &mut Section<'_>, owner: &str) -> Option<VariableKind> {
        const WORDS: [(&str, bool); 2] = [("categorical", false), ("number", true)];
        if section.word("type", &WORDS).unwrap_or(false) {
            return self.number(section);
        }
        let Some(name) = section.located_string("responses") else {
            let categories = categories(section, owner);
            self.known_waves(section, &categories);
            return Some(VariableKind::Categorical(categories));
        };
        self.response_set_kind(section, &name)
    }

    /// A response set, with missing codes of the variable's own added to its codes.
    fn response_set_kind(
        &self,
        section: &mut Section<'_>,
        name: &Located<String>,
    ) -> Option<VariableKind> {
        let Some(set) = self.response_sets.get(&name.value) else {
            section.not_in_list("responses", name, self.response_sets.keys().map(String::as_str));
            return None;
        };
        let mut categories = set.clone();
        let own = missing_codes(section);
        if !own.is_empty() {
            categories.missing.extend(own);
            codes_once(section, &name.value, &categories);
            self.known_waves(section, &categories);
        }
        Some(VariableKind::Categorical(categories))
    }

    fn number(&self, section: &mut Section<'_>) -> Option<VariableKind> {
        let range = range(section);
        let codes = number_codes(section, range);
        self.known_waves(section, &codes);
        Some(VariableKind::Number { range, missing: codes.missing })
    }

    fn known_waves(&self, section: &Section<'_>, categories: &Categories) {
        if self.waves.is_empty() {
            return; // That is the fault; every wave would be unknown.
        }
        let valid = categories.list.iter().flat_map(|c| &c.wave_codes);
        let missing = categories.missing.iter().flat_map(|m| &m.wave_codes);
        for (wave, _) in valid.chain(missing).filter(|(wave, _)| !self.waves.contains(wave)) {
            let nearest = crate::text::nearest(wave, &self.waves);
            section.fault(FaultKind::UnknownName { what: "wave", name: wave.clone(), nearest });
        }
    }

    fn set(&mut self, mut section: Section<'_>) -> Option<MultiSet> {
        let question = self.question(&mut section, None);
        let options: Vec<SetOption> =
            section.tables("options").into_iter().filter_map(option).collect();
        let ticked =
            section.integer_or_string("ticked").map_or(Code::Integer(1), |c| to_code(c.value));
        let not_ticked = section.integer_or_string("not_ticked").map(|c| to_code(c.value));
        let missing: Vec<SetMissing> =
            section.tables("missing").into_iter().filter_map(set_missing).collect();
        section.ids_once("options", "option");
        if options.is_empty() || options.len() > MAX_OPTIONS {
            let message = format!("a set has 1 to {MAX_OPTIONS} options, found {}", options.len());
            section.fault(FaultKind::Contradiction { message });
        }
        let owner = question.as_ref().map_or("this set", |question| &question.id);
        // The code that binding takes where none is stated must be free, too.
        let effective = not_ticked.clone().unwrap_or(Code::Integer(0));
        set_codes_once(&section, owner, (&ticked, Some(&effective)), &missing);
        section.finish();
        Some(MultiSet { question: question?, options, ticked, not_ticked, missing })
    }
}

fn inherited(section: &mut Section<'_>, key: &'static str, given: Option<String>) -> String {
    match given {
        Some(given) => section.string(key).unwrap_or(given),
        None => required(section, key),
    }
}

fn finish_variable(
    mut section: Section<'_>,
    question: Option<Question>,
    kind: Option<VariableKind>,
) -> Option<Variable> {
    let column = section.string("column");
    let keying = section.word("keying", &Keying::WORDS).unwrap_or(Keying::Positive);
    section.finish();
    let (question, kind) = (question?, kind?);
    let column = column.unwrap_or_else(|| question.id.clone());
    Some(Variable { question, column, keying, kind })
}

fn range(section: &mut Section<'_>) -> Option<(f64, f64)> {
    match section.numbers("range").as_slice() {
        [] => None,
        [low, high] if low <= high => Some((*low, *high)),
        _ => {
            let message = "`range` is a list of two numbers, the smaller first".to_owned();
            section.fault(FaultKind::Contradiction { message });
            None
        }
    }
}

fn option(mut section: Section<'_>) -> Option<SetOption> {
    let id = section.required_string("id");
    let column = section.required_string("column");
    let label = section.string("label");
    let exclusive = section.boolean("exclusive").unwrap_or(false);
    section.finish();
    let id = id?.value;
    Some(SetOption {
        label: label.unwrap_or_else(|| id.clone()),
        id,
        column: column?.value,
        exclusive,
    })
}

fn set_missing(mut section: Section<'_>) -> Option<SetMissing> {
    let reason = section.required_word("reason", &reason_words());
    let column = section.string("column");
    let code = section.integer_or_string("code");
    if column.is_some() == code.is_some() {
        let message =
            "give either `column` (ticked means missing) or `code` (in the options' columns)";
        section.fault(FaultKind::Contradiction { message: message.to_owned() });
    }
    section.finish();
    let reason = reason?;
    match (column, code) {
        (Some(column), _) => Some(SetMissing::Column { column, reason }),
        (None, Some(code)) => Some(SetMissing::Code { code: to_code(code.value), reason }),
        (None, None) => None,
    }
}
