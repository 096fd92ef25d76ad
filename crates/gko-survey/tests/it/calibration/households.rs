//! Children and parents of one household, and weights that vanish.

use gko_survey::Matrix;
use gko_survey::calibration::{CalibrateOptions, Distance, calibrate};

const HOUSEHOLDS: usize = 30;

/// In each household one or two children and a parent, with weights of their own; a row
/// has the household, whether a child, the weight.
fn persons() -> Vec<(u32, bool, f64)> {
    let household = |code: u32| {
        let base = 5.0 + f64::from(code % 7);
        let second = code.is_multiple_of(3).then_some((code, true, base * 0.8));
        [Some((code, true, base)), second, Some((code, false, base * 1.7))]
    };
    (0_u32..).take(HOUSEHOLDS).flat_map(household).flatten().collect()
}

/// Girls and boys among children, mothers and fathers among parents.
fn margins(persons: &[(u32, bool, f64)]) -> Matrix {
    Matrix::from_fn(persons.len(), 4, |row, j| {
        let (code, child, _) = persons[row];
        let group = usize::from(!child) * 2 + if child { row % 2 } else { code as usize % 2 };
        f64::from(u8::from(group == j))
    })
}

#[test]
fn persons_of_a_household_share_a_factor_and_all_margins_hold() {
    let persons = persons();
    let (x, weights) = (margins(&persons), persons.iter().map(|one| one.2).collect::<Vec<_>>());
    let cluster: Vec<u32> = persons.iter().map(|one| one.0).collect();
    let totals = x.tr_mul(&Matrix::from_column_slice(weights.len(), 1, &weights));
    let targets: Vec<f64> =
        totals.iter().zip([1.1, 0.95, 1.02, 1.15]).map(|(total, move_)| total * move_).collect();
    for (distance, bounds) in [
        (Distance::Linear, None),
        (Distance::Raking, None),
        (Distance::Linear, Some((0.5, 2.0))),
        (Distance::Logit, Some((0.5, 2.0))),
    ] {
        let options =
            CalibrateOptions { distance, bounds, cluster: Some(&cluster), ..Default::default() };
        let done = calibrate(&weights, &x, &targets, &options).unwrap();
        let found = x.tr_mul(&Matrix::from_column_slice(weights.len(), 1, &done.weights));
        for (found, target) in found.iter().zip(&targets) {
            assert!((found / target - 1.0).abs() < 1e-9, "{distance}");
        }
        for pair in cluster.windows(2).zip(done.factors.windows(2)).filter(|(c, _)| c[0] == c[1]) {
            assert_eq!(pair.1[0], pair.1[1]);
        }
        let (least, most) = bounds.unwrap_or((0.0, f64::INFINITY));
        assert!(done.factors.iter().all(|factor| (least..=most).contains(factor)));
        // Factors differ between households.
        assert!(done.report.largest_factor > done.report.smallest_factor + 0.01);
    }
}

fn raked(x: &[f64], target: f64) -> Result<usize, &'static str> {
    let distance = Distance::Raking;
    let options = CalibrateOptions { distance, max_iterations: 2000, ..Default::default() };
    let x = Matrix::from_column_slice(x.len(), 1, x);
    let done = calibrate(&vec![1.0; x.nrows()], &x, &[target], &options);
    done.map(|done| done.report.vanished).map_err(|error| error.code())
}

/// No weights above 0 have a total of 0, nor one that no number is small enough for.
#[test]
fn a_total_of_nothing_is_refused() {
    assert_eq!(raked(&[1.0, 2.0], 0.0), Err("GKO-S077"));
    assert_eq!(raked(&[-1.0, -2.0], 0.0), Err("GKO-S077"));
    assert_eq!(raked(&[1.0, 2.0], 1e-310), Err("GKO-S145"));
    assert_eq!(raked(&[1.0, -1.0], 0.0), Ok(0));
}

/// With factors q and q² and `q + 2q² = 1e-9` the second is a billionth of the first;
/// with a constant all shrink alike, and none vanishes beside another.
#[test]
fn rows_that_lose_their_weight_are_counted() {
    assert_eq!(raked(&[1.0, 2.0], 1e-9), Ok(1));
    assert_eq!(raked(&[1.0, 2.0], 2.0), Ok(0));
    assert_eq!(raked(&[1.0, 1.0], 1e-9), Ok(0));
}
