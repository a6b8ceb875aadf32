//! What an address answered when it was asked as a user would ask it: one record of the evidence format.
//!
//! Times are cumulative, each from the start, as `curl -w` gives them: the difference of two is what a step took.

use serde::{Deserialize, Serialize};

use super::lenient;
use crate::model::Instant;

/// An address asked as a user would ask it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct ProbeRecord {
    /// Service of the map.
    #[serde(default)]
    pub(crate) service: String,
    /// The address.
    pub(crate) url: String,
    /// Whether it answered as it should.
    pub(crate) ok: bool,
    /// The HTTP status; `None` where there was no answer.
    #[serde(default)]
    pub(crate) status: Option<u16>,
    /// From the start until the name was resolved; `None` where the address holds no name.
    #[serde(default)]
    pub(crate) dns_seconds: Option<f64>,
    /// From the start until the connection stood.
    #[serde(default)]
    pub(crate) connect_seconds: Option<f64>,
    /// From the start until it was encrypted.
    #[serde(default)]
    pub(crate) tls_seconds: Option<f64>,
    /// From the start until the first byte of the answer.
    #[serde(default)]
    pub(crate) ttfb_seconds: Option<f64>,
    /// When its certificate expires.
    #[serde(default)]
    pub(crate) cert_expires_at: Option<Instant>,
    /// Why it failed.
    #[serde(default)]
    pub(crate) error: Option<String>,
    /// The same in one word; `None` where nothing failed, or where another program wrote the record.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "lenient::read_problem"
    )]
    pub(crate) problem: Option<ProbeProblem>,
    /// Where it sent the browser on to; not followed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) redirect: Option<String>,
}

/// What kept an address from answering as it should.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ProbeProblem {
    /// It cannot be read as an address.
    BadAddress,
    /// Nobody knows the host's name.
    NameNotFound,
    /// No connection: refused, or no way there.
    Unreachable,
    /// Nothing came in time.
    TimedOut,
    /// The connection was closed before an answer.
    Closed,
    /// No encryption could be agreed on.
    TlsFailed,
    /// The certificate has expired.
    CertificateExpired,
    /// The certificate is not valid yet.
    CertificateNotYetValid,
    /// The certificate is for other hosts.
    CertificateWrongHost,
    /// Nobody whom this machine trusts has signed the certificate.
    CertificateUntrusted,
    /// What answered does not speak HTTP.
    NotHttp,
    /// The service wants proof that a person asks.
    BotChallenge,
    /// It answered with a 4xx.
    ClientError,
    /// It answered with a 5xx.
    ServerError,
}

impl ProbeProblem {
    /// Its name in JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::BadAddress => "bad-address",
            Self::NameNotFound => "name-not-found",
            Self::Unreachable => "unreachable",
            Self::TimedOut => "timed-out",
            Self::Closed => "closed",
            Self::TlsFailed => "tls-failed",
            Self::CertificateExpired => "certificate-expired",
            Self::CertificateNotYetValid => "certificate-not-yet-valid",
            Self::CertificateWrongHost => "certificate-wrong-host",
            Self::CertificateUntrusted => "certificate-untrusted",
            Self::NotHttp => "not-http",
            Self::BotChallenge => "bot-challenge",
            Self::ClientError => "client-error",
            Self::ServerError => "server-error",
        }
    }
}
