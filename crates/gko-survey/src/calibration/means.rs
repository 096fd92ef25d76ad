//! Scores less their means in the cells, or in the margins, of a crossing.
//!
//! # Rule
//! With `u = score / weight` of each row, the mean of a cell needs the sum of its u
//! and its count. Means of margins are taken in turn until u stands still; a row of
//! a cell then has lost the sum of the means that its cell met on the way, so the
//! turns run on the cells too. Rows of weight 0 are left as they are.
//!
//! # References
//! R survey 4.5, `svyrecvar`: ten turns over the margins, which is the limit but for
//! strongly associated ones.

use super::crossing::Crossing;

/// Subtracts the mean of u in each row's cell; rows count as often as `counts` says.
pub(super) fn subtract_of_cells(
    crossing: &Crossing,
    scores: &mut [f64],
    counts: &[f64],
    weights: &[f64],
) {
    let means = of_cells(crossing, scores, counts, weights);
    subtract(crossing, scores, weights, &means);
}

/// The mean of u in each cell; rows count as often as `counts` says.
fn of_cells(crossing: &Crossing, scores: &[f64], counts: &[f64], weights: &[f64]) -> Vec<f64> {
    let used = |(weight, count): (&f64, &f64)| if *weight == 0.0 { 0.0 } else { *count };
    let count = crossing.tally(|rows| weights[rows.clone()].iter().zip(&counts[rows]).map(used));
    let total = crossing.tally(|rows| {
        let u = scores[rows.clone()].iter().zip(&weights[rows.clone()]).map(u);
        u.zip(&counts[rows]).map(|(u, count)| u * count)
    });
    total.iter().zip(&count).map(mean).collect()
}

/// The same in each of the categories of the one margin of a crossing.
pub(super) fn of_categories(
    crossing: &Crossing,
    categories: usize,
    scores: &[f64],
    counts: &[f64],
    weights: &[f64],
) -> Vec<f64> {
    let mut means = vec![0.0; categories];
    let by_cell = of_cells(crossing, scores, counts, weights);
    for (&category, mean) in crossing.categories().iter().flatten().zip(by_cell) {
        if let Some(place) = means.get_mut(category as usize) {
            *place = mean;
        }
    }
    means
}

/// Subtracts the mean of u in each category of each margin, in turn until u stands
/// still to the last digits; each row counts once.
pub(super) fn subtract_of_margins(crossing: &Crossing, scores: &mut [f64], weights: &[f64]) {
    let used = |weight: &f64| f64::from(u8::from(*weight != 0.0));
    let count = crossing.tally(|rows| weights[rows].iter().map(used));
    let total = crossing.tally(|rows| scores[rows.clone()].iter().zip(&weights[rows]).map(u));
    let largest = scores.iter().zip(weights).map(u).map(f64::abs).fold(0.0, f64::max);
    let lost = Turns { total, lost: vec![0.0; count.len()], count }.run(crossing, largest);
    subtract(crossing, scores, weights, &lost);
}

fn u((score, weight): (&f64, &f64)) -> f64 {
    if *weight == 0.0 { 0.0 } else { score / weight }
}

fn mean((total, count): (&f64, &f64)) -> f64 {
    if *count > 0.0 { total / count } else { 0.0 }
}

/// Takes from each row what its cell loses.
fn subtract(crossing: &Crossing, scores: &mut [f64], weights: &[f64], lost: &[f64]) {
    crossing.change(scores, |cell, row, score| {
        if weights[row] != 0.0 {
            *score -= lost[cell] * weights[row];
        }
    });
}

/// Turns over the margins, on the cells.
struct Turns {
    /// The sum of u in each cell as it stands.
    total: Vec<f64>,
    /// What each cell's rows have lost so far.
    lost: Vec<f64>,
    count: Vec<f64>,
}

impl Turns {
    /// What each cell's rows lose in all.
    fn run(mut self, crossing: &Crossing, largest: f64) -> Vec<f64> {
        const AS_R_DOES: usize = 10;
        const AT_MOST: usize = 10_000;
        for turn in 1..=AT_MOST {
            let moves = crossing.categories().iter().map(|margin| self.take(margin));
            let moved = moves.fold(0.0, f64::max);
            if turn >= AS_R_DOES && moved <= 1e-14 * largest {
                break;
            }
        }
        self.lost
    }

    /// Takes the means of one margin, and returns the largest.
    fn take(&mut self, margin: &[u32]) -> f64 {
        let categories = margin.iter().max().map_or(0, |&last| last as usize + 1);
        let (mut total, mut count) = (vec![0.0; categories], vec![0.0; categories]);
        for (cell, &category) in margin.iter().enumerate() {
            total[category as usize] += self.total[cell];
            count[category as usize] += self.count[cell];
        }
        let means: Vec<f64> = total.iter().zip(&count).map(mean).collect();
        for (cell, &category) in margin.iter().enumerate() {
            self.total[cell] -= means[category as usize] * self.count[cell];
            self.lost[cell] += means[category as usize];
        }
        means.into_iter().map(f64::abs).fold(0.0, f64::max)
    }
}
