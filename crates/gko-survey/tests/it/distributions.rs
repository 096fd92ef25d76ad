//! Distributions: 1429 points against mpmath, weighted sums against R survey, identities.
//!
//! `distributions.csv` has R's value beside the exact one. At 171 points they differ
//! by more than 1e-13, and there R is the worse: `pf` with 1e9 degrees of freedom is
//! off by 5e-11, `pbeta` with shapes of 1e6 by 1e-12, `qt` near 0 by 4e-8 and at
//! 1e-300 by 1 %, `qf` by 1e-4 with 0.1 degrees of freedom and, as `qbeta`, by its
//! whole value far out.

use std::collections::BTreeMap;
use std::path::Path;

use gko_survey::Error;
use gko_survey::adjust_p::{PAdjust, adjust};
use gko_survey::dist::mixture::{self, Method};
use gko_survey::dist::{beta, chi_squared, f, normal, student};
use proptest::prelude::*;

/// One line of `distributions.csv`.
struct Point {
    call: String,
    at: f64,
    par1: f64,
    par2: f64,
    r: f64,
    exact: f64,
}

impl Point {
    fn value(&self) -> Result<f64, Error> {
        let (at, one, two) = (self.at, self.par1, self.par2);
        match self.call.as_str() {
            "normal.upper" => normal::upper(at),
            "normal.quantile" => normal::quantile(at),
            "student.upper" => student::upper(at, one),
            "student.quantile" => student::quantile(at, one),
            "chi_squared.cdf" => chi_squared::cdf(at, one),
            "chi_squared.upper" => chi_squared::upper(at, one),
            "chi_squared.quantile" => chi_squared::quantile(at, one),
            "f.cdf" => f::cdf(at, one, two),
            "f.upper" => f::upper(at, one, two),
            "f.quantile" => f::quantile(at, one, two),
            "beta.cdf" => beta::cdf(at, one, two),
            "beta.upper" => beta::upper(at, one, two),
            "beta.quantile" => beta::quantile(at, one, two),
            other => panic!("no function {other}"),
        }
    }
}

fn records(name: &str) -> Vec<csv::StringRecord> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name);
    csv::Reader::from_path(path).unwrap().records().map(Result::unwrap).collect()
}

/// A number as R writes it.
fn read(field: &str) -> f64 {
    field.parse().unwrap()
}

fn points() -> Vec<Point> {
    let point = |line: &csv::StringRecord| Point {
        call: line[0].to_owned(),
        at: read(&line[1]),
        par1: read(&line[2]),
        par2: read(&line[3]),
        r: read(&line[4]),
        exact: read(&line[5]),
    };
    records("distributions.csv").iter().map(point).collect()
}

fn gap(got: f64, wanted: f64) -> f64 {
    if got == wanted { 0.0 } else { (got / wanted - 1.0).abs() }
}

#[test]
fn every_point_is_exact_to_1e12() {
    let mut count = BTreeMap::new();
    for point in points() {
        let got = point.value().unwrap();
        let Point { call, at, par1, par2, exact, .. } = &point;
        let off = gap(got, *exact);
        assert!(
            off <= 1e-12,
            "{call}({at}, {par1}, {par2}): {got:e}, exact {exact:e}, gap {off:e}"
        );
        *count.entry(call.clone()).or_insert(0) += 1;
    }
    assert_eq!(count.len(), 13);
    assert!(count.values().sum::<u32>() > 1400, "{count:?}");
}

#[test]
fn r_agrees_wherever_it_is_right() {
    let (mut agreed, mut wrong) = (0, BTreeMap::<String, u32>::new());
    for point in points() {
        if gap(point.r, point.exact) > 1e-13 {
            *wrong.entry(point.call.clone()).or_default() += 1;
            continue;
        }
        assert!(gap(point.value().unwrap(), point.r) <= 1e-12, "{}", point.call);
        agreed += 1;
    }
    println!("R agrees at {agreed} points, and is off by more than 1e-13 at {wrong:?}");
    assert!(agreed > 1250, "{agreed}");
}

/// R survey 4.5; its root has a tolerance of 1e-8.
#[test]
fn weighted_sums_are_those_of_r_survey() {
    for line in records("mixture.csv") {
        let weights: Vec<f64> = line[0].split(' ').map(read).collect();
        let (ddf, x) = (read(&line[1]), read(&line[2]));
        for (method, wanted, tolerance) in
            [(Method::Satterthwaite, &line[3], 1e-11), (Method::Saddlepoint, &line[4], 1e-6)]
        {
            let got = mixture::upper_f(x, &weights, ddf, method).unwrap();
            let off = gap(got, read(wanted));
            assert!(off <= tolerance, "{method}: {line:?}: {got:e}, gap {off:e}");
        }
    }
}

/// Several weights of one sign: the two methods have nothing in common.
#[test]
fn the_saddlepoint_is_near_the_integral() {
    for line in records("mixture.csv") {
        let weights: Vec<f64> = line[0].split(' ').map(read).collect();
        let (ddf, x) = (read(&line[1]), read(&line[2]));
        let [near, exact] = [Method::Saddlepoint, Method::Integration]
            .map(|method| mixture::upper_f(x, &weights, ddf, method).unwrap());
        assert!(gap(near, exact) < 0.2, "{line:?}: {near:e}, exact {exact:e}");
    }
}

fn df() -> impl Strategy<Value = f64> {
    (-0.3..6.0_f64).prop_map(|power| 10.0_f64.powf(power))
}

fn p_values() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.0..=1.0_f64, 0..30)
}

proptest! {
    #[test]
    fn quantiles_undo_distributions(p in 1e-12..0.999_f64, one in df(), two in df()) {
        let back = [
            normal::cdf(normal::quantile(p).unwrap()),
            student::cdf(student::quantile(p, one).unwrap(), one),
            chi_squared::cdf(chi_squared::quantile(p, one).unwrap(), one),
            f::cdf(f::quantile(p, one, two).unwrap(), one, two),
        ];
        for found in back {
            // Rounding x moves the tail by up to x times its density.
            prop_assert!(gap(found.unwrap(), p) < 1e-12 * (1.0 + one.max(two).sqrt()));
        }
        let x = beta::quantile(p, one, two).unwrap();
        if x > 0.0 && x < 0.9 {
            prop_assert!(gap(beta::cdf(x, one, two).unwrap(), p) < 1e-12 * (1.0 + one.sqrt()));
        }
    }

    #[test]
    fn distributions_undo_quantiles(z in -8.0..3.0_f64, df in df()) {
        // A t near 0 has lost digits to 1/2 in its probability.
        let t = student::quantile(student::cdf(z, df).unwrap(), df).unwrap();
        prop_assert!((t - z).abs() < 1e-12 * (1.0 + z.abs()), "{t} for {z}");
    }

    #[test]
    fn tails_add_up_to_one(x in 1e-6..100.0_f64, one in df(), two in df()) {
        for (low, high) in [
            (normal::cdf(x), normal::upper(x)),
            (student::cdf(x, one), student::upper(x, one)),
            (chi_squared::cdf(x, one), chi_squared::upper(x, one)),
            (f::cdf(x, one, two), f::upper(x, one, two)),
            (beta::cdf(x / 100.0, one, two), beta::upper(x / 100.0, one, two)),
        ] {
            prop_assert!((low.unwrap() + high.unwrap() - 1.0).abs() < 1e-15);
        }
    }

    #[test]
    fn infinite_degrees_of_freedom_make_t_normal(x in -38.0..38.0_f64, p in 0.0..=1.0_f64) {
        prop_assert_eq!(student::upper(x, f64::INFINITY), normal::upper(x));
        prop_assert_eq!(student::quantile(p, f64::INFINITY), normal::quantile(p));
    }

    #[test]
    fn f_with_one_is_the_square_of_t(t in 1e-3..36.0_f64, df in df()) {
        let two_sided = 2.0 * student::upper(t, df).unwrap();
        let square = f::upper(t * t, 1.0, df).unwrap();
        prop_assert!(gap(square, two_sided) < 1e-12, "{square:e} for {two_sided:e}");
    }

    #[test]
    fn f_turned_over_is_f(x in 1e-2..1e2_f64, one in df(), two in df()) {
        let (low, high) = (f::cdf(x, one, two).unwrap(), f::upper(1.0 / x, two, one).unwrap());
        prop_assume!(low > 1e-290);
        // 1/x is rounded, which moves the tail by up to x times its density.
        prop_assert!(gap(low, high) < 1e-12 * (1.0 + one.max(two).sqrt()));
    }

    #[test]
    fn beta_mirrored_is_beta(k in 1..1023_u32, a in df(), b in df()) {
        let x = f64::from(k) / 1024.0;
        let (low, high) = (beta::cdf(x, a, b).unwrap(), beta::upper(1.0 - x, b, a).unwrap());
        prop_assume!(low > 1e-290);
        // A tail of 1e-250 is the exponential of -575, whose last bit is 1e-13 of it.
        prop_assert!(gap(low, high) < 1e-12 - 1e-14 * low.ln(), "{low:e} and {high:e}");
    }

    #[test]
    fn one_weight_is_a_scaled_chi_squared(x in 1e-3..100.0_f64, weight in 1e-6..1e6_f64) {
        let wanted = chi_squared::upper(x, 1.0).unwrap();
        for (method, tolerance) in [(Method::Satterthwaite, 1e-13), (Method::Integration, 1e-11)] {
            let got = mixture::upper(x * weight, &[weight], method).unwrap();
            prop_assert!(gap(got, wanted) < tolerance, "{} {:e} for {:e}", method, got, wanted);
        }
    }

    #[test]
    fn the_integral_falls_in_x(
        weights in prop::collection::vec(1e-4..10.0_f64, 1..12),
        ddf in df(),
        x in 1e-2..50.0_f64,
    ) {
        let tail = |x| mixture::upper_f(x, &weights, ddf, Method::Integration).unwrap();
        let (near, far) = (tail(x), tail(1.1 * x));
        prop_assert!((0.0..=1.0).contains(&near) && far <= near, "{near:e}, {far:e}");
    }

    #[test]
    fn adjusted_p_values_keep_their_order(p in p_values()) {
        for method in [PAdjust::Bonferroni, PAdjust::Holm, PAdjust::BenjaminiHochberg] {
            let adjusted = adjust(&p, method).unwrap();
            for (one, other) in p.iter().zip(&adjusted) {
                prop_assert!(one <= other && *other <= 1.0);
            }
            let mut both: Vec<(f64, f64)> = p.iter().copied().zip(adjusted).collect();
            both.sort_by(|a, b| a.partial_cmp(b).unwrap());
            prop_assert!(both.windows(2).all(|pair| pair[0].1 <= pair[1].1));
        }
    }

    #[test]
    fn holm_lies_between_the_other_two(p in p_values()) {
        let [bonferroni, holm, rate] =
            [PAdjust::Bonferroni, PAdjust::Holm, PAdjust::BenjaminiHochberg]
                .map(|method| adjust(&p, method).unwrap());
        // m/j·p is rounded twice.
        let slack = 1.0 + 4.0 * f64::EPSILON;
        for ((one, two), three) in bonferroni.iter().zip(&holm).zip(&rate) {
            prop_assert!(two <= one && *three <= two * slack);
        }
    }
}
