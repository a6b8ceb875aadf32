//! What is said about the map.
//!
//! Names and values come in quoted and made visible; nothing here is given a secret.

pub(crate) use super::config::{did_you_mean, hint_region, hint_uuid, hint_zone};
use crate::model::Lang;

// ---- the map -------------------------------------------------------------------------------

/// The map is not TOML. The reason is the parser's, in English.
pub(crate) fn map_syntax(lang: Lang, reason: &str) -> String {
    say!(lang, "not valid TOML: {reason}", "TOML invalide : {reason}")
}

/// A key that nothing reads.
pub(crate) fn map_unknown_key(lang: Lang, key: &str) -> String {
    say!(lang, "unknown key {key}", "clé inconnue {key}")
}

/// Every key that may stand there.
pub(crate) fn hint_known_keys(lang: Lang, known: &str) -> String {
    say!(
        lang,
        "keys here are {known}",
        "les clés possibles ici sont {known}"
    )
}

/// A kind that does not exist.
pub(crate) fn map_unknown_kind(lang: Lang, kind: &str) -> String {
    say!(
        lang,
        "unknown kind {kind}",
        "type de service inconnu {kind}"
    )
}

/// Every kind.
pub(crate) fn hint_kinds(lang: Lang, kinds: &str) -> String {
    say!(lang, "kinds are {kinds}", "les types sont {kinds}")
}

/// A value of the wrong type. `found` is TOML's own word.
pub(crate) fn map_wrong_type(lang: Lang, key: &str, expected: &str, found: &str) -> String {
    say!(
        lang,
        "{key} must be {expected}, found {found}",
        "{key} doit être {expected}, trouvé : {found}"
    )
}

/// A string.
pub(crate) fn type_text(lang: Lang) -> String {
    say!(lang, "a string in quotes", "un texte entre guillemets")
}

/// An integer.
pub(crate) fn type_integer(lang: Lang) -> String {
    say!(lang, "a whole number", "un nombre entier")
}

/// A list of strings.
pub(crate) fn type_texts(lang: Lang) -> String {
    say!(lang, "a list of strings", "une liste de textes")
}

/// A table.
pub(crate) fn type_table(lang: Lang) -> String {
    say!(lang, "a table", "une table")
}

/// A list of tables.
pub(crate) fn type_tables(lang: Lang) -> String {
    say!(lang, "a list of tables", "une liste de tables")
}

/// A number.
pub(crate) fn type_number(lang: Lang) -> String {
    say!(lang, "a number", "un nombre")
}

/// Yes or no.
pub(crate) fn type_flag(lang: Lang) -> String {
    say!(lang, "true or false", "true ou false")
}

/// A word where only some have a meaning.
pub(crate) fn map_unknown_word(lang: Lang, word: &str, key: &str) -> String {
    say!(
        lang,
        "{word} is not something that {key} takes",
        "{word} n'est pas une valeur de {key}"
    )
}

/// All the words that have one; empty where there are none.
pub(crate) fn hint_words(lang: Lang, known: &str) -> String {
    if known.is_empty() {
        say!(lang, "nothing may stand there", "rien ne peut s'y trouver")
    } else {
        say!(
            lang,
            "possible here: {known}",
            "valeurs possibles ici : {known}"
        )
    }
}

/// A pattern that does not compile. The reason is the library's, in English.
pub(crate) fn map_bad_pattern(lang: Lang, key: &str, reason: &str) -> String {
    say!(
        lang,
        "{key} is no regular expression: {reason}",
        "{key} n'est pas une expression régulière : {reason}"
    )
}

/// A number out of range.
pub(crate) fn map_out_of_range(lang: Lang, key: &str, low: &str, high: &str) -> String {
    say!(
        lang,
        "{key} must lie between {low} and {high}",
        "{key} doit être entre {low} et {high}"
    )
}

/// Two rules of one id.
pub(crate) fn map_rule_taken(lang: Lang, id: &str) -> String {
    say!(
        lang,
        "there is a rule {id} already",
        "il y a déjà une règle {id}"
    )
}

/// What to do about it.
pub(crate) fn hint_rule_taken(lang: Lang) -> String {
    say!(
        lang,
        "give it an id of its own; the built-in causes keep theirs",
        "donnez-lui un id à elle ; les causes de scout gardent les leurs"
    )
}

/// A next step that scout cannot run.
pub(crate) fn map_not_command(lang: Lang, command: &str) -> String {
    say!(
        lang,
        "next step {command} is not a scout command",
        "l'étape {command} n'est pas une commande de scout"
    )
}

/// How one begins.
pub(crate) fn hint_not_command(lang: Lang) -> String {
    say!(
        lang,
        "it begins with \"scout \"; {{service}}, {{kind}}, {{window}}, {{env}} and {{ssh}} are filled in",
        "elle commence par « scout » ; {{service}}, {{kind}}, {{window}}, {{env}} et {{ssh}} sont remplis"
    )
}

/// A required key is missing; `place` is empty at the top of the file.
pub(crate) fn map_missing_key(lang: Lang, key: &str, place: &str) -> String {
    if place.is_empty() {
        say!(lang, "missing key {key}", "il manque la clé {key}")
    } else {
        say!(
            lang,
            "missing key {key} in [{place}]",
            "il manque la clé {key} dans [{place}]"
        )
    }
}

/// A version that this scout does not read.
pub(crate) fn map_wrong_schema(lang: Lang, found: &str) -> String {
    say!(
        lang,
        "map schema {found} is not one that this scout reads",
        "cette version de scout ne lit pas le schéma de carte {found}"
    )
}

/// The version that this scout reads.
pub(crate) fn hint_schema(lang: Lang) -> String {
    say!(lang, "write schema = 1", "écrivez schema = 1")
}

/// `default_env` names nothing.
pub(crate) fn map_unknown_default_env(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "default_env {name} is not an environment of this map",
        "default_env {name} n'est pas un environnement de cette carte"
    )
}

/// An override of nothing.
pub(crate) fn map_unknown_override(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "override of {name}, which is not a service of this map",
        "surcharge de {name}, qui n'est pas un service de cette carte"
    )
}

/// A dependency on nothing.
pub(crate) fn map_unknown_dependency(lang: Lang, service: &str, name: &str) -> String {
    say!(
        lang,
        "{service} depends on {name}, which is not a service of this map",
        "{service} dépend de {name}, qui n'est pas un service de cette carte"
    )
}

/// Services that need each other.
pub(crate) fn map_cycle(lang: Lang, names: &str) -> String {
    say!(
        lang,
        "dependencies go in a circle: {names}",
        "les dépendances tournent en rond : {names}"
    )
}

/// What to do about a circle.
pub(crate) fn hint_cycle(lang: Lang) -> String {
    say!(
        lang,
        "depends_on points from the service that fails to the one that makes it fail; remove one of these",
        "depends_on va du service qui échoue vers celui qui le fait échouer ; retirez-en un"
    )
}

/// Two services claim one name.
pub(crate) fn map_name_taken(lang: Lang, name: &str, owner: &str) -> String {
    say!(
        lang,
        "the name {name} already belongs to the service {owner}",
        "le nom {name} appartient déjà au service {owner}"
    )
}

/// How names are compared.
pub(crate) fn hint_name_taken(lang: Lang) -> String {
    say!(
        lang,
        "names and aliases are unique over all services, letter case aside",
        "noms et alias sont uniques entre tous les services, sans tenir compte de la casse"
    )
}

/// A placeholder other than `{env}`.
pub(crate) fn map_unknown_placeholder(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "unknown placeholder {name}",
        "paramètre inconnu {name}"
    )
}

/// A brace without its other half.
pub(crate) fn map_lone_brace(lang: Lang) -> String {
    say!(
        lang,
        "brace without its other half",
        "accolade sans son autre moitié"
    )
}

/// The one placeholder.
pub(crate) fn hint_placeholder(lang: Lang) -> String {
    say!(
        lang,
        "the only placeholder is {{env}}, the name of the environment",
        "le seul paramètre est {{env}}, le nom de l'environnement"
    )
}

/// An ssh target that no environment has.
pub(crate) fn map_unknown_ssh_target(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "no environment has an ssh target {name}",
        "aucun environnement n'a de cible ssh {name}"
    )
}

/// Where targets are defined.
pub(crate) fn hint_ssh_target(lang: Lang) -> String {
    say!(
        lang,
        "define it as [env.NAME.ssh.TARGET] with a host",
        "définissez-la par [env.NOM.ssh.CIBLE] avec un host"
    )
}

/// An address that scout will not use; `what` says why.
pub(crate) fn map_bad_address(lang: Lang, key: &str, what: &str) -> String {
    say!(lang, "the address {key} {what}", "l'adresse {key} {what}")
}

/// An id that is not a UUID.
pub(crate) fn map_not_uuid(lang: Lang, key: &str) -> String {
    say!(lang, "{key} is not a UUID", "{key} n'est pas un UUID")
}

/// Not the form of a region.
pub(crate) fn map_bad_region(lang: Lang, value: &str) -> String {
    say!(
        lang,
        "{value} is not a region",
        "{value} n'est pas une région"
    )
}

/// Not the form of a zone.
pub(crate) fn map_bad_zone(lang: Lang, value: &str) -> String {
    say!(lang, "{value} is not a zone", "{value} n'est pas une zone")
}

/// A name that nobody could type.
pub(crate) fn map_bad_name(lang: Lang, name: &str) -> String {
    say!(
        lang,
        "{name} cannot be a name",
        "{name} ne peut pas être un nom"
    )
}

/// What a name is.
pub(crate) fn hint_bad_name(lang: Lang) -> String {
    say!(
        lang,
        "a name is one word without blanks or braces that does not start with -",
        "un nom est un seul mot, sans espace ni accolade, qui ne commence pas par -"
    )
}

/// A text that must say something is empty.
pub(crate) fn map_empty(lang: Lang, key: &str) -> String {
    say!(lang, "{key} is empty", "{key} est vide")
}

/// A host that ssh would misread.
pub(crate) fn map_bad_host(lang: Lang, host: &str) -> String {
    say!(
        lang,
        "{host} cannot be an ssh host",
        "{host} ne peut pas être un hôte ssh"
    )
}

/// What a host is.
pub(crate) fn hint_bad_host(lang: Lang) -> String {
    say!(
        lang,
        "use a Host alias of ~/.ssh/config or user@host; it is one word and does not start with -",
        "donnez un alias Host de ~/.ssh/config ou utilisateur@hôte ; un seul mot, qui ne commence pas par -"
    )
}

// ---- choosing from the map -----------------------------------------------------------------

/// No such environment.
pub(crate) fn unknown_environment(lang: Lang, asked: &str, file: &str) -> String {
    say!(
        lang,
        "no environment {asked} in {file}",
        "pas d'environnement {asked} dans {file}"
    )
}

/// What environments there are.
pub(crate) fn hint_known_environments(lang: Lang, known: &str) -> String {
    if known.is_empty() {
        return say!(
            lang,
            "the map has no environment; add [env.NAME]",
            "la carte n'a aucun environnement ; ajoutez [env.NOM]"
        );
    }
    say!(
        lang,
        "environments are {known}",
        "les environnements sont {known}"
    )
}

/// Several environments and no default.
pub(crate) fn environment_not_chosen(lang: Lang, file: &str) -> String {
    say!(
        lang,
        "{file} has several environments and no default_env",
        "{file} a plusieurs environnements et pas de default_env"
    )
}

/// How to choose one.
pub(crate) fn hint_choose_environment(lang: Lang, known: &str) -> String {
    say!(
        lang,
        "choose with --env or set default_env; environments are {known}",
        "choisissez avec --env ou fixez default_env ; les environnements sont {known}"
    )
}

/// No such service.
pub(crate) fn unknown_service(lang: Lang, asked: &str) -> String {
    say!(lang, "unknown service {asked}", "service inconnu {asked}")
}

/// What services there are.
pub(crate) fn hint_known_services(lang: Lang, known: &str) -> String {
    say!(lang, "services are {known}", "les services sont {known}")
}

/// There are no services.
pub(crate) fn hint_no_services(lang: Lang) -> String {
    say!(
        lang,
        "no service is known; name one in infra-map.toml",
        "aucun service n'est connu ; il en faut un dans infra-map.toml"
    )
}
