//! What does the top of the page say? In: a report; out: its header (title, verdict, the head of five labels, context) and the
//! links to its sections.

use super::super::head;
use super::super::style::Role;
use super::super::{Look, visible::fit};
use super::markup::Markup;
use super::sections::Part;
use crate::model::messages::html as words;
use crate::model::messages::render as shared;
use crate::report::{Report, Verdict};

/// Characters of the issue in the page's title: as many as a tab or a list of files shows.
const TITLE_COLUMNS: usize = 80;

/// The title of the page: verdict and issue, so that open tabs can be told apart.
pub(super) fn page_title(report: &Report, look: &Look) -> String {
    let verdict = head::verdict(report.verdict, look);
    let issue = fit(report.issue.trim(), TITLE_COLUMNS);
    if issue.is_empty() {
        format!("{verdict} · scout")
    } else {
        format!("{verdict}: {issue} · scout")
    }
}

/// Writes title, verdict, head and context.
pub(super) fn write_header(page: &mut Markup, report: &Report, look: &Look) {
    page.within("header", &[], |page| {
        page.leaf("h1", &[], shared::REPORT_TITLE);
        write_verdict(page, report, look);
        page.within("dl", &[("class", "head")], |page| {
            let findings = head::findings_in_short(report, None, look);
            let values = [
                (Role::Plain, report.issue.clone()),
                (Role::Plain, head::sources(report, look)),
                (Role::Plain, findings),
                (Role::Plain, head::diagnosis_in_short(report, look)),
                head::token_in_short(report, look),
            ];
            for (label, (role, value)) in shared::head_labels(look.lang).into_iter().zip(values) {
                page.leaf("dt", &[], label);
                page.leaf("dd", &[("class", class_of(role))], &value);
            }
        });
        write_remedy(page, report, look);
        page.leaf("p", &[("class", "context")], &head::context(report, look));
        if let Some(understood) = head::understood(report, look) {
            page.leaf("p", &[("class", "understood")], &understood);
        }
    });
}

/// Writes the verdict: a sign, its word, since when.
fn write_verdict(page: &mut Markup, report: &Report, look: &Look) {
    let (sign, class) = match report.verdict {
        Verdict::Healthy => ("✓", "verdict good"),
        Verdict::Degraded => ("▲", "verdict warn"),
        Verdict::Down => ("✕", "verdict bad"),
        Verdict::Unknown => ("?", "verdict warn"),
    };
    page.within("p", &[("class", class)], |page| {
        page.leaf("span", &[("class", "sign"), ("aria-hidden", "true")], sign);
        page.text(" ");
        page.leaf("strong", &[], head::verdict(report.verdict, look));
        if let Some(since) = head::since(report, look) {
            page.text(" ");
            page.leaf("span", &[("class", "since")], &since);
        }
    });
}

/// Writes the command that removes a token that was left behind; nothing where none was.
pub(super) fn write_remedy(page: &mut Markup, report: &Report, look: &Look) {
    if let Some(remedy) = &report.token.remedy {
        page.leaf("p", &[("class", "bad")], shared::token_remedy(look.lang));
        write_command(page, remedy);
    }
}

/// Writes a command to be copied whole.
pub(super) fn write_command(page: &mut Markup, command: &str) {
    page.within("pre", &[("class", "command"), ("tabindex", "0")], |page| {
        page.leaf("code", &[], command);
    });
}

/// The class of a role.
pub(super) fn class_of(role: Role) -> &'static str {
    match role {
        Role::Plain | Role::Title | Role::Course(_) => "plain",
        Role::Good => "good",
        Role::Bad => "bad",
        Role::Warn => "warn",
        Role::Quiet => "quiet",
        Role::Host => "host",
        Role::Number => "number",
    }
}

/// Writes the links to the sections that exist.
pub(super) fn write_nav(page: &mut Markup, report: &Report, look: &Look) {
    let label = words::contents(look.lang);
    page.within("nav", &[("aria-label", label)], |page| {
        page.within("ul", &[], |page| {
            for part in Part::of(report) {
                page.within("li", &[], |page| {
                    let target = format!("#{}", part.id);
                    page.within("a", &[("href", &target)], |page| {
                        page.text(shared::heading(look.lang, part.section));
                        page.text(" ");
                        page.leaf("span", &[("class", "count")], &part.length.to_string());
                    });
                });
            }
        });
    });
}
