//! A definition's hash changes exactly when what it computes changes.

use gko_codebook::MissingReason;

use crate::demo::{CATALOGUE, CODEBOOK, catalogue, codebook, with};

/// The hash of the routed share (`often`) or of the mean (`home`).
fn hash(codebook_text: &str, catalogue_text: &str, place: usize) -> String {
    let codebook = codebook(codebook_text);
    catalogue(catalogue_text, &codebook).indicators[place].definition.as_str().to_owned()
}

#[test]
fn a_hash_is_sixty_four_hexadecimal_digits_and_one_for_each_definition() {
    let (share, mean) = (hash(CODEBOOK, CATALOGUE, 0), hash(CODEBOOK, CATALOGUE, 1));
    assert!(share.len() == 64 && share.bytes().all(|byte| byte.is_ascii_hexdigit()));
    assert_ne!(share, mean);
    assert_eq!(share, hash(CODEBOOK, CATALOGUE, 0));
}

#[test]
fn names_and_the_layout_of_files_do_not_change_a_definition() {
    for (from, to) in [
        ("id = \"often\"\nlabel = \"Often upset\"", "id = \"f12\"\nlabel = \"Upset, often\""),
        ("class = \"harm\"\nmodule = \"F\"", "class = \"risk\"\nmodule = \"X\""),
        ("label = \"Age\"", "label = \"\u{c2}ge\""),
        ("title = \"Demo\"", "title = \"Release 2\""),
        ("{weekly, daily}", "{daily, weekly, daily}"),
        ("\"upset * age_group\"", "\"age_group * upset\""),
        ("share = { dont-know = \"no\" }", "share = { dont-know = \"no\", invalid = \"exclude\" }"),
    ] {
        let changed = with(CATALOGUE, from, to);
        assert_eq!(hash(CODEBOOK, CATALOGUE, 0), hash(CODEBOOK, &changed, 0), "{to}");
    }
    for (from, to) in [
        ("label = \"Upset\"", "label = \"Bothered\""),
        ("code = 1, label = \"Yes\"", "code = 2, label = \"Ja\""),
        ("code = 888", "code = 99"),
        ("{ wave = \"w2\", code = 4 }", "{ wave = \"w2\", code = 9 }"),
        (
            "unit = \"child\"\nresponses = \"yn\"",
            "unit = \"child\"\ncolumn = \"f_11\"\nresponses = \"yn\"",
        ),
        ("status = \"optional\"", "status = \"core\""),
        ("title = \"Demo\"", "title = \"Another\""),
        (
            "id = \"never\", code = 1, value = 0",
            "id = \"never\", label = \"Never\", code = 1, value = 0",
        ),
    ] {
        let changed = with(CODEBOOK, from, to);
        assert_eq!(hash(CODEBOOK, CATALOGUE, 0), hash(&changed, CATALOGUE, 0), "{to}");
    }
}

#[test]
fn whatever_changes_the_figure_changes_the_hash() {
    for (from, to) in [
        ("F12 in {weekly, daily}", "F12 = daily"),
        ("base = \"F11 = yes\"", "base = \"all\""),
        ("share = { dont-know = \"no\" }", "share = { dont-know = \"category\" }"),
        ("share = { dont-know = \"no\" }", "share = { not-understood = \"no\" }"),
        ("from = 13, to = 17", "from = 13, to = 16"),
        ("\"upset * age_group\"]", "\"upset\"]"),
        ("id = \"9-12\"", "id = \"9 to 12\""),
    ] {
        let changed = with(CATALOGUE, from, to);
        assert_ne!(hash(CODEBOOK, CATALOGUE, 0), hash(CODEBOOK, &changed, 0), "{to}");
    }
    for (from, to) in [
        ("study = \"demo\"", "study = \"other\""),
        ("range = [9, 17]", "range = [9, 18]"),
        ("universe = \"F11 = yes\"\nresponses", "universe = \"all\"\nresponses"),
        ("id = \"daily\", code = 3, value = 2", "id = \"daily\", code = 3, value = 3"),
        (
            "{ id = \"no\", code = 0, label = \"No\", value = 0 },\n  { id = \"yes\", code = 1, label = \"Yes\", value = 1 },",
            "{ id = \"yes\", code = 1, label = \"Yes\", value = 1 },\n  { id = \"no\", code = 0, label = \"No\", value = 0 },",
        ),
    ] {
        let changed = with(CODEBOOK, from, to);
        assert_ne!(hash(CODEBOOK, CATALOGUE, 0), hash(&changed, CATALOGUE, 0), "{to}");
    }
}

#[test]
fn a_mean_depends_on_its_values_and_its_rules_and_not_on_others() {
    let changed = with(CATALOGUE, "dont-know = 0.5", "dont-know = 0.25");
    assert_ne!(hash(CODEBOOK, CATALOGUE, 1), hash(CODEBOOK, &changed, 1));
    // A mean of a variable that is keyed negatively is refused.
    let positive = with(CODEBOOK, "keying = \"negative\", ", "");
    let changed = with(CATALOGUE, "mean = \"B1_home\"", "mean = \"B1_school\"");
    assert_ne!(hash(&positive, CATALOGUE, 1), hash(&positive, &changed, 1));
    // The universe of a variable that the mean does not touch.
    let changed = with(CODEBOOK, "universe = \"F11 = yes\"\nresponses", "responses");
    assert_eq!(hash(CODEBOOK, CATALOGUE, 1), hash(&changed, CATALOGUE, 1));
    // The universe of a variable in the universe of its own.
    let changed = with(CODEBOOK, "range = [9, 17]", "range = [9, 17]\nuniverse = \"F11 = yes\"");
    assert_ne!(hash(CODEBOOK, CATALOGUE, 1), hash(&changed, CATALOGUE, 1));
}

#[test]
fn the_share_of_a_reason_has_an_identity_of_its_own() {
    let codebook = codebook(CODEBOOK);
    let own = &catalogue(CATALOGUE, &codebook).indicators[0].definition;
    let refusal = own.of_reason(MissingReason::PreferNotToSay);
    let unknown = own.of_reason(MissingReason::DontKnow);
    assert!(own != &refusal && own != &unknown && refusal != unknown);
    assert_eq!(
        (refusal.as_str().len(), &refusal),
        (64, &own.of_reason(MissingReason::PreferNotToSay))
    );
}

#[test]
fn the_code_map_has_an_identity_of_its_own_for_each_wave() {
    let map = |text: &str, wave| codebook(text).code_map_hash(wave).as_str().to_owned();
    let before = map(CODEBOOK, "w1");
    assert_eq!(before.len(), 64);
    assert_ne!(before, map(CODEBOOK, "w2"));
    for (from, to) in [
        ("code = 888", "code = 999"),
        (
            "reason = \"prefer-not-to-say\", label = \"Refusal\"",
            "reason = \"dont-know\", label = \"Refusal\"",
        ),
        ("column = \"b1a\"", "column = \"b1b\""),
        ("column = \"F14_888\"", "column = \"F14_99\""),
        ("code = 777", "code = 778"),
        (
            "title = \"Demo\"",
            "title = \"Demo\"\nmissing_label = [{ label = \"KA\", reason = \"dont-know\" }]",
        ),
    ] {
        assert_ne!(before, map(&with(CODEBOOK, from, to), "w1"), "{to}");
    }
    for (from, to) in
        [("label = \"Refusal\"", "label = \"RF\""), ("label = \"Told\"", "label = \"Who\"")]
    {
        assert_eq!(before, map(&with(CODEBOOK, from, to), "w1"), "{to}");
    }
    // A code of the second wave leaves the first as it is.
    let changed = with(CODEBOOK, "{ wave = \"w2\", code = 4 }", "{ wave = \"w2\", code = 5 }");
    assert_eq!(before, map(&changed, "w1"));
    assert_ne!(map(CODEBOOK, "w2"), map(&changed, "w2"));
}
