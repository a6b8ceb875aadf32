//! What holds for any lines.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

/// Lines of a small vocabulary, so that many are alike.
fn alike() -> impl Strategy<Value = Vec<String>> {
    let word = prop::sample::select(vec![
        "get", "put", "user", "bob", "ann", "eve", "dan", "node-12", "node-7", "eth0", "eth1",
        "true", "10.0.0.5", "a.b.c", "d.e.f", "x=", "=", "\"", ",", "[", "]", ":", "-", "<", ">",
        "3", "42", "ms", "closed", "opened", "/a/b", "|", "12:30:45", "INFO", "é",
    ]);
    let gap = prop::sample::select(vec![" ", " ", " ", "", "  "]);
    let line = prop::collection::vec((word, gap), 0..9).prop_map(|words| {
        words
            .into_iter()
            .flat_map(|(word, gap)| [word, gap])
            .collect()
    });
    prop::collection::vec(line, 0..60)
}

/// Whether what a template shows as fixed stands in a line, in order; white space aside.
fn fits(template: &str, line: &str) -> bool {
    let solid = |text: &str| {
        text.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
    };
    let line = solid(line);
    let mut at = 0;
    template
        .split("<*>")
        .map(solid)
        .all(|part| match line[at..].find(&part) {
            Some(found) => {
                at += found + part.len();
                true
            }
            None => false,
        })
}

/// Which lines are together, whatever their groups are called.
fn partition(places: &[u32]) -> Vec<usize> {
    let mut first = BTreeMap::new();
    let group = |(number, place): (usize, &u32)| *first.entry(*place).or_insert(number);
    places.iter().enumerate().map(group).collect()
}

proptest! {
    #[test]
    fn any_bytes_have_one_template_each(
        lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..80), 0..40),
        room in 1_usize..50,
    ) {
        for (kind, miner) in [
            (Lines::Whole, Miner::new(Lines::Whole)),
            (Lines::Messages, Miner::with_room(Lines::Messages, room)),
        ] {
            let (templates, places) = mine_with(miner, &lines);
            prop_assert!(places.iter().all(|place| (*place as usize) < templates.len()), "{kind:?}");
            let total: u64 = templates.iter().map(|template| template.count).sum();
            prop_assert_eq!(total, lines.len() as u64);
            let ids: std::collections::BTreeSet<&str> = templates.iter().map(|template| template.id.as_str()).collect();
            prop_assert_eq!(ids.len(), templates.len());
        }
    }

    #[test]
    fn the_order_of_lines_does_not_matter(lines in alike(), seed in any::<u64>()) {
        for kind in [Lines::Whole, Lines::Messages] {
            let (_, places) = mine(kind, &lines);
            let mut order: Vec<usize> = (0..lines.len()).collect();
            order.sort_by_key(|number| mix(seed, *number as u64));
            let shuffled: Vec<&String> = order.iter().map(|number| &lines[*number]).collect();
            let (_, moved) = mine(kind, &shuffled);
            let mut back = vec![0; lines.len()];
            for (place, number) in moved.iter().zip(&order) {
                back[*number] = *place;
            }
            prop_assert_eq!(partition(&places), partition(&back));
        }
    }

    #[test]
    fn a_template_fits_its_lines(lines in alike(), room in 1_usize..200) {
        let (templates, places) = mine_with(Miner::with_room(Lines::Messages, room), &lines);
        for (line, place) in lines.iter().zip(&places) {
            let template = &templates[*place as usize].text;
            prop_assert!(fits(template, line), "{template:?} for {line:?}");
        }
    }

    #[test]
    fn lines_that_are_equal_are_together(lines in alike(), room in 1_usize..200) {
        let twice: Vec<&String> = lines.iter().chain(&lines).collect();
        let (_, places) = mine_with(Miner::with_room(Lines::Messages, 10_000.max(room)), &twice);
        prop_assert_eq!(&places[..lines.len()], &places[lines.len()..]);
    }
}
