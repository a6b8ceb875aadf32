//! A fact: one thing that the evidence shows about one service, with the numbers that the report needs to say it.
//!
//! Rules look at facts only, so that whatever comes to count as evidence later (probes, machines) is one more [`Sign`].

use chrono::TimeDelta;

pub(crate) use crate::model::Sign;
use crate::model::{Health, Instant, Severity};

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
    /// Something that a probe shows from outside.
    Probe {
        /// What.
        seen: Probed,
        /// The address.
        url: String,
        /// Seconds from the start until the name, the connection, the encryption and the first byte; as far as it came.
        times: [Option<f64>; 4],
    },
}

/// What a probe shows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Probed {
    /// It did not answer as it should.
    Failed {
        /// Why; empty where nobody says.
        why: String,
        /// The HTTP status.
        status: Option<u16>,
    },
    /// Its certificate has little time left.
    Expires {
        /// How little; negative where it has expired.
        left: TimeDelta,
    },
    /// Its answer took long to begin.
    Slow {
        /// How long.
        seconds: f64,
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
