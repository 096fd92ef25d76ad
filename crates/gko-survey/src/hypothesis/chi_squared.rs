//! Whether two variables of categories are independent.
//!
//! # Rule
//! See [`TableStatistic`] for the statistics. Degrees of freedom are those of the
//! domain as it was passed, before rows without an answer were taken out: R's
//! `degf(design)`.
//!
//! # References
//! R survey 4.5 `svychisq`; Stata `svy: tabulate`.

use crate::domain::Domain;
use crate::error::Error;
use crate::hypothesis::factor::{EmptyLevels, Factor};
use crate::hypothesis::result::TestResult;
use crate::hypothesis::table::Table;
use crate::hypothesis::table_statistic::TableStatistic;
use crate::hypothesis::{rao_scott, wald};
use crate::survey::Survey;

/// A test of independence in a two-way table.
///
/// # Example
/// Eight pupils drawn one by one; two rows and two columns:
/// ```
/// use gko_survey::hypothesis::{ChiSquared, Factor, TableStatistic};
/// use gko_survey::{Design, Domain, Survey};
///
/// let survey = Survey::new(Design::builder(8).weights(&[1.0; 8]).build()?);
/// let sex = Factor::new("sex", &[0, 0, 0, 0, 1, 1, 1, 1], &["boy", "girl"]);
/// let online = Factor::new("online", &[0, 0, 0, 1, 0, 1, 1, 1], &["no", "yes"]);
/// let table = ChiSquared::new(sex, online);
/// let got = table.test(&survey, &Domain::all(8))?;
/// // X² = 2; each delta is 8/7, the price of n - 1 in the variance.
/// assert!((got.statistic - 2.0 * 7.0 / 8.0).abs() < 1e-12);
/// assert_eq!((got.statistic_name, got.n, got.df), ("F", 8, 7.0));
/// let wald = table.statistic(TableStatistic::Wald).test(&survey, &Domain::all(8))?;
/// assert!((wald.statistic - 7.0 / 3.0).abs() < 1e-12);
/// # Ok::<(), gko_survey::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct ChiSquared<'a> {
    rows: Factor<'a>,
    columns: Factor<'a>,
    statistic: TableStatistic,
    empty: EmptyLevels,
}

impl<'a> ChiSquared<'a> {
    /// A table of two variables, tested by [`TableStatistic::RaoScottF`].
    #[must_use]
    pub fn new(rows: Factor<'a>, columns: Factor<'a>) -> Self {
        let (statistic, empty) = (TableStatistic::default(), EmptyLevels::default());
        Self { rows, columns, statistic, empty }
    }

    /// Tests by another statistic.
    #[must_use]
    pub fn statistic(mut self, statistic: TableStatistic) -> Self {
        self.statistic = statistic;
        self
    }

    /// What to do with levels that nobody has.
    #[must_use]
    pub fn empty_levels(mut self, empty: EmptyLevels) -> Self {
        self.empty = empty;
        self
    }

    /// Tests independence in a domain.
    ///
    /// Without degrees of freedom the result has no p-value and says why.
    ///
    /// # Errors
    /// A column of another length, a code beyond the levels, an empty level, fewer
    /// than two levels, an empty domain, a covariance without an inverse, and what
    /// [`Survey::estimate`] refuses.
    pub fn test(&self, survey: &Survey, domain: &Domain) -> Result<TestResult, Error> {
        let table = Table::new((&self.rows, &self.columns), self.empty, survey, domain)?;
        if self.statistic.is_wald() {
            return wald::test(&table, self.statistic);
        }
        rao_scott::test(&table, self.statistic)
    }
}
