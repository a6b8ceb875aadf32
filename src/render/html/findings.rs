//! What is wrong, and what shows it? In: a report; out: its causes with the commands to run next, and its findings, each with
//! a chart and what it rests on.

use super::super::head;
use super::super::tables::severity;
use super::super::text::EVIDENCE_COLUMNS;
use super::super::{Look, visible::fit};
use super::chart;
use super::markup::Markup;
use super::sections::{within_section, write_time};
use super::top::{class_of, write_command};
use crate::model::messages::html as words;
use crate::model::messages::render::{self as shared, Section};
use crate::report::{Cause, Finding, Report, Severity};

/// Writes the causes, likeliest first; nothing where the head has said it all.
pub(super) fn write_diagnosis(page: &mut Markup, report: &Report, look: &Look) {
    if head::says_all(&report.diagnosis) {
        return;
    }
    within_section(page, Section::Diagnosis, look, |page| {
        page.within("ol", &[("class", "causes")], |page| {
            for cause in &report.diagnosis {
                page.within("li", &[], |page| write_cause(page, cause, report, look));
            }
        });
    });
}

/// Writes a cause: what it says, how sure it is, the findings behind it, what to do next.
fn write_cause(page: &mut Markup, cause: &Cause, report: &Report, look: &Look) {
    page.leaf("h3", &[], cause.statement.trim_end_matches('.'));
    page.within("p", &[("class", "meta")], |page| {
        page.leaf("code", &[], &cause.cause);
        page.text(" · ");
        page.text(&shared::confidence(look.lang, cause.confidence));
        chart::write_bar(page, cause.confidence);
        if !cause.because.is_empty() {
            page.text(" · ");
            page.text(&shared::because(look.lang, ""));
            write_ids(page, &cause.because, report);
        }
    });
    for step in &cause.next {
        page.within("p", &[("class", "next")], |page| {
            page.leaf("b", &[], shared::next_steps(look.lang));
            page.text(" ");
            page.text(&step.why);
        });
        write_command(page, &step.command);
    }
}

/// Writes ids of findings, each leading to its finding; an id that is none of ours leads nowhere.
pub(super) fn write_ids(page: &mut Markup, ids: &[String], report: &Report) {
    for (index, id) in ids.iter().enumerate() {
        if index > 0 {
            page.text(", ");
        }
        if report.findings.iter().any(|finding| finding.id == *id) {
            page.leaf("a", &[("href", &format!("#{id}"))], id);
        } else {
            page.text(id);
        }
    }
}

/// Writes the findings, worst first.
pub(super) fn write_findings(page: &mut Markup, report: &Report, look: &Look) {
    if report.findings.is_empty() {
        return;
    }
    within_section(page, Section::Findings, look, |page| {
        for finding in &report.findings {
            write_finding(page, finding, report, look);
        }
    });
}

/// Writes one finding: what is said, how it went, what it rests on.
fn write_finding(page: &mut Markup, finding: &Finding, report: &Report, look: &Look) {
    let (role, _) = severity(finding.severity, look);
    let class = format!("finding {}", class_of(role));
    let attributes = [("id", finding.id.as_str()), ("class", class.as_str())];
    let course = report.course_of(&finding.id);
    // A quantity behind several findings is drawn once, with the first.
    let (drawn, elsewhere) = match course {
        Some(course) if course.findings.first() == Some(&finding.id) => (Some(course), None),
        Some(course) => (None, course.findings.first()),
        None => (None, None),
    };
    page.within("article", &attributes, |page| {
        page.within("div", &[("class", "said")], |page| {
            page.within("h3", &[], |page| {
                page.leaf("span", &[("class", "id")], &finding.id);
                page.text(" ");
                page.text(&finding.title);
            });
            write_meta(page, finding, elsewhere, report, look);
        });
        if let Some(course) = drawn {
            chart::write_chart(page, course, report, look);
        }
        write_evidence(page, finding, look);
    });
}

/// Writes how bad a finding is, where, since when, and with which finding its chart is drawn.
fn write_meta(
    page: &mut Markup,
    finding: &Finding,
    elsewhere: Option<&String>,
    report: &Report,
    look: &Look,
) {
    let (role, word) = severity(finding.severity, look);
    page.within("p", &[("class", "meta")], |page| {
        page.within("span", &[("class", class_of(role))], |page| {
            page.leaf(
                "span",
                &[("aria-hidden", "true")],
                sign_of(finding.severity),
            );
            page.text(" ");
            page.text(word);
        });
        page.text(" · ");
        page.leaf("span", &[("class", "host")], &finding.service);
        if let Some(since) = finding.since {
            page.text(" · ");
            page.text(&shared::since(look.lang, ""));
            write_time(page, since, report, look);
        }
        if let Some(id) = elsewhere {
            page.text(" · ");
            page.text(words::drawn_at(look.lang));
            page.text(" ");
            write_ids(page, std::slice::from_ref(id), report);
        }
    });
}

/// The sign of a severity, another shape for each.
fn sign_of(severity: Severity) -> &'static str {
    match severity {
        Severity::Info => "●",
        Severity::Warning => "▲",
        Severity::Critical => "■",
    }
}

/// Writes what a finding rests on, open where the finding hurts.
fn write_evidence(page: &mut Markup, finding: &Finding, look: &Look) {
    if finding.evidence.is_empty() {
        return;
    }
    let open: &[_] = match finding.severity {
        Severity::Info => &[],
        Severity::Warning | Severity::Critical => &[("open", "")],
    };
    page.within("details", open, |page| {
        page.leaf("summary", &[], words::evidence(look.lang));
        page.within("ul", &[("class", "evidence")], |page| {
            for text in &finding.evidence {
                page.within("li", &[], |page| {
                    page.leaf("code", &[], &fit(text, EVIDENCE_COLUMNS));
                });
            }
        });
    });
}
