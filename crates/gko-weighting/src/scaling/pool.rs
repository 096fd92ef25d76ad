//! Totals over several files, which do not exist unless the scale has a name.
//!
//! # Rule
//! `total = sum over the files and rows of w·y`. A [`Pool`] comes about in two ways:
//! [`Pool::of`] takes files that all name one scale, whose sums bear it out where they
//! can; [`Pool::rescaled`] brings all files to one stated scale. Nothing else has a
//! `total`, and each total carries the name of its scale.
//!
//! # Assumptions
//! On the scales other than population a total is no number of people: its name says
//! what it is. Files that name senate or proportional weights were scaled together.
//!
//! # References
//! ESS (2014) *Weighting European Social Survey Data*, on combining countries.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::error::ScalingError;
use super::scale::{Scale, ScaleName, Scaling};
use crate::numbers::{check_grouped, same_length, sum};

/// How far a sum may be from what its scale says, relative to it: rounding of files.
const SAME_SUM: f64 = 1e-4;

/// The weights of one file, with the scale that it names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PoolFile<'a> {
    /// The file's name.
    pub name: &'a str,
    /// Its weights.
    pub weights: &'a [f64],
    /// The group (country) of each row; codes mean the same in all files.
    pub groups: &'a [u32],
    /// The scale of its weights, if it is known.
    pub scale: Option<ScaleName>,
}

/// Files whose weights are on one scale, which has a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Pool {
    scale: ScaleName,
    files: Vec<(String, Vec<f64>)>,
}

/// A total over all files of a pool.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PooledTotal {
    /// The total.
    pub value: f64,
    /// The total of each file, in the order of the pool.
    pub files: Vec<(String, f64)>,
    /// The scale of the weights: what is counted.
    pub scale: ScaleName,
}

impl Pool {
    /// Files that all name the same scale.
    ///
    /// # Errors
    /// No file, a file twice, weights that are none or all 0;
    /// files that name different scales or none; weights whose sum in a group speaks
    /// against the name: mean one, and the sum is not the number of respondents; senate,
    /// and it differs between groups; population, and it is the number of respondents.
    ///
    /// # Example
    /// ```
    /// use gko_weighting::scaling::{Pool, PoolFile, ScaleName};
    ///
    /// let (weights, groups) = (&[300.0, 200.0][..], &[1, 1][..]);
    /// let file = PoolFile { name: "a", weights, groups, scale: Some(ScaleName::Population) };
    /// let other = PoolFile { name: "b", weights: &[1.0, 1.0], groups: &[2, 2], scale: None };
    /// let total = Pool::of(&[file])?.total(&[&[1.0, 0.0]])?;
    /// assert_eq!((total.value, total.scale), (300.0, ScaleName::Population));
    /// assert_eq!(Pool::of(&[file, other]).unwrap_err().code(), "GKO-W406");
    /// # Ok::<(), gko_weighting::scaling::ScalingError>(())
    /// ```
    pub fn of(files: &[PoolFile<'_>]) -> Result<Self, ScalingError> {
        check(files)?;
        let differ = || {
            let files = files.iter().map(|file| (file.name.to_owned(), file.scale)).collect();
            ScalingError::ScalesDiffer { files }
        };
        let first = files.first().ok_or(ScalingError::NoFiles)?;
        let scale = first.scale.ok_or_else(differ)?;
        if files.iter().any(|file| file.scale != Some(scale)) {
            return Err(differ());
        }
        borne_out(&settle(files, Scale::Given, &BTreeMap::new())?, scale)?;
        let own = |file: &PoolFile<'_>| (file.name.to_owned(), file.weights.to_vec());
        Ok(Self { scale, files: files.iter().map(own).collect() })
    }

    /// All files brought to one scale, whatever theirs was.
    ///
    /// A group may stand in several files: its weights are then scaled together, as
    /// they stand.
    ///
    /// # Errors
    /// No file, a file twice, and what [`Scaling::settle`] refuses. [`Scale::Given`]
    /// scales nothing, so it is refused like files of unknown scale: name theirs.
    pub fn rescaled(
        files: &[PoolFile<'_>],
        scale: Scale,
        people: &BTreeMap<u32, f64>,
    ) -> Result<Self, ScalingError> {
        if scale == Scale::Given {
            return Self::of(files);
        }
        check(files)?;
        let scaling = settle(files, scale, people)?;
        let own = |file: &PoolFile<'_>| {
            Ok((file.name.to_owned(), scaling.apply(file.weights, file.groups)?))
        };
        let files = files.iter().map(own).collect::<Result<_, ScalingError>>()?;
        Ok(Self { scale: scale.name(), files })
    }

    /// The scale of the weights.
    #[must_use]
    pub fn scale(&self) -> ScaleName {
        self.scale
    }

    /// The weights of each file, in the order of the pool.
    pub fn weights(&self) -> impl Iterator<Item = (&str, &[f64])> {
        self.files.iter().map(|(name, weights)| (name.as_str(), weights.as_slice()))
    }

    /// The weighted total of a quantity over all files: one column of values a file.
    ///
    /// # Errors
    /// Another number or length of columns, a value that is no number in a row of
    /// positive weight.
    pub fn total(&self, values: &[&[f64]]) -> Result<PooledTotal, ScalingError> {
        let (expected, got) = (self.files.len(), values.len());
        if got != expected {
            return Err(ScalingError::WrongColumns { expected, got });
        }
        let own = |((file, weights), values): (&(String, Vec<f64>), &&[f64])| {
            Ok((file.clone(), total(file, weights, values)?))
        };
        let files: Vec<_> =
            self.files.iter().zip(values).map(own).collect::<Result<_, ScalingError>>()?;
        let value = sum(files.iter().map(|(_, total)| *total));
        Ok(PooledTotal { value, files, scale: self.scale })
    }
}

fn check(files: &[PoolFile<'_>]) -> Result<(), ScalingError> {
    if files.is_empty() {
        return Err(ScalingError::NoFiles);
    }
    let mut seen = BTreeSet::new();
    for file in files {
        check_grouped(file.weights, file.groups)?;
        if !seen.insert(file.name) {
            return Err(ScalingError::RepeatedFile { file: file.name.to_owned() });
        }
    }
    Ok(())
}

/// Refuses weights whose sums in some group, all files together, speak against the
/// scale that they name.
fn borne_out(scaling: &Scaling, scale: ScaleName) -> Result<(), ScalingError> {
    let first = scaling.groups.first().map_or(0.0, |group| group.before);
    for group in &scaling.groups {
        let (sum, respondents) = (group.before, group.rows as f64);
        let near = |target: f64| (sum - target).abs() <= SAME_SUM * target;
        let (fits, expected) = match scale {
            ScaleName::MeanOne => (near(respondents), respondents),
            ScaleName::Senate => (near(first), first),
            ScaleName::Population if near(respondents) => {
                return Err(ScalingError::LooksLikeSample { group: group.group, sum });
            }
            ScaleName::Population | ScaleName::Proportional => (true, sum),
        };
        if !fits {
            return Err(ScalingError::SumDiffers { scale, group: group.group, sum, expected });
        }
    }
    Ok(())
}

/// The factors that bring all files together to a scale.
fn settle(
    files: &[PoolFile<'_>],
    scale: Scale,
    people: &BTreeMap<u32, f64>,
) -> Result<Scaling, ScalingError> {
    let weights: Vec<f64> = files.iter().flat_map(|file| file.weights).copied().collect();
    let groups: Vec<u32> = files.iter().flat_map(|file| file.groups).copied().collect();
    Scaling::settle(scale, &weights, &groups, people)
}

fn total(file: &str, weights: &[f64], values: &[f64]) -> Result<f64, ScalingError> {
    same_length(&format!("values of file {file}"), weights.len(), values.len())?;
    let used = || (0..weights.len()).filter(|&row| weights[row] > 0.0);
    if let Some(row) = used().find(|&row| !values[row].is_finite()) {
        return Err(ScalingError::NotFinite { file: file.to_owned(), row });
    }
    Ok(sum(used().map(|row| weights[row] * values[row])))
}
