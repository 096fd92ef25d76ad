//! What is read: a file or a frame in memory, its format, its country and wave.

use std::fmt;
use std::path::PathBuf;

use arrow::array::RecordBatch;
use polars::frame::DataFrame;

/// One input: where the rows come from, and to which country and wave they belong.
#[derive(Clone, Debug)]
pub struct Input {
    /// Name in messages and in the manifest.
    pub name: String,
    /// The rows.
    pub source: Source,
    /// The wave, constant or from a column.
    pub wave: Origin,
    /// The country, constant or from a column (a pooled file).
    pub country: Origin,
}

/// Where rows come from; printed, it shows no cell.
#[derive(Clone)]
#[non_exhaustive]
pub enum Source {
    /// A file.
    File {
        /// Its path.
        path: PathBuf,
        /// Its format, declared and never guessed.
        format: Format,
    },
    /// The text of a CSV file.
    Text {
        /// The text.
        text: String,
        /// How it is written.
        dialect: CsvDialect,
    },
    /// A polars frame in memory.
    Frame(DataFrame),
    /// Arrow record batches of one schema.
    Arrow(Vec<RecordBatch>),
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File { path, format } => write!(f, "File({path:?}, {format:?})"),
            Self::Text { text, dialect } => write!(f, "Text({} bytes, {dialect:?})", text.len()),
            Self::Frame(frame) => write!(f, "Frame({:?})", frame.shape()),
            Self::Arrow(batches) => write!(f, "Arrow({} batches)", batches.len()),
        }
    }
}

/// The format of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Text with separators.
    Csv(CsvDialect),
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC file ("feather").
    ArrowIpc,
    /// SPSS `.sav` or `.zsav`.
    Sav,
    /// Stata `.dta`.
    Dta,
}

impl Format {
    /// The format that a file's ending stands for; texts are in the dialect given.
    #[must_use]
    pub fn of_ending(file: &str, dialect: CsvDialect) -> Option<Self> {
        match &*file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase() {
            "csv" | "tsv" | "txt" => Some(Self::Csv(dialect)),
            "parquet" => Some(Self::Parquet),
            "arrow" | "feather" => Some(Self::ArrowIpc),
            "sav" | "zsav" => Some(Self::Sav),
            "dta" => Some(Self::Dta),
            _ => None,
        }
    }

    /// The name in messages and manifests.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Csv(_) => "csv",
            Self::Parquet => "parquet",
            Self::ArrowIpc => "arrow-ipc",
            Self::Sav => "sav",
            Self::Dta => "dta",
        }
    }
}

/// How a CSV file is written. Nothing is guessed: a semicolon file read with
/// commas would otherwise pass for a file with one strange column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CsvDialect {
    /// The separator, one byte.
    pub separator: u8,
    /// An encoding label of the WHATWG list, such as `utf-8` or `windows-1252`.
    pub encoding: String,
    /// The decimal mark, `.` or `,`.
    pub decimal: char,
}

impl CsvDialect {
    /// The dialect that a document declares.
    ///
    /// # Errors
    /// The field that cannot be, and what it may be.
    pub fn declared(
        separator: char,
        encoding: &str,
        decimal: char,
    ) -> Result<Self, (&'static str, &'static str)> {
        let one = "a separator is one ASCII character such as `,` or `;`";
        let separator = u8::try_from(separator).map_err(|_| ("separator", one))?;
        if !['.', ','].contains(&decimal) {
            return Err(("decimal", "a decimal mark is `.` or `,`"));
        }
        Ok(Self { separator, encoding: encoding.to_owned(), decimal })
    }
}

impl Default for CsvDialect {
    fn default() -> Self {
        Self { separator: b',', encoding: "utf-8".to_owned(), decimal: '.' }
    }
}

/// Where a country or wave comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The same for every row.
    Constant(String),
    /// A column of the file.
    Column(String),
}

impl Input {
    /// A file of one country and wave, or of several named by columns.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>, format: Format, country: Origin, wave: Origin) -> Self {
        let path = path.into();
        let name = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
        Self { name, source: Source::File { path, format }, wave, country }
    }

    /// A CSV text of one country and wave, comma-separated.
    #[must_use]
    pub fn csv_text(name: &str, text: &str, country: &str, wave: &str) -> Self {
        let source = Source::Text { text: text.to_owned(), dialect: CsvDialect::default() };
        Self::of_one(name, source, country, wave)
    }

    /// A frame in memory whose countries and waves stand in columns.
    #[must_use]
    pub fn frame(name: &str, frame: DataFrame, country_column: &str, wave_column: &str) -> Self {
        Self {
            name: name.to_owned(),
            source: Source::Frame(frame),
            wave: Origin::Column(wave_column.to_owned()),
            country: Origin::Column(country_column.to_owned()),
        }
    }

    /// Arrow record batches of one country and wave.
    #[must_use]
    pub fn arrow(name: &str, batches: Vec<RecordBatch>, country: &str, wave: &str) -> Self {
        Self::of_one(name, Source::Arrow(batches), country, wave)
    }

    fn of_one(name: &str, source: Source, country: &str, wave: &str) -> Self {
        Self {
            name: name.to_owned(),
            source,
            wave: Origin::Constant(wave.to_owned()),
            country: Origin::Constant(country.to_owned()),
        }
    }
}
