//! The numbers of docs/mapping.md are those that R wrote.

const PAGE: &str = include_str!("../../docs/mapping.md");
const OF_R: &str = include_str!("../fixtures/mapping.txt");

/// Numbers with at least six decimals: those that come from R.
fn numbers(text: &str) -> Vec<&str> {
    let long = |token: &&str| token.split_once('.').is_some_and(|(_, after)| after.len() > 5);
    let tokens = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'));
    tokens.filter(long).collect()
}

fn rust_blocks() -> impl Iterator<Item = &'static str> {
    let blocks = PAGE.split("```rust").skip(1);
    blocks.map(|rest| rest.split_once("```").map_or(rest, |(block, _)| block))
}

#[test]
fn every_long_number_on_the_page_was_written_by_r() {
    let known = numbers(OF_R);
    let shown: Vec<&str> = rust_blocks().flat_map(numbers).collect();
    assert!(shown.len() > 100, "{} numbers on the page", shown.len());
    let unknown: Vec<&&str> = shown.iter().filter(|number| !known.contains(number)).collect();
    assert!(unknown.is_empty(), "not in mapping.txt: {unknown:?}");
}

#[test]
fn every_task_names_the_four_programs_and_has_a_test() {
    let parts = ["\n- **R** ", "\n- **srvyr** ", "\n- **Stata** ", "\n- **SAS** ", "\n```rust"];
    let tasks: Vec<&str> = PAGE.split("\n## ").skip(1).collect();
    assert_eq!(tasks.len(), rust_blocks().count());
    for task in tasks {
        for part in parts {
            assert!(task.contains(part), "{part:?} is missing in {task:.40}");
        }
    }
}
