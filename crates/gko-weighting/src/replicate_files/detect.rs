//! Finds replicate weights by the names in a header.
//!
//! # Rule
//! First, the presets whose full-sample weight and at least half of their replicates are
//! there. Then any other family of at least two numbered columns whose prefix speaks of
//! a weight and which has a full-sample weight: the column called as the prefix (with
//! or without an underscore at its end), or as the prefix with number 0. Each column
//! belongs to one set at most.
//!
//! # Assumptions
//! Numbered answers (`Q12_1`, `Q12_2`) are no weights, whatever stands beside them;
//! a family with other names is found by its naming, [`Found::of`].
//!
//! # References
//! The names are those of [`PRESETS`].

use std::collections::{BTreeMap, BTreeSet};

use super::naming::canonical;
use super::{Naming, PRESETS, Preset, ReplicateFileError};

/// Parts of a prefix that speak of weights.
const WORDS: [&str; 10] =
    ["wt", "wgt", "weight", "rep", "brr", "bsw", "boot", "jk", "peso", "gewicht"];

/// A set of replicate weights in a header.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Presets with these names, those with the same number of replicates first.
    pub presets: Vec<&'static Preset>,
    /// How the columns are called, in the header's own case.
    pub naming: Naming,
    /// Position of the full-sample weight.
    pub full: Option<usize>,
    /// Positions of the replicates, by their number.
    pub columns: Vec<usize>,
    /// Numbers that are missing: gaps, and those that the first preset has besides.
    pub missing: Vec<usize>,
}

/// All sets of replicate weights in a header.
///
/// # Example
/// ```
/// use gko_weighting::replicate_files::detect;
///
/// let header = ["id", "weight", "Q12", "Q12_1", "Q12_2", "weight_1", "weight_2", "weight_4"];
/// let found = detect(&header);
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].full, &found[0].missing[..]), (Some(1), &[3][..]));
/// assert_eq!(found[0].columns, [5, 6, 7]);
/// assert_eq!(found[0].complete().unwrap_err().code(), "GKO-W602");
/// ```
#[must_use]
pub fn detect<S: AsRef<str>>(header: &[S]) -> Vec<Found> {
    let mut all: Vec<Found> = Vec::new();
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    let presets = PRESETS.iter().map(|preset| (preset.naming(), preset.replicates.div_ceil(2)));
    let families = families(header).into_iter().map(|naming| (naming, 2));
    for (naming, least) in presets.chain(families) {
        let found = Found::of(header, &naming);
        let new = found.columns.iter().all(|at| !taken.contains(at));
        if found.columns.len() >= least && found.full.is_some() && new {
            taken.extend(&found.columns);
            all.push(found);
        }
    }
    all
}

impl Found {
    /// The columns of a naming in a header, whether or not the full-sample weight is
    /// there.
    #[must_use]
    pub fn of<S: AsRef<str>>(header: &[S], naming: &Naming) -> Self {
        let full = position(header, &naming.full);
        let mut at: BTreeMap<usize, usize> = BTreeMap::new();
        for (place, name) in header.iter().enumerate().filter(|(place, _)| Some(*place) != full) {
            if let Some(number) = naming.number(name.as_ref()) {
                at.entry(number).or_insert(place);
            }
        }
        let presets = presets_of(naming, at.len());
        let stated = presets.first().map_or(0, |preset| preset.replicates);
        let last = at.keys().next_back().map_or(0, |last| last.saturating_add(1));
        let end = last.max(naming.start.saturating_add(stated));
        let missing = if at.is_empty() { Vec::new() } else { gaps(naming.start, end, &at) };
        let naming = as_written(header, naming, full, at.values().next());
        Self { presets, naming, full, columns: at.into_values().collect(), missing }
    }

    /// Refuses a set with gaps, or without replicates that its preset has.
    ///
    /// # Errors
    /// Columns that are missing, or more than the preset has; fewer than two.
    pub fn complete(&self) -> Result<(), ReplicateFileError> {
        if let Some(&first) = self.missing.first() {
            let (prefix, count) = (self.naming.prefix.clone(), self.missing.len());
            return Err(ReplicateFileError::Missing { prefix, count, first });
        }
        let got = self.columns.len();
        if got < 2 {
            return Err(ReplicateFileError::TooFew { got });
        }
        match self.presets.first() {
            Some(preset) if preset.replicates != got => {
                let (full, expected) = (self.naming.full.clone(), preset.replicates);
                Err(ReplicateFileError::CountDiffers { full, expected, got })
            }
            _ => Ok(()),
        }
    }
}

fn position<S: AsRef<str>>(header: &[S], name: &str) -> Option<usize> {
    header.iter().position(|other| other.as_ref().eq_ignore_ascii_case(name))
}

fn presets_of(naming: &Naming, columns: usize) -> Vec<&'static Preset> {
    let same = |preset: &&Preset| {
        preset.full.eq_ignore_ascii_case(&naming.full)
            && preset.prefix.eq_ignore_ascii_case(&naming.prefix)
            && preset.digits == naming.digits
    };
    let mut all: Vec<&Preset> = PRESETS.iter().filter(same).collect();
    all.sort_by_key(|preset| preset.replicates != columns);
    all
}

/// Numbers without a column; a header cannot have more columns than a million.
fn gaps(start: usize, end: usize, at: &BTreeMap<usize, usize>) -> Vec<usize> {
    const MOST: usize = 1_000_000;
    (start..end.min(start.saturating_add(MOST))).filter(|number| !at.contains_key(number)).collect()
}

/// The naming in the case of the header.
fn as_written<S: AsRef<str>>(
    header: &[S],
    naming: &Naming,
    full: Option<usize>,
    first: Option<&usize>,
) -> Naming {
    let full = full.map_or(naming.full.as_str(), |at| header[at].as_ref());
    let prefix = first.and_then(|&at| header[at].as_ref().get(..naming.prefix.len()));
    let prefix = prefix.unwrap_or(&naming.prefix);
    Naming { full: full.to_owned(), prefix: prefix.to_owned(), ..naming.clone() }
}

/// Namings of families that speak of weights and have a full-sample weight.
fn families<S: AsRef<str>>(header: &[S]) -> Vec<Naming> {
    let mut known: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for name in header {
        let prefix = name.as_ref().trim_end_matches(|letter: char| letter.is_ascii_digit());
        let number = &name.as_ref()[prefix.len()..];
        if !prefix.is_empty() && !number.is_empty() {
            known.entry(prefix.to_ascii_lowercase()).or_default().push(number);
        }
    }
    let weights = known.iter().filter(|(prefix, _)| WORDS.iter().any(|word| prefix.contains(word)));
    weights.filter_map(|(prefix, numbers)| family(header, prefix, numbers)).collect()
}

fn family<S: AsRef<str>>(header: &[S], prefix: &str, numbers: &[&str]) -> Option<Naming> {
    let filled = numbers.iter().filter(|number| number.len() > 1 && number.starts_with('0'));
    let digits = filled.map(|number| number.len()).max().unwrap_or(1);
    let zero = format!("{prefix}{:0digits$}", 0);
    let candidates = [prefix, prefix.trim_end_matches('_'), zero.as_str()];
    let full = candidates.into_iter().find(|name| position(header, name).is_some())?;
    let values = numbers.iter().filter_map(|number| canonical(number, digits));
    let start = values.filter(|&number| number > 0 || full != zero).min()?;
    Some(Naming { full: full.to_owned(), prefix: prefix.to_owned(), digits, start })
}
