//! What is said about probes: why an address did not answer as it should, and what was found.

use chrono::TimeDelta;

use super::words;
use crate::model::Lang;

/// An address of a sandbox's world, or of an example.
pub(crate) fn sandboxed(lang: Lang) -> String {
    say!(
        lang,
        "not probed: the sandbox's hosts, and those of examples, do not exist",
        "pas sondé : les hôtes du bac à sable et des exemples n'existent pas"
    )
}

/// An address beyond a proxy.
pub(crate) fn proxied(lang: Lang) -> String {
    say!(
        lang,
        "not probed: this machine uses a proxy, and a probe would go past it",
        "pas sondé : cette machine passe par un proxy, qu'une sonde contournerait"
    )
}

/// No address at all.
pub(crate) fn bad_address(lang: Lang) -> String {
    say!(
        lang,
        "the address cannot be read",
        "l'adresse n'est pas lisible"
    )
}

/// No answer in time.
pub(crate) fn timed_out(lang: Lang, seconds: f64) -> String {
    say!(
        lang,
        "no answer within {seconds} s",
        "pas de réponse en {seconds} s"
    )
}

/// A name without an address.
pub(crate) fn name_not_found(lang: Lang, host: &str, said: &str) -> String {
    let said = in_brackets(said);
    say!(
        lang,
        "the name {host} does not resolve{said}",
        "le nom {host} ne se résout pas{said}"
    )
}

/// No connection.
pub(crate) fn unreachable(lang: Lang, host: &str, port: u16, said: &str) -> String {
    let said = in_brackets(said);
    say!(
        lang,
        "no connection to {host}:{port}{said}",
        "pas de connexion à {host}:{port}{said}"
    )
}

/// No encryption.
pub(crate) fn tls_failed(lang: Lang, host: &str, said: &str) -> String {
    let said = in_brackets(said);
    say!(
        lang,
        "the TLS handshake with {host} failed{said}",
        "la négociation TLS avec {host} a échoué{said}"
    )
}

/// Closed without an answer.
pub(crate) fn closed(lang: Lang) -> String {
    say!(
        lang,
        "the connection was closed before an answer",
        "la connexion a été fermée avant une réponse"
    )
}

/// Something else than a web server.
pub(crate) fn not_http(lang: Lang) -> String {
    say!(
        lang,
        "what answers there does not speak HTTP",
        "ce qui répond là ne parle pas HTTP"
    )
}

/// A guard in the service's place.
pub(crate) fn challenged(lang: Lang, whose: &str, status: u16) -> String {
    say!(
        lang,
        "a guard against bots answered ({whose}, {status}): no outage, and nothing is known of the service behind it",
        "une protection contre les robots a répondu ({whose}, {status}) : pas une panne, et rien n'est connu du service derrière elle"
    )
}

/// A status that is no success.
pub(crate) fn answered(lang: Lang, status: u16) -> String {
    say!(lang, "it answered {status}", "elle a répondu {status}")
}

/// The system's own words behind a message.
fn in_brackets(said: &str) -> String {
    if said.is_empty() {
        String::new()
    } else {
        format!(" ({said})")
    }
}

/// A certificate that has expired.
pub(crate) fn certificate_expired(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "the certificate of {host} has expired",
        "le certificat de {host} a expiré"
    )
}

/// A certificate that is not valid yet.
pub(crate) fn certificate_not_yet_valid(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "the certificate of {host} is not valid yet",
        "le certificat de {host} n'est pas encore valable"
    )
}

/// A certificate for other hosts.
pub(crate) fn certificate_wrong_host(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "the certificate is not for {host}",
        "le certificat n'est pas celui de {host}"
    )
}

/// A certificate that nobody known has signed.
pub(crate) fn certificate_untrusted(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "the certificate of {host} is not signed by anybody whom this machine trusts",
        "le certificat de {host} n'est signé par personne à qui cette machine fait confiance"
    )
}

/// The title of a probe that failed.
pub(crate) fn failed(lang: Lang, why: &str) -> String {
    say!(lang, "probe: {why}", "sonde : {why}")
}

/// The title of a certificate that expires soon.
pub(crate) fn expires(lang: Lang, left: TimeDelta) -> String {
    let left = words::duration(lang, left);
    say!(
        lang,
        "probe: the certificate expires in {left}",
        "sonde : le certificat expire dans {left}"
    )
}

/// The title of a certificate that has expired.
pub(crate) fn expired(lang: Lang) -> String {
    say!(
        lang,
        "probe: the certificate has expired",
        "sonde : le certificat a expiré"
    )
}

/// The title of a slow first byte.
pub(crate) fn slow(lang: Lang, seconds: f64) -> String {
    let seconds = words::decimal(lang, seconds, 1);
    say!(
        lang,
        "probe: the first byte took {seconds} s",
        "sonde : le premier octet a pris {seconds} s"
    )
}

/// What a probe that went well says, for what was checked.
pub(crate) fn fine(lang: Lang, status: u16, seconds: f64) -> String {
    let seconds = words::decimal(lang, seconds, 2);
    say!(
        lang,
        "probe: {status} in {seconds} s",
        "sonde : {status} en {seconds} s"
    )
}
