//! The record types of the evidence format, version 1. Field names are a promise: additive only.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::lenient;
use super::probe::ProbeRecord;
use crate::model::{Health, Instant, Kind, Labels, MapRule, Service, Unit, Window};

/// Everything that one run learnt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Evidence {
    /// What was asked.
    pub(crate) meta: Meta,
    /// What came back, in no particular order.
    pub(crate) records: Vec<Record>,
}

impl Evidence {
    /// Log entries, unordered.
    pub(crate) fn logs(&self) -> impl Iterator<Item = &LogRecord> {
        self.records.iter().filter_map(|record| match record {
            Record::Log(log) => Some(log),
            _ => None,
        })
    }

    /// What the server counted, one for each log question.
    pub(crate) fn log_summaries(&self) -> impl Iterator<Item = &LogSummary> {
        self.records.iter().filter_map(|record| match record {
            Record::LogSummary(summary) => Some(summary),
            _ => None,
        })
    }

    /// Series.
    pub(crate) fn metrics(&self) -> impl Iterator<Item = &MetricRecord> {
        self.records.iter().filter_map(|record| match record {
            Record::Metric(metric) => Some(metric),
            _ => None,
        })
    }

    /// Resources as the Scaleway API lists them; what happened to them is no resource.
    pub(crate) fn states(&self) -> impl Iterator<Item = &StateRecord> {
        self.listed().filter(|state| !state.kind.is_event())
    }

    /// Things that happened, of one kind: runs of jobs, or calls that the Audit Trail recorded.
    pub(crate) fn events(&self, kind: Kind) -> impl Iterator<Item = &StateRecord> {
        self.listed()
            .filter(move |state| state.kind.is_event() && state.kind == kind)
    }

    /// Everything that the Scaleway API lists.
    fn listed(&self) -> impl Iterator<Item = &StateRecord> {
        self.records.iter().filter_map(|record| match record {
            Record::State(state) => Some(state),
            _ => None,
        })
    }

    /// Alert rules, a record for each series that one fires or waits for.
    pub(crate) fn alerts(&self) -> impl Iterator<Item = &AlertRecord> {
        self.records.iter().filter_map(|record| match record {
            Record::Alert(alert) => Some(alert),
            _ => None,
        })
    }

    /// Looks inside machines.
    pub(crate) fn looks(&self) -> impl Iterator<Item = &SshRecord> {
        self.records.iter().filter_map(|record| match record {
            Record::Ssh(look) => Some(look),
            _ => None,
        })
    }

    /// Addresses asked as a user would ask them.
    pub(crate) fn probes(&self) -> impl Iterator<Item = &ProbeRecord> {
        self.records.iter().filter_map(|record| match record {
            Record::Probe(probe) => Some(probe),
            _ => None,
        })
    }

    /// What was asked of which source, and how it went.
    pub(crate) fn sources(&self) -> impl Iterator<Item = &SourceRecord> {
        self.records.iter().filter_map(|record| match record {
            Record::Source(source) => Some(source),
            _ => None,
        })
    }
}

/// One line of an evidence file. `meta` comes first, the rest in any order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Record {
    /// What was asked: once, first.
    Meta(Box<Meta>),
    /// A log entry.
    Log(LogRecord),
    /// What the server counted for one log question.
    LogSummary(LogSummary),
    /// A series.
    Metric(MetricRecord),
    /// A resource.
    State(StateRecord),
    /// An alert.
    Alert(AlertRecord),
    /// A look inside a machine.
    Ssh(SshRecord),
    /// An address asked as a user would ask it.
    Probe(ProbeRecord),
    /// A question to a source and its outcome.
    Source(SourceRecord),
}

/// What was asked, and the part of the map that was relied on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Meta {
    /// Version of the format: 1.
    pub(crate) schema: u32,
    /// Unique to this run.
    pub(crate) bundle_id: String,
    /// When the run took place.
    pub(crate) created_at: Instant,
    /// `scout 0.1.0`
    pub(crate) tool: String,
    /// The map's environment.
    pub(crate) environment: String,
    /// The window in question.
    pub(crate) window: Window,
    /// The window that it is compared with.
    pub(crate) baseline: Window,
    /// The user's words.
    pub(crate) issue: String,
    /// What was understood: `services`, `symptom`, …
    pub(crate) params: Map<String, Value>,
    /// Whether secrets and personal data were masked.
    pub(crate) redacted: bool,
    /// The services relied on.
    pub(crate) map: MetaMap,
}

/// The part of the map that the run relied on, in the map's own form.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct MetaMap {
    /// Services by name.
    #[serde(default)]
    pub(crate) services: BTreeMap<String, Service>,
    /// Its own rules and thresholds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) rules: Vec<MapRule>,
}

/// What was understood of the user's words: `params.understood`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Understanding {
    /// Services named; empty where none was, and all were asked.
    pub(crate) services: Vec<String>,
    /// Misspelt words, as typed, with the service that each was taken for.
    pub(crate) slips: Vec<(String, String)>,
    /// `down`, `errors`, `slow`, `auth`; `unclear` where nothing tells.
    pub(crate) symptom: String,
    /// The words that tell the time; `None` where there are none.
    pub(crate) time: Option<String>,
    /// Whether flags said the window, whatever the words tell.
    pub(crate) window_by_flags: bool,
}

impl Meta {
    /// What was understood of the user's words; `None` where there were none, or nobody wrote it down.
    pub(crate) fn understanding(&self) -> Option<Understanding> {
        let value = self.params.get("understood")?.clone();
        serde_json::from_value(value).ok()
    }

    /// The services relied on, each with its name filled in, ordered by name.
    pub(crate) fn services(&self) -> impl Iterator<Item = Service> {
        self.map.services.iter().map(|(name, service)| Service {
            name: name.clone(),
            ..service.clone()
        })
    }

    /// Names of the services that the question is about (`params.services`); those they depend on are not among them.
    pub(crate) fn asked_services(&self) -> Vec<&str> {
        self.params
            .get("services")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }
}

/// A log entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct LogRecord {
    /// Service of the map; empty where the entry belongs to none.
    #[serde(default)]
    pub(crate) service: String,
    /// When, to the nanosecond.
    pub(crate) ts: Instant,
    /// The stream's label set, shared by its entries.
    #[serde(default)]
    pub(crate) labels: Arc<Labels>,
    /// The line as stored, envelope included.
    pub(crate) line: String,
    /// Structured metadata.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) metadata: Option<Labels>,
}

/// What the server counted for one log question, beside what was fetched of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LogSummary {
    /// Service of the map.
    pub(crate) service: String,
    /// The exact log query.
    #[serde(default)]
    pub(crate) query: String,
    /// The window asked for (the question's, or the baseline).
    #[serde(default = "lenient::unknown_window")]
    pub(crate) window: Window,
    /// Entries that match, counted by the server; `None` where the count could not be had.
    #[serde(default)]
    pub(crate) matched: Option<u64>,
    /// Entries fetched.
    #[serde(default)]
    pub(crate) returned: u64,
    /// Whether a limit cut the answer.
    #[serde(default)]
    pub(crate) limited: bool,
    /// Bytes of the lines fetched.
    #[serde(default)]
    pub(crate) bytes: u64,
    /// Entries fetched by `detected_level`.
    #[serde(default)]
    pub(crate) levels: BTreeMap<String, u64>,
}

/// A series, with what it measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct MetricRecord {
    /// Service of the map.
    #[serde(default)]
    pub(crate) service: String,
    /// The catalogue's id of the metric (`connections`), or the metric's own name.
    pub(crate) name: String,
    /// The exact `PromQL`.
    #[serde(default)]
    pub(crate) expr: String,
    /// What the numbers count.
    #[serde(
        default = "lenient::plain_count",
        deserialize_with = "lenient::read_unit"
    )]
    pub(crate) unit: Unit,
    /// What tells this series from others of the same name; often empty.
    #[serde(default)]
    pub(crate) labels: Labels,
    /// Distance between samples.
    #[serde(default)]
    pub(crate) step_seconds: f64,
    /// Unix seconds and value, oldest first, baseline and window together.
    pub(crate) samples: Vec<(f64, Number)>,
}

/// A sample's value, which JSON numbers cannot always hold: NaN and the infinities are the strings of Prometheus.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Number(pub(crate) f64);

impl Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            value if value.is_nan() => serializer.serialize_str("NaN"),
            f64::INFINITY => serializer.serialize_str("+Inf"),
            f64::NEG_INFINITY => serializer.serialize_str("-Inf"),
            value => serializer.serialize_f64(value),
        }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Number(number) => number.as_f64(),
            // other writers leave a gap where there is no number
            Value::Null => Some(f64::NAN),
            Value::String(text) => match text.as_str() {
                "NaN" => Some(f64::NAN),
                "+Inf" | "Inf" => Some(f64::INFINITY),
                "-Inf" => Some(f64::NEG_INFINITY),
                other => other.parse().ok(),
            },
            _ => None,
        }
        .map(Self)
        .ok_or_else(|| {
            serde::de::Error::custom("a sample is a number, \"NaN\", \"+Inf\" or \"-Inf\"")
        })
    }
}

/// A resource as the Scaleway API lists it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct StateRecord {
    /// Service of the map; `None` for a resource that the map does not name.
    #[serde(default)]
    pub(crate) service: Option<String>,
    /// What it is.
    #[serde(deserialize_with = "lenient::read_kind")]
    pub(crate) kind: Kind,
    /// The API's id.
    #[serde(default)]
    pub(crate) id: String,
    /// The API's name.
    #[serde(default)]
    pub(crate) name: String,
    /// The API's own word.
    #[serde(default)]
    pub(crate) status: String,
    /// The status, grouped.
    #[serde(
        default = "lenient::unknown_health",
        deserialize_with = "lenient::read_health"
    )]
    pub(crate) health: Health,
    /// Last change, where the API tells it.
    #[serde(default)]
    pub(crate) changed_at: Option<Instant>,
    /// The API's object, without environment variables and secrets.
    #[serde(default)]
    pub(crate) resource: Map<String, Value>,
}

/// An alert of Cockpit's own or of a ruler.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct AlertRecord {
    /// The rule's name.
    pub(crate) name: String,
    /// `firing`, `pending`, `inactive`.
    #[serde(default)]
    pub(crate) state: String,
    /// The rule's own word: `critical`, `warning`, …; empty where it gives none.
    #[serde(default)]
    pub(crate) severity: String,
    /// Service of the map; `None` where the labels name none.
    #[serde(default)]
    pub(crate) service: Option<String>,
    /// Since when it has been in its state.
    #[serde(default)]
    pub(crate) since: Option<Instant>,
    /// Its labels.
    #[serde(default)]
    pub(crate) labels: Labels,
    /// Its texts for people.
    #[serde(default)]
    pub(crate) annotations: Labels,
    /// Whether anybody switched the rule on: `enabled`, `disabled`, or on the way to one; empty where nobody tells.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) rule_status: String,
    /// What it fires on, in `PromQL`; empty where nobody tells.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) rule: String,
    /// How long that must hold before it fires, in seconds.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) for_seconds: f64,
}

/// Whether a number need not be written.
#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
fn is_zero(number: &f64) -> bool {
    *number == 0.0
}

/// A read-only look inside a machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SshRecord {
    /// The ssh target of the map.
    pub(crate) target: String,
    /// What was looked at, where it has a name.
    #[serde(default)]
    pub(crate) preset: Option<String>,
    /// The command line.
    pub(crate) command: String,
    /// How it ended; `None` where it was cut off.
    #[serde(default)]
    pub(crate) exit_code: Option<i32>,
    /// What it wrote.
    #[serde(default)]
    pub(crate) stdout: String,
    /// What it wrote beside that.
    #[serde(default)]
    pub(crate) stderr: String,
    /// Whether a limit cut what it wrote.
    #[serde(default)]
    pub(crate) truncated: bool,
}

/// One question to one source, and how it went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct SourceRecord {
    /// `loki`, `prometheus`, `scaleway`, `ssh`, `probe`.
    pub(crate) source: String,
    /// The request in one line: a query, a path.
    #[serde(default)]
    pub(crate) request: String,
    /// The service it was asked for, where it was for one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) service: Option<String>,
    /// How it went.
    #[serde(flatten)]
    pub(crate) outcome: SourceOutcome,
    /// From sending to the last byte, retries included.
    #[serde(default)]
    pub(crate) elapsed_seconds: f64,
}

/// How a question went.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum SourceOutcome {
    /// Asked and failed: a gap.
    Failed {
        /// Always `false`.
        ok: bool,
        /// What happened.
        error: SourceFailure,
    },
    /// Not asked, for a reason that is normal.
    Skipped {
        /// Always `true`.
        skipped: bool,
        /// Why not.
        reason: String,
    },
    /// Asked and answered, perhaps with nothing.
    Answered {
        /// Always `true`.
        ok: bool,
    },
}

impl SourceOutcome {
    /// Asked and answered.
    pub(crate) fn answered() -> Self {
        Self::Answered { ok: true }
    }

    /// Asked and failed.
    pub(crate) fn failed(kind: FailureKind, message: impl Into<String>) -> Self {
        Self::Failed {
            ok: false,
            error: SourceFailure {
                kind,
                message: message.into(),
            },
        }
    }

    /// Not asked.
    pub(crate) fn skipped(reason: impl Into<String>) -> Self {
        Self::Skipped {
            skipped: true,
            reason: reason.into(),
        }
    }
}

/// Why a question got no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SourceFailure {
    /// What kind of failure.
    #[serde(deserialize_with = "lenient::read_failure_kind")]
    pub(crate) kind: FailureKind,
    /// What happened, for people, without secrets.
    #[serde(default)]
    pub(crate) message: String,
}

/// Kinds of failure that a reader must be able to tell apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FailureKind {
    /// The key or token is wrong or expired.
    NotAuthenticated,
    /// A permission is missing.
    Refused,
    /// No answer in time.
    TimedOut,
    /// No connection.
    Unreachable,
    /// The server answered with an error.
    ServerError,
    /// The server did not accept the question.
    BadRequest,
    /// There is no such thing at that address.
    NotFound,
    /// The answer made no sense: not JSON, cut short, too large.
    BadAnswer,
    /// The window begins before what the source keeps.
    Retention,
    /// The run was stopped before it was answered.
    Interrupted,
}

impl FailureKind {
    /// Its name in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::NotAuthenticated => "not-authenticated",
            Self::Refused => "refused",
            Self::TimedOut => "timed-out",
            Self::Unreachable => "unreachable",
            Self::ServerError => "server-error",
            Self::BadRequest => "bad-request",
            Self::NotFound => "not-found",
            Self::BadAnswer => "bad-answer",
            Self::Retention => "retention",
            Self::Interrupted => "interrupted",
        }
    }
}
