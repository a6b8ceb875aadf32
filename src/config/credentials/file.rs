//! What does the official CLI's `config.yaml` say? Keys at the top are the profile `default`; others lie over it.
//!
//! Everything read is kept as a [`Secret`], and errors hold a place but no text: the file is full of keys.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::field::Field;
use super::{CredentialsError, unknown_profile};
use crate::model::Secret;

/// The name of the profile that is the top of the file.
pub(super) const TOP_PROFILE: &str = "default";

/// The file. Empty where there is none.
#[derive(Default)]
pub(super) struct ConfigFile {
    /// Its path.
    path: String,
    /// The top.
    top: ProfileText,
    /// Which profile is meant, and those there are.
    head: Head,
}

/// Keys that stand at the top only. Unknown keys are ignored, as the CLI does.
#[derive(Default, Deserialize)]
struct Head {
    /// The profile where none is asked for.
    active_profile: Option<String>,
    /// Profiles by name.
    profiles: Option<BTreeMap<String, Option<ProfileText>>>,
}

/// Keys that stand at the top and in profiles. Read apart from [`Head`] rather than flattened into it: with
/// `serde(flatten)` a key made of digits is a number and no longer a text.
#[derive(Default, Deserialize)]
struct ProfileText {
    /// See [`Field::AccessKey`].
    access_key: Option<Secret>,
    /// See [`Field::SecretKey`].
    secret_key: Option<Secret>,
    /// See [`Field::OrganizationId`].
    default_organization_id: Option<Secret>,
    /// See [`Field::ProjectId`].
    default_project_id: Option<Secret>,
    /// See [`Field::Region`].
    default_region: Option<Secret>,
    /// See [`Field::Zone`].
    default_zone: Option<Secret>,
    /// See [`Field::ApiUrl`].
    api_url: Option<Secret>,
    /// See [`Field::Insecure`].
    insecure: Option<bool>,
}

/// A profile's keys, to be asked before those under it.
pub(super) struct Layer<'a> {
    /// The profile's name.
    pub(super) name: &'a str,
    /// Its keys.
    keys: &'a ProfileText,
}

impl Layer<'_> {
    /// The value of a field; `None` where it is not set here.
    pub(super) fn value(&self, field: Field) -> Option<Secret> {
        let keys = self.keys;
        match field {
            Field::AccessKey => keys.access_key.clone(),
            Field::SecretKey => keys.secret_key.clone(),
            Field::OrganizationId => keys.default_organization_id.clone(),
            Field::ProjectId => keys.default_project_id.clone(),
            Field::Region => keys.default_region.clone(),
            Field::Zone => keys.default_zone.clone(),
            Field::ApiUrl => keys.api_url.clone(),
            Field::Insecure => keys.insecure.map(|value| Secret::new(value.to_string())),
        }
    }
}

impl ConfigFile {
    /// Reads the file. An empty one says nothing and is fine.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, CredentialsError> {
        let says_nothing = |line: &str| {
            let line = line.trim();
            line.is_empty() || line.starts_with('#') || line == "---"
        };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if text.lines().all(says_nothing) {
            return Ok(Self {
                path: path.to_owned(),
                ..Self::default()
            });
        }
        let unreadable = |error: yaml_serde::Error| CredentialsError::File {
            path: path.to_owned(),
            place: error.location().map(|place| (place.line(), place.column())),
        };
        Ok(Self {
            path: path.to_owned(),
            top: yaml_serde::from_str(text).map_err(unreadable)?,
            head: yaml_serde::from_str(text).map_err(unreadable)?,
        })
    }

    /// The profile that the file says is meant.
    pub(super) fn active_profile(&self) -> Option<&str> {
        self.head.active_profile.as_deref()
    }

    /// The layers of a profile, the one that wins first. `default` is the top alone.
    pub(super) fn layers<'a>(&'a self, profile: &str) -> Result<Vec<Layer<'a>>, CredentialsError> {
        let top = Layer {
            name: TOP_PROFILE,
            keys: &self.top,
        };
        if profile == TOP_PROFILE {
            return Ok(vec![top]);
        }
        let profiles = self.head.profiles.as_ref();
        match profiles.and_then(|profiles| profiles.get_key_value(profile)) {
            Some((name, Some(keys))) => Ok(vec![Layer { name, keys }, top]),
            Some((_, None)) => Ok(vec![top]),
            None => {
                let named = profiles.into_iter().flatten().map(|(name, _)| name.clone());
                let known = named.chain([TOP_PROFILE.to_owned()]).collect();
                Err(unknown_profile(profile, &self.path, known))
            }
        }
    }
}
