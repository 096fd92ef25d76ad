//! Directly standardised figures.

use gko_survey::{Domain, Standard, Survey};

use super::by::{ByGroup, groups};
use super::{Case, Ran, Table, designs};

pub(crate) fn run(case: &Case) -> Ran {
    match case.id.as_str() {
        "dnhanes/standardize" => cholesterol(case),
        "dgko/standardize" => countries(case),
        "dgko/standardize_w" => weights(case),
        _ => return false,
    }
    true
}

/// Means by groups, after the rows without a value were left out.
fn means(case: &Case, survey: &Survey, data: &Table, figure: &str, by: &[&str], domain: &Domain) {
    let values = data.numbers(figure);
    let by: Vec<String> = by.iter().map(|name| (*name).to_owned()).collect();
    let domains: Vec<Domain> =
        groups(&by, data, false).iter().map(|group| domain.and(group).unwrap()).collect();
    let mean = gko_survey::Mean::of(figure, &values);
    let got = survey.estimate_by(&mean, &domains).unwrap();
    ByGroup::new(&got, domains.len()).compare(case);
}

fn cholesterol(case: &Case) {
    let (survey, data) = designs::survey(case);
    let (age, race, sex) = (data.codes("agecat"), data.codes("race"), data.codes("RIAGENDR"));
    let over: Vec<u32> = race.iter().zip(&sex).map(|(race, sex)| race + 10 * sex).collect();
    let standard = Standard::new(&age, &[0.55, 0.28, 0.1, 0.07]).over(&over);
    let present = Domain::all(data.rows()).observed(&data.numbers("HI_CHOL")).unwrap();
    let survey = survey.standardized(&standard, &present).unwrap();
    let adult: Vec<bool> = data.text("agecat").iter().map(|cell| cell != "(0,19]").collect();
    let adults = present.and(&adult).unwrap();
    means(case, &survey, &data, "HI_CHOL", &["race", "RIAGENDR"], &adults);
}

fn countries(case: &Case) {
    let (survey, data) = designs::survey(case);
    let (age, sex, country) = (data.codes("agegrp"), data.codes("sex"), data.codes("country"));
    let cell: Vec<u32> = age.iter().zip(&sex).map(|(age, sex)| age + 3 * sex).collect();
    let standard = Standard::new(&cell, &[100.0, 110.0, 120.0, 100.0, 105.0, 95.0]).over(&country);
    let all = Domain::all(data.rows());
    let survey = survey.standardized(&standard, &all).unwrap();
    means(case, &survey, &data, "online_daily", &["country"], &all);
}

fn weights(case: &Case) {
    let (survey, data) = designs::survey(case);
    let (age, country) = (data.codes("agegrp"), data.codes("country"));
    let standard = Standard::new(&age, &[3.0, 4.0, 3.0]).over(&country);
    let survey = survey.standardized(&standard, &Domain::all(data.rows())).unwrap();
    case.close("weights", survey.weights(), 1e-10);
    case.close("degf", &[survey.full_df()], 0.0);
}
