//! All indicators of one unit in all groups and countries, in one pass.

use std::sync::Arc;

use gko_codebook::{Catalogue, Codebook, Indicator, MissingReason};
use gko_disclosure::Candidate;
use gko_microdata::{Microdata, PsuLabels, Sample};
use gko_survey::{
    Classifier, Design, DesignColumns, Domains, Estimates, Item, Options, PsuTotals, StratumId,
};
use rayon::prelude::*;

use crate::base::BaseAccount;
use crate::error::Error;
use crate::groups::{Grouping, grouping};
use crate::item::{Prepared, prepare};
use crate::key::FigureKey;

/// Settings of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Settings {
    /// Level, interval and rule for strata with one PSU.
    pub estimation: Options,
}

impl Settings {
    /// Settings with options of one's own.
    #[must_use]
    pub const fn new(estimation: Options) -> Self {
        Self { estimation }
    }
}

/// The figures of one unit before disclosure control, and the account of their bases.
#[derive(Debug)]
#[non_exhaustive]
pub struct Computed {
    /// The figures: by country, indicator and group, in this order.
    pub candidates: Vec<Candidate<FigureKey>>,
    /// The account of each indicator in each country.
    pub bases: Vec<BaseAccount>,
}

/// Computes every indicator of the data's unit.
///
/// # Errors
///
/// [`Error::SinglePsu`] where strata have one PSU and no rule was chosen;
/// [`Error::TooManyGroups`], [`Error::Expression`], [`Error::Design`].
pub fn compute(
    data: &Microdata,
    catalogue: &Catalogue,
    codebook: &Codebook,
    settings: &Settings,
) -> Result<Computed, Error> {
    let indicators: Vec<&Indicator> =
        catalogue.indicators.iter().filter(|i| i.unit == data.unit()).collect();
    let prepared: Result<Vec<Prepared>, Error> =
        indicators.par_iter().map(|indicator| prepare(indicator, data, codebook)).collect();
    let breakdowns = catalogue.breakdowns.iter();
    let groupings = breakdowns.map(|b| grouping(b, data, codebook)).collect::<Result<_, _>>()?;
    let run = Run::new(data, groupings, indicators, prepared?);
    let estimates = run.estimates(settings)?;
    Ok(Computed { candidates: run.candidates(&estimates), bases: run.bases() })
}

/// One item of the kernel: an indicator, or the share of a reason beside it.
struct Slot {
    indicator: usize,
    category: Option<MissingReason>,
}

struct Run<'a> {
    data: &'a Microdata,
    indicators: Vec<&'a Indicator>,
    prepared: Vec<Prepared>,
    groupings: Vec<Grouping>,
    /// Every list of breakdowns that some indicator uses, the total first.
    crossings: Vec<Vec<usize>>,
    slots: Vec<Slot>,
    samples: Vec<Arc<Sample>>,
}

impl<'a> Run<'a> {
    fn new(
        data: &'a Microdata,
        groupings: Vec<Grouping>,
        indicators: Vec<&'a Indicator>,
        prepared: Vec<Prepared>,
    ) -> Self {
        let mut crossings: Vec<Vec<usize>> = vec![Vec::new()];
        for crossing in indicators.iter().flat_map(|indicator| &indicator.breakdowns) {
            if !crossings.contains(crossing) {
                crossings.push(crossing.clone());
            }
        }
        let slots = prepared.iter().enumerate().flat_map(|(indicator, prepared)| {
            let reasons = prepared.categories.iter().map(|(reason, _)| Some(*reason));
            std::iter::once(None).chain(reasons).map(move |category| Slot { indicator, category })
        });
        let slots = slots.collect();
        let samples = data.samples().iter().cloned().map(Arc::new).collect();
        Self { data, indicators, prepared, groupings, crossings, slots, samples }
    }

    fn estimates(&self, settings: &Settings) -> Result<Estimates, Error> {
        let design = Design::new(DesignColumns {
            sample: self.data.sample_of_row(),
            stratum: self.data.strata(),
            psu: self.data.psus(),
            weight: self.data.weights(),
            psu_labels: match self.data.psu_labels() {
                PsuLabels::Unique => gko_survey::PsuLabels::Unique,
                _ => gko_survey::PsuLabels::NestedInStratum,
            },
        })?;
        let totals = PsuTotals::accumulate(&design, &self.domains()?, &self.items())?;
        totals.estimates(&settings.estimation).map_err(|error| self.named(error))
    }

    fn domains(&self) -> Result<Domains, Error> {
        let classifiers: Vec<Classifier<'_>> = self
            .groupings
            .iter()
            .map(|grouping| Classifier { codes: &grouping.codes, categories: grouping.count })
            .collect();
        Ok(Domains::new(self.data.rows(), &classifiers, &self.crossings)?)
    }

    fn items(&self) -> Vec<Item<'_>> {
        let items = self.prepared.iter().flat_map(|prepared| {
            let main = match &prepared.values {
                Some(value) => Item::Mean { value, in_base: &prepared.states },
                None => Item::Share(&prepared.states),
            };
            let reasons = prepared.categories.iter().map(|(_, states)| Item::Share(states));
            std::iter::once(main).chain(reasons)
        });
        items.collect()
    }

    /// Says which strata have one PSU by the labels that the file has for them.
    fn named(&self, error: gko_survey::Error) -> Error {
        let gko_survey::Error::SinglePsuStrata { strata } = &error else { return error.into() };
        let name = |id: &StratumId| {
            let country = self.samples.get(id.sample as usize).map(|s| s.country.to_string());
            let stratum = self.data.stratum_name(id.stratum).unwrap_or("?");
            format!("{} stratum {stratum}", country.unwrap_or_default())
        };
        let mut names: Vec<String> = strata.iter().take(5).map(name).collect();
        if strata.len() > names.len() {
            names.push("...".to_owned());
        }
        Error::SinglePsu { count: strata.len(), strata: names.join(", ") }
    }

    /// Whether a question that the indicator needs was not put to this sample.
    fn not_asked(&self, indicator: usize, sample: usize) -> bool {
        let definition = self.indicators[indicator];
        let mut names = definition.measure.variables();
        names.extend(definition.base.variables());
        let whole = names.iter().any(|name| self.data.not_asked(name, sample));
        whole || self.prepared[indicator].counts[sample].not_asked()
    }

    fn candidates(&self, estimates: &Estimates) -> Vec<Candidate<FigureKey>> {
        let mut candidates = Vec::new();
        let mut group = 0;
        for sample in 0..self.samples.len() {
            for (item, slot) in self.slots.iter().enumerate() {
                let not_asked = self.not_asked(slot.indicator, sample);
                for (domain, cell) in self.cells(slot.indicator) {
                    let key = self.key(sample, slot, &cell);
                    let candidate = if not_asked {
                        Candidate::not_asked(key)
                    } else {
                        Candidate::new(key, estimates.get(sample, domain, item).clone())
                    };
                    let sensitive = self.indicators[slot.indicator].sensitive;
                    candidates.push(candidate.sensitive(sensitive).cell(group, cell));
                }
                group += 1;
            }
        }
        candidates
    }

    /// The domains of one indicator: the total and the groups of its breakdowns.
    fn cells(&self, indicator: usize) -> Vec<(usize, Vec<Option<u8>>)> {
        let wanted = &self.indicators[indicator].breakdowns;
        let mut cells = Vec::new();
        let mut domain = 0;
        for crossing in &self.crossings {
            let sizes = crossing.iter().map(|&b| self.groupings[b].groups.len());
            let count = sizes.product::<usize>();
            if crossing.is_empty() || wanted.contains(crossing) {
                cells
                    .extend((domain..domain + count).map(|d| (d, self.cell(crossing, d - domain))));
            }
            domain += count;
        }
        cells
    }

    /// The groups of the nth domain of a crossing, the last breakdown running fastest.
    fn cell(&self, crossing: &[usize], mut nth: usize) -> Vec<Option<u8>> {
        let mut cell = vec![None; self.groupings.len()];
        for &breakdown in crossing.iter().rev() {
            let size = self.groupings[breakdown].groups.len().max(1);
            cell[breakdown] = u8::try_from(nth % size).ok();
            nth /= size;
        }
        cell
    }

    fn key(&self, sample: usize, slot: &Slot, cell: &[Option<u8>]) -> FigureKey {
        let indicator = self.indicators[slot.indicator];
        let groups = cell.iter().zip(&self.groupings).map(|(group, grouping)| {
            group.map(|group| grouping.groups[usize::from(group)].as_str().into())
        });
        FigureKey {
            sample: Arc::clone(&self.samples[sample]),
            unit: self.data.unit(),
            indicator: indicator.id.as_str().into(),
            label: indicator.label.as_str().into(),
            class: indicator.class,
            category: slot.category,
            is_mean: self.prepared[slot.indicator].values.is_some() && slot.category.is_none(),
            groups: groups.collect(),
            definition: indicator.definition.clone(),
        }
    }

    fn bases(&self) -> Vec<BaseAccount> {
        let mut bases = Vec::new();
        for (sample, known) in self.samples.iter().enumerate() {
            for (place, prepared) in self.prepared.iter().enumerate() {
                let indicator = self.indicators[place].id.as_str().into();
                let not_asked = self.not_asked(place, sample);
                let counts = &prepared.counts[sample];
                bases.push(counts.account(indicator, Arc::clone(known), not_asked));
            }
        }
        bases
    }
}
