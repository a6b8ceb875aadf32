//! The real binary, with nothing of the developer's own environment.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A run to be.
#[must_use = "nothing runs before `run` or `spawn`"]
pub(crate) struct Scout {
    /// Arguments.
    args: Vec<String>,
    /// Environment, beyond the scrubbed one.
    env: Vec<(String, String)>,
    /// Working folder; a fresh empty one where left out.
    folder: Option<PathBuf>,
}

/// A run of `scout` with these arguments.
pub(crate) fn scout<const N: usize>(args: [&str; N]) -> Scout {
    Scout {
        args: args.iter().map(|&arg| arg.to_owned()).collect(),
        env: Vec::new(),
        folder: None,
    }
}

impl Scout {
    /// Sets a variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets variables.
    pub(crate) fn envs<'a>(mut self, vars: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        for (name, value) in vars {
            self = self.env(name, value);
        }
        self
    }

    /// Adds an argument.
    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.args.push(arg.to_owned());
        self
    }

    /// Adds arguments.
    pub(crate) fn args(mut self, args: &[&str]) -> Self {
        self.args.extend(args.iter().map(|&arg| arg.to_owned()));
        self
    }

    /// Runs in a folder.
    pub(crate) fn folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Runs it to its end.
    #[track_caller]
    pub(crate) fn run(self) -> Ran {
        let scratch = super::scratch();
        let text = format!("scout {}", self.args.join(" "));
        let output = self
            .command(scratch.path())
            .stdin(Stdio::null())
            .output()
            .expect("the binary runs");
        Ran::of(text, &output)
    }

    /// Starts it with these streams, for a test that interferes.
    pub(crate) fn spawn(self, stdout: Stdio, stderr: Stdio) -> Child {
        self.command(Path::new("/"))
            .stdin(Stdio::null())
            .stdout(stdout)
            .stderr(stderr)
            .spawn()
            .expect("the binary starts")
    }

    /// Runs it to its end inside a shell line, where `"$@"` stands for scout and its arguments: for redirections.
    #[track_caller]
    pub(crate) fn run_in_shell(self, line: &str) -> Ran {
        let scratch = super::scratch();
        let text = format!("scout {} in {line}", self.args.join(" "));
        let scout = self.command(scratch.path());
        let mut shell = Command::new("bash");
        shell
            .args(["-c", line, "bash"])
            .arg(scout.get_program())
            .args(scout.get_args())
            .env_clear()
            .envs(
                scout
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .current_dir(scout.get_current_dir().expect("a folder is always set"))
            .stdin(Stdio::null());
        Ran::of(text, &shell.output().expect("bash runs"))
    }

    /// The command: no variable of the outside but PATH, a home of its own, UTC, plain English.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one variable that a run inherits"
    )]
    fn command(&self, scratch: &Path) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_scout"));
        command
            .args(&self.args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", scratch)
            .env("TZ", "UTC")
            .env("LANG", "C.UTF-8")
            .envs(self.env.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.as_deref().unwrap_or(scratch));
        command
    }
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Ran {
    /// What was typed.
    command: String,
    /// All of stdout.
    pub(crate) stdout: String,
    /// All of stderr.
    pub(crate) stderr: String,
    /// Exit code; `None` where a signal ended it.
    pub(crate) code: Option<i32>,
}

impl Ran {
    /// The run behind an output.
    #[track_caller]
    fn of(command: String, output: &std::process::Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("the output is UTF-8");
        Self {
            command,
            stdout: text(&output.stdout),
            stderr: text(&output.stderr),
            code: output.status.code(),
        }
    }

    /// Asserts the exit code.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "exit code of {self}");
        self
    }

    /// Asserts that stdout holds each of these.
    #[track_caller]
    pub(crate) fn says<const N: usize>(self, texts: [&str; N]) -> Self {
        for text in texts {
            assert!(
                self.stdout.contains(text),
                "no {text:?} in stdout of {self}"
            );
        }
        self
    }

    /// Asserts that stderr holds each of these.
    #[track_caller]
    pub(crate) fn warns<const N: usize>(self, texts: [&str; N]) -> Self {
        for text in texts {
            assert!(
                self.stderr.contains(text),
                "no {text:?} in stderr of {self}"
            );
        }
        self
    }

    /// Asserts that stderr is empty.
    #[track_caller]
    pub(crate) fn silent(self) -> Self {
        assert!(self.stderr.is_empty(), "stderr of {self}");
        self
    }

    /// Stdout as one JSON document.
    #[track_caller]
    pub(crate) fn json<T: serde::de::DeserializeOwned>(&self) -> T {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error} in stdout of {self}"))
    }
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            command,
            stdout,
            stderr,
            code,
        } = self;
        write!(
            f,
            "`{command}` ({code:?})\n--- stdout\n{stdout}\n--- stderr\n{stderr}"
        )
    }
}
