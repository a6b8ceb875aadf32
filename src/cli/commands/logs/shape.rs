//! Picks into bytes: masked, opened as far as their form needs it, written by `render`.
//!
//! It runs beside the download, on the writer's thread, and holds nothing of the answer but the line before.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use super::filter::record;
use super::picker::Pick;
use crate::analysis::{Continues, Level, LineFields, Opened, open, written_together};
use crate::evidence::LogMasker;
use crate::model::{Labels, Window};
use crate::render::Look;
use crate::render::logs::{
    DocumentHead, DocumentTail, LogLine, LogView, write_close, write_continuation, write_csv,
    write_csv_head, write_head, write_human, write_ndjson, write_open, write_raw, write_separator,
};

/// Forms of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// For people.
    Human,
    /// One JSON object a line.
    Ndjson,
    /// One JSON document.
    Json,
    /// Comma-separated values.
    Csv,
    /// As stored.
    Raw,
}

/// Writes picks in one form.
pub(super) struct Shape {
    /// The form.
    pub(super) form: Form,
    /// What people see beside message and fields.
    pub(super) view: LogView,
    /// How it looks.
    pub(super) look: Look,
    /// Whether the answer goes to a screen, which stored bytes must not reach as they are.
    pub(super) screen: bool,
    /// Masks; `None` where the user wants to see everything.
    pub(super) masker: Option<LogMasker>,
    /// The label that names services.
    pub(super) service_label: String,
    /// Services by the value of that label.
    pub(super) services: BTreeMap<String, String>,
    /// Fields that are shown; empty for all.
    pub(super) fields: Vec<String>,
    /// Whether lines around matches are shown.
    pub(super) context: bool,
    /// Whether lines come oldest first, so that one may go on with the one before it.
    pub(super) forward: bool,
    /// What a document begins with.
    pub(super) query: String,
    /// The window asked for.
    pub(super) window: Window,
    /// Lines written.
    pub(super) shown: u64,
    /// The line before.
    pub(super) last: Option<Last>,
    /// Room for a line that is masked.
    pub(super) buffer: String,
}

/// What the next line is compared with.
pub(super) struct Last {
    /// Its label set.
    labels: Arc<Labels>,
    /// Nanoseconds since 1970.
    nanos: i64,
    /// The running copy that wrote it.
    copy: Option<String>,
    /// Whether a line without a head may go on with it.
    open: bool,
    /// Its group.
    group: u64,
}

/// The longest time, in nanoseconds, between a line and a stack frame that goes on with it.
const FRAMES_WITHIN: i64 = 1_000_000_000;

impl Shape {
    /// Writes a line, and what stands before the first. `common` are labels that all lines share, where that is known.
    ///
    /// # Errors
    /// The writer's: none for memory.
    pub(super) fn write(
        &mut self,
        pick: &Pick<'_>,
        common: Option<&Arc<Labels>>,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        if self.shown == 0 {
            self.begin(common, out)?;
        }
        self.shown += 1;
        if self.form == Form::Raw {
            return self.write_raw(pick, out);
        }
        let labels = match &mut self.masker {
            Some(masker) => masker.labels(pick.labels),
            None => pick.labels.clone(),
        };
        let at = pick.at.instant();
        let mut record = record(&labels, pick.at, pick.line);
        if let Some(masker) = &mut self.masker {
            masker.mask(&labels, at, &mut record.line);
        }
        let opened = open(&record);
        let line = self.line(record.line, &labels, pick, &opened);
        match self.form {
            Form::Ndjson => write_ndjson(&line, out),
            Form::Json => {
                let comma: &[u8] = if self.shown > 1 { b",\n" } else { b"\n" };
                out.extend_from_slice(comma);
                write_ndjson(&line, out)?;
                // The line feed comes with the next entry, or with the end.
                out.pop();
                Ok(())
            }
            Form::Csv => write_csv(&line, &self.fields, self.screen, out),
            Form::Human | Form::Raw => self.write_human(&line, pick, &opened, out),
        }
    }

    /// Writes what comes after the last line.
    ///
    /// # Errors
    /// As [`Shape::write`].
    pub(super) fn end(&mut self, tail: &DocumentTail, out: &mut Vec<u8>) -> io::Result<()> {
        if self.shown == 0 && matches!(self.form, Form::Csv | Form::Json) {
            self.begin(None, out)?;
        }
        if self.form == Form::Json {
            write_close(tail, out)?;
        }
        Ok(())
    }

    /// Writes what stands before the first line.
    fn begin(&mut self, common: Option<&Arc<Labels>>, out: &mut Vec<u8>) -> io::Result<()> {
        match self.form {
            Form::Human => {
                let masked = match &mut self.masker {
                    Some(masker) => common.map(|labels| masker.labels(labels)),
                    None => common.cloned(),
                };
                let common = masked.as_deref().filter(|labels| !labels.0.is_empty());
                write_head(common, &self.look, out)
            }
            Form::Json => {
                let head = DocumentHead {
                    query: &self.query,
                    window: self.window,
                };
                write_open(&head, out)
            }
            Form::Csv => write_csv_head(&self.fields, self.screen, out),
            Form::Ndjson | Form::Raw => Ok(()),
        }
    }

    /// Writes a line as it is stored.
    fn write_raw(&mut self, pick: &Pick<'_>, out: &mut Vec<u8>) -> io::Result<()> {
        if self.context && self.begins_group(pick) {
            write_separator(&self.look, out)?;
        }
        let Some(masker) = &mut self.masker else {
            return write_raw(pick.line, self.screen, out);
        };
        self.buffer.clear();
        self.buffer.push_str(pick.line);
        masker.mask(pick.labels, pick.at.instant(), &mut self.buffer);
        write_raw(&self.buffer, self.screen, out)?;
        if self.context {
            self.remember(pick, None, false);
        }
        Ok(())
    }

    /// Writes a line for people: one that goes on with the line before has no head.
    fn write_human(
        &mut self,
        line: &LogLine,
        pick: &Pick<'_>,
        opened: &Opened,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        if self.context && self.begins_group(pick) {
            write_separator(&self.look, out)?;
        }
        let goes_on = self.goes_on(pick, opened);
        if goes_on {
            write_continuation(line, &self.view, &self.look, out)?;
        } else {
            write_human(line, &self.view, &self.look, out)?;
        }
        let open = goes_on || opened.level >= Level::Error;
        self.remember(pick, opened.copy.clone(), open);
        Ok(())
    }

    /// Whether a line is the first of a group, and another group stands before it.
    fn begins_group(&self, pick: &Pick<'_>) -> bool {
        self.last
            .as_ref()
            .is_some_and(|last| last.group != pick.group)
    }

    /// Whether a line goes on with the one before it.
    fn goes_on(&self, pick: &Pick<'_>, opened: &Opened) -> bool {
        let Some(last) = self.last.as_ref().filter(|last| {
            self.forward && last.copy == opened.copy && is_same_stream(&last.labels, pick.labels)
        }) else {
            return false;
        };
        let apart = pick.at.0.saturating_sub(last.nanos);
        match opened.continues {
            Continues::Yes => (0..=FRAMES_WITHIN).contains(&apart),
            Continues::Perhaps => last.open && written_together(last.nanos, pick.at.0),
            Continues::No => false,
        }
    }

    /// Remembers a line for the next.
    fn remember(&mut self, pick: &Pick<'_>, copy: Option<String>, open: bool) {
        self.last = Some(Last {
            labels: pick.labels.clone(),
            nanos: pick.at.0,
            copy,
            open,
            group: pick.group,
        });
    }

    /// A line as render wants it.
    fn line(&self, raw: String, labels: &Arc<Labels>, pick: &Pick<'_>, opened: &Opened) -> LogLine {
        let fields = if self.fields.is_empty() {
            opened.fields.clone()
        } else {
            let all = LineFields::of(&opened.written);
            let chosen = self.fields.iter().filter_map(|name| {
                let listed = opened.fields.iter().find(|(key, _)| key == name);
                let value = listed
                    .map(|(_, value)| value.clone())
                    .or_else(|| all.text(name).map(std::borrow::Cow::into_owned))?;
                Some((name.clone(), value))
            });
            chosen.collect()
        };
        let service = pick.labels.get(&self.service_label);
        LogLine {
            at: pick.at.instant(),
            service: service
                .and_then(|name| self.services.get(name).cloned())
                .unwrap_or_default(),
            level: Some(opened.level.as_str().to_owned()),
            message: opened.message.clone(),
            fields,
            raw,
            labels: labels.clone(),
            matched: self.context.then_some(pick.matched),
        }
    }
}

/// Whether two label sets are those of one log stream: beside the level that Loki detects in each line.
fn is_same_stream(a: &Arc<Labels>, b: &Arc<Labels>) -> bool {
    const DETECTED: &str = "detected_level";
    let lasting = |labels: &Labels| labels.0.len() - usize::from(labels.get(DETECTED).is_some());
    Arc::ptr_eq(a, b)
        || (lasting(a) == lasting(b)
            && a.iter()
                .all(|(name, value)| name == DETECTED || b.get(name) == Some(value)))
}
