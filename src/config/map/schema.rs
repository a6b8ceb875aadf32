//! Which keys does a map have? The tables of infra-map.toml as values that keep their place in the file.

use toml::Spanned;

use crate::model::{Kind, MapRule};

/// The version of the format.
pub(super) const SCHEMA: i64 = 1;

/// Keys at the top.
pub(super) const ROOT_KEYS: &[&str] = &["schema", "default_env", "env", "services", "rules"];

/// Keys of `[env.NAME]`.
pub(super) const ENV_KEYS: &[&str] = &[
    "project_id",
    "region",
    "zones",
    "profile",
    "loki_endpoint",
    "prom_endpoint",
    "tempo_endpoint",
    "dashboards",
    "ssh",
    "services",
];

/// Keys of `[env.NAME.ssh.TARGET]`.
pub(super) const SSH_KEYS: &[&str] = &["host", "agent_sock"];

/// Keys of `[services.NAME]` and `[env.NAME.services.NAME]`. `slo` is kept for later and not read yet.
pub(super) const SERVICE_KEYS: &[&str] = &[
    "kind",
    "title",
    "aliases",
    "resource_name",
    "depends_on",
    "url",
    "ssh",
    "slo",
];

/// Keys of an entry of `[[rules]]` that is a cause.
pub(super) const RULE_KEYS: &[&str] = &[
    "id",
    "kinds",
    "confidence",
    "statement",
    "sign",
    "next",
    "unless",
    "leads_to",
    "named_kinds",
    "blame",
    "first",
    "last_resort",
    "statement_caller",
    "down",
    "passes_on",
    "load",
];

/// Keys of an entry of `[[rules]]` that is a threshold.
pub(super) const LIMIT_KEYS: &[&str] = &[
    "metric",
    "kind",
    "direction",
    "warning",
    "critical",
    "lasts_seconds",
];

/// Keys of `[[rules.sign]]`.
pub(super) const SIGN_KEYS: &[&str] = &["weight", "signs", "pattern", "not", "on"];

/// Keys of `[[rules.next]]`.
pub(super) const STEP_KEYS: &[&str] = &["command", "why"];

/// Keys of a text in both languages.
pub(super) const STATEMENT_KEYS: &[&str] = &["en", "fr"];

/// A text of the map with its place.
pub(super) type Text = Spanned<String>;

/// The map as it was written, every value checked by itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Document {
    /// The environment where none is asked for.
    pub(super) default_env: Option<Text>,
    /// Environments, in the order of the file.
    pub(super) environments: Vec<Environment>,
    /// Services, in the order of the file.
    pub(super) services: Vec<Entry>,
    /// Its own rules and thresholds, in the order of the file.
    pub(super) rules: Vec<MapRule>,
}

/// `[env.NAME]`.
#[derive(Debug, Clone)]
pub(super) struct Environment {
    /// Its name.
    pub(super) name: Text,
    /// Its project.
    pub(super) project_id: Option<Text>,
    /// Its region.
    pub(super) region: Option<Text>,
    /// Its zones; empty where the map names none.
    pub(super) zones: Vec<Text>,
    /// The profile of the official CLI that belongs to it.
    pub(super) profile: Option<Text>,
    /// Where its logs are asked for.
    pub(super) loki_endpoint: Option<Text>,
    /// Where its metrics are asked for.
    pub(super) prom_endpoint: Option<Text>,
    /// Where its traces are asked for.
    pub(super) tempo_endpoint: Option<Text>,
    /// Dashboards: name and address.
    pub(super) dashboards: Vec<(Text, Text)>,
    /// Machines.
    pub(super) ssh: Vec<Machine>,
    /// What is different here about some services.
    pub(super) overrides: Vec<Entry>,
}

/// `[env.NAME.ssh.TARGET]`.
#[derive(Debug, Clone)]
pub(super) struct Machine {
    /// Its name.
    pub(super) name: Text,
    /// Where ssh connects.
    pub(super) host: Text,
    /// The agent's socket.
    pub(super) agent_sock: Option<Text>,
}

/// `[services.NAME]` or what an environment lays over it; keys that are left out are `None`.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The service's name.
    pub(super) name: Text,
    /// What it is.
    pub(super) kind: Option<Spanned<Kind>>,
    /// A name for people.
    pub(super) title: Option<Text>,
    /// Other names.
    pub(super) aliases: Option<Vec<Text>>,
    /// The resource's name.
    pub(super) resource_name: Option<Text>,
    /// What it needs.
    pub(super) depends_on: Option<Vec<Text>>,
    /// What to probe.
    pub(super) url: Option<Text>,
    /// The machine that runs it.
    pub(super) ssh: Option<Text>,
}

impl Entry {
    /// This entry with another laid over it, key by key.
    pub(super) fn with(&self, over: Option<&Self>) -> Self {
        let Some(over) = over else {
            return self.clone();
        };
        let base = self.clone();
        let over = over.clone();
        Self {
            name: base.name,
            kind: over.kind.or(base.kind),
            title: over.title.or(base.title),
            aliases: over.aliases.or(base.aliases),
            resource_name: over.resource_name.or(base.resource_name),
            depends_on: over.depends_on.or(base.depends_on),
            url: over.url.or(base.url),
            ssh: over.ssh.or(base.ssh),
        }
    }
}

impl Document {
    /// The services as one environment sees them; as they stand, for `None`.
    pub(super) fn services_in(&self, environment: Option<&Environment>) -> Vec<Entry> {
        let over = |name: &str| {
            environment?
                .overrides
                .iter()
                .find(|entry| entry.name.get_ref() == name)
        };
        self.services
            .iter()
            .map(|entry| entry.with(over(entry.name.get_ref())))
            .collect()
    }
}
