//! R's samples of Californian schools, for tests outside of the oracle.

use std::path::Path;

use gko_survey::{Design, Population, Stage};

/// A data file of the oracle.
pub(crate) struct Schools {
    rows: Vec<csv::StringRecord>,
}

impl Schools {
    pub(crate) fn read(file: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/oracle/data");
        let mut reader = csv::Reader::from_path(folder.join(file)).unwrap();
        let names = reader.headers().unwrap().clone();
        Self { rows: std::iter::once(names).chain(reader.records().map(Result::unwrap)).collect() }
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows.len() - 1
    }

    fn text(&self, name: &str) -> Vec<&str> {
        let at = self.rows[0].iter().position(|other| other == name).unwrap();
        self.rows[1..].iter().map(|row| &row[at]).collect()
    }

    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        self.text(name).into_iter().map(|cell| cell.parse().unwrap()).collect()
    }

    /// Codes of these levels.
    pub(crate) fn codes(&self, name: &str, levels: &[&str]) -> Vec<u32> {
        let code = |cell: &str| levels.iter().position(|level| *level == cell).unwrap();
        self.text(name).into_iter().map(|cell| u32::try_from(code(cell)).unwrap()).collect()
    }

    /// Districts drawn whole: R's `svydesign(~dnum, weights = ~pw, fpc = ~fpc)`.
    pub(crate) fn clusters(&self) -> Design {
        let district: Vec<u32> =
            self.text("dnum").iter().map(|code| code.parse().unwrap()).collect();
        self.design(Stage::units(&district))
    }

    /// Schools drawn within types: R's `svydesign(~1, strata = ~stype, ...)`.
    pub(crate) fn strata(&self) -> Design {
        self.design(Stage::elements().strata(&self.codes("stype", &["E", "H", "M"])))
    }

    fn design(&self, stage: Stage<'_>) -> Design {
        let (weights, fpc) = (self.numbers("pw"), self.numbers("fpc"));
        let stage = stage.population(Population::Counts(&fpc));
        Design::builder(self.rows()).stage(stage).weights(&weights).build().unwrap()
    }
}
