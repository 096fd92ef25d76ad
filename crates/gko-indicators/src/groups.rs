//! From breakdowns to one group code a row.

use gko_codebook::{Breakdown, BreakdownSource, Categories, Codebook, Group};
use gko_microdata::{Coded, Column, Microdata};

/// The code of a row without a group.
pub(crate) const NO_GROUP: u8 = u8::MAX;

/// The groups of one breakdown, row by row.
pub(crate) struct Grouping {
    pub(crate) codes: Vec<u8>,
    pub(crate) groups: Vec<String>,
}

/// Puts each row into a group; rows without an answer stay in the total only.
pub(crate) fn grouping(breakdown: &Breakdown, data: &Microdata, codebook: &Codebook) -> Grouping {
    if breakdown.unit != data.unit() {
        return Grouping { codes: vec![NO_GROUP; data.rows()], groups: Vec::new() };
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
    Grouping { codes, groups }
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
