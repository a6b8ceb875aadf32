//! What does the report say in short? In: a report; out: the texts of its head, one a function, shared by all forms for
//! people. Text from outside is made visible here; colour and wrapping come later.

use super::Look;
use super::sparkline::sparkline;
use super::style::Role;
use super::tables::time;
use super::visible::{columns, fit, visible};
use crate::model::messages::render as words;
use crate::model::messages::words as amounts;
use crate::model::{TokenStatus, Unit};
use crate::report::{Cause, Course, Finding, Report, Severity, SourceLine, Verdict};

/// Findings named in the head at most; the table has all of them.
const FINDINGS_IN_HEAD: usize = 3;
/// Columns of the findings in the head where there is no terminal: a line that a ticket shows whole.
const SUMMARY_COLUMNS: usize = 120;
/// Columns of the worst finding's title, however narrow the terminal is: less would not tell what it is.
const LEAST_TITLE: usize = 48;

/// Columns of a course's sparkline: half of them are the window, and it stays in one piece on a narrow terminal.
const COURSE_COLUMNS: usize = 24;

/// What a thing is joined to the next with.
fn dot(look: &Look) -> &'static str {
    if look.ascii { " | " } else { " · " }
}

/// Environment, services, window and offset.
pub(crate) fn context(report: &Report, look: &Look) -> String {
    let window = words::window(
        look.lang,
        &amounts::date_time(report.window.from, look.offset),
        &amounts::date_time(report.window.to, look.offset),
        &amounts::utc_offset(look.offset),
    );
    let services = report.services.join(", ");
    [
        report.environment.as_str(),
        services.as_str(),
        window.as_str(),
    ]
    .into_iter()
    .filter(|part| !part.is_empty())
    .map(visible)
    .collect::<Vec<_>>()
    .join(dot(look))
}

/// What was understood of the question, and what was not; `None` where there was none.
pub(crate) fn understood(report: &Report, look: &Look) -> Option<String> {
    let understood = report.understood.as_ref()?;
    let slip = |service: &String| {
        let slip = understood.slips.iter().find(|(_, meant)| meant == service);
        let typed = slip.map(|(typed, _)| visible(typed));
        words::understood_service(look.lang, &visible(service), typed.as_deref())
    };
    let services: Vec<String> = understood.services.iter().map(slip).collect();
    let services = if services.is_empty() {
        words::no_service_understood(look.lang, length(&report.services))
    } else {
        services.join(", ")
    };
    let time = match &understood.time {
        _ if understood.window_by_flags => None,
        Some(words) => Some(words::understood_time(look.lang, &visible(words))),
        None => Some(words::no_time_understood(look.lang).to_owned()),
    };
    let symptom = words::understood_symptom(look.lang, &understood.symptom).to_owned();
    let parts: Vec<String> = [Some(services), Some(symptom), time]
        .into_iter()
        .flatten()
        .collect();
    Some(words::understood(look.lang, &parts.join(dot(look))))
}

/// Each source with how it went.
pub(crate) fn sources(report: &Report, look: &Look) -> String {
    if report.sources.is_empty() {
        return words::no_source(look.lang).to_owned();
    }
    let one = |source: &SourceLine| source_in_short(source, look);
    report
        .sources
        .iter()
        .map(one)
        .collect::<Vec<_>>()
        .join(dot(look))
}

/// One source with how it went.
fn source_in_short(line: &SourceLine, look: &Look) -> String {
    let name = source_title(&line.source, look);
    let reason = line.reason.as_deref().map(visible);
    if line.skipped {
        return format!(
            "{name} {}",
            words::source_skipped(look.lang, reason.as_deref())
        );
    }
    if !line.ok {
        let failed = words::source_failed(look.lang, reason.as_deref());
        return format!("{name} {} {failed}", mark(false, look));
    }
    let elapsed = amounts::value(look.lang, Unit::Seconds, line.elapsed_seconds);
    format!("{name} {} {elapsed}", mark(true, look))
}

/// A source's name for people; a name that scout does not know stays as it is.
pub(crate) fn source_title(source: &str, look: &Look) -> String {
    words::source_name(look.lang, source)
        .map_or_else(|| visible(source).into_owned(), str::to_owned)
}

/// The sign of success or failure.
fn mark(good: bool, look: &Look) -> &'static str {
    match (good, look.ascii) {
        (true, false) => "✓",
        (false, false) => "✗",
        (true, true) => "(ok)",
        (false, true) => "(!)",
    }
}

/// How many findings of each severity, and the worst by title, as many as one line of `room` columns holds.
pub(crate) fn findings_in_short(report: &Report, room: Option<usize>, look: &Look) -> String {
    // That nobody switched alerts on is so in every report of the account, and no gap of this run.
    let gaps = report.gaps.iter().filter(|gap| gap.kind != "not-enabled");
    let gaps = gaps.count() as u64;
    let gaps = (gaps > 0).then(|| words::gaps_exist(look.lang, gaps));
    let main = if report.findings.is_empty() {
        words::no_findings(look.lang, length(&report.checked))
    } else {
        let severities = format!(
            "{}{}",
            severities_in_short(report, look),
            look.lang.pick(": ", " : ")
        );
        let taken = columns(&severities) + gaps.as_deref().map_or(0, |gaps| columns(gaps) + 2);
        let room = room.unwrap_or(SUMMARY_COLUMNS).saturating_sub(taken);
        format!("{severities}{}", titles_in_short(report, room, look))
    };
    [Some(main), gaps]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("; ")
}

/// The worst findings by title: the first cut to the room that there is, others only where they fit whole.
fn titles_in_short(report: &Report, room: usize, look: &Look) -> String {
    let mut text = String::new();
    for (index, finding) in report.findings.iter().take(FINDINGS_IN_HEAD).enumerate() {
        let title = visible(&finding.title);
        if index == 0 {
            text = fit(&title, room.max(LEAST_TITLE));
            if look.ascii && text.len() < title.len() {
                text = text.replace('…', "...");
            }
        } else if columns(&text) + columns(&title) + 2 <= room {
            text = format!("{text}; {title}");
        }
    }
    text
}

/// `2 critical, 1 warning`.
fn severities_in_short(report: &Report, look: &Look) -> String {
    let of = |severity| {
        let same = |f: &&Finding| f.severity == severity;
        report.findings.iter().filter(same).count() as u64
    };
    [
        (
            of(Severity::Critical),
            words::critical_findings as fn(_, _) -> _,
        ),
        (of(Severity::Warning), words::warning_findings),
        (of(Severity::Info), words::info_findings),
    ]
    .into_iter()
    .filter(|(n, _)| *n > 0)
    .map(|(n, say)| say(look.lang, n))
    .collect::<Vec<_>>()
    .join(", ")
}

/// The length of a list, for a sentence.
fn length<T>(list: &[T]) -> u64 {
    list.len() as u64
}

/// Since when, and whether it is over or came and went; `None` where no onset is known.
pub(crate) fn since(report: &Report, look: &Look) -> Option<String> {
    let shown = |at| time(Some(at), report, look);
    let mut text = words::since(look.lang, &shown(report.onset?));
    if let Some(end) = report.ended_at {
        text = format!("{text}, {}", words::over(look.lang, &shown(end)));
    }
    if let Some(spells) = report.spells {
        text = format!("{text}, {}", words::came_and_went(look.lang, spells));
    }
    Some(text)
}

/// Verdict, onset and the likeliest cause.
pub(crate) fn diagnosis_in_short(report: &Report, look: &Look) -> String {
    let mut text = verdict(report.verdict, look).to_owned();
    if let Some(since) = since(report, look) {
        text = format!("{text} {since}");
    }
    match report.diagnosis.first() {
        Some(cause) => {
            let colon = look.lang.pick(":", " :");
            format!("{text}{colon} {}", cause_in_short(cause, look))
        }
        None => text,
    }
}

/// What a cause says, its id, and how sure it is.
pub(crate) fn cause_in_short(cause: &Cause, look: &Look) -> String {
    let confidence = words::confidence(look.lang, cause.confidence);
    format!(
        "{} ({}, {confidence})",
        visible(cause.statement.trim_end_matches('.')),
        visible(&cause.cause)
    )
}

/// Whether the head has said everything that the causes have to say: there is one at most, and nothing behind it.
pub(crate) fn says_all(causes: &[Cause]) -> bool {
    match causes {
        [] => true,
        [cause] => cause.because.is_empty() && cause.next.is_empty(),
        _ => false,
    }
}

/// What some findings rest on.
pub(crate) struct Behind<'a> {
    /// Their ids, joined by commas.
    pub(crate) ids: String,
    /// Queries, figures, samples.
    pub(crate) evidence: &'a [String],
    /// How the quantity behind them went, where it has a course.
    pub(crate) course: Option<&'a Course>,
}

/// What the findings rest on: findings that rest on the same are named together. Those that rest on nothing are left out.
pub(crate) fn evidence(report: &Report) -> Vec<Behind<'_>> {
    let mut behind: Vec<Behind<'_>> = Vec::new();
    for finding in &report.findings {
        let evidence = finding.evidence.as_slice();
        let course = report.course_of(&finding.id);
        if evidence.is_empty() && course.is_none() {
            continue;
        }
        let same = behind
            .iter_mut()
            .find(|known| known.evidence == evidence && known.course == course);
        match same {
            Some(known) => known.ids.extend([", ", finding.id.as_str()]),
            None => behind.push(Behind {
                ids: finding.id.clone(),
                evidence,
                course,
            }),
        }
    }
    behind
}

/// A course in one line: the quantity, its sparkline, and the two windows that it spans.
pub(crate) fn course_in_short(course: &Course, report: &Report, look: &Look) -> String {
    let at = |at| time(Some(at), report, look);
    let spans = words::spans(
        look.lang,
        &at(report.baseline.from),
        &at(report.window.from),
        &at(report.window.to),
    );
    let trend = sparkline(&course.values, COURSE_COLUMNS, look.ascii);
    format!("{}  {trend}  {spans}", visible(&course.what))
}

/// The verdict's word.
pub(crate) fn verdict(verdict: Verdict, look: &Look) -> &'static str {
    let [healthy, degraded, down, unknown] = words::verdicts(look.lang);
    match verdict {
        Verdict::Healthy => healthy,
        Verdict::Degraded => degraded,
        Verdict::Down => down,
        Verdict::Unknown => unknown,
    }
}

/// The verdict's look.
pub(crate) fn verdict_role(verdict: Verdict) -> Role {
    match verdict {
        Verdict::Healthy => Role::Good,
        Verdict::Degraded | Verdict::Unknown => Role::Warn,
        Verdict::Down => Role::Bad,
    }
}

/// What became of the token, in the words that the last line must have.
pub(crate) fn token_in_short(report: &Report, look: &Look) -> (Role, String) {
    let token = &report.token;
    match token.status {
        TokenStatus::Deleted => (
            Role::Good,
            words::token_deleted(look.lang, mark(true, look)),
        ),
        TokenStatus::NotNeeded => (Role::Plain, words::token_not_needed(look.lang).to_owned()),
        TokenStatus::NotCreated => (Role::Plain, words::token_not_created(look.lang).to_owned()),
        TokenStatus::LeftBehind => {
            let id = token.id.as_deref().unwrap_or(words::unknown_id(look.lang));
            let text = words::token_left_behind(look.lang, mark(false, look));
            (Role::Bad, format!("{text} {}", visible(id)))
        }
    }
}

/// The token's id, scopes and lifetime; `None` where there was no token or its id was never learnt.
pub(crate) fn token_life(report: &Report, look: &Look) -> Option<String> {
    let token = &report.token;
    let scopes: Vec<_> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    let lived = token
        .lived_seconds
        .map(|lived| amounts::value(look.lang, Unit::Seconds, lived));
    let id = visible(token.id.as_deref()?);
    Some(words::token_life(
        look.lang,
        &id,
        &scopes.join(", "),
        lived.as_deref(),
    ))
}
