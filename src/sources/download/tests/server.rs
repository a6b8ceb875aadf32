//! A small Loki over real HTTP on loopback that holds given entries and misbehaves on order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use reqwest::Url;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::model::Labels;

/// A log stream: labels, and entries oldest first.
pub(super) type Stream = (Labels, Vec<(i64, String)>);

/// One request for entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Seen {
    /// Its query.
    pub(super) query: String,
    /// First nanosecond inside.
    pub(super) from: i64,
    /// First nanosecond after.
    pub(super) to: i64,
    /// Most entries.
    pub(super) limit: usize,
    /// How many requests for entries came before it.
    pub(super) number: usize,
}

/// What goes wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// An error status, to be retried at once if at all.
    Status(u16, &'static str),
    /// The connection ends without an answer.
    Drop,
    /// The connection ends in the middle of the body.
    Break,
    /// A body that ends in its middle and says that it is whole.
    Cut,
    /// A web page.
    Html,
    /// The answer comes after so many others were given a chance.
    Late(usize),
}

/// Decides what goes wrong.
pub(super) type Faults = Box<dyn Fn(&Seen) -> Option<Fault> + Send + Sync>;

/// The server's data and manners.
pub(super) struct World {
    /// What it holds.
    pub(super) streams: Vec<Stream>,
    /// Most entries of an answer.
    pub(super) most: usize,
    /// Longest window, nanoseconds.
    pub(super) longest: i64,
    /// Whether it has `series`.
    pub(super) has_series: bool,
    /// What goes wrong.
    pub(super) faults: Faults,
}

impl World {
    /// A well-behaved server.
    pub(super) fn of(streams: Vec<Stream>) -> Self {
        Self {
            streams,
            most: 5000,
            longest: i64::MAX,
            has_series: true,
            faults: Box::new(|_| None),
        }
    }
}

/// A server that listens.
pub(super) struct Server {
    /// Where.
    pub(super) url: Url,
    /// What it has seen.
    state: Arc<State>,
    /// Its work.
    task: tokio::task::JoinHandle<()>,
}

/// What connections share.
struct State {
    world: World,
    seen: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Server {
    /// Starts it on a free port.
    pub(super) async fn start(world: World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(State {
            world,
            seen: Mutex::default(),
            connections: AtomicUsize::new(0),
        });
        let shared = state.clone();
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::Relaxed);
                let state = shared.clone();
                tokio::spawn(async move { state.serve(stream).await.ok() });
            }
        });
        Self {
            url: Url::parse(&url).unwrap(),
            state,
            task,
        }
    }

    /// Requests for entries so far.
    pub(super) fn seen(&self) -> Vec<Seen> {
        self.state.seen.lock().unwrap().clone()
    }

    /// Connections so far.
    pub(super) fn connections(&self) -> usize {
        self.state.connections.load(Ordering::Relaxed)
    }
}

impl State {
    /// Serves one connection until it ends.
    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_nodelay(true)?;
        let mut stream = BufReader::new(stream);
        loop {
            let mut first = String::new();
            if stream.read_line(&mut first).await? == 0 {
                return Ok(());
            }
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).await?;
                if line.trim().is_empty() {
                    break;
                }
            }
            let target = first.split(' ').nth(1).unwrap_or_default();
            let url = Url::parse(&format!("http://x{target}")).unwrap();
            let given: BTreeMap<String, String> = url.query_pairs().into_owned().collect();
            let (fault, status, body) = self.answer(url.path(), &given);
            let mut kind = "application/json";
            let mut body = body.into_bytes();
            let mut length = body.len();
            let mut status = status;
            match fault {
                None => {}
                Some(Fault::Status(code, words)) => {
                    status = code;
                    body = words.as_bytes().to_vec();
                    length = body.len();
                }
                Some(Fault::Drop) => return Ok(()),
                Some(Fault::Break) => body.truncate(body.len() / 2),
                Some(Fault::Cut) => {
                    body.truncate(body.len() / 2);
                    length = body.len();
                }
                Some(Fault::Html) => {
                    kind = "text/html";
                    body = b"<!DOCTYPE html><p>sign in".to_vec();
                    length = body.len();
                }
                Some(Fault::Late(turns)) => {
                    for _ in 0..turns {
                        tokio::task::yield_now().await;
                    }
                }
            }
            let head = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nRetry-After: 0\r\n\r\n"
            );
            let answer = [head.as_bytes(), &body].concat();
            stream.write_all(&answer).await?;
            stream.flush().await?;
            if body.len() != length {
                return Ok(());
            }
        }
    }

    /// What is answered, and what goes wrong with it.
    fn answer(&self, path: &str, given: &BTreeMap<String, String>) -> (Option<Fault>, u16, String) {
        let text = |name: &str| given.get(name).cloned().unwrap_or_default();
        let number = |name: &str| text(name).parse::<i64>().unwrap_or_default();
        match path {
            "/loki/api/v1/query_range" => {
                let mut all = self.seen.lock().unwrap();
                let seen = Seen {
                    query: text("query"),
                    from: number("start"),
                    to: number("end"),
                    limit: usize::try_from(number("limit")).unwrap(),
                    number: all.len(),
                };
                all.push(seen.clone());
                drop(all);
                let fault = (self.world.faults)(&seen);
                let (status, body) = self.entries(&seen, text("direction") == "backward");
                (fault, status, body)
            }
            "/loki/api/v1/series" if self.world.has_series => {
                let (from, to) = (number("start"), number("end"));
                let found: Vec<&Labels> = self
                    .world
                    .streams
                    .iter()
                    .filter(|(_, entries)| entries.iter().any(|(at, _)| from <= *at && *at < to))
                    .map(|(labels, _)| labels)
                    .collect();
                (
                    None,
                    200,
                    json!({"status": "success", "data": found}).to_string(),
                )
            }
            "/loki/api/v1/query" => {
                let (query, at) = (text("query"), number("time"));
                let inner = query
                    .strip_prefix("sum(count_over_time(")
                    .and_then(|rest| rest.strip_suffix("[1ns]))"))
                    .unwrap();
                let count = self
                    .selected(inner)
                    .flat_map(|(_, entries)| entries)
                    .filter(|(time, _)| *time == at)
                    .count();
                let result = json!([{"metric": {}, "value": [at as f64 / 1e9, count.to_string()]}]);
                let data = json!({"resultType": "vector", "result": result});
                (None, 200, json!({"data": data}).to_string())
            }
            _ => (None, 404, "404 page not found".to_owned()),
        }
    }

    /// Streams that a query of equality matchers selects; other matchers select all.
    fn selected<'a>(&'a self, query: &str) -> impl Iterator<Item = &'a Stream> {
        let inner = query.trim_start_matches('{').trim_end_matches('}');
        let matchers: Vec<(String, String)> = inner
            .split(", ")
            .filter_map(|matcher| matcher.split_once("=\""))
            .map(|(name, value)| (name.to_owned(), value.trim_end_matches('"').to_owned()))
            .collect();
        self.world.streams.iter().filter(move |(labels, _)| {
            let is = |(name, value): &(String, String)| {
                labels.get(name).unwrap_or_default() == value.as_str()
            };
            matchers.iter().all(is)
        })
    }

    /// The answer to a request for entries.
    fn entries(&self, seen: &Seen, backward: bool) -> (u16, String) {
        let world = &self.world;
        if seen.limit > world.most {
            let words = format!(
                "max entries limit per query exceeded, limit > max_entries_limit_per_query ({} > {})",
                seen.limit, world.most
            );
            return (400, words);
        }
        if seen.to - seen.from > world.longest {
            let words = format!(
                "the query time range exceeds the limit (query length: {}ns, limit: {}ns)",
                seen.to - seen.from,
                world.longest
            );
            return (400, words);
        }
        let streams: Vec<&Stream> = self.selected(&seen.query).collect();
        let mut found: Vec<(i64, usize, &str)> = Vec::new();
        for (index, (_, entries)) in streams.iter().enumerate() {
            let from = entries.partition_point(|(at, _)| *at < seen.from);
            let to = entries.partition_point(|(at, _)| *at < seen.to);
            let mut inside: Vec<_> = entries[from..to].iter().collect();
            if backward {
                inside.reverse();
            }
            found.extend(
                inside
                    .into_iter()
                    .map(|(at, line)| (*at, index, line.as_str())),
            );
        }
        // Equal times come in the order of the streams, whichever the direction.
        if backward {
            found.sort_by_key(|(at, index, _)| (std::cmp::Reverse(*at), *index));
        } else {
            found.sort_by_key(|(at, index, _)| (*at, *index));
        }
        found.truncate(seen.limit);
        let mut values: BTreeMap<usize, Vec<serde_json::Value>> = BTreeMap::new();
        for (at, index, line) in found {
            let value = json!([at.to_string(), line]);
            values.entry(index).or_default().push(value);
        }
        let result: Vec<serde_json::Value> = values
            .into_iter()
            .map(|(index, values)| json!({"stream": streams[index].0, "values": values}))
            .collect();
        let data = json!({"resultType": "streams", "result": result, "stats": {}});
        (200, json!({"status": "success", "data": data}).to_string())
    }
}
