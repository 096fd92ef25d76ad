//! All pairs of domains.

use gko_disclosure::{Line, Rest};
use gko_survey::hypothesis::Comparisons;
use gko_survey::{Mean, adjust_p};

use crate::estimate::analyses::linear;
use crate::estimate::answer::{Content, Numbers};
use crate::estimate::error::Error;
use crate::estimate::request::CompareOf;
use crate::estimate::support::facets;
use crate::estimate::task::{Outcome, Task};

pub(crate) fn run(task: &Task<'_>, of: &CompareOf) -> Result<Outcome, Error> {
    let values = task.frame.number(&of.of, "/analysis/compare/of")?;
    let got = task.survey.estimate_by(&Mean::of(&of.of, values), &task.domains())?;
    let level = task.request.options.level;
    let pairs = Comparisons::pairwise(&got, &of.of, task.df(), level)?;
    let p: Vec<f64> = pairs.all().iter().filter_map(|pair| pair.p_value).collect();
    let mut adjusted = adjust_p::adjust(&p, of.p_adjust.0)?.into_iter();
    let names = [of.of.clone()];
    let (facets, places) = facets(task.frame, &names);
    let mut support = task.support(facets);
    for pair in pairs.all() {
        let mut rests = Vec::new();
        for at in [pair.first, pair.second] {
            let group = &task.groups.parts[at];
            let base = support.cell(&group.place, &[]);
            let weights = group.domain.weights(task.survey.weights());
            let named = [(&names[0], places[0])];
            rests.push(Rest::Base(base));
            rests.extend(linear::joint_rests(
                task,
                &mut support,
                &named,
                (&group.place, base),
                &weights,
            )?);
        }
        let numbers = Numbers {
            estimate: pair.difference,
            se: pair.se,
            interval: pair.interval,
            method: "t",
            df: pair.df,
            statistic: Some(pair.statistic),
            p: pair.p_value,
            p_adjusted: pair.p_value.and_then(|_| adjusted.next()),
            sum_weights: f64::NAN,
            kish_n: f64::NAN,
            ..Numbers::default()
        };
        let name = |at: usize| {
            let group = &task.groups.parts[at];
            let levels = task.request.by.iter().filter_map(|column| group.labels.get(column));
            levels.map(String::as_str).collect::<Vec<_>>().join(".")
        };
        let term = format!("{} - {}", name(pair.second), name(pair.first));
        let base = support.cell(&vec![None; task.request.by.len()], &[]);
        let line = Line::new(Content::Numbers(numbers), base).rests_on(rests);
        support.line(task.key(&Default::default(), &term), line);
    }
    Ok(task.outcome(support, None))
}
