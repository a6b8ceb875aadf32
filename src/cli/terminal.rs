//! Both streams of the terminal: the answer to stdout, everything else to stderr, and nothing else prints.

use std::io::{self, Write};

use chrono::{FixedOffset, Offset, Utc};

use super::args::{Colour, GlobalArgs, Output};
use super::exit::{Exit, Failure};
use super::world::World;
use crate::evidence::{SourceOutcome, SourceRecord};
use crate::model::messages::cli as text;
use crate::model::{Lang, RedactOptions, Redactor, TokenOutcome, TokenStatus};
use crate::render::style::{Role, Style};
use crate::render::visible::{fit, visible};
use crate::render::{Format, Look, error};

/// The terminal, and how text looks on it.
#[derive(Debug, Clone)]
pub(crate) struct Terminal {
    /// For stdout.
    pub(crate) look: Look,
    /// For stderr.
    err_style: Style,
    /// Whether stdout is a person's screen, where stored lines must not reach it as they are.
    pub(crate) shows_screen: bool,
    /// What stderr gets beside errors and warnings.
    notes: Notes,
    /// The form of errors.
    errors: Format,
    /// What is masked on stderr; nothing for `--no-redact`. Messages come in no fixed order, and get no numbers.
    masks: Option<RedactOptions>,
}

/// What stderr gets beside errors and warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Notes {
    /// Nothing.
    Quiet,
    /// Notes.
    Plain,
    /// Notes, and a line of progress while requests are out.
    Progress,
    /// Notes, and how each request went.
    Details,
}

impl Terminal {
    /// The terminal as the flags and the world want it.
    pub(crate) fn new(args: &GlobalArgs, world: &World, lang: Lang) -> Self {
        let colour = |is_terminal: bool| match args.color {
            Colour::Always => true,
            Colour::Never => false,
            Colour::Auto => {
                is_terminal && world.var("NO_COLOR").is_none() && world.var("TERM") != Some("dumb")
            }
        };
        let offset = if args.utc { Utc.fix() } else { world.offset };
        Self {
            look: Look {
                style: Style::new(colour(world.out_is_terminal)),
                lang,
                width: world.width,
                offset,
                ascii: world.out_is_terminal && !is_utf8(world),
                brief: false,
            },
            err_style: Style::new(colour(world.err_is_terminal)),
            shows_screen: world.out_is_terminal,
            notes: match (args.verbose > 0, args.quiet, world.err_is_terminal) {
                (true, _, _) => Notes::Details,
                (false, true, _) => Notes::Quiet,
                (false, false, true) => Notes::Progress,
                (false, false, false) => Notes::Plain,
            },
            masks: (!args.no_redact).then_some(RedactOptions {
                ips: args.redact_ips,
                unnumbered: true,
            }),
            errors: if matches!(args.output, Output::Json | Output::Ndjson) {
                Format::Json
            } else {
                Format::Human
            },
        }
    }

    /// The language.
    pub(crate) fn lang(&self) -> Lang {
        self.look.lang
    }

    /// The offset of local times.
    pub(crate) fn offset(&self) -> FixedOffset {
        self.look.offset
    }

    /// Writes the answer to stdout. A closed pipe is a quiet end.
    ///
    /// # Errors
    /// Any other failure to write.
    pub(crate) fn write_answer(&self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        let written = out.write_all(bytes).and_then(|()| out.flush());
        self.judge_write(written)
    }

    /// Writes a part of the answer to stdout and says how it went, a closed pipe included.
    ///
    /// # Errors
    /// The stream's.
    pub(crate) fn write_part(bytes: &[u8]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(bytes).and_then(|()| out.flush())
    }

    /// Whether notes are shown.
    pub(crate) fn shows_notes(&self) -> bool {
        self.notes != Notes::Quiet
    }

    /// Shows a line of progress of a command's own, where stderr is a terminal; erased by [`Terminal::clear_progress`].
    pub(crate) fn progress_line(&self, line: &str) {
        if self.notes == Notes::Progress {
            write_err(&format!("\r\x1b[K{}", visible(line)));
        }
    }

    /// What a failure to write the answer means. A closed pipe is none: whoever reads has enough.
    ///
    /// # Errors
    /// Any other failure to write.
    pub(crate) fn judge_write(&self, written: io::Result<()>) -> Result<(), Failure> {
        match written {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(
                Exit::Incomplete,
                text::cannot_write(self.lang(), &error.to_string()),
                Some(text::cannot_write_hint(self.lang())),
            )),
            _ => Ok(()),
        }
    }

    /// A note for people, unless they asked for quiet.
    pub(crate) fn note(&self, message: &str) {
        if self.notes != Notes::Quiet {
            write_err(&format!("{}\n", visible(&self.masked(message))));
        }
    }

    /// A warning: shown even when quiet, since it is about trust.
    pub(crate) fn warn(&self, message: &str) {
        let prefix = self
            .err_style
            .paint(Role::Warn, text::warning_prefix(self.lang()));
        write_err(&format!("{prefix} {}\n", visible(&self.masked(message))));
    }

    /// A message without secrets: servers quote what they were sent.
    fn masked(&self, message: &str) -> String {
        match self.masks {
            Some(options) => Redactor::new(options).masked(message),
            None => message.to_owned(),
        }
    }

    /// Asks on stderr and waits for a line of stdin; an end without one is an empty answer. A signal can interrupt the wait: the
    /// reading thread is left behind, and ends with the process.
    pub(crate) async fn ask(&self, question: &str) -> String {
        write_err(question);
        let (answered, answer) = tokio::sync::oneshot::channel();
        let reading = std::thread::Builder::new().spawn(move || {
            let mut line = String::new();
            // What cannot be read is no answer.
            let _ = io::stdin().read_line(&mut line);
            // Nobody waits any more where a signal came first.
            let _ = answered.send(line);
        });
        match reading {
            Ok(_) => answer.await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// A detail, for `-v`.
    pub(crate) fn detail(&self, message: &str) {
        if self.notes == Notes::Details {
            write_err(&format!(
                "{}\n",
                self.err_style.paint(Role::Quiet, &visible(message))
            ));
        }
    }

    /// An error.
    pub(crate) fn fail(&self, failure: &Failure) {
        let look = Look {
            style: self.err_style,
            ..self.look
        };
        let mut bytes = Vec::new();
        // Writing to memory does not fail.
        let _ = error::error(&self.masked_view(failure), self.errors, &look, &mut bytes);
        write_err(&String::from_utf8_lossy(&bytes));
    }

    /// A failure as it is shown, without secrets.
    fn masked_view(&self, failure: &Failure) -> error::ErrorView {
        let view = failure.view();
        error::ErrorView {
            message: self.masked(&view.message),
            excerpt: view.excerpt.iter().map(|line| self.masked(line)).collect(),
            hint: view.hint.as_deref().map(|hint| self.masked(hint)),
            ..view
        }
    }

    /// How a request went, for `-v`; else one line of progress on a terminal, erased by [`Terminal::clear_progress`].
    pub(crate) fn progress(&self, record: &SourceRecord, answered: usize, planned: usize) {
        if self.notes == Notes::Details {
            let request = fit(&visible(&record.request.replace('\n', " ")), 160);
            let outcome = match &record.outcome {
                SourceOutcome::Answered { .. } => "ok".to_owned(),
                SourceOutcome::Skipped { reason, .. } => format!("skipped: {reason}"),
                SourceOutcome::Failed { error, .. } => {
                    format!("{}: {}", error.kind.as_str(), error.message)
                }
            };
            self.detail(&format!(
                "{:<10} {:>7.3}s  {}  {}",
                record.source,
                record.elapsed_seconds,
                self.masked(&outcome),
                self.masked(&request)
            ));
        } else if self.notes == Notes::Progress {
            write_err(&format!(
                "\r\x1b[K{}",
                text::progress(self.lang(), answered, planned)
            ));
        }
    }

    /// Takes the line of progress away.
    pub(crate) fn clear_progress(&self) {
        if self.notes == Notes::Progress {
            write_err("\r\x1b[K");
        }
    }

    /// Says what became of a token: always where it was left behind, else for `-v`.
    pub(crate) fn token(&self, outcome: &TokenOutcome) {
        match outcome.status {
            TokenStatus::LeftBehind => {}
            TokenStatus::NotNeeded => self.detail(text::token_not_needed(self.lang())),
            TokenStatus::NotCreated => self.detail(text::token_not_created(self.lang())),
            TokenStatus::Deleted => self.detail(text::token_deleted(self.lang())),
        }
    }
}

/// Writes to stderr. There is nowhere to report a failure to do so.
fn write_err(message: &str) {
    let _ = io::stderr().lock().write_all(message.as_bytes());
}

/// Whether the locale's characters are UTF-8; where nobody says, they are.
fn is_utf8(world: &World) -> bool {
    ["LC_ALL", "LC_CTYPE", "LANG"]
        .iter()
        .find_map(|name| world.var(name))
        .is_none_or(|locale| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        })
}
