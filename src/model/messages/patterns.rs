//! What `patterns` says.

use super::words::{count, counted};
use crate::model::Lang;

/// Titles of its table.
pub(crate) fn columns(lang: Lang) -> [&'static str; 4] {
    lang.pick(
        ["Id", "Lines", "Share", "Template"],
        ["Id", "Lignes", "Part", "Modèle"],
    )
}

/// There are no lines.
pub(crate) fn no_lines(lang: Lang) -> &'static str {
    lang.pick("no lines", "aucune ligne")
}

/// How many templates there are, and how many of them are shown.
pub(crate) fn summary(lang: Lang, lines: u64, templates: u64, shown: u64) -> String {
    let lines = counted(lang, lines, ("line", "ligne"), ("lines", "lignes"));
    let templates = counted(
        lang,
        templates,
        ("template", "modèle"),
        ("templates", "modèles"),
    );
    let shown = count(lang, shown);
    say!(
        lang,
        "{lines}, {templates}; {shown} shown",
        "{lines}, {templates} ; {shown} affichés"
    )
}

/// What to do to see the others.
pub(crate) fn see_all(lang: Lang) -> &'static str {
    lang.pick("--limit 0 shows all", "--limit 0 les affiche tous")
}

/// What to do about a file that cannot be read.
pub(crate) fn cannot_read_hint(lang: Lang) -> String {
    lang.pick(
        "check the path and its permissions; - reads standard input",
        "vérifiez le chemin et ses droits ; - lit l'entrée standard",
    )
    .to_owned()
}
