//! A Loki that is not Cockpit's: which, and what may be shown to it?
//!
//! In: flags, variables, files. Out: a [`ForeignLoki`], or none. The flag wins over `SCOUT_LOKI_URL`; `LOKI_ADDR`, which belongs to
//! another program, counts only where there is neither a map nor an account, so that nobody's logs come from where nobody looked.
//! A credential belongs to the address that was named beside it: those of variables are not shown to an address of a flag.

use std::path::Path;

use super::args::{Cli, LokiArgs};
use super::exit::{Exit, Failure};
use super::world::World;
use crate::model::messages::cli as words;
use crate::model::messages::loki as text;
use crate::model::messages::sources::{AddressTrouble, refused_address};
use crate::model::{Lang, Secret};
use crate::sources::ForeignLoki;

/// No token is longer: the largest JWTs are a few kilobytes.
const TOKEN_BYTES: u64 = 64 * 1024;

/// A tenant is no longer (Loki's own rule).
const TENANT_BYTES: usize = 150;

/// A Loki, and what must be said about how it was found.
#[derive(Debug)]
pub(super) struct Found {
    /// The Loki.
    pub(super) loki: ForeignLoki,
    /// Said to whoever asks.
    pub(super) note: String,
    /// Warnings.
    pub(super) warnings: Vec<String>,
}

/// The Loki that flags or variables of scout's own name; only commands about logs have one.
///
/// # Errors
/// An address, token file or tenant that does not hold; flags with a command that needs more than Loki.
pub(super) fn named(cli: &Cli, world: &World, lang: Lang) -> Result<Option<Found>, Failure> {
    let flags = &cli.global.loki;
    if !cli.command.is_of_logs() {
        return match typed(flags) {
            Some(_) => Err(needs_cockpit(lang)),
            None => Ok(None),
        };
    }
    if cli.global.sandbox.is_some() {
        return Ok(None);
    }
    let of_env = world.var("SCOUT_LOKI_URL");
    let beside = |flag: Option<String>, variable: &str| match (&flag, &flags.loki_url) {
        (None, None) => world.var(variable).map(str::to_owned),
        _ => flag,
    };
    let Some(url) = flags.loki_url.as_deref().or(of_env) else {
        return match typed(flags) {
            Some(flag) => Err(Failure::usage(
                text::nobody_to_show(lang, flag),
                Some(text::nobody_to_show_hint(lang)),
            )),
            None => Ok(None),
        };
    };
    let file = flags
        .loki_token_file
        .as_ref()
        .map(|path| path.display().to_string());
    let file = beside(file, "SCOUT_LOKI_TOKEN_FILE");
    let tenant = beside(flags.loki_org_id.clone(), "SCOUT_LOKI_ORG_ID");
    let (token, warnings) = match &file {
        Some(path) => read_token(&world.folder.join(path), lang)?,
        None => (None, Vec::new()),
    };
    let loki = open(url, token.as_ref().map(bearer), tenant, lang)?;
    Ok(Some(Found {
        note: text::asking(lang, loki.address()),
        loki,
        warnings,
    }))
}

/// The Loki that `LOKI_ADDR` names, with logcli's own variables: for where there is nothing else to ask.
///
/// # Errors
/// As [`named`].
pub(super) fn of_logcli(world: &World, lang: Lang) -> Result<Option<Found>, Failure> {
    let Some(url) = world.var("LOKI_ADDR") else {
        return Ok(None);
    };
    let var = |name: &str| world.var(name).map(str::to_owned);
    let (mut credential, mut warnings) = (None, Vec::new());
    if let Some(path) = world.var("LOKI_BEARER_TOKEN_FILE") {
        let (token, said) = read_token(&world.folder.join(path), lang)?;
        credential = token.as_ref().map(bearer);
        warnings = said;
    } else if let Some(token) = var("LOKI_BEARER_TOKEN") {
        credential = Some(bearer(&Secret::new(token)));
    } else if let (Some(user), Some(password)) = (var("LOKI_USERNAME"), var("LOKI_PASSWORD")) {
        credential = Some(basic(&user, &Secret::new(password)));
    }
    let loki = open(url, credential, var("LOKI_ORG_ID"), lang)?;
    Ok(Some(Found {
        note: text::asking_of_logcli(lang, loki.address()),
        loki,
        warnings,
    }))
}

/// The failure of a command that needs more than Loki.
pub(super) fn needs_cockpit(lang: Lang) -> Failure {
    Failure::usage(
        text::needs_cockpit(lang),
        Some(text::needs_cockpit_hint(lang)),
    )
}

/// The first of the flags that was typed.
fn typed(flags: &LokiArgs) -> Option<&'static str> {
    [
        (flags.loki_url.is_some(), "--loki-url"),
        (flags.loki_token_file.is_some(), "--loki-token-file"),
        (flags.loki_org_id.is_some(), "--loki-org-id"),
    ]
    .into_iter()
    .find_map(|(typed, flag)| typed.then_some(flag))
}

/// A Loki at an address.
fn open(
    url: &str,
    authorization: Option<Secret>,
    tenant: Option<String>,
    lang: Lang,
) -> Result<ForeignLoki, Failure> {
    let holds = |tenant: &str| {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!-_.*'()|".contains(&byte);
        !tenant.is_empty() && tenant.len() <= TENANT_BYTES && tenant.bytes().all(allowed)
    };
    if tenant.as_deref().is_some_and(|tenant| !holds(tenant)) {
        return Err(Failure::usage(text::bad_tenant(lang), None));
    }
    ForeignLoki::new(url, authorization, tenant).map_err(|refusal| {
        let hint = match refusal {
            AddressTrouble::Userinfo => text::no_user_in_address_hint(lang),
            AddressTrouble::PlainHttp => text::no_credential_over_http_hint(lang),
            AddressTrouble::Malformed | AddressTrouble::Foreign => text::address_hint(lang),
        };
        Failure::usage(refused_address(lang, url, refusal), Some(hint))
    })
}

/// The token of a file, and a warning where others may read it.
fn read_token(path: &Path, lang: Lang) -> Result<(Option<Secret>, Vec<String>), Failure> {
    use std::io::Read;
    use std::os::unix::fs::PermissionsExt;
    let shown = path.display().to_string();
    let unreadable = |error: std::io::Error| {
        Failure::config(
            words::cannot_read(lang, &shown, &error.to_string()),
            Some(text::bad_token_file_hint(lang)),
        )
    };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let mode = file.metadata().map_err(unreadable)?.permissions().mode() & 0o7777;
    let mut content = zeroize::Zeroizing::new(String::new());
    file.take(TOKEN_BYTES + 1)
        .read_to_string(&mut content)
        .map_err(unreadable)?;
    let token = content.trim();
    let holds = !token.is_empty()
        && token.len() as u64 <= TOKEN_BYTES
        && token.bytes().all(|byte| byte.is_ascii_graphic());
    if !holds {
        return Err(Failure::new(
            Exit::Config,
            text::bad_token_file(lang, &shown),
            Some(text::bad_token_file_hint(lang)),
        ));
    }
    let loose = (mode & 0o044 != 0).then(|| text::loose_token_file(lang, &shown, mode));
    Ok((
        Some(Secret::new(token.to_owned())),
        loose.into_iter().collect(),
    ))
}

/// The header's value for a token.
fn bearer(token: &Secret) -> Secret {
    Secret::new(format!("Bearer {}", token.expose()))
}

/// The header's value for a user and a password (RFC 7617).
fn basic(user: &str, password: &Secret) -> Secret {
    let pair = zeroize::Zeroizing::new(format!("{user}:{}", password.expose()));
    Secret::new(format!("Basic {}", base64(pair.as_bytes())))
}

/// Base64 with padding (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for (index, shift) in [18, 12, 6, 0].into_iter().enumerate() {
            let digit = (bits >> shift & 63) as usize;
            out.push(if index <= chunk.len() {
                char::from(ALPHABET[digit])
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_standard() {
        for (text, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("Aladdin:open sesame", "QWxhZGRpbjpvcGVuIHNlc2FtZQ=="),
        ] {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }
}
