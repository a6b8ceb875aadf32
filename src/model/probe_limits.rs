//! When is what a probe saw too little or too slow? The limits of the catalogue that belong to no kind of resource, since any
//! service may have a `url`.

use super::{Direction, Threshold};

/// Days left on a certificate. Issuers of short certificates are asked for a new one 30 days before the end: with less left, a
/// renewal has failed once; with less than 14, nothing renews it and somebody must.
pub(crate) const CERTIFICATE_DAYS: Threshold = Threshold {
    direction: Direction::Below,
    warning: Some(30.0),
    critical: Some(14.0),
    lasts_seconds: 0,
};

/// Seconds until the first byte of an answer. People notice one; at two, the 95th percentile that the catalogue calls critical,
/// they leave.
pub(crate) const FIRST_BYTE_SECONDS: Threshold = Threshold {
    direction: Direction::Above,
    warning: Some(1.0),
    critical: Some(2.0),
    lasts_seconds: 0,
};
