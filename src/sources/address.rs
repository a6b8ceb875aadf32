//! Where a credential may be sent: the refusals that keep a hostile address from getting one.

use reqwest::Url;

pub(crate) use crate::model::messages::sources::AddressTrouble as Refusal;

/// Reads the base address of an API or data source that may be given a credential.
///
/// # Errors
/// [`Refusal`] for anything but https, loopback excepted.
pub(crate) fn parse_base(text: &str) -> Result<Url, Refusal> {
    let url = Url::parse(text).map_err(|_| Refusal::Malformed)?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err(Refusal::Malformed);
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(Refusal::Userinfo);
    }
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(Refusal::PlainHttp),
        _ => Err(Refusal::Malformed),
    }
}

/// Whether the address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Reads a data source's address as the API gave it: a host of Cockpit's, or loopback where the API itself is loopback.
///
/// # Errors
/// [`Refusal`]; an address that the map names is not subject to [`Refusal::Foreign`]: use [`parse_base`] for it.
pub(crate) fn parse_discovered(text: &str, api: &Url) -> Result<Url, Refusal> {
    let url = parse_base(text)?;
    // `<id>.<type>.cockpit.<region>.scw.cloud`, counted from the end: a bucket's host may hold anything in front.
    let labels: Vec<&str> = url.host_str().unwrap_or_default().rsplit('.').collect();
    let of_cockpit = matches!(labels.as_slice(), ["cloud", "scw", _, "cockpit", _, ..]);
    if of_cockpit || (is_loopback(&url) && is_loopback(api)) {
        Ok(url)
    } else {
        Err(Refusal::Foreign)
    }
}

/// `base` with `path` (which begins with a slash) appended to whatever path it has.
pub(crate) fn join(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let joined = format!("{}{path}", base.path().trim_end_matches('/'));
    url.set_path(&joined);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_https_or_loopback_only() {
        for text in [
            "https://api.scaleway.com",
            "http://127.0.0.1:8080",
            "http://[::1]:1/x",
            "http://localhost",
        ] {
            assert!(parse_base(text).is_ok(), "{text}");
        }
        for (text, refusal) in [
            ("http://api.scaleway.com", Refusal::PlainHttp),
            ("http://127.0.0.1.evil.example", Refusal::PlainHttp),
            ("https://user:pass@api.scaleway.com", Refusal::Userinfo),
            ("ftp://api.scaleway.com", Refusal::Malformed),
            ("api.scaleway.com", Refusal::Malformed),
        ] {
            assert_eq!(parse_base(text), Err(refusal), "{text}");
        }
    }

    #[test]
    fn a_data_source_that_the_api_names_must_be_cockpits() {
        let real = Url::parse("https://api.scaleway.com").unwrap();
        let local = Url::parse("http://127.0.0.1:1").unwrap();
        assert!(parse_discovered("https://x.logs.cockpit.fr-par.scw.cloud", &real).is_ok());
        assert!(parse_discovered("http://127.0.0.1:2", &local).is_ok());
        assert_eq!(
            parse_discovered("http://127.0.0.1:2", &real),
            Err(Refusal::Foreign)
        );
        assert_eq!(
            parse_discovered("https://evil.example/.cockpit.x.scw.cloud", &real),
            Err(Refusal::Foreign)
        );
        for text in [
            "https://cockpit.scw.cloud.evil.example",
            "https://a.cockpit.b.s3.fr-par.scw.cloud",
        ] {
            assert_eq!(
                parse_discovered(text, &local),
                Err(Refusal::Foreign),
                "{text}"
            );
        }
    }

    #[test]
    fn a_base_with_a_path_keeps_it() {
        let base = Url::parse("https://h/prefix/").unwrap();
        assert_eq!(
            join(&base, "/loki/api/v1/labels").as_str(),
            "https://h/prefix/loki/api/v1/labels"
        );
    }
}
