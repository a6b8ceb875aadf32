//! Which of the lines that arrive are shown: those that a filter accepts, those around them, and no more than are wanted?
//!
//! In: entries in the order of a download. Out: picks, in that order. With context the lines of a service are its own sequence: a
//! group is a stretch of it, and comes in one piece, so that with several services groups are in the order of their matches.
//! Memory is the context of each service. Nothing is asked again for context: it is cut from the unfiltered lines as they pass.

use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::sync::Arc;

use super::filter::Filter;
use crate::model::{Labels, UnixNanos};
use crate::sources::download::PageEntry;

/// A line that is shown.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pick<'a> {
    /// When.
    pub(super) at: UnixNanos,
    /// Its label set.
    pub(super) labels: &'a Arc<Labels>,
    /// The line as stored.
    pub(super) line: &'a str,
    /// Whether the filter accepts it; else it stands near one that it does.
    pub(super) matched: bool,
    /// Lines of one number stand together; always 0 without context.
    pub(super) group: u64,
}

/// A line that is kept until later.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    /// When.
    at: UnixNanos,
    /// Its label set.
    pub(super) labels: Arc<Labels>,
    /// The line as stored.
    line: String,
    /// As [`Pick::matched`].
    matched: bool,
    /// As [`Pick::group`].
    group: u64,
}

impl Kept {
    /// A copy of a pick.
    pub(super) fn of(pick: Pick<'_>) -> Self {
        Self {
            at: pick.at,
            labels: pick.labels.clone(),
            line: pick.line.to_owned(),
            matched: pick.matched,
            group: pick.group,
        }
    }

    /// The pick again.
    pub(super) fn pick(&self) -> Pick<'_> {
        Pick {
            at: self.at,
            labels: &self.labels,
            line: &self.line,
            matched: self.matched,
            group: self.group,
        }
    }

    /// Bytes that it takes, about.
    pub(super) fn bytes(&self) -> usize {
        self.line.len() + size_of::<Self>()
    }
}

/// How many lines around a match are shown, in the order of the download.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Context {
    /// Before it.
    pub(super) before: usize,
    /// After it.
    pub(super) after: usize,
}

impl Context {
    /// Whether there is any.
    pub(super) fn is_some(self) -> bool {
        self != Self::default()
    }

    /// The same against the order.
    pub(super) fn reversed(self) -> Self {
        Self {
            before: self.after,
            after: self.before,
        }
    }
}

/// Picks lines.
#[derive(Debug)]
pub(super) struct Picker {
    /// What matches.
    filter: Arc<Filter>,
    /// What is shown around it.
    context: Context,
    /// Most matches that are shown.
    wanted: Option<u64>,
    /// Matches so far.
    pub(super) matches: u64,
    /// Whether a match was seen beyond those that are wanted.
    pub(super) more: bool,
    /// Each service's lines that may yet be shown.
    nearby: BTreeMap<String, Nearby>,
    /// Lines that are yet to be shown after matches, over all services.
    owed: usize,
    /// The last group.
    group: u64,
    /// The label that tells services apart.
    label: String,
    /// The service of the last line that was shown.
    last: String,
}

/// What is remembered of a service.
#[derive(Debug, Default)]
struct Nearby {
    /// Its last lines that were not shown, oldest first.
    before: VecDeque<Kept>,
    /// Lines that are yet to be shown after its last match.
    owed: usize,
    /// Whether no line was left out since the last that was shown.
    joined: bool,
}

impl Picker {
    /// A picker of at most so many matches.
    pub(super) fn new(filter: Arc<Filter>, context: Context, wanted: Option<u64>) -> Self {
        Self {
            filter,
            context,
            wanted,
            matches: 0,
            more: false,
            nearby: BTreeMap::new(),
            owed: 0,
            group: 0,
            label: "resource_name".to_owned(),
            last: String::new(),
        }
    }

    /// The same where another label tells services apart.
    pub(super) fn by(self, label: &str) -> Self {
        Self {
            label: label.to_owned(),
            ..self
        }
    }

    /// Whether nothing that comes can be shown any more.
    pub(super) fn is_full(&self) -> bool {
        self.wanted.is_some_and(|wanted| self.matches >= wanted) && self.owed == 0
    }

    /// Looks at the next line and shows what it lets show. Breaks where nothing that comes can change anything.
    pub(super) fn look(
        &mut self,
        entry: PageEntry<'_>,
        mut show: impl FnMut(Pick<'_>),
    ) -> ControlFlow<()> {
        let accepted = self.filter.accepts(entry.labels, entry.at, entry.line);
        let beyond = accepted && self.wanted.is_some_and(|wanted| self.matches >= wanted);
        self.more |= beyond;
        if self.more && self.is_full() {
            return ControlFlow::Break(());
        }
        let matched = accepted && !beyond;
        self.matches += u64::from(matched);
        let pick = Pick {
            at: entry.at,
            labels: entry.labels,
            line: entry.line,
            matched,
            group: 0,
        };
        if self.context.is_some() {
            self.look_around(pick, &mut show);
        } else if matched {
            show(pick);
        }
        ControlFlow::Continue(())
    }

    /// The same with context.
    fn look_around(&mut self, pick: Pick<'_>, show: &mut impl FnMut(Pick<'_>)) {
        let service = match pick.labels.get(&self.label) {
            Some(name) => name.to_owned(),
            None => pick.labels.to_string(),
        };
        let nearby = self.nearby.entry(service.clone()).or_default();
        if !pick.matched && nearby.owed == 0 {
            nearby.before.push_back(Kept::of(pick));
            if nearby.before.len() > self.context.before {
                nearby.before.pop_front();
                nearby.joined = false;
            }
            return;
        }
        if pick.matched {
            self.owed += self.context.after - nearby.owed;
            nearby.owed = self.context.after;
        } else {
            self.owed -= 1;
            nearby.owed -= 1;
        }
        if !nearby.joined || self.last != service {
            self.group += 1;
            self.last = service;
        }
        nearby.joined = true;
        let group = self.group;
        for kept in nearby.before.drain(..) {
            show(Pick {
                group,
                ..kept.pick()
            });
        }
        show(Pick { group, ..pick });
    }
}

#[cfg(test)]
mod tests;
