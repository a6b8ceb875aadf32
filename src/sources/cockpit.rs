//! Cockpit's data sources for one run: where they are, and the connections and the token to ask them with.

use reqwest::Url;

use super::Lease;
use super::address::{self, Refusal};
use super::data_source::Access;
use super::error::{Problem, SourceError};
use super::http::{Http, Limits};
use super::loki::Loki;
use super::prometheus::Prometheus;
use super::scaleway::Api;
use crate::model::Secret;

/// Addresses that the map names; each left out is found through the API.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct KnownEndpoints {
    /// Base address of Loki.
    pub(crate) logs: Option<String>,
    /// Base address of Mimir, without `/prometheus`.
    pub(crate) metrics: Option<String>,
}

/// Where one data source is.
#[derive(Debug, Clone)]
pub(crate) enum Endpoint {
    /// Here.
    At {
        /// Base address.
        url: Url,
        /// Days that it keeps, where the API was asked.
        retention_days: Option<u32>,
    },
    /// The project has no such data source in this region.
    Missing,
    /// It could not be found out.
    Failed(SourceError),
}

/// Where logs and metrics are.
#[derive(Debug, Clone)]
pub(crate) struct Endpoints {
    /// Loki.
    pub(crate) logs: Endpoint,
    /// Mimir.
    pub(crate) metrics: Endpoint,
}

impl Endpoints {
    /// Finds what the map does not name; the API is asked only where that is needed.
    ///
    /// `logs` and `metrics` tell which of the two are wanted at all.
    pub(crate) async fn find(api: &Api, known: &KnownEndpoints, logs: bool, metrics: bool) -> Self {
        let needs_api = (logs && known.logs.is_none()) || (metrics && known.metrics.is_none());
        let listed = if needs_api {
            Some(api.fetch_data_sources().await)
        } else {
            None
        };
        let find = |kind: &str, known: Option<&String>| match (known, &listed) {
            (Some(url), _) => named(url),
            (None, Some(Ok(sources))) => sources
                .iter()
                .filter(|source| source.kind == kind)
                // Scaleway's products write to the source of origin "scaleway"; a project has one of each at most.
                .min_by_key(|source| source.origin != "scaleway")
                .map_or(Endpoint::Missing, |source| {
                    discovered(&source.url, source.retention_days, api.base())
                }),
            (None, Some(Err(error))) => Endpoint::Failed(error.clone()),
            (None, None) => Endpoint::Missing,
        };
        Self {
            logs: find("logs", known.logs.as_ref()),
            metrics: find("metrics", known.metrics.as_ref()),
        }
    }
}

/// An address of the map: trusted, as long as it is safe to send a token there.
pub(super) fn named(url: &str) -> Endpoint {
    endpoint(url, address::parse_base(url), None)
}

/// An address that the API gave.
pub(super) fn discovered(url: &str, retention_days: Option<u32>, api: &Url) -> Endpoint {
    endpoint(url, address::parse_discovered(url, api), retention_days)
}

/// An endpoint, or the refusal to use it.
fn endpoint(text: &str, parsed: Result<Url, Refusal>, retention_days: Option<u32>) -> Endpoint {
    match parsed {
        Ok(url) => Endpoint::At {
            url,
            retention_days,
        },
        Err(refusal) => Endpoint::Failed(SourceError {
            source_name: "scaleway",
            url: text.to_owned(),
            problem: Problem::Address(refusal),
        }),
    }
}

/// Connections to a data source, in the API's pool.
///
/// # Errors
/// The TLS library cannot be used.
pub(crate) fn connect(
    api: &Api,
    source_name: &'static str,
    url: &Url,
    limits: Limits,
) -> Result<Http, SourceError> {
    api.http().beside(limits, url).map_err(|error| SourceError {
        source_name,
        url: url.to_string(),
        problem: Problem::NoAnswer(error),
    })
}

/// A client of Loki.
pub(crate) fn loki(http: &Http, base: Url, token: Secret) -> Loki<'_> {
    Loki {
        http,
        base,
        access: Access::of_token(token),
    }
}

/// A client of Mimir.
pub(crate) fn prometheus(http: &Http, base: Url, token: Secret) -> Prometheus<'_> {
    Prometheus {
        http,
        base,
        access: Access::of_token(token),
    }
}

/// Which data source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// Loki.
    Logs,
    /// Mimir.
    Metrics,
}

/// A data source that can be asked.
pub(crate) struct Source {
    /// Connection pool.
    http: Http,
    /// Base address.
    url: Url,
    /// Who asks.
    access: Access,
    /// Days that it keeps, where the API was asked.
    retention_days: Option<u32>,
}

/// A Loki that is not Cockpit's, named by the user: nobody's token is made for it.
#[derive(Debug, Clone)]
pub(crate) struct ForeignLoki {
    /// Its base address.
    url: Url,
    /// Who asks.
    access: Access,
}

impl ForeignLoki {
    /// A Loki at this address. `authorization` is the whole value of the header of that name, and goes nowhere else; `tenant` that
    /// of `X-Scope-OrgID`.
    ///
    /// # Errors
    /// Not an http(s) address, one with a user name or password, or plain http to another machine with a credential.
    pub(crate) fn new(
        text: &str,
        authorization: Option<Secret>,
        tenant: Option<String>,
    ) -> Result<Self, Refusal> {
        let url = match (address::parse_base(text), &authorization) {
            (Err(Refusal::PlainHttp), None) => Url::parse(text).map_err(|_| Refusal::Malformed)?,
            (parsed, _) => parsed?,
        };
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Refusal::Malformed);
        }
        Ok(Self {
            url,
            access: Access::of_user(authorization, tenant),
        })
    }

    /// Its address, for people.
    pub(crate) fn address(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }
}

/// Why a data source cannot be asked.
pub(crate) enum Closed {
    /// The project has no such data source in this region.
    Missing,
    /// Its address, the token or the connection could not be had.
    Failed(SourceError),
}

impl Source {
    /// Finds a data source and waits for the token, both at once.
    ///
    /// # Errors
    /// [`Closed`].
    pub(crate) async fn open(
        api: &Api,
        lease: &Lease,
        known: &KnownEndpoints,
        wanted: Wanted,
        limits: Limits,
    ) -> Result<Self, Closed> {
        let logs = wanted == Wanted::Logs;
        let (endpoints, token) =
            tokio::join!(Endpoints::find(api, known, logs, !logs), lease.secret());
        let token = token.map_err(Closed::Failed)?;
        let (name, endpoint) = if logs {
            ("loki", endpoints.logs)
        } else {
            ("prometheus", endpoints.metrics)
        };
        match endpoint {
            Endpoint::At {
                url,
                retention_days,
            } => Ok(Self {
                http: connect(api, name, &url, limits).map_err(Closed::Failed)?,
                url,
                access: Access::of_token(token),
                retention_days,
            }),
            Endpoint::Missing => Err(Closed::Missing),
            Endpoint::Failed(error) => Err(Closed::Failed(error)),
        }
    }

    /// A Loki of the user's own: there is nothing to find and nothing to wait for.
    ///
    /// # Errors
    /// The TLS library cannot be used.
    pub(crate) fn foreign(loki: &ForeignLoki, limits: Limits) -> Result<Self, Closed> {
        let http = Http::new(limits, &loki.url).map_err(|error| {
            Closed::Failed(SourceError {
                source_name: "loki",
                url: loki.url.to_string(),
                problem: Problem::NoAnswer(error),
            })
        })?;
        Ok(Self {
            http,
            url: loki.url.clone(),
            access: loki.access.clone(),
            retention_days: None,
        })
    }

    /// Days that it keeps, where the API was asked.
    pub(crate) fn retention_days(&self) -> Option<u32> {
        self.retention_days
    }

    /// As Loki.
    pub(crate) fn loki(&self) -> Loki<'_> {
        Loki {
            http: &self.http,
            base: self.url.clone(),
            access: self.access.clone(),
        }
    }

    /// As Prometheus.
    pub(crate) fn prometheus(&self) -> Prometheus<'_> {
        Prometheus {
            http: &self.http,
            base: self.url.clone(),
            access: self.access.clone(),
        }
    }
}
