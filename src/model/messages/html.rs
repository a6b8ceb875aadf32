//! Words that only the HTML report has.

use crate::model::Lang;

/// The language of the page, as HTML names it.
pub(crate) fn language_tag(lang: Lang) -> &'static str {
    lang.pick("en", "fr")
}

/// The name of the links to the sections, for screen readers.
pub(crate) fn contents(lang: Lang) -> &'static str {
    lang.pick("Contents", "Sommaire")
}

/// What a finding rests on.
pub(crate) fn evidence(lang: Lang) -> &'static str {
    lang.pick("Evidence", "Preuves")
}

/// Introduces the finding beside which a chart is drawn.
pub(crate) fn drawn_at(lang: Lang) -> &'static str {
    lang.pick("drawn at", "tracé avec")
}

/// Below the first part of a chart.
pub(crate) fn baseline(lang: Lang) -> &'static str {
    lang.pick("baseline", "référence")
}

/// Below the second part of a chart.
pub(crate) fn window(lang: Lang) -> &'static str {
    lang.pick("window", "fenêtre")
}

/// A course in words.
pub(crate) fn described(
    lang: Lang,
    baseline: &str,
    now: &str,
    extreme: &str,
    since: Option<&str>,
) -> String {
    let values = say!(
        lang,
        "usually {baseline} in the baseline; {now} at the end of the window, {extreme} at its worst",
        "{baseline} d'habitude dans la référence ; {now} à la fin de la fenêtre, {extreme} au pire"
    );
    match since {
        Some(since) => say!(
            lang,
            "{values}; unusual since {since}",
            "{values} ; inhabituel depuis {since}"
        ),
        None => values,
    }
}

/// The name of a sparkline.
pub(crate) fn trend_of(lang: Lang, what: &str) -> String {
    say!(lang, "trend of {what}", "tendance de {what}")
}

/// The caption of a table, for screen readers: what its rows are.
pub(crate) fn suspects_caption(lang: Lang) -> &'static str {
    lang.pick(
        "services by how much points at them; σ is the distance from the baseline in robust standard deviations",
        "services selon ce qui les désigne ; σ est l'écart à la référence en écarts-types robustes",
    )
}

/// The caption of the metrics.
pub(crate) fn metrics_caption(lang: Lang) -> &'static str {
    lang.pick(
        "metrics in the window, against baseline and threshold",
        "métriques dans la fenêtre, par rapport à la référence et au seuil",
    )
}

/// The caption of the error groups.
pub(crate) fn errors_caption(lang: Lang) -> &'static str {
    lang.pick(
        "error lines of the window by signature",
        "lignes d'erreur de la fenêtre par signature",
    )
}

/// The caption of the gaps.
pub(crate) fn gaps_caption(lang: Lang) -> &'static str {
    lang.pick(
        "what could not be checked, and what that means",
        "ce qui n'a pas pu être vérifié, et ce que cela implique",
    )
}

/// Which program made the page, and when.
pub(crate) fn made_by(lang: Lang, tool: &str, time: &str) -> String {
    say!(lang, "made by {tool}, {time}", "produit par {tool}, {time}")
}
