//! A small Loki whose entries come in while the test runs, whose sockets break and which goes away and comes back.

use std::collections::BTreeSet;
use std::net::{SocketAddr, TcpListener};
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::TimeDelta;
use serde_json::{Value, json};
use std::collections::HashMap;

use super::super::data_source::Access;
use super::{End, Event, Follower, Pace};
use crate::model::{Instant, Secret, UnixNanos};
use crate::sources::http::{Http, Limits};
use crate::sources::loki::Loki;

/// What the server does with `tail`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tail {
    /// Tells everything, and closes after so many messages.
    Closes(u32),
    /// Tells nothing, and stays open.
    Deaf,
    /// Says that it dropped entries instead of telling them.
    Drops,
    /// Is not there.
    Missing,
}

/// The entries of a stream `a` or `b`, with the time at which they can be read.
#[derive(Debug, Clone)]
struct Line {
    at: i64,
    readable: i64,
    app: &'static str,
    text: String,
}

/// A server and its clock, in nanoseconds; the clock goes on by one millisecond with each request and each look of a socket.
struct World {
    lines: Vec<Line>,
    clock: AtomicI64,
    tail: Tail,
    requests: AtomicU32,
    fails: Mutex<u32>,
}

impl World {
    fn new(lines: Vec<Line>, tail: Tail) -> Arc<Self> {
        Arc::new(Self {
            lines,
            clock: AtomicI64::new(START),
            tail,
            requests: AtomicU32::new(0),
            fails: Mutex::new(0),
        })
    }

    fn now(&self) -> i64 {
        self.clock.load(Ordering::SeqCst)
    }

    fn pass(&self) -> i64 {
        self.clock.fetch_add(1_000_000, Ordering::SeqCst) + 1_000_000
    }
}

const START: i64 = 1_795_251_600_000_000_000;

/// Lines that come in one a millisecond or so; some of one nanosecond, some equal in two streams, some late.
fn lines(count: i64) -> Vec<Line> {
    (0..count)
        .map(|index| {
            let at = START + 1 + (index / 3) * 1_500_000;
            Line {
                at,
                readable: at + if index % 7 == 0 { 20_000_000 } else { 0 },
                app: ["a", "b"][usize::from(index % 3 == 1)],
                text: format!(
                    "line {}",
                    if index % 3 == 2 {
                        index
                    } else {
                        index - index % 3
                    }
                ),
            }
        })
        .collect()
}

fn streams(found: &[&Line]) -> Value {
    let stream = |app: &str| {
        let values: Vec<_> = found
            .iter()
            .filter(|line| line.app == app)
            .map(|line| json!([line.at.to_string(), line.text]))
            .collect();
        json!({"stream": {"app": app}, "values": values})
    };
    json!([stream("a"), stream("b")])
}

async fn query_range(
    State(world): State<Arc<World>>,
    Query(given): Query<HashMap<String, String>>,
) -> Response {
    world.requests.fetch_add(1, Ordering::SeqCst);
    let now = world.pass();
    {
        let mut fails = world.fails.lock().unwrap();
        if *fails > 0 {
            *fails -= 1;
            let at_once = [("Retry-After", "0")];
            return (StatusCode::SERVICE_UNAVAILABLE, at_once, "away").into_response();
        }
    }
    let number = |name: &str| given[name].parse::<i64>().unwrap();
    let (start, end) = (number("start"), number("end"));
    let mut found: Vec<&Line> = world
        .lines
        .iter()
        .filter(|line| line.readable <= now && (start..end).contains(&line.at))
        .collect();
    found.sort_by_key(|line| line.at);
    found.truncate(usize::try_from(number("limit")).unwrap());
    let body =
        json!({"status": "success", "data": {"resultType": "streams", "result": streams(&found)}});
    body.to_string().into_response()
}

async fn tail(
    State(world): State<Arc<World>>,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    match (world.tail, socket) {
        (Tail::Missing, _) | (_, Err(_)) => {
            (StatusCode::NOT_FOUND, "404 page not found").into_response()
        }
        (_, Ok(socket)) => socket.on_upgrade(move |socket| serve(world, socket)),
    }
}

async fn serve(world: Arc<World>, mut socket: WebSocket) {
    let mut told = world.now();
    let mut messages = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(1)).await;
        let now = world.pass();
        let new: Vec<&Line> = world
            .lines
            .iter()
            .filter(|line| (told + 1..=now).contains(&line.readable))
            .collect();
        told = now;
        if new.is_empty() || world.tail == Tail::Deaf {
            continue;
        }
        let message = if world.tail == Tail::Drops {
            json!({"streams": [], "dropped_entries": [{"timestamp": new[0].at.to_string(), "labels": {}}]})
        } else {
            json!({"streams": streams(&new)})
        };
        if socket
            .send(Message::Text(message.to_string().into()))
            .await
            .is_err()
        {
            return;
        }
        messages += 1;
        if matches!(world.tail, Tail::Closes(after) if messages >= after) {
            return;
        }
    }
}

/// A running server: dropped, it is gone at once, with all its connections.
struct Server {
    _runtime: tokio::runtime::Runtime,
    at: SocketAddr,
}

fn serve_at(world: &Arc<World>, at: SocketAddr) -> Server {
    let listener = TcpListener::bind(at).unwrap();
    listener.set_nonblocking(true).unwrap();
    let at = listener.local_addr().unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let router = Router::new()
        .route("/loki/api/v1/query_range", get(query_range))
        .route("/loki/api/v1/tail", get(tail))
        .with_state(world.clone());
    runtime.spawn(async move {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        axum::serve(listener, router).await.unwrap();
    });
    Server {
        _runtime: runtime,
        at,
    }
}

/// Follows until as many entries came as the world has, and gives them, with how often the server was lost and polled.
async fn follow(
    world: &Arc<World>,
    at: SocketAddr,
    mut meanwhile: impl FnMut(usize),
) -> (Vec<(i64, String, String)>, u32, u32) {
    let base = reqwest::Url::parse(&format!("http://{at}")).unwrap();
    let limits = Limits {
        timeout: Duration::from_secs(5),
        answer_bytes: 1 << 24,
        parallel: 2,
        seed: 7,
    };
    let http = Http::new(limits, &base).unwrap();
    let loki = Loki {
        http: &http,
        base,
        access: Access::of_token(Secret::new("t".to_owned())),
    };
    let pace = Pace {
        poll: Duration::from_millis(2),
        recent: TimeDelta::milliseconds(5),
        check: Duration::from_millis(20),
        late: TimeDelta::seconds(10),
        first_wait: Duration::from_millis(1),
    };
    let from = UnixNanos(START).instant();
    let mut follower = Follower::new("{a=~\".+\"}".to_owned(), 40, pace, from, from);
    let (mut found, mut lost, mut polling) = (Vec::new(), 0, 0);
    let wanted = world.lines.len();
    let take = async |event: Event| {
        match event {
            Event::Entries(entries) => found.extend(entries.into_iter().map(|entry| {
                let app = entry.labels.get("app").unwrap_or_default().to_owned();
                (entry.at.0, app, entry.line)
            })),
            Event::Lost(_) => lost += 1,
            Event::Polling(_) => polling += 1,
            Event::Back => {}
            Event::Crowded(at) => panic!("no instant has that many entries: {at}"),
        }
        meanwhile(found.len());
        if found.len() >= wanted {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    let clock = || -> Instant { UnixNanos(world.pass()).instant() };
    let work = follower.follow(&loki, Duration::from_secs(5), far(), clock, take);
    let end = tokio::time::timeout(Duration::from_secs(60), work).await;
    assert!(matches!(end, Ok(End::BrokenOff)), "{end:?}");
    (found, lost, polling)
}

/// A deadline that no test reaches.
fn far() -> tokio::time::Instant {
    tokio::time::Instant::now() + Duration::from_secs(3600)
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

/// Asserts that what was handed over is what the world has, each entry once.
fn is_all(world: &World, found: &[(i64, String, String)]) {
    let all: BTreeSet<_> = world
        .lines
        .iter()
        .map(|line| (line.at, line.app.to_owned(), line.text.clone()))
        .collect();
    let once: BTreeSet<_> = found.iter().cloned().collect();
    assert_eq!(once.len(), found.len(), "something came twice");
    assert_eq!(once, all);
}

fn anywhere() -> SocketAddr {
    ([127, 0, 0, 1], 0).into()
}

#[test]
fn sockets_that_close_again_and_again_lose_nothing_and_repeat_nothing() {
    let world = World::new(lines(300), Tail::Closes(3));
    let server = serve_at(&world, anywhere());
    let (found, _, polling) = block_on(follow(&world, server.at, |_| {}));
    is_all(&world, &found);
    assert_eq!(polling, 0);
}

#[test]
fn a_socket_that_tells_nothing_or_drops_entries_is_made_up_for_by_queries() {
    for tail in [Tail::Deaf, Tail::Drops] {
        let world = World::new(lines(200), tail);
        let server = serve_at(&world, anywhere());
        let (found, _, _) = block_on(follow(&world, server.at, |_| {}));
        is_all(&world, &found);
    }
}

#[test]
fn a_server_without_tail_is_polled_and_that_is_said_once() {
    let world = World::new(lines(200), Tail::Missing);
    let server = serve_at(&world, anywhere());
    let (found, _, polling) = block_on(follow(&world, server.at, |_| {}));
    is_all(&world, &found);
    assert_eq!(polling, 1);
}

#[test]
fn a_server_that_goes_away_and_comes_back_costs_no_entry() {
    for tail in [Tail::Closes(1000), Tail::Missing] {
        let world = World::new(lines(300), tail);
        let mut server = Some(serve_at(&world, anywhere()));
        let at = server.as_ref().unwrap().at;
        let (stopped, restart) = std::sync::mpsc::channel::<Server>();
        let other = world.clone();
        let keeper = std::thread::spawn(move || {
            let gone = restart.recv().unwrap();
            drop(gone);
            // Time passes while nobody answers.
            for _ in 0..50 {
                other.pass();
            }
            // More than a download tries before it gives a source up.
            *other.fails.lock().unwrap() = 30;
            serve_at(&other, at)
        });
        let meanwhile = |count: usize| {
            if count > 60
                && let Some(server) = server.take()
            {
                stopped.send(server).unwrap();
            }
        };
        let (found, lost, _) = block_on(follow(&world, at, meanwhile));
        is_all(&world, &found);
        assert!(lost >= 1, "it was away, and that must be told");
        drop(keeper.join().unwrap());
    }
}

#[test]
fn a_question_that_the_server_refuses_ends_it() {
    let refuse =
        Router::new().fallback(|| async { (StatusCode::BAD_REQUEST, "parse error at line 1") });
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind(anywhere()))
        .unwrap();
    let at = listener.local_addr().unwrap();
    runtime.spawn(async move { axum::serve(listener, refuse).await.unwrap() });
    let base = reqwest::Url::parse(&format!("http://{at}")).unwrap();
    let limits = Limits {
        timeout: Duration::from_secs(5),
        answer_bytes: 1 << 20,
        parallel: 1,
        seed: 7,
    };
    let http = Http::new(limits, &base).unwrap();
    let loki = Loki {
        http: &http,
        base,
        access: Access::of_token(Secret::new("t".to_owned())),
    };
    let from = UnixNanos(START).instant();
    let mut follower = Follower::new("{".to_owned(), 10, Pace::default(), from, from);
    let clock = || from + TimeDelta::seconds(1);
    let end = block_on(
        follower.follow(&loki, Duration::from_secs(5), far(), clock, async |_| {
            ControlFlow::Continue(())
        }),
    );
    let End::Refused(error) = end else {
        panic!("a refusal is the end: {end:?}");
    };
    assert!(error.to_string().contains("parse error"), "{error}");
}
