//! Targets that are estimates, and soft ones, through a plan.

use gko_survey::{Columns, Domain, Survey, Total};
use gko_weighting::Sample;
use gko_weighting::plan::Plan;
use gko_weighting::population::Population;
use gko_weighting::run::{Weighted, run};

/// Twelve households of two countries, six PSUs each.
fn weighted(step: &str) -> Weighted {
    let plan = format!(
        "format = \"gko-weighting/1\"\ntitle = \"t\"\nyear = 2026\ngroup = \"c\"\n\
         universe = {{ unit = \"children\", ages = [9, 17], who = \"all\" }}\n\
         data = {{ file = \"d.csv\" }}\npopulation = \"p.csv\"\ndesign = {{ psu = \"psu\" }}\n\
         replicates = {{ method = {{ jkn = {{}} }}, mse = true }}\n\
         [[steps]]\nselection.given = {{ weights = \"d\" }}\n[[steps]]\n{step}\n"
    );
    let plan = Plan::parse(&plan, "plan.toml").unwrap();
    let about = "children,9,17,all,2025,survey";
    let rows =
        [("A", "boy", 60, 3), ("A", "girl", 40, 4), ("B", "boy", 500, 20), ("B", "girl", 700, 10)];
    let lines: String = rows
        .iter()
        .map(|(c, sex, count, se)| format!("{c},sex,{sex},{count},{se},{about}\n"))
        .collect();
    let head = "country,margin,category,count,se,unit,age_min,age_max,universe,year,source\n";
    let population = Population::parse_csv(&format!("{head}{lines}"), "p.csv").unwrap();
    run(&plan, sample(), Some(&population), &mut |_| ()).unwrap()
}

fn sample() -> Sample {
    let rows = 0..24_u32;
    let country: Vec<Option<&str>> =
        rows.clone().map(|row| Some(if row < 12 { "A" } else { "B" })).collect();
    let sex: Vec<Option<&str>> =
        rows.clone().map(|row| Some(["boy", "girl", "girl"][row as usize % 3])).collect();
    let number = |of: &dyn Fn(u32) -> u32| rows.clone().map(|row| f64::from(of(row))).collect();
    Sample::new(24)
        .texts("c", &country)
        .unwrap()
        .texts("sex", &sex)
        .unwrap()
        .numbers("psu", number(&|row| row / 2))
        .unwrap()
        .numbers("d", number(&|row| 5 + row % 4))
        .unwrap()
}

/// The variance of the count of girls of a country.
fn variance(done: &Weighted, survey: &Survey, country: u32) -> f64 {
    let sex = done.sample.category_column("sex").unwrap();
    let girl: Vec<f64> = sex.codes.iter().map(|&code| f64::from(code)).collect();
    let here = done.groups.codes.iter().map(|&code| code == country).collect();
    let total = Total::new(Columns::new().number("girl", &girl));
    survey.estimate(&total, &Domain::of(here)).unwrap().covariance()[(0, 0)]
}

/// A count that is calibrated to varies as its figure does: not at all where that is
/// known, by its own variance where it is estimated, linearised and in replicates.
#[test]
fn a_count_has_the_variance_of_its_figure() {
    let close =
        |got: f64, want: f64| assert!((got - want).abs() < 1e-6 * want.max(1.0), "{got}, {want}");
    for (estimated, variances) in [(true, [16.0, 100.0]), (false, [0.0, 0.0])] {
        let step = format!("calibrate.margins = [{{ of = [\"sex\"], estimated = {estimated} }}]");
        let done = weighted(&step);
        for (country, want) in (0..).zip(variances) {
            close(variance(&done, &done.survey().unwrap(), country), want);
            close(variance(&done, &done.replicated_survey().unwrap(), country), want);
        }
    }
}

/// With one margin the penalised totals are known in closed form: of a category with
/// weighted count n and target t, of all rows N, `k²·N/t²·(t - w)·n = w - n` for the
/// linear distance, where w is the count after.
#[test]
fn a_soft_count_stops_where_its_price_and_the_move_balance() {
    let done = weighted("calibrate.margins = [{ of = [\"sex\"], cost = 3.0 }]");
    let sex = done.sample.category_column("sex").unwrap();
    let count = |weights: &[f64], country: usize, code: u32| -> f64 {
        let rows = done.groups.rows[country].iter().map(|&row| row as usize);
        rows.filter(|&row| sex.codes[row] == code).map(|row| weights[row]).sum()
    };
    for (country, targets) in [[60.0, 40.0], [500.0, 700.0]].into_iter().enumerate() {
        let all: f64 = (0..2).map(|code| count(&done.base, country, code)).sum();
        for (code, target) in (0..).zip(targets) {
            let n = count(&done.base, country, code);
            let price = 9.0 * all / (target * target) * n;
            let want = (n + price * target) / (1.0 + price);
            let got = count(&done.weights, country, code);
            assert!((got / want - 1.0).abs() < 1e-8, "{got}, {want}");
            assert!((got - target).abs() > 1e-3, "a soft figure is missed");
        }
    }
}
