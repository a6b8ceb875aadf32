//! Keeps evidence in a file.
//!
//! In: masked evidence in canonical order, and a path that was looked at before the run. Out: NDJSON, `meta` first, gzip where the
//! name ends in `.gz`, readable by its owner alone, there as a whole or not at all. Must not: replace a file that nobody said may
//! be replaced, write evidence that is not masked.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::NamedTempFile;

use crate::evidence::{Evidence, Record};
use crate::model::Lang;
use crate::model::messages::evidence as text;

/// Where a bundle is to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BundlePath {
    /// The file.
    path: PathBuf,
    /// Whether a file that is there may be replaced.
    replace: bool,
}

/// What was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Written {
    /// Records, `meta` included.
    pub(crate) records: usize,
    /// Size of the file.
    pub(crate) bytes: u64,
}

/// Why a bundle cannot be kept.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.say(Lang::En))]
pub(crate) enum BundleWriteError {
    /// There is a file of that name.
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// The name is that of a folder, or of nothing.
    NoFile {
        /// What was named.
        path: PathBuf,
    },
    /// The folder is not there.
    NoFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// The system does not let it be written.
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl BundleWriteError {
    /// What, which and why.
    pub(crate) fn say(&self, lang: Lang) -> String {
        match self {
            Self::Exists { path } => text::bundle_exists(lang, &path.display().to_string()),
            Self::NoFile { path } => text::bundle_no_file(lang, &path.display().to_string()),
            Self::NoFolder { folder } => {
                text::bundle_no_folder(lang, &folder.display().to_string())
            }
            Self::Io { path, source } => {
                text::bundle_cannot_write(lang, &path.display().to_string(), &source.to_string())
            }
        }
    }

    /// The next step.
    pub(crate) fn hint(&self, lang: Lang) -> String {
        match self {
            Self::Exists { .. } => text::bundle_exists_hint(lang),
            Self::NoFile { .. } => text::bundle_no_file_hint(lang),
            Self::NoFolder { folder } => {
                text::bundle_no_folder_hint(lang, &folder.display().to_string())
            }
            Self::Io { .. } => text::bundle_cannot_write_hint(lang),
        }
    }
}

impl BundlePath {
    /// Looks whether a bundle can be kept there: before a run, so that nobody waits for what cannot be.
    ///
    /// # Errors
    /// The file is there and `replace` is not set; the name is a folder's; its folder is not there.
    pub(crate) fn check(path: &Path, replace: bool) -> Result<Self, BundleWriteError> {
        let path = path.to_owned();
        if path.is_dir() || path.file_name().is_none() {
            return Err(BundleWriteError::NoFile { path });
        }
        let folder = folder_of(&path);
        if !folder.is_dir() {
            return Err(BundleWriteError::NoFolder {
                folder: folder.to_owned(),
            });
        }
        if !replace && path.symlink_metadata().is_ok() {
            return Err(BundleWriteError::Exists { path });
        }
        Ok(Self { path, replace })
    }

    /// The file, as it was named.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes the evidence.
    ///
    /// # Errors
    /// The system does not let it be written, or a file of that name has appeared.
    ///
    /// # Panics
    /// The evidence is not masked: a bundle leaves the machine.
    pub(crate) fn write(&self, evidence: &Evidence) -> Result<Written, BundleWriteError> {
        assert!(evidence.meta.redacted, "only masked evidence is kept");
        self.write_whole(evidence).map_err(|source| {
            if source.kind() == io::ErrorKind::AlreadyExists {
                BundleWriteError::Exists {
                    path: self.path.clone(),
                }
            } else {
                BundleWriteError::Io {
                    path: self.path.clone(),
                    source,
                }
            }
        })
    }

    /// Writes a new file next to the one that is wanted, then gives it its name.
    fn write_whole(&self, evidence: &Evidence) -> io::Result<Written> {
        let file = NamedTempFile::new_in(folder_of(&self.path))?;
        let is_gzip = self
            .path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
        let buffer = BufWriter::with_capacity(1 << 16, file);
        let file = if is_gzip {
            let mut gzip = GzEncoder::new(buffer, Compression::fast());
            write_records(evidence, &mut gzip)?;
            gzip.finish()?
        } else {
            let mut buffer = buffer;
            write_records(evidence, &mut buffer)?;
            buffer
        };
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.as_file().sync_all()?;
        let bytes = file.as_file().metadata()?.len();
        if self.replace {
            file.persist(&self.path).map_err(|error| error.error)?;
        } else {
            file.persist_noclobber(&self.path)
                .map_err(|error| error.error)?;
        }
        Ok(Written {
            records: evidence.records.len() + 1,
            bytes,
        })
    }
}

/// The folder of a file; the working folder for a mere name.
fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Writes one record a line, `meta` first.
fn write_records(evidence: &Evidence, out: &mut impl Write) -> io::Result<()> {
    let meta = Record::Meta(Box::new(evidence.meta.clone()));
    for record in std::iter::once(&meta).chain(&evidence.records) {
        serde_json::to_writer(&mut *out, record)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
