//! Columns of a file as replicates, and what is refused of them.

use gko_survey::{Domain, GivenWeights, Mean, ReplicateKind, Replicates, Scales, Survey};
use gko_weighting::replicate_files::{Description, Method, Naming, Preset, Scheme, Zones};

use super::refused;

const FULL: [f64; 3] = [10.0, 20.0, 30.0];

fn scheme(method: Method) -> Scheme {
    Scheme::new(Naming::new("W", "RW"), method)
}

#[test]
fn weights_and_factors_give_the_same_variance() {
    let factors = [vec![0.0, 1.5, 1.5], vec![1.5, 0.0, 1.5], vec![1.5, 1.5, 0.0]];
    let times = |column: &Vec<f64>| column.iter().zip(FULL).map(|(f, w)| f * w).collect();
    let weights: Vec<Vec<f64>> = factors.iter().map(times).collect();
    let (one, two) = (scheme(Method::Jk1), Scheme { combined: false, ..scheme(Method::Jk1) });
    let (one, two) = (one.read(&FULL, &weights).unwrap(), two.read(&FULL, &factors).unwrap());
    assert!(one.unit_multipliers().is_none() && two.unit_multipliers().is_some());
    let se = |replicates| {
        let mean = Mean::of("x", &[1.0, 2.0, 4.0]);
        Survey::replicated(replicates).estimate(&mean, &Domain::all(3)).unwrap().se()[0]
    };
    assert!((se(one) - se(two)).abs() < 1e-15);
}

#[test]
fn another_number_of_columns_than_declared_is_refused() {
    let pisa = Preset::named("pisa").unwrap().scheme();
    let columns = vec![FULL.to_vec(); 79];
    refused(pisa.read(&FULL, &columns), "GKO-W601", "79 columns of replicate weights, expected 80");
    let jkn = scheme(Method::Jkn { rscales: vec![0.5; 4] });
    refused(jkn.read(&FULL, &columns[..3]), "GKO-W601", "expected 4");
    let other = scheme(Method::Other { scale: 1.0, rscales: Some(vec![0.5; 2]) });
    refused(other.read(&FULL, &columns[..3]), "GKO-W601", "expected 2");
    for columns in [&columns[..1], &[]] {
        refused(scheme(Method::Brr).read(&FULL, columns), "GKO-W603", "at least 2");
    }
}

#[test]
fn weights_that_cannot_be_are_refused() {
    let read = |method, last: [f64; 3]| scheme(method).read(&FULL, &[FULL.to_vec(), last.to_vec()]);
    refused(read(Method::Brr, [1.0, -1.0, 1.0]), "GKO-S064", "replicate 1 has weight -1");
    refused(read(Method::Brr, [1.0, f64::NAN, 1.0]), "GKO-S064", "row 1");
    refused(read(Method::Brr, [0.0; 3]), "GKO-W608", "RW2");
    refused(
        read(Method::Fay { rho: 0.5 }, [0.0, 20.0, 40.0]),
        "GKO-W607",
        "RW2 has weight 0 in row 1 of the data",
    );
    assert!(read(Method::Fay { rho: 0.0 }, [0.0, 20.0, 40.0]).is_ok());
    assert!(read(Method::SuccessiveDifference, [0.0, 20.0, 40.0]).is_ok());
    refused(read(Method::Fay { rho: 1.0 }, [10.0; 3]), "GKO-S065", "rho");
    refused(read(Method::GeneralisedBootstrap { tau: 0.0 }, [10.0; 3]), "GKO-S065", "tau");
    let short = scheme(Method::Brr).read(&FULL, &[FULL.to_vec(), vec![1.0]]);
    refused(short, "GKO-S063", "replicate 1");
    refused(scheme(Method::Brr).read(&[], &[vec![], vec![]]), "GKO-S002", "no rows");
    // A row without weight may be anything that a weight can be.
    let columns = [vec![10.0, 0.0, 50.0], vec![10.0, 3.0, 20.0]];
    let fay = scheme(Method::Fay { rho: 0.5 });
    assert!(fay.read(&[10.0, 0.0, 30.0], &columns).is_ok());
}

#[test]
fn factors_declared_as_weights_are_refused_and_the_reverse() {
    let columns = [vec![2.0, 0.0, 2.0], vec![0.0, 2.0, 0.0]];
    refused(scheme(Method::Brr).read(&FULL, &columns), "GKO-W606", "declare combined = false");
    let factors = Scheme { combined: false, ..scheme(Method::Brr) };
    assert!(factors.read(&FULL, &columns).is_ok());
    refused(factors.read(&FULL, &[FULL.to_vec(), FULL.to_vec()]), "GKO-W606", "combined = true");
}

/// Zone 1 has means 1 and 3, zone 2 means 2 and 6, all weights 1: T = 3, doubled and
/// left out the mean is 3.5 and 2.5, 4 and 2.
#[test]
fn zones_are_pairs_of_schools() {
    let x = [1.0, 3.0, 2.0, 6.0];
    let (zone, half) = ([1, 1, 2, 2], [0, 1, 0, 1]);
    for (zones, count) in [(Zones::One, 2), (Zones::Both, 4)] {
        let made = zones.replicates(&[1.0; 4], &zone, &half).unwrap();
        assert_eq!((made.len(), made.mse()), (count, true));
        let mean = Survey::replicated(made).estimate(&Mean::of("x", &x), &Domain::all(4)).unwrap();
        assert!((mean.covariance()[(0, 0)] - 1.25).abs() < 1e-14);
    }
    for zones in [Zones::One, Zones::Both] {
        let lonely = zones.replicates(&[1.0; 3], &[1, 1, 2], &[0, 1, 0]);
        refused(lonely, "GKO-S067", "stratum 2 has 1");
        refused(zones.replicates(&[], &[], &[]), "GKO-S002", "no rows");
    }
}

#[test]
fn names_that_programs_do_not_take_are_refused() {
    let columns = |full: &str, prefix: &str| Naming::new(full, prefix).columns(100);
    for (full, prefix) in [("", "W"), ("w t", "W"), ("1w", "W"), ("W", "R-"), ("W", ""), ("W", "ü")]
    {
        refused(columns(full, prefix), "GKO-W604", "column");
    }
    let long = "W".repeat(30);
    assert!(Naming::new("W", &long).columns(99).is_ok());
    refused(columns("W", &long), "GKO-W604", "32");
    refused(
        Naming { digits: usize::MAX, ..Naming::new("W", "R") }.columns(2),
        "GKO-W604",
        "column",
    );
    refused(columns("rw7", "RW"), "GKO-W605", "rw7");
    assert!(columns("RW0", "RW").is_ok() && columns("RW101", "RW").is_ok());
    assert!(Naming::new("W", "R").columns(0).unwrap().is_empty());
}

#[test]
fn a_description_is_read_back_to_the_same_scales() {
    let kinds = ["JK1", "JK2", "BRR", "bootstrap", "subbootstrap", "successive-difference"];
    let mut all: Vec<Scales> = Vec::new();
    for kind in kinds {
        all.push(Scales::standard(kind.parse().unwrap(), 4).unwrap());
    }
    all.push(Scales::fay(0.3, 4).unwrap());
    all.push(Scales::jkn(vec![0.5, 0.5, 0.25, 0.75]));
    all.push(Scales::generalised(2.5, 4).unwrap());
    all.push(Scales::new(ReplicateKind::Jk1, 0.7, vec![1.0; 4]));
    all.push(Scales::new(ReplicateKind::Other, 0.125, vec![1.0, 2.0, 3.0, 0.0]).with_mse(true));
    let columns = vec![FULL.to_vec(); 4];
    for scales in all {
        let made = Replicates::given(&FULL, GivenWeights::Analysis(&columns), scales.clone());
        let described = Description::of(&made.unwrap(), Naming::new("W", "RW"), true).unwrap();
        let json = serde_json::to_string(&described).unwrap();
        let again: Description = serde_json::from_str(&json).unwrap();
        assert_eq!(again, described);
        let read = again.scheme().unwrap().scales(4).unwrap();
        assert!((read.scale() / scales.scale() - 1.0).abs() < 1e-11);
        assert_eq!((read.rscales(), read.mse()), (scales.rscales(), scales.mse()));
        assert_eq!(read.tau(), scales.tau());
        refused(again.scheme().unwrap().scales(5), "GKO-W601", "expected 4");
    }
    let one = Scales::new(ReplicateKind::Other, 1.0, vec![1.0]);
    let one = Replicates::given(&FULL, GivenWeights::Analysis(&columns[..1]), one).unwrap();
    refused(Description::of(&one, Naming::new("W", "RW"), true), "GKO-W603", "1 replicates");
}

#[test]
fn a_scheme_is_stated_in_a_plan() {
    let text = "naming = { full = \"WTS_M\", prefix = \"BSW\" }\nmethod = { kind = \"bootstrap\" }";
    let read: Scheme = toml::from_str(text).unwrap();
    assert_eq!(read, Scheme::new(Naming::new("WTS_M", "BSW"), Method::Bootstrap));
    let text = "naming = { full = \"W\", prefix = \"R\", digits = 3 }\nmse = true\n\
                combined = false\nreplicates = 9\nmethod = { kind = \"fay\", rho = 0.5 }";
    let read: Scheme = toml::from_str(text).unwrap();
    assert_eq!((read.mse, read.combined, read.replicates), (Some(true), false, Some(9)));
    assert_eq!(read.naming.column(0), "R001");
    let written = toml::to_string(&read).unwrap();
    assert_eq!(toml::from_str::<Scheme>(&written).unwrap(), read);
    assert!(toml::from_str::<Scheme>("naming = { full = \"W\" }").is_err());
}
