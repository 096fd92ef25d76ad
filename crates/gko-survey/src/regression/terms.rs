//! The terms of a model: which variables, and which products of them.
//!
//! # Rule
//! `a*b` stands for `a + b + a:b`. Terms are ordered by the number of their
//! variables, then as they were named; inside a term the variables stand in the
//! order in which the model first names them; a term is there once.
//!
//! # References
//! Wilkinson and Rogers (1973), Applied Statistics 22, 392-399; R `terms.formula`.

/// The right-hand side of a model.
///
/// # Example
/// ```
/// use gko_survey::regression::Terms;
///
/// let terms = Terms::new().main("country").crossed(&["sex", "age"]);
/// assert_eq!(terms.labels(), ["country", "sex", "age", "sex:age"]);
/// assert_eq!(terms.without(&["age:sex"]).labels(), ["country", "sex", "age"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    intercept: bool,
    order: Vec<String>,
    terms: Vec<Vec<usize>>,
}

impl Default for Terms {
    fn default() -> Self {
        Self::new()
    }
}

impl Terms {
    /// The intercept alone.
    #[must_use]
    pub fn new() -> Self {
        Self { intercept: true, order: Vec::new(), terms: Vec::new() }
    }

    /// The same terms without the intercept: the first factor has a column per level.
    #[must_use]
    pub fn without_intercept(mut self) -> Self {
        self.intercept = false;
        self
    }

    /// Adds a variable.
    #[must_use]
    pub fn main(self, name: &str) -> Self {
        self.interaction(&[name])
    }

    /// Adds the product of variables, without their main effects.
    #[must_use]
    pub fn interaction(mut self, names: &[&str]) -> Self {
        let mut term: Vec<usize> = names.iter().map(|name| self.position(name)).collect();
        term.sort_unstable();
        term.dedup();
        if !term.is_empty() && !self.terms.contains(&term) {
            self.terms.push(term);
            self.terms.sort_by_key(Vec::len);
        }
        self
    }

    /// Adds variables, their products of two, of three and so on.
    #[must_use]
    pub fn crossed(self, names: &[&str]) -> Self {
        let sets = names.iter().fold(vec![Vec::new()], |mut sets: Vec<Vec<&str>>, name| {
            let longer: Vec<Vec<&str>> =
                sets.iter().map(|set| [set.as_slice(), &[*name]].concat()).collect();
            sets.extend(longer);
            sets
        });
        sets.iter().fold(self, |terms, set| terms.interaction(set))
    }

    /// The terms but for some, named by label in any order of the variables.
    #[must_use]
    pub fn without(&self, labels: &[&str]) -> Self {
        let dropped: Vec<usize> = labels.iter().filter_map(|label| self.find(label)).collect();
        let mut left = self.clone();
        let kept = self.terms.iter().enumerate().filter(|(at, _)| !dropped.contains(at));
        left.terms = kept.map(|(_, term)| term.clone()).collect();
        left
    }

    /// The first `count` terms.
    #[must_use]
    pub fn first(&self, count: usize) -> Self {
        let mut left = self.clone();
        left.terms.truncate(count);
        left
    }

    /// Whether there is an intercept.
    #[must_use]
    pub fn has_intercept(&self) -> bool {
        self.intercept
    }

    /// How many terms there are, the intercept not counted.
    #[must_use]
    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// Whether there is no term but perhaps the intercept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// The labels, such as `sex:age`.
    #[must_use]
    pub fn labels(&self) -> Vec<String> {
        (0..self.terms.len()).map(|at| self.variables(at).join(":")).collect()
    }

    /// The names of one term's variables.
    pub(super) fn variables(&self, term: usize) -> Vec<&str> {
        let term = self.terms.get(term).map_or(&[][..], Vec::as_slice);
        term.iter().filter_map(|&at| self.order.get(at).map(String::as_str)).collect()
    }

    /// The position of a term by its label.
    pub(super) fn find(&self, label: &str) -> Option<usize> {
        let mut wanted: Vec<&str> = label.split(':').map(str::trim).collect();
        wanted.sort_unstable();
        (0..self.terms.len()).find(|&at| {
            let mut names = self.variables(at);
            names.sort_unstable();
            names == wanted
        })
    }

    /// Whether `variable` of a term is coded by contrasts: then what is left of
    /// the term without it stands in an earlier term, or nothing is left.
    pub(super) fn is_contrasted(&self, term: usize, variable: &str) -> bool {
        let rest: Vec<&str> =
            self.variables(term).into_iter().filter(|&name| name != variable).collect();
        let holds = |at: usize| {
            let names = self.variables(at);
            rest.iter().all(|name| names.contains(name))
        };
        rest.is_empty() || (0..term).any(holds)
    }

    fn position(&mut self, name: &str) -> usize {
        if let Some(at) = self.order.iter().position(|known| known == name) {
            return at;
        }
        self.order.push(name.to_owned());
        self.order.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crossing_three_gives_their_products_in_the_order_of_r() {
        let terms = Terms::new().crossed(&["a", "b", "c"]);
        assert_eq!(terms.labels(), ["a", "b", "c", "a:b", "a:c", "b:c", "a:b:c"]);
    }

    #[test]
    fn variables_stand_in_the_order_of_their_first_mention() {
        let terms = Terms::new().main("sex").main("age").interaction(&["age", "sex"]);
        assert_eq!(terms.labels(), ["sex", "age", "sex:age"]);
        assert_eq!(terms.find("age:sex"), Some(2));
        assert_eq!(terms.find("age:country"), None);
    }

    #[test]
    fn a_term_named_twice_is_there_once() {
        let terms = Terms::new().main("a").crossed(&["a", "b"]).interaction(&["b", "a", "a"]);
        assert_eq!(terms.labels(), ["a", "b", "a:b"]);
    }

    #[test]
    fn a_factor_without_its_margin_has_all_its_levels() {
        let terms = Terms::new().main("age").interaction(&["sex", "age"]);
        assert!(terms.is_contrasted(1, "sex"));
        assert!(!Terms::new().main("sex").interaction(&["sex", "age"]).is_contrasted(1, "sex"));
    }
}
