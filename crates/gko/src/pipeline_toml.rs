//! From TOML to a pipeline, gathering every fault with its place.

use std::path::PathBuf;
use std::str::FromStr;

use gko_codebook::text::{Document, Section};
use gko_codebook::{FaultKind, Unit};
use gko_disclosure::{Reliability, Rules};
use gko_microdata::{CsvDialect, Format, Layout, MissingWeight, Origin, PsuLabels, WeightScale};
use gko_survey::Options;

use crate::pipeline::{InputPlan, Pipeline, UnitPlan};

/// The one version of the format that this crate reads.
const FORMAT: &str = "gko-pipeline/1";

pub(crate) fn read(document: &Document<'_>) -> Pipeline {
    let mut root = document.root();
    root.required_word("format", &[(FORMAT, ())]);
    let mut units: Vec<UnitPlan> = root.tables("unit").into_iter().filter_map(unit).collect();
    if units.is_empty() {
        let message = "a pipeline needs at least one [[unit]] with an [[unit.input]]".to_owned();
        root.fault(FaultKind::Contradiction { message });
    }
    units.sort_by_key(|unit| unit.layout.unit);
    if units.windows(2).any(|pair| pair[0].layout.unit == pair[1].layout.unit) {
        let message = "a unit stands twice; list all its files under one [[unit]]".to_owned();
        root.fault(FaultKind::Contradiction { message });
    }
    let pipeline = Pipeline {
        title: required(&mut root, "title"),
        codebook: required(&mut root, "codebook"),
        indicators: required(&mut root, "indicators"),
        units,
        estimation: root.table("estimation").map_or_else(Options::default, estimation),
        rules: root.table("disclosure").map_or_else(Rules::default, rules),
        folder: PathBuf::new(),
        data_folder: PathBuf::new(),
        text: String::new(),
    };
    root.finish();
    pipeline
}

fn required(section: &mut Section<'_>, key: &'static str) -> String {
    section.required_string(key).map(|found| found.value).unwrap_or_default()
}

fn unit(mut section: Section<'_>) -> Option<UnitPlan> {
    let unit = section.required_word("unit", &Unit::WORDS);
    let layout = Layout {
        unit: unit.unwrap_or(Unit::Child),
        id: section.string("id"),
        stratum: section.string("stratum"),
        psu: section.string("psu"),
        weight: section.string("weight"),
        weight_scale: section
            .word("weight_scale", &WeightScale::WORDS)
            .unwrap_or(WeightScale::Relative),
        psu_labels: section
            .word("psu_labels", &PsuLabels::WORDS)
            .unwrap_or(PsuLabels::NestedInStratum),
        missing_weight: section
            .word("missing_weight", &MissingWeight::WORDS)
            .unwrap_or(MissingWeight::Refuse),
        link: section.string("link"),
    };
    let inputs: Vec<InputPlan> = section.tables("input").into_iter().filter_map(input).collect();
    if inputs.is_empty() {
        let message = format!("the {} has no [[unit.input]]", layout.unit);
        section.fault(FaultKind::Contradiction { message });
    }
    section.finish();
    unit.map(|_| UnitPlan { layout, inputs })
}

fn input(mut section: Section<'_>) -> Option<InputPlan> {
    const FORMATS: [(&str, &str); 4] =
        [("csv", "csv"), ("parquet", "parquet"), ("arrow-ipc", "arrow-ipc"), ("sav", "sav")];
    let path = required(&mut section, "path");
    let country = origin(&mut section, "country", "country_column");
    let wave = origin(&mut section, "wave", "wave_column");
    let format = section.required_word("format", &FORMATS).map(|format| match format {
        "csv" => Format::Csv(dialect(&mut section)),
        "parquet" => Format::Parquet,
        "arrow-ipc" => Format::ArrowIpc,
        _ => Format::Sav,
    });
    section.finish();
    Some(InputPlan { path, format: format?, country: country?, wave: wave? })
}

/// The dialect of a CSV file; all three must be declared, since none is guessed.
fn dialect(section: &mut Section<'_>) -> CsvDialect {
    const SEPARATORS: [(&str, u8); 4] = [(",", b','), (";", b';'), ("\t", b'\t'), ("|", b'|')];
    const MARKS: [(&str, char); 2] = [(".", '.'), (",", ',')];
    CsvDialect {
        separator: section.required_word("separator", &SEPARATORS).unwrap_or(b','),
        encoding: required(section, "encoding"),
        decimal: section.required_word("decimal", &MARKS).unwrap_or('.'),
    }
}

fn origin(
    section: &mut Section<'_>,
    constant: &'static str,
    column: &'static str,
) -> Option<Origin> {
    let found = (section.string(constant), section.string(column));
    match found {
        (Some(value), None) => Some(Origin::Constant(value)),
        (None, Some(name)) => Some(Origin::Column(name)),
        _ => {
            let message = format!("give either `{constant}` or `{column}`");
            section.fault(FaultKind::Contradiction { message });
            None
        }
    }
}

fn estimation(mut section: Section<'_>) -> Options {
    let mut options = Options::default();
    if let Some(level) = section.number("level") {
        options.level = level;
        if !(0.5..1.0).contains(&level) {
            let message = format!("`level` is {level}; a confidence level is like 0.95");
            section.fault(FaultKind::Contradiction { message });
        }
    }
    options.interval = named(&mut section, "interval", options.interval);
    options.single_psu = named(&mut section, "single_psu", options.single_psu);
    section.finish();
    options
}

/// A setting whose names its own type knows and lists.
fn named<T: FromStr<Err = gko_survey::Error>>(
    section: &mut Section<'_>,
    key: &'static str,
    default: T,
) -> T {
    let Some(found) = section.located_string(key) else { return default };
    found.value.parse().unwrap_or_else(|error: gko_survey::Error| {
        let message = format!("`{key}`: {error}");
        section.fault_at(&found.span, FaultKind::Contradiction { message });
        default
    })
}

fn rules(mut section: Section<'_>) -> Rules {
    let default = Rules::default();
    let mut count = |key, default| match section.integer(key) {
        Some(value) => u64::try_from(value).unwrap_or(0),
        None => default,
    };
    let n = count("minimum_n", default.minimum_n);
    let least = count("minimum_count", default.minimum_count);
    let reliability = section.word("reliability", &Reliability::WORDS);
    let rules = Rules::new(n, least, reliability.unwrap_or(default.reliability));
    let rules = rules.unwrap_or_else(|error| {
        section.fault(FaultKind::Contradiction { message: error.to_string() });
        default
    });
    section.finish();
    rules
}
