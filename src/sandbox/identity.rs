//! Who owns this world, and with which keys is it entered?
//!
//! In: seed and `[map]` of a scenario. Out: ids of organisation and project, regions, keys. All follow from the seed, so a world
//! has the same ids each time; they open nothing but the sandbox.

use std::collections::BTreeSet;

use super::dice::Dice;
use super::scenario::Scenario;
use crate::model::Secret;

/// Where a world is when its map does not say.
const DEFAULT_REGION: &str = "fr-par";

/// The environment of a map that has none.
pub(super) const DEFAULT_ENV: &str = "sandbox";

/// Characters of a Cockpit token's secret.
const TOKEN_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Characters of an access key behind `SCW`.
const ACCESS_KEY_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// Length of a Cockpit token's secret.
const TOKEN_LENGTH: usize = 64;

/// The credentials of a sandbox, for scout and for other tools.
#[derive(Debug, Clone)]
pub(crate) struct SandboxKeys {
    /// Access key of the IAM key.
    pub(crate) access_key: String,
    /// Secret key of the IAM key.
    pub(crate) secret_key: Secret,
    /// Organisation.
    pub(crate) organization_id: String,
    /// Project of the default environment.
    pub(crate) project_id: String,
    /// Region of the default environment.
    pub(crate) region: String,
    /// First zone of the default environment.
    pub(crate) zone: String,
    /// Secret of a Cockpit token that may read logs and metrics.
    pub(crate) reader_token: Secret,
}

/// An environment of the map, as far as the API cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Env {
    /// Name.
    pub(super) name: String,
    /// Project.
    pub(super) project_id: String,
    /// Region.
    pub(super) region: String,
    /// First zone.
    pub(super) zone: String,
}

/// Whose world it is.
#[derive(Debug, Clone)]
pub(super) struct Identity {
    /// The seed that ids are drawn from.
    seed: u64,
    /// The IAM key and what belongs to it.
    pub(super) keys: SandboxKeys,
    /// Environments, the default one first; at least one.
    pub(super) envs: Vec<Env>,
}

impl Identity {
    /// The identity of a scenario's world.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let seed = scenario.seed;
        let id = |name: &str| Dice::named(seed, name).uuid();
        let envs = envs(&scenario.map, &id("project"));
        let home = envs[0].clone();
        let access_key = Dice::named(seed, "access key").text(ACCESS_KEY_ALPHABET, 17);
        let keys = SandboxKeys {
            access_key: format!("SCW{access_key}"),
            secret_key: Secret::new(id("secret key")),
            organization_id: id("organization"),
            project_id: home.project_id,
            region: home.region,
            zone: home.zone,
            reader_token: token_secret(seed, "reader"),
        };
        Self { seed, keys, envs }
    }

    /// The id of the thing called `name`: always the same in one world.
    pub(super) fn id(&self, name: &str) -> String {
        Dice::named(self.seed, name).uuid()
    }

    /// The secret of the Cockpit token called `name`.
    pub(super) fn token_secret(&self, name: &str) -> Secret {
        token_secret(self.seed, name)
    }

    /// The environment that a question without one is about.
    pub(super) fn home(&self) -> &Env {
        &self.envs[0]
    }

    /// Whether a project is one of this world's.
    pub(super) fn owns_project(&self, project_id: &str) -> bool {
        self.envs.iter().any(|env| env.project_id == project_id)
    }

    /// Each project with each region that it is used in, without repetition.
    pub(super) fn places(&self) -> BTreeSet<(&str, &str)> {
        self.envs
            .iter()
            .map(|env| (env.project_id.as_str(), env.region.as_str()))
            .collect()
    }
}

/// The secret of a Cockpit token.
fn token_secret(seed: u64, name: &str) -> Secret {
    let mut dice = Dice::named(seed, &format!("token secret {name}"));
    Secret::new(dice.text(TOKEN_ALPHABET, TOKEN_LENGTH))
}

/// The environments of a map, the default one first; one called `sandbox` where it has none.
fn envs(map: &toml::Table, project_id: &str) -> Vec<Env> {
    let empty = toml::Table::new();
    let tables = map.get("env").and_then(toml::Value::as_table);
    let default = map.get("default_env").and_then(toml::Value::as_str);
    let mut envs: Vec<Env> = tables
        .into_iter()
        .flatten()
        .map(|(name, value)| env(name, value.as_table().unwrap_or(&empty), project_id))
        .collect();
    envs.sort_by_key(|env| Some(env.name.as_str()) != default);
    if envs.is_empty() {
        envs.push(env(default.unwrap_or(DEFAULT_ENV), &empty, project_id));
    }
    envs
}

/// One environment; what it does not say is filled in.
fn env(name: &str, table: &toml::Table, project_id: &str) -> Env {
    let text = |key: &str| table.get(key).and_then(toml::Value::as_str);
    let first_zone = table
        .get("zones")
        .and_then(toml::Value::as_array)
        .and_then(|zones| zones.first()?.as_str());
    let region = text("region")
        .or_else(|| {
            first_zone
                .and_then(|zone| zone.rsplit_once('-'))
                .map(|(region, _)| region)
        })
        .unwrap_or(DEFAULT_REGION);
    Env {
        name: name.to_owned(),
        project_id: text("project_id").unwrap_or(project_id).to_owned(),
        region: region.to_owned(),
        zone: first_zone.map_or_else(|| format!("{region}-1"), str::to_owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(map: &str) -> Identity {
        let text = format!("schema = 1\nname = \"x\"\nseed = 5\n{map}");
        Identity::of(&Scenario::parse(&text, "test").unwrap())
    }

    #[test]
    fn keys_have_the_form_of_real_ones() {
        let keys = identity("").keys;
        assert_eq!(keys.access_key.len(), 20);
        assert!(keys.access_key.starts_with("SCW"));
        assert_eq!(keys.secret_key.expose().len(), 36);
        assert_eq!(keys.reader_token.expose().len(), 64);
        assert_eq!(
            (keys.region.as_str(), keys.zone.as_str()),
            ("fr-par", "fr-par-1")
        );
    }

    #[test]
    fn the_default_environment_comes_first_and_zones_tell_the_region() {
        let map = "[map]\ndefault_env = \"b\"\n[map.env.a]\n[map.env.b]\nzones = [\"nl-ams-2\"]\n";
        let world = identity(map);
        assert_eq!(world.home().name, "b");
        assert_eq!(world.home().region, "nl-ams");
        assert_eq!(world.home().zone, "nl-ams-2");
        assert_eq!(world.envs[1].name, "a");
        assert_eq!(identity("").home().name, "sandbox");
    }
}
