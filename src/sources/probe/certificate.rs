//! From when until when is a certificate valid? Its two dates, out of its DER form.
//!
//! In: a certificate as the other side sent it, which may be anything. Out: the dates, or nothing. Whether it is to be trusted is
//! not asked here. Only the way to the dates is read (RFC 5280, section 4.1), each length checked against what is there.

use chrono::NaiveDateTime;

use crate::model::Instant;

/// DER tags on the way.
const SEQUENCE: u8 = 0x30;
/// The version, which may be left out.
const VERSION: u8 = 0xa0;
/// A date with two digits for the year.
const UTC_TIME: u8 = 0x17;
/// A date with four.
const GENERALIZED_TIME: u8 = 0x18;

/// The first and the last moment of a certificate; `None` where it cannot be read.
pub(super) fn validity(der: &[u8]) -> Option<(Instant, Instant)> {
    let (certificate, _) = sequence(der)?;
    let (mut rest, _) = sequence(certificate)?;
    if rest.first() == Some(&VERSION) {
        rest = element(rest)?.2;
    }
    // serial number, signature algorithm, issuer
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (dates, _) = sequence(rest)?;
    let (tag, from, after) = element(dates)?;
    let from = read_time(tag, from)?;
    let (tag, to, _) = element(after)?;
    Some((from, read_time(tag, to)?))
}

/// The content of a sequence, and what follows it.
fn sequence(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (tag, content, rest) = element(der)?;
    (tag == SEQUENCE).then_some((content, rest))
}

/// Tag and content of an element, and what follows it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = der.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        // Four bytes of length are far beyond any certificate; no length at all is not DER.
        let bytes = usize::from(first & 0x7f);
        if bytes == 0 || bytes > 4 {
            return None;
        }
        let (length, rest) = rest.split_at_checked(bytes)?;
        let length = length
            .iter()
            .fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}

/// A date. Two digits are of 1950 to 2049 (RFC 5280, section 4.1.2.5.1).
fn read_time(tag: u8, text: &[u8]) -> Option<Instant> {
    let text = std::str::from_utf8(text).ok()?;
    let full = match tag {
        GENERALIZED_TIME => text.to_owned(),
        UTC_TIME if text.get(..2)? < "50" => format!("20{text}"),
        UTC_TIME => format!("19{text}"),
        _ => return None,
    };
    NaiveDateTime::parse_from_str(&full, "%Y%m%d%H%M%SZ")
        .ok()
        .map(|date| date.and_utc())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A certificate of 2026-01-02 to 2051-03-04: both forms of a date.
    fn sample() -> Vec<u8> {
        let mut params = rcgen::CertificateParams::new(vec!["a.example".to_owned()]).unwrap();
        params.not_before = rcgen::date_time_ymd(2026, 1, 2);
        params.not_after = rcgen::date_time_ymd(2051, 3, 4);
        let key = rcgen::KeyPair::generate().unwrap();
        params.self_signed(&key).unwrap().der().to_vec()
    }

    #[test]
    fn both_dates_are_read() {
        let (from, to) = validity(&sample()).unwrap();
        assert_eq!(from.to_rfc3339(), "2026-01-02T00:00:00+00:00");
        assert_eq!(to.to_rfc3339(), "2051-03-04T00:00:00+00:00");
    }

    #[test]
    fn whatever_is_sent_is_no_panic() {
        let whole = sample();
        for end in 0..whole.len().min(300) {
            let _ = validity(&whole[..end]);
            let mut bent = whole.clone();
            bent[end] ^= 0xff;
            let _ = validity(&bent);
        }
        assert_eq!(validity(&[]), None);
        assert_eq!(validity(&[SEQUENCE, 0x84, 0xff, 0xff, 0xff, 0xff, 1]), None);
        assert_eq!(validity(&[SEQUENCE, 0x80, 0, 0]), None);
    }
}
