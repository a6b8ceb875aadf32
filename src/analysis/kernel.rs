//! What did the kernel kill, and when? Lines of `dmesg`, dated.
//!
//! `dmesg -T` writes the machine's local time, which `uptime` tells apart from UTC; a kernel log without dates counts seconds
//! since the start, which `uptime` tells too. A line that nothing dates keeps no time.

use chrono::{NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use crate::evidence::Evidence;
use crate::model::Instant;

/// Offsets from UTC are whole quarters of an hour.
const QUARTER_SECONDS: i64 = 900;

/// The largest offset west of UTC, in seconds; the rest of the day lies east.
const FARTHEST_WEST_SECONDS: i64 = 12 * 3_600;

/// A process that was killed for want of memory.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kill<'a> {
    /// When; `None` where nothing dates the line.
    pub(super) at: Option<Instant>,
    /// The process's name.
    pub(super) process: &'a str,
    /// Whether it met the limit of a container and not the machine's.
    pub(super) in_container: bool,
    /// The line.
    pub(super) line: &'a str,
}

/// What dates the lines of a machine's kernel.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct KernelClock {
    /// When the machine started.
    started: Option<Instant>,
    /// How much later than UTC its clocks show.
    offset: TimeDelta,
}

impl KernelClock {
    /// The clock of a machine, from its `uptime`.
    pub(super) fn of(evidence: &Evidence, target: &str) -> Self {
        let now = evidence.meta.created_at;
        evidence
            .looks()
            .find(|look| look.target == target && look.preset.as_deref() == Some("uptime"))
            .map(|look| Self::read(&look.stdout, now))
            .unwrap_or_default()
    }

    /// Reads `09:00:00 up 64 days,  3:02,  2 users, …`.
    fn read(uptime: &str, now: Instant) -> Self {
        let shown = uptime
            .split_whitespace()
            .next()
            .and_then(|time| NaiveTime::parse_from_str(time, "%H:%M:%S").ok());
        let ahead = shown.map_or(0, |shown| {
            i64::from(shown.num_seconds_from_midnight())
                - i64::from(now.time().num_seconds_from_midnight())
        });
        let day = TimeDelta::days(1).num_seconds();
        let ahead = (ahead + FARTHEST_WEST_SECONDS).rem_euclid(day) - FARTHEST_WEST_SECONDS;
        let quarters = (ahead + QUARTER_SECONDS / 2).div_euclid(QUARTER_SECONDS);
        Self {
            started: read_up(uptime).map(|up| now - up),
            offset: TimeDelta::seconds(quarters * QUARTER_SECONDS),
        }
    }

    /// When a line with this bracket was written.
    fn date(&self, bracket: &str) -> Option<Instant> {
        if let Ok(local) = NaiveDateTime::parse_from_str(bracket, "%a %b %e %H:%M:%S %Y") {
            return Some(local.and_utc() - self.offset);
        }
        let (seconds, _) = bracket.trim().split_once('.')?;
        Some(self.started? + TimeDelta::try_seconds(seconds.parse().ok()?)?)
    }
}

/// How long a machine has been up: `up 64 days,  3:02`, `up 5 min`, `up 1 day, 2 min`.
fn read_up(uptime: &str) -> Option<TimeDelta> {
    let (_, text) = uptime.split_once(" up ")?;
    let mut up = TimeDelta::zero();
    let mut read = false;
    for part in text.split(',').map(str::trim) {
        let words: Vec<&str> = part.split_whitespace().collect();
        let length = match words.as_slice() {
            [days, "day" | "days"] => TimeDelta::try_days(days.parse().ok()?),
            [minutes, "min" | "mins"] => TimeDelta::try_minutes(minutes.parse().ok()?),
            [clock] => clock.split_once(':').and_then(|(hours, minutes)| {
                let minutes = TimeDelta::try_minutes(minutes.parse().ok()?)?;
                TimeDelta::try_hours(hours.parse().ok()?)?.checked_add(&minutes)
            }),
            _ => None,
        };
        let Some(length) = length else { break };
        up = up.checked_add(&length)?;
        read = true;
    }
    read.then_some(up)
}

/// The processes that the kernel killed for want of memory, in the order of the log.
pub(super) fn read_kills<'a>(log: &'a str, clock: &KernelClock) -> Vec<Kill<'a>> {
    log.lines()
        .filter_map(|line| read_kill(line, clock))
        .collect()
}

/// Reads `[…] Out of memory: Killed process 2211 (java) …`, and the same of a container's limit.
fn read_kill<'a>(line: &'a str, clock: &KernelClock) -> Option<Kill<'a>> {
    let (before, after) = line
        .split_once("ut of memory: Killed process")
        .or_else(|| line.split_once("ut of memory: Kill process"))?;
    let process = after.split_once('(')?.1.split_once(')')?.0;
    let bracket = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
    Some(Kill {
        at: bracket.and_then(|(bracket, _)| clock.date(bracket)),
        process,
        in_container: before.ends_with("cgroup o"),
        line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment.
    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    #[test]
    fn uptime_dates_what_the_kernel_only_counts() {
        let now = at("2026-11-21T09:00:00Z");
        let clock = KernelClock::read(" 09:00:00 up 1 day,  1:00,  2 users,  load average: 1", now);
        let log = "[   12.0] Out of memory: Killed process 1 (a) x\n[89990.5] Memory cgroup out of memory: Killed process 2 (b b) y\nno";
        let kills = read_kills(log, &clock);
        assert_eq!(kills.len(), 2);
        assert_eq!(kills[0].at, Some(at("2026-11-20T08:00:12Z")));
        assert_eq!(kills[1].at, Some(at("2026-11-21T08:59:50Z")));
        assert_eq!((kills[0].process, kills[0].in_container), ("a", false));
        assert_eq!((kills[1].process, kills[1].in_container), ("b b", true));
        assert_eq!(read_kills(log, &KernelClock::default())[1].at, None);
    }

    #[test]
    fn local_time_is_told_from_utc() {
        let log = "[Sat Nov 21 10:42:10 2026] Out of memory: Kill process 7 (java) score 9";
        let now = at("2026-11-21T09:00:03Z");
        for (uptime, written) in [
            (" 11:00:01 up 5 min", "2026-11-21T08:42:10Z"),
            (" 09:00:05 up 5 min", "2026-11-21T10:42:10Z"),
            (" 01:00:00 up 2:03, 1 user", "2026-11-21T18:42:10Z"),
        ] {
            let clock = KernelClock::read(uptime, now);
            assert_eq!(read_kills(log, &clock)[0].at, Some(at(written)), "{uptime}");
        }
    }

    #[test]
    fn hostile_uptimes_and_lines_are_no_panic() {
        let now = at("2026-11-21T09:00:00Z");
        for text in [
            "",
            " up ",
            " up 99999999999999999 days",
            "x up 1:2:3, 9:9999999999999999",
        ] {
            let clock = KernelClock::read(text, now);
            assert!(read_kills("[] Out of memory: Killed process (", &clock).is_empty());
            read_kills(
                "[99999999999999999.1] Out of memory: Killed process 1 (x)",
                &clock,
            );
        }
    }
}
