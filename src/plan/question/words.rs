//! Which symptom do the words of a question tell, and in which language are they? Tables of beginnings of words, English and
//! French, and how they are looked up.

use super::Symptom;
use crate::model::Lang;

/// Words, by their beginning, that tell a symptom. The first line that fits decides, so the more telling come first.
const SYMPTOMS: [(Symptom, &[&str]); 4] = [
    (
        Symptom::Auth,
        &[
            "401",
            "403",
            "login",
            "logon",
            "sign-in",
            "signin",
            "auth",
            "unauthori",
            "forbidden",
            "denied",
            "credential",
            "password",
            "sso",
            "connexion",
            "identifi",
            "mot de passe",
            "refus",
            "interdit",
        ],
    ),
    (
        Symptom::Down,
        &[
            "down",
            "crash",
            "dead",
            "died",
            "unreachable",
            "restart",
            "unavailable",
            "not respond",
            "no respons",
            "outage",
            "offline",
            "oom",
            "killed",
            "502",
            "503",
            "504",
            "tombé",
            "tombe",
            "en panne",
            "hors service",
            "injoignable",
            "redémarr",
            "redemarr",
            "plante",
            "planté",
            "mort",
            "ne répond",
            "ne repond",
            "indisponible",
        ],
    ),
    (
        Symptom::Errors,
        &[
            "500",
            "5xx",
            "error",
            "erreur",
            "fail",
            "échou",
            "echou",
            "échec",
            "echec",
            "broken",
            "exception",
            "bug",
            "cassé",
            "casse",
            "marche pas",
            "marche plus",
            "fonctionne pas",
            "fonctionne plus",
            "wrong",
        ],
    ),
    (
        Symptom::Slow,
        &[
            "slow",
            "latenc",
            "timeout",
            "time out",
            "timing out",
            "hang",
            "lag",
            "cpu",
            "memory",
            "disk",
            "usage",
            "load",
            "full",
            "satur",
            "lent",
            "rame",
            "mémoire",
            "memoire",
            "disque",
            "charge",
            "plein",
            "bloqu",
        ],
    ),
];

/// Words, by their beginning, that English never has: one of them tells French.
const ONLY_FRENCH: [&str; 20] = [
    "erreur",
    "depuis",
    "pourquoi",
    "panne",
    "tombé",
    "lente",
    "lents",
    "bloqué",
    "répond",
    "redémarr",
    "échou",
    "échec",
    "cassé",
    "mémoire",
    "requête",
    "serveur",
    "connexion",
    "fonctionne",
    "indisponible",
    "aujourd",
];

/// Common French words that names, places and English may hold too: two different ones tell French.
const OFTEN_FRENCH: [&str; 82] = [
    "le", "la", "les", "des", "est", "sont", "ne", "pas", "plus", "une", "un", "du", "de", "sur",
    "lent", "qui", "que", "et", "en", "ce", "ça", "dans", "avec", "quoi", "il", "y", "hier",
    "soir", "matin", "jour", "jours", "heure", "heures", "ou", "mais", "l", "qu", "j", "tout",
    "toutes", "tous", "va", "vont", "bien", "rien", "au", "aux", "se", "nous", "notre", "nos",
    "votre", "vos", "très", "trop", "encore", "pour", "par", "sans", "comme", "quel", "quelle",
    "quels", "avant", "après", "fait", "peut", "marche", "rame", "rament", "soudain", "toujours",
    "parfois", "souvent", "cette", "ces", "cet", "leur", "leurs", "entre", "midi", "minuit",
];

/// The language of the words, where one of them gives it away.
pub(super) fn language(words: &[&str]) -> Option<Lang> {
    is_french(words).then_some(Lang::Fr)
}

/// Whether the words tell French.
fn is_french(words: &[&str]) -> bool {
    let only = |word: &&str| ONLY_FRENCH.iter().any(|stem| word.starts_with(stem));
    let often = OFTEN_FRENCH
        .iter()
        .filter(|french| words.contains(french))
        .count();
    often >= 2 || words.iter().any(only)
}

/// The first symptom whose words occur; a word counts where a word of the text begins with it.
pub(super) fn symptom(lower: &str, words: &[&str]) -> Symptom {
    SYMPTOMS
        .iter()
        .find(|(_, stems)| {
            stems.iter().any(|stem| {
                if stem.contains(' ') {
                    lower.contains(stem)
                } else {
                    words.iter().any(|word| word.starts_with(stem))
                }
            })
        })
        .map_or(Symptom::Unclear, |(symptom, _)| *symptom)
}
