//! What is worth a look inside a machine? The read-only commands that scout ships with, read once.
//!
//! In: `presets.toml`, embedded. Out: each command by the name that people and evidence give it.

use std::sync::LazyLock;

use serde::Deserialize;

/// A read-only command with a name.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Preset {
    /// `disk`, `docker-ps`, …
    pub(crate) name: String,
    /// The program and its arguments; never empty.
    pub(crate) command: Vec<String>,
}

/// The file's form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PresetFile {
    /// All presets.
    preset: Vec<Preset>,
}

/// The built-in presets, in the order of the file.
pub(crate) fn presets() -> &'static [Preset] {
    static PRESETS: LazyLock<Vec<Preset>> = LazyLock::new(|| {
        let file: PresetFile = toml::from_str(include_str!("presets.toml"))
            .expect("a test reads the built-in presets");
        file.preset
    });
    &PRESETS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_preset_has_a_name_of_its_own_and_a_plain_command() {
        let mut names: Vec<&str> = presets()
            .iter()
            .map(|preset| preset.name.as_str())
            .collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), presets().len());
        for preset in presets() {
            assert!(!preset.command.is_empty(), "{}", preset.name);
            for word in &preset.command {
                let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=".contains(c);
                assert!(word.chars().all(plain), "{}: {word}", preset.name);
            }
        }
    }
}
