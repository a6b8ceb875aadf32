//! What did the operator write down? The map, the credentials, the settings, and the catalogue that scout ships with.
//!
//! In: texts, paths and variables, all passed in by `cli`. Out: checked values that later stages can rely on, or an error
//! that points at the line, the variable or the profile that is wrong. Nothing here reads a file, a clock or the
//! environment, and no error text here repeats a value that may be a secret.

pub(crate) mod catalog;
pub(crate) mod credentials;
pub(crate) mod excerpt;
pub(crate) mod locality;
pub(crate) mod map;
mod origin;
mod presets;
pub(crate) mod settings;
mod web_address;

pub(crate) use catalog::Catalog;
pub(crate) use credentials::{Credentials, CredentialsError};
pub(crate) use map::{InfraMap, MapError, ResolvedEnv, find_service};
pub(crate) use origin::{Origin, Sourced};
pub(crate) use presets::{Preset, presets};
pub(crate) use settings::Settings;
