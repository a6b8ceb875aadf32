//! From an HTTP request to a websocket's stream of bytes, through the same library, proxy, TLS and header rules as all else.
//!
//! A client of its own: an upgrade is a matter of HTTP/1.1, and the shared pool may speak HTTP/2.

use std::time::Duration;

use reqwest::header::{
    CONNECTION, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_VERSION, UPGRADE,
};
use reqwest::{StatusCode, Upgraded};
use tokio_tungstenite::tungstenite::handshake::client::generate_key;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::http::{Answer, Call, Http, NoAnswer};

/// What a server said to a request for a websocket.
pub(super) enum Upgrade {
    /// Here it is.
    Open(Upgraded),
    /// Something else.
    Refused(Answer),
    /// Yes, but it is none.
    Nonsense,
}

/// Asks for a websocket, once.
///
/// # Errors
/// [`NoAnswer`]; an answer of any status is `Ok`.
pub(super) async fn fetch_upgrade(
    http: &Http,
    call: &Call,
    timeout: Duration,
) -> Result<Upgrade, NoAnswer> {
    let work = async {
        let key = generate_key();
        let pool = http.upgradable()?;
        let request = pool
            .request(call)?
            .header(CONNECTION, "Upgrade")
            .header(UPGRADE, "websocket")
            .header(SEC_WEBSOCKET_VERSION, "13")
            .header(SEC_WEBSOCKET_KEY, &key);
        let response = Http::send(request).await?;
        if response.status() != StatusCode::SWITCHING_PROTOCOLS {
            return pool.read(response).await.map(Upgrade::Refused);
        }
        let accepted = response
            .headers()
            .get(SEC_WEBSOCKET_ACCEPT)
            .is_some_and(|accept| {
                accept.as_bytes() == derive_accept_key(key.as_bytes()).as_bytes()
            });
        match response.upgrade().await {
            Ok(stream) if accepted => Ok(Upgrade::Open(stream)),
            _ => Ok(Upgrade::Nonsense),
        }
    };
    tokio::time::timeout(timeout, work)
        .await
        .unwrap_or(Err(NoAnswer::TimedOut(timeout)))
}
