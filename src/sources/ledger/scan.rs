//! Which entries are there, and whose run is dead?
//!
//! In: the folder, which may hold anything. Out: entries of dead runs, locked for whoever finishes them; names and processes
//! of live ones; files that were set aside. No file of it can stop a run.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use chrono::{DateTime, TimeDelta, Utc};

use super::{DAMAGED, DRAFT, ENTRY, Ledger, LedgerEntry};
use crate::model::Instant;

/// Most bytes of an entry: one is about 300.
const MOST_BYTES: u64 = 64 * 1024;

/// Most entries that one run finishes: the next one goes on.
const MOST_ENTRIES: usize = 100;

/// Age at which a draft that nobody holds is rubbish. Between the making of a draft and its lock are microseconds.
const OLD_DRAFT: TimeDelta = TimeDelta::minutes(1);

/// What a look into the folder found.
#[derive(Debug, Default)]
pub(in crate::sources) struct Scan {
    /// Entries of dead runs, locked.
    pub(in crate::sources) abandoned: Vec<Abandoned>,
    /// Files that could not be read and were set aside, by their new names.
    pub(in crate::sources) damaged: Vec<PathBuf>,
}

/// An entry of a dead run. Nobody else finishes it while this is held.
#[derive(Debug)]
pub(in crate::sources) struct Abandoned {
    /// What it says.
    pub(in crate::sources) entry: LedgerEntry,
    /// Its path.
    path: PathBuf,
    /// Holds the lock.
    _lock: File,
}

impl Abandoned {
    /// Removes it: there is no token any more.
    pub(in crate::sources) fn remove(self) {
        // A file that cannot be removed leads to one more look for a token that is gone.
        let _ = fs::remove_file(&self.path);
    }
}

/// Whether a run holds an entry.
enum Holder {
    /// A live one, or somebody who finishes what a dead one left.
    Someone,
    /// Nobody; here is the lock.
    Nobody(File),
}

impl Ledger {
    /// Looks for what dead runs left, and sets aside what cannot be read.
    pub(in crate::sources) fn scan(&self, now: Instant) -> Scan {
        let mut scan = Scan::default();
        for path in self.files() {
            if scan.abandoned.len() == MOST_ENTRIES {
                break;
            }
            if ends_in(&path, DRAFT) {
                remove_old_draft(&path, now);
            } else if ends_in(&path, ENTRY) {
                // A file that is gone by now, or that this user may not open, is nothing to this run.
                let _ = scan.take(path);
            }
        }
        scan
    }

    /// Tokens that live runs of this machine hold: name and process.
    pub(crate) fn live(&self) -> BTreeMap<String, u32> {
        let entries = self.files().into_iter().filter(|path| ends_in(path, ENTRY));
        entries
            .filter_map(|path| {
                let file = File::open(&path).ok()?;
                // Shared, so that two that look do not see each other as runs.
                match file.try_lock_shared() {
                    Err(TryLockError::WouldBlock) => {}
                    _ => return None,
                }
                let entry = read_entry(&file)?;
                Some((entry.name, entry.pid))
            })
            .collect()
    }

    /// Plain files of the folder, in order of their names; none where it cannot be read.
    fn files(&self) -> Vec<PathBuf> {
        let Ok(entries) = fs::read_dir(self.folder()) else {
            return Vec::new();
        };
        let mut paths: Vec<PathBuf> = entries
            .filter_map(Result::ok)
            // A pipe or a device would block whoever opens it.
            .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_file()))
            .map(|entry| entry.path())
            .collect();
        paths.sort();
        paths
    }
}

impl Scan {
    /// Takes in one entry.
    fn take(&mut self, path: PathBuf) -> io::Result<()> {
        let file = File::open(&path)?;
        let Holder::Nobody(lock) = holder(file, &path)? else {
            return Ok(());
        };
        if let Some(entry) = read_entry(&lock) {
            self.abandoned.push(Abandoned {
                entry,
                path,
                _lock: lock,
            });
        } else {
            let mut aside = path.clone().into_os_string();
            aside.push(DAMAGED);
            fs::rename(&path, &aside)?;
            self.damaged.push(aside.into());
        }
        Ok(())
    }
}

/// Who holds an entry.
fn holder(file: File, path: &Path) -> io::Result<Holder> {
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Holder::Someone),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // Its run may have written a new file in its place since it was opened.
    let (here, there) = (file.metadata()?, fs::metadata(path)?);
    if (here.dev(), here.ino()) == (there.dev(), there.ino()) {
        Ok(Holder::Nobody(file))
    } else {
        Ok(Holder::Someone)
    }
}

/// Reads an entry; `None` where it does not hold.
fn read_entry(file: &File) -> Option<LedgerEntry> {
    let mut bytes = Vec::new();
    file.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    LedgerEntry::parse(&bytes)
}

/// Removes a draft of a run that died while it wrote.
fn remove_old_draft(path: &Path, now: Instant) {
    let old = |file: &File| {
        let modified = file.metadata().and_then(|metadata| metadata.modified());
        modified.is_ok_and(|at| now - DateTime::<Utc>::from(at) > OLD_DRAFT)
    };
    if let Ok(file) = File::open(path)
        && old(&file)
        && matches!(holder(file, path), Ok(Holder::Nobody(_)))
    {
        // Rubbish that stays harms nobody.
        let _ = fs::remove_file(path);
    }
}

/// Whether a file's name ends so.
fn ends_in(path: &Path, end: &str) -> bool {
    path.file_name()
        .and_then(|name| name.to_str())
        .is_some_and(|name| name.ends_with(end))
}
