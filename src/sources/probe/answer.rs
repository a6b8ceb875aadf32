//! What did a web server answer? Status and headers of HTTP/1, and whether a guard against bots stands in front of the service.
//!
//! In: bytes, which may be anything. Out: what they say. A guard's page is told by its own marks and never by the status alone:
//! 403, 429 and 503 are also how services refuse and fail.

/// The head of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// Status code.
    pub(super) status: u16,
    /// Headers, names in lower case.
    headers: Vec<(String, String)>,
    /// Bytes that the head takes, with the blank line.
    pub(super) length: usize,
}

impl Head {
    /// The first header of that name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut all = self.headers.iter();
        all.find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// Whether the answer itself is yet to come.
    pub(super) fn is_interim(&self) -> bool {
        (100..200).contains(&self.status) && self.status != 101
    }

    /// Bytes of the body; `None` where the head does not tell.
    pub(super) fn body_length(&self) -> Option<usize> {
        self.header("content-length")?.parse().ok()
    }
}

/// Why bytes are no head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoHead {
    /// More is needed.
    Unfinished,
    /// It is not HTTP.
    NotHttp,
}

/// Reads the head of an answer.
///
/// # Errors
/// [`NoHead`].
pub(super) fn parse_head(bytes: &[u8]) -> Result<Head, NoHead> {
    let start = b"HTTP/1.";
    let known = bytes.len().min(start.len());
    if bytes[..known] != start[..known] {
        return Err(NoHead::NotHttp);
    }
    let (end, length) = head_end(bytes).ok_or(NoHead::Unfinished)?;
    let text = String::from_utf8_lossy(&bytes[..end]);
    let mut lines = text.lines();
    let status = lines
        .next()
        .and_then(|line| line.split_whitespace().nth(1))
        .and_then(|status| status.parse().ok())
        .filter(|status| (100..1000).contains(status))
        .ok_or(NoHead::NotHttp)?;
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    Ok(Head {
        status,
        headers,
        length,
    })
}

/// Where the head's lines end, and where the body begins. Servers that end lines with a bare newline exist.
fn head_end(bytes: &[u8]) -> Option<(usize, usize)> {
    let find = |mark: &[u8]| {
        bytes
            .windows(mark.len())
            .position(|window| window == mark)
            .map(|at| (at, at + mark.len()))
    };
    match (find(b"\r\n\r\n"), find(b"\n\n")) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Headers that a guard sets on its own pages, and not on what it lets through: name, what the value begins with, whose.
const GUARD_HEADERS: [(&str, &str, &str); 6] = [
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "", "AWS WAF"),
    ("x-vercel-mitigated", "challenge", "Vercel"),
    ("x-dd-b", "", "DataDome"),
    ("x-sucuri-block", "", "Sucuri"),
    ("sec-if-cpt-container", "", "Akamai"),
];

/// Words of the pages of guards, in lower case: words, whose. The first that holds names it.
const GUARD_WORDS: [(&str, &str); 22] = [
    ("cf-chl", "Cloudflare"),
    ("cf_chl", "Cloudflare"),
    ("/cdn-cgi/challenge-platform", "Cloudflare"),
    ("just a moment...", "Cloudflare"),
    ("attention required! | cloudflare", "Cloudflare"),
    ("captcha-delivery.com", "DataDome"),
    ("datadome", "DataDome"),
    ("_incapsula_resource", "Imperva"),
    ("incapsula incident", "Imperva"),
    ("errors.edgesuite.net", "Akamai"),
    ("/_sec/cp_challenge", "Akamai"),
    ("bm-verify", "Akamai"),
    ("px-captcha", "HUMAN"),
    ("perimeterx", "HUMAN"),
    ("awswafintegration", "AWS WAF"),
    ("sucuri website firewall", "Sucuri"),
    ("ddos-guard", "DDoS-Guard"),
    ("checking your browser", "captcha"),
    ("verify you are human", "captcha"),
    ("verify that you are human", "captcha"),
    ("recaptcha", "captcha"),
    ("captcha", "captcha"),
];

/// Statuses that a guard answers with where it has no header of its own: refusals, and 503 of the older ones.
pub(super) fn may_be_guarded(status: u16) -> bool {
    matches!(status, 401 | 403 | 405 | 429 | 503)
}

/// Whose guard answered in the service's place; `None` where none did.
pub(super) fn guard(head: &Head, body: &[u8]) -> Option<&'static str> {
    let by_header = GUARD_HEADERS.iter().find(|(name, start, _)| {
        head.header(name)
            .is_some_and(|value| value.to_ascii_lowercase().starts_with(start))
    });
    if let Some((_, _, whose)) = by_header {
        return Some(whose);
    }
    if !may_be_guarded(head.status) {
        return None;
    }
    let body = String::from_utf8_lossy(body).to_lowercase();
    GUARD_WORDS
        .iter()
        .find(|(words, _)| body.contains(words))
        .map(|(_, whose)| *whose)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(text: &str) -> Head {
        parse_head(text.as_bytes()).unwrap()
    }

    #[test]
    fn a_head_is_read_whatever_ends_its_lines() {
        for text in [
            "HTTP/1.1 301 Moved\r\nLocation: /new\r\n\r\nbody\n\n",
            "HTTP/1.0 301\nLOCATION:/new\n\nbody",
        ] {
            let head = head(text);
            assert_eq!((head.status, head.header("location")), (301, Some("/new")));
            assert!(text[head.length..].starts_with("body"), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_http_is_told_at_once() {
        assert_eq!(parse_head(b"SSH-2.0-OpenSSH"), Err(NoHead::NotHttp));
        assert_eq!(parse_head(b"HTTP/1.1 abc\r\n\r\n"), Err(NoHead::NotHttp));
        assert_eq!(parse_head(b"HTTP/1.1 7\r\n\r\n"), Err(NoHead::NotHttp));
        assert_eq!(parse_head(b"HT"), Err(NoHead::Unfinished));
        assert_eq!(parse_head(b"HTTP/1.1 200 OK\r\n"), Err(NoHead::Unfinished));
    }

    #[test]
    fn a_guard_is_told_from_an_outage() {
        for (text, body, whose) in [
            (
                "HTTP/1.1 403 F\r\ncf-mitigated: challenge\r\n\r\n",
                "",
                Some("Cloudflare"),
            ),
            (
                "HTTP/1.1 503 S\r\nserver: cloudflare\r\n\r\n",
                "<title>Just a moment...</title>",
                Some("Cloudflare"),
            ),
            (
                "HTTP/1.1 403 F\r\n\r\n",
                "<script src=https://ct.captcha-delivery.com/c.js>",
                Some("DataDome"),
            ),
            (
                "HTTP/1.1 403 F\r\nserver: AkamaiGHost\r\n\r\n",
                "Access Denied https://errors.edgesuite.net/18.2",
                Some("Akamai"),
            ),
            (
                "HTTP/1.1 202 A\r\nx-amzn-waf-action: challenge\r\n\r\n",
                "",
                Some("AWS WAF"),
            ),
            (
                "HTTP/1.1 429 T\r\n\r\n",
                "<div class=\"g-reCAPTCHA\">",
                Some("captcha"),
            ),
            (
                "HTTP/1.1 503 S\r\nserver: cloudflare\r\ncf-ray: 1\r\n\r\n",
                "upstream connect error",
                None,
            ),
            (
                "HTTP/1.1 200 OK\r\n\r\n",
                "our sign-up form has a captcha",
                None,
            ),
            (
                "HTTP/1.1 503 S\r\nx-datadome: protected\r\n\r\n",
                "no upstream",
                None,
            ),
            ("HTTP/1.1 502 B\r\n\r\n", "captcha", None),
            (
                "HTTP/1.1 429 T\r\nretry-after: 5\r\n\r\n",
                "rate limit exceeded",
                None,
            ),
        ] {
            assert_eq!(guard(&head(text), body.as_bytes()), whose, "{text} {body}");
        }
    }
}
