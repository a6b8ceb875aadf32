//! Which lines are picked, and in which groups.

use clap::Parser;

use super::*;
use crate::cli::args::{Cli, Command};
use crate::model::Lang;

/// The filter of these flags.
fn filter(flags: &[&str]) -> Arc<Filter> {
    let args = ["scout", "logs"].iter().chain(flags);
    let cli = Cli::try_parse_from(args).unwrap();
    let Command::Logs(args) = cli.command else {
        panic!("not logs")
    };
    Arc::new(Filter::of(&args, Lang::En).unwrap())
}

/// Picks of `service:line` entries, one a second, as `group:line`, a match in capitals.
fn picked(picker: &mut Picker, entries: &[&str]) -> Vec<String> {
    let mut shown = Vec::new();
    for (at, entry) in (0..).zip(entries) {
        let (service, line) = entry.split_once(':').unwrap();
        let labels = Arc::new(Labels::from_iter([("resource_name", service)]));
        let entry = PageEntry {
            at: UnixNanos(at),
            labels: &labels,
            line,
        };
        let looked = picker.look(entry, |pick| {
            let line = if pick.matched {
                pick.line.to_uppercase()
            } else {
                pick.line.to_owned()
            };
            shown.push(format!("{}:{line}", pick.group));
        });
        if looked.is_break() {
            break;
        }
    }
    shown
}

fn around(before: usize, after: usize, wanted: Option<u64>) -> Picker {
    Picker::new(filter(&["--grep", "x"]), Context { before, after }, wanted)
}

#[test]
fn without_context_only_matches_are_picked_up_to_the_limit() {
    let lines = ["a:x1", "a:b", "b:x2", "a:x3"];
    let mut picker = around(0, 0, None);
    assert_eq!(picked(&mut picker, &lines), ["0:X1", "0:X2", "0:X3"]);
    assert!(!picker.more && !picker.is_full());
    let mut picker = around(0, 0, Some(2));
    assert_eq!(picked(&mut picker, &lines), ["0:X1", "0:X2"]);
    assert!(picker.more && picker.is_full());
    let mut picker = around(0, 0, Some(3));
    assert_eq!(picked(&mut picker, &lines).len(), 3);
    assert!(!picker.more && picker.is_full());
}

#[test]
fn context_that_overlaps_or_touches_is_one_group() {
    let lines = [
        "a:1", "a:2", "a:x3", "a:4", "a:x5", "a:6", "a:7", "a:x8", "a:9", "a:10", "a:11", "a:12",
        "a:x13",
    ];
    assert_eq!(
        picked(&mut around(1, 1, None), &lines),
        [
            "1:2", "1:X3", "1:4", "1:X5", "1:6", "1:7", "1:X8", "1:9", "2:12", "2:X13"
        ]
    );
    assert_eq!(
        picked(&mut around(2, 0, None), &lines),
        [
            "1:1", "1:2", "1:X3", "1:4", "1:X5", "1:6", "1:7", "1:X8", "2:11", "2:12", "2:X13"
        ]
    );
    assert_eq!(
        picked(&mut around(0, 2, None), &lines),
        [
            "1:X3", "1:4", "1:X5", "1:6", "1:7", "1:X8", "1:9", "1:10", "2:X13"
        ]
    );
}

#[test]
fn context_is_of_the_same_service() {
    let lines = ["a:1", "b:2", "a:x3", "b:4", "a:5", "b:x6"];
    assert_eq!(
        picked(&mut around(1, 1, None), &lines),
        ["1:1", "1:X3", "1:5", "2:4", "2:X6"]
    );
}

#[test]
fn a_limit_counts_matches_and_leaves_the_last_its_context() {
    let lines = ["a:x1", "a:2", "a:x3", "a:4", "a:x5", "a:6"];
    let mut picker = around(0, 2, Some(2));
    // What would be a third match is context of the second.
    assert_eq!(
        picked(&mut picker, &lines),
        ["1:X1", "1:2", "1:X3", "1:4", "1:x5"]
    );
    assert!(picker.is_full() && picker.more);
}

#[test]
fn against_time_the_groups_are_the_same() {
    let mut lines = ["a:1", "a:2", "a:x3", "a:4", "a:5", "a:6", "a:x7", "a:8"];
    let forward = picked(&mut around(1, 0, None), &lines);
    lines.reverse();
    let context = Context {
        before: 1,
        after: 0,
    }
    .reversed();
    let mut picker = Picker::new(filter(&["--grep", "x"]), context, None);
    let mut backward = picked(&mut picker, &lines);
    backward.reverse();
    let texts = |picks: &[String]| -> Vec<String> {
        picks
            .iter()
            .map(|pick| pick.split_once(':').unwrap().1.to_owned())
            .collect()
    };
    assert_eq!(texts(&forward), texts(&backward));
}

#[test]
fn filters_must_all_hold_and_see_through_envelopes() {
    let line = r#"{"stream":"stdout","message":"{\"level\":\"warn\",\"msg\":\"say \\\"hi\\\" to a/b\",\"status\":503}"}"#;
    let accepts =
        |flags: &[&str]| filter(flags).accepts(&Arc::new(Labels::default()), UnixNanos(0), line);
    for flags in [
        &["--contains", "say \"hi\""][..],
        &["--contains", "say", "--contains", "a/b"],
        &["--grep", "^say", "--grep", "b$"],
        &["--level", "warn+", "--where", "status>=500"],
        &["--not-contains", "bye", "--exclude", "^to"],
        &[
            "--where",
            "status=503",
            "--where",
            "level=warn",
            "--where",
            "none!=1",
        ],
    ] {
        assert!(accepts(flags), "{flags:?}");
    }
    for flags in [
        &["--contains", "say", "--contains", "bye"][..],
        &["--contains", "stream"],
        &["--grep", "say", "--grep", "bye"],
        &["--exclude", "say", "--exclude", "bye"],
        &["--not-contains", "a/b"],
        &["--level", "fatal"],
        &["--where", "status>=500", "--where", "status<503"],
    ] {
        assert!(!accepts(flags), "{flags:?}");
    }
}
