//! How a run ends: the one table of exit codes, and the failures that lead to them.

use crate::config::{CredentialsError, MapError};
use crate::evidence::FailureKind;
use crate::model::messages::cli as text;
use crate::model::{Lang, TokenOutcome};
use crate::render::error::ErrorView;
use crate::sources::SourceError;

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; for `--exit-code`: healthy.
    Done,
    /// With `--exit-code`: something is firing, degraded or down.
    Found,
    /// The command line is wrong.
    Usage,
    /// Configuration: map, credentials file, a bundle that cannot be kept.
    Config,
    /// Not authenticated, or a permission is missing.
    Refused,
    /// A source failed or timed out, or nothing could be reached.
    Incomplete,
    /// A token could not be deleted. Wins over every other code.
    TokenLeft,
    /// A bug in scout.
    Bug,
    /// Stopped by this signal, after the token was deleted.
    Signal(u8),
}

impl Exit {
    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Found => 1,
            Self::Usage => 2,
            Self::Config => 3,
            Self::Refused => 4,
            Self::Incomplete => 5,
            Self::TokenLeft => 6,
            Self::Bug => 70,
            Self::Signal(number) => 128 + number,
        }
    }

    /// The word for it in JSON errors.
    pub(crate) fn kind(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Found => "found",
            Self::Usage => "usage",
            Self::Config => "config",
            Self::Refused => "refused",
            Self::Incomplete => "incomplete",
            Self::TokenLeft => "token-left-behind",
            Self::Bug => "bug",
            Self::Signal(_) => "interrupted",
        }
    }

    /// How a run ends whose sources failed in these ways: refused if any refused, incomplete if any failed.
    pub(crate) fn of_failures(kinds: impl IntoIterator<Item = FailureKind>) -> Self {
        kinds
            .into_iter()
            .fold(Self::Done, |worst, kind| match kind {
                FailureKind::NotAuthenticated | FailureKind::Refused => Self::Refused,
                _ if worst == Self::Refused => Self::Refused,
                _ => Self::Incomplete,
            })
    }
}

/// A failure that ends a run: what people and scripts are told.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Failure {
    /// How the run ends.
    pub(crate) exit: Exit,
    /// What, which and why.
    pub(crate) message: String,
    /// Lines of the file that it is about.
    pub(crate) excerpt: Vec<String>,
    /// The next step.
    pub(crate) hint: Option<String>,
}

impl Failure {
    /// A failure without an excerpt.
    pub(crate) fn new(exit: Exit, message: impl Into<String>, hint: Option<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            excerpt: Vec::new(),
            hint,
        }
    }

    /// A wrong command line.
    pub(crate) fn usage(message: impl Into<String>, hint: Option<String>) -> Self {
        Self::new(Exit::Usage, message, hint)
    }

    /// A configuration that does not hold.
    pub(crate) fn config(message: impl Into<String>, hint: Option<String>) -> Self {
        Self::new(Exit::Config, message, hint)
    }

    /// A map that does not hold: its first fault as the message, the others, each with its line, below.
    pub(crate) fn of_map(error: &MapError, lang: Lang) -> Self {
        let drawn = |fault: &MapError| -> Vec<String> {
            let lines = fault.excerpt().unwrap_or_default();
            lines.lines().map(str::to_owned).collect()
        };
        let mut excerpt = drawn(error);
        for fault in error.all().skip(1) {
            excerpt.push(String::new());
            excerpt.push(fault.say(lang));
            excerpt.extend(drawn(fault));
            excerpt.extend(fault.hint(lang));
        }
        Self {
            excerpt,
            ..Self::config(error.say(lang), error.hint(lang))
        }
    }

    /// Credentials that are missing or malformed. None at all means that nobody is authenticated.
    pub(crate) fn of_credentials(error: &CredentialsError, lang: Lang) -> Self {
        let missing = matches!(error, CredentialsError::Missing { .. });
        let exit = if missing { Exit::Refused } else { Exit::Config };
        Self::new(exit, error.say(lang), error.hint(lang))
    }

    /// A source that the command cannot do without.
    pub(crate) fn of_source(error: &SourceError, lang: Lang) -> Self {
        Self::new(
            Exit::of_failures([error.kind()]),
            error.say(lang),
            error.hint(lang),
        )
    }

    /// A failure of the system that no user can mend: what was under way, and why it failed.
    pub(crate) fn of_system(error: &anyhow::Error, lang: Lang) -> Self {
        Self::new(
            Exit::Bug,
            text::system_failed(lang, &format!("{error:#}")),
            None,
        )
    }

    /// A token that may still exist: which, and how to remove it.
    pub(crate) fn token_left(token: &TokenOutcome, lang: Lang) -> Self {
        let named = token.id.as_deref().or(token.name.as_deref());
        let hint = token.remedy.as_deref();
        Self::new(
            Exit::TokenLeft,
            text::token_left(lang, named.unwrap_or_default()),
            hint.map(|remedy| text::token_left_hint(lang, remedy)),
        )
    }

    /// As render shows it.
    pub(crate) fn view(&self) -> ErrorView {
        ErrorView {
            kind: self.exit.kind().to_owned(),
            message: self.message.clone(),
            excerpt: self.excerpt.clone(),
            hint: self.hint.clone(),
            code: self.exit.code(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_the_documented_ones() {
        let codes = [
            Exit::Done,
            Exit::Found,
            Exit::Usage,
            Exit::Config,
            Exit::Refused,
            Exit::Incomplete,
            Exit::TokenLeft,
            Exit::Bug,
            Exit::Signal(2),
            Exit::Signal(15),
            Exit::Signal(1),
        ]
        .map(Exit::code);
        assert_eq!(codes, [0, 1, 2, 3, 4, 5, 6, 70, 130, 143, 129]);
    }

    #[test]
    fn a_refusal_outweighs_a_time_out() {
        use FailureKind::{Refused, TimedOut};
        assert_eq!(Exit::of_failures([]), Exit::Done);
        assert_eq!(Exit::of_failures([TimedOut]), Exit::Incomplete);
        assert_eq!(
            Exit::of_failures([TimedOut, Refused, TimedOut]),
            Exit::Refused
        );
    }
}
