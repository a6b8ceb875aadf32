//! Which running copies wrote the log, which are new, and did one replace another?
//!
//! The platform writes no line when it kills or starts a container: a copy that falls silent, a name not seen before and a
//! start banner are all there is.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

use super::axis::Axis;
use super::line::Line;
use super::logs::cut;

/// Copies that one service may have; a name that changes with each line is no copy.
const MOST_COPIES: usize = 200;

/// Lines in which a start banner is looked for.
const BANNER_LINES: u64 = 12;

/// A copy is gone when it has been silent for so long while the log goes on.
const GONE_MS: i64 = 20_000;

/// A copy that starts within this time of another's end replaces it.
const REPLACED_MS: i64 = 150_000;

/// One running copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunningCopy {
    /// Its name.
    pub(crate) name: String,
    /// Its first line's place.
    pub(crate) first: i64,
    /// Its last line's place.
    pub(crate) last: i64,
    /// Its lines.
    pub(crate) lines: u64,
    /// Its start banner, where it wrote one.
    pub(crate) banner: Option<String>,
}

/// The running copies of one service.
#[derive(Debug, Clone, Default)]
pub(crate) struct Copies {
    /// By name while counting.
    by_name: BTreeMap<String, RunningCopy>,
    /// Version fields with their first place.
    versions: BTreeMap<String, (i64, u64)>,
    /// Start banners of copies without a name.
    pub(crate) banners: Vec<(i64, String)>,
    /// Copies that first wrote inside the window, by first line.
    pub(crate) started: Vec<RunningCopy>,
    /// Starts in the window that follow the end of another copy.
    pub(crate) replaced: Vec<RunningCopy>,
    /// Whether several copies were followed by copies of another deployment: a rollout, no crash.
    pub(crate) rollout: bool,
    /// A version that was not there before: the old ones, the new, since when.
    pub(crate) new_version: Option<(String, String, i64)>,
}

impl Copies {
    /// Looks at a line.
    pub(crate) fn add(&mut self, line: &Line<'_>, place: i64, in_window: bool) {
        if let Some(version) = line.version.as_deref()
            && version.len() <= 60
        {
            self.see_version(version, place);
        }
        let Some(name) = line.copy.as_deref() else {
            if in_window && is_banner(&line.message) && self.banners.len() < MOST_COPIES {
                self.banners
                    .push((place, cut(line.message.trim(), 300).to_owned()));
            }
            return;
        };
        if !self.by_name.contains_key(name) {
            if self.by_name.len() >= MOST_COPIES {
                return;
            }
            self.by_name.insert(
                name.to_owned(),
                RunningCopy {
                    name: name.to_owned(),
                    first: place,
                    last: place,
                    lines: 0,
                    banner: None,
                },
            );
        }
        let Some(copy) = self.by_name.get_mut(name) else {
            return;
        };
        copy.last = place;
        copy.lines += 1;
        if copy.lines <= BANNER_LINES && copy.banner.is_none() && is_banner(&line.message) {
            copy.banner = Some(cut(line.message.trim(), 300).to_owned());
        }
    }

    /// Remembers where a version was first seen.
    fn see_version(&mut self, version: &str, place: i64) {
        if let Some((_, count)) = self.versions.get_mut(version) {
            *count += 1;
        } else if self.versions.len() < MOST_COPIES {
            self.versions.insert(version.to_owned(), (place, 1));
        }
    }

    /// Draws the conclusions once all lines are in.
    pub(crate) fn settle(&mut self, axis: &Axis) {
        let split = axis.split();
        let mut copies: Vec<RunningCopy> = self.by_name.values().cloned().collect();
        copies.sort_by(|a, b| a.first.cmp(&b.first).then_with(|| a.name.cmp(&b.name)));
        let had_others = copies.iter().any(|copy| copy.first < split);
        self.started = copies
            .iter()
            .filter(|copy| copy.first >= split && had_others)
            .cloned()
            .collect();
        self.replaced = replaced(&copies, split);
        self.rollout = is_rollout(&copies, split);
        self.new_version = self.find_new_version(&copies, split);
    }

    /// Named copies that first wrote at a place or later, whether or not others were there before.
    pub(crate) fn new_since(&self, place: i64) -> usize {
        self.by_name
            .values()
            .filter(|copy| copy.first >= place)
            .count()
    }

    /// A version first seen in the window, where another was there before.
    fn find_new_version(
        &self,
        copies: &[RunningCopy],
        split: i64,
    ) -> Option<(String, String, i64)> {
        let old = self
            .versions
            .iter()
            .filter(|(_, (first, _))| *first < split)
            .max_by_key(|(_, (_, count))| *count);
        let new = self
            .versions
            .iter()
            .filter(|(_, (first, _))| *first >= split)
            .min_by_key(|(_, (first, _))| *first);
        if let (Some((old, _)), Some((new, (since, _)))) = (old, new) {
            return Some((old.clone(), new.clone(), *since));
        }
        let banner_version = |copy: &RunningCopy| {
            copy.banner
                .as_deref()
                .and_then(version_in)
                .map(str::to_owned)
        };
        let old = copies
            .iter()
            .filter(|copy| copy.first < split)
            .find_map(banner_version);
        let new = copies
            .iter()
            .filter(|copy| copy.first >= split)
            .find_map(|copy| Some((banner_version(copy)?, copy.first)));
        match (old, new) {
            (Some(old), Some((new, since))) if old != new => Some((old, new, since)),
            _ => None,
        }
    }
}

/// Starts inside the window that follow another copy's end closely.
fn replaced(copies: &[RunningCopy], split: i64) -> Vec<RunningCopy> {
    let ends_before = |start: i64| {
        copies
            .iter()
            .any(|other| other.last < start && start - other.last <= REPLACED_MS)
    };
    let alone = |copy: &RunningCopy| {
        // somebody else who was there before and goes on: a copy more, not a copy instead
        !copies
            .iter()
            .any(|other| other.first < copy.first && other.last > copy.first + GONE_MS)
    };
    copies
        .iter()
        .filter(|copy| copy.first >= split && ends_before(copy.first) && alone(copy))
        .cloned()
        .collect()
}

/// Whether the names say that one deployment followed another: all copies of the window's end carry a deployment number that
/// no copy before it had.
fn is_rollout(copies: &[RunningCopy], split: i64) -> bool {
    let number = |copy: &RunningCopy| deployment_number(&copy.name);
    let old = copies
        .iter()
        .filter(|copy| copy.first < split)
        .filter_map(number)
        .max();
    let new = copies
        .iter()
        .filter(|copy| copy.first >= split)
        .filter_map(number)
        .max();
    matches!((old, new), (Some(old), Some(new)) if new > old)
}

/// The number of the deployment in a copy's name of the form `…-00042-deployment-…`.
fn deployment_number(name: &str) -> Option<u32> {
    let (before, _) = name.split_once("-deployment-")?;
    before.rsplit('-').next()?.parse().ok()
}

/// Whether a line is what programs write when they start: a server that listens or is ready, a name with its version. Jobs
/// and other work that starts inside a program are not meant.
pub(crate) fn is_banner(message: &str) -> bool {
    static BANNER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)\blistening (on|at|for)\b|\bready to accept|\bready for connections|\bapplication startup|\bbooting\b",
            r"|\b(server|application|app|daemon)( \S+)? (is )?(now )?(started|starting|running|listening|ready)\b",
            r"|\b(started|starting|launching)( up)?( the)?( \S+)? (server|application|app|daemon)\b",
            r"|\bnow (running|serving) (on|at)\b|\bdémarrage (de|du) ",
            // a name and its version, or how long the start took
            r"|\b(started|starting)( up)? (\S+ )?(version |v)?\d+\.\d+|\bstarted \S+ in [\d.,]+ ?(ms|s|sec)",
        ))
        .expect("a constant pattern")
    });
    message.len() < 400 && BANNER.is_match(cut(message, 160))
}

/// A version such as `1.42.0` or `v2.8.1-rc1` in a start banner: the first word of that form.
fn version_in(banner: &str) -> Option<&str> {
    banner
        .split([' ', '@', ',', '(', ')', ':', '=', '/'])
        .find(|word| {
            let word = word.strip_prefix('v').unwrap_or(word);
            let mut parts = word.splitn(3, '.');
            let number = |part: Option<&str>| {
                part.is_some_and(|part| {
                    !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())
                })
            };
            number(parts.next())
                && number(parts.next())
                && parts.next().is_some_and(|rest| {
                    rest.starts_with(|c: char| c.is_ascii_digit()) && !rest.contains('.')
                })
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_starts_is_no_start_of_a_program() {
        for banner in [
            "starting atlas-api 2.8.1 (node v22.11.0)",
            "listening on 0.0.0.0:8080",
            "tickets 5.0.12 listening on 0.0.0.0:8080",
            "database system is ready to accept connections",
            "INFO:     Application startup complete.",
            "[7] [INFO] Booting worker with pid: 7",
            "Started AtlasApplication in 3.2 seconds (JVM running for 4.1)",
            "Server started on port 3000",
        ] {
            assert!(is_banner(banner), "{banner}");
        }
        for other in [
            "import job started rows=12",
            "restarting the export of tenant 7",
            "1:M * Background saving started by pid 93",
            "static_autoscaler.go:274] Starting main loop",
            "initializing cart for user 4",
        ] {
            assert!(!is_banner(other), "{other}");
        }
    }

    #[test]
    fn a_version_is_found_in_a_banner_and_an_address_is_none() {
        assert_eq!(
            version_in("starting atlas-api 2.8.1 (node v22.11.0)"),
            Some("2.8.1")
        );
        assert_eq!(version_in("listening on 0.0.0.0:8080"), None);
        assert_eq!(
            deployment_number("prod-api-00042-deployment-8808-llblf"),
            Some(42)
        );
        assert_eq!(deployment_number("atlaac30-deplonpssm"), None);
    }
}
