//! Listening to a sandbox, with the websocket spoken by hand so that no client library has a say.

use std::borrow::Cow;
use std::net::SocketAddr;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::super::answer::tail_body;
use crate::model::Labels;
use crate::sandbox::logql::FoundStream;
use crate::sandbox::{Sandbox, Scenario};

/// Ten lines a second, some of them still to come.
const WORLD: &str = "schema = 1\nname = \"x\"\n[[log]]\nlabels = { app = \"a\" }\nfrom = \"-3s\"\nto = \"+30s\"\nper_minute = 600\n\
                     message = \"n {n}\"\nvars = { n = { hex = 16 } }\n\
                     [[log]]\nlabels = { app = \"b\" }\nfrom = \"-3s\"\nto = \"+30s\"\nper_minute = 60\nmessage = \"other\"\n";

fn start() -> Sandbox {
    let scenario = Scenario::parse(WORLD, "x").unwrap();
    let now = "2026-11-21T09:00:00Z".parse().unwrap();
    Sandbox::start(scenario, SocketAddr::from(([127, 0, 0, 1], 0)), now).unwrap()
}

/// Asks to listen; status, and the socket behind the head of the answer.
async fn listen(sandbox: &Sandbox, query: &str, token: &str, upgrade: bool) -> (u16, TcpStream) {
    let address = sandbox.url().strip_prefix("http://").unwrap();
    let upgrade = if upgrade {
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    } else {
        "Connection: close\r\n"
    };
    let request = format!(
        "GET /loki/api/v1/tail?{query} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n{upgrade}\r\n"
    );
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), socket)
}

/// The next message: one text frame of a server, which is not masked.
async fn message(socket: &mut TcpStream) -> Value {
    assert_eq!(socket.read_u8().await.unwrap(), 0x81, "a whole text frame");
    let length = match socket.read_u8().await.unwrap() {
        126 => u64::from(socket.read_u16().await.unwrap()),
        127 => socket.read_u64().await.unwrap(),
        length => u64::from(length),
    };
    let mut text = vec![0; usize::try_from(length).unwrap()];
    socket.read_exact(&mut text).await.unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// Times and lines of a message.
fn entries(message: &Value) -> Vec<(i64, String)> {
    let streams = message["streams"].as_array().unwrap();
    let values = streams
        .iter()
        .flat_map(|stream| stream["values"].as_array().unwrap());
    values
        .map(|pair| {
            (
                pair[0].as_str().unwrap().parse().unwrap(),
                pair[1].as_str().unwrap().to_owned(),
            )
        })
        .collect()
}

#[tokio::test]
async fn stored_entries_come_first_and_then_each_that_the_clock_reaches() {
    let sandbox = start();
    let token = sandbox.keys().reader_token.expose().to_owned();
    let query = "query=%7Bapp%3D%22a%22%7D&limit=5";
    let (status, mut socket) = listen(&sandbox, query, &token, true).await;
    assert_eq!(status, 101);
    let first = message(&mut socket).await;
    assert_eq!(first["streams"][0]["stream"]["app"], "a");
    assert_eq!(first.get("dropped_entries"), None);
    let mut seen = entries(&first);
    assert_eq!(seen.len(), 5, "{first}");
    for _ in 0..3 {
        let next = entries(&message(&mut socket).await);
        assert!(!next.is_empty());
        seen.extend(next);
    }
    let rising = seen.windows(2).all(|pair| pair[0].0 < pair[1].0);
    assert!(
        rising,
        "nothing is repeated and nothing comes late: {seen:?}"
    );
    let nine = 1_795_251_600_000_000_000;
    assert!(
        seen.last().unwrap().0 > nine,
        "an entry that was still to come"
    );
}

#[tokio::test]
async fn a_tail_that_cannot_be_is_refused_before_the_socket_opens() {
    let sandbox = start();
    let token = sandbox.keys().reader_token.expose().to_owned();
    let query = "query=%7Bapp%3D%22a%22%7D";
    let refused = async |query: &str, token: &str, upgrade: bool| {
        listen(&sandbox, query, token, upgrade).await.0
    };
    assert_eq!(refused(query, "wrong", true).await, 401);
    assert_eq!(refused(query, &token, false).await, 400);
    for bad in ["&delay_for=6", "&delay_for=x", "&limit=0", "&start=noon"] {
        assert_eq!(
            refused(&format!("{query}{bad}"), &token, true).await,
            400,
            "{bad}"
        );
    }
    assert_eq!(refused("query=%7Bapp%3D", &token, true).await, 400);
    assert_eq!(
        refused("query=rate(%7Bapp%3D%22a%22%7D%5B1m%5D)", &token, true).await,
        400
    );
}

#[test]
fn what_is_too_much_for_one_message_is_named_as_dropped() {
    let stream = |app: &str, times: &[i64]| FoundStream {
        labels: [("app", app)].into_iter().collect::<Labels>(),
        entries: times.iter().map(|at| (*at, Cow::Borrowed("x"))).collect(),
    };
    let mut streams = vec![stream("a", &[1, 4]), stream("b", &[3])];
    let body: Value = serde_json::from_str(&tail_body(&mut streams, 1)).unwrap();
    assert_eq!(
        body,
        json!({
            "streams": [{"stream": {"app": "a"}, "values": [["1", "x"]]}],
            "dropped_entries": [{"labels": {"app": "a"}, "timestamp": "4"}, {"labels": {"app": "b"}, "timestamp": "3"}],
        })
    );
    assert_eq!(tail_body(&mut Vec::new(), 1), "");
}
