//! Makes the data of the fixture: invented children in invented countries.
//!
//! `cargo run --example make_fixtures -- fixtures/global/data`
//!
//! The same seed gives the same bytes; CI compares. The formats differ on
//! purpose, so that the fixture's pipeline passes every reader.

#![allow(clippy::print_stdout, reason = "an example shows what it made")]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};

use gko::microdata::{CsvDialect, write_csv, write_ipc, write_parquet, write_sav};
use gko::synth::{Plan, generate};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give the folder to write to")?;
    let folder = PathBuf::from(folder);
    std::fs::create_dir_all(&folder)?;
    for file in generate(&Plan::global())?.files()? {
        let (frame, path) =
            (&file.frame, |extension| folder.join(&file.name).with_extension(extension));
        match file.name.as_str() {
            "children-XAO" => write_csv(frame, &path("csv"), &semicolons())?,
            "children-XAP" => write_ipc(frame, &path("arrow"))?,
            "children-XAQ" => write_sav(frame, &path("sav"), &labels())?,
            "parents" => write_parquet(frame, &path("parquet"))?,
            _ => write_csv(frame, &path("csv"), &CsvDialect::default())?,
        }
        println!("{}: {} rows, {} columns", file.name, frame.height(), frame.width());
    }
    show(&folder)
}

/// As statistical offices on the continent write CSV.
fn semicolons() -> CsvDialect {
    CsvDialect { separator: b';', encoding: "windows-1252".to_owned(), decimal: ',' }
}

fn labels() -> BTreeMap<String, Vec<(f64, String)>> {
    let yes_no = [(0.0, "No"), (1.0, "Yes"), (888.0, "Prefer not to say"), (999.0, "Don't know")];
    let yes_no = yes_no.map(|(code, label)| (code, label.to_owned())).to_vec();
    ["F2", "F3", "F11", "F18", "F28"].map(|name| (name.to_owned(), yes_no.clone())).into()
}

fn show(folder: &Path) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        println!("{} ({} bytes)", entry.path().display(), entry.metadata()?.len());
    }
    Ok(())
}
