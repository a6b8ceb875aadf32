//! Headings, column titles and words of everything that `render` writes for people.

use super::words;
use crate::model::{Breach, Health, Lang};

/// The first line of every report: it says where reports of this kind belong, and is the same in both languages.
pub(crate) const REPORT_TITLE: &str = "stack-golem:observe-platform report";

/// Labels of the report's head, in order: issue, source, findings, diagnosis, token.
pub(crate) fn head_labels(lang: Lang) -> [&'static str; 5] {
    lang.pick(
        ["Issue:", "Source:", "Findings:", "Diagnosis:", "Token:"],
        [
            "Problème :",
            "Source :",
            "Constats :",
            "Diagnostic :",
            "Jeton :",
        ],
    )
}

/// A section of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// Ranked causes.
    Diagnosis,
    /// What was found.
    Findings,
    /// Services by how much points at them.
    Suspects,
    /// Metrics judged.
    Metrics,
    /// Error lines by signature.
    Errors,
    /// What happened, in order.
    Timeline,
    /// What is in order.
    Checked,
    /// What could not be checked.
    Gaps,
}

/// The heading of a section.
pub(crate) fn heading(lang: Lang, section: Section) -> &'static str {
    match section {
        Section::Diagnosis => lang.pick("Diagnosis", "Diagnostic"),
        Section::Findings => lang.pick("Findings", "Constats"),
        Section::Suspects => lang.pick("Suspects", "Suspects"),
        Section::Metrics => lang.pick("Metrics", "Métriques"),
        Section::Errors => lang.pick("Errors", "Erreurs"),
        Section::Timeline => lang.pick("Timeline", "Chronologie"),
        Section::Checked => lang.pick("Checked and in order", "Vérifié et en ordre"),
        Section::Gaps => lang.pick("Not checked", "Non vérifié"),
    }
}

/// Columns of the findings.
pub(crate) fn finding_columns(lang: Lang) -> [&'static str; 5] {
    lang.pick(
        ["Id", "Severity", "Service", "Since", "Finding"],
        ["Id", "Gravité", "Service", "Depuis", "Constat"],
    )
}

/// Columns of the suspects.
pub(crate) fn suspect_columns(lang: Lang) -> [&'static str; 3] {
    lang.pick(
        ["Service", "Score", "Signals"],
        ["Service", "Score", "Signaux"],
    )
}

/// Columns of the metrics.
pub(crate) fn metric_columns(lang: Lang) -> [&'static str; 8] {
    lang.pick(
        [
            "Service", "Metric", "Now", "Baseline", "Min", "Max", "Trend", "State",
        ],
        [
            "Service",
            "Métrique",
            "Actuel",
            "Référence",
            "Min",
            "Max",
            "Tendance",
            "État",
        ],
    )
}

/// Columns of the error groups.
pub(crate) fn error_columns(lang: Lang) -> [&'static str; 6] {
    lang.pick(
        ["Service", "Lines", "Before", "First", "Last", "Signature"],
        [
            "Service",
            "Lignes",
            "Avant",
            "Première",
            "Dernière",
            "Signature",
        ],
    )
}

/// Columns of the timeline.
pub(crate) fn event_columns(lang: Lang) -> [&'static str; 3] {
    lang.pick(["When", "Service", "What"], ["Quand", "Service", "Quoi"])
}

/// Columns of what was checked.
pub(crate) fn checked_columns(lang: Lang) -> [&'static str; 2] {
    lang.pick(["Service", "What"], ["Service", "Quoi"])
}

/// Columns of the gaps.
pub(crate) fn gap_columns(lang: Lang) -> [&'static str; 3] {
    lang.pick(
        ["Source", "Why", "What it means"],
        ["Source", "Pourquoi", "Ce que cela implique"],
    )
}

/// Columns of the resources, the offset of times beside theirs.
pub(crate) fn state_columns(lang: Lang, offset: &str) -> [String; 8] {
    let changed = say!(lang, "Changed ({offset})", "Modifié ({offset})");
    let [service, kind, name, status, health, detail] = lang.pick(
        [
            "Service",
            "Kind",
            "Name",
            "Status",
            "Health",
            "Size and detail",
        ],
        [
            "Service",
            "Type",
            "Nom",
            "Statut",
            "Santé",
            "Taille et détail",
        ],
    );
    let id = "Id".to_owned();
    let [service, kind, name, status, health, detail] =
        [service, kind, name, status, health, detail].map(str::to_owned);
    [service, kind, name, status, health, changed, detail, id]
}

/// Columns of scout's tokens, the offset of times beside theirs.
pub(crate) fn token_columns(lang: Lang, offset: &str) -> [String; 7] {
    let created = say!(lang, "Created ({offset})", "Créé ({offset})");
    let columns = lang.pick(
        ["Name", "Age", "Expires", "Process", "Scopes"],
        ["Nom", "Âge", "Expire", "Processus", "Portées"],
    );
    let [name, age, expires, process, scopes] = columns.map(str::to_owned);
    [
        name,
        "Id".to_owned(),
        created,
        age,
        expires,
        process,
        scopes,
    ]
}

/// Columns of the map's services.
pub(crate) fn map_columns(lang: Lang) -> [&'static str; 6] {
    lang.pick(
        [
            "Service",
            "Kind",
            "Title",
            "Resource",
            "Aliases",
            "Depends on",
        ],
        [
            "Service",
            "Type",
            "Titre",
            "Ressource",
            "Alias",
            "Dépend de",
        ],
    )
}

/// Columns of a plan.
pub(crate) fn plan_columns(lang: Lang) -> [&'static str; 7] {
    lang.pick(
        [
            "Source", "Host", "Request", "Window", "Limit", "Deadline", "Scope",
        ],
        [
            "Source", "Hôte", "Requête", "Fenêtre", "Limite", "Délai", "Portée",
        ],
    )
}

/// What is said where a list is empty.
pub(crate) fn nothing(lang: Lang) -> &'static str {
    lang.pick("nothing to show", "rien à afficher")
}

/// A source's name for people.
pub(crate) fn source_name(lang: Lang, source: &str) -> Option<&'static str> {
    Some(match source {
        "loki" => "Loki",
        "prometheus" => "Prometheus",
        "tempo" => "Tempo",
        "scaleway" => lang.pick("Scaleway API", "API Scaleway"),
        "ssh" => "SSH",
        "probe" => lang.pick("probe", "sonde"),
        _ => return None,
    })
}

/// A source that was not asked.
pub(crate) fn source_skipped(lang: Lang, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => say!(lang, "not asked ({reason})", "non interrogé ({reason})"),
        None => lang.pick("not asked", "non interrogé").to_owned(),
    }
}

/// A source that failed.
pub(crate) fn source_failed(lang: Lang, reason: Option<&str>) -> String {
    match reason {
        Some(reason) => say!(lang, "failed ({reason})", "échec ({reason})"),
        None => lang.pick("failed", "échec").to_owned(),
    }
}

/// No source was asked at all.
pub(crate) fn no_source(lang: Lang) -> &'static str {
    lang.pick("none", "aucune")
}

/// So many findings of the worst kind: `2 critical`.
pub(crate) fn critical_findings(lang: Lang, n: u64) -> String {
    words::counted(lang, n, ("critical", "critique"), ("critical", "critiques"))
}

/// So many warnings.
pub(crate) fn warning_findings(lang: Lang, n: u64) -> String {
    words::counted(
        lang,
        n,
        ("warning", "avertissement"),
        ("warnings", "avertissements"),
    )
}

/// So many notes.
pub(crate) fn info_findings(lang: Lang, n: u64) -> String {
    words::counted(lang, n, ("note", "note"), ("notes", "notes"))
}

/// Nothing was found, and so many things were checked.
pub(crate) fn no_findings(lang: Lang, checked: u64) -> String {
    if checked == 0 {
        return lang.pick("none", "aucun").to_owned();
    }
    let checks = words::counted(
        lang,
        checked,
        ("check", "contrôle"),
        ("checks", "contrôles"),
    );
    say!(lang, "none; {checks} in order", "aucun ; {checks} en ordre")
}

/// So many sources, or parts of them, gave no answer.
pub(crate) fn gaps_exist(lang: Lang, n: u64) -> String {
    words::counted(
        lang,
        n,
        (
            "thing could not be checked",
            "point n'a pas pu être vérifié",
        ),
        (
            "things could not be checked",
            "points n'ont pas pu être vérifiés",
        ),
    )
}

/// The verdicts, in the order healthy, degraded, down, unknown.
pub(crate) fn verdicts(lang: Lang) -> [&'static str; 4] {
    lang.pick(
        ["healthy", "degraded", "down", "unknown"],
        ["sain", "dégradé", "en panne", "inconnu"],
    )
}

/// The severities, in the order info, warning, critical.
pub(crate) fn severities(lang: Lang) -> [&'static str; 3] {
    lang.pick(
        ["info", "warning", "critical"],
        ["info", "avertissement", "critique"],
    )
}

/// Since when.
pub(crate) fn since(lang: Lang, time: &str) -> String {
    say!(lang, "since {time}", "depuis {time}")
}

/// Trouble that is over; `time` is when the last of it was seen.
pub(crate) fn over(lang: Lang, time: &str) -> String {
    say!(lang, "over since {time}", "terminé depuis {time}")
}

/// Trouble that came and went.
pub(crate) fn came_and_went(lang: Lang, times: u64) -> String {
    say!(
        lang,
        "came and went {times} times",
        "apparu et disparu {times} fois"
    )
}

/// How sure a cause is: `92% sure`.
pub(crate) fn confidence(lang: Lang, ratio: f64) -> String {
    let percent = words::percent(lang, ratio);
    say!(lang, "confidence {percent}", "confiance {percent}")
}

/// The findings behind a cause.
pub(crate) fn because(lang: Lang, ids: &str) -> String {
    say!(lang, "because of {ids}", "d'après {ids}")
}

/// Introduces the commands worth running next.
pub(crate) fn next_steps(lang: Lang) -> &'static str {
    lang.pick("Next:", "Ensuite :")
}

/// Introduces one line out of a group.
pub(crate) fn for_example(lang: Lang) -> &'static str {
    lang.pick("e.g.", "ex.")
}

/// The window, with the offset of every time below.
pub(crate) fn window(lang: Lang, from: &str, to: &str, offset: &str) -> String {
    say!(
        lang,
        "{from} to {to}, times in {offset}",
        "{from} à {to}, heures en {offset}"
    )
}

/// The two windows that a course spans.
pub(crate) fn spans(lang: Lang, baseline: &str, from: &str, to: &str) -> String {
    say!(
        lang,
        "baseline from {baseline}, window {from} to {to}",
        "référence dès {baseline}, fenêtre {from} à {to}"
    )
}

/// What was understood of the question.
pub(crate) fn understood(lang: Lang, parts: &str) -> String {
    say!(lang, "understood: {parts}", "compris : {parts}")
}

/// A service that the question names; misspelt where `typed` is there.
pub(crate) fn understood_service(lang: Lang, service: &str, typed: Option<&str>) -> String {
    match typed {
        None => service.to_owned(),
        Some(typed) => say!(
            lang,
            "{service} (typed \"{typed}\")",
            "{service} (écrit « {typed} »)"
        ),
    }
}

/// The question names no service.
pub(crate) fn no_service_understood(lang: Lang, asked: u64) -> String {
    let services = words::counted(
        lang,
        asked,
        ("service", "service"),
        ("services", "services"),
    );
    say!(
        lang,
        "no service named: {services} asked",
        "aucun service nommé : {services} en question"
    )
}

/// What seems wrong, by its name in evidence.
pub(crate) fn understood_symptom(lang: Lang, symptom: &str) -> &'static str {
    match symptom {
        "down" => lang.pick("down", "en panne"),
        "errors" => lang.pick("errors", "erreurs"),
        "slow" => lang.pick("slow or using too much", "lenteur ou surconsommation"),
        "auth" => lang.pick("access refused", "accès refusé"),
        _ => lang.pick("no symptom recognised", "aucun symptôme reconnu"),
    }
}

/// The words that tell the time.
pub(crate) fn understood_time(lang: Lang, words: &str) -> String {
    say!(lang, "\"{words}\"", "« {words} »")
}

/// The question does not speak of time.
pub(crate) fn no_time_understood(lang: Lang) -> &'static str {
    lang.pick(
        "no time said: the last 30 minutes",
        "aucune heure dite : les 30 dernières minutes",
    )
}

/// The offset of every time below.
pub(crate) fn times_in(lang: Lang, offset: &str) -> String {
    say!(lang, "times in {offset}", "heures en {offset}")
}

/// The token is gone; the mark is `✓` or its ASCII form.
pub(crate) fn token_deleted(lang: Lang, mark: &str) -> String {
    say!(lang, "deleted {mark}", "supprimé {mark}")
}

/// The API made none, so none is left.
pub(crate) fn token_not_created(lang: Lang) -> &'static str {
    lang.pick("none was made", "aucun n'a été créé")
}

/// No token was made.
pub(crate) fn token_not_needed(lang: Lang) -> &'static str {
    lang.pick("not needed", "inutile")
}

/// The token may still exist; the mark is `✗` or its ASCII form.
pub(crate) fn token_left_behind(lang: Lang, mark: &str) -> String {
    say!(lang, "LEFT BEHIND {mark}", "NON SUPPRIMÉ {mark}")
}

/// Introduces the command that removes a token.
pub(crate) fn token_remedy(lang: Lang) -> &'static str {
    lang.pick("remove it with:", "supprimez-le avec :")
}

/// A token's id, what it could read and how long it lived.
pub(crate) fn token_life(lang: Lang, id: &str, scopes: &str, lived: Option<&str>) -> String {
    match lived {
        Some(lived) => say!(
            lang,
            "token {id}: {scopes}; lived {lived}",
            "jeton {id} : {scopes} ; durée de vie {lived}"
        ),
        None => say!(lang, "token {id}: {scopes}", "jeton {id} : {scopes}"),
    }
}

/// An id that was never learnt.
pub(crate) fn unknown_id(lang: Lang) -> &'static str {
    lang.pick("(id unknown)", "(identifiant inconnu)")
}

/// The state of a metric against its threshold.
pub(crate) fn breach(lang: Lang, breach: Breach) -> &'static str {
    match breach {
        Breach::Ok => "ok",
        Breach::Warning => lang.pick("warning", "avertissement"),
        Breach::Critical => lang.pick("critical", "critique"),
    }
}

/// A metric without a value in the window.
pub(crate) fn no_data(lang: Lang) -> &'static str {
    lang.pick("no data", "pas de données")
}

/// The health of a resource.
pub(crate) fn health(lang: Lang, health: Health) -> &'static str {
    match health {
        Health::Healthy => lang.pick("healthy", "sain"),
        Health::Transitional => lang.pick("transitional", "en transition"),
        Health::Unhealthy => lang.pick("unhealthy", "défaillant"),
        Health::Unknown => lang.pick("unknown", "inconnu"),
    }
}

/// A token whose run should have ended.
pub(crate) fn expired(lang: Lang, time: &str) -> String {
    say!(lang, "{time} (expired)", "{time} (expiré)")
}

/// What the plan's token would read.
pub(crate) fn plan_scopes(lang: Lang, scopes: &str) -> String {
    say!(
        lang,
        "would make one token with the scopes {scopes}",
        "créerait un jeton avec les portées {scopes}"
    )
}

/// The plan needs no token.
pub(crate) fn plan_no_token(lang: Lang) -> &'static str {
    lang.pick("would make no token", "ne créerait aucun jeton")
}

/// A source that the plan leaves out.
pub(crate) fn plan_skips(lang: Lang, source: &str, reason: &str) -> String {
    say!(
        lang,
        "would not ask {source}: {reason}",
        "n'interrogerait pas {source} : {reason}"
    )
}

/// The head of a log listing: labels that all lines share.
pub(crate) fn common_labels(lang: Lang, labels: &str) -> String {
    say!(lang, "all lines: {labels}", "toutes les lignes : {labels}")
}

/// Prefix of an error on stderr, with the language's own spacing before the colon.
pub(crate) fn error_prefix(lang: Lang) -> &'static str {
    lang.pick("error:", "erreur :")
}

/// Prefix of a hint on stderr.
pub(crate) fn hint_prefix(lang: Lang) -> &'static str {
    lang.pick("hint:", "conseil :")
}
