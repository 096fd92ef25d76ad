//! Kleene logic over bound columns, with the reason of the stronger unknown.

use gko_codebook::{Codebook, Expr};
use gko_microdata::{Error, Input, Layout, evaluate, read};

use crate::demo::{bound, codebook, truth};

const CSV: &str = "id,F11,F12,A2\n1,1,1,9\n2,1,3,17\n3,0,,12\n4,888,,99\n5,999,2,\n6,5,,200\n";

#[test]
fn a_comparison_with_a_missing_value_is_unknown_for_its_reason() {
    let data = bound(CSV);
    let codebook = codebook();
    let t = |expression| truth(&data, &codebook, expression);
    let f11 = ["true", "true", "false", "prefer-not-to-say", "dont-know", "invalid"];
    assert_eq!(t("F11 = yes"), f11);
    let not = ["false", "false", "true", "prefer-not-to-say", "dont-know", "invalid"];
    assert_eq!(t("F11 != yes"), not);
    assert_eq!(t("F12 >= weekly")[..3], ["false", "true", "routed-out"]);
    assert_eq!(t("F12 < daily")[..2], ["true", "false"]);
    let age = ["false", "true", "true", "dont-know", "system-missing", "invalid"];
    assert_eq!(t("A2 >= 12"), age);
    assert_eq!(t("A2 = 17")[..2], ["false", "true"]);
    assert_eq!(t("all"), ["true"; 6]);
}

#[test]
fn answered_is_never_unknown() {
    let data = bound(CSV);
    let answered = truth(&data, &codebook(), "answered(A2)");
    assert_eq!(answered, ["true", "true", "true", "false", "false", "false"]);
    let none = truth(&data, &codebook(), "answered(F14)");
    assert_eq!(none, ["false"; 6]);
}

#[test]
fn one_yes_suffices_one_no_refutes_and_else_the_stronger_reason_stands() {
    let data = bound(CSV);
    let codebook = codebook();
    let t = |expression| truth(&data, &codebook, expression);
    let or = ["true", "true", "true", "prefer-not-to-say", "dont-know", "invalid"];
    assert_eq!(t("F11 = yes or A2 >= 12"), or);
    let and = ["false", "true", "false", "prefer-not-to-say", "dont-know", "invalid"];
    assert_eq!(t("F11 = yes and A2 >= 12"), and);
    // Not asked outlives every other reason; a refusal outlives a don't know.
    assert_eq!(t("F11 = yes and F13 = yes")[3], "not-asked");
    assert_eq!(t("A2 >= 12 and F11 = yes")[3], "prefer-not-to-say");
    assert_eq!(t("not (F11 = yes or A2 >= 12)")[..3], ["false"; 3]);
}

#[test]
fn what_does_not_fit_the_data_is_an_error_and_never_a_silent_no() {
    let data = bound(CSV);
    let codebook = codebook();
    for (expression, name) in [
        ("F99 = yes", "F99"),
        ("P1 = yes", "P1"),
        ("F11 = maybe", "F11 = maybe"),
        ("F11 in {yes, maybe}", "F11 in {maybe, yes}"),
        ("F14 has {parent, uncle}", "F14 has {parent, uncle}"),
        ("A2 = yes", "A2 = yes"),
        ("F11 >= 3", "F11 >= 3"),
        ("F12 >= hourly", "F12 >= hourly"),
        ("F11 has yes", "F11 has yes"),
        ("not (all and F99 = yes)", "F99"),
    ] {
        let parsed: Expr = expression.parse().unwrap();
        let error = evaluate(&parsed, &data, &codebook).unwrap_err();
        assert_eq!(error.code(), "GKO-M015", "{expression}");
        assert!(matches!(&error, Error::Unbound { name: n } if n == name), "{expression}: {error}");
    }
}

/// A variable of so many categories, `c0` with code 1000 onwards.
fn wide(categories: usize) -> Codebook {
    let list = (0..categories).map(|i| format!("{{ id = \"c{i}\", code = {} }},", 1000 + i));
    let text = format!(
        "format = \"gko-codebook/1\"\nstudy = \"s\"\ntitle = \"t\"\nwave = [{{ id = \"w1\", label = \"W\" }}]\n\
         [[variable]]\nid = \"V\"\nlabel = \"v\"\nmodule = \"V\"\nstatus = \"core\"\nunit = \"child\"\nordered = true\n\
         categories = [{}]\nmissing = [{{ code = 888, reason = \"prefer-not-to-say\" }}]\n",
        list.collect::<String>()
    );
    Codebook::parse(&text, "wide.toml").unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn many_categories_take_two_bytes_and_behave_alike() {
    for (categories, narrow) in [(240, true), (241, false), (300, false)] {
        let codebook = wide(categories);
        let last = 1000 + categories - 1;
        let csv = format!("id,V\n1,1000\n2,{last}\n3,888\n4,\n5,{}\n", last + 1);
        let input = Input::csv_text("wide.csv", &csv, "XAA", "w1");
        let data = read(&[input], &Layout::unweighted("id"), &codebook).unwrap();
        let coded = data.column("V").unwrap();
        let is_narrow =
            matches!(coded, gko_microdata::Column::Coded(gko_microdata::Coded::Narrow(_)));
        assert_eq!(is_narrow, narrow, "{categories}");
        let rest = ["prefer-not-to-say", "system-missing", "invalid"];
        let t = |expression: &str| truth(&data, &codebook, expression);
        let name = format!("V = c{}", categories - 1);
        assert_eq!(t(&name)[..2], ["false", "true"]);
        assert_eq!(t(&name)[2..], rest);
        assert_eq!(t("V >= c239")[..2], ["false", "true"]);
        assert_eq!(t("V != c0")[..2], ["false", "true"]);
        assert_eq!(t("answered(V)"), ["true", "true", "false", "false", "false"]);
    }
}

#[test]
fn blocks_of_rows_are_put_together_in_their_order() {
    let rows = 40_000;
    let lines = (0..rows).map(|row| format!("{row},{},{}\n", row % 2, 9 + row % 9));
    let data = bound(&format!("id,F11,A2\n{}", lines.collect::<String>()));
    let found = truth(&data, &codebook(), "F11 = yes and A2 >= 12");
    for (row, word) in found.iter().enumerate() {
        assert_eq!(word == "true", row % 2 == 1 && row % 9 >= 3, "{row}");
    }
}
