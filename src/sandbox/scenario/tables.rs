//! Which keys does each table of a scenario have?
//!
//! In: TOML, through serde. Out: one struct for each table. Only the form of each key is known here; what must hold between
//! keys is in [`super::check`].

use std::collections::BTreeMap;

use serde::Deserialize;

use super::ordered::{FieldSpec, Ordered, VarSpec};
use super::times::{Length, Offset};

/// `[truth]`: what a perfect investigation of this world says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "checked for its form; never served")]
pub(crate) struct Truth {
    /// `healthy`, `degraded`, `down` or `unknown`.
    pub(crate) verdict: Verdict,
    /// The cause's id, or `healthy` or `unknown`.
    pub(crate) cause: String,
    /// The service at fault; `None` where nothing is wrong.
    pub(crate) service: Option<String>,
    /// When it began.
    pub(in crate::sandbox) since: Option<Offset>,
    /// Further causes that are true here.
    #[serde(default)]
    pub(crate) also: Vec<String>,
    /// What must appear in the findings.
    #[serde(default)]
    pub(crate) mention: Vec<String>,
    /// Causes that must not be named.
    #[serde(default)]
    pub(crate) never: Vec<String>,
}

/// The verdicts that a report may give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Verdict {
    /// Nothing is wrong.
    Healthy,
    /// It works, but not well.
    Degraded,
    /// It does not work.
    Down,
    /// It cannot be said.
    Unknown,
}

/// `[permissions]`: what the IAM key may not do.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Permissions {
    /// `product:action`, such as `cockpit:write`.
    #[serde(default)]
    pub(in crate::sandbox) deny: Vec<toml::Spanned<String>>,
}

/// `[rate_limit]`: how many requests the Scaleway API takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct RateLimitTable {
    /// Requests in one span.
    pub(in crate::sandbox) requests: u64,
    /// The span.
    pub(in crate::sandbox) per: Length,
}

/// What a `[[resource]]` is: a kind of the map, or a further object of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(in crate::sandbox) enum ResourceKind {
    /// Serverless container.
    Container,
    /// Serverless function.
    Function,
    /// Managed `PostgreSQL`.
    Postgres,
    /// Managed `MySQL`.
    Mysql,
    /// Managed Redis.
    Redis,
    /// Virtual machine.
    Instance,
    /// Object storage bucket; no API of Scaleway's lists it.
    Bucket,
    /// Edge Services pipeline.
    Edge,
    /// Private network.
    PrivateNetwork,
    /// Kubernetes cluster.
    Kubernetes,
    /// Load balancer.
    LoadBalancer,
    /// Something of the user's own; no API lists it.
    Custom,
    /// Cockpit data source.
    DataSource,
    /// Cockpit token.
    Token,
    /// Cockpit alert rule.
    Alert,
    /// Definition of a serverless job.
    Job,
    /// Run of a serverless job; its name is the definition's.
    JobRun,
    /// Serverless SQL database.
    ServerlessSql,
    /// Entry of the audit trail; its name is the method's.
    AuditEvent,
    /// Node pool of the first Kubernetes cluster.
    Pool,
    /// Node of the first Kubernetes cluster.
    Node,
    /// Server behind the first load balancer.
    BackendServer,
}

/// `[[resource]]`: what the Scaleway API lists.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct ResourceTable {
    /// What it is.
    pub(in crate::sandbox) kind: ResourceKind,
    /// Its name.
    pub(in crate::sandbox) name: String,
    /// The label `resource_name` on its logs and metrics, where it is not the name.
    pub(in crate::sandbox) resource_name: Option<String>,
    /// Its status, in the API's words.
    pub(in crate::sandbox) status: Option<String>,
    /// Laid over the top-level keys of a plausible object.
    #[serde(default)]
    pub(in crate::sandbox) fields: toml::Table,
    /// When it was last changed.
    pub(in crate::sandbox) changed_at: Option<Offset>,
}

/// `[[metric]]`: one series.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct MetricTable {
    /// Metric name.
    pub(in crate::sandbox) name: String,
    /// Labels; what Scaleway always adds may be left out.
    #[serde(default)]
    pub(in crate::sandbox) labels: BTreeMap<String, String>,
    /// From sample to sample; left out, 15 s.
    pub(in crate::sandbox) step: Option<Length>,
    /// The shape is a rate per second and the series accumulates it.
    #[serde(default)]
    pub(in crate::sandbox) counter: bool,
    /// Added to the shape.
    pub(in crate::sandbox) wave: Option<Wave>,
    /// Its course, oldest part first.
    pub(in crate::sandbox) shape: Vec<Segment>,
}

/// A sine wave.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Wave {
    /// From the middle to the top.
    pub(in crate::sandbox) amplitude: f64,
    /// From top to top.
    pub(in crate::sandbox) period: Length,
}

/// A part of a shape: it holds from `from` until the next part begins.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct Segment {
    /// Where it begins.
    pub(in crate::sandbox) from: Offset,
    /// The value; left out, what the part before ended with.
    pub(in crate::sandbox) value: Option<f64>,
    /// Where the value goes to.
    pub(in crate::sandbox) to_value: Option<f64>,
    /// How long it takes to get there; left out, no time.
    pub(in crate::sandbox) over: Option<Length>,
    /// Standard deviation of the samples around the value.
    #[serde(default)]
    pub(in crate::sandbox) noise: f64,
    /// No samples.
    #[serde(default)]
    pub(in crate::sandbox) absent: bool,
}

/// How a line is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::sandbox) enum Format {
    /// `{"level":…,"message":…,fields}`
    Json,
    /// `level=… msg="…" fields`
    Logfmt,
    /// The message alone.
    #[default]
    Plain,
}

/// `[[log]]`: lines of one stream.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct LogTable {
    /// Stream labels; what Scaleway always adds may be left out.
    #[serde(default)]
    pub(in crate::sandbox) labels: BTreeMap<String, String>,
    /// First instant of evenly spread events.
    pub(in crate::sandbox) from: Option<Offset>,
    /// First instant after them; left out, now.
    pub(in crate::sandbox) to: Option<Offset>,
    /// Events a minute.
    pub(in crate::sandbox) per_minute: Option<f64>,
    /// Single events.
    #[serde(default)]
    pub(in crate::sandbox) at: Vec<Offset>,
    /// How lines are written.
    #[serde(default)]
    pub(in crate::sandbox) format: Format,
    /// The running copy whose envelope the lines come in.
    pub(in crate::sandbox) envelope: Option<String>,
    /// Level.
    pub(in crate::sandbox) level: Option<String>,
    /// The message of an event, with `{placeholders}`.
    pub(in crate::sandbox) message: Option<String>,
    /// Or several messages, one microsecond apart.
    #[serde(default)]
    pub(in crate::sandbox) lines: Vec<String>,
    /// Further fields of structured lines.
    #[serde(default)]
    pub(in crate::sandbox) fields: Ordered<FieldSpec>,
    /// What placeholders stand for.
    #[serde(default)]
    pub(in crate::sandbox) vars: Ordered<VarSpec>,
}

/// `[[ssh]]`: what a command on a machine answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SshTable {
    /// Name of the ssh target in the map.
    pub(crate) target: String,
    /// The start of the command line; the longest that fits wins.
    pub(crate) command: String,
    /// Exit code.
    #[serde(default)]
    pub(crate) exit_code: i32,
    /// What it prints.
    #[serde(default)]
    pub(crate) stdout: String,
    /// What it complains.
    #[serde(default)]
    pub(crate) stderr: String,
}

/// Whose requests a fault meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(in crate::sandbox) enum FaultSource {
    /// Requests under `/loki/`.
    Loki,
    /// Requests under `/prometheus/`.
    Prometheus,
    /// Requests to the Scaleway API.
    Scaleway,
    /// Requests under `/api/`, where Tempo would be.
    Tempo,
}

impl FaultSource {
    /// Its name in scenarios and in the record of requests.
    pub(in crate::sandbox) fn as_str(self) -> &'static str {
        match self {
            Self::Loki => "loki",
            Self::Prometheus => "prometheus",
            Self::Scaleway => "scaleway",
            Self::Tempo => "tempo",
        }
    }
}

/// `[[fault]]`: something that goes wrong on the wire.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::sandbox) struct FaultTable {
    /// Whose requests.
    pub(in crate::sandbox) source: FaultSource,
    /// Only this method.
    pub(in crate::sandbox) method: Option<String>,
    /// Only this path; `*` stands for any text.
    pub(in crate::sandbox) path: Option<String>,
    /// Answered instead of acting on the request.
    pub(in crate::sandbox) status: Option<u16>,
    /// How long the answer waits.
    pub(in crate::sandbox) delay: Option<Length>,
    /// The connection is closed without an answer.
    #[serde(default)]
    pub(in crate::sandbox) drop: bool,
    /// The connection is closed after this many bytes of the body.
    pub(in crate::sandbox) truncate_at: Option<usize>,
    /// How many requests it meets; left out, all.
    pub(in crate::sandbox) times: Option<u64>,
    /// The first matching request that it meets, from 1.
    pub(in crate::sandbox) nth: Option<u64>,
    /// Body of the answer that replaces the real one.
    pub(in crate::sandbox) body: Option<String>,
    /// Its content type.
    pub(in crate::sandbox) content_type: Option<String>,
    /// Delay and drop come before the request is acted on.
    #[serde(default)]
    pub(in crate::sandbox) before: bool,
}
