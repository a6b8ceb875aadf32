//! How close does bounded memory come to having seen all?

use super::logs::log;
use super::*;

#[test]
fn with_little_room_nearly_all_lines_are_grouped_as_with_enough() {
    for (room, least) in [(1000, 0.999), (300, 0.99), (100, 0.95)] {
        let (lines, events) = log("Nov 21 {clock} web {unit}[{n}]: {m}", 20_000, 11);
        let (_, all) = mine(Lines::Whole, &lines);
        let (templates, few) = mine_with(Miner::with_room(Lines::Whole, room), &lines);
        let close = agreement(&all, &few);
        assert!(
            close >= least,
            "{close} with room for {room}: {templates:#?}"
        );
        assert!(agreement(&events, &few) >= 0.95 * least);
    }
}

#[test]
fn lines_that_never_repeat_do_not_fill_the_memory() {
    let word = |mut number: usize| {
        let mut word = String::new();
        while number > 0 {
            word.push(char::from(b'g' + u8::try_from(number % 16).unwrap()));
            number /= 16;
        }
        word
    };
    let lines: Vec<String> = (0..20_000)
        .map(|number| {
            format!(
                "{} {} {}",
                word(number * 7919),
                word(number * 104_729),
                word(number * 31)
            )
        })
        .collect();
    let mut miner = Miner::with_room(Lines::Whole, 500);
    for line in &lines {
        miner.add(line.as_bytes());
    }
    assert!(miner.counts.len() < 3_000, "{} tickets", miner.counts.len());
    let mined = miner.finish();
    assert_eq!(
        mined
            .templates
            .iter()
            .map(|template| template.count)
            .sum::<u64>(),
        20_000
    );
}
