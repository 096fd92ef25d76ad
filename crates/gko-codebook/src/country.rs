//! Countries and the regions that group them.
//!
//! A country is an ISO 3166-1 alpha-3 code; files give alpha-2, alpha-3 or
//! numeric codes. User-assigned codes (AAA to AAZ, QMA to QZZ, XAA to XZZ, ZZA
//! to ZZZ) are accepted: the synthetic data live under XAA to XAQ, so that no
//! invented figure can stand under the name of a real country.
//!
//! # References
//!
//! ISO 3166-1:2020, clause 8.1.3 (user-assigned codes). The grouping of the 17
//! programme countries: Child Helpline International, LEAP report (2016), which
//! profiles the countries of the global programme on online child sexual
//! exploitation; regions as UNICEF names its regional offices (the file's
//! Central and Eastern Europe with the CIS is today's Europe and Central Asia).

use std::fmt;

use rust_iso3166 as iso;

use crate::error::Error;

/// A country, by its alpha-3 code.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country(String);

impl Country {
    /// Reads a code as a file has it.
    ///
    /// ```
    /// # use gko_codebook::Country;
    /// assert_eq!(Country::parse("AL")?.as_str(), "ALB");
    /// assert_eq!(Country::parse("008")?.as_str(), "ALB");
    /// assert_eq!(Country::parse(" xaa ")?.as_str(), "XAA");
    /// assert!(Country::parse("ALBANIA").is_err());
    /// # Ok::<(), gko_codebook::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::UnknownCountry`] where no such code exists.
    pub fn parse(code: &str) -> Result<Self, Error> {
        let trimmed = code.trim().to_ascii_uppercase();
        let found = iso::from_alpha3(&trimmed).or_else(|| iso::from_alpha2(&trimmed));
        let found = found.or_else(|| iso::from_numeric_str(&format!("{trimmed:0>3}")));
        match found {
            Some(country) => Ok(Self(country.alpha3.to_owned())),
            None if is_user_assigned(&trimmed) => Ok(Self(trimmed)),
            None => Err(Error::UnknownCountry { got: code.to_owned() }),
        }
    }

    /// The alpha-3 code.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the code is user-assigned, as those of synthetic data are.
    #[must_use]
    pub fn is_user_assigned(&self) -> bool {
        is_user_assigned(&self.0)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_user_assigned(code: &str) -> bool {
    let letters = code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
    let in_range = |low: &str, high: &str| (low..=high).contains(&code);
    letters
        && (in_range("AAA", "AAZ")
            || in_range("QMA", "QZZ")
            || in_range("XAA", "XZZ")
            || in_range("ZZA", "ZZZ"))
}

/// One of the six regions of the programme.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Region {
    /// East Asia and the Pacific.
    EastAsiaPacific,
    /// Europe and Central Asia.
    EuropeCentralAsia,
    /// Eastern and Southern Africa.
    EasternSouthernAfrica,
    /// Latin America and the Caribbean.
    LatinAmericaCaribbean,
    /// Middle East and North Africa.
    MiddleEastNorthAfrica,
    /// South Asia.
    SouthAsia,
}

impl Region {
    /// The region's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EastAsiaPacific => "East Asia and Pacific",
            Self::EuropeCentralAsia => "Europe and Central Asia",
            Self::EasternSouthernAfrica => "Eastern and Southern Africa",
            Self::LatinAmericaCaribbean => "Latin America and Caribbean",
            Self::MiddleEastNorthAfrica => "Middle East and North Africa",
            Self::SouthAsia => "South Asia",
        }
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The 17 programme countries by region, and the fictional ones in the same shape.
const REGIONS: [(Region, &[&str], &[&str]); 6] = [
    (Region::EastAsiaPacific, &["PHL", "VNM"], &["XAI", "XAJ"]),
    (Region::EuropeCentralAsia, &["ALB", "MNE", "SRB"], &["XAA", "XAB", "XAC"]),
    (Region::EasternSouthernAfrica, &["KEN", "MDG", "NAM", "UGA"], &["XAK", "XAL", "XAM", "XAN"]),
    (
        Region::LatinAmericaCaribbean,
        &["BRA", "DOM", "SLV", "GTM", "PRY"],
        &["XAD", "XAE", "XAF", "XAG", "XAH"],
    ),
    (Region::MiddleEastNorthAfrica, &["DZA", "JOR"], &["XAO", "XAP"]),
    (Region::SouthAsia, &["IND"], &["XAQ"]),
];

/// The region of a programme country or of a fictional one; `None` for others.
///
/// ```
/// # use gko_codebook::{Country, Region, region_of};
/// assert_eq!(region_of(&Country::parse("KEN")?), Some(Region::EasternSouthernAfrica));
/// assert_eq!(region_of(&Country::parse("XAQ")?), Some(Region::SouthAsia));
/// assert_eq!(region_of(&Country::parse("FRA")?), None);
/// # Ok::<(), gko_codebook::Error>(())
/// ```
#[must_use]
pub fn region_of(country: &Country) -> Option<Region> {
    let holds = |codes: &[&str]| codes.contains(&country.as_str());
    REGIONS
        .iter()
        .find(|(_, real, invented)| holds(real) || holds(invented))
        .map(|(region, ..)| *region)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_code_is_read_and_nothing_else() {
        for code in ["KE", "KEN", "404", "ken", " KEN "] {
            assert_eq!(Country::parse(code).unwrap().as_str(), "KEN", "{code}");
        }
        for code in ["", "K", "KENY", "999", "AB1", "-4", "YYY", "OOO"] {
            assert!(Country::parse(code).is_err(), "{code}");
        }
        assert!(Country::parse("XAA").unwrap().is_user_assigned());
        assert!(!Country::parse("ALB").unwrap().is_user_assigned());
    }

    #[test]
    fn seventeen_programme_countries_lie_in_six_regions() {
        let real: Vec<&str> =
            REGIONS.iter().flat_map(|(_, real, _)| real.iter().copied()).collect();
        assert_eq!(real.len(), 17);
        assert!(real.iter().all(|code| Country::parse(code).unwrap().as_str() == *code));
        let invented: usize = REGIONS.iter().map(|(_, _, invented)| invented.len()).sum();
        assert_eq!(invented, 17);
    }

    #[test]
    fn the_reference_file_says_the_same() {
        let file = include_str!("../../../fixtures/reference/countries.csv");
        let rows: Vec<Vec<&str>> =
            file.lines().skip(1).map(|line| line.split(',').collect()).collect();
        assert_eq!(rows.len(), 34);
        for row in rows {
            let country = Country::parse(row[0]).unwrap();
            assert_eq!(region_of(&country).unwrap().name(), row[2], "{country}");
            assert_eq!(country.is_user_assigned(), row[3] == "synthetic", "{country}");
        }
    }
}
