//! Which sections follow the findings, and how do tables look on a page? In: a report; out: suspects, metrics, errors, timeline,
//! what is in order, what could not be checked, and the token at the foot.
//!
//! Tables that are wider than the page scroll inside their own box, which the keyboard reaches; the page itself never scrolls
//! sideways.

use super::super::table::{Cell, Flow, Table};
use super::super::tables::{self, time};
use super::super::{Look, groups, head, metrics};
use super::chart;
use super::findings::write_ids;
use super::markup::Markup;
use super::top::{class_of, write_remedy};
use crate::model::Instant;
use crate::model::messages::html as words;
use crate::model::messages::render::{self as shared, Section};
use crate::model::messages::words as amounts;
use crate::report::{Checked, Report};

/// A section that the page has.
pub(super) struct Part {
    /// Which.
    pub(super) section: Section,
    /// What a link to it names.
    pub(super) id: &'static str,
    /// How many things are in it.
    pub(super) length: usize,
}

impl Part {
    /// The sections of a report's page, in order.
    pub(super) fn of(report: &Report) -> Vec<Self> {
        let causes = if head::says_all(&report.diagnosis) {
            0
        } else {
            report.diagnosis.len()
        };
        [
            (Section::Diagnosis, causes),
            (Section::Findings, report.findings.len()),
            (Section::Suspects, report.suspects.len()),
            (Section::Metrics, report.metrics.len()),
            (Section::Errors, report.errors.len()),
            (Section::Timeline, report.timeline.len()),
            (Section::Checked, report.checked.len()),
            (Section::Gaps, report.gaps.len()),
        ]
        .into_iter()
        .filter(|(_, length)| *length > 0)
        .map(|(section, length)| Self {
            section,
            id: id_of(section),
            length,
        })
        .collect()
    }
}

/// What a link to a section names; the same in both languages.
fn id_of(section: Section) -> &'static str {
    match section {
        Section::Diagnosis => "diagnosis",
        Section::Findings => "findings",
        Section::Suspects => "suspects",
        Section::Metrics => "metrics",
        Section::Errors => "errors",
        Section::Timeline => "timeline",
        Section::Checked => "checked",
        Section::Gaps => "gaps",
    }
}

/// Writes a section with its heading.
pub(super) fn within_section(
    page: &mut Markup,
    section: Section,
    look: &Look,
    inside: impl FnOnce(&mut Markup),
) {
    let id = id_of(section);
    let heading = format!("{id}-heading");
    let attributes = [("id", id), ("aria-labelledby", heading.as_str())];
    page.within("section", &attributes, |page| {
        page.leaf(
            "h2",
            &[("id", &heading)],
            shared::heading(look.lang, section),
        );
        inside(page);
    });
}

/// Writes the sections behind the findings.
pub(super) fn write_sections(page: &mut Markup, report: &Report, look: &Look) {
    let day = report.window.to;
    for (section, caption, table) in [
        (
            Section::Suspects,
            words::suspects_caption(look.lang),
            tables::suspects(report, look),
        ),
        (
            Section::Metrics,
            words::metrics_caption(look.lang),
            metrics::table(&report.metrics, day, look),
        ),
        (
            Section::Errors,
            words::errors_caption(look.lang),
            groups::table(&report.errors, day, look),
        ),
    ] {
        write_table_section(page, section, caption, &table, look);
    }
    write_timeline(page, report, look);
    write_checked(page, report, look);
    let caption = words::gaps_caption(look.lang);
    write_table_section(
        page,
        Section::Gaps,
        caption,
        &tables::gaps(report, look),
        look,
    );
}

/// Writes a section that is one table; nothing where it has no row.
fn write_table_section(
    page: &mut Markup,
    section: Section,
    caption: &str,
    table: &Table,
    look: &Look,
) {
    if table.is_empty() {
        return;
    }
    within_section(page, section, look, |page| {
        let region = [
            ("class", "wide"),
            ("role", "region"),
            ("aria-label", caption),
            ("tabindex", "0"),
        ];
        page.within("div", &region, |page| {
            // The roles say what the elements say: on a phone the styles make blocks of them, and some readers then forget.
            page.within("table", &[("role", "table")], |page| {
                page.leaf("caption", &[], caption);
                write_titles(page, table);
                page.within("tbody", &[("role", "rowgroup")], |page| {
                    for row in table.rows() {
                        write_row(page, row, table.columns(), look);
                    }
                });
            });
        });
    });
}

/// Writes the titles of the columns.
fn write_titles(page: &mut Markup, table: &Table) {
    page.within("thead", &[("role", "rowgroup")], |page| {
        page.within("tr", &[("role", "row")], |page| {
            for (title, flow) in table.columns() {
                let class = class_of_flow(*flow);
                let attributes = [("role", "columnheader"), ("scope", "col"), ("class", class)];
                page.leaf("th", &attributes, title);
            }
        });
    });
}

/// Writes a row; its first cell names it.
fn write_row(page: &mut Markup, row: &[Cell], columns: &[(String, Flow)], look: &Look) {
    page.within("tr", &[("role", "row")], |page| {
        for (index, (cell, (title, flow))) in row.iter().zip(columns).enumerate() {
            let class = format!("{} {}", class_of_flow(*flow), class_of(cell.role()));
            if index == 0 {
                let attributes = [("role", "rowheader"), ("scope", "row"), ("class", &*class)];
                page.leaf("th", &attributes, &cell.lines()[0]);
                continue;
            }
            let attributes = [("role", "cell"), ("class", &*class), ("data-title", title)];
            page.within("td", &attributes, |page| {
                if cell.values().is_empty() {
                    write_lines(page, cell);
                } else {
                    let name = format!("{} {}", row[0].lines()[0], row[1].lines()[0]);
                    let label = words::trend_of(look.lang, &name);
                    chart::write_sparkline(page, cell.values(), &label);
                }
            });
        }
    });
}

/// Writes the lines of a cell: the first as it is, others smaller below it.
fn write_lines(page: &mut Markup, cell: &Cell) {
    for (index, line) in cell.lines().iter().enumerate() {
        if index == 0 {
            page.text(line);
        } else {
            page.leaf("div", &[("class", "below")], line);
        }
    }
}

/// The class of a column.
fn class_of_flow(flow: Flow) -> &'static str {
    match flow {
        Flow::Fixed => "fixed",
        Flow::Number => "figure",
        Flow::Text => "text",
    }
}

/// Writes what happened, in order.
fn write_timeline(page: &mut Markup, report: &Report, look: &Look) {
    if report.timeline.is_empty() {
        return;
    }
    within_section(page, Section::Timeline, look, |page| {
        page.within("ol", &[("class", "timeline")], |page| {
            for event in &report.timeline {
                page.within("li", &[], |page| {
                    write_time(page, event.ts, report, look);
                    page.text(" ");
                    page.leaf("span", &[("class", "host")], &event.service);
                    page.text(" ");
                    page.within("span", &[("class", "what")], |page| {
                        page.text(&event.what);
                        page.text(" ");
                        page.within("span", &[("class", "ids")], |page| {
                            write_ids(page, &event.evidence, report);
                        });
                    });
                });
            }
        });
    });
}

/// Writes what is in order, by service.
fn write_checked(page: &mut Markup, report: &Report, look: &Look) {
    if report.checked.is_empty() {
        return;
    }
    within_section(page, Section::Checked, look, |page| {
        page.within("dl", &[("class", "checked")], |page| {
            let same_service = |a: &Checked, b: &Checked| a.service == b.service;
            for service in report.checked.chunk_by(same_service) {
                page.within("div", &[], |page| {
                    page.leaf("dt", &[("class", "host")], &service[0].service);
                    for checked in service {
                        page.within("dd", &[], |page| {
                            let sign = [("class", "good"), ("aria-hidden", "true")];
                            page.leaf("span", &sign, "✓");
                            page.text(" ");
                            page.text(&checked.what);
                        });
                    }
                });
            }
        });
    });
}

/// Writes a time for people, with its exact form for programs.
pub(super) fn write_time(page: &mut Markup, at: Instant, report: &Report, look: &Look) {
    let exact = at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    page.leaf(
        "time",
        &[("datetime", &exact)],
        &time(Some(at), report, look),
    );
}

/// Writes what became of the token, and which program made the page.
pub(super) fn write_footer(page: &mut Markup, report: &Report, look: &Look) {
    page.within("footer", &[], |page| {
        if let Some(life) = head::token_life(report, look) {
            page.leaf("p", &[("class", "quiet")], &life);
        }
        write_remedy(page, report, look);
        let at = amounts::date_time(report.generated_at, look.offset);
        page.leaf(
            "p",
            &[("class", "quiet")],
            &words::made_by(look.lang, &report.tool, &at),
        );
        let [.., label] = shared::head_labels(look.lang);
        let (role, value) = head::token_in_short(report, look);
        page.within("p", &[("class", "token")], |page| {
            page.text(label);
            page.text(" ");
            page.leaf("strong", &[("class", class_of(role))], &value);
        });
    });
}
