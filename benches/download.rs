//! One million log lines (130 MB) from a server that answers at once: `cargo bench --bench download`.
//!
//! The server holds its answers as text and only copies them; it and each download are processes of their own, so that CPU time and
//! memory are scout's alone. Lines are written to a sink. Bars: 600,000 lines a second, 64 MiB at the most.

#![expect(
    clippy::print_stdout,
    reason = "a benchmark's answer is what it prints"
)]

use std::fmt::Write as _;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use cockpit_scout::bench::download_logs;

/// Lines.
const LINES: usize = 1_000_000;

/// Streams that the lines take turns in.
const STREAMS: usize = 4;

/// When the first line was written, in Unix seconds: 2026-11-21 06:00 UTC.
const START: i64 = 1_795_240_800;

/// Nanoseconds between two lines: all of them take three hours.
const STEP: i64 = 10_800_000;

/// Downloads, after one that does not count.
const RUNS: usize = 5;

fn main() {
    let mut words = std::env::args().skip(1);
    match (words.next().as_deref(), words.next()) {
        (Some("--serve"), _) => serve(),
        (Some("--fetch"), Some(url)) => fetch(&url),
        _ => compare(),
    }
}

/// Starts a server, then downloads from it, one process after the other.
fn compare() {
    let server = Server::start();
    for run in 0..=RUNS {
        let mut client = this_program();
        let output = client.args(["--fetch", &server.url]).output();
        let output = output.expect("this program starts");
        assert!(output.status.success(), "{output:?}");
        if run > 0 {
            print!("{}", String::from_utf8_lossy(&output.stdout));
        }
    }
}

/// Downloads all and prints what it took.
fn fetch(url: &str) {
    let mut sink = BufWriter::new(io::sink());
    let (cpu, started) = (cpu_seconds(), Instant::now());
    let end = START + STEP * signed(LINES) / 1_000_000_000 + 1;
    let (entries, bytes, requests) = download_logs(url, (START, end), &mut sink);
    let elapsed = started.elapsed().as_secs_f64();
    let cpu = cpu_seconds() - cpu;
    assert_eq!(entries, LINES as u64, "lines are missing");
    println!(
        "download {:9.0} lines/s {:6.0} MB/s {elapsed:6.3} s, CPU {cpu:5.2} s, peak {:5.1} MiB, {requests} requests",
        LINES as f64 / elapsed,
        bytes as f64 / elapsed / 1e6,
        peak_kilobytes() / 1024.0,
    );
}

/// CPU time of this process so far: user and system, all threads. Linux only.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let behind_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks: f64 = behind_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum();
    ticks / 100.0
}

/// The most memory that this process has had resident. Linux only.
fn peak_kilobytes() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| {
        let kilobytes = line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?;
        kilobytes.parse().ok()
    });
    peak.unwrap_or_default()
}

/// This program again.
fn this_program() -> Command {
    Command::new(std::env::current_exe().expect("the path of this program"))
}

/// A server in a process of its own.
struct Server {
    /// The process.
    child: Child,
    /// Where it listens.
    url: String,
}

impl Server {
    /// Starts it.
    fn start() -> Self {
        let mut child = this_program()
            .arg("--serve")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program starts");
        let mut url = String::new();
        BufReader::new(child.stdout.take().expect("a pipe"))
            .read_line(&mut url)
            .expect("the server's address");
        Self {
            child,
            url: url.trim().to_owned(),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It ends when its input does; either way it is ours.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serves until the input ends.
fn serve() {
    let log = Arc::new(Log::new());
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    println!("http://{}", listener.local_addr().expect("an address"));
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let log = log.clone();
            std::thread::spawn(move || log.answer_all(stream));
        }
    });
    // Nothing is written there: this waits for the end.
    let _ = io::stdin().read_to_end(&mut Vec::new());
}

/// The lines, as they stand in answers.
struct Log {
    /// Of each stream: what stands before its entries, its entries, and where each begins and the last ends.
    streams: Vec<(String, String, Vec<usize>)>,
}

impl Log {
    /// All lines.
    fn new() -> Self {
        let streams = ["debug", "info", "warn", "error"].map(|level| {
            let head = format!(
                r#"{{"stream":{{"resource_name":"staging33333333-atlas-api","resource_type":"serverless_container","detected_level":"{level}"}},"values":["#
            );
            (head, String::new(), vec![0])
        });
        let mut log = Self {
            streams: streams.into(),
        };
        for number in 0..LINES {
            let (_, text, ends) = &mut log.streams[number % STREAMS];
            let at = START * 1_000_000_000 + STEP * signed(number);
            let id = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            let written = write!(
                text,
                r#"["{at}","{{\"level\":\"info\",\"message\":\"GET /v1/orders/{:07} 200 in {:03} ms\",\"request_id\":\"{id:016x}\",\"route\":\"/v1/orders\",\"n\":{:06}}}"],"#,
                id % 9_999_999,
                id % 997,
                number % 1_000_000,
            );
            written.expect("memory takes all");
            ends.push(text.len());
        }
        log
    }

    /// Answers the requests of a connection.
    fn answer_all(&self, stream: TcpStream) {
        let done: io::Result<()> = (|| {
            stream.set_nodelay(true)?;
            let mut requests = BufReader::new(stream.try_clone()?);
            let mut answers = stream;
            loop {
                let mut first = String::new();
                if requests.read_line(&mut first)? == 0 {
                    return Ok(());
                }
                let mut line = String::new();
                while requests.read_line(&mut line)? > 2 {
                    line.clear();
                }
                answers.write_all(&self.answer(&first))?;
            }
        })();
        // The client has gone.
        drop(done);
    }

    /// The answer to a request line.
    fn answer(&self, request: &str) -> Vec<u8> {
        let number = |name: &str| -> i64 {
            let behind = request.split(name).nth(1).unwrap_or_default();
            let digits = behind.split(|c: char| !c.is_ascii_digit()).next();
            digits.unwrap_or_default().parse().unwrap_or_default()
        };
        let index = |nanos: i64| {
            let steps = (nanos - START * 1_000_000_000 + STEP - 1) / STEP;
            usize::try_from(steps).unwrap_or_default().min(LINES)
        };
        let limit = usize::try_from(number("limit=")).unwrap_or_default();
        let from = index(number("start="));
        let to = index(number("end=")).min(from + limit);
        let mut body = Vec::with_capacity((to.max(from) - from) * 256 + 1024);
        body.extend_from_slice(br#"{"status":"success","data":{"resultType":"streams","result":["#);
        for (turn, (head, text, ends)) in self.streams.iter().enumerate() {
            let place = |index: usize| (index + STREAMS - 1 - turn) / STREAMS;
            let (first, last) = (place(from), place(to));
            if first < last {
                if body.ends_with(b"}") {
                    body.push(b',');
                }
                body.extend_from_slice(head.as_bytes());
                body.extend_from_slice(&text.as_bytes()[ends[first]..ends[last] - 1]);
                body.extend_from_slice(b"]}");
            }
        }
        body.extend_from_slice(br#"],"stats":{}}}"#);
        let mut answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        )
        .into_bytes();
        answer.append(&mut body);
        answer
    }
}

/// A small number, signed.
fn signed(number: usize) -> i64 {
    i64::try_from(number).expect("a small number")
}
