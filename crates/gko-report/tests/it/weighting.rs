//! The page on weights: its numbers are those of the run, and it holds nothing but text.

use gko_report::weighting_page;
use gko_weighting::Sample;
use gko_weighting::plan::Plan;
use gko_weighting::population::Population;
use gko_weighting::run::{Weighted, run};

const CHILDREN: &str = include_str!("../../../../fixtures/weighting/children.csv");
const PLAN: &str = include_str!("../../../../fixtures/weighting/plan.toml");
const FIGURES: &str = include_str!("../../../../fixtures/weighting/population.csv");

/// A plan with everything but its own steps.
fn plan(head: &str, steps: &str) -> Plan {
    let text = format!(
        "format = \"gko-weighting/1\"\nyear = 2024\n\
         universe = {{ unit = \"children\", ages = [9, 17], who = \"all children\" }}\n\
         population = \"population.csv\"\ndata = {{ file = \"children.csv\" }}\n{head}\n{steps}"
    );
    Plan::parse(&text, "plan.toml").unwrap()
}

const NUMBERS: [&str; 8] =
    ["p_psu", "hh_listed", "hh_taken", "eligible", "age", "harm", "skills_high", "hours"];

/// The columns of the fixture.
fn children() -> Sample {
    let mut reader = csv::Reader::from_reader(CHILDREN.as_bytes());
    let names = reader.headers().unwrap().clone();
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cell = |row: &csv::StringRecord, at: usize| {
        row.get(at).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    names.iter().enumerate().fold(Sample::new(rows.len()), |sample, (at, name)| {
        let cells: Vec<Option<String>> = rows.iter().map(|row| cell(row, at)).collect();
        if !NUMBERS.contains(&name) {
            return sample.texts(name, &cells).unwrap();
        }
        let number = |text: &Option<String>| text.as_ref().map_or(f64::NAN, |t| t.parse().unwrap());
        sample.numbers(name, cells.iter().map(number).collect()).unwrap()
    })
}

/// The fixture by its own plan, without the replicates, which the page only counts.
fn four_countries() -> Weighted {
    let mut plan = Plan::parse(PLAN, "plan.toml").unwrap();
    plan.replicates = None;
    let population = Population::parse_csv(FIGURES, "population.csv").unwrap();
    run(&plan, children(), Some(&population), &mut |_| ()).unwrap()
}

fn page(done: &Weighted) -> String {
    weighting_page(&done.history, &done.diagnostics().unwrap(), &done.groups.names)
}

/// What a reader sees of a page, a line a block.
fn visible(page: &str) -> String {
    let start = page.find("<body>").unwrap();
    let blocks = ["</p>", "</tr>", "</h1>", "</h2>", "</h3>", "</dd>", "</li>", "</summary>"];
    let blocks = [&blocks[..], &["</text>", "</caption>", "</strong>"]].concat();
    let ended = blocks.iter().fold(page[start..].to_owned(), |text, end| text.replace(end, "\n"));
    let cells = ["</td>", "</th>", "</dt>"];
    let ended = cells.iter().fold(ended, |text, end| text.replace(end, " | "));
    let mut text = String::new();
    let mut inside = false;
    for letter in ended.chars() {
        match letter {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(letter),
            _ => {}
        }
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.to_owned() + "\n").collect()
}

/// Six children of two countries, five of whom answered.
fn small(title: &str, girl: &str) -> Weighted {
    let text = |all: [&str; 6]| all.map(|one| Some(one.to_owned()));
    let sample = Sample::new(6)
        .texts("country", &text(["A", "A", "A", "A", "B", "B"]))
        .unwrap()
        .texts("sex", &text([girl, girl, "boy", "boy", girl, "boy"]))
        .unwrap()
        .texts("status", &text(["1", "1", "1", "2", "1", "1"]))
        .unwrap()
        .numbers("harm", vec![1.0, 0.0, 0.0, f64::NAN, 1.0, 0.0])
        .unwrap();
    let plan = plan(
        &format!("title = '{title}'\ngroup = \"country\"\nindicators = [\"harm\"]"),
        r#"
        [[steps]]
        selection.quota = { reason = "quotas of sex" }
        [[steps]]
        [steps.nonresponse]
        status = "status"
        codes = { "1" = "complete", "2" = "refusal" }
        method.classes = { by = [], options = { minimum_respondents = 1 } }
        [[steps]]
        post_stratify.margin = { of = ["sex"] }
        "#,
    );
    let figure = |country, sex: &str, count| {
        format!("{country},sex,{sex},{count},children,9,17,all children,2024,census\n")
    };
    let head = FIGURES.lines().next().unwrap().to_owned() + "\n";
    let all = [("A", girl, 50), ("A", "boy", 50), ("B", girl, 20), ("B", "boy", 60)];
    let figures = head + &all.map(|(country, sex, count)| figure(country, sex, count)).concat();
    let population = Population::parse_csv(&figures, "population.csv").unwrap();
    run(&plan, sample, Some(&population), &mut |_| ()).unwrap()
}

/// The countries' weights are 25, 25, 50 and 20, 60: design effects `3·3750/100²` and
/// `2·4000/80²`.
#[test]
fn a_small_page_reads_as_it_should() {
    let text = visible(&page(&small("Five children", "girl")));
    assert_eq!(text, include_str!("../snapshots/weighting-page.txt"));
    assert!(text.contains("A | 4 | 3 | 75.0\u{a0}% |"));
    assert!(text.contains("| 100 | 1.12 | 2.67 |") && text.contains("| 80.00 | 1.25 | 1.60 |"));
}

#[test]
fn the_page_has_the_numbers_of_the_history() {
    let done = four_countries();
    let (page, diagnostics) = (page(&done), done.diagnostics().unwrap());
    for (name, of_group) in done.groups.names.iter().zip(&diagnostics.after) {
        let effect = format!("{:.2}", of_group.kish.unwrap());
        assert!(page.contains(&format!("{name}: design effect before and after each step")));
        assert!(page.contains(&format!("respondents, design effect {effect}")), "{name} {effect}");
    }
    for step in &done.history.steps {
        for one in &step.groups {
            let cell = format!("<td class=\"number\">{:.2}</td>", one.deff_after.unwrap());
            assert!(page.contains(&cell), "step {}, {}: {cell}", step.number, one.group);
        }
    }
    assert!(page.contains("`islands` with 12 respondents went into `coast`"));
    assert_eq!(page.matches("role=\"img\"").count(), 4 + 4 + 4 + 3 * 2 + 3);
}

/// What became of all cases where the plan says it, else what each step was told.
#[test]
fn response_rates_name_their_base() {
    let mut done = four_countries();
    let whole = page(&done);
    assert!(whole.contains("Response rates of the survey as a whole"));
    assert!(whole.contains(">RR6</th>") && !whole.contains("RR2, step"));
    done.history.response.clear();
    let steps = page(&done);
    assert!(!steps.contains("survey as a whole"));
    assert!(steps.contains("RR2, step\u{a0}2") && steps.contains("RR4, step\u{a0}4"));
}

#[test]
fn a_page_is_the_same_bytes_again_and_asks_for_nothing() {
    let one = page(&four_countries());
    assert_eq!(one, page(&four_countries()));
    for out in ["<script", "http://", "https://", "url(", "@import", "src=", "href="] {
        assert!(!one.contains(out), "{out}");
    }
    assert!(!one.contains("NaN") && !one.contains("inf\""));
}

#[test]
fn what_a_document_holds_is_text() {
    let page = page(&small("<script>alert(1)</script> \u{202e}", "<img src=x>\"&"));
    assert!(page.contains("<h1>&lt;script&gt;alert(1)&lt;/script&gt; \u{fffd}</h1>"));
    assert!(page.contains("&lt;img src=x&gt;&quot;&amp;"));
    assert!(!page.contains("<script") && !page.contains("<img"));
}

#[test]
fn a_model_is_marked_loudly_and_a_draw_is_not() {
    let model = page(&small("t", "girl"));
    assert!(model.contains("<p class=\"mark model\" role=\"note\"><strong>Model-based</strong>"));
    assert!(model.contains("quotas of sex"));
    let drawn = page(&four_countries());
    assert!(drawn.contains("mark design") && !drawn.contains("mark model"));
    assert!(drawn.contains("Not for release"));
}

#[test]
fn a_plan_with_a_selection_alone_says_what_is_not_there() {
    let plan = plan("title = \"t\"", "[[steps]]\nselection.given = { weights = \"w\" }");
    let sample = |weights| Sample::new(3).numbers("w", weights).unwrap();
    for weights in [vec![1.0, 1.0, 2.0], vec![0.0, 0.0, 5.0]] {
        let page = page(&run(&plan, sample(weights), None, &mut |_| ()).unwrap());
        assert!(page.contains("All rows") && !page.contains("NaN"));
        for absent in ["no step that calibrates", "no step of nonresponse", "no key indicators"] {
            assert!(page.contains(absent), "{absent}");
        }
    }
}

#[test]
fn groups_without_a_name_and_without_a_weight_have_a_line() {
    let text = |all: [&str; 4]| all.map(|one| Some(one.to_owned()));
    let sample = Sample::new(4)
        .texts("country", &text(["", "", "B", "B"]))
        .unwrap()
        .numbers("w", vec![1.0, 3.0, 0.0, 0.0])
        .unwrap();
    let steps = "[[steps]]\nselection.given = { weights = \"w\" }";
    let done = run(&plan("title = \"t\"\ngroup = \"country\"", steps), sample, None, &mut |_| ());
    let page = page(&done.unwrap());
    let text = visible(&page);
    assert!(text.contains("(no name) | 2 | 2 | 4.00 | 1.25 | 1.60 |"), "{text}");
    assert!(text.contains("B | 2 | 0 | 0.00 | \u{2013} |"), "{text}");
}
