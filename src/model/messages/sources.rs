//! What went wrong with a source, and what to do about it.

use crate::model::Lang;

/// No data source of a kind in the project and region.
pub(crate) fn no_data_source(lang: Lang, source: &str) -> String {
    let what = match source {
        "loki" => lang.pick("logs", "journaux"),
        _ => lang.pick("metrics", "métriques"),
    };
    say!(
        lang,
        "the project has no Cockpit data source for {what} in this region: nothing was ever sent there, or the region is another",
        "le projet n'a pas de source Cockpit de type {what} dans cette région : rien n'y a jamais été envoyé, ou la région est autre",
    )
}

/// The account has no Audit Trail, or the key may not read it.
pub(crate) fn no_audit_trail(lang: Lang) -> String {
    say!(
        lang,
        "the Audit Trail is not available: the organization has none, or the key lacks AuditTrailReadOnly",
        "l'Audit Trail n'est pas disponible : l'organisation n'en a pas, ou la clé n'a pas AuditTrailReadOnly",
    )
}

/// The project has no serverless jobs, or the key may not read them.
pub(crate) fn no_jobs(lang: Lang) -> String {
    say!(
        lang,
        "runs of jobs are not available: the product is not, or the key lacks ServerlessJobsReadOnly",
        "les exécutions de tâches ne sont pas disponibles : le produit ne l'est pas, ou la clé n'a pas ServerlessJobsReadOnly",
    )
}

/// A list of events that was not read to its end.
pub(crate) fn more_events(lang: Lang, read: u64) -> String {
    say!(
        lang,
        "only the newest {read} entries were read",
        "seules les {read} entrées les plus récentes ont été lues",
    )
}

/// The window begins before what is kept.
pub(crate) fn beyond_retention(lang: Lang, days: u32) -> String {
    say!(
        lang,
        "the window begins before the {days} days that this data source keeps: what is older is missing from the answer",
        "la fenêtre commence avant les {days} jours que garde cette source : ce qui est plus ancien manque dans la réponse",
    )
}

/// A refused address.
pub(crate) fn refused_address(lang: Lang, url: &str, why: AddressTrouble) -> String {
    match why {
        AddressTrouble::Malformed => say!(
            lang,
            "{url:?} is not an http(s) address",
            "{url:?} n'est pas une adresse http(s)"
        ),
        AddressTrouble::PlainHttp => say!(
            lang,
            "a credential is not sent over plain http to {url}",
            "un secret n'est pas envoyé en http simple à {url}",
        ),
        AddressTrouble::Userinfo => say!(
            lang,
            "an address with a user name or password is refused",
            "une adresse qui porte un nom d'utilisateur ou un mot de passe est refusée",
        ),
        AddressTrouble::Foreign => say!(
            lang,
            "the API names {url} as a data source, which is not a host of Cockpit: the token is not sent there",
            "l'API donne {url} comme source de données, qui n'est pas un hôte de Cockpit : le jeton n'y est pas envoyé",
        ),
    }
}

/// Why an address gets no credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AddressTrouble {
    /// Not an absolute http or https URL with a host.
    Malformed,
    /// Plain http to another machine.
    PlainHttp,
    /// Carries a user name or password.
    Userinfo,
    /// A data source that is neither Cockpit's nor named by the map.
    Foreign,
}

/// What to do about a refused address.
pub(crate) fn refused_address_hint(lang: Lang, why: AddressTrouble) -> String {
    match why {
        AddressTrouble::Foreign => say!(
            lang,
            "if that address is right, name it in the map: loki_endpoint or prom_endpoint",
            "si cette adresse est la bonne, nommez-la dans la carte : loki_endpoint ou prom_endpoint",
        ),
        _ => say!(
            lang,
            "use https, without user name and password; plain http works for 127.0.0.1 only",
            "utilisez https, sans nom d'utilisateur ni mot de passe ; http simple ne vaut que pour 127.0.0.1",
        ),
    }
}

/// No connection.
pub(crate) fn not_sent(lang: Lang, url: &str, why: &str) -> String {
    say!(
        lang,
        "cannot reach {url}: {why}",
        "{url} est injoignable : {why}"
    )
}

/// What to do about no connection.
pub(crate) fn not_sent_hint(lang: Lang) -> String {
    say!(
        lang,
        "check the network, the proxy variables (HTTPS_PROXY, NO_PROXY) and the address",
        "vérifiez le réseau, les variables de proxy (HTTPS_PROXY, NO_PROXY) et l'adresse",
    )
}

/// A connection that broke.
pub(crate) fn broken(lang: Lang, url: &str, why: &str) -> String {
    say!(
        lang,
        "the connection to {url} broke before the answer was complete: {why}",
        "la connexion à {url} s'est rompue avant la fin de la réponse : {why}",
    )
}

/// No answer in time.
pub(crate) fn timed_out(lang: Lang, url: &str, seconds: f64) -> String {
    say!(
        lang,
        "no answer from {url} within {seconds} s",
        "pas de réponse de {url} en {seconds} s"
    )
}

/// What to do about no answer in time.
pub(crate) fn timed_out_hint(lang: Lang) -> String {
    say!(
        lang,
        "try a longer --timeout, or a shorter window with --since",
        "essayez un --timeout plus long, ou une fenêtre plus courte avec --since",
    )
}

/// An answer over the cap.
pub(crate) fn too_large(lang: Lang, url: &str, bytes: usize) -> String {
    let megabytes = bytes / 1_000_000;
    say!(
        lang,
        "the answer of {url} is larger than {megabytes} MB",
        "la réponse de {url} dépasse {megabytes} Mo",
    )
}

/// What to do about an answer over the cap.
pub(crate) fn too_large_hint(lang: Lang) -> String {
    say!(
        lang,
        "ask for a shorter window or a smaller --limit",
        "demandez une fenêtre plus courte ou un --limit plus petit"
    )
}

/// A request that could not be made.
pub(crate) fn unusable(lang: Lang, why: &str) -> String {
    say!(
        lang,
        "cannot make HTTP requests: {why}",
        "impossible de faire des requêtes HTTP : {why}"
    )
}

/// What to do about a request that could not be made.
pub(crate) fn unusable_hint(lang: Lang) -> String {
    say!(
        lang,
        "where CA certificates are missing, install the package ca-certificates, or set SSL_CERT_FILE",
        "si les certificats d'autorité manquent, installez le paquet ca-certificates, ou définissez SSL_CERT_FILE",
    )
}

/// The user's key was not accepted.
pub(crate) fn key_not_accepted(lang: Lang, url: &str, reason: &str) -> String {
    let why = match reason {
        "expired" => lang.pick("it has expired", "elle a expiré"),
        "not_found" => lang.pick("it is not known", "elle est inconnue"),
        "" => lang.pick("no reason given", "sans raison donnée"),
        other => other,
    };
    say!(
        lang,
        "the Scaleway API does not accept the secret key ({why}): {url}",
        "l'API Scaleway n'accepte pas la clé secrète ({why}) : {url}",
    )
}

/// What to do about a key that was not accepted.
pub(crate) fn key_not_accepted_hint(lang: Lang) -> String {
    say!(
        lang,
        "check SCW_SECRET_KEY, or the profile in ~/.config/scw/config.yaml; `scw init` makes a new key",
        "vérifiez SCW_SECRET_KEY, ou le profil dans ~/.config/scw/config.yaml ; `scw init` crée une nouvelle clé",
    )
}

/// A data source did not accept the run's token.
pub(crate) fn token_not_accepted(lang: Lang, url: &str) -> String {
    say!(
        lang,
        "the data source does not accept the temporary token: {url}",
        "la source de données n'accepte pas le jeton temporaire : {url}",
    )
}

/// What to do about a token that was not accepted.
pub(crate) fn token_not_accepted_hint(lang: Lang) -> String {
    say!(
        lang,
        "token and data source must be of one project and region: check project_id, region and the endpoints of the map",
        "le jeton et la source doivent être du même projet et de la même région : vérifiez project_id, region et les adresses de la carte",
    )
}

/// A server of the user's own does not answer without a credential, or not with this one.
pub(crate) fn not_let_in(lang: Lang, url: &str, credential: bool) -> String {
    if credential {
        say!(
            lang,
            "{url} does not accept the credential",
            "{url} n'accepte pas les identifiants"
        )
    } else {
        say!(
            lang,
            "{url} wants a credential",
            "{url} demande des identifiants"
        )
    }
}

/// What to do about it.
pub(crate) fn not_let_in_hint(lang: Lang) -> String {
    say!(
        lang,
        "name a file with the token by --loki-token-file, and the tenant by --loki-org-id where there are several",
        "nommez un fichier qui contient le jeton par --loki-token-file, et le locataire par --loki-org-id s'il y en a plusieurs",
    )
}

/// A permission is missing.
pub(crate) fn refused(lang: Lang, action: &str, resource: &str, project: &str) -> String {
    let what = format!("{action} {resource}");
    let what = what.trim();
    if what.is_empty() {
        say!(
            lang,
            "the key lacks a permission in project {project}",
            "il manque une permission à la clé dans le projet {project}"
        )
    } else {
        say!(
            lang,
            "the key may not {what} in project {project}, or that project does not exist",
            "la clé n'a pas le droit « {what} » dans le projet {project}, ou ce projet n'existe pas",
        )
    }
}

/// What to do about a missing permission.
pub(crate) fn refused_hint(lang: Lang, sets: &[&str]) -> String {
    if sets.is_empty() {
        return say!(
            lang,
            "ask for the permission in an IAM policy of that project",
            "demandez la permission dans une politique IAM de ce projet",
        );
    }
    let sets = sets.join(lang.pick(" or ", " ou "));
    say!(
        lang,
        "an IAM policy with the permission set {sets} on that project gives it",
        "une politique IAM avec l'ensemble de permissions {sets} sur ce projet la donne",
    )
}

/// An error status.
pub(crate) fn status(lang: Lang, url: &str, status: u16, message: &str) -> String {
    if message.is_empty() {
        say!(lang, "{url} answered {status}", "{url} a répondu {status}")
    } else {
        say!(
            lang,
            "{url} answered {status}: {message}",
            "{url} a répondu {status} : {message}"
        )
    }
}

/// What to do about an error status.
pub(crate) fn status_hint(lang: Lang, status: u16, request_id: Option<&str>) -> Option<String> {
    let advice = match status {
        300..=399 => Some(say!(
            lang,
            "a redirect is never followed, because of the credential: use the address that it leads to, if that is the API itself",
            "une redirection n'est jamais suivie, à cause du secret : utilisez l'adresse où elle mène, si c'est bien l'API",
        )),
        404 => Some(say!(
            lang,
            "check the address and the region: there is nothing under that path",
            "vérifiez l'adresse et la région : il n'y a rien sous ce chemin",
        )),
        429 => Some(say!(
            lang,
            "the server asks to slow down: try again in a minute",
            "le serveur demande de ralentir : réessayez dans une minute",
        )),
        500.. => Some(say!(
            lang,
            "trouble on the server's side: try again, and see status.scaleway.com",
            "le problème est du côté du serveur : réessayez, et consultez status.scaleway.com",
        )),
        _ => None,
    };
    let quoted = request_id.map(|id| say!(lang, "request id {id}", "identifiant de requête {id}"));
    let parts: Vec<String> = advice.into_iter().chain(quoted).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// An answer that made no sense.
pub(crate) fn bad_answer(lang: Lang, url: &str, why: &str) -> String {
    say!(
        lang,
        "the answer of {url} makes no sense: {why}",
        "la réponse de {url} n'a pas de sens : {why}"
    )
}

/// What to do about an answer that made no sense.
pub(crate) fn bad_answer_hint(lang: Lang) -> String {
    say!(
        lang,
        "check that the address is the API itself and that no proxy or login page stands in between",
        "vérifiez que l'adresse est bien celle de l'API et qu'aucun proxy ni page de connexion ne s'interpose",
    )
}
