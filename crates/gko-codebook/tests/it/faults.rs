//! Every kind of fault: its place, its code, and the way out that it names.

use gko_codebook::{Catalogue, Codebook, Error, Fault, FaultKind};

use crate::demo::{CATALOGUE, CODEBOOK, catalogue_faults, faults, place_of, with};

/// One fault, at a passage of the changed text, with a code and some words.
fn expect_one(from: &str, to: &str, at: &str, code: &str, words: &[&str]) {
    let text = with(CODEBOOK, from, to);
    check(&text, &faults(&text), at, code, words);
}

fn expect_in_catalogue(from: &str, to: &str, at: &str, code: &str, words: &[&str]) {
    let text = with(CATALOGUE, from, to);
    check(&text, &catalogue_faults(&text), at, code, words);
}

fn check(text: &str, found: &[Fault], at: &str, code: &str, words: &[&str]) {
    let [fault] = found else { panic!("one fault expected: {found:#?}") };
    assert_eq!((fault.place.line, fault.place.column), place_of(text, at), "{fault}");
    assert_eq!(fault.kind.code(), code, "{fault}");
    let message = fault.to_string();
    for word in words {
        assert!(message.contains(word), "`{word}` is not in: {message}");
    }
    assert!(message.ends_with(&format!("[{code}]")), "{message}");
}

#[test]
fn text_that_is_not_toml_has_one_fault_however_long_it_goes_on() {
    expect_one("title = \"Demo\"", "title = Demo", "Demo", "GKO-C001", &["quoted"]);
    let text = with(CODEBOOK, "categories = [\n", "categories = [[\n");
    assert_eq!(faults(&text).len(), 1, "what follows is what the parser guessed");
}

#[test]
fn an_unknown_key_gives_the_nearest_and_every_valid_one_once() {
    let words = ["`labell` in variable 1", "did you mean `label`?", "id, universe, label, module"];
    expect_one("label = \"Upset\"", "label = \"Upset\"\nlabell = 1", "labell", "GKO-C002", &words);
    let text = with(CODEBOOK, "type = \"number\"", "type = \"number\"\nxyz = 1");
    let FaultKind::UnknownKey { nearest, valid, .. } = faults(&text)[0].kind.clone() else {
        panic!("an unknown key")
    };
    let mut once = valid.clone();
    once.sort();
    once.dedup();
    assert_eq!((nearest, once.len()), (None, valid.len()), "{valid:?}");
}

#[test]
fn a_missing_key_is_named_with_its_table() {
    let at = "[[variable]]\nid = \"A2\"";
    expect_one("label = \"Age\"\n", "", at, "GKO-C003", &["variable 3 needs the key `label`"]);
    expect_one(
        "wave = [{ id = \"w1\", label = \"First\" }, { id = \"w2\", label = \"Second\" }]\n",
        "",
        "format",
        "GKO-C003",
        &["the document needs the key `wave`"],
    );
}

#[test]
fn a_wrong_type_says_what_is_wanted_and_what_is_there() {
    let words = ["`range` must be a list, found string"];
    expect_one("range = [9, 17]", "range = \"9-17\"", "\"9-17\"", "GKO-C004", &words);
    expect_one("value = 0 }", "value = nan }", "nan", "GKO-C004", &["`value` must be a number"]);
}

#[test]
fn a_word_outside_its_list_gives_the_list_and_the_nearest() {
    let words = ["`core`".replace('`', ""), "did you mean `optional`?".to_owned()];
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    expect_one("\"optional\"", "\"optionel\"", "\"optionel\"", "GKO-C005", &words);
    expect_one(
        "gko-codebook/1",
        "gko-codebook/2",
        "\"gko-codebook/2\"",
        "GKO-C005",
        &["valid: gko-codebook/1"],
    );
}

#[test]
fn what_is_defined_twice_is_reported_where_it_stands_the_second_time() {
    for (from, to, at, what) in [
        ("id = \"F12\"", "id = \"F11\"", "\"F11\"\nlabel = \"How", "variable or set `F11`"),
        ("id = \"w2\"", "id = \"w1\"", "\"w1\", label = \"Second\"", "wave `w1`"),
        ("id = \"daily\"", "id = \"never\"", "\"never\", code = 3", "category `never`"),
        ("id = \"nobody\"", "id = \"parent\"", "\"parent\", column = \"F14_9\"", "option `parent`"),
        ("\"b1a\"", "\"A2\"", "\"B1_home\"", "column `A2`"),
    ] {
        let words = [format!("{what} is defined twice")];
        let text = with(CODEBOOK, from, to);
        let found = faults(&text);
        let duplicates: Vec<Fault> =
            found.into_iter().filter(|f| f.kind.code() == "GKO-C006").collect();
        let [first, ..] = duplicates.as_slice() else { panic!("{to}: nothing found") };
        check(&text, std::slice::from_ref(first), at, "GKO-C006", &[&words[0]]);
    }
}

#[test]
fn an_unknown_name_gives_the_nearest() {
    let words = ["variable `F10`", "does not exist", "did you mean `F11`?"];
    expect_one(
        "\"F11 = yes\"\nresponses",
        "\"F10 = yes\"\nresponses",
        "\"F10 = yes\"",
        "GKO-C007",
        &words,
    );
    expect_one(
        "wave = \"w2\"",
        "wave = \"w3\"",
        "[response_set.often]",
        "GKO-C007",
        &["wave `w3`"],
    );
}

#[test]
fn an_unknown_name_in_a_battery_stands_once_and_at_the_battery() {
    expect_one("\"A2 >= 12\"", "\"A22 >= 12\"", "\"A22 >= 12\"", "GKO-C007", &["`A2`?"]);
}

#[test]
fn a_code_with_two_meanings_is_reported_once_with_both() {
    let words = ["code 0 of `yn` stands for both no and yes"];
    expect_one(
        "code = 1, label = \"Yes\"",
        "code = 0, label = \"Yes\"",
        "[response_set.yn]",
        "GKO-C008",
        &words,
    );
    let words = ["code 1 of `yn`", "yes and missing (Refusal)"];
    expect_one("code = 888", "code = 1", "[response_set.yn]", "GKO-C008", &words);
    let words = ["code 1 of `yn`", "no and yes"];
    expect_one("code = 0,", "code = \"1\",", "[response_set.yn]", "GKO-C008", &words);
}

#[test]
fn codes_clash_in_the_wave_where_they_meet() {
    let words = ["code 3 of `often` stands for both weekly and daily"];
    expect_one("code = 4 }]", "code = 3 }]", "[response_set.often]", "GKO-C008", &words);
}

#[test]
fn a_tick_stands_for_nothing_else() {
    let at = "[[set]]";
    let words = ["code 1 of `F14` stands for both ticked and missing (dont-know)"];
    expect_one("code = 777", "code = 1", at, "GKO-C008", &words);
    let to = "ticked = 0\nnot_ticked = 0\nmissing = [{ column = \"F14_888\"";
    let words = ["both ticked and not ticked"];
    expect_one("missing = [{ column = \"F14_888\"", to, at, "GKO-C008", &words);
}

#[test]
fn a_blank_option_means_0_where_nothing_else_is_stated() {
    let words = ["code 0 of `F14` stands for both not ticked and missing (dont-know)"];
    expect_one("code = 777", "code = 0", "[[set]]", "GKO-C008", &words);
    // With another code for it, 0 is free.
    let text = with(CODEBOOK, "code = 777", "code = 0");
    let text = with(&text, "missing = [{ column", "not_ticked = 2\nmissing = [{ column");
    assert!(Codebook::parse(&text, "demo.toml").is_ok());
}

/// One fault of the missing codes of the number A2, which lies in [9, 17].
fn expect_of_number(missing: &str, code: &str, words: &[&str]) {
    let to = format!("range = [9, 17]\nmissing = [{missing}]");
    expect_one("range = [9, 17]", &to, "[[variable]]\nid = \"A2\"", code, words);
}

#[test]
fn missing_codes_of_a_number_are_told_apart_from_one_another() {
    let twice = "{ code = 99, reason = \"dont-know\" }, { code = 99, reason = \"not-asked\" }";
    let words = ["code 99", "missing (dont-know) and missing (not-asked)"];
    expect_of_number(twice, "GKO-C008", &words);
    let in_wave = "{ code = 99, reason = \"dont-know\" }, { code = 98, reason = \"not-asked\", in_wave = [{ wave = \"w2\", code = 99 }] }";
    expect_of_number(in_wave, "GKO-C008", &["code 99"]);
    let unknown = "{ code = 99, reason = \"dont-know\", in_wave = [{ wave = \"w3\", code = 98 }] }";
    expect_of_number(unknown, "GKO-C007", &["wave `w3`"]);
}

#[test]
fn missing_codes_of_a_number_lie_outside_its_range() {
    for code in ["9", "12", "17", "\"12\"", "\"9.5\""] {
        let missing = format!("{{ code = {code}, reason = \"dont-know\" }}");
        let code = code.trim_matches('"');
        let words = format!("missing code {code} lies inside `range`");
        expect_of_number(&missing, "GKO-C011", &[&words]);
    }
    let in_wave = "{ code = 99, reason = \"dont-know\", in_wave = [{ wave = \"w2\", code = 10 }] }";
    expect_of_number(in_wave, "GKO-C011", &["missing code 10 lies inside `range`"]);
    for free in ["8", "18", "-1", "\"x\""] {
        let to =
            format!("range = [9, 17]\nmissing = [{{ code = {free}, reason = \"dont-know\" }}]");
        let text = with(CODEBOOK, "range = [9, 17]", &to);
        assert!(Codebook::parse(&text, "demo.toml").is_ok(), "{free}");
    }
}

#[test]
fn an_expression_that_does_not_parse_says_where_and_what_is_expected() {
    let words = ["expression `F11 =`", "a category or a number expected", "at character 6"];
    expect_one("\"F11 = yes\"\nresp", "\"F11 =\"\nresp", "\"F11 =\"", "GKO-C009", &words);
    let digits = format!("\"A2 >= {}\"", "9".repeat(400));
    expect_one("\"A2 >= 12\"", &digits, &digits, "GKO-C009", &["no meaning"]);
}

#[test]
fn every_circle_of_universes_is_reported() {
    let words = ["F11 -> F12 -> F11", "circle"];
    let universe = "label = \"Upset\"\nuniverse = \"F12 = daily\"";
    expect_one("label = \"Upset\"", universe, "\"F12 = daily\"", "GKO-C010", &words);
    let itself = with(CODEBOOK, "range = [9, 17]", "universe = \"answered(A2)\"");
    let both = faults(&with(&itself, "label = \"Upset\"", universe));
    let codes: Vec<&str> = both.iter().map(|fault| fault.kind.code()).collect();
    assert_eq!(codes, ["GKO-C010", "GKO-C010"], "{both:#?}");
}

#[test]
fn a_long_chain_of_universes_is_no_circle_and_no_overflow() {
    let mut text = CODEBOOK.to_owned();
    for i in 1..4000 {
        let universe = if i == 1 { "all".to_owned() } else { format!("answered(Q{})", i - 1) };
        text += &format!(
            "[[variable]]\nid = \"Q{i}\"\nlabel = \"x\"\nmodule = \"Q\"\nstatus = \"core\"\nunit = \"child\"\ntype = \"number\"\nuniverse = \"{universe}\"\n"
        );
    }
    assert!(Codebook::parse(&text, "long.toml").is_ok());
}

#[test]
fn what_contradicts_itself_says_what_would_be_right() {
    let at = "\"F11 = yes\"\nresp";
    for (from, to, at, words) in [
        (at, "\"F11 = maybe\"\nresp", "\"F11 = maybe\"", "no category `maybe`; it has no, yes"),
        (at, "\"F11 >= yes\"\nresp", "\"F11 >= yes\"", "ordered = true"),
        (at, "\"F11 >= 3\"\nresp", "\"F11 >= 3\"", "no number; compare it with a category id"),
        (at, "\"A2 = yes\"\nresp", "\"A2 = yes\"", "has no categories; compare it with a number"),
        (at, "\"F14 has mum\"\nresp", "\"F14 has mum\"", "no option `mum`; it has parent, nobody"),
        (at, "\"F11 has yes\"\nresp", "\"F11 has yes\"", "no multi-response set; use `=` or `in`"),
        (at, "\"P1 = yes\"\nresp", "\"P1 = yes\"", "answered by the parent, not the child"),
        ("[9, 17]", "[17, 9]", "[[variable]]\nid = \"A2\"", "two numbers, the smaller first"),
        ("\"never\", code", "\"_T\", code", "\"_T\"", "`_T` means the total"),
        ("value = 0 }", "value = inf }", "{ id = \"no\"", "must be finite"),
        ("{ code = 777,", "{ code = 777, column = \"x\",", "{ code = 777", "give either `column`"),
    ] {
        expect_one(from, to, at, "GKO-C011", &[words]);
    }
}

#[test]
fn faults_of_every_stage_are_listed_together_in_the_order_of_the_document() {
    let text = with(CODEBOOK, "study = \"demo\"\n", "");
    let text =
        with(&text, "\"F11 = yes\"\nresponses = \"often\"", "\"F10 = yes\"\nresponses = \"oftn\"");
    let text = with(&text, "status = \"optional\"", "status = \"optionel\"\nhint = 1");
    let text = with(&text, "id = \"B1_home\", ", "");
    let text = with(&text, "\"F11 = yes\"\noptions", "\"F12 = daily\"\noptions");
    let found = faults(&text);
    let listed: Vec<(&str, usize)> = found.iter().map(|f| (f.kind.code(), f.place.line)).collect();
    let line = |passage| place_of(&text, passage).0;
    // F12 was refused for its response set: naming it elsewhere is no fault of its own.
    assert_eq!(
        listed,
        [
            ("GKO-C003", 1),
            ("GKO-C005", line("\"optionel\"")),
            ("GKO-C002", line("hint")),
            ("GKO-C007", line("\"F10 = yes\"")),
            ("GKO-C005", line("\"oftn\"")),
            ("GKO-C003", line("{ label = \"Home\"")),
        ],
        "{found:#?}"
    );
}

#[test]
fn the_message_of_a_refused_document_lists_every_fault() {
    let text = with(CODEBOOK, "title = \"Demo\"", "titel = \"D\u{e9}mo\"");
    let error = Codebook::parse(&text, "demo.toml").unwrap_err();
    assert_eq!(error.code(), "GKO-C000");
    let message = error.to_string();
    assert!(message.starts_with("demo.toml has 2 faults:\n  demo.toml:1:1: "), "{message}");
    assert!(message.contains("demo.toml:3:1: unknown key `titel`"), "{message}");
    assert!(matches!(error, Error::Invalid { ref document, .. } if document == "demo.toml"));
}

#[test]
fn columns_count_in_characters_and_lines_in_any_line_end() {
    let text =
        with(CODEBOOK, "label = \"First\" }", "label = \"\u{c9}t\u{e9} \u{1f4f1}\", x = 1 }");
    let found = faults(&text);
    assert_eq!((found[0].place.line, found[0].place.column), place_of(&text, "x = 1"));
    let crlf = with(&CODEBOOK.replace('\n', "\r\n"), "label = \"Age\"", "labell = \"Age\"");
    let lines: Vec<usize> = faults(&crlf).iter().map(|fault| fault.place.line).collect();
    let at = place_of(&crlf, "[[variable]]\r\nid = \"A2\"").0;
    assert_eq!(lines, [at, at + 2]);
}

#[test]
fn a_catalogue_is_checked_against_its_codebook() {
    let e = expect_in_catalogue;
    e(
        "\"F12 in {weekly, daily}\"",
        "\"F12 in {weekly, dayly}\"",
        "\"F12 in",
        "GKO-C011",
        &["it has never, weekly, daily"],
    );
    e(
        "base = \"F11 = yes\"",
        "base = \"F1 = yes\"",
        "\"F1 = yes\"",
        "GKO-C007",
        &["did you mean `F11`?"],
    );
    e("mean = \"B1_home\"", "mean = \"B1\"", "\"B1\"", "GKO-C007", &["`B1`"]);
    e("mean = \"B1_home\"", "mean = \"P1\"", "\"P1\"", "GKO-C011", &["answered by the parent"]);
    e("class = \"harm\"", "class = \"harms\"", "\"harms\"", "GKO-C005", &["did you mean `harm`?"]);
    e(
        "id = \"home\"",
        "id = \"often\"",
        "\"often\"\nlabel = \"Home\"",
        "GKO-C006",
        &["indicator `often`"],
    );
    e("[\"age_group\"]\n", "[\"age_grp\"]\n", "\"age_grp\"", "GKO-C005", &["`age_group`?"]);
    e(
        "mean = ",
        "numerator = \"all\"\nmean = ",
        "[[indicator]]\nid = \"home\"",
        "GKO-C011",
        &["either `numerator`"],
    );
    e("dont-know = 0.5", "dont-know = \"category\"", "\"category\"", "GKO-C005", &["exclude"]);
    e("dont-know = 0.5", "dont-know = inf", "{ prefer-not-to-say", "GKO-C011", &["finite"]);
    let text = with(CATALOGUE, "id = \"upset\"", "id = \"country\"");
    let at = (catalogue_faults(&text)[0].place.line, catalogue_faults(&text)[0].place.column);
    assert_eq!(at, place_of(&text, "\"country\""));
}

#[test]
fn groups_of_a_breakdown_fit_their_variable() {
    let e = expect_in_catalogue;
    let (at, a2) = ("\"A2\"", "groups = [{ id = \"9-12\", from = 9, to = 12 }");
    e(a2, "groups = [{ id = \"9-12\", from = 9, to = 13 }", at, "GKO-C011", &["overlap"]);
    e(
        a2,
        "groups = [{ id = \"13-17\", from = 9, to = 12 }",
        "\"13-17\", from = 13",
        "GKO-C006",
        &["group `13-17`"],
    );
    e(a2, "groups = [{ id = \"_T\", from = 9, to = 12 }", at, "GKO-C011", &["the total"]);
    e(
        a2,
        "groups = [{ id = \"x\", from = 9, to = 12, categories = [\"a\"] }",
        at,
        "GKO-C011",
        &["no `categories`"],
    );
    let f11 = "variable = \"F11\"\n";
    let of = |groups: &str| format!("variable = \"F11\"\ngroups = [{groups}]\n");
    for (groups, words) in [
        ("{ id = \"x\", categories = [\"maybe\"] }", "no category `maybe`"),
        ("{ id = \"x\" }", "has no `categories`"),
        (
            "{ id = \"x\", categories = [\"yes\"] }, { id = \"y\", categories = [\"yes\"] }",
            "in two groups",
        ),
        ("{ id = \"x\", categories = [\"yes\"], from = 1, to = 2 }", "is no number"),
    ] {
        e(f11, &of(groups), "\"F11\"\ngroups", "GKO-C011", &[words]);
    }
    e(
        f11,
        &of("{ id = \"x\", categories = [\"yes\"], from = 1 }"),
        "{ id = \"x\"",
        "GKO-C011",
        &["both `from` and `to`"],
    );
}

#[test]
fn an_empty_text_is_a_document_without_its_keys() {
    let found = faults("");
    assert!(found.iter().all(|fault| fault.kind.code() == "GKO-C003"), "{found:#?}");
    assert_eq!(found.len(), 4, "format, study, title, wave");
    let codebook = crate::demo::codebook(CODEBOOK);
    assert_eq!(Catalogue::parse("", "i", &codebook).unwrap_err().faults().len(), 2);
}
