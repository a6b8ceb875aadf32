//! What does a person read? In: a report; out: text in this layout, sections without content left out.
//!
//! ```text
//! stack-golem:observe-platform report            fixed in both languages
//! Issue:     atlas-api is returning 500s         the head: always these five labels in this order
//! Source:    Loki ✓ 410ms · SSH not asked (…)
//! Findings:  1 critical, 1 warning: …            one line: how many, and the worst by title
//! Diagnosis: down since 10:02:00: …              verdict, onset, likeliest cause
//! Token:     deleted ✓
//!
//!                                                --brief ends here
//! staging · atlas-api · 2026-11-21 10:00:00 to …, times in UTC+01:00
//! understood: atlas-api · errors · "since 10"
//!
//! Diagnosis                                      causes, likeliest first; left out where the head says it all
//!   1. …statement… (postgres-connections-exhausted, confidence 92%)
//!      because of f1, f3
//!      Next: …why…
//!        scout …                                 never wrapped: it is to be copied
//!
//! Findings · Suspects · Metrics · Errors · Timeline · Checked and in order      tables
//!
//! Not checked                                    --brief counts them in the head
//!
//! token 2222…: read_only_logs; lived 1.2s
//! Token: deleted ✓                               always the last line
//! ```
//!
//! Every text of the report is made visible: its titles may quote log lines.

use std::io::{self, Write};

use super::Look;
use super::head;
use super::style::Role;
use super::table::Table;
use super::tables;
use super::visible::{LEAST_COLUMNS, columns, fit, visible, wrap};
use crate::model::messages::render::{self as words, Section};
use crate::report::{Cause, Report};

/// Columns of one piece of evidence: enough for a long query, and a page is not filled by one log line. JSON has it whole.
pub(super) const EVIDENCE_COLUMNS: usize = 400;

/// Writes the report for people.
///
/// # Errors
/// The writer's.
pub(crate) fn report(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    write_head(report, look, out)?;
    if look.brief {
        return Ok(());
    }
    writeln!(out)?;
    for line in wrap(&head::context(report, look), look.width) {
        writeln!(out, "{}", look.style.paint(Role::Quiet, &line))?;
    }
    for line in head::understood(report, look)
        .iter()
        .flat_map(|text| wrap(text, look.width))
    {
        writeln!(out, "{}", look.style.paint(Role::Quiet, &line))?;
    }
    if !head::says_all(&report.diagnosis) {
        write_section(Section::Diagnosis, look, out)?;
        for (index, cause) in report.diagnosis.iter().enumerate() {
            write_cause(index + 1, cause, look, out)?;
        }
    }
    write_findings(report, look, out)?;
    for (section, table) in tables::tables(report, look) {
        write_table(section, &table, look, out)?;
    }
    write_table(Section::Gaps, &tables::gaps(report, look), look, out)?;
    write_token(report, look, out)
}

/// Writes the six lines of the head.
fn write_head(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(
        out,
        "{}",
        look.style.paint(Role::Title, words::REPORT_TITLE)
    )?;
    let labels = words::head_labels(look.lang);
    let indent = labels.iter().map(|label| columns(label)).max().unwrap_or(0) + 1;
    let findings = head::findings_in_short(report, room(look, indent), look);
    let values = [
        (Role::Plain, visible(&report.issue).into_owned()),
        (Role::Plain, head::sources(report, look)),
        (Role::Plain, findings),
        (
            head::verdict_role(report.verdict),
            head::diagnosis_in_short(report, look),
        ),
        head::token_in_short(report, look),
    ];
    for (label, (role, value)) in labels.into_iter().zip(values) {
        write_labelled(label, indent, (role, &value), look, out)?;
    }
    match &report.token.remedy {
        Some(remedy) => write_remedy(remedy, indent, look, out),
        None => Ok(()),
    }
}

/// Writes a label in `indent` columns and its value beside it, wrapped under itself.
fn write_labelled(
    label: &str,
    indent: usize,
    (role, value): (Role, &str),
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    for (index, line) in wrap(value, room(look, indent)).iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        let pad = " ".repeat(indent.saturating_sub(columns(label)));
        let line = format!(
            "{}{pad}{}",
            look.style.paint(Role::Quiet, label),
            look.style.paint(role, line)
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Columns that are left beside an indent.
fn room(look: &Look, indent: usize) -> Option<usize> {
    look.width
        .map(|width| width.saturating_sub(indent).max(LEAST_COLUMNS))
}

/// Writes the command that removes a token that was left behind; never wrapped.
fn write_remedy(remedy: &str, indent: usize, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let intro = words::token_remedy(look.lang);
    writeln!(out, "{}{intro} {}", " ".repeat(indent), visible(remedy))
}

/// Writes the end of the report: the token's life, then what became of it as the last line.
fn write_token(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out)?;
    if let Some(life) = head::token_life(report, look) {
        for line in wrap(&life, look.width) {
            writeln!(out, "{}", look.style.paint(Role::Quiet, &line))?;
        }
    }
    if let Some(remedy) = &report.token.remedy {
        write_remedy(remedy, 0, look, out)?;
    }
    let [.., label] = words::head_labels(look.lang);
    let (role, value) = head::token_in_short(report, look);
    writeln!(out, "{label} {}", look.style.paint(role, &value))
}

/// Writes an empty line and a heading.
fn write_section(section: Section, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let heading = words::heading(look.lang, section);
    writeln!(out, "\n{}", look.style.paint(Role::Title, heading))
}

/// Writes a section that is one table; nothing where it has no row.
fn write_table(
    section: Section,
    table: &Table,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if table.is_empty() {
        return Ok(());
    }
    write_section(section, look, out)?;
    table.write(look, out)
}

/// Writes a cause: what it says, the findings behind it, what to do next.
fn write_cause(rank: usize, cause: &Cause, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    let label = format!("  {rank}.");
    let indent = columns(&label) + 1;
    write_labelled(
        &label,
        indent,
        (Role::Plain, &head::cause_in_short(cause, look)),
        look,
        out,
    )?;
    if !cause.because.is_empty() {
        let because = words::because(look.lang, &visible(&cause.because.join(", ")));
        write_labelled("", indent, (Role::Quiet, &because), look, out)?;
    }
    for step in &cause.next {
        let why = format!("{} {}", words::next_steps(look.lang), visible(&step.why));
        write_labelled("", indent, (Role::Plain, &why), look, out)?;
        let command = visible(&step.command);
        let command = look.style.paint(Role::Host, &command);
        writeln!(out, "{}{command}", " ".repeat(indent + 2))?;
    }
    Ok(())
}

/// Writes the findings: the table, then what each of them rests on.
fn write_findings(report: &Report, look: &Look, out: &mut dyn Write) -> io::Result<()> {
    write_table(
        Section::Findings,
        &tables::findings(report, look),
        look,
        out,
    )?;
    let behind = head::evidence(report);
    if !behind.is_empty() {
        writeln!(out)?;
    }
    for behind in behind {
        let id = visible(&behind.ids);
        let indent = columns(&id) + 2;
        let course = behind
            .course
            .map(|of| head::course_in_short(of, report, look));
        for (index, text) in behind.evidence.iter().chain(course.as_ref()).enumerate() {
            let label = if index == 0 { id.as_ref() } else { "" };
            let text = fit(text, EVIDENCE_COLUMNS);
            write_labelled(label, indent, (Role::Quiet, &text), look, out)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
