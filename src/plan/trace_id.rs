//! Which texts may a line hold where it is of one request? The id as it was typed, and the other forms in which it is written.
//!
//! | typed | also looked for |
//! |---|---|
//! | `traceparent` (W3C): `00-<32 hex>-<16 hex>-01` | the trace id in it, with and without dashes |
//! | B3: `<32 hex>-<16 hex>-1`, X-Ray: `Root=1-<8 hex>-<24 hex>` | the trace id in them |
//! | 32 hexadecimal digits | the same as a UUID |
//! | a UUID | the same without dashes |
//! | 16 hexadecimal digits | the same with sixteen zeros in front |
//!
//! Hexadecimal forms are matched whatever their case, any other text as it is; none matches inside a longer word.

use super::logql::contains_filter;
use crate::model::quoted;

/// The longest text that is an id.
const LONGEST: usize = 256;

/// The id of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TraceId {
    /// As it was typed.
    typed: String,
    /// The forms, lower-case where they are hexadecimal.
    forms: Vec<String>,
    /// The id of the trace, 32 hexadecimal digits, where it can be one.
    trace: Option<String>,
}

impl TraceId {
    /// Reads an id; `None` for an empty text, one with control characters, or one too long.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_matches(['"', '\'']);
        if text.is_empty() || text.len() > LONGEST || text.chars().any(char::is_control) {
            return None;
        }
        let lower = text.to_ascii_lowercase();
        let Some(hex) = trace_in(&lower) else {
            return Some(Self {
                typed: text.to_owned(),
                forms: vec![text.to_owned()],
                trace: None,
            });
        };
        let mut forms = vec![hex.clone(), as_uuid(&hex)];
        if let Some(short) = hex.strip_prefix("0000000000000000") {
            forms.push(short.to_owned());
        }
        if let Some(root) = lower
            .strip_prefix("root=")
            .or(Some(&lower))
            .filter(|text| text.starts_with("1-"))
        {
            forms.push(root.split(';').next().unwrap_or_default().to_owned());
        }
        Some(Self {
            typed: text.to_owned(),
            forms,
            trace: Some(hex),
        })
    }

    /// As it was typed.
    pub(crate) fn typed(&self) -> &str {
        &self.typed
    }

    /// The id of the trace, 32 hexadecimal digits, where it can be one.
    pub(crate) fn trace(&self) -> Option<&str> {
        self.trace.as_deref()
    }

    /// The forms that are looked for.
    pub(crate) fn forms(&self) -> &[String] {
        &self.forms
    }

    /// A line filter that keeps every line that holds it, and a few more, which [`TraceId::is_in`] tells.
    pub(crate) fn filter(&self) -> String {
        if self.trace.is_some() {
            format!(" |~ {}", quoted(&format!("(?i){}", self.forms.join("|"))))
        } else {
            contains_filter(&self.forms[0])
        }
    }

    /// Whether a text holds it, not inside a longer word.
    pub(crate) fn is_in(&self, text: &str) -> bool {
        let lower;
        let text = if self.trace.is_some() {
            lower = text.to_ascii_lowercase();
            &lower
        } else {
            text
        };
        self.forms.iter().any(|form| {
            text.match_indices(form.as_str()).any(|(at, found)| {
                let joined = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                !joined(text[..at].chars().next_back())
                    && !joined(text[at + found.len()..].chars().next())
            })
        })
    }
}

/// The trace id, 32 hexadecimal digits, that a lower-case text is or holds by its form.
fn trace_in(text: &str) -> Option<String> {
    /// Digits of the parts of a UUID.
    const UUID: [usize; 5] = [8, 4, 4, 4, 12];
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let xray = text
        .strip_prefix("root=")
        .unwrap_or(text)
        .split(';')
        .next()?;
    let parts: Vec<&str> = xray.split('-').collect();
    match parts[..] {
        [hex] if is_hex(hex, 32) => Some(hex.to_owned()),
        [hex] if is_hex(hex, 16) => Some(format!("0000000000000000{hex}")),
        // traceparent
        [version, trace, span, flags]
            if is_hex(version, 2) && is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2) =>
        {
            Some(trace.to_owned())
        }
        // B3
        [trace, span, ..] if is_hex(trace, 32) && is_hex(span, 16) => Some(trace.to_owned()),
        ["1", time, rest] if is_hex(time, 8) && is_hex(rest, 24) => Some(format!("{time}{rest}")),
        [..] if parts.len() == UUID.len() => {
            let fits = parts
                .iter()
                .zip(UUID)
                .all(|(part, length)| is_hex(part, length));
            fits.then(|| parts.concat())
        }
        _ => None,
    }
}

/// 32 hexadecimal digits with dashes.
fn as_uuid(hex: &str) -> String {
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    const UUID: &str = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";

    #[test]
    fn an_id_is_found_in_each_of_its_forms() {
        for typed in [
            HEX,
            UUID,
            "4BF92F3577B34DA6A3CE929D0E0E4736",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
            "Root=1-4bf92f35-77b34da6a3ce929d0e0e4736;Sampled=1",
        ] {
            let id = TraceId::parse(typed).unwrap();
            assert_eq!(id.trace(), Some(HEX), "{typed}");
            for line in [
                format!("trace_id={HEX} x"),
                format!("{{\"id\":\"{UUID}\"}}"),
                format!("traceparent: 00-{}-00f067aa0ba902b7-01", HEX.to_uppercase()),
            ] {
                assert!(id.is_in(&line), "{typed} in {line}");
            }
            assert!(!id.is_in(&format!("{HEX}0")), "{typed}");
        }
        let short = TraceId::parse("00f067aa0ba902b7").unwrap();
        assert!(
            short.is_in("x 00f067aa0ba902b7") && short.is_in("x 000000000000000000f067aa0ba902b7")
        );
    }

    #[test]
    fn any_other_text_is_looked_for_as_it_is() {
        let id = TraceId::parse("req-8F3a").unwrap();
        assert_eq!(
            (id.trace(), id.forms()),
            (None, &["req-8F3a".to_owned()][..])
        );
        assert!(id.is_in("id=req-8F3a,") && id.is_in("_req-8F3a_"));
        assert!(!id.is_in("req-8f3a") && !id.is_in("req-8F3ab") && !id.is_in("xreq-8F3a"));
        for text in ["", "  ", "a\nb", &"x".repeat(300)] {
            assert_eq!(TraceId::parse(text), None);
        }
    }

    #[test]
    fn the_filter_keeps_every_line_that_holds_the_id() {
        for typed in [HEX, UUID, "req/8 \"x\"", "été-1"] {
            let id = TraceId::parse(typed).unwrap();
            let filter = id.filter();
            let pattern: String =
                serde_json::from_str(filter.strip_prefix(" |~ ").unwrap()).unwrap();
            let pattern = regex::Regex::new(&pattern).unwrap();
            for form in id.forms() {
                let line = serde_json::json!({ "message": format!("x {form} y") }).to_string();
                let twice = serde_json::json!({ "message": line }).to_string();
                assert!(
                    pattern.is_match(&line) && pattern.is_match(&twice),
                    "{typed}: {line}"
                );
            }
        }
    }
}
