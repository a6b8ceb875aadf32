//! Where a worker's runs happen: a sandbox in a process of its own, a way to it that can be cut, a state folder.

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::exports::read_exports;
use crate::http::http_get;
use crate::proxy::Proxy;

/// Where the state folder of a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// On a disk with room.
    Usual,
    /// On a disk that takes no byte.
    Full,
    /// Below a file, where no folder can be made.
    Unwritable,
}

/// A sandbox and what leads to it.
pub(crate) struct Arena {
    /// The sandbox.
    sandbox: Child,
    /// The variables that it printed.
    vars: BTreeMap<String, String>,
    /// The way to its API.
    pub(crate) proxy: Proxy,
    /// The binary.
    scout: PathBuf,
    /// Holds the map and the state.
    folder: tempfile::TempDir,
}

impl Arena {
    /// Starts one.
    pub(crate) fn start(scout: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a scratch folder");
        let mut sandbox = Command::new(scout)
            .args(["sandbox", "postgres-connections", "--write-map"])
            .arg(folder.path().join("infra-map.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the sandbox starts");
        let vars = read_exports(sandbox.stdout.take().expect("a pipe"));
        let target = vars["SCW_API_URL"].trim_start_matches("http://");
        let proxy = Proxy::start(target);
        Self {
            sandbox,
            vars,
            proxy,
            scout: scout.to_owned(),
            folder,
        }
    }

    /// A run of scout in a process group of its own.
    pub(crate) fn scout(&self, args: &[&str], state: State) -> Command {
        let mut command = if state == State::Full {
            // A limit of no bytes stands in for a full disk: files can be made, but not written.
            let mut shell = Command::new("/bin/sh");
            let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" \"$@\"";
            shell.args(["-c", script]).arg(&self.scout);
            shell
        } else {
            Command::new(&self.scout)
        };
        command
            .args(args)
            .env_clear()
            .envs(&self.vars)
            .env("SCW_API_URL", self.proxy.url())
            .env("SCOUT_STATE_DIR", self.state_folder(state))
            .env("HOME", self.folder.path())
            .env("TZ", "UTC")
            .current_dir(self.folder.path())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        command
    }

    /// Where a run keeps its state.
    fn state_folder(&self, state: State) -> PathBuf {
        match state {
            State::Usual | State::Full => self.folder.path().join("state"),
            State::Unwritable => self.folder.path().join("infra-map.toml/state"),
        }
    }

    /// How long a run takes that nothing happens to: the longest of three.
    pub(crate) fn measure_run(&self) -> Duration {
        let run = || {
            let started = Instant::now();
            let mut command = self.scout(&["investigate", "postgres"], State::Usual);
            let output = command.output().expect("the binary starts");
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            started.elapsed()
        };
        (0..3).map(|_| run()).max().unwrap_or_default()
    }

    /// scout's tokens that exist.
    pub(crate) fn tokens(&self) -> u64 {
        let names = self.page("tokens");
        let is_ours = |token: &&Value| {
            let name = token["name"].as_str();
            name.is_some_and(|name| name.starts_with("scout-"))
        };
        names.iter().filter(is_ours).count() as u64
    }

    /// Tokens that were ever made.
    pub(crate) fn tokens_created(&self) -> u64 {
        let requests = self.page("requests");
        let is_creation = |request: &&Value| {
            request["method"] == "POST"
                && request["path"]
                    .as_str()
                    .is_some_and(|path| path.ends_with("/tokens"))
        };
        requests.iter().filter(is_creation).count() as u64
    }

    /// One of the sandbox's own pages: a list.
    fn page(&self, name: &str) -> Vec<Value> {
        let (_, body) = http_get(&format!("{}/sandbox/{name}", self.vars["SCW_API_URL"]), &[]);
        let page: Value = serde_json::from_str(&body).expect("JSON");
        let list = page.get(name).unwrap_or(&page);
        list.as_array().expect("a list").clone()
    }
}

impl Drop for Arena {
    fn drop(&mut self) {
        // It may be gone already; either way it is ours.
        let _ = self.sandbox.kill();
        let _ = self.sandbox.wait();
    }
}
