//! What is said about tokens beside the report: what watches over them, what earlier runs left, what a sweep did.

use crate::model::Lang;

/// No reaper.
pub(crate) fn no_reaper(lang: Lang, why: &str) -> String {
    say!(
        lang,
        "no process watches over the token, in case this one is killed: {why}",
        "aucun processus ne veille sur le jeton, au cas où celui-ci serait tué : {why}",
    )
}

/// No entry in the ledger.
pub(crate) fn no_entry(lang: Lang, folder: &str, why: &str) -> String {
    say!(
        lang,
        "cannot write down in {folder} that a token exists: {why}; should this machine fail, `scout token sweep` finds it",
        "impossible de noter dans {folder} qu'un jeton existe : {why} ; si cette machine tombe, `scout token sweep` le trouvera",
    )
}

/// A token of a dead run was deleted.
pub(crate) fn removed_leftover(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "removed a token that an earlier run left: {name}",
        "suppression d'un jeton laissé par une exécution antérieure : {name}",
    )
}

/// A token of a dead run could not be deleted.
pub(crate) fn kept_leftover(lang: Lang, name: &str, why: &str) -> String {
    say!(
        lang,
        "cannot remove the token {name} that an earlier run left: {why}; the next run tries again",
        "impossible de supprimer le jeton {name} laissé par une exécution antérieure : {why} ; la prochaine réessaiera",
    )
}

/// An entry that cannot be read.
pub(crate) fn damaged_entry(lang: Lang, path: &str) -> String {
    say!(
        lang,
        "an entry about a token cannot be read and was set aside: {path}; `scout token list` shows what exists",
        "une note sur un jeton est illisible et a été mise de côté : {path} ; `scout token list` montre ce qui existe",
    )
}

/// The longest time that a run may last has passed.
pub(crate) fn overdue(lang: Lang) -> &'static str {
    lang.pick(
        "the time of --max-run is up: deleting the token…",
        "le temps de --max-run est écoulé : suppression du jeton…",
    )
}

/// A run ended because of that.
pub(crate) fn ran_too_long(lang: Lang) -> &'static str {
    lang.pick(
        "the run took longer than --max-run and was stopped",
        "l'exécution a dépassé --max-run et a été arrêtée",
    )
}

/// What to do about it.
pub(crate) fn ran_too_long_hint(lang: Lang) -> &'static str {
    lang.pick(
        "ask for less, or give it more time: --max-run 1h",
        "demandez moins, ou laissez plus de temps : --max-run 1h",
    )
}

/// A limit out of bounds.
pub(crate) fn max_run_bounds(lang: Lang) -> &'static str {
    lang.pick(
        "--max-run is longer than a day",
        "--max-run dépasse une journée",
    )
}

/// Unexpired tokens are not deleted without a yes.
pub(crate) fn sweep_needs_yes(lang: Lang) -> &'static str {
    lang.pick(
        "`token sweep --all` deletes tokens that runs elsewhere may be using, and nobody is here to be asked",
        "`token sweep --all` supprime des jetons que d'autres exécutions utilisent peut-être, et personne n'est là pour répondre",
    )
}

/// How to say yes.
pub(crate) fn sweep_needs_yes_hint(lang: Lang) -> &'static str {
    lang.pick(
        "add --yes, or leave --all out: expired tokens need no question",
        "ajoutez --yes, ou retirez --all : les jetons expirés n'appellent pas de question",
    )
}

/// The question before unexpired tokens are deleted.
pub(crate) fn sweep_question(lang: Lang, count: usize) -> String {
    say!(
        lang,
        "Tokens that have not expired: {count}. Runs on other machines may be using them. Delete them? [y/N] ",
        "Jetons non expirés : {count}. D'autres machines les utilisent peut-être. Les supprimer ? [o/N] ",
    )
}

/// Whether an answer is a yes, in either language.
pub(crate) fn is_yes(answer: &str) -> bool {
    matches!(
        answer.trim().to_lowercase().as_str(),
        "y" | "yes" | "o" | "oui"
    )
}

/// Some tokens could not be deleted.
pub(crate) fn sweep_failed(lang: Lang, count: usize) -> String {
    say!(
        lang,
        "tokens that could not be deleted: {count}",
        "jetons qui n'ont pas pu être supprimés : {count}",
    )
}

/// No token of scout's.
pub(crate) fn sweep_nothing(lang: Lang) -> &'static str {
    lang.pick(
        "no token of scout's in this project and region",
        "aucun jeton de scout dans ce projet et cette région",
    )
}

/// Columns of a sweep.
pub(crate) fn sweep_columns(lang: Lang) -> [&'static str; 4] {
    lang.pick(
        ["Name", "Id", "Expires", "Outcome"],
        ["Nom", "Id", "Expire", "Résultat"],
    )
}

/// Deleted.
pub(crate) fn swept_deleted(lang: Lang) -> &'static str {
    lang.pick("deleted", "supprimé")
}

/// Somebody else was faster.
pub(crate) fn swept_gone(lang: Lang) -> &'static str {
    lang.pick("already gone", "déjà disparu")
}

/// With `--dry-run`.
pub(crate) fn swept_would(lang: Lang) -> &'static str {
    lang.pick("would be deleted", "serait supprimé")
}

/// Not expired.
pub(crate) fn swept_unexpired(lang: Lang) -> &'static str {
    lang.pick("kept: not expired (--all)", "gardé : non expiré (--all)")
}

/// In use here.
pub(crate) fn swept_in_use(lang: Lang, pid: u32) -> String {
    say!(
        lang,
        "kept: process {pid} uses it",
        "gardé : le processus {pid} l'utilise"
    )
}

/// Failed.
pub(crate) fn swept_failed(lang: Lang, why: &str) -> String {
    say!(lang, "not deleted: {why}", "non supprimé : {why}")
}
