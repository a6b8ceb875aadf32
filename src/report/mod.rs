//! Findings into claims: the report, as data.
//!
//! A report carries facts; `render` carries layout. Every number is computed and every claim is picked here; every claim
//! names the evidence behind it. The serialised form is the JSON that scripts and agents read, version 1: additive only.
//! What only people need (tables, what charts are drawn from) is not part of it; the tables have their own JSON in the other
//! commands.

mod build;
mod courses;
mod events;
mod gaps;
mod health;
mod probes;
mod scale;
mod tables;
mod verdict;
mod wording;

use chrono::TimeDelta;
use serde::Serialize;

use crate::model::{Breach, Instant, TokenOutcome, Unit, Window};

pub(crate) use crate::evidence::ProbeProblem;
pub(crate) use crate::evidence::Understanding;
pub(crate) use crate::model::Severity;
pub(crate) use build::{About, metric_lines, report};
pub(crate) use courses::Course;
#[cfg(test)]
pub(crate) use courses::Limit;
pub(crate) use gaps::source_gaps;
pub(crate) use health::{
    ErrorCount, HealthLine, ProbeSeen, StateSeen, health_lines, worst_verdict,
};
pub(crate) use scale::{Scale, scale_of};

/// What an investigation says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Report {
    /// Version of the JSON form: 1.
    pub(crate) schema: u32,
    /// The user's words.
    pub(crate) issue: String,
    /// The map's environment.
    pub(crate) environment: String,
    /// The services asked about, without those they depend on.
    pub(crate) services: Vec<String>,
    /// What was understood of the user's words; `None` where there were none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) understood: Option<Understanding>,
    /// The window in question.
    pub(crate) window: Window,
    /// The answer in one word.
    pub(crate) verdict: Verdict,
    /// When it began.
    pub(crate) onset: Option<Instant>,
    /// When the last of it was seen, where it is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ended_at: Option<Instant>,
    /// How often it came, where it came and went.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) spells: Option<u64>,
    /// Each source with how it went.
    pub(crate) sources: Vec<SourceLine>,
    /// What was found, worst first.
    pub(crate) findings: Vec<Finding>,
    /// Causes, likeliest first; never empty.
    pub(crate) diagnosis: Vec<Cause>,
    /// Services by how much points at them, most first.
    pub(crate) suspects: Vec<Suspect>,
    /// What happened, in order.
    pub(crate) timeline: Vec<Event>,
    /// What could not be checked.
    pub(crate) gaps: Vec<Gap>,
    /// What became of the token; filled in last.
    pub(crate) token: TokenOutcome,
    /// `scout 0.1.0`
    pub(crate) tool: String,
    /// When the report was made.
    pub(crate) generated_at: Instant,
    /// What was checked and found in order.
    pub(crate) checked: Vec<Checked>,
    /// The window that the question's is compared with.
    #[serde(skip)]
    pub(crate) baseline: Window,
    /// How the quantities behind the findings went, to be drawn.
    #[serde(skip)]
    pub(crate) courses: Vec<Course>,
    /// Every metric judged, for the table.
    #[serde(skip)]
    pub(crate) metrics: Vec<MetricLine>,
    /// Error lines by signature, for the table.
    #[serde(skip)]
    pub(crate) errors: Vec<ErrorGroup>,
}

impl Report {
    /// How the quantity behind a finding went, where it has a course.
    pub(crate) fn course_of(&self, finding: &str) -> Option<&Course> {
        self.courses
            .iter()
            .find(|course| course.findings.iter().any(|id| id == finding))
    }
}

/// The answer in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// Checked, and nothing is wrong.
    Healthy,
    /// Works in part, or is about to fail.
    Degraded,
    /// Does not do its job.
    Down,
    /// Could not be told: too little could be checked.
    Unknown,
}

/// One source and how it went: `ok`, or `skipped` with a reason, or `error`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct SourceLine {
    /// `loki`, `prometheus`, `scaleway`, …
    pub(crate) source: String,
    /// Every request was answered.
    pub(crate) ok: bool,
    /// Nothing was asked of it, which is normal.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) skipped: bool,
    /// Why nothing was asked, or the first failure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// The slowest request.
    pub(crate) elapsed_seconds: f64,
    /// Requests sent.
    pub(crate) requests: u64,
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Finding {
    /// `f1`, `f2`, …: unique in the report.
    pub(crate) id: String,
    /// How bad it is.
    pub(crate) severity: Severity,
    /// The service it is about.
    pub(crate) service: String,
    /// `threshold`, `new-errors`, `state`, `no-data`, `log-silence`, …
    pub(crate) kind: String,
    /// One line for people.
    pub(crate) title: String,
    /// Since when, where that is known.
    pub(crate) since: Option<Instant>,
    /// What it rests on: queries, counts, sample lines.
    pub(crate) evidence: Vec<String>,
}

/// A cause, with what speaks for it and what to do next.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(clippy::struct_field_names, reason = "the JSON key is a promise")]
pub(crate) struct Cause {
    /// One of the ids of the rules, or `healthy`, or `unknown`.
    pub(crate) cause: String,
    /// Where the trouble starts; `None` for `healthy`.
    pub(crate) service: Option<String>,
    /// 0 to 1.
    pub(crate) confidence: f64,
    /// One or two sentences for people.
    pub(crate) statement: String,
    /// Ids of the findings behind it.
    pub(crate) because: Vec<String>,
    /// What to do next.
    pub(crate) next: Vec<NextStep>,
}

/// A command worth running next.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct NextStep {
    /// What it will tell.
    pub(crate) why: String,
    /// A complete command line.
    pub(crate) command: String,
}

/// A service and how much points at it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Suspect {
    /// Service of the map.
    pub(crate) service: String,
    /// 0 to 1.
    pub(crate) score: f64,
    /// Metrics that moved.
    pub(crate) signals: Vec<Signal>,
}

/// A metric that moved against its baseline.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Signal {
    /// The metric's id or name.
    pub(crate) metric: String,
    /// How far, in robust standard deviations of the baseline; negative is down.
    pub(crate) shift: f64,
    /// When it left its baseline.
    pub(crate) since: Option<Instant>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Event {
    /// When.
    pub(crate) ts: Instant,
    /// To which service.
    pub(crate) service: String,
    /// What, for people.
    pub(crate) what: String,
    /// What it rests on.
    pub(crate) evidence: Vec<String>,
}

/// Something that could not be checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Gap {
    /// `loki`, `prometheus`, `scaleway`, …
    pub(crate) source: String,
    /// `timed-out`, `refused`, `no-data`, `limited`, …
    pub(crate) kind: String,
    /// What, and what it means for the answer.
    pub(crate) message: String,
}

/// Something that was looked at and is in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Checked {
    /// Service of the map.
    pub(crate) service: String,
    /// What was looked at, with its figures.
    pub(crate) what: String,
}

/// A metric judged.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MetricLine {
    /// Service of the map.
    pub(crate) service: String,
    /// The catalogue's id.
    pub(crate) id: String,
    /// Its name for people.
    pub(crate) title: String,
    /// What tells this series from others of the same metric; often empty.
    pub(crate) series: String,
    /// What the numbers count.
    pub(crate) unit: Unit,
    /// Latest value in the window; `None` where the metric has no data there.
    pub(crate) now: Option<f64>,
    /// Median of the baseline.
    pub(crate) baseline: Option<f64>,
    /// Least value in the window.
    pub(crate) min: Option<f64>,
    /// Greatest value in the window.
    pub(crate) max: Option<f64>,
    /// Against its threshold; `None` where it has none.
    pub(crate) breach: Option<Breach>,
    /// Since when it is past its threshold.
    pub(crate) breach_since: Option<Instant>,
    /// How long the breach has lasted.
    pub(crate) breach_lasts: Option<TimeDelta>,
    /// Values over baseline and window in equal steps, `None` in gaps: for a sparkline.
    pub(crate) trend: Vec<Option<f64>>,
}

/// Error lines of one signature.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ErrorGroup {
    /// Service of the map.
    pub(crate) service: String,
    /// The lines' common form.
    pub(crate) signature: String,
    /// Lines in the window; an estimate where a limit cut the answer.
    pub(crate) count: u64,
    /// Whether [`count`](Self::count) is an estimate.
    pub(crate) estimated: bool,
    /// Lines in the baseline.
    pub(crate) baseline_count: u64,
    /// First in the window.
    pub(crate) first: Instant,
    /// Last in the window.
    pub(crate) last: Instant,
    /// One of the lines, out of its envelope.
    pub(crate) sample: String,
}
#[cfg(test)]
mod tests;
