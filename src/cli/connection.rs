//! Project, region and key for the Scaleway API: found once, with what must be said about how.

use std::path::Path;

use super::args::GlobalArgs;
use super::exit::Failure;
use super::session::{cannot_read, is_absent};
use super::terminal::Terminal;
use super::world::World;
use crate::config::credentials::{config_path, mode_warning};
use crate::config::settings::profile_choice;
use crate::config::{Credentials, CredentialsError, ResolvedEnv, Settings};
use crate::model::messages::cli as text;

/// Credentials and settings, with their warnings said.
pub(super) fn find_connection(
    args: &GlobalArgs,
    world: &World,
    terminal: &Terminal,
    environment: &ResolvedEnv,
    choice: Option<&crate::config::Sourced<String>>,
    map_path: Option<&str>,
) -> Result<(Settings, Credentials), Failure> {
    let lang = terminal.lang();
    let home = world.home.as_deref().and_then(Path::to_str);
    let path = config_path(&world.vars, home);
    let file = match &path {
        Some(path) => match std::fs::read_to_string(path) {
            Ok(content) => Some((path.display().to_string(), content)),
            Err(error) if is_absent(&error) => None,
            Err(error) => return Err(cannot_read(path, &error, lang)),
        },
        None => None,
    };
    let borrowed = file
        .as_ref()
        .map(|(path, content)| (path.as_str(), content.as_str()));
    let profile = profile_choice(args.profile.as_deref(), &world.vars, Some(environment));
    let of_map = args.profile.is_none() && profile.is_some();
    let credentials = Credentials::resolve(&world.vars, borrowed, profile).map_err(|error| {
        let mut failure = Failure::of_credentials(&error, lang);
        if of_map && matches!(error, CredentialsError::UnknownProfile { .. }) {
            let asks =
                text::map_asks_for_profile(lang, map_path.unwrap_or_default(), &environment.name);
            failure.hint = Some(
                failure
                    .hint
                    .map_or(asks.clone(), |hint| format!("{asks}; {hint}")),
            );
        }
        failure
    })?;
    let loose = path
        .as_deref()
        .filter(|_| file.is_some())
        .and_then(loose_mode);
    for warning in loose.iter().chain(&credentials.warnings) {
        terminal.warn(&warning.say(lang));
    }
    if credentials.insecure {
        terminal.warn(&text::insecure_ignored(lang));
    }
    let settings = Settings::combine(choice, map_path, environment, &credentials)
        .map_err(|error| Failure::config(error.say(lang), error.hint(lang)))?;
    for warning in &settings.warnings {
        terminal.warn(&warning.say(lang));
    }
    say_settings(terminal, &settings, &credentials);
    Ok((settings, credentials))
}

/// Says, for `-v`, what the run uses and who said so. An access key is no secret; the secret key is not said.
fn say_settings(terminal: &Terminal, settings: &Settings, credentials: &Credentials) {
    let lang = terminal.lang();
    let key = credentials.access_key.as_deref().unwrap_or("-");
    let from = |origin: Option<&crate::config::Origin>| {
        origin.map(|origin| origin.say(lang)).unwrap_or_default()
    };
    let lines = [
        (
            "env",
            settings.environment.value.as_str(),
            settings.environment.origin.say(lang),
        ),
        (
            "project",
            settings.project_id.value.as_str(),
            settings.project_id.origin.say(lang),
        ),
        (
            "region",
            settings.region.value.as_str(),
            settings.region.origin.say(lang),
        ),
        ("profile", credentials.profile.as_str(), String::new()),
        (
            "key",
            key,
            from(credentials.origin(crate::config::credentials::Field::SecretKey)),
        ),
        (
            "api",
            credentials.api_url.as_str(),
            from(credentials.origin(crate::config::credentials::Field::ApiUrl)),
        ),
    ];
    for (name, value, origin) in lines {
        terminal.detail(format!("{name:<10} {value}  {origin}").trim_end());
    }
}

/// A warning where others may read the credentials file.
fn loose_mode(path: &Path) -> Option<crate::config::credentials::CredentialWarning> {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::metadata(path).ok()?.permissions().mode();
    mode_warning(&path.display().to_string(), mode)
}
