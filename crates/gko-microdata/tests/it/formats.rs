//! The same answers through every format give the same microdata.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, Float32Array, Float64Array, Int32Array,
    Int64Array, LargeStringArray, ListArray, NullArray, RecordBatch, StringArray, UInt64Array,
};
use arrow::datatypes::{Int8Type, Int32Type};
use gko_microdata::{
    CsvDialect, Error, Format, Input, Layout, Microdata, Origin, Source, read, write_csv,
    write_ipc, write_parquet, write_sav,
};
use polars::prelude::{Column as PlColumn, DataFrame, DataType, NamedFrom, Series};

use crate::demo::{codebook, csv, design, everything, file, try_bound, words};

const STRATA: [&str; 6] = ["S\u{fc}d", "Nord", "S\u{fc}d", "Nord", "\u{c9}st", "\u{c9}st"];
const WEIGHT: [f64; 6] = [0.5, 1.25, 0.0, 2.0, 1.0, 1234.5678];
const F11: [Option<i32>; 6] = [Some(1), Some(0), Some(888), None, Some(1), Some(5)];
const F12: [Option<i32>; 6] = [Some(3), None, None, None, None, Some(2)];
const A2: [Option<f64>; 6] = [Some(12.0), Some(12.5), Some(99.0), None, Some(9.0), Some(17.5)];
const AGES: [Option<f32>; 6] = [Some(12.0), Some(12.5), Some(99.0), None, Some(9.0), Some(17.5)];
const F14: [Option<i32>; 6] = [Some(1), None, None, None, Some(0), Some(777)];

fn frame() -> DataFrame {
    let column = |series: Series| -> PlColumn { series.into() };
    DataFrame::new_infer_height(vec![
        column(Series::new("id".into(), (1..=6_i64).collect::<Vec<_>>())),
        column(Series::new("stratum".into(), STRATA)),
        column(Series::new("psu".into(), [1_i32, 1, 2, 2, 1, 1])),
        column(Series::new("weight".into(), WEIGHT)),
        column(Series::new("F11".into(), F11)),
        column(Series::new("F12".into(), F12)),
        column(Series::new("A2".into(), A2)),
        column(Series::new("F14_1".into(), F14)),
    ])
    .unwrap()
}

/// All that a reader can get wrong, in one value that compares.
type Content = (Vec<(String, Vec<String>)>, Vec<f64>, Vec<u32>, Vec<u32>, Vec<String>, Vec<String>);

fn content(data: &Microdata) -> Content {
    let names = (0..).map_while(|code| data.stratum_name(code).map(str::to_owned)).collect();
    let mut findings: Vec<String> = data
        .findings()
        .iter()
        .map(|f| {
            format!("{:?} {} {} {:?} {:?}", f.kind, f.variable, f.count, f.first_record, f.examples)
        })
        .collect();
    findings.sort();
    crate::accounts::balanced(data);
    (
        everything(data, &codebook()),
        data.weights().to_vec(),
        data.strata().to_vec(),
        data.psus().to_vec(),
        names,
        findings,
    )
}

fn of(input: Input) -> Content {
    content(&read(&[input], &design(), &codebook()).unwrap_or_else(|error| panic!("{error}")))
}

fn in_memory() -> Content {
    let source = Source::Frame(frame());
    let constant = |name: &str| Origin::Constant(name.to_owned());
    of(Input { name: "m".to_owned(), source, country: constant("XAA"), wave: constant("w1") })
}

#[test]
fn the_reference_is_what_the_constants_say() {
    let (columns, weights, strata, psus, names, _) = in_memory();
    let f11 = &columns.iter().find(|(id, _)| id == "F11").unwrap().1;
    let expected = ["yes", "no", "prefer-not-to-say", "system-missing", "yes", "invalid"];
    assert_eq!(*f11, expected);
    assert_eq!(
        (weights, names),
        (WEIGHT.to_vec(), ["Nord", "S\u{fc}d", "\u{c9}st"].map(str::to_owned).to_vec())
    );
    assert_eq!((strata, psus), (vec![1, 0, 1, 0, 2, 2], vec![0, 0, 1, 1, 0, 0]));
}

#[test]
fn csv_in_every_dialect_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let expected = in_memory();
    for (separator, encoding, decimal) in [
        (b',', "utf-8", '.'),
        (b';', "windows-1252", ','),
        (b';', "latin-1", ','),
        (b'\t', "utf-8", ','),
        (b'|', "utf-16le", '.'),
        (b',', "utf-16be", ','),
        (b',', "windows-1250", '.'),
    ] {
        let dialect = CsvDialect { separator, encoding: encoding.to_owned(), decimal };
        let path = folder.path().join(format!("{encoding}-{separator}.csv"));
        write_csv(&frame(), &path, &dialect).unwrap();
        assert_eq!(of(file(&path, Format::Csv(dialect))), expected, "{encoding} {decimal}");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_column() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plain.csv");
    write_csv(&frame(), &path, &CsvDialect::default()).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let quoted = text.replacen("id,", "\"id\",", 1).replace('\n', "\r\n");
    let utf16 = |text: &str| -> Vec<u8> {
        format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    for (name, bytes, encoding) in [
        ("bom.csv", format!("\u{feff}{text}").into_bytes(), "utf-8"),
        ("bom-quoted-crlf.csv", format!("\u{feff}{quoted}").into_bytes(), "utf-8"),
        ("bom-16.csv", utf16(&text), "utf-16le"),
        ("bom-16-quoted-crlf.csv", utf16(&quoted), "utf-16"),
    ] {
        let path = crate::demo::write(&folder, name, bytes);
        assert_eq!(of(file(&path, csv(b',', encoding, '.'))), in_memory(), "{name}");
    }
}

#[test]
fn parquet_ipc_and_spss_are_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_parquet(&frame(), &at("a.parquet")).unwrap();
    write_ipc(&frame(), &at("a.arrow")).unwrap();
    let labels =
        BTreeMap::from([("F11".to_owned(), vec![(0.0, "No".to_owned()), (1.0, "Yes".to_owned())])]);
    write_sav(&frame(), &at("a.sav"), &labels).unwrap();
    assert_eq!(of(file(at("a.parquet"), Format::Parquet)), in_memory());
    assert_eq!(of(file(at("a.arrow"), Format::ArrowIpc)), in_memory());
    assert_eq!(of(file(at("a.sav"), Format::Sav)), in_memory());
    let left: Vec<_> =
        std::fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left.len(), 3, "no half file is left behind: {left:?}");
}

fn batch(rows: std::ops::Range<usize>) -> RecordBatch {
    let strata: DictionaryArray<Int8Type> = rows.clone().map(|row| STRATA[row]).collect();
    let ids: Int64Array = rows.clone().map(|row| Some(row as i64 + 1)).collect();
    let psus: UInt64Array = rows.clone().map(|row| Some([1_u64, 1, 2, 2, 1, 1][row])).collect();
    let weights: Float64Array = rows.clone().map(|row| Some(WEIGHT[row])).collect();
    let f11: Int32Array = rows.clone().map(|row| F11[row]).collect();
    let f12: StringArray = rows.clone().map(|row| F12[row].map(|code| code.to_string())).collect();
    let a2: Float32Array = rows.clone().map(|row| AGES[row]).collect();
    let f14: LargeStringArray = rows.map(|row| F14[row].map(|code| code.to_string())).collect();
    let columns: [(&str, ArrayRef); 8] = [
        ("id", Arc::new(ids)),
        ("stratum", Arc::new(strata)),
        ("psu", Arc::new(psus)),
        ("weight", Arc::new(weights)),
        ("F11", Arc::new(f11)),
        ("F12", Arc::new(f12)),
        ("A2", Arc::new(a2)),
        ("F14_1", Arc::new(f14)),
    ];
    RecordBatch::try_from_iter(columns).unwrap()
}

#[test]
fn arrow_batches_are_the_same_however_they_are_cut() {
    let fields = batch(0..6)
        .schema()
        .fields()
        .iter()
        .map(|f| f.as_ref().clone().with_nullable(true))
        .collect::<Vec<_>>();
    let schema = Arc::new(arrow::datatypes::Schema::new(fields));
    let same = |batches: Vec<RecordBatch>| {
        let batches =
            batches.iter().map(|b| RecordBatch::try_new(schema.clone(), b.columns().to_vec()));
        let batches = batches.collect::<Result<Vec<_>, _>>().unwrap();
        assert_eq!(of(Input::arrow("a", batches, "XAA", "w1")), in_memory());
    };
    same(vec![batch(0..6)]);
    same(vec![batch(0..2), batch(2..2), batch(2..5), batch(5..6)]);
}

#[test]
fn arrow_batches_of_different_schemas_or_none_are_refused() {
    let other = RecordBatch::try_from_iter([("id", batch(0..1).column(0).clone())]).unwrap();
    let error =
        read(&[Input::arrow("a", vec![batch(0..1), other], "XAA", "w1")], &design(), &codebook());
    assert!(matches!(&error, Err(Error::Malformed { .. })), "{error:?}");
    for batches in [vec![], vec![batch(0..0)]] {
        let error = read(&[Input::arrow("a", batches, "XAA", "w1")], &design(), &codebook());
        assert!(matches!(&error, Err(Error::Empty { .. })), "{error:?}");
    }
}

#[test]
fn any_type_of_column_is_read_or_refused_and_none_panics() {
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1)]), None]);
    let cases: [(&str, ArrayRef, Option<[&str; 2]>); 6] = [
        ("bool", Arc::new(BooleanArray::from(vec![true, false])), Some(["yes", "no"])),
        ("u64", Arc::new(UInt64Array::from(vec![u64::MAX, 0])), Some(["invalid", "no"])),
        ("text", Arc::new(StringArray::from(vec![" 1 ", ""])), Some(["yes", "system-missing"])),
        ("null", Arc::new(NullArray::new(2)), Some(["not-asked", "not-asked"])),
        ("date", Arc::new(Date32Array::from(vec![1, 0])), Some(["invalid", "invalid"])),
        ("list", Arc::new(list), None),
    ];
    for (name, values, expected) in cases {
        let batch = RecordBatch::try_from_iter([("id", ids.clone()), ("F11", values)]).unwrap();
        let input = Input::arrow(name, vec![batch], "XAA", "w1");
        let result = read(&[input], &Layout::unweighted("id"), &codebook());
        match (result, expected) {
            (Ok(data), Some(expected)) => {
                assert_eq!(words(&data, &codebook(), "F11"), expected, "{name}")
            }
            (Ok(data), None) => {
                let words = words(&data, &codebook(), "F11");
                assert!(
                    words.iter().all(|word| word != "yes" && word != "no"),
                    "{name}: {words:?}"
                );
            }
            (Err(error), None) => assert_eq!(error.code(), "GKO-M003", "{name}: {error}"),
            (Err(error), Some(_)) => panic!("{name}: {error}"),
        }
    }
}

#[test]
fn a_polars_column_of_any_narrow_type_holds_codes() {
    let base = Series::new("F11".into(), [Some(1_i32), Some(0), None]);
    for kind in
        [DataType::UInt8, DataType::Int16, DataType::Float32, DataType::Boolean, DataType::String]
    {
        let ids: PlColumn = Series::new("id".into(), [1_i32, 2, 3]).into();
        let frame =
            DataFrame::new_infer_height(vec![ids, base.cast(&kind).unwrap().into()]).unwrap();
        let source = Source::Frame(frame);
        let constant = |name: &str| Origin::Constant(name.to_owned());
        let input =
            Input { name: "m".to_owned(), source, country: constant("XAA"), wave: constant("w1") };
        let data = read(&[input], &Layout::unweighted("id"), &codebook()).unwrap();
        assert_eq!(words(&data, &codebook(), "F11"), ["yes", "no", "system-missing"], "{kind:?}");
    }
}

#[test]
fn ids_of_eighteen_digits_stay_apart_in_every_format() {
    let ids = [123_456_789_012_345_678_i64, 123_456_789_012_345_679];
    let frame = DataFrame::new_infer_height(vec![
        Series::new("id".into(), ids).into(),
        Series::new("F11".into(), [1_i32, 0]).into(),
    ])
    .unwrap();
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    write_parquet(&frame, &at("a.parquet")).unwrap();
    write_ipc(&frame, &at("a.arrow")).unwrap();
    write_csv(&frame, &at("a.csv"), &CsvDialect::default()).unwrap();
    let batch = RecordBatch::try_from_iter([
        ("id", Arc::new(Int64Array::from(ids.to_vec())) as ArrayRef),
        ("F11", Arc::new(Int32Array::from(vec![1, 0])) as ArrayRef),
    ]);
    for input in [
        file(at("a.parquet"), Format::Parquet),
        file(at("a.arrow"), Format::ArrowIpc),
        file(at("a.csv"), Format::Csv(CsvDialect::default())),
        Input::arrow("a", vec![batch.unwrap()], "XAA", "w1"),
    ] {
        let name = input.name.clone();
        let data = read(&[input], &Layout::unweighted("id"), &codebook());
        assert!(data.is_ok(), "{name}: {data:?}");
    }
}

#[test]
fn what_an_encoding_cannot_write_is_refused_and_nothing_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let frame =
        DataFrame::new_infer_height(vec![Series::new("x".into(), ["\u{416}"]).into()]).unwrap();
    let dialect = CsvDialect { encoding: "windows-1252".to_owned(), ..CsvDialect::default() };
    let path = folder.path().join("x.csv");
    let error = write_csv(&frame, &path, &dialect).unwrap_err();
    assert!(error.to_string().contains("windows-1252 cannot write U+0416"), "{error}");
    assert!(!path.exists());
    let unknown = CsvDialect { encoding: "utf-9".to_owned(), ..CsvDialect::default() };
    assert_eq!(write_csv(&frame, &path, &unknown).unwrap_err().code(), "GKO-M006");
}

#[test]
fn columnar_files_without_the_columns_name_the_one_that_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let frame =
        DataFrame::new_infer_height(vec![Series::new("idd".into(), [1_i32, 2]).into()]).unwrap();
    let at = |name: &str| folder.path().join(name);
    write_parquet(&frame, &at("a.parquet")).unwrap();
    write_ipc(&frame, &at("a.arrow")).unwrap();
    write_sav(&frame, &at("a.sav"), &BTreeMap::new()).unwrap();
    for (name, format) in
        [("a.parquet", Format::Parquet), ("a.arrow", Format::ArrowIpc), ("a.sav", Format::Sav)]
    {
        let error =
            read(&[file(at(name), format)], &Layout::unweighted("id"), &codebook()).unwrap_err();
        assert!(
            matches!(&error, Error::NoColumn { nearest: Some(n), .. } if n == "idd"),
            "{name}: {error}"
        );
    }
}

#[test]
fn a_pooled_file_is_the_same_as_one_file_a_country() {
    let header = "id,F11,F12,A2,F14_1,F14_2";
    let countries = [
        ("XAA", "1,1,2,12,1,\n2,0,,13,,\n3,888,,99,,\n"),
        ("XAB", "1,1,,12,,1\n2,1,3,20,0,0\n3,0,,,,\n"),
        ("XAC", "1,0,,,,\n2,1,,,,\n"),
    ];
    let codebook = codebook();
    let layout = Layout::unweighted("id");
    let single = countries.map(|(country, rows)| {
        Input::csv_text("one.csv", &format!("{header}\n{rows}"), country, "w1")
    });
    let pooled: String = countries
        .iter()
        .flat_map(|(country, rows)| rows.lines().map(move |row| format!("{country},{row}\n")))
        .collect();
    let mut input = Input::csv_text("pooled.csv", &format!("land,{header}\n{pooled}"), "", "w1");
    input.country = Origin::Column("land".to_owned());
    let one = read(&[input], &layout, &codebook).unwrap();
    let many = read(&single, &layout, &codebook).unwrap();
    assert_eq!(everything(&one, &codebook), everything(&many, &codebook));
    assert_eq!((one.samples(), one.sample_of_row()), (many.samples(), many.sample_of_row()));
    for id in ["F12", "A2", "F14"] {
        for sample in 0..3 {
            assert_eq!(one.not_asked(id, sample), many.not_asked(id, sample), "{id} {sample}");
        }
    }
    assert!(try_bound("id,F11\n1,1\n").is_ok());
}
