//! Plans that are refused when they are read.

use gko_weighting::plan::Plan;

use super::data::text_of;

#[track_caller]
fn refused(steps: &str, words: &[&str]) {
    let text = Plan::parse(&text_of(steps), "plan.toml").unwrap_err().to_string();
    for word in words {
        assert!(text.contains(word), "{word}: {text}");
    }
}

#[test]
fn fields_are_known_and_of_their_type() {
    refused("[[steps]]\nrake.margin = []", &["GKO-W800: plan.toml, line 11", "margin"]);
    refused("[[steps]]\nrake.margins = 5", &["line 11", "expected a sequence"]);
    refused("[[steps]]\nwobble = {}", &["line 11", "unknown variant `wobble`", "`rake`"]);
    refused("[[steps]]\nscale.to.senate = { totl = 3 }", &["line 11", "totl"]);
    refused("[[steps]]\nselection.given = { weights = \"w\", wieghts = \"x\" }", &["wieghts"]);
    refused("[[steps]]\ntrim.rule.upper.potter = { candidates = 5, form = 1 }", &["form"]);
    refused("[replicates]\nmethod.fay = { rho = 0.5, seed = 1 }", &["seed"]);
}

#[test]
fn settings_go_together() {
    let two =
        "[[steps]]\nselection.stages = [{ name = \"hh\", probability = \"p\", eligible = \"e\" }]";
    refused(two, &["GKO-W801: steps 2, stage `hh`", "give `probability`; or"]);
    let none = "[[steps]]\nselection.stages = [{ name = \"hh\", taken = \"t\" }]";
    refused(none, &["steps 2, stage `hh`", "`taken` and `of`"]);
    refused("[[steps]]\ncalibrate = { distance = \"truncated\" }", &["steps 2", "`bounds`"]);
    refused("[[steps]]\ncalibrate = { distance = \"logit\" }", &["steps 2", "`bounds`"]);
    refused("[[steps]]\nrake.margins = [{ of = [\"sex\"], cost = 1 }]", &["`calibrate`"]);
    refused("[[steps]]\nscale.to = \"population\"", &["`people`"]);
    refused("[design]\nsingle_psu = \"ignore\"", &["GKO-W801: design", "ignore"]);
    let scaled = "[[steps]]\nrake.margins = [{ of = [\"sex\"] }]\n[[steps]]\nscale.to = \"mean_one\"\n\
                  [[steps]]\ntrim.recalibrate = {}";
    refused(scaled, &["steps 4", "scale after trimming"]);
}

#[test]
fn the_schema_names_every_table() {
    let schema = serde_json::to_value(Plan::schema()).unwrap();
    let fields = schema["properties"].as_object().unwrap();
    for field in ["format", "title", "universe", "year", "data", "steps", "replicates", "output"] {
        assert!(fields.contains_key(field), "{field}");
    }
    assert_eq!(schema["additionalProperties"], false);
    let steps = schema["$defs"]["Step"].to_string();
    assert!(["selection", "rake", "smooth", "scale"].iter().all(|step| steps.contains(step)));
}
