//! Which environment, map, project, region and zones does this run use? Flag over environment over file over default, in
//! this file and nowhere else.
//!
//! In: flags, variables, folders, the environment of the map, the credentials. Out: each value with its origin.

use std::path::{Path, PathBuf};

use super::credentials::{Credentials, Field, Variables};
use super::locality::{DEFAULT_REGION, region_of_zone, zones_of};
use super::map::ResolvedEnv;
use super::origin::{Origin, Sourced};
use crate::model::Lang;
use crate::model::messages::config as words;

/// The name of the map's file.
pub(crate) const MAP_FILE: &str = "infra-map.toml";

/// The variable that names the map's file.
pub(crate) const MAP_VARIABLE: &str = "SCOUT_INFRA_MAP";

/// The variable that names the environment.
pub(crate) const ENV_VARIABLE: &str = "SCOUT_ENV";

/// A place where the map may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MapCandidate {
    /// The file.
    pub(crate) path: PathBuf,
    /// Who names it.
    pub(crate) origin: Origin,
    /// Whether somebody asked for exactly this file, so that its absence is an error.
    pub(crate) required: bool,
}

/// Where to look for the map, first place first; the first file that exists is the map.
///
/// A flag or [`MAP_VARIABLE`] names the only place. Otherwise: `infra-map.toml` in `folder` and in each parent, then
/// `scout/infra-map.toml` in the user's configuration folder.
pub(crate) fn map_candidates(
    flag: Option<&str>,
    vars: &Variables,
    folder: &Path,
    user_config: Option<&Path>,
) -> Vec<MapCandidate> {
    let named = flag.map(|path| (path, Origin::Flag)).or_else(|| {
        let path = set_variable(vars, MAP_VARIABLE)?;
        Some((path, Origin::Env(MAP_VARIABLE.to_owned())))
    });
    if let Some((path, origin)) = named {
        return vec![MapCandidate {
            path: folder.join(path),
            origin,
            required: true,
        }];
    }
    let parents = folder.ancestors().map(|parent| parent.join(MAP_FILE));
    let user = user_config.map(|config| config.join("scout").join(MAP_FILE));
    parents
        .chain(user)
        .map(|path| MapCandidate {
            path,
            origin: Origin::Default,
            required: false,
        })
        .collect()
}

/// The environment asked for: the flag, else [`ENV_VARIABLE`]. `None` leaves it to the map's `default_env`.
pub(crate) fn environment_choice(flag: Option<&str>, vars: &Variables) -> Option<Sourced<String>> {
    let of_flag = flag.map(|name| Sourced::new(name.to_owned(), Origin::Flag));
    of_flag.or_else(|| {
        let name = set_variable(vars, ENV_VARIABLE)?;
        Some(Sourced::new(
            name.to_owned(),
            Origin::Env(ENV_VARIABLE.to_owned()),
        ))
    })
}

/// The profile to hand to [`Credentials::resolve`]: the flag; else nothing where `SCW_PROFILE` is set, which is read there;
/// else the one that the map names for the environment.
pub(crate) fn profile_choice<'a>(
    flag: Option<&'a str>,
    vars: &Variables,
    environment: Option<&'a ResolvedEnv>,
) -> Option<&'a str> {
    match flag {
        Some(flag) => Some(flag),
        None if vars.contains_key("SCW_PROFILE") => None,
        None => environment?.profile.as_deref(),
    }
}

/// A variable of scout's own; set but empty is not set.
fn set_variable<'a>(vars: &'a Variables, name: &str) -> Option<&'a str> {
    vars.get(name).map(String::as_str).filter(|v| !v.is_empty())
}

/// What a run uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Settings {
    /// The environment's name. Its origin is the flag, the variable, or the map.
    pub(crate) environment: Sourced<String>,
    /// The project.
    pub(crate) project_id: Sourced<String>,
    /// The region.
    pub(crate) region: Sourced<String>,
    /// Zones to look into; never empty.
    pub(crate) zones: Sourced<Vec<String>>,
    /// What should be said about how they were found.
    pub(crate) warnings: Vec<SettingsWarning>,
}

/// Something about the settings that works but should be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SettingsWarning {
    /// The organization's id stands in for the project's: the project called `default` has it.
    ProjectIsOrganization,
}

impl SettingsWarning {
    /// The warning.
    pub(crate) fn say(self, lang: Lang) -> String {
        match self {
            Self::ProjectIsOrganization => words::project_is_organization(lang),
        }
    }
}

/// Why there are no settings.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(crate) enum SettingsError {
    /// Neither the map nor the credentials name a project.
    NoProject {
        /// The environment in question.
        environment: String,
    },
}

impl SettingsError {
    /// The message.
    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Self::NoProject { .. } => words::no_project(lang),
        }
    }

    /// Where to set it.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the form that every error's hint has"
    )]
    pub(crate) fn hint(&self, lang: Lang) -> Option<String> {
        match self {
            Self::NoProject { environment } => Some(words::hint_no_project(lang, environment)),
        }
    }
}

impl Settings {
    /// Puts the settings together. `choice` is what [`environment_choice`] said; `map` is the path of the map that
    /// `environment` was resolved from, `None` without a map.
    ///
    /// # Errors
    ///
    /// Where nobody names a project.
    pub(crate) fn combine(
        choice: Option<&Sourced<String>>,
        map: Option<&str>,
        environment: &ResolvedEnv,
        credentials: &Credentials,
    ) -> Result<Self, SettingsError> {
        let map = map.map_or(Origin::Default, |path| Origin::Map(path.to_owned()));
        let (project_id, warnings) = project(&map, environment, credentials)?;
        let region = region(&map, environment, credentials);
        Ok(Self {
            environment: Sourced::new(
                environment.name.clone(),
                choice.map_or(map.clone(), |choice| choice.origin.clone()),
            ),
            project_id,
            zones: zones(map, environment, credentials, &region.value),
            region,
            warnings,
        })
    }
}

/// A project and what should be said about it.
type FoundProject = (Sourced<String>, Vec<SettingsWarning>);

/// The project: the map's, else the credentials', else the organization's id.
fn project(
    map: &Origin,
    environment: &ResolvedEnv,
    credentials: &Credentials,
) -> Result<FoundProject, SettingsError> {
    if let Some(id) = &environment.project_id {
        return Ok((Sourced::new(id.clone(), map.clone()), Vec::new()));
    }
    let found =
        |field, id: &Option<String>| Some(Sourced::new(id.clone()?, origin(credentials, field)));
    if let Some(project) = found(Field::ProjectId, &credentials.project_id) {
        return Ok((project, Vec::new()));
    }
    match found(Field::OrganizationId, &credentials.organization_id) {
        Some(project) => Ok((project, vec![SettingsWarning::ProjectIsOrganization])),
        None => Err(SettingsError::NoProject {
            environment: environment.name.clone(),
        }),
    }
}

/// The region: the map's, that of the map's first zone, the credentials'.
fn region(map: &Origin, environment: &ResolvedEnv, credentials: &Credentials) -> Sourced<String> {
    let of_zone = environment
        .zones
        .first()
        .and_then(|zone| region_of_zone(zone));
    match environment.region.as_deref().or(of_zone) {
        Some(region) => Sourced::new(region.to_owned(), map.clone()),
        None => match &credentials.region {
            Some(region) => Sourced::new(region.clone(), origin(credentials, Field::Region)),
            None => Sourced::new(DEFAULT_REGION.to_owned(), Origin::Default),
        },
    }
}

/// The zones: the map's, else all of the region. The credentials' default zone is where things are created and says nothing
/// about where they are, so a machine in another zone would be missed.
fn zones(
    map: Origin,
    environment: &ResolvedEnv,
    credentials: &Credentials,
    region: &str,
) -> Sourced<Vec<String>> {
    if !environment.zones.is_empty() {
        return Sourced::new(environment.zones.clone(), map);
    }
    let mut zones = zones_of(region);
    let own = credentials
        .zone
        .iter()
        .filter(|zone| region_of_zone(zone) == Some(region));
    for zone in own {
        if !zones.contains(zone) {
            zones.push(zone.clone());
        }
    }
    Sourced::new(zones, Origin::Default)
}

/// Where the credentials found a field.
fn origin(credentials: &Credentials, field: Field) -> Origin {
    credentials
        .origin(field)
        .cloned()
        .unwrap_or(Origin::Default)
}

#[cfg(test)]
mod tests;
