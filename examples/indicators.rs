//! The pipeline of the fixture in Rust: exports in, protected table out.
//!
//! `cargo run --example indicators -- out`

use std::error::Error;
use std::path::Path;

use gko::prelude::*;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new("fixtures/global");
    let codebook = Codebook::parse(&read_text(&root.join("codebook.toml"))?, "codebook.toml")?;
    let indicators = read_text(&root.join("indicators.toml"))?;
    let catalogue = Catalogue::parse(&indicators, "indicators.toml", &codebook)?;

    let layout = Layout::design("child_id", "stratum", "psu", "weight");
    let (country, wave) = (Origin::Column("country".into()), Origin::Column("wave".into()));
    let csv = Format::Csv(CsvDialect::default());
    let input = Input::file(root.join("data/children.csv"), csv, country, wave);
    let children = read(&[input], &layout, &codebook)?;

    let computed = compute(&children, &catalogue, &codebook, &Settings::default())?;
    let table = protect(computed.candidates, &Rules::default());
    let breakdowns = catalogue.breakdowns.iter().map(|b| b.id.clone()).collect();
    let release = Release::new("Children online".into(), codebook.synthetic, breakdowns, table);
    println!("{}", terminal_table(&release, 120));

    let out = std::env::args().nth(1).unwrap_or_else(|| "target/example-indicators".into());
    let csv = TidyTable::new(&release).csv()?;
    write(Path::new(&out), &[OutputFile::new("indicators.csv", csv)])?;
    Ok(())
}
