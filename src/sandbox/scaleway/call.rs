//! What does a request to the Scaleway API look like once HTTP is off, and what an answer?
//!
//! In: method, path, raw query and body. Out: a [`Call`] with its query decoded, and an [`Answer`] that the server dresses in HTTP.
//! No answer is given here.

use std::fmt::Write as _;

use serde_json::Value;

/// A request to the Scaleway API.
#[derive(Debug)]
pub(in crate::sandbox) struct Call<'a> {
    /// Method, in capitals.
    pub(in crate::sandbox) method: &'a str,
    /// Path, from the first slash, without the query.
    pub(in crate::sandbox) path: &'a str,
    /// Names and values of the query, decoded, in order.
    query: Vec<(String, String)>,
    /// Body.
    pub(in crate::sandbox) body: &'a [u8],
    /// The secret key in `X-Auth-Token`.
    pub(in crate::sandbox) key: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// A request with its query decoded.
    pub(in crate::sandbox) fn new(
        method: &'a str,
        path: &'a str,
        query: &str,
        body: &'a [u8],
        key: Option<&'a str>,
    ) -> Self {
        let query = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| {
                let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
                (decoded(name), decoded(value))
            })
            .collect();
        Self {
            method,
            path,
            query,
            body,
            key,
        }
    }

    /// The last value of a parameter; an empty one counts as none.
    pub(super) fn param(&self, name: &str) -> Option<&str> {
        self.params(name).last()
    }

    /// Every value of a parameter that may be repeated.
    pub(super) fn params(&self, name: &str) -> impl Iterator<Item = &str> {
        self.query
            .iter()
            .filter(move |(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// The query, encoded again, without some parameters.
    pub(super) fn query_without(&self, names: &[&str]) -> String {
        self.query
            .iter()
            .filter(|(name, _)| !names.contains(&name.as_str()))
            .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
            .collect::<Vec<_>>()
            .join("&")
    }
}

/// Undoes percent-encoding; `+` is a space. What cannot be decoded stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = bytes.get(at + 1..at + 3).and_then(|digits| {
            let digits = std::str::from_utf8(digits).ok()?;
            u8::from_str_radix(digits, 16).ok()
        });
        match (bytes[at], escape) {
            (b'%', Some(byte)) => {
                out.push(byte);
                at += 3;
                continue;
            }
            (b'+', _) => out.push(b' '),
            (byte, _) => out.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Percent-encodes everything but letters, digits and a few safe signs.
fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            write!(out, "%{byte:02X}").expect("a string takes all");
        }
    }
    out
}

/// An answer of the Scaleway API.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::sandbox) struct Answer {
    /// HTTP status.
    pub(in crate::sandbox) status: u16,
    /// Headers beside those that every answer has.
    pub(in crate::sandbox) headers: Vec<(&'static str, String)>,
    /// Body; `None` for an empty one, which is still announced as JSON.
    pub(in crate::sandbox) body: Option<Value>,
}

impl Answer {
    /// 200 with a body.
    pub(super) fn ok(body: Value) -> Self {
        Self::with(200, body)
    }

    /// Any status with a body.
    pub(super) fn with(status: u16, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Some(body),
        }
    }

    /// 204 with nothing.
    pub(super) fn no_content() -> Self {
        Self {
            status: 204,
            headers: Vec::new(),
            body: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_and_written_back() {
        let call = Call::new("GET", "/", "a=1%2F2+3&b=&types=x&types=y&%zz", b"", None);
        assert_eq!(call.param("a"), Some("1/2 3"));
        assert_eq!(call.param("b"), None);
        assert_eq!(call.params("types").collect::<Vec<_>>(), ["x", "y"]);
        assert_eq!(call.query_without(&["types", "b", "%zz"]), "a=1%2F2%203");
    }
}
