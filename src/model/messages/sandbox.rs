//! The sandbox's messages: what is wrong with a scenario, and why the sandbox did not start.

use super::words::count;
use crate::model::Lang;

/// `scenario.toml, line 12`
pub(crate) fn place(lang: Lang, origin: &str, line: Option<usize>) -> String {
    match line {
        Some(line) => say!(lang, "{origin}, line {line}", "{origin}, ligne {line}"),
        None => origin.to_owned(),
    }
}

/// A key, kind or permission that does not exist.
pub(crate) fn unknown_name(lang: Lang, name: &str) -> String {
    say!(lang, "unknown name `{name}`", "nom inconnu `{name}`")
}

/// The nearest valid name.
pub(crate) fn did_you_mean(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "did you mean `{name}`?",
        "vouliez-vous dire `{name}` ?"
    )
}

/// All valid names.
pub(crate) fn valid_names(lang: Lang, names: &str) -> String {
    say!(lang, "valid here: {names}", "valables ici : {names}")
}

/// A format version that is not known.
pub(crate) fn unknown_schema(lang: Lang, version: u32) -> String {
    say!(
        lang,
        "schema {version} is not known, only 1 is",
        "le schéma {version} est inconnu, seul 1 l'est"
    )
}

/// Not a time.
pub(crate) fn not_an_offset(lang: Lang, value: &str) -> String {
    say!(
        lang,
        "`{value}` is not a time relative to now",
        "`{value}` n'est pas un instant relatif à maintenant"
    )
}

/// How times are written.
pub(crate) fn offset_examples(lang: Lang) -> String {
    say!(
        lang,
        "write `-3h`, `-17m48s` or `0s`; at most ten years",
        "écrire `-3h`, `-17m48s` ou `0s` ; dix ans au plus"
    )
}

/// Not a length of time.
pub(crate) fn not_a_length(lang: Lang, value: &str) -> String {
    say!(
        lang,
        "`{value}` is not a length of time above zero",
        "`{value}` n'est pas une durée supérieure à zéro"
    )
}

/// How lengths are written.
pub(crate) fn length_examples(lang: Lang) -> String {
    say!(
        lang,
        "write `15s`, `40m` or `1h30m`",
        "écrire `15s`, `40m` ou `1h30m`"
    )
}

/// Not a form of variable.
pub(crate) fn not_a_var(lang: Lang) -> String {
    say!(
        lang,
        "this variable has no form that can be drawn from",
        "cette variable n'a aucune forme dont on puisse tirer une valeur"
    )
}

/// The forms of variables.
pub(crate) fn var_forms(lang: Lang) -> String {
    say!(
        lang,
        "use a list that is not empty, {{ int = [a, b] }}, {{ float = [a, b] }}, {{ hex = n }} or {{ uuid = true }}, with a <= b",
        "utiliser une liste non vide, {{ int = [a, b] }}, {{ float = [a, b] }}, {{ hex = n }} ou {{ uuid = true }}, avec a <= b"
    )
}

/// A log table without times, or with both kinds.
pub(crate) fn log_times(lang: Lang) -> String {
    say!(
        lang,
        "a log table needs either `at`, or `from` and `per_minute`",
        "une table log demande soit `at`, soit `from` et `per_minute`"
    )
}

/// A log table without text, or with both kinds.
pub(crate) fn log_text(lang: Lang) -> String {
    say!(
        lang,
        "a log table needs either `message` or `lines`",
        "une table log demande soit `message`, soit `lines`"
    )
}

/// A number that makes no sense as a rate or noise.
pub(crate) fn bad_rate(lang: Lang) -> String {
    say!(
        lang,
        "`per_minute` and `noise` must be numbers that are not negative",
        "`per_minute` et `noise` doivent être des nombres non négatifs"
    )
}

/// Times out of order.
pub(crate) fn bad_order(lang: Lang) -> String {
    say!(
        lang,
        "times go backwards here: `to` before `from`, or the parts of a shape not in order",
        "le temps recule ici : `to` avant `from`, ou les parties d'une courbe en désordre"
    )
}

/// A shape that does not start.
pub(crate) fn bad_shape(lang: Lang) -> String {
    say!(
        lang,
        "the first part of the shape has neither `value`, `to_value` nor `absent`",
        "la première partie de la courbe n'a ni `value`, ni `to_value`, ni `absent`"
    )
}

/// A fault that changes nothing.
pub(crate) fn fault_without_effect(lang: Lang) -> String {
    say!(
        lang,
        "this fault does nothing: give it `status`, `body`, `delay`, `drop` or `truncate_at`",
        "cette panne ne fait rien : lui donner `status`, `body`, `delay`, `drop` ou `truncate_at`"
    )
}

/// A status code out of range.
pub(crate) fn bad_status(lang: Lang, status: u16) -> String {
    say!(
        lang,
        "status {status} is not between 200 and 599",
        "le statut {status} n'est pas compris entre 200 et 599"
    )
}

/// More data than the sandbox holds.
pub(crate) fn too_much(lang: Lang, wanted: u64, most: u64) -> String {
    let (wanted, most) = (count(lang, wanted), count(lang, most));
    say!(
        lang,
        "up to here the scenario makes {wanted} lines or samples, the sandbox holds {most}",
        "jusqu'ici le scénario produit {wanted} lignes ou mesures, le bac à sable en tient {most}"
    )
}

/// A line of a bundle that is no record.
pub(crate) fn not_a_record(lang: Lang, why: &str) -> String {
    say!(
        lang,
        "not a record of evidence: {why}",
        "ce n'est pas un enregistrement de preuves : {why}"
    )
}

/// A bundle that does not say what it is.
pub(crate) fn no_meta(lang: Lang) -> String {
    say!(
        lang,
        "the first record of a bundle is `meta`, and this one is not",
        "le premier enregistrement d'un dossier de preuves est `meta`, et celui-ci ne l'est pas"
    )
}

/// A file that cannot be read.
pub(crate) fn unreadable(lang: Lang, why: &str) -> String {
    say!(lang, "cannot be read: {why}", "illisible : {why}")
}

/// The port could not be taken.
pub(crate) fn cannot_listen(lang: Lang, address: &str, reason: &str) -> String {
    say!(
        lang,
        "sandbox cannot listen on {address}: {reason}",
        "le bac à sable ne peut pas écouter sur {address} : {reason}"
    )
}

/// What to do when the port is taken.
pub(crate) fn listen_hint(lang: Lang) -> String {
    say!(
        lang,
        "use port 0 to let the system choose a free one",
        "utiliser le port 0 pour laisser le système en choisir un libre"
    )
}

/// An address that others can reach.
pub(crate) fn not_loopback(lang: Lang, address: &str) -> String {
    say!(
        lang,
        "sandbox does not listen on {address}: its keys are not secret, so it only serves loopback",
        "le bac à sable n'écoute pas sur {address} : ses clés ne sont pas secrètes, il ne sert que la boucle locale"
    )
}

/// A loopback address to use instead.
pub(crate) fn loopback_hint(lang: Lang) -> String {
    say!(
        lang,
        "listen on 127.0.0.1 or [::1]",
        "écouter sur 127.0.0.1 ou [::1]"
    )
}

/// The machine refused a thread or an event loop.
pub(crate) fn cannot_run(lang: Lang, reason: &str) -> String {
    say!(
        lang,
        "sandbox cannot start its server thread: {reason}",
        "le bac à sable ne peut pas démarrer le fil de son serveur : {reason}"
    )
}
