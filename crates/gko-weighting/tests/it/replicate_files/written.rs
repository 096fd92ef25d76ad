//! Weights that are written with their lines of code, and what R makes of them.

use std::fmt::Write as _;

use gko_survey::{
    Columns, Design, Domain, Generalised, Jackknife, Mean, Population, Ratio, Replicates, Stage,
    Statistic, Survey, Total,
};
use gko_weighting::replicate_files::{Description, Naming};
use serde_json::Value;

const STRATUM: [u32; 12] = [1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3];
const PSU: [u32; 12] = [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6];
const WEIGHT: [f64; 12] = [12.0, 9.0, 15.0, 11.0, 8.0, 14.0, 10.0, 13.0, 9.0, 9.0, 16.0, 12.0];
const X: [f64; 12] = [3.0, 9.0, 4.0, 1.0, 7.0, 2.0, 8.0, 6.0, 5.0, 5.0, 9.0, 2.0];
const Y: [f64; 12] = [1.0, 4.0, 2.0, 2.0, 3.0, 1.0, 5.0, 2.0, 3.0, 4.0, 4.0, 1.0];

fn design(population: f64) -> Design {
    let counts = vec![population; 12];
    let stage = Stage::units(&PSU).strata(&STRATUM).population(Population::Counts(&counts));
    Design::builder(12).stage(stage).weights(&WEIGHT).build().unwrap()
}

/// Every kind under names of its own, the last ones as factors.
fn sets() -> Vec<(Description, Replicates)> {
    let (endless, finite) = (design(f64::INFINITY), design(7.0));
    let alone = Design::builder(12).stage(Stage::units(&PSU)).weights(&WEIGHT).build().unwrap();
    let jackknife = Jackknife::default();
    let all = [
        ("JKA", 1, true, Replicates::jk1(&alone, jackknife)),
        ("JKB", 2, true, Replicates::jkn(&finite, jackknife)),
        ("JKC", 1, true, Replicates::jk2(&endless, None)),
        ("BRR", 1, true, Replicates::brr(&endless)),
        ("FAY", 3, true, Replicates::fay(&endless, 0.3)),
        ("SDR", 1, true, Replicates::successive_differences(&endless, 8)),
        ("BSW", 4, true, Replicates::rao_wu(&endless, 20, 5)),
        ("GEN", 2, true, Replicates::generalised(&finite, 20, 5, Generalised::default())),
        ("GFR", 1, true, Replicates::generalised_replication(&finite, Generalised::default())),
        ("FAC", 1, false, Replicates::jkn(&finite, jackknife)),
        ("FBR", 1, false, Replicates::fay(&endless, 0.5)),
    ];
    let described = all.into_iter().map(|(prefix, digits, combined, made)| {
        let (made, naming) = (made.unwrap(), Naming { digits, ..Naming::new("WEIGHT", prefix) });
        (Description::of(&made, naming, combined).unwrap(), made)
    });
    described.collect()
}

fn fixture(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/replicate_files/");
    std::fs::read_to_string(format!("{folder}{name}")).unwrap()
}

/// The file that R reads: data, weight and all columns.
fn csv() -> String {
    let mut columns: Vec<(String, Vec<f64>)> = vec![("x".into(), X.to_vec())];
    columns.extend([("y".into(), Y.to_vec()), ("WEIGHT".into(), WEIGHT.to_vec())]);
    for (described, made) in sets() {
        columns.extend(described.columns(&made));
    }
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let mut text = names.join(",") + "\n";
    for row in 0..12 {
        let cells: Vec<String> =
            columns.iter().map(|(_, values)| values[row].to_string()).collect();
        writeln!(text, "{}", cells.join(",")).unwrap();
    }
    text
}

/// The lines for R, each set's design kept under its prefix.
fn snippets() -> String {
    let mut text = String::new();
    for (described, _) in sets() {
        text += &described.r().unwrap();
        writeln!(text, "designs${} <- design", described.naming.prefix).unwrap();
    }
    text
}

#[test]
fn what_r_read_is_what_is_written() {
    assert_eq!(csv(), fixture("weighted.csv"));
    assert_eq!(snippets(), fixture("snippets.R"));
}

#[test]
fn r_finds_the_same_standard_errors_in_the_file() {
    let expected: Value = serde_json::from_str(&fixture("expected.json")).unwrap();
    assert_eq!(expected["survey"], "4.5");
    let both = || Columns::new().number("x", &X).number("y", &Y);
    let alone = |name, values| Columns::new().number(name, values);
    let (total, mean) = (Total::new(both()), Mean::new(both()));
    let ratio = Ratio::new(alone("x", &X[..]), alone("y", &Y[..])).unwrap();
    for (described, made) in sets() {
        let of_set = &expected["sets"][&described.naming.prefix];
        let df = of_set["df"].as_f64().unwrap();
        assert_eq!(described.df, df, "{}", described.naming.prefix);
        let statistics: [(&str, &dyn Statistic); 3] =
            [("total", &total), ("mean", &mean), ("ratio", &ratio)];
        let survey = Survey::replicated(made);
        for (name, statistic) in statistics {
            let got = survey.estimate(statistic, &Domain::all(12)).unwrap().se();
            let numbers = of_set[name].as_array().unwrap();
            for (got, se) in got.iter().zip(numbers) {
                let gap = got / se.as_f64().unwrap() - 1.0;
                assert!(gap.abs() < 1e-10, "{} {name}: {got} {se}", described.naming.prefix);
            }
        }
    }
}

#[test]
fn columns_are_read_back_to_the_same_replicates() {
    for (described, made) in sets() {
        let columns: Vec<Vec<f64>> = described.columns(&made).map(|(_, values)| values).collect();
        let again = described.scheme().unwrap().read(&WEIGHT, &columns).unwrap();
        assert_eq!(again.scales().rscales(), made.scales().rscales());
        assert_eq!(again.mse(), made.mse());
        for replicate in 0..made.len() {
            let pairs = again.analysis_weights(replicate).into_iter();
            for (one, two) in pairs.zip(made.analysis_weights(replicate)) {
                assert!((one - two).abs() < 1e-13);
            }
        }
    }
}

fn set(prefix: &str) -> Description {
    let found = sets().into_iter().find(|(described, _)| described.naming.prefix == prefix);
    found.unwrap().0
}

/// Multipliers of JKn: (1 - 2/7)·1/2.
#[test]
fn stata_reads_every_kind() {
    let jackknife = "jkrweight";
    let cases = [
        ("JKA", format!("{jackknife}(JKA1-JKA6, multiplier({})) vce(jackknife) dof(5)", 5.0 / 6.0)),
        ("JKC", format!("{jackknife}(JKC1-JKC3, multiplier(1)) vce(jackknife) mse dof(2)")),
        ("BRR", "brrweight(BRR1-BRR4) vce(brr) dof(3)".to_owned()),
        ("FAY", "brrweight(FAY001-FAY004) fay(0.3) vce(brr) dof(3)".to_owned()),
        ("SDR", "sdrweight(SDR1-SDR8) vce(sdr) mse dof(3)".to_owned()),
    ];
    for (prefix, expected) in cases {
        let expected = format!("svyset [pweight = WEIGHT], {expected}\n");
        assert_eq!(set(prefix).stata().unwrap(), expected);
    }
    let factors = set("FBR").stata().unwrap();
    let product = "foreach one of varlist FBR1-FBR4 {\n    replace `one' = `one' * WEIGHT\n}\n";
    assert_eq!(
        factors,
        format!(
            "{product}svyset [pweight = WEIGHT], brrweight(FBR1-FBR4) fay(0.5) vce(brr) dof(3)\n"
        )
    );
    let mut uneven = set("JKA");
    uneven.rscales[5] = 0.5;
    uneven.scale = 0.5;
    let expected = "multiplier(0.5 0.5 0.5 0.5 0.5 0.25)";
    assert!(uneven.stata().unwrap().contains(expected), "{}", uneven.stata().unwrap());
    assert!(uneven.sas().unwrap().contains("JKCOEFS=(0.5 0.5 0.5 0.5 0.5 0.25) DF=5"));
    assert!(uneven.r().unwrap().contains("rscales = c(1, 1, 1, 1, 1, 0.5)"));
}

#[test]
fn sas_reads_every_kind() {
    let about = "/* Meant about the mean of the replicates; SAS: about the full sample. */\n";
    let text = |method: &str, columns: &str| {
        format!(
            "PROC SURVEYMEANS DATA=weighted VARMETHOD={method};\n  WEIGHT WEIGHT;\n  \
             REPWEIGHTS {columns};\nRUN;\n"
        )
    };
    let cases = [
        ("JKC", text("JACKKNIFE", "JKC1-JKC3 / JKCOEFS=1 DF=2")),
        ("SDR", text("JACKKNIFE", "SDR1-SDR8 / JKCOEFS=0.5 DF=3")),
        ("BRR", about.to_owned() + &text("BRR", "BRR1-BRR4 / DF=3")),
        ("FAY", about.to_owned() + &text("BRR(FAY=0.3)", "FAY001-FAY004 / DF=3")),
    ];
    for (prefix, expected) in cases {
        assert_eq!(set(prefix).sas().unwrap(), expected);
    }
    let product = "DATA weighted;\n  SET weighted;\n  ARRAY replicate {*} FBR1-FBR4;\n  \
                   DO at = 1 TO DIM(replicate);\n    replicate{at} = replicate{at} * WEIGHT;\n  \
                   END;\n  DROP at;\nRUN;\n";
    let expected = format!("{about}{product}{}", text("BRR(FAY=0.5)", "FBR1-FBR4 / DF=3"));
    assert_eq!(set("FBR").sas().unwrap(), expected);
}

#[test]
fn no_code_is_written_of_names_that_are_not_names() {
    let mut described = set("BRR");
    described.naming.prefix = "x\"); system(\"".to_owned();
    for written in [described.r(), described.stata(), described.sas()] {
        super::refused(written, "GKO-W604", "column");
    }
    let mut described = set("BRR");
    described.kind = "JK9".to_owned();
    super::refused(described.r(), "GKO-S042", "JK9");
    described.replicates = 1;
    super::refused(described.sas(), "GKO-W603", "1 replicates");
}
