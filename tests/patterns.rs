//! `patterns`: any file of lines, grouped; no map, no credentials, no token.

use serde::Deserialize;

use crate::support::{scout, scratch};

/// Lines of a log with a header: three events, one of them with a word that varies.
const LOG: &str = "\
2026-11-21 09:00:01,123 INFO [worker-1] shop.Orders: order 12 placed by ann
2026-11-21 09:00:02,234 INFO [worker-2] shop.Orders: order 13 placed by bob
2026-11-21 09:00:03,345 WARN [main] shop.Stock: stock of item 7 is low
2026-11-21 09:00:04,456 INFO [worker-3] shop.Orders: order 14 placed by cid
2026-11-21 09:00:05,567 INFO [worker-1] shop.Orders: order 15 placed by dan
2026-11-21 09:00:06,678 ERROR [main] shop.Bank: no answer from 10.0.0.5:443 after 30 s
";

/// The JSON form: a copy of the promise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    schema: u32,
    lines: u64,
    patterns: Vec<Pattern>,
}

/// One template.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pattern {
    id: String,
    count: u64,
    share_ratio: f64,
    template: String,
    sample: String,
    line_numbers: Option<Vec<u64>>,
}

#[test]
fn a_file_is_grouped_by_template() {
    let folder = scratch();
    std::fs::write(folder.path().join("shop.log"), LOG).expect("a file");
    let run = || scout(["patterns", "--file", "shop.log"]).folder(folder.path());
    run()
        .run()
        .exits(0)
        .says([
            "67%  order <*> placed by <*>",
            "no answer from <*> after <*>",
        ])
        .warns(["6 lines, 3 templates; 3 shown"]);
    run()
        .args(&["-n", "1"])
        .run()
        .exits(0)
        .warns(["1 shown; --limit 0 shows all"]);
    let ran = run()
        .args(&["-o", "json", "--limit", "1"])
        .run()
        .exits(0)
        .silent();
    let document: Document = ran.json();
    assert_eq!((document.schema, document.lines), (1, 6));
    let [pattern] = &document.patterns[..] else {
        panic!("{document:?}");
    };
    assert_eq!(
        (pattern.count, &*pattern.template),
        (4, "order <*> placed by <*>")
    );
    assert!((pattern.share_ratio - 4.0 / 6.0).abs() < 1e-9);
    assert_eq!(pattern.sample, LOG.lines().next().expect("a line"));
    assert!(pattern.line_numbers.is_none() && !pattern.id.is_empty());
    run()
        .args(&["--lang", "fr"])
        .run()
        .exits(0)
        .says(["Modèle"])
        .warns(["6 lignes"]);
    run()
        .args(&["-o", "markdown"])
        .run()
        .exits(0)
        .says(["| 4 |"]);
}

#[test]
fn each_line_of_a_stream_is_given_a_template() {
    let stream = "printf 'took 3 ms\\nlost\\r\\n\\ntook \\xff 12 ms\\ntook 4 ms' | \"$@\"";
    let ran = scout(["patterns", "--file", "-", "--assign"])
        .run_in_shell(stream)
        .exits(0)
        .silent();
    let rows: Vec<(&str, &str)> = ran
        .stdout
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let numbers: Vec<&str> = rows.iter().map(|(number, _)| *number).collect();
    assert_eq!(numbers, ["1", "2", "3", "4", "5"], "{ran}");
    let ids: Vec<&str> = rows.iter().map(|(_, id)| *id).collect();
    assert!(
        ids[0] == ids[4] && ids[0] != ids[1] && ids[0] != ids[3],
        "{ran}"
    );
    let ran = scout(["patterns", "--file", "-", "--assign", "-o", "json"])
        .run_in_shell(stream)
        .exits(0);
    let document: Document = ran.json();
    assert_eq!(document.patterns[0].line_numbers, Some(vec![1, 5]));
    assert_eq!(document.patterns[0].id, ids[0], "the same id in both forms");
}

#[test]
fn an_empty_file_has_no_templates() {
    let empty = |args| {
        scout(["patterns", "--file", "/dev/null"])
            .args(args)
            .run()
            .exits(0)
    };
    empty(&[]).says(["no lines"]);
    assert_eq!(empty(&["--assign"]).stdout, "");
    let document: Document = empty(&["-o", "json"]).json();
    assert!(document.patterns.is_empty() && document.lines == 0);
}

#[test]
fn a_file_that_cannot_be_read_is_said() {
    for file in ["no-such-file.log", "/"] {
        let ran = scout(["patterns", "--file", file]).run().exits(3);
        assert!(ran.stdout.is_empty() && ran.stderr.contains(file), "{ran}");
    }
    scout(["patterns", "--assign"])
        .run()
        .exits(2)
        .warns(["--file <FILE>"]);
    scout(["patterns", "--file", "-", "--assign", "-n", "3"])
        .run()
        .exits(2);
    scout(["patterns", "--file", "-", "-o", "raw"])
        .run()
        .exits(2)
        .warns(["human, json, markdown"]);
}

#[test]
fn lines_cannot_drive_the_terminal_and_a_reader_may_stop() {
    let stream = "printf 'a \\033[2J\\033]8;;x\\007 \\342\\200\\256 b\\n' | \"$@\"";
    let ran = scout(["patterns", "--file", "-"])
        .run_in_shell(stream)
        .exits(0);
    assert!(ran.stdout.contains('␛'), "{ran}");
    let plain = |text: &str| {
        text.chars()
            .all(|c| c == '\n' || (!c.is_control() && c != '\u{202e}'))
    };
    assert!(plain(&ran.stdout), "{ran}");
    let ran = scout(["patterns", "--file", "-", "-o", "json"])
        .run_in_shell(stream)
        .exits(0);
    assert!(plain(&ran.stdout), "{ran}");
    scout(["patterns", "--file", "-", "--assign"])
        .run_in_shell("seq 300000 | \"$@\" | head -1; exit ${PIPESTATUS[1]}")
        .exits(0)
        .says(["1\t"])
        .silent();
    scout(["patterns", "--file", "/dev/null", "-o", "json"])
        .run_in_shell("\"$@\" > /dev/full")
        .exits(5)
        .warns(["cannot write the answer"]);
}
