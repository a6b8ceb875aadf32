//! What state are the resources in? In: one row a resource; out: a table, or JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::{Format, Look, write_rows};
use crate::model::messages::render as words;
use crate::model::messages::words as amounts;
use crate::model::{Health, Instant};
use crate::report::Gap;

/// A resource as it stands. Serialises as the rows of the JSON form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct StateRow {
    /// Service of the map; `None` for a resource that the map does not name.
    pub(crate) service: Option<String>,
    /// A kind of the map, or what else the API lists: `data-source`, `token`, …
    pub(crate) kind: String,
    /// The API's name.
    pub(crate) name: String,
    /// The API's id.
    pub(crate) id: String,
    /// The API's own word.
    pub(crate) status: String,
    /// The status, grouped.
    pub(crate) health: Health,
    /// Last change, where the API tells it.
    pub(crate) changed_at: Option<Instant>,
    /// Size and whatever else matters for the kind, for people; often empty.
    pub(crate) detail: String,
}

/// Writes resources.
///
/// # Errors
/// The writer's.
pub(crate) fn state(
    (environment, gaps): (&str, &[Gap]),
    rows: &[StateRow],
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = Document {
        schema: 1,
        environment,
        resources: rows,
        gaps,
    };
    let table = table(rows, format, look);
    let written = (&table, words::nothing(look.lang));
    write_rows(written, &document, format, look, out)
}

/// The JSON form, version 1.
#[derive(Serialize)]
struct Document<'a> {
    /// Version of the form.
    schema: u32,
    /// The map's environment.
    environment: &'a str,
    /// One object a resource.
    resources: &'a [StateRow],
    /// Lists that could not be read.
    gaps: &'a [Gap],
}

/// The resources as a table. Ids are 36 columns of what few people read: they stand there where there is room for them as
/// they are, and always in Markdown and JSON.
fn table(rows: &[StateRow], format: Format, look: &Look) -> Table {
    let mut table = full_table(rows, look);
    if format == Format::Human && !table.fits(look) {
        table.drop_last_column();
    }
    table
}

/// The resources as a table, ids last.
fn full_table(rows: &[StateRow], look: &Look) -> Table {
    let titles = words::state_columns(look.lang, &amounts::utc_offset(look.offset));
    let mut flows = [Flow::Fixed; 8];
    flows[2] = Flow::Text;
    flows[6] = Flow::Text;
    let mut table = Table::new(titles.each_ref().map(String::as_str), flows);
    for row in rows {
        let changed = row.changed_at.map(|at| amounts::date_time(at, look.offset));
        table.row([
            Cell::painted(Role::Host, row.service.as_deref().unwrap_or("-")),
            Cell::new(&row.kind),
            Cell::new(&row.name),
            Cell::new(&row.status),
            Cell::painted(role(row.health), words::health(look.lang, row.health)),
            Cell::new(changed.as_deref().unwrap_or("-")),
            Cell::new(&row.detail),
            Cell::painted(Role::Quiet, &row.id),
        ]);
    }
    table
}

/// The look of a health.
fn role(health: Health) -> Role {
    match health {
        Health::Healthy => Role::Good,
        Health::Transitional | Health::Unknown => Role::Warn,
        Health::Unhealthy => Role::Bad,
    }
}
