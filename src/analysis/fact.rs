//! A fact: one thing that the evidence shows about one service, with the numbers that the report needs to say it.
//!
//! Rules look at facts only, so that whatever comes to count as evidence later (probes, machines) is one more [`Sign`].

use chrono::TimeDelta;

use crate::model::{Health, Instant, Severity};

/// What kind of thing a fact is; of equally bad facts the ones that say more come first. The names are the `kind` of findings in JSON and of signs in `rules.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Sign {
    /// The resource's own status is bad.
    State,
    /// Error lines that the baseline does not have.
    NewErrors,
    /// Error lines far more frequent than in the baseline.
    MoreErrors,
    /// Error lines that are a large part of the log, in the baseline too.
    ConstantErrors,
    /// Most or many requests fail.
    FailingRequests,
    /// A metric past its threshold for as long as it must last.
    Threshold,
    /// A metric that came to the end of its range.
    Peak,
    /// A metric that left its baseline upwards.
    ShiftUp,
    /// A metric that left its baseline downwards.
    ShiftDown,
    /// A metric that must be there and is not.
    NoData,
    /// A log that fell silent.
    LogSilence,
    /// Copies that were replaced by others.
    Restarts,
    /// Requests that take much longer.
    SlowRequests,
    /// Many more requests.
    TrafficUp,
    /// Warnings that are new or more frequent.
    NewWarnings,
    /// Other lines that are new or more frequent.
    NewLines,
    /// The resource was changed.
    Changed,
    /// Another version runs.
    NewVersion,
    /// A copy more.
    NewCopies,
    /// As many copies as there may be, where there were not before.
    AtLimit,
    /// A value that bad lines have far more often than others.
    Differs,
    /// Maintenance by the platform.
    Maintenance,
    /// Something that a machine shows from inside.
    Machine,
    /// New errors right behind a change of the same service.
    ErrorsAfterChange,
    /// An alert that fires or is about to.
    Alert,
    /// A job that ran, and does not always.
    JobRun,
    /// A job that did not do its work.
    JobFailed,
    /// A call of the API that changed something.
    Call,
}

impl Sign {
    /// Its name in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::FailingRequests => "failing-requests",
            Self::NewErrors => "new-errors",
            Self::MoreErrors => "more-errors",
            Self::ConstantErrors => "constant-errors",
            Self::Threshold => "threshold",
            Self::Peak => "peak",
            Self::ShiftUp => "shift-up",
            Self::ShiftDown => "shift-down",
            Self::NoData => "no-data",
            Self::LogSilence => "log-silence",
            Self::Restarts => "restarts",
            Self::SlowRequests => "slow-requests",
            Self::TrafficUp => "traffic-up",
            Self::NewWarnings => "new-warnings",
            Self::NewLines => "new-lines",
            Self::Changed => "changed",
            Self::NewVersion => "new-version",
            Self::NewCopies => "new-copies",
            Self::AtLimit => "at-limit",
            Self::Differs => "differs",
            Self::Maintenance => "maintenance",
            Self::Machine => "machine",
            Self::ErrorsAfterChange => "errors-after-change",
            Self::Alert => "alert",
            Self::JobRun => "job-run",
            Self::JobFailed => "job-failed",
            Self::Call => "call",
        }
    }

    /// Whether it comes from error lines.
    pub(crate) fn is_errors(self) -> bool {
        matches!(
            self,
            Self::NewErrors | Self::MoreErrors | Self::ConstantErrors
        )
    }
}

/// One thing that the evidence shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fact {
    /// What kind of thing.
    pub(crate) sign: Sign,
    /// The service that it was seen in.
    pub(crate) service: String,
    /// How bad it is by itself.
    pub(crate) severity: Severity,
    /// Since when.
    pub(crate) since: Option<Instant>,
    /// What rules match their patterns against.
    pub(crate) subject: String,
    /// How often or how much, for order: lines of a group, weighted.
    pub(crate) amount: f64,
    /// What the report needs to say it.
    pub(crate) detail: Detail,
}

impl Fact {
    /// Whether it is harm that a cause can explain. What an alert says is somebody's conclusion, and a job that fails hurts
    /// nobody else: both are told, and neither makes a cause.
    pub(crate) fn hurts(&self) -> bool {
        self.severity >= Severity::Warning && !matches!(self.sign, Sign::Alert | Sign::JobFailed)
    }
}

/// What a fact rests on.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Detail {
    /// A group: the index among the groups of the fact's service.
    Group(usize),
    /// A series: the index among the judged series.
    Series(usize),
    /// A resource.
    Resource {
        /// The API's name.
        name: String,
        /// The API's word.
        status: String,
        /// The status, grouped.
        health: Health,
        /// What else the API says.
        message: Option<String>,
    },
    /// Running copies.
    Copies {
        /// How many.
        count: usize,
        /// Their names and banners, first first.
        lines: Vec<String>,
    },
    /// Where it fails.
    Differs {
        /// The field; `route` and `copy` whatever the lines call them.
        field: String,
        /// Its value.
        value: String,
        /// The value's share among bad lines, 0 to 1.
        bad: f64,
        /// Its share among the others.
        good: f64,
    },
    /// Another version.
    Version {
        /// Before.
        old: String,
        /// Now.
        new: String,
    },
    /// Requests that fail.
    Failing {
        /// Failed requests since then.
        failed: f64,
        /// All requests since then.
        requests: f64,
        /// The baseline's failed share.
        usual: f64,
    },
    /// A rate or a duration that changed.
    Rate {
        /// Before: requests a second, or milliseconds.
        before: f64,
        /// Now.
        now: f64,
    },
    /// A log that fell silent.
    Silence {
        /// Lines a minute before.
        per_minute: f64,
    },
    /// A change and what followed it.
    AfterChange {
        /// When the change was.
        changed: Instant,
        /// Index of the first group that followed.
        group: usize,
    },
    /// An alert.
    Alert {
        /// The rule's name.
        name: String,
        /// Whether it fires, or waits.
        fires: bool,
        /// What it says, where that is known.
        summary: Option<String>,
        /// Its expression; may be empty.
        rule: String,
        /// The labels that say where.
        labels: String,
    },
    /// A run of a job.
    Run {
        /// The job.
        job: String,
        /// The API's word.
        state: String,
        /// Why it ended, in the API's word; often empty.
        reason: String,
        /// What else the API says; often empty.
        message: String,
        /// How the program ended.
        exit_code: Option<i64>,
        /// What was run; may be empty.
        command: String,
        /// How long; `None` while it goes on.
        lasted: Option<TimeDelta>,
    },
    /// A call of the API.
    Call {
        /// Its method.
        method: String,
        /// The resource that it changed; may be empty.
        resource: String,
        /// Who called; may be empty.
        who: String,
        /// With which program; may be empty.
        program: String,
        /// What it set.
        settings: Vec<(String, String)>,
    },
    /// Something that a machine shows from inside.
    Machine {
        /// What.
        seen: Seen,
        /// Target and command that showed it.
        command: String,
        /// The line that shows it.
        line: String,
    },
}

/// What a machine shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Seen {
    /// A container.
    Container {
        /// Its name.
        name: String,
        /// Docker's words: `Exited (1) 2 hours ago`.
        status: String,
    },
    /// A file system.
    FileSystem {
        /// Where it is mounted.
        mount: String,
        /// How full it is.
        percent: u32,
        /// Whether it is the inodes that are used up.
        inodes: bool,
    },
    /// Memory.
    Memory {
        /// What programs may still have: `71Mi`.
        available: String,
        /// What there is.
        total: String,
    },
    /// A process that the kernel killed.
    Killed {
        /// Its name.
        process: String,
        /// How often.
        times: u64,
    },
    /// A unit of systemd that failed.
    Unit {
        /// Its name.
        name: String,
    },
}
