//! What the report says: titles of findings, statements, gaps, what was checked.

use chrono::TimeDelta;

use super::words::{count, counted, decimal, duration, percent};
use crate::model::{Lang, Unit};

/// `1,890 lines`
pub(crate) fn lines(lang: Lang, n: u64, estimated: bool) -> String {
    let lines = counted(lang, n, ("line", "ligne"), ("lines", "lignes"));
    if estimated {
        say!(lang, "about {lines}", "environ {lines}")
    } else {
        lines
    }
}

/// `1,890 lines, 0 in the baseline`
pub(crate) fn counts(lang: Lang, now: u64, before: u64, estimated: bool) -> String {
    let now = lines(lang, now, estimated);
    let before = count(lang, before);
    say!(
        lang,
        "{now}, {before} in the baseline",
        "{now}, {before} dans la référence"
    )
}

/// Error lines that are new.
pub(crate) fn new_errors(lang: Lang, text: &str) -> String {
    say!(lang, "new error: {text}", "nouvelle erreur : {text}")
}

/// Error lines that became more frequent.
pub(crate) fn more_errors(lang: Lang, text: &str) -> String {
    say!(
        lang,
        "far more frequent error: {text}",
        "erreur bien plus fréquente : {text}"
    )
}

/// Error lines that are many, now and before, or have nothing to be compared with.
pub(crate) fn constant_errors(lang: Lang, text: &str) -> String {
    say!(lang, "lasting error: {text}", "erreur persistante : {text}")
}

/// Warnings that are new or more frequent.
pub(crate) fn new_warnings(lang: Lang, text: &str) -> String {
    say!(lang, "new warning: {text}", "nouvel avertissement : {text}")
}

/// Other lines that are new or more frequent.
pub(crate) fn new_lines(lang: Lang, text: &str) -> String {
    say!(
        lang,
        "new in the log: {text}",
        "nouveau dans les logs : {text}"
    )
}

/// A metric past its threshold.
pub(crate) fn threshold(
    lang: Lang,
    title: &str,
    value: &str,
    limit: &str,
    lasts: TimeDelta,
    ongoing: bool,
) -> String {
    let lasts = duration(lang, lasts);
    if ongoing {
        say!(
            lang,
            "{title} at {value}, past {limit} for {lasts}",
            "{title} à {value}, au-delà de {limit} depuis {lasts}"
        )
    } else {
        say!(
            lang,
            "{title} was past {limit} for {lasts}, now {value}",
            "{title} au-delà de {limit} pendant {lasts}, maintenant {value}"
        )
    }
}

/// A metric that came near the end of its range.
pub(crate) fn peak(lang: Lang, title: &str, highest: &str) -> String {
    say!(
        lang,
        "{title} came to {highest}",
        "{title} a atteint {highest}"
    )
}

/// A value that bad lines have far more often than others; shares from 0 to 1.
pub(crate) fn differs(lang: Lang, field: &str, value: &str, bad: f64, good: f64) -> String {
    /// From here on it is nearly all of them.
    const ONLY: f64 = 0.95;
    let (bad_percent, good_percent) = (percent(lang, bad), percent(lang, good));
    if bad >= ONLY {
        say!(
            lang,
            "only {field} {value}: {bad_percent} of the bad lines, {good_percent} of the others",
            "seulement {field} {value} : {bad_percent} des lignes en erreur, {good_percent} des autres"
        )
    } else {
        say!(
            lang,
            "mostly {field} {value}: {bad_percent} of the bad lines, {good_percent} of the others",
            "surtout {field} {value} : {bad_percent} des lignes en erreur, {good_percent} des autres"
        )
    }
}

/// As many copies as there may be.
pub(crate) fn at_limit(lang: Lang, title: &str, before: &str, now: &str) -> String {
    say!(
        lang,
        "{title}: {now}, the most that are allowed; {before} before",
        "{title} : {now}, le plus qui soit permis ; {before} avant"
    )
}

/// A metric that left its baseline.
pub(crate) fn shift(lang: Lang, title: &str, before: &str, now: &str) -> String {
    say!(
        lang,
        "{title} went from {before} to {now}",
        "{title} est passé de {before} à {now}"
    )
}

/// A metric without data.
pub(crate) fn no_data(lang: Lang, title: &str) -> String {
    say!(lang, "{title}: no more data", "{title} : plus de données")
}

/// A resource's status.
pub(crate) fn status(lang: Lang, name: &str, status: &str) -> String {
    say!(
        lang,
        "{name} is {status}",
        "{name} est dans l'état {status}"
    )
}

/// A resource that was changed.
pub(crate) fn changed(lang: Lang, name: &str) -> String {
    say!(lang, "{name} was changed", "{name} a été modifié")
}

/// Maintenance by the platform.
pub(crate) fn maintenance(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "maintenance of {name} by the platform",
        "maintenance de {name} par la plateforme"
    )
}

/// The share of requests that fail.
pub(crate) fn failing(lang: Lang, share: f64) -> String {
    let share = percent(lang, share);
    say!(
        lang,
        "{share} of requests fail",
        "{share} des requêtes échouent"
    )
}

/// Failed requests of all.
pub(crate) fn failing_counts(lang: Lang, failed: u64, requests: u64, usual: f64) -> String {
    let (failed, requests, usual) = (
        count(lang, failed),
        count(lang, requests),
        percent(lang, usual),
    );
    say!(
        lang,
        "{failed} of {requests} requests, {usual} in the baseline",
        "{failed} requêtes sur {requests}, {usual} dans la référence"
    )
}

/// Requests that became slow, by their 95th percentile.
pub(crate) fn slow(lang: Lang, before: TimeDelta, now: TimeDelta) -> String {
    let (before, now) = (duration(lang, before), duration(lang, now));
    say!(
        lang,
        "requests take {now} (95th percentile), {before} before",
        "les requêtes durent {now} (95e centile), {before} avant"
    )
}

/// Requests that became many.
pub(crate) fn traffic(lang: Lang, before: &str, now: &str) -> String {
    say!(
        lang,
        "requests went from {before} to {now}",
        "les requêtes sont passées de {before} à {now}"
    )
}

/// A log that fell silent.
pub(crate) fn silence(lang: Lang, per_minute: f64) -> String {
    let usual = decimal(lang, per_minute, 1);
    say!(
        lang,
        "the log fell silent, usually {usual} lines a minute",
        "les logs se sont tus, d'habitude {usual} lignes par minute"
    )
}

/// Copies that were replaced.
pub(crate) fn restarts(lang: Lang, n: u64) -> String {
    counted(
        lang,
        n,
        ("restart", "redémarrage"),
        ("restarts", "redémarrages"),
    )
}

/// Copies more.
pub(crate) fn new_copies(lang: Lang, n: u64) -> String {
    counted(
        lang,
        n,
        ("new copy", "nouvelle copie"),
        ("new copies", "nouvelles copies"),
    )
}

/// Another version.
pub(crate) fn new_version(lang: Lang, old: &str, new: &str) -> String {
    say!(
        lang,
        "version {new} runs, {old} before",
        "la version {new} tourne, {old} avant"
    )
}

/// Errors right behind a change.
pub(crate) fn after_change(lang: Lang, apart: TimeDelta) -> String {
    let apart = duration(lang, apart);
    say!(
        lang,
        "new errors began within {apart} of a change",
        "de nouvelles erreurs ont commencé à {apart} d'un changement"
    )
}

/// Latest, usual and greatest value of a metric.
pub(crate) fn values(lang: Lang, now: &str, baseline: &str, highest: &str) -> String {
    say!(
        lang,
        "now {now}, baseline {baseline}, highest {highest}",
        "maintenant {now}, référence {baseline}, maximum {highest}"
    )
}

/// A value that is not there.
pub(crate) fn nothing(lang: Lang) -> String {
    say!(lang, "no data", "pas de données")
}

/// The lines of a log over time.
pub(crate) fn lines_a_minute(lang: Lang) -> String {
    say!(lang, "lines a minute", "lignes par minute")
}

/// The failed requests over time.
pub(crate) fn failed_share(lang: Lang) -> String {
    say!(
        lang,
        "share of requests that fail",
        "part des requêtes en échec"
    )
}

/// The time that requests take, over time.
pub(crate) fn durations(lang: Lang) -> String {
    say!(
        lang,
        "95th percentile of requests",
        "95e centile des requêtes"
    )
}

/// The requests over time.
pub(crate) fn requests(lang: Lang) -> String {
    say!(lang, "requests", "requêtes")
}

/// The routes that fail most.
pub(crate) fn routes(lang: Lang, list: &str) -> String {
    say!(lang, "routes: {list}", "routes : {list}")
}

/// A sample line.
pub(crate) fn sample(lang: Lang, text: &str) -> String {
    say!(lang, "for example: {text}", "par exemple : {text}")
}

/// The statement of a report that found nothing.
pub(crate) fn healthy(lang: Lang, services: &str, checks: u64) -> String {
    let checks = counted(
        lang,
        checks,
        ("check", "vérification"),
        ("checks", "vérifications"),
    );
    say!(
        lang,
        "Nothing is wrong with {services}: {checks}, all in order.",
        "Rien d'anormal sur {services} : {checks}, tout est en ordre."
    )
}

/// The statement of a report that found nothing, where a source failed.
pub(crate) fn healthy_in_part(lang: Lang, services: &str, checks: u64) -> String {
    let healthy = healthy(lang, services, checks);
    say!(
        lang,
        "{healthy} A part could not be checked: a source failed.",
        "{healthy} Une partie n'a pas pu être vérifiée : une source a échoué."
    )
}

/// The statement where something is wrong and no rule fits.
pub(crate) fn unknown(lang: Lang, service: &str, title: &str) -> String {
    say!(
        lang,
        "No known cause fits. Most points at {service}: {title}.",
        "Aucune cause connue ne correspond. Le plus suspect est {service} : {title}."
    )
}

/// The statement where too little could be checked.
pub(crate) fn unchecked(lang: Lang) -> String {
    say!(
        lang,
        "Too little could be checked to tell: see the gaps.",
        "Trop peu a pu être vérifié pour conclure : voir les lacunes."
    )
}

/// Why to look at the errors.
pub(crate) fn why_errors(lang: Lang) -> String {
    say!(lang, "the error lines", "les lignes d'erreur")
}

/// Why to look at the log.
pub(crate) fn why_logs(lang: Lang) -> String {
    say!(lang, "the lines themselves", "les lignes elles-mêmes")
}

/// Why to watch the requests.
pub(crate) fn why_unseen(lang: Lang) -> String {
    say!(
        lang,
        "what keeps scout from seeing",
        "ce qui empêche scout de voir"
    )
}

/// The telemetry of all services stopped at once; `time` is in UTC.
pub(crate) fn blackout(lang: Lang, time: &str) -> String {
    say!(
        lang,
        "no line and no sample of any service since {time} UTC: what collects them stopped, or all of them did at once",
        "ni ligne ni échantillon d'aucun service depuis {time} UTC : leur collecte s'est arrêtée, ou tous à la fois"
    )
}

/// A failed question.
pub(crate) fn failed_source(lang: Lang, services: &str, message: &str, requests: u64) -> String {
    let requests = counted(
        lang,
        requests,
        ("request", "requête"),
        ("requests", "requêtes"),
    );
    if services.is_empty() {
        say!(
            lang,
            "{requests} without an answer: {message}",
            "{requests} sans réponse : {message}"
        )
    } else {
        say!(
            lang,
            "{requests} for {services} without an answer: {message}",
            "{requests} pour {services} sans réponse : {message}"
        )
    }
}

/// An answer that a limit cut.
pub(crate) fn limited(lang: Lang, service: &str, returned: u64, matched: Option<u64>) -> String {
    let returned = count(lang, returned);
    match matched {
        Some(matched) => {
            let matched = count(lang, matched);
            say!(
                lang,
                "{service}: {returned} of {matched} lines were read; counts are estimates",
                "{service} : {returned} lignes lues sur {matched} ; les nombres sont des estimations"
            )
        }
        None => say!(
            lang,
            "{service}: only {returned} lines were read; there are more",
            "{service} : seulement {returned} lignes lues ; il y en a d'autres"
        ),
    }
}

/// A service of which nothing was seen.
pub(crate) fn unseen(lang: Lang, service: &str) -> String {
    say!(
        lang,
        "{service}: no log line, no metric and no state; that says nothing about its health",
        "{service} : aucune ligne de log, aucune métrique et aucun état ; cela ne dit rien de sa santé"
    )
}

/// A service whose log is empty where its kind writes one.
pub(crate) fn no_lines(lang: Lang, service: &str) -> String {
    say!(
        lang,
        "{service}: no log line in window or baseline",
        "{service} : aucune ligne de log, ni dans la fenêtre ni dans la référence"
    )
}

/// A metric of the catalogue without any data.
pub(crate) fn no_series(lang: Lang, service: &str, title: &str) -> String {
    say!(
        lang,
        "{service}: no data for {title}",
        "{service} : pas de données pour {title}"
    )
}

/// A log whose baseline is missing.
pub(crate) fn no_baseline(lang: Lang, service: &str) -> String {
    say!(
        lang,
        "{service}: no baseline of its log; old and new errors cannot be told apart",
        "{service} : pas de référence pour ses logs ; impossible de distinguer les erreurs anciennes des nouvelles"
    )
}

/// What was checked of a log.
pub(crate) fn checked_log(lang: Lang, total: &str, errors: u64, before: u64) -> String {
    let errors = count(lang, errors);
    let before = count(lang, before);
    say!(
        lang,
        "log: {total}, {errors} of them errors, {before} in the baseline",
        "logs : {total}, dont {errors} erreurs, {before} dans la référence"
    )
}

/// What was checked of a state.
pub(crate) fn checked_state(lang: Lang, name: &str, status: &str) -> String {
    if status.is_empty() {
        // A kind without a status: being listed is all there is to know.
        return say!(lang, "state: {name} exists", "état : {name} existe");
    }
    say!(
        lang,
        "state: {name} is {status}",
        "état : {name} est {status}",
    )
}

/// A value with its unit.
pub(crate) fn amount(lang: Lang, unit: Unit, value: f64) -> String {
    match unit {
        Unit::Ratio => percent(lang, value),
        Unit::Percent => percent(lang, value / 100.0),
        Unit::Bytes => super::words::bytes(lang, value),
        Unit::Seconds => {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "saturates; a metric's seconds may be anything"
            )]
            let micros = (value * 1e6) as i64;
            duration(lang, TimeDelta::microseconds(micros))
        }
        Unit::Flag => super::words::value(lang, Unit::Flag, value),
        Unit::Count => decimal(lang, value, usize::from(value.abs() < 100.0)),
        Unit::PerSecond => {
            let value = decimal(lang, value, if value.abs() < 10.0 { 2 } else { 0 });
            say!(lang, "{value}/s", "{value}/s")
        }
    }
}
