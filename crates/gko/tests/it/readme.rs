//! The README's TOML is what the crates read.

use gko::prelude::*;

const README: &str = include_str!("../../../../README.md");

/// The block as it stands, with the documents around it that it leaves out.
#[test]
fn the_variable_and_the_indicator_of_the_readme_parse() {
    let block = README.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    let (variable, indicator) = block.split_once("[[indicator]]").unwrap();
    let codebook = format!(
        "format = \"gko-codebook/1\"\nstudy = \"readme\"\ntitle = \"README\"\n\
         wave = [{{ id = \"1\", label = \"1\" }}]\n\
         [response_set.yn]\ncategories = [{{ id = \"no\", code = 0 }}, {{ id = \"yes\", code = 1 }}]\n\
         [response_set.upset3]\ncategories = [{{ id = \"bit\", code = 1 }}, \
         {{ id = \"fairly\", code = 2 }}, {{ id = \"very\", code = 3 }}]\n\
         [[variable]]\nid = \"F11\"\nlabel = \"Upset\"\nmodule = \"F\"\nstatus = \"core\"\n\
         unit = \"child\"\nresponses = \"yn\"\n{variable}"
    );
    let codebook = Codebook::parse(&codebook, "codebook.toml").unwrap();
    let catalogue =
        format!("format = \"gko-indicators/1\"\ntitle = \"README\"\n[[indicator]]{indicator}");
    let catalogue = Catalogue::parse(&catalogue, "indicators.toml", &codebook).unwrap();
    assert_eq!(catalogue.indicators[0].id, "f13_fairly_or_very_upset");
}
