//! Replicate weights in the columns and names that agencies use.
//!
//! # Rule
//! A set of replicate weights in a file is a full-sample weight, columns of a prefix and
//! a number, and what the columns do not show: how they were made, by which scales the
//! squares count, and about which value they are taken.
//!
//! | task | here |
//! |---|---|
//! | which replicate weights does a header have? | [`detect`], [`Found`] |
//! | what does an agency's file hold? | [`PRESETS`], [`Preset`], [`Scheme`] |
//! | columns into replicates | [`Scheme::read`]; [`Zones`] for TIMSS and PIRLS |
//! | replicates into columns | [`Description::columns`], [`Naming`] |
//! | what does another program need? | [`Description::r`], `stata`, `sas`, JSON |
//!
//! # Assumptions
//! Columns are those of one weight. Replicates of several weights in one file (students,
//! schools) are several sets.
//!
//! # Example
//! Written by one program, read by the next.
//! ```
//! use gko_survey::{Design, Jackknife, Replicates};
//! use gko_weighting::replicate_files::{Description, Naming, detect};
//!
//! let design = Design::builder(3).weights(&[10.0, 20.0, 30.0]).build()?;
//! let replicates = Replicates::jk1(&design, Jackknife::default())?;
//! let described = Description::of(&replicates, Naming::new("WEIGHT", "WEIGHT"), true)?;
//! let (names, columns): (Vec<String>, Vec<Vec<f64>>) = described.columns(&replicates).unzip();
//! let json = serde_json::to_string(&described)?;
//!
//! let header = [vec!["id".to_owned(), "WEIGHT".to_owned()], names].concat();
//! let found = &detect(&header)[0];
//! assert_eq!((found.full, found.columns.len()), (Some(1), 3));
//! found.complete()?;
//! let read: Description = serde_json::from_str(&json)?;
//! let again = read.scheme()?.read(replicates.full_sample_weights(), &columns)?;
//! assert_eq!(again.scales(), replicates.scales());
//! assert_eq!(again.analysis_weights(2), [15.0, 30.0, 0.0]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # References
//! [`PRESETS`] names the agencies' documents; R survey 4.5 `svrepdesign`.

mod description;
mod detect;
mod error;
mod method;
mod naming;
mod presets;
mod read;
mod snippets;

pub use description::Description;
pub use detect::{Found, detect};
pub use error::ReplicateFileError;
pub use method::Method;
pub use naming::Naming;
pub use presets::{PRESETS, Preset};
pub use read::{Scheme, Zones};
