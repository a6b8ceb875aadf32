//! A log line as comma-separated values (RFC 4180): `ts,service,level,message` and the fields that were chosen.
//!
//! Values are written as they are: what a spreadsheet makes of `=1+1` is the spreadsheet's. On a screen, what would drive it is
//! made visible, line feeds included.

use std::io::{self, Write};

use chrono::SecondsFormat;

use super::LogLine;
use crate::render::csv::write_row;

/// Writes the names of the columns.
///
/// # Errors
/// The writer's.
pub(crate) fn write_csv_head(
    fields: &[String],
    screen: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let fixed = ["ts", "service", "level", "message"];
    let names = fixed.into_iter().chain(fields.iter().map(String::as_str));
    write_row(names, screen, out)
}

/// Writes a line; a field that it does not have is empty.
///
/// # Errors
/// The writer's.
pub(crate) fn write_csv(
    line: &LogLine,
    fields: &[String],
    screen: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let ts = line.at.to_rfc3339_opts(SecondsFormat::Nanos, true);
    let level = line.level.as_deref().unwrap_or_default();
    let fixed = [ts.as_str(), &line.service, level, &line.message];
    let chosen = fields.iter().map(|name| {
        let field = line.fields.iter().find(|(key, _)| key == name);
        field.map_or("", |(_, value)| value.as_str())
    });
    write_row(fixed.into_iter().chain(chosen), screen, out)
}
