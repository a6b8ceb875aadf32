//! Where did a setting come from? Kept beside each value, so that `doctor` can say which file or variable to change.

use crate::model::Lang;
use crate::model::messages::config as words;

/// Where a value was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// An argument of the command line.
    Flag,
    /// An environment variable, by name.
    Env(String),
    /// The official CLI's configuration file.
    File {
        /// Its path.
        path: String,
        /// The profile that sets it; `default` for the top level of the file.
        profile: String,
    },
    /// The map, by path.
    Map(String),
    /// Nobody said anything: scout's own choice.
    Default,
}

impl Origin {
    /// The origin in words: `variable SCW_SECRET_KEY`.
    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Self::Flag => words::origin_flag(lang),
            Self::Env(name) => words::origin_variable(lang, name),
            Self::File { path, profile } => words::origin_profile(lang, profile, path),
            Self::Map(path) => words::origin_map(lang, path),
            Self::Default => words::origin_default(lang),
        }
    }
}

/// A value and where it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sourced<T> {
    /// The value.
    pub(crate) value: T,
    /// Where it was found.
    pub(crate) origin: Origin,
}

impl<T> Sourced<T> {
    /// A value with its origin.
    pub(crate) fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }
}
