//! Survey exports as typed columns bound to a codebook; every row and every
//! missing reason accounted for.
//!
//! This crate and `gko-report` are the only ones that open a path. [`read`]
//! takes one or many files of one [`Unit`](gko_codebook::Unit), a [`Layout`]
//! (which columns are id, stratum, PSU, weight) and a codebook, and returns
//! [`Microdata`]: one narrow column without nulls a variable, a state for each
//! missing reason, the design, the findings and the account of rows.
//!
//! # Example
//!
//! ```
//! use gko_codebook::{Codebook, MissingReason, state};
//! use gko_microdata::{Column, Input, Layout, read};
//!
//! let codebook = Codebook::parse(r#"
//! format = "gko-codebook/1"
//! study = "demo"
//! title = "Routing"
//! wave = [{ id = "2018", label = "First wave" }]
//! [response_set.yn]
//! categories = [{ id = "no", code = 0 }, { id = "yes", code = 1 }]
//! missing = [{ code = 888, reason = "prefer-not-to-say" }]
//! [[variable]]
//! id = "F18"
//! label = "Treated in a hurtful way"
//! module = "F"
//! status = "core"
//! unit = "child"
//! responses = "yn"
//! [[variable]]
//! id = "F20"
//! label = "Through a device"
//! module = "F"
//! status = "core"
//! unit = "child"
//! responses = "yn"
//! universe = "F18 = yes"
//! "#, "demo.toml")?;
//!
//! let csv = "id,F18,F20\n1,1,0\n2,0,\n3,1,\n4,888,\n";
//! let input = Input::csv_text("demo.csv", csv, "XAA", "2018");
//! let data = read(&[input], &Layout::unweighted("id"), &codebook)?;
//! let Some(Column::Coded(f20)) = data.column("F20") else { panic!() };
//! let reasons: Vec<_> = (0..4).map(|row| state::reason(f20.state(row))).collect();
//! assert_eq!(reasons, [
//!     None,
//!     Some(MissingReason::RoutedOut),       // blank, and F18 is no
//!     Some(MissingReason::SystemMissing),   // blank although F18 is yes
//!     Some(MissingReason::UniverseUnknown), // blank, and F18 was refused
//! ]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod account;
mod bind;
mod bind_set;
mod classify;
mod codes;
mod column;
mod dictionary;
mod error;
mod evaluate;
mod file_copy;
mod finding;
mod fingerprint;
mod input;
mod labels;
mod layout;
mod load;
mod microdata;
mod path;
mod raw;
mod read;
mod read_arrow;
mod read_csv;
mod read_dta;
mod read_frame;
mod read_sav;
mod sav_layout;
mod table;
mod text_encoding;
mod weights;
mod write;

pub use account::{Accounting, FileAccount};
pub use column::{Coded, Column, MultiResponse, Number};
pub use dictionary::{Dictionary, DictionaryVariable};
pub use error::Error;
pub use evaluate::evaluate;
pub use file_copy::{CopyFormat, FileCopy};
pub use finding::{Finding, FindingKind};
pub use input::{CsvDialect, Format, Input, Origin, Source};
pub use layout::{Layout, MissingWeight, PsuLabels, WeightScale};
pub use microdata::{Microdata, Sample};
pub use path::{path_within, read_text, same_file};
pub use read::{read, read_with};
pub use read_sav::dictionary as sav_dictionary;
pub use table::{Cells, Table, number_label};
pub use write::{write_csv, write_ipc, write_parquet, write_sav};
