//! What does a stored log line say? The container envelope taken off, JSON in JSON and logfmt opened, the rest read as text.
//!
//! In: a line as stored. Out: a [`Line`] that borrows from it, handed to a closure because a message inside an envelope lives
//! only as long as the reading. Nothing here fails: a line that is not what it seems is text.

use std::borrow::Cow;

use super::json::{Fields, Json, parse_object};
use super::level::{Level, implied_by_words, level_of_number, level_of_word, level_said};
use crate::evidence::LogRecord;

/// A log line, opened.
#[derive(Debug, Default)]
pub(crate) struct Line<'a> {
    /// How bad it says it is; `None` until decided.
    level: Option<Level>,
    /// The text for people.
    pub(crate) message: Cow<'a, str>,
    /// The error that a field of its own holds, where the message does not repeat it.
    pub(crate) error: Option<Cow<'a, str>>,
    /// The running copy that wrote it.
    pub(crate) copy: Option<Cow<'a, str>>,
    /// The HTTP status that it reports.
    pub(crate) status: Option<u16>,
    /// The HTTP status of the origin behind a cache or balancer.
    pub(crate) origin_status: Option<u16>,
    /// How long the request took.
    pub(crate) millis: Option<f64>,
    /// The route or path of the request.
    pub(crate) route: Option<Cow<'a, str>>,
    /// The program's version.
    pub(crate) version: Option<Cow<'a, str>>,
    /// An error code: SQLSTATE, errno name.
    pub(crate) code: Option<Cow<'a, str>>,
    /// The stack trace that a field of its own holds.
    pub(crate) trace: Option<Cow<'a, str>>,
    /// Whether it is text that begins with neither level nor time: it may go on with the line before.
    pub(crate) headless: bool,
}

impl Line<'_> {
    /// How bad the line is: what it says, but at least an error where it reports a status of 500 or more.
    pub(crate) fn level(&self) -> Level {
        let said = self.level.unwrap_or(Level::Info);
        if self.status.is_some_and(|status| status >= 500) {
            said.max(Level::Error)
        } else {
            said
        }
    }

    /// Whether it reports the end of one request.
    pub(crate) fn is_request(&self) -> bool {
        self.status.is_some()
    }

    /// The 4xx or 503 that the service answered to a request of its own, where the line reports one: an access line, or a line with
    /// a path of the service's own. A line that speaks of an origin or of somebody's answer reports a call that it made.
    pub(crate) fn own_refusal(&self) -> Option<u16> {
        /// Words of lines about calls that a service makes.
        const CALLS: [&str; 9] = [
            "://",
            "upstream",
            "provider",
            "answered",
            "responded",
            "returned",
            "replied",
            "request failed with",
            "rejected by",
        ];
        let refused = |status: &u16| (400..500).contains(status) || *status == 503;
        let status = self.status.filter(refused)?;
        if self.origin_status.is_some() || self.message.to_ascii_lowercase().contains("upstream") {
            return None;
        }
        if let Some(access) = access_form(&self.message) {
            return access.path.starts_with('/').then_some(status);
        }
        let own_path = self
            .route
            .as_deref()
            .is_some_and(|route| route.starts_with('/'));
        let text = format!(
            "{} {}",
            self.message,
            self.error.as_deref().unwrap_or_default()
        );
        let text = text.to_ascii_lowercase();
        (own_path && !CALLS.iter().any(|word| text.contains(word))).then_some(status)
    }
}

/// What is written in a line, taken out of the envelope.
pub(super) enum Body<'a> {
    /// The fields of a JSON object.
    Fields(Fields<'a>),
    /// Anything else.
    Text(Cow<'a, str>),
}

impl<'a> Body<'a> {
    /// Looks whether a text is an object.
    pub(super) fn parse(text: &'a str) -> Self {
        parse_object(text).map_or(Self::Text(Cow::Borrowed(text)), Self::Fields)
    }
}

/// Opens a record and hands what it says to `read`.
pub(crate) fn open_line<R>(record: &LogRecord, read: impl FnOnce(&Line<'_>) -> R) -> R {
    let Some(fields) = parse_object(&record.line) else {
        let text = Cow::Borrowed(record.line.as_str());
        return read(&read_body(record, None, Body::Text(text)));
    };
    match take_envelope(fields) {
        Ok(Envelope { message, copy }) => read(&read_body(record, copy, Body::parse(&message))),
        Err(fields) => read(&read_body(record, None, Body::Fields(fields))),
    }
}

/// Reads what a program wrote; `copy` is the running copy that the envelope names.
pub(super) fn read_body<'a>(
    record: &'a LogRecord,
    copy: Option<Cow<'a, str>>,
    body: Body<'a>,
) -> Line<'a> {
    let mut line = Line {
        level: record.labels.get("level").and_then(level_of_word),
        copy: copy.or_else(|| outer_copy(record).map(Cow::Borrowed)),
        ..Line::default()
    };
    match body {
        Body::Fields(fields) => read_fields(&mut line, fields),
        Body::Text(text) => read_text(&mut line, text),
    }
    settle(&mut line, record);
    line
}

/// The running copy where labels or metadata name it.
fn outer_copy(record: &LogRecord) -> Option<&str> {
    ["resource_instance", "pod", "instance", "node"]
        .into_iter()
        .find_map(|name| {
            let in_metadata = record.metadata.as_ref().and_then(|labels| labels.get(name));
            in_metadata.or_else(|| record.labels.get(name))
        })
        .filter(|name| !name.is_empty())
}

/// What an envelope holds.
pub(super) struct Envelope<'a> {
    /// The program's own line.
    pub(super) message: Cow<'a, str>,
    /// The running copy.
    pub(super) copy: Option<Cow<'a, str>>,
}

/// The platform's envelope: a `message` beside a `resource_instance` or a `stream`, and nothing that a program would add. Fields
/// that are no envelope are given back.
pub(super) fn take_envelope(mut fields: Fields<'_>) -> Result<Envelope<'_>, Fields<'_>> {
    let place = |name: &str| {
        let is_it =
            |(key, value): &(Cow<'_, str>, Json<'_>)| key == name && matches!(value, Json::Text(_));
        fields.iter().position(is_it)
    };
    let (copy, message) = (place("resource_instance"), place("message"));
    let Some(message) = message.filter(|_| copy.is_some() || place("stream").is_some()) else {
        return Err(fields);
    };
    let mut take = |at: usize| match std::mem::take(&mut fields[at].1) {
        Json::Text(text) => text,
        _ => Cow::Borrowed(""),
    };
    Ok(Envelope {
        message: take(message),
        copy: copy.map(take),
    })
}

/// Fills in what no field has said: a level from labels or words, an access line's parts.
fn settle(line: &mut Line<'_>, record: &LogRecord) {
    if line.status.is_none()
        && let Some(access) = access_form(&line.message)
    {
        line.status = Some(access.status);
        if line.route.is_none() {
            line.route = Some(Cow::Owned(access.path.to_owned()));
        }
    }
    if line.level.is_none() {
        line.level = record
            .labels
            .get("detected_level")
            .filter(|_| line.status.is_none())
            .and_then(level_of_word)
            .filter(|level| *level != Level::Info);
    }
    if line.level.is_none() {
        let implied = if line.status.is_some() {
            Level::Info
        } else {
            implied_by_words(&line.message)
        };
        let from_field = if line.error.is_some() {
            Level::Error
        } else {
            Level::Info
        };
        line.level = Some(implied.max(from_field));
    }
}

/// Reads a line of text: logfmt where it looks like it, else as it stands.
fn read_text<'a>(line: &mut Line<'a>, text: Cow<'a, str>) {
    if looks_like_logfmt(&text) {
        let fields = parse_logfmt(&text)
            .map(|(key, value)| {
                (
                    Cow::Owned(key.to_owned()),
                    Json::Text(Cow::Owned(value.into_owned())),
                )
            })
            .collect();
        read_fields(line, fields);
        if line.message.is_empty() {
            line.message = text;
        }
        return;
    }
    if line.level.is_none() && access_form(&text).is_none() {
        let said = level_said(&text);
        line.headless = said.is_none() && !text.starts_with(|c: char| c.is_ascii_digit());
        line.level = Some(said.unwrap_or_else(|| implied_by_words(&text)));
    }
    line.message = text;
}

/// Whether a line starts with `key=value` and goes on so.
pub(super) fn looks_like_logfmt(text: &str) -> bool {
    let key = text
        .bytes()
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-'))
        .count();
    key > 0
        && text.as_bytes().get(key) == Some(&b'=')
        && text.bytes().filter(|b| *b == b'=').count() >= 2
}

/// The pairs of a logfmt line; quotes removed, escapes of quotes undone.
pub(super) fn parse_logfmt(text: &str) -> impl Iterator<Item = (&str, Cow<'_, str>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return None;
            }
            let end = rest.find(['=', ' ']).unwrap_or(rest.len());
            let key = &rest[..end];
            rest = &rest[end..];
            if let Some(after) = rest.strip_prefix('=') {
                let (value, left) = logfmt_value(after);
                rest = left;
                return Some((key, value));
            }
        }
    })
}

/// A value of logfmt and what comes after it.
fn logfmt_value(text: &str) -> (Cow<'_, str>, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(' ').unwrap_or(text.len());
        return (Cow::Borrowed(&text[..end]), &text[end..]);
    };
    let mut escaped = false;
    for (at, byte) in quoted.bytes().enumerate() {
        match byte {
            b'\\' if !escaped => escaped = true,
            b'"' if !escaped => {
                let value = &quoted[..at];
                let value = if value.contains('\\') {
                    Cow::Owned(
                        value
                            .replace("\\\"", "\"")
                            .replace("\\n", "\n")
                            .replace("\\\\", "\\"),
                    )
                } else {
                    Cow::Borrowed(value)
                };
                return (value, &quoted[at + 1..]);
            }
            _ => escaped = false,
        }
    }
    (Cow::Borrowed(quoted), "")
}

/// Reads the fields of a structured line.
fn read_fields<'a>(line: &mut Line<'a>, fields: Fields<'a>) {
    for (key, value) in fields {
        read_field(line, &key, value, Place::Top);
    }
}

/// Where a field stands, which decides what `message` and `code` mean there.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// In the line itself.
    Top,
    /// In an object that describes an error.
    InError,
    /// In another object.
    Nested,
}

/// The longest name of a field that means something to scout.
const LONGEST_KEY: usize = 32;

/// Reads one field by what its name means in the many ways in which programs write it.
fn read_field<'a>(line: &mut Line<'a>, key: &str, value: Json<'a>, place: Place) {
    let mut buffer = [0_u8; LONGEST_KEY];
    let Some(name) = plain_name(key, &mut buffer) else {
        return;
    };
    match name {
        b"level" | b"severity" | b"lvl" | b"loglevel" | b"levelname" | b"severitytext" | b"l"
        | b"@l" | b"errorseverity" => {
            read_level(line, &value);
        }
        b"message" | b"msg" | b"@m" | b"text" | b"event" | b"body" | b"shortmessage"
        | b"fullmessage" => {
            read_message(line, value, place);
        }
        b"error" | b"err" | b"exception" | b"errormessage" | b"reason" | b"cause" | b"exc"
        | b"excinfo" | b"failure" | b"@x" | b"errmsg" | b"exceptionmessage" => {
            read_error(line, value);
        }
        b"status"
        | b"statuscode"
        | b"httpstatuscode"
        | b"httpstatus"
        | b"responsestatus"
        | b"clientstatuscode"
        | b"responsecode"
        | b"httpresponsestatuscode"
        | b"edgestatuscode" => {
            line.status = status_of(&value).or(line.status);
        }
        b"originstatuscode"
        | b"upstreamstatus"
        | b"originstatus"
        | b"backendstatus"
        | b"originresponsestatus" => {
            line.origin_status = status_of(&value).or(line.origin_status);
        }
        b"durationms" | b"elapsedms" | b"latencyms" | b"responsetimems" | b"ms" | b"tookms"
        | b"responsetime" | b"elapsed" | b"latency" | b"duration" | b"took" | b"requesttime"
        | b"durationseconds" => read_millis(line, name, &value),
        b"route" | b"path" | b"url" | b"uri" | b"requesturi" | b"endpoint" | b"target"
        | b"urlpath" | b"httproute" | b"httptarget" => {
            read_route(line, name, value);
        }
        b"version" | b"appversion" | b"release" | b"serviceversion" | b"gitsha" | b"commit"
        | b"buildid" => {
            if let (Json::Text(text), true) = (value, place == Place::Top) {
                line.version = Some(text);
            }
        }
        b"stacktrace"
        | b"stack"
        | b"trace"
        | b"errorstack"
        | b"errstack"
        | b"exceptionstacktrace"
        | b"errorstacktrace"
        | b"backtrace" => {
            read_trace(line, value);
        }
        b"code" | b"errorcode" | b"sqlstate" | b"errno" | b"pgcode" => read_code(line, value),
        b"resourceinstance" | b"pod" | b"podname" | b"instanceid" | b"replica" => {
            if let Json::Text(text) = value {
                line.copy = Some(text);
            }
        }
        b"http" | b"response" | b"res" | b"req" | b"request" | b"log" | b"attributes"
        | b"fields" | b"data" | b"context" | b"extra" | b"meta" | b"httprequest" => {
            if let Json::Map(fields) = value {
                for (key, value) in fields {
                    read_field(line, &key, value, Place::Nested);
                }
            }
        }
        _ => {}
    }
}

/// Reads a route: frameworks name theirs; anything else is a path, or the name of something in the program.
fn read_route<'a>(line: &mut Line<'a>, name: &[u8], value: Json<'a>) {
    if let Json::Text(text) = value
        && (matches!(name, b"route" | b"httproute") || text.contains('/'))
    {
        line.route = Some(text);
    }
}

/// Reads a stack trace, which has lines; what has none is the id of a request.
fn read_trace<'a>(line: &mut Line<'a>, value: Json<'a>) {
    if let Json::Text(text) = value
        && text.contains('\n')
    {
        line.trace = Some(text);
    }
}

/// A field's name without case, `_`, `-` and `.`; `None` for a longer one than any that matters.
fn plain_name<'b>(key: &str, buffer: &'b mut [u8; LONGEST_KEY]) -> Option<&'b [u8]> {
    let mut length = 0;
    for byte in key.bytes().filter(|b| !matches!(b, b'_' | b'-' | b'.')) {
        *buffer.get_mut(length)? = byte.to_ascii_lowercase();
        length += 1;
    }
    Some(&buffer[..length])
}

/// Reads a level in words or numbers.
fn read_level(line: &mut Line<'_>, value: &Json<'_>) {
    let level = match value {
        Json::Text(text) => level_of_word(text).or_else(|| level_of_number(text.parse().ok()?)),
        Json::Number(number) => level_of_number(*number),
        _ => None,
    };
    line.level = level.or(line.level);
}

/// Reads the text for people, which inside an error object is the error's.
fn read_message<'a>(line: &mut Line<'a>, value: Json<'a>, place: Place) {
    match (value, place) {
        (Json::Text(text), Place::InError) => line.error = Some(text),
        (Json::Text(text), _) if line.message.is_empty() => line.message = text,
        _ => {}
    }
}

/// Reads an error: a text, or an object with a message and a code.
fn read_error<'a>(line: &mut Line<'a>, value: Json<'a>) {
    match value {
        Json::Text(text) if !text.is_empty() && text != "null" && text != "none" => {
            line.error = Some(text);
        }
        Json::Map(fields) => {
            for (key, value) in fields {
                read_field(line, &key, value, Place::InError);
            }
        }
        _ => {}
    }
}

/// Reads an error code. A number between 100 and 599 in its place is most often a status.
fn read_code<'a>(line: &mut Line<'a>, value: Json<'a>) {
    match value {
        Json::Text(text) if text.len() <= 40 => line.code = Some(text),
        Json::Number(_) if line.status.is_none() => line.status = status_of(&value),
        _ => {}
    }
}

/// An HTTP status from a number or its digits.
fn status_of(value: &Json<'_>) -> Option<u16> {
    let status = match value {
        Json::Number(number) if number.fract() == 0.0 && (100.0..600.0).contains(number) => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "just checked"
            )]
            let status = *number as u16;
            status
        }
        Json::Text(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (100..600).contains(&status).then_some(status)
}

/// Reads a duration: milliseconds where the name says so, seconds for the names of nginx, else by its unit.
fn read_millis(line: &mut Line<'_>, name: &[u8], value: &Json<'_>) {
    let in_seconds = matches!(name, b"requesttime" | b"durationseconds");
    let millis = match value {
        Json::Number(number) => Some(if in_seconds { number * 1000.0 } else { *number }),
        Json::Text(text) => match text.parse::<f64>() {
            Ok(number) => Some(if in_seconds { number * 1000.0 } else { number }),
            Err(_) => crate::model::duration::parse_duration(text)
                .and_then(|length| length.num_microseconds())
                .map(|micros| micros as f64 / 1000.0),
        },
        _ => None,
    };
    line.millis = millis
        .filter(|millis| millis.is_finite() && *millis >= 0.0)
        .or(line.millis);
}

/// The parts of an access line.
pub(crate) struct Access<'a> {
    /// The path as requested.
    pub(crate) path: &'a str,
    /// The answer's status.
    pub(crate) status: u16,
}

/// Reads `GET /path 200 12ms`, `"GET /path HTTP/1.1" 502 157`: a method, a path and, within three words, a status.
pub(crate) fn access_form(text: &str) -> Option<Access<'_>> {
    const METHODS: [&str; 9] = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "CONNECT", "TRACE",
    ];
    /// An access line names its method within so many words: behind an address, a user and a date.
    const WORDS_BEFORE: usize = 10;
    let mut words = text.split(' ').filter(|word| !word.is_empty());
    words
        .by_ref()
        .take(WORDS_BEFORE)
        .find(|word| METHODS.contains(&word.trim_start_matches(['"', '[', '\''])))?;
    let path = words.next()?;
    if !path.starts_with('/') && !path.starts_with("http") && path != "*" {
        return None;
    }
    let status = words.take(3).find_map(|word| {
        let word = word.trim_matches(['"', ',', '[', ']', '(', ')', '\'']);
        let word = word.strip_prefix("status=").unwrap_or(word);
        (word.len() == 3).then(|| word.parse::<u16>().ok())?
    })?;
    (100..600).contains(&status).then_some(Access {
        path: path.trim_end_matches(['"', ':', ',']),
        status,
    })
}

#[cfg(test)]
#[path = "tests/line.rs"]
mod tests;
