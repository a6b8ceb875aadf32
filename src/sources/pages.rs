//! Log entries beyond one page: newest first, page by page, none lost and none twice.
//!
//! A page may end in the middle of entries of one nanosecond. The next one therefore begins with that nanosecond again, and
//! what was already seen of it is left out. Entries are the same only if label set, time and line are the same.

use std::collections::HashSet;
use std::sync::Arc;

use chrono::TimeDelta;

use super::error::{Problem, SourceError};
use super::loki::{Loki, oldest};
use crate::model::{Entry, Instant, Labels, LogStream, Window};

/// What paging brought.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    /// Accepted entries, oldest first; entries of one nanosecond in the order in which the server gave them.
    pub(crate) entries: Vec<(Arc<Labels>, Entry)>,
    /// Whether the window holds more that was not asked for.
    pub(crate) more: bool,
    /// Where it broke off: what is missing, and why.
    pub(crate) failed: Option<(Window, SourceError)>,
    /// A nanosecond with more entries than one page holds; some of them could not be fetched.
    pub(crate) crowded: Option<Instant>,
}

/// Fetches the newest entries of a window that `accept` accepts: `wanted` of them, or all for `None`.
pub(crate) async fn fetch_newest(
    loki: &Loki<'_>,
    query: &str,
    window: Window,
    page_entries: u32,
    wanted: Option<usize>,
    mut accept: impl FnMut(&Arc<Labels>, &Entry) -> bool,
) -> Fetched {
    let mut fetched = Fetched::default();
    let mut page_entries = page_entries;
    let mut rest = Some(window);
    let mut seen: HashSet<(Arc<Labels>, String)> = HashSet::new();
    while let Some(window) = rest {
        let streams = match loki.fetch_entries(query, window, page_entries).await {
            Ok(streams) => streams,
            Err(error) => {
                if let Some(allowed) = smaller_page(&error, page_entries) {
                    page_entries = allowed;
                    continue;
                }
                fetched.failed = Some((window, error));
                break;
            }
        };
        let returned: usize = streams.iter().map(|stream| stream.entries.len()).sum();
        let edge = oldest(&streams);
        let mut page = newest_first(streams, &seen, window.to);
        page.retain(|(labels, entry)| accept(labels, entry));
        let room = wanted.map_or(usize::MAX, |wanted| wanted - fetched.entries.len());
        let full = page.len() >= room;
        fetched.more = page.len() > room || returned >= page_entries as usize;
        page.truncate(room);
        let last_page = returned < page_entries as usize;
        remember_edge(&mut seen, &page, edge);
        fetched.entries.append(&mut page);
        if last_page || full {
            break;
        }
        rest = next_window(window, edge, &mut fetched);
    }
    fetched.entries.reverse();
    fetched.entries.sort_by_key(|(_, entry)| entry.at);
    fetched
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

/// Entries of a page, newest first across streams, without those of its newest nanosecond that were seen before.
fn newest_first(
    streams: Vec<LogStream>,
    seen: &HashSet<(Arc<Labels>, String)>,
    end: Instant,
) -> Vec<(Arc<Labels>, Entry)> {
    let edge = end - TimeDelta::nanoseconds(1);
    let mut entries: Vec<(Arc<Labels>, Entry)> = streams
        .into_iter()
        .flat_map(|stream| {
            let labels = Arc::new(stream.labels);
            stream
                .entries
                .into_iter()
                .map(move |entry| (labels.clone(), entry))
        })
        .filter(|(labels, entry)| {
            entry.at.instant() != edge || !seen.contains(&(labels.clone(), entry.line.clone()))
        })
        .collect();
    entries.sort_by_key(|(_, entry)| std::cmp::Reverse(entry.at));
    entries
}

/// Remembers what was accepted of the oldest nanosecond of a page.
fn remember_edge(
    seen: &mut HashSet<(Arc<Labels>, String)>,
    page: &[(Arc<Labels>, Entry)],
    edge: Option<Instant>,
) {
    let at_edge = page
        .iter()
        .filter(|(_, entry)| Some(entry.at.instant()) == edge);
    let at_edge: HashSet<(Arc<Labels>, String)> = at_edge
        .map(|(labels, entry)| (labels.clone(), entry.line.clone()))
        .collect();
    *seen = at_edge;
}

/// What is left of a window after a full page whose oldest entry is at `edge`; `None` where nothing is.
fn next_window(window: Window, edge: Option<Instant>, fetched: &mut Fetched) -> Option<Window> {
    let edge = edge?;
    let again = edge + TimeDelta::nanoseconds(1);
    if again < window.to {
        return Window::new(window.from, again);
    }
    // The whole page is of one nanosecond: the API has no way to ask for the rest of it.
    fetched.crowded = Some(edge);
    Window::new(window.from, edge)
}
