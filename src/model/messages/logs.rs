//! What `logs` says beside the lines: what is wrong with a test, what is complete and what is not, how to go on.

use super::words::{bytes, count, counted, percent};
use crate::model::Lang;

/// A `--where` that is no test.
pub(crate) fn bad_test(lang: Lang, test: &str) -> String {
    say!(
        lang,
        "--where: {test:?} is not of the form FIELD OP VALUE",
        "--where : {test:?} n'est pas de la forme CHAMP OP VALEUR"
    )
}

/// What one looks like.
pub(crate) fn bad_test_hint(lang: Lang) -> String {
    say!(
        lang,
        "OP is one of = != > >= < <= =~ !~, as in --where 'status>=500' or --where route=/v1/orders",
        "OP parmi = != > >= < <= =~ !~, comme --where 'status>=500' ou --where route=/v1/orders"
    )
}

/// An order of what has none.
pub(crate) fn no_number(lang: Lang, test: &str, value: &str) -> String {
    say!(
        lang,
        "--where: {value:?} of {test:?} is neither a number nor a duration",
        "--where : {value:?} de {test:?} n'est ni un nombre ni une durée"
    )
}

/// What to write instead.
pub(crate) fn no_number_hint(lang: Lang) -> String {
    say!(
        lang,
        "compare with a number or a duration, as in 'status>=500' or 'duration_ms>1s', or use = and =~ for texts",
        "comparez à un nombre ou à une durée, comme 'status>=500' ou 'duration_ms>1s', ou prenez = et =~ pour les textes"
    )
}

/// A query whose answer is not lines.
pub(crate) fn not_a_log_query(lang: Lang) -> String {
    say!(
        lang,
        "--query: not a log query: it does not begin with a stream selector",
        "--query : ce n'est pas une requête de lignes : elle ne commence pas par un sélecteur de flux"
    )
}

/// What to write instead.
pub(crate) fn not_a_log_query_hint(lang: Lang) -> String {
    say!(
        lang,
        "begin with {{label=\"value\"}}; for a metric query over logs: scout logql",
        "commencez par {{label=\"valeur\"}} ; pour une requête de métrique sur les logs : scout logql"
    )
}

/// How many lines there are, were fetched and are shown.
pub(crate) fn completeness(lang: Lang, matched: Option<u64>, fetched: u64, shown: u64) -> String {
    let lines = |n| counted(lang, n, ("line", "ligne"), ("lines", "lignes"));
    let (fetched, shown) = (count(lang, fetched), lines(shown));
    match matched {
        Some(matched) => {
            let matched = count(lang, matched);
            say!(
                lang,
                "{shown} shown, {fetched} fetched, {matched} matched",
                "{shown} en sortie, {fetched} lues, {matched} trouvées par le serveur"
            )
        }
        None => say!(
            lang,
            "{shown} shown, {fetched} fetched and looked at",
            "{shown} en sortie, {fetched} lues et examinées"
        ),
    }
}

/// There are more than the limit lets show.
pub(crate) fn limit_reached(lang: Lang) -> &'static str {
    lang.pick(
        "limit reached: --limit 0 for all",
        "limite atteinte : --limit 0 pour toutes",
    )
}

/// There are more than a screen takes.
pub(crate) fn screen_full(lang: Lang) -> &'static str {
    lang.pick(
        "the pager took the first 32 MiB: write all of it to a file or a pipe",
        "le pager a reçu les premiers 32 Mio : écrivez le tout dans un fichier ou un tube",
    )
}

/// Retention reaches into the window.
pub(crate) fn retention(lang: Lang, days: u32, since: &str) -> String {
    let days = u64::from(days);
    let days = counted(lang, days, ("day", "jour"), ("days", "jours"));
    say!(
        lang,
        "logs are kept for {days}: what was written before {since} is gone",
        "les logs sont gardés {days} : ce qui date d'avant {since} n'y est plus"
    )
}

/// More gaps than are told one by one.
pub(crate) fn more_gaps(lang: Lang, more: u64) -> String {
    counted(
        lang,
        more,
        ("more window is missing", "autre fenêtre manque"),
        ("more windows are missing", "autres fenêtres manquent"),
    )
}

/// How to go on after an interruption.
pub(crate) fn resume(lang: Lang, command: &str) -> String {
    say!(lang, "to go on: {command}", "pour continuer : {command}")
}

/// How far a download is.
pub(crate) fn progress(lang: Lang, done: Progress) -> String {
    let lines = counted(lang, done.lines, ("line", "ligne"), ("lines", "lignes"));
    let size = bytes(lang, done.bytes as f64);
    let share = percent(lang, done.share);
    let rate = count(lang, done.lines_per_second);
    say!(
        lang,
        "{lines}, {size}, {share} of the window, {rate} lines/s",
        "{lines}, {size}, {share} de la fenêtre, {rate} lignes/s"
    )
}

/// How far a download is, in numbers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress {
    /// Lines fetched.
    pub(crate) lines: u64,
    /// Their bytes.
    pub(crate) bytes: u64,
    /// Share of the window.
    pub(crate) share: f64,
    /// Lines a second so far.
    pub(crate) lines_per_second: u64,
}

/// `--follow` where the server has no `tail`.
pub(crate) fn polling(lang: Lang, why: &str) -> String {
    say!(
        lang,
        "the server offers no live tail ({why}): asking for new lines every second instead",
        "le serveur n'offre pas de suivi en direct ({why}) : les nouvelles lignes sont demandées chaque seconde"
    )
}

/// `--follow` while the server is away.
pub(crate) fn lost(lang: Lang, why: &str) -> String {
    say!(
        lang,
        "{why}; asking again until it answers, then what came in meanwhile",
        "{why} ; nouvelle demande jusqu'à ce qu'il réponde, puis ce qui est arrivé entre-temps"
    )
}

/// `--follow` once it is back.
pub(crate) fn back(lang: Lang) -> String {
    say!(
        lang,
        "Loki answers again; nothing was lost",
        "Loki répond à nouveau ; rien n'a été perdu"
    )
}

/// `--follow` with a document.
pub(crate) fn no_end(lang: Lang) -> String {
    say!(
        lang,
        "--follow has no end, and a JSON document needs one",
        "--follow n'a pas de fin, et un document JSON en demande une"
    )
}

/// What to write instead.
pub(crate) fn no_end_hint(lang: Lang) -> String {
    say!(
        lang,
        "use -o ndjson: one JSON object a line",
        "prenez -o ndjson : un objet JSON par ligne"
    )
}
