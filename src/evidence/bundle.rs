//! Evidence as a file: one record a line, gzip or not.

mod error;
mod read;

pub(crate) use read::read_bundle;
