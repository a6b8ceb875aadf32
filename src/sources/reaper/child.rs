//! What the reaper itself does: leave the terminal, wait, and delete the token if the run cannot.

use std::path::Path;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::Instant;

use super::super::error::SourceError;
use super::super::http::{Limits, backoff};
use super::super::scaleway::Api;
use super::inbox::Inbox;
use super::order::{News, Order};
use crate::model::Secret;

/// How long a token whose id was never learnt is looked for: its creation may still be under way on the server.
const LOOK_FOR: Duration = Duration::from_secs(30);

/// How long an API that does not answer is asked again. After it the ledger has the token.
const PATIENCE: Duration = Duration::from_secs(120);

/// Bytes of an answer: a page of a hundred tokens is about 40 kB.
const ANSWER_BYTES: usize = 4 * 1024 * 1024;

/// Runs a reaper to its end. It prints nothing and never fails: whoever could be told is gone.
pub(crate) fn run_reaper() {
    // Whoever leads a session already, as one started by hand may, needs no other.
    let _ = rustix::process::setsid();
    // Any folder could be one that somebody wants to unmount.
    let _ = std::env::set_current_dir("/");
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    else {
        return;
    };
    survive_signals(&runtime);
    // Where that fails the run is gone already, but its order may be in the pipe.
    let _ = rustix::io::write(rustix::stdio::stdout(), b"+");
    let mut inbox = Inbox::new(rustix::stdio::stdin());
    let order = inbox
        .read_line()
        .and_then(|line| serde_json::from_str::<Order>(&line).ok());
    let (Some(order), Some(mut key)) = (order, inbox.read_line()) else {
        return;
    };
    let key = Secret::new(std::mem::take(&mut *key));
    inbox.close_after(order.life);
    let mut news = News::default();
    while !news.done {
        match inbox.read_line() {
            Some(line) => news.hear(&line),
            None => break,
        }
    }
    if !news.done {
        drop(inbox);
        runtime.block_on(finish(order, key, news));
    }
}

/// From here on these signals do not end the process. A handler stays when its stream is dropped.
fn survive_signals(runtime: &Runtime) {
    let _inside = runtime.enter();
    let kinds = [
        SignalKind::interrupt(),
        SignalKind::terminate(),
        SignalKind::hangup(),
        SignalKind::quit(),
        SignalKind::pipe(),
    ];
    for kind in kinds {
        // A system without one of them cannot be hurt by it.
        let _ = signal(kind);
    }
}

/// Deletes the token, trying until it is certain that there is none, or until that is hopeless.
async fn finish(order: Order, key: Secret, news: News) {
    let limits = Limits {
        timeout: order.request_timeout,
        answer_bytes: ANSWER_BYTES,
        parallel: 1,
        seed: order.seed,
    };
    let Ok(api) = Api::new(order.account(key), limits) else {
        return;
    };
    let mut rng = fastrand::Rng::with_seed(order.seed);
    let started = Instant::now();
    let mut attempt = 1;
    loop {
        let gone = match remove(&api, &order.name, &news).await {
            Ok(Found::Certain) => true,
            Ok(Found::Nothing) => started.elapsed() >= LOOK_FOR,
            Err(error) if !error.may_pass() || started.elapsed() >= PATIENCE => return,
            Err(_) => false,
        };
        if gone {
            order.entry.as_deref().inspect(|entry| forget(entry));
            return;
        }
        tokio::time::sleep(backoff(attempt, &mut rng)).await;
        attempt += 1;
    }
}

/// What one try has shown.
enum Found {
    /// The token is gone, and there can be no other.
    Certain,
    /// There is none now; one may yet come.
    Nothing,
}

/// One try to delete whatever the run may have left.
async fn remove(api: &Api, name: &str, news: &News) -> Result<Found, SourceError> {
    if let Some(id) = &news.id {
        api.run_remove_token(id).await?;
        if !news.unsure {
            return Ok(Found::Certain);
        }
    }
    let mut seen = false;
    for token in api.fetch_tokens().await? {
        if token.name == name {
            api.run_remove_token(&token.id).await?;
            seen = true;
        }
    }
    Ok(if seen && !news.unsure {
        Found::Certain
    } else {
        Found::Nothing
    })
}

/// Removes the ledger's entry. Where that fails, the next run finds no token for it and removes it.
fn forget(entry: &Path) {
    let _ = std::fs::remove_file(entry);
}
