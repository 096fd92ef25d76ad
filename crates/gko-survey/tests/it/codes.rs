//! Every error code stands for one error.

use std::collections::BTreeSet;
use std::path::Path;

fn codes_below(folder: &Path, codes: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes_below(&path, codes);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let arms = text.split("=> \"GKO-S").skip(1);
        codes.extend(arms.map(|arm| arm.chars().take(3).collect()));
    }
}

#[test]
fn no_code_is_given_twice() {
    let mut codes = Vec::new();
    codes_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut codes);
    let distinct: BTreeSet<&String> = codes.iter().collect();
    assert!(codes.len() > 100, "found {}", codes.len());
    assert_eq!(codes.len(), distinct.len(), "a code is given twice: {codes:?}");
}
