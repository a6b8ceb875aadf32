//! Which Cockpit token does a request show?
//!
//! In: request headers. Out: the token's secret, unchecked. Cockpit takes `X-Token` and `Authorization: Bearer`. The sandbox also
//! takes it as the password of basic authentication, since some tools (Debian's `promtool`) can show one only in the URL.

use axum::http::{HeaderMap, header};

/// The token that a request shows; `None` where it shows none that can be read.
pub(super) fn shown_token(headers: &HeaderMap) -> Option<String> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(token) = text("x-token") {
        return Some(token.to_owned());
    }
    let (scheme, shown) = text(header::AUTHORIZATION.as_str())?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(shown.trim().to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let pair = String::from_utf8(base64_bytes(shown.trim())?).ok()?;
    pair.split_once(':')
        .map(|(_, password)| password.to_owned())
}

/// Undoes base64, padded or not; `None` for a character that it does not have.
fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0_u8);
    for byte in text.trim_end_matches('=').bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            let [.., byte] = (bits >> held).to_be_bytes();
            bytes.push(byte);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &'static str, value: &'static str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        shown_token(&headers)
    }

    #[test]
    fn a_token_comes_as_header_bearer_or_password() {
        assert_eq!(shown("x-token", "t-1_").as_deref(), Some("t-1_"));
        assert_eq!(
            shown("authorization", "Bearer t-1_").as_deref(),
            Some("t-1_")
        );
        assert_eq!(shown("authorization", "bearer t").as_deref(), Some("t"));
        // "scout:t-1_" and, without padding, "a:bc"
        assert_eq!(
            shown("authorization", "Basic c2NvdXQ6dC0xXw==").as_deref(),
            Some("t-1_")
        );
        assert_eq!(
            shown("authorization", "Basic YTpiYw").as_deref(),
            Some("bc")
        );
        for bad in ["Basic !", "Basic YQ==", "Digest x", "t-1_"] {
            assert_eq!(shown("authorization", bad), None, "{bad}");
        }
        assert_eq!(shown("cookie", "x"), None);
    }
}
