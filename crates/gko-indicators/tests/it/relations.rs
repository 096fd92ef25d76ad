//! How indicators speak of one another, and what belongs to single groups and rows.

use std::collections::BTreeMap;

use gko_codebook::{Catalogue, Codebook, DefinitionHash};
use gko_indicators::{Computed, Settings, compute};
use gko_microdata::{FindingKind, Layout, read};

use crate::demo::{computed, country, figures, indicator, unweighted};

const CSV: &str = "id,Q1,Q2,Q3,skill,ladder,sex,age\n1,1,3,1,4,2,1,9\n2,1,4,0,1,3,2,13\n3,0,,1,4,7,1,16\n4,1,1,1,2,9,2,10\n";

fn named(id: &str, rest: &str) -> String {
    indicator(rest).replace("id = \"x\"", &format!("id = \"{id}\""))
}

/// Indicators of these ids and definitions in two countries.
fn of(definitions: &[(&str, &str)]) -> Computed {
    let each = definitions.iter().map(|(id, rest)| named(id, rest));
    let data = unweighted(&[country("XAA", CSV), country("XAB", CSV)]);
    computed(&data, &each.collect::<String>()).unwrap()
}

/// By id the parents and the product of an indicator, the same in both countries.
fn links(definitions: &[(&str, &str)]) -> BTreeMap<String, (Vec<String>, Vec<String>)> {
    let computed = of(definitions);
    let name = |country: &str, group: u32| {
        let of_group = computed.candidates.iter().find(|candidate| candidate.group == group);
        let key = &of_group.unwrap().key;
        assert_eq!(key.sample.country.as_str(), country, "links stay in their country");
        key.indicator_id()
    };
    let by_country = ["XAA", "XAB"].map(|country| {
        let own = computed.candidates.iter().filter(|c| c.key.sample.country.as_str() == country);
        let links = own.map(|c| {
            let parents = c.links.parents.iter().map(|&parent| name(country, parent)).collect();
            let products = c.links.products.iter().map(|&product| name(country, product)).collect();
            (c.key.indicator_id(), (parents, products))
        });
        links.collect::<BTreeMap<_, _>>()
    });
    assert_eq!(by_country[0], by_country[1]);
    let [links, _] = by_country;
    links
}

fn linked(parents: &[&str], products: Option<&str>) -> (Vec<String>, Vec<String>) {
    let names = |ids: &[&str]| ids.iter().map(|&id| id.to_owned()).collect();
    (names(parents), names(products.as_slice()))
}

#[test]
fn a_follow_up_finds_its_parents_and_its_product() {
    let found = links(&[
        // Its refusals are an item of their own, which has no links.
        ("upset", "numerator = \"Q1 = yes\"\nmissing = { prefer-not-to-say = \"category\" }"),
        ("harmed", "numerator = \"Q2 >= fairly\"\nbase = \"Q1 = yes\""),
        ("both", "numerator = \"Q2 >= fairly and Q1 = yes\""),
        ("how_long", "mean = \"ladder\"\nbase = \"Q1 = yes\""),
    ]);
    assert_eq!(found["upset"], linked(&[], None));
    assert_eq!(found["upset:prefer-not-to-say"], linked(&[], None));
    assert_eq!(found["harmed"], linked(&["upset"], Some("both")));
    assert_eq!(found["both"], linked(&[], None));
    assert_eq!(found["how_long"], linked(&["upset"], None), "a mean has no product");
}

#[test]
fn a_base_of_a_base_is_found_in_whatever_order_it_is_written() {
    let found = links(&[
        ("last", "numerator = \"skill = very\"\nbase = \"Q3 = yes and Q1 = yes\""),
        ("first", "numerator = \"Q1 = yes\""),
        ("middle", "numerator = \"Q3 = yes\"\nbase = \"Q1 = yes\""),
        ("both", "numerator = \"Q1 = yes and Q3 = yes\""),
        ("all", "numerator = \"skill = very and Q1 = yes and Q3 = yes\""),
    ]);
    assert_eq!(found["middle"], linked(&["first"], Some("both")));
    assert_eq!(found["last"], linked(&["middle", "both"], Some("all")));
    assert_eq!((&found["first"], &found["all"]), (&linked(&[], None), &linked(&[], None)));
}

#[test]
fn a_follow_up_of_two_questions_has_a_product_over_each() {
    let found = links(&[
        ("first", "numerator = \"Q1 = yes\""),
        ("middle", "numerator = \"Q3 = yes\"\nbase = \"Q1 = yes\""),
        ("both", "numerator = \"Q1 = yes and Q3 = yes\""),
        ("last", "numerator = \"skill = very\"\nbase = \"Q1 = yes and Q3 = yes\""),
        ("of_first", "numerator = \"Q3 = yes and skill = very\"\nbase = \"Q1 = yes\""),
        ("of_all", "numerator = \"Q1 = yes and Q3 = yes and skill = very\""),
    ]);
    let (parents, products) = &found["last"];
    assert_eq!(parents, &["middle", "both"]);
    assert_eq!(products, &["of_first", "of_all"]);
}

#[test]
fn what_differs_is_not_linked() {
    let found = links(&[
        ("upset", "numerator = \"Q1 = yes\""),
        ("of_no", "numerator = \"Q3 = yes\"\nbase = \"Q1 = no\""),
        ("of_either", "numerator = \"skill = very\"\nbase = \"Q1 = yes or Q3 = yes\""),
        ("of_more", "numerator = \"skill = very\"\nbase = \"Q1 = yes and ladder >= 3\""),
        ("of_all", "numerator = \"Q3 = yes\""),
        ("again", "numerator = \"Q1 = yes\"\nbase = \"Q1 = yes\""),
    ]);
    let alone: Vec<&str> =
        found.iter().filter(|(_, l)| **l == linked(&[], None)).map(|(id, _)| id.as_str()).collect();
    assert_eq!(alone, ["of_all", "of_either", "of_more", "of_no", "upset"]);
    assert_eq!(found["again"].0, ["upset"]);
}

#[test]
fn a_follow_up_of_a_sensitive_indicator_is_sensitive_whatever_it_says() {
    let computed = of(&[
        ("upset", "numerator = \"Q1 = yes\"\nsensitive = true"),
        ("harmed", "numerator = \"Q2 >= fairly\"\nbase = \"Q1 = yes\"\nsensitive = false"),
        ("deep", "mean = \"ladder\"\nbase = \"Q3 = yes and Q1 = yes\"\nsensitive = false"),
        ("of_others", "numerator = \"skill = very\"\nbase = \"Q3 = yes\"\nsensitive = false"),
        ("open", "numerator = \"Q3 = yes\"\nsensitive = false"),
    ]);
    let sensitive: BTreeMap<String, bool> =
        computed.candidates.iter().map(|c| (c.key.indicator_id(), c.sensitive)).collect();
    let expected =
        [("deep", true), ("harmed", true), ("of_others", false), ("open", false), ("upset", true)];
    assert_eq!(sensitive, expected.map(|(id, is)| (id.to_owned(), is)).into());
}

/// Two children of each age group; those of 12 to 14 were not asked.
const PARTLY: &str =
    "id,Q1,Q3,age\n1,1,1,9\n2,0,1,10\n3,666,1,12\n4,666,1,13\n5,1,1,16\n6,1,1,17\n";

/// n and numerator of each age group, `_T` first; `None` for no figure.
fn by_age(csv: &str, rest: &str) -> [Option<(u64, u64)>; 4] {
    let rest = format!("{rest}\nbreakdowns = [\"age_group\"]");
    let computed = computed(&unweighted(&[country("XAA", csv)]), &indicator(&rest)).unwrap();
    let figures = figures(&computed);
    ["_T", "9-11", "12-14", "16-17"].map(|age| {
        let groups = ["_T", age, "_T"].map(str::to_owned);
        let estimate = &figures[&("XAA".to_owned(), "x".to_owned(), groups)];
        estimate.as_ref().map(|estimate| (estimate.n, estimate.hits))
    })
}

#[test]
fn only_groups_that_hold_somebody_not_asked_have_no_figure() {
    let expected = [None, Some((2, 1)), None, Some((2, 2))];
    assert_eq!(by_age(PARTLY, "numerator = \"Q1 = yes\""), expected);
    // One such row is enough, beside one that was asked.
    let one = PARTLY.replace("4,666", "4,1");
    assert_eq!(by_age(&one, "numerator = \"Q1 = yes\""), expected);
    // It is as bad in the base.
    let base = by_age(PARTLY, "numerator = \"Q3 = yes\"\nbase = \"Q1 = yes\"");
    assert_eq!(base, [None, Some((1, 1)), None, Some((2, 2))]);
    // Whoever is out of the base need not be asked.
    let routed = "id,Q1,Q3,age\n1,1,1,9\n2,1,0,10\n3,0,666,12\n4,1,1,13\n5,1,1,16\n";
    let follow_up = by_age(routed, "numerator = \"Q3 = yes\"\nbase = \"Q1 = yes\"");
    assert_eq!(follow_up, [Some((4, 3)), Some((2, 1)), Some((1, 1)), Some((1, 1))]);
}

#[test]
fn a_category_beside_rows_not_asked_has_no_figure_either() {
    let rest = "numerator = \"Q1 = yes\"\nmissing = { prefer-not-to-say = \"category\" }\nbreakdowns = [\"age_group\"]";
    let computed = computed(&unweighted(&[country("XAA", PARTLY)]), &indicator(rest)).unwrap();
    let found = figures(&computed);
    assert_eq!(found.len(), 8, "four groups of two shares, and none of the rows not asked");
    for ((_, id, groups), estimate) in found {
        let expected = ["9-11", "16-17"].contains(&groups[1].as_str());
        assert_eq!(estimate.is_some(), expected, "{id} {groups:?}");
    }
}

#[test]
fn the_rule_of_a_definition_is_honoured_for_rows_and_not_for_a_whole_column() {
    let rest = "numerator = \"Q1 = yes\"\nmissing = { not-asked = \"no\" }";
    assert_eq!(by_age(PARTLY, rest), [Some((6, 3)), Some((2, 1)), Some((2, 0)), Some((2, 2))]);
    let absent = "id,Q3,age\n1,1,9\n2,1,10\n3,1,12\n4,1,13\n5,1,16\n6,1,17\n";
    assert_eq!(by_age(absent, rest), [None; 4]);
}

#[test]
fn the_share_of_a_reason_has_a_definition_of_its_own() {
    let rest = "numerator = \"Q1 = yes\"\nmissing = { prefer-not-to-say = \"category\", dont-know = \"category\" }";
    let of_id = |computed: &Computed| -> BTreeMap<String, DefinitionHash> {
        let keys = computed.candidates.iter().map(|candidate| &candidate.key);
        keys.map(|key| (key.indicator_id(), key.definition.clone())).collect()
    };
    let first = of_id(&of(&[("x", rest)]));
    assert_eq!(first.len(), 3);
    let distinct: std::collections::BTreeSet<&str> =
        first.values().map(DefinitionHash::as_str).collect();
    assert_eq!(distinct.len(), 3);
    assert_eq!(first, of_id(&of(&[("x", rest)])));
}

/// Country and wave, breakdown and count of the answers that no group holds.
fn without_group(inputs: &[(&str, &str)], breakdowns: &str) -> Vec<(String, String, u64)> {
    let inputs: Vec<_> = inputs.iter().map(|(code, csv)| country(code, csv)).collect();
    let rest = format!("numerator = \"Q1 = yes\"\nbreakdowns = {breakdowns}");
    let computed = computed(&unweighted(&inputs), &indicator(&rest)).unwrap();
    let found = computed.findings.iter().map(|finding| {
        assert_eq!((finding.kind, finding.kind.code()), (FindingKind::NoGroup, "GKO-F019"));
        (finding.file.clone(), finding.variable.clone(), finding.count)
    });
    found.collect()
}

#[test]
fn answers_in_no_group_are_counted_by_country_and_blanks_are_not() {
    // 15 is in no range, 11.5 between two; "fairly" is in no group of skills.
    let first = "id,Q1,age,skill\n1,1,11.5,3\n2,1,15,3\n3,0,9,3\n4,0,,1\n5,0,16,999\n6,1,11.5,\n";
    let second = "id,Q1,age,skill\n1,1,9,1\n2,1,17,3\n3,0,12,2\n4,1,99,4\n";
    let inputs = [("XAA", first), ("XAB", second)];
    let own = |place: &str, id: &str, count| (place.to_owned(), id.to_owned(), count);
    let expected =
        [own("XAA w1", "age_group", 3), own("XAA w1", "skilled", 3), own("XAB w1", "skilled", 1)];
    assert_eq!(without_group(&inputs, "[\"age_group\", \"skilled\"]"), expected);
    assert_eq!(without_group(&inputs, "[\"skilled * age_group\"]"), expected);
    assert_eq!(without_group(&inputs, "[\"age_group\"]"), expected[..1]);
    assert!(without_group(&inputs, "[\"sex\"]").is_empty());
}

/// Seven breakdowns of 20 groups, of which the indicator uses these.
fn with_seven_breakdowns(used: &str) -> Result<usize, String> {
    let codebook = "format = \"gko-codebook/1\"\nstudy = \"demo\"\ntitle = \"Demo\"\nwave = [{ id = \"w1\", label = \"First\" }]\n[[variable]]\nid = \"minutes\"\nlabel = \"Minutes\"\nmodule = \"A\"\nstatus = \"core\"\nunit = \"child\"\ntype = \"number\"\n";
    let codebook = Codebook::parse(codebook, "codebook.toml").unwrap();
    let groups: String =
        (0..20).map(|i| format!("{{ id = \"g{i}\", from = {i}, to = {i} }},")).collect();
    let breakdowns = (0..7).map(|i| {
        format!("[[breakdown]]\nid = \"b{i}\"\nlabel = \"B\"\nvariable = \"minutes\"\ngroups = [{groups}]\n")
    });
    let own = indicator(&format!("numerator = \"minutes >= 9\"\nbreakdowns = {used}"));
    let catalogue = format!(
        "format = \"gko-indicators/1\"\ntitle = \"Demo\"\n{}{own}",
        breakdowns.collect::<String>()
    );
    let catalogue = Catalogue::parse(&catalogue, "indicators.toml", &codebook).unwrap();
    let rows: String = (0..40).map(|i| format!("{i},{}\n", i % 20)).collect();
    let input = country("XAA", &format!("id,minutes\n{rows}"));
    let data = read(&[input], &Layout::unweighted("id"), &codebook).unwrap();
    let computed = compute(&data, &catalogue, &codebook, &Settings::default());
    computed.map(|computed| computed.candidates.len()).map_err(|error| error.to_string())
}

#[test]
fn breakdowns_that_nobody_uses_cost_nothing() {
    assert_eq!(with_seven_breakdowns("[]"), Ok(1));
    assert_eq!(with_seven_breakdowns("[\"b6\"]"), Ok(21));
    assert_eq!(with_seven_breakdowns("[\"b0\", \"b3 * b6\"]"), Ok(421));
    assert!(
        with_seven_breakdowns("[\"b0\", \"b1\", \"b2\", \"b3\", \"b4\", \"b5\", \"b6\"]").is_err()
    );
}
