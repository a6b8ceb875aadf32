//! Which lines are one event? A stack trace that was written line by line is one, named by its exception.
//!
//! In: opened lines in order of time, each with the key of the copy that wrote it. Out: [`Event`]s, handed over as soon as
//! nothing can be added to them. Memory: one open event a copy, and these are closed when there are too many.

use std::collections::HashMap;

use super::exception::{Exception, exception_of};
use super::level::Level;
use super::line::Line;
use super::logs::cut;
use super::trace::{SAME_WRITE, is_continuation};

/// How long after the line before, in nanoseconds, a line that has the form of a stack frame still belongs to its trace: a trace
/// is written in one go, but the platform's clock stamps it line by line, and a busy machine pauses in between.
const LONGEST_PAUSE: i64 = 1_000_000_000;

/// Events that are open at the same time; with more of them all are closed. Copies are tens.
const MOST_OPEN: usize = 10_000;

/// What is kept of an event's text, in bytes: what templates look at.
const LONGEST_TEXT: usize = 2000;

/// What was written at once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Event<T> {
    /// When its first line was written, in nanoseconds.
    pub(crate) at: i64,
    /// How bad its worst line is.
    pub(crate) level: Level,
    /// What it says, in one line where it can be.
    pub(crate) text: String,
    /// The type of the exception behind it.
    pub(crate) exception: Option<String>,
    /// What the caller knows about each of its lines.
    pub(crate) lines: Vec<T>,
}

/// Puts lines together.
#[derive(Debug)]
pub(crate) struct Events<T> {
    /// The last event of each copy, where a line may still be added to it.
    open: HashMap<String, Open<T>>,
}

/// An event that may go on.
#[derive(Debug)]
struct Open<T> {
    /// What there is of it.
    event: Event<T>,
    /// When its last line was written.
    last: i64,
    /// Whether the text is but an announcement, `Traceback …` or the place of a panic: what happened is still to come.
    announced: bool,
    /// Whether it has lines of a trace.
    traced: bool,
}

impl<T> Default for Events<T> {
    fn default() -> Self {
        Self {
            open: HashMap::new(),
        }
    }
}

impl<T> Events<T> {
    /// Takes a line of a copy and hands over what it ends.
    pub(crate) fn add(
        &mut self,
        copy: &str,
        line: &Line<'_>,
        at: i64,
        mark: T,
        done: &mut impl FnMut(Event<T>),
    ) {
        let mut mark = Some(mark);
        if let Some(open) = self.open.get_mut(copy) {
            if open.takes(line, at) {
                open.append(line, at, mark.take());
                return;
            }
            if let Some(open) = self.open.remove(copy) {
                done(open.close());
            }
        }
        let Some(mark) = mark else { return };
        let open = Open::begin(line, at, mark);
        if open.event.level < Level::Warn && !open.traced {
            done(open.close());
            return;
        }
        if self.open.len() >= MOST_OPEN {
            self.finish(done);
        }
        self.open.insert(copy.to_owned(), open);
    }

    /// Hands over what is still open, in order of time.
    pub(crate) fn finish(&mut self, done: &mut impl FnMut(Event<T>)) {
        let mut rest: Vec<(String, Open<T>)> = self.open.drain().collect();
        rest.sort_by(|(a, one), (b, other)| (one.event.at, a).cmp(&(other.event.at, b)));
        for (_, open) in rest {
            done(open.close());
        }
    }
}

impl<T> Open<T> {
    /// An event that begins with a line.
    fn begin(line: &Line<'_>, at: i64, mark: T) -> Self {
        let said = said(line);
        let announced = is_announcement(&line.message);
        Self {
            event: Event {
                at,
                level: line.level(),
                text: said.text,
                exception: said.exception.filter(|_| !announced || said.whole),
                lines: vec![mark],
            },
            last: at,
            announced: announced && !said.whole,
            traced: announced || said.whole,
        }
    }

    /// Whether a line goes on with it.
    fn takes(&self, line: &Line<'_>, at: i64) -> bool {
        let after = at - self.last;
        if line.is_request() || !(0..=LONGEST_PAUSE).contains(&after) {
            return false;
        }
        let message: &str = &line.message;
        let names = headless_exception(line);
        if is_announcement(message) && !message.starts_with("Traceback") {
            return false;
        }
        if names.is_some() {
            // What was announced, or the exception that an error line was followed by.
            return self.announced
                || (self.event.exception.is_none() && (1..=SAME_WRITE).contains(&after));
        }
        let chained = !self.announced || !message.starts_with("Traceback") || after > 0;
        (is_continuation(message) && chained)
            || (self.traced && message.trim().is_empty())
            || (line.headless && (1..=SAME_WRITE).contains(&after))
    }

    /// Adds a line that it takes.
    fn append(&mut self, line: &Line<'_>, at: i64, mark: Option<T>) {
        self.last = at;
        self.event.lines.extend(mark);
        self.event.level = self.event.level.max(line.level());
        let message: &str = &line.message;
        self.traced = true;
        if message.starts_with("Traceback") {
            self.announced = true;
            return;
        }
        if let Some(exception) = headless_exception(line) {
            if self.event.exception.is_none() || self.announced {
                self.name(exception);
            }
            self.announced = false;
        } else if self.announced && !is_continuation(message) && !message.trim().is_empty() {
            // The text of a panic stands below its place.
            let text = cut(message.trim(), LONGEST_TEXT);
            self.event.text = format!("{} {text}", self.event.text);
            self.announced = false;
        }
    }

    /// Names it by an exception.
    fn name(&mut self, exception: Exception<'_>) {
        let text = named_text(exception);
        let before = std::mem::take(&mut self.event.text);
        let replaces =
            before.is_empty() || before.starts_with("Traceback") || self.event.exception.is_some();
        self.event.text = if replaces {
            text
        } else {
            format!("{before}: {text}")
        };
        self.event.exception = Some(exception.name.to_owned());
    }

    /// What it has become. A name that says no more than a level does is one only where a trace stands below it.
    fn close(self) -> Event<T> {
        let Self {
            mut event, traced, ..
        } = self;
        let vague = |name: &String| matches!(name.as_str(), "Error" | "Exception");
        if !traced && event.exception.as_ref().is_some_and(vague) {
            event.exception = None;
        }
        event
    }
}

/// What a line says by itself, as its event's text begins.
pub(crate) fn line_text(line: &Line<'_>) -> String {
    said(line).text
}

/// `TypeError: x`, and how it reads in one line.
fn named_text(exception: Exception<'_>) -> String {
    let Exception { name, says } = exception;
    if says.is_empty() {
        name.to_owned()
    } else if name == "panic" {
        format!("panic: {says}")
    } else {
        format!("{name}: {says}")
    }
}

/// The exception that a line without a head of its own begins with.
fn headless_exception<'a>(line: &'a Line<'_>) -> Option<Exception<'a>> {
    let message: &'a str = &line.message;
    let starts = message.starts_with(|c: char| c.is_ascii_alphabetic());
    if !starts || message.contains('\n') || message.starts_with("Caused by:") {
        return None;
    }
    exception_of(message).filter(|found| message.starts_with(found.name))
}

/// Whether a line announces what the next ones say: a Python trace, a Rust panic.
fn is_announcement(message: &str) -> bool {
    message.starts_with("Traceback (most recent call last)")
        || (message.starts_with("thread '") && message.contains(" panicked at "))
}

/// What one line says.
struct Said {
    /// In one line, as far as its text is one.
    text: String,
    /// The exception that it names.
    exception: Option<String>,
    /// Whether it holds a whole trace.
    whole: bool,
}

/// What a line says: its message, with the error that a field of its own holds behind it, and the exception that any of its
/// parts names.
fn said(line: &Line<'_>) -> Said {
    let message = line.message.trim();
    let whole = message.contains('\n') || line.trace.is_some();
    let first = message.lines().next().unwrap_or_default();
    let error = line.error.as_deref().map(str::trim).unwrap_or_default();
    let error_line = error.lines().next().unwrap_or_default();
    let bad = line.level() >= Level::Error || whole;
    let found = bad
        .then(|| {
            [message, error, line.trace.as_deref().unwrap_or_default()]
                .into_iter()
                .find_map(exception_of)
        })
        .flatten();
    let mut text = cut(first, LONGEST_TEXT).to_owned();
    if !error_line.is_empty() && !message.contains(error_line) {
        join(&mut text, error_line);
    }
    if let Some(found) = found.filter(|found| !found.is_vague() || whole) {
        if text.starts_with("Traceback") {
            text = named_text(found);
        } else if !text.contains(found.name) {
            join(&mut text, &named_text(found));
        }
    }
    Said {
        text,
        exception: found.map(|found| found.name.to_owned()),
        whole,
    }
}

/// Appends a part of a text.
fn join(text: &mut String, part: &str) {
    if !text.is_empty() {
        text.push_str(": ");
    }
    text.push_str(cut(part, LONGEST_TEXT));
}

#[cfg(test)]
mod tests;
