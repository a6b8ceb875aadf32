//! What kinds of facts are there? The words of findings in JSON, and of rules.

/// What kind of thing a fact is; of equally bad facts the ones that say more come first. The names are the `kind` of findings in JSON and of signs in `rules.toml`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize,
)]
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
    /// Something that a probe shows from outside.
    Probe,
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
    /// Every sign.
    pub(crate) const ALL: [Self; 29] = [
        Self::State,
        Self::NewErrors,
        Self::MoreErrors,
        Self::ConstantErrors,
        Self::FailingRequests,
        Self::Threshold,
        Self::Peak,
        Self::ShiftUp,
        Self::ShiftDown,
        Self::NoData,
        Self::LogSilence,
        Self::Restarts,
        Self::SlowRequests,
        Self::TrafficUp,
        Self::NewWarnings,
        Self::NewLines,
        Self::Changed,
        Self::NewVersion,
        Self::NewCopies,
        Self::AtLimit,
        Self::Differs,
        Self::Maintenance,
        Self::Machine,
        Self::Probe,
        Self::ErrorsAfterChange,
        Self::Alert,
        Self::JobRun,
        Self::JobFailed,
        Self::Call,
    ];

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
            Self::Probe => "probe",
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
