//! The fixture's figures against R survey, which reads the same files with
//! recodes of its own: `tests/oracle/global.R` and what it gave, `global.json`.
//!
//! Tolerances are relative. What is left below them is rounding: R sums rows in
//! another order, and its beta and t quantiles are another algorithm's.

use std::collections::BTreeMap;

use gko::disclosure::{Mark, ProtectedFigure, Reason};
use gko::indicators::Settings;
use gko::survey::Estimate;

use crate::reference::{Figure, Place, pipeline, place, reference};

/// The largest difference seen of each kind of number.
#[derive(Default)]
struct Gaps(BTreeMap<&'static str, (f64, usize)>);

impl Gaps {
    /// Compares one number and keeps its distance.
    fn compare(&mut self, kind: &'static str, ours: Option<f64>, theirs: Option<f64>, at: &Place) {
        let (Some(ours), Some(theirs)) = (ours, theirs) else {
            assert_eq!(ours, theirs, "{kind} of {at:?}");
            return;
        };
        // A standard error that is exactly 0 for us is rounding in R.
        let gap = (ours - theirs).abs() / theirs.abs().max(1e-6);
        let limit = tolerance(kind);
        assert!(gap <= limit, "{kind} of {at:?}: ours {ours}, R's {theirs}, off by {gap:e}");
        let (largest, count) = self.0.entry(kind).or_default();
        *largest = largest.max(gap);
        *count += 1;
    }

    fn say(&self, what: &str, figures: usize) {
        println!("{what}: {figures} figures");
        for (kind, (largest, count)) in &self.0 {
            println!("  {kind}: {count} compared, largest relative difference {largest:.1e}");
        }
    }
}

fn tolerance(kind: &str) -> f64 {
    match kind {
        "value" | "n_weighted" => 1e-10,
        "low" | "high" => 1e-7,
        _ => 1e-8,
    }
}

fn estimate(gaps: &mut Gaps, ours: &Estimate, theirs: &Figure, at: &Place) {
    let counts = (ours.n, ours.hits, u64::from(ours.df));
    let expected = (theirs.count("n"), theirs.count("hits"), theirs.count("df"));
    assert_eq!(counts, expected, "n, numerator and df of {at:?}");
    gaps.compare("n_weighted", Some(ours.n_weighted), theirs.number("n_weighted"), at);
    gaps.compare("value", ours.value, theirs.number("value"), at);
    gaps.compare("se", ours.se, theirs.number("se"), at);
    gaps.compare("low", ours.interval.map(|i| i.low), theirs.number("low"), at);
    gaps.compare("high", ours.interval.map(|i| i.high), theirs.number("high"), at);
    gaps.compare("deff", ours.deff, theirs.number("deff"), at);
    gaps.compare("kg_n", ours.kg_n, theirs.number("kg_n"), at);
    gaps.compare("n_eff", ours.n_eff, theirs.number("n_eff"), at);
}

/// Before disclosure control, so that the small ones are compared too.
#[test]
fn every_estimate_equals_r() {
    let (pipeline, reference) = (pipeline(), reference());
    let sources = pipeline.sources().unwrap();
    let names: Vec<String> = sources.catalogue.breakdowns.iter().map(|b| b.id.clone()).collect();
    let (mut gaps, mut compared, mut not_asked) = (Gaps::default(), 0, 0);
    for unit in &pipeline.units {
        let inputs = unit.inputs(&pipeline.data_folder).unwrap();
        let data = gko::microdata::read(&inputs, &unit.layout, &sources.codebook).unwrap();
        let settings = Settings::new(pipeline.estimation);
        let computed =
            gko::indicators::compute(&data, &sources.catalogue, &sources.codebook, &settings);
        for candidate in computed.unwrap().candidates {
            let at = place(&candidate.key, &names);
            let Some(theirs) = reference.figures.get(&at) else { continue };
            let Some(ours) = &candidate.estimate else {
                assert_eq!(theirs.decision, "not-asked", "{at:?}");
                not_asked += 1;
                continue;
            };
            assert_ne!(theirs.decision, "not-asked", "{at:?}");
            estimate(&mut gaps, ours, theirs, &at);
            compared += 1;
        }
    }
    gaps.say("estimates", compared);
    println!("  {not_asked} without a figure on both sides, a question not being asked");
    assert_eq!(compared + not_asked, reference.figures.len());
}

/// What a released figure still says.
fn released(gaps: &mut Gaps, ours: &ProtectedFigure, theirs: &Figure, at: &Place) {
    assert_eq!(ours.n(), Some(theirs.count("n")), "n of {at:?}");
    assert_eq!(ours.df().map(u64::from), Some(theirs.count("df")), "df of {at:?}");
    gaps.compare("value", ours.value(), theirs.number("value"), at);
    gaps.compare("se", ours.se(), theirs.number("se"), at);
    gaps.compare("low", ours.interval().map(|i| i.low), theirs.number("low"), at);
    gaps.compare("high", ours.interval().map(|i| i.high), theirs.number("high"), at);
    gaps.compare("deff", ours.deff(), theirs.number("deff"), at);
}

fn words(reasons: &[Reason]) -> String {
    reasons.iter().map(|reason| reason.as_str()).collect::<Vec<_>>().join(" ")
}

/// After disclosure control: each shown number, and why the others are hidden.
#[test]
fn every_released_figure_equals_r_and_every_hidden_one_is_hidden_by_its_numbers() {
    let reference = reference();
    let outcome = pipeline().run(&mut |_| ()).unwrap();
    let (mut gaps, mut shown) = (Gaps::default(), 0);
    let mut hidden: BTreeMap<String, usize> = BTreeMap::new();
    let mut found = 0;
    for (key, ours) in outcome.release.table.rows() {
        let at = place(key, &outcome.release.breakdowns);
        let Some(theirs) = reference.figures.get(&at) else { continue };
        found += 1;
        let why = words(ours.reasons());
        if ours.value().is_some() {
            released(&mut gaps, ours, theirs, &at);
            shown += 1;
        } else {
            assert!(matches!(ours.mark(), Mark::Suppressed | Mark::Unavailable), "{at:?}");
            *hidden.entry(why.clone()).or_default() += 1;
        }
        // Hiding a second cell needs the whole table, which R's script judges not.
        if ours.reasons() != [Reason::Complementary] {
            assert_eq!(why, theirs.decision, "{at:?}");
        }
    }
    assert_eq!(found, reference.figures.len());
    gaps.say("released", shown);
    println!("hidden, for the reason that follows from R's numbers: {hidden:?}");
}

/// A difference above means something only where both read the same files.
#[test]
fn the_reference_was_made_from_these_files() {
    let reference = reference();
    let outcome = pipeline().run(&mut |_| ()).unwrap();
    for (file, hash) in &reference.sha256 {
        let mut inputs = outcome.manifest.inputs.iter();
        let entry = inputs.find(|entry| entry.account.name.ends_with(file.as_str())).unwrap();
        let found = entry.account.sha256.as_deref();
        let way_out = "the fixture changed: run Rscript crates/gko/tests/oracle/global.R";
        assert_eq!(found, Some(hash.as_str()), "{file}; {way_out}");
    }
}
