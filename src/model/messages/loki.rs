//! What is said about a Loki that is not Cockpit's.

use crate::model::Lang;

/// Which Loki is asked.
pub(crate) fn asking(lang: Lang, address: &str) -> String {
    say!(lang, "loki: {address}", "loki : {address}")
}

/// Which Loki is asked, where nobody but a variable of another program says so.
pub(crate) fn asking_of_logcli(lang: Lang, address: &str) -> String {
    say!(
        lang,
        "loki: {address} (from LOKI_ADDR: there is neither a map nor a Scaleway account)",
        "loki : {address} (d'après LOKI_ADDR : il n'y a ni carte ni compte Scaleway)"
    )
}

/// A command that needs more than Loki.
pub(crate) fn needs_cockpit(lang: Lang) -> String {
    say!(
        lang,
        "this command asks more than Loki: --loki-url is for the commands about logs",
        "cette commande interroge plus que Loki : --loki-url vaut pour les commandes de journaux"
    )
}

/// What to do about it.
pub(crate) fn needs_cockpit_hint(lang: Lang) -> String {
    say!(
        lang,
        "leave out --loki-url, --loki-token-file and --loki-org-id; `scout --help` lists the commands about logs",
        "retirez --loki-url, --loki-token-file et --loki-org-id ; `scout --help` donne les commandes de journaux"
    )
}

/// A credential or tenant without a server.
pub(crate) fn nobody_to_show(lang: Lang, flag: &str) -> String {
    say!(
        lang,
        "{flag} without the address that it is for",
        "{flag} sans l'adresse à laquelle il est destiné"
    )
}

/// What to do about it.
pub(crate) fn nobody_to_show_hint(lang: Lang) -> String {
    say!(
        lang,
        "name it by --loki-url or SCOUT_LOKI_URL",
        "nommez-la par --loki-url ou SCOUT_LOKI_URL"
    )
}

/// What to do about a user name or password in the address.
pub(crate) fn no_user_in_address_hint(lang: Lang) -> String {
    say!(
        lang,
        "other users of the machine can read a command line: put the token into a file and name it by --loki-token-file; for a user and \
         password, LOKI_USERNAME and LOKI_PASSWORD beside LOKI_ADDR",
        "les autres utilisateurs de la machine peuvent lire une ligne de commande : mettez le jeton dans un fichier nommé par \
         --loki-token-file ; pour un nom et un mot de passe, LOKI_USERNAME et LOKI_PASSWORD à côté de LOKI_ADDR"
    )
}

/// What to do about a credential over plain http.
pub(crate) fn no_credential_over_http_hint(lang: Lang) -> String {
    say!(
        lang,
        "use https, or leave the credential out; plain http takes one on 127.0.0.1 only",
        "utilisez https, ou retirez les identifiants ; http simple n'en accepte que sur 127.0.0.1"
    )
}

/// What an address looks like.
pub(crate) fn address_hint(lang: Lang) -> String {
    say!(
        lang,
        "the base address, before /loki/api/v1: https://loki.example.com or http://127.0.0.1:3100",
        "l'adresse de base, avant /loki/api/v1 : https://loki.example.com ou http://127.0.0.1:3100"
    )
}

/// A token file without a token.
pub(crate) fn bad_token_file(lang: Lang, path: &str) -> String {
    say!(
        lang,
        "{path} does not hold one token on one line",
        "{path} ne contient pas un jeton sur une ligne"
    )
}

/// What to do about it.
pub(crate) fn bad_token_file_hint(lang: Lang) -> String {
    say!(
        lang,
        "the file holds the token alone, without `Bearer` before it; mode 0600",
        "le fichier contient le jeton seul, sans `Bearer` devant ; droits 0600"
    )
}

/// A file that others may read.
pub(crate) fn loose_token_file(lang: Lang, path: &str, mode: u32) -> String {
    say!(
        lang,
        "{path} can be read by others (mode {mode:04o}): chmod 600 {path}",
        "{path} est lisible par d'autres (droits {mode:04o}) : chmod 600 {path}"
    )
}

/// A tenant that no header can carry.
pub(crate) fn bad_tenant(lang: Lang) -> String {
    say!(
        lang,
        "--loki-org-id: letters, digits and !-_.*'()| only, at most 150",
        "--loki-org-id : lettres, chiffres et !-_.*'()| seulement, 150 au plus"
    )
}

/// A Loki with no label that names services.
pub(crate) fn no_service_label(lang: Lang, labels: &str) -> String {
    say!(
        lang,
        "this Loki has none of the labels that name services: {labels}",
        "ce Loki n'a aucune des étiquettes qui nomment les services : {labels}"
    )
}

/// What to do about it.
pub(crate) fn no_service_label_hint(lang: Lang) -> String {
    say!(
        lang,
        "name the streams by a selector: `scout logql '{{…}}'`; `scout labels` lists what there is",
        "désignez les flux par un sélecteur : `scout logql '{{…}}'` ; `scout labels` liste ce qui existe"
    )
}

/// Where the names of services come from.
pub(crate) fn services_of_label(lang: Lang, label: &str, count: usize) -> String {
    say!(
        lang,
        "services are the {count} values of the label {label}",
        "les services sont les {count} valeurs de l'étiquette {label}"
    )
}
