//! What `benches/` measures inside scout: pieces that no command runs alone, with plain types in and out.
//!
//! Not an interface. It exists because a benchmark sees only what is public, and changes whenever those pieces do.

use std::io::Write;
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use crate::analysis::templates::{Lines, Miner};
use crate::analysis::{analyse, open};
use crate::config::Catalog;
use crate::evidence::{Evidence, LogRecord, Record};
use crate::model::{Instant, Kind, Labels, Lang, MetricSpec, Redactor, Secret, Window};
use crate::plan::Budget;
use crate::render::style::Style;
use crate::render::{self, Format, Look};
use crate::report::{About, report};
use crate::sandbox::{Sandbox, Scenario};
use crate::sources::download::{Order, Wish, download};
use crate::sources::loki::{Loki, parse_streams};
use crate::sources::{Access, Http, Limits};

/// Decodes a Loki answer to a log query and gives its number of lines.
///
/// # Panics
/// It is not such an answer.
pub fn decode_log_answer(body: &[u8]) -> usize {
    let streams = parse_streams(body).expect("the benchmark writes an answer of Loki's");
    streams.iter().map(|stream| stream.entries.len()).sum()
}

/// Downloads all lines between two Unix seconds from a Loki, writes them to `out`, and gives entries, bytes of lines and requests.
///
/// # Panics
/// The address is none, lines are missing, or `out` does not take them.
pub fn download_logs(url: &str, (from, to): (i64, i64), out: &mut impl Write) -> (u64, u64, u64) {
    let budget = Budget::new(Duration::from_secs(30));
    let base = url.parse().expect("an address");
    let limits = Limits {
        timeout: budget.timeout,
        answer_bytes: budget.answer_bytes,
        parallel: budget.parallel,
        seed: 7,
    };
    let http = Http::new(limits, &base).expect("a connection pool");
    let loki = Loki {
        http: &http,
        base,
        access: Access::of_token(Secret::new("benchmark".to_owned())),
    };
    let at = |seconds| Instant::from_timestamp(seconds, 0).expect("an instant of this age");
    let wish = Wish {
        query: r#"{resource_type="serverless_container"}"#.to_owned(),
        window: Window::new(at(from), at(to)).expect("a window"),
        order: Order::OldestFirst,
        enough: None,
        page_entries: budget.page_entries,
        parallel: budget.parallel,
    };
    let work = download(&loki, &wish, async |page| {
        for entry in page.entries() {
            out.write_all(entry.line.as_bytes())
                .and_then(|()| out.write_all(b"\n"))
                .expect("the output takes all");
        }
        ControlFlow::Continue(())
    });
    let done = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work);
    assert!(done.gaps.is_empty(), "{:?}", done.gaps);
    (done.entries, done.bytes, done.requests)
}

/// Mines templates from lines, from messages alone or with their headers, and gives how many there are.
pub fn mine_templates(text: &[u8], with_headers: bool) -> usize {
    let lines = if with_headers {
        Lines::Whole
    } else {
        Lines::Messages
    };
    let mut miner = Miner::new(lines);
    for line in text.split(|byte| *byte == b'\n') {
        miner.add(line);
    }
    miner.finish().templates.len()
}

/// Masks lines in place.
pub fn mask_lines(lines: &mut [String]) {
    let mut redactor = Redactor::default();
    for line in lines {
        redactor.mask(line);
    }
}

/// Log lines as a source gives them.
#[derive(Debug, Clone)]
pub struct FetchedLines(Vec<LogRecord>);

impl FetchedLines {
    /// Lines of one service and one stream.
    pub fn new(lines: impl IntoIterator<Item = String>) -> Self {
        let labels: Labels = [
            ("detected_level", "info"),
            ("region", "fr-par"),
            ("resource_name", "staging33333333-atlas-api"),
            ("resource_type", "serverless_container"),
            ("service_name", "atlas-api"),
        ]
        .into_iter()
        .collect();
        let labels = Arc::new(labels);
        let record = |line| LogRecord {
            service: "atlas-api".to_owned(),
            ts: Instant::default(),
            labels: labels.clone(),
            line,
            metadata: None,
        };
        Self(lines.into_iter().map(record).collect())
    }

    /// Opens each line as a listing does and gives the bytes of their texts and fields.
    pub fn open(&self) -> usize {
        let shown = self.0.iter().map(|record| {
            let opened = open(record);
            let field = |(name, value): &(String, String)| name.len() + value.len();
            opened.message.len() + opened.fields.iter().map(field).sum::<usize>()
        });
        shown.sum()
    }
}

/// Evidence as the sources leave it: all is fetched, nothing is looked at yet.
#[derive(Debug, Clone)]
pub struct FetchedEvidence {
    /// The records.
    evidence: Evidence,
    /// The catalogue's metrics of all kinds.
    specs: Vec<MetricSpec>,
}

impl FetchedEvidence {
    /// Reads evidence in its own form: one JSON record a line, `meta` first.
    ///
    /// # Panics
    /// It is not in that form.
    pub fn parse(ndjson: &str) -> Self {
        let mut records = ndjson
            .lines()
            .map(|line| serde_json::from_str(line).expect("the benchmark writes records"));
        let Some(Record::Meta(meta)) = records.next() else {
            panic!("the first record is not meta");
        };
        let catalog = Catalog::builtin();
        Self {
            evidence: Evidence {
                meta: *meta,
                records: records.collect(),
            },
            specs: Kind::ALL
                .into_iter()
                .flat_map(|kind| catalog.metrics(kind).iter().cloned())
                .collect(),
        }
    }

    /// Puts it in order and masks what must not leave, as every command does before it looks at it.
    pub fn redact(&mut self) {
        self.evidence.redact(&mut Redactor::default());
    }

    /// Looks at all of it and writes the report for people, as `investigate` does once the last answer is there.
    ///
    /// # Panics
    /// Never: memory takes all that is written.
    pub fn report(&self) -> String {
        let meta = &self.evidence.meta;
        let analysis = analyse(&self.evidence, &self.specs);
        let about = About {
            lang: Lang::En,
            tool: meta.tool.clone(),
            generated_at: meta.created_at,
            flags: String::new(),
        };
        let report = report(&self.evidence, &analysis, &self.specs, &about);
        let look = Look {
            style: Style::new(false),
            lang: Lang::En,
            width: Some(120),
            offset: chrono::Offset::fix(&chrono::Utc),
            ascii: false,
            brief: false,
        };
        let mut text = Vec::new();
        render::report(&report, Format::Human, &look, &mut text).expect("memory takes all");
        String::from_utf8(text).expect("text is UTF-8")
    }
}

/// A sandbox that listens; dropping it stops it.
#[derive(Debug)]
pub struct RunningSandbox(Sandbox);

impl RunningSandbox {
    /// Starts the world of a scenario in TOML, at `now` in Unix seconds, on a free port.
    ///
    /// # Panics
    /// The scenario does not hold, or the system gives no port.
    pub fn start(scenario: &str, now: i64) -> Self {
        let scenario = Scenario::parse(scenario, "benchmark").expect("a scenario that holds");
        let now = Instant::from_timestamp(now, 0).expect("an instant of this age");
        let listen = SocketAddr::from(([127, 0, 0, 1], 0));
        Self(Sandbox::start(scenario, listen, now).expect("a free port"))
    }

    /// Where it listens: `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        self.0.url()
    }

    /// A token that may read everything.
    pub fn reader_token(&self) -> String {
        self.0.keys().reader_token.expose().to_owned()
    }
}
