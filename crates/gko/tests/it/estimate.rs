//! Requests for estimates: their answers against R survey 4.5, and what protection hides.

use std::path::{Path, PathBuf};

use gko::disclosure::Rules;
use gko::estimate::{Protected, Request, answer, plan};
use serde_json::{Value, json};

/// A request, a case of the oracle, and which numbers of the answer are which of the case.
type Case = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const MEAN: &[(&str, &str)] = &[
    ("estimates/*/estimate", "estimate"),
    ("estimates/*/se", "se"),
    ("estimates/*/ci/*", "ci95_t"),
    ("estimates/*/cv", "cv"),
];
const COEFFICIENTS: &[(&str, &str)] = &[
    ("estimates/*/estimate", "estimate"),
    ("estimates/*/se", "se"),
    ("covariance/*/*", "vcov"),
    ("estimates/*/statistic", "t"),
    ("estimates/*/p", "p"),
    ("estimates/*/ci/*", "ci95_wald"),
    ("tests/0/details/deviance", "deviance"),
    ("tests/0/details/null_deviance", "null_deviance"),
    ("tests/0/details/dispersion", "dispersion"),
    ("tests/0/details/df_residual", "df_residual"),
];
const BY: &[(&str, &str)] = &[("estimates/*/estimate", "estimate"), ("estimates/*/se", "se")];
const SHARE: &[(&str, &str)] =
    &[("estimates/*/estimate", "estimate"), ("estimates/*/se", "se"), ("estimates/*/ci/*", "ci")];
const TEST: &[(&str, &str)] = &[("tests/0/statistic", "statistic"), ("tests/0/p", "p_value")];

const CASES: &[Case] = &[
    ("mean", "dstrat/mean/api00_enroll", MEAN),
    ("mean", "dstrat/mean/api00_enroll", &[("covariance/*/*", "vcov")]),
    ("mean_by", "dgko/by/country_agegrp_sex", BY),
    ("mean_deff", "dclus1/mean/deff", &[("estimates/*/deff", "deff"), ("estimates/*/se", "se")]),
    ("mean_design", "dclus2/mean/api00_enroll", MEAN),
    ("total", "dclus1/by/stype_total_deff", BY),
    ("ratio", "dclus1/ratio/two", BY),
    (
        "ratio_separate",
        "dstrat/ratio/separate",
        &[("estimates/*/estimate", "ratio"), ("estimates/*/se", "se")],
    ),
    ("share", "dgko/ciprop/logit", SHARE),
    ("share_derived", "dclus1/ciprop/logit", SHARE),
    (
        "quantile",
        "dclus1/quantile/mean",
        &[
            ("estimates/*/estimate", "variables/enroll/values/*/0+variables/api00/values/*/0"),
            ("estimates/*/se", "variables/enroll/values/*/3+variables/api00/values/*/3"),
            ("estimates/*/ci/0", "variables/enroll/values/*/1+variables/api00/values/*/1"),
            ("estimates/*/ci/1", "variables/enroll/values/*/2+variables/api00/values/*/2"),
        ],
    ),
    ("cdf", "dgko/cdf", &[("estimates/*/estimate", "F")]),
    (
        "variance",
        "dstrat/var",
        &[
            ("estimates/*/estimate", "estimate/0/0+estimate/0/1+estimate/1/1"),
            ("estimates/*/se", "se/0/0+se/0/1+se/1/1"),
        ],
    ),
    ("table", "dgko/table/norm", &[("estimates/*/estimate", "values")]),
    ("contrast", "dgko/contrast/diffAB", BY),
    ("contrast_ratio", "dgko/contrast/ratio", MEAN),
    ("chi_squared", "dgko/chisq/F", TEST),
    ("chi_squared_wald", "dnhanes/chisq/Wald", TEST),
    ("goodness_of_fit", "dclus1/gofchisq", TEST),
    (
        "t_test",
        "dstrat/ttest/two",
        &[
            ("tests/0/statistic", "statistic"),
            ("tests/0/p", "p_value"),
            ("tests/0/df", "parameter"),
            ("tests/0/details/estimate", "estimate"),
            ("tests/0/details/low+tests/0/details/high", "conf_int"),
        ],
    ),
    ("rank_test", "dclus1/ranktest/wilcoxon", TEST),
    ("regression", "dstrat/glm/gauss", COEFFICIENTS),
    (
        "regression_binomial",
        "dgko/regterm/Wald",
        &[("tests/1/details/f", "F"), ("tests/1/p", "p"), ("tests/1/ddf", "ddf")],
    ),
    (
        "regression_binomial",
        "dgko/predict",
        &[
            ("estimates/7/estimate+estimates/8/estimate", "fit"),
            ("estimates/7/se+estimates/8/se", "se"),
        ],
    ),
    (
        "predictive_means",
        "dgko/predmeans",
        &[
            (
                "estimates/4/estimate+estimates/5/estimate+estimates/6/estimate+estimates/7/estimate",
                "estimate",
            ),
            ("estimates/4/se+estimates/5/se+estimates/6/se+estimates/7/se", "se"),
        ],
    ),
    ("ordinal", "dgko/olr", BY),
    (
        "log_linear",
        "dgko/loglin",
        &[
            ("estimates/*/estimate", "coef"),
            ("estimates/*/se", "se"),
            ("tests/1/statistic", "score_chisq"),
        ],
    ),
    ("alpha", "dgko/cronbach", &[("estimates/*/estimate", "value")]),
    ("kappa", "dclus1/kappa", MEAN),
    ("post_stratify", "ps1/mean_total", MEAN),
    ("post_stratify_file", "ps1/mean_total", MEAN),
    ("rake", "rk1/mean_total", MEAN),
    ("rake_files", "rk1/mean_total", MEAN),
    ("calibrate", "cal_lin/mean_total", MEAN),
    ("standardise", "dnhanes/standardize", BY),
    ("jackknife", "r_jkn_mse/ciprop_beta", SHARE),
    ("replicate_weights", "r_jkn_mse/ciprop_beta", SHARE),
];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures")
}

fn data() -> PathBuf {
    fixtures().join("oracle/data")
}

fn text(name: &str) -> String {
    std::fs::read_to_string(fixtures().join("requests").join(format!("{name}.json"))).unwrap()
}

fn request(name: &str) -> Request {
    Request::parse(&text(name), name).unwrap()
}

fn unprotected(request: &Request) -> Value {
    serde_json::to_value(answer(request, &data()).unwrap().unprotected()).unwrap()
}

fn protected(request: &Request) -> Value {
    let answer = answer(request, &data()).unwrap();
    serde_json::to_value(answer.protect(&Rules::default())).unwrap()
}

/// Numbers at a path: `*` is every entry, `+` puts paths one after the other.
fn pick(value: &Value, path: &str) -> Vec<f64> {
    let one = |path: &str| {
        path.split('/').fold(vec![value], |found, part| {
            let step = |value: &'_ Value| -> Vec<Value> {
                match part {
                    "*" => value.as_array().cloned().unwrap_or_default(),
                    _ => match part.parse::<usize>() {
                        Ok(at) if value.is_array() => vec![value[at].clone()],
                        _ => vec![value[part].clone()],
                    },
                }
            };
            let next: Vec<Value> = found.iter().flat_map(|value| step(value)).collect();
            next.into_iter().map(|value| &*Box::leak(Box::new(value))).collect()
        })
    };
    path.split('+').flat_map(one).flat_map(flat).collect()
}

fn flat(value: &Value) -> Vec<f64> {
    match value {
        Value::Array(all) => all.iter().flat_map(flat).collect(),
        other => vec![other.as_f64().unwrap_or(f64::NAN)],
    }
}

#[test]
fn answers_are_those_of_r() {
    let oracle = std::fs::read_to_string(fixtures().join("oracle/public.json")).unwrap();
    let oracle: Value = serde_json::from_str(&oracle).unwrap();
    let mut faults = Vec::new();
    for (name, id, pairs) in CASES {
        let cases = oracle["cases"].as_array().unwrap();
        let case = cases.iter().find(|case| case["id"] == *id).unwrap_or_else(|| panic!("{id}"));
        let got = unprotected(&request(name));
        for (ours, theirs) in *pairs {
            let (ours, expected) = (pick(&got, ours), pick(&case["result"], theirs));
            let tolerance = match (*name, *theirs) {
                // R's svyolr and svyciprop end their iterations that far from the limit.
                ("ordinal", _) => 5e-5,
                ("share_derived", _) => 1e-8,
                (_, "estimate") => 1e-9,
                _ => 1e-7,
            };
            let near = |(a, b): (&f64, &f64)| (a - b).abs() <= tolerance * b.abs().max(1e-5);
            if ours.len() != expected.len() || !ours.iter().zip(&expected).all(near) {
                faults.push(format!("{name} {id} {theirs}: {ours:?} is not {expected:?}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What R says where the oracle has no case: `tests/oracle/requests.R`.
#[test]
fn answers_beyond_the_oracle_are_those_of_r() {
    let own: Value = serde_json::from_str(include_str!("../oracle/requests.json")).unwrap();
    let near = |got: &Value, ours: &str, theirs: &Value, tolerance: f64| {
        let (ours, theirs) = (pick(got, ours), flat(theirs));
        assert_eq!(ours.len(), theirs.len());
        for (a, b) in ours.iter().zip(&theirs) {
            let near = (a - b).abs() <= tolerance * b.abs().max(1e-3);
            assert!(near || (a.is_nan() && b.is_nan()), "{ours:?} is not {theirs:?}");
        }
    };
    let got = unprotected(&request("regression_term_tests"));
    near(&got, "tests/1/p+tests/2/p", &own["tail"]["p"], 1e-6);
    // R has the exact tail with a package of its own; the saddlepoint is that near.
    near(&got, "tests/3/p", &own["tail"]["p"][0], 1e-2);
    let got = unprotected(&request("imputed_regression"));
    for field in ["estimate", "se", "df"] {
        near(&got, &format!("estimates/*/{field}"), &own["imputed"][field], 1e-8);
    }
    let got = unprotected(&request("mean_by_empty"));
    for field in ["estimate", "se"] {
        near(&got, &format!("estimates/*/{field}"), &own["empty"][field], 1e-8);
    }
    let empty = &got["estimates"][7];
    assert_eq!((&empty["n"], &empty["reasons"][0]), (&json!(0), &json!("empty-base")));
}

/// The numbers of R's `ppsmat`, from the fixture of the engine.
#[test]
fn joint_probabilities_come_from_a_file() {
    let all = include_str!("../../../gko-survey/tests/fixtures/pps/expected.json");
    let all: Value = serde_json::from_str(all).unwrap();
    let yates = text("pps_joint");
    let horvitz = yates.replace("yates-grundy", "horvitz-thompson");
    for (text, name) in [(yates, "joint_yg"), (horvitz, "joint_ht")] {
        let got = unprotected(&Request::parse(&text, name).unwrap());
        for (ours, theirs) in [("estimates/*/estimate", "total"), ("covariance/*/*", "vcov")] {
            let (ours, theirs) = (pick(&got, ours), flat(&all[name][theirs]));
            assert_eq!(ours.len(), theirs.len());
            let near = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-8 * b.abs();
            assert!(ours.iter().zip(&theirs).all(near), "{name}: {ours:?} is not {theirs:?}");
        }
    }
}

/// Rows in another order than the matrix, and a matrix that does not fit.
#[test]
fn units_name_their_line_of_the_joint_matrix() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("two.csv", "y,line\n3,2\n1,1\n");
    write("joint.csv", "0.5,0.2\n0.2,0.25\n");
    let text = r#"{"data": {"file": "two.csv"}, "design": {"stages": [{}],
        "pps": {"joint": {"file": "joint.csv", "unit": "line"}}},
        "analysis": {"total": {"of": ["y"]}}}"#;
    let request = Request::parse(text, "two").unwrap();
    let got = answer(&request, folder.path()).unwrap().unprotected();
    // Totals 1/0.5 and 3/0.25; variance 2²·0.5 + 12²·0.75 + 2·2·12·(1 - 0.125/0.2).
    let total = &got.document().estimates[0];
    assert_eq!(total.estimate, Some(14.0));
    assert!((total.se.unwrap().powi(2) - 128.0).abs() < 1e-10);
    for (matrix, fault) in [("a,b\n0.5,0.2\n", "no number"), ("0.5,0.2\n", "2 cells in line 1")] {
        write("joint.csv", matrix);
        let message = answer(&request, folder.path()).unwrap_err().to_string();
        assert!(message.contains(fault) && message.contains("/design/pps/joint/file"), "{message}");
    }
    write("joint.csv", "0.5\n");
    let message = answer(&request, folder.path()).unwrap_err().to_string();
    assert!(message.contains("lines 1 to 1"), "{message}");
}

#[test]
fn every_request_of_the_fixtures_is_answered_protected_and_planned() {
    for entry in std::fs::read_dir(fixtures().join("requests")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let request = request(name);
        assert_eq!(protected(&request)["protected"], true, "{name}");
        assert_eq!(unprotected(&request)["protected"], false, "{name}");
        let plan = plan(&request, &data()).unwrap();
        assert_eq!(plan.kind, request.analysis.kind());
        assert_eq!(plan.request_sha256, request.sha256());
    }
}

#[test]
fn a_small_domain_is_hidden_and_another_with_it() {
    let request = Request::parse(
        r#"{"data": {"file": "apiclus1.csv"},
            "design": {"stages": [{"unit": "dnum"}], "weights": "pw"},
            "by": ["stype"], "analysis": {"total": {"of": ["enroll"]}},
            "options": {"covariance": true}}"#,
        "demo",
    )
    .unwrap();
    // 144 elementary, 14 high and 25 middle schools: 14 are too few, and would
    // follow from the others if only they were hidden.
    let got = protected(&request);
    let status = |at: usize| got["estimates"][at]["status"].as_str().unwrap().to_owned();
    assert_eq!([status(0), status(1), status(2)], ["shown", "suppressed", "suppressed"]);
    assert_eq!(got["estimates"][1]["reasons"], json!(["n-below-minimum"]));
    assert_eq!(got["estimates"][2]["reasons"], json!(["complementary"]));
    for at in [1, 2] {
        for field in ["estimate", "se", "ci", "n", "sum_weights", "kish_n", "cv", "df"] {
            assert!(got["estimates"][at][field].is_null(), "{field}");
        }
        assert!(got["covariance"][0][at].is_null() && got["covariance"][at][at].is_null());
    }
    assert!(got["covariance"][0][0].is_number());
    assert_eq!(got["rows"]["used"], 185);
    assert_eq!(unprotected(&request)["estimates"][1]["n"], 14);
}

#[test]
fn a_rare_answer_is_hidden_and_so_is_its_complement() {
    let request = Request::parse(
        r#"{"data": {"file": "apiclus1.csv"},
            "derive": [{"name": "few", "from": {"above": ["api00", 870]}}],
            "design": {"stages": [{"unit": "dnum"}], "weights": "pw"},
            "analysis": {"mean": {"of": ["few"]}}}"#,
        "demo",
    )
    .unwrap();
    let hits = unprotected(&request)["estimates"][0]["estimate"].as_f64().unwrap() * 183.0;
    assert!(hits > 0.0 && hits < 9.5, "{hits}");
    let got = protected(&request);
    assert_eq!(got["estimates"][0]["status"], "suppressed");
    assert_eq!(got["estimates"][0]["reasons"], json!(["count-below-minimum"]));
    assert!(got["estimates"][0]["estimate"].is_null());
}

/// A column that is 0 for everybody but one, and weights that leave one: what is
/// made of them would be this school's own score.
#[test]
fn one_person_is_not_singled_out_by_derived_columns_or_weights() {
    let derive = json!([
        {"name": "one", "from": {"is_in": ["snum", [2077]]}},
        {"name": "twice", "from": {"scaled": ["one", 2]}},
        {"name": "own", "from": {"product": ["one", "api00"]}},
        {"name": "loud", "from": {"scaled": ["own", -1_000_000]}},
        {"name": "noisy", "from": {"difference": ["api99", "loud"]}},
        {"name": "same", "from": {"power": ["pw", 0]}},
        {"name": "heavy", "from": {"scaled": ["one", -1e9]}},
        {"name": "weight", "from": {"difference": ["same", "heavy"]}},
    ]);
    let targets = json!({"0": 0.000_001, "1": 1_000_000});
    let pointed = json!([{"post_stratify": {"columns": ["one"], "targets": targets}}]);
    let mean = json!({"mean": {"of": ["api00"]}});
    let cases = [
        (json!({"total": {"of": ["twice", "own", "noisy"]}}), json!([]), "pw"),
        (json!({"mean": {"of": ["twice", "own", "noisy"]}}), json!([]), "pw"),
        (json!({"ratio": {"numerators": ["own"], "denominators": ["api00"]}}), json!([]), "pw"),
        (json!({"variance": {"of": ["own"]}}), json!([]), "pw"),
        (json!({"t_test": {"of": "own"}}), json!([]), "pw"),
        (json!({"regression": {"response": "own", "terms": {"of": []}}}), json!([]), "pw"),
        (json!({"regression": {"response": "api00", "terms": {"of": ["twice"]}}}), json!([]), "pw"),
        (json!({"alpha": {"of": ["own", "api00"]}}), json!([]), "pw"),
        (mean.clone(), pointed, "pw"),
        (mean, json!([]), "weight"),
    ];
    for (analysis, calibration, weights) in cases {
        let request = json!({
            "data": {"file": "apistrat.csv"},
            "derive": derive,
            "design": {"stages": [{"stratum": "stype"}], "weights": weights},
            "calibration": calibration,
            "analysis": analysis,
        });
        let value = protected(&Request::parse(&request.to_string(), "one").unwrap());
        for line in ["estimates", "tests"].iter().flat_map(|kind| value[kind].as_array().unwrap()) {
            assert_eq!(line["status"], "suppressed", "{request}: {line}");
        }
    }
}

#[test]
fn numbers_of_rows_are_in_no_label_and_no_message() {
    let ask = |more: Value| {
        let mut request = json!({
            "data": {"file": "apistrat.csv"},
            "design": {"weights": "pw"},
            "analysis": {"mean": {"of": ["api99"]}},
        });
        let more = more.as_object().unwrap().clone();
        request.as_object_mut().unwrap().extend(more);
        Request::parse(&request.to_string(), "demo").unwrap()
    };
    let linked = protected(&ask(json!({"by": ["snum", "api00"]})));
    for line in linked["estimates"].as_array().unwrap() {
        assert_eq!(line["domain"], json!({"snum": "(rare)", "api00": "(rare)"}));
    }
    let faults = [
        json!({"derive": [{"name": "w", "from": {"scaled": ["api00", -1]}}],
               "design": {"weights": "w"}}),
        json!({"calibration": [{"post_stratify": {"columns": ["cname"], "targets": {}}}]}),
        json!({"calibration": [{"rake": {"margins": [{"column": "cname", "targets": {"X": 1}}]}}]}),
        json!({"factors": {"cname": ["Fresno"]}}),
        json!({"analysis": {"goodness_of_fit": {"of": "cname", "probabilities": {"Fresno": 1}}}}),
        json!({"options": {"df": {"number": -3}}}),
        json!({"replicates": {"method": "bootstrap", "seed": 1, "count": 1_000_000_000_000_u64}}),
    ];
    let response = |family: &str| {
        let terms = json!({"of": ["api99"]});
        json!({"analysis": {"regression":
            {"response": "api00", "terms": terms, "family": family}}})
    };
    let raw = [
        json!({"design": {"probabilities": "api00"}}),
        json!({"derive": [{"name": "w", "from": {"scaled": ["api00", -1]}}],
               "replicates": {"method": "JK1", "given": {"columns": ["w", "w"]}}}),
        response("binomial"),
    ];
    for more in raw {
        let message = answer(&ask(more), &data()).unwrap_err().to_string();
        assert!(message.contains("[GKO-S") && !message.contains("840"), "{message}");
    }
    let ordinal = json!({"ordinal": {"response": "cname", "terms": {"of": ["api99"]}}});
    let masked = protected(&ask(json!({"analysis": ordinal}))).to_string();
    assert!(!masked.contains("Amador") && masked.contains("Los Angeles"), "{masked}");
    for more in faults {
        let message = answer(&ask(more), &data()).unwrap_err().to_string();
        assert!(message.contains("[GKO-E00"), "{message}");
        assert!(!message.contains("840") && !message.contains("Amador"), "{message}");
        assert!(!message.contains("Alameda"), "{message}");
    }
}

#[test]
fn a_text_that_few_rows_have_is_not_shown() {
    let text = r#"{"data": {"file": "apiclus1.csv"},
        "design": {"stages": [{"unit": "dnum"}], "weights": "pw"},
        "by": ["cname"], "analysis": {"mean": {"of": ["api00"]}}}"#;
    let request = Request::parse(text, "demo").unwrap();
    let shown = protected(&request).to_string();
    assert!(shown.contains("Los Angeles") && shown.contains("(rare 1)"), "{shown}");
    assert!(!shown.contains("Mendocino"));
    assert!(unprotected(&request).to_string().contains("Mendocino"));
    let wrong = text.replace("\"by\"", r#""domain": [{"column": "cname", "in": ["X"]}], "by""#);
    let request = Request::parse(&wrong, "demo").unwrap();
    let message = answer(&request, &data()).unwrap_err().to_string();
    assert!(message.contains("Los Angeles") && !message.contains("Mendocino"), "{message}");
}

#[test]
fn an_empty_domain_has_no_figure_and_says_why() {
    for analysis in [
        r#"{"mean": {"of": ["api00", "stype"]}}"#,
        r#"{"total": {"of": ["api00"]}}"#,
        r#"{"share": {"of": ["stype"]}}"#,
        r#"{"quantile": {"of": ["api00"], "probabilities": [0.5]}}"#,
    ] {
        let text = format!(
            r#"{{"data": {{"file": "apiclus1.csv"}}, "design": {{"weights": "pw"}},
                "domain": [{{"column": "api00", "above": 2000}}], "analysis": {analysis}}}"#
        );
        let request = Request::parse(&text, "demo").unwrap();
        let got = unprotected(&request);
        assert!(got["estimates"][0]["estimate"].is_null(), "{analysis}");
        assert_eq!(got["estimates"][0]["reasons"][0], "empty-base", "{analysis}: {got}");
        assert_eq!(protected(&request)["estimates"][0]["status"], "suppressed");
    }
}

#[test]
fn empty_combinations_are_there_where_they_are_wanted() {
    for analysis in [
        r#"{"mean": {"of": ["api00", "awards"]}}"#,
        r#"{"total": {"of": ["api00", "awards"]}}"#,
        r#"{"ratio": {"numerators": ["api.stu"], "denominators": ["enroll"]}}"#,
        r#"{"share": {"of": ["awards"]}}"#,
        r#"{"quantile": {"of": ["api00"], "probabilities": [0.5]}}"#,
        r#"{"cdf": {"of": "api00", "points": [600]}}"#,
        r#"{"variance": {"of": ["api00"]}}"#,
        r#"{"correlation": {"of": ["api00", "api99"]}}"#,
        r#"{"table": {"of": ["awards"]}}"#,
        r#"{"table": {"of": ["awards"], "shares_within": []}}"#,
        r#"{"alpha": {"of": ["api00", "api99"]}}"#,
        r#"{"kappa": {"first": "awards", "second": "comp.imp"}}"#,
        r#"{"imputed": {"of": {"mean": {"of": ["pv"]}}, "columns": {"pv": ["api99", "api00"]}}}"#,
    ] {
        let got = unprotected(&by_high(analysis));
        let estimates = got["estimates"].as_array().unwrap();
        // Of six combinations, elementary and middle schools that are high are none.
        let empty: Vec<&Value> = estimates.iter().filter(|one| one["n"] == 0).collect();
        assert_eq!(empty.len(), estimates.len() / 2, "{analysis}");
        for one in &empty {
            assert!(one["estimate"].is_null() && one["se"].is_null(), "{analysis}: {one}");
            assert_eq!(one["reasons"], json!(["empty-base"]), "{analysis}");
        }
    }
    for analysis in [
        r#"{"regression": {"response": "api00", "terms": {"of": ["meals"]}}}"#,
        r#"{"t_test": {"of": "api00", "groups": "awards"}}"#,
        r#"{"compare": {"of": "api00"}}"#,
    ] {
        let message = answer(&by_high(analysis), &data()).unwrap_err().to_string();
        assert!(message.contains("/empty") && message.contains("leave `empty` out"), "{message}");
    }
}

/// An analysis by type and by whether it is high: three of six combinations are there.
fn by_high(analysis: &str) -> Request {
    let text = format!(
        r#"{{"data": {{"file": "apistrat.csv"}}, "design": {{"weights": "pw"}}, "empty": true,
            "derive": [{{"name": "high", "from": {{"is_in": ["stype", ["H"]]}}}}],
            "by": ["stype", "high"], "analysis": {analysis}}}"#
    );
    Request::parse(&text, "demo").unwrap()
}

#[test]
fn imputations_that_are_one_column_are_its_mean() {
    let text = |analysis: &str| {
        format!(
            r#"{{"data": {{"file": "apiclus1.csv"}}, "options": {{"df": "infinite"}},
                "design": {{"stages": [{{"unit": "dnum"}}], "weights": "pw"}}, "analysis": {analysis}}}"#
        )
    };
    let once = text(r#"{"mean": {"of": ["api00"]}}"#);
    let often = text(
        r#"{"imputed": {"of": {"mean": {"of": ["pv"]}}, "columns": {"pv": ["api00", "api00"]}}}"#,
    );
    let once = unprotected(&Request::parse(&once, "one").unwrap());
    let often = unprotected(&Request::parse(&often, "often").unwrap());
    for field in ["estimate", "se", "n", "sum_weights"] {
        assert_eq!(once["estimates"][0][field], often["estimates"][0][field], "{field}");
    }
    assert_eq!(often["estimates"][0]["term"], "pv");
    assert_eq!(often["estimates"][0]["missing_information"], 0.0);
}

#[test]
fn a_model_of_imputations_combines_coefficients_alone() {
    let once = text("imputed_regression").replace("api99", "api00");
    let once = unprotected(&Request::parse(&once, "once").unwrap());
    let plain = text("imputed_regression");
    let mut plain: Value = serde_json::from_str(&plain).unwrap();
    let mut model = plain["analysis"]["imputed"]["of"]["regression"].take();
    model["response"] = json!("api00");
    plain["analysis"] = json!({ "regression": model });
    let plain = unprotected(&Request::parse(&plain.to_string(), "plain").unwrap());
    for (at, one) in once["estimates"].as_array().unwrap().iter().enumerate() {
        for field in ["term", "estimate", "se", "n", "sum_weights"] {
            assert_eq!(one[field], plain["estimates"][at][field], "{field}");
        }
    }
    let more = text("imputed_regression")
        .replace("\"terms\":", "\"tests\": [{\"of\": [\"meals\"]}], \"terms\":");
    let more = Request::parse(&more, "more").unwrap();
    let message = answer(&more, &data()).unwrap_err().to_string();
    assert!(message.contains("leave `tests`"), "{message}");
}

#[test]
fn replicate_weights_may_stand_in_numbered_columns() {
    let folder = tempfile::tempdir().unwrap();
    // Two strata of two: the halves of balanced repeated replication.
    let csv = "y,w,rep1,rep2\n1,1,2,2\n2,1,0,0\n4,1,2,0\n8,1,0,2\n";
    std::fs::write(folder.path().join("brr.csv"), csv).unwrap();
    let text = r#"{"data": {"file": "brr.csv"}, "design": {"weights": "w"},
        "replicates": {"method": "BRR", "mse": true, "given": {"prefix": "rep", "count": 2}},
        "analysis": {"total": {"of": ["y"]}}}"#;
    let request = Request::parse(text, "brr").unwrap();
    let got = answer(&request, folder.path()).unwrap().unprotected();
    let total = &got.document().estimates[0];
    // Replicates 10 and 18 about 15: ((10 - 15)² + (18 - 15)²)/2 = 17.
    assert_eq!(total.estimate, Some(15.0));
    assert!((total.se.unwrap() - 17.0_f64.sqrt()).abs() < 1e-12);
}

#[test]
fn targets_stand_in_the_request_or_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("data.csv", "y,g\n1,1\n2,1\n4,2\n");
    let ask = |step: &str, file: &str| {
        write("targets.csv", file);
        let text = format!(
            r#"{{"data": {{"file": "data.csv"}},
                "design": {{"stages": [{{}}], "probabilities": "p"}},
                "derive": [{{"name": "p", "from": {{"power": ["y", 0]}}}}],
                "calibration": [{{"post_stratify": {{"columns": ["g"], {step}}}}}],
                "analysis": {{"total": {{"of": ["y"]}}}}}}"#
        );
        let answer = answer(&Request::parse(&text, "demo").unwrap(), folder.path());
        answer.map(|answer| answer.unprotected().document().estimates[0].estimate)
    };
    let file = r#""targets_file": "targets.csv""#;
    // Weights 5, 5, 3: numbers are categories as they are levels.
    assert_eq!(ask(file, "category,target\n1,10\n2,3\n").unwrap(), Some(27.0));
    let both = r#""targets": {"1": 1, "2": 1}, "targets_file": "targets.csv""#;
    for (step, text, fault) in [
        (file, "category,target\n1,10\n1,3\n", "`1` twice"),
        (file, "category,target\n1,10\n2,\n", "row 2"),
        (file, "category,count\n1,10\n2,3\n", "`target`"),
        (file, "category,target\n1,10\n2,x\n", "`target`"),
        (file, "category,target\n1,10\n", "no target"),
        (both, "category,target\n1,10\n2,3\n", "not both"),
        (r#""empty": "refuse""#, "category,target\n1,10\n", "give `targets`"),
    ] {
        let message = ask(step, text).unwrap_err().to_string();
        assert!(message.contains(fault) && message.contains("/calibration/0/"), "{message}");
    }
}

#[test]
fn quantiles_near_the_ends_are_hidden() {
    let request = Request::parse(
        r#"{"data": {"file": "apiclus1.csv"},
            "design": {"stages": [{"unit": "dnum"}], "weights": "pw"},
            "analysis": {"quantile": {"of": ["api00"], "probabilities": [0.0, 0.5, 1.0]}}}"#,
        "demo",
    )
    .unwrap();
    let got = protected(&request);
    let status: Vec<&Value> =
        got["estimates"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(status, ["suppressed", "shown", "suppressed"]);
}

#[test]
fn a_model_with_a_small_level_is_hidden_as_a_whole() {
    let mut small = request("regression");
    let protected_before = protected(&small);
    assert_eq!(protected_before["estimates"][0]["status"], "shown");
    let with_level = text("regression").replace("\"mobility\"", "\"cname\"");
    small = Request::parse(&with_level, "demo").unwrap();
    let got = protected(&small);
    for one in got["estimates"].as_array().unwrap() {
        assert_eq!(one["status"], "suppressed");
        assert!(one["estimate"].is_null() && one["p"].is_null());
    }
    assert!(got["tests"][0]["statistic"].is_null());
    assert_eq!(got["tests"][0]["details"], json!({}));
}

#[test]
fn a_protected_answer_holds_no_count_below_ten() {
    let request = Request::parse(
        r#"{"data": {"file": "gko_pub.csv"},
            "design": {"sample": "country", "weights": "weight",
                       "stages": [{"unit": "psu", "stratum": "stratum"}]},
            "by": ["country", "age", "sex"], "missing": "exclude",
            "analysis": {"table": {"of": ["harm"]}}}"#,
        "demo",
    )
    .unwrap();
    let got = protected(&request);
    let estimates = got["estimates"].as_array().unwrap();
    assert!(estimates.iter().any(|one| one["status"] == "suppressed"));
    for one in estimates {
        assert!(one["n"].as_u64().is_none_or(|n| n >= 25), "{one}");
    }
}

#[test]
fn faults_name_their_place_and_what_is_valid() {
    let fault = |text: &str| {
        let request = Request::parse(text, "demo.json")
            .map_err(|error| error.to_string())
            .and_then(|request| answer(&request, &data()).map_err(|error| error.to_string()));
        request.unwrap_err()
    };
    let start = r#"{"data": {"file": "apistrat.csv"}, "design": {"weights": "pw"}, "#;
    for (rest, place, valid) in [
        (r#""analysis": {"men": {}}}"#, "/analysis", "`mean`"),
        (r#""analysis": {"mean": {"of": ["api"]}}}"#, "/analysis/mean/of/0", "`api00`"),
        (r#""analysis": {"mean": {"of": ["api00"], "x": 1}}}"#, "/analysis/mean/x", "`of`"),
        (r#""analysis": {"total": {"of": ["acs.k3"]}}}"#, "acs.k3", "exclude"),
        (
            r#""analysis": {"mean": {"of": ["api00"]}}, "options": {"level": 95}}"#,
            "/options/level",
            "0.95",
        ),
        (
            r#""analysis": {"share": {"of": ["stype"], "interval": "wald"}}}"#,
            "/analysis/share/interval",
            "wilson",
        ),
        (
            r#""analysis": {"mean": {"of": ["stype"]}}, "domain": [{"column": "stype", "in": ["X"]}]}"#,
            "/domain/0",
            "`E`, `H`, `M`",
        ),
        (
            r#""analysis": {"ratio": {"numerators": ["stype"], "denominators": ["pw"]}}}"#,
            "numerators/0",
            "numbers are needed",
        ),
    ] {
        let message = fault(&format!("{start}{rest}"));
        assert!(message.contains(place) && message.contains(valid), "{message}");
        assert!(message.contains("[GKO-E00"), "{message}");
    }
    let outside =
        fault(r#"{"data": {"file": "../public.json"}, "analysis": {"mean": {"of": ["x"]}}}"#);
    assert!(outside.contains("GKO-M016"), "{outside}");
}

#[test]
fn equal_requests_have_one_hash() {
    let one = Request::parse(r#"{"data":{"file":"a.csv"},"analysis":{"mean":{"of":["x"]}}}"#, "a");
    let two = Request::parse(
        r#"{"analysis": {"mean": {"of": ["x"]}}, "missing": "refuse", "data": {"file": "a.csv"}}"#,
        "b",
    );
    assert_eq!(one.unwrap().sha256(), two.unwrap().sha256());
}

#[test]
fn the_schema_accepts_every_request_and_answer() {
    let schema = Request::schema();
    for entry in std::fs::read_dir(fixtures().join("requests")).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        let value: Value = serde_json::from_str(&text).unwrap();
        accepts(&schema, &schema, &value, "").unwrap();
    }
    let answers = Protected::schema();
    accepts(&answers, &answers, &protected(&request("mean")), "").unwrap();
    let wrong = json!({"data": {"file": "a.csv"}, "analysis": {"mean": {"off": ["x"]}}});
    assert!(accepts(&schema, &schema, &wrong, "").is_err());
}

/// The part of JSON Schema that our schemas use.
fn accepts(root: &Value, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let found = root.pointer(reference.trim_start_matches('#')).unwrap();
        accepts(root, found, value, at)?;
    }
    for key in ["oneOf", "anyOf"] {
        if let Some(options) = schema[key].as_array() {
            let found = options.iter().any(|one| accepts(root, one, value, at).is_ok());
            found.then_some(()).ok_or(format!("{at}: no option of {key} fits {value}"))?;
        }
    }
    let named = |word: &str| match word {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        _ => value.is_null(),
    };
    let fits = match &schema["type"] {
        Value::String(word) => named(word),
        Value::Array(words) => words.iter().any(|word| named(word.as_str().unwrap())),
        _ => true,
    };
    fits.then_some(()).ok_or(format!("{at}: {value} is no {}", schema["type"]))?;
    if let Some(words) = schema["enum"].as_array() {
        words.contains(value).then_some(()).ok_or(format!("{at}: {value} is not in {words:?}"))?;
    }
    if let Some(object) = value.as_object() {
        for name in schema["required"].as_array().into_iter().flatten() {
            let there = object.contains_key(name.as_str().unwrap());
            there.then_some(()).ok_or(format!("{at}: {name} is missing"))?;
        }
        for (name, inner) in object {
            let at = format!("{at}/{name}");
            match (&schema["properties"][name], &schema["additionalProperties"]) {
                (Value::Null, Value::Bool(false)) => return Err(format!("{at} is not known")),
                (Value::Null, Value::Null) => {}
                (Value::Null, more) => accepts(root, more, inner, &at)?,
                (own, _) => accepts(root, own, inner, &at)?,
            }
        }
    }
    if let (Some(all), Value::Object(_)) = (value.as_array(), &schema["items"]) {
        for one in all {
            accepts(root, &schema["items"], one, at)?;
        }
    }
    Ok(())
}
