//! Separate ratios: a request for them is one by the strata of the first stage.
//!
//! # Rule
//! The columns of `by` are followed by the column of samples, if there is one, and
//! the column of strata, each unless it is there already.
//!
//! # References
//! R survey 4.5 `svyratio(separate = TRUE)`; the engine's `SeparateRatios`, which
//! has the same domains.

use std::borrow::Cow;

use crate::estimate::error::Error;
use crate::estimate::request::{Analysis, Contrasted, RatioOf, Repeated, Request};

/// The request with the strata among its domains, where ratios are separate.
pub(crate) fn by_strata(request: &Request) -> Result<Cow<'_, Request>, Error> {
    let Some((_, place)) = ratio(request).filter(|(of, _)| of.separate) else {
        return Ok(Cow::Borrowed(request));
    };
    let place = format!("{place}/separate");
    let design = &request.design;
    let stratum = design.stages.first().and_then(|stage| stage.stratum.as_ref());
    let stratum = stratum.ok_or_else(|| {
        Error::invalid(&place, "the first stage of the design has no `stratum`; leave it out")
    })?;
    if !design.collapse.is_empty() {
        let message = "strata that are collapsed are no column; write them into one, name it as `stratum` and leave `collapse` out";
        return Err(Error::invalid(&place, message));
    }
    let mut widened = request.clone();
    for name in design.sample.iter().chain([stratum]) {
        if !widened.by.contains(name) {
            widened.by.push(name.clone());
        }
    }
    Ok(Cow::Owned(widened))
}

/// The ratio of a request and its place.
fn ratio(request: &Request) -> Option<(&RatioOf, &'static str)> {
    match &request.analysis {
        Analysis::Ratio(of) => Some((of, "/analysis/ratio")),
        Analysis::Contrast(contrast) => match &contrast.of {
            Contrasted::Ratio(of) => Some((of, "/analysis/contrast/of/ratio")),
            _ => None,
        },
        Analysis::Imputed(imputed) => match &imputed.of {
            Repeated::Ratio(of) => Some((of, "/analysis/imputed/of/ratio")),
            _ => None,
        },
        _ => None,
    }
}
