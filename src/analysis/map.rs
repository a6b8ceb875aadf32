//! The services of the evidence and who needs whom.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use serde_json::Value;

use crate::evidence::Evidence;
use crate::model::{Kind, Service};

/// Services by name, with their dependencies.
#[derive(Debug, Clone, Default)]
pub(crate) struct ServiceMap {
    /// By name.
    services: BTreeMap<String, Service>,
    /// By name, everything that it needs, directly or through others.
    closure: BTreeMap<String, BTreeSet<String>>,
    /// By name, the addresses that the API lists for its resources.
    addresses: BTreeMap<String, BTreeSet<String>>,
}

impl ServiceMap {
    /// The map that the evidence carries.
    pub(crate) fn of(evidence: &Evidence) -> Self {
        let services: BTreeMap<String, Service> = evidence
            .meta
            .services()
            .map(|service| (service.name.clone(), service))
            .collect();
        let closure = services
            .keys()
            .map(|name| (name.clone(), reached_from(name, &services)))
            .collect();
        let mut addresses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for state in evidence.states() {
            if let Some(service) = &state.service {
                let known = addresses.entry(service.clone()).or_default();
                state
                    .resource
                    .values()
                    .for_each(|value| collect_addresses(value, known));
            }
        }
        Self {
            services,
            closure,
            addresses,
        }
    }

    /// All names, in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.services.keys().map(String::as_str)
    }

    /// A service.
    pub(crate) fn service(&self, name: &str) -> Option<&Service> {
        self.services.get(name)
    }

    /// What a service is.
    pub(crate) fn kind(&self, name: &str) -> Option<Kind> {
        self.services.get(name).map(|service| service.kind)
    }

    /// What a service needs directly, of what the evidence knows.
    pub(crate) fn needs<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.services
            .get(name)
            .into_iter()
            .flat_map(|service| &service.depends_on)
            .filter(|other| self.services.contains_key(*other))
            .map(String::as_str)
    }

    /// Whether one service needs another, directly or through others.
    pub(crate) fn depends(&self, caller: &str, dependency: &str) -> bool {
        self.closure
            .get(caller)
            .is_some_and(|reached| reached.contains(dependency))
    }

    /// Whether two services are the same or one needs the other.
    pub(crate) fn related(&self, a: &str, b: &str) -> bool {
        a == b || self.depends(a, b) || self.depends(b, a)
    }

    /// Whether a service may be meant by the ports in a text: none of them is usual for a kind that it is not.
    pub(crate) fn fits_port(&self, name: &str, text: &str) -> bool {
        PORTS
            .iter()
            .all(|(port, kind)| !text.contains(port) || self.kind(name) == Some(*kind))
    }

    /// Services that need one in question, and are neither in question nor needed: their logs are witnesses, no suspects.
    pub(crate) fn witnesses(&self, asked: &[&str]) -> BTreeSet<&str> {
        let is_witness = |name: &&str| {
            !asked.contains(name)
                && !asked.iter().any(|asked| self.depends(asked, name))
                && asked.iter().any(|asked| self.depends(name, asked))
        };
        self.names().filter(is_witness).collect()
    }

    /// Whether a text names a service: by its name, its resource's, an alias, or the words and ports that go with its kind.
    pub(crate) fn is_named(&self, name: &str, text: &str) -> bool {
        let Some(service) = self.services.get(name) else {
            return false;
        };
        let text = text.to_lowercase();
        let own = [&service.name, &service.resource_name]
            .into_iter()
            .chain(&service.aliases);
        // shorter names (`db`, `api`) are found in too many words
        let by_name = own
            .filter(|name| name.len() >= 4)
            .any(|name| text.contains(&name.to_lowercase()));
        let host = [&service.name, &service.resource_name]
            .into_iter()
            .chain(&service.aliases)
            .any(|name| is_host(&text, &name.to_lowercase()));
        let by_address = self
            .addresses
            .get(name)
            .is_some_and(|known| known.iter().any(|address| holds_address(&text, address)));
        by_name
            || by_address
            || host
            || kind_words(service.kind)
                .iter()
                .any(|word| text.contains(word))
    }
}

/// Most addresses of one service that are kept.
const MOST_ADDRESSES: usize = 32;

/// The IP addresses inside a value of the API; loopback and unspecified ones name nobody.
fn collect_addresses(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) => {
            let address = text.split('/').next().unwrap_or_default().parse::<IpAddr>();
            if let Ok(address) = address
                && !address.is_loopback()
                && !address.is_unspecified()
                && into.len() < MOST_ADDRESSES
            {
                into.insert(address.to_string());
            }
        }
        Value::Array(values) => values
            .iter()
            .for_each(|value| collect_addresses(value, into)),
        Value::Object(fields) => fields
            .values()
            .for_each(|value| collect_addresses(value, into)),
        _ => {}
    }
}

/// Whether a text holds an address, and not a longer one that begins or ends alike.
fn holds_address(text: &str, address: &str) -> bool {
    text.match_indices(address).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let mut after = text[at + address.len()..].chars();
        let next = after.next();
        let longer = next.is_some_and(|c| c.is_ascii_alphanumeric())
            || next == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit());
        !longer && !before.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.')
    })
}

/// Whether a text names a host whose first label is `name`: `idp.example.org`, `//idp:8443`.
fn is_host(text: &str, name: &str) -> bool {
    !name.is_empty()
        && text.match_indices(name).any(|(at, _)| {
            let before = text[..at].chars().next_back();
            let after = text[at + name.len()..].chars().next();
            let opened =
                before.is_none_or(|c| matches!(c, '/' | '@' | ' ' | '"' | '\'' | '=' | '('));
            let labelled = after == Some('.') || after == Some(':');
            let further = text[at + name.len()..].chars().nth(1);
            opened && labelled && further.is_some_and(char::is_alphanumeric)
        })
}

/// The usual ports of kinds of services.
const PORTS: [(&str, Kind); 3] = [
    (":5432", Kind::Postgres),
    (":3306", Kind::Mysql),
    (":6379", Kind::Redis),
];

/// Words that speak of a kind of service in error texts.
fn kind_words(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Postgres => &["postgres", ":5432", "psycopg", "pgx", "sqlstate", "pg_"],
        Kind::Mysql => &["mysql", ":3306", "mariadb"],
        Kind::Redis => &["redis", ":6379", "valkey", "jedis", "lettuce"],
        Kind::Bucket => &["s3.", "bucket", "putobject", "getobject", ".scw.cloud/"],
        _ => &[],
    }
}

/// Everything reached from a service over its dependencies; a cycle ends where it began.
fn reached_from(name: &str, services: &BTreeMap<String, Service>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut ahead: Vec<&str> = vec![name];
    while let Some(next) = ahead.pop() {
        for other in services
            .get(next)
            .into_iter()
            .flat_map(|service| &service.depends_on)
        {
            if services.contains_key(other) && other != name && reached.insert(other.clone()) {
                ahead.push(other);
            }
        }
    }
    reached
}
