//! All entries of a log query over a window: none lost, none twice, in order, while they arrive.
//!
//! In: a query, a window and an order. Out: [`Page`]s, each complete for the stretch of time that it covers, handed over one
//! after the other; at the end, what could not be had ([`Gap`]) and which instants hold more than the server can give. Memory
//! does not grow with the answer: a page is handed over and forgotten.
//!
//! **No entry twice, by construction.** An answer that is as long as its limit may end in the middle of a nanosecond. Its last
//! nanosecond is then left out of the page, and the next request starts with it. So nothing is ever compared with what was
//! seen before, and two equal lines stay two.

mod page;

use std::ops::ControlFlow;

use chrono::TimeDelta;

use super::error::{Problem, SourceError};
use super::loki::{Direction, Loki};
use crate::model::{Instant, LogStream, Window};

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
    /// Whether the caller broke off before the end of the window.
    pub(crate) broken_off: bool,
}

/// Downloads, and hands each page over as soon as it and all before it are there. The caller breaks off when it has enough.
pub(crate) async fn download(
    loki: &Loki<'_>,
    wish: &Wish,
    mut take: impl AsyncFnMut(Page) -> ControlFlow<()>,
) -> Downloaded {
    let mut done = Downloaded::default();
    let mut limit = first_limit(wish);
    let mut rest = Some(wish.window);
    while let Some(window) = rest {
        let direction = match wish.order {
            Order::OldestFirst => Direction::Forward,
            Order::NewestFirst => Direction::Backward,
        };
        let found = match loki
            .fetch_entries(&wish.query, window, limit, direction)
            .await
        {
            Ok(found) => found,
            Err(error) => {
                if let Some(allowed) = smaller_page(&error, limit) {
                    limit = allowed;
                    continue;
                }
                done.gaps.push(Gap { window, error });
                break;
            }
        };
        let (page, left) = cut(window, found, limit, wish.order, &mut done);
        rest = left;
        limit = limit.max(wish.page_entries.min(limit.saturating_mul(4)));
        let Some(page) = page else { continue };
        done.entries += page.len() as u64;
        done.bytes += page.line_bytes() as u64;
        if take(page).await.is_break() {
            done.broken_off = rest.is_some();
            break;
        }
    }
    done
}

/// Entries of the first request: one more than is wanted tells whether there are more.
fn first_limit(wish: &Wish) -> u32 {
    let enough = wish.enough.map_or(u32::MAX, |enough| {
        u32::try_from(enough.saturating_add(1)).unwrap_or(u32::MAX)
    });
    wish.page_entries.min(enough).max(1)
}

/// Splits what a server gave for a window into the page that is certainly whole and what is left of the window.
fn cut(
    window: Window,
    mut found: Vec<LogStream>,
    limit: u32,
    order: Order,
    done: &mut Downloaded,
) -> (Option<Page>, Option<Window>) {
    let returned: usize = found.iter().map(|stream| stream.entries.len()).sum();
    let times = || {
        found
            .iter()
            .flat_map(|stream| &stream.entries)
            .map(|entry| entry.at.instant())
    };
    let (Some(oldest), Some(newest)) = (times().min(), times().max()) else {
        return (None, None);
    };
    if returned < limit as usize {
        return (Some(Page::new(window, found, order)), None);
    }
    let nanosecond = TimeDelta::nanoseconds(1);
    if oldest == newest {
        // The whole answer is of one nanosecond: it is handed over as it is, and said.
        done.crowded.push(oldest);
        let (covers, left) = match order {
            Order::OldestFirst => (
                Window::new(window.from, newest + nanosecond),
                Window::new(newest + nanosecond, window.to),
            ),
            Order::NewestFirst => (
                Window::new(oldest, window.to),
                Window::new(window.from, oldest),
            ),
        };
        return (covers.map(|covers| Page::new(covers, found, order)), left);
    }
    let (covers, left, edge) = match order {
        Order::OldestFirst => (
            Window::new(window.from, newest),
            Window::new(newest, window.to),
            newest,
        ),
        Order::NewestFirst => (
            Window::new(oldest + nanosecond, window.to),
            Window::new(window.from, oldest + nanosecond),
            oldest,
        ),
    };
    for stream in &mut found {
        stream.entries.retain(|entry| entry.at.instant() != edge);
    }
    (covers.map(|covers| Page::new(covers, found, order)), left)
}

/// The page size that the server allows, read from its refusal; `None` for any other error, or where it is no smaller.
fn smaller_page(error: &SourceError, asked: u32) -> Option<u32> {
    let Problem::Status {
        status: 400,
        message,
        ..
    } = &error.problem
    else {
        return None;
    };
    if !message.contains("max entries limit") {
        return None;
    }
    let numbers = message
        .rsplit(|c: char| !c.is_ascii_digit())
        .find(|part| !part.is_empty())?;
    numbers
        .parse()
        .ok()
        .filter(|allowed| (1..asked).contains(allowed))
}
