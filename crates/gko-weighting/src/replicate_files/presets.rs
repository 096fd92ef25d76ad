//! Replicate weights as agencies publish them.
//!
//! # Rule
//! Each preset is what the survey's own documentation says of its file: names, number
//! of replicates, method, and squares about the full-sample value or not.
//!
//! # Assumptions
//! Names are those of the files of the stated time; agencies change them. A file of a
//! country or year that differs is stated with [`Scheme`].
//!
//! # References
//! Each preset's [`source`](Preset::source); of several of them also Damico, *Analyze
//! Survey Data for Free* (asdfree.com), and Avvisati & Keslair, *REPEST: Stata module*.
//! DHS, MICS and Afrobarometer publish strata and clusters and no replicate weights.

use super::{Method, Naming, ReplicateFileError, Scheme};

/// Replicate weights of a published file.
#[derive(Debug, Clone, PartialEq)]
pub struct Preset {
    /// The name of the preset.
    pub name: &'static str,
    /// Name of the full-sample weight.
    pub full: &'static str,
    /// What stands in front of a replicate's number.
    pub prefix: &'static str,
    /// Digits of a number at least.
    pub digits: usize,
    /// Replicates, numbered from 1.
    pub replicates: usize,
    /// How they were made.
    made: Made,
    /// Squares about the full-sample value.
    pub mse: bool,
    /// Survey, agency and document.
    pub source: &'static str,
}

const fn preset(
    name: &'static str,
    (full, prefix, digits): (&'static str, &'static str, usize),
    replicates: usize,
    (made, mse): (Made, bool),
    source: &'static str,
) -> Preset {
    Preset { name, full, prefix, digits, replicates, made, mse, source }
}

/// The methods that presets have.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Made {
    SuccessiveDifference,
    Brr,
    Fay(f64),
    Jk1,
    Jk2,
    Bootstrap,
}

const SDR: (Made, bool) = (Made::SuccessiveDifference, true);
const FAY_HALF: (Made, bool) = (Made::Fay(0.5), true);
const PAIRS: (Made, bool) = (Made::Jk2, true);
const JK1: (Made, bool) = (Made::Jk1, true);

/// All presets, in the order in which a header is compared with them.
pub static PRESETS: [Preset; 29] = [
    preset(
        "acs_person",
        ("PWGTP", "PWGTP", 1),
        80,
        SDR,
        "American Community Survey PUMS, persons: U.S. Census Bureau, PUMS Accuracy of the Data",
    ),
    preset(
        "acs_housing",
        ("WGTP", "WGTP", 1),
        80,
        SDR,
        "American Community Survey PUMS, housing: U.S. Census Bureau, PUMS Accuracy of the Data",
    ),
    preset(
        "ahs",
        ("WEIGHT", "REPWEIGHT", 1),
        160,
        SDR,
        "American Housing Survey: U.S. Census Bureau, Quick Guide to Estimating Variances",
    ),
    preset(
        "atus",
        ("TUFNWGTP", "TUFNWGTP", 3),
        160,
        SDR,
        "American Time Use Survey: U.S. Bureau of Labor Statistics, ATUS User's Guide, ch. 7",
    ),
    preset(
        "ce",
        ("FINLWT21", "WTREP", 2),
        44,
        (Made::Brr, true),
        "Consumer Expenditure Surveys: U.S. Bureau of Labor Statistics, PUMD Getting Started Guide",
    ),
    preset(
        "chis",
        ("RAKEDW0", "RAKEDW", 1),
        80,
        PAIRS,
        "California Health Interview Survey: UCLA, Weighting and Variance Estimation",
    ),
    preset(
        "cchs",
        ("WTS_M", "BSW", 1),
        1000,
        (Made::Bootstrap, false),
        "Canadian Community Health Survey PUMF: Statistics Canada, user guide",
    ),
    preset(
        "cps_asec",
        ("PWWGT0", "PWWGT", 1),
        160,
        SDR,
        "CPS ASEC: U.S. Census Bureau, Estimating ASEC Variances with Replicate Weights",
    ),
    preset(
        "cps_asec_merged",
        ("MARSUPWT", "PWWGT", 1),
        160,
        SDR,
        "The same, merged to the person file",
    ),
    preset(
        "household_pulse",
        ("PWEIGHT", "PWEIGHT", 1),
        80,
        SDR,
        "Household Pulse Survey, persons: U.S. Census Bureau, Source and Accuracy Statement",
    ),
    preset(
        "ials",
        ("POPWT", "REPLIC", 1),
        30,
        PAIRS,
        "International Adult Literacy Survey; Adult Literacy and Lifeskills Survey: OECD",
    ),
    preset(
        "icils",
        ("TOTWGTS", "SRWGT", 1),
        75,
        PAIRS,
        "ICILS and ICCS, students: IEA, User Guide for the International Database",
    ),
    preset(
        "iels",
        ("CHILDWGT", "SRWGT", 1),
        92,
        FAY_HALF,
        "International Early Learning Study: OECD",
    ),
    preset(
        "mcbs_cost",
        ("CSPUFWGT", "CSPUF", 3),
        100,
        (Made::Fay(0.3), true),
        "Medicare Current Beneficiary Survey, Cost Supplement PUF: CMS, Data User's Guide",
    ),
    preset(
        "naep",
        ("ORIGWT", "SRWT", 2),
        62,
        PAIRS,
        "National Assessment of Educational Progress: NCES, Technical Documentation, Weighting",
    ),
    preset(
        "nhes",
        ("FPWT", "FPWT", 1),
        80,
        JK1,
        "National Household Education Surveys, families: NCES, Data File User's Manual",
    ),
    preset(
        "nychvs_person",
        ("PW", "PW", 1),
        80,
        SDR,
        "New York City Housing and Vacancy Survey, persons: NYC HPD, Guide to Estimating Variances",
    ),
    preset(
        "nychvs_unit",
        ("FW", "FW", 1),
        80,
        SDR,
        "New York City Housing and Vacancy Survey, units: NYC HPD, Guide to Estimating Variances",
    ),
    preset(
        "piaac",
        ("SPFWT0", "SPFWT", 1),
        80,
        PAIRS,
        "Survey of Adult Skills, most countries (VEMETHOD JK2): OECD, Technical Report",
    ),
    preset(
        "piaac_jk1",
        ("SPFWT0", "SPFWT", 1),
        80,
        JK1,
        "Survey of Adult Skills, countries of VEMETHOD JK1: OECD, Technical Report",
    ),
    preset(
        "pisa_d_out_of_school",
        ("SPFWT0", "SPFWT", 1),
        30,
        JK1,
        "PISA for Development, out-of-school youth: OECD, Technical Report",
    ),
    preset(
        "pisa",
        ("W_FSTUWT", "W_FSTURWT", 1),
        80,
        FAY_HALF,
        "PISA 2015 and later, students: OECD, PISA Data Analysis Manual",
    ),
    preset(
        "pisa_2012",
        ("W_FSTUWT", "W_FSTR", 1),
        80,
        FAY_HALF,
        "PISA 2000 to 2012, students: OECD, PISA Data Analysis Manual",
    ),
    preset(
        "pnadc",
        ("V1028", "V1028", 3),
        200,
        (Made::Bootstrap, true),
        "PNAD Contínua, quarter: IBGE, Metodologia",
    ),
    preset(
        "recs",
        ("NWEIGHT", "NWEIGHT", 1),
        60,
        JK1,
        "Residential Energy Consumption Survey 2020: EIA, Using the Microdata File",
    ),
    preset(
        "sipp",
        ("WPFINWGT", "REPWGT", 1),
        240,
        FAY_HALF,
        "SIPP 2014 and later: U.S. Census Bureau, Users' Guide, ch. 7",
    ),
    preset(
        "talis_school",
        ("SCHWGT", "SRWGT", 1),
        100,
        FAY_HALF,
        "TALIS, schools: OECD, Technical Report",
    ),
    preset(
        "talis_staff",
        ("STAFFWGT", "SRWGT", 1),
        92,
        FAY_HALF,
        "TALIS Starting Strong, staff: OECD, Technical Report",
    ),
    preset(
        "talis_teacher",
        ("TCHWGT", "TRWGT", 1),
        100,
        FAY_HALF,
        "TALIS, teachers: OECD, Technical Report",
    ),
];

impl Preset {
    /// The preset of a name.
    ///
    /// # Example
    /// ```
    /// use gko_weighting::replicate_files::Preset;
    ///
    /// let pisa = Preset::named("pisa")?.scheme();
    /// assert_eq!(pisa.scales(80)?.scale(), 0.05);
    /// assert_eq!(pisa.naming.column(79), "W_FSTURWT80");
    /// # Ok::<(), gko_weighting::replicate_files::ReplicateFileError>(())
    /// ```
    ///
    /// # Errors
    /// A name that is not known.
    pub fn named(name: &str) -> Result<&'static Self, ReplicateFileError> {
        PRESETS.iter().find(|preset| preset.name == name).ok_or_else(|| {
            let known: Vec<&str> = PRESETS.iter().map(|preset| preset.name).collect();
            let known = known.join(", ");
            ReplicateFileError::UnknownPreset { name: name.to_owned(), known }
        })
    }

    /// How its columns are called.
    #[must_use]
    pub fn naming(&self) -> Naming {
        Naming { digits: self.digits, ..Naming::new(self.full, self.prefix) }
    }

    /// How its columns were made.
    #[must_use]
    pub fn method(&self) -> Method {
        match self.made {
            Made::SuccessiveDifference => Method::SuccessiveDifference,
            Made::Brr => Method::Brr,
            Made::Fay(rho) => Method::Fay { rho },
            Made::Jk1 => Method::Jk1,
            Made::Jk2 => Method::Jk2,
            Made::Bootstrap => Method::Bootstrap,
        }
    }

    /// What its file holds.
    #[must_use]
    pub fn scheme(&self) -> Scheme {
        let (mse, replicates) = (Some(self.mse), Some(self.replicates));
        Scheme { mse, replicates, ..Scheme::new(self.naming(), self.method()) }
    }
}
