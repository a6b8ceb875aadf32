//! What a person asks, taken apart: which services, what seems wrong, over which window.
//!
//! Words are recognised in English and French. What is not recognised narrows nothing: a question that names no service
//! is about all of them.

mod names;
mod times;
mod words;

use chrono::FixedOffset;

use super::with_dependencies;
use crate::model::{Instant, Lang, Service, Window};

use names::Slip;
use times::TimeSaid;

/// What may be asked of the sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Log entries and their counts.
    Logs,
    /// Series.
    Metrics,
    /// Resources.
    State,
    /// What happened: alerts, runs of jobs, calls of the API.
    Events,
    /// The machines that services run on.
    Machines,
    /// The addresses of services, as a user would ask them.
    Probes,
    /// Log entries only where something looks like an error: instead of [`Ask::Logs`].
    Errors,
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

/// Services asked about one that they need: a database may have many clients, and a few of them say what all would.
const MOST_WITNESSES: usize = 6;

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
    /// The organization; `None` where it is not known.
    pub(crate) organization: Option<String>,
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

    /// Services that need one of those in question, and are neither in question nor needed: what their logs say of it.
    pub(crate) fn witnesses(&self) -> Vec<&Service> {
        let relevant: Vec<&str> = self.relevant().iter().map(|s| s.name.as_str()).collect();
        let needs = |service: &&Service| {
            let mut needed = service.depends_on.iter();
            needed.any(|name| self.asked.contains(name))
                && !relevant.contains(&service.name.as_str())
        };
        self.services
            .iter()
            .filter(needs)
            .take(MOST_WITNESSES)
            .collect()
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
    /// Which of these were misspelt.
    pub(crate) slips: Vec<Slip>,
    /// The time that it speaks of; `None` where it speaks of none.
    pub(crate) time: Option<TimeSaid>,
    /// The language of the text, where a word gave it away.
    pub(crate) lang: Option<Lang>,
}

/// The language of a text, where a word gives it away.
pub(crate) fn language_of(text: &str) -> Option<Lang> {
    words::language(&words_of(&text.to_lowercase()))
}

/// Takes a free text apart, given the services that it may name, and the time and clock of the person who asks.
pub(crate) fn understand(
    text: &str,
    services: &[Service],
    now: Instant,
    offset: FixedOffset,
) -> Understood {
    let lower = text.to_lowercase();
    let words = words_of(&lower);
    let (services, slips) = names::named_services(&lower, &words, services);
    Understood {
        services,
        slips,
        symptom: words::symptom(&lower, &words),
        time: times::read_time(text, now, offset),
        lang: words::language(&words),
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

    fn understood(text: &str) -> Understood {
        let now = "2026-11-21T13:30:00Z".parse().unwrap();
        understand(text, &world(), now, FixedOffset::east_opt(3600).unwrap())
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
            ("rdis is full", vec!["redis"]),
            (
                "the databases are slow, caches too",
                vec!["postgres", "redis"],
            ),
            ("everything is broken", vec![]),
        ] {
            assert_eq!(understood(text).services, expected, "{text}");
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
            assert_eq!(understood(text).symptom, expected, "{text}");
        }
    }

    #[test]
    fn french_is_told_from_english() {
        for french in [
            "redis est lent",
            "tout va bien ?",
            "l'api rame",
            "on a quoi sur la base ce matin",
        ] {
            assert_eq!(understood(french).lang, Some(Lang::Fr), "{french}");
        }
        for english in [
            "redis is slow",
            "LA region is slow",
            "errors since 9 EST",
            "the c plus plus worker crashes",
            "errors on la region",
            "L4 on api-par",
        ] {
            assert_eq!(understood(english).lang, None, "{english}");
        }
        for french in ["atlas-api en panne", "pourquoi des 500 ?", "redis: erreurs"] {
            assert_eq!(understood(french).lang, Some(Lang::Fr), "{french}");
        }
    }

    #[test]
    fn a_slip_is_told_with_the_name_that_it_is_taken_for() {
        let found = understood("atals-api and redis are slow");
        assert_eq!(found.services, ["redis"], "an exact name rules slips out");
        let found = understood("atals-api is slow");
        let slip = Slip {
            typed: "atals-api".to_owned(),
            service: "atlas-api".to_owned(),
        };
        assert_eq!(found.slips, [slip]);
    }

    #[test]
    fn services_come_in_the_order_of_the_text_however_they_are_named() {
        let found = understood("both redis and Atlas API since noon, and the db");
        assert_eq!(found.services, ["redis", "atlas-api", "postgres"]);
    }
}
