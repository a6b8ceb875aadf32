//! Tests of the miner: tables for each part, logs of many forms with known groups, properties over any lines.

mod bounded;
mod forms;
mod logs;
mod properties;

use super::*;

/// The templates of lines, and the place of each line's.
fn mine(lines: Lines, texts: &[impl AsRef<[u8]>]) -> (Vec<Template>, Vec<u32>) {
    mine_with(Miner::new(lines), texts)
}

/// The same with a miner of one's own.
fn mine_with(mut miner: Miner, texts: &[impl AsRef<[u8]>]) -> (Vec<Template>, Vec<u32>) {
    let tickets: Vec<u32> = texts.iter().map(|text| miner.add(text.as_ref())).collect();
    let mined = miner.finish();
    assert_eq!(mined.lines, texts.len() as u64);
    let places = tickets
        .iter()
        .map(|ticket| mined.of_ticket[*ticket as usize]);
    (mined.templates, places.collect())
}

/// The texts of the templates, the most frequent first.
fn texts(lines: Lines, lines_of_log: &[&str]) -> Vec<String> {
    let (templates, _) = mine(lines, lines_of_log);
    templates
        .into_iter()
        .map(|template| template.text)
        .collect()
}

/// The share of lines whose group has exactly the same lines in both: grouping accuracy (Zhu et al., ICSE 2019).
fn agreement<A: Ord, B: Ord>(one: &[A], other: &[B]) -> f64 {
    use std::collections::BTreeMap;
    fn sizes<T: Ord>(items: impl Iterator<Item = T>) -> BTreeMap<T, usize> {
        items.fold(BTreeMap::new(), |mut sizes, item| {
            *sizes.entry(item).or_default() += 1;
            sizes
        })
    }
    let (ones, others) = (sizes(one.iter()), sizes(other.iter()));
    let both = sizes(one.iter().zip(other));
    let same = both
        .into_iter()
        .filter(|((a, b), count)| ones[a] == *count && others[b] == *count);
    same.map(|(_, count)| count).sum::<usize>() as f64 / one.len() as f64
}

#[test]
fn nothing_has_no_templates() {
    let (templates, _) = mine(Lines::Whole, &[""; 0]);
    assert_eq!(templates, []);
}

#[test]
fn empty_lines_are_one_template() {
    let (templates, places) = mine(Lines::Whole, &["", "  ", "\t"]);
    assert_eq!(places, [0, 0, 0]);
    assert_eq!((templates[0].text.as_str(), templates[0].count), ("", 3));
}

#[test]
fn the_same_text_has_the_same_id_wherever_it_is_found() {
    let (one, _) = mine(Lines::Messages, &["took 3 ms", "lost 1 packet"]);
    let (other, _) = mine(Lines::Messages, &["started", "took 9 ms", "took 10 ms"]);
    let id = |templates: &[Template]| {
        let found = templates
            .iter()
            .find(|template| template.text == "took <*>");
        found.map(|template| template.id.clone())
    };
    assert!(id(&one).is_some());
    assert_eq!(id(&one), id(&other));
}

#[test]
fn templates_of_one_text_have_ids_of_their_own() {
    // The second line holds what the first is shown as.
    let (templates, places) = mine(Lines::Messages, &["took 3 s", "took <*>"]);
    assert_ne!(places[0], places[1]);
    assert_eq!(templates[0].text, templates[1].text);
    assert_ne!(templates[0].id, templates[1].id);
}

#[test]
fn only_the_beginning_of_a_line_is_looked_at() {
    let long = "word ".repeat(1_000_000);
    let (templates, places) = mine(Lines::Whole, &[format!("{long}a"), format!("{long}b")]);
    assert_eq!(places, [0, 0]);
    assert!(templates[0].text.len() < 2 * 4096);
}
