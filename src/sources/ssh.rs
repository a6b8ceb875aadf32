//! A read-only command on a machine, through the system's `ssh`: aliases, jump hosts, agents and known hosts of the user's
//! configuration hold.
//!
//! One connection a machine, all commands over it. Nothing is ever asked of the person at the terminal (`BatchMode`), no host
//! key is accepted that is not known already, and arguments are quoted for the shell on the other side. What comes back is
//! capped, and everything ends by a deadline.

use std::path::Path;
use std::time::Duration;

use openssh::{ControlPersist, KnownHosts, SessionBuilder, Stdio};
use tokio::io::{AsyncRead, AsyncReadExt};

use crate::evidence::{FailureKind, SourceOutcome};
use crate::model::messages::machines as text;
use crate::model::{Lang, SshTarget};

/// Most bytes that are kept of each of stdout and stderr: a thousand times what a preset writes.
pub(super) const MOST_BYTES: usize = 1 << 20;

/// How long the connection that the commands share outlives a run that was killed.
const LINGER_SECONDS: usize = 30;

/// How long the farewell may take; the connection ends by itself soon after.
const FAREWELL: Duration = Duration::from_secs(1);

/// What a command answered.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
pub(super) struct CommandAnswer {
    /// How it ended; `None` where it was cut off.
    pub(super) exit_code: Option<i32>,
    /// What it wrote.
    pub(super) stdout: String,
    /// What it wrote beside that.
    pub(super) stderr: String,
    /// Whether the cap cut what it wrote.
    #[serde(default)]
    pub(super) truncated: bool,
}

/// Why a machine did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(super) enum SshError {
    /// No `ssh` program here.
    NoSsh,
    /// Nothing at the agent's socket.
    NoAgent {
        /// The socket.
        socket: String,
    },
    /// The agent is locked or holds no key.
    AgentEmpty {
        /// The machine.
        host: String,
    },
    /// None of the keys is taken.
    KeyRefused {
        /// The machine.
        host: String,
        /// ssh's own words.
        said: String,
    },
    /// The machine's key is another one than before.
    HostKeyChanged {
        /// The machine.
        host: String,
    },
    /// The machine's key is not known.
    HostKeyUnknown {
        /// The machine.
        host: String,
    },
    /// Nobody knows the machine's name.
    NameNotFound {
        /// The machine.
        host: String,
    },
    /// No answer in time.
    TimedOut {
        /// The machine.
        host: String,
        /// The deadline.
        seconds: u64,
    },
    /// No connection, for another reason.
    Unreachable {
        /// The machine.
        host: String,
        /// ssh's own words.
        said: String,
    },
}

impl SshError {
    /// Reads what `ssh` says when it gives up.
    pub(super) fn of_words(host: &str, said: &str, deadline: Duration) -> Self {
        let host = host.to_owned();
        let says = |words: &str| said.contains(words);
        if says("REMOTE HOST IDENTIFICATION HAS CHANGED") {
            Self::HostKeyChanged { host }
        } else if says("host key is known for") || says("Host key verification failed") {
            Self::HostKeyUnknown { host }
        } else if says("Could not resolve hostname") {
            Self::NameNotFound { host }
        } else if says("agent refused operation") {
            Self::AgentEmpty { host }
        } else if says("Permission denied (") || says("Too many authentication failures") {
            let said = last_line(said);
            Self::KeyRefused { host, said }
        } else if says("timed out") {
            let seconds = deadline.as_secs();
            Self::TimedOut { host, seconds }
        } else {
            let said = last_line(said);
            Self::Unreachable { host, said }
        }
    }

    /// Which of the kinds that a reader must tell apart.
    fn kind(&self) -> FailureKind {
        match self {
            Self::NoAgent { .. } | Self::AgentEmpty { .. } | Self::KeyRefused { .. } => {
                FailureKind::NotAuthenticated
            }
            Self::HostKeyChanged { .. } | Self::HostKeyUnknown { .. } => FailureKind::Refused,
            Self::TimedOut { .. } => FailureKind::TimedOut,
            Self::NoSsh | Self::NameNotFound { .. } | Self::Unreachable { .. } => {
                FailureKind::Unreachable
            }
        }
    }

    /// The message.
    fn say(&self, lang: Lang) -> String {
        match self {
            Self::NoSsh => text::no_ssh(lang),
            Self::NoAgent { socket } => text::no_agent(lang, socket),
            Self::AgentEmpty { host } => text::agent_empty(lang, host),
            Self::KeyRefused { host, said } => text::key_refused(lang, host, said),
            Self::HostKeyChanged { host } => text::host_key_changed(lang, host),
            Self::HostKeyUnknown { host } => text::host_key_unknown(lang, host),
            Self::NameNotFound { host } => text::name_not_found(lang, host),
            Self::TimedOut { host, seconds } => text::timed_out(lang, host, *seconds),
            Self::Unreachable { host, said } => text::unreachable(lang, host, said),
        }
    }

    /// What to do next.
    fn hint(&self, lang: Lang) -> String {
        match self {
            Self::NoSsh => text::no_ssh_hint(lang),
            Self::NoAgent { .. } => text::no_agent_hint(lang),
            Self::AgentEmpty { .. } => text::agent_empty_hint(lang),
            Self::KeyRefused { host, .. } => text::key_refused_hint(lang, host),
            Self::HostKeyChanged { .. } => text::host_key_changed_hint(lang),
            Self::HostKeyUnknown { host } => text::host_key_unknown_hint(lang, host),
            Self::NameNotFound { .. } => text::name_not_found_hint(lang),
            Self::TimedOut { .. } | Self::Unreachable { .. } => text::unreachable_hint(lang),
        }
    }

    /// The same as evidence keeps it.
    pub(super) fn outcome(&self, lang: Lang) -> SourceOutcome {
        let message = format!("{} ({})", self.say(lang), self.hint(lang));
        SourceOutcome::failed(self.kind(), message)
    }
}

/// The last line that says something, cut short: ssh's reason comes after its warnings.
pub(super) fn last_line(said: &str) -> String {
    let line = said.lines().map(str::trim).rfind(|line| !line.is_empty());
    line.unwrap_or_default().chars().take(200).collect()
}

/// A connection to a machine.
#[derive(Debug)]
pub(super) struct Machine {
    /// The connection.
    session: openssh::Session,
    /// Where it leads.
    host: String,
}

impl Machine {
    /// Connects. `target.agent_sock` is a path without `~`.
    ///
    /// # Errors
    /// [`SshError`].
    pub(super) async fn connect(target: &SshTarget, within: Duration) -> Result<Self, SshError> {
        let mut builder = SessionBuilder::default();
        let linger = std::num::NonZeroUsize::new(LINGER_SECONDS)
            .map_or(ControlPersist::ClosedAfterInitialConnection, |seconds| {
                ControlPersist::IdleFor(seconds)
            });
        builder
            .known_hosts_check(KnownHosts::Strict)
            .connect_timeout(within.max(Duration::from_secs(1)))
            .control_persist(linger)
            .control_directory(std::env::temp_dir());
        if let Some(socket) = &target.agent_sock {
            if !Path::new(socket).exists() {
                let socket = socket.clone();
                return Err(SshError::NoAgent { socket });
            }
            builder.ssh_auth_sock(socket);
        }
        match builder.connect(&target.host).await {
            Ok(session) => Ok(Self {
                session,
                host: target.host.clone(),
            }),
            Err(error) => Err(explain(&error, target, within).await),
        }
    }

    /// Runs a command: the program and its arguments, each quoted for the other side's shell.
    ///
    /// # Errors
    /// [`SshError`], where the connection breaks.
    pub(super) async fn run(
        &self,
        program: &str,
        arguments: &[String],
    ) -> Result<CommandAnswer, SshError> {
        let broken = |error: &openssh::Error| SshError::Unreachable {
            host: self.host.clone(),
            said: root_cause(error),
        };
        let mut command = self.session.command(program);
        command
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().await.map_err(|error| broken(&error))?;
        let (stdout, stderr) = (child.stdout().take(), child.stderr().take());
        let (stdout, stderr) = tokio::join!(read_capped(stdout), read_capped(stderr));
        let truncated = stdout.1 || stderr.1;
        let exit_code = if truncated {
            // Whoever writes on ends with its connection.
            drop(child);
            None
        } else {
            exit_code(child.wait().await).map_err(|error| broken(&error))?
        };
        Ok(CommandAnswer {
            exit_code,
            stdout: stdout.0,
            stderr: stderr.0,
            truncated,
        })
    }

    /// Closes the connection.
    pub(super) async fn close(self) {
        // It ends by itself soon if this fails.
        let _ = tokio::time::timeout(FAREWELL, self.session.close()).await;
    }
}

/// How a command ended: 255 is the connection's own, or a signal's.
fn exit_code(
    ended: Result<std::process::ExitStatus, openssh::Error>,
) -> Result<Option<i32>, openssh::Error> {
    match ended {
        Ok(status) => Ok(status.code()),
        Err(openssh::Error::RemoteProcessTerminated) => Ok(None),
        // The crate's word for a program that is not there.
        Err(openssh::Error::Remote(_)) => Ok(Some(127)),
        Err(error) => Err(error),
    }
}

/// Reads text up to the cap, and whether there was more.
async fn read_capped(source: Option<impl AsyncRead + Unpin>) -> (String, bool) {
    let Some(source) = source else {
        return (String::new(), false);
    };
    let mut bytes = Vec::new();
    // What was read before an error is worth keeping.
    let _ = source
        .take(MOST_BYTES as u64 + 1)
        .read_to_end(&mut bytes)
        .await;
    let truncated = bytes.len() > MOST_BYTES;
    bytes.truncate(MOST_BYTES);
    (String::from_utf8_lossy(&bytes).into_owned(), truncated)
}

/// Why no connection came about.
async fn explain(error: &openssh::Error, target: &SshTarget, within: Duration) -> SshError {
    if let openssh::Error::Connect(reason) = error
        && reason.kind() == std::io::ErrorKind::NotFound
    {
        return SshError::NoSsh;
    }
    let error = SshError::of_words(&target.host, &root_cause(error), within);
    match error {
        SshError::KeyRefused { host, .. } if is_agent_empty(target).await => {
            SshError::AgentEmpty { host }
        }
        other => other,
    }
}

/// Whether the target's own agent offers no key: a locked one lists none.
async fn is_agent_empty(target: &SshTarget) -> bool {
    let Some(socket) = &target.agent_sock else {
        return false;
    };
    let listed = tokio::process::Command::new("ssh-add")
        .arg("-l")
        .env("SSH_AUTH_SOCK", socket)
        .stdin(std::process::Stdio::null())
        .kill_on_drop(true)
        .output();
    let listed = tokio::time::timeout(FAREWELL, listed).await;
    matches!(listed, Ok(Ok(answer)) if !answer.status.success())
}

/// The innermost reason of an error: ssh's own words.
fn root_cause(error: &openssh::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_answer_without_end_is_cut_and_said_to_be() {
        let endless = tokio::io::repeat(b'x');
        let (text, truncated) = read_capped(Some(endless)).await;
        assert_eq!((text.len(), truncated), (MOST_BYTES, true));
        let (text, truncated) = read_capped(Some(&b"short"[..])).await;
        assert_eq!((text.as_str(), truncated), ("short", false));
    }

    #[test]
    fn failures_of_ssh_are_told_apart() {
        let read = |said: &str| SshError::of_words("vm", said, Duration::from_secs(5)).kind();
        let cases = [
            (
                "Could not resolve hostname vm: Name or service not known",
                FailureKind::Unreachable,
            ),
            (
                "ops@vm: Permission denied (publickey).",
                FailureKind::NotAuthenticated,
            ),
            (
                "@@@\n@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\n@@@\nHost key verification failed.",
                FailureKind::Refused,
            ),
            (
                "No ED25519 host key is known for vm and you have requested strict checking.\nHost key verification failed.",
                FailureKind::Refused,
            ),
            (
                "connect to host vm port 22: Connection timed out",
                FailureKind::TimedOut,
            ),
            (
                "connect to host vm port 22: No route to host",
                FailureKind::Unreachable,
            ),
        ];
        for (said, kind) in cases {
            assert_eq!(read(said), kind, "{said}");
        }
        let changed = SshError::of_words("vm", cases[2].0, Duration::ZERO);
        let unknown = SshError::of_words("vm", cases[3].0, Duration::ZERO);
        assert_ne!(changed, unknown);
    }
}
