//! The model matrix: a column per coefficient, named as R names it.
//!
//! # Rule
//! Row i of the matrix X holds the cells of row i's values: 1 for the intercept,
//! then the columns of each term. Factors of a term are coded by contrasts where
//! the rest of the term is in the model, else by a column per level; without an
//! intercept the first factor of the first term with one has all its levels.
//!
//! # References
//! Chambers and Hastie (1992), Statistical Models in S, section 2.4; R `model.matrix`.

use super::contrast::{Coding, Contrasts, columns};
use super::error::ModelError;
use super::terms::Terms;
use super::variable::Variable;
use crate::Matrix;

/// The name of the intercept's column.
pub const INTERCEPT: &str = "(Intercept)";

/// Which column stands for what; the same for the data and for new rows.
///
/// # Example
/// ```
/// use gko_survey::regression::{Contrasts, Layout, Terms, Variable};
///
/// let sex = Variable::factor("sex", &[0, 1, 1], &["boy", "girl"])?;
/// let age = Variable::numeric("age", &[9.0, 10.0, 11.0]);
/// let variables = [sex, age];
/// let layout = Layout::new(&variables, &Terms::new().crossed(&["sex", "age"]), Contrasts::Treatment)?;
/// assert_eq!(layout.names(), ["(Intercept)", "sexgirl", "age", "sexgirl:age"]);
/// let matrix = layout.matrix(&variables)?;
/// assert_eq!(matrix.row(1).iter().copied().collect::<Vec<_>>(), [1.0, 1.0, 10.0, 10.0]);
/// # Ok::<(), gko_survey::regression::ModelError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    columns: Vec<Column>,
    levels: Vec<(String, Vec<String>)>,
    terms: Terms,
}

#[derive(Debug, Clone, PartialEq)]
struct Column {
    name: String,
    /// 0 for the intercept, else the position of the term plus 1.
    term: usize,
    cells: Vec<(String, Coding)>,
}

impl Layout {
    /// The columns of `terms` over `variables`.
    ///
    /// # Errors
    /// A term names a variable that is not there.
    pub fn new(
        variables: &[Variable<'_>],
        terms: &Terms,
        contrasts: Contrasts,
    ) -> Result<Self, ModelError> {
        let intercept = Column { name: INTERCEPT.to_owned(), term: 0, cells: Vec::new() };
        let mut columns: Vec<Column> = Vec::from_iter(terms.has_intercept().then_some(intercept));
        for term in 0..terms.len() {
            let mut made = term_columns(variables, terms, term, contrasts)?;
            columns.append(&mut made);
        }
        let levels = |one: &Variable<'_>| (one.name().to_owned(), one.levels().to_vec());
        Ok(Self { columns, levels: variables.iter().map(levels).collect(), terms: terms.clone() })
    }

    /// The names of the columns, as R names them.
    #[must_use]
    pub fn names(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }

    /// The terms that the columns stand for.
    #[must_use]
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// The term of each column: 0 for the intercept, else its position plus 1.
    #[must_use]
    pub fn term_of(&self) -> Vec<usize> {
        self.columns.iter().map(|column| column.term).collect()
    }

    /// The columns of some terms; `(Intercept)` names the intercept's.
    ///
    /// # Errors
    /// A label that is no term of the model.
    pub fn columns_of(&self, labels: &[&str]) -> Result<Vec<usize>, ModelError> {
        let wanted: Vec<usize> =
            labels.iter().map(|label| self.term(label)).collect::<Result<_, _>>()?;
        let held = self.columns.iter().enumerate().filter(|(_, one)| wanted.contains(&one.term));
        Ok(held.map(|(at, _)| at).collect())
    }

    /// The label of the term of each column.
    pub(super) fn labels(&self) -> Vec<String> {
        let labels = self.terms.labels();
        let label = |column: &Column| match column.term.checked_sub(1) {
            Some(at) => labels.get(at).cloned().unwrap_or_default(),
            None => INTERCEPT.to_owned(),
        };
        self.columns.iter().map(label).collect()
    }

    fn term(&self, label: &str) -> Result<usize, ModelError> {
        let intercept = (label == INTERCEPT && self.terms.has_intercept()).then_some(0);
        let found = intercept.or_else(|| self.terms.find(label).map(|at| at + 1));
        found.ok_or_else(|| ModelError::NotInModel {
            what: "term",
            name: label.to_owned(),
            known: self.terms.labels().join(", "),
        })
    }

    /// The matrix of these rows; rows with a missing value hold NaN.
    ///
    /// # Errors
    /// A variable of the model that is not there, or that has other levels.
    pub fn matrix(&self, variables: &[Variable<'_>]) -> Result<Matrix, ModelError> {
        self.filled(variables, |row, variable| variable.at(row))
    }

    /// The matrix as it would be if `name` had this value in every row.
    pub(super) fn matrix_at(
        &self,
        variables: &[Variable<'_>],
        name: &str,
        value: f64,
    ) -> Result<Matrix, ModelError> {
        let set = |row: usize, one: &Variable<'_>| {
            if one.name() == name { value } else { one.at(row) }
        };
        self.filled(variables, set)
    }

    /// The derivative of every cell by the number `name`.
    pub(super) fn derivative(
        &self,
        variables: &[Variable<'_>],
        name: &str,
    ) -> Result<Matrix, ModelError> {
        let mut matrix = self.matrix_at(variables, name, 1.0)?;
        for (at, column) in self.columns.iter().enumerate() {
            if !column.cells.iter().any(|(variable, _)| variable == name) {
                matrix.column_mut(at).fill(0.0);
            }
        }
        Ok(matrix)
    }

    fn filled(
        &self,
        variables: &[Variable<'_>],
        value: impl Fn(usize, &Variable<'_>) -> f64,
    ) -> Result<Matrix, ModelError> {
        let rows = variables.first().map_or(0, Variable::rows);
        let mut matrix = Matrix::from_element(rows, self.columns.len(), 1.0);
        for (at, column) in self.columns.iter().enumerate() {
            for (name, coding) in &column.cells {
                let variable = self.variable(variables, name, &column.name)?;
                let cells = matrix.column_mut(at);
                cells.into_iter().enumerate().for_each(|(row, cell)| {
                    *cell *= coding.cell(value(row, variable));
                });
            }
        }
        Ok(matrix)
    }

    fn variable<'v, 'a>(
        &self,
        variables: &'v [Variable<'a>],
        name: &str,
        term: &str,
    ) -> Result<&'v Variable<'a>, ModelError> {
        let found = named(variables, name, term)?;
        let known = self.levels.iter().find(|(known, _)| known == name);
        match known {
            Some((_, levels)) if levels != found.levels() => Err(ModelError::NotInModel {
                what: "factor with the levels of the new",
                name: name.to_owned(),
                known: levels.join(", "),
            }),
            _ => Ok(found),
        }
    }
}

fn named<'v, 'a>(
    variables: &'v [Variable<'a>],
    name: &str,
    term: &str,
) -> Result<&'v Variable<'a>, ModelError> {
    variables.iter().find(|one| one.name() == name).ok_or_else(|| ModelError::UnknownVariable {
        term: term.to_owned(),
        variable: name.to_owned(),
        known: variables.iter().map(Variable::name).collect::<Vec<_>>().join(", "),
    })
}

/// The columns of one term, those of its first variable running fastest.
fn term_columns(
    variables: &[Variable<'_>],
    terms: &Terms,
    term: usize,
    contrasts: Contrasts,
) -> Result<Vec<Column>, ModelError> {
    let label = terms.variables(term).join(":");
    let full = full_factor(variables, terms);
    let mut made = vec![Column { name: String::new(), term: term + 1, cells: Vec::new() }];
    for name in terms.variables(term) {
        let variable = named(variables, name, &label)?;
        let contrasted = terms.is_contrasted(term, name) && full != Some((term, name));
        let parts = columns(variable, contrasted, contrasts);
        let crossed = parts.iter().flat_map(|part| made.iter().map(|one| times(one, name, part)));
        made = crossed.collect();
    }
    Ok(made)
}

fn times(column: &Column, variable: &str, (name, coding): &(String, Coding)) -> Column {
    let mut cells = column.cells.clone();
    cells.push((variable.to_owned(), *coding));
    let joined =
        if column.name.is_empty() { name.clone() } else { format!("{}:{name}", column.name) };
    Column { name: joined, term: column.term, cells }
}

/// Without an intercept: the factor that has a column for every level.
fn full_factor<'t>(variables: &[Variable<'_>], terms: &'t Terms) -> Option<(usize, &'t str)> {
    let is_factor = |name: &str| variables.iter().any(|one| one.name() == name && one.is_factor());
    let factor = |term| terms.variables(term).into_iter().find(|name| is_factor(name));
    if terms.has_intercept() {
        return None;
    }
    (0..terms.len()).find_map(|term| factor(term).map(|name| (term, name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn two() -> [Variable<'static>; 3] {
        [
            Variable::factor("a", &[0, 1, 2], &["1", "2", "3"]).unwrap(),
            Variable::factor("b", &[0, 1, 0], &["x", "y"]).unwrap(),
            Variable::numeric("z", &[1.0, 2.0, f64::NAN]),
        ]
    }

    fn names(terms: &Terms) -> Vec<String> {
        Layout::new(&two(), terms, Contrasts::Treatment).unwrap().names()
    }

    #[test]
    fn products_of_factors_run_fastest_in_the_first() {
        // R 4.2: colnames(model.matrix(~ a * b)).
        let expected = ["(Intercept)", "a2", "a3", "by", "a2:by", "a3:by"];
        assert_eq!(names(&Terms::new().crossed(&["a", "b"])), expected);
    }

    #[test]
    fn margins_that_are_missing_are_made_up_by_full_coding() {
        // R 4.2: ~ a + a:b has by for every a; ~ a + b - 1 is full in a only.
        let nested = Terms::new().main("a").interaction(&["a", "b"]);
        assert_eq!(names(&nested), ["(Intercept)", "a2", "a3", "a1:by", "a2:by", "a3:by"]);
        let none = Terms::new().main("a").main("b").without_intercept();
        assert_eq!(names(&none), ["a1", "a2", "a3", "by"]);
        let slopes = Terms::new().main("a").interaction(&["a", "z"]);
        assert_eq!(names(&slopes), ["(Intercept)", "a2", "a3", "a1:z", "a2:z", "a3:z"]);
    }

    #[test]
    fn a_missing_value_makes_its_cells_missing_and_no_others() {
        let terms = Terms::new().main("z");
        let layout = Layout::new(&two(), &terms, Contrasts::Treatment).unwrap();
        let matrix = layout.matrix(&two()).unwrap();
        assert_eq!(matrix[(2, 0)], 1.0);
        assert!(matrix[(2, 1)].is_nan());
        assert_eq!(matrix[(1, 1)], 2.0);
    }

    #[test]
    fn unknown_variables_terms_and_other_levels_are_refused() {
        let unknown = Layout::new(&two(), &Terms::new().main("q"), Contrasts::Treatment);
        assert_eq!(unknown.unwrap_err().code(), "GKO-S100");
        let layout = Layout::new(&two(), &Terms::new().main("b"), Contrasts::Treatment).unwrap();
        assert_eq!(layout.columns_of(&["a"]).unwrap_err().code(), "GKO-S111");
        assert_eq!(layout.columns_of(&["b", INTERCEPT]), Ok(vec![0, 1]));
        let other = [Variable::factor("b", &[0], &["x", "w"]).unwrap()];
        assert_eq!(layout.matrix(&other).unwrap_err().code(), "GKO-S111");
    }

    #[test]
    fn the_derivative_of_a_product_is_the_rest_of_it() {
        let terms = Terms::new().crossed(&["b", "z"]);
        let layout = Layout::new(&two(), &terms, Contrasts::Treatment).unwrap();
        let slope = layout.derivative(&two(), "z").unwrap();
        assert_eq!(slope.row(1).iter().copied().collect::<Vec<_>>(), [0.0, 0.0, 1.0, 1.0]);
    }
}
