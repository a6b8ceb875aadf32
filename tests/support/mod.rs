//! The test kit: the real binary in a scrubbed environment, a sandbox in a process of its own, assertions that show all.

mod canned;
mod exports;
mod http;
mod pages;
mod run;
mod sandbox;
mod scenarios;

pub(crate) use canned::{Canned, closed_port};
pub(crate) use http::http_get;
pub(crate) use pages::Pages;
pub(crate) use run::{Ran, Scout, scout};
pub(crate) use sandbox::SandboxProcess;
pub(crate) use scenarios::{Scenario, Told, in_parallel, scenarios, told};

/// A folder of this test run's own, removed at its end.
pub(crate) fn scratch() -> tempfile::TempDir {
    tempfile::tempdir().expect("a scratch folder")
}
