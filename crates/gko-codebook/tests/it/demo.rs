//! A small codebook and catalogue, and ways to change one line of them.

use gko_codebook::{Catalogue, Codebook, Fault};

/// Two waves, a response set, a routed question, a number, a battery and a set.
pub const CODEBOOK: &str = r#"format = "gko-codebook/1"
study = "demo"
title = "Demo"
wave = [{ id = "w1", label = "First" }, { id = "w2", label = "Second" }]

[response_set.yn]
categories = [
  { id = "no", code = 0, label = "No", value = 0 },
  { id = "yes", code = 1, label = "Yes", value = 1 },
]
missing = [{ code = 888, reason = "prefer-not-to-say", label = "Refusal" }]

[response_set.often]
ordered = true
categories = [
  { id = "never", code = 1, value = 0 },
  { id = "weekly", code = 2, value = 1, in_wave = [{ wave = "w2", code = 4 }] },
  { id = "daily", code = 3, value = 2 },
]

[[variable]]
id = "F11"
label = "Upset"
module = "F"
status = "core"
unit = "child"
responses = "yn"

[[variable]]
id = "F12"
label = "How often"
module = "F"
status = "optional"
unit = "child"
universe = "F11 = yes"
responses = "often"

[[variable]]
id = "A2"
label = "Age"
module = "A"
status = "core"
unit = "child"
type = "number"
range = [9, 17]

[[battery]]
id = "B1"
label = "Places"
module = "B"
status = "core"
unit = "child"
responses = "often"
universe = "A2 >= 12"
items = [
  { id = "B1_home", label = "Home", column = "b1a" },
  { id = "B1_school", label = "School", keying = "negative", universe = "all" },
]

[[set]]
id = "F14"
label = "Told"
module = "F"
status = "core"
unit = "child"
universe = "F11 = yes"
options = [
  { id = "parent", column = "F14_1", label = "Parent" },
  { id = "nobody", column = "F14_9", label = "Nobody", exclusive = true },
]
missing = [{ column = "F14_888", reason = "prefer-not-to-say" }, { code = 777, reason = "dont-know" }]

[[variable]]
id = "P1"
label = "Parent online"
module = "P"
status = "core"
unit = "parent"
responses = "yn"
"#;

/// A share over a routed base and a mean, broken down by age group.
pub const CATALOGUE: &str = r#"format = "gko-indicators/1"
title = "Demo"

[[breakdown]]
id = "age_group"
label = "Age"
variable = "A2"
groups = [{ id = "9-12", from = 9, to = 12 }, { id = "13-17", from = 13, to = 17 }]

[[breakdown]]
id = "upset"
label = "Upset"
variable = "F11"

[default_missing]
share = { dont-know = "no" }

[default_breakdowns]
child = ["age_group", "upset * age_group"]

[[indicator]]
id = "often"
label = "Often upset"
class = "harm"
module = "F"
unit = "child"
numerator = "F12 in {weekly, daily}"
base = "F11 = yes"

[[indicator]]
id = "home"
label = "Home"
class = "access"
module = "B"
unit = "child"
mean = "B1_home"
base = "all"
missing = { prefer-not-to-say = "exclude", dont-know = 0.5 }
breakdowns = ["age_group"]
"#;

/// A text with one passage changed; the passage must be there.
pub fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "no `{from}` to change");
    text.replacen(from, to, 1)
}

pub fn codebook(text: &str) -> Codebook {
    Codebook::parse(text, "demo.toml").unwrap_or_else(|error| panic!("{error}"))
}

pub fn catalogue(text: &str, codebook: &Codebook) -> Catalogue {
    Catalogue::parse(text, "indicators.toml", codebook).unwrap_or_else(|error| panic!("{error}"))
}

/// The faults of a codebook that must be refused.
pub fn faults(text: &str) -> Vec<Fault> {
    Codebook::parse(text, "demo.toml").unwrap_err().faults().to_vec()
}

/// The faults of a catalogue that must be refused.
pub fn catalogue_faults(text: &str) -> Vec<Fault> {
    let codebook = codebook(CODEBOOK);
    Catalogue::parse(text, "indicators.toml", &codebook).unwrap_err().faults().to_vec()
}

/// Line and column, from 1, of the first place where a passage stands.
pub fn place_of(text: &str, passage: &str) -> (usize, usize) {
    let at = text.find(passage).unwrap_or_else(|| panic!("no `{passage}`"));
    let line = text[..at].matches('\n').count() + 1;
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (line, text[start..at].chars().count() + 1)
}
