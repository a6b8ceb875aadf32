//! What was typed for the commands that read the logs to say what is in them: `errors`, `patterns`, `trace`, `slow`.

use std::path::PathBuf;

use clap::builder::Resettable;
use clap::{Args, ValueEnum};

use super::{LevelChoice, WindowArgs};

/// What `errors` and `patterns` share.
#[derive(Debug, Clone, Args)]
pub(crate) struct SignatureArgs {
    /// Print the lines of one signature instead: its id, or its number in the table
    #[arg(long, value_name = "ID|N")]
    pub(crate) show: Option<String>,
    /// Compare with the window this long ago: 24h, 7d [default: the time just before the window, as long]
    #[arg(long, value_name = "DURATION")]
    pub(crate) baseline: Option<String>,
    /// Look at no more lines than this, spread evenly over the window where there are more; 0: at all
    #[arg(long, value_name = "LINES")]
    pub(crate) sample: Option<u64>,
}

impl SignatureArgs {
    /// Whether any of them was typed.
    pub(crate) fn is_set(&self) -> bool {
        self.show.is_some() || self.baseline.is_some() || self.sample.is_some()
    }
}

/// `errors`
#[derive(Debug, Args)]
#[command(
    after_help = "Looks at every line of the window and of a baseline. A stack trace is one event, named by its exception.
Ends with 5 where lines could not be looked at: \"0 errors\" with 0 means none.
Forms: human, json, csv, markdown.
Example:  scout errors atlas-api postgres --since 1h"
)]
pub(crate) struct ErrorsArgs {
    /// Services by name or alias; all of the environment where left out
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// At most so many signatures, the most notable; with --show: lines, the newest; 0: all [default: 20, all in JSON and CSV; 50 lines]
    #[arg(short = 'n', long, value_name = "N")]
    pub(crate) limit: Option<u64>,
    /// Lines of this level and worse
    #[arg(
        long,
        value_name = "LEVEL",
        value_enum,
        ignore_case = true,
        default_value = "error"
    )]
    pub(crate) level: LevelChoice,
    /// Baseline, sample, --show.
    #[command(flatten)]
    pub(crate) signatures: SignatureArgs,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// `patterns`
#[derive(Debug, Args)]
#[command(
    after_help = "With --file: any text file or log, whatever stands before the messages; needs neither map nor credentials.
Forms: human, json, csv, markdown.
Example:  scout patterns atlas-api --since 1h
          journalctl -o short | scout patterns --file -"
)]
pub(crate) struct PatternsArgs {
    /// Services by name or alias; all of the environment where left out
    #[arg(value_name = "SERVICE", conflicts_with = "file")]
    pub(crate) services: Vec<String>,
    /// Read this file instead; -: standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Print the number of each line of the file, a tab and the id of its template instead; in JSON, the line numbers of each template
    #[arg(long, conflicts_with_all = ["limit", "services"], requires = "file")]
    pub(crate) assign: bool,
    /// At most so many templates, the most frequent; with --show: lines, the newest; 0: all [default: 50, all in JSON and CSV]
    #[arg(short = 'n', long, value_name = "TEMPLATES")]
    pub(crate) limit: Option<u64>,
    /// Baseline, sample, --show.
    #[command(flatten)]
    pub(crate) signatures: SignatureArgs,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// `trace`
#[derive(Debug, Args)]
#[command(
    after_help = "An id is a trace id (32 hexadecimal digits, UUID or traceparent), or any text that the lines of one request share.
Forms: human, json.
Example:  scout trace 4bf92f3577b34da6a3ce929d0e0e4736 --since 2h"
)]
pub(crate) struct TraceArgs {
    /// The id: of a trace, a request, a correlation
    #[arg(value_name = "ID")]
    pub(crate) id: String,
    /// At most so many lines, the oldest; 0: all
    #[arg(short = 'n', long, value_name = "LINES", default_value_t = 1000)]
    pub(crate) limit: u64,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// `slow`
#[derive(Debug, Args)]
#[command(
    after_help = "Durations are read from fields (duration_ms, took, latency, elapsed, response_time, request_time, ...) with the unit of
their name or value, and from texts (\"GET /x 200 12ms\", \"took 1.2s\", PostgreSQL's \"duration: 3 ms\", nginx, HAProxy).
Without a unit: seconds for request_time and upstream_response_time, nanoseconds for whole numbers from 10,000,000 on, else --unit.
Forms: human, json, csv.
Example:  scout slow atlas-api --over 100ms --since 1h"
)]
pub(crate) struct SlowArgs {
    /// Services by name or alias; all of the environment where left out
    #[arg(value_name = "SERVICE")]
    pub(crate) services: Vec<String>,
    /// Slow is what takes longer than this: 250ms, 1s, 1m
    #[arg(long, value_name = "DURATION", default_value = "1s")]
    pub(crate) over: String,
    /// Unit of fields that name none
    #[arg(long, value_name = "UNIT", value_enum, default_value = "ms")]
    pub(crate) unit: DurationUnit,
    /// At most so many routes; 0: all [default: 20, all in JSON and CSV]
    #[arg(short = 'n', long, value_name = "ROUTES")]
    pub(crate) limit: Option<u64>,
    /// Look at no more lines than this, spread evenly over the window where there are more; 0: at all
    #[arg(long, value_name = "LINES")]
    pub(crate) sample: Option<u64>,
    /// The window in question.
    #[command(flatten)]
    pub(crate) window: WindowArgs,
}

/// Units of durations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DurationUnit {
    /// Seconds.
    #[value(help = Resettable::Reset)]
    S,
    /// Milliseconds.
    #[value(help = Resettable::Reset)]
    Ms,
    /// Microseconds.
    #[value(help = Resettable::Reset)]
    Us,
    /// Nanoseconds.
    #[value(help = Resettable::Reset)]
    Ns,
}
