//! What is said about alerts, runs of jobs and recorded calls.

use chrono::TimeDelta;

use super::words::duration;
use crate::model::Lang;

/// An alert that fires.
pub(crate) fn fires(lang: Lang, name: &str) -> String {
    say!(lang, "alert {name} fires", "l'alerte {name} est déclenchée")
}

/// An alert whose expression holds, and not yet for long enough.
pub(crate) fn waits(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "alert {name} is about to fire",
        "l'alerte {name} est sur le point de se déclencher"
    )
}

/// A job that was started.
pub(crate) fn job_started(lang: Lang, job: &str, lasted: Option<TimeDelta>) -> String {
    match lasted {
        None => say!(
            lang,
            "job {job} was started and still runs",
            "la tâche {job} a été lancée et tourne encore"
        ),
        Some(lasted) => {
            let lasted = duration(lang, lasted);
            say!(
                lang,
                "job {job} was started and ran for {lasted}",
                "la tâche {job} a été lancée et a tourné {lasted}"
            )
        }
    }
}

/// A job that did not do its work.
pub(crate) fn job_failed(lang: Lang, job: &str, meaning: &str) -> String {
    say!(
        lang,
        "job {job} failed: {meaning}",
        "la tâche {job} a échoué : {meaning}"
    )
}

/// What the API's reason for a failed run means; the API's own word where it is not known.
pub(crate) fn job_reason(lang: Lang, reason: &str, exit_code: Option<i64>) -> String {
    let (en, fr) = match reason {
        "memory_usage_exceeded" => (
            "it used more memory than its limit and was killed",
            "elle a dépassé sa limite de mémoire et a été arrêtée",
        ),
        "storage_usage_exceeded" => (
            "it wrote more to its local disk than its limit",
            "elle a écrit plus que sa limite de disque local",
        ),
        "timeout" => (
            "it ran longer than its time-out",
            "elle a dépassé son délai maximal",
        ),
        "image_not_found" => (
            "its image is not in the registry",
            "son image n'est pas dans le registre",
        ),
        "invalid_image" => (
            "its image cannot be run",
            "son image ne peut pas être exécutée",
        ),
        "secret_not_found" => (
            "a secret that it refers to does not exist",
            "un secret auquel elle fait référence n'existe pas",
        ),
        "secret_disabled" => (
            "a secret that it refers to is disabled",
            "un secret auquel elle fait référence est désactivé",
        ),
        "quota_exceeded" => (
            "a quota of the project is used up",
            "un quota du projet est épuisé",
        ),
        "application_not_started" => (
            "its program could not be started",
            "son programme n'a pas pu démarrer",
        ),
        "invalid_request" => ("its definition does not hold", "sa définition est invalide"),
        "technical_error" => (
            "the platform failed, not the program",
            "la plateforme a échoué, pas le programme",
        ),
        "cancellation" => ("somebody cancelled it", "quelqu'un l'a annulée"),
        "exited_with_error" | "" => {
            return match exit_code {
                Some(code) => say!(
                    lang,
                    "its program ended with exit code {code}",
                    "son programme s'est terminé avec le code {code}"
                ),
                None => say!(
                    lang,
                    "its program ended with an error",
                    "son programme s'est terminé en erreur"
                ),
            };
        }
        other => return other.to_owned(),
    };
    lang.pick(en, fr).to_owned()
}

/// A call that changed something; `settings` may be empty.
pub(crate) fn call(lang: Lang, method: &str, resource: &str, settings: &str, who: &str) -> String {
    let mut text = method.to_owned();
    if !resource.is_empty() {
        text.push_str(&say!(lang, " of {resource}", " de {resource}"));
    }
    if !settings.is_empty() {
        text.push_str(&format!(" ({settings})"));
    }
    if !who.is_empty() {
        text.push_str(&say!(lang, " by {who}", " par {who}"));
    }
    text
}

/// With which program a call was made.
pub(crate) fn program(lang: Lang, program: &str) -> String {
    say!(lang, "called with {program}", "appelé avec {program}")
}

/// What a job ran, and how that ended.
pub(crate) fn run(lang: Lang, command: &str, state: &str, exit_code: Option<i64>) -> String {
    let code = exit_code.map_or_else(String::new, |code| {
        say!(lang, ", exit code {code}", ", code de sortie {code}")
    });
    if command.is_empty() {
        say!(lang, "state: {state}{code}", "état : {state}{code}")
    } else {
        say!(
            lang,
            "ran {command}; state: {state}{code}",
            "a exécuté {command} ; état : {state}{code}"
        )
    }
}

/// What came shortly before a cause, behind its statement.
pub(crate) fn shortly_before(lang: Lang, what: &str) -> String {
    say!(lang, " Shortly before: {what}.", " Peu avant : {what}.")
}

/// No rule is switched on, so that no alert could have fired.
pub(crate) fn none_enabled(lang: Lang, rules: u64) -> String {
    say!(
        lang,
        "none of the {rules} alert rules is enabled: that none fires says nothing",
        "aucune des {rules} règles d'alerte n'est activée : qu'aucune ne se déclenche ne dit rien",
    )
}

/// Rules are on, and none of them fires for anything in question.
pub(crate) fn none_fires(lang: Lang, enabled: u64, rules: u64) -> String {
    say!(
        lang,
        "alerts: {enabled} of {rules} rules enabled, none fires",
        "alertes : {enabled} règles sur {rules} activées, aucune déclenchée",
    )
}

/// An alert fires, and nothing tells for which service.
pub(crate) fn fires_somewhere(lang: Lang, name: &str, labels: &str) -> String {
    if labels.is_empty() {
        say!(
            lang,
            "alert {name} fires, and nothing tells for which resource",
            "l'alerte {name} est déclenchée, et rien ne dit pour quelle ressource",
        )
    } else {
        say!(
            lang,
            "alert {name} fires for {labels}, which is no service in question",
            "l'alerte {name} est déclenchée pour {labels}, qui n'est pas un service en question",
        )
    }
}
