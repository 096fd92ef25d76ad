//! The designs of the reference results, built with our own constructors.

use std::sync::Arc;

use gko_survey::{
    Design, GivenWeights, Jackknife, MissingWeights, Population, ReplicateKind, Replicates, Scales,
    Stage, Survey, Taylor,
};

use super::{Case, Table, folder};
use crate::calibration::calibrated;

/// The design of a case before any calibration or replication, and its data.
pub(crate) fn base(name: &str) -> (Design, Table) {
    let file = match name {
        "dsrs" | "dsrs_nofpc" => "apisrs.csv",
        "dstrat" | "dstrat_nofpc" => "apistrat.csv",
        "dclus1" | "dclus1_nofpc" | "dlonely" => "apiclus1.csv",
        "dclus2" | "dclus2wr" => "apiclus2.csv",
        "dfpc" | "dfpc_pop" | "dfpc_prop" => "fpc.csv",
        "dnhanes" => "nhanes.csv",
        "dscd" => "scd.csv",
        "dgko" | "dgko_fpc" | "dgko_senate" => "gko_pub.csv",
        _ => panic!("no design {name}"),
    };
    let data = Table::read(file);
    (build(name, &data), data)
}

fn build(name: &str, data: &Table) -> Design {
    let codes = |column: &str| data.codes(column);
    let numbers = |column: &str| data.numbers(column);
    let rows = data.rows();
    let elements = Stage::elements();
    match name {
        "dsrs" => fpc(rows, elements, &numbers("pw"), &numbers("fpc")),
        "dsrs_nofpc" => plain(rows, elements, &numbers("pw")),
        "dstrat" => fpc(rows, elements.strata(&codes("stype")), &numbers("pw"), &numbers("fpc")),
        "dstrat_nofpc" => plain(rows, elements.strata(&codes("stype")), &numbers("pw")),
        "dclus1" => fpc(rows, Stage::units(&codes("dnum")), &numbers("pw"), &numbers("fpc")),
        "dclus1_nofpc" => plain(rows, Stage::units(&codes("dnum")), &numbers("pw")),
        "dlonely" => plain(rows, elements.strata(&codes("dnum")), &numbers("pw")),
        "dclus2" => two_stage(data),
        "dclus2wr" => Design::builder(rows)
            .stage(Stage::units(&codes("dnum")))
            .stage(Stage::units(&codes("snum")))
            .weights(&numbers("pw"))
            .build()
            .unwrap(),
        "dnhanes" => strata(data, "SDMVPSU", "SDMVSTRA", "WTMEC2YR", None),
        "dscd" => {
            let (ambulance, esa) = (codes("ambulance"), codes("ESA"));
            plain(rows, Stage::units(&ambulance).strata(&esa), &vec![1.0; rows])
        }
        "dgko" => strata(data, "psu", "cs", "weight", None),
        "dgko_fpc" => strata(data, "psu", "cs", "weight", Some("Nh")),
        "dgko_senate" => strata(data, "psu", "cs", "senate", None),
        "dfpc" => strata(data, "psuid", "stratid", "weight", None),
        "dfpc_pop" => strata(data, "psuid", "stratid", "weight", Some("Nh")),
        "dfpc_prop" => fractions(data),
        _ => panic!("no design {name}"),
    }
}

fn plain(rows: usize, stage: Stage<'_>, weights: &[f64]) -> Design {
    Design::builder(rows).stage(stage).weights(weights).build().unwrap()
}

fn fpc(rows: usize, stage: Stage<'_>, weights: &[f64], population: &[f64]) -> Design {
    plain(rows, stage.population(Population::Counts(population)), weights)
}

fn strata(data: &Table, psu: &str, stratum: &str, weight: &str, fpc: Option<&str>) -> Design {
    let (psu, stratum) = (data.codes(psu), data.codes(stratum));
    let stage = Stage::units(&psu).strata(&stratum);
    let weights = data.numbers(weight);
    match fpc {
        None => plain(data.rows(), stage, &weights),
        Some(column) => {
            let counts = data.numbers(column);
            plain(data.rows(), stage.population(Population::Counts(&counts)), &weights)
        }
    }
}

fn fractions(data: &Table) -> Design {
    let (psu, stratum) = (data.codes("psuid"), data.codes("stratid"));
    let pairs = data.numbers("nh").into_iter().zip(data.numbers("Nh"));
    let shares: Vec<f64> = pairs.map(|(n, all)| n / all).collect();
    let stage = Stage::units(&psu).strata(&stratum).population(Population::Fractions(&shares));
    plain(data.rows(), stage, &data.numbers("weight"))
}

fn two_stage(data: &Table) -> Design {
    let (dnum, snum) = (data.codes("dnum"), data.codes("snum"));
    let (first, second) = (data.numbers("fpc1"), data.numbers("fpc2"));
    Design::builder(data.rows())
        .stage(Stage::units(&dnum).population(Population::Counts(&first)))
        .stage(Stage::units(&snum).population(Population::Counts(&second)))
        .build()
        .unwrap()
}

/// The replicates of a case's design, and its data.
pub(crate) fn replicates(name: &str) -> (Replicates, Table) {
    let parent = match name {
        "r_jk1" => "dclus1",
        "r_jk1_nofpc" => "dclus1_nofpc",
        "r_jkn" => "dstrat",
        "r_jkn_nhanes" | "r_brr_nh" => "dnhanes",
        "r_jkn_mse" | "r_boot" | "r_sub" => "dgko",
        "r_brr" | "r_fay" => "dscd",
        "r_mrb" => "dclus2",
        _ => panic!("no replicates {name}"),
    };
    let (design, data) = base(parent);
    let plain = Jackknife::default();
    let made = match name {
        "r_jk1" | "r_jk1_nofpc" => Replicates::jk1(&design, plain).unwrap(),
        "r_jkn" | "r_jkn_nhanes" => Replicates::jkn(&design, plain).unwrap(),
        "r_jkn_mse" => Replicates::jkn(&design, plain).unwrap().with_mse(true),
        "r_brr" => Replicates::brr(&design).unwrap(),
        "r_brr_nh" => Replicates::brr(&pairs_of_nhanes(&data)).unwrap(),
        "r_fay" => Replicates::fay(&design, 0.3).unwrap(),
        "r_boot" => stored(name, &design, ReplicateKind::Bootstrap),
        "r_sub" => stored(name, &design, ReplicateKind::Subbootstrap),
        _ => stored(name, &design, ReplicateKind::MultistageBootstrap),
    };
    (made, data)
}

/// The strata of NHANES with two PSUs, those with three left out. R takes as the
/// first of a pair the one whose rows come first.
fn pairs_of_nhanes(data: &Table) -> Design {
    let (psu, stratum) = (data.codes("SDMVPSU"), data.codes("SDMVSTRA"));
    let rows = || psu.iter().zip(&stratum);
    let large: Vec<u32> = rows().filter(|(p, _)| **p == 2).map(|(_, s)| *s).collect();
    let first = |stratum: &u32| rows().find(|(_, other)| *other == stratum).unwrap().0;
    let later: Vec<u32> = rows().map(|(psu, stratum)| u32::from(psu != first(stratum))).collect();
    let weights = data.numbers("WTMEC2YR").into_iter().zip(&stratum);
    let weight = |(w, s)| if large.contains(s) { f64::NAN } else { w };
    Design::builder(data.rows())
        .stage(Stage::units(&later).strata(&stratum))
        .weights(&weights.map(weight).collect::<Vec<f64>>())
        .missing_weights(MissingWeights::Exclude)
        .build()
        .unwrap()
}

/// Analysis weights that R drew.
pub(crate) fn stored_weights(name: &str) -> Vec<Vec<f64>> {
    let file = folder().join("data").join(format!("repw_{name}_repweights.csv"));
    let mut reader = csv::Reader::from_path(file).unwrap();
    let mut columns = vec![Vec::new(); reader.headers().unwrap().len()];
    for record in reader.records() {
        for (column, cell) in columns.iter_mut().zip(record.unwrap().iter()) {
            column.push(cell.parse().unwrap());
        }
    }
    columns
}

fn stored(name: &str, design: &Design, kind: ReplicateKind) -> Replicates {
    let columns = stored_weights(name);
    let drawn = columns.len();
    let scales = match kind {
        // Canty and Davison's scale, of the design's harmonic mean of PSUs.
        ReplicateKind::Bootstrap => {
            let ours = Replicates::canty_davison(design, drawn, 1, Default::default()).unwrap();
            ours.scales().clone()
        }
        _ => Scales::standard(kind, drawn).unwrap(),
    };
    Replicates::given(&design.row_weights(), GivenWeights::Analysis(&columns), scales).unwrap()
}

/// The sample of a case: with its options for single PSUs, or with its replicates.
pub(crate) fn survey(case: &Case) -> (Survey, Table) {
    if case.design.starts_with("r_") {
        let (replicates, data) = replicates(&case.design);
        return (Survey::replicated(replicates), data);
    }
    let parent = calibrated_from(&case.design);
    let (design, data) = base(parent.unwrap_or(&case.design));
    let survey = Survey::linearised(Arc::new(design), taylor(case));
    if parent.is_none() {
        return (survey, data);
    }
    let calibrated = calibrated(&case.design, &data);
    (survey.calibrated(calibrated).unwrap(), data)
}

/// The design that a calibrated one is made from.
fn calibrated_from(name: &str) -> Option<&'static str> {
    match name {
        "cal_strat" => Some("dstrat"),
        "rk_gko" => Some("dgko"),
        "ps1" | "rk1" => Some("dclus1"),
        name if name.starts_with("cal_") => Some("dclus1"),
        _ => None,
    }
}

/// R's options as ours. R's `survey.adjust.domain.lonely` has an effect with
/// "adjust" and "average" alone.
pub(crate) fn taylor(case: &Case) -> Taylor {
    let mut options = Taylor::default();
    if let Some(rule) = case.options["survey.lonely.psu"].as_str() {
        options.single_psu = rule.parse().unwrap();
        let domains = case.options["survey.adjust.domain.lonely"].as_bool() == Some(true);
        if domains && ["adjust", "average"].contains(&rule) {
            options.domain_single_psu = Some(options.single_psu);
        }
    }
    if case.options["survey.ultimate.cluster"].as_bool() == Some(true) {
        options.stages = gko_survey::VarianceStages::First;
    }
    options
}
