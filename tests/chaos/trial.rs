//! One run, its mishap, and what it left.

use std::io::Read;
use std::process::Child;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::arena::{Arena, State};
use crate::mishap::{Mishap, Plan};
use crate::proxy::Way;

/// How long after a run's end its token may still exist.
const GRACE: Duration = Duration::from_secs(2);

/// A run that takes longer hangs.
const HANGS: Duration = Duration::from_secs(90);

/// What came of a run.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    /// Tokens that a sweep removed.
    pub(crate) swept: u64,
    /// Tokens that no sweep removed.
    pub(crate) left: u64,
    /// How it broke the promise.
    pub(crate) broken: Option<String>,
}

/// Runs one.
pub(crate) fn run_trial(arena: &Arena, plan: &Plan) -> Verdict {
    let started = Instant::now();
    let state = match plan.mishap {
        Mishap::FullDisk(_) => State::Full,
        Mishap::Unwritable(_) => State::Unwritable,
        _ => State::Usual,
    };
    let mut command = arena.scout(plan.args, state);
    if plan.mishap == Mishap::Panic {
        command.env("SCOUT_CHAOS_PANIC_MS", plan.after.as_millis().to_string());
    }
    let mut run = command.spawn().expect("the binary starts");
    std::thread::sleep(plan.after.saturating_sub(started.elapsed()));
    strike(arena, &run, plan.mishap);
    let ended = wait(&mut run);
    let story = story(&mut run);
    if !ended {
        return Verdict {
            broken: Some(format!("it did not end\n{story}")),
            ..Verdict::default()
        };
    }
    judge(arena, plan.mishap, &story)
}

/// Lets the mishap happen.
fn strike(arena: &Arena, run: &Child, mishap: Mishap) {
    let pid = Pid::from_child(run);
    // A run that has ended is a zombie until it is waited for, so the signal reaches it or nobody.
    let send = |signal| {
        let _ = kill_process(pid, signal);
    };
    match mishap {
        Mishap::Signal(signal) => send(signal),
        Mishap::KillGroup => {
            let _ = kill_process_group(pid, Signal::KILL);
        }
        Mishap::KillAll => {
            // The reaper first, so that it has no time to do its work.
            for child in children(run.id()) {
                let _ = kill_process(child, Signal::KILL);
            }
            send(Signal::KILL);
        }
        Mishap::Two(first, second, apart) => {
            send(first);
            std::thread::sleep(apart);
            send(second);
        }
        Mishap::Cut(length) => arena.proxy.set(Way::Cut, length),
        Mishap::Answers(status, length) => arena.proxy.set(Way::Answers(status), length),
        Mishap::FullDisk(true) | Mishap::Unwritable(true) => send(Signal::KILL),
        Mishap::Panic | Mishap::FullDisk(false) | Mishap::Unwritable(false) => {}
    }
}

/// The processes that one has started and not yet waited for; each is listed by the thread that did.
fn children(pid: u32) -> Vec<Pid> {
    let Ok(threads) = std::fs::read_dir(format!("/proc/{pid}/task")) else {
        return Vec::new();
    };
    let lists = threads
        .flatten()
        .filter_map(|thread| std::fs::read_to_string(thread.path().join("children")).ok());
    let lists: Vec<String> = lists.collect();
    let pids = lists.iter().flat_map(|list| list.split_whitespace());
    pids.filter_map(|pid| Pid::from_raw(pid.parse().ok()?))
        .collect()
}

/// Waits for the end of a run; `false` for one that hangs, which is then killed.
fn wait(run: &mut Child) -> bool {
    let ended = poll(HANGS, || run.try_wait().expect("it is ours").is_some());
    if !ended {
        run.kill().expect("it is ours");
        run.wait().expect("it is ours");
    }
    ended
}

/// What a run said.
fn story(run: &mut Child) -> String {
    let mut story = format!("{:?}\n", run.wait());
    if let Some(stderr) = &mut run.stderr {
        // What is not UTF-8 is not worth failing for.
        let _ = stderr.read_to_string(&mut story);
    }
    story
}

/// Looks for what it left, and sweeps that where it may be.
fn judge(arena: &Arena, mishap: Mishap, story: &str) -> Verdict {
    if poll(GRACE + mishap.extra(), || arena.tokens() == 0) {
        return Verdict::default();
    }
    let left = arena.tokens();
    let sweep = arena.scout(&["token", "sweep"], State::Usual).output();
    let sweep = sweep.expect("the binary starts");
    let after = arena.tokens();
    let swept = left.saturating_sub(after);
    let broken = (after > 0 || !mishap.may_leave()).then(|| {
        let said = String::from_utf8_lossy(&sweep.stderr);
        format!("{left} left, {after} after a sweep\n{story}\nsweep: {said}")
    });
    Verdict {
        swept,
        left: after,
        broken,
    }
}

/// Waits until something holds; `false` where it does not in time.
fn poll(bound: Duration, mut holds: impl FnMut() -> bool) -> bool {
    let started = Instant::now();
    loop {
        if holds() {
            return true;
        }
        if started.elapsed() >= bound {
            return false;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}
