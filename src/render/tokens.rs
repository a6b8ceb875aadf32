//! Which of scout's tokens exist? In: one row a token; out: a table, or JSON. A secret never comes near: rows have no field for one.

use std::io::{self, Write};

use chrono::TimeDelta;
use serde::{Serialize, Serializer};

use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::{Format, Look, write_rows};
use crate::model::Instant;
use crate::model::messages::render as words;
use crate::model::messages::words as amounts;

/// A token of the account. Serialises as the rows of the JSON form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct TokenRow {
    /// The API's name.
    pub(crate) name: String,
    /// The API's id.
    pub(crate) id: String,
    /// When it was made, where the API tells it.
    pub(crate) created_at: Option<Instant>,
    /// How old it is.
    #[serde(rename = "age_seconds", serialize_with = "whole_seconds")]
    pub(crate) age: Option<TimeDelta>,
    /// When its run must have ended, by its name; `None` for a name that is not scout's.
    pub(crate) expires_at: Option<Instant>,
    /// Whether that has passed: `token sweep` removes it.
    pub(crate) expired: bool,
    /// The process of the live run on this machine that holds it; `None` where there is no such run.
    pub(crate) held_by_pid: Option<u32>,
    /// What it may do, in the API's words.
    pub(crate) scopes: Vec<String>,
}

/// A length of time as whole seconds.
#[expect(clippy::ref_option, reason = "serde passes the field by reference")]
fn whole_seconds<S: Serializer>(age: &Option<TimeDelta>, serializer: S) -> Result<S::Ok, S::Error> {
    age.map(|age| age.num_seconds()).serialize(serializer)
}

/// Writes tokens.
///
/// # Errors
/// The writer's.
pub(crate) fn tokens(
    rows: &[TokenRow],
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = Document {
        schema: 1,
        tokens: rows,
    };
    let table = table(rows, look);
    let written = (&table, words::nothing(look.lang));
    write_rows(written, &document, format, look, out)
}

/// The JSON form, version 1.
#[derive(Serialize)]
struct Document<'a> {
    /// Version of the form.
    schema: u32,
    /// One object a token.
    tokens: &'a [TokenRow],
}

/// The tokens as a table.
fn table(rows: &[TokenRow], look: &Look) -> Table {
    let titles = words::token_columns(look.lang, &amounts::utc_offset(look.offset));
    let flows = [
        Flow::Fixed,
        Flow::Fixed,
        Flow::Fixed,
        Flow::Fixed,
        Flow::Fixed,
        Flow::Fixed,
        Flow::Text,
    ];
    let mut table = Table::new(titles.each_ref().map(String::as_str), flows);
    for row in rows {
        let time = |at: Instant| amounts::date_time(at, look.offset);
        let age = row.age.map(|age| amounts::ago(look.lang, age));
        table.row([
            Cell::painted(Role::Host, &row.name),
            Cell::new(&row.id),
            Cell::new(&row.created_at.map_or_else(|| "-".to_owned(), time)),
            Cell::new(age.as_deref().unwrap_or("-")),
            expiry_cell(row, look),
            Cell::new(
                &row.held_by_pid
                    .map_or_else(|| "-".to_owned(), |pid| pid.to_string()),
            ),
            Cell::new(&row.scopes.join(", ")),
        ]);
    }
    table
}

/// When a token expires, marked where that has passed.
fn expiry_cell(row: &TokenRow, look: &Look) -> Cell {
    let Some(at) = row.expires_at else {
        return Cell::new("-");
    };
    let time = amounts::date_time(at, look.offset);
    if row.expired {
        Cell::painted(Role::Warn, &words::expired(look.lang, &time))
    } else {
        Cell::new(&time)
    }
}
