//! What did a sweep do? In: one row a token; out: a table, or JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::{Format, Look, write_rows};
use crate::model::Instant;
use crate::model::messages::tokens as words;
use crate::model::messages::words as amounts;

/// What became of one of scout's tokens. Serialises as the rows of the JSON form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SweptRow {
    /// The API's name.
    pub(crate) name: String,
    /// The API's id.
    pub(crate) id: String,
    /// When its run must have ended, by its name.
    pub(crate) expires_at: Instant,
    /// What became of it.
    #[serde(flatten)]
    pub(crate) outcome: Swept,
}

/// What became of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub(crate) enum Swept {
    /// Deleted.
    Deleted,
    /// Somebody else had deleted it.
    Gone,
    /// Would be deleted, without `--dry-run`.
    WouldDelete,
    /// Not expired, so left alone.
    Unexpired,
    /// A live run of this machine holds it.
    InUse {
        /// Its process.
        pid: u32,
    },
    /// Not deleted.
    Failed {
        /// Why.
        error: String,
    },
}

/// Writes what a sweep did.
///
/// # Errors
/// The writer's.
pub(crate) fn sweep(
    rows: &[SweptRow],
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = Document {
        schema: 1,
        tokens: rows,
    };
    let written = (&table(rows, look), words::sweep_nothing(look.lang));
    write_rows(written, &document, format, look, out)
}

/// The JSON form, version 1.
#[derive(Serialize)]
struct Document<'a> {
    /// Version of the form.
    schema: u32,
    /// One object a token.
    tokens: &'a [SweptRow],
}

/// The outcomes as a table.
fn table(rows: &[SweptRow], look: &Look) -> Table {
    let flows = [Flow::Fixed, Flow::Fixed, Flow::Fixed, Flow::Text];
    let mut table = Table::new(words::sweep_columns(look.lang), flows);
    for row in rows {
        table.row([
            Cell::painted(Role::Host, &row.name),
            Cell::new(&row.id),
            Cell::new(&amounts::date_time(row.expires_at, look.offset)),
            outcome_cell(&row.outcome, look),
        ]);
    }
    table
}

/// What became of a token, in words.
fn outcome_cell(outcome: &Swept, look: &Look) -> Cell {
    let lang = look.lang;
    match outcome {
        Swept::Deleted => Cell::new(words::swept_deleted(lang)),
        Swept::Gone => Cell::new(words::swept_gone(lang)),
        Swept::WouldDelete => Cell::new(words::swept_would(lang)),
        Swept::Unexpired => Cell::new(words::swept_unexpired(lang)),
        Swept::InUse { pid } => Cell::new(&words::swept_in_use(lang, *pid)),
        Swept::Failed { error } => Cell::painted(Role::Warn, &words::swept_failed(lang, error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_one_flat_object() {
        let row = |outcome| SweptRow {
            name: "scout-1795255200-7f3a9c".to_owned(),
            id: "1".to_owned(),
            expires_at: "2026-11-21T10:00:00Z".parse().unwrap(),
            outcome,
        };
        let json = |outcome| serde_json::to_value(row(outcome)).unwrap();
        assert_eq!(json(Swept::WouldDelete)["outcome"], "would-delete");
        let held = json(Swept::InUse { pid: 7 });
        assert_eq!(
            (&held["outcome"], &held["pid"]),
            (&"in-use".into(), &7.into())
        );
    }
}
