//! What was typed for the commands that take a query as it is, and for a Loki that is not Cockpit's.

use std::path::PathBuf;

use clap::builder::Resettable;
use clap::{Args, ValueEnum};

use super::WindowArgs;

/// A Loki that is not Cockpit's: for the commands about logs.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Any Loki (commands about logs)")]
pub(crate) struct LokiArgs {
    /// Ask this Loki: no account, no map, no token made [env: `SCOUT_LOKI_URL`; `LOKI_ADDR` where there is neither map nor account]
    #[arg(long, global = true, value_name = "URL", conflicts_with = "sandbox")]
    pub(crate) loki_url: Option<String>,
    /// The token that it wants, in a file; sent to that address only, never over plain http but on loopback [env: `SCOUT_LOKI_TOKEN_FILE`]
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "sandbox")]
    pub(crate) loki_token_file: Option<PathBuf>,
    /// Its tenant, where it has several (X-Scope-OrgID) [env: `SCOUT_LOKI_ORG_ID`]
    #[arg(long, global = true, value_name = "ID", conflicts_with = "sandbox")]
    pub(crate) loki_org_id: Option<String>,
}

/// `volume`
#[derive(Debug, Args)]
#[command(
    after_help = "Counted by the server, not from lines that were read: exact, whatever their number. The level is the
one that Loki detected (detected_level), else the label level.
Forms: human, json, csv.
Example:  scout volume atlas-api postgres --since 6h"
)]
pub(crate) struct VolumeArgs {
    /// Services by name or alias; all of the environment where left out
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// What a row is: service, level, or the name of a label
    #[arg(long, value_name = "service|level|LABEL", default_value = "service")]
    pub(crate) by: String,
    /// The streams in question, as a stream selector, instead of services: '{app="api"}'
    #[arg(long, value_name = "SELECTOR", conflicts_with = "services")]
    pub(crate) query: Option<String>,
    /// Distance between the points of chart and trend: 30s, 5m [default: from the window]
    #[arg(long, value_name = "DURATION")]
    pub(crate) step: Option<String>,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// `series`
#[derive(Debug, Args)]
#[command(after_help = "Forms: human, json, ndjson, csv.
Example:  scout series '{resource_name=~\"atlas.*\"}' --since 1h")]
pub(crate) struct SeriesArgs {
    /// Stream selectors; a stream that any of them means is listed
    #[arg(value_name = "SELECTOR", required = true)]
    pub(crate) selectors: Vec<String>,
    /// Count the lines of each stream too: one more query for each selector
    #[arg(long)]
    pub(crate) count: bool,
    /// Instead of the streams: their labels, how many values each has and how many streams bear it
    #[arg(long, conflicts_with = "count")]
    pub(crate) analyze_labels: bool,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// What values count, for their units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnitChoice {
    /// Things.
    #[value(help = Resettable::Reset)]
    Count,
    /// Bytes.
    #[value(help = Resettable::Reset)]
    Bytes,
    /// Seconds.
    #[value(help = Resettable::Reset)]
    Seconds,
    /// 0 to 1.
    #[value(help = Resettable::Reset)]
    Ratio,
    /// 0 to 100.
    #[value(help = Resettable::Reset)]
    Percent,
    /// Things a second.
    #[value(help = Resettable::Reset)]
    PerSecond,
}

/// `logql`
#[derive(Debug, Args)]
#[command(
    after_help = "A log query gives lines, oldest of the newest first. A metric query gives numbers: over the window
in steps, or once where --instant or --at is given.
Forms: human, json, csv; of lines also raw and ndjson.
Example:  scout logql 'sum(count_over_time({resource_name=~\".+\"} |= \"error\" [5m]))' --chart"
)]
pub(crate) struct LogqlArgs {
    /// The query
    #[arg(value_name = "EXPR")]
    pub(crate) expr: String,
    /// Evaluate a metric query once, at the end of the window
    #[arg(long)]
    pub(crate) instant: bool,
    /// Evaluate a metric query once, at this time
    #[arg(long, value_name = "TIME", conflicts_with_all = ["since", "from", "to"])]
    pub(crate) at: Option<String>,
    /// Distance between the points of a metric query: 30s, 5m [default: from window and width]
    #[arg(long, value_name = "DURATION", conflicts_with_all = ["instant", "at"])]
    pub(crate) step: Option<String>,
    /// At most so many lines, the newest; 0: all [default: 50]
    #[arg(short = 'n', long, value_name = "LINES")]
    pub(crate) limit: Option<u64>,
    /// The oldest lines of the window instead of the newest
    #[arg(long)]
    pub(crate) forward: bool,
    /// Draw a metric query over time
    #[arg(long, conflicts_with_all = ["instant", "at"])]
    pub(crate) chart: bool,
    /// What the numbers count
    #[arg(long, value_name = "UNIT", value_enum)]
    pub(crate) unit: Option<UnitChoice>,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// `promql`
#[derive(Debug, Args)]
#[command(
    after_help = "Asked once, now or --at a time; over a window in steps with --range, --chart or a window flag.
Forms: human, json, csv.
Example:  scout promql 'sum by (status) (serverless_container_status)' --since 2h --chart"
)]
pub(crate) struct PromqlArgs {
    /// The expression
    #[arg(value_name = "EXPR")]
    pub(crate) expr: String,
    /// Evaluate it over the window, in steps
    #[arg(long)]
    pub(crate) range: bool,
    /// Evaluate it once, at this time [default: now]
    #[arg(long, value_name = "TIME", conflicts_with_all = ["range", "step", "chart", "since", "from", "to"])]
    pub(crate) at: Option<String>,
    /// Distance between the points: 30s, 5m [default: from window and width]
    #[arg(long, value_name = "DURATION")]
    pub(crate) step: Option<String>,
    /// Draw it over time
    #[arg(long)]
    pub(crate) chart: bool,
    /// What the numbers count
    #[arg(long, value_name = "UNIT", value_enum)]
    pub(crate) unit: Option<UnitChoice>,
    /// Print what would be asked, where and when, and ask nothing
    #[arg(long)]
    pub(crate) explain: bool,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}
