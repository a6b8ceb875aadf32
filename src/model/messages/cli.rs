//! What the command line itself says: notes, failures, hints.

use super::words::counted;
use crate::model::{Lang, TokenStatus};

/// Secrets are shown on the screen only.
pub(crate) fn no_redact_elsewhere(lang: Lang, flag: &str) -> String {
    say!(
        lang,
        "--no-redact is for the screen only, not with {flag}",
        "--no-redact ne vaut que pour l'écran, pas avec {flag}"
    )
}

/// What to do then.
pub(crate) fn no_redact_elsewhere_hint(lang: Lang) -> String {
    say!(
        lang,
        "leave out --no-redact: what is kept or handed on has its secrets masked",
        "retirez --no-redact : ce qui est conservé ou transmis a ses secrets masqués"
    )
}

/// Points at the help.
pub(crate) fn see_help(lang: Lang) -> String {
    say!(
        lang,
        "`scout --help` lists commands and flags",
        "`scout --help` donne la liste des commandes et des options"
    )
}

/// What a warning begins with.
pub(crate) fn warning_prefix(lang: Lang) -> &'static str {
    lang.pick("warning:", "attention :")
}

/// The line of progress.
pub(crate) fn progress(lang: Lang, answered: usize, planned: usize) -> String {
    say!(
        lang,
        "asking: {answered} of {planned} answered",
        "questions : {answered} sur {planned} ont leur réponse"
    )
}

/// No token was needed.
pub(crate) fn token_not_needed(lang: Lang) -> &'static str {
    lang.pick("token: not needed", "jeton : inutile")
}

/// None could be made.
pub(crate) fn token_not_created(lang: Lang) -> &'static str {
    lang.pick("token: none was made", "jeton : aucun n'a été créé")
}

/// It is gone.
pub(crate) fn token_deleted(lang: Lang) -> &'static str {
    lang.pick("token: deleted ✓", "jeton : supprimé ✓")
}

/// A token that may still exist.
pub(crate) fn token_left(lang: Lang, id: &str) -> String {
    say!(
        lang,
        "the token {id} could not be deleted and still gives access to the project's logs or metrics",
        "le jeton {id} n'a pas pu être supprimé et donne encore accès aux journaux ou métriques du projet",
    )
}

/// How to remove it.
pub(crate) fn token_left_hint(lang: Lang, remedy: &str) -> String {
    say!(
        lang,
        "remove it now: {remedy}   (without scw: scout token sweep --all, which asks first; the next run of scout on this machine tries too)",
        "supprimez-le maintenant : {remedy}   (sans scw : scout token sweep --all, qui demande d'abord ; la prochaine exécution de scout sur cette machine essaiera aussi)"
    )
}

/// A signal ended the work.
pub(crate) fn interrupted(lang: Lang, signal: &str, token: TokenStatus) -> String {
    let token = match token {
        TokenStatus::Deleted => lang.pick("the token was deleted", "le jeton a été supprimé"),
        TokenStatus::LeftBehind => lang.pick("the token was left behind", "le jeton est resté"),
        TokenStatus::NotNeeded | TokenStatus::NotCreated => {
            lang.pick("there was no token", "il n'y avait pas de jeton")
        }
    };
    say!(
        lang,
        "stopped by {signal}; {token}",
        "arrêté par {signal} ; {token}"
    )
}

/// The token is being deleted after a signal.
pub(crate) fn closing_after_signal(lang: Lang, signal: &str) -> String {
    say!(
        lang,
        "{signal}: deleting the token…",
        "{signal} : suppression du jeton…"
    )
}

/// A second signal.
pub(crate) fn hurrying(lang: Lang) -> &'static str {
    lang.pick(
        "still deleting the token; its retries are shortened to 3 s",
        "le jeton est encore en cours de suppression ; les nouvelles tentatives sont limitées à 3 s",
    )
}

/// The answer could not be written.
pub(crate) fn cannot_write(lang: Lang, why: &str) -> String {
    say!(
        lang,
        "cannot write the answer: {why}",
        "impossible d'écrire la réponse : {why}"
    )
}

/// What to do about it.
pub(crate) fn cannot_write_hint(lang: Lang) -> String {
    say!(
        lang,
        "make room, or send the output elsewhere",
        "libérez de la place, ou envoyez la sortie ailleurs"
    )
}

/// A file could not be read.
pub(crate) fn cannot_read(lang: Lang, path: &str, why: &str) -> String {
    say!(
        lang,
        "cannot read {path}: {why}",
        "impossible de lire {path} : {why}"
    )
}

/// What to do about it.
pub(crate) fn cannot_read_hint(lang: Lang) -> String {
    say!(
        lang,
        "check the path and its permissions; the map is named by --map or SCOUT_INFRA_MAP",
        "vérifiez le chemin et ses droits ; la carte est nommée par --map ou SCOUT_INFRA_MAP",
    )
}

/// A file could not be written.
pub(crate) fn cannot_save(lang: Lang, path: &str, why: &str) -> String {
    say!(
        lang,
        "cannot write {path}: {why}",
        "impossible d'écrire {path} : {why}"
    )
}

/// The system refused something that it should not.
pub(crate) fn system_failed(lang: Lang, why: &str) -> String {
    say!(
        lang,
        "the system refuses what scout needs: {why}",
        "le système refuse ce dont scout a besoin : {why}"
    )
}

/// No scenario of that name.
pub(crate) fn unknown_scenario(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "no scenario and no file {name:?}",
        "ni scénario ni fichier {name:?}"
    )
}

/// The scenarios that there are.
pub(crate) fn unknown_scenario_hint(lang: Lang, name: &str, known: &[&str]) -> String {
    let all = known.join(", ");
    match crate::model::nearest(name, known.iter().copied()) {
        Some(near) => say!(
            lang,
            "did you mean {near}? built in: {all}",
            "vouliez-vous dire {near} ? intégrés : {all}"
        ),
        None => say!(lang, "built in: {all}", "intégrés : {all}"),
    }
}

/// A duration that cannot be read.
pub(crate) fn bad_duration(lang: Lang, flag: &str, text: &str) -> String {
    say!(
        lang,
        "{flag}: {text:?} is not a duration",
        "{flag} : {text:?} n'est pas une durée"
    )
}

/// What durations look like.
pub(crate) fn bad_duration_hint(lang: Lang) -> String {
    say!(
        lang,
        "a number and a unit: 90s, 15m, 2h, 3d, 1w",
        "un nombre et une unité : 90s, 15m, 2h, 3d, 1w"
    )
}

/// A time that cannot be read.
pub(crate) fn bad_time(lang: Lang, flag: &str, text: &str) -> String {
    say!(
        lang,
        "{flag}: {text:?} is not a time",
        "{flag} : {text:?} n'est pas une date"
    )
}

/// What times look like.
pub(crate) fn bad_time_hint(lang: Lang) -> String {
    say!(
        lang,
        "2026-11-21T09:00:00Z, \"2026-11-21 09:00\" or 09:00 (local), Unix seconds, or a duration ago such as 2h",
        "2026-11-21T09:00:00Z, \"2026-11-21 09:00\" ou 09:00 (heure locale), secondes Unix, ou une durée écoulée comme 2h",
    )
}

/// A window that ends before it starts.
pub(crate) fn window_reversed(lang: Lang) -> String {
    say!(
        lang,
        "the window is empty: it ends before it starts",
        "la fenêtre est vide : elle finit avant de commencer"
    )
}

/// What to do about it.
pub(crate) fn window_reversed_hint(lang: Lang) -> String {
    say!(
        lang,
        "--from must be earlier than --to",
        "--from doit précéder --to"
    )
}

/// A window that has not begun.
pub(crate) fn window_ahead(lang: Lang) -> String {
    say!(
        lang,
        "the window lies in the future",
        "la fenêtre est dans le futur"
    )
}

/// What to do about it.
pub(crate) fn window_ahead_hint(lang: Lang) -> String {
    say!(
        lang,
        "dates without an offset are local time; write Z for UTC",
        "les dates sans décalage sont en heure locale ; écrivez Z pour UTC",
    )
}

/// A form that the command does not have.
pub(crate) fn no_such_form(lang: Lang, command: &str, forms: &str) -> String {
    say!(
        lang,
        "`scout {command}` answers as {forms}",
        "`scout {command}` répond en {forms}"
    )
}

/// A pattern that does not hold.
pub(crate) fn bad_pattern(lang: Lang, flag: &str, why: &str) -> String {
    say!(lang, "{flag}: {why}", "{flag} : {why}")
}

/// What to do about it.
pub(crate) fn bad_pattern_hint(lang: Lang) -> String {
    say!(
        lang,
        "write a backslash before characters that mean something in a regular expression: . [ ( * + ? | \\",
        "mettez une barre oblique inverse devant les caractères spéciaux d'une expression régulière : . [ ( * + ? | \\",
    )
}

/// A kind that there is not.
pub(crate) fn unknown_kind(lang: Lang, name: &str) -> String {
    say!(lang, "no kind {name:?}", "le type {name:?} n'existe pas")
}

/// The kinds that there are.
pub(crate) fn unknown_kind_hint(lang: Lang, near: Option<&str>, known: &str) -> String {
    match near {
        Some(near) => say!(
            lang,
            "did you mean {near}? kinds: {known}",
            "vouliez-vous dire {near} ? types : {known}"
        ),
        None => say!(lang, "kinds: {known}", "types : {known}"),
    }
}

/// No map where one is needed.
pub(crate) fn no_map(lang: Lang) -> String {
    say!(
        lang,
        "no infra-map.toml here, in a parent folder or in the config folder",
        "pas d'infra-map.toml ici, dans un dossier parent ni dans le dossier de configuration"
    )
}

/// What to do about it.
pub(crate) fn no_map_hint(lang: Lang) -> String {
    say!(
        lang,
        "name one with --map or SCOUT_INFRA_MAP, or start from the commented sample in scout's repository; `--sandbox` brings its own",
        "nommez-en une avec --map ou SCOUT_INFRA_MAP, ou partez de l'exemple commenté du dépôt de scout ; `--sandbox` apporte la sienne",
    )
}

/// Nothing to ask about.
pub(crate) fn no_services(lang: Lang) -> String {
    say!(
        lang,
        "there is no map, and the account lists no resource in this project and region",
        "il n'y a pas de carte, et le compte ne montre aucune ressource dans ce projet et cette région",
    )
}

/// Resources stand in for a map.
pub(crate) fn services_from_account(lang: Lang, count: usize) -> String {
    say!(
        lang,
        "no map: working with the {count} resources that the account lists",
        "pas de carte : travail sur les {count} ressources que montre le compte",
    )
}

/// A plan of which only the beginning is known.
pub(crate) fn plan_without_map(lang: Lang) -> String {
    say!(
        lang,
        "no map: these lists would be asked for first, then what concerns the resources that they show",
        "pas de carte : ces listes seraient demandées d'abord, puis ce qui concerne les ressources qu'elles montrent",
    )
}

/// A map that holds.
pub(crate) fn map_holds(lang: Lang, path: &str, environments: usize, services: usize) -> String {
    let environments = counted(
        lang,
        environments as u64,
        ("environment", "environnement"),
        ("environments", "environnements"),
    );
    let services = counted(
        lang,
        services as u64,
        ("service", "service"),
        ("services", "services"),
    );
    say!(
        lang,
        "{path}: ok, {environments}, {services}",
        "{path} : correcte, {environments}, {services}",
    )
}

/// The sandbox is up.
pub(crate) fn sandbox_up(lang: Lang, name: &str, url: &str) -> String {
    say!(
        lang,
        "sandbox {name} on {url}; Ctrl-C ends it",
        "bac à sable {name} sur {url} ; Ctrl-C l'arrête"
    )
}

/// Nothing matched.
pub(crate) fn no_lines(lang: Lang) -> String {
    say!(
        lang,
        "no lines in this window",
        "aucune ligne dans cette fenêtre"
    )
}

/// More entries of one nanosecond than a page holds.
pub(crate) fn crowded_instant(lang: Lang, at: &str) -> String {
    say!(
        lang,
        "more lines bear the time {at} than one page holds: some of them cannot be fetched",
        "plus de lignes portent l'heure {at} qu'une page n'en contient : certaines ne peuvent pas être lues",
    )
}

/// Part of the answer is missing.
pub(crate) fn incomplete(lang: Lang, source: &str, why: &str) -> String {
    say!(lang, "{source}: {why}", "{source} : {why}")
}

/// A window whose entries could not be fetched.
pub(crate) fn missing_window(lang: Lang, window: &str, why: &str) -> String {
    say!(
        lang,
        "the lines of {window} are missing: {why}",
        "les lignes de {window} manquent : {why}"
    )
}

/// Unverified TLS was asked for.
pub(crate) fn insecure_ignored(lang: Lang) -> String {
    say!(
        lang,
        "the credentials ask for unverified TLS (insecure): scout checks certificates all the same; SSL_CERT_FILE adds an authority",
        "les identifiants demandent du TLS non vérifié (insecure) : scout vérifie quand même les certificats ; SSL_CERT_FILE ajoute une autorité",
    )
}

/// A service whose streams nobody has seen.
pub(crate) fn unknown_resource_name(lang: Lang, service: &str, name: &str) -> String {
    say!(
        lang,
        "{service}: Loki has no stream with resource_name={name:?} in this window",
        "{service} : Loki n'a aucun flux avec resource_name={name:?} dans cette fenêtre",
    )
}

/// The names that there are.
pub(crate) fn known_resource_names(lang: Lang, near: Option<&str>, known: &str) -> String {
    match near {
        Some(near) => say!(
            lang,
            "nearest: {near}; it has {known}",
            "le plus proche : {near} ; il a {known}"
        ),
        None => say!(lang, "it has {known}", "il a {known}"),
    }
}

/// A recorded world has its own time.
pub(crate) fn recorded_window(lang: Lang, flags: &str) -> String {
    say!(
        lang,
        "this world was recorded; ask about its window with {flags}",
        "ce monde a été enregistré ; interrogez sa fenêtre avec {flags}"
    )
}

/// What to try in a sandbox.
pub(crate) fn sandbox_issue(lang: Lang, issue: &str) -> String {
    say!(
        lang,
        "try: scout investigate {issue:?}",
        "essayez : scout investigate {issue:?}"
    )
}

/// No name of a label.
pub(crate) fn bad_label(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "{name:?} is not the name of a label",
        "{name:?} n'est pas un nom d'étiquette"
    )
}

/// What such a name looks like.
pub(crate) fn bad_label_hint(lang: Lang) -> String {
    say!(
        lang,
        "letters, digits and underscores, a digit not first; `scout labels` lists those in use",
        "lettres, chiffres et tirets bas, pas de chiffre en tête ; `scout labels` liste ceux en usage",
    )
}

/// A question that names no service of the map.
pub(crate) fn no_service_named(lang: Lang, known: &str) -> String {
    say!(
        lang,
        "the question names no service of the map: asking about all ({known})",
        "la question ne nomme aucun service de la carte : elle porte sur tous ({known})",
    )
}

/// An address that others could reach.
pub(crate) fn listen_loopback_only(lang: Lang, address: &str) -> String {
    say!(
        lang,
        "--listen: {address} is not a loopback address",
        "--listen : {address} n'est pas une adresse de bouclage",
    )
}

/// What to do about it.
pub(crate) fn listen_loopback_only_hint(lang: Lang) -> String {
    say!(
        lang,
        "the sandbox hands out its keys to whoever asks: listen on 127.0.0.1 or [::1]",
        "le bac à sable donne ses clés à qui les demande : écoutez sur 127.0.0.1 ou [::1]",
    )
}

/// Where a profile that does not exist was asked for.
pub(crate) fn map_asks_for_profile(lang: Lang, map: &str, environment: &str) -> String {
    say!(
        lang,
        "{map} asks for it in [env.{environment}]: change it there, or set SCW_PROFILE=default",
        "{map} le demande dans [env.{environment}] : changez-le là, ou définissez SCW_PROFILE=default",
    )
}
