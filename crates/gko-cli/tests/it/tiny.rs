//! A pipeline small enough to be run a hundred times: two countries, 60 rows.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const PIPELINE: &str = r#"format = "gko-pipeline/1"
title = "Tiny"
codebook = "codebook.toml"
indicators = "indicators.toml"

[[unit]]
unit = "child"
id = "id"
stratum = "stratum"
psu = "psu"
weight = "weight"

[[unit.input]]
path = "data.csv"
format = "csv"
separator = ","
encoding = "utf-8"
decimal = "."
country_column = "country"
wave = "2018"

[estimation]
level = 0.95

[disclosure]
minimum_n = 5
minimum_count = 3
reliability = "none"
"#;

const CODEBOOK: &str = r#"format = "gko-codebook/1"
study = "tiny-synthetic"
title = "Tiny"
synthetic = true
wave = [{ id = "2018", label = "2018" }]

[response_set.yn]
categories = [{ id = "no", code = 0 }, { id = "yes", code = 1 }]
missing = [{ code = 888, reason = "prefer-not-to-say" }]

[[variable]]
id = "SEX"
label = "Sex"
module = "A"
status = "core"
unit = "child"
categories = [{ id = "girl", code = 1 }, { id = "boy", code = 2 }]

[[variable]]
id = "Q1"
label = "Can change privacy settings"
module = "E"
status = "core"
unit = "child"
responses = "yn"
"#;

const INDICATORS: &str = r#"format = "gko-indicators/1"
title = "Tiny"

[[breakdown]]
id = "sex"
label = "Sex"
variable = "SEX"

[[indicator]]
id = "privacy"
label = "Can change privacy settings"
class = "skill"
module = "E"
unit = "child"
numerator = "Q1 = yes"
breakdowns = ["sex"]
"#;

/// A pipeline in a temporary folder.
pub(crate) struct Tiny {
    folder: TempDir,
}

/// What a run of the command came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Tiny {
    pub(crate) fn new() -> Self {
        let tiny = Self { folder: tempfile::tempdir().unwrap() };
        tiny.write("pipeline.toml", PIPELINE);
        tiny.write("codebook.toml", CODEBOOK);
        tiny.write("indicators.toml", INDICATORS);
        tiny.write("data.csv", &rows());
        tiny
    }

    /// The pipeline with one passage of one file changed.
    pub(crate) fn with(file: &str, from: &str, to: &str) -> Self {
        let tiny = Self::new();
        tiny.change(file, from, to);
        tiny
    }

    pub(crate) fn change(&self, file: &str, from: &str, to: &str) {
        let text = self.read(file);
        assert!(text.contains(from), "`{from}` is not in {file}");
        self.write(file, &text.replacen(from, to, 1));
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gko"));
        command.current_dir(self.folder.path()).args(arguments).stdin(Stdio::null());
        for name in ["SOURCE_DATE_EPOCH", "COLUMNS", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn gko(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// `gko run` with the output in `out`.
    pub(crate) fn run(&self) -> Ran {
        self.gko(&["run", "pipeline.toml", "--out", "out"])
    }

    /// The pipeline is refused: exit 1, a stable code, some words, no output.
    #[track_caller]
    pub(crate) fn refused(&self, code: &str, words: &[&str]) {
        let ran = self.run();
        assert_eq!(ran.code, Some(1), "{ran:?}");
        ran.says(&[&format!("[{code}]")]);
        ran.says(words);
        assert!(ran.out.is_empty(), "{ran:?}");
        assert!(!self.path("out").exists(), "an output folder was made");
    }

    /// The pipeline runs; its output is in `out`.
    #[track_caller]
    pub(crate) fn runs(&self) -> Ran {
        let ran = self.run();
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.says(&["wrote out/manifest.json"]);
        ran
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let ran =
            Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) };
        assert!(!ran.err.contains("panicked"), "{ran:?}");
        let steers = |c: char| c.is_control() && c != '\n';
        assert!(!ran.out.contains(steers) && !ran.err.contains(steers), "{ran:?}");
        ran
    }
}

impl Ran {
    #[track_caller]
    pub(crate) fn says(&self, words: &[&str]) {
        for word in words {
            assert!(self.err.contains(word), "`{word}` is not in: {}", self.err);
        }
    }
}

/// 30 children in each of two countries: two strata of three PSUs of five.
fn rows() -> String {
    let mut text = String::from("country,id,stratum,psu,weight,SEX,Q1\n");
    for (country, name) in ["XAA", "XAB"].iter().enumerate() {
        for child in 0..30 {
            let (stratum, psu) = (child / 15 + 1, child / 5 + 1);
            let (sex, yes) = (child % 2 + 1, u32::from((child * 7 + country) % 5 < 2));
            let weight = 0.5 + f64::from(u32::try_from(child % 4).unwrap()) * 0.25;
            text += &format!("{name},{name}-{child},{stratum},{psu},{weight},{sex},{yes}\n");
        }
    }
    text
}
