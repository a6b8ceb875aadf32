//! What does the map say? In: services, resolved for one environment; out: a table, or JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::{Format, Look, write_rows};
use crate::model::messages::render as words;
use crate::model::{Kind, Service};

/// Writes services.
///
/// # Errors
/// The writer's.
pub(crate) fn map(
    environment: &str,
    services: &[Service],
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = Document {
        schema: 1,
        environment,
        services: services.iter().map(Row::from).collect(),
    };
    let table = table(services, look);
    let rows = (&table, words::nothing(look.lang));
    write_rows(rows, &document, format, look, out)
}

/// The services as a table.
fn table(services: &[Service], look: &Look) -> Table {
    let flows = [
        Flow::Fixed,
        Flow::Fixed,
        Flow::Text,
        Flow::Text,
        Flow::Text,
        Flow::Text,
    ];
    let mut table = Table::new(words::map_columns(look.lang), flows);
    for service in services {
        table.row([
            Cell::painted(Role::Host, &service.name),
            Cell::new(service.kind.as_str()),
            Cell::new(&service.title),
            Cell::new(&service.resource_name),
            Cell::new(&service.aliases.join(", ")),
            Cell::new(&service.depends_on.join(", ")),
        ]);
    }
    table
}

/// The JSON form, version 1.
#[derive(Serialize)]
struct Document<'a> {
    /// Version of the form.
    schema: u32,
    /// The map's environment.
    environment: &'a str,
    /// One object a service.
    services: Vec<Row<'a>>,
}

/// A service with its name; every key is always there.
#[derive(Serialize)]
struct Row<'a> {
    /// Its name.
    name: &'a str,
    /// What it is.
    kind: Kind,
    /// Its name for people.
    title: &'a str,
    /// The resource's name, and its label value.
    resource_name: &'a str,
    /// Other names that people use.
    aliases: &'a [String],
    /// Services that it needs.
    depends_on: &'a [String],
    /// Probed as a user would see it.
    url: Option<&'a str>,
    /// The ssh target that runs it.
    ssh: Option<&'a str>,
}

impl<'a> From<&'a Service> for Row<'a> {
    fn from(service: &'a Service) -> Self {
        Self {
            name: &service.name,
            kind: service.kind,
            title: &service.title,
            resource_name: &service.resource_name,
            aliases: &service.aliases,
            depends_on: &service.depends_on,
            url: service.url.as_deref(),
            ssh: service.ssh.as_deref(),
        }
    }
}
