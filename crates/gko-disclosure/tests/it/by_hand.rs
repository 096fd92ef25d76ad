//! Estimates put together by hand, and estimates of real rows.

use gko_disclosure::{Candidate, Mark, ProtectedFigure, Reason, Rules, protect};
use gko_survey::{
    Design, DesignColumns, Domains, Estimate, Interval, IntervalMethod, Item, Options, PsuLabels,
    PsuTotals, Quantity, SinglePsu,
};

/// A share that no rule objects to: to be changed in one place by a test.
pub fn share(n: u64, hits: u64) -> Estimate {
    let size = n as f64;
    let p = if n == 0 { None } else { Some(hits as f64 / size) };
    let interval = p.map(|p| interval((p - 0.02).max(0.0), (p + 0.02).min(1.0)));
    Estimate {
        quantity: Quantity::Share,
        value: p,
        se: p.map(|_| 0.01),
        interval,
        df: 40,
        n,
        hits,
        n_weighted: size,
        n_eff: Some(size),
        kg_n: Some(size.max(60.0)),
        nchs_interval: interval,
        deff: Some(1.0),
        kish_deff: Some(1.0),
        single_psu: SinglePsu::Fail,
        absent: p.is_none().then_some(gko_survey::Absent::EmptyBase),
    }
}

pub fn interval(low: f64, high: f64) -> Interval {
    Interval { low, high, level: 0.95, method: IntervalMethod::KornGraubardNchs }
}

/// A mean of 3.25 on n answers, so many of them effective.
pub fn mean(n: u64, n_eff: f64) -> Estimate {
    let n_eff = Some(n_eff);
    let quantity = Quantity::Mean;
    let (value, kg_n, nchs_interval) = (Some(3.25), None, None);
    Estimate { quantity, value, n_eff, kg_n, nchs_interval, hits: 0, ..share(n, 0) }
}

/// An unstratified sample: answers by row, rows by PSU, weights alike.
pub fn of_rows(answers: &[u8], psu: &[u32], single_psu: SinglePsu) -> Estimate {
    let rows = answers.len();
    let columns = DesignColumns {
        sample: &vec![0; rows],
        stratum: &vec![0; rows],
        psu,
        weight: &vec![1.0; rows],
        psu_labels: PsuLabels::NestedInStratum,
    };
    let design = Design::new(columns).unwrap();
    let total = Domains::new(rows, &[], &[vec![]]).unwrap();
    let totals = PsuTotals::accumulate(&design, &total, &[Item::Share(answers)]).unwrap();
    let options = Options { single_psu, ..Options::default() };
    totals.estimates(&options).unwrap().get(0, 0, 0).clone()
}

/// What becomes of one figure by itself.
pub fn alone(estimate: Estimate, sensitive: bool) -> ProtectedFigure {
    let candidate = Candidate::new((), estimate).sensitive(sensitive);
    protect(vec![candidate], &Rules::default()).rows()[0].1.clone()
}

pub fn verdict(figure: &ProtectedFigure) -> (Mark, Vec<Reason>) {
    (figure.mark(), figure.reasons().to_vec())
}
