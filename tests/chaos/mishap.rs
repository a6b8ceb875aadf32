//! What happens to a run, and when: all of it follows from a seed and the run's number.

use std::time::Duration;

use rustix::process::Signal;

/// What happens to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mishap {
    /// A signal to the process.
    Signal(Signal),
    /// SIGKILL to the process and whatever it started in its group.
    KillGroup,
    /// SIGKILL to all of its processes, wherever they went: a container that is killed, a machine that loses its power.
    KillAll,
    /// Two signals, this long apart.
    Two(Signal, Signal, Duration),
    /// A panic at an await.
    Panic,
    /// No way to the API for this long.
    Cut(Duration),
    /// The API answers this status for this long.
    Answers(u16, Duration),
    /// The state folder's disk takes no byte; with or without SIGKILL.
    FullDisk(bool),
    /// The state folder cannot be made; with or without SIGKILL.
    Unwritable(bool),
}

impl Mishap {
    /// What the last line calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Signal(Signal::INT) => "SIGINT",
            Self::Signal(Signal::TERM) => "SIGTERM",
            Self::Signal(Signal::HUP) => "SIGHUP",
            Self::Signal(Signal::QUIT) => "SIGQUIT",
            Self::Signal(_) => "SIGKILL",
            Self::KillGroup => "SIGKILL to the group",
            Self::KillAll => "SIGKILL to all",
            Self::Two(..) => "two signals",
            Self::Panic => "panic",
            Self::Cut(_) => "network cut",
            Self::Answers(429, _) => "429",
            Self::Answers(..) => "500",
            Self::FullDisk(_) => "full disk",
            Self::Unwritable(_) => "unwritable folder",
        }
    }

    /// Whether a token may be left until somebody sweeps.
    pub(crate) fn may_leave(self) -> bool {
        matches!(self, Self::KillGroup | Self::KillAll | Self::Cut(_))
    }

    /// How much longer than two seconds a token may take to go: an API that does not answer, or that answers errors, is asked
    /// again after growing waits of up to six seconds.
    pub(crate) fn extra(self) -> Duration {
        match self {
            Self::Cut(length) | Self::Answers(_, length) => length + Duration::from_secs(8),
            _ => Duration::ZERO,
        }
    }
}

/// One run to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Plan {
    /// Arguments.
    pub(crate) args: &'static [&'static str],
    /// What happens.
    pub(crate) mishap: Mishap,
    /// When, after the start.
    pub(crate) after: Duration,
}

/// Commands that make a token.
const COMMANDS: [&[&str]; 3] = [
    &["metrics", "postgres", "--timeout", "2s"],
    &["logs", "postgres", "-n", "5", "--timeout", "2s"],
    &["investigate", "postgres is slow", "--timeout", "2s"],
];

impl Plan {
    /// The plan of a run, where one that nothing happens to takes `usual`.
    pub(crate) fn of(seed: u64, number: u64, usual: Duration) -> Self {
        let mixed = seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut rng = fastrand::Rng::with_seed(mixed);
        // A third more than the usual time: also after the end.
        let after = usual.mul_f64(rng.f64() * 1.33);
        let args = COMMANDS[rng.usize(..COMMANDS.len())];
        Self {
            args,
            mishap: mishap(&mut rng),
            after,
        }
    }
}

/// Any mishap.
fn mishap(rng: &mut fastrand::Rng) -> Mishap {
    let polite = [Signal::INT, Signal::TERM, Signal::HUP, Signal::QUIT];
    let any = |rng: &mut fastrand::Rng| polite[rng.usize(..polite.len())];
    // Most cuts are short, one in eight outlasts the run's own patience.
    let length = |rng: &mut fastrand::Rng| {
        let most = if rng.u8(..8) == 0 { 6_000 } else { 800 };
        Duration::from_millis(rng.u64(20..most))
    };
    match rng.u8(..14) {
        0..4 => Mishap::Signal(any(rng)),
        4 => Mishap::Signal(Signal::KILL),
        5 => Mishap::KillGroup,
        6 => {
            let second = if rng.bool() { Signal::KILL } else { any(rng) };
            Mishap::Two(any(rng), second, Duration::from_millis(rng.u64(..200)))
        }
        7 => Mishap::Panic,
        8 => Mishap::Cut(length(rng)),
        9 => Mishap::Answers(500, length(rng)),
        10 => Mishap::Answers(429, length(rng)),
        11 => Mishap::FullDisk(rng.bool()),
        12 => Mishap::Unwritable(rng.bool()),
        _ => Mishap::KillAll,
    }
}
