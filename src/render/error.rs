//! What went wrong, and what now? In: an error's parts; out: text on stderr, or one JSON object on one line.
//!
//! ```text
//! error: no service is called `atlas-apo`
//!   infra-map.toml:12:14                 the excerpt, where there is one
//!   12 | depends_on = ["atlas-apo"]
//! hint: did you mean `atlas-api`?
//! ```

use std::io::{self, Write};

use serde::Serialize;

use super::json;
use super::style::Role;
use super::visible::visible;
use super::{Format, Look};
use crate::model::messages::render as words;

/// An error, ready to print. Its texts are in the user's language and hold no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ErrorView {
    /// A word that scripts can rely on: `usage`, `config`, `refused`, …
    pub(crate) kind: String,
    /// What, which and why: a lowercase fragment.
    pub(crate) message: String,
    /// Lines of the file that it is about, with a mark below; often empty.
    pub(crate) excerpt: Vec<String>,
    /// The next step.
    pub(crate) hint: Option<String>,
    /// The exit code that the run ends with.
    pub(crate) code: u8,
}

/// Writes an error. Markdown and HTML have no form of its own for it: errors go to stderr.
///
/// # Errors
/// The writer's.
pub(crate) fn error(
    view: &ErrorView,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    match format {
        Format::Json => json::write_line(&Document::from(view), out),
        Format::Human | Format::Markdown | Format::Html => write_text(view, look, out),
    }
}

/// Writes an error for people. Never wrapped: it is searched for and copied.
fn write_text(view: &ErrorView, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let prefix = look.style.paint(Role::Bad, words::error_prefix(look.lang));
    write_lines(&prefix, &view.message, out)?;
    for line in &view.excerpt {
        writeln!(out, "  {}", visible(line).trim_end())?;
    }
    match &view.hint {
        Some(hint) => {
            let prefix = look.style.paint(Role::Good, words::hint_prefix(look.lang));
            write_lines(&prefix, hint, out)
        }
        None => Ok(()),
    }
}

/// Writes a prefix and a text; further lines of the text are indented, so that none can pass for a line of scout's own.
fn write_lines(prefix: &str, text: &str, out: &mut dyn Write) -> io::Result<()> {
    let mut lines = text.trim_end().split('\n');
    let first = visible(lines.next().unwrap_or_default());
    writeln!(out, "{prefix} {first}")?;
    lines.try_for_each(|line| writeln!(out, "  {}", visible(line)))
}

/// The JSON form.
#[derive(Serialize)]
struct Document<'a> {
    /// The only key.
    error: Body<'a>,
}

/// What went wrong.
#[derive(Serialize)]
struct Body<'a> {
    /// A word that scripts can rely on.
    kind: &'a str,
    /// What, which and why.
    message: &'a str,
    /// The next step.
    hint: Option<&'a str>,
    /// The exit code.
    code: u8,
}

impl<'a> From<&'a ErrorView> for Document<'a> {
    fn from(view: &'a ErrorView) -> Self {
        Self {
            error: Body {
                kind: &view.kind,
                message: &view.message,
                hint: view.hint.as_deref(),
                code: view.code,
            },
        }
    }
}
