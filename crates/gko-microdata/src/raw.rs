//! A file as it came: columns of cells, before any codebook.

use polars::prelude::{DataType, Series};

use crate::dictionary::Dictionary;
use crate::error::Error;

/// One cell as a file has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cell<'a> {
    /// Nothing, or nothing but white space.
    Blank,
    /// A number.
    Number(f64),
    /// A text, trimmed.
    Text(&'a str),
    /// A number that the file itself declares missing.
    Declared(f64),
    /// A text that the file itself declares missing, trimmed.
    DeclaredText(&'a str),
    /// The floating-point NaN: a blank answer, and no weight.
    NotANumber,
}

/// A file's columns that somebody asked for.
#[derive(Debug, Default)]
pub(crate) struct RawTable {
    pub(crate) name: String,
    pub(crate) rows: usize,
    pub(crate) columns: Vec<(String, RawColumn)>,
    /// Every column of the file, asked for or not.
    pub(crate) header: Vec<String>,
    /// Labels and missing codes that the file carries.
    pub(crate) dictionary: Dictionary,
    /// SHA-256 of the file's bytes, where there is a file.
    pub(crate) sha256: Option<String>,
}

/// One column of cells.
#[derive(Debug)]
pub(crate) enum RawColumn {
    /// Whole numbers in canonical writing; `i32::MIN` is a blank.
    Integers(Vec<i32>),
    /// Texts; decimal commas are turned into points where `comma` is set.
    Texts { texts: Texts, comma: bool },
    /// A polars column, and beside it the codes that the file declares missing.
    Series { values: Series, declared: Option<Series> },
}

/// Texts end to end in one buffer.
#[derive(Debug, Default)]
pub(crate) struct Texts {
    bytes: String,
    ends: Vec<usize>,
}

impl Texts {
    pub(crate) fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let text = self.bytes.get(start..end).unwrap_or("");
            start = end;
            text
        })
    }
}

/// The blank of [`RawColumn::Integers`].
const BLANK: i32 = i32::MIN;

impl RawColumn {
    pub(crate) const fn integers() -> Self {
        Self::Integers(Vec::new())
    }

    /// Appends a field of a text file; a column stays integer as long as every
    /// field is one, so that codes need four bytes and not a text.
    pub(crate) fn push_field(&mut self, field: &str, comma: bool) {
        match self {
            Self::Integers(values) => match integer(field) {
                Some(value) => values.push(value),
                None => {
                    let mut texts = Texts::default();
                    for &value in values.iter() {
                        texts.push(&if value == BLANK { String::new() } else { value.to_string() });
                    }
                    texts.push(field);
                    *self = Self::Texts { texts, comma };
                }
            },
            Self::Texts { texts, .. } => texts.push(field),
            Self::Series { .. } => {}
        }
    }

    /// Calls `see` with each cell in order.
    pub(crate) fn for_each(&self, file: &str, mut see: impl FnMut(Cell<'_>)) -> Result<(), Error> {
        match self {
            Self::Integers(values) => values.iter().for_each(|&value| {
                see(if value == BLANK { Cell::Blank } else { Cell::Number(f64::from(value)) });
            }),
            Self::Texts { texts, comma } => {
                texts.iter().for_each(|text| see(text_cell(text, *comma)))
            }
            Self::Series { values, declared } => {
                for_each_value(values, declared.as_ref(), see).map_err(|message| {
                    Error::Malformed { file: file.to_owned(), format: "columnar", message }
                })?;
            }
        }
        Ok(())
    }

    /// Calls `see` with each cell as a label, blank where there is none.
    pub(crate) fn for_each_label(
        &self,
        file: &str,
        mut see: impl FnMut(&str),
    ) -> Result<(), Error> {
        match self {
            Self::Integers(values) => values.iter().for_each(|&value| match value {
                BLANK => see(""),
                number => see(&number.to_string()),
            }),
            Self::Texts { texts, comma } => texts.iter().map(str::trim).for_each(|text| {
                see(canonical(text, *comma).as_deref().unwrap_or(text));
            }),
            Self::Series { values, declared } => {
                for_each_name(values, declared.as_ref(), see).map_err(|message| {
                    Error::Malformed { file: file.to_owned(), format: "columnar", message }
                })?;
            }
        }
        Ok(())
    }
}

/// A number that is written plainly and that a double holds exactly; it has one
/// writing. Anything else is a name and stays as it is.
fn canonical(text: &str, comma: bool) -> Option<String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let plain = |byte: &u8| byte.is_ascii_digit() || b"+-.,".contains(byte);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let safe = digits <= 15 && text.as_bytes().iter().all(plain);
    number(text, comma).filter(|_| safe).map(label)
}

fn for_each_name(
    values: &Series,
    declared: Option<&Series>,
    mut see: impl FnMut(&str),
) -> Result<(), String> {
    if values.dtype().is_float() || declared.is_some() {
        return for_each_value(values, declared, |cell| match cell {
            Cell::Number(number) | Cell::Declared(number) => see(&label(number)),
            Cell::Text(text) | Cell::DeclaredText(text) => see(text),
            Cell::Blank | Cell::NotANumber => see(""),
        });
    }
    let refused = |_| format!("a column of type {} holds no labels", values.dtype());
    let texts = values.cast(&DataType::String).map_err(refused)?;
    for text in texts.str().map_err(refused)?.iter() {
        let text = text.unwrap_or("").trim();
        see(canonical(text, false).as_deref().unwrap_or(text));
    }
    Ok(())
}

/// A whole number in canonical writing, which prints back to the same text.
fn integer(field: &str) -> Option<i32> {
    if field.is_empty() {
        return Some(BLANK);
    }
    let digits = field.strip_prefix('-').unwrap_or(field);
    let canonical = digits == "0" && digits.len() == field.len() || !digits.starts_with('0');
    let plain = canonical && digits.bytes().all(|byte| byte.is_ascii_digit());
    if plain { field.parse().ok().filter(|&value| value != BLANK) } else { None }
}

/// A trimmed text as a cell: blank, a number, or a text. Texts such as `007`
/// stay texts; whoever wants a number can still parse them.
fn text_cell(text: &str, comma: bool) -> Cell<'_> {
    let text = text.trim();
    if text.is_empty() {
        return Cell::Blank;
    }
    number(text, comma).map_or(Cell::Text(text), Cell::Number)
}

/// A number as surveys write it: digits, one decimal mark, a sign, an exponent.
/// Words that Rust reads as numbers (`inf`, `nan`) are texts here, and so are
/// digits behind a leading zero, since those are labels.
fn number(text: &str, comma: bool) -> Option<f64> {
    let digits = text.trim_start_matches(['-', '+']);
    let label =
        digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    if label || !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.' || (comma && c == ','))
    {
        return None;
    }
    if comma {
        return if text.contains('.') { None } else { text.replace(',', ".").parse().ok() };
    }
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|number: &f64| !whole || number.abs() < EXACT)
}

/// From here on a double does not hold every whole number: such numbers are labels.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether a column holds whole numbers that a double does not.
fn exceeds_doubles(values: &Series) -> bool {
    let large = |numbers: Series| {
        numbers.f64().is_ok_and(|all| all.iter().flatten().any(|value| value.abs() >= EXACT))
    };
    values.dtype().is_integer() && values.cast(&DataType::Float64).is_ok_and(large)
}

fn for_each_value(
    values: &Series,
    declared: Option<&Series>,
    mut see: impl FnMut(Cell<'_>),
) -> Result<(), String> {
    let refused = |_| format!("a column of type {} holds no codes", values.dtype());
    let numeric =
        matches!(values.dtype(), DataType::Boolean) || values.dtype().is_primitive_numeric();
    if numeric && !exceeds_doubles(values) {
        let numbers = values.cast(&DataType::Float64).map_err(refused)?;
        let numbers = numbers.f64().map_err(refused)?;
        let Some(declared) = declared else {
            for chunk in numbers.downcast_iter() {
                chunk.iter().for_each(|value| see(number_cell(value.copied(), None)));
            }
            return Ok(());
        };
        for (value, code) in numbers.iter().zip(declared_codes(declared)) {
            see(number_cell(value, code));
        }
        return Ok(());
    }
    let texts = values.cast(&DataType::String).map_err(refused)?;
    let texts = texts.str().map_err(refused)?;
    let declared = declared.and_then(|series| series.str().ok());
    let declared = declared.into_iter().flat_map(|codes| codes.iter());
    // A zip ends with the shorter side, and no row may be lost.
    for (text, code) in texts.iter().zip(declared.chain(std::iter::repeat(None))) {
        see(match (text, code) {
            (_, Some(code)) => Cell::DeclaredText(code.trim()),
            (Some(text), None) => text_cell(text, false),
            (None, None) => Cell::Blank,
        });
    }
    Ok(())
}

fn number_cell(value: Option<f64>, declared: Option<f64>) -> Cell<'static> {
    match (value, declared) {
        (_, Some(code)) => Cell::Declared(code),
        (Some(number), None) if number.is_nan() => Cell::NotANumber,
        (Some(number), None) => Cell::Number(number),
        (None, None) => Cell::Blank,
    }
}

/// The codes that the file declares missing, row by row.
fn declared_codes(declared: &Series) -> impl Iterator<Item = Option<f64>> {
    let texts = declared.str().ok().into_iter().flat_map(|texts| texts.iter());
    let codes = texts.map(|text| text.and_then(|text| text.trim().parse().ok()));
    // A zip ends with the shorter side, and no row may be lost.
    codes.chain(std::iter::repeat(None))
}

/// How a label reads that is a number: `12` for 12.0.
pub(crate) fn label(number: f64) -> String {
    if number.fract() != 0.0 || number.abs() >= 1e15 {
        return number.to_string();
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and below 1e15, checked above")]
    let whole = number as i64;
    whole.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_do_not_print_back_are_no_integers() {
        for (field, expected) in [
            ("12", Some(12)),
            ("-9", Some(-9)),
            ("0", Some(0)),
            ("", Some(BLANK)),
            ("012", None),
            ("-0", None),
            ("+1", None),
            ("1.0", None),
            (" 1", None),
            ("-", None),
            ("99999999999", None),
            ("-2147483648", None),
        ] {
            assert_eq!(integer(field), expected, "{field:?}");
        }
    }

    #[test]
    fn text_cells_are_numbers_only_as_declared() {
        assert_eq!(text_cell(" 1,5 ", true), Cell::Number(1.5));
        assert_eq!(text_cell("1,5", false), Cell::Text("1,5"));
        assert_eq!(text_cell("1.5", true), Cell::Text("1.5"));
        assert_eq!(text_cell("inf", false), Cell::Text("inf"));
        assert_eq!(text_cell("nan", false), Cell::Text("nan"));
        assert_eq!(text_cell("007", false), Cell::Text("007"));
        assert_eq!(text_cell("9007199254740993", false), Cell::Text("9007199254740993"));
        assert_eq!(text_cell("900719925474099", false), Cell::Number(900_719_925_474_099.0));
        assert_eq!(text_cell("0.5", false), Cell::Number(0.5));
        assert_eq!(text_cell("  ", false), Cell::Blank);
    }

    #[test]
    fn a_column_turns_to_text_without_losing_what_came_before() {
        let mut column = RawColumn::integers();
        for field in ["1", "", "07", "x"] {
            column.push_field(field, false);
        }
        let mut cells = Vec::new();
        column.for_each("f", |cell| cells.push(format!("{cell:?}"))).unwrap();
        assert_eq!(cells, ["Number(1.0)", "Blank", "Text(\"07\")", "Text(\"x\")"]);
    }
}
