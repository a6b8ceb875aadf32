//! Do the parts of a map fit together? Names that are claimed once, dependencies that exist and do not go in circles, ssh
//! targets that some environment has. Asked of the services as they stand and as each environment sees them.

use std::collections::BTreeMap;

use super::fault::MapFault;
use super::reader::Fault;
use super::schema::{Document, Entry, Environment, Text};
use crate::model::nearest;

/// Notes what does not fit together.
pub(super) fn check_document(document: &Document, faults: &mut Vec<Fault>) {
    check_default_env(document, faults);
    check_overrides(document, faults);
    check_targets(document, faults);
    let worlds = std::iter::once(None).chain(document.environments.iter().map(Some));
    for environment in worlds {
        let services = document.services_in(environment);
        check_claims(&services, faults);
        check_dependencies(&services, faults);
        check_cycles(&services, faults);
    }
}

/// `default_env` must be an environment.
fn check_default_env(document: &Document, faults: &mut Vec<Fault>) {
    let names = || {
        document
            .environments
            .iter()
            .map(|env| env.name.get_ref().as_str())
    };
    if let Some(name) = &document.default_env
        && names().all(|known| known != name.get_ref())
    {
        let near = nearest(name.get_ref(), names()).map(str::to_owned);
        let name_text = name.get_ref().clone();
        faults.push((
            name.span(),
            MapFault::UnknownDefaultEnv {
                name: name_text,
                near,
            },
        ));
    }
}

/// An environment may only override what exists.
fn check_overrides(document: &Document, faults: &mut Vec<Fault>) {
    let names = || {
        document
            .services
            .iter()
            .map(|entry| entry.name.get_ref().as_str())
    };
    for entry in document.environments.iter().flat_map(|env| &env.overrides) {
        let name = entry.name.get_ref();
        if names().all(|known| known != name) {
            let near = nearest(name, names()).map(str::to_owned);
            let name = name.clone();
            faults.push((entry.name.span(), MapFault::UnknownOverride { name, near }));
        }
    }
}

/// A service's ssh target must be one of some environment; an override's, one of that environment.
fn check_targets(document: &Document, faults: &mut Vec<Fault>) {
    let all: Vec<&Environment> = document.environments.iter().collect();
    for entry in &document.services {
        check_target(entry, &all, faults);
    }
    for environment in &document.environments {
        for entry in &environment.overrides {
            check_target(entry, &[environment], faults);
        }
    }
}

/// Notes an ssh target that none of the environments has.
fn check_target(entry: &Entry, environments: &[&Environment], faults: &mut Vec<Fault>) {
    let targets = || {
        environments
            .iter()
            .flat_map(|env| &env.ssh)
            .map(|machine| machine.name.get_ref().as_str())
    };
    if let Some(target) = &entry.ssh
        && targets().all(|known| known != target.get_ref())
    {
        let near = nearest(target.get_ref(), targets()).map(str::to_owned);
        let name = target.get_ref().clone();
        faults.push((target.span(), MapFault::UnknownSshTarget { name, near }));
    }
}

/// A name or alias belongs to one service. Letter case does not tell two names apart, since people's does not either.
fn check_claims(services: &[Entry], faults: &mut Vec<Fault>) {
    let mut owners: BTreeMap<String, &str> = BTreeMap::new();
    let names = services.iter().map(|entry| (&entry.name, entry));
    let aliases = services.iter().flat_map(|entry| {
        entry
            .aliases
            .iter()
            .flatten()
            .map(move |alias| (alias, entry))
    });
    for (claimed, entry) in names.chain(aliases) {
        let service = entry.name.get_ref().as_str();
        let name = claimed.get_ref();
        match owners.get(&name.to_lowercase()) {
            // The same name twice in one service is harmless; two services of one name differ in letter case.
            Some(owner) if *owner != service => {
                let (name, owner) = (name.clone(), (*owner).to_owned());
                faults.push((claimed.span(), MapFault::NameTaken { name, owner }));
            }
            Some(_) => {}
            None => {
                owners.insert(name.to_lowercase(), service);
            }
        }
    }
}

/// A dependency must be the name of a service.
fn check_dependencies(services: &[Entry], faults: &mut Vec<Fault>) {
    for entry in services {
        for needed in entry.depends_on.iter().flatten() {
            let name = needed.get_ref();
            if services.iter().all(|known| known.name.get_ref() != name) {
                let fault = MapFault::UnknownDependency {
                    service: entry.name.get_ref().clone(),
                    name: name.clone(),
                    near: nearest_service(name, services),
                };
                faults.push((needed.span(), fault));
            }
        }
    }
}

/// The service that has the name as an alias, or whose name is nearest.
fn nearest_service(name: &str, services: &[Entry]) -> Option<String> {
    let has_alias = |entry: &&Entry| {
        let mut aliases = entry.aliases.iter().flatten();
        aliases.any(|alias| alias.get_ref().to_lowercase() == name.to_lowercase())
    };
    let names = || services.iter().map(|entry| entry.name.get_ref().as_str());
    services
        .iter()
        .find(has_alias)
        .map(|entry| entry.name.get_ref().as_str())
        .or_else(|| nearest(name, names()))
        .map(str::to_owned)
}

/// How far the walk over the dependencies is with a service.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    /// Not seen.
    New,
    /// On the path that is being walked.
    Open,
    /// Nothing behind it leads in a circle, or the circle was noted.
    Done,
}

/// Services must not need each other in a circle: a cause could not be told from its symptom. Walks depth first with a
/// path of its own, since a hostile map could be deeper than the stack.
fn check_cycles(services: &[Entry], faults: &mut Vec<Fault>) {
    let index: BTreeMap<&str, usize> = services
        .iter()
        .enumerate()
        .map(|(at, entry)| (entry.name.get_ref().as_str(), at))
        .collect();
    let needs = |at: usize| -> &[Text] { services[at].depends_on.as_deref().unwrap_or_default() };
    let mut marks = vec![Mark::New; services.len()];
    for start in 0..services.len() {
        if marks[start] != Mark::New {
            continue;
        }
        marks[start] = Mark::Open;
        let mut path = vec![(start, 0)];
        while let Some((at, next)) = path.last_mut() {
            let Some(needed) = needs(*at).get(*next) else {
                marks[*at] = Mark::Done;
                path.pop();
                continue;
            };
            *next += 1;
            let Some(&to) = index.get(needed.get_ref().as_str()) else {
                continue;
            };
            match marks[to] {
                Mark::Done => {}
                Mark::Open => {
                    let names = circle(services, &path, to);
                    faults.push((needed.span(), MapFault::Cycle(names)));
                }
                Mark::New => {
                    marks[to] = Mark::Open;
                    path.push((to, 0));
                }
            }
        }
    }
}

/// The names on the path from `to` on, and `to` again.
fn circle(services: &[Entry], path: &[(usize, usize)], to: usize) -> Vec<String> {
    path.iter()
        .map(|(at, _)| *at)
        .skip_while(|at| *at != to)
        .chain([to])
        .map(|at| services[at].name.get_ref().clone())
        .collect()
}
