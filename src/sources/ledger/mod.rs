//! What was written down about tokens on this machine: against power loss and a killed container.
//!
//! One file a token in the state folder, `NAME.json`, mode 0600 in a folder of mode 0700, written to a temporary name and
//! renamed, so that it is there whole or not at all. It never holds the secret or the key. A live run holds a lock on its
//! entry; an entry that nobody holds is that of a dead run, and [`super::recovery`] finishes what it left.
//!
//! A lock belongs to a file, not to its name. An entry that is rewritten is locked before it takes the name, and whoever gets
//! a lock looks again whether the file still bears it.

mod entry;
mod scan;

use std::fs::{DirBuilder, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

pub(crate) use entry::LedgerEntry;
pub(super) use scan::Abandoned;

/// What the name of an entry's file ends in.
const ENTRY: &str = ".json";

/// What the name of a file that is being written ends in.
const DRAFT: &str = ".draft";

/// What the name of an entry that cannot be read ends in.
const DAMAGED: &str = ".damaged";

/// The folder of entries; it may not exist yet.
#[derive(Debug, Clone)]
pub(crate) struct Ledger {
    /// Its path.
    folder: PathBuf,
}

/// A live run's entry. The lock goes with it, and the entry stays unless it is removed.
#[derive(Debug)]
pub(super) struct HeldEntry {
    /// Where it is.
    ledger: Ledger,
    /// Its path.
    path: PathBuf,
    /// What it says.
    entry: LedgerEntry,
    /// Holds the lock.
    lock: File,
}

impl Ledger {
    /// The ledger in a state folder.
    pub(crate) fn new(state_folder: &Path) -> Self {
        Self {
            folder: state_folder.join("tokens"),
        }
    }

    /// Where it is, for messages.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes an entry and holds it.
    ///
    /// # Errors
    /// The folder cannot be made or written, or its file system knows no locks: then nothing was written.
    pub(super) fn write(&self, entry: LedgerEntry) -> io::Result<HeldEntry> {
        self.write_folder()?;
        let path = self.path_of(&entry);
        let lock = self.write_file(&path, &entry)?;
        // The name is as much worth as the content.
        File::open(&self.folder)?.sync_all()?;
        Ok(HeldEntry {
            ledger: self.clone(),
            path,
            entry,
            lock,
        })
    }

    /// Where an entry is.
    pub(super) fn path_of(&self, entry: &LedgerEntry) -> PathBuf {
        self.folder.join(format!("{}{ENTRY}", entry.name))
    }

    /// Makes the folder, for this user only.
    fn write_folder(&self) -> io::Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.folder)?;
        let mode = std::fs::metadata(&self.folder)?.permissions().mode();
        let nobody_else = mode.trailing_zeros() >= 6;
        if nobody_else {
            return Ok(());
        }
        std::fs::set_permissions(&self.folder, Permissions::from_mode(0o700))
    }

    /// Writes a file under a temporary name, locks it, and lets it take `path`.
    fn write_file(&self, path: &Path, entry: &LedgerEntry) -> io::Result<File> {
        let mut draft = tempfile::Builder::new()
            .suffix(DRAFT)
            .tempfile_in(&self.folder)?;
        draft.as_file().try_lock()?;
        let mut bytes = serde_json::to_vec(entry)?;
        bytes.push(b'\n');
        draft.write_all(&bytes)?;
        draft.as_file().sync_all()?;
        draft.persist(path).map_err(|error| error.error)
    }
}

impl HeldEntry {
    /// Adds the token's id.
    ///
    /// # Errors
    /// The folder cannot be written: the entry stays as it is, and the token can be found by its name.
    pub(super) fn write_id(&mut self, id: &str) -> io::Result<()> {
        let entry = self.entry.clone().with_id(id);
        // The old file's lock goes only after the new one, locked, has taken its name.
        self.lock = self.ledger.write_file(&self.path, &entry)?;
        self.entry = entry;
        Ok(())
    }

    /// Removes it: there is no token any more.
    pub(super) fn remove(self) {
        // A file that cannot be removed tells the next run about a token that is gone, which harms nobody.
        let _ = std::fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests;
