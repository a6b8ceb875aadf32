//! Loki's `tail`: a websocket that tells entries as they come in.
//!
//! The upgrade goes through the same HTTP library as every other request, with the same TLS, proxy and header rules; only the
//! frames are the websocket library's. What a socket tells is prompt but not complete: the server drops entries for a slow
//! listener, and a connection may die without a word. The follower asks for the rest.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::Upgraded;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};

use super::super::error::SourceError;
use super::super::loki::Loki;
use super::Followed;
use crate::model::{Labels, UnixNanos};

/// Bytes of one message: many times Loki's largest, and a bound on what a server can make this process hold.
const MESSAGE_BYTES: usize = 64 * 1024 * 1024;

/// An open `tail`.
pub(super) struct Socket(WebSocketStream<Upgraded>);

/// What a socket tells.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Entries, and whether the server says that it dropped some.
    Entries(Vec<Followed>, bool),
    /// Something that is no message of Loki's.
    Nonsense,
    /// It is closed.
    End,
}

impl Socket {
    /// Opens a `tail` of what comes in from now on.
    ///
    /// # Errors
    /// As any request; a server that does not offer `tail` refuses with a status.
    pub(super) async fn open(
        loki: &Loki<'_>,
        query: &str,
        start: UnixNanos,
        timeout: Duration,
    ) -> Result<Self, SourceError> {
        let stream = loki.fetch_tail(query, start, timeout).await?;
        let config = WebSocketConfig::default()
            .max_message_size(Some(MESSAGE_BYTES))
            .max_frame_size(Some(MESSAGE_BYTES));
        Ok(Self(
            WebSocketStream::from_raw_socket(stream, Role::Client, Some(config)).await,
        ))
    }

    /// Waits for what it tells next.
    pub(super) async fn next(&mut self) -> Told {
        loop {
            match self.0.next().await {
                Some(Ok(Message::Text(text))) => return parse_message(text.as_str()),
                Some(Ok(Message::Binary(bytes))) => {
                    return std::str::from_utf8(&bytes).map_or(Told::Nonsense, parse_message);
                }
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Told::End,
                // Pings are answered by the library.
                Some(Ok(_)) => {}
            }
        }
    }
}

/// Reads a message.
fn parse_message(text: &str) -> Told {
    #[derive(Deserialize)]
    struct Body {
        streams: Option<Vec<Stream>>,
        dropped_entries: Option<Vec<Value>>,
    }
    #[derive(Deserialize)]
    struct Stream {
        #[serde(default)]
        stream: BTreeMap<String, String>,
        #[serde(default)]
        values: Vec<Vec<Value>>,
    }
    let Ok(body) = serde_json::from_str::<Body>(text) else {
        return Told::Nonsense;
    };
    let mut entries = Vec::new();
    for Stream { stream, values } in body.streams.unwrap_or_default() {
        let labels = std::sync::Arc::new(Labels::from(stream));
        for value in values {
            // A third element is structured metadata.
            let [Value::String(at), Value::String(line), ..] = &value[..] else {
                return Told::Nonsense;
            };
            let Ok(at) = at.parse() else {
                return Told::Nonsense;
            };
            entries.push(Followed {
                at: UnixNanos(at),
                labels: labels.clone(),
                line: line.clone(),
            });
        }
    }
    let dropped = body
        .dropped_entries
        .is_some_and(|dropped| !dropped.is_empty());
    Told::Entries(entries, dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_entries_and_may_have_dropped_some() {
        let text = r#"{"streams":[{"stream":{"a":"b"},"values":[["12","x"],["13","y",{"m":"1"}]]}],
            "dropped_entries":[{"labels":{},"timestamp":"11"}]}"#;
        let Told::Entries(entries, dropped) = parse_message(text) else {
            panic!("it is a message");
        };
        let found: Vec<_> = entries
            .iter()
            .map(|entry| (entry.at.0, entry.line.as_str(), entry.labels.get("a")))
            .collect();
        assert_eq!(found, [(12, "x", Some("b")), (13, "y", Some("b"))]);
        assert!(dropped);
    }

    #[test]
    fn what_is_no_message_is_nonsense_and_never_a_panic() {
        for text in [
            "",
            "null",
            "[]",
            r#"{"streams":[{"values":[["x","y"]]}]}"#,
            r#"{"streams":[{"values":[[12,"y"]]}]}"#,
            r#"{"streams":[{"values":[[]]}]}"#,
        ] {
            assert_eq!(parse_message(text), Told::Nonsense, "{text}");
        }
        assert_eq!(parse_message("{}"), Told::Entries(Vec::new(), false));
    }
}
