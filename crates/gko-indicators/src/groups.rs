//! From breakdowns to one group code a row.

use gko_codebook::{Breakdown, BreakdownSource, Categories, Codebook, Group};
use gko_microdata::{Coded, Column, Finding, FindingKind, Microdata};

use crate::error::Error;

/// The code of a row without a group, and so the most groups there can be.
pub(crate) const NO_GROUP: u8 = u8::MAX;

/// The groups of one breakdown, row by row.
pub(crate) struct Grouping {
    pub(crate) codes: Vec<u8>,
    pub(crate) groups: Vec<String>,
    /// How many groups: the length of the list, in the type of a code.
    pub(crate) count: u8,
    /// Answers that no group holds, by country.
    pub(crate) findings: Vec<Finding>,
}

impl Grouping {
    fn new(breakdown: &Breakdown, groups: Vec<String>, codes: Vec<u8>) -> Result<Self, Error> {
        let count = u8::try_from(groups.len()).map_err(|_| Error::TooManyGroups {
            breakdown: breakdown.id.clone(),
            got: groups.len(),
            limit: usize::from(NO_GROUP),
        })?;
        Ok(Self { codes, groups, count, findings: Vec::new() })
    }
}

/// Puts each row into a group; rows without an answer stay in the total only, and
/// so do answers that no group holds, which is a finding. A breakdown that no
/// indicator of this unit uses has no groups.
pub(crate) fn grouping(
    breakdown: &Breakdown,
    data: &Microdata,
    codebook: &Codebook,
    used: bool,
) -> Result<Grouping, Error> {
    if breakdown.unit != data.unit() || !used {
        return Grouping::new(breakdown, Vec::new(), vec![NO_GROUP; data.rows()]);
    }
    let groups = breakdown.groups(codebook).into_iter().map(str::to_owned).collect();
    let categories = codebook.variable(&breakdown.variable).and_then(|v| v.categories());
    let codes = match (data.column(&breakdown.variable), categories) {
        (Some(Column::Coded(coded)), Some(categories)) => by_category(coded, categories, breakdown),
        (Some(Column::Number(number)), _) => {
            let pairs = number.values.iter().zip(&number.reasons);
            pairs.map(|(&value, &reason)| by_range(value, reason, &breakdown.source)).collect()
        }
        _ => vec![NO_GROUP; data.rows()],
    };
    let findings = without_group(breakdown, data, &codes);
    Ok(Grouping { findings, ..Grouping::new(breakdown, groups, codes)? })
}

/// Counts the answers that no group holds, country by country.
fn without_group(breakdown: &Breakdown, data: &Microdata, codes: &[u8]) -> Vec<Finding> {
    let Some(column) = data.column(&breakdown.variable) else { return Vec::new() };
    let mut counts = vec![0_u64; data.samples().len()];
    for (row, &sample) in data.sample_of_row().iter().enumerate() {
        let answered = column.reason_state(row) == 0;
        counts[sample as usize] += u64::from(answered && codes[row] == NO_GROUP);
    }
    let found = data.samples().iter().zip(counts).filter(|(_, count)| *count > 0);
    let finding = |(sample, count): (&gko_microdata::Sample, u64)| {
        let place = format!("{} {}", sample.country, sample.wave);
        Finding::counted(FindingKind::NoGroup, &place, &breakdown.id, count)
    };
    found.map(finding).collect()
}

fn by_category(coded: &Coded, categories: &Categories, breakdown: &Breakdown) -> Vec<u8> {
    let places = categories.list.iter().enumerate();
    let group_of: Vec<u8> = places
        .map(|(place, category)| match &breakdown.source {
            BreakdownSource::Categories => code(Some(place)),
            BreakdownSource::Groups(groups) => {
                code(groups.iter().position(|g| g.categories.contains(&category.id)))
            }
            _ => NO_GROUP,
        })
        .collect();
    (0..coded.len()).map(|row| coded.category(row).map_or(NO_GROUP, |c| group_of[c])).collect()
}

fn by_range(value: f64, reason: u8, source: &BreakdownSource) -> u8 {
    let BreakdownSource::Groups(groups) = source else { return NO_GROUP };
    let holds =
        |group: &Group| group.range.is_some_and(|(low, high)| low <= value && value <= high);
    if reason == 0 { code(groups.iter().position(holds)) } else { NO_GROUP }
}

fn code(place: Option<usize>) -> u8 {
    place.and_then(|place| u8::try_from(place).ok()).unwrap_or(NO_GROUP)
}
