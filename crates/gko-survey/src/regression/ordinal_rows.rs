//! One row of a proportional odds model: its log-likelihood and derivatives.
//!
//! # Rule
//! With `a = zeta_k - eta`, `b = zeta_(k-1) - eta`, `d = a - b` and F logistic,
//! `P(Y = k) = F(a) (1 - F(b)) (1 - e^-d)`, which loses no digits however far out
//! the categories lie. With `q = 1/(e^d - 1)` the derivatives of the logarithm are
//! `1 - F(a) + q` by a and `-F(b) - q` by b; of the second order
//! `-F(a)(1 - F(a)) - q(1 + q)`, `-F(b)(1 - F(b)) - q(1 + q)` and `q(1 + q)`.
//!
//! # References
//! McCullagh (1980), JRSS B 42, 109-142; the factored form is ours.

/// Log-likelihood of a row and its derivatives by the thresholds around its category.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Row {
    pub log: f64,
    /// By the upper and the lower threshold.
    pub first: [f64; 2],
    /// Upper twice, upper and lower, lower twice.
    pub second: [f64; 3],
}

impl Row {
    /// A row whose category lies between two thresholds, taken less eta; the
    /// first category has no lower, the last no upper one.
    pub fn between(lower: Option<f64>, upper: Option<f64>) -> Self {
        let mut row = Self::default();
        if let Some(a) = upper {
            let (below, above) = (logistic(a), logistic(-a));
            row.log -= softplus(-a);
            row.first[0] += above;
            row.second[0] -= below * above;
        }
        if let Some(b) = lower {
            let (below, above) = (logistic(b), logistic(-b));
            row.log -= softplus(b);
            row.first[1] -= below;
            row.second[2] -= below * above;
        }
        if let (Some(a), Some(b)) = (upper, lower) {
            let q = 1.0 / (a - b).exp_m1();
            row.log += (-(b - a).exp_m1()).ln();
            row.first[0] += q;
            row.first[1] -= q;
            let bend = q * (1.0 + q);
            row.second = [row.second[0] - bend, bend, row.second[2] - bend];
        }
        row
    }
}

/// F(x) = 1/(1 + e^-x).
fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

/// ln(1 + e^x).
fn softplus(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_of_the_categories_add_up() {
        let (low, high) = (-0.7, 1.3);
        let all = [
            Row::between(None, Some(low)),
            Row::between(Some(low), Some(high)),
            Row::between(Some(high), None),
        ];
        let sum: f64 = all.iter().map(|row| row.log.exp()).sum();
        assert!((sum - 1.0).abs() < 1e-15);
        let middle = logistic(high) - logistic(low);
        assert!((all[1].log.exp() / middle - 1.0).abs() < 1e-14);
    }

    #[test]
    fn derivatives_are_slopes() {
        let (a, b, h) = (0.9, -0.4, 1e-5);
        let at = |a: f64, b: f64| Row::between(Some(b), Some(a));
        let row = at(a, b);
        let slope = |up: Row, down: Row| (up.log - down.log) / (2.0 * h);
        assert!((slope(at(a + h, b), at(a - h, b)) - row.first[0]).abs() < 1e-9);
        assert!((slope(at(a, b + h), at(a, b - h)) - row.first[1]).abs() < 1e-9);
        let bend = |up: Row, down: Row, at: usize| (up.first[at] - down.first[at]) / (2.0 * h);
        assert!((bend(at(a + h, b), at(a - h, b), 0) - row.second[0]).abs() < 1e-9);
        assert!((bend(at(a, b + h), at(a, b - h), 0) - row.second[1]).abs() < 1e-9);
        assert!((bend(at(a, b + h), at(a, b - h), 1) - row.second[2]).abs() < 1e-9);
    }
}
