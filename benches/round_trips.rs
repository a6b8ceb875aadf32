//! Whole runs of the real binary: `cargo bench --bench round_trips`.
//!
//! 1. `investigate` against a sandbox process that delays each answer by 100 ms. Three round trips cannot be avoided: create
//!    the token, the slowest query, delete the token. Bar: at most 1.15 times that.
//! 2. The same without delay: what scout and the sandbox compute, which on few cores they do in turns. The sandbox's part
//!    is measured alone, by a plain client that repeats the run's queries.
//! 3. Cold starts of commands that send nothing. Bar for `--version`: 10 ms.
//!
//! Figures are minimum, median and maximum. On a busy machine, believe the minimum, and the ratios, which compare times of
//! the same minute.

#![expect(
    clippy::print_stdout,
    reason = "a benchmark's answer is what it prints"
)]

#[path = "../tests/support/exports.rs"]
mod exports;
mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use exports::read_exports;
use serde_json::Value;
use support::Connection;

/// The binary, built as it is shipped.
const SCOUT: &str = env!("CARGO_BIN_EXE_scout");

/// The situation that is investigated.
const SCENARIO: &str = include_str!("../src/sandbox/scenarios/postgres-connections.toml");

/// What the person types.
const ISSUE: &str = "atlas-api is returning 500s";

/// How long each answer waits.
const DELAY: Duration = Duration::from_millis(100);

/// Round trips that cannot be avoided.
const ROUND_TRIPS: u32 = 3;

/// Runs of `investigate`.
const RUNS: usize = 15;

/// Starts of a command that sends nothing.
const STARTS: usize = 50;

fn main() {
    let faults: String = ["scaleway", "loki", "prometheus"]
        .map(|source| {
            format!(
                "\n[[fault]]\nsource = \"{source}\"\ndelay = \"{}ms\"\n",
                DELAY.as_millis()
            )
        })
        .concat();
    let slow = Sandbox::start(&format!("{SCENARIO}{faults}"));
    let floor = Spread::of(RUNS, || slow.round_trips());
    let runs = slow.investigations();
    let unavoidable = DELAY * ROUND_TRIPS;
    println!("three round trips, plain client      {floor}");
    println!(
        "investigate, each answer {} ms late {runs}",
        DELAY.as_millis()
    );
    println!(
        "  against {} ms {:.3} (median {:.3}), against the plain client {:.3} (median {:.3})",
        unavoidable.as_millis(),
        ratio(runs.least, unavoidable),
        ratio(runs.median, unavoidable),
        ratio(runs.least, floor.least),
        ratio(runs.median, floor.median),
    );

    let quick = Sandbox::start(SCENARIO);
    println!(
        "investigate, no delay                {}",
        quick.investigations()
    );
    let queries = quick.last_queries();
    let sandbox_work = Spread::of(RUNS, || quick.answer_all(&queries));
    println!(
        "  its {:2} queries, plain client      {sandbox_work}",
        queries.len()
    );

    for (name, program, args) in [
        ("/bin/true", "/bin/true", &[] as &[&str]),
        ("scout --version", SCOUT, &["--version"]),
        ("scout completions bash", SCOUT, &["completions", "bash"]),
    ] {
        let starts = Spread::of(STARTS, || {
            let started = Instant::now();
            let ended = Command::new(program)
                .args(args)
                .stdout(Stdio::null())
                .status();
            let elapsed = started.elapsed();
            assert!(ended.expect("the program starts").success());
            elapsed
        });
        println!("{name:<37}{starts}");
    }
}

/// One time over another.
fn ratio(time: Duration, other: Duration) -> f64 {
    time.as_secs_f64() / other.as_secs_f64()
}

/// Minimum, median and maximum.
struct Spread {
    /// Minimum.
    least: Duration,
    /// Median.
    median: Duration,
    /// Maximum.
    most: Duration,
}

impl Spread {
    /// Of `runs` runs, after one that does not count.
    fn of(runs: usize, mut run: impl FnMut() -> Duration) -> Self {
        run();
        let mut times: Vec<Duration> = (0..runs).map(|_| run()).collect();
        times.sort();
        Self {
            least: times[0],
            median: times[runs / 2],
            most: times[runs - 1],
        }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [least, median, most] = [self.least, self.median, self.most].map(millis);
        write!(f, "{least:8.2} {median:8.2} {most:8.2} ms")
    }
}

/// A sandbox in a process of its own, so that its work is not counted as scout's.
struct Sandbox {
    /// The process.
    child: Child,
    /// The variables that it printed.
    vars: BTreeMap<String, String>,
    /// Holds scenario and map; the working folder of runs.
    folder: tempfile::TempDir,
}

impl Sandbox {
    /// Starts it and reads the variables that it prints.
    fn start(scenario: &str) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        std::fs::write(folder.path().join("scenario.toml"), scenario).expect("a scenario file");
        let mut child = scout(folder.path())
            .args(["sandbox", "scenario.toml", "--write-map", "infra-map.toml"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the sandbox starts");
        let vars = read_exports(child.stdout.take().expect("a pipe"));
        Self {
            child,
            vars,
            folder,
        }
    }

    /// Times of whole runs, each of which must end well and delete its token.
    fn investigations(&self) -> Spread {
        Spread::of(RUNS, || {
            let started = Instant::now();
            let output = self.investigate();
            let elapsed = started.elapsed();
            let text = String::from_utf8_lossy(&output.stdout);
            assert!(
                output.status.success() && text.contains("deleted"),
                "{output:?}"
            );
            elapsed
        })
    }

    /// One run.
    fn investigate(&self) -> Output {
        scout(self.folder.path())
            .args(["investigate", ISSUE])
            .envs(&self.vars)
            .output()
            .expect("scout starts")
    }

    /// The time of three requests, one after the other, on a connection that is there already.
    fn round_trips(&self) -> Duration {
        let mut connection = Connection::open(&self.vars["SCW_API_URL"]);
        let path = format!(
            "/cockpit/v1/regions/{}/data-sources?project_id={}",
            self.vars["SCW_DEFAULT_REGION"], self.vars["SCW_DEFAULT_PROJECT_ID"]
        );
        let key = ("X-Auth-Token", self.vars["SCW_SECRET_KEY"].as_str());
        connection.get(&path, key);
        let started = Instant::now();
        for _ in 0..ROUND_TRIPS {
            connection.get(&path, key);
        }
        started.elapsed()
    }

    /// Addresses of the queries of the last run.
    fn last_queries(&self) -> Vec<String> {
        let mut connection = Connection::open(&self.vars["SCW_API_URL"]);
        let seen = connection.get("/sandbox/requests", ("Accept", "*/*"));
        let seen: Vec<Value> = serde_json::from_slice(&seen).expect("a list of requests");
        let last_run = seen.iter().rposition(|request| request["method"] == "POST");
        seen[last_run.expect("a run creates a token")..]
            .iter()
            .filter(|request| request["source"] != "scaleway")
            .map(|request| {
                let text = |key: &str| request[key].as_str().expect("text");
                format!("{}?{}", text("path"), text("query"))
            })
            .collect()
    }

    /// How long the data sources need for these queries, all at once, on connections that are there already.
    fn answer_all(&self, queries: &[String]) -> Duration {
        let token = ("X-Token", self.vars["LOKI_BEARER_TOKEN"].as_str());
        let mut connections: Vec<Connection> = queries
            .iter()
            .map(|_| Connection::open(&self.vars["SCW_API_URL"]))
            .collect();
        let started = Instant::now();
        std::thread::scope(|scope| {
            for (path, connection) in queries.iter().zip(&mut connections) {
                scope.spawn(|| connection.get(path, token));
            }
        });
        started.elapsed()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        // It may be gone already; either way it is ours.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// scout in a folder, with nothing of the outside but PATH.
fn scout(folder: &Path) -> Command {
    let mut command = Command::new(SCOUT);
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .env("LANG", "C.UTF-8")
        .stdin(Stdio::null());
    command
}

/// Milliseconds.
fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
