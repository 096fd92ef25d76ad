//! Reliability standards and disclosure control: the only way out for a number.
//!
//! Estimates come in as [`Candidate`]s and leave as [`ProtectedFigure`]s, whose
//! fields are private and whose suppressed numbers are gone, not masked. A
//! report accepts nothing else, so that a figure about a handful of children
//! cannot be published by accident.
//!
//! # Example
//!
//! Three of twenty children: the share is there, and is not shown.
//!
//! ```
//! use gko_disclosure::{Candidate, Mark, Reason, Rules, protect};
//! use gko_survey::{Design, DesignColumns, Domains, Item, Options, PsuLabels, PsuTotals};
//!
//! let psu: Vec<u32> = (0..20).collect();
//! let design = Design::new(DesignColumns {
//!     sample: &[0; 20], stratum: &[0; 20], psu: &psu, weight: &[1.0; 20],
//!     psu_labels: PsuLabels::NestedInStratum,
//! })?;
//! let mut answers = [0_u8; 20];
//! answers[..3].fill(1);
//! let total = Domains::new(20, &[], &[vec![]])?;
//! let totals = PsuTotals::accumulate(&design, &total, &[Item::Share(&answers)])?;
//! let estimate = totals.estimates(&Options::default())?.get(0, 0, 0).clone();
//! assert_eq!(estimate.value, Some(0.15));
//!
//! let candidate = Candidate::new("seen sexual images", estimate).sensitive(true);
//! let table = protect(vec![candidate], &Rules::default());
//! let (key, figure) = &table.rows()[0];
//! assert_eq!((*key, figure.value(), figure.n()), ("seen sexual images", None, None));
//! assert_eq!(figure.mark(), Mark::Suppressed);
//! assert_eq!(figure.reasons(), [Reason::SmallBase]);
//! # Ok::<(), gko_survey::Error>(())
//! ```

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod complementary;
mod figure;
mod judge;
mod links;
mod rules;
mod sheet;
mod span;
mod table;

pub use figure::{Mark, ProtectedFigure, Reason};
pub use rules::{Error, Reliability, Rules};
pub use sheet::{CellId, Line, ProtectedLine, ProtectedSheet, Rest, Sheet};
pub use table::{Candidate, Links, ProtectedTable, protect};
