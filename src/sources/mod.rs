//! Requests into answers: the only room with a network, and the only one that waits.
//!
//! ```text
//!            ┌► probes (no credential at all) ───────────────────┐
//!            ├► machines (the system's ssh) ─────────────────────┤
//!            ├► Scaleway API (the user's key) ───────────────────┤
//! gather() ──┤                                                   ├─► records, one for each fact and each outcome
//!            └► data sources ∥ token ──► Loki, Prometheus (token)┘
//! ```
//!
//! Everything goes out as soon as it can: state, events, machines and probes need no token and start at once; the data-source look-up runs beside the
//! creation of the token; all queries leave together, under a cap for each host. A request that fails becomes a record
//! that says so; nothing here ends a run.

mod address;
pub(crate) mod cockpit;
mod counts;
mod data_source;
pub(crate) mod download;
mod error;
mod errors;
mod events;
pub(crate) mod follow;
mod gather;
mod http;
mod lease;
mod ledger;
pub(crate) mod loki;
mod machines;
mod metrics;
mod probe;
mod prometheus;
mod query;
mod reaper;
mod recovery;
mod scaleway;
mod ssh;
mod streams;
pub(crate) mod tempo;
mod upgrade;
#[cfg(test)]
mod wire_tests;

pub(crate) use cockpit::{Closed, ForeignLoki, KnownEndpoints, Source, Wanted};
pub(crate) use data_source::Access;
pub(crate) use error::{Problem, SourceError};
pub(crate) use gather::{Job, gather};
pub(crate) use http::{Http, Limits};
pub(crate) use lease::{Lease, LeaseRequest, LedgerWatch, LeftTokens, Unwatched, Watch};
pub(crate) use ledger::Ledger;
pub(crate) use machines::Machines;
pub(crate) use probe::ProbeReach;
pub(crate) use query::{Moment, Told};
pub(crate) use reaper::{REAPER_WORD, ReaperLaunch, run_reaper};
pub(crate) use recovery::{Finding, Recovery};
pub(crate) use scaleway::{Account, Api, Removal, Token, log_name};
