//! From the chances of the draw to final weights, and what they do to an indicator.
//!
//! `cargo run --example weighting`
//!
//! The fieldwork of `fixtures/weighting` is weighted by its plan; then come each
//! country's response rates, design effects and margins, and the share of children
//! harmed with three standard errors: one that takes the weights for weights of the
//! draw, one that knows what they were calibrated to, one of replicate weights that went
//! through every step. The truth is known, since the population is invented.

#![allow(clippy::print_stdout, reason = "an example shows what it made")]

use std::collections::BTreeMap;
use std::error::Error;

use gko::report::weighting_table;
use gko::survey::{Domain, Mean, Survey};
use gko::weighting::{Outcome, WeightingPlan};
use gko::weights::run::{Detail, Weighted};

fn main() -> Result<(), Box<dyn Error>> {
    let plan = WeightingPlan::open("fixtures/weighting/plan.toml".as_ref())?;
    let outcome = plan.run(&mut |_| ())?;
    let weighted = &outcome.weighted;
    println!(
        "{}",
        weighting_table(&weighted.history, &outcome.diagnostics, &weighted.groups.names)
    );
    margins(weighted);
    harm(&outcome)
}

/// The margins of the raking, as shares before and after.
fn margins(weighted: &Weighted) {
    let raked = weighted.history.steps.iter().filter_map(|step| match &step.detail {
        Detail::Calibration { groups, .. } => Some(groups),
        _ => None,
    });
    println!("{:<4} {:<14} {:<14} {:>7} {:>7} {:>7}", "", "margin", "", "before", "after", "known");
    for group in raked.flatten() {
        for record in &group.margins {
            let total = |all: &[f64]| all.iter().sum::<f64>() / 100.0;
            let (before, after) = (total(&record.before), total(&record.after));
            let known = total(&record.margin.targets);
            for (at, category) in record.margin.categories.iter().enumerate() {
                println!(
                    "{:<4} {:<14} {:<14} {:>7.2} {:>7.2} {:>7.2}",
                    group.group,
                    record.margin.name,
                    category,
                    record.before[at] / before,
                    record.after[at] / after,
                    record.margin.targets[at] / known,
                );
            }
        }
    }
}

/// The share of children harmed by country, with the truth beside it.
fn harm(outcome: &Outcome) -> Result<(), Box<dyn Error>> {
    let weighted = &outcome.weighted;
    let replicated = weighted.replicated_survey().ok_or("the plan makes replicates")?;
    let surveys = [weighted.naive_survey()?, weighted.survey()?, replicated];
    let truth = truth()?;
    println!("\nshare of children harmed, per cent");
    println!("{:<4} {:>7} {:>9} {:>9} {:>11} {:>11}", "", "", "", "s.e. as", "s.e.", "s.e. of");
    println!(
        "{:<4} {:>7} {:>9} {:>9} {:>11} {:>11}",
        "", "truth", "estimate", "of draw", "calibrated", "replicates"
    );
    for (code, name) in (0..).zip(&weighted.groups.names) {
        let found: Vec<(f64, f64)> =
            surveys.iter().map(|survey| share(weighted, survey, code)).collect::<Result<_, _>>()?;
        let known = 100.0 * truth.get(name).copied().unwrap_or(f64::NAN);
        let se: Vec<String> = found.iter().map(|(_, se)| format!("{se:>10.3}")).collect();
        println!("{name:<4} {known:>7.2} {:>9.2} {}", found[0].0, se.join(" "));
    }
    Ok(())
}

/// The share of a country and its standard error, in per cent.
fn share(weighted: &Weighted, survey: &Survey, country: u32) -> Result<(f64, f64), Box<dyn Error>> {
    let values = weighted.sample.number_column("harm")?;
    let here: Vec<bool> = weighted.groups.codes.iter().map(|&code| code == country).collect();
    let domain = Domain::of(here);
    let estimate = survey.estimate(&Mean::of("harm", values), &domain)?;
    Ok((100.0 * estimate.values()[0], 100.0 * estimate.se()[0]))
}

/// The true share of all children harmed, by country.
fn truth() -> Result<BTreeMap<String, f64>, Box<dyn Error>> {
    let text = std::fs::read_to_string("fixtures/weighting/truth.csv")?;
    let rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let wanted = rows.filter(|row| row[1] == "all children" && row[2] == "harm");
    wanted.map(|row| Ok((row[0].to_owned(), row[4].parse()?))).collect()
}
