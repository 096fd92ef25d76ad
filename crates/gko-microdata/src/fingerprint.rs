//! Respondents by the fingerprint of their id, so that no id stays in memory.
//!
//! 128 bits: among a billion respondents two different ids share one with a
//! probability of about 1e-21, far below that of a fault of the memory itself.

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;

use crate::microdata::Sample;

/// The respondents of one unit.
pub(crate) type Respondents = HashSet<u128>;

/// Makes fingerprints of ids within one country and wave.
#[derive(Clone)]
pub(crate) struct Fingerprinter {
    halves: [DefaultHasher; 2],
}

impl Fingerprinter {
    pub(crate) fn new(sample: &Sample) -> Self {
        let half = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(salt);
            for part in [sample.wave.as_str(), sample.country.as_str()] {
                hasher.write(part.as_bytes());
                hasher.write_u8(u8::MAX);
            }
            hasher
        };
        Self { halves: [half(1), half(2)] }
    }

    pub(crate) fn of(&self, id: &str) -> u128 {
        let half = |hasher: &DefaultHasher| {
            let mut hasher = hasher.clone();
            hasher.write(id.as_bytes());
            u128::from(hasher.finish())
        };
        half(&self.halves[0]) << 64 | half(&self.halves[1])
    }
}

#[cfg(test)]
mod tests {
    use gko_codebook::Country;

    use super::*;

    #[test]
    fn an_id_is_told_apart_by_country_and_wave() {
        let of = |wave: &str, country: &str, id: &str| {
            let country = Country::parse(country).unwrap();
            let sample = Sample { study: "s".to_owned(), wave: wave.to_owned(), country };
            Fingerprinter::new(&sample).of(id)
        };
        let all =
            [of("1", "XAA", "7"), of("2", "XAA", "7"), of("1", "XAB", "7"), of("1", "XAA", "8")];
        let distinct: Respondents = all.into_iter().collect();
        assert_eq!(distinct.len(), 4);
        assert_eq!(of("1", "XAA", "7"), all[0]);
    }
}
