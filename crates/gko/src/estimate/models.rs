//! Terms and variables of models.

use std::collections::BTreeMap;

use gko_survey::regression::{Terms, Variable};

use crate::estimate::error::Error;
use crate::estimate::frame::{Column, Frame};
use crate::estimate::support::Facet;

/// The variables of one term: `a*b` and `a:b` have two.
pub(crate) fn parts(term: &str) -> Vec<&str> {
    term.split(['*', ':']).map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// Terms as the engine has them.
pub(crate) fn terms(all: &[String]) -> Terms {
    all.iter().fold(Terms::new(), |terms, term| match term.contains('*') {
        true => terms.crossed(&parts(term)),
        false => terms.interaction(&parts(term)),
    })
}

/// The names of all variables of terms, each once.
pub(crate) fn names(all: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for part in all.iter().flat_map(|term| parts(term)) {
        if !names.iter().any(|name| name == part) {
            names.push(part.to_owned());
        }
    }
    names
}

/// The columns of the variables of a model.
pub(crate) struct ModelColumns<'a> {
    pub(crate) all: Vec<(String, &'a Column)>,
}

/// The columns that terms name.
pub(crate) fn columns<'a>(
    frame: &'a Frame,
    all: &[String],
    place: &str,
) -> Result<ModelColumns<'a>, Error> {
    let column = |name: String| {
        let column = frame.get(&name, place)?;
        Ok((name, column))
    };
    Ok(ModelColumns { all: names(all).into_iter().map(column).collect::<Result<_, Error>>()? })
}

impl<'a> ModelColumns<'a> {
    /// The same as variables of the engine, with reference levels.
    pub(crate) fn variables(
        &self,
        references: &BTreeMap<String, String>,
        place: &str,
    ) -> Result<Vec<Variable<'a>>, Error> {
        let one = |(name, column): &(String, &'a Column)| variable(name, column, references, place);
        self.all.iter().map(one).collect()
    }

    /// The facet of each variable that has levels.
    pub(crate) fn facets(&self) -> (Vec<Facet>, BTreeMap<String, usize>) {
        let mut facets = Vec::new();
        let mut places = BTreeMap::new();
        for (name, column) in &self.all {
            if let Some(facet) = Facet::of_column(column) {
                places.insert(name.clone(), facets.len());
                facets.push(facet);
            }
        }
        (facets, places)
    }
}

/// A column as a variable.
pub(crate) fn variable<'a>(
    name: &str,
    column: &'a Column,
    references: &BTreeMap<String, String>,
    place: &str,
) -> Result<Variable<'a>, Error> {
    match column {
        Column::Number(values) => Ok(Variable::numeric(name, values)),
        Column::Factor(factor) => {
            let levels: Vec<&str> = factor.levels.iter().map(String::as_str).collect();
            let variable = Variable::factor(name, &factor.codes, &levels);
            let variable = variable.map_err(gko_survey::Error::from)?;
            let Some(reference) = references.get(name) else { return Ok(variable) };
            let code = factor.code_of(name, reference, place)? as usize;
            Ok(variable.with_reference(code).map_err(gko_survey::Error::from)?)
        }
    }
}
