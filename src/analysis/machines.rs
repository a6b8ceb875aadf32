//! What do the machines show from inside? Containers that ended, full disks, memory that ran out, units that failed.
//!
//! In: what the presets wrote (`docker ps -a`, `df`, `free`, `dmesg -T`, `systemctl --failed`). Out: facts about the services
//! that run there. What a machine shows is of the moment of the run; only ages and the kernel's own dates say since when.
//! A sign that healthy machines carry too (a job that failed days ago, a failed unit) is told as information and weighs
//! little until something else speaks against the machine.

use chrono::TimeDelta;

use super::axis::Axis;
use super::fact::{Detail, Fact, Seen, Sign};
use super::kernel::{KernelClock, read_kills};
use super::map::ServiceMap;
use crate::evidence::{Evidence, SshRecord};
use crate::model::{Instant, Kind, Severity};

/// A file system that is as good as full: many keep 5 % for root.
const FULL_PERCENT: u32 = 95;

/// A file system that is nearly full.
const NEARLY_FULL_PERCENT: u32 = 90;

/// The share of memory below which the next allocation may start the kernel's killer.
const LITTLE_MEMORY: f64 = 0.05;

/// The share of memory that is as good as none.
const NO_MEMORY: f64 = 0.02;

/// How long ago a container may have ended and still be told: what has been gone for longer is missed by nobody.
const OLD: TimeDelta = TimeDelta::days(3);

/// How long before the window something still counts as part of it: an incident may have begun before the window did.
const RECENT: TimeDelta = TimeDelta::minutes(30);

/// Exit codes of containers that somebody stopped: 128 + SIGKILL, 128 + SIGTERM.
const STOPPED: [i32; 2] = [137, 143];

/// The facts of all machines.
pub(crate) fn read_machines(evidence: &Evidence, axis: &Axis, map: &ServiceMap) -> Vec<Fact> {
    let mut facts = Vec::new();
    for look in evidence.looks() {
        let sights = match look.preset.as_deref() {
            Some("docker-ps") => containers(look, evidence.meta.created_at, axis),
            Some("disk") => file_systems(look, false),
            Some("inodes") => file_systems(look, true),
            Some("memory") => memory(look).into_iter().collect(),
            Some("dmesg") => kills(look, &KernelClock::of(evidence, &look.target), axis).collect(),
            Some("units") => units(look),
            _ => Vec::new(),
        };
        for sight in sights {
            for service in services_on(&look.target, &sight, map) {
                facts.push(sight.fact(service, look));
            }
        }
    }
    facts
}

/// Something that a machine shows.
struct Sight {
    /// How bad it is by itself.
    severity: Severity,
    /// Since when.
    since: Option<Instant>,
    /// What rules match.
    subject: String,
    /// For order.
    amount: f64,
    /// What it is.
    seen: Seen,
    /// The line that shows it.
    line: String,
}

impl Sight {
    /// The fact that it is for a service on that machine.
    fn fact(&self, service: &str, look: &SshRecord) -> Fact {
        Fact {
            sign: Sign::Machine,
            service: service.to_owned(),
            severity: self.severity,
            since: self.since,
            subject: self.subject.clone(),
            amount: self.amount,
            detail: Detail::Machine {
                seen: self.seen.clone(),
                command: format!("{}: {}", look.target, look.command),
                line: self.line.clone(),
            },
        }
    }
}

/// The services that something on a machine is told of: for a container the one that bears its name; else the machine's own,
/// else all that run there.
fn services_on<'a>(target: &str, sight: &Sight, map: &'a ServiceMap) -> Vec<&'a str> {
    let there = || {
        map.names().filter(|name| {
            let service = map.service(name);
            service.is_some_and(|service| service.ssh.as_deref() == Some(target))
        })
    };
    if let Seen::Container { name, .. } = &sight.seen {
        let named: Vec<&str> = there()
            .filter(|service| map.kind(service) == Some(Kind::Custom) && name.contains(*service))
            .collect();
        if !named.is_empty() {
            return named;
        }
    }
    let machines: Vec<&str> = there()
        .filter(|name| map.kind(name) == Some(Kind::Instance))
        .collect();
    if machines.is_empty() {
        there().collect()
    } else {
        machines
    }
}

/// Containers that ended badly, start again and again, or say that they are not well.
fn containers(look: &SshRecord, now: Instant, axis: &Axis) -> Vec<Sight> {
    let mut lines = look.stdout.lines();
    let Some(status_at) = lines.by_ref().find_map(|line| line.find("STATUS")) else {
        return Vec::new();
    };
    lines
        .filter_map(|line| {
            let status = column(line, status_at)?;
            let name = line.split_whitespace().last()?;
            let (severity, since) = judge_container(status, now, axis)?;
            Some(Sight {
                severity,
                since,
                subject: format!("container={name} {status}"),
                amount: 1.0,
                seen: Seen::Container {
                    name: name.to_owned(),
                    status: status.to_owned(),
                },
                line: squeezed(line),
            })
        })
        .collect()
}

/// The status in a line of a table whose header has it at that column: from the word that begins there, or nearest to it, to the
/// next gap of two spaces. Wide characters and long fields may shift a line.
fn column(line: &str, at: usize) -> Option<&str> {
    const WORDS: [&str; 7] = [
        "Exited (",
        "Restarting (",
        "Up ",
        "Dead",
        "Created",
        "Paused",
        "Removal",
    ];
    let start = WORDS
        .iter()
        .flat_map(|word| line.match_indices(word))
        .map(|(found, _)| found)
        .filter(|found| line[..*found].ends_with("  "))
        .min_by_key(|found| found.abs_diff(at))?;
    line[start..].split("  ").next().map(str::trim)
}

/// How bad a container's status is, and since when; `None` where there is nothing to tell.
fn judge_container(status: &str, now: Instant, axis: &Axis) -> Option<(Severity, Option<Instant>)> {
    if status.starts_with("Restarting (") || status.starts_with("Dead") {
        return Some((Severity::Warning, None));
    }
    if status.starts_with("Up ") {
        // Many a check has failed since the day it was written: by itself it says little.
        return status
            .contains("(unhealthy)")
            .then_some((Severity::Info, None));
    }
    let (code, age) = status.strip_prefix("Exited (")?.split_once(')')?;
    let code: i32 = code.parse().ok()?;
    let ago = read_age(age)?;
    let at = now - ago;
    if code == 0 || ago > OLD {
        return None;
    }
    let severity = if at >= axis.window.from && !STOPPED.contains(&code) {
        Severity::Warning
    } else {
        Severity::Info
    };
    Some((severity, Some(at)))
}

/// Docker's age in words: `2 hours ago`, `About a minute ago`.
fn read_age(text: &str) -> Option<TimeDelta> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (count, unit) = match words.as_slice() {
        ["About", _, unit, ..] => (1, *unit),
        ["Less", ..] => (0, "seconds"),
        [count, unit, ..] => (count.parse().ok()?, *unit),
        _ => return None,
    };
    let seconds: i64 = match unit.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        "week" => 7 * 86_400,
        "month" => 30 * 86_400,
        "year" => 365 * 86_400,
        _ => return None,
    };
    TimeDelta::try_seconds(seconds.checked_mul(count)?)
}

/// File systems that are full or nearly so, by bytes or by inodes.
fn file_systems(look: &SshRecord, inodes: bool) -> Vec<Sight> {
    let mut told: Vec<&str> = Vec::new();
    let mut sights = Vec::new();
    for line in look.stdout.lines().skip(1) {
        let Some((device, percent, mount)) = read_use(line) else {
            continue;
        };
        if percent < NEARLY_FULL_PERCENT || !is_real(device, mount) || told.contains(&device) {
            continue;
        }
        told.push(device);
        let what = if inodes { "inodes" } else { "disk" };
        sights.push(Sight {
            severity: if percent >= FULL_PERCENT {
                Severity::Critical
            } else {
                Severity::Warning
            },
            since: None,
            subject: format!("{what}={percent}% {mount}"),
            amount: f64::from(percent),
            seen: Seen::FileSystem {
                mount: mount.to_owned(),
                percent,
                inodes,
            },
            line: squeezed(line),
        });
    }
    sights
}

/// Device, use and mount point of a line of `df`.
fn read_use(line: &str) -> Option<(&str, u32, &str)> {
    let device = line.split_whitespace().next()?;
    let (before, after) = line.split_once('%')?;
    let percent = before.split_whitespace().next_back()?.parse().ok()?;
    let mount = after.trim();
    mount.starts_with('/').then_some((device, percent, mount))
}

/// Whether a file system is one that programs write to and that can be full: images, memory and firmware are full by nature.
fn is_real(device: &str, mount: &str) -> bool {
    const UNREAL: [&str; 9] = [
        "tmpfs", "devtmpfs", "overlay", "squashfs", "efivarfs", "udev", "none", "shm", "rootfs",
    ];
    const ELSEWHERE: [&str; 6] = ["/boot", "/snap/", "/sys/", "/proc/", "/dev/", "/run/"];
    !UNREAL.contains(&device)
        && !device.starts_with("/dev/loop")
        && !ELSEWHERE.iter().any(|folder| mount.starts_with(folder))
}

/// Memory that has run out, or nearly.
fn memory(look: &SshRecord) -> Option<Sight> {
    let header: Vec<&str> = look.stdout.lines().next()?.split_whitespace().collect();
    let line = look.stdout.lines().nth(1)?;
    // The row has a name that the header has not.
    let row: Vec<&str> = line.split_whitespace().skip(1).collect();
    let place = header.iter().position(|word| *word == "available")?;
    let (total, available) = (*row.first()?, *row.get(place)?);
    let share = read_size(available)? / read_size(total).filter(|total| *total > 0.0)?;
    if share >= LITTLE_MEMORY {
        return None;
    }
    Some(Sight {
        severity: if share < NO_MEMORY {
            Severity::Critical
        } else {
            Severity::Warning
        },
        since: None,
        subject: format!("memory={:.1}% available", share * 100.0),
        amount: 1.0 - share,
        seen: Seen::Memory {
            available: available.to_owned(),
            total: total.to_owned(),
        },
        line: squeezed(line),
    })
}

/// A size as `free -h` writes it, in bytes; a bare number keeps its unit.
fn read_size(text: &str) -> Option<f64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',')
        .unwrap_or(text.len());
    let number: f64 = text[..end].replace(',', ".").parse().ok()?;
    let power = match text[end..].chars().next() {
        None | Some('B') => 0,
        Some('K' | 'k') => 1,
        Some('M') => 2,
        Some('G') => 3,
        Some('T') => 4,
        _ => return None,
    };
    Some(number * 1024_f64.powi(power))
}

/// What the kernel killed for want of memory: one sight for the machine's own, one for containers at their limit.
fn kills<'a>(
    look: &'a SshRecord,
    clock: &KernelClock,
    axis: &Axis,
) -> impl Iterator<Item = Sight> + use<'a> {
    let from = axis.window.from - RECENT;
    let all = read_kills(&look.stdout, clock);
    let of = |in_container: bool| {
        let mut kills: Vec<_> = all
            .iter()
            .filter(|kill| kill.in_container == in_container)
            .filter(|kill| kill.at.is_none_or(|at| at >= from - OLD))
            .collect();
        let recent = |at: Option<Instant>| at.is_some_and(|at| at >= from);
        if kills.iter().any(|kill| recent(kill.at)) {
            kills.retain(|kill| recent(kill.at));
        }
        let last = kills.last()?;
        let since = kills.iter().filter_map(|kill| kill.at).min();
        let word = if in_container {
            "limit-kill"
        } else {
            "oom-kill"
        };
        Some(Sight {
            severity: match (recent(last.at), in_container) {
                (true, false) => Severity::Critical,
                (true, true) => Severity::Warning,
                _ => Severity::Info,
            },
            since,
            subject: format!("{word} process={}", last.process),
            amount: kills.len() as f64,
            seen: Seen::Killed {
                process: last.process.to_owned(),
                times: kills.len() as u64,
            },
            line: squeezed(last.line),
        })
    };
    [of(false), of(true)].into_iter().flatten()
}

/// Units that failed. Every machine has one; which, tells whether it matters.
fn units(look: &SshRecord) -> Vec<Sight> {
    look.stdout
        .lines()
        .filter_map(|line| {
            let row = line.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
            let words: Vec<&str> = row.split_whitespace().collect();
            let [unit, _, "failed", _, ..] = words.as_slice() else {
                return None;
            };
            Some(Sight {
                severity: Severity::Info,
                since: None,
                subject: format!("unit={unit} failed"),
                amount: 1.0,
                seen: Seen::Unit {
                    name: (*unit).to_owned(),
                },
                line: squeezed(row),
            })
        })
        .collect()
}

/// A line of a table with single spaces.
fn squeezed(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
