//! What can be wrong with a map, and how is it said? One variant a check; the texts are in `model/messages/config.rs`.

use crate::config::excerpt::{Excerpt, quoted_value, visible};
use crate::config::web_address::AddressFault;
use crate::model::messages::map as words;
use crate::model::{Kind, Lang};

/// What is wrong at one place of the map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum MapFault {
    /// It is not TOML; the parser's own words.
    Syntax(String),
    /// A key that nothing reads.
    UnknownKey {
        /// The key.
        key: String,
        /// The valid key that is nearest.
        near: Option<String>,
        /// Every key that may stand there.
        known: &'static [&'static str],
    },
    /// A kind that does not exist.
    UnknownKind {
        /// What stands there.
        value: String,
    },
    /// A value of another type than the key takes.
    WrongType {
        /// The key.
        key: String,
        /// The type it takes.
        expected: TomlType,
        /// The parser's name of the type found.
        found: &'static str,
    },
    /// A key that must be there is not.
    MissingKey {
        /// The key.
        key: &'static str,
        /// The table it is missing from.
        place: String,
    },
    /// A version of the format that this scout does not read.
    WrongSchema(String),
    /// `default_env` names no environment.
    UnknownDefaultEnv {
        /// The name.
        name: String,
        /// The environment that is nearest.
        near: Option<String>,
    },
    /// An environment overrides a service that does not exist.
    UnknownOverride {
        /// The name.
        name: String,
        /// The service that is nearest.
        near: Option<String>,
    },
    /// A dependency on nothing.
    UnknownDependency {
        /// The service that needs it.
        service: String,
        /// The name that no service has.
        name: String,
        /// The service that is nearest, or that has it as an alias.
        near: Option<String>,
    },
    /// Services that need each other; the first name comes again at the end.
    Cycle(Vec<String>),
    /// Two services claim one name.
    NameTaken {
        /// The name or alias.
        name: String,
        /// The service that has it already.
        owner: String,
    },
    /// A placeholder other than `{env}`.
    UnknownPlaceholder(String),
    /// A brace without its other half.
    LoneBrace,
    /// A service on an ssh target that no environment has.
    UnknownSshTarget {
        /// The name.
        name: String,
        /// The target that is nearest.
        near: Option<String>,
    },
    /// An address that scout will not use. Its value is never repeated.
    BadAddress {
        /// The key.
        key: String,
        /// What is wrong.
        fault: AddressFault,
    },
    /// An id that is not a UUID.
    NotUuid {
        /// The key.
        key: String,
    },
    /// Not the form of a region.
    BadRegion {
        /// What stands there.
        value: String,
        /// The region that is nearest.
        near: Option<String>,
    },
    /// Not the form of a zone.
    BadZone {
        /// What stands there.
        value: String,
        /// The zone that is nearest.
        near: Option<String>,
    },
    /// A name that is empty, or that nobody could type as one word.
    BadName(String),
    /// A text that must say something is empty.
    Empty(String),
    /// An ssh host that ssh would take for an option, or that is not one word.
    BadHost(String),
    /// A word where only some have a meaning.
    UnknownWord {
        /// The key.
        key: String,
        /// What stands there.
        value: String,
        /// The word that is nearest.
        near: Option<String>,
        /// All of them.
        known: String,
    },
    /// A pattern that is no regular expression.
    BadPattern {
        /// The key.
        key: String,
        /// What is wrong, in the library's English.
        reason: String,
    },
    /// A number that is too small or too great.
    OutOfRange {
        /// The key.
        key: String,
        /// The least.
        low: String,
        /// The greatest.
        high: String,
    },
    /// A rule whose id another one has, built in or of the map.
    RuleTaken(String),
    /// A next step that is no command of scout's.
    NotCommand(String),
}

/// The types of TOML that keys of the map take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TomlType {
    /// A string.
    Text,
    /// An integer.
    Integer,
    /// A list of strings.
    Texts,
    /// A table.
    Table,
    /// A list of tables.
    Tables,
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
}

impl TomlType {
    /// The type in words.
    fn say(self, lang: Lang) -> String {
        match self {
            Self::Text => words::type_text(lang),
            Self::Integer => words::type_integer(lang),
            Self::Texts => words::type_texts(lang),
            Self::Table => words::type_table(lang),
            Self::Tables => words::type_tables(lang),
            Self::Number => words::type_number(lang),
            Self::Flag => words::type_flag(lang),
        }
    }
}

/// A map that cannot be used: the first thing that is wrong, and the others.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(crate) struct MapError {
    /// The map's path, as the user gave it.
    pub(crate) file: String,
    /// Line, from 1.
    pub(crate) line: usize,
    /// Column in characters, from 1.
    pub(crate) column: usize,
    /// What is wrong there.
    pub(crate) fault: Box<MapFault>,
    /// What else is wrong, further down; each without a list of its own.
    pub(crate) more: Vec<MapError>,
    /// The line, for drawing.
    pub(super) place: Excerpt,
}

impl MapError {
    /// The error for one fault at one place.
    pub(super) fn new(file: &str, place: Excerpt, fault: MapFault) -> Self {
        Self {
            file: file.to_owned(),
            line: place.line,
            column: place.column,
            fault: Box::new(fault),
            more: Vec::new(),
            place,
        }
    }

    /// This problem and the others, in the order of the file. Each is said, hinted at and drawn by itself.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Self> {
        std::iter::once(self).chain(&self.more)
    }

    /// The message, with file, line and column before it.
    pub(crate) fn say(&self, lang: Lang) -> String {
        let what = self.fault.say(lang);
        format!(
            "{}:{}:{}: {what}",
            visible(&self.file),
            self.line,
            self.column
        )
    }

    /// What to do about it, where there is something to say.
    pub(crate) fn hint(&self, lang: Lang) -> Option<String> {
        self.fault.hint(lang)
    }

    /// The line with carets under the part that is wrong; `None` for an empty file.
    pub(crate) fn excerpt(&self) -> Option<String> {
        (!self.place.text.is_empty()).then(|| self.place.draw(&self.file))
    }
}

impl MapFault {
    /// The message, without a place.
    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Self::Syntax(reason) => words::map_syntax(lang, &visible(reason)),
            Self::UnknownKey { key, .. } => words::map_unknown_key(lang, &quoted_value(key)),
            Self::UnknownKind { value } => words::map_unknown_kind(lang, &quoted_value(value)),
            Self::WrongType {
                key,
                expected,
                found,
            } => words::map_wrong_type(lang, &quoted_value(key), &expected.say(lang), found),
            Self::MissingKey { key, place } => {
                words::map_missing_key(lang, &quoted_value(key), &visible(place))
            }
            Self::WrongSchema(found) => words::map_wrong_schema(lang, &quoted_value(found)),
            Self::UnknownDefaultEnv { name, .. } => {
                words::map_unknown_default_env(lang, &quoted_value(name))
            }
            Self::UnknownOverride { name, .. } => {
                words::map_unknown_override(lang, &quoted_value(name))
            }
            Self::UnknownDependency { service, name, .. } => {
                words::map_unknown_dependency(lang, &quoted_value(service), &quoted_value(name))
            }
            Self::Cycle(names) => words::map_cycle(lang, &visible(&names.join(" → "))),
            Self::NameTaken { name, owner } => {
                words::map_name_taken(lang, &quoted_value(name), &quoted_value(owner))
            }
            Self::UnknownPlaceholder(name) => {
                words::map_unknown_placeholder(lang, &quoted_value(name))
            }
            Self::LoneBrace => words::map_lone_brace(lang),
            Self::UnknownSshTarget { name, .. } => {
                words::map_unknown_ssh_target(lang, &quoted_value(name))
            }
            Self::BadAddress { key, fault } => {
                words::map_bad_address(lang, &quoted_value(key), &fault.say(lang))
            }
            Self::NotUuid { key } => words::map_not_uuid(lang, &quoted_value(key)),
            Self::BadRegion { value, .. } => words::map_bad_region(lang, &quoted_value(value)),
            Self::BadZone { value, .. } => words::map_bad_zone(lang, &quoted_value(value)),
            Self::BadName(name) => words::map_bad_name(lang, &quoted_value(name)),
            Self::Empty(key) => words::map_empty(lang, &quoted_value(key)),
            Self::BadHost(host) => words::map_bad_host(lang, &quoted_value(host)),
            Self::UnknownWord { key, value, .. } => {
                words::map_unknown_word(lang, &quoted_value(value), &quoted_value(key))
            }
            Self::BadPattern { key, reason } => {
                words::map_bad_pattern(lang, &quoted_value(key), &visible(reason))
            }
            Self::OutOfRange { key, low, high } => {
                words::map_out_of_range(lang, &quoted_value(key), low, high)
            }
            Self::RuleTaken(id) => words::map_rule_taken(lang, &quoted_value(id)),
            Self::NotCommand(command) => words::map_not_command(lang, &quoted_value(command)),
        }
    }

    /// What to do about it.
    pub(crate) fn hint(&self, lang: Lang) -> Option<String> {
        let near = |near: &Option<String>| {
            near.as_ref()
                .map(|name| words::did_you_mean(lang, &quoted_value(name)))
        };
        match self {
            Self::UnknownKey {
                near: name, known, ..
            } => near(name).or_else(|| Some(words::hint_known_keys(lang, &known.join(", ")))),
            Self::UnknownKind { value } => Some(kind_hint(lang, value)),
            Self::UnknownDefaultEnv { near: name, .. }
            | Self::UnknownOverride { near: name, .. }
            | Self::UnknownDependency { near: name, .. } => near(name),
            Self::UnknownSshTarget { near: name, .. } => {
                near(name).or_else(|| Some(words::hint_ssh_target(lang)))
            }
            Self::BadRegion { near: name, .. } => {
                near(name).or_else(|| Some(words::hint_region(lang)))
            }
            Self::BadZone { near: name, .. } => near(name).or_else(|| Some(words::hint_zone(lang))),
            Self::MissingKey { key: "schema", .. } | Self::WrongSchema(_) => {
                Some(words::hint_schema(lang))
            }
            Self::MissingKey { key: "kind", .. } => Some(kind_hint(lang, "")),
            Self::UnknownPlaceholder(_) | Self::LoneBrace => Some(words::hint_placeholder(lang)),
            Self::BadAddress { fault, .. } => Some(fault.hint(lang)),
            Self::NotUuid { .. } => Some(words::hint_uuid(lang)),
            Self::NameTaken { .. } => Some(words::hint_name_taken(lang)),
            Self::Cycle(_) => Some(words::hint_cycle(lang)),
            Self::BadName(_) => Some(words::hint_bad_name(lang)),
            Self::BadHost(_) => Some(words::hint_bad_host(lang)),
            Self::UnknownWord {
                near: name, known, ..
            } => near(name).or_else(|| Some(words::hint_words(lang, known))),
            Self::RuleTaken(_) => Some(words::hint_rule_taken(lang)),
            Self::NotCommand(_) => Some(words::hint_not_command(lang)),
            Self::Syntax(_)
            | Self::WrongType { .. }
            | Self::MissingKey { .. }
            | Self::Empty(_)
            | Self::BadPattern { .. }
            | Self::OutOfRange { .. } => None,
        }
    }
}

/// Other products' words for some kinds, which no edit distance would find.
const KIND_SYNONYMS: [(&str, Kind); 14] = [
    ("postgresql", Kind::Postgres),
    ("pg", Kind::Postgres),
    ("database", Kind::Postgres),
    ("rdb", Kind::Postgres),
    ("mariadb", Kind::Mysql),
    ("cache", Kind::Redis),
    ("vm", Kind::Instance),
    ("server", Kind::Instance),
    ("s3", Kind::Bucket),
    ("object-storage", Kind::Bucket),
    ("cdn", Kind::Edge),
    ("k8s", Kind::Kubernetes),
    ("lb", Kind::LoadBalancer),
    ("vpc", Kind::PrivateNetwork),
];

/// The nearest kind, or all of them.
fn kind_hint(lang: Lang, value: &str) -> String {
    let names = Kind::ALL.map(Kind::as_str);
    let near = crate::model::nearest(value, names).or_else(|| {
        KIND_SYNONYMS
            .iter()
            .find(|(word, _)| word.eq_ignore_ascii_case(value))
            .map(|(_, kind)| kind.as_str())
    });
    match near {
        Some(name) => words::did_you_mean(lang, &quoted_value(name)),
        None => words::hint_kinds(lang, &names.join(", ")),
    }
}
