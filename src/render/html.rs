//! What does a person read in a browser? In: a report; out: one HTML file that needs nothing else: no network, no script, no
//! font, no image. It is read on a phone at night, on paper, and by a screen reader.
//!
//! ```text
//! header   report title, verdict, the head of five labels, context        --brief ends here
//! nav      the sections that follow, with how much is in them
//! main     Diagnosis · Findings, each with its chart and evidence · Suspects · Metrics · Errors · Timeline ·
//!          Checked and in order · Not checked
//! footer   what became of the token, tool and time
//! ```
//!
//! The order and the facts are those of the text form. A policy in the file itself (`default-src 'none'`) holds the browser to
//! the promise that nothing is fetched and nothing runs. Colour is never the only carrier of a meaning: a sign and a word stand
//! beside it, and thresholds differ in their dashes.

mod chart;
mod findings;
mod markup;
mod sections;
mod top;

use std::io::{self, Write};

use super::Look;
use super::style::Style;
use crate::model::messages::html as words;
use crate::report::Report;
use markup::Markup;

/// The whole look; part of the file that is written.
const STYLE_SHEET: &str = include_str!("html/style.css");

/// What the browser may do with the file: apply its own styles, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

/// Writes the report as one HTML file.
///
/// # Errors
/// The writer's.
pub(crate) fn report(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    // A file is UTF-8, wraps by itself and has no colour codes, whatever the terminal is.
    let look = &Look {
        width: None,
        ascii: false,
        style: Style::new(false),
        ..*look
    };
    let mut page = Markup::default();
    page.within(
        "html",
        &[("lang", words::language_tag(look.lang))],
        |page| {
            write_head_element(page, report, look);
            page.within("body", &[], |page| {
                top::write_header(page, report, look);
                if !look.brief {
                    top::write_nav(page, report, look);
                    page.within("main", &[("id", "report")], |page| {
                        findings::write_diagnosis(page, report, look);
                        findings::write_findings(page, report, look);
                        sections::write_sections(page, report, look);
                    });
                    sections::write_footer(page, report, look);
                }
            });
        },
    );
    out.write_all(page.into_page().as_bytes())
}

/// Writes what the browser reads first: encoding, policy, title, styles.
fn write_head_element(page: &mut Markup, report: &Report, look: &Look) {
    page.within("head", &[], |page| {
        page.void("meta", &[("charset", "utf-8")]);
        page.void(
            "meta",
            &[
                ("http-equiv", "Content-Security-Policy"),
                ("content", POLICY),
            ],
        );
        for (name, content) in [
            ("viewport", "width=device-width, initial-scale=1"),
            ("color-scheme", "light dark"),
            ("referrer", "no-referrer"),
            ("robots", "noindex"),
            ("generator", &report.tool),
        ] {
            page.void("meta", &[("name", name), ("content", content)]);
        }
        // Without it a browser asks the server for /favicon.ico.
        page.void("link", &[("rel", "icon"), ("href", "data:,")]);
        page.leaf("title", &[], &top::page_title(report, look));
        page.style_sheet(STYLE_SHEET);
    });
}

#[cfg(test)]
mod tests;
