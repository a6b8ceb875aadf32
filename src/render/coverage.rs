//! How much of what was asked for was looked at? In: figures of one window; out: a sentence for people, an object for programs.

use std::io::{self, Write};

use serde::Serialize;

use super::Look;
use super::style::Role;
use super::visible::visible;
use crate::model::messages::reading as words;
use crate::model::messages::words as amounts;
use crate::model::{Instant, Window};

/// What was looked at of a window. Serialises as the JSON form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Coverage {
    /// The window.
    #[serde(flatten)]
    pub(crate) window: Window,
    /// Lines that the server counts; `None` where it does not say.
    pub(crate) matched: Option<u64>,
    /// Lines that were looked at.
    pub(crate) looked_at: u64,
    /// Whether these are a sample, spread evenly over the window.
    pub(crate) sampled: bool,
    /// Whether every line of the window was looked at.
    pub(crate) complete: bool,
    /// Stretches of time whose lines could not be had.
    pub(crate) gaps: Vec<Missing>,
    /// Nanoseconds with more lines than the server can give.
    pub(crate) crowded: Vec<Instant>,
    /// Services of which the server has no log stream at all: nothing was looked at of them.
    pub(crate) no_streams: Vec<String>,
    /// From when on the server keeps lines, where the window begins before.
    pub(crate) kept_since: Option<Instant>,
}

/// A stretch of time whose lines could not be had.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Missing {
    /// Which.
    #[serde(flatten)]
    pub(crate) window: Window,
    /// Why.
    pub(crate) message: String,
}

impl Coverage {
    /// Nothing looked at yet.
    pub(crate) fn new(window: Window) -> Self {
        Self {
            window,
            matched: None,
            looked_at: 0,
            sampled: false,
            complete: true,
            gaps: Vec::new(),
            crowded: Vec::new(),
            no_streams: Vec::new(),
            kept_since: None,
        }
    }

    /// The share of the lines that was looked at; 1 where nothing is known to be missing.
    pub(crate) fn share(&self) -> f64 {
        match self.matched {
            Some(matched) if self.sampled && matched > self.looked_at && self.looked_at > 0 => {
                self.looked_at as f64 / matched as f64
            }
            _ => 1.0,
        }
    }

    /// Decides whether every line was looked at.
    pub(crate) fn settle(&mut self) {
        self.complete = !self.sampled
            && self.gaps.is_empty()
            && self.crowded.is_empty()
            && self.kept_since.is_none()
            && self.matched.is_none_or(|matched| matched <= self.looked_at);
    }
}

/// Writes what was looked at, for people: a line, and one for each thing that is missing.
///
/// # Errors
/// The writer's.
pub(crate) fn write_coverage(
    coverage: &Coverage,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let lang = look.lang;
    let role = if coverage.complete {
        Role::Quiet
    } else {
        Role::Warn
    };
    let summary = words::looked_at(lang, coverage.matched, coverage.looked_at, coverage.sampled);
    writeln!(out, "{}", look.style.paint(role, &summary))?;
    let time = |at| amounts::date_time(at, look.offset);
    for gap in &coverage.gaps {
        let text = words::gap(
            lang,
            &time(gap.window.from),
            &time(gap.window.to),
            &visible(&gap.message),
        );
        writeln!(out, "{}", look.style.paint(Role::Bad, &text))?;
    }
    if let Some(at) = coverage.crowded.first() {
        let text = words::crowded(lang, coverage.crowded.len() as u64, &at.to_rfc3339());
        writeln!(out, "{}", look.style.paint(Role::Bad, &text))?;
    }
    if !coverage.no_streams.is_empty() {
        let text = words::no_streams(lang, &visible(&coverage.no_streams.join(", ")));
        writeln!(out, "{}", look.style.paint(role, &text))?;
    }
    if let Some(since) = coverage.kept_since {
        let text = words::kept_since(lang, &time(since));
        writeln!(out, "{}", look.style.paint(Role::Warn, &text))?;
    }
    Ok(())
}
