//! The one pass over PSU totals gives what the general engine gives, which is held
//! against R in `oracle`: every single-stage design of the reference results, its
//! columns, its domains, its rules for single PSUs.

use std::sync::Arc;

use gko_survey::{
    Absent, Classifier, Columns, Design, Domain, Domains, Error, Item, Mean, Options, Population,
    PsuTotals, SinglePsu, Stage, Survey, Taylor,
};

use crate::oracle::{Table, designs};

/// Design, numbers to average, variables to break down by.
const DESIGNS: [(&str, &[&str], &[&str]); 12] = [
    ("dsrs", &["api00", "enroll"], &["stype", "sch.wide"]),
    ("dstrat", &["api00", "enroll"], &["sch.wide", "comp.imp"]),
    ("dclus1", &["api00", "enroll"], &["stype", "cname"]),
    ("dclus1_nofpc", &["api00", "enroll"], &["stype", "sch.wide"]),
    ("dlonely", &["api00", "enroll"], &["stype", "sch.wide"]),
    ("dnhanes", &["HI_CHOL"], &["race", "agecat"]),
    ("dgko", &["online_daily", "harm", "hours"], &["country", "sex"]),
    ("dgko_fpc", &["harm", "income"], &["country", "agegrp"]),
    ("dgko_senate", &["harm", "hours"], &["country", "skill"]),
    ("dfpc", &["x"], &[]),
    ("dfpc_pop", &["x"], &[]),
    ("dfpc_prop", &["x"], &[]),
];

struct Run {
    design: Design,
    data: Table,
    numbers: Vec<(String, Vec<f64>)>,
    by: Vec<(Vec<u32>, u8)>,
}

impl Run {
    fn new(name: &str, numbers: &[&str], by: &[&str]) -> Self {
        let (design, data) = designs::base(name);
        let numbers = numbers.iter().map(|&name| (name.to_owned(), data.numbers(name))).collect();
        let classifier = |name: &&str| {
            let levels = u8::try_from(data.levels(name).len()).unwrap();
            (data.codes(name), levels)
        };
        let by = by.iter().map(classifier).collect();
        Self { design, data, numbers, by }
    }

    fn rows(&self) -> usize {
        self.data.rows()
    }

    /// The same domains for both engines: the total, each variable, their crossing.
    fn domains(&self) -> (Domains, Vec<Domain>) {
        let bytes: Vec<Vec<u8>> = self
            .by
            .iter()
            .map(|(codes, _)| codes.iter().map(|&c| u8::try_from(c).unwrap_or(u8::MAX)).collect())
            .collect();
        let variables: Vec<Classifier<'_>> = bytes
            .iter()
            .zip(&self.by)
            .map(|(codes, &(_, categories))| Classifier { codes, categories })
            .collect();
        let mut breakdowns = vec![vec![]];
        breakdowns.extend((0..self.by.len()).map(|at| vec![at]));
        if self.by.len() > 1 {
            breakdowns.push((0..self.by.len()).collect());
        }
        let domains = Domains::new(self.rows(), &variables, &breakdowns).unwrap();
        let masks = (0..domains.len()).map(|at| self.mask(domains.label(at))).collect();
        (domains, masks)
    }

    fn mask(&self, label: &[Option<u8>]) -> Domain {
        let inside = |row: usize| {
            let mut pairs = label.iter().zip(&self.by);
            pairs.all(|(code, (codes, _))| code.is_none_or(|code| u32::from(code) == codes[row]))
        };
        Domain::of((0..self.rows()).map(inside).collect())
    }

    fn totals(&self, domains: &Domains) -> PsuTotals {
        let bases: Vec<Vec<u8>> = self
            .numbers
            .iter()
            .map(|(_, values)| values.iter().map(|x| u8::from(x.is_finite())).collect())
            .collect();
        let items = self.numbers.iter().zip(&bases);
        let items: Vec<Item<'_>> =
            items.map(|((_, value), in_base)| Item::Mean { value, in_base }).collect();
        PsuTotals::accumulate(&self.design, domains, &items).unwrap()
    }
}

/// Agreement relative to the number, or to rounding of the `value` it belongs to.
fn close(what: &str, got: Option<f64>, expected: f64, tolerance: f64, value: f64) {
    let got = got.unwrap_or(f64::NAN);
    let near = (got - expected).abs() <= (tolerance * expected.abs()).max(1e-14 * value.abs());
    assert!(near || got.is_nan() && expected.is_nan(), "{what}: {got} and {expected}");
}

fn compare(name: &str, run: &Run, single_psu: SinglePsu) {
    let (domains, masks) = run.domains();
    let totals = run.totals(&domains);
    let options = Options { single_psu, ..Options::default() };
    let one_pass = totals.estimates(&options);
    let taylor = Taylor { single_psu, ..Taylor::default() };
    let survey = Survey::linearised(Arc::new(run.design.clone()), taylor);
    for (item, (column, values)) in run.numbers.iter().enumerate() {
        let mean = Mean::new(Columns::new().number(column, values));
        for (domain, mask) in masks.iter().enumerate() {
            let base = mask.observed(values).unwrap();
            let general = survey.estimate(&mean, &base);
            let (general, one) = match (general, &one_pass) {
                (Err(Error::NoStratumToAverage { .. }), Ok(_)) => continue,
                (general, Ok(all)) => (general.unwrap(), all.get(0, domain, item)),
                (Err(general), Err(one)) => {
                    assert_eq!(&general, one);
                    continue;
                }
                (Ok(_), Err(one)) => panic!("{name}: {one}"),
            };
            let what = format!("{name} {column} domain {domain} {single_psu}");
            close(&what, one.value, general.values()[0], 1e-12, 0.0);
            close(&what, one.se, general.se()[0], 1e-10, general.values()[0]);
            let basis = &general.bases()[0];
            assert_eq!((one.n, f64::from(one.df)), (basis.n, basis.df), "{what}");
            close(&what, Some(one.n_weighted), basis.sum_weights, 1e-12, 0.0);
            assert_eq!(one.absent == Some(Absent::EmptyBase), basis.absent.is_some(), "{what}");
        }
    }
}

#[test]
fn both_engines_agree_on_every_design() {
    use SinglePsu::{Adjust, Average, Certainty, Remove};
    for (name, numbers, by) in DESIGNS {
        let run = Run::new(name, numbers, by);
        compare(name, &run, SinglePsu::Fail);
        if name == "dlonely" {
            for rule in [Remove, Certainty, Adjust, Average] {
                compare(name, &run, rule);
            }
        }
    }
}

#[test]
fn totals_of_psus_refuse_what_later_stages_add() {
    let (design, data) = designs::base("dclus2");
    let domains = Domains::new(data.rows(), &[], &[vec![]]).unwrap();
    let ones = vec![1; data.rows()];
    let refused = PsuTotals::accumulate(&design, &domains, &[Item::Share(&ones)]);
    assert_eq!(refused.unwrap_err().code(), "GKO-S055");
}

/// R survey 4.5: `svydesign(~p, strata = ~s, weights = ~w, fpc = ~N)`, `SE(svymean(~x, .))`
/// with `survey.lonely.psu`: the last stratum is one PSU of 4, or all there is.
#[test]
fn a_single_psu_has_its_finite_population() {
    use SinglePsu::{Adjust, Average};
    let cases = [
        (4.0, Adjust, 0.965_286_844_555_813_6),
        (4.0, Average, 1.1150547299368128),
        (1.0, Adjust, 0.910_438_374_540_696_5),
        (1.0, Average, 0.910_438_374_540_696_5),
    ];
    for (last, single_psu, se) in cases {
        let counts = [5.0, 5.0, 6.0, 6.0, last];
        let stage = Stage::units(&[1, 2, 3, 4, 5]).strata(&[1, 1, 2, 2, 3]);
        let stage = stage.population(Population::Counts(&counts));
        let weights = [2.0, 1.0, 3.0, 1.0, 2.0];
        let design = Design::builder(5).stage(stage).weights(&weights).build().unwrap();
        let all = Domains::new(5, &[], &[vec![]]).unwrap();
        let item = Item::Mean { value: &[1.0, 4.0, 2.0, 8.0, 5.0], in_base: &[1; 5] };
        let totals = PsuTotals::accumulate(&design, &all, &[item]).unwrap();
        let got = totals.estimates(&Options { single_psu, ..Options::default() }).unwrap();
        close(&format!("{last} {single_psu}"), got.get(0, 0, 0).se, se, 1e-12, 0.0);
    }
}
