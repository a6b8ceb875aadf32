//! What is wrong with a scenario, and where?
//!
//! In: what the TOML reader or [`super::check`] found. Out: an error with file, line and, for a mistyped name, the nearest
//! valid one. The TOML reader only carries text, so our own complaints travel through it as a [`Code`] and are read back here.

use crate::model::messages::sandbox as text;
use crate::model::{Lang, nearest};

/// Separates a code from its detail; cannot stand in TOML text unescaped.
const SEPARATOR: char = '\u{1f}';

/// A complaint that travels through the TOML reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// Not a time.
    Offset,
    /// Not a length of time.
    Length,
    /// Not a form of variable.
    Var,
}

impl Code {
    /// All of them.
    const ALL: [Self; 3] = [Self::Offset, Self::Length, Self::Var];

    /// The message that carries the code through the TOML reader.
    pub(super) fn with(self, detail: &str) -> String {
        format!("{self:?}{SEPARATOR}{detail}")
    }

    /// Reads a message back.
    fn problem(message: &str) -> Option<Problem> {
        let (name, detail) = message.split_once(SEPARATOR)?;
        let code = Self::ALL
            .into_iter()
            .find(|code| format!("{code:?}") == name)?;
        let detail = detail.to_owned();
        Some(match code {
            Self::Offset => Problem::Offset(detail),
            Self::Length => Problem::Length(detail),
            Self::Var => Problem::Var,
        })
    }
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) enum Problem {
    /// Not TOML, a key missing or a value of the wrong type, in the words of the TOML reader.
    Toml(String),
    /// A key or name that does not exist, and the valid ones.
    UnknownName(String, Vec<String>),
    /// A version of the format that is not known.
    Schema(u32),
    /// Not a time such as `-3h`.
    Offset(String),
    /// Not a length of time such as `40m`.
    Length(String),
    /// Not a form of variable.
    Var,
    /// A log table has neither or both of `from` with `per_minute`, and `at`.
    LogTimes,
    /// A log table has neither or both of `message` and `lines`.
    LogText,
    /// A rate that is negative or not a number.
    Rate,
    /// `to` is before `from`, or a shape is not in order of time.
    Order,
    /// A metric without a shape, or whose first part has no value.
    Shape,
    /// A fault that does nothing.
    FaultEffect,
    /// A status that no answer can have.
    Status(u16),
    /// More data than the sandbox holds: wanted, most.
    TooMuch(u64, u64),
    /// A line of a bundle that is no record, in the words of the JSON reader.
    Record(String),
    /// A bundle whose first record is not `meta`.
    NoMeta,
    /// A file that cannot be read, in the system's words.
    Unreadable(String),
}

/// A scenario that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(crate) struct ScenarioError {
    /// The file or the name of the scenario.
    origin: String,
    /// Line, from 1; `None` where the problem has no place.
    line: Option<usize>,
    /// What is wrong.
    problem: Problem,
}

impl ScenarioError {
    /// A problem at a byte of the text.
    pub(super) fn at(origin: &str, text: &str, offset: usize, problem: Problem) -> Self {
        Self {
            origin: origin.to_owned(),
            line: Some(line_of(text, offset)),
            problem,
        }
    }

    /// A problem on a line of a bundle, from 1.
    pub(in crate::sandbox) fn on_line(origin: &str, line: usize, problem: Problem) -> Self {
        Self {
            origin: origin.to_owned(),
            line: Some(line),
            problem,
        }
    }

    /// A file that cannot be read.
    pub(super) fn unreadable(origin: &str, why: String) -> Self {
        Self {
            origin: origin.to_owned(),
            line: None,
            problem: Problem::Unreadable(why),
        }
    }

    /// What the TOML reader found.
    pub(super) fn from_toml(origin: &str, text: &str, error: &toml::de::Error) -> Self {
        let message = error.message();
        let problem = Code::problem(message)
            .or_else(|| unknown_name(message))
            .unwrap_or_else(|| Problem::Toml(message.to_owned()));
        Self {
            origin: origin.to_owned(),
            line: error.span().map(|span| line_of(text, span.start)),
            problem,
        }
    }

    /// The line, from 1, where the problem has a place.
    #[cfg(test)]
    pub(crate) fn line(&self) -> Option<usize> {
        self.line
    }

    /// The message.
    pub(crate) fn say(&self, lang: Lang) -> String {
        let place = text::place(lang, &self.origin, self.line);
        format!("{place}: {}", self.problem.say(lang))
    }

    /// What to do about it, where there is something to say.
    pub(crate) fn hint(&self, lang: Lang) -> Option<String> {
        match &self.problem {
            Problem::UnknownName(typed, valid) => {
                match nearest(typed, valid.iter().map(String::as_str)) {
                    Some(name) => Some(text::did_you_mean(lang, name)),
                    None => Some(text::valid_names(lang, &valid.join(", "))),
                }
            }
            Problem::Offset(_) => Some(text::offset_examples(lang)),
            Problem::Length(_) => Some(text::length_examples(lang)),
            Problem::Var => Some(text::var_forms(lang)),
            _ => None,
        }
    }
}

impl Problem {
    /// The problem without its place.
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::Toml(message) => message.replace('\n', " "),
            Self::UnknownName(name, _) => text::unknown_name(lang, name),
            Self::Schema(version) => text::unknown_schema(lang, *version),
            Self::Offset(value) => text::not_an_offset(lang, value),
            Self::Length(value) => text::not_a_length(lang, value),
            Self::Var => text::not_a_var(lang),
            Self::LogTimes => text::log_times(lang),
            Self::LogText => text::log_text(lang),
            Self::Rate => text::bad_rate(lang),
            Self::Order => text::bad_order(lang),
            Self::Shape => text::bad_shape(lang),
            Self::FaultEffect => text::fault_without_effect(lang),
            Self::Status(status) => text::bad_status(lang, *status),
            Self::TooMuch(wanted, most) => text::too_much(lang, *wanted, *most),
            Self::Record(why) => text::not_a_record(lang, why),
            Self::NoMeta => text::no_meta(lang),
            Self::Unreadable(why) => text::unreadable(lang, why),
        }
    }
}

/// The line that a byte of the text is on, from 1.
fn line_of(text: &str, offset: usize) -> usize {
    let breaks = text.match_indices('\n');
    breaks.take_while(|(at, _)| *at < offset).count() + 1
}

/// Reads serde's "unknown field `x`, expected one of `a`, `b`"; a test pins the wording.
fn unknown_name(message: &str) -> Option<Problem> {
    let known = ["unknown field ", "unknown variant "];
    known.iter().find(|start| message.starts_with(**start))?;
    let mut names = message.split('`').skip(1).step_by(2).map(str::to_owned);
    let typed = names.next()?;
    Some(Problem::UnknownName(typed, names.collect()))
}
