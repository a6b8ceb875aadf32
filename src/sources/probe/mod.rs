//! Does a service answer its users? Its address, asked once as a browser would ask it: name, connection, encryption, answer.
//!
//! ```text
//! name ─► connection ─► handshake, looked at whoever signed ─► GET ─► status, first byte, guard or service
//! ```
//!
//! Nothing but that GET is sent: no cookie, no credential, and where the certificate is not to be trusted not even the query of
//! the address, which may hold one. Redirects are told and not followed. Everything ends by the probe's own deadline, and what
//! was learnt until then is kept. A host that does not answer is a finding, no failure of scout's: the record says so, and the
//! question counts as answered.

mod answer;
mod certificate;
mod tls;

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::time::Duration;

use futures_util::future::{join_all, select_ok};
use reqwest::Url;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant as Clock;

use self::answer::{Head, NoHead};
use self::tls::Trust;
use super::address;
use super::gather::Job;
use crate::evidence::{ProbeProblem, ProbeRecord, Record, SourceOutcome};
use crate::model::messages::probes as text;
use crate::model::{Instant, Lang};
use crate::plan::{ProbeRequest, Request};

/// Most bytes of a head.
const MOST_HEAD_BYTES: usize = 64 * 1024;

/// Most bytes of a body, which is read only where a guard may speak in it.
const MOST_BODY_BYTES: usize = 32 * 1024;

/// How long a body may take: the answer is known by then.
const BODY_TIME: Duration = Duration::from_secs(1);

/// Addresses of one name that are tried, and how long after each the next one is: as browsers do where IPv6 leads nowhere.
const MOST_ADDRESSES: usize = 6;
/// See [`MOST_ADDRESSES`].
const HEAD_START: Duration = Duration::from_millis(250);

/// How far probes may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProbeReach {
    /// Anywhere.
    Anywhere,
    /// Not beyond this machine: the services are those of a sandbox.
    Sandbox,
    /// Not beyond this machine: users here go through a proxy, and a probe would go past it.
    Proxied,
}

impl ProbeReach {
    /// Why an address is not asked; `None` where it is.
    fn refuses(self, url: &Url, lang: Lang) -> Option<String> {
        match self {
            _ if address::is_loopback(url) => None,
            _ if is_example(url) => Some(text::sandboxed(lang)),
            Self::Anywhere => None,
            Self::Sandbox => Some(text::sandboxed(lang)),
            Self::Proxied => Some(text::proxied(lang)),
        }
    }
}

/// Whether a host is one of those that are kept for examples (RFC 2606, RFC 6761), which the sandbox's maps use: what is there
/// is nobody's service.
fn is_example(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let labels: Vec<&str> = host.rsplit('.').take(2).collect();
    matches!(
        labels.as_slice(),
        ["example" | "test", ..] | ["com" | "net" | "org", "example"]
    )
}

/// Asks all addresses of the plan.
pub(super) async fn gather_probes(job: &Job<'_>) -> Vec<Record> {
    let planned: Vec<&ProbeRequest> = job
        .plan
        .requests
        .iter()
        .filter_map(|request| match request {
            Request::Probe(probe) => Some(probe),
            _ => None,
        })
        .collect();
    let allowed = |probe: &&ProbeRequest| {
        Url::parse(&probe.url).is_ok_and(|url| job.probes.refuses(&url, job.lang).is_none())
    };
    let encrypted = |probe: &ProbeRequest| probe.url.starts_with("https:");
    let trust = if planned.iter().filter(|p| allowed(p)).any(|p| encrypted(p)) {
        // Reading the system's certificates takes milliseconds in which nothing else would go out.
        tokio::task::spawn_blocking(tls::system_trust)
            .await
            .unwrap_or_default()
    } else {
        None
    };
    let prober = Prober {
        resolve: resolve_by_system,
        trust,
        now: job.now,
        within: job.plan.budget.probe,
        lang: job.lang,
    };
    let probes = planned.iter().map(|probe| ask(job, &prober, probe));
    join_all(probes).await.into_iter().flatten().collect()
}

/// Asks one address, unless it is out of bounds.
async fn ask(job: &Job<'_>, prober: &Prober, request: &ProbeRequest) -> Vec<Record> {
    let started = Clock::now();
    let refusal = Url::parse(&request.url)
        .ok()
        .and_then(|url| job.probes.refuses(&url, job.lang));
    let (outcome, record) = match refusal {
        Some(why) => (SourceOutcome::skipped(why), None),
        None => (
            SourceOutcome::answered(),
            Some(prober.probe(&request.service, &request.url).await),
        ),
    };
    let service = Some(request.service.as_str());
    let note = job.note_text("probe", &request.url, service, outcome, started.elapsed());
    std::iter::once(note)
        .chain(record.map(Record::Probe))
        .collect()
}

/// Finds the addresses of a name, or its own words for why not. It may wait for as long as the system does.
type Resolve = fn(&str, u16) -> std::io::Result<Vec<SocketAddr>>;

/// As every program on this machine does.
fn resolve_by_system(host: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
    (host, port).to_socket_addrs().map(Iterator::collect)
}

/// What probes have in common.
struct Prober {
    /// Finds addresses.
    resolve: Resolve,
    /// Whom this machine trusts.
    trust: Option<Trust>,
    /// When the run began: what certificates are judged by.
    now: Instant,
    /// Deadline of one probe.
    within: Duration,
    /// Language of the messages.
    lang: Lang,
}

/// Why a probe went no further.
struct Trouble {
    /// In one word.
    problem: ProbeProblem,
    /// For people.
    why: String,
}

/// What is yet to be known of an address.
fn unknown(service: &str, url: &str) -> ProbeRecord {
    ProbeRecord {
        service: service.to_owned(),
        url: url.to_owned(),
        ok: false,
        status: None,
        dns_seconds: None,
        connect_seconds: None,
        tls_seconds: None,
        ttfb_seconds: None,
        cert_expires_at: None,
        error: None,
        problem: None,
        redirect: None,
    }
}

impl Prober {
    /// Asks an address.
    async fn probe(&self, service: &str, url: &str) -> ProbeRecord {
        let mut record = unknown(service, url);
        let started = Clock::now();
        let visit = self.visit(url, started, &mut record);
        let ended = tokio::time::timeout_at(started + self.within, visit).await;
        let ended = ended.unwrap_or_else(|_| {
            let seconds = self.within.as_secs_f64();
            Err(trouble(
                ProbeProblem::TimedOut,
                text::timed_out(self.lang, seconds),
            ))
        });
        match ended {
            Ok(()) => record.ok = true,
            Err(trouble) => {
                record.problem = Some(trouble.problem);
                record.error = Some(trouble.why);
            }
        }
        record
    }

    /// Goes as far as it gets, and writes down what it learns on the way.
    async fn visit(
        &self,
        url: &str,
        started: Clock,
        record: &mut ProbeRecord,
    ) -> Result<(), Trouble> {
        let bad = || trouble(ProbeProblem::BadAddress, text::bad_address(self.lang));
        let url = Url::parse(url).map_err(|_| bad())?;
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(bad());
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let passed = || Some(started.elapsed().as_secs_f64());
        let addresses = if let Ok(address) = host.parse::<IpAddr>() {
            vec![SocketAddr::new(address, port)]
        } else {
            let found = self.addresses(host, port).await?;
            record.dns_seconds = passed();
            found
        };
        let stream = self.connect(&addresses, host, port).await?;
        record.connect_seconds = passed();
        if url.scheme() != "https" {
            return self.exchange(stream, &url, started, record).await;
        }
        let (stream, judged) = tls::encrypt(stream, host, self.trust.clone(), self.now)
            .await
            .map_err(|error| {
                let why = text::tls_failed(self.lang, host, &error.to_string());
                trouble(ProbeProblem::TlsFailed, why)
            })?;
        record.tls_seconds = passed();
        record.cert_expires_at = judged.expires_at;
        let Some(problem) = judged.problem else {
            return self.exchange(stream, &url, started, record).await;
        };
        // The service behind may still be well, which is good to know; what the query holds is nobody else's business.
        let mut plain = url.clone();
        plain.set_query(None);
        let _ = self.exchange(stream, &plain, started, record).await;
        Err(of_certificate(problem, host, self.lang))
    }

    /// The addresses of a name. The system may take its time: that is on a thread which nobody waits for.
    async fn addresses(&self, host: &str, port: u16) -> Result<Vec<SocketAddr>, Trouble> {
        let (found, answer) = tokio::sync::oneshot::channel();
        let (resolve, name) = (self.resolve, host.to_owned());
        let asked = std::thread::Builder::new()
            .name("resolve".to_owned())
            // Nobody listens any more where the deadline has passed.
            .spawn(move || drop(found.send(resolve(&name, port))));
        let said = match asked {
            Ok(_) => answer.await.unwrap_or_else(|_| Ok(Vec::new())),
            Err(error) => Err(error),
        };
        match said {
            Ok(mut addresses) if !addresses.is_empty() => {
                addresses.truncate(MOST_ADDRESSES);
                Ok(addresses)
            }
            Ok(_) => Err(self.no_name(host, "")),
            Err(error) => Err(self.no_name(host, &error.to_string())),
        }
    }

    /// A name that has no address.
    fn no_name(&self, host: &str, said: &str) -> Trouble {
        let why = text::name_not_found(self.lang, host, said);
        trouble(ProbeProblem::NameNotFound, why)
    }

    /// The first address that takes a connection.
    async fn connect(
        &self,
        addresses: &[SocketAddr],
        host: &str,
        port: u16,
    ) -> Result<TcpStream, Trouble> {
        let tries = (0_u32..).zip(addresses).map(|(index, address)| {
            Box::pin(async move {
                tokio::time::sleep(HEAD_START * index).await;
                TcpStream::connect(address).await
            })
        });
        let connected = select_ok(tries).await;
        connected.map(|(stream, _)| stream).map_err(|error| {
            let why = text::unreachable(self.lang, host, port, &error.to_string());
            trouble(ProbeProblem::Unreachable, why)
        })
    }

    /// Asks over an open connection, and reads what comes.
    async fn exchange<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        mut stream: S,
        url: &Url,
        started: Clock,
        record: &mut ProbeRecord,
    ) -> Result<(), Trouble> {
        let closed = |_| trouble(ProbeProblem::Closed, text::closed(self.lang));
        let request = request_text(url);
        stream.write_all(request.as_bytes()).await.map_err(closed)?;
        stream.flush().await.map_err(closed)?;
        let (head, mut body) = self.read_head(&mut stream, started, record).await?;
        record.status = Some(head.status);
        record.redirect = redirect(&head, url);
        if answer::may_be_guarded(head.status) {
            let wanted = head.body_length().unwrap_or(usize::MAX);
            let reading = read_body(&mut stream, &mut body, wanted.min(MOST_BODY_BYTES));
            // A body that takes its time changes nothing about the answer.
            let _ = tokio::time::timeout(BODY_TIME, reading).await;
        }
        let (problem, why) = if let Some(whose) = answer::guard(&head, &body) {
            let why = text::challenged(self.lang, whose, head.status);
            (ProbeProblem::BotChallenge, why)
        } else {
            match head.status {
                500.. => (
                    ProbeProblem::ServerError,
                    text::answered(self.lang, head.status),
                ),
                400..500 => (
                    ProbeProblem::ClientError,
                    text::answered(self.lang, head.status),
                ),
                _ => return Ok(()),
            }
        };
        Err(trouble(problem, why))
    }

    /// The head of the answer, and what came of the body with it.
    async fn read_head<S: AsyncRead + Unpin>(
        &self,
        stream: &mut S,
        started: Clock,
        record: &mut ProbeRecord,
    ) -> Result<(Head, Vec<u8>), Trouble> {
        let mut bytes = Vec::new();
        let not_http = || trouble(ProbeProblem::NotHttp, text::not_http(self.lang));
        loop {
            let mut part = [0; 4096];
            let read = match stream.read(&mut part).await {
                Ok(read) if read > 0 => read,
                _ => return Err(trouble(ProbeProblem::Closed, text::closed(self.lang))),
            };
            let first = || started.elapsed().as_secs_f64();
            record.ttfb_seconds.get_or_insert_with(first);
            bytes.extend_from_slice(&part[..read]);
            loop {
                match answer::parse_head(&bytes) {
                    Ok(head) if head.is_interim() => drop(bytes.drain(..head.length)),
                    Ok(head) => {
                        let body = bytes.split_off(head.length);
                        return Ok((head, body));
                    }
                    Err(NoHead::Unfinished) if bytes.len() < MOST_HEAD_BYTES => break,
                    Err(_) => return Err(not_http()),
                }
            }
        }
    }
}

/// A trouble.
fn trouble(problem: ProbeProblem, why: String) -> Trouble {
    Trouble { problem, why }
}

/// What is wrong with a certificate, for people.
fn of_certificate(problem: ProbeProblem, host: &str, lang: Lang) -> Trouble {
    let why = match problem {
        ProbeProblem::CertificateExpired => text::certificate_expired(lang, host),
        ProbeProblem::CertificateNotYetValid => text::certificate_not_yet_valid(lang, host),
        ProbeProblem::CertificateWrongHost => text::certificate_wrong_host(lang, host),
        _ => text::certificate_untrusted(lang, host),
    };
    Trouble { problem, why }
}

/// Reads on until there is so much, or no more.
async fn read_body<S: AsyncRead + Unpin>(stream: &mut S, body: &mut Vec<u8>, most: usize) {
    let mut part = [0; 4096];
    while body.len() < most {
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => body.extend_from_slice(&part[..read]),
            _ => return,
        }
    }
}

/// The request. The URL parser has escaped what could end a line.
fn request_text(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    let port = url.port().map(|port| format!(":{port}"));
    let query = url.query().map(|query| format!("?{query}"));
    format!(
        "GET {}{} HTTP/1.1\r\nHost: {host}{}\r\nUser-Agent: cockpit-scout/{}\r\nAccept: */*\r\nConnection: close\r\n\r\n",
        url.path(),
        query.unwrap_or_default(),
        port.unwrap_or_default(),
        env!("CARGO_PKG_VERSION")
    )
}

/// Where an answer sends on to, in full.
fn redirect(head: &Head, url: &Url) -> Option<String> {
    let location = head.header("location")?;
    (300..400)
        .contains(&head.status)
        .then(|| url.join(location).map_or(location.to_owned(), String::from))
}

#[cfg(test)]
mod tests;
