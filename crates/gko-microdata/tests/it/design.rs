//! Ids, strata, PSUs, countries, waves: labels that make the design.

use std::path::Path;

use gko_codebook::Unit;
use gko_microdata::{Error, FindingKind, Input, Layout, Microdata, Origin, PsuLabels, read};

use crate::demo::{codebook, design, file, found, try_bound, weighted, words};

const CSV: &str =
    "id,stratum,psu,weight,F11\n1,north,7,1,1\n2,south,3,1,0\n3,north,3,1,1\n4,east,12,1,0\n";

#[test]
fn codes_of_strata_and_psus_do_not_depend_on_the_order_of_rows() {
    let by_id = |csv: &str| {
        let data = weighted(csv, &design()).unwrap();
        let ids = csv.lines().skip(1).map(|line| line.split(',').next().unwrap().to_owned());
        let mut rows: Vec<(String, u32, u32)> =
            ids.zip(data.strata()).zip(data.psus()).map(|((id, s), p)| (id, *s, *p)).collect();
        rows.sort();
        (rows, data.stratum_name(0).map(str::to_owned))
    };
    let mut lines: Vec<&str> = CSV.lines().collect();
    lines[1..].reverse();
    let reversed = lines.join("\n");
    assert_eq!(by_id(CSV), by_id(&reversed));
    assert_eq!(by_id(CSV).1.as_deref(), Some("east"));
}

#[test]
fn nor_on_the_order_of_files() {
    let one = Input::csv_text("a.csv", "id,stratum,psu,weight,F11\n1,b,2,1,1\n", "XAA", "w1");
    let two = Input::csv_text("b.csv", "id,stratum,psu,weight,F11\n1,a,1,1,1\n", "XAB", "w1");
    let codes = |inputs: &[Input]| {
        let data = read(inputs, &design(), &codebook()).unwrap();
        let rows = data.sample_of_row().iter().zip(data.strata()).zip(data.psus());
        let mut rows: Vec<(u32, u32, u32)> = rows.map(|((s, t), p)| (*s, *t, *p)).collect();
        rows.sort_unstable();
        rows
    };
    assert_eq!(codes(&[one.clone(), two.clone()]), codes(&[two, one]));
}

#[test]
fn a_label_that_looks_like_a_number_keeps_every_digit_and_letter() {
    let csv = "id,stratum,psu,weight,F11\n\
        123456789012345678,1E3,007,1,1\n123456789012345679,1000,7,1,0\n123456789012345680,1000.0,07,1,0\n";
    let data = weighted(csv, &design()).unwrap();
    let strata: Vec<_> =
        data.strata().iter().map(|&code| data.stratum_name(code).unwrap()).collect();
    assert_eq!(strata, ["1E3", "1000", "1000"], "a plain number has one writing");
    let psus = data.psus();
    assert!(psus[0] != psus[1] && psus[1] != psus[2] && psus[0] != psus[2], "{psus:?}");
}

#[test]
fn without_strata_a_country_is_one_and_without_psus_a_row_is_one() {
    let data = weighted(CSV, &Layout::unweighted("id")).unwrap();
    assert_eq!((data.strata(), data.psus()), ([0; 4].as_slice(), [0, 1, 2, 3].as_slice()));
    assert_eq!(
        (data.weights(), data.psu_labels()),
        ([1.0; 4].as_slice(), PsuLabels::NestedInStratum)
    );
    assert_eq!(found(&data, FindingKind::Unweighted, "(weight)").unwrap().count, 4);
}

/// What is said of the weights of one country, the second's being equal.
fn spread(weights: &[f64]) -> Option<(u64, Vec<String>)> {
    let csv = |weights: &[f64]| {
        let rows = weights.iter().enumerate().map(|(i, w)| format!("{i},a,{i},{w},1\n"));
        format!("id,stratum,psu,weight,F11\n{}", rows.collect::<String>())
    };
    let first = Input::csv_text("a.csv", &csv(weights), "XAA", "w1");
    let second = Input::csv_text("b.csv", &csv(&[3.0; 7]), "XAB", "w1");
    let data = read(&[first, second], &design(), &codebook()).unwrap();
    let of_kind = data.findings().iter().filter(|f| f.kind == FindingKind::UnequalWeights);
    let all: Vec<_> = of_kind.collect();
    assert!(all.iter().all(|f| f.file.starts_with("XAA") && f.kind.code() == "GKO-F017"));
    assert!(all.len() < 2);
    all.first().map(|finding| (finding.count, finding.examples.clone()))
}

#[test]
fn very_unequal_weights_are_a_finding_with_their_kish_effect() {
    let says = |kish: &str, ratio: &str| {
        vec![format!("Kish deff {kish}"), format!("largest over median {ratio}")]
    };
    // 5 (1 + 1 + 1 + 1 + 256) / 20² = 3.25.
    let five = [1.0, 16.0, 1.0, 1.0, 1.0];
    assert_eq!(spread(&five), Some((5, says("3.25", "16.0"))));
    // A weight of 0 is of a row that does not count.
    assert_eq!(spread(&[&five[..], &[0.0; 9]].concat()), Some((5, says("3.25", "16.0"))));
    // 101 (100 + 121) / 111² = 1.81: one weight alone is too large.
    let hundred = |most: f64| [&[1.0; 100][..], &[most]].concat();
    assert_eq!(spread(&hundred(11.0)), Some((101, says("1.81", "11.0"))));
    // 4 (1 + 1 + 81 + 81) / 20² = 1.64, 9 over the median of 9 is 1.
    assert_eq!(spread(&[1.0, 1.0, 9.0, 9.0]), None);
    assert_eq!(spread(&hundred(10.0)), None);
    assert_eq!(spread(&[0.25; 12]), None);
}

#[test]
fn a_column_that_the_layout_names_and_the_file_lacks_gives_the_nearest() {
    let layout = Layout::design("id", "stratum", "psu", "wieght");
    let error = weighted(CSV, &layout).unwrap_err();
    assert_eq!(error.code(), "GKO-M008");
    let message = error.to_string();
    assert!(message.contains("no column `wieght`") && message.contains("the weight"), "{message}");
    assert!(message.contains("did you mean `weight`?"), "{message}");
    for (layout, role) in [
        (Layout::design("nr", "stratum", "psu", "weight"), "the respondent's id"),
        (Layout::design("id", "region", "psu", "weight"), "the stratum"),
        (Layout::design("id", "stratum", "cluster", "weight"), "the PSU"),
    ] {
        let error = weighted(CSV, &layout).unwrap_err();
        assert!(matches!(&error, Error::NoColumn { role: r, .. } if *r == role), "{error}");
    }
}

#[test]
fn a_row_without_a_label_is_counted_and_its_record_named() {
    for (csv, column, record) in [
        ("id,stratum,psu,weight,F11\n1,a,1,1,1\n,a,1,1,1\n,a,1,1,1\n", "id", 2),
        ("id,stratum,psu,weight,F11\n1,a,1,1,1\n2,a,1,1,1\n3, ,1,1,1\n4,,1,1,1\n", "stratum", 3),
        ("id,stratum,psu,weight,F11\n1,a,,1,1\n2,a,,1,1\n", "psu", 1),
    ] {
        let Error::NoLabel { column: c, record: r, count, .. } =
            weighted(csv, &design()).unwrap_err()
        else {
            panic!("{column}: no such error")
        };
        assert_eq!((c.as_str(), r, count), (column, record, 2));
    }
}

#[test]
fn a_respondent_counts_once_in_a_country_and_wave() {
    let error = try_bound("id,F11\n1,1\n2,1\n1,0\n2,0\n1.0,0\n").unwrap_err();
    assert!(matches!(error, Error::DuplicateId { record: 3, count: 3, .. }), "{error}");
    let again = Input::csv_text("b.csv", "id,F11\n9,1\n1,1\n", "XAA", "w1");
    let first = Input::csv_text("a.csv", "id,F11\n1,1\n", "XAA", "w1");
    let error =
        read(&[first.clone(), again.clone()], &Layout::unweighted("id"), &codebook()).unwrap_err();
    assert!(
        matches!(&error, Error::DuplicateId { file, record: 2, count: 1 } if file == "b.csv"),
        "{error}"
    );
    let elsewhere = Input { country: Origin::Constant("XAB".to_owned()), ..again };
    assert!(read(&[first, elsewhere], &Layout::unweighted("id"), &codebook()).is_ok());
}

#[test]
fn without_an_id_repeated_rows_cannot_be_found_which_is_a_finding() {
    let layout = Layout { id: None, ..Layout::unweighted("id") };
    let input = Input::csv_text("a.csv", "F11\n1\n1\n", "XAA", "w1");
    let data = read(&[input], &layout, &codebook()).unwrap();
    assert_eq!(found(&data, FindingKind::NoId, "(id)").unwrap().count, 2);
}

fn from_columns(csv: &str) -> Result<Microdata, Error> {
    let mut input = Input::csv_text("pooled.csv", csv, "", "");
    input.country = Origin::Column("land".to_owned());
    input.wave = Origin::Column("round".to_owned());
    read(&[input], &Layout::unweighted("id"), &codebook())
}

#[test]
fn countries_are_read_in_every_form_and_others_refused() {
    let csv = "id,land,round,F11\n1,AL,w1,1\n2,ALB,w1,1\n3,8,w1,1\n4,xaa,w2,1\n5,008,w1,0\n";
    let data = from_columns(csv).unwrap();
    let samples: Vec<String> =
        data.samples().iter().map(|s| format!("{} {}", s.wave, s.country)).collect();
    assert_eq!(samples, ["w1 ALB", "w2 XAA"]);
    assert_eq!(data.sample_of_row(), [0, 0, 0, 1, 0]);
    let error = from_columns("id,land,round,F11\n1,AL,w1,1\n2,QQ,w1,1\n").unwrap_err();
    assert!(error.to_string().contains("`QQ` is no country code"), "{error}");
    assert_eq!(error.code(), "GKO-C020");
    let error = from_columns("id,land,round,F11\n1,,w1,1\n").unwrap_err();
    assert!(matches!(&error, Error::NoLabel { role: "the country", .. }), "{error}");
}

#[test]
fn a_wave_that_the_codebook_does_not_have_is_refused_with_those_it_has() {
    let error = from_columns("id,land,round,F11\n1,AL,w1,1\n2,AL,w9,1\n").unwrap_err();
    assert_eq!(error.code(), "GKO-M013");
    let message = error.to_string();
    assert!(message.contains("wave `w9`") && message.contains("w1, w2"), "{message}");
    let input = Input::csv_text("a.csv", "id,F11\n1,1\n", "XAA", "2031-autumn");
    let error = read(&[input], &Layout::unweighted("id"), &codebook()).unwrap_err();
    assert!(error.to_string().contains("`2031-autumn`"), "the pipeline's own word: {error}");
}

#[test]
fn a_file_of_another_unit_or_study_binds_nothing() {
    let error = try_bound("id,Q1,Q2\n1,1,1\n").unwrap_err();
    assert!(matches!(error, Error::NothingBound { expected: 8, unit: Unit::Child, .. }), "{error}");
    assert!(error.to_string().contains("is it the right file and unit?"), "{error}");
}

#[test]
fn a_file_that_is_not_there_is_an_error_with_its_path() {
    for format in [
        crate::demo::csv(b',', "utf-8", '.'),
        gko_microdata::Format::Parquet,
        gko_microdata::Format::ArrowIpc,
        gko_microdata::Format::Sav,
    ] {
        let input = file(Path::new("/no/such/file.xyz"), format);
        let error = read(&[input], &Layout::unweighted("id"), &codebook()).unwrap_err();
        assert_eq!(error.code(), "GKO-M001");
        assert!(error.to_string().contains("/no/such/file.xyz"), "{error}");
    }
}

#[test]
fn parents_whose_child_is_not_there_are_a_finding_and_stay() {
    let mut layout = Layout::unweighted("pid").of(Unit::Parent);
    layout.link = Some("child".to_owned());
    let csv = "pid,child,P1\n1,1,1\n2,9,1\n3,,0\n4,2.0,0\n";
    let input = Input::csv_text("parents.csv", csv, "XAA", "w1");
    let mut parents = read(&[input], &layout, &codebook()).unwrap();
    parents.check_links(&try_bound("id,F11\n1,1\n2,0\n").unwrap());
    let finding = found(&parents, FindingKind::LinkBroken, "parent").unwrap();
    assert_eq!((finding.count, finding.first_record), (2, None));
    assert_eq!((parents.rows(), parents.unit()), (4, Unit::Parent));
    assert_eq!(words(&parents, &codebook(), "P1"), ["yes", "yes", "no", "no"]);
}
