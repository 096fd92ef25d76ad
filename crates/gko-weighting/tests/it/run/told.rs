//! What a run tells of its steps.

use gko_weighting::diagnostics::MarginTable;
use gko_weighting::plan::Plan;
use gko_weighting::population::Population;
use gko_weighting::run::{Detail, Weighted, run};
use gko_weighting::{Error, Finding, FindingKind, Sample};

const FIGURES: &str = r#"
format = "gko-population/1"
[[margin]]
margin = "sex"
counts = { boy = 30, girl = 50 }
unit = "children"
ages = [9, 17]
who = "all"
year = 2025
source = "register"
[[margin]]
margin = "age"
counts = { old = 40, young = 40 }
unit = "children"
ages = [9, 17]
who = "all"
year = 2025
source = "register"
[[margin]]
margin = "region"
counts = { north = 120, south = 40 }
unit = "children"
ages = [9, 17]
who = "all"
year = 2025
source = "register"
[[margin]]
margin = "hours"
counts = { total = 100 }
unit = "children"
ages = [9, 17]
who = "all"
year = 2025
source = "register"
"#;

/// Four children of country a and four of country b.
fn sample() -> Sample {
    let texts = |all: [&'static str; 8]| all.map(Some);
    let sample =
        Sample::new(8).numbers("w", vec![10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 30.0]).unwrap();
    let sample = sample.numbers("one", vec![1.0; 8]).unwrap();
    let sample = sample.texts("country", &texts(["a", "a", "a", "a", "b", "b", "b", "b"]));
    let sexes = texts(["boy", "girl", "boy", "girl", "boy", "girl", "boy", "girl"]);
    let sample = sample.unwrap().texts("sex", &sexes).unwrap();
    let ages = texts(["old", "old", "young", "young", "old", "old", "young", "young"]);
    let sample = sample.texts("age", &ages).unwrap();
    let regions = texts(["north", "south", "south", "north", "south", "south", "north", "north"]);
    let sample = sample.texts("region", &regions).unwrap();
    sample.numbers("hours", vec![1.0, 2.0, 1.0, 0.0, 2.0, 1.0, 3.0, 0.0]).unwrap()
}

fn ran(steps: &str) -> Result<Weighted, Box<Error>> {
    ran_on(sample(), steps)
}

fn ran_on(sample: Sample, steps: &str) -> Result<Weighted, Box<Error>> {
    let text = format!(
        "format = \"gko-weighting/1\"\ntitle = \"t\"\nyear = 2026\ngroup = \"country\"\n\
         universe = {{ unit = \"children\", ages = [9, 17], who = \"all\" }}\n\
         population = \"p.toml\"\ndata = {{ file = \"d.csv\" }}\n\
         [[steps]]\n{steps}"
    );
    let plan = Plan::parse(&text, "plan.toml").unwrap();
    let population = Population::parse_toml(FIGURES, "p.toml").unwrap();
    run(&plan, sample, Some(&population), &mut |_| ()).map_err(Box::new)
}

const GIVEN: &str = "selection.given = { weights = \"w\" }\n[[steps]]\n";

fn found(done: &Weighted, step: usize, kind: FindingKind) -> Vec<Finding> {
    let all = done.history.steps[step].findings.iter();
    all.filter(|one| one.kind == kind).cloned().collect()
}

fn lost(done: &Weighted, step: usize) -> Vec<Finding> {
    found(done, step, FindingKind::FiguresLost)
}

/// Smoothed all the way each child has a weight of 20: the boys' share is 1/2, not 3/8.
#[test]
fn a_calibration_that_is_undone_says_so() {
    let steps = format!(
        "{GIVEN}post_stratify.margin = {{ of = [\"sex\"] }}\n\
         [[steps]]\nsmooth = {{ by = [\"country\"], share = 1.0 }}\n"
    );
    let done = ran(&steps).unwrap();
    let lost = lost(&done, 1);
    let groups: Vec<&str> = lost.iter().map(|one| &*one.group).collect();
    assert_eq!((groups, &*lost[0].subject), (vec!["a", "b"], "sex"));
    let message = &lost[0].message;
    assert!(message.contains("`boy` has 0.500000 of the final weights"), "{message}");
    assert!(message.contains("0.375000 (relative gap 3.3e-1)"), "{message}");
    assert!(!FindingKind::FiguresLost.is_fatal());
}

#[test]
fn another_calibration_undoes_one_unless_it_is_repeated() {
    let rake = |of: &str| format!("[[steps]]\nrake.margins = [{{ of = [\"{of}\"] }}]\n");
    let first = format!("{GIVEN}rake.margins = [{{ of = [\"sex\"] }}]\n");
    let done = ran(&format!("{first}{}", rake("age"))).unwrap();
    // In country a sex and age are balanced, so that age leaves sex alone.
    assert_eq!(lost(&done, 1).iter().map(|one| &*one.group).collect::<Vec<_>>(), ["b"]);
    assert_eq!(lost(&done, 2), []);
    let both = "[[steps]]\nrake.margins = [{ of = [\"sex\"] }, { of = [\"age\"] }]\n";
    let done = ran(&format!("{first}{}{both}", rake("age"))).unwrap();
    assert_eq!([lost(&done, 1), lost(&done, 2), lost(&done, 3)], [vec![], vec![], vec![]]);
}

#[test]
fn a_scale_by_group_and_a_second_selection_of_one_chance_undo_nothing() {
    let steps = format!(
        "{GIVEN}calibrate = {{ margins = [{{ of = [\"sex\"] }}], numbers = [{{ of = \"hours\" }}] }}\n\
         [[steps]]\nscale.to = \"mean_one\"\n\
         [[steps]]\nselection.stages = [{{ name = \"child\", probability = \"one\" }}]\n"
    );
    let done = ran(&steps).unwrap();
    assert_eq!(lost(&done, 1), []);
}

#[test]
fn a_number_is_lost_too() {
    let steps = format!(
        "{GIVEN}calibrate.numbers = [{{ of = \"hours\" }}]\n\
         [[steps]]\nsmooth = {{ by = [\"country\"], share = 1.0 }}\n"
    );
    let done = ran(&steps).unwrap();
    let found = lost(&done, 1);
    assert_eq!((found.len(), &*found[0].subject), (2, "hours"));
    // Met again it is not lost, though the weights add up to something else.
    let again = "[[steps]]\ncalibrate.numbers = [{ of = \"hours\" }]\n";
    assert_eq!(lost(&ran(&format!("{steps}{again}")).unwrap(), 1), []);
}

/// The least squares for one soft margin, by algebra: `w = d(1 + z/c)` cannot miss more
/// than the given weights do.
#[test]
fn soft_targets_and_numbers_are_in_the_history() {
    let steps = format!(
        "{GIVEN}calibrate = {{ margins = [{{ of = [\"sex\"], cost = 1.0 }}], \
         numbers = [{{ of = \"hours\" }}, {{ of = \"w\", figures = \"hours\", cost = 2.0 }}] }}\n"
    );
    let done = ran(&steps).unwrap();
    let Detail::Calibration { groups, .. } = &done.history.steps[1].detail else { panic!() };
    let [hours, soft] = &groups[0].numbers[..] else { panic!() };
    assert_eq!(
        (&*hours.name, hours.target, hours.before, hours.cost),
        ("hours", 100.0, 40.0, None)
    );
    assert!((hours.after - 100.0).abs() < 1e-7);
    assert_eq!((soft.before, soft.cost), (400.0, Some(2.0)));
    let missed = found(&done, 1, FindingKind::Note);
    let of_a: Vec<&Finding> = missed.iter().filter(|one| one.group == "a").collect();
    assert_eq!(of_a.iter().map(|one| &*one.subject).collect::<Vec<_>>(), ["sex", "w"]);
    let gap = format!("({:+.4} %)", soft.after - 100.0);
    assert!(of_a[1].message.contains(&gap), "{}", of_a[1].message);
    assert_eq!(lost(&done, 1), []);
}

#[test]
fn totals_brought_to_the_first_are_told() {
    let steps = format!(
        "{GIVEN}rake = {{ margins = [{{ of = [\"sex\"] }}, {{ of = [\"region\"] }}], totals = \"first\" }}\n"
    );
    let done = ran(&steps).unwrap();
    let notes = found(&done, 1, FindingKind::Note);
    assert_eq!((notes.len(), &*notes[0].subject), (2, "region"));
    assert!(notes[0].message.contains("160 and was multiplied by 0.500000"), "{}", notes[0]);
    assert!(notes[0].message.contains("`sex` adds up to 80"), "{}", notes[0]);
}

#[test]
fn strata_that_are_left_out_are_told() {
    let texts = |text: &'static str| vec![Some(text); 2];
    let sample = Sample::new(2).texts("country", &texts("a")).unwrap();
    let sample = sample.texts("sex", &texts("boy")).unwrap();
    let steps = "selection.counts = { of = [\"sex\"], empty = \"leave_out\" }\n";
    let done = ran_on(sample, steps).unwrap();
    assert_eq!(done.weights, [15.0, 15.0]);
    let note = &found(&done, 0, FindingKind::Note)[0];
    assert_eq!((&*note.group, &*note.subject), ("a", "sex"));
    assert!(note.message.contains("50 of 80 people: `girl`"), "{note}");
}

#[test]
fn chances_that_a_setting_changed_are_told() {
    let sample = sample().numbers("kids", vec![1.0, 2.0, 3.0, 4.0, 1.0, 2.0, 3.0, 4.0]).unwrap();
    let sample = sample.numbers("size", vec![5.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0]).unwrap();
    let sample = sample.numbers("total", vec![8.0; 8]).unwrap();
    let sample = sample.numbers("taken", vec![2.0; 8]).unwrap();
    let steps = "selection.stages = [\
        { name = \"school\", size = \"size\", total = \"total\", taken = \"taken\", above_one = \"certain\" }, \
        { name = \"child\", eligible = \"kids\", cap = 3 }]\n";
    let done = ran_on(sample, steps).unwrap();
    assert_eq!(done.weights, [1.0, 8.0, 12.0, 12.0, 4.0, 8.0, 12.0, 12.0]);
    let notes = found(&done, 0, FindingKind::Note);
    let subjects: Vec<&str> = notes.iter().map(|one| &*one.subject).collect();
    assert_eq!(subjects, ["school", "child"]);
    assert!(notes[0].message.starts_with("1 rows"), "{}", notes[0]);
    assert!(notes[1].message.starts_with("2 rows"), "{}", notes[1]);
}

#[test]
fn weights_whose_squares_overflow_are_refused() {
    let with = |weight: f64| {
        let mut weights = vec![1.0; 8];
        weights[5] = weight;
        let sample = sample().numbers("huge", weights).unwrap();
        ran_on(sample, "selection.given = { weights = \"huge\" }\n")
    };
    for weight in [1e308, 1e160] {
        let error = with(weight).unwrap_err();
        assert_eq!(error.code(), "GKO-W116", "{error}");
        assert!(error.to_string().contains("row 6 of the data"), "{error}");
    }
    let fits = with(1e150).unwrap();
    assert!(fits.history.steps[0].groups.iter().all(|one| one.deff_after.is_some()));
    let sample = sample().numbers("large", vec![1e100; 8]).unwrap();
    let sample = sample.numbers("small", vec![1e-100; 8]).unwrap();
    let given = "selection.given = { weights = \"large\" }\n";
    let drawn = "selection.stages = [{ name = \"child\", probability = \"small\" }]\n";
    let twice = ran_on(sample, &format!("{given}[[steps]]\n{drawn}")).unwrap_err();
    assert_eq!(twice.code(), "GKO-W116");
}

/// Of country a half are boys by the draw and 3/8 by the figures; smoothing brings the half
/// back, and age is raked once more.
#[test]
fn diagnostics_of_a_run_have_its_margins_by_name() {
    let steps = format!(
        "{GIVEN}rake.margins = [{{ of = [\"age\"] }}, {{ of = [\"sex\"] }}]\n\
         [[steps]]\nsmooth = {{ by = [\"country\"], share = 1.0 }}\n\
         [[steps]]\nrake.margins = [{{ of = [\"age\"] }}]\n"
    );
    let all = ran(&steps).unwrap().diagnostics().unwrap();
    assert_eq!(all.group_names, ["a", "b"]);
    let of = |one: &MarginTable| format!("{} {}", one.group.as_deref().unwrap(), one.margin);
    let names: Vec<String> = all.margins.iter().map(of).collect();
    assert_eq!(names, ["a sex", "a age", "b sex", "b age"]);
    let sex = &all.margins[0];
    let boy = &sex.categories[0];
    assert_eq!((boy.label.as_deref(), boy.rows, boy.before), (Some("boy"), Some(2), Some(0.5)));
    assert_eq!(boy.target, 0.375);
    assert!((sex.largest_gap_after.unwrap() - 0.125).abs() < 1e-12);
    assert!(all.margins[1].largest_gap_after.unwrap() < 1e-12);
    let public = all.public(3);
    assert_eq!((&public.group_names, &public.margins[0].group), (&all.group_names, &sex.group));
    let hidden = &public.margins[0].categories[0];
    assert_eq!((hidden.label.as_deref(), hidden.after), (Some("boy"), None));
}

/// Without a value one keeps its share, and is no part of the table.
#[test]
fn respondents_without_a_value_are_no_category_of_the_diagnostics() {
    let sample = Sample::new(4).texts("country", &[Some("a"); 4]).unwrap();
    let sample = sample.texts("sex", &[Some("boy"), Some("girl"), None, Some("boy")]).unwrap();
    let sample = sample.numbers("w", vec![1.0; 4]).unwrap();
    let steps = format!("{GIVEN}rake.margins = [{{ of = [\"sex\"], missing = \"keep_share\" }}]\n");
    let all = ran_on(sample, &steps).unwrap().diagnostics().unwrap();
    let shares = &all.margins[0].categories;
    assert_eq!(shares.len(), 2);
    assert!((shares[0].target - 0.375).abs() < 1e-15);
    assert!((shares[0].before.unwrap() - 2.0 / 3.0).abs() < 1e-15);
    assert!((shares[0].after.unwrap() - 0.375).abs() < 1e-12);
}
