//! `tail`: which entries come in while a client listens?
//!
//! In: a query, and a websocket once the query holds. Out: first the newest of the stored entries since `start`, at most `limit`,
//! oldest first; then whatever the clock reaches, every quarter of a second. A world's entries are there from the beginning, so live
//! ones are those that are dated ahead. A message is as Loki writes it: `streams`, and `dropped_entries` where more came at once than
//! one message holds.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{Message, WebSocket};
use axum::extract::{RawQuery, State, WebSocketUpgrade};
use axum::http::StatusCode;
use axum::response::Response;

use super::answer::tail_body;
use super::parameters::{Parameters, check_length};
use super::{Loki, MAX_LIMIT, plain};
use crate::model::UnixNanos;
use crate::sandbox::logql::quantity::SECOND;
use crate::sandbox::logql::{
    Expr, LogExpr, LogWindow, Order, QueryError, parse_query, run_log_query,
};

/// How often the clock is looked at: seldom enough to cost nothing, often enough to feel live.
const TICK: Duration = Duration::from_millis(250);

/// The longest `delay_for`, in seconds: Loki's own bound.
const MAX_DELAY: i64 = 5;

/// Entries of one message; what is beyond is reported as dropped. Loki's client buffer has this order of size.
const MOST_AT_ONCE: usize = 10_000;

/// Dropped entries that one message names.
const MOST_DROPPED: usize = 100;

/// What a client listens to.
struct Tail {
    /// Whose entries.
    loki: Loki,
    /// Which entries.
    query: Arc<LogExpr>,
    /// First nanosecond of the next message.
    next: i64,
    /// How far behind the clock it stays, in nanoseconds.
    delay: i64,
    /// Stored entries at the beginning.
    limit: usize,
}

/// `tail`
pub(super) async fn tail(
    State(loki): State<Loki>,
    RawQuery(url): RawQuery,
    socket: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let given = loki.parameters(url, "");
    let tail = match Tail::new(loki, &given) {
        Ok(tail) => tail,
        Err(QueryError { status, text }) => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
            return plain(status, text);
        }
    };
    match socket {
        Ok(socket) => socket.on_upgrade(move |socket| tail.serve(socket)),
        Err(_) => plain(StatusCode::BAD_REQUEST, "Bad Request\n".to_owned()),
    }
}

impl Tail {
    /// Reads a request.
    ///
    /// # Errors
    /// The first parameter that Loki would refuse.
    fn new(loki: Loki, given: &Parameters) -> Result<Self, QueryError> {
        let Expr::Log(query) = parse_query(given.query())? else {
            return Err(QueryError::bad_request(
                "only log queries can be tailed, and this is a metric query",
            ));
        };
        let limit = given.limit()?;
        let (next, end) = given.window()?;
        if end < next {
            return Err(QueryError::bad_request(
                "end timestamp must not be before or equal to start time",
            ));
        }
        check_length(next, given.now)?;
        let delay = given.delay()?;
        if delay > MAX_DELAY {
            return Err(QueryError::bad_request(format!(
                "delay_for can't be greater than {MAX_DELAY}"
            )));
        }
        Ok(Self {
            loki,
            query: Arc::new(query),
            next,
            delay: delay.max(0) * SECOND,
            limit: limit.min(MAX_LIMIT),
        })
    }

    /// Serves a client until it leaves.
    async fn serve(mut self, mut socket: WebSocket) {
        let mut clock = tokio::time::interval(TICK);
        let mut order = Order::Backward;
        loop {
            tokio::select! {
                _ = clock.tick() => {
                    let Some(message) = self.message(order).await else { return };
                    order = Order::Forward;
                    if !message.is_empty() && socket.send(Message::Text(message.into())).await.is_err() {
                        return;
                    }
                }
                heard = socket.recv() => match heard {
                    Some(Ok(Message::Close(_)) | Err(_)) | None => return,
                    Some(Ok(_)) => {}
                },
            }
        }
    }

    /// The entries from the last message up to the clock; empty where there are none, `None` where the query fails. `Backward` asks
    /// for the newest stored ones.
    async fn message(&mut self, order: Order) -> Option<String> {
        let to = UnixNanos::from((self.loki.now)()).0 - self.delay;
        let from = self.next;
        if to <= from {
            return Some(String::new());
        }
        self.next = to;
        let (store, query) = (Arc::clone(&self.loki.store), Arc::clone(&self.query));
        let first = order == Order::Backward;
        let limit = if first {
            self.limit
        } else {
            MOST_AT_ONCE + MOST_DROPPED
        };
        let work = move || {
            let window = LogWindow {
                from,
                to,
                limit,
                order,
                interval: 0,
            };
            let mut streams = run_log_query(&store, &query, window).ok()?;
            if first {
                for stream in &mut streams {
                    stream.entries.reverse();
                }
            }
            Some(tail_body(&mut streams, MOST_AT_ONCE))
        };
        tokio::task::spawn_blocking(work).await.ok()?
    }
}

#[cfg(test)]
mod tests;
