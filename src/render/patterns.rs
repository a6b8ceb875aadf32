//! Which templates do the lines have? In: one row a template; out: a table, or JSON; or each line with the id of its template.

use std::io::{self, Write};

use serde::Serialize;

use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::{Format, Look, write_rows};
use crate::model::messages::patterns as words;
use crate::model::messages::words as amounts;

/// A template. Serialises as the rows of the JSON form.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct PatternRow {
    /// A short name: the same for the same text.
    pub(crate) id: String,
    /// How many lines have it.
    pub(crate) count: u64,
    /// Those over all lines.
    pub(crate) share_ratio: f64,
    /// The text that they share, `<*>` for what varies.
    pub(crate) template: String,
    /// One of them.
    pub(crate) sample: String,
    /// Which lines they are, the first being 1; `None` where nobody asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) line_numbers: Option<Vec<u64>>,
}

/// Writes templates, of so many lines.
///
/// # Errors
/// The writer's.
pub(crate) fn patterns(
    rows: &[PatternRow],
    lines: u64,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    let document = Document {
        schema: 1,
        lines,
        patterns: rows,
    };
    let table = table(rows, look);
    let written = (&table, words::no_lines(look.lang));
    write_rows(written, &document, format, look, out)
}

/// The JSON form, version 1.
#[derive(Serialize)]
struct Document<'a> {
    /// Version of the form.
    schema: u32,
    /// How many lines were read.
    lines: u64,
    /// One object a template, the most frequent first.
    patterns: &'a [PatternRow],
}

/// The templates as a table.
fn table(rows: &[PatternRow], look: &Look) -> Table {
    let flows = [Flow::Fixed, Flow::Number, Flow::Number, Flow::Text];
    let mut table = Table::new(words::columns(look.lang), flows);
    for row in rows {
        table.row([
            Cell::painted(Role::Quiet, &row.id),
            Cell::painted(Role::Number, &amounts::count(look.lang, row.count)),
            Cell::new(&amounts::percent(look.lang, row.share_ratio)),
            Cell::new(&row.template),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use chrono::{Offset, Utc};

    use super::super::style::Style;
    use super::*;
    use crate::model::Lang;

    /// What is written for one row.
    fn written(format: Format, lang: Lang, line_numbers: Option<Vec<u64>>) -> String {
        let row = PatternRow {
            id: "0123456789ab".to_owned(),
            count: 1500,
            share_ratio: 0.75,
            template: "took <*> \x1b[31m".to_owned(),
            sample: "took 3 ms \x1b[31m".to_owned(),
            line_numbers,
        };
        let look = Look {
            style: Style::new(false),
            lang,
            width: None,
            offset: Utc.fix(),
            ascii: false,
            brief: false,
        };
        let mut out = Vec::new();
        patterns(&[row], 2000, format, &look, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_template_is_a_row_that_cannot_drive_the_terminal() {
        let text = written(Format::Human, Lang::En, None);
        let row = text.lines().last().unwrap();
        assert_eq!(row.trim_end(), "0123456789ab  1,500    75%  took <*> ␛[31m");
        assert!(written(Format::Human, Lang::Fr, None).starts_with("Id"));
        assert!(written(Format::Markdown, Lang::En, None).contains("| 75% |"));
    }

    #[test]
    fn json_has_all_of_it() {
        let text = written(Format::Json, Lang::En, None);
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        let expected = serde_json::json!({
            "schema": 1,
            "lines": 2000,
            "patterns": [{
                "id": "0123456789ab", "count": 1500, "share_ratio": 0.75,
                "template": "took <*> \u{1b}[31m", "sample": "took 3 ms \u{1b}[31m",
            }],
        });
        assert_eq!(json, expected);
        let text = written(Format::Json, Lang::En, Some(vec![1, 4]));
        let json: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            json["patterns"][0]["line_numbers"],
            serde_json::json!([1, 4])
        );
    }
}
