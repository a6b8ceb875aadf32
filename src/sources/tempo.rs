//! Tempo: the spans of one trace.
//!
//! Cockpit lets `GET {url}/api/traces/<id>` through. The answer is OTLP as JSON, in the names of several versions: `batches` or
//! `resourceSpans`, `scopeSpans` or `instrumentationLibrarySpans`; ids are base64 or hexadecimal, times are nanoseconds in strings.

use reqwest::Url;
use serde::Deserialize;
use serde_json::Value;

use super::Lease;
use super::address;
use super::cockpit::{self, Closed, Endpoint};
use super::data_source::{self, Access};
use super::error::{Problem, SourceError};
use super::http::{Http, Limits};
use super::scaleway::Api;
use crate::model::{TraceSpan, UnixNanos};

/// Spans of one trace that are kept: more than a person reads, and an answer may hold any number.
const MOST_SPANS: usize = 10_000;

/// A client of one traces data source.
pub(crate) struct Tempo {
    /// Connection pool.
    http: Http,
    /// Base address.
    base: Url,
    /// Who asks.
    access: Access,
}

impl Tempo {
    /// Finds the traces data source and waits for the token, both at once. `known` is the address that the map names.
    ///
    /// # Errors
    /// [`Closed`].
    pub(crate) async fn open(
        api: &Api,
        lease: &Lease,
        known: Option<&str>,
        limits: Limits,
    ) -> Result<Self, Closed> {
        let (endpoint, token) = tokio::join!(find(api, known), lease.secret());
        match endpoint {
            Endpoint::Missing => Err(Closed::Missing),
            Endpoint::Failed(error) => Err(Closed::Failed(error)),
            Endpoint::At { url, .. } => Ok(Self {
                access: Access::of_token(token.map_err(Closed::Failed)?),
                http: cockpit::connect(api, "tempo", &url, limits).map_err(Closed::Failed)?,
                base: url,
            }),
        }
    }

    /// The spans of a trace, in order of time; `None` where Tempo has no such trace.
    ///
    /// # Errors
    /// [`SourceError`].
    pub(crate) async fn fetch_trace(
        &self,
        id: &str,
    ) -> Result<Option<Vec<TraceSpan>>, SourceError> {
        let url = address::join(&self.base, &format!("/api/traces/{id}"));
        let call = self.access.get(url, Vec::new());
        match data_source::fetch(&self.http, "tempo", &call).await {
            Ok(answer) => parse_trace(&answer.body)
                .map(Some)
                .map_err(|why| data_source::bad_answer("tempo", &call, &answer, &why)),
            Err(SourceError {
                problem: Problem::Status { status: 404, .. },
                ..
            }) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Where traces are: at the map's address, else at the data source that the API lists.
async fn find(api: &Api, known: Option<&str>) -> Endpoint {
    if let Some(url) = known {
        return cockpit::named(url);
    }
    match api.fetch_data_sources().await {
        Err(error) => Endpoint::Failed(error),
        Ok(sources) => sources
            .iter()
            .filter(|source| source.kind == "traces")
            .min_by_key(|source| source.origin != "scaleway")
            .map_or(Endpoint::Missing, |source| {
                cockpit::discovered(&source.url, source.retention_days, api.base())
            }),
    }
}

/// Spans of one resource.
#[derive(Deserialize)]
struct Batch {
    /// Who did the work.
    resource: Option<Resource>,
    /// Spans by the library that recorded them.
    #[serde(
        default,
        rename = "scopeSpans",
        alias = "instrumentationLibrarySpans",
        alias = "ilSpans"
    )]
    scopes: Vec<ScopeSpans>,
}

/// Who did the work.
#[derive(Deserialize)]
struct Resource {
    /// Its attributes.
    #[serde(default)]
    attributes: Vec<Attribute>,
}

/// One attribute.
#[derive(Deserialize)]
struct Attribute {
    /// Its name.
    #[serde(default)]
    key: String,
    /// Its value, `{"stringValue": …}`.
    #[serde(default)]
    value: Value,
}

/// Spans of one library.
#[derive(Deserialize)]
struct ScopeSpans {
    /// The spans.
    #[serde(default)]
    spans: Vec<WireSpan>,
}

/// A span as it is sent.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireSpan {
    /// Its id.
    #[serde(default)]
    span_id: String,
    /// Its parent's.
    #[serde(default)]
    parent_span_id: String,
    /// What it was.
    #[serde(default)]
    name: String,
    /// Nanoseconds.
    #[serde(default)]
    start_time_unix_nano: Value,
    /// Nanoseconds.
    #[serde(default)]
    end_time_unix_nano: Value,
    /// `{"code": …}`
    #[serde(default)]
    status: Value,
}

/// Reads a trace.
///
/// # Errors
/// What is wrong with it, without quoting it.
fn parse_trace(body: &[u8]) -> Result<Vec<TraceSpan>, String> {
    #[derive(Deserialize)]
    struct Body {
        #[serde(alias = "resourceSpans")]
        batches: Option<Vec<Batch>>,
        trace: Option<Box<Body>>,
    }
    let body: Body = serde_json::from_slice(body).map_err(|error| data_source::position(&error))?;
    let batches = match (body.batches, body.trace) {
        (Some(batches), _) => batches,
        (None, Some(trace)) => trace.batches.unwrap_or_default(),
        (None, None) => return Err("no batches of spans".to_owned()),
    };
    let mut spans: Vec<TraceSpan> = batches
        .into_iter()
        .flat_map(|batch| {
            let service = service_of(batch.resource.as_ref());
            let spans = batch.scopes.into_iter().flat_map(|scope| scope.spans);
            spans.map(move |span| span_of(span, service.clone()))
        })
        .take(MOST_SPANS)
        .collect();
    spans.sort_by(|a, b| (a.start, b.end, &a.id).cmp(&(b.start, a.end, &b.id)));
    Ok(spans)
}

/// The service of a resource.
fn service_of(resource: Option<&Resource>) -> String {
    resource
        .into_iter()
        .flat_map(|resource| &resource.attributes)
        .find(|attribute| attribute.key == "service.name")
        .and_then(|attribute| attribute.value.get("stringValue")?.as_str())
        .unwrap_or_default()
        .to_owned()
}

/// A span as scout knows it.
fn span_of(span: WireSpan, service: String) -> TraceSpan {
    let start = nanos(&span.start_time_unix_nano);
    let code = span.status.get("code");
    let error = code.is_some_and(|code| code == 2 || code == "STATUS_CODE_ERROR" || code == "2");
    TraceSpan {
        id: hexadecimal(&span.span_id),
        parent: hexadecimal(&span.parent_span_id),
        service,
        name: span.name,
        start,
        end: nanos(&span.end_time_unix_nano).max(start),
        error,
    }
}

/// Nanoseconds from a number or its digits; 0 for anything else.
fn nanos(value: &Value) -> UnixNanos {
    let number = match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    UnixNanos(number.unwrap_or_default().max(0))
}

/// An id in hexadecimal digits: as it is, or out of base64; what is neither stays as it is. Zeros alone mean none.
fn hexadecimal(id: &str) -> String {
    let is_hex = id.len().is_multiple_of(16) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let hex = if is_hex {
        id.to_ascii_lowercase()
    } else {
        match base64(id) {
            Some(bytes) if !bytes.is_empty() => {
                bytes.iter().fold(String::new(), |mut hex, byte| {
                    for digit in [byte >> 4, byte & 15] {
                        hex.extend(char::from_digit(digit.into(), 16));
                    }
                    hex
                })
            }
            _ => id.to_owned(),
        }
    };
    if hex.bytes().all(|byte| byte == b'0') {
        String::new()
    } else {
        hex
    }
}

/// The bytes of a short base64 text of either alphabet.
fn base64(text: &str) -> Option<Vec<u8>> {
    if text.len() > 64 {
        return None;
    }
    let mut bytes = Vec::new();
    let (mut held, mut bits) = (0_u32, 0);
    for byte in text.trim_end_matches('=').bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        held = held << 6 | u32::from(six);
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(held >> bits & 0xff).unwrap_or(0));
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_in_the_names_of_each_version() {
        let of = |batches: &str, scopes: &str, ids: [&str; 2], error: &str| {
            format!(
                r#"{{"{batches}":[{{"resource":{{"attributes":[{{"key":"x","value":{{"intValue":"1"}}}},{{"key":"service.name","value":{{"stringValue":"api"}}}}]}},
                "{scopes}":[{{"spans":[
                {{"spanId":"{1}","parentSpanId":"{0}","name":"select","startTimeUnixNano":"2000","endTimeUnixNano":"1000","status":{{"code":{error}}}}},
                {{"spanId":"{0}","name":"GET /x","startTimeUnixNano":"1000","endTimeUnixNano":"9000","status":{{}}}}]}}]}}]}}"#,
                ids[0], ids[1]
            )
        };
        for text in [
            of(
                "batches",
                "scopeSpans",
                ["APBnqgupArc=", "AQIDBAUGBwg="],
                "\"STATUS_CODE_ERROR\"",
            ),
            of(
                "resourceSpans",
                "instrumentationLibrarySpans",
                ["00f067aa0ba902b7", "0102030405060708"],
                "2",
            ),
            format!(
                "{{\"trace\":{}}}",
                of(
                    "resourceSpans",
                    "scopeSpans",
                    ["00F067AA0BA902B7", "0102030405060708"],
                    "2"
                )
            ),
        ] {
            let spans = parse_trace(text.as_bytes()).unwrap();
            let [root, child] = &spans[..] else {
                panic!("{spans:?}")
            };
            assert_eq!(
                (root.id.as_str(), root.parent.as_str(), root.error),
                ("00f067aa0ba902b7", "", false)
            );
            assert_eq!(
                (child.parent.as_str(), child.id.as_str(), child.error),
                ("00f067aa0ba902b7", "0102030405060708", true)
            );
            assert_eq!(
                (root.service.as_str(), root.end.0, child.end.0),
                ("api", 9000, 2000)
            );
        }
    }

    #[test]
    fn a_hostile_answer_is_refused_or_read_as_nothing() {
        for text in ["", "[]", "{}", "{\"batches\":3}", "<html>"] {
            assert!(parse_trace(text.as_bytes()).is_err(), "{text}");
        }
        let odd = r#"{"batches":[{"scopeSpans":[{"spans":[{"spanId":"é","startTimeUnixNano":{},"endTimeUnixNano":"-5"}]}]}]}"#;
        let spans = parse_trace(odd.as_bytes()).unwrap();
        assert_eq!(
            (spans[0].start.0, spans[0].end.0, spans[0].id.as_str()),
            (0, 0, "é")
        );
    }
}
