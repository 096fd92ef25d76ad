//! Indicators over bound columns: every definition, group and country in one pass.
//!
//! [`compute`] turns each definition into one byte a row (no, yes, out of the
//! base), lets `gko-survey` build the PSU totals of all of them at once, and
//! returns candidates for disclosure control, each with the definition's hash,
//! beside the account of who is in each base and why the others are not.
//!
//! # Example
//!
//! ```
//! use gko_codebook::{Catalogue, Codebook};
//! use gko_indicators::{Settings, compute};
//! use gko_microdata::{Input, Layout, read};
//!
//! let codebook = Codebook::parse(r#"
//! format = "gko-codebook/1"
//! study = "demo"
//! title = "One question"
//! wave = [{ id = "2018", label = "First wave" }]
//! [[variable]]
//! id = "F11"
//! label = "Bothered or upset"
//! module = "F"
//! status = "core"
//! unit = "child"
//! categories = [{ id = "no", code = 0 }, { id = "yes", code = 1 }]
//! missing = [{ code = 888, reason = "prefer-not-to-say" }]
//! "#, "codebook.toml")?;
//! let catalogue = Catalogue::parse(r#"
//! format = "gko-indicators/1"
//! title = "One indicator"
//! [[indicator]]
//! id = "upset"
//! label = "Bothered or upset online, past year"
//! class = "harm"
//! module = "F"
//! unit = "child"
//! numerator = "F11 = yes"
//! missing = { prefer-not-to-say = "no" }
//! "#, "indicators.toml", &codebook)?;
//!
//! let csv = "id,F11\n1,1\n2,0\n3,888\n4,0\n";
//! let input = Input::csv_text("demo.csv", csv, "XAA", "2018");
//! let data = read(&[input], &Layout::unweighted("id"), &codebook)?;
//! let computed = compute(&data, &catalogue, &codebook, &Settings::default())?;
//! let (upset, base) = (&computed.candidates[0], &computed.bases[0]);
//! // The refusal stays in the base: 1 of 4, not 1 of 3.
//! assert_eq!(upset.estimate.as_ref().unwrap().value, Some(0.25));
//! assert_eq!((base.rows, base.in_base, base.counted_as_no["prefer-not-to-say"]), (4, 4, 1));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod base;
mod compute;
mod error;
mod groups;
mod item;
mod key;
mod relations;

pub use base::BaseAccount;
pub use compute::{Computed, Settings, compute};
pub use error::Error;
pub use key::{FigureKey, TOTAL};
