//! What can be wrong with credentials, and what deserves a warning? No variant holds a value of a key or an address.

use super::field::Field;
use crate::config::Origin;
use crate::config::excerpt::{quoted_value, visible};
use crate::config::web_address::AddressFault;
use crate::model::Lang;
use crate::model::messages::config as words;

/// Why there are no usable credentials.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(crate) enum CredentialsError {
    /// The file is not YAML, or a key in it has the wrong type.
    File {
        /// Its path.
        path: String,
        /// Line and column, from 1, where the parser knows them.
        place: Option<(usize, usize)>,
    },
    /// The profile does not exist.
    UnknownProfile {
        /// The name asked for.
        name: String,
        /// The file's path; `None` where there is no file.
        path: Option<String>,
        /// The profile that is nearest.
        near: Option<String>,
        /// Every profile, `default` last.
        known: Vec<String>,
    },
    /// A variable that chooses something is set but empty.
    EmptyVariable {
        /// Its name.
        variable: String,
    },
    /// A field is set but empty.
    Empty {
        /// The field.
        field: Field,
        /// Where.
        origin: Origin,
    },
    /// A field does not have its form.
    Malformed {
        /// The field.
        field: Field,
        /// Where.
        origin: Origin,
        /// The region or zone that was probably meant.
        near: Option<String>,
    },
    /// The API's address is not one that scout will send a key to.
    BadAddress {
        /// Where it stands.
        origin: Origin,
        /// What is wrong with it.
        fault: AddressFault,
    },
    /// There is no secret key.
    Missing {
        /// Where an access key was found without one.
        access_key: Option<Origin>,
    },
}

impl CredentialsError {
    /// The message.
    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Self::File { path, place } => {
                let place = place.map(|(line, column)| format!(":{line}:{column}"));
                let path = format!("{}{}", visible(path), place.unwrap_or_default());
                words::credentials_file(lang, &path)
            }
            Self::UnknownProfile { name, path, .. } => {
                let path = path.as_deref().map(quoted_value);
                words::unknown_profile(lang, &quoted_value(name), path.as_deref())
            }
            Self::EmptyVariable { variable } => words::empty_variable(lang, variable),
            Self::Empty { field, origin } => {
                words::credential_empty(lang, field.key(), &origin.say(lang))
            }
            Self::Malformed { field, origin, .. } => {
                words::credential_malformed(lang, field.key(), &origin.say(lang))
            }
            Self::BadAddress { origin, fault } => {
                words::credential_address(lang, &origin.say(lang), &fault.say(lang))
            }
            Self::Missing { access_key: None } => words::no_credentials(lang),
            Self::Missing {
                access_key: Some(origin),
            } => words::no_secret_key(lang, &origin.say(lang)),
        }
    }

    /// What to do about it.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the form that every error's hint has"
    )]
    pub(crate) fn hint(&self, lang: Lang) -> Option<String> {
        match self {
            Self::File { .. } => Some(words::hint_credentials_file(lang)),
            Self::UnknownProfile { near, known, .. } => Some(match near {
                Some(near) => words::did_you_mean(lang, &quoted_value(near)),
                None => words::hint_known_profiles(lang, &visible(&known.join(", "))),
            }),
            Self::EmptyVariable { .. } | Self::Empty { .. } => Some(words::hint_unset(lang)),
            Self::Malformed { field, near, .. } => Some(match near {
                Some(near) => words::did_you_mean(lang, &quoted_value(near)),
                None => form_hint(lang, *field),
            }),
            Self::BadAddress { fault, .. } => Some(fault.hint(lang)),
            Self::Missing { .. } => Some(words::hint_no_credentials(lang)),
        }
    }
}

/// The form of a field.
fn form_hint(lang: Lang, field: Field) -> String {
    match field {
        Field::AccessKey => words::hint_access_key(lang),
        Field::SecretKey | Field::OrganizationId | Field::ProjectId => words::hint_uuid(lang),
        Field::Region => words::hint_region(lang),
        Field::Zone => words::hint_zone(lang),
        Field::ApiUrl => words::hint_https(lang),
        Field::Insecure => words::hint_boolean(lang),
    }
}

/// Something about the credentials that works but should be known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CredentialWarning {
    /// A variable has its older name.
    OldName {
        /// The name in use.
        old: String,
        /// Today's name.
        new: &'static str,
    },
    /// A region has its older name.
    OldRegion {
        /// The name in use: `par1` or `ams1`.
        old: String,
        /// Today's name.
        new: &'static str,
    },
    /// Certificates are not checked.
    Insecure {
        /// Who says so.
        origin: Origin,
    },
    /// Others on this machine may read the file.
    LooseMode {
        /// Its path.
        path: String,
        /// Its mode, permission bits only.
        mode: u32,
    },
    /// One key of the pair comes from the environment and the other from the file.
    MixedKeys {
        /// Where the access key was found.
        access_key: Origin,
        /// Where the secret key was found.
        secret_key: Origin,
    },
}

impl CredentialWarning {
    /// The warning, with what to do about it.
    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Self::OldName { old, new } => words::old_name(lang, old, new),
            Self::OldRegion { old, new } => words::old_region(lang, old, new),
            Self::Insecure { origin } => words::insecure(lang, &origin.say(lang)),
            Self::LooseMode { path, mode } => {
                words::loose_mode(lang, &quoted_value(path), &format!("{mode:04o}"))
            }
            Self::MixedKeys {
                access_key,
                secret_key,
            } => words::mixed_keys(lang, &access_key.say(lang), &secret_key.say(lang)),
        }
    }
}
