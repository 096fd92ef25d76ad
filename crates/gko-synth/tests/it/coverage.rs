//! How often an interval holds the truth, counted over samples of one population.
//!
//! # Rule
//!
//! A 95 % interval may miss the truth in 5 of 100 samples. Of B samples the
//! observed coverage has a standard error of `√(0.95·0.05/B)`; less than 95 %
//! by more than three of them is a fault of the method, not of chance.

use gko_survey::{
    Classifier, Design, DesignColumns, Domains, Estimates, IntervalMethod, Item, Options,
    PsuLabels, PsuTotals,
};
use gko_synth::population::{ITEMS, Population, Sample};

/// Samples drawn.
const SAMPLES: u32 = 1000;
const DOMAINS: [(&str, Option<u8>); 3] = [("all", None), ("boys", Some(0)), ("girls", Some(1))];
const METHODS: [IntervalMethod; 2] = [IntervalMethod::KornGraubardNchs, IntervalMethod::Logit];

/// Hits and widths of one item in one domain, by method.
#[derive(Clone, Copy, Default)]
struct Count {
    hits: [f64; 2],
    width: [f64; 2],
    without: u32,
}

fn totals(sample: &Sample) -> PsuTotals {
    let rows = sample.weight.len();
    let design = Design::new(DesignColumns {
        sample: &vec![0; rows],
        stratum: &sample.stratum,
        psu: &sample.psu,
        weight: &sample.weight,
        psu_labels: PsuLabels::NestedInStratum,
    })
    .unwrap();
    let sex = Classifier { codes: &sample.sex, categories: 2 };
    let domains = Domains::new(rows, &[sex], &[vec![], vec![0]]).unwrap();
    let items: Vec<Item<'_>> = sample.items.iter().map(|item| Item::Share(item)).collect();
    PsuTotals::accumulate(&design, &domains, &items).unwrap()
}

fn count(estimates: &Estimates, method: usize, truth: &[Vec<f64>], counts: &mut [Vec<Count>]) {
    for (domain, counts) in counts.iter_mut().enumerate() {
        for (item, count) in counts.iter_mut().enumerate() {
            let interval = estimates.get(0, domain, item).interval;
            let Some(interval) = interval else {
                count.without += 1;
                continue;
            };
            let inside = (interval.low..=interval.high).contains(&truth[domain][item]);
            count.hits[method] += f64::from(u8::from(inside));
            count.width[method] += interval.high - interval.low;
        }
    }
}

#[test]
fn korn_graubard_holds_the_truth_in_95_of_100_samples() {
    let population = Population::new(2018);
    let truth: Vec<Vec<f64>> = DOMAINS
        .iter()
        .map(|(_, sex)| (0..ITEMS.len()).map(|i| population.truth(i, *sex).unwrap()).collect())
        .collect();
    let mut counts = vec![vec![Count::default(); ITEMS.len()]; DOMAINS.len()];
    for number in 0..SAMPLES {
        let totals = totals(&population.draw(number));
        for (place, method) in METHODS.into_iter().enumerate() {
            let options = Options { interval: method, ..Options::default() };
            count(&totals.estimates(&options).unwrap(), place, &truth, &mut counts);
        }
    }
    print(&truth, &counts);
    let least = 0.95 - 3.0 * (0.95 * 0.05 / f64::from(SAMPLES)).sqrt();
    for (domain, counts) in DOMAINS.iter().zip(&counts) {
        for ((item, _), count) in ITEMS.iter().zip(counts) {
            let coverage = count.hits[0] / f64::from(SAMPLES);
            assert!(coverage >= least, "{} {item}: {coverage} below {least}", domain.0);
            assert_eq!(count.without, 0, "{} {item}", domain.0);
        }
    }
}

#[expect(clippy::print_stdout, reason = "the table is the evidence: cargo test -- --nocapture")]
fn print(truth: &[Vec<f64>], counts: &[Vec<Count>]) {
    println!("{SAMPLES} samples; coverage and mean width in per cent");
    println!("domain  truth   NCHS cover  width   logit cover  width");
    for ((domain, truth), counts) in DOMAINS.iter().zip(truth).zip(counts) {
        for (truth, count) in truth.iter().zip(counts) {
            let share = |sum: f64| 100.0 * sum / f64::from(SAMPLES);
            println!(
                "{:6}  {:5.2}   {:9.1}  {:6.2}   {:9.1}  {:6.2}",
                domain.0,
                100.0 * truth,
                share(count.hits[0]),
                share(count.width[0]),
                share(count.hits[1]),
                share(count.width[1]),
            );
        }
    }
}
