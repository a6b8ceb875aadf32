//! What a failed request means for the slice that it asked for.
//!
//! In: an error, after the HTTP client has tried three times where that may help. Out: a [`Remedy`]. Loki's refusals are plain text,
//! so their words decide; the numbers in them are obeyed rather than any table.

use crate::model::duration::parse_duration;
use crate::sources::error::{Problem, SourceError};
use crate::sources::http::NoAnswer;

/// What to do about a failed slice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Remedy {
    /// Nothing helps, here or anywhere else: the token is refused, or the query is wrong.
    Stop,
    /// Nobody listens.
    Unreachable,
    /// No request may ask for more entries than this.
    Entries(u32),
    /// No request may span more nanoseconds than this.
    Length(u64),
    /// The answer is too large: fewer entries at a time.
    Fewer,
    /// It is too much work for the server: shorter slices, from now on.
    Shorter,
    /// Something in it fails: halves of it, to find out where.
    Halve,
    /// The server is asked too much at once: the same again, with fewer requests under way.
    Later,
}

/// The remedy for an error.
pub(super) fn remedy(error: &SourceError) -> Remedy {
    match &error.problem {
        Problem::NotAuthenticated { .. }
        | Problem::NotLetIn { .. }
        | Problem::Refused(_)
        | Problem::Address(_)
        | Problem::NoAnswer(NoAnswer::Unusable(_)) => Remedy::Stop,
        Problem::NoAnswer(NoAnswer::NotSent(_)) => Remedy::Unreachable,
        Problem::NoAnswer(NoAnswer::TooLarge(_)) => Remedy::Fewer,
        Problem::NoAnswer(NoAnswer::TimedOut(_)) => Remedy::Shorter,
        Problem::NoAnswer(NoAnswer::Broken(_)) | Problem::BadAnswer(_) => Remedy::Halve,
        Problem::Status {
            status, message, ..
        } => of_status(*status, message),
    }
}

/// The remedy for an error status and the server's words.
fn of_status(status: u16, message: &str) -> Remedy {
    let words = message.to_ascii_lowercase();
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
    match status {
        // gRPC between Loki's parts has a limit of its own.
        429 | 500.. if says(&["larger than max", "message too large"]) => Remedy::Fewer,
        429 => Remedy::Later,
        504 | 408 | 413 => Remedy::Shorter,
        500.. if says(&["deadline exceeded", "timeout", "timed out"]) => Remedy::Shorter,
        500.. | 499 => Remedy::Halve,
        400 | 422 if says(&["parse error", "unmarshal", "strconv"]) => Remedy::Stop,
        400 | 422 if says(&["max entries limit"]) => {
            last_number(message).map_or(Remedy::Stop, Remedy::Entries)
        }
        400 | 422 if says(&["query time range exceeds", "query length"]) => {
            allowed_length(message).map_or(Remedy::Shorter, Remedy::Length)
        }
        400 | 422
            if says(&[
                "too many",
                "too large",
                "too big",
                "too long",
                "too much",
                "exceed",
                "limit",
                "maximum",
                "timeout",
                "timed out",
                "reduce the time range",
            ]) =>
        {
            Remedy::Shorter
        }
        _ => Remedy::Stop,
    }
}

/// The last number of a text: `… (6000 > 5000)` gives 5,000.
fn last_number(text: &str) -> Option<u32> {
    text.rsplit(|c: char| !c.is_ascii_digit())
        .find(|part| !part.is_empty())?
        .parse()
        .ok()
        .filter(|number| *number > 0)
}

/// Nanoseconds that `(query length: 744h0m0s, limit: 30d1h)` allows.
fn allowed_length(text: &str) -> Option<u64> {
    let (_, behind) = text.rsplit_once("limit: ")?;
    let end = behind.find([')', ',', ' ']).unwrap_or(behind.len());
    let allowed = parse_duration(&behind[..end])?.num_nanoseconds()?;
    u64::try_from(allowed).ok().filter(|allowed| *allowed > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000_000_000;

    #[test]
    fn the_words_of_a_refusal_decide() {
        for (status, message, expected) in [
            (
                400,
                "max entries limit per query exceeded, limit > max_entries_limit_per_query (6000 > 5000)",
                Remedy::Entries(5000),
            ),
            (
                400,
                "the query time range exceeds the limit (query length: 744h0m0s, limit: 30d1h)",
                Remedy::Length(721 * HOUR),
            ),
            (
                400,
                "the query time range exceeds the limit (query length: 800h0m0s, limit: 721h0m0s)",
                Remedy::Length(721 * HOUR),
            ),
            (
                400,
                "the query time range exceeds the limit (query length: 2h0m0.5s, limit: 1h30m0.25s)",
                Remedy::Length(5_400_250_000_000),
            ),
            (
                400,
                "the query would read too many bytes (query: 1.2TB, limit: 1TB); consider adding more specific \
                 stream selectors or reduce the time range of the query",
                Remedy::Shorter,
            ),
            (
                400,
                "the query hit the max number of chunks limit (limit: 2000000 chunks, fetched: 2100000 chunks)",
                Remedy::Shorter,
            ),
            (422, "query too large", Remedy::Shorter),
            (
                400,
                "parse error at line 1, col 9: syntax error: unexpected IDENTIFIER, limit",
                Remedy::Stop,
            ),
            (
                400,
                "queries require at least one regexp or equality matcher",
                Remedy::Stop,
            ),
            (404, "404 page not found", Remedy::Stop),
            (429, "too many outstanding requests", Remedy::Later),
            (
                500,
                "rpc error: code = ResourceExhausted desc = trying to send message larger than max (5 vs. 4)",
                Remedy::Fewer,
            ),
            (500, "context deadline exceeded", Remedy::Shorter),
            (504, "upstream request timeout", Remedy::Shorter),
            (500, "failed to get s3 object", Remedy::Halve),
            (503, "", Remedy::Halve),
        ] {
            assert_eq!(of_status(status, message), expected, "{status} {message}");
        }
    }

    #[test]
    fn a_limit_that_cannot_be_read_is_no_limit() {
        assert_eq!(last_number("no number"), None);
        assert_eq!(last_number("(6000 > 0)"), None);
        assert_eq!(allowed_length("limit: soon)"), None);
        assert_eq!(allowed_length("limit: 0s)"), None);
        assert_eq!(
            of_status(400, "the query time range exceeds the limit"),
            Remedy::Shorter
        );
    }
}
