//! Models that have no answer, and what is said of them.

use super::*;
use crate::{Error, Statistic};

const GROUP: [u32; 6] = [0, 0, 1, 1, 2, 2];
const X: [f64; 6] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];

fn group() -> Variable<'static> {
    Variable::factor("group", &GROUP, &["a", "b", "c"]).unwrap()
}

fn fit(y: &[f64], terms: &Terms, family: Family, link: Link) -> Result<Vec<f64>, Error> {
    let variables = vec![group(), Variable::numeric("x", &X)];
    let model = Model::new(Variable::numeric("y", y), variables, terms)?;
    Glm::new(model, family, link)?.values(&[1.0; 6])
}

/// The terms that a separated model names.
fn separated(y: &[f64], terms: &Terms, family: Family, link: Link) -> Vec<String> {
    match fit(y, terms, family, link).unwrap_err() {
        Error::Model(ModelError::Separation { terms, .. }) => terms,
        other => panic!("{link}: {other}"),
    }
}

#[test]
fn a_category_with_events_only_is_named_under_every_link() {
    let (y, terms) = ([0.0, 1.0, 1.0, 1.0, 0.0, 1.0], Terms::new().main("group"));
    for link in [Link::Logit, Link::Probit, Link::Cloglog] {
        assert_eq!(separated(&y, &terms, Family::Binomial, link), ["group"], "{link}");
    }
}

#[test]
fn a_reference_without_events_is_named_too() {
    let (y, terms) = ([0.0, 0.0, 0.0, 1.0, 0.0, 1.0], Terms::new().main("group"));
    for link in [Link::Logit, Link::Probit, Link::Cloglog] {
        assert_eq!(separated(&y, &terms, Family::Binomial, link), ["group"], "{link}");
    }
    let counts = [0.0, 0.0, 2.0, 1.0, 3.0, 1.0];
    assert_eq!(separated(&counts, &terms, Family::Poisson, Link::Log), ["group"]);
}

#[test]
fn a_number_that_splits_the_responses_is_named() {
    let (y, terms) = ([0.0, 0.0, 0.0, 1.0, 1.0, 1.0], Terms::new().main("x"));
    for link in [Link::Logit, Link::Probit, Link::Cloglog] {
        assert_eq!(separated(&y, &terms, Family::Binomial, link), ["x"], "{link}");
    }
}

#[test]
fn nobody_and_everybody_have_no_log_odds() {
    for y in [[0.0; 6], [1.0; 6]] {
        assert_eq!(separated(&y, &Terms::new(), Family::Binomial, Link::Logit), [INTERCEPT]);
    }
}

#[test]
fn r_stops_early_where_we_refuse() {
    let y = [0.0, 1.0, 1.0, 1.0, 0.0, 1.0];
    let model = Model::new(Variable::numeric("y", &y), vec![group()], &Terms::new().main("group"));
    let glm = Glm::new(model.unwrap(), Family::Binomial, Link::Logit).unwrap();
    let refused = glm.with_iteration(Iteration::glm_control()).values(&[1.0; 6]).unwrap_err();
    assert_eq!(refused.code(), "GKO-S107");
}

#[test]
fn a_number_far_out_is_no_separation() {
    // x = 100 has a fitted probability of 1 to 1e-8 and more; the others hold the slope.
    let y = [0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0];
    let x = [-2.0, -1.0, 0.0, 1.0, 2.0, 1.5, 3.0, 100.0];
    let model = Model::new(
        Variable::numeric("y", &y),
        vec![Variable::numeric("x", &x)],
        &Terms::new().main("x"),
    );
    let glm = Glm::new(model.unwrap(), Family::Binomial, Link::Logit).unwrap();
    assert!(glm.values(&[1.0; 8]).is_ok());
}

#[test]
fn aliased_columns_are_named() {
    let twice: Vec<f64> = X.iter().map(|x| 2.0 * x - 1.0).collect();
    let variables = vec![Variable::numeric("x", &X), Variable::numeric("twice", &twice)];
    let terms = Terms::new().main("x").main("twice");
    let model = Model::new(Variable::numeric("y", &X), variables, &terms).unwrap();
    let glm = Glm::new(model, Family::Gaussian, Link::Identity).unwrap();
    let refused = glm.values(&[1.0; 6]).unwrap_err();
    assert_eq!(refused, ModelError::Aliased { columns: vec!["twice".to_owned()] }.into());
    // A level without rows of positive weight has an empty column.
    let empty = fit_weighted(&[1.0, 1.0, 1.0, 1.0, 0.0, 0.0]).unwrap_err();
    assert_eq!(empty, ModelError::Aliased { columns: vec!["groupc".to_owned()] }.into());
}

fn fit_weighted(weights: &[f64]) -> Result<Vec<f64>, Error> {
    let terms = Terms::new().main("group");
    let model = Model::new(Variable::numeric("y", &X), vec![group()], &terms)?;
    Glm::new(model, Family::Gaussian, Link::Identity)?.values(weights)
}

#[test]
fn one_row_gives_a_mean_and_no_slope() {
    let weights = [0.0, 0.0, 2.0, 0.0, 0.0, 0.0];
    let model = Model::new(Variable::numeric("y", &X), vec![], &Terms::new()).unwrap();
    let glm = Glm::new(model, Family::Gaussian, Link::Identity).unwrap();
    assert_eq!(glm.values(&weights), Ok(vec![3.0]));
    assert!(matches!(fit_weighted(&weights), Err(Error::Model(ModelError::Aliased { .. }))));
}

#[test]
fn an_iteration_that_is_cut_short_is_no_answer() {
    let y = [0.0, 1.0, 0.0, 1.0, 0.0, 1.0];
    let model = Model::new(
        Variable::numeric("y", &y),
        vec![Variable::numeric("x", &X)],
        &Terms::new().main("x"),
    );
    let glm = Glm::new(model.unwrap(), Family::Binomial, Link::Probit).unwrap();
    let short = Iteration { limit: 2, ..Iteration::default() };
    let refused = glm.with_iteration(short).values(&[1.0; 6]).unwrap_err();
    assert!(refused.to_string().contains("2 iterations"));
    assert_eq!(refused.code(), "GKO-S108");
}

#[test]
fn an_ordered_response_needs_three_levels_with_rows_and_no_separation() {
    let odds = |codes: &[u32], weights: &[f64]| {
        let skill = Variable::factor("skill", codes, &["low", "some", "high"]).unwrap();
        let model = Model::new(skill, vec![Variable::numeric("x", &X)], &Terms::new().main("x"));
        ProportionalOdds::new(model.unwrap()).unwrap().values(weights)
    };
    let empty = odds(&[0, 1, 0, 1, 0, 1], &[1.0; 6]).unwrap_err();
    assert!(empty.to_string().contains("high"), "{empty}");
    assert_eq!(empty.code(), "GKO-S110");
    let split = odds(&[0, 0, 1, 1, 2, 2], &[1.0; 6]).unwrap_err();
    let terms = vec!["x".to_owned()];
    assert!(
        matches!(split, Error::Model(ModelError::Separation { terms: named, .. }) if named == terms)
    );
    assert!(odds(&[0, 1, 2, 0, 1, 2], &[1.0; 6]).is_ok());
    let model = Model::new(Variable::numeric("y", &X), vec![], &Terms::new()).unwrap();
    assert_eq!(ProportionalOdds::new(model).unwrap_err().code(), "GKO-S110");
}

#[test]
fn margins_of_what_is_not_there_are_refused() {
    let model = Model::new(
        Variable::numeric("y", &X),
        vec![group(), Variable::numeric("x", &X)],
        &Terms::new().main("group"),
    );
    let glm = Glm::new(model.unwrap(), Family::Gaussian, Link::Identity).unwrap();
    let refused = |margin| Margins::new(glm.clone(), &[margin]).unwrap_err().code();
    // x is a variable, but no term of the model names it.
    assert_eq!(refused(Margin::Effect("x")), "GKO-S111");
    assert_eq!(refused(Margin::Means("age")), "GKO-S111");
    assert!(Margins::new(glm.clone(), &[Margin::Effect("group")]).is_ok());
}

#[test]
fn tables_of_other_terms_are_not_compared() {
    use crate::{Design, Domain, Survey};
    let other = Variable::factor("other", &[0, 1, 0, 1, 0, 1], &["u", "v"]).unwrap();
    let survey = Survey::new(Design::builder(6).weights(&[1.0; 6]).build().unwrap());
    let fit = |terms: &Terms| {
        let model = LogLinear::new(&[group(), other.clone()], terms).unwrap();
        model.estimate(&survey, &Domain::all(6)).unwrap()
    };
    let (one, two) = (fit(&Terms::new().main("group")), fit(&Terms::new().main("other")));
    assert_eq!(one.compare(&two).unwrap_err().code(), "GKO-S113");
    let number = LogLinear::new(&[Variable::numeric("x", &X)], &Terms::new().main("x"));
    assert_eq!(number.unwrap_err().code(), "GKO-S111");
}
