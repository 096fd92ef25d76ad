//! Protected tables out: CSV, Parquet, Arrow, a table to read, and a manifest.
//!
//! The crate accepts [`ProtectedTable`](gko_disclosure::ProtectedTable)s and
//! nothing else, so that a figure that did not pass disclosure control has no
//! way to a file. A [`Release`] is the table with what must be said beside it;
//! [`write`](write()) puts all files in place at once or none.
//!
//! Tables and pages on weights ([`weighting_table`](weighting_table()),
//! [`weighting_page`](weighting_page())) are no figures of a release: they are for those
//! who may see the microdata.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod checking;
mod error;
mod manifest;
mod printable;
mod release;
mod terminal;
mod tidy;
mod weighting_page;
mod weighting_table;
mod write;

pub use checking::{bases_csv, findings_csv};
pub use error::Error;
pub use manifest::{
    BaseEntry, CodeMapEntry, CountOrFew, FigureCounts, FindingEntry, InputEntry, Manifest,
    OutputEntry, ToolEntry,
};
pub use printable::printable;
pub use release::Release;
pub use terminal::terminal_table;
pub use tidy::{TidyColumn, TidyTable, Values};
pub use weighting_page::weighting_page;
pub use weighting_table::weighting_table;
pub use write::{OutputFile, write, write_instead};
