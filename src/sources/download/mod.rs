//! All entries of a log query over a window: none lost, none twice, in order, while they arrive.
//!
//! In: a query, a window and an order. Out: [`Page`]s, each complete for the stretch of time that it covers, handed over one
//! after the other; at the end, what could not be had ([`Gap`]) and which instants hold more than the server can give. Memory
//! does not grow with the answer: a page is handed over and forgotten.
//!
//! ```text
//!   window ──► slices ─────► requests ─────────► pages ────────────► head ──► the caller
//!              about a page  up to `parallel`    each whole for its  strictly in order,
//!              each, cut as  under way; fewer    stretch; what waits as soon as it is there
//!              needed        after a 429         is bounded in bytes
//!                ▲                │    │
//!                └── rest, cut ◄──┘    └─► failed: smaller, shorter, halved, later, or a gap
//!                    anew when full
//! ```
//!
//! | file | answers |
//! |---|---|
//! | `engine` | what happens next? the only one that waits |
//! | `queue` | which pieces are to be done, under way, ready? |
//! | `slices` | how long is the next piece, how many entries does it ask for? |
//! | `load` | how many at once, and is the source alive? |
//! | `ask`, `decode` | one request; from its body to the part of it that is certainly whole |
//! | `crowd` | what if one nanosecond is more than a page? |
//! | `fault` | what does an error mean for its piece? |
//! | `page`, `span` | entries of a stretch; a stretch, seen from the near end |
//!
//! **No entry twice, by construction.** An answer that is as long as its limit may end in the middle of a nanosecond. Its last
//! nanosecond is then left out of the page, and the next request starts with it. So nothing is ever compared with what was
//! seen before, and two equal lines stay two.
//!
//! **No stretch lost in silence.** Every nanosecond of the window is in one piece of the queue until it has been handed over, has
//! been seen to be empty, or is in a gap.

mod ask;
mod crowd;
mod decode;
mod engine;
mod fault;
mod load;
mod page;
mod queue;
mod slices;
mod span;
#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use self::engine::Engine;
use super::error::SourceError;
use super::loki::Loki;
use crate::model::{Instant, Window};

pub(crate) use page::{Page, PageEntry};

/// In which order entries come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// By time.
    OldestFirst,
    /// Against time.
    NewestFirst,
}

/// What to download.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wish {
    /// A log query.
    pub(crate) query: String,
    /// Of this window.
    pub(crate) window: Window,
    /// In this order.
    pub(crate) order: Order,
    /// About how many entries the caller will take before it breaks off; `None` where it takes all. Asking for more at a time
    /// than is wanted is waste.
    pub(crate) enough: Option<u64>,
    /// Entries of one request; less where the server says so.
    pub(crate) page_entries: u32,
    /// Most requests at once.
    pub(crate) parallel: usize,
}

/// A stretch of time whose entries could not be had.
#[derive(Debug, Clone)]
pub(crate) struct Gap {
    /// Which.
    pub(crate) window: Window,
    /// Why.
    pub(crate) error: SourceError,
}

/// How a download ended.
#[derive(Debug, Default)]
pub(crate) struct Downloaded {
    /// Entries handed over.
    pub(crate) entries: u64,
    /// Bytes of their lines.
    pub(crate) bytes: u64,
    /// What is missing, in the order of the download.
    pub(crate) gaps: Vec<Gap>,
    /// Nanoseconds with more entries than the server can give; some of them are missing.
    pub(crate) crowded: Vec<Instant>,
    /// Pieces of the window that were asked for, those included that were asked again.
    pub(crate) requests: u64,
    /// Whether the caller broke off before the end of the window.
    pub(crate) broken_off: bool,
}

/// Downloads, and hands each page over as soon as it and all before it are there. The caller breaks off when it has enough.
pub(crate) async fn download(
    loki: &Loki<'_>,
    wish: &Wish,
    take: impl AsyncFnMut(Page) -> ControlFlow<()>,
) -> Downloaded {
    Engine::new(loki, wish).run(take).await
}
