//! Downloads over real HTTP from a small Loki that misbehaves on order: what comes out is a sort of what went in, or the gaps
//! say exactly what is missing.

mod server;

use std::ops::ControlFlow;
use std::time::Duration;

use proptest::prelude::*;

use self::server::{Fault, Seen, Server, Stream, World};
use super::span::Span;
use super::{Downloaded, Order, Wish, download};
use crate::evidence::FailureKind;
use crate::model::{Labels, Secret, Window};
use crate::sources::data_source::Access;
use crate::sources::http::{Http, Limits};
use crate::sources::loki::Loki;

/// When the test worlds begin, nanoseconds.
const START: i64 = 1_795_251_600_000_000_000;

/// A second.
const SECOND: i64 = 1_000_000_000;

/// An entry as it was handed over: nanoseconds behind [`START`], labels, line.
type Handed = (i64, String, String);

/// `[from, to)` nanoseconds behind [`START`].
fn window(from: i64, to: i64) -> Window {
    Span::new(START + from, START + to).unwrap().window()
}

/// A label set.
fn app(name: &str) -> Labels {
    [("app", name)].into_iter().collect()
}

/// Entries behind [`START`].
fn stream(name: &str, entries: impl IntoIterator<Item = (i64, String)>) -> Stream {
    let entries = entries.into_iter().map(|(at, line)| (START + at, line));
    (app(name), entries.collect())
}

/// A wish for a whole window.
fn wish(window: Window, order: Order) -> Wish {
    Wish {
        query: r#"{app=~".+"}"#.to_owned(),
        window,
        order,
        enough: None,
        page_entries: 5000,
        parallel: 8,
    }
}

/// Runs a future to its end.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(future)
}

/// A download's entries and its end.
struct Outcome {
    handed: Vec<Handed>,
    covers: Vec<Window>,
    done: Downloaded,
    seen: Vec<Seen>,
    connections: usize,
}

/// Limits of the connections to a server.
fn limits(answer_bytes: usize) -> Limits {
    Limits {
        timeout: Duration::from_secs(20),
        answer_bytes,
        parallel: 8,
        seed: 0,
    }
}

/// Downloads until `most` entries have been taken.
fn run_until(world: World, wish: &Wish, most: usize) -> Outcome {
    run_within(world, wish, most, limits(64 << 20))
}

/// Downloads until `most` entries have been taken, on connections with these limits.
fn run_within(world: World, wish: &Wish, most: usize, limits: Limits) -> Outcome {
    block_on(async {
        let server = Server::start(world).await;
        let http = Http::new(limits, &server.url).unwrap();
        let loki = Loki {
            http: &http,
            base: server.url.clone(),
            access: Access::of_token(Secret::new("t".to_owned())),
        };
        let mut handed = Vec::new();
        let mut covers = Vec::new();
        let done = download(&loki, wish, async |page| {
            assert!(page.len() > 0, "an empty page");
            covers.push(page.covers);
            for entry in page.entries() {
                assert!(page.covers.contains(entry.at.instant()));
                let line = entry.line.to_owned();
                handed.push((entry.at.0 - START, entry.labels.to_string(), line));
            }
            if handed.len() >= most {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })
        .await;
        assert_eq!(done.entries, handed.len() as u64);
        let bytes: usize = handed.iter().map(|(_, _, line)| line.len()).sum();
        assert_eq!(done.bytes, bytes as u64);
        Outcome {
            handed,
            covers,
            done,
            seen: server.seen(),
            connections: server.connections(),
        }
    })
}

/// Downloads all.
fn run(world: World, wish: &Wish) -> Outcome {
    run_until(world, wish, usize::MAX)
}

/// Everything that streams hold inside a window, in the order of a download.
fn sorted(streams: &[Stream], window: Window, order: Order) -> Vec<Handed> {
    let mut all: Vec<(i64, &Labels, usize, &String)> = streams
        .iter()
        .flat_map(|(labels, entries)| {
            entries
                .iter()
                .enumerate()
                .map(move |(index, (at, line))| (*at, labels, index, line))
        })
        .filter(|(at, ..)| Span::of(window).unwrap().contains(*at))
        .collect();
    all.sort();
    if order == Order::NewestFirst {
        all.reverse();
    }
    all.into_iter()
        .map(|(at, labels, _, line)| (at - START, labels.to_string(), line.clone()))
        .collect()
}

/// Asserts that all was handed over that is not missing by the download's own words, in order, and nothing else.
fn is_sorted_input(streams: &[Stream], wish: &Wish, outcome: &Outcome) {
    let done = &outcome.done;
    let at = |handed: &Handed| crate::model::UnixNanos(START + handed.0).instant();
    let in_gap = |handed: &Handed| done.gaps.iter().any(|gap| gap.window.contains(at(handed)));
    let is_crowded = |handed: &Handed| done.crowded.contains(&at(handed));
    let mut expected = sorted(streams, wish.window, wish.order);
    expected.retain(|entry| !in_gap(entry));
    assert!(!outcome.handed.iter().any(in_gap), "entries inside a gap");
    for crowded in outcome.handed.iter().filter(|entry| is_crowded(entry)) {
        let count = |all: &[Handed]| all.iter().filter(|entry| *entry == crowded).count();
        assert!(
            count(&outcome.handed) <= count(&expected),
            "{crowded:?} twice"
        );
    }
    expected.retain(|entry| !is_crowded(entry));
    let mut handed = outcome.handed.clone();
    handed.retain(|entry| !is_crowded(entry));
    assert_eq!(handed, expected);
    touch(wish, outcome);
}

/// Asserts that pages and gaps lie one behind the other.
fn touch(wish: &Wish, outcome: &Outcome) {
    let mut stretches: Vec<Window> = outcome.covers.clone();
    stretches.extend(outcome.done.gaps.iter().map(|gap| gap.window));
    stretches.sort_by_key(|window| window.from);
    assert!(
        stretches.windows(2).all(|pair| pair[0].to <= pair[1].from),
        "{stretches:?}"
    );
    assert!(
        stretches
            .iter()
            .all(|part| wish.window.from <= part.from && part.to <= wish.window.to)
    );
    let gaps: Vec<Window> = outcome.done.gaps.iter().map(|gap| gap.window).collect();
    assert!(
        gaps.windows(2)
            .all(|pair| pair[0].to != pair[1].from && pair[1].to != pair[0].from),
        "neighbours: {gaps:?}"
    );
}

/// `count` lines, `step` nanoseconds apart.
fn even(count: i64, step: i64) -> Vec<Stream> {
    vec![stream(
        "a",
        (0..count).map(|index| (index * step, format!("line {index}"))),
    )]
}

/// A fault, or none, that depends on a seed and the number of the request.
fn random_fault(seed: u64, percent: u64, seen: &Seen) -> Option<Fault> {
    let mut rng = fastrand::Rng::with_seed(seed ^ (seen.number as u64).wrapping_mul(0x9e37_79b9));
    if rng.u64(0..100) >= percent {
        return None;
    }
    Some(match rng.u8(0..9) {
        0 => Fault::Status(429, "too many outstanding requests"),
        1 => Fault::Status(500, "failed to get s3 object"),
        2 => Fault::Status(504, "upstream request timeout"),
        3 => Fault::Status(400, "the query would read too many bytes"),
        4 => Fault::Status(500, "trying to send message larger than max (9 vs. 8)"),
        5 => Fault::Html,
        6 => Fault::Late(20),
        _ => Fault::Cut,
    })
}

/// A few streams with many equal times and equal lines.
fn worlds() -> impl Strategy<Value = Vec<Stream>> {
    let entries = prop::collection::vec((0_i64..60, 0_u8..3), 0..60);
    prop::collection::vec(entries, 0..5).prop_map(|streams| {
        let names = ["b", "a", "d", "c"];
        streams
            .into_iter()
            .zip(names)
            .map(|(mut entries, name)| {
                entries.sort_by_key(|(at, _)| *at);
                let lines = entries.into_iter().map(|(at, line)| {
                    (
                        at,
                        ["", "same", "\u{1b}[31m\0\u{202e}\"\\"][usize::from(line)].to_owned(),
                    )
                });
                stream(name, lines)
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_comes_out_is_a_sort_of_what_went_in_or_the_gaps_say_what_is_missing(
        streams in worlds(),
        most in 2_usize..40,
        page_entries in 2_u32..60,
        parallel in 1_usize..9,
        newest_first: bool,
        enough in prop::option::of(0_u64..40),
        percent in prop::sample::select(vec![0_u64, 0, 10, 40]),
        longest in prop::sample::select(vec![i64::MAX, 7]),
        has_series: bool,
        seed: u64,
    ) {
        let order = if newest_first { Order::NewestFirst } else { Order::OldestFirst };
        let wish = Wish { enough, page_entries, parallel, ..wish(window(2, 58), order) };
        let world = World {
            most,
            longest,
            has_series,
            faults: Box::new(move |seen| random_fault(seed, percent, seen)),
            ..World::of(streams.clone())
        };
        let outcome = run(world, &wish);
        is_sorted_input(&streams, &wish, &outcome);
        if percent == 0 {
            prop_assert!(outcome.done.gaps.is_empty(), "{:?}", outcome.done.gaps);
            if has_series {
                // Both ends of a stream are enough for twice the limit.
                let crowd = |at: i64| streams.iter().map(|(_, entries)| {
                    entries.iter().filter(|(time, _)| *time == at).count()
                }).max();
                for at in &outcome.done.crowded {
                    let at = crate::model::UnixNanos::from(*at).0;
                    prop_assert!(crowd(at) > Some(2 * most.min(page_entries as usize)));
                }
            }
        }
    }
}

#[test]
fn a_few_lines_are_one_request() {
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let streams = even(50, SECOND);
        let wish = wish(window(0, 100 * SECOND), order);
        let outcome = run(World::of(streams.clone()), &wish);
        is_sorted_input(&streams, &wish, &outcome);
        assert_eq!((outcome.seen.len(), outcome.connections), (1, 1));
        assert_eq!(outcome.done.requests, 1);
        assert_eq!(outcome.covers, [wish.window]);
    }
}

#[test]
fn the_newest_few_of_many_are_one_request_of_one_more() {
    let streams = even(20_000, 1000);
    let wish = Wish {
        enough: Some(50),
        ..wish(window(0, 20_000_000), Order::NewestFirst)
    };
    let outcome = run_until(World::of(streams), &wish, 50);
    assert_eq!((outcome.seen.len(), outcome.seen[0].limit), (1, 51));
    assert_eq!(outcome.handed.len(), 50);
    assert!(outcome.done.broken_off);
}

#[test]
fn whoever_takes_more_than_it_said_gets_all_the_same() {
    let streams = even(3000, 1000);
    let wish = Wish {
        enough: Some(5),
        ..wish(window(0, 3_000_000), Order::OldestFirst)
    };
    let outcome = run(World::of(streams.clone()), &wish);
    is_sorted_input(&streams, &wish, &outcome);
    let limits: Vec<usize> = outcome.seen.iter().take(3).map(|seen| seen.limit).collect();
    assert_eq!(limits, [6, 24, 96]);
}

#[test]
fn many_lines_are_about_one_request_a_page_on_as_many_connections_as_requests_at_once() {
    for (order, parallel) in [
        (Order::OldestFirst, 1),
        (Order::OldestFirst, 8),
        (Order::NewestFirst, 8),
    ] {
        let streams = even(40_000, 1000);
        let wish = Wish {
            page_entries: 500,
            parallel,
            ..wish(window(0, 40_000_000), order)
        };
        let outcome = run(World::of(streams.clone()), &wish);
        is_sorted_input(&streams, &wish, &outcome);
        let requests = outcome.seen.len();
        assert!((80..=95).contains(&requests), "{requests} for {parallel}");
        assert!(outcome.connections <= parallel, "{}", outcome.connections);
    }
}

#[test]
fn bursts_and_silence_cost_few_requests() {
    // A burst, a day of one line a minute, a burst, a quiet night.
    let day = 86_400 * SECOND;
    let lines = (0..3000)
        .map(|index| index * 1000)
        .chain((1..1440).map(|minute| minute * 60 * SECOND))
        .chain((0..3000).map(|index| day + index * 1000));
    let streams = vec![stream("a", lines.map(|at| (at, at.to_string())))];
    let wish = Wish {
        page_entries: 500,
        ..wish(window(0, 2 * day), Order::OldestFirst)
    };
    let outcome = run(World::of(streams.clone()), &wish);
    is_sorted_input(&streams, &wish, &outcome);
    // 15 pages at the least.
    assert!(outcome.seen.len() <= 80, "{}", outcome.seen.len());
}

#[test]
fn limits_are_learnt_from_the_first_refusal() {
    let streams = even(3000, 1000);
    let wish = wish(window(0, 3_000_000), Order::OldestFirst);
    let world = World {
        most: 700,
        longest: 1_000_000,
        ..World::of(streams.clone())
    };
    let outcome = run(world, &wish);
    is_sorted_input(&streams, &wish, &outcome);
    assert!(outcome.done.gaps.is_empty());
    let refused = |seen: &&Seen| seen.limit > 700 || seen.to - seen.from > 1_000_000;
    assert_eq!(outcome.seen.iter().filter(refused).count(), 2);
}

#[test]
fn a_broken_spot_is_a_short_gap_and_the_rest_goes_on() {
    let spot = START + 1800 * SECOND + 5;
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let streams = even(3600, SECOND);
        let wish = Wish {
            page_entries: 500,
            ..wish(window(0, 3600 * SECOND), order)
        };
        let world = World {
            faults: Box::new(move |seen| {
                (seen.from <= spot && spot < seen.to)
                    .then_some(Fault::Status(500, "failed to get s3 object"))
            }),
            ..World::of(streams.clone())
        };
        let outcome = run(world, &wish);
        is_sorted_input(&streams, &wish, &outcome);
        let [gap] = outcome.done.gaps.as_slice() else {
            panic!("{:?}", outcome.done.gaps);
        };
        assert!(Span::of(gap.window).unwrap().contains(spot));
        assert!(gap.window.length() <= chrono::TimeDelta::milliseconds(100));
        assert_eq!(gap.error.kind(), FailureKind::ServerError);
    }
}

#[test]
fn a_broken_hour_is_one_gap_not_much_wider_and_costs_few_requests() {
    let broken = START + 7200 * SECOND..START + 10_800 * SECOND;
    let streams = even(18_000, SECOND);
    let wish = Wish {
        page_entries: 500,
        ..wish(window(0, 18_000 * SECOND), Order::OldestFirst)
    };
    let world = World {
        faults: Box::new(move |seen| {
            (seen.from < broken.end && broken.start < seen.to).then_some(Fault::Cut)
        }),
        ..World::of(streams.clone())
    };
    let outcome = run(world, &wish);
    is_sorted_input(&streams, &wish, &outcome);
    let [gap] = outcome.done.gaps.as_slice() else {
        panic!("{:?}", outcome.done.gaps);
    };
    assert!(
        gap.window.length() < chrono::TimeDelta::minutes(95),
        "{:?}",
        gap.window
    );
    assert!(outcome.seen.len() < 400, "{}", outcome.seen.len());
}

#[test]
fn a_source_that_is_down_ends_soon() {
    for fault in [
        Fault::Status(503, "no healthy upstream"),
        Fault::Status(429, "too many requests"),
        Fault::Html,
        Fault::Status(400, "the query would read too many bytes"),
        Fault::Cut,
    ] {
        let always = fault.clone();
        let world = World {
            faults: Box::new(move |_| Some(always.clone())),
            ..World::of(even(100, SECOND))
        };
        let wish = wish(window(0, 86_400 * SECOND), Order::OldestFirst);
        let outcome = run(world, &wish);
        let gaps: Vec<Window> = outcome.done.gaps.iter().map(|gap| gap.window).collect();
        assert_eq!(gaps, [wish.window], "{fault:?}");
        // Each is tried three times where trying again may help.
        assert!(
            outcome.seen.len() <= 60,
            "{fault:?}: {}",
            outcome.seen.len()
        );
    }
}

#[test]
fn a_source_that_goes_down_in_the_middle_ends_soon() {
    let world = World {
        faults: Box::new(|seen| (seen.number > 20).then_some(Fault::Status(503, "down"))),
        ..World::of(even(100_000, 1000))
    };
    let wish = Wish {
        page_entries: 500,
        ..wish(window(0, 100_000_000), Order::OldestFirst)
    };
    let outcome = run(world, &wish);
    assert!(outcome.handed.len() > 5000);
    assert!(outcome.seen.len() <= 100, "{}", outcome.seen.len());
    assert_eq!(outcome.done.gaps.last().unwrap().window.to, wish.window.to);
}

#[test]
fn a_refused_token_or_a_wrong_query_is_asked_once() {
    for (status, words, kind) in [
        (401, "", FailureKind::NotAuthenticated),
        (403, "", FailureKind::NotAuthenticated),
        (400, "parse error at line 1, col 1", FailureKind::BadRequest),
    ] {
        let world = World {
            faults: Box::new(move |_| Some(Fault::Status(status, words))),
            ..World::of(even(100, SECOND))
        };
        let wish = wish(window(0, 100 * SECOND), Order::NewestFirst);
        let outcome = run(world, &wish);
        assert_eq!(outcome.seen.len(), 1);
        assert_eq!(outcome.done.gaps.len(), 1);
        assert_eq!(outcome.done.gaps[0].window, wish.window);
        assert_eq!(outcome.done.gaps[0].error.kind(), kind);
    }
}

#[test]
fn nobody_there_is_one_gap() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    block_on(async {
        let base = reqwest::Url::parse(&url).unwrap();
        let http = Http::new(limits(1 << 20), &base).unwrap();
        let loki = Loki {
            http: &http,
            base,
            access: Access::of_token(Secret::new("t".to_owned())),
        };
        let wish = wish(window(0, SECOND), Order::OldestFirst);
        let done = download(&loki, &wish, async |_| ControlFlow::Continue(())).await;
        assert_eq!((done.gaps.len(), done.requests), (1, 1));
        assert_eq!(done.gaps[0].error.kind(), FailureKind::Unreachable);
    });
}

#[test]
fn connections_that_break_lose_nothing() {
    let streams = even(2000, 1000);
    let wish = Wish {
        page_entries: 500,
        ..wish(window(0, 2_000_000), Order::OldestFirst)
    };
    let world = World {
        faults: Box::new(|seen| match seen.number {
            1 => Some(Fault::Drop),
            3 => Some(Fault::Break),
            _ => None,
        }),
        ..World::of(streams.clone())
    };
    let outcome = run(world, &wish);
    is_sorted_input(&streams, &wish, &outcome);
    assert!(outcome.done.gaps.is_empty());
}

#[test]
fn a_nanosecond_with_more_than_a_page_comes_stream_by_stream() {
    let crowd = |name: &str, count: i64| {
        let lines = (0..count).map(|index| (5, format!("{name} {index}")));
        stream(name, std::iter::once((1, "before".to_owned())).chain(lines))
    };
    let mut streams = vec![crowd("a", 20), crowd("b", 35), crowd("c", 5)];
    streams[2].0.insert("pod", "c1");
    for order in [Order::OldestFirst, Order::NewestFirst] {
        let wish = Wish {
            page_entries: 20,
            ..wish(window(0, 10), order)
        };
        let outcome = run(World::of(streams.clone()), &wish);
        is_sorted_input(&streams, &wish, &outcome);
        assert!(outcome.done.crowded.is_empty() && outcome.done.gaps.is_empty());
        assert_eq!(outcome.handed.len(), 63);
        let wish = Wish {
            page_entries: 15,
            ..wish
        };
        let outcome = run(World::of(streams.clone()), &wish);
        is_sorted_input(&streams, &wish, &outcome);
        assert_eq!(outcome.done.crowded, [window(5, 6).from]);
        assert_eq!(outcome.handed.len(), 58);
    }
}

#[test]
fn long_lines_are_fetched_a_few_at_a_time_down_to_one() {
    // Control characters take six bytes each in JSON: the answer with this line is larger than any page may be.
    let mut lines: Vec<(i64, String)> = (0..300).map(|at| (at, format!("short {at}"))).collect();
    lines[150].1 = "\u{1}".repeat(1_500_000);
    lines[200].1 = "x".repeat(5_000_000);
    let streams = vec![stream("a", lines)];
    let wish = wish(window(0, 300), Order::NewestFirst);
    let outcome = run(World::of(streams.clone()), &wish);
    is_sorted_input(&streams, &wish, &outcome);
    assert!(outcome.done.gaps.is_empty());
    assert_eq!(outcome.handed.len(), 300);
    assert!(outcome.seen.len() <= 45, "{}", outcome.seen.len());
}

#[test]
fn a_line_beyond_the_cap_of_an_answer_is_a_gap() {
    let mut lines: Vec<(i64, String)> = (0..30).map(|at| (at, format!("short {at}"))).collect();
    lines[15].1 = "x".repeat(300_000);
    let streams = vec![stream("a", lines)];
    let wish = wish(window(0, 30), Order::OldestFirst);
    let outcome = run_within(
        World::of(streams.clone()),
        &wish,
        usize::MAX,
        limits(200_000),
    );
    is_sorted_input(&streams, &wish, &outcome);
    assert_eq!(outcome.done.gaps.len(), 1);
    assert!(outcome.done.gaps[0].window.contains(window(15, 16).from));
    assert!(outcome.handed.len() >= 25, "{}", outcome.handed.len());
}

#[test]
fn ten_thousand_label_sets_come_in_order() {
    let streams: Vec<Stream> = (0..10_000)
        .map(|index| {
            let entries = [
                (index % 7, "one".to_owned()),
                (7 + index % 3, "two".to_owned()),
            ];
            stream(&format!("pod-{index}"), entries)
        })
        .collect();
    let wish = wish(window(0, 20), Order::OldestFirst);
    let outcome = run(World::of(streams.clone()), &wish);
    is_sorted_input(&streams, &wish, &outcome);
    assert_eq!(outcome.handed.len(), 20_000);
}

#[test]
fn a_429_is_asked_again_and_costs_nothing_but_time() {
    let streams = even(8000, 1000);
    let wish = Wish {
        page_entries: 500,
        ..wish(window(0, 8_000_000), Order::OldestFirst)
    };
    let world = World {
        faults: Box::new(|seen| {
            (3..10)
                .contains(&seen.number)
                .then_some(Fault::Status(429, "slow down"))
        }),
        ..World::of(streams.clone())
    };
    let outcome = run(world, &wish);
    is_sorted_input(&streams, &wish, &outcome);
    assert!(outcome.done.gaps.is_empty());
    assert!(outcome.seen.len() <= 16 + 12, "{}", outcome.seen.len());
}
