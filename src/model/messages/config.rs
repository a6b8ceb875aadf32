//! What is said about the credentials and the settings, and what their hints share with the map's.
//!
//! Names and values come in quoted and made visible; nothing here is given a secret.

use crate::model::Lang;

// ---- places --------------------------------------------------------------------------------

/// `the command line`
pub(crate) fn origin_flag(lang: Lang) -> String {
    say!(lang, "the command line", "la ligne de commande")
}

/// `variable SCW_SECRET_KEY`
pub(crate) fn origin_variable(lang: Lang, name: &str) -> String {
    say!(lang, "variable {name}", "la variable {name}")
}

/// `profile staging of FILE`
pub(crate) fn origin_profile(lang: Lang, profile: &str, path: &str) -> String {
    say!(
        lang,
        "profile {profile} of {path}",
        "le profil {profile} de {path}"
    )
}

/// `the map FILE`
pub(crate) fn origin_map(lang: Lang, path: &str) -> String {
    say!(lang, "the map {path}", "la carte {path}")
}

/// `default`
pub(crate) fn origin_default(lang: Lang) -> String {
    say!(lang, "default", "valeur par défaut")
}

// ---- shared hints --------------------------------------------------------------------------

/// The nearest valid name.
pub(crate) fn did_you_mean(lang: Lang, name: &str) -> String {
    say!(lang, "did you mean {name}?", "vouliez-vous dire {name} ?")
}

/// The form of an id.
pub(crate) fn hint_uuid(lang: Lang) -> String {
    say!(
        lang,
        "write it as 8-4-4-4-12 hexadecimal digits, as the Scaleway console shows it",
        "écrivez-le en chiffres hexadécimaux 8-4-4-4-12, comme dans la console Scaleway"
    )
}

/// The form of a region.
pub(crate) fn hint_region(lang: Lang) -> String {
    say!(
        lang,
        "regions are fr-par, nl-ams, pl-waw, it-mil",
        "les régions sont fr-par, nl-ams, pl-waw, it-mil"
    )
}

/// The form of a zone.
pub(crate) fn hint_zone(lang: Lang) -> String {
    say!(
        lang,
        "a zone is a region and a number, such as fr-par-1",
        "une zone est une région suivie d'un numéro, par exemple fr-par-1"
    )
}

/// What an address must be.
pub(crate) fn hint_https(lang: Lang) -> String {
    say!(
        lang,
        "use a full https:// address; http:// is accepted for this machine only (127.0.0.1, localhost)",
        "donnez une adresse https:// complète ; http:// n'est accepté que pour cette machine (127.0.0.1, localhost)"
    )
}

/// An address must not hold a password.
pub(crate) fn hint_no_user_in_address(lang: Lang) -> String {
    say!(
        lang,
        "remove the part before the @; scout authenticates with headers",
        "retirez la partie avant le @ ; scout s'authentifie par en-têtes"
    )
}

/// `cannot be read as a URL`
pub(crate) fn address_unreadable(lang: Lang) -> String {
    say!(lang, "is not a URL", "n'est pas une URL")
}

/// `is not https`
pub(crate) fn address_not_https(lang: Lang) -> String {
    say!(lang, "is not https", "n'est pas en https")
}

/// `holds a user name or password`
pub(crate) fn address_holds_credentials(lang: Lang) -> String {
    say!(
        lang,
        "holds a user name or password",
        "contient un nom d'utilisateur ou un mot de passe"
    )
}

// ---- credentials ---------------------------------------------------------------------------

/// The file cannot be read as the CLI's configuration. Its text is never shown: it holds keys.
pub(crate) fn credentials_file(lang: Lang, path: &str) -> String {
    say!(
        lang,
        "{path}: not a valid configuration of the Scaleway CLI",
        "{path} : configuration de la CLI Scaleway invalide"
    )
}

/// What to do about the file.
pub(crate) fn hint_credentials_file(lang: Lang) -> String {
    say!(
        lang,
        "correct the YAML there, or write the file anew with `scw init`; the line is not shown because it may hold a key",
        "corrigez le YAML à cet endroit, ou réécrivez le fichier avec `scw init` ; la ligne n'est pas montrée car elle peut contenir une clé"
    )
}

/// No such profile.
pub(crate) fn unknown_profile(lang: Lang, name: &str, path: Option<&str>) -> String {
    match path {
        Some(path) => say!(
            lang,
            "no profile {name} in {path}",
            "pas de profil {name} dans {path}"
        ),
        None => say!(
            lang,
            "no profile {name}: there is no Scaleway CLI configuration file",
            "pas de profil {name} : il n'y a pas de fichier de configuration de la CLI Scaleway"
        ),
    }
}

/// What profiles there are.
pub(crate) fn hint_known_profiles(lang: Lang, known: &str) -> String {
    say!(lang, "profiles are {known}", "les profils sont {known}")
}

/// A variable that chooses something is empty.
pub(crate) fn empty_variable(lang: Lang, variable: &str) -> String {
    say!(
        lang,
        "variable {variable} is set but empty",
        "la variable {variable} est définie mais vide"
    )
}

/// A field is empty.
pub(crate) fn credential_empty(lang: Lang, key: &str, origin: &str) -> String {
    say!(
        lang,
        "{key} is empty ({origin})",
        "{key} est vide ({origin})"
    )
}

/// What to do about it.
pub(crate) fn hint_unset(lang: Lang) -> String {
    say!(
        lang,
        "unset it or give it a value; set but empty does not fall back to another place",
        "supprimez la définition ou donnez une valeur ; une valeur vide ne renvoie pas à une autre source"
    )
}

/// A field does not have its form. The value is not repeated.
pub(crate) fn credential_malformed(lang: Lang, key: &str, origin: &str) -> String {
    say!(
        lang,
        "{key} is malformed ({origin})",
        "{key} est mal formé ({origin})"
    )
}

/// The form of an access key.
pub(crate) fn hint_access_key(lang: Lang) -> String {
    say!(
        lang,
        "an access key is SCW and 17 capital letters or digits",
        "une clé d'accès est SCW suivi de 17 majuscules ou chiffres"
    )
}

/// The form of a boolean.
pub(crate) fn hint_boolean(lang: Lang) -> String {
    say!(lang, "write true or false", "écrivez true ou false")
}

/// The API's address is not acceptable; `what` says why.
pub(crate) fn credential_address(lang: Lang, origin: &str, what: &str) -> String {
    say!(
        lang,
        "the API address {what} ({origin})",
        "l'adresse de l'API {what} ({origin})"
    )
}

/// No credentials at all.
pub(crate) fn no_credentials(lang: Lang) -> String {
    say!(
        lang,
        "no Scaleway credentials found",
        "aucun identifiant Scaleway trouvé"
    )
}

/// An access key without its secret key.
pub(crate) fn no_secret_key(lang: Lang, origin: &str) -> String {
    say!(
        lang,
        "no secret key found, only an access key ({origin})",
        "pas de clé secrète, seulement une clé d'accès ({origin})"
    )
}

/// Where credentials may be given.
pub(crate) fn hint_no_credentials(lang: Lang) -> String {
    say!(
        lang,
        "set SCW_ACCESS_KEY, SCW_SECRET_KEY and SCW_DEFAULT_PROJECT_ID, or run `scw init`; --sandbox needs none",
        "définissez SCW_ACCESS_KEY, SCW_SECRET_KEY et SCW_DEFAULT_PROJECT_ID, ou lancez `scw init` ; --sandbox n'en demande pas"
    )
}

/// A variable has its older name.
pub(crate) fn old_name(lang: Lang, old: &str, new: &str) -> String {
    say!(
        lang,
        "variable {old} is an older name; use {new}",
        "la variable {old} est un ancien nom ; utilisez {new}"
    )
}

/// A region has its older name.
pub(crate) fn old_region(lang: Lang, old: &str, new: &str) -> String {
    say!(
        lang,
        "region {old} is an older name; use {new}",
        "la région {old} est un ancien nom ; utilisez {new}"
    )
}

/// Certificates are not checked.
pub(crate) fn insecure(lang: Lang, origin: &str) -> String {
    say!(
        lang,
        "TLS certificates are not checked ({origin}); whoever is in between can read the keys",
        "les certificats TLS ne sont pas vérifiés ({origin}) ; un intermédiaire peut lire les clés"
    )
}

/// Others may read the file.
pub(crate) fn loose_mode(lang: Lang, path: &str, mode: &str) -> String {
    say!(
        lang,
        "other users may read {path} (mode {mode}), which holds a secret key; run chmod 600 on it",
        "d'autres utilisateurs peuvent lire {path} (mode {mode}), qui contient une clé secrète ; faites chmod 600"
    )
}

/// The two keys come from two places.
pub(crate) fn mixed_keys(lang: Lang, access: &str, secret: &str) -> String {
    say!(
        lang,
        "access key from {access}, secret key from {secret}: check that they belong together",
        "clé d'accès depuis {access}, clé secrète depuis {secret} : vérifiez qu'elles vont ensemble"
    )
}

// ---- settings ------------------------------------------------------------------------------

/// Nobody names a project.
pub(crate) fn no_project(lang: Lang) -> String {
    say!(
        lang,
        "no project id found",
        "aucun identifiant de projet trouvé"
    )
}

/// Where a project may be named.
pub(crate) fn hint_no_project(lang: Lang, environment: &str) -> String {
    say!(
        lang,
        "set project_id in [env.{environment}] of the map, or SCW_DEFAULT_PROJECT_ID, or default_project_id in the profile",
        "définissez project_id dans [env.{environment}] de la carte, ou SCW_DEFAULT_PROJECT_ID, ou default_project_id dans le profil"
    )
}

/// The organization's id stands in for the project's.
pub(crate) fn project_is_organization(lang: Lang) -> String {
    say!(
        lang,
        "no project id is set; using the organization's id, which is that of its project called default",
        "aucun projet n'est défini ; on prend l'identifiant de l'organisation, qui est celui de son projet nommé default"
    )
}
