//! What the commands that read all lines of services say: `errors`, `patterns`, `slow`, `trace`.

use super::words::{count, counted};
use crate::model::Lang;

/// How many lines the server counts, and how many were looked at.
pub(crate) fn looked_at(lang: Lang, matched: Option<u64>, looked_at: u64, sampled: bool) -> String {
    let lines = |n| counted(lang, n, ("line", "ligne"), ("lines", "lignes"));
    let looked = count(lang, looked_at);
    match matched {
        None => {
            let lines = lines(looked_at);
            say!(
                lang,
                "looked at {lines}; the server did not count them",
                "{lines} examinée(s) ; le serveur ne les a pas comptées"
            )
        }
        Some(matched) if sampled => {
            let lines = lines(matched);
            say!(
                lang,
                "from a sample of {looked} of {lines}, spread evenly over the window; --sample 0 looks at all",
                "d'après un échantillon de {looked} sur {lines}, réparti sur la fenêtre ; --sample 0 les examine toutes"
            )
        }
        Some(matched) => {
            let lines = lines(matched);
            say!(
                lang,
                "{lines} counted by the server, {looked} looked at",
                "{lines} selon le serveur, {looked} examinées"
            )
        }
    }
}

/// A stretch of time whose lines could not be had.
pub(crate) fn gap(lang: Lang, from: &str, to: &str, why: &str) -> String {
    say!(
        lang,
        "missing from {from} to {to}: {why}",
        "manque de {from} à {to} : {why}"
    )
}

/// Instants that hold more lines than the server can give.
pub(crate) fn crowded(lang: Lang, instants: u64, first: &str) -> String {
    let instants = counted(
        lang,
        instants,
        ("instant", "instant"),
        ("instants", "instants"),
    );
    say!(
        lang,
        "more lines than the server gives at once bear the same time: {instants}, the first {first}; some of them are missing",
        "plus de lignes que le serveur n'en donne à la fois portent la même heure : {instants}, le premier {first} ; certaines manquent"
    )
}

/// The window begins before what the server keeps.
pub(crate) fn kept_since(lang: Lang, since: &str) -> String {
    say!(
        lang,
        "the server keeps lines since {since} only",
        "le serveur ne conserve les lignes que depuis {since}"
    )
}

/// More lines than may be looked at, where the server does not count.
pub(crate) fn not_counted(lang: Lang, most: u64) -> String {
    let most = count(lang, most);
    say!(
        lang,
        "the server did not count the lines, and there are more than {most}",
        "le serveur n'a pas compté les lignes, et il y en a plus de {most}"
    )
}

/// What stands above the baseline's coverage.
pub(crate) fn baseline(lang: Lang) -> &'static str {
    lang.pick("the baseline:", "la période de référence :")
}

/// How many events there are, of a level and worse or of any.
pub(crate) fn events(
    lang: Lang,
    level: Option<&str>,
    shown: &str,
    events: u64,
    signatures: u64,
) -> String {
    let of = counted(
        lang,
        signatures,
        ("signature", "signature"),
        ("signatures", "signatures"),
    );
    let singular = events == 1 || (lang == Lang::Fr && events < 2);
    let noun = match (level, singular) {
        (Some("error"), true) => lang.pick("error", "erreur"),
        (Some("error"), false) => lang.pick("errors", "erreurs"),
        (_, true) => lang.pick("event", "événement"),
        (_, false) => lang.pick("events", "événements"),
    };
    let least = match level {
        None | Some("error") => String::new(),
        Some(level) => say!(
            lang,
            " of level {level} and worse",
            " de niveau {level} et au-delà"
        ),
    };
    say!(
        lang,
        "{shown} {noun}{least}, {of}",
        "{shown} {noun}{least}, {of}"
    )
}

/// A count of what could be read, where not all of it could.
pub(crate) fn at_least(lang: Lang, count: &str) -> String {
    say!(lang, "at least {count}", "au moins {count}")
}

/// Events that no signature counts.
pub(crate) fn unlisted(lang: Lang, events: u64) -> String {
    let events = counted(
        lang,
        events,
        ("event", "événement"),
        ("events", "événements"),
    );
    say!(
        lang,
        "{events} more, of too many forms to be told apart",
        "{events} de plus, de trop de formes pour être distingués"
    )
}

/// The offset of the times.
pub(crate) fn times_in(lang: Lang, offset: &str) -> String {
    say!(lang, "(times in {offset})", "(heures en {offset})")
}

/// Titles of the table of signatures.
pub(crate) fn signature_columns(lang: Lang) -> [&'static str; 10] {
    lang.pick(
        [
            "#",
            "Id",
            "Count",
            "Share",
            "Change",
            "First",
            "Last",
            "Trend",
            "Services",
            "Signature",
        ],
        [
            "#",
            "Id",
            "Nombre",
            "Part",
            "Évolution",
            "Première",
            "Dernière",
            "Tendance",
            "Services",
            "Signature",
        ],
    )
}

/// A change against the baseline, by its English word.
pub(crate) fn change(lang: Lang, word: &'static str) -> &'static str {
    match (lang, word) {
        (Lang::En, "unknown") => "-",
        (Lang::En, word) => word,
        (Lang::Fr, "new") => "nouveau",
        (Lang::Fr, "gone") => "disparu",
        (Lang::Fr, "known") => "connu",
        (Lang::Fr, "surged") => "en hausse",
        (Lang::Fr, _) => "-",
    }
}

/// One of the events.
pub(crate) fn for_example(lang: Lang, sample: &str) -> String {
    say!(lang, "e.g. {sample}", "p. ex. {sample}")
}

/// Not all rows are shown.
pub(crate) fn rows_shown(lang: Lang, shown: u64, all: u64) -> String {
    let (shown, all) = (count(lang, shown), count(lang, all));
    say!(
        lang,
        "{shown} of {all} shown: --limit 0 shows all",
        "{shown} sur {all} affichés : --limit 0 les affiche tous"
    )
}

/// Not all lines are shown.
pub(crate) fn newest_shown(lang: Lang, shown: u64) -> String {
    let shown = counted(lang, shown, ("line", "ligne"), ("lines", "lignes"));
    say!(
        lang,
        "the newest {shown}; there are more: --limit 0 shows all",
        "les {shown} les plus récentes ; il y en a d'autres : --limit 0 les affiche toutes"
    )
}

/// How to see the lines of a signature.
pub(crate) fn show_hint(lang: Lang) -> &'static str {
    lang.pick(
        "--show N prints the lines of a signature",
        "--show N affiche les lignes d'une signature",
    )
}

/// No signature of that id or number.
pub(crate) fn no_such_signature(lang: Lang, wanted: &str, all: u64) -> String {
    let all = counted(
        lang,
        all,
        ("signature", "signature"),
        ("signatures", "signatures"),
    );
    say!(
        lang,
        "--show {wanted}: no such signature among {all}",
        "--show {wanted} : pas de telle signature parmi {all}"
    )
}

/// What to give instead.
pub(crate) fn no_such_signature_hint(lang: Lang) -> String {
    say!(
        lang,
        "give an id or a number of the same command without --show",
        "donnez un identifiant ou un numéro de la même commande sans --show"
    )
}

/// Services and a window are not for a file.
pub(crate) fn not_with_file(lang: Lang) -> String {
    say!(
        lang,
        "--file reads a file: window, baseline, sample and --show are for services",
        "--file lit un fichier : fenêtre, référence, échantillon et --show valent pour les services"
    )
}

/// What to do then.
pub(crate) fn not_with_file_hint(lang: Lang) -> String {
    say!(
        lang,
        "leave out --file, or those flags",
        "retirez --file, ou ces options"
    )
}

/// How many requests took too long.
pub(crate) fn slow(lang: Lang, slow: u64, timed: u64, over: &str) -> String {
    let slow = count(lang, slow);
    let timed = counted(
        lang,
        timed,
        ("line with a duration", "ligne avec une durée"),
        ("lines with a duration", "lignes avec une durée"),
    );
    say!(
        lang,
        "{slow} over {over}, of {timed}",
        "{slow} au-delà de {over}, sur {timed}"
    )
}

/// Titles of the table of routes.
pub(crate) fn route_columns(lang: Lang) -> [&'static str; 9] {
    lang.pick(
        [
            "Service", "Route", "Count", "Over", "p50", "p90", "p95", "p99", "Max",
        ],
        [
            "Service", "Route", "Nombre", "Lentes", "p50", "p90", "p95", "p99", "Max",
        ],
    )
}

/// What stands above the worst requests.
pub(crate) fn worst(lang: Lang) -> &'static str {
    lang.pick("Slowest", "Les plus lentes")
}

/// Titles of the table of the worst requests.
pub(crate) fn worst_columns(lang: Lang) -> [&'static str; 5] {
    lang.pick(
        ["Time", "Took", "Service", "Trace", "Line"],
        ["Heure", "Durée", "Service", "Trace", "Ligne"],
    )
}

/// What was found of a request.
pub(crate) fn timeline(
    lang: Lang,
    id: &str,
    (lines, services): (u64, u64),
    length: &str,
    errors: u64,
) -> String {
    let lines_found = counted(lang, lines, ("line", "ligne"), ("lines", "lignes"));
    if lines == 0 {
        return say!(
            lang,
            "{id}: no line holds it",
            "{id} : aucune ligne ne le contient"
        );
    }
    let services = counted(
        lang,
        services,
        ("service", "service"),
        ("services", "services"),
    );
    let errors = counted(lang, errors, ("error", "erreur"), ("errors", "erreurs"));
    say!(
        lang,
        "{id}: {lines_found} of {services} in {length}, {errors}",
        "{id} : {lines_found} de {services} en {length}, {errors}"
    )
}

/// A gap between two lines.
pub(crate) fn nothing_for(lang: Lang, length: &str) -> String {
    say!(lang, "nothing for {length}", "rien pendant {length}")
}

/// Services that were searched in vain.
pub(crate) fn found_nothing(lang: Lang, services: &str) -> String {
    say!(
        lang,
        "searched, nothing found: {services}",
        "cherché sans rien trouver : {services}"
    )
}

/// A mark of a span that failed.
pub(crate) fn failed(lang: Lang) -> &'static str {
    lang.pick("ERROR", "ERREUR")
}

/// How many spans, in what time.
pub(crate) fn spans(lang: Lang, spans: u64, length: &str) -> String {
    let spans = counted(lang, spans, ("span", "span"), ("spans", "spans"));
    say!(lang, "{spans} in {length}", "{spans} en {length}")
}

/// Tempo has no such trace.
pub(crate) fn no_such_trace(lang: Lang) -> &'static str {
    lang.pick(
        "spans: the traces data source has no such trace",
        "spans : la source de traces n'a pas cette trace",
    )
}

/// The project keeps no traces.
pub(crate) fn no_traces_source(lang: Lang) -> &'static str {
    lang.pick(
        "spans: no traces source in this environment",
        "spans : pas de source de traces dans cet environnement",
    )
}

/// Tempo could not be asked.
pub(crate) fn spans_failed(lang: Lang, why: &str) -> String {
    say!(
        lang,
        "spans: the traces data source could not be asked: {why}",
        "spans : la source de traces n'a pas pu être interrogée : {why}"
    )
}

/// A text that is no id.
pub(crate) fn bad_trace_id(lang: Lang) -> &'static str {
    lang.pick(
        "an id is a text of at most 256 characters, without control characters",
        "un identifiant est un texte d'au plus 256 caractères, sans caractère de contrôle",
    )
}

/// What ids look like.
pub(crate) fn bad_trace_id_hint(lang: Lang) -> String {
    say!(
        lang,
        "copy the trace_id, request_id or traceparent of a line: scout logs shows them",
        "copiez le trace_id, request_id ou traceparent d'une ligne : scout logs les montre"
    )
}

/// Nothing was found in a short window.
pub(crate) fn look_further(lang: Lang) -> &'static str {
    lang.pick(
        "--since 24h looks further back",
        "--since 24h cherche plus loin",
    )
}

/// Services that have no log stream.
pub(crate) fn no_streams(lang: Lang, services: &str) -> String {
    say!(
        lang,
        "no log stream in this window, so nothing was looked at: {services}",
        "aucun flux de journaux dans cette fenêtre, donc rien d'examiné : {services}"
    )
}
