//! Reliability of scales and agreement of ratings.

use gko_disclosure::{Line, Rest};
use gko_survey::{Agreement, CronbachAlpha, Kappa};

use crate::estimate::analyses::{linear, table};
use crate::estimate::answer::Content;
use crate::estimate::error::Error;
use crate::estimate::request::{AgreementSpec, KappaOf, Of};
use crate::estimate::support::{Facet, facets};
use crate::estimate::task::{Outcome, Task};

pub(crate) fn alpha(task: &Task<'_>, of: &Of) -> Result<Outcome, Error> {
    let place = "/analysis/alpha/of";
    for (at, name) in of.of.iter().enumerate() {
        task.frame.number(name, &format!("{place}/{at}"))?;
    }
    let statistic = CronbachAlpha::new(linear::columns(task, &of.of, place)?)?;
    let (got, numbers) = linear::estimate(task, &statistic)?;
    let (facets, places) = facets(task.frame, &of.of);
    let mut support = task.support(facets);
    for ((group, numbers), entry) in task.groups.parts.iter().zip(numbers).zip(got.entries()) {
        let base = support.cell(&group.place, &[]);
        let weights = group.domain.weights(task.survey.weights());
        let names: Vec<(&String, Option<usize>)> =
            of.of.iter().zip(places.iter().copied()).collect();
        let rests =
            linear::joint_rests(task, &mut support, &names, (&group.place, base), &weights)?;
        let line = Line::new(Content::Numbers(numbers), base).rests_on(rests);
        support.line(task.key(&group.labels, &entry.term), line);
    }
    Ok(task.outcome(support, task.covariance(&got)))
}

pub(crate) fn kappa(task: &Task<'_>, of: &KappaOf) -> Result<Outcome, Error> {
    let names = [of.first.clone(), of.second.clone()];
    let factors = table::factors(task, &names, "/analysis/kappa")?;
    let (first, second) = (&factors[0], &factors[1]);
    if first.levels != second.levels {
        let message = format!(
            "`{}` and `{}` have different levels; ratings need the same, state them in `factors`",
            of.first, of.second,
        );
        return Err(Error::invalid("/analysis/kappa", message));
    }
    let agreement = match of.agreement {
        AgreementSpec::Exact => Agreement::Exact,
        AgreementSpec::Linear => Agreement::Linear,
        AgreementSpec::Quadratic => Agreement::Quadratic,
    };
    let kappa = Kappa::new(&first.codes, &second.codes, first.levels.len())?.agreement(agreement);
    let (got, numbers) = linear::estimate(task, &kappa)?;
    let mut support = task.support(factors.iter().map(Facet::of_factor).collect());
    for ((group, numbers), entry) in task.groups.parts.iter().zip(numbers).zip(got.entries()) {
        let base = support.cell(&group.place, &[]);
        let mut rests = Vec::new();
        for facet in 0..2 {
            rests.extend(support.levels(&group.place, facet).into_iter().map(Rest::Group));
        }
        let line = Line::new(Content::Numbers(numbers), base).rests_on(rests);
        support.line(task.key(&group.labels, &entry.term), line);
    }
    Ok(task.outcome(support, task.covariance(&got)))
}
