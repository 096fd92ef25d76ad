//! Calibrations against numbers of their own, trimming and scales.

use gko_survey::{Domain, Mean};
use gko_weighting::FindingKind;
use gko_weighting::scaling::{Pool, ScaleName};

use super::data::{close, run_small};

// Of calibrate.R.
const LINEAR: [f64; 4] =
    [2.714285714285714, 1.785714285714285, 2.785714285714286, 2.714285714285714];
const RAKING: [f64; 4] =
    [2.650648427102527, 1.849351572897472, 2.849351572897473, 2.650648427102528];
const LOGIT: [f64; 4] =
    [2.747805502692171, 1.752194497307828, 2.752194497307829, 2.747805502692172];
const CLUSTER: [f64; 4] = [1.111111111111111, 0.555555555555556, 5.0, 3.333333333333333];

/// Country B has a scheme of its own: no margin, and the total of x that it has already.
fn calibrated(how: &str, figures: &str) -> Vec<f64> {
    let steps = format!("[[steps]]\n[steps.calibrate]\nschemes = {{ B = [] }}\n{how}\n");
    run_small(&steps, figures).unwrap().weights
}

const FIGURES: &str = "A,sex,boy,5.5 A,sex,girl,4.5 A,x,total,29 B,x,total,29";

const SEX_X: &str = "margins = [{ of = [\"sex\"] }]\nnumbers = [{ of = \"x\" }]\n";

#[test]
fn distances_have_the_weights_of_r() {
    let got = |distance: &str| calibrated(&format!("{SEX_X}{distance}"), FIGURES)[..4].to_vec();
    close(&got("distance = \"linear\""), &LINEAR, 1e-8);
    close(&got("distance = \"raking\""), &RAKING, 1e-8);
    close(&got("distance = \"logit\"\nbounds = [0.5, 2]"), &LOGIT, 1e-8);
}

#[test]
fn bounds_hold_where_the_distance_is_truncated() {
    let how = format!("{SEX_X}distance = \"truncated\"\nbounds = [0.9, 1.75]");
    let got = calibrated(&how, FIGURES);
    let given = [2.0, 1.0, 3.0, 2.0];
    let inside = |(got, given): (&f64, &f64)| (0.9 - 1e-9..=1.75 + 1e-9).contains(&(got / given));
    assert!(got.iter().zip(&given).all(inside), "{got:?}");
    close(&[got[0] + got[2], got[1] + got[3]], &[5.5, 4.5], 1e-9);
}

#[test]
fn members_of_a_household_share_a_factor() {
    let how = "margins = [{ of = [\"country\"] }]\nnumbers = [{ of = \"x\" }]\ncluster = \"hh\"";
    let figures = "A,country,A,10 A,x,total,30 B,x,total,29";
    close(&calibrated(how, figures)[..4], &CLUSTER, 1e-8);
}

#[test]
fn a_soft_total_is_missed_the_more_the_less_it_costs() {
    let gap = |cost: f64| {
        let numbers = format!("numbers = [{{ of = \"x\", cost = {cost:?} }}]");
        let how = format!("margins = [{{ of = [\"sex\"] }}]\n{numbers}");
        let got = calibrated(&how, FIGURES);
        close(&[got[0] + got[2], got[1] + got[3]], &[5.5, 4.5], 1e-9);
        let x = [1.0, 4.0, 2.0, 5.0];
        (x.iter().zip(&got).map(|(x, weight)| x * weight).sum::<f64>() - 29.0).abs()
    };
    let gaps = [gap(0.1), gap(10.0), gap(1e9)];
    assert!(gaps[0] > gaps[1] && gaps[1] > gaps[2] && gaps[2] < 1e-5, "{gaps:?}");
}

#[test]
fn trimming_alone_leaves_a_finding_and_no_adjustment() {
    let sex = "[[steps]]\nrake.margins = [{ of = [\"sex\"] }]\n";
    let trim = "[[steps]]\ntrim.rule.upper.mean_multiple = 1.4\n";
    let done = run_small(&format!("{sex}{trim}"), ",sex,boy,12 ,sex,girl,9").unwrap();
    let finding = &done.history.steps[2].findings[0];
    assert_eq!(finding.kind, FindingKind::Note);
    assert!(finding.message.contains("recalibrate = {}"));
    let x = done.sample.number_column("x").unwrap();
    let se = |survey: gko_survey::Survey| {
        survey.estimate(&Mean::of("x", x), &Domain::all(8)).unwrap().se()[0]
    };
    let (known, naive) = (se(done.survey().unwrap()), se(done.naive_survey().unwrap()));
    assert_eq!(known.to_bits(), naive.to_bits());
}

#[test]
fn scales_add_up_and_pools_want_their_name() {
    let figures = "A,n,all,300 B,n,all,100";
    let sums = |scale: &str| {
        let done = run_small(&format!("[[steps]]\nscale = {scale}\n"), figures).unwrap();
        (done.weights[..4].iter().sum::<f64>(), done.weights[4..].iter().sum::<f64>(), done)
    };
    let (a, b, one) = sums("{ to = \"mean_one\" }");
    close(&[a, b], &[4.0, 4.0], 1e-12);
    assert_eq!(one.scale(), Some(ScaleName::MeanOne));
    let (a, b, _) = sums("{ to = { senate = { total = 50 } } }");
    close(&[a, b], &[25.0, 25.0], 1e-12);
    let (a, b, _) = sums("{ to = { proportional = {} }, people = \"n\" }");
    close(&[a, b], &[6.0, 2.0], 1e-12);
    let (a, b, people) = sums("{ to = \"population\", people = \"n\" }");
    close(&[a, b], &[300.0, 100.0], 1e-12);
    let unnamed = run_small("", figures).unwrap();
    assert_eq!(unnamed.scale(), None);
    assert!(Pool::of(&[people.pool_file("a")]).is_ok());
    let refused = Pool::of(&[people.pool_file("a"), unnamed.pool_file("b")]).unwrap_err();
    assert_eq!(refused.code(), "GKO-W406");
}

#[test]
fn a_calibration_takes_the_name_of_the_scale_away() {
    let steps =
        "[[steps]]\nscale.to = \"mean_one\"\n[[steps]]\nrake.margins = [{ of = [\"sex\"] }]\n";
    let done = run_small(steps, ",sex,boy,12 ,sex,girl,9").unwrap();
    assert_eq!(done.scale(), None);
}
