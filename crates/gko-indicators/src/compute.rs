//! All indicators of one unit in all groups and countries, in one pass.

use std::sync::Arc;

use gko_codebook::{Catalogue, Codebook, Indicator, MissingReason};
use gko_disclosure::{Candidate, Links};
use gko_microdata::{Finding, Microdata, PsuLabels, Sample};
use gko_survey::{
    Classifier, Design, DesignColumns, Domains, Estimates, Item, Options, PsuTotals, StratumId,
};
use rayon::prelude::*;

use crate::base::BaseAccount;
use crate::error::Error;
use crate::groups::{Grouping, grouping};
use crate::item::{Prepared, prepare};
use crate::key::FigureKey;
use crate::relations::{Relations, relations};

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
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Computed {
    /// The figures: by country, indicator and group, in this order.
    pub candidates: Vec<Candidate<FigureKey>>,
    /// The account of each indicator in each country.
    pub bases: Vec<BaseAccount>,
    /// Answers that no group of a breakdown holds.
    pub findings: Vec<Finding>,
}

/// Computes every indicator of the data's unit; nothing where the catalogue has
/// none for it.
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
    if indicators.is_empty() {
        return Ok(Computed::default());
    }
    let prepared: Result<Vec<Prepared>, Error> =
        indicators.par_iter().map(|indicator| prepare(indicator, data, codebook)).collect();
    let used = |b: usize| indicators.iter().any(|i| i.breakdowns.iter().flatten().any(|&u| u == b));
    let breakdowns = catalogue.breakdowns.iter().enumerate();
    let groupings: Vec<Grouping> = breakdowns
        .map(|(place, breakdown)| grouping(breakdown, data, codebook, used(place)))
        .collect::<Result<_, _>>()?;
    let findings =
        groupings.iter().flat_map(|grouping| grouping.findings.iter().cloned()).collect();
    let run = Run::new(data, groupings, indicators, prepared?);
    let estimates = run.estimates(settings)?;
    Ok(Computed { candidates: run.candidates(&estimates), bases: run.bases(), findings })
}

/// One item of the kernel.
struct Slot {
    indicator: usize,
    role: Role,
}

/// What an item stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// The indicator itself.
    Indicator,
    /// The share of a reason beside it.
    Category(MissingReason),
    /// Rows of the base that were not asked: no figure, but a reason for none.
    NotAsked,
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
    relations: Vec<Relations>,
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
            roles(prepared).map(move |role| Slot { indicator, role })
        });
        let slots = slots.collect();
        let samples = data.samples().iter().cloned().map(Arc::new).collect();
        let relations = relations(&indicators);
        Self { data, indicators, prepared, groupings, crossings, slots, samples, relations }
    }

    fn estimates(&self, settings: &Settings) -> Result<Estimates, Error> {
        self.raw_estimates(settings).map_err(|error| self.named(error))
    }

    fn raw_estimates(&self, settings: &Settings) -> Result<Estimates, gko_survey::Error> {
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
        totals.estimates(&settings.estimation)
    }

    fn domains(&self) -> Result<Domains, gko_survey::Error> {
        let classifiers: Vec<Classifier<'_>> = self
            .groupings
            .iter()
            .map(|grouping| Classifier { codes: &grouping.codes, categories: grouping.count })
            .collect();
        Domains::new(self.data.rows(), &classifiers, &self.crossings)
    }

    fn items(&self) -> Vec<Item<'_>> {
        let items = self.prepared.iter().flat_map(|prepared| {
            let main = match &prepared.values {
                Some(value) => Item::Mean { value, in_base: &prepared.states },
                None => Item::Share(&prepared.states),
            };
            let reasons = prepared.categories.iter().map(|(_, states)| Item::Share(states));
            let not_asked = prepared.not_asked.iter().map(|states| Item::Share(states));
            std::iter::once(main).chain(reasons).chain(not_asked)
        });
        items.collect()
    }

    /// Says of what the design complains by the names that the files have for it.
    fn named(&self, error: gko_survey::Error) -> Error {
        use gko_survey::Error as Design;
        match error {
            Design::SinglePsuStrata { strata } => self.single_psu(&strata),
            Design::NoWeight { sample } => Error::NoWeight { country: self.country(sample) },
            Design::PsuInTwoStrata { sample, psu, first, second } => {
                let stratum = |code| self.data.stratum_name(code).unwrap_or("?").to_owned();
                Error::PsuInTwoStrata {
                    country: self.country(sample),
                    psu: self.data.psu_name(psu).unwrap_or("?").to_owned(),
                    first: stratum(first),
                    second: stratum(second),
                }
            }
            other => other.into(),
        }
    }

    fn country(&self, sample: u32) -> String {
        let found = self.samples.get(sample as usize);
        found.map(|sample| format!("{} {}", sample.country, sample.wave)).unwrap_or_default()
    }

    fn single_psu(&self, strata: &[StratumId]) -> Error {
        let name = |id: &StratumId| {
            let stratum = self.data.stratum_name(id.stratum).unwrap_or("?");
            format!("{} stratum {stratum}", self.country(id.sample))
        };
        let mut names: Vec<String> = strata.iter().take(5).map(name).collect();
        if strata.len() > names.len() {
            names.push("...".to_owned());
        }
        Error::SinglePsu { count: strata.len(), strata: names.join(", ") }
    }

    /// Whether a question that the indicator needs was not put to this sample at all.
    fn not_asked(&self, indicator: usize, sample: usize) -> bool {
        let definition = self.indicators[indicator];
        let mut names = definition.measure.variables();
        names.extend(definition.base.variables());
        names.iter().any(|name| self.data.not_asked(name, sample))
    }

    /// The place of an indicator's own item, and of the one that flags rows not asked.
    fn item_of(&self, indicator: usize, role: Role) -> Option<usize> {
        self.slots.iter().position(|slot| slot.indicator == indicator && slot.role == role)
    }

    /// The group of a slot's figures in one sample.
    fn group(&self, sample: usize, item: usize) -> u32 {
        // Samples times items is far below what a u32 counts.
        u32::try_from(sample * self.slots.len() + item).unwrap_or(u32::MAX)
    }

    fn candidates(&self, estimates: &Estimates) -> Vec<Candidate<FigureKey>> {
        let mut candidates = Vec::new();
        for sample in 0..self.samples.len() {
            for (item, slot) in self.slots.iter().enumerate() {
                if slot.role != Role::NotAsked {
                    candidates.extend(self.figures(sample, item, slot, estimates));
                }
            }
        }
        candidates
    }

    /// The figures of one item in one sample.
    fn figures(
        &self,
        sample: usize,
        item: usize,
        slot: &Slot,
        estimates: &Estimates,
    ) -> impl Iterator<Item = Candidate<FigureKey>> {
        let whole = self.not_asked(slot.indicator, sample);
        let flag = self.item_of(slot.indicator, Role::NotAsked);
        let relations = &self.relations[slot.indicator];
        let own = |indicator| self.item_of(indicator, Role::Indicator).unwrap_or(item);
        let links = match slot.role {
            Role::Indicator => relations.links(|related| self.group(sample, own(related))),
            _ => Links::default(),
        };
        self.cells(slot.indicator).into_iter().map(move |(domain, cell)| {
            let unasked = flag.is_some_and(|flag| estimates.get(sample, domain, flag).hits > 0);
            let key = self.key(sample, slot, &cell);
            let candidate = if whole || unasked {
                Candidate::not_asked(key)
            } else {
                Candidate::new(key, estimates.get(sample, domain, item).clone())
            };
            let candidate = candidate.sensitive(relations.sensitive).links(links.clone());
            candidate.cell(self.group(sample, item), cell)
        })
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
        let category = match slot.role {
            Role::Category(reason) => Some(reason),
            _ => None,
        };
        let definition = indicator.definition.clone();
        FigureKey {
            sample: Arc::clone(&self.samples[sample]),
            unit: self.data.unit(),
            indicator: indicator.id.as_str().into(),
            label: indicator.label.as_str().into(),
            class: indicator.class,
            category,
            is_mean: self.prepared[slot.indicator].values.is_some() && category.is_none(),
            groups: groups.collect(),
            definition: category.map_or(definition.clone(), |reason| definition.of_reason(reason)),
        }
    }

    fn bases(&self) -> Vec<BaseAccount> {
        let mut bases = Vec::new();
        for (sample, known) in self.samples.iter().enumerate() {
            for (place, prepared) in self.prepared.iter().enumerate() {
                let indicator = self.indicators[place].id.as_str().into();
                let counts = &prepared.counts[sample];
                let not_asked = self.not_asked(place, sample) || counts.not_asked();
                bases.push(counts.account(indicator, Arc::clone(known), not_asked));
            }
        }
        bases
    }
}

/// The items that one indicator needs.
fn roles(prepared: &Prepared) -> impl Iterator<Item = Role> {
    let reasons = prepared.categories.iter().map(|(reason, _)| Role::Category(*reason));
    let not_asked = prepared.not_asked.iter().map(|_| Role::NotAsked);
    std::iter::once(Role::Indicator).chain(reasons).chain(not_asked)
}
