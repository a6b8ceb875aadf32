//! A sandbox in a process of its own, as a user would start one, and what it saw.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use super::exports::read_exports;
use super::http::{exchange, http_get};
use super::run::{Scout, scout};

/// A running sandbox; dropping it ends it.
pub(crate) struct SandboxProcess {
    /// The process.
    child: Child,
    /// The variables that it printed.
    vars: BTreeMap<String, String>,
    /// Holds the scenario and its map.
    folder: tempfile::TempDir,
}

impl SandboxProcess {
    /// A built-in scenario.
    pub(crate) fn builtin(name: &str) -> Self {
        Self::start(name, super::scratch())
    }

    /// A built-in scenario with more TOML behind it: faults, permissions.
    pub(crate) fn with(name: &str, extra: &str) -> Self {
        let source = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join(format!("src/sandbox/scenarios/{name}.toml"));
        let text = std::fs::read_to_string(&source).expect("a built-in scenario");
        let folder = super::scratch();
        let path = folder.path().join("scenario.toml");
        std::fs::write(&path, format!("{text}\n{extra}\n")).expect("a scenario file");
        let path = path.to_str().expect("a UTF-8 path").to_owned();
        Self::start(&path, folder)
    }

    /// A scenario of the test's own.
    pub(crate) fn of(scenario: &str) -> Self {
        let folder = super::scratch();
        let path = folder.path().join("scenario.toml");
        std::fs::write(&path, scenario).expect("a scenario file");
        let path = path.to_str().expect("a UTF-8 path").to_owned();
        Self::start(&path, folder)
    }

    /// Starts it and reads the variables that it prints.
    fn start(scenario: &str, folder: tempfile::TempDir) -> Self {
        let map = folder.path().join("infra-map.toml");
        let mut child = Command::new(env!("CARGO_BIN_EXE_scout"))
            .args(["sandbox", scenario, "--write-map"])
            .arg(&map)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the sandbox starts");
        let vars = read_exports(child.stdout.take().expect("a pipe"));
        assert!(
            vars.contains_key("PROMETHEUS_URL"),
            "the sandbox {scenario} does not start"
        );
        Self {
            child,
            vars,
            folder,
        }
    }

    /// A variable that it printed.
    pub(crate) fn var(&self, name: &str) -> &str {
        &self.vars[name]
    }

    /// Where it listens.
    pub(crate) fn url(&self) -> &str {
        self.var("SCW_API_URL")
    }

    /// A run of scout against it, configured as its user would.
    pub(crate) fn scout<const N: usize>(&self, args: [&str; N]) -> Scout {
        let vars = self
            .vars
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let state = self.state_folder();
        let state = state.to_str().expect("a UTF-8 path");
        scout(args).envs(vars).env("SCOUT_STATE_DIR", state)
    }

    /// The state folder of the runs against it.
    pub(crate) fn state_folder(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// The map that it wrote.
    pub(crate) fn map(&self) -> PathBuf {
        self.folder.path().join("infra-map.toml")
    }

    /// Makes a token, as another machine's run would have, and gives the API's answer.
    pub(crate) fn make_token(&self, name: &str) -> Value {
        let url = format!("{}/cockpit/v1/regions/fr-par/tokens", self.url());
        let body = serde_json::json!({
            "project_id": self.var("SCW_DEFAULT_PROJECT_ID"),
            "name": name,
            "token_scopes": ["read_only_logs"],
        });
        let key = [("x-auth-token", self.var("SCW_SECRET_KEY"))];
        let (status, answer) = exchange("POST", &url, &key, &body.to_string());
        assert_eq!(status, 200, "{answer}");
        serde_json::from_str(&answer).expect("a token")
    }

    /// scout's tokens that exist in it.
    pub(crate) fn tokens_left(&self) -> Vec<String> {
        let (_, body) = http_get(&format!("{}/sandbox/tokens", self.url()), &[]);
        let tokens: Value = serde_json::from_str(&body).expect("a list of tokens");
        let list = tokens
            .get("tokens")
            .unwrap_or(&tokens)
            .as_array()
            .expect("a list")
            .clone();
        list.iter()
            .filter_map(|token| token["name"].as_str())
            .filter(|name| name.starts_with("scout-"))
            .map(str::to_owned)
            .collect()
    }

    /// The requests that it saw, as `METHOD path`, oldest first.
    pub(crate) fn requests(&self) -> Vec<String> {
        let (_, body) = http_get(&format!("{}/sandbox/requests", self.url()), &[]);
        let requests: Value = serde_json::from_str(&body).expect("a list of requests");
        let list = requests
            .get("requests")
            .unwrap_or(&requests)
            .as_array()
            .expect("a list")
            .clone();
        list.iter()
            .map(|request| {
                let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
                format!("{} {}", text("method"), text("path"))
            })
            .collect()
    }
}

impl Drop for SandboxProcess {
    fn drop(&mut self) {
        // It may be gone already; either way it is ours.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
