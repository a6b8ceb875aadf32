//! What a person asks, taken apart: which services, what seems wrong, over which window.
//!
//! Words are recognised in English and French. What is not recognised narrows nothing: a question that names no service
//! is about all of them.

use crate::model::{Lang, Service, Window, edit_distance};

use super::with_dependencies;

/// What may be asked of the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Log entries and their counts.
    Logs,
    /// Series.
    Metrics,
    /// Resources.
    State,
}

/// What seems wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Symptom {
    /// Does not answer, crashes, restarts.
    Down,
    /// Answers with errors.
    Errors,
    /// Slow, or using too much of something.
    Slow,
    /// Refuses people or programs.
    Auth,
    /// Nothing recognised.
    Unclear,
}

impl Symptom {
    /// Its name in evidence and JSON.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Down => "down",
            Self::Errors => "errors",
            Self::Slow => "slow",
            Self::Auth => "auth",
            Self::Unclear => "unclear",
        }
    }
}

/// A question, ready to be planned.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Question {
    /// What may be asked; nothing else is.
    pub(crate) ask: Vec<Ask>,
    /// Names of the services in question; all of them where the user named none.
    pub(crate) asked: Vec<String>,
    /// Every service of the environment.
    pub(crate) services: Vec<Service>,
    /// The window in question.
    pub(crate) window: Window,
    /// What it is compared with; `None` where nothing is compared.
    pub(crate) baseline: Option<Window>,
    /// The environment's region; `None` where it is not known.
    pub(crate) region: Option<String>,
    /// The environment's zones.
    pub(crate) zones: Vec<String>,
}

impl Question {
    /// Whether a kind of question belongs to it.
    pub(crate) fn asks(&self, ask: Ask) -> bool {
        self.ask.contains(&ask)
    }

    /// The services in question, then those that they depend on.
    pub(crate) fn relevant(&self) -> Vec<&Service> {
        with_dependencies(&self.asked, &self.services)
    }

    /// Baseline and window together; the window alone where there is no baseline or it does not lie before.
    pub(crate) fn whole(&self) -> Window {
        let from = self.baseline.map_or(self.window.from, |baseline| {
            baseline.from.min(self.window.from)
        });
        Window {
            from,
            to: self.window.to,
        }
    }
}

/// What was understood of a free text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Understood {
    /// Services named, in the order of the text; empty where none was.
    pub(crate) services: Vec<String>,
    /// What seems wrong.
    pub(crate) symptom: Symptom,
    /// The language of the text, where a word gave it away.
    pub(crate) lang: Option<Lang>,
}

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
const OFTEN_FRENCH: [&str; 25] = [
    "le", "la", "les", "des", "est", "sont", "ne", "pas", "plus", "une", "un", "du", "de", "sur",
    "lent", "qui", "que", "et", "en", "ce", "ça", "dans", "avec", "quoi", "il",
];

/// Takes a free text apart, given the services that it may name.
pub(crate) fn understand(text: &str, services: &[Service]) -> Understood {
    let lower = text.to_lowercase();
    let words = words_of(&lower);
    Understood {
        services: named_services(&lower, &words, services),
        symptom: symptom(&lower, &words),
        lang: is_french(&words).then_some(Lang::Fr),
    }
}

/// The words of a text, names such as `atlas-api` in one.
fn words_of(lower: &str) -> Vec<&str> {
    lower
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.')))
        .map(|word| word.trim_matches(['.', '-', '_']))
        .filter(|word| !word.is_empty())
        .collect()
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
fn symptom(lower: &str, words: &[&str]) -> Symptom {
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

/// Services whose name, alias or title occurs; where none does, those that a word is a slip of.
fn named_services(lower: &str, words: &[&str], services: &[Service]) -> Vec<String> {
    let exact = services_where(services, |name| {
        words
            .iter()
            .position(|word| *word == name)
            .or_else(|| joined(words, name))
            // a title with signs between its words: where it begins, in words
            .or_else(|| {
                let at = lower.find(name).filter(|_| name.contains(' '))?;
                Some(words_of(&lower[..at]).len())
            })
    });
    if !exact.is_empty() {
        return exact;
    }
    services_where(services, |name| {
        words.iter().position(|word| is_slip_of(word, name))
    })
}

/// Where `name` occurs written as several words: `atlas api` for `atlas-api`.
fn joined(words: &[&str], name: &str) -> Option<usize> {
    let parts: Vec<&str> = name.split(['-', '_', ' ']).collect();
    (parts.len() > 1)
        .then(|| {
            words
                .windows(parts.len())
                .position(|window| window == parts.as_slice())
        })
        .flatten()
}

/// Names of the services that `place` finds by any of their names, ordered by where.
fn services_where(services: &[Service], place: impl Fn(&str) -> Option<usize>) -> Vec<String> {
    let mut found: Vec<(usize, &str)> = services
        .iter()
        .filter_map(|service| {
            std::iter::once(&service.name)
                .chain(&service.aliases)
                .chain(std::iter::once(&service.title))
                .filter_map(|name| place(&name.to_lowercase()))
                .min()
                .map(|at| (at, service.name.as_str()))
        })
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, name)| name.to_owned()).collect()
}

/// Whether a word is a slip of the pen for a name: one edit in five letters or more, two in eight or more.
fn is_slip_of(word: &str, name: &str) -> bool {
    let allowed = match word.chars().count().min(name.chars().count()) {
        0..=4 => return false,
        5..=7 => 1,
        _ => 2,
    };
    edit_distance(word, name) <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Kind;

    fn service(name: &str, title: &str, aliases: &[&str]) -> Service {
        Service {
            name: name.to_owned(),
            kind: Kind::Container,
            title: title.to_owned(),
            aliases: aliases.iter().map(|&alias| alias.to_owned()).collect(),
            resource_name: name.to_owned(),
            depends_on: Vec::new(),
            url: None,
            ssh: None,
        }
    }

    fn world() -> Vec<Service> {
        vec![
            service("atlas-api", "Atlas API", &["api", "atlas"]),
            service("postgres", "PostgreSQL", &["db", "database"]),
            service("redis", "Redis", &["cache"]),
        ]
    }

    #[test]
    fn services_are_found_by_name_alias_title_and_slip() {
        for (text, expected) in [
            ("atlas-api is returning 500s", vec!["atlas-api"]),
            ("Atlas API slow since 9", vec!["atlas-api"]),
            (
                "the db is full, and the cache too",
                vec!["postgres", "redis"],
            ),
            ("atals-api ne répond plus", vec!["atlas-api"]),
            ("postgers is down", vec!["postgres"]),
            ("post orders fail", vec![]),
            ("everything is broken", vec![]),
        ] {
            assert_eq!(understand(text, &world()).services, expected, "{text}");
        }
    }

    #[test]
    fn symptoms_are_recognised_in_both_languages() {
        for (text, expected) in [
            ("atlas-api is returning 500s", Symptom::Errors),
            ("atlas-api est tombé", Symptom::Down),
            ("why is it slow?", Symptom::Slow),
            ("l'api est lente depuis 9h", Symptom::Slow),
            ("users cannot log in: 401", Symptom::Auth),
            ("orders fail on prod", Symptom::Errors),
            ("is atlas-api ok?", Symptom::Unclear),
        ] {
            assert_eq!(understand(text, &world()).symptom, expected, "{text}");
        }
    }

    #[test]
    fn french_is_told_from_english() {
        assert_eq!(understand("redis est lent", &world()).lang, Some(Lang::Fr));
        for english in [
            "redis is slow",
            "LA region is slow",
            "errors since 9 EST",
            "the c plus plus worker crashes",
        ] {
            assert_eq!(understand(english, &world()).lang, None, "{english}");
        }
        for french in ["atlas-api en panne", "pourquoi des 500 ?", "redis: erreurs"] {
            assert_eq!(
                understand(french, &world()).lang,
                Some(Lang::Fr),
                "{french}"
            );
        }
    }

    #[test]
    fn services_come_in_the_order_of_the_text_however_they_are_named() {
        let found = understand("both redis and Atlas API since noon, and the db", &world());
        assert_eq!(found.services, ["redis", "atlas-api", "postgres"]);
    }
}
