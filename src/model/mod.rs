//! The nouns that every stage shares. Nothing here reads a file, a clock or a socket.
//!
//! # Glossary
//!
//! | word | meaning |
//! |---|---|
//! | label set | names and values that identify a log stream or a series: [`Labels`] |
//! | label matcher, stream selector | `resource_name="atlas-api"`, `{…}`: [`Matcher`], [`Selector`] |
//! | entry, log stream | one line with its instant; a label set with its entries: [`Entry`], [`LogStream`] |
//! | sample, series, matrix | one value at one instant; a label set with its samples; many series: [`Sample`], [`Series`] |
//! | window | half-open interval `[from, to)`: [`Window`] |
//! | baseline | the window that the question's window is compared with |
//! | kind | what a resource is, in the words of the map: [`Kind`] |
//! | service | a name of the map and all it stands for: [`Service`] |
//! | redactor, pseudonym | masks what must not leave; `<email:1>`, which stands in its place: [`Redactor`] |
//! | rule, sign | which kinds of facts make which cause: [`Rule`], [`Sign`] |
//! | severity | how bad a finding is: [`Severity`] |
//! | health | what a resource's own status says: [`Health`] |
//! | token, scope | a temporary Cockpit credential and what it may read: [`TokenName`], [`Scope`] |

pub(crate) mod duration;
mod health;
mod kind;
mod labels;
mod lang;
mod logs;
pub(crate) mod messages;
mod metric_spec;
mod nearest;
mod probe_limits;
mod redact;
mod rule;
mod samples;
mod secret;
mod service;
mod severity;
mod sign;
mod span;
mod threshold;
mod token;
mod window;

pub(crate) use health::Health;
pub(crate) use kind::Kind;
pub(crate) use labels::{Labels, MatchOp, Matcher, Selector, quoted};
pub(crate) use lang::Lang;
pub(crate) use logs::{Entry, LogStream, UnixNanos};
pub(crate) use metric_spec::{Bilingual, MetricSpec};
pub(crate) use nearest::{edit_distance, nearest};
pub(crate) use probe_limits::{CERTIFICATE_DAYS, FIRST_BYTE_SECONDS};
pub(crate) use redact::{OpenKey, RedactOptions, Redactor};
pub(crate) use rule::{
    BUILT_IN_CAUSES, Blamed, MapRule, MetricLimit, Rule, RuleSign, RuleStep, SeenOn,
};
pub(crate) use samples::{Figures, QueryResult, Sample, Series};
pub(crate) use secret::Secret;
pub(crate) use service::{Service, SshTarget};
pub(crate) use severity::Severity;
pub(crate) use sign::Sign;
pub(crate) use span::TraceSpan;
pub(crate) use threshold::{Breach, Direction, Threshold, Unit};
pub(crate) use token::{Scope, TokenName, TokenOutcome, TokenStatus};
pub(crate) use window::{Instant, Window};
