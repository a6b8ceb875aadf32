//! Probes against servers on loopback: certificates of every sort, hosts that do not answer, guards, plain http.

use std::sync::{Arc, Mutex};

use chrono::TimeDelta;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

use super::*;

/// The time by which the tests judge.
fn now() -> Instant {
    "2026-11-21T09:00:00Z".parse().unwrap()
}

/// Every name is this machine.
#[expect(
    clippy::unnecessary_wraps,
    reason = "the shape of what finds addresses"
)]
fn to_loopback(_: &str, port: u16) -> std::io::Result<Vec<SocketAddr>> {
    Ok(vec![SocketAddr::from(([127, 0, 0, 1], port))])
}

/// No name is known.
fn to_nobody(_: &str, _: u16) -> std::io::Result<Vec<SocketAddr>> {
    Err(std::io::Error::other("Name or service not known"))
}

/// An issuer, and the probes that trust it.
struct Authority {
    /// Signs.
    issuer: Issuer<'static, KeyPair>,
    /// Trusts it.
    trust: Trust,
}

impl Authority {
    /// A new one.
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let mut roots = RootCertStore::empty();
        roots.add(certificate.der().clone()).unwrap();
        let trust = WebPkiServerVerifier::builder_with_provider(roots.into(), tls::provider());
        Self {
            issuer: Issuer::new(params, key),
            trust: trust.build().unwrap(),
        }
    }

    /// A server's encryption, with a certificate for a host that is valid from so many days ago, for so many days from now.
    fn server(&self, host: &str, (ago, left): (i64, i64)) -> ServerConfig {
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        let (year, month, of_month) = day(now() - TimeDelta::days(ago));
        params.not_before = rcgen::date_time_ymd(year, month, of_month);
        let (year, month, of_month) = day(now() + TimeDelta::days(left));
        params.not_after = rcgen::date_time_ymd(year, month, of_month);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        ServerConfig::builder_with_provider(tls::provider())
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap()
    }

    /// A prober that trusts it.
    fn prober(&self) -> Prober {
        Prober {
            trust: Some(self.trust.clone()),
            ..prober()
        }
    }
}

/// Year, month and day.
fn day(at: Instant) -> (i32, u8, u8) {
    use chrono::Datelike;
    let small = |number: u32| u8::try_from(number).unwrap();
    (at.year(), small(at.month()), small(at.day()))
}

/// A prober that trusts nobody.
fn prober() -> Prober {
    Prober {
        resolve: to_loopback,
        trust: None,
        now: now(),
        within: Duration::from_secs(20),
        lang: Lang::En,
    }
}

/// What a server heard.
type Heard = Arc<Mutex<String>>;

/// A server that gives one answer over whatever it wraps its connections in. Gives its port and what it hears.
async fn serve(tls: Option<ServerConfig>, answer: &'static str) -> (u16, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let heard = Heard::default();
    let log = heard.clone();
    let acceptor = tls.map(|config| TlsAcceptor::from(Arc::new(config)));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            match &acceptor {
                Some(acceptor) => {
                    if let Ok(stream) = acceptor.accept(stream).await {
                        reply(stream, answer, &log).await;
                    }
                }
                None => reply(stream, answer, &log).await,
            }
        }
    });
    (port, heard)
}

/// Reads a request and answers it.
async fn reply(
    mut stream: impl AsyncRead + AsyncWrite + Unpin,
    answer: &str,
    heard: &Mutex<String>,
) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut part = [0; 1024];
        match stream.read(&mut part).await {
            Ok(read) if read > 0 => request.extend_from_slice(&part[..read]),
            _ => return,
        }
    }
    heard
        .lock()
        .unwrap()
        .push_str(&String::from_utf8(request).unwrap());
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// A plain answer.
const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

#[tokio::test]
async fn a_good_certificate_is_told_with_its_end_and_the_times_of_each_step() {
    let authority = Authority::new();
    let (port, heard) = serve(Some(authority.server("api.example", (1, 60))), FINE).await;
    let url = format!("https://api.example:{port}/ready?deep=1");
    let record = authority.prober().probe("api", &url).await;
    assert!(record.ok, "{record:?}");
    assert_eq!((record.status, record.problem), (Some(200), None));
    assert_eq!(
        record.cert_expires_at.unwrap().date_naive(),
        (now() + TimeDelta::days(60)).date_naive()
    );
    let steps = [
        record.dns_seconds,
        record.connect_seconds,
        record.tls_seconds,
        record.ttfb_seconds,
    ];
    let steps: Vec<f64> = steps.into_iter().map(Option::unwrap).collect();
    assert!(steps.is_sorted(), "{steps:?}");
    let heard = heard.lock().unwrap().clone();
    assert!(
        heard.starts_with("GET /ready?deep=1 HTTP/1.1\r\n"),
        "{heard}"
    );
    assert!(
        heard.contains(&format!("\r\nHost: api.example:{port}\r\n")),
        "{heard}"
    );
    for credential in ["authorization", "cookie", "x-token", "x-auth-token"] {
        assert!(!heard.to_lowercase().contains(credential), "{heard}");
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_told_and_the_service_behind_is_seen() {
    let authority = Authority::new();
    let stranger = Authority::new();
    for (config, problem) in [
        (
            authority.server("api.example", (400, -30)),
            ProbeProblem::CertificateExpired,
        ),
        (
            authority.server("api.example", (-5, 90)),
            ProbeProblem::CertificateNotYetValid,
        ),
        (
            authority.server("other.example", (1, 60)),
            ProbeProblem::CertificateWrongHost,
        ),
        (
            stranger.server("api.example", (1, 60)),
            ProbeProblem::CertificateUntrusted,
        ),
    ] {
        let (port, heard) = serve(Some(config), FINE).await;
        let url = format!("https://api.example:{port}/ready?key=hunter2");
        let record = authority.prober().probe("api", &url).await;
        assert_eq!(record.problem, Some(problem));
        assert!(!record.ok && record.cert_expires_at.is_some(), "{record:?}");
        assert!(record.error.as_deref().unwrap().contains("api.example"));
        assert_eq!(record.status, Some(200), "the service behind it is well");
        let heard = heard.lock().unwrap().clone();
        assert!(!heard.contains("hunter2"), "{heard}");
    }
}

#[tokio::test]
async fn an_address_without_a_name_is_held_to_its_number() {
    let authority = Authority::new();
    for (host, problem) in [
        ("127.0.0.1", None),
        ("api.example", Some(ProbeProblem::CertificateWrongHost)),
    ] {
        let (port, _) = serve(Some(authority.server(host, (1, 60))), FINE).await;
        let record = authority
            .prober()
            .probe("api", &format!("https://127.0.0.1:{port}/"))
            .await;
        assert_eq!(record.problem, problem, "{record:?}");
        assert_eq!(record.dns_seconds, None);
    }
}

#[tokio::test]
async fn without_tls_the_times_have_no_handshake() {
    let (port, _) = serve(
        None,
        "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No\r\n\r\n",
    )
    .await;
    let record = prober()
        .probe("api", &format!("http://localhost:{port}"))
        .await;
    assert!(record.ok, "{record:?}");
    assert_eq!((record.status, record.tls_seconds), (Some(204), None));
    assert!(record.ttfb_seconds.is_some() && record.cert_expires_at.is_none());
}

#[tokio::test]
async fn tls_towards_a_plain_server_is_a_failed_handshake() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"SSH-2.0-OpenSSH_9\r\n").await;
        }
    });
    let record = prober()
        .probe("api", &format!("https://api.example:{port}/"))
        .await;
    assert_eq!(record.problem, Some(ProbeProblem::TlsFailed));
    let record = prober()
        .probe("api", &format!("http://localhost:{port}/"))
        .await;
    assert_eq!(record.problem, Some(ProbeProblem::NotHttp));
}

#[tokio::test]
async fn a_redirect_is_told_and_not_followed() {
    let answer = "HTTP/1.1 302 Found\r\nLocation: /login?next=%2F\r\n\r\n";
    let (port, heard) = serve(None, answer).await;
    let record = prober()
        .probe("api", &format!("http://localhost:{port}/a"))
        .await;
    assert!(record.ok, "{record:?}");
    let expected = format!("http://localhost:{port}/login?next=%2F");
    assert_eq!(record.redirect.as_deref(), Some(expected.as_str()));
    assert_eq!(heard.lock().unwrap().matches("GET ").count(), 1);
}

#[tokio::test]
async fn a_guard_is_no_outage_and_an_outage_is_no_guard() {
    for (answer, problem) in [
        (
            "HTTP/1.1 403 F\r\ncf-mitigated: challenge\r\n\r\n",
            ProbeProblem::BotChallenge,
        ),
        (
            "HTTP/1.1 503 S\r\nServer: cloudflare\r\n\r\n<title>Just a moment...</title>",
            ProbeProblem::BotChallenge,
        ),
        (
            "HTTP/1.1 503 S\r\n\r\nupstream unavailable",
            ProbeProblem::ServerError,
        ),
        ("HTTP/1.1 404 N\r\n\r\n", ProbeProblem::ClientError),
        ("garbage\r\n\r\n", ProbeProblem::NotHttp),
        ("", ProbeProblem::Closed),
    ] {
        let (port, _) = serve(None, answer).await;
        let record = prober()
            .probe("api", &format!("http://localhost:{port}/"))
            .await;
        assert_eq!(record.problem, Some(problem), "{answer}");
        assert!(!record.ok && record.error.is_some());
    }
}

#[tokio::test]
async fn a_server_that_never_answers_ends_by_the_deadline_with_what_was_learnt() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let impatient = Prober {
        within: Duration::from_millis(80),
        ..prober()
    };
    let record = impatient
        .probe("api", &format!("https://api.example:{port}/"))
        .await;
    assert_eq!(record.problem, Some(ProbeProblem::TimedOut));
    assert!(record.connect_seconds.is_some() && record.tls_seconds.is_none());
    drop(listener);
    let record = prober()
        .probe("api", &format!("https://api.example:{port}/"))
        .await;
    assert_eq!(record.problem, Some(ProbeProblem::Unreachable));
}

#[tokio::test]
async fn a_name_that_nobody_knows_is_told_by_its_name() {
    let lost = Prober {
        resolve: to_nobody,
        ..prober()
    };
    let record = lost.probe("api", "https://gone.example/").await;
    assert_eq!(record.problem, Some(ProbeProblem::NameNotFound));
    assert!(record.error.unwrap().contains("gone.example"));
    let record = prober().probe("api", "not an address").await;
    assert_eq!(record.problem, Some(ProbeProblem::BadAddress));
}

#[tokio::test]
async fn an_endless_head_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
            while stream.write_all(b"X-More: and more\r\n").await.is_ok() {}
        }
    });
    let record = prober()
        .probe("api", &format!("http://localhost:{port}/"))
        .await;
    assert_eq!(record.problem, Some(ProbeProblem::NotHttp));
}

#[test]
fn a_sandbox_and_a_proxy_keep_probes_on_this_machine() {
    let far = Url::parse("https://api.example.com/").unwrap();
    let here = Url::parse("http://127.0.0.1:1/").unwrap();
    for reach in [ProbeReach::Sandbox, ProbeReach::Proxied] {
        assert!(reach.refuses(&far, Lang::En).is_some());
        assert_eq!(reach.refuses(&here, Lang::En), None);
    }
    let example = ProbeReach::Anywhere.refuses(&far, Lang::En);
    assert!(example.is_some(), "kept for examples, nobody's service");
    let real = Url::parse("https://api.example.scw.cloud/").unwrap();
    assert_eq!(ProbeReach::Anywhere.refuses(&real, Lang::En), None);
}
