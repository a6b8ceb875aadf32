//! Work inside scout: decoding, analysis, the sandbox. `cargo bench --bench work`, with a word behind `--` to pick some.
//!
//! | benchmark | bar |
//! |---|---|
//! | `decode/escaped`, `decode/plain` | none; compare with the figures of `benches/README.md` |
//! | `analysis/redact` and `analysis/report` together | 300 ms |
//! | `templates/messages` | 1,500,000 lines a second |
//! | `templates/whole` | 1,000,000 lines a second |
//! | `redact/ordinary` | 2,000,000 lines a second |
//! | `open/enveloped` | 600,000 lines a second |
//! | `sandbox/start` | 3 s |
//! | `sandbox/query_range`, also `_oldest` and `_containing` | 3 ms |
//! | `sandbox/count` | 150 ms |

#![expect(
    clippy::print_stdout,
    reason = "a benchmark's answer is what it prints"
)]

mod support;

use std::fmt::Write;
use std::hint::black_box;
use std::time::Duration;

use cockpit_scout::bench::{
    FetchedEvidence, FetchedLines, RunningSandbox, decode_log_answer, mask_lines, mine_templates,
};
use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use serde_json::json;

use support::Connection;

/// When everything here takes place, in Unix seconds: 2026-11-21 09:00 UTC.
const NOW: i64 = 1_795_251_600;

/// Streams of a large answer.
const STREAMS: usize = 193;

/// Bytes of a large answer.
const ANSWER_BYTES: usize = 100_000_000;

criterion_group!(work, decode, analysis, lines, templates, sandbox);
criterion_main!(work);

/// A large answer of Loki's, into entries.
fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    group.sample_size(10);
    group.sampling_mode(SamplingMode::Flat);
    group.measurement_time(Duration::from_secs(5));
    for (name, line) in [
        ("escaped", wrapped_line as fn(usize) -> String),
        ("plain", plain_line),
    ] {
        let body = log_answer(line);
        let (lines, peak) = peak_kb(|| decode_log_answer(&body));
        println!(
            "decode/{name}: {} bytes, {lines} lines, peak {} MB with the body",
            body.len(),
            peak / 1000
        );
        group.throughput(Throughput::BytesDecimal(body.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| decode_log_answer(black_box(&body)));
        });
    }
}

/// 100,000 lines and 300 series that have been fetched: masked, and made into a report.
fn analysis(criterion: &mut Criterion) {
    let evidence = FetchedEvidence::parse(&evidence());
    let mut group = criterion.benchmark_group("analysis");
    group.sample_size(10);
    group.bench_function("report", |bencher| bencher.iter(|| evidence.report()));
    group.bench_function("redact", |bencher| {
        bencher.iter_batched(
            || evidence.clone(),
            |mut evidence| {
                evidence.redact();
                evidence
            },
            BatchSize::PerIteration,
        );
    });
}

/// Each line's way to the screen: masked, and opened.
fn lines(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("redact");
    group.sample_size(20);
    let mut ordinary: Vec<String> = (0..LINES).map(ordinary_line).collect();
    let bytes: usize = ordinary.iter().map(String::len).sum();
    println!("redact/ordinary: {} bytes a line", bytes / LINES);
    group.throughput(Throughput::Elements(LINES as u64));
    group.bench_function("ordinary", |bencher| {
        bencher.iter(|| mask_lines(black_box(&mut ordinary)));
    });
    group.finish();
    let mut group = criterion.benchmark_group("open");
    group.sample_size(20);
    group.throughput(Throughput::Elements(LINES as u64));
    for (name, line) in [
        ("enveloped", wrapped_line as fn(usize) -> String),
        ("plain", plain_line),
    ] {
        let lines = FetchedLines::new((0..LINES).map(line));
        group.bench_function(name, |bencher| bencher.iter(|| black_box(&lines).open()));
    }
}

/// Lines that are masked or opened at once.
const LINES: usize = 20_000;

/// A line in which nothing is to be masked: text, logfmt, or JSON inside the platform's envelope.
fn ordinary_line(number: usize) -> String {
    match number % 3 {
        0 => plain_line(number),
        1 => format!(
            "level=info ts=2026-11-21T09:00:00.{:03}Z caller=jobs.go:52 msg=\"job {} done\" rows={} took=1.5s worker=w{} queue=orders",
            number % 1000,
            number % 40,
            number % 9000,
            number % 8
        ),
        _ => wrapped_line(number),
    }
}

/// Lines of one file, into templates.
fn templates(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("templates");
    group.sample_size(10);
    for (name, with_headers) in [("messages", false), ("whole", true)] {
        let mut text = String::new();
        for number in 0..MINED_LINES {
            mined_line(number, with_headers, &mut text);
        }
        let found = mine_templates(text.as_bytes(), with_headers);
        println!("templates/{name}: {} bytes, {found} templates", text.len());
        group.throughput(Throughput::Elements(MINED_LINES as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| mine_templates(black_box(text.as_bytes()), with_headers));
        });
    }
}

/// Lines that are mined at once.
const MINED_LINES: usize = 200_000;

/// One line of a service, with or without what stands before its message.
fn mined_line(number: usize, with_header: bool, text: &mut String) {
    let (hour, minute, second) = (number / 3600 % 24, number / 60 % 60, number % 60);
    if with_header {
        let level = ["INFO", "WARN", "ERROR"][number % 3];
        append(
            text,
            format_args!(
                "2026-11-21 {hour:02}:{minute:02}:{second:02},{:03} {level} [worker-{}] com.example.shop.Orders: ",
                number % 1000,
                number % 40
            ),
        );
    }
    let id = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    match number % 5 {
        0 => append(
            text,
            format_args!(
                "order {} placed by customer {} with {} items in {} ms\n",
                id % 100_000,
                id % 977,
                id % 9,
                id % 500
            ),
        ),
        1 => append(
            text,
            format_args!(
                "connection from 10.0.{}.{}:{} closed after {}.{} s\n",
                id % 256,
                id % 251,
                id % 60_000,
                id % 90,
                id % 10
            ),
        ),
        2 => append(
            text,
            format_args!(
                "GET /v1/orders/{} 200 {}ms trace={id:016x}\n",
                id % 100_000,
                id % 900
            ),
        ),
        3 => append(
            text,
            format_args!(
                "cannot reserve stock for item {}: lock held by process {} on node-{}\n",
                id % 1000,
                id % 32_768,
                id % 64
            ),
        ),
        _ => append(
            text,
            format_args!(
                "cache miss for key user:{id:x}, loading from replica {}\n",
                id % 4
            ),
        ),
    }
}

/// A large world: made, asked for one page of lines, and for the counts of all.
fn sandbox(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sandbox");
    let scenario = scenario();
    group.sample_size(10);
    group.sampling_mode(SamplingMode::Flat);
    group.bench_function("start", |bencher| {
        bencher.iter_with_large_drop(|| RunningSandbox::start(&scenario, NOW));
    });
    let sandbox = RunningSandbox::start(&scenario, NOW);
    let token = sandbox.reader_token();
    let mut connection = Connection::open(sandbox.url());
    let pages = [
        ("query_range", page_of(SELECTOR, "backward")),
        ("query_range_oldest", page_of(SELECTOR, "forward")),
        (
            "query_range_containing",
            page_of(&format!(r#"{SELECTOR} |= "orders""#), "backward"),
        ),
        (
            "query_range_filtered",
            page_of(&format!(r#"{SELECTOR} |= "orders" | json"#), "backward"),
        ),
        ("count", count_of(SELECTOR)),
    ];
    for (name, path) in pages {
        let page = connection.get(&path, ("X-Token", &token));
        println!("sandbox/{name}: {} bytes", page.len());
        group.bench_function(name, |bencher| {
            bencher.iter(|| connection.get(&path, ("X-Token", &token)));
        });
    }
}

/// All streams of the large world.
const SELECTOR: &str = r#"{resource_type="serverless_container"}"#;

/// Runs something and gives its result with the most memory that the process held meanwhile, in kB; 0 where nobody tells.
fn peak_kb<T>(work: impl FnOnce() -> T) -> (T, u64) {
    // Resets the peak; Linux only.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let result = work();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| {
        let kilobytes = line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?;
        kilobytes.parse().ok()
    });
    (result, peak.unwrap_or_default())
}

/// A Loki answer of [`ANSWER_BYTES`], its lines made from their numbers.
fn log_answer(line: fn(usize) -> String) -> Vec<u8> {
    let mut body = String::with_capacity(ANSWER_BYTES + ANSWER_BYTES / 10);
    body.push_str(r#"{"status":"success","data":{"resultType":"streams","result":["#);
    let mut number = 0;
    for stream in 1..=STREAMS {
        let labels = json!({
            "project_id": "11111111-1111-1111-1111-111111111111", "region": "fr-par", "resource_type": "serverless_container",
            "resource_name": format!("staging33333333-service-{stream}"), "detected_level": "info",
        });
        let comma = if stream == 1 { "" } else { "," };
        append(
            &mut body,
            format_args!(r#"{comma}{{"stream":{labels},"values":["#),
        );
        let first = number;
        while body.len() < ANSWER_BYTES / STREAMS * stream {
            let comma = if number == first { "" } else { "," };
            let at = NOW * 1_000_000_000 + signed(number) * 1_000_003;
            let text = json!(line(number));
            append(&mut body, format_args!(r#"{comma}["{at}",{text}]"#));
            number += 1;
        }
        body.push_str("]}");
    }
    body.push_str(r#"],"stats":{}}}"#);
    body.into_bytes()
}

/// Appends formatted text.
fn append(out: &mut String, text: std::fmt::Arguments<'_>) {
    out.write_fmt(text).expect("a string takes all");
}

/// A line of a program that writes JSON, in the platform's envelope.
fn wrapped_line(number: usize) -> String {
    let inner = json!({
        "level": "info", "message": format!("GET /v1/orders/{number} 200 {}ms", number % 97),
        "request_id": format!("{:016x}", scattered(number)), "status": 200,
    });
    json!({"stream": "stdout", "resource_instance": "a1-7f9c4", "message": inner.to_string()})
        .to_string()
}

/// A line of plain text.
fn plain_line(number: usize) -> String {
    format!(
        "2026-11-21 09:00:00.{:03} INFO request {:016x} from 10.0.{}.{} served: GET /v1/orders/{number} with status 200 in {} ms, \
         cache miss, worker {}",
        number % 1000,
        scattered(number),
        number / 250 % 250,
        number % 250,
        number % 97,
        number % 8
    )
}

/// A number that looks drawn.
fn scattered(number: usize) -> u64 {
    (number as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// An hour of two services: half of it baseline; 100,000 lines of a few dozen forms, 300 series of 240 samples. In the last
/// ten minutes the database runs out of connections.
fn evidence() -> String {
    let at = |second: i64| {
        let instant = chrono::DateTime::from_timestamp(NOW - 3600 + second, 0).expect("a date");
        instant.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
    };
    let (baseline, window) = (
        json!({"from": at(0), "to": at(1800)}),
        json!({"from": at(1800), "to": at(3600)}),
    );
    let meta = json!({
        "type": "meta", "schema": 1, "bundle_id": "0", "created_at": at(3600), "tool": "scout", "environment": "staging",
        "window": window, "baseline": baseline, "issue": "atlas-api is returning 500s", "redacted": false,
        "params": {"services": ["atlas-api"]}, "map": {"services": {
            "atlas-api": {"kind": "container", "title": "Atlas", "resource_name": "atlas-api", "depends_on": ["postgres"]},
            "postgres": {"kind": "postgres", "title": "PostgreSQL", "resource_name": "postgres"},
        }},
    });
    let mut records = vec![meta];
    records.extend((0..100_000).map(|number| {
        let second = signed(number) * 3600 / 100_000;
        let (service, line) = if number.is_multiple_of(10) {
            ("postgres", database_line(number, second))
        } else {
            ("atlas-api", program_line(number, second))
        };
        json!({"type": "log", "service": service, "ts": at(second), "labels": {"resource_name": service}, "line": line})
    }));
    records.extend((0..300).map(|series| {
        let samples: Vec<(i64, f64)> = (0..240)
            .map(|step| {
                let full = series == 0 && step >= 200;
                let value = if full { 0.98 } else { 0.4 + scattered(series * 240 + step) as f64 / 1e20 };
                (NOW - 3600 + signed(step) * 15, value)
            })
            .collect();
        json!({
            "type": "metric", "service": "postgres", "name": if series == 0 { "connections" } else { "active" }, "expr": "x",
            "unit": "ratio", "labels": {"series": series.to_string()}, "step_seconds": 15, "samples": samples,
        })
    }));
    let lines: Vec<String> = records.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// A line of the database: a checkpoint, or from the fiftieth minute on a refusal.
fn database_line(number: usize, second: i64) -> String {
    if second >= 3000 && number.is_multiple_of(20) {
        "FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute"
            .to_owned()
    } else {
        format!(
            "LOG:  checkpoint complete: wrote {number} buffers (0.5%); write=12.{} s",
            number % 10
        )
    }
}

/// A line of the program: requests in JSON inside the envelope, now and then a line of text, errors once the database refuses.
fn program_line(number: usize, second: i64) -> String {
    let routes = [
        "/v1/orders",
        "/v1/users",
        "/v1/carts",
        "/v1/search",
        "/v1/reports",
    ];
    let route = routes[number % routes.len()];
    if second >= 3000 && number.is_multiple_of(3) {
        let inner = json!({
            "level": "error", "message": format!("GET {route} 500 {}ms", number % 97), "status": 500,
            "error": "pq: remaining connection slots are reserved", "request_id": format!("{:016x}", scattered(number)),
        });
        return json!({"stream": "stderr", "resource_instance": "a1", "message": inner.to_string()}).to_string();
    }
    match number % 7 {
        0 => plain_line(number),
        1 => format!(
            "level=info msg=\"job {} done\" rows={} took=1.5s",
            number % 40,
            number % 9000
        ),
        _ => wrapped_line(number),
    }
}

/// A scenario of one million lines and 500 series over three hours.
fn scenario() -> String {
    let mut text =
        String::from("schema = 1\nname = \"large\"\ntitle = \"A large world\"\nseed = 7\n");
    for service in 0..20 {
        append(
            &mut text,
            format_args!(
                r#"
[[log]]
labels = {{ resource_type = "serverless_container", resource_name = "service-{service}" }}
from = "-3h"
to = "0s"
per_minute = 277.8
format = "json"
envelope = "a1"
level = "info"
message = "GET {{route}} {{status}} {{ms}}ms"
fields = {{ request_id = "{{id}}" }}
vars = {{ route = ["/v1/users", "/v1/orders"], status = [200, 304], ms = {{ int = [3, 120] }}, id = {{ hex = 16 }} }}
"#
            ),
        );
    }
    for series in 0..500 {
        append(
            &mut text,
            format_args!(
                r#"
[[metric]]
name = "serverless_container_cpu_usage_percent"
labels = {{ resource_name = "service-{}", series = "{series}" }}
shape = [ {{ from = "-3h", value = 40, noise = 3.5 }} ]
"#,
                series % 20
            ),
        );
    }
    text
}

/// The address of 5,000 lines of the last hour that a query finds.
fn page_of(query: &str, direction: &str) -> String {
    let query = escaped(query);
    let start = NOW - 3600;
    format!(
        "/loki/api/v1/query_range?query={query}&start={start}&end={NOW}&limit=5000&direction={direction}"
    )
}

/// The address of how many lines each minute has, over the whole of the large world.
fn count_of(selector: &str) -> String {
    let query = escaped(&format!("sum(count_over_time({selector}[1m]))"));
    let start = NOW - 3 * 3600;
    format!("/loki/api/v1/query_range?query={query}&start={start}&end={NOW}&step=60")
}

/// A text as part of an address.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        append(&mut escaped, format_args!("%{byte:02X}"));
    }
    escaped
}

/// A small number, signed.
fn signed(number: usize) -> i64 {
    i64::try_from(number).expect("a small number")
}
