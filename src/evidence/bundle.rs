//! Evidence as a file: one record a line, gzip or not.

mod error;
mod read;
mod write;

pub(crate) use read::read_bundle;
pub(crate) use write::{BundlePath, BundleWriteError};
