//! What happened to a question that got no usable answer: which source, which request, why, and what to do next.

use crate::evidence::{FailureKind, SourceOutcome};
use crate::model::Lang;
use crate::model::messages::sources as text;

use super::http::{Answer, NoAnswer};

/// A failed request.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(crate) struct SourceError {
    /// Who was asked: `loki`, `prometheus`, `scaleway`.
    pub(crate) source_name: &'static str,
    /// Address without query.
    pub(crate) url: String,
    /// What went wrong.
    pub(crate) problem: Problem,
}

/// What went wrong with a request.
#[derive(Debug, Clone)]
pub(crate) enum Problem {
    /// No answer at all.
    NoAnswer(NoAnswer),
    /// The key or token was not accepted.
    NotAuthenticated {
        /// The server's reason: `not_found`, `expired`, …; empty where it gives none.
        reason: String,
    },
    /// A server that is not Cockpit's wants a credential, or another one.
    NotLetIn {
        /// Whether it was shown one.
        credential: bool,
    },
    /// A permission is missing.
    Refused(Box<Permission>),
    /// Any other error status.
    Status {
        /// Status code.
        status: u16,
        /// The server's own message, cut to a line.
        message: String,
        /// For Scaleway's support.
        request_id: Option<String>,
    },
    /// The answer made no sense.
    BadAnswer(String),
    /// The address may not be given a credential.
    Address(super::address::Refusal),
}

/// A permission that the server missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Permission {
    /// `read`, `write`, …; empty where the server did not say.
    pub(crate) action: String,
    /// `cockpit`, `rdb`, …; empty where the server did not say.
    pub(crate) resource: String,
    /// The project that was asked about.
    pub(crate) project: String,
    /// The IAM permission sets that give it, where scout knows.
    pub(crate) sets: Vec<&'static str>,
}

impl SourceError {
    /// Whether a deletion that failed in this way may work later.
    pub(crate) fn may_pass(&self) -> bool {
        match &self.problem {
            Problem::NoAnswer(NoAnswer::Unusable(_))
            | Problem::Refused(_)
            | Problem::NotAuthenticated { .. }
            | Problem::NotLetIn { .. }
            | Problem::Address(_) => false,
            Problem::Status { status, .. } => {
                *status >= 500 || matches!(status, 408 | 409 | 423 | 429)
            }
            Problem::NoAnswer(_) | Problem::BadAnswer(_) => true,
        }
    }

    /// Which of the kinds that a reader must tell apart.
    pub(crate) fn kind(&self) -> FailureKind {
        match &self.problem {
            Problem::NoAnswer(NoAnswer::NotSent(_) | NoAnswer::Unusable(_)) => {
                FailureKind::Unreachable
            }
            Problem::NoAnswer(NoAnswer::TimedOut(_)) => FailureKind::TimedOut,
            Problem::NoAnswer(NoAnswer::Broken(_) | NoAnswer::TooLarge(_))
            | Problem::BadAnswer(_) => FailureKind::BadAnswer,
            Problem::NotAuthenticated { .. } | Problem::NotLetIn { .. } => {
                FailureKind::NotAuthenticated
            }
            Problem::Refused(_) | Problem::Address(_) => FailureKind::Refused,
            Problem::Status { status: 404, .. } => FailureKind::NotFound,
            Problem::Status { status: 500.., .. } | Problem::Status { status: 429, .. } => {
                FailureKind::ServerError
            }
            Problem::Status { .. } => FailureKind::BadRequest,
        }
    }

    /// The message.
    pub(crate) fn say(&self, lang: Lang) -> String {
        let url = self.url.as_str();
        match &self.problem {
            Problem::NoAnswer(NoAnswer::NotSent(why)) => text::not_sent(lang, url, why),
            Problem::NoAnswer(NoAnswer::Broken(why)) => text::broken(lang, url, why),
            Problem::NoAnswer(NoAnswer::TimedOut(after)) => {
                text::timed_out(lang, url, after.as_secs_f64())
            }
            Problem::NoAnswer(NoAnswer::TooLarge(bytes)) => text::too_large(lang, url, *bytes),
            Problem::NoAnswer(NoAnswer::Unusable(why)) => text::unusable(lang, why),
            Problem::NotAuthenticated { reason, .. } if self.source_name == "scaleway" => {
                text::key_not_accepted(lang, url, reason)
            }
            Problem::NotAuthenticated { .. } => text::token_not_accepted(lang, url),
            Problem::NotLetIn { credential } => text::not_let_in(lang, url, *credential),
            Problem::Refused(lack) => {
                text::refused(lang, &lack.action, &lack.resource, &lack.project)
            }
            Problem::Status {
                status, message, ..
            } => text::status(lang, url, *status, message),
            Problem::BadAnswer(why) => text::bad_answer(lang, url, why),
            Problem::Address(refusal) => text::refused_address(lang, url, *refusal),
        }
    }

    /// What to do next.
    pub(crate) fn hint(&self, lang: Lang) -> Option<String> {
        match &self.problem {
            Problem::NoAnswer(NoAnswer::NotSent(_)) => Some(text::not_sent_hint(lang)),
            Problem::NoAnswer(NoAnswer::TimedOut(_)) => Some(text::timed_out_hint(lang)),
            Problem::NoAnswer(NoAnswer::TooLarge(_)) => Some(text::too_large_hint(lang)),
            Problem::NoAnswer(NoAnswer::Unusable(_)) => Some(text::unusable_hint(lang)),
            Problem::NotAuthenticated { .. } if self.source_name == "scaleway" => {
                Some(text::key_not_accepted_hint(lang))
            }
            Problem::NotAuthenticated { .. } => Some(text::token_not_accepted_hint(lang)),
            Problem::NotLetIn { .. } => Some(text::not_let_in_hint(lang)),
            Problem::Refused(lack) => Some(text::refused_hint(lang, &lack.sets)),
            Problem::Status {
                status, request_id, ..
            } => text::status_hint(lang, *status, request_id.as_deref()),
            Problem::NoAnswer(NoAnswer::Broken(_)) | Problem::BadAnswer(_) => {
                Some(text::bad_answer_hint(lang))
            }
            Problem::Address(refusal) => Some(text::refused_address_hint(lang, *refusal)),
        }
    }

    /// The same as evidence keeps it. The hint goes with the message: a gap must say what to do.
    pub(crate) fn outcome(&self, lang: Lang) -> SourceOutcome {
        let message = match self.hint(lang) {
            Some(hint) => format!("{} ({hint})", self.say(lang)),
            None => self.say(lang),
        };
        SourceOutcome::failed(self.kind(), message)
    }
}

/// The first line of an answer's text, cut short: what is shown of a body that is not understood.
pub(super) fn first_line(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(&body[..body.len().min(2048)]);
    let line = text.trim().lines().next().unwrap_or_default().trim();
    let mut cut: String = line.chars().take(200).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    cut
}

/// Whether a body that should be JSON is a web page: a proxy or a login page stands in between.
pub(super) fn is_html(answer: &Answer) -> bool {
    answer.content_type.starts_with("text/html")
        || first_line(&answer.body)
            .to_ascii_lowercase()
            .starts_with("<!doctype html")
}
