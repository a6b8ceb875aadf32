//! What was asked and what came back: the spine between the sources and everything that reads them.
//!
//! A [`Record`] is one fact with its origin; [`Evidence`] is all the facts of one run. The serialised form is one JSON
//! object a line (`"type"` names the variant), which is also what an evidence bundle holds: analysis reads records and
//! cannot tell whether they came from the network or from a file.
//!
//! No data, not asked, refused and timed out are four different things, from here to the last line of the report: see
//! [`SourceOutcome`].

mod bundle;
mod lenient;
mod probe;
mod record;
mod redact;

pub(crate) use bundle::{BundlePath, BundleWriteError, read_bundle};
pub(crate) use probe::{ProbeProblem, ProbeRecord};
pub(crate) use record::{
    AlertRecord, Evidence, FailureKind, LogRecord, LogSummary, Meta, MetaMap, MetricRecord, Number,
    Record, SourceOutcome, SourceRecord, SshRecord, StateRecord, Understanding,
};
pub(crate) use redact::{LogMasker, redact_records};
