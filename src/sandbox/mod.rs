//! A small Cockpit on loopback: what would Scaleway's servers answer in this situation?
//!
//! In: a [`Scenario`], an address, an instant to begin at. Out: a running [`Sandbox`] that speaks the Scaleway API, Loki and
//! Prometheus over HTTP, with the keys and the infra map that lead into it. It must share no code with the clients, so that a
//! mistake cannot be made twice in the same way: JSON is written by hand here, and only the crate's nouns are imported.
//!
//! ```text
//! scenario ─► world ─► server ◄─ HTTP
//! or bundle    │         ├─ scaleway     resources, tokens, errors, paging
//!              │         ├─ loki         over the world's streams
//!              │         ├─ prometheus   over its series
//!              │         ├─ machines     what commands on them answer
//!              │         └─ faults       late, lost, cut, refused
//!              └─ identity, logs, metrics: the same for the same seed and now
//! ```

mod bundle;
mod dice;
mod faults;
pub mod fuzzing;
mod identity;
mod log_level;
mod log_store;
mod logql;
mod logs;
mod loki;
mod machines;
mod map;
mod metric_store;
mod metrics;
mod prometheus;
mod promql;
mod rate_limit;
mod record;
mod recorded;
mod scaleway;
mod scenario;
mod server;
mod shown_token;
mod template;
mod truncate;
mod wire;
mod world;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use tokio::sync::oneshot;

use self::faults::Faults;
use self::machines::Machines;
use self::rate_limit::RateLimit;
use self::scaleway::Clock;
use self::wire::{Cord, Wire};
use self::world::World;
use crate::model::messages::sandbox as text;
use crate::model::{Instant, Lang, Window};

pub(crate) use self::identity::SandboxKeys;
pub(crate) use self::promql::{Gives, check_syntax};
pub(crate) use self::scenario::{DEFAULT_SCENARIO, Scenario};

/// Threads that serve requests: two, so that a slow query does not hold up the next request.
const WORKERS: usize = 2;

/// How long requests in flight may hold up the end of a sandbox.
const GRACE: Duration = Duration::from_millis(50);

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(crate) enum SandboxError {
    /// The address can be reached from outside.
    NotLoopback {
        /// The address.
        address: SocketAddr,
    },
    /// The port could not be taken.
    Listen {
        /// The address.
        address: SocketAddr,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The server's thread or event loop could not be made.
    Run {
        /// The system's reason.
        source: std::io::Error,
    },
}

impl SandboxError {
    /// The message.
    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Self::NotLoopback { address } => text::not_loopback(lang, &address.to_string()),
            Self::Listen { address, source } => {
                text::cannot_listen(lang, &address.to_string(), &source.to_string())
            }
            Self::Run { source } => text::cannot_run(lang, &source.to_string()),
        }
    }

    /// What to do about it, where there is something to say.
    pub(crate) fn hint(&self, lang: Lang) -> Option<String> {
        match self {
            Self::NotLoopback { .. } => Some(text::loopback_hint(lang)),
            Self::Listen { .. } => Some(text::listen_hint(lang)),
            Self::Run { .. } => None,
        }
    }
}

/// A running sandbox. Dropping it stops it.
#[derive(Debug)]
pub(crate) struct Sandbox {
    /// Where it answers.
    url: String,
    /// Its infra map.
    map_toml: String,
    /// Its keys.
    keys: SandboxKeys,
    /// What a person would type in this situation.
    issue: String,
    /// When it began, by its own clock.
    began: Instant,
    /// The window that was recorded; `None` where the world is made up.
    window: Option<Window>,
    /// Tells the server to stop.
    stop: Option<oneshot::Sender<()>>,
    /// The server.
    thread: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// Starts a sandbox on a loopback address; port 0 lets the system choose. It runs on threads of its own, so it answers even
    /// while the caller's runtime is blocked. Inside, it is `now` at the start (for a recorded world, the end of what was
    /// recorded), and time passes as it does outside.
    ///
    /// # Errors
    /// Where the address is not loopback, the port is taken, or the system gives no thread.
    pub(crate) fn start(
        mut scenario: Scenario,
        listen: SocketAddr,
        now: Instant,
    ) -> Result<Self, SandboxError> {
        if !listen.ip().is_loopback() {
            return Err(SandboxError::NotLoopback { address: listen });
        }
        let listener = bound(listen).map_err(|source| SandboxError::Listen {
            address: listen,
            source,
        })?;
        let address = listener
            .local_addr()
            .map_err(|source| SandboxError::Listen {
                address: listen,
                source,
            })?;
        let url = format!("http://{address}");
        let recorded = std::mem::take(&mut scenario.recorded);
        let now = recorded.now.unwrap_or(now);
        let mut world = World::of(&scenario, now, &url, clock(now));
        world.streams.extend(recorded.streams);
        world.series.extend(recorded.series);
        let identity = &world.api.identity;
        let map_toml = map::render_map(&scenario, identity, &url);
        let keys = identity.keys.clone();
        let tables = scenario.faults.iter().map(|fault| fault.get_ref().clone());
        let limit = scenario.rate_limit.as_ref().map(RateLimit::new);
        let machines = Machines::of(&scenario);
        let router = server::router(
            world,
            machines,
            Faults::new(tables),
            limit,
            recorded.answers,
        );
        let (stop, stopped) = oneshot::channel();
        let thread = serve_on_thread(listener, router, stopped)
            .map_err(|source| SandboxError::Run { source })?;
        Ok(Self {
            url,
            map_toml,
            keys,
            issue: scenario.issue,
            began: now,
            window: recorded.window,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// Where everything is served, without a slash at the end.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The text of an `infra-map.toml` that leads here.
    pub(crate) fn map_toml(&self) -> String {
        self.map_toml.clone()
    }

    /// What a person would type in this situation; empty where the scenario does not say.
    pub(crate) fn issue(&self) -> &str {
        &self.issue
    }

    /// When it began, by its own clock.
    pub(crate) fn began(&self) -> Instant {
        self.began
    }

    /// The window to ask about, where the world was recorded.
    pub(crate) fn window(&self) -> Option<Window> {
        self.window
    }

    /// Credentials.
    pub(crate) fn keys(&self) -> SandboxKeys {
        self.keys.clone()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // a panic of the server's thread has been seen by its clients
            let _ = thread.join();
        }
    }
}

/// The time inside a sandbox that began at `now`.
fn clock(now: Instant) -> Clock {
    let started = std::time::Instant::now();
    Arc::new(move || {
        let passed = chrono::TimeDelta::from_std(started.elapsed());
        now + passed.unwrap_or_default()
    })
}

/// A listener that an event loop can take over.
fn bound(listen: SocketAddr) -> std::io::Result<TcpListener> {
    let listener = TcpListener::bind(listen)?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves on a thread and an event loop of their own until `stopped` resolves or its sender is gone.
fn serve_on_thread(
    listener: TcpListener,
    router: Router,
    stopped: oneshot::Receiver<()>,
) -> std::io::Result<JoinHandle<()>> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .thread_name("sandbox")
        .enable_all()
        .build()?;
    let wire = {
        let _inside = runtime.enter();
        Wire(tokio::net::TcpListener::from_std(listener)?)
    };
    std::thread::Builder::new()
        .name("sandbox".to_owned())
        .spawn(move || {
            runtime.block_on(async move {
                let service = router.into_make_service_with_connect_info::<Cord>();
                tokio::select! {
                    _ = axum::serve(wire, service) => {}
                    _ = stopped => {}
                }
            });
            runtime.shutdown_timeout(GRACE);
        })
}

#[cfg(test)]
mod tests;
