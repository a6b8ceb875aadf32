//! What does `scout sandbox` print? Its `export` lines, read until the last one, for every program that starts one: the tests of the
//! binary, the chaos test, the benchmarks.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read};

/// The variables, by name; fewer than all where the sandbox ended before it had printed the last.
pub(crate) fn read_exports(stdout: impl Read) -> BTreeMap<String, String> {
    let mut vars = BTreeMap::new();
    for line in BufReader::new(stdout).lines() {
        let line = line.expect("a line");
        let pair = line
            .strip_prefix("export ")
            .and_then(|rest| rest.split_once('='));
        let (name, value) = pair.expect("an export line");
        vars.insert(name.to_owned(), value.to_owned());
        if name == "PROMETHEUS_URL" {
            break;
        }
    }
    vars
}
