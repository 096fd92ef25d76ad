//! Ten means in 34 domains with Taylor errors: both of our engines and R survey,
//! on the same data, one after the other, with their numbers compared.
//!
//! `cargo bench -p gko-survey --bench against_r`; `GKO_BENCH_ROWS` sets the rows
//! (100 000 without). R needs the package `survey` (Debian: `r-cran-survey`;
//! another library path by `R_LIBS`); without it that side is reported as not run.

#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

use std::fmt::Write as _;
use std::process::Command;
use std::time::Instant;

use gko_survey::{
    Classifier, Columns, Design, DesignColumns, Domain, Domains, Item, Mean, Options, PsuLabels,
    PsuTotals, Survey,
};

const COUNTRIES: u32 = 17;
const PSUS: u32 = 100;
const STRATA: u32 = 10;
const ITEMS: u32 = 10;
const RUNS: usize = 5;

struct Data {
    country: Vec<u32>,
    stratum: Vec<u32>,
    psu: Vec<u32>,
    sex: Vec<u8>,
    weight: Vec<f64>,
    items: Vec<Vec<f64>>,
}

/// splitmix64, as in the other benches.
fn mix(seed: u64) -> u64 {
    let z = (seed.wrapping_add(0x9E37_79B9_7F4A_7C15) ^ (seed >> 30))
        .wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Data {
    fn new(rows: u32) -> Self {
        let draw =
            |row: u32, salt: u32, below: u64| mix(u64::from(row) * 131 + u64::from(salt)) % below;
        let small =
            |row: u32, salt: u32, below: u64| u32::try_from(draw(row, salt, below)).unwrap();
        let psu: Vec<u32> = (0..rows).map(|row| small(row, 1, u64::from(PSUS))).collect();
        let value = |row: u32, item: u32| f64::from(small(row, 100 + item, 1000)) / 10.0;
        Self {
            country: (0..rows).map(|row| small(row, 2, u64::from(COUNTRIES))).collect(),
            stratum: psu.iter().map(|psu| psu * STRATA / PSUS).collect(),
            psu,
            sex: (0..rows).map(|row| u8::try_from(draw(row, 3, 2)).unwrap()).collect(),
            weight: (0..rows).map(|row| 0.5 + f64::from(small(row, 4, 1000)) / 1000.0).collect(),
            items: (0..ITEMS).map(|item| (0..rows).map(|row| value(row, item)).collect()).collect(),
        }
    }

    fn rows(&self) -> usize {
        self.country.len()
    }

    fn csv(&self) -> String {
        let mut text = "country,stratum,psu,sex,weight".to_owned();
        (0..ITEMS).for_each(|item| write!(text, ",y{item}").unwrap());
        for row in 0..self.rows() {
            let design = (self.country[row], self.stratum[row], self.psu[row], self.sex[row]);
            let (country, stratum, psu, sex) = design;
            write!(text, "\n{country},{stratum},{psu},{sex},{}", self.weight[row]).unwrap();
            self.items.iter().for_each(|item| write!(text, ",{}", item[row]).unwrap());
        }
        text
    }

    fn design(&self) -> Design {
        Design::new(DesignColumns {
            sample: &self.country,
            stratum: &self.stratum,
            psu: &self.psu,
            weight: &self.weight,
            psu_labels: PsuLabels::NestedInStratum,
        })
        .unwrap()
    }

    /// Mean and error of every domain and item, by one pass over PSU totals.
    fn one_pass(&self) -> Vec<[f64; 2]> {
        let in_base = vec![1; self.rows()];
        let sex = [Classifier { codes: &self.sex, categories: 2 }];
        let domains = Domains::new(self.rows(), &sex, &[vec![0]]).unwrap();
        let item = |value| Item::Mean { value, in_base: &in_base };
        let items: Vec<Item<'_>> = self.items.iter().map(|values| item(values)).collect();
        let totals = PsuTotals::accumulate(&self.design(), &domains, &items).unwrap();
        let estimates = totals.estimates(&Options::default()).unwrap();
        let mut all = Vec::new();
        for country in 0..totals.samples() {
            for domain in 0..2 {
                let one = |item| estimates.get(country, domain, item);
                let pair = |item| [one(item).value.unwrap(), one(item).se.unwrap()];
                all.extend((0..self.items.len()).map(pair));
            }
        }
        all
    }

    /// The same by the general engine, with the covariance between all of them.
    fn general(&self) -> Vec<[f64; 2]> {
        let survey = Survey::new(self.design());
        let names: Vec<String> = (0..ITEMS).map(|item| format!("y{item}")).collect();
        let pairs = names.iter().zip(&self.items);
        let columns = pairs.fold(Columns::new(), |all, (name, item)| all.number(name, item));
        let inside = |country: u32, sex: u8| {
            let rows = self.country.iter().zip(&self.sex);
            Domain::of(rows.map(|(&c, &s)| c == country && s == sex).collect())
        };
        let domains: Vec<Domain> = (0..COUNTRIES)
            .flat_map(|c| (0..2).map(move |s| (c, s)))
            .map(|(c, s)| inside(c, s))
            .collect();
        let got = survey.estimate_by(&Mean::new(columns), &domains).unwrap();
        got.values().iter().zip(got.se()).map(|(value, se)| [*value, se]).collect()
    }
}

/// Median seconds, and the result.
fn timed(run: impl Fn() -> Vec<[f64; 2]>) -> (f64, Vec<[f64; 2]>) {
    let mut seconds = Vec::new();
    let mut result = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        result = run();
        seconds.push(start.elapsed().as_secs_f64());
    }
    seconds.sort_by(f64::total_cmp);
    (seconds[RUNS / 2], result)
}

fn r_survey(data: &Data) -> Option<(f64, Vec<[f64; 2]>)> {
    let file = std::env::temp_dir().join(format!("gko-against-r-{}.csv", std::process::id()));
    std::fs::write(&file, data.csv()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../benches/against_r.R");
    let output = Command::new("Rscript").arg(script).arg(&file).output();
    std::fs::remove_file(&file).unwrap();
    let output = output.ok().filter(|output| output.status.success())?;
    let text = String::from_utf8(output.stdout).ok()?;
    let mut lines = text.lines();
    let seconds = lines.next()?.parse().ok()?;
    let pair = |line: &str| {
        let mut numbers = line.split(' ').map(|number| number.parse().unwrap());
        [numbers.next().unwrap(), numbers.next().unwrap()]
    };
    Some((seconds, lines.map(pair).collect()))
}

fn agree(what: &str, one: &[[f64; 2]], two: &[[f64; 2]]) {
    assert_eq!(one.len(), two.len(), "{what}");
    for (one, two) in one.iter().flatten().zip(two.iter().flatten()) {
        assert!((one - two).abs() <= 1e-9 * two.abs(), "{what}: {one} and {two}");
    }
}

fn main() {
    let rows = std::env::var("GKO_BENCH_ROWS").ok().and_then(|rows| rows.parse().ok());
    let data = Data::new(rows.unwrap_or(100_000));
    println!(
        "{} rows, {ITEMS} means, {} domains, {} PSUs",
        data.rows(),
        2 * COUNTRIES,
        COUNTRIES * PSUS
    );
    let (fast, fast_numbers) = timed(|| data.one_pass());
    println!("one pass over PSU totals   {fast:9.4} s (median of {RUNS})");
    let (general, general_numbers) = timed(|| data.general());
    agree("general engine", &general_numbers, &fast_numbers);
    println!("general engine             {general:9.4} s, numbers agree to 1e-9");
    match r_survey(&data) {
        None => println!("R survey                   NOT RUN: Rscript or the package is missing"),
        Some((seconds, numbers)) => {
            agree("R survey", &fast_numbers, &numbers);
            println!("R survey                   {seconds:9.3} s (once), numbers agree to 1e-9");
            println!("ratios: {:.0} and {:.0}", seconds / fast, seconds / general);
        }
    }
}
