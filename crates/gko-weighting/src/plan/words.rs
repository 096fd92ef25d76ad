//! What the reader of TOML says, in the words of a plan.
//!
//! # Rule
//! Choices with settings are tables of one key, such as `{ jkn = {} }`. The reader
//! names them as the program does; here they are named as the plan does.

/// The message of the reader about the text that it found, or a clearer one where it
/// speaks of the program.
pub(super) fn in_words(message: &str, found: &str) -> String {
    if message.contains("wanted exactly 1 element") {
        return one_kind();
    }
    match ["expected struct variant", "expected newtype variant"]
        .iter()
        .find_map(|one| Some(message.split_once(one)?.1))
    {
        Some("") => a_table(found.trim_matches(|c: char| !c.is_alphanumeric())),
        Some(variant) => a_table(variant.trim()),
        None => message.to_owned(),
    }
}

fn one_kind() -> String {
    "one kind only may stand here, as the single key of its table; a [[steps]] is one of `selection`, `nonresponse`, `post_stratify`, `rake`, `calibrate`, `trim`, `smooth`, `scale`, so give each a [[steps]] of its own; a `method` of nonresponse is `classes` or `propensity`; a `selection` is `stages`, `counts`, `given` or `quota`".to_owned()
}

/// `ReplicatePlan::RaoWu` is `rao_wu` in a plan.
fn a_table(variant: &str) -> String {
    let name = variant.rsplit("::").next().unwrap_or(variant);
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
    let mut snake = String::new();
    for (at, letter) in name.chars().take(end).enumerate() {
        if letter.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    format!(
        "`{snake}` is a table with its settings (empty if it has none): write {{ {snake} = {{ }} }}, with the settings in the inner braces"
    )
}
