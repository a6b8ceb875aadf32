//! One way to talk HTTP: a deadline, a cap on requests in flight, a cap on bytes, the retry rule, no redirects.
//!
//! Retried are connection failures, 429 and 5xx, with growing, jittered waits, until the request's deadline; any other
//! answer is final. A redirect is never followed: the HTTP library would strip `Authorization` on the way, but not our own
//! headers. A proxy of the environment is never used for loopback, where plain http is allowed.

use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, RequestBuilder, Response, Url};
use tokio::sync::Semaphore;
use tokio::time::Instant;

use super::address;
use crate::model::Secret;

/// Tries of one request, the first included. Three outlive a restart of one of the server's replicas; more would only
/// delay the report that something is wrong.
const TRIES: u32 = 3;

/// Wait before the second try; doubled for each further one.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// Longest wait between tries, whatever a server asks for: an on-call person is waiting.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// The header that names a tenant to Loki and Mimir.
const TENANT_HEADER: &str = "x-scope-orgid";

/// What is common to all requests of one source.
#[derive(Debug)]
pub(crate) struct Http {
    /// Connection pool.
    client: reqwest::Client,
    /// What the pool was made for.
    reach: Reach,
    /// Deadline of one request, retries included.
    timeout: Duration,
    /// Most bytes of one answer.
    answer_bytes: usize,
    /// Requests in flight.
    in_flight: Semaphore,
    /// Seed of the jitter.
    seed: u64,
}

/// What a connection pool must know about its hosts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reach {
    /// They are on this machine, so no proxy may see the requests.
    loopback: bool,
    /// They are asked over https.
    tls: bool,
}

impl Reach {
    /// Of one host.
    fn of(host: &Url) -> Self {
        Self {
            loopback: address::is_loopback(host),
            tls: host.scheme() == "https",
        }
    }

    /// The making of a client that suits them.
    fn client(self, timeout: Duration) -> reqwest::ClientBuilder {
        let mut builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(timeout)
            .user_agent(concat!("cockpit-scout/", env!("CARGO_PKG_VERSION")));
        if self.loopback {
            builder = builder.no_proxy();
        }
        if !self.tls {
            // Reading the system's hundreds of certificates takes 10 ms, and plain http needs none.
            builder = builder.tls_certs_only([]);
        }
        builder
    }
}

/// Limits for an [`Http`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Deadline of one request, retries included.
    pub(crate) timeout: Duration,
    /// Most bytes of one answer, decompressed.
    pub(crate) answer_bytes: usize,
    /// Most requests in flight.
    pub(crate) parallel: usize,
    /// Seed of the jitter between tries.
    pub(crate) seed: u64,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// Method.
    pub(crate) method: Method,
    /// Address without query.
    pub(crate) url: Url,
    /// Query parameters, unescaped.
    pub(crate) query: Vec<(String, String)>,
    /// The credential's header; `None` for a request that needs none.
    pub(crate) credential: Option<(&'static str, Secret)>,
    /// The tenant of a server that has several: `X-Scope-OrgID`.
    pub(crate) tenant: Option<String>,
    /// JSON body.
    pub(crate) body: Option<serde_json::Value>,
}

/// An answer of any status, whole.
#[derive(Clone)]
pub(crate) struct Answer {
    /// Status code.
    pub(crate) status: u16,
    /// `Content-Type`, empty where there is none.
    pub(crate) content_type: String,
    /// Scaleway's `X-Request-Id`.
    pub(crate) request_id: Option<String>,
    /// Instance's `X-Total-Count`.
    pub(crate) total_count: Option<u64>,
    /// How long the server asks to wait.
    pub(super) retry_after: Option<Duration>,
    /// Whether the server had to be asked again because it answered 429.
    pub(super) throttled: bool,
    /// Body, decompressed.
    pub(crate) body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    /// Leaves the body out: that of a creation holds the token's secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("content_type", &self.content_type)
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

impl Answer {
    /// An answer with nothing but a status.
    #[cfg(test)]
    pub(crate) fn of_status(status: u16) -> Self {
        Self {
            status,
            content_type: String::new(),
            request_id: None,
            total_count: None,
            retry_after: None,
            throttled: false,
            body: Vec::new(),
        }
    }

    /// 2xx.
    pub(crate) fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether trying again may help.
    fn is_retryable(&self) -> bool {
        self.status == 429 || (500..600).contains(&self.status)
    }
}

/// Why there is no answer.
#[derive(Debug, Clone)]
pub(crate) enum NoAnswer {
    /// No connection: surely nothing was sent.
    NotSent(String),
    /// The connection broke after the request may have been sent, or in the middle of the answer.
    Broken(String),
    /// The deadline passed.
    TimedOut(Duration),
    /// The answer is larger than the cap.
    TooLarge(usize),
    /// The request could not be made at all, or no client: the text says why.
    Unusable(String),
}

impl Http {
    /// A connection pool for hosts such as this one.
    ///
    /// # Errors
    /// The TLS library finds no CA certificates: [`NoAnswer::Unusable`].
    pub(crate) fn new(limits: Limits, host: &Url) -> Result<Self, NoAnswer> {
        let reach = Reach::of(host);
        let client = reach
            .client(limits.timeout)
            .build()
            .map_err(|error| NoAnswer::Unusable(root_cause(&error)))?;
        Ok(Self::with(client, limits, reach))
    }

    /// A pool for the same hosts whose requests can become something else than HTTP.
    ///
    /// # Errors
    /// As [`Http::new`].
    pub(super) fn upgradable(&self) -> Result<Self, NoAnswer> {
        let client = self
            .reach
            .client(self.timeout)
            .http1_only()
            .build()
            .map_err(|error| NoAnswer::Unusable(root_cause(&error)))?;
        let limits = Limits {
            timeout: self.timeout,
            answer_bytes: self.answer_bytes,
            parallel: 1,
            seed: self.seed,
        };
        Ok(Self::with(client, limits, self.reach))
    }

    /// The same pool for a further host, under limits of its own; a new one where the host is of another kind. Making one
    /// takes milliseconds, too long between the token and the first query.
    ///
    /// # Errors
    /// As [`Http::new`].
    pub(crate) fn beside(&self, limits: Limits, host: &Url) -> Result<Self, NoAnswer> {
        if Reach::of(host) == self.reach {
            Ok(Self::with(self.client.clone(), limits, self.reach))
        } else {
            Self::new(limits, host)
        }
    }

    /// A pool with its limits.
    fn with(client: reqwest::Client, limits: Limits, reach: Reach) -> Self {
        Self {
            client,
            reach,
            timeout: limits.timeout,
            answer_bytes: limits.answer_bytes,
            in_flight: Semaphore::new(limits.parallel.max(1)),
            seed: limits.seed,
        }
    }

    /// Asks, and asks again by the retry rule. For requests that may be repeated without harm.
    ///
    /// # Errors
    /// [`NoAnswer`]; an answer of any status is `Ok`.
    pub(crate) async fn fetch(&self, call: &Call) -> Result<Answer, NoAnswer> {
        self.fetch_within(call, self.answer_bytes).await
    }

    /// As [`Http::fetch`], of an answer of at most `most_bytes`, and never more than the cap of all answers.
    ///
    /// # Errors
    /// As [`Http::fetch`].
    pub(super) async fn fetch_within(
        &self,
        call: &Call,
        most_bytes: usize,
    ) -> Result<Answer, NoAnswer> {
        let deadline = Instant::now() + self.timeout;
        let mut rng = fastrand::Rng::with_seed(self.seed ^ call.url.as_str().len() as u64);
        let mut attempt = 1;
        let mut throttled = false;
        loop {
            let mut outcome = self.attempt(call, deadline, most_bytes).await;
            if let Ok(answer) = &mut outcome {
                throttled |= answer.status == 429;
                answer.throttled = throttled;
            }
            let wait = match &outcome {
                Ok(answer) if answer.is_retryable() => answer
                    .retry_after
                    .unwrap_or_else(|| backoff(attempt, &mut rng)),
                Err(NoAnswer::NotSent(_) | NoAnswer::Broken(_)) => backoff(attempt, &mut rng),
                _ => return outcome,
            };
            let wait = wait.min(LONGEST_WAIT);
            if attempt == TRIES || Instant::now() + wait >= deadline {
                return outcome;
            }
            tokio::time::sleep(wait).await;
            attempt += 1;
        }
    }

    /// Asks once, within the cap on requests in flight.
    ///
    /// # Errors
    /// [`NoAnswer`]; an answer of any status is `Ok`.
    pub(crate) async fn fetch_once(
        &self,
        call: &Call,
        deadline: Instant,
    ) -> Result<Answer, NoAnswer> {
        self.attempt(call, deadline, self.answer_bytes).await
    }

    /// Asks once, within the cap on requests in flight and a cap on bytes.
    async fn attempt(
        &self,
        call: &Call,
        deadline: Instant,
        most_bytes: usize,
    ) -> Result<Answer, NoAnswer> {
        let work = async {
            let _permit = self
                .in_flight
                .acquire()
                .await
                .expect("the semaphore is never closed");
            self.exchange(call, most_bytes.min(self.answer_bytes)).await
        };
        tokio::time::timeout_at(deadline, work)
            .await
            .unwrap_or(Err(NoAnswer::TimedOut(self.timeout)))
    }

    /// Sends the request and reads the whole answer.
    async fn exchange(&self, call: &Call, most_bytes: usize) -> Result<Answer, NoAnswer> {
        let response = Self::send(self.request(call)?).await?;
        read_within(response, most_bytes).await
    }

    /// A request, with its credential.
    ///
    /// # Errors
    /// The credential cannot be sent: [`NoAnswer::Unusable`].
    pub(super) fn request(&self, call: &Call) -> Result<RequestBuilder, NoAnswer> {
        let mut request = self
            .client
            .request(call.method.clone(), call.url.clone())
            .query(&call.query);
        if let Some((name, secret)) = &call.credential {
            let mut value = HeaderValue::from_str(secret.expose()).map_err(|_| {
                NoAnswer::Unusable(
                    "the credential has characters that no HTTP header can carry".to_owned(),
                )
            })?;
            value.set_sensitive(true);
            request = request.header(HeaderName::from_static(name), value);
        }
        if let Some(tenant) = &call.tenant {
            request = request.header(TENANT_HEADER, tenant);
        }
        if let Some(body) = &call.body {
            request = request.json(body);
        }
        Ok(request)
    }

    /// Sends a request and waits for the head of its answer.
    ///
    /// # Errors
    /// [`NoAnswer`]
    pub(super) async fn send(request: RequestBuilder) -> Result<Response, NoAnswer> {
        request.send().await.map_err(|error| classify(&error))
    }

    /// Reads an answer whole.
    ///
    /// # Errors
    /// [`NoAnswer`]: it breaks off, or is larger than the cap.
    pub(super) async fn read(&self, response: Response) -> Result<Answer, NoAnswer> {
        read_within(response, self.answer_bytes).await
    }
}

/// Reads an answer of at most `most_bytes` whole.
async fn read_within(mut response: Response, most_bytes: usize) -> Result<Answer, NoAnswer> {
    let mut answer = Answer {
        status: response.status().as_u16(),
        content_type: header(&response, CONTENT_TYPE.as_str()).unwrap_or_default(),
        request_id: header(&response, "x-request-id"),
        total_count: header(&response, "x-total-count").and_then(|text| text.parse().ok()),
        retry_after: header(&response, RETRY_AFTER.as_str())
            .and_then(|text| text.parse().ok())
            .map(Duration::from_secs),
        throttled: false,
        body: Vec::new(),
    };
    if let Some(length) = response.content_length() {
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > most_bytes {
            return Err(NoAnswer::TooLarge(most_bytes));
        }
        answer.body.reserve_exact(length);
    }
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| NoAnswer::Broken(root_cause(&error)))?
    {
        if answer.body.len() + chunk.len() > most_bytes {
            return Err(NoAnswer::TooLarge(most_bytes));
        }
        answer.body.extend_from_slice(&chunk);
    }
    if answer.retry_after.is_none() {
        answer.retry_after = reset_seconds(&answer);
    }
    Ok(answer)
}

/// A wait before the next try: doubled each time, give or take a quarter, so that many clients do not come back at once.
pub(super) fn backoff(attempt: u32, rng: &mut fastrand::Rng) -> Duration {
    let doubled = FIRST_WAIT * 2_u32.saturating_pow(attempt.saturating_sub(1).min(8));
    doubled.min(LONGEST_WAIT).mul_f64(0.75 + rng.f64() / 2.0)
}

/// A header's value as text.
fn header(response: &Response, name: &str) -> Option<String> {
    response
        .headers()
        .get(name)?
        .to_str()
        .ok()
        .map(str::to_owned)
}

/// The wait that a 429 of Scaleway may ask for in its body.
fn reset_seconds(answer: &Answer) -> Option<Duration> {
    #[derive(serde::Deserialize)]
    struct TooManyRequests {
        reset_seconds: u64,
    }
    (answer.status == 429)
        .then(|| serde_json::from_slice::<TooManyRequests>(&answer.body).ok())
        .flatten()
        .map(|body| Duration::from_secs(body.reset_seconds))
}

/// What kind of failure an error of the HTTP library is. Its own text names the address, query included: left out.
fn classify(error: &reqwest::Error) -> NoAnswer {
    let cause = root_cause(error);
    if error.is_builder() {
        NoAnswer::Unusable(cause)
    } else if error.is_connect() {
        NoAnswer::NotSent(cause)
    } else {
        NoAnswer::Broken(cause)
    }
}

/// The innermost reason of an error: "connection refused", not the layers around it.
fn root_cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
