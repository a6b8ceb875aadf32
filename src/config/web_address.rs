//! Is an address one that scout may send a request to? The parser is the HTTP client's own, so that what was checked here
//! is what is asked later: two parsers that disagree about where a host name ends are how credentials leak.

use reqwest::Url;

use crate::model::Lang;
use crate::model::messages::config as words;

/// What is wrong with an address. It never holds the address, which may hold a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressFault {
    /// It cannot be read as a URL.
    Unreadable,
    /// It is not https, nor http to this machine.
    NotHttps,
    /// It holds a user name or a password.
    HoldsCredentials,
}

impl AddressFault {
    /// What is wrong, to follow "the address".
    pub(crate) fn say(self, lang: Lang) -> String {
        match self {
            Self::Unreadable => words::address_unreadable(lang),
            Self::NotHttps => words::address_not_https(lang),
            Self::HoldsCredentials => words::address_holds_credentials(lang),
        }
    }

    /// What to do about it.
    pub(crate) fn hint(self, lang: Lang) -> String {
        match self {
            Self::Unreadable | Self::NotHttps => words::hint_https(lang),
            Self::HoldsCredentials => words::hint_no_user_in_address(lang),
        }
    }
}

/// Checks that an address is https, or http to this machine, and holds no user name or password.
///
/// # Errors
///
/// What is wrong with it.
pub(crate) fn check_address(text: &str) -> Result<(), AddressFault> {
    // The URL standard drops tabs and newlines inside a URL and blanks around it; a file that has them has a mistake.
    if text.chars().any(|c| c.is_control() || c.is_whitespace()) {
        return Err(AddressFault::Unreadable);
    }
    let url = Url::parse(text).map_err(|_| AddressFault::Unreadable)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(AddressFault::HoldsCredentials);
    }
    let host = url.host_str().unwrap_or_default();
    match url.scheme() {
        "https" if !host.is_empty() => Ok(()),
        "http" if is_loopback(host) => Ok(()),
        _ => Err(AddressFault::NotHttps),
    }
}

/// Whether a host, as the parser writes it, is this machine: `localhost`, `127.0.0.0/8` or `[::1]`.
fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_on_this_machine_are_fine() {
        for text in [
            "https://x.logs.cockpit.fr-par.scw.cloud",
            "https://example.com:8443/a?b=c",
            "http://127.0.0.1:3100",
            "http://127.9.9.9",
            "http://localhost:9009/prometheus",
            "http://[::1]:80",
        ] {
            assert_eq!(check_address(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn anything_else_is_refused_for_its_reason() {
        for (text, fault) in [
            ("", AddressFault::Unreadable),
            ("example.com", AddressFault::Unreadable),
            ("https://", AddressFault::Unreadable),
            ("https://exa mple.com", AddressFault::Unreadable),
            ("https://example.com\n", AddressFault::Unreadable),
            ("http://example.com", AddressFault::NotHttps),
            ("http://localhost.example.com", AddressFault::NotHttps),
            ("http://127.0.0.1.example.com", AddressFault::NotHttps),
            ("ftp://127.0.0.1", AddressFault::NotHttps),
            ("file:///etc/passwd", AddressFault::NotHttps),
            ("http://0.0.0.0", AddressFault::NotHttps),
            ("https://u:p@example.com", AddressFault::HoldsCredentials),
            (
                "http://127.0.0.1@example.com",
                AddressFault::HoldsCredentials,
            ),
        ] {
            assert_eq!(check_address(text), Err(fault), "{text}");
        }
    }
}
