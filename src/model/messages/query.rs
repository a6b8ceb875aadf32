//! What the commands say that take a query as it is: `logql`, `promql`, `series`, `volume`; and the words of charts.

use chrono::TimeDelta;

use super::words::{count, counted, decimal, duration};
use crate::model::Lang;

/// A number as it is, as far as six figures go: whole numbers whole, the rest rounded, the very large and the very small with an
/// exponent. NaN and the infinities as Prometheus spells them.
pub(crate) fn exact(lang: Lang, value: f64) -> String {
    /// 2^53: beyond it neighbouring whole numbers are more than one apart.
    const WHOLE: f64 = 9.007e15;
    match value {
        value if value.is_nan() => "NaN".to_owned(),
        f64::INFINITY => "+Inf".to_owned(),
        f64::NEG_INFINITY => "-Inf".to_owned(),
        value if value.fract() == 0.0 && value.abs() < WHOLE => {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "positive, whole and below 2^53"
            )]
            let whole = value.abs() as u64;
            let sign = if value < 0.0 { "-" } else { "" };
            format!("{sign}{}", count(lang, whole))
        }
        value if (1e-4..1e15).contains(&value.abs()) => {
            let before = value.abs().log10().floor();
            let decimals = (5.0 - before).clamp(0.0, 9.0);
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and 9"
            )]
            let decimals = decimals as usize;
            decimal(lang, value, decimals)
        }
        value => format!("{value:.5e}"),
    }
}

/// Columns of the figures of series.
pub(crate) fn figure_columns(lang: Lang) -> [&'static str; 5] {
    match lang {
        Lang::En => ["Samples", "Last", "Min", "Max", "Trend"],
        Lang::Fr => ["Valeurs", "Dernière", "Min", "Max", "Évolution"],
    }
}

/// The column of a value.
pub(crate) fn value_column(lang: Lang) -> &'static str {
    lang.pick("Value", "Valeur")
}

/// The column of series that have no label to be told apart by.
pub(crate) fn series_column(lang: Lang) -> &'static str {
    lang.pick("Series", "Série")
}

/// The figures of a line of a chart.
pub(crate) fn figures(lang: Lang, last: &str, min: &str, max: &str) -> String {
    say!(
        lang,
        "last {last}  min {min}  max {max}",
        "dernière {last}  min {min}  max {max}"
    )
}

/// A chart without a value.
pub(crate) fn nothing_to_draw(lang: Lang) -> &'static str {
    lang.pick("no value to draw", "aucune valeur à tracer")
}

/// Lines that a chart has no room for.
pub(crate) fn series_not_drawn(lang: Lang, n: u64) -> String {
    let series = counted(lang, n, ("series", "série"), ("series", "séries"));
    say!(
        lang,
        "… and {series} with smaller values, not drawn",
        "… et {series} aux valeurs plus faibles, non tracées"
    )
}

/// Labels that all series share.
pub(crate) fn all_series(lang: Lang, labels: &str) -> String {
    say!(lang, "all series: {labels}", "toutes les séries : {labels}")
}

/// When a query was evaluated.
pub(crate) fn evaluated_at(lang: Lang, at: &str, offset: &str) -> String {
    say!(lang, "at {at} {offset}", "à {at} {offset}")
}

/// The window and step of a query.
pub(crate) fn evaluated_over(lang: Lang, from: &str, to: &str, step: &str, offset: &str) -> String {
    say!(
        lang,
        "{from} to {to} {offset}, every {step}",
        "du {from} au {to} {offset}, toutes les {step}"
    )
}

/// A query that the server cannot read.
pub(crate) fn not_a_query(lang: Lang, language: &str, what: &str) -> String {
    say!(
        lang,
        "not a {language} query: {what}",
        "ce n'est pas une requête {language} : {what}"
    )
}

/// An empty query.
pub(crate) fn empty_query(lang: Lang, language: &str) -> String {
    say!(
        lang,
        "the {language} query is empty",
        "la requête {language} est vide"
    )
}

/// What queries look like.
pub(crate) fn query_hint(lang: Lang, language: &str) -> String {
    let example = if language == "LogQL" {
        "{resource_name=\"atlas-api\"} |= \"error\""
    } else {
        "rate(http_requests_total[5m])"
    };
    say!(
        lang,
        "for example '{example}'; mind the shell's quotes",
        "par exemple '{example}' ; attention aux guillemets du shell"
    )
}

/// A log query where a single instant was asked about.
pub(crate) fn log_query_is_no_instant(lang: Lang) -> String {
    say!(
        lang,
        "a log query gives lines over a window, not a value at an instant",
        "une requête de journaux donne des lignes sur une fenêtre, pas une valeur à un instant"
    )
}

/// What to do about it.
pub(crate) fn log_query_is_no_instant_hint(lang: Lang) -> String {
    say!(
        lang,
        "leave out --instant and --at, or count: count_over_time({{…}}[5m])",
        "retirez --instant et --at, ou comptez : count_over_time({{…}}[5m])"
    )
}

/// A flag that only one kind of query has.
pub(crate) fn flag_is_for(lang: Lang, flag: &str, metrics: bool) -> String {
    if metrics {
        say!(
            lang,
            "{flag} is for metric queries; this one gives log lines",
            "{flag} vaut pour les requêtes de métriques ; celle-ci donne des lignes"
        )
    } else {
        say!(
            lang,
            "{flag} is for log queries; this one gives numbers",
            "{flag} vaut pour les requêtes de journaux ; celle-ci donne des nombres"
        )
    }
}

/// A form that numbers do not have.
pub(crate) fn form_is_for_lines(lang: Lang, form: &str) -> String {
    say!(
        lang,
        "-o {form} is for log lines; this query gives numbers: human, json, csv",
        "-o {form} vaut pour les lignes ; cette requête donne des nombres : human, json, csv"
    )
}

/// A range vector where a number a step is needed.
pub(crate) fn range_vector_over_range(lang: Lang) -> String {
    say!(
        lang,
        "the expression is a range vector: at each step of a range there must be one value",
        "l'expression est un vecteur d'intervalle : à chaque pas il faut une seule valeur"
    )
}

/// What to do about it.
pub(crate) fn range_vector_over_range_hint(lang: Lang) -> String {
    say!(
        lang,
        "put a function around it, such as rate(…) or max_over_time(…), or ask for an instant",
        "entourez-la d'une fonction, par exemple rate(…) ou max_over_time(…), ou demandez un instant"
    )
}

/// What to do about a window that is longer than the server allows.
pub(crate) fn window_too_long_hint(lang: Lang) -> String {
    say!(
        lang,
        "ask for a shorter window with --since or --from and --to",
        "demandez une fenêtre plus courte avec --since ou --from et --to"
    )
}

/// What to do about more points than the server gives.
pub(crate) fn too_many_points_hint(lang: Lang) -> String {
    say!(
        lang,
        "a longer --step or a shorter window; without --step scout chooses one that fits",
        "un --step plus long ou une fenêtre plus courte ; sans --step, scout en choisit un qui convient"
    )
}

/// What to do about more series than the server gives.
pub(crate) fn too_many_series_hint(lang: Lang) -> String {
    say!(
        lang,
        "group them: sum by (LABEL) (…), topk(10, …), or narrow the selector",
        "regroupez-les : sum by (ÉTIQUETTE) (…), topk(10, …), ou précisez le sélecteur"
    )
}

/// What to do about a query that reads too much.
pub(crate) fn too_much_read_hint(lang: Lang) -> String {
    say!(
        lang,
        "narrow the selector, shorten the window or the range in brackets, or ask in coarser steps (--step)",
        "précisez le sélecteur, raccourcissez la fenêtre ou l'intervalle entre crochets, ou demandez des pas plus grands (--step)"
    )
}

/// What to do about lines that a pipeline cannot read.
pub(crate) fn pipeline_hint(lang: Lang) -> String {
    say!(
        lang,
        "leave those lines out: add | __error__=\"\" behind the parser or unwrap",
        "laissez ces lignes de côté : ajoutez | __error__=\"\" après l'analyseur ou unwrap"
    )
}

/// The server's own warning.
pub(crate) fn server_warns(lang: Lang, warning: &str) -> String {
    say!(
        lang,
        "the server says: {warning}",
        "le serveur dit : {warning}"
    )
}

/// A step of no length.
pub(crate) fn too_many_steps(lang: Lang, points: i64, most: i64) -> String {
    say!(
        lang,
        "--step: that is {points} points a series, and servers give {most} at most",
        "--step : cela fait {points} points par série, et les serveurs en donnent {most} au plus"
    )
}

/// Only the oldest lines were asked for.
pub(crate) fn oldest_reached(lang: Lang, limit: u64) -> String {
    let lines = counted(lang, limit, ("line", "ligne"), ("lines", "lignes"));
    say!(
        lang,
        "the oldest {lines}; there are more: --limit 0 shows all",
        "le début, {lines} ; il y en a d'autres : --limit 0 les montre toutes"
    )
}

/// An expression that would be evaluated in steps.
pub(crate) fn explained_over(lang: Lang, step: TimeDelta) -> String {
    let step = duration(lang, step);
    say!(
        lang,
        "a range query: one value a series every {step}, from the start of the window on",
        "une requête sur une fenêtre : une valeur par série toutes les {step}, depuis le début de la fenêtre"
    )
}

/// An expression that would be evaluated once.
pub(crate) fn explained_at(lang: Lang, at: &str) -> String {
    say!(
        lang,
        "an instant query: one value a series, as of {at}",
        "une requête instantanée : une valeur par série, à {at}"
    )
}

/// No stream that a selector means.
pub(crate) fn no_streams(lang: Lang) -> String {
    say!(
        lang,
        "no stream has entries in this window",
        "aucun flux n'a d'entrées dans cette fenêtre"
    )
}

/// How many streams there are.
pub(crate) fn streams_in_all(lang: Lang, n: u64) -> String {
    counted(lang, n, ("stream", "flux"), ("streams", "flux"))
}

/// Columns of streams with their lines.
pub(crate) fn stream_columns(lang: Lang) -> [&'static str; 2] {
    lang.pick(["Lines", "Stream"], ["Lignes", "Flux"])
}

/// Columns of the labels of streams.
pub(crate) fn label_columns(lang: Lang) -> [&'static str; 3] {
    lang.pick(
        ["Label", "Values", "Streams"],
        ["Étiquette", "Valeurs", "Flux"],
    )
}

/// Columns of volumes.
pub(crate) fn volume_columns(lang: Lang) -> [&'static str; 6] {
    lang.pick(
        ["Lines", "Bytes", "Share", "Errors", "Error share", "Trend"],
        [
            "Lignes",
            "Octets",
            "Part",
            "Erreurs",
            "Part d'erreurs",
            "Évolution",
        ],
    )
}

/// The column that names the rows of volumes: what they are by.
pub(crate) fn volume_row_column(lang: Lang, by: &str) -> String {
    match by {
        "service" => "Service".to_owned(),
        "level" => lang.pick("Level", "Niveau").to_owned(),
        label => label.to_owned(),
    }
}

/// The title of a chart of counts.
pub(crate) fn lines_every(lang: Lang, step: TimeDelta) -> String {
    let step = duration(lang, step);
    say!(lang, "lines every {step}", "lignes toutes les {step}")
}

/// Lines that do not bear the label.
pub(crate) fn without_label(lang: Lang) -> &'static str {
    lang.pick("(without)", "(sans)")
}

/// All rows together.
pub(crate) fn total(lang: Lang) -> &'static str {
    lang.pick("total", "total")
}

/// Where the level of counted lines is from.
pub(crate) fn levels_from(lang: Lang, label: Option<&str>, unknown: u64, lines: u64) -> String {
    let counted = count(lang, lines);
    let unknown_share = super::words::percent(lang, unknown as f64 / lines.max(1) as f64);
    match (label, unknown) {
        (None, _) => say!(
            lang,
            "the server counted {counted} lines; none has a level: `scout errors` reads the lines themselves",
            "le serveur a compté {counted} lignes ; aucune n'a de niveau : `scout errors` lit les lignes elles-mêmes"
        ),
        (Some(label), 0) => say!(
            lang,
            "the server counted {counted} lines; their level is that of {label}",
            "le serveur a compté {counted} lignes ; leur niveau est celui de {label}"
        ),
        (Some(label), _) => say!(
            lang,
            "the server counted {counted} lines; their level is that of {label}, and {unknown_share} have none: there may be more errors",
            "le serveur a compté {counted} lignes ; leur niveau est celui de {label}, et {unknown_share} n'en ont pas : il peut y avoir plus d'erreurs"
        ),
    }
}

/// No line at all.
pub(crate) fn nothing_counted(lang: Lang) -> String {
    say!(
        lang,
        "the server counted no line in this window",
        "le serveur n'a compté aucune ligne dans cette fenêtre"
    )
}

/// Only the newest lines were asked for.
pub(crate) fn newest_reached(lang: Lang, limit: u64) -> String {
    let lines = counted(lang, limit, ("line", "ligne"), ("lines", "lignes"));
    say!(
        lang,
        "the newest {lines}; there are more: --limit 0 shows all",
        "la fin, {lines} ; il y en a d'autres : --limit 0 les montre toutes"
    )
}
