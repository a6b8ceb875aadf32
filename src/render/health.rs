//! How is each service? In: one line a service; out: a table with sparklines, Markdown, or JSON.

use std::io::{self, Write};

use serde::Serialize;

use super::json;
use super::metrics::Metric;
use super::sparkline::sparkline;
use super::style::Role;
use super::table::{Cell, Flow, Table};
use super::visible::{fit, visible};
use super::{Format, Look, write_rows};
use crate::model::messages::health as say;
use crate::model::messages::render as words;
use crate::model::messages::words as amounts;
use crate::model::{Breach, Health, Instant, Kind, TokenOutcome, Window};
use crate::report::{
    ErrorCount, Gap, HealthLine, MetricLine, ProbeProblem, ProbeSeen, StateSeen, Verdict,
    worst_verdict,
};

/// Columns of a sparkline: two of them and their figures fit beside the rest on 120 columns.
const TREND_COLUMNS: usize = 8;

/// Columns of a screen from which two metrics stand beside the rest.
const WIDE_COLUMNS: usize = 150;

/// Columns of what speaks against a service: the report has it whole.
const WHY_COLUMNS: usize = 90;

/// What a health answer is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HealthSheet<'a> {
    /// The map's environment.
    pub(crate) environment: &'a str,
    /// The window in question.
    pub(crate) window: Window,
    /// When it was asked.
    pub(crate) at: Instant,
    /// One line a service, worst first.
    pub(crate) lines: &'a [HealthLine],
    /// Questions without an answer.
    pub(crate) gaps: &'a [Gap],
    /// What became of the token.
    pub(crate) token: &'a TokenOutcome,
}

/// Writes it.
///
/// # Errors
/// The writer's.
pub(crate) fn health(
    sheet: &HealthSheet<'_>,
    format: Format,
    look: &Look,
    out: &mut dyn Write,
) -> io::Result<()> {
    if format != Format::Json {
        let head = head(sheet, look);
        writeln!(out, "{}\n", visible(&head))?;
    }
    let table = table(sheet, look);
    let document = Document::from(sheet);
    write_rows(
        (&table, words::nothing(look.lang)),
        &document,
        format,
        look,
        out,
    )
}

/// Writes the JSON form on one line, for one round of several.
///
/// # Errors
/// The writer's.
pub(crate) fn health_on_a_line(sheet: &HealthSheet<'_>, out: &mut dyn Write) -> io::Result<()> {
    json::write_line(&Document::from(sheet), out)
}

/// The line above the table: where, when, and how many are how.
fn head(sheet: &HealthSheet<'_>, look: &Look) -> String {
    let verdicts = [
        Verdict::Down,
        Verdict::Degraded,
        Verdict::Unknown,
        Verdict::Healthy,
    ];
    let counts: Vec<String> = verdicts
        .iter()
        .filter_map(|verdict| {
            let count = sheet
                .lines
                .iter()
                .filter(|line| line.verdict == *verdict)
                .count();
            (count > 0).then(|| format!("{count} {}", word(*verdict, look)))
        })
        .collect();
    format!(
        "{}  {} - {} ({})  {}",
        sheet.environment,
        amounts::date_time(sheet.window.from, look.offset),
        amounts::time_near(sheet.window.to, sheet.window.from, look.offset),
        amounts::utc_offset(look.offset),
        counts.join(", ")
    )
}

/// The lines as a table; the resources' statuses are left out where there is no room, unless they are cards.
fn table(sheet: &HealthSheet<'_>, look: &Look) -> Table {
    let [service, verdict, state, metrics, errors, probe, why] = say::columns(look.lang);
    let flows = [
        Flow::Fixed,
        Flow::Fixed,
        Flow::Fixed,
        Flow::Text,
        Flow::Number,
        Flow::Text,
        Flow::Text,
    ];
    let mut table = Table::new(
        [service, verdict, state, metrics, errors, probe, why],
        flows,
    );
    for line in sheet.lines {
        table.row([
            Cell::painted(Role::Host, &line.service),
            Cell::painted(role(line.verdict), word(line.verdict, look)),
            state_cell(&line.states),
            Cell::new(&metrics_text(line, look)),
            errors_cell(line.errors, look),
            probe_cell(line.probe.as_ref(), look),
            Cell::new(&why_text(line, sheet.window.to, look)),
        ]);
    }
    table
}

/// A verdict in a word.
fn word(verdict: Verdict, look: &Look) -> &'static str {
    words::verdicts(look.lang)[match verdict {
        Verdict::Healthy => 0,
        Verdict::Degraded => 1,
        Verdict::Down => 2,
        Verdict::Unknown => 3,
    }]
}

/// The look of a verdict.
fn role(verdict: Verdict) -> Role {
    match verdict {
        Verdict::Healthy => Role::Good,
        Verdict::Degraded | Verdict::Unknown => Role::Warn,
        Verdict::Down => Role::Bad,
    }
}

/// The worst status, and how many there are beside it.
fn state_cell(states: &[StateSeen]) -> Cell {
    let Some(worst) = states.first() else {
        return Cell::new("-");
    };
    let role = match worst.health {
        Health::Healthy => Role::Plain,
        Health::Transitional | Health::Unknown => Role::Warn,
        Health::Unhealthy => Role::Bad,
    };
    let status = if worst.status.is_empty() {
        "-"
    } else {
        worst.status.as_str()
    };
    match states.len() {
        1 => Cell::painted(role, status),
        more => Cell::painted(role, &format!("{status} +{}", more - 1)),
    }
}

/// The key metrics, each with its figure, its state where it is bad, and how it went.
fn metrics_text(line: &HealthLine, look: &Look) -> String {
    let bad = line
        .metrics
        .iter()
        .filter(|metric| metric.breach > Some(Breach::Ok));
    let shown = if is_narrow(look) {
        bad.count().max(1)
    } else {
        line.key_metrics
    };
    let metrics: Vec<String> = line
        .metrics
        .iter()
        .take(shown)
        .map(|metric| metric_text(metric, look))
        .collect();
    if metrics.is_empty() {
        "-".to_owned()
    } else {
        metrics.join(", ")
    }
}

/// Whether a screen is too narrow for two metrics beside the rest: one line a service is worth more than the second one.
fn is_narrow(look: &Look) -> bool {
    look.width.is_some_and(|width| width < WIDE_COLUMNS)
}

/// One metric.
fn metric_text(metric: &MetricLine, look: &Look) -> String {
    let value = metric.now.map_or_else(
        || words::no_data(look.lang).to_owned(),
        |value| amounts::value(look.lang, metric.unit, value),
    );
    let mut text = format!("{} {value}", metric.title);
    if let Some(breach) = metric.breach.filter(|breach| *breach > Breach::Ok) {
        text.push(' ');
        text.push_str(words::breach(look.lang, breach));
    }
    let trend = sparkline(&metric.trend, TREND_COLUMNS, look.ascii);
    if !trend.is_empty() {
        text.push(' ');
        text.push_str(&trend);
    }
    text
}

/// Error lines now, and before where there were any.
fn errors_cell(errors: Option<ErrorCount>, look: &Look) -> Cell {
    let Some(errors) = errors else {
        return Cell::painted(Role::Quiet, "-");
    };
    let count = amounts::count(look.lang, errors.count);
    let about = if errors.estimated && errors.count > 0 {
        "~"
    } else {
        ""
    };
    let text = if errors.baseline_count > 0 {
        let before = amounts::count(look.lang, errors.baseline_count);
        format!("{about}{count} ({before})")
    } else {
        format!("{about}{count}")
    };
    Cell::new(&text)
}

/// What the address answered.
fn probe_cell(probe: Option<&ProbeSeen>, look: &Look) -> Cell {
    let Some(probe) = probe else {
        return Cell::painted(Role::Quiet, "-");
    };
    let (role, mut text) = match (probe.ok, probe.problem, probe.status) {
        (true, _, status) => {
            let status = status.map(|status| status.to_string());
            (Role::Good, status.unwrap_or_else(|| "ok".to_owned()))
        }
        (_, Some(ProbeProblem::BotChallenge), status) => {
            let status = status.map(|status| format!(" ({status})"));
            let challenge = say::problem(look.lang, ProbeProblem::BotChallenge.as_str());
            (
                Role::Warn,
                format!("{challenge}{}", status.unwrap_or_default()),
            )
        }
        (_, Some(ProbeProblem::ClientError | ProbeProblem::ServerError) | None, Some(status)) => {
            let role = if status < 500 { Role::Warn } else { Role::Bad };
            (role, status.to_string())
        }
        (_, problem, _) => {
            let word = problem.map_or("failed", ProbeProblem::as_str);
            (Role::Bad, say::problem(look.lang, word).to_owned())
        }
    };
    if let Some(seconds) = probe.ttfb_seconds.filter(|_| probe.status.is_some()) {
        text.push_str(&say::in_seconds(look.lang, seconds));
    }
    if let Some(days) = probe.cert_days_left {
        text.push_str(&say::certificate_days(look.lang, days));
    }
    let soon = probe.cert.is_some_and(|cert| cert > Breach::Ok);
    Cell::painted(
        if role == Role::Good && soon {
            Role::Warn
        } else {
            role
        },
        &text,
    )
}

/// What speaks against it, and since when.
fn why_text(line: &HealthLine, day: Instant, look: &Look) -> String {
    let Some(why) = &line.why else {
        return "-".to_owned();
    };
    let why = if is_narrow(look) {
        fit(why, WHY_COLUMNS / 2)
    } else {
        fit(why, WHY_COLUMNS)
    };
    match line.since {
        Some(since) => {
            let at = amounts::time_near(since, day, look.offset);
            format!("{why} ({})", words::since(look.lang, &at))
        }
        None => why,
    }
}

/// The JSON form, version 1.
#[derive(Serialize)]
struct Document<'a> {
    /// Version of the form.
    schema: u32,
    /// The map's environment.
    environment: &'a str,
    /// The window in question.
    window: Window,
    /// When it was asked.
    at: Instant,
    /// The worst verdict of all.
    verdict: Verdict,
    /// One object a service, worst first.
    services: Vec<Service<'a>>,
    /// Questions without an answer.
    gaps: &'a [Gap],
    /// What became of the token.
    token: &'a TokenOutcome,
}

/// One service.
#[derive(Serialize)]
struct Service<'a> {
    /// Its name in the map.
    service: &'a str,
    /// What it is.
    kind: Kind,
    /// The answer in one word.
    verdict: Verdict,
    /// What the API says of its resources, worst first.
    states: &'a [StateSeen],
    /// All its metrics, those past a threshold first.
    metrics: Vec<Metric<'a>>,
    /// Its error lines; `null` where its log could not be asked, or has no line.
    errors: Option<ErrorCount>,
    /// What its address answered; `null` where it was not asked.
    probe: Option<&'a ProbeSeen>,
    /// The named cause that begins in it.
    cause: Option<&'a str>,
    /// What speaks most against it.
    why: Option<&'a str>,
    /// Since when.
    since: Option<Instant>,
}

impl<'a> From<&HealthSheet<'a>> for Document<'a> {
    fn from(sheet: &HealthSheet<'a>) -> Self {
        let service = |line: &'a HealthLine| Service {
            service: &line.service,
            kind: line.kind,
            verdict: line.verdict,
            states: &line.states,
            metrics: line.metrics.iter().map(Metric::from).collect(),
            errors: line.errors,
            probe: line.probe.as_ref(),
            cause: line.cause.as_deref(),
            why: line.why.as_deref(),
            since: line.since,
        };
        Self {
            schema: 1,
            environment: sheet.environment,
            window: sheet.window,
            at: sheet.at,
            verdict: worst_verdict(sheet.lines),
            services: sheet.lines.iter().map(service).collect(),
            gaps: sheet.gaps,
            token: sheet.token,
        }
    }
}
