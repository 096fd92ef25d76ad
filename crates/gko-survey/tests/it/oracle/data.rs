//! The input files of the reference results, read as R reads them.

use std::collections::BTreeMap;

use super::folder;

/// A data file: text cells by column, empty where missing.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    file: String,
    columns: BTreeMap<String, Vec<String>>,
    rows: usize,
}

impl Table {
    pub(crate) fn read(file: &str) -> Self {
        let mut reader = csv::Reader::from_path(folder().join("data").join(file)).unwrap();
        let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let mut cells: Vec<Vec<String>> = vec![Vec::new(); names.len()];
        for record in reader.records() {
            for (column, cell) in cells.iter_mut().zip(record.unwrap().iter()) {
                column.push(cell.to_owned());
            }
        }
        let rows = cells[0].len();
        let mut table =
            Self { file: file.to_owned(), columns: names.into_iter().zip(cells).collect(), rows };
        if file == "gko_pub.csv" {
            table.derive();
        }
        table
    }

    /// Country and stratum crossed, and weights scaled to 1000 a country.
    fn derive(&mut self) {
        let pairs = self.text("country").iter().zip(self.text("stratum"));
        let crossed = pairs.map(|(one, two)| format!("{one}.{two}")).collect();
        let weights = self.numbers("weight");
        let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
        for (country, weight) in self.text("country").iter().zip(&weights) {
            *sums.entry(country).or_default() += weight;
        }
        let scaled = self.text("country").iter().zip(&weights);
        let senate = scaled.map(|(country, w)| (w * 1000.0 / sums[country.as_str()]).to_string());
        let senate = senate.collect();
        self.columns.insert("cs".to_owned(), crossed);
        self.columns.insert("senate".to_owned(), senate);
    }

    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    pub(crate) fn text(&self, name: &str) -> &[String] {
        let columns = self.columns.get(name);
        columns.unwrap_or_else(|| panic!("{} has no column {name}", self.file))
    }

    /// Numbers; NaN where missing.
    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        let number = |cell: &String| match cell.as_str() {
            "" => f64::NAN,
            text => text.parse().unwrap_or_else(|_| panic!("{name}: {text}")),
        };
        self.text(name).iter().map(number).collect()
    }

    /// Whether a column holds numbers alone.
    pub(crate) fn is_number(&self, name: &str) -> bool {
        self.text(name).iter().all(|cell| cell.is_empty() || cell.parse::<f64>().is_ok())
    }

    /// Levels of a factor, in R's order: alphabetical, or numbers ascending.
    pub(crate) fn levels(&self, name: &str) -> Vec<String> {
        if name == "agegrp" {
            return ["9-11", "12-14", "15-17"].map(str::to_owned).to_vec();
        }
        let mut levels: Vec<String> =
            self.text(name).iter().filter(|cell| !cell.is_empty()).cloned().collect();
        levels.sort_by(|one, two| match (one.parse::<f64>(), two.parse::<f64>()) {
            (Ok(one), Ok(two)) => one.total_cmp(&two),
            _ => one.cmp(two),
        });
        levels.dedup();
        levels
    }

    /// Codes into [`Table::levels`]; `u32::MAX` where missing.
    pub(crate) fn codes(&self, name: &str) -> Vec<u32> {
        let levels = self.levels(name);
        let code = |cell: &String| {
            let at = levels.iter().position(|level| level == cell);
            at.map_or(u32::MAX, |at| u32::try_from(at).unwrap())
        };
        self.text(name).iter().map(code).collect()
    }

    /// Whether each row has a value.
    pub(crate) fn present(&self, name: &str) -> Vec<bool> {
        self.text(name).iter().map(|cell| !cell.is_empty()).collect()
    }
}
