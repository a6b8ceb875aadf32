//! What does the map say in one environment? Overrides applied, `{env}` filled in, defaults made explicit.

use std::collections::BTreeMap;

use super::InfraMap;
use super::placeholder::fill;
use super::schema::{Entry, Environment, Machine, Text};
use crate::config::excerpt::quoted_value;
use crate::model::messages::map as words;
use crate::model::{Kind, Lang, Service, SshTarget, nearest};

/// The name of the environment of a map that has none.
const ONLY_ENVIRONMENT: &str = "default";

/// One environment of the map, ready for use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ResolvedEnv {
    /// Its name; `default` where the map has no environment.
    pub(crate) name: String,
    /// Its project, where the map says so.
    pub(crate) project_id: Option<String>,
    /// Its region, where the map says so.
    pub(crate) region: Option<String>,
    /// Its zones; empty where the map names none.
    pub(crate) zones: Vec<String>,
    /// The official CLI's profile for it, where the map names one.
    pub(crate) profile: Option<String>,
    /// Where to ask; what is missing is found through the API.
    pub(crate) endpoints: Endpoints,
    /// Addresses of dashboards by name.
    pub(crate) dashboards: BTreeMap<String, String>,
    /// Machines by name.
    pub(crate) ssh: BTreeMap<String, SshTarget>,
    /// Services, in the order of the file. `ssh` is only set where this environment has that machine.
    pub(crate) services: Vec<Service>,
}

impl ResolvedEnv {
    /// The environment where there is no map, or one without environments: nothing set, no service.
    pub(crate) fn without_map() -> Self {
        Self {
            name: ONLY_ENVIRONMENT.to_owned(),
            ..Self::default()
        }
    }
}

/// The data sources of an environment, as far as the map names them. No `/` at the end.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Endpoints {
    /// Logs.
    pub(crate) loki: Option<String>,
    /// Metrics.
    pub(crate) prom: Option<String>,
    /// Traces.
    pub(crate) tempo: Option<String>,
}

/// Why no environment could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(crate) enum EnvironmentError {
    /// The map has none of that name.
    Unknown {
        /// What was asked for.
        asked: String,
        /// The map's path.
        file: String,
        /// What the map has, in its order.
        known: Vec<String>,
    },
    /// The map has several and says of none that it is the default.
    NotChosen {
        /// The map's path.
        file: String,
        /// What the map has, in its order.
        known: Vec<String>,
    },
}

impl EnvironmentError {
    /// The message.
    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Self::Unknown { asked, file, .. } => {
                words::unknown_environment(lang, &quoted_value(asked), &quoted_value(file))
            }
            Self::NotChosen { file, .. } => {
                words::environment_not_chosen(lang, &quoted_value(file))
            }
        }
    }

    /// The nearest name, or what there is.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the form that every error's hint has"
    )]
    pub(crate) fn hint(&self, lang: Lang) -> Option<String> {
        match self {
            Self::Unknown { asked, known, .. } => Some(near_or_known(lang, asked, known)),
            Self::NotChosen { known, .. } => {
                Some(words::hint_choose_environment(lang, &listed(known)))
            }
        }
    }
}

/// A name that no service has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(crate) struct UnknownService {
    /// What was asked for.
    pub(crate) asked: String,
    /// The service whose name, alias or title is nearest.
    pub(crate) near: Option<String>,
    /// Every service, in the order of the map.
    pub(crate) known: Vec<String>,
}

impl UnknownService {
    /// The message.
    pub(crate) fn say(&self, lang: Lang) -> String {
        words::unknown_service(lang, &quoted_value(&self.asked))
    }

    /// The nearest service, and what there is.
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the form that every error's hint has"
    )]
    pub(crate) fn hint(&self, lang: Lang) -> Option<String> {
        if self.known.is_empty() {
            return Some(words::hint_no_services(lang));
        }
        let known = words::hint_known_services(lang, &listed(&self.known));
        Some(match &self.near {
            Some(near) => format!("{} {known}", words::did_you_mean(lang, &quoted_value(near))),
            None => known,
        })
    }
}

/// The nearest of some names, or all of them.
fn near_or_known(lang: Lang, asked: &str, known: &[String]) -> String {
    match nearest(asked, known.iter().map(String::as_str)) {
        Some(near) => words::did_you_mean(lang, &quoted_value(near)),
        None => words::hint_known_environments(lang, &listed(known)),
    }
}

/// Names in a row.
fn listed(names: &[String]) -> String {
    crate::config::excerpt::visible(&names.join(", "))
}

/// The service that has a name, an alias or a title, in that order and in any letter case. A title that two services share
/// names neither.
///
/// # Errors
///
/// Where none has, with the nearest.
pub(crate) fn find_service<'a>(
    services: &'a [Service],
    text: &str,
) -> Result<&'a Service, UnknownService> {
    let wanted = text.trim().to_lowercase();
    let same = |name: &str| name.to_lowercase() == wanted;
    let titled: Vec<&Service> = services.iter().filter(|s| same(&s.title)).collect();
    services
        .iter()
        .find(|service| same(&service.name))
        .or_else(|| services.iter().find(|s| s.aliases.iter().any(|a| same(a))))
        .or(match titled.as_slice() {
            [only] => Some(*only),
            _ => None,
        })
        .ok_or_else(|| UnknownService {
            asked: text.trim().to_owned(),
            near: nearest_of(services, text.trim()),
            known: services.iter().map(|s| s.name.clone()).collect(),
        })
}

/// The name of the service that is nearest to a text by its name, an alias or its title.
fn nearest_of(services: &[Service], text: &str) -> Option<String> {
    let names = services
        .iter()
        .map(|service| (service.name.as_str(), service));
    let aliases = services.iter().flat_map(|service| {
        service
            .aliases
            .iter()
            .map(move |alias| (alias.as_str(), service))
    });
    let titles = services
        .iter()
        .map(|service| (service.title.as_str(), service));
    let all: Vec<(&str, &Service)> = names.chain(aliases).chain(titles).collect();
    let near = nearest(text, all.iter().map(|(name, _)| *name))?;
    let (_, service) = all.iter().find(|(name, _)| *name == near)?;
    Some(service.name.clone())
}

impl InfraMap {
    /// One environment: the one asked for, else `default_env`, else the only one. A map without any has one called
    /// `default`, with nothing set.
    ///
    /// # Errors
    ///
    /// Where the map has no such environment, or several and none is asked for.
    pub(crate) fn environment(&self, name: Option<&str>) -> Result<ResolvedEnv, EnvironmentError> {
        let environments = &self.document.environments;
        let default = self
            .document
            .default_env
            .as_ref()
            .map(|name| name.get_ref().as_str());
        let Some(name) = name.or(default) else {
            return match environments.as_slice() {
                [] => Ok(self.resolved(None)),
                [only] => Ok(self.resolved(Some(only))),
                _ => Err(EnvironmentError::NotChosen {
                    file: self.file.clone(),
                    known: self.known_environments(),
                }),
            };
        };
        environments
            .iter()
            .find(|environment| environment.name.get_ref() == name)
            .map(|environment| self.resolved(Some(environment)))
            .ok_or_else(|| EnvironmentError::Unknown {
                asked: name.to_owned(),
                file: self.file.clone(),
                known: self.known_environments(),
            })
    }

    /// Every environment, owned.
    fn known_environments(&self) -> Vec<String> {
        self.environment_names().map(str::to_owned).collect()
    }

    /// What the map says in one environment.
    fn resolved(&self, environment: Option<&Environment>) -> ResolvedEnv {
        let mut resolved = environment.map_or_else(ResolvedEnv::without_map, settings_of);
        let services = self.document.services_in(environment);
        resolved.services = services
            .into_iter()
            .map(|entry| service(entry, &resolved))
            .collect();
        resolved
    }
}

/// An environment without its services.
fn settings_of(environment: &Environment) -> ResolvedEnv {
    let name = environment.name.get_ref();
    let owned = |text: &Option<Text>| text.as_ref().map(|text| text.get_ref().clone());
    let address = |text: &Option<Text>| {
        let filled = text.as_ref().map(|text| fill(text.get_ref(), name));
        filled.map(|address| address.trim_end_matches('/').to_owned())
    };
    ResolvedEnv {
        name: name.clone(),
        project_id: owned(&environment.project_id),
        region: owned(&environment.region),
        zones: environment
            .zones
            .iter()
            .map(|z| z.get_ref().clone())
            .collect(),
        profile: owned(&environment.profile),
        endpoints: Endpoints {
            loki: address(&environment.loki_endpoint),
            prom: address(&environment.prom_endpoint),
            tempo: address(&environment.tempo_endpoint),
        },
        dashboards: environment
            .dashboards
            .iter()
            .map(|(title, address)| (title.get_ref().clone(), fill(address.get_ref(), name)))
            .collect(),
        ssh: environment
            .ssh
            .iter()
            .map(|machine| (machine.name.get_ref().clone(), target(machine, name)))
            .collect(),
        services: Vec::new(),
    }
}

/// A machine.
fn target(machine: &Machine, environment: &str) -> SshTarget {
    SshTarget {
        host: fill(machine.host.get_ref(), environment),
        agent_sock: machine
            .agent_sock
            .as_ref()
            .map(|path| path.get_ref().clone()),
    }
}

/// A service in an environment. Without a resource name, its own name is the resource's.
fn service(entry: Entry, environment: &ResolvedEnv) -> Service {
    let name = entry.name.into_inner();
    let filled = |text: Option<Text>| text.map(|text| fill(text.get_ref(), &environment.name));
    let owned = |texts: Option<Vec<Text>>| -> Vec<String> {
        texts.into_iter().flatten().map(Text::into_inner).collect()
    };
    Service {
        kind: entry.kind.map_or(Kind::Custom, toml::Spanned::into_inner),
        title: filled(entry.title).unwrap_or_else(|| name.clone()),
        aliases: owned(entry.aliases),
        resource_name: filled(entry.resource_name).unwrap_or_else(|| name.clone()),
        depends_on: owned(entry.depends_on),
        url: filled(entry.url),
        ssh: entry
            .ssh
            .map(Text::into_inner)
            .filter(|target| environment.ssh.contains_key(target)),
        name,
    }
}
