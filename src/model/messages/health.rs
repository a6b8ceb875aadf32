//! The words of `scout health`.

use super::words;
use crate::model::Lang;

/// Columns of the table.
pub(crate) fn columns(lang: Lang) -> [&'static str; 7] {
    lang.pick(
        [
            "Service", "Verdict", "State", "Metrics", "Errors", "Probe", "Why",
        ],
        [
            "Service",
            "Verdict",
            "État",
            "Métriques",
            "Erreurs",
            "Sonde",
            "Pourquoi",
        ],
    )
}

/// What kept an address from answering, by its name in JSON, short enough for a table.
pub(crate) fn problem(lang: Lang, word: &str) -> &'static str {
    let (en, fr) = match word {
        "bad-address" => ("bad address", "adresse illisible"),
        "name-not-found" => ("no such name", "nom inconnu"),
        "unreachable" => ("unreachable", "injoignable"),
        "timed-out" => ("timed out", "délai dépassé"),
        "closed" => ("closed", "connexion fermée"),
        "tls-failed" => ("TLS failed", "échec TLS"),
        "certificate-expired" => ("cert expired", "certificat expiré"),
        "certificate-not-yet-valid" => ("cert not yet valid", "certificat pas encore valable"),
        "certificate-wrong-host" => ("cert of another host", "certificat d'un autre hôte"),
        "certificate-untrusted" => ("cert untrusted", "certificat non reconnu"),
        "not-http" => ("not HTTP", "pas du HTTP"),
        "bot-challenge" => ("bot challenge", "défi anti-robots"),
        _ => ("failed", "échec"),
    };
    lang.pick(en, fr)
}

/// How long an answer took to begin, behind a status.
pub(crate) fn in_seconds(lang: Lang, seconds: f64) -> String {
    let seconds = words::decimal(lang, seconds, 2);
    say!(lang, " in {seconds} s", " en {seconds} s")
}

/// Days left on a certificate, behind an answer.
pub(crate) fn certificate_days(lang: Lang, days: i64) -> String {
    say!(lang, ", cert {days} d", ", certificat {days} j")
}

/// The head of one round in a pipe.
pub(crate) fn round(lang: Lang, at: &str) -> String {
    say!(lang, "--- {at}", "--- {at}")
}

/// A pause between rounds that is too short.
pub(crate) fn watch_too_short(lang: Lang, seconds: u64) -> String {
    say!(
        lang,
        "--watch: a round every {seconds} s is the most that may be asked for",
        "--watch : un tour toutes les {seconds} s est le plus que l'on puisse demander"
    )
}

/// Why not.
pub(crate) fn watch_too_short_hint(lang: Lang) -> String {
    say!(
        lang,
        "each round makes a token and deletes it: --watch 10s",
        "chaque tour crée un jeton et le supprime : --watch 10s"
    )
}
