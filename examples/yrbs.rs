//! A real file: the US national Youth Risk Behavior Survey 2019 (CDC, public domain).
//!
//! `cargo run --example yrbs -- PATH/yrbs_2019.sav` computes the share of
//! students who were electronically bullied in the past year and compares it
//! with reference results. Without a path, or where there is no such file, it
//! says so and computes nothing.

#![allow(clippy::print_stdout, reason = "an example shows what it made")]

use std::error::Error;
use std::path::{Path, PathBuf};

use gko::prelude::*;

/// Share and Taylor standard error in per cent, total, girls, boys.
const EXPECTED: [(&str, f64, f64); 3] =
    [("_T", 15.71, 0.557), ("girl", 20.39, 0.762), ("boy", 10.92, 0.693)];

fn main() -> Result<(), Box<dyn Error>> {
    let Some(path) = std::env::args().nth(1).map(PathBuf::from).filter(|path| path.is_file())
    else {
        println!(
            "NOT RUN: give the path of yrbs_2019.sav (13,677 records), which is not in the repository."
        );
        return Ok(());
    };
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let pipeline = Pipeline::open("fixtures/yrbs/pipeline.toml".as_ref())?.with_data_folder(folder);
    let outcome = pipeline.run(&mut |_| ())?;
    println!("{}", terminal_table(&outcome.release, 100));

    let sex = outcome.release.breakdowns.iter().position(|id| id == "sex").ok_or("no sex")?;
    for (group, share, se) in EXPECTED {
        let found = outcome.release.table.rows().iter().find(|(key, _)| {
            key.indicator.as_ref() == "qn24"
                && key.group(sex) == group
                && key.groups.iter().flatten().count() == usize::from(group != "_T")
        });
        let (_, figure) = found.ok_or("QN24 is not in the table")?;
        let got = figure.value().zip(figure.se()).ok_or("QN24 is suppressed")?;
        println!(
            "QN24 {group}: {:.2} % (standard error {:.3} points), n {}; expected {share} ({se})",
            got.0 * 100.0,
            got.1 * 100.0,
            figure.n().unwrap_or(0)
        );
        assert!((got.0 * 100.0 - share).abs() < 0.005, "share of {group}");
        assert!((got.1 * 100.0 - se).abs() < 0.0005, "standard error of {group}");
    }
    Ok(())
}
