//! The fixture codebooks and catalogues.

use gko_codebook::{Catalogue, Codebook, IndicatorClass, MissingReason, MissingRule, Unit};

const GLOBAL: &str = include_str!("../../../../fixtures/global/codebook.toml");
const GLOBAL_INDICATORS: &str = include_str!("../../../../fixtures/global/indicators.toml");
const YRBS: &str = include_str!("../../../../fixtures/yrbs/codebook.toml");
const YRBS_INDICATORS: &str = include_str!("../../../../fixtures/yrbs/indicators.toml");

fn global() -> Codebook {
    Codebook::parse(GLOBAL, "fixtures/global/codebook.toml").unwrap_or_else(|e| panic!("{e}"))
}

fn global_indicators() -> Catalogue {
    Catalogue::parse(GLOBAL_INDICATORS, "fixtures/global/indicators.toml", &global())
        .unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn the_global_codebook_parses_and_its_routing_is_the_published_one() {
    let codebook = global();
    assert!(codebook.synthetic);
    assert_eq!(codebook.columns(Unit::Child).len(), 172);
    assert_eq!(codebook.columns(Unit::Parent).len(), 24);
    for (id, universe) in [
        ("B4", "B3 in {never, often, sometimes}"),
        ("F4", "F3 = yes"),
        ("F13", "F11 = yes"),
        ("F14", "F11 = yes"),
        ("F16", "F11 = yes"),
        ("F20_device", "F18 = yes"),
        ("F23", "F18 = yes and F20_device = yes"),
        ("F28b_shown", "F28 = yes"),
        ("F35", "F34 = yes"),
        ("F39", "F38 = yes"),
        ("J5_safety", "A4 has school"),
        ("L18", "L16 = yes"),
        ("F3", "all"),
    ] {
        assert_eq!(codebook.question(id).unwrap().universe.to_string(), universe, "{id}");
    }
}

#[test]
fn the_global_catalogue_covers_every_class_and_both_units() {
    let catalogue = global_indicators();
    assert!(catalogue.indicators.len() >= 35, "{}", catalogue.indicators.len());
    for (_, class) in IndicatorClass::WORDS {
        assert!(catalogue.indicators.iter().any(|i| i.class == class), "{class}");
    }
    let parents = catalogue.indicators.iter().filter(|i| i.unit == Unit::Parent).count();
    assert!(parents >= 6, "{parents}");
}

#[test]
fn the_global_catalogue_keeps_the_published_conventions() {
    let catalogue = global_indicators();
    let f38 = catalogue.indicator("f38_sent_sexual_messages").unwrap();
    assert_eq!(f38.missing.rule(MissingReason::PreferNotToSay), MissingRule::Category);
    let b3 = catalogue.indicator("b3_access_when_wanted").unwrap();
    assert_eq!(b3.missing.rule(MissingReason::DontKnow), MissingRule::CountAsNo);
    let h1 = catalogue.indicator("h1_life_ladder").unwrap();
    assert_eq!(h1.missing.rule(MissingReason::DontKnow), MissingRule::Exclude);
    assert!(f38.sensitive && !h1.sensitive);
}

#[test]
fn the_yrbs_documents_parse_and_exclude_blanks() {
    let codebook =
        Codebook::parse(YRBS, "fixtures/yrbs/codebook.toml").unwrap_or_else(|e| panic!("{e}"));
    assert!(!codebook.synthetic);
    let catalogue = Catalogue::parse(YRBS_INDICATORS, "fixtures/yrbs/indicators.toml", &codebook)
        .unwrap_or_else(|e| panic!("{e}"));
    let rule = |i: &gko_codebook::Indicator| i.missing.rule(MissingReason::SystemMissing);
    assert!(catalogue.indicators.iter().all(|i| rule(i) == MissingRule::Exclude));
}
