//! With which keys, and where, may scout ask? Found as the official CLI finds them, so that whoever has `scw` configured
//! has nothing to do.
//!
//! In: the environment's variables, the text of the CLI's configuration file, the profile asked for. Out: [`Credentials`]
//! with the origin of each field and what deserves a warning, or a [`CredentialsError`].
//!
//! The rules are those of Scaleway's Go SDK and CLI (`scw/env.go`, `scw/config.go`, `scw/client_option.go`): environment
//! over file, field by field; a named profile over the top of the file; older variable names where the current one is not
//! set at all; set but empty is an error, not absence. scout differs where the CLI is unsafe or obscure:
//!
//! - No message repeats a value, not even part of one: the CLI prints an ill-formed secret key in full.
//! - A boolean that cannot be read is refused; the CLI guesses, once in the unsafe direction.
//! - `SCALEWAY_ACCESS_KEY`, an older name of both keys, is taken for the one whose form it has.
//! - `/` at the end of the API's address is dropped; the CLI refuses it.
//! - An access key is not demanded: requests do not need one.

mod error;
mod field;
mod file;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::PathBuf;

pub(crate) use error::{CredentialWarning, CredentialsError};
pub(crate) use field::Field;

use super::Origin;
use super::locality::{self, DEFAULT_REGION, DEFAULT_ZONE};
use super::origin::Sourced;
use super::web_address::check_address;
use crate::model::{Secret, nearest};
use field::{OLD_ACCESS_KEY, parse_go_bool};
use file::{ConfigFile, Layer};

/// Environment variables, by name.
pub(crate) type Variables = BTreeMap<String, String>;

/// Where the API is, unless somebody says otherwise.
const DEFAULT_API_URL: &str = "https://api.scaleway.com";

/// The bits of a file mode that let group or others read.
const READ_BY_OTHERS: u32 = 0o044;

/// What is needed to talk to the Scaleway API.
#[derive(Debug, Clone)]
pub(crate) struct Credentials {
    /// The access key. No request carries it; it names the key in messages and look-ups.
    pub(crate) access_key: Option<String>,
    /// The secret key: goes into the header of requests to `api_url`, nowhere else.
    pub(crate) secret_key: Secret,
    /// The default organization.
    pub(crate) organization_id: Option<String>,
    /// The default project.
    pub(crate) project_id: Option<String>,
    /// The default region; never `None` after [`Credentials::resolve`], which falls back as the CLI does.
    pub(crate) region: Option<String>,
    /// The default zone; `None` where only a region is set.
    pub(crate) zone: Option<String>,
    /// The API's address, without `/` at the end.
    pub(crate) api_url: String,
    /// Whether certificates are not checked.
    pub(crate) insecure: bool,
    /// The profile that the file was read with.
    pub(crate) profile: String,
    /// What should be said about how they were found.
    pub(crate) warnings: Vec<CredentialWarning>,
    /// Where each field was found.
    origins: BTreeMap<Field, Origin>,
}

/// The path of the official CLI's configuration file, whether or not it exists: `$SCW_CONFIG_PATH`, else
/// `$XDG_CONFIG_HOME/scw/config.yaml`, else `.config/scw/config.yaml` in the home folder, on every system.
///
/// `None` where no variable says and there is no home folder.
pub(crate) fn config_path(vars: &Variables, home: Option<&str>) -> Option<PathBuf> {
    let set = |name: &str| vars.get(name).map(String::as_str).filter(|v| !v.is_empty());
    if let Some(path) = set("SCW_CONFIG_PATH") {
        return Some(PathBuf::from(path));
    }
    let folder = match set("XDG_CONFIG_HOME") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(home.filter(|home| !home.is_empty())?).join(".config"),
    };
    Some(folder.join("scw").join("config.yaml"))
}

/// A warning where the file's mode lets group or others read the secret key in it.
pub(crate) fn mode_warning(path: &str, mode: u32) -> Option<CredentialWarning> {
    (mode & READ_BY_OTHERS != 0).then(|| CredentialWarning::LooseMode {
        path: path.to_owned(),
        mode: mode & 0o7777,
    })
}

impl Credentials {
    /// Finds credentials. `file` is the path and text of the file that [`config_path`] names, where it exists;
    /// `profile_flag` is the profile asked for, which wins over `SCW_PROFILE` and the file's `active_profile`.
    ///
    /// # Errors
    ///
    /// Where the file or a value in use is malformed, the profile does not exist, or there is no secret key.
    pub(crate) fn resolve(
        vars: &Variables,
        file: Option<(&str, &str)>,
        profile_flag: Option<&str>,
    ) -> Result<Self, CredentialsError> {
        let config = match file {
            Some((path, text)) => ConfigFile::parse(path, text)?,
            None => ConfigFile::default(),
        };
        let profile = chosen_profile(vars, &config, profile_flag)?;
        let mut search = Search {
            vars,
            layers: config.layers(&profile)?,
            path: file.map_or("", |(path, _)| path),
            warnings: Vec::new(),
            origins: BTreeMap::new(),
        };
        search.credentials(profile)
    }

    /// Where a field was found; `None` where it was not.
    pub(crate) fn origin(&self, field: Field) -> Option<&Origin> {
        self.origins.get(&field)
    }
}

/// The profile to read: the flag, `SCW_PROFILE`, the file's `active_profile`, `default`.
fn chosen_profile(
    vars: &Variables,
    config: &ConfigFile,
    flag: Option<&str>,
) -> Result<String, CredentialsError> {
    const VARIABLE: &str = "SCW_PROFILE";
    let variable = vars.get(VARIABLE).map(String::as_str);
    if flag.is_none() && variable == Some("") {
        let variable = VARIABLE.to_owned();
        return Err(CredentialsError::EmptyVariable { variable });
    }
    let chosen = flag.or(variable).or(config.active_profile());
    Ok(chosen.unwrap_or(file::TOP_PROFILE).to_owned())
}

/// A search for every field, in the environment first and then in the profile's layers.
struct Search<'a> {
    /// The environment.
    vars: &'a Variables,
    /// The profile, then the top of the file.
    layers: Vec<Layer<'a>>,
    /// The file's path.
    path: &'a str,
    /// What was noticed.
    warnings: Vec<CredentialWarning>,
    /// Where each field was found.
    origins: BTreeMap<Field, Origin>,
}

impl Search<'_> {
    /// Finds and checks everything.
    fn credentials(&mut self, profile: String) -> Result<Credentials, CredentialsError> {
        let access_key = self.checked(Field::AccessKey)?;
        let secret_key = self.checked(Field::SecretKey)?;
        let organization_id = self.checked(Field::OrganizationId)?;
        let project_id = self.checked(Field::ProjectId)?;
        let (region, zone) = self.locality()?;
        let api_url = self.api_url()?;
        let insecure = self.insecure()?;
        let Some(secret_key) = secret_key else {
            return Err(CredentialsError::Missing {
                access_key: self.origins.remove(&Field::AccessKey),
            });
        };
        self.warn_of_mixed_keys();
        Ok(Credentials {
            access_key: access_key.map(|key| key.expose().to_owned()),
            secret_key,
            organization_id: organization_id.map(|id| id.expose().to_owned()),
            project_id: project_id.map(|id| id.expose().to_owned()),
            region,
            zone,
            api_url,
            insecure,
            profile,
            warnings: std::mem::take(&mut self.warnings),
            origins: std::mem::take(&mut self.origins),
        })
    }

    /// A field's value, where it is set, in the form that the field has.
    fn checked(&mut self, field: Field) -> Result<Option<Secret>, CredentialsError> {
        let Some(Sourced { value, origin }) = self.found(field) else {
            return Ok(None);
        };
        if value.expose().is_empty() {
            return Err(CredentialsError::Empty { field, origin });
        }
        let value = self.renamed_region(field, value, &origin);
        if !field.accepts(value.expose()) {
            let near = field.suggestion(value.expose());
            return Err(CredentialsError::Malformed {
                field,
                origin,
                near,
            });
        }
        self.origins.insert(field, origin);
        Ok(Some(value))
    }

    /// A field's value as it was written, and where.
    fn found(&mut self, field: Field) -> Option<Sourced<Secret>> {
        self.in_environment(field).or_else(|| {
            self.layers.iter().find_map(|layer| {
                let origin = Origin::File {
                    path: self.path.to_owned(),
                    profile: layer.name.to_owned(),
                };
                Some(Sourced::new(layer.value(field)?, origin))
            })
        })
    }

    /// A field's value in the environment: under its name, or under an older one where that is not set at all.
    fn in_environment(&mut self, field: Field) -> Option<Sourced<Secret>> {
        let (name, value) = std::iter::once(&field.variable())
            .chain(field.old_variables())
            .filter_map(|name| self.vars.get_key_value(*name))
            .find(|(name, value)| name.as_str() != OLD_ACCESS_KEY || field.accepts_old(value))?;
        if name != field.variable() {
            self.warnings.push(CredentialWarning::OldName {
                old: name.clone(),
                new: field.variable(),
            });
        }
        let value = match (field, name.as_str(), parse_go_bool(value)) {
            // The older name says the opposite.
            (Field::Insecure, field::OLD_TLS_VERIFY, Some(verify)) => (!verify).to_string(),
            _ => value.clone(),
        };
        Some(Sourced::new(Secret::new(value), Origin::Env(name.clone())))
    }

    /// Today's name of a region that the environment calls by its old one.
    fn renamed_region(&mut self, field: Field, value: Secret, origin: &Origin) -> Secret {
        match (field, origin, locality::renamed_region(value.expose())) {
            (Field::Region, Origin::Env(_), Some(new)) => {
                let old = value.expose().to_owned();
                self.warnings
                    .push(CredentialWarning::OldRegion { old, new });
                Secret::new(new.to_owned())
            }
            _ => value,
        }
    }

    /// Region and zone: a zone gives its region where none is set; with neither, the CLI's defaults.
    fn locality(&mut self) -> Result<(Option<String>, Option<String>), CredentialsError> {
        let text = |value: Option<Secret>| value.map(|value| value.expose().to_owned());
        let region = text(self.checked(Field::Region)?);
        let zone = text(self.checked(Field::Zone)?);
        if region.is_some() {
            return Ok((region, zone));
        }
        let Some(zone) = zone else {
            self.origins.insert(Field::Region, Origin::Default);
            self.origins.insert(Field::Zone, Origin::Default);
            return Ok((Some(DEFAULT_REGION.into()), Some(DEFAULT_ZONE.into())));
        };
        if let Some(origin) = self.origins.get(&Field::Zone).cloned() {
            self.origins.insert(Field::Region, origin);
        }
        Ok((
            locality::region_of_zone(&zone).map(str::to_owned),
            Some(zone),
        ))
    }

    /// The API's address: https, or http to this machine.
    fn api_url(&mut self) -> Result<String, CredentialsError> {
        let Some(url) = self.checked(Field::ApiUrl)? else {
            self.origins.insert(Field::ApiUrl, Origin::Default);
            return Ok(DEFAULT_API_URL.to_owned());
        };
        let origin = self
            .origins
            .get(&Field::ApiUrl)
            .cloned()
            .unwrap_or(Origin::Default);
        check_address(url.expose())
            .map_err(|fault| CredentialsError::BadAddress { origin, fault })?;
        Ok(url.expose().trim_end_matches('/').to_owned())
    }

    /// Whether certificates are not checked.
    fn insecure(&mut self) -> Result<bool, CredentialsError> {
        let value = self.checked(Field::Insecure)?;
        let insecure = value.is_some_and(|value| parse_go_bool(value.expose()) == Some(true));
        if let Some(origin) = self.origins.get(&Field::Insecure).filter(|_| insecure) {
            let origin = origin.clone();
            self.warnings.push(CredentialWarning::Insecure { origin });
        }
        Ok(insecure)
    }

    /// The two keys of one pair should come from one place.
    fn warn_of_mixed_keys(&mut self) {
        let access = self.origins.get(&Field::AccessKey);
        let secret = self.origins.get(&Field::SecretKey);
        let (Some(access_key), Some(secret_key)) = (access.cloned(), secret.cloned()) else {
            return;
        };
        if matches!(access_key, Origin::Env(_)) != matches!(secret_key, Origin::Env(_)) {
            self.warnings.push(CredentialWarning::MixedKeys {
                access_key,
                secret_key,
            });
        }
    }
}

/// The error for a profile that the file does not have.
fn unknown_profile(name: &str, path: &str, known: Vec<String>) -> CredentialsError {
    CredentialsError::UnknownProfile {
        name: name.to_owned(),
        path: (!path.is_empty()).then(|| path.to_owned()),
        near: nearest(name, known.iter().map(String::as_str)).map(str::to_owned),
        known,
    }
}
