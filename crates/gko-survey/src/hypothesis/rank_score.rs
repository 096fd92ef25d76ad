//! Scores of ranks, and how ties are ranked.

use crate::dist::normal;

/// What a rank counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RankScore {
    /// The rank over the population: Wilcoxon for two groups, Kruskal-Wallis for more.
    #[default]
    Wilcoxon,
    /// The normal quantile of that.
    VanDerWaerden,
    /// Whether it is in the upper half.
    Median,
}

named!(RankScore, "score of ranks", {
    Wilcoxon => "wilcoxon",
    VanDerWaerden => "van-der-waerden",
    Median => "median",
});

impl RankScore {
    /// The score of a rank in a population.
    pub(crate) fn of(self, rank: f64, total: f64) -> f64 {
        /// A rank that is the middle but for rounding is not above it.
        const ROUNDING: f64 = 1e-12;
        let share = rank / total;
        match self {
            Self::Wilcoxon => share,
            // A share outside of (0, 1) is no rank's, and its NaN is refused.
            Self::VanDerWaerden => normal::quantile(share).unwrap_or(f64::NAN),
            Self::Median => f64::from(u8::from(share > 0.5 + ROUNDING)),
        }
    }
}

/// The rank that equal values get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// The plain mean of the ranks they would have in the order of the rows. R's way;
    /// where the weights of equal values differ it depends on the order of the rows.
    #[default]
    MeanInOrder,
    /// The middle of the population that they stand for; the order does not matter.
    Middle,
}

named!(Ties, "rule for ties", {
    MeanInOrder => "mean-in-order",
    Middle => "middle",
});

/// Estimated population ranks of values, in their order.
///
/// `weighted` holds values and positive weights in the order of the rows.
pub(crate) fn ranks(weighted: &[(f64, f64)], ties: Ties) -> Vec<f64> {
    let mut order: Vec<usize> = (0..weighted.len()).collect();
    order.sort_by(|&one, &two| weighted[one].0.total_cmp(&weighted[two].0));
    let mut ranks = vec![0.0; weighted.len()];
    let mut below = 0.0;
    for equal in order.chunk_by(|&one, &two| weighted[one].0 == weighted[two].0) {
        let (mut reached, mut sum) = (below, 0.0);
        for &at in equal {
            sum += reached + weighted[at].1 / 2.0;
            reached += weighted[at].1;
        }
        let rank = match ties {
            Ties::MeanInOrder => sum / equal.len() as f64,
            Ties::Middle => f64::midpoint(below, reached),
        };
        equal.iter().for_each(|&at| ranks[at] = rank);
        below = reached;
    }
    ranks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back() {
        for one in RankScore::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(RankScore::NAMES.contains(one.as_str()));
        }
        for one in Ties::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(Ties::NAMES.contains(one.as_str()));
        }
        assert_eq!("first".parse::<Ties>().unwrap_err().code(), "GKO-S042");
        assert_eq!("savage".parse::<RankScore>().unwrap_err().code(), "GKO-S042");
    }

    #[test]
    fn ties_of_unequal_weight_show_the_two_rules() {
        let values = [(2.0, 1.0), (1.0, 4.0), (2.0, 3.0)];
        // Behind 4 people stand 1 and 3: middles 4.5 and 6.5, together 6.
        assert_eq!(ranks(&values, Ties::MeanInOrder), [5.5, 2.0, 5.5]);
        assert_eq!(ranks(&values, Ties::Middle), [6.0, 2.0, 6.0]);
    }

    #[test]
    fn scores_of_the_middle() {
        assert_eq!(RankScore::Median.of(5.0, 10.0), 0.0);
        assert_eq!(RankScore::Median.of(5.1, 10.0), 1.0);
        assert!(RankScore::VanDerWaerden.of(5.0, 10.0).abs() < 1e-15);
        // R: qnorm(0.9).
        assert!((RankScore::VanDerWaerden.of(9.0, 10.0) - 1.281_551_565_544_600_4).abs() < 1e-13);
    }
}
