//! What is to be invented: which countries, how many respondents, which seed.
//!
//! # Example
//!
//! ```
//! use gko_synth::Plan;
//!
//! let plan = Plan::global();
//! assert_eq!(plan.countries.len(), 17);
//! assert_eq!(plan.countries[0].name, "Arvelia");
//! assert_eq!(Plan::scaled(1_000_000).children(), 1_000_000);
//! ```

use std::collections::BTreeSet;

use gko_codebook::Country;

use crate::Error;

/// A whole data set to be invented.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Plan {
    /// Seed of the generator; each country draws from a stream of its own.
    pub seed: u64,
    /// The wave that stands in the files.
    pub wave: String,
    /// The countries, in the order of the files.
    pub countries: Vec<CountryPlan>,
    /// Children a PSU, on average.
    pub psu_take: u32,
}

/// One country of a plan.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CountryPlan {
    /// User-assigned alpha-3 code.
    pub code: Country,
    /// Invented name.
    pub name: String,
    /// Children to be asked.
    pub children: u32,
    /// How many of their parents are asked too.
    pub parents: u32,
}

/// Invented countries with about the sample sizes of a first wave.
const COUNTRIES: [(&str, &str, u32, u32); 17] = [
    ("XAA", "Arvelia", 1000, 700),
    ("XAB", "Brennora", 1002, 701),
    ("XAC", "Caldris", 1150, 805),
    ("XAD", "Dovaria", 1300, 910),
    ("XAE", "Elmora", 980, 686),
    ("XAF", "Fendale", 960, 672),
    ("XAG", "Galdora", 1020, 714),
    ("XAH", "Hestra", 940, 658),
    ("XAI", "Ilvaria", 1040, 728),
    ("XAJ", "Jorvale", 1000, 700),
    ("XAK", "Kestria", 1060, 742),
    ("XAL", "Lorvane", 930, 651),
    ("XAM", "Mirvane", 1000, 700),
    ("XAN", "Norvia", 990, 693),
    ("XAO", "Ostrea", 1010, 707),
    ("XAP", "Pellan", 970, 679),
    ("XAQ", "Quillon", 1100, 770),
];

impl Plan {
    /// Seventeen fictional countries with about 1,000 children and 700 parents each.
    #[must_use]
    pub fn global() -> Self {
        let countries = COUNTRIES.into_iter().filter_map(|(code, name, children, parents)| {
            let code = Country::parse(code).ok()?;
            Some(CountryPlan { code, name: name.to_owned(), children, parents })
        });
        Self { seed: 2018, wave: "2018".to_owned(), countries: countries.collect(), psu_take: 10 }
    }

    /// The same countries with so many children in all, and a parent for seven
    /// in ten; a PSU has 60 children, as a large national file has.
    #[must_use]
    pub fn scaled(children: u32) -> Self {
        let mut plan = Self { psu_take: 60, ..Self::global() };
        let (share, rest) = (children / 17, children % 17);
        for (country, index) in plan.countries.iter_mut().zip(0..) {
            country.children = share + u32::from(index < rest);
            country.parents = country.children / 10 * 7;
        }
        plan
    }

    /// The plan with another seed.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// Children of all countries.
    #[must_use]
    pub fn children(&self) -> u32 {
        self.countries.iter().map(|country| country.children).sum()
    }

    /// Checks what the generator relies on.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let mut seen = BTreeSet::new();
        for country in &self.countries {
            if !seen.insert(&country.code) {
                return Err(Error::CountryTwice { country: country.code.to_string() });
            }
            self.check_country(country)?;
        }
        Ok(())
    }

    fn check_country(&self, country: &CountryPlan) -> Result<(), Error> {
        let refuse = |field, expected: String, got| {
            Err(Error::Plan { country: country.code.to_string(), field, expected, got })
        };
        if !(2..=10_000).contains(&self.psu_take) {
            return refuse("psu_take", "2 to 10000".to_owned(), self.psu_take);
        }
        let (fewest, most) = (SMALLEST * self.psu_take, MOST_PSUS.saturating_mul(self.psu_take));
        if !(fewest..=most).contains(&country.children) {
            let expected = format!("{fewest} to {most} ({SMALLEST} to {MOST_PSUS} PSUs)");
            return refuse("children", expected, country.children);
        }
        if country.parents > country.children {
            return refuse("parents", format!("at most {}", country.children), country.parents);
        }
        Ok(())
    }
}

/// Two PSUs in each of twelve strata, at least.
const SMALLEST: u32 = 24;
/// PSU numbers are narrow integers.
const MOST_PSUS: u32 = 30_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_country_of_the_plan_is_user_assigned_and_lies_in_a_region() {
        let plan = Plan::global();
        assert_eq!(plan.countries.len(), 17);
        for country in &plan.countries {
            assert!(country.code.is_user_assigned());
            assert!(gko_codebook::region_of(&country.code).is_some());
        }
        plan.check().unwrap();
        Plan::scaled(1_000_000).check().unwrap();
    }

    #[test]
    fn a_plan_that_cannot_be_is_refused_with_its_bounds() {
        let mut plan = Plan::global();
        plan.countries[2].parents = 2000;
        let message = plan.check().unwrap_err().to_string();
        assert!(message.contains("GKO-Y001") && message.contains("at most 1150"), "{message}");
        plan.countries[2].children = 100;
        assert!(plan.check().unwrap_err().to_string().contains("240 to 300000"));
        let mut twice = Plan::global();
        twice.countries[1] = twice.countries[0].clone();
        assert_eq!(twice.check().unwrap_err().code(), "GKO-Y002");
    }
}
