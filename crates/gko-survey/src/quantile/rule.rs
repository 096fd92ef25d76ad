//! The rules by which a weighted quantile is read off sorted values.
//!
//! # Estimator
//! x_1 ≤ … ≤ x_n with weights w_k > 0, `C_k = w_1 + … + w_k`, W = C_n. Rules of
//! steps take the last k with `C_k ≤ p·W` (the first row where there is none):
//! - `math`, `hf1`: x_k where `C_k = p·W`, else x_{k+1}, the inverse of the CDF;
//! - `school`, `hf2`: the mean of x_k and x_{k+1} where `C_k = p·W`, else x_{k+1};
//! - `hf3`: over distinct values, x_k where `C_k = p·W` and k is even, else x_{k+1};
//! - `hf4`: `x_k + g·(x_{k+1} - x_k)`, `g = (p·W - C_k) / w_{k+1}`.
//!
//! The others give every row a probability p_k and go between rows by straight
//! lines, flat beyond the ends: `hf5` `(C_k - w_k/2) / W`; `hf6` `C_k / (W + w_n)`;
//! `hf7` `C_{k-1} / C_{n-1}`; `hf8` `(C_k - w_k/3) / (W + w_n/3)`; `hf9` `(C_k -
//! 3/8·w_k) / (W + w_n/4)`. `shahvaish` takes the row at or below, with `(n·C_k/W +
//! 1/2 - w_k/2) / (n + 1)`.
//!
//! # Assumptions
//! Quantiles lie within the data: below the first row, p < w_1/W, the first value
//! is taken, where R's `hf4` extrapolates and its `school`, `hf2` and `hf3` take the
//! second value in; at p = 1 `hf4` is the last value, where R's has none.
//! `hf3` and `shahvaish` are as R survey has them: `hf3` rounds p·W to the even row
//! without Hyndman and Fan's shift by 1/2; in `shahvaish` w_k is not scaled to
//! mean 1, so that it alone depends on the scale of the weights, and is Shah and
//! Vaish's where their mean is 1.
//!
//! # References
//! Hyndman & Fan (1996) *Am. Stat.* 50, 361; Shah & Vaish (2006) *Proc. ASA Surv.
//! Res. Meth.*; R survey 4.5 `svyquantile(qrule = )`.

use super::sorted::Sorted;

/// How a quantile is read off sorted, weighted values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum QuantileRule {
    /// The inverse of the weighted CDF.
    #[default]
    Math,
    /// The same, with the mean of two values where the CDF hits p.
    School,
    /// Shah and Vaish's, as R has it.
    ShahVaish,
    /// Hyndman and Fan's first, that is `math`.
    Hf1,
    /// Hyndman and Fan's second, that is `school`.
    Hf2,
    /// Hyndman and Fan's third.
    Hf3,
    /// Hyndman and Fan's fourth: straight lines between the steps.
    Hf4,
    /// Hyndman and Fan's fifth: a row's probability is its middle.
    Hf5,
    /// Hyndman and Fan's sixth.
    Hf6,
    /// Hyndman and Fan's seventh, R's own default without weights.
    Hf7,
    /// Hyndman and Fan's eighth, about unbiased for the median.
    Hf8,
    /// Hyndman and Fan's ninth, about unbiased for normal data.
    Hf9,
}

named!(QuantileRule, "quantile rule", {
    Math => "math",
    School => "school",
    ShahVaish => "shahvaish",
    Hf1 => "hf1",
    Hf2 => "hf2",
    Hf3 => "hf3",
    Hf4 => "hf4",
    Hf5 => "hf5",
    Hf6 => "hf6",
    Hf7 => "hf7",
    Hf8 => "hf8",
    Hf9 => "hf9",
});

impl QuantileRule {
    /// The quantile at p of sorted values, of which there is at least one.
    pub(crate) fn read(self, data: &Sorted, p: f64) -> f64 {
        match self {
            Self::Math | Self::Hf1 => data.step(p).inverse(),
            Self::School | Self::Hf2 => data.step(p).averaged(),
            Self::Hf3 => data.distinct().step(p).even(),
            Self::Hf4 => data.step(p).between(),
            Self::ShahVaish => shah_vaish(data, p),
            _ if data.len() == 1 => data.x[0],
            _ => line(&self.probabilities(data), &data.x, p),
        }
    }

    /// The probability of each row by the rules of lines.
    fn probabilities(self, data: &Sorted) -> Vec<f64> {
        let last = data.w[data.len() - 1];
        let each = |share: f64, total: f64| {
            let below = std::iter::once(0.0).chain(data.cumulative.iter().copied());
            let pairs = below.zip(&data.cumulative);
            pairs.map(|(below, &upto)| (below * (1.0 - share) + upto * share) / total).collect()
        };
        match self {
            Self::Hf5 => {
                let middles = data.cumulative.iter().zip(&data.w);
                middles.map(|(upto, w)| (upto - w / 2.0) / data.total).collect()
            }
            Self::Hf7 => each(0.0, data.cumulative[data.len() - 2]),
            Self::Hf8 => each(2.0 / 3.0, data.total + last / 3.0),
            Self::Hf9 => each(0.625, data.total + last / 4.0),
            _ => each(1.0, data.total + last),
        }
    }
}

/// The row at or below p; rows are put in the order of their probabilities, which
/// very different weights can change.
fn shah_vaish(data: &Sorted, p: f64) -> f64 {
    let n = data.len() as f64;
    let mean = data.total / n;
    let scaled: Vec<f64> = data.w.iter().map(|w| w / mean).collect();
    let sums = super::sorted::running_sums(&scaled);
    let probability = |(sum, w): (&f64, &f64)| (sum + 0.5 - w / 2.0) / (n + 1.0);
    let probabilities = sums.iter().zip(&data.w).map(probability);
    let mut rows: Vec<(f64, f64)> = probabilities.zip(data.x.iter().copied()).collect();
    rows.sort_by(|one, two| one.0.total_cmp(&two.0));
    let below = rows.partition_point(|(probability, _)| *probability <= p);
    rows[below.saturating_sub(1)].1
}

/// The value at p on straight lines through points, flat beyond them.
fn line(at: &[f64], x: &[f64], p: f64) -> f64 {
    let above = at.partition_point(|&at| at <= p);
    if above == 0 || above == at.len() {
        return x[above.saturating_sub(1)];
    }
    let (low, high) = (at[above - 1], at[above]);
    let part = (p - low) / (high - low);
    (x[above - 1] + (x[above] - x[above - 1]) * part).min(x[above])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_back_and_listed() {
        for one in QuantileRule::ALL {
            assert_eq!(one.as_str().parse(), Ok(one));
            assert!(QuantileRule::NAMES.contains(one.as_str()));
        }
        assert_eq!("hf10".parse::<QuantileRule>().unwrap_err().code(), "GKO-S042");
    }

    #[test]
    fn four_equal_rows_have_hyndman_and_fans_quartiles() {
        let data = Sorted::new(&[4.0, 1.0, 3.0, 2.0], &[5.0; 4]);
        let lower = |rule: QuantileRule| rule.read(&data, 0.25);
        // R: quantile(1:4, 0.25, type = 1:9); for hf3 R survey's own, 2 and not 1.
        let types = [1.0, 1.5, 2.0, 1.0, 1.5, 1.25, 1.75, 17.0 / 12.0, 1.4375];
        for (rule, wanted) in QuantileRule::ALL[3..].iter().zip(types) {
            assert!((lower(*rule) - wanted).abs() < 1e-15, "{rule}: {}", lower(*rule));
        }
    }

    #[test]
    fn the_ends_are_the_smallest_and_the_largest_value() {
        let data = Sorted::new(&[3.0, 7.0, 5.0], &[1.0, 2.0, 0.5]);
        for rule in QuantileRule::ALL {
            let ends = (rule.read(&data, 0.0), rule.read(&data, 1.0));
            assert_eq!(ends, (3.0, 7.0), "{rule}");
        }
    }
}
