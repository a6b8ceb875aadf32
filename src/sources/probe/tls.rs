//! Whose certificate is it, how long is it valid, and would a user's browser accept it?
//!
//! In: an open connection. Out: an encrypted one, and what is wrong with the certificate. The handshake is finished whatever the
//! certificate, so that it can be looked at; the signature that proves who holds its key is checked as always. What may be sent
//! over a connection that is not trusted is for the caller to decide.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::client::verify_server_name;
use tokio_rustls::rustls::crypto::{
    CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::server::ParsedCertificate;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, SignatureScheme,
};

use super::certificate::validity;
use crate::evidence::ProbeProblem;
use crate::model::Instant;

/// Whom this machine trusts.
pub(super) type Trust = Arc<dyn ServerCertVerifier>;

/// Whom the system trusts; `None` where it cannot say.
pub(super) fn system_trust() -> Option<Trust> {
    let verifier = rustls_platform_verifier::Verifier::new(provider()).ok()?;
    Some(Arc::new(verifier))
}

/// What encrypts: the same as the HTTP client's.
pub(super) fn provider() -> Arc<CryptoProvider> {
    Arc::new(aws_lc_rs::default_provider())
}

/// What a certificate looks like.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Judged {
    /// When it expires.
    pub(super) expires_at: Option<Instant>,
    /// What is wrong with it.
    pub(super) problem: Option<ProbeProblem>,
}

/// Encrypts a connection.
///
/// # Errors
/// No encryption could be agreed on, or the other side does not hold the certificate's key.
pub(super) async fn encrypt(
    stream: TcpStream,
    host: &str,
    trust: Option<Trust>,
    now: Instant,
) -> std::io::Result<(TlsStream<TcpStream>, Judged)> {
    let name = server_name(host).map_err(std::io::Error::other)?;
    let look = Arc::new(Look {
        trust,
        provider: provider(),
        now,
        judged: Mutex::default(),
    });
    let mut config = ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(std::io::Error::other)?
        .dangerous()
        .with_custom_certificate_verifier(look.clone())
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let stream = TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await?;
    let judged = look.judged.lock().unwrap_or_else(PoisonError::into_inner);
    Ok((stream, judged.clone()))
}

/// The name that a certificate must be for.
fn server_name(host: &str) -> Result<ServerName<'static>, TlsError> {
    match host.parse::<std::net::IpAddr>() {
        Ok(address) => Ok(ServerName::from(address)),
        Err(_) => ServerName::try_from(host.to_owned())
            .map_err(|_| TlsError::General("not a name that a certificate can be for".to_owned())),
    }
}

/// Looks at a certificate, and lets every handshake go on.
#[derive(Debug)]
struct Look {
    /// Whom this machine trusts.
    trust: Option<Trust>,
    /// Checks signatures.
    provider: Arc<CryptoProvider>,
    /// The time to judge by.
    now: Instant,
    /// What was seen.
    judged: Mutex<Judged>,
}

impl Look {
    /// Judges a certificate. What a user would be told first comes first.
    fn judge(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        stapled: &[u8],
    ) -> Judged {
        let dates = validity(certificate);
        let problem = match dates {
            Some((_, to)) if self.now > to => Some(ProbeProblem::CertificateExpired),
            Some((from, _)) if self.now < from => Some(ProbeProblem::CertificateNotYetValid),
            _ if !is_for(certificate, name) => Some(ProbeProblem::CertificateWrongHost),
            _ => self.distrust(certificate, intermediates, name, stapled),
        };
        Judged {
            expires_at: dates.map(|(_, to)| to),
            problem,
        }
    }

    /// Why the system does not trust a certificate that is valid now and for this host; `None` where it does, or cannot say.
    fn distrust(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        stapled: &[u8],
    ) -> Option<ProbeProblem> {
        let seconds = u64::try_from(self.now.timestamp()).unwrap_or_default();
        let now = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let verified =
            self.trust
                .as_ref()?
                .verify_server_cert(certificate, intermediates, name, stapled, now);
        match verified {
            Ok(_) => None,
            // An intermediate one, then.
            Err(TlsError::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. },
            )) => Some(ProbeProblem::CertificateExpired),
            Err(_) => Some(ProbeProblem::CertificateUntrusted),
        }
    }
}

/// Whether a certificate is for a host. One that cannot be read is for nobody.
fn is_for(certificate: &CertificateDer<'_>, name: &ServerName<'_>) -> bool {
    ParsedCertificate::try_from(certificate)
        .and_then(|certificate| verify_server_name(&certificate, name))
        .is_ok()
}

impl ServerCertVerifier for Look {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let judged = self.judge(end_entity, intermediates, server_name, ocsp_response);
        *self.judged.lock().unwrap_or_else(PoisonError::into_inner) = judged;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, cert, dss, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, cert, dss, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
