//! The shares that the invented answers follow.
//!
//! # Rule
//!
//! The share of a cell is `expit(a + s + g + r)`: `s`, `g` and `r` are the
//! differences between the logits of the published share of the sex, the age
//! group and the area and the logit of the total; `a` is chosen so that the
//! total is the published one. Country XAA has the published figures; another
//! country has the figures of [`OVERRIDES`] where there are any, else those of
//! XAA moved on the logit scale.
//!
//! # References
//!
//! [`PUBLISHED`]: Global Kids Online, Albania 2018, statistical report (children
//! online, total, sex, age, settlement). [`OVERRIDES`]: highlights and press
//! figures of other Global Kids Online countries. [`INVENTED`] are plausible and
//! nothing more.

/// The total and the departures from it on the logit scale.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    /// The categories that the share counts: `a, b`, `from..` or `..to`.
    pub(crate) categories: &'static str,
    pub(crate) total: f64,
    pub(crate) sex: [f64; 2],
    pub(crate) age: [f64; 3],
    pub(crate) area: [f64; 2],
}

/// The target of a variable, or of an option of a set.
pub(crate) fn target(variable: &str, option: Option<&str>) -> Option<Target> {
    let published = PUBLISHED.iter().find(|row| is(row.0, row.1, variable, option));
    let published = published.map(|row| from_published(row.1, row.2));
    let invented = || INVENTED.iter().find(|row| is(row.0, row.1, variable, option));
    published.or_else(|| invented().map(|row| from_invented(row.1, row.2, row.3, row.4)))
}

/// Every target's variable and categories.
#[cfg(test)]
pub(crate) fn names() -> impl Iterator<Item = (&'static str, &'static str)> {
    let published = PUBLISHED.iter().map(|row| (row.0, row.1));
    published.chain(INVENTED.iter().map(|row| (row.0, row.1)))
}

/// The total of a country that has a figure of its own.
pub(crate) fn override_of(country: &str, variable: &str) -> Option<f64> {
    let found = OVERRIDES.iter().find(|row| row.0 == country && row.1 == variable);
    found.map(|row| row.2 / 100.0)
}

fn is(name: &str, categories: &str, variable: &str, option: Option<&str>) -> bool {
    name == variable && option.is_none_or(|option| option == categories)
}

pub(crate) fn logit(share: f64) -> f64 {
    (share / (1.0 - share)).ln()
}

pub(crate) fn expit(logit: f64) -> f64 {
    1.0 / (1.0 + (-logit).exp())
}

fn from_published(categories: &'static str, percent: [f64; 8]) -> Target {
    // A published 0 or 100 is a rounded figure.
    let away = percent.map(|p| logit(p.clamp(0.3, 99.7) / 100.0));
    let [total, boys, girls, young, middle, old, urban, rural] = away;
    Target {
        categories,
        total: percent[0] / 100.0,
        sex: [boys - total, girls - total],
        age: [young - total, middle - total, old - total],
        area: [urban - total, rural - total],
    }
}

fn from_invented(categories: &'static str, percent: f64, rise: f64, boys: f64) -> Target {
    Target {
        categories,
        total: percent / 100.0,
        sex: [boys / 2.0, -boys / 2.0],
        age: [-rise, 0.0, rise],
        area: [0.05, -0.05],
    }
}

type Published = (&'static str, &'static str, [f64; 8]);
type Invented = (&'static str, &'static str, f64, f64, f64);

/// Variable, categories; per cent: total, boys, girls, 9-11, 12-14, 15-17, urban, rural.
#[rustfmt::skip]
const PUBLISHED: &[Published] = &[
    ("B3", "often..", [79.5, 82.0, 77.0, 59.0, 84.0, 91.0, 76.0, 83.0]),
    ("B6_home", "weekly..", [95.8, 96.0, 95.0, 92.0, 96.0, 99.0, 94.0, 96.0]),
    ("B6_school", "weekly..", [26.0, 31.0, 22.0, 7.0, 17.0, 50.0, 20.0, 32.0]),
    ("B7_smartphone", "weekly..", [87.2, 90.0, 85.0, 77.0, 85.0, 96.0, 85.0, 90.0]),
    ("C2", "fairly-true..", [44.0, 48.0, 40.0, 35.0, 41.0, 55.0, 42.0, 46.0]),
    ("C4_learn", "weekly..", [71.3, 71.0, 71.0, 58.0, 72.0, 83.0, 71.0, 71.0]),
    ("C4_schoolwork", "weekly..", [79.7, 76.0, 84.0, 68.0, 88.0, 82.0, 80.0, 80.0]),
    ("C4_news", "weekly..", [30.1, 29.0, 31.0, 10.0, 27.0, 49.0, 28.0, 32.0]),
    ("C4_health", "weekly..", [33.3, 29.0, 39.0, 19.0, 33.0, 45.0, 32.0, 35.0]),
    ("C4_sns", "weekly..", [76.3, 86.0, 67.0, 53.0, 80.0, 93.0, 73.0, 80.0]),
    ("C4_video", "weekly..", [89.7, 91.0, 89.0, 88.0, 90.0, 93.0, 91.0, 89.0]),
    ("C4_create", "weekly..", [23.2, 27.0, 20.0, 16.0, 20.0, 31.0, 24.0, 21.0]),
    ("C4_political", "weekly..", [7.9, 7.0, 8.0, 2.0, 6.0, 13.0, 8.0, 8.0]),
    ("E1_save_photo", "fairly-true..", [66.7, 71.0, 63.0, 43.0, 69.0, 84.0, 64.0, 70.0]),
    ("E1_privacy", "fairly-true..", [53.7, 61.0, 46.0, 19.0, 54.0, 82.0, 49.0, 59.0]),
    ("E1_check_true", "fairly-true..", [36.2, 40.0, 32.0, 17.0, 35.0, 52.0, 35.0, 38.0]),
    ("E1_keywords", "fairly-true..", [48.6, 53.0, 44.0, 30.0, 48.0, 64.0, 46.0, 51.0]),
    ("E1_share", "fairly-true..", [59.6, 65.0, 53.0, 31.0, 62.0, 81.0, 54.0, 66.0]),
    ("E1_remove_contacts", "fairly-true..", [71.8, 78.0, 65.0, 44.0, 78.0, 89.0, 65.0, 79.0]),
    ("E1_post_video", "fairly-true..", [46.2, 52.0, 40.0, 25.0, 46.0, 64.0, 44.0, 49.0]),
    ("E1_install_apps", "fairly-true..", [80.1, 86.0, 74.0, 67.0, 80.0, 91.0, 77.0, 83.0]),
    ("F2", "yes", [25.0, 33.0, 17.0, 9.0, 21.0, 41.0, 23.0, 27.0]),
    ("F3", "yes", [15.8, 23.0, 8.0, 7.0, 12.0, 26.0, 16.0, 15.0]),
    ("F11", "yes", [13.8, 15.0, 12.0, 10.0, 11.0, 19.0, 13.0, 14.0]),
    ("F14", "parent", [35.3, 38.0, 31.0, 64.0, 26.0, 28.0, 36.0, 35.0]),
    ("F14", "nobody", [17.9, 15.0, 22.0, 7.0, 28.0, 17.0, 14.0, 21.0]),
    ("F18", "yes", [6.4, 8.0, 5.0, 8.0, 7.0, 5.0, 7.0, 6.0]),
    ("F20_device", "yes", [47.9, 45.0, 52.0, 37.0, 42.0, 70.0, 46.0, 50.0]),
    ("F28", "yes", [15.8, 20.0, 11.0, 7.0, 11.0, 27.0, 14.0, 18.0]),
    ("F34", "yes", [5.2, 6.0, 4.0, 2.0, 3.0, 10.0, 5.0, 5.0]),
    ("F38", "yes", [3.5, 4.0, 3.0, 1.0, 2.0, 7.0, 4.0, 3.0]),
    ("F41_selfharm", "yes", [17.3, 20.0, 15.0, 12.0, 14.0, 24.0, 13.0, 21.0]),
    ("F41_suicide", "yes", [11.5, 12.0, 11.0, 5.0, 11.0, 17.0, 9.0, 14.0]),
    ("F41_drugs", "yes", [13.0, 14.0, 12.0, 6.0, 11.0, 20.0, 10.0, 16.0]),
    ("F41_violence", "yes", [21.3, 25.0, 18.0, 13.0, 20.0, 29.0, 17.0, 26.0]),
    ("F43_personal_info", "yes", [6.1, 7.0, 5.0, 2.0, 7.0, 8.0, 5.0, 7.0]),
    ("F43_virus", "yes", [32.5, 34.0, 31.0, 30.0, 32.0, 35.0, 32.0, 33.0]),
    ("F43_lost_money", "yes", [2.1, 3.0, 1.0, 2.0, 2.0, 3.0, 2.0, 2.0]),
    ("F43_password", "yes", [8.2, 10.0, 6.0, 4.0, 6.0, 14.0, 7.0, 9.0]),
    ("F43_hostile_page", "yes", [2.5, 3.0, 2.0, 2.0, 2.0, 4.0, 2.0, 3.0]),
    ("F48", "yes", [34.8, 41.0, 29.0, 22.0, 31.0, 48.0, 32.0, 38.0]),
    ("G2a", "yes", [3.1, 3.0, 3.0, 1.0, 4.0, 4.0, 4.0, 3.0]),
    ("G2f", "yes", [0.9, 1.0, 1.0, 0.0, 1.0, 1.0, 1.0, 0.0]),
    ("G2i", "yes", [1.2, 1.0, 1.0, 0.0, 2.0, 1.0, 1.0, 1.0]),
    ("I1", "..easy", [81.7, 78.0, 86.0, 90.0, 80.0, 77.0, 81.0, 82.0]),
    ("I4_encourage", "often..", [16.2, 16.0, 16.0, 14.0, 18.0, 16.0, 14.0, 19.0]),
    ("I4_suggest_safety", "often..", [36.0, 32.0, 41.0, 40.0, 40.0, 29.0, 35.0, 37.0]),
    ("I6_webcam", "with-permission, not-allowed", [36.8, 32.0, 42.0, 61.0, 37.0, 18.0, 43.0, 31.0]),
    ("I6_download", "with-permission, not-allowed", [21.6, 17.0, 26.0, 41.0, 20.0, 8.0, 24.0, 19.0]),
    ("I6_sns", "with-permission, not-allowed", [29.3, 23.0, 37.0, 51.0, 31.0, 10.0, 36.0, 23.0]),
    ("J5_safety", "often..", [21.7, 18.0, 24.0, 18.0, 24.0, 23.0, 17.0, 26.0]),
];

/// Variable, categories; total in per cent, rise of the logit by age group, boys less girls.
#[rustfmt::skip]
const INVENTED: &[Invented] = &[
    ("A4", "school", 95.1, -0.3, -0.1),
    ("A4", "college", 3.0, 0.9, 0.1),
    ("A4", "home", 22.0, 0.2, -0.4),
    ("A4", "looking", 1.5, 1.0, 0.3),
    ("A4", "paid", 2.0, 0.9, 0.5),
    ("A4", "unpaid", 2.5, 0.4, 0.4),
    ("A17_worries", "fairly-true..", 38.0, 0.15, -0.5),
    ("A17_picked_on", "fairly-true..", 11.0, -0.1, 0.1),
    ("A17_liked", "fairly-true..", 84.0, 0.05, 0.0),
    ("A17_helpful", "fairly-true..", 88.0, 0.05, -0.3),
    ("A22_drunk", "yes", 6.5, 1.0, 0.6),
    ("A22_skipped", "yes", 12.0, 0.9, 0.5),
    ("A22_police", "yes", 2.2, 0.7, 0.9),
    ("B4", "parents", 38.0, -0.7, -0.3),
    ("B4", "data-cost", 17.0, 0.2, 0.0),
    ("B4", "teachers", 9.0, 0.0, 0.0),
    ("B4", "signal", 27.0, 0.1, 0.0),
    ("B4", "device-cost", 11.0, 0.1, 0.0),
    ("B4", "no-time", 24.0, 0.4, 0.0),
    ("B4", "takes-time", 9.0, 0.2, 0.0),
    ("B4", "age", 8.0, -0.8, 0.0),
    ("B4", "people-like-me", 3.0, 0.0, 0.0),
    ("B4", "no-offer", 4.0, 0.1, 0.0),
    ("B4", "difficult", 3.0, -0.3, 0.0),
    ("B4", "privacy", 5.0, 0.2, -0.2),
    ("B4", "other", 4.0, 0.0, 0.0),
    ("B6_friends", "weekly..", 58.0, 0.5, 0.2),
    ("B6_gaming", "weekly..", 14.0, 0.5, 1.6),
    ("B6_cafe", "weekly..", 22.0, 0.7, 0.8),
    ("B6_way", "weekly..", 41.0, 0.8, 0.1),
    ("B6_alone", "weekly..", 44.0, 0.8, 0.1),
    ("B7_simple_phone", "weekly..", 9.0, 0.1, 0.1),
    ("B7_desktop", "weekly..", 26.0, 0.3, 0.4),
    ("B7_laptop", "weekly..", 31.0, 0.4, 0.0),
    ("B7_tablet", "weekly..", 24.0, -0.3, 0.0),
    ("B7_console", "weekly..", 11.0, 0.1, 1.3),
    ("B7_tv", "weekly..", 21.0, 0.1, 0.1),
    ("B11", "three..", 46.0, 0.6, 0.2),
    ("B12", "three..", 55.0, 0.6, 0.2),
    ("C4_work_study", "weekly..", 24.0, 0.6, 0.0),
    ("C4_local", "weekly..", 15.0, 0.5, 0.1),
    ("C4_other_places", "weekly..", 33.0, 0.6, 0.2),
    ("C4_petition", "weekly..", 2.5, 0.4, 0.0),
    ("C4_blog", "weekly..", 7.5, 0.3, 0.0),
    ("C4_family_far", "weekly..", 62.0, 0.4, -0.1),
    ("C4_messaging", "weekly..", 71.0, 0.8, 0.0),
    ("C4_nearby", "weekly..", 66.0, 0.6, 0.0),
    ("C4_games", "weekly..", 57.0, -0.1, 1.1),
    ("C4_music", "weekly..", 86.0, 0.4, -0.2),
    ("C4_interests", "weekly..", 38.0, 0.5, 0.2),
    ("C4_shopping", "weekly..", 22.0, 0.7, -0.1),
    ("E1_programming", "fairly-true..", 17.0, 0.4, 0.4),
    ("E1_trustworthy", "fairly-true..", 38.0, 0.6, 0.2),
    ("E1_unknown_sites", "fairly-true..", 21.0, 0.1, 0.1),
    ("E1_free_licence", "fairly-true..", 31.0, 0.5, 0.3),
    ("F13", "fairly..", 46.0, -0.1, -0.4),
    ("F14", "friend", 33.2, 0.4, 0.0),
    ("F14", "sibling", 18.6, 0.0, -0.2),
    ("F14", "teacher", 4.0, -0.4, 0.0),
    ("F14", "someone-else", 3.0, 0.0, 0.0),
    ("F14", "trusted-adult", 5.5, 0.0, 0.0),
    ("F14", "professional", 1.2, 0.0, 0.0),
    ("F16", "closed", 31.0, -0.1, 0.0),
    ("F16", "blocked", 42.0, 0.3, -0.1),
    ("F16", "ignored", 24.0, 0.1, 0.1),
    ("F16", "deleted", 19.0, 0.1, 0.0),
    ("F16", "asked-to-stop", 9.0, 0.0, 0.0),
    ("F16", "settings", 8.0, 0.3, 0.0),
    ("F16", "pause", 11.0, -0.3, -0.1),
    ("F16", "got-back", 5.0, 0.2, 0.6),
    ("F16", "reported", 13.0, 0.3, 0.0),
    ("F20_person", "yes", 61.0, -0.3, 0.1),
    ("F23", "fairly..", 44.0, -0.1, -0.5),
    ("F28b_wanted", "yes", 32.0, 0.7, 1.0),
    ("F28b_unexpected", "yes", 61.0, -0.2, -0.2),
    ("F28b_shown", "yes", 27.0, 0.1, 0.2),
    ("F4", "fairly..", 9.0, -0.2, -0.6),
    ("F35", "fairly..", 27.0, -0.4, -0.9),
    ("F39", "weekly..", 24.0, 0.2, 0.3),
    ("F41_gambling", "yes", 14.5, 0.5, 0.8),
    ("F43_overspent", "yes", 4.6, 0.1, 0.9),
    ("F43_in_app", "yes", 18.0, 0.2, 0.4),
    ("F43_tracked", "yes", 7.4, 0.3, 0.1),
    ("G2b", "yes", 2.8, 0.6, -0.2),
    ("G2c", "yes", 1.6, 0.5, -0.2),
    ("G2d", "yes", 1.9, 0.6, -0.4),
    ("G2e", "yes", 0.8, 0.4, -0.2),
    ("G2g", "yes", 0.4, 0.4, 0.1),
    ("G2h", "yes", 0.6, 0.3, -0.1),
    ("H1", "7..", 87.0, -0.25, 0.0),
    ("I4_talk", "often..", 33.0, -0.2, -0.2),
    ("I4_what_to_do", "often..", 30.0, -0.2, -0.3),
    ("I4_help_difficult", "often..", 29.0, -0.4, -0.1),
    ("I5_told_upset", "often..", 17.0, -0.3, -0.4),
    ("I5_helped_parent", "often..", 24.0, 0.3, 0.0),
    ("I5_discussion", "often..", 15.0, 0.1, -0.1),
    ("I6_video", "with-permission, not-allowed", 23.0, -0.7, -0.3),
    ("I7_filter", "yes", 12.0, -0.2, 0.0),
    ("I7_tracking", "yes", 9.0, -0.4, -0.1),
    ("I7_time", "yes", 11.0, -0.6, 0.0),
    ("I8_friends", "often..", 22.0, -0.6, -0.3),
    ("I8_messages", "often..", 16.0, -0.7, -0.3),
    ("J4_belong", "fairly-true..", 86.0, -0.1, -0.1),
    ("J4_safe", "fairly-true..", 83.0, -0.2, 0.0),
    ("J4_teachers_care", "fairly-true..", 85.0, -0.3, -0.1),
    ("J5_encouraged", "often..", 16.0, 0.1, 0.0),
    ("J5_rules", "often..", 27.0, -0.1, 0.0),
    ("K1_help", "fairly-true..", 79.0, 0.0, -0.2),
    ("K1_count_on", "fairly-true..", 76.0, 0.0, -0.2),
    ("K1_talk", "fairly-true..", 74.0, 0.1, -0.4),
    ("K2_safety", "often..", 14.0, 0.1, -0.1),
    ("K2_encouraged", "often..", 18.0, 0.2, 0.1),
    ("K2_helped", "often..", 22.0, 0.1, 0.0),
    ("L1", "months..", 67.8, -0.4, 0.1),
    ("L3", "often..", 71.0, 0.0, 0.0),
    ("L6", "daily..", 78.0, 0.0, 0.1),
    ("L9_save_photo", "fairly-true..", 58.0, 0.0, 0.3),
    ("L9_privacy", "fairly-true..", 39.0, 0.0, 0.3),
    ("L9_check_true", "fairly-true..", 34.0, 0.0, 0.2),
    ("L9_install_apps", "fairly-true..", 55.0, 0.0, 0.3),
    ("L11_encourage", "often..", 19.0, 0.0, 0.0),
    ("L11_suggest_safety", "often..", 43.0, 0.0, -0.3),
    ("L11_activities", "often..", 21.0, 0.0, -0.2),
    ("L12_told_upset", "often..", 26.0, 0.0, -0.3),
    ("L12_helped_parent", "often..", 25.0, 0.0, 0.0),
    ("L13_webcam", "with-permission, not-allowed", 47.0, 0.0, -0.1),
    ("L13_download", "with-permission, not-allowed", 33.0, 0.0, -0.1),
    ("L13_sns", "with-permission, not-allowed", 39.0, 0.0, -0.1),
    ("L15_friends", "often..", 33.0, 0.0, -0.3),
    ("L15_messages", "often..", 24.0, 0.0, -0.3),
    ("L16", "yes", 8.4, 0.0, -0.2),
    ("L18", "fairly..", 41.0, 0.0, -0.1),
    ("L22_contact", "yes", 9.5, 0.0, -0.1),
    ("L22_met", "yes", 4.2, 0.0, -0.1),
    ("L22_treated", "yes", 4.9, 0.0, -0.2),
];

/// Country, variable, total in per cent.
#[rustfmt::skip]
const OVERRIDES: &[(&str, &str, f64)] = &[
    ("XAB", "B6_school", 46.0),
    ("XAB", "F11", 17.0),
    ("XAC", "B6_school", 30.0),
    ("XAC", "F2", 41.0),
    ("XAD", "B6_school", 43.0),
    ("XAD", "B7_smartphone", 91.0),
    ("XAD", "B6_home", 88.0),
    ("XAD", "F18", 12.0),
    ("XAI", "B6_home", 62.0),
    ("XAI", "B7_smartphone", 61.0),
    ("XAI", "F2", 19.0),
    ("XAI", "C4_learn", 56.0),
    ("XAI", "G2d", 7.0),
    ("XAJ", "G2d", 1.0),
    ("XAK", "B3", 36.0),
    ("XAK", "F2", 40.0),
    ("XAK", "F3", 20.0),
    ("XAK", "F28", 40.0),
    ("XAK", "F34", 20.0),
    ("XAK", "F38", 10.0),
    ("XAK", "C4_learn", 70.0),
    ("XAK", "G2b", 12.0),
    ("XAL", "F11", 26.0),
    ("XAL", "F3", 20.0),
    ("XAL", "F28", 33.0),
    ("XAM", "G2b", 11.0),
    ("XAM", "F41_violence", 33.0),
    ("XAN", "F2", 38.0),
    ("XAN", "G2e", 5.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_published_target_keeps_its_total_and_its_differences() {
        let f2 = target("F2", None).unwrap();
        assert!((f2.total - 0.25).abs() < 1e-12);
        assert!((expit(logit(0.25) + f2.sex[1]) - 0.17).abs() < 1e-12);
        assert!(f2.age[0] < f2.age[1] && f2.age[1] < f2.age[2]);
    }

    #[test]
    fn options_of_a_set_have_targets_of_their_own() {
        let nobody = target("F14", Some("nobody")).unwrap();
        assert!((nobody.total - 0.179).abs() < 1e-12);
        assert!(target("F14", Some("horse")).is_none() && target("Z9", None).is_none());
        assert_eq!(override_of("XAK", "F28"), Some(0.4));
    }
}
