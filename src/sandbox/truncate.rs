//! How is an answer cut short?
//!
//! In: a complete answer and a number of bytes. Out: the same answer, announced at its full length, whose body stops after that
//! many bytes and takes the connection with it. The client has received the bytes and knows that more were to come.

use std::time::Duration;

use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use futures_util::stream;

use super::wire::Cord;

/// The largest answer that is cut: beyond any that a data source gives.
const MOST_BYTES: usize = 1 << 30;

/// How often to look whether the bytes have left.
const LOOK: Duration = Duration::from_millis(2);

/// How long to look: a client that does not read for that long has gone.
const PATIENCE: u32 = 2_500;

/// Where a body that is cut has got to.
enum Step {
    /// These bytes are to be sent.
    Send(Bytes),
    /// They were given to HTTP; the connection must reach this count before it is closed.
    Wait(u64),
    /// Nothing is left.
    End,
}

/// Cuts the body of an answer; `None` where it cannot be read at all.
pub(super) async fn cut_body(response: Response, bytes: usize, cord: Cord) -> Option<Response> {
    let (mut parts, body) = response.into_parts();
    let body = to_bytes(body, MOST_BYTES).await.ok()?;
    if bytes >= body.len() {
        return Some(Response::from_parts(parts, Body::from(body)));
    }
    parts.headers.remove(header::TRANSFER_ENCODING);
    parts
        .headers
        .insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let kept = body.slice(..bytes);
    let pieces = stream::unfold(Step::Send(kept), move |step| {
        let cord = cord.clone();
        async move {
            match step {
                Step::Send(kept) => {
                    let target = cord.written() + kept.len() as u64;
                    Some((Ok::<Bytes, std::io::Error>(kept), Step::Wait(target)))
                }
                Step::Wait(target) => {
                    wait_until_written(&cord, target).await;
                    Some((Err(std::io::ErrorKind::ConnectionReset.into()), Step::End))
                }
                Step::End => None,
            }
        }
    });
    Some(Response::from_parts(parts, Body::from_stream(pieces)))
}

/// Waits until the connection has handed over that many bytes, and a moment longer for the rest of the same write.
async fn wait_until_written(cord: &Cord, target: u64) {
    for _ in 0..PATIENCE {
        if cord.written() >= target {
            break;
        }
        tokio::time::sleep(LOOK).await;
    }
    tokio::time::sleep(LOOK).await;
}
