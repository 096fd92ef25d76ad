//! Weighting plans on files.

use gko::weighting::WeightingPlan;

const PLAN: &str = "format = \"gko-weighting/1\"\ntitle = \"t\"\nyear = 2026\n\
    universe = { unit = \"children\", ages = [9, 17], who = \"all\" }\n\
    data = { file = \"data.csv\" }\n[[steps]]\nselection.given = { weights = \"d\" }\n";

/// Weights go to the rows that they were made of, or nowhere.
#[test]
fn data_that_change_during_a_run_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data.csv");
    std::fs::write(&data, "id,d\na,1\nb,2\n").unwrap();
    let plan = WeightingPlan::parse(PLAN, "plan.toml", folder.path()).unwrap();
    let outcome = plan.run(&mut |_| ()).unwrap();
    assert_eq!(outcome.files().unwrap()[0].bytes, b"id,d,base_weight,weight\na,1,1,1\nb,2,2,2\n");
    std::fs::write(&data, "id,d\nb,2\na,1\n").unwrap();
    let refused = outcome.files().unwrap_err();
    assert_eq!(refused.code(), "GKO-P004");
    let out = folder.path().join("out");
    assert!(outcome.write(&out).is_err() && !out.exists());
}
