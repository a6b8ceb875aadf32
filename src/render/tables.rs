//! Which tables does a report have? In: a report; out: its tables, for the text form and the Markdown form.

use super::Look;
use super::groups;
use super::head::source_title;
use super::metrics;
use super::style::Role;
use super::table::{Cell, Flow, Table};
use crate::model::Instant;
use crate::model::messages::render::{self as words, Section};
use crate::model::messages::words as amounts;
use crate::report::{Checked, Report, Severity};

/// The findings, worst first.
pub(crate) fn findings(report: &Report, look: &Look) -> Table {
    let mut table = Table::new(
        words::finding_columns(look.lang),
        [
            Flow::Fixed,
            Flow::Fixed,
            Flow::Fixed,
            Flow::Fixed,
            Flow::Text,
        ],
    );
    for finding in &report.findings {
        let (role, severity) = severity(finding.severity, look);
        table.row([
            Cell::new(&finding.id),
            Cell::painted(role, severity),
            Cell::painted(Role::Host, &finding.service),
            Cell::new(&time(finding.since, report, look)),
            Cell::new(&finding.title),
        ]);
    }
    table
}

/// The tables that follow the findings, in order.
pub(crate) fn tables(report: &Report, look: &Look) -> [(Section, Table); 5] {
    [
        (Section::Suspects, suspects(report, look)),
        (
            Section::Metrics,
            metrics::table(&report.metrics, report.window.to, look),
        ),
        (
            Section::Errors,
            groups::table(&report.errors, report.window.to, look),
        ),
        (Section::Timeline, timeline(report, look)),
        (Section::Checked, checked(report, look)),
    ]
}

/// Services by how much points at them.
pub(crate) fn suspects(report: &Report, look: &Look) -> Table {
    let mut table = Table::new(
        words::suspect_columns(look.lang),
        [Flow::Fixed, Flow::Number, Flow::Text],
    );
    for suspect in &report.suspects {
        let signals = suspect.signals.iter().map(|signal| {
            let shift = amounts::decimal(look.lang, signal.shift, 1);
            let sign = if signal.shift > 0.0 { "+" } else { "" };
            let sigma = if look.ascii { " sd" } else { "σ" };
            format!("{} {sign}{shift}{sigma}", signal.metric)
        });
        table.row([
            Cell::painted(Role::Host, &suspect.service),
            Cell::painted(Role::Number, &amounts::decimal(look.lang, suspect.score, 2)),
            Cell::new(&signals.collect::<Vec<_>>().join(", ")),
        ]);
    }
    table
}

/// What happened, in order.
fn timeline(report: &Report, look: &Look) -> Table {
    let mut table = Table::new(
        words::event_columns(look.lang),
        [Flow::Fixed, Flow::Fixed, Flow::Text],
    );
    for event in &report.timeline {
        table.row([
            Cell::new(&time(Some(event.ts), report, look)),
            Cell::painted(Role::Host, &event.service),
            Cell::new(&event.what),
        ]);
    }
    table
}

/// What is in order, a row a service.
fn checked(report: &Report, look: &Look) -> Table {
    let mut table = Table::new(words::checked_columns(look.lang), [Flow::Fixed, Flow::Text]);
    let same_service = |a: &Checked, b: &Checked| a.service == b.service;
    for service in report.checked.chunk_by(same_service) {
        let what: Vec<&str> = service
            .iter()
            .map(|checked| checked.what.as_str())
            .collect();
        table.row([
            Cell::painted(Role::Host, &service[0].service),
            Cell::new(&what.join("; ")),
        ]);
    }
    table
}

/// What could not be checked.
pub(crate) fn gaps(report: &Report, look: &Look) -> Table {
    let mut table = Table::new(
        words::gap_columns(look.lang),
        [Flow::Fixed, Flow::Fixed, Flow::Text],
    );
    for gap in &report.gaps {
        table.row([
            Cell::painted(Role::Host, &source_title(&gap.source, look)),
            Cell::painted(Role::Warn, &gap.kind),
            Cell::new(&gap.message),
        ]);
    }
    table
}

/// The severity's word and look.
pub(crate) fn severity(severity: Severity, look: &Look) -> (Role, &'static str) {
    let [info, warning, critical] = words::severities(look.lang);
    match severity {
        Severity::Info => (Role::Plain, info),
        Severity::Warning => (Role::Warn, warning),
        Severity::Critical => (Role::Bad, critical),
    }
}

/// A time, with its date where it is not the day on which the window ends; nothing where it is not known.
pub(crate) fn time(at: Option<Instant>, report: &Report, look: &Look) -> String {
    at.map_or_else(String::new, |at| {
        amounts::time_near(at, report.window.to, look.offset)
    })
}
