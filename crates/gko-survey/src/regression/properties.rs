//! What holds for any data: influence functions, scales, references, saturated models.

use proptest::prelude::*;

use super::*;
use crate::{Columns, Design, Domain, Error, Matrix, Mean, Statistic, Survey};

const SEX: [u32; 12] = [0, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0];
const COUNTRY: [u32; 12] = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2];
const AGE: [f64; 12] = [9.0, 10.0, 12.0, 15.0, 11.0, 9.0, 17.0, 13.0, 14.0, 10.0, 16.0, 12.0];
const HOURS: [f64; 12] = [1.5, 2.0, 0.7, 4.1, 2.2, 1.9, 5.0, 2.8, 3.3, 0.9, 4.4, 2.5];
const HARM: [f64; 12] = [0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0];
const SKILL: [u32; 12] = [0, 1, 0, 2, 1, 2, 1, 0, 2, 0, 1, 2];
const SHIFT: [f64; 12] = [0.1, 0.0, 0.2, 0.0, -0.1, 0.3, 0.0, 0.0, 0.1, 0.2, 0.0, -0.2];

fn sex() -> Variable<'static> {
    Variable::factor("sex", &SEX, &["boy", "girl"]).unwrap()
}

fn country() -> Variable<'static> {
    Variable::factor("country", &COUNTRY, &["A", "B", "C"]).unwrap()
}

fn age() -> Variable<'static> {
    Variable::numeric("age", &AGE)
}

fn model(response: Variable<'static>, terms: &Terms) -> Model<'static> {
    Model::new(response, vec![sex(), country(), age()], terms).unwrap()
}

fn hours(terms: &Terms) -> Glm<'static> {
    let model = model(Variable::numeric("hours", &HOURS), terms);
    Glm::new(model, Family::Gaussian, Link::Identity).unwrap()
}

fn harm(terms: &Terms, link: Link) -> Glm<'static> {
    Glm::new(model(Variable::numeric("harm", &HARM), terms), Family::Binomial, link).unwrap()
}

fn weights() -> impl Strategy<Value = Vec<f64>> {
    prop::collection::vec(0.5..3.0_f64, 12)
}

/// Scores against what the values do when one weight moves a little.
fn check_scores(statistic: &dyn Statistic, weights: &[f64]) {
    const STEP: f64 = 1e-4;
    let values = statistic.values(weights).unwrap();
    let scores = statistic.scores(weights, &values).unwrap();
    assert_eq!(scores.shape(), (weights.len(), statistic.terms().len()));
    for row in 0..weights.len() {
        let at = |step: f64| {
            let mut moved = weights.to_vec();
            moved[row] += step;
            statistic.values(&moved).unwrap()
        };
        for (term, (up, down)) in at(STEP).iter().zip(at(-STEP)).enumerate() {
            let slope = (up - down) / (2.0 * STEP);
            let score = scores[(row, term)];
            assert!((slope - score).abs() < 1e-5 * (1.0 + score.abs()), "{slope} {score}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn scores_of_every_family_are_derivatives(weights in weights()) {
        let terms = Terms::new().main("sex").main("age");
        for link in [Link::Logit, Link::Probit, Link::Cloglog] {
            // Fisher's information is the derivative's for the canonical link alone;
            // in a saturated model all links agree.
            let terms = if link == Link::Logit { &terms } else { &Terms::new().main("country") };
            check_scores(&harm(terms, link), &weights);
        }
        check_scores(&hours(&Terms::new().crossed(&["sex", "age"])), &weights);
        let counts = model(Variable::numeric("hours", &HOURS), &terms).with_offset(&SHIFT).unwrap();
        check_scores(&Glm::new(counts, Family::Poisson, Link::Log).unwrap(), &weights);
        let times = model(Variable::numeric("hours", &HOURS), &Terms::new().main("country"));
        for link in [Link::Inverse, Link::Log, Link::Identity] {
            check_scores(&Glm::new(times.clone(), Family::Gamma, link).unwrap(), &weights);
        }
    }

    #[test]
    fn scores_of_ordered_responses_tables_and_margins_are_derivatives(weights in weights()) {
        let skill = Variable::factor("skill", &SKILL, &["low", "some", "high"]).unwrap();
        let odds = model(skill.clone(), &Terms::new().main("sex").main("age"));
        check_scores(&ProportionalOdds::new(odds.with_offset(&SHIFT).unwrap()).unwrap(), &weights);
        let table = [sex(), skill];
        let terms = Terms::new().main("sex").main("skill");
        check_scores(&LogLinear::new(&table, &terms).unwrap(), &weights);
        let glm = harm(&Terms::new().crossed(&["sex", "age"]), Link::Logit);
        let all = [Margin::Means("sex"), Margin::Effect("sex"), Margin::Effect("age")];
        check_scores(&Margins::new(glm, &all).unwrap(), &weights);
    }

    #[test]
    fn the_scale_of_the_weights_does_not_matter(weights in weights(), scale in 0.001..1000.0_f64) {
        let scaled: Vec<f64> = weights.iter().map(|weight| weight * scale).collect();
        let glm = harm(&Terms::new().main("sex").main("age"), Link::Probit);
        let pairs = glm.values(&weights).unwrap().into_iter().zip(glm.values(&scaled).unwrap());
        for (one, two) in pairs {
            prop_assert!((one - two).abs() < 1e-10 * (1.0 + one.abs()));
        }
    }

    #[test]
    fn residuals_of_a_line_are_orthogonal_to_its_columns(weights in weights()) {
        let glm = hours(&Terms::new().main("country").crossed(&["sex", "age"]));
        let b = glm.values(&weights).unwrap();
        let fitted = linear::times(glm.model().matrix(), &b);
        for column in glm.model().matrix().column_iter() {
            let rows = column.iter().zip(&weights).zip(HOURS.iter().zip(&fitted));
            let sum: f64 = rows.map(|((x, w), (y, mu))| x * w * (y - mu)).sum();
            prop_assert!(sum.abs() < 1e-10);
        }
    }

    #[test]
    fn a_shifted_outcome_shifts_the_intercept(weights in weights(), by in -50.0..50.0_f64) {
        let moved: Vec<f64> = HOURS.iter().map(|hours| hours + by).collect();
        let terms = Terms::new().main("sex").main("age");
        let variables = vec![sex(), age()];
        let other = Model::new(Variable::numeric("hours", &moved), variables, &terms).unwrap();
        let other = Glm::new(other, Family::Gaussian, Link::Identity).unwrap();
        let (one, two) = (hours(&terms).values(&weights).unwrap(), other.values(&weights).unwrap());
        prop_assert!((two[0] - one[0] - by).abs() < 1e-10 * (1.0 + by.abs()));
        prop_assert!((two[1] - one[1]).abs() < 1e-10 && (two[2] - one[2]).abs() < 1e-10);
    }

    #[test]
    fn another_reference_turns_the_coefficients(weights in weights()) {
        let terms = Terms::new().main("country").main("age");
        let response = Variable::numeric("harm", &HARM);
        let variables = vec![country().with_reference(2).unwrap(), age()];
        let turned = Model::new(response, variables, &terms).unwrap();
        let turned = Glm::new(turned, Family::Binomial, Link::Logit).unwrap();
        let one = harm(&terms, Link::Logit).values(&weights).unwrap();
        let two = turned.values(&weights).unwrap();
        // Intercept, B and C against A; and intercept, A and B against C.
        prop_assert!((two[0] - one[0] - one[2]).abs() < 1e-9);
        prop_assert!((two[1] + one[2]).abs() < 1e-9);
        prop_assert!((two[2] - one[1] + one[2]).abs() < 1e-9);
    }
}

/// Twelve rows in four PSUs of two strata.
fn survey() -> Survey {
    let stratum = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
    let psu = [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3];
    let weights = [1.0, 2.0, 1.5, 0.5, 1.0, 2.5, 1.0, 1.0, 3.0, 2.0, 0.7, 1.1];
    let stage = crate::Stage::units(&psu).strata(&stratum);
    Survey::new(Design::builder(12).stage(stage).weights(&weights).build().unwrap())
}

fn near(one: &Matrix, two: &Matrix) -> bool {
    (one - two).amax() < 1e-10
}

#[test]
fn margins_of_a_saturated_model_are_the_domain_means_with_their_covariance() {
    let all = Domain::all(12);
    for link in [Link::Logit, Link::Probit, Link::Identity] {
        let glm = harm(&Terms::new().main("country"), link);
        let margins = Margins::new(glm, &[Margin::Means("country")]).unwrap();
        let margins = survey().estimate(&margins, &all).unwrap();
        let domain = |code: u32| Domain::of(COUNTRY.iter().map(|&one| one == code).collect());
        let domains = [domain(0), domain(1), domain(2)];
        let means = survey().estimate_by(&Mean::of("harm", &HARM), &domains).unwrap();
        for (one, two) in margins.values().iter().zip(means.values()) {
            assert!((one - two).abs() < 1e-12, "{link}");
        }
        assert!(near(margins.covariance(), means.covariance()), "{link}");
    }
}

#[test]
fn predictive_means_of_a_saturated_model_are_the_domain_means() {
    let all = Domain::all(12);
    let fit = harm(&Terms::new().main("country"), Link::Logit).estimate(&survey(), &all).unwrap();
    let got = fit.predictive_means(&survey(), &all, "country").unwrap();
    let domain = |code: u32| Domain::of(COUNTRY.iter().map(|&one| one == code).collect());
    let domains = [domain(0), domain(1), domain(2)];
    let means = survey().estimate_by(&Mean::of("harm", &HARM), &domains).unwrap();
    assert!(got.values().iter().zip(means.values()).all(|(a, b)| (a - b).abs() < 1e-12));
    assert!(near(&got.covariance(), means.covariance()));
}

#[test]
fn the_only_coefficient_of_a_mean_is_the_mean() {
    let fit = hours(&Terms::new()).estimate(&survey(), &Domain::all(12)).unwrap();
    let columns = Columns::new().number("hours", &HOURS);
    let mean = survey().estimate(&Mean::new(columns), &Domain::all(12)).unwrap();
    assert!((fit.coefficients()[0] - mean.values()[0]).abs() < 1e-13);
    assert!(near(fit.covariance(), mean.covariance()));
    assert!((fit.deviance() - fit.null_deviance()).abs() < 1e-12);
    assert_eq!(fit.df_residual(), 2.0);
}

#[test]
fn the_interaction_of_two_by_two_is_a_quarter_of_the_log_odds_ratio() {
    let yes: Vec<u32> = HARM.iter().map(|&harm| u32::from(harm > 0.0)).collect();
    let harm = Variable::factor("harm", &yes, &["no", "yes"]).unwrap();
    let terms = Terms::new().crossed(&["sex", "harm"]);
    let model = LogLinear::new(&[sex(), harm], &terms).unwrap();
    let fit = model.estimate(&survey(), &Domain::all(12)).unwrap();
    assert_eq!(model.cells(), ["boy.no", "girl.no", "boy.yes", "girl.yes"]);
    let p = fit.shares().values();
    let odds = (p[0] * p[3] / (p[1] * p[2])).ln();
    assert!((fit.coefficients()[2] - odds / 4.0).abs() < 1e-12);
    assert!(fit.deviance().abs() < 1e-12);
    let direct = survey().estimate(&model, &Domain::all(12)).unwrap();
    assert!(near(fit.covariance(), direct.covariance()));
}

#[test]
fn the_effect_of_a_number_adds_up_its_products() {
    let glm = hours(&Terms::new().crossed(&["sex", "age"]));
    let weights = survey().weights().to_vec();
    let b = glm.values(&weights).unwrap();
    let girls: f64 = weights.iter().zip(SEX).map(|(w, sex)| w * f64::from(sex)).sum();
    let share = girls / weights.iter().sum::<f64>();
    let effect = Margins::new(glm, &[Margin::Effect("age")]).unwrap().values(&weights).unwrap();
    assert!((effect[0] - b[2] - share * b[3]).abs() < 1e-12);
}

#[test]
fn a_fit_is_the_same_to_the_bit_when_it_is_made_again() {
    let fit = || {
        let glm = harm(&Terms::new().main("sex").main("age"), Link::Logit);
        glm.estimate(&survey(), &Domain::all(12)).unwrap()
    };
    assert_eq!(fit().coefficients(), fit().coefficients());
    assert_eq!(fit().covariance(), fit().covariance());
}

#[test]
fn rows_of_weight_zero_are_not_looked_at() {
    let mut broken = HOURS;
    broken[3] = f64::NAN;
    let other =
        Model::new(Variable::numeric("hours", &broken), vec![age()], &Terms::new().main("age"));
    let other = Glm::new(other.unwrap(), Family::Gaussian, Link::Identity).unwrap();
    let mut weights = vec![1.0; 12];
    assert_eq!(other.values(&weights).unwrap_err().code(), "GKO-S103");
    weights[3] = 0.0;
    let whole = hours(&Terms::new().main("age"));
    assert_eq!(other.values(&weights), whole.values(&weights));
    let fit = other.estimate(&survey(), &Domain::all(12)).unwrap();
    assert_eq!(fit.estimation().bases()[0].excluded, 1);
}

#[test]
fn what_the_design_refuses_is_passed_on() {
    let glm = hours(&Terms::new().main("age"));
    let one = [0; 12];
    let design = Design::builder(12).stage(crate::Stage::units(&one)).weights(&[1.0; 12]);
    let alone = glm.estimate(&Survey::new(design.build().unwrap()), &Domain::all(12)).unwrap_err();
    assert!(matches!(alone, Error::SinglePsuStrata { .. }));
    let nobody = glm.estimate(&survey(), &Domain::of(vec![false; 12])).unwrap_err();
    assert_eq!(nobody, Error::EmptyDomain);
}

#[test]
fn a_table_of_too_many_cells_is_refused() {
    let levels: Vec<String> = (0..100).map(|level| level.to_string()).collect();
    let levels: Vec<&str> = levels.iter().map(String::as_str).collect();
    let one = |name| Variable::factor(name, &[0, 1], &levels).unwrap();
    let table: Vec<Variable<'_>> = ["a", "b", "c"].map(one).to_vec();
    assert_eq!(LogLinear::new(&table, &Terms::new()).unwrap_err().code(), "GKO-S185");
}
