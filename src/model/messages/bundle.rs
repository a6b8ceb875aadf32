//! What is said about evidence bundles.
//!
//! A place is `FILE:LINE`.

use crate::model::Lang;

/// A file that the system does not let be read.
pub(crate) fn unreadable(lang: Lang, place: &str, why: &str) -> String {
    say!(
        lang,
        "{place}: the bundle cannot be read: {why}",
        "{place} : le dossier de preuves est illisible : {why}",
    )
}

/// What to do about it.
pub(crate) fn unreadable_hint(lang: Lang) -> String {
    say!(
        lang,
        "name an evidence bundle that you may read (one JSON record a line, gzip or not), or - for stdin",
        "nommez un dossier de preuves que vous pouvez lire (un enregistrement JSON par ligne, gzip ou non), ou - pour stdin",
    )
}

/// Compressed data that does not unpack.
pub(crate) fn bad_gzip(lang: Lang, place: &str, why: &str) -> String {
    say!(
        lang,
        "{place}: the compressed bundle ends too early or is damaged: {why}",
        "{place} : le dossier compressé s'arrête trop tôt ou est abîmé : {why}",
    )
}

/// A last line without its end.
pub(crate) fn cut_short(lang: Lang, place: &str) -> String {
    say!(
        lang,
        "{place}: the bundle stops in the middle of a record",
        "{place} : le dossier s'arrête au milieu d'un enregistrement",
    )
}

/// What to do about either.
pub(crate) fn copy_again_hint(lang: Lang) -> String {
    say!(
        lang,
        "copy the file again from where it was made: a part of it is missing",
        "copiez à nouveau le fichier depuis son origine : il en manque une partie",
    )
}

/// Bytes that are no text.
pub(crate) fn not_text(lang: Lang, place: &str) -> String {
    say!(
        lang,
        "{place}: the line is not UTF-8 text",
        "{place} : la ligne n'est pas du texte UTF-8",
    )
}

/// What to do about it.
pub(crate) fn not_text_hint(lang: Lang) -> String {
    say!(
        lang,
        "a bundle is JSON in UTF-8, one record a line; it may be compressed with gzip, with nothing else",
        "un dossier de preuves est du JSON en UTF-8, un enregistrement par ligne ; gzip est la seule compression lue",
    )
}

/// A line that is too long.
pub(crate) fn long_line(lang: Lang, place: &str, most_mib: u64) -> String {
    say!(
        lang,
        "{place}: the line is longer than {most_mib} MiB",
        "{place} : la ligne dépasse {most_mib} Mio",
    )
}

/// Too much in all.
pub(crate) fn too_much(lang: Lang, place: &str, most_gib: u64) -> String {
    say!(
        lang,
        "{place}: the bundle holds more than {most_gib} GiB",
        "{place} : le dossier dépasse {most_gib} Gio",
    )
}

/// What to do about either.
pub(crate) fn too_much_hint(lang: Lang) -> String {
    say!(
        lang,
        "keep a shorter window or fewer services in the bundle",
        "gardez une fenêtre plus courte ou moins de services dans le dossier",
    )
}

/// A line that is no record.
pub(crate) fn not_a_record(lang: Lang, place: &str, column: usize, why: &str) -> String {
    say!(
        lang,
        "{place}:{column}: not an evidence record: {why}",
        "{place}:{column} : ce n'est pas un enregistrement de preuve : {why}",
    )
}

/// What to do about it.
pub(crate) fn not_a_record_hint(lang: Lang, line: u64) -> String {
    say!(
        lang,
        "repair or remove line {line}; each line is one JSON object whose \"type\" is meta, log, log_summary, metric, state, alert, ssh, probe or source",
        "réparez ou retirez la ligne {line} ; chaque ligne est un objet JSON dont « type » est meta, log, log_summary, metric, state, alert, ssh, probe ou source",
    )
}

/// A bundle that does not begin with its `meta`.
pub(crate) fn no_meta(lang: Lang, place: &str) -> String {
    say!(
        lang,
        "{place}: the bundle does not begin with a meta record",
        "{place} : le dossier ne commence pas par un enregistrement meta",
    )
}

/// What to do about it.
pub(crate) fn no_meta_hint(lang: Lang) -> String {
    say!(
        lang,
        "the first line is {{\"type\":\"meta\",\"schema\":1,\"window\":{{\"from\":…,\"to\":…}},…}}; the other records follow in any order",
        "la première ligne est {{\"type\":\"meta\",\"schema\":1,\"window\":{{\"from\":…,\"to\":…}},…}} ; les autres suivent dans n'importe quel ordre",
    )
}

/// Two bundles in one file.
pub(crate) fn second_meta(lang: Lang, place: &str) -> String {
    say!(
        lang,
        "{place}: a second meta record",
        "{place} : un second enregistrement meta",
    )
}

/// What to do about it.
pub(crate) fn second_meta_hint(lang: Lang) -> String {
    say!(
        lang,
        "a bundle is about one question: split the file where the second meta record stands",
        "un dossier porte sur une seule question : coupez le fichier au second enregistrement meta",
    )
}

/// A version that is not known.
pub(crate) fn unknown_schema(lang: Lang, place: &str, found: &str) -> String {
    say!(
        lang,
        "{place}: the bundle's schema is {found}; this scout reads 1",
        "{place} : le schéma du dossier est {found} ; cette version de scout lit 1",
    )
}

/// What to do about it.
pub(crate) fn unknown_schema_hint(lang: Lang) -> String {
    say!(
        lang,
        "read it with the version of scout that made it, or a newer one; meta.tool names it",
        "lisez-le avec la version de scout qui l'a fait, ou une plus récente ; meta.tool la nomme",
    )
}

/// A `meta` that does not say what it must.
pub(crate) fn bad_meta(lang: Lang, place: &str, why: &str) -> String {
    say!(
        lang,
        "{place}: the meta record does not hold: {why}",
        "{place} : l'enregistrement meta ne convient pas : {why}",
    )
}

/// A window of `meta` without length.
pub(crate) fn reversed_window(lang: Lang, place: &str, which: &str) -> String {
    say!(
        lang,
        "{place}: meta.{which} ends before it begins, or is empty",
        "{place} : meta.{which} se termine avant de commencer, ou est vide",
    )
}

/// What to do about either.
pub(crate) fn bad_meta_hint(lang: Lang) -> String {
    say!(
        lang,
        "meta needs \"window\":{{\"from\":…,\"to\":…}} with RFC 3339 times; whatever else it says is optional",
        "meta demande « window » : {{\"from\":…,\"to\":…}}, en heures RFC 3339 ; le reste est facultatif",
    )
}

/// `--from` with what is neither a time nor a file.
pub(crate) fn neither_time_nor_file(lang: Lang, value: &str) -> String {
    say!(
        lang,
        "--from: \"{value}\" is neither a time nor an evidence bundle that exists",
        "--from : « {value} » n'est ni une heure ni un dossier de preuves qui existe",
    )
}

/// What to do about it.
pub(crate) fn neither_time_nor_file_hint(lang: Lang) -> String {
    say!(
        lang,
        "a time is RFC 3339, \"2026-11-21 09:00\", Unix seconds or how long ago (2h); a bundle is a file, or - for stdin",
        "une heure s'écrit en RFC 3339, « 2026-11-21 09:00 », en secondes Unix ou en durée écoulée (2h) ; un dossier de preuves est un fichier, ou - pour stdin",
    )
}

/// A flag that a bundle has already answered.
pub(crate) fn not_with_bundle(lang: Lang, flag: &str) -> String {
    say!(
        lang,
        "{flag} cannot be used with an evidence bundle in --from",
        "{flag} ne s'emploie pas avec un dossier de preuves dans --from",
    )
}

/// What to do about it.
pub(crate) fn not_with_bundle_hint(lang: Lang) -> String {
    say!(
        lang,
        "window, baseline and environment are those of the bundle, and nothing is sent: leave the flag out",
        "fenêtre, référence et environnement sont ceux du dossier, et rien n'est envoyé : retirez cette option",
    )
}
