//! What every command starts from: flags, world, map and credentials, put together once.
//!
//! Credentials are looked for at once but missing only when they are needed, so that `map check`, `--dry-run` and
//! `completions` work without any.

use std::cell::{Cell, OnceCell, RefCell};
use std::path::Path;
use std::time::Duration;

use super::args::{GlobalArgs, LangChoice};
use super::connection::find_connection;
use super::exit::{Exit, Failure};
use super::foreign::{self, Found};
use super::signals::{SignalDesk, Signals};
use super::terminal::Terminal;
use super::time;
use super::watch::watch;
use super::world::World;
use crate::config::settings::{environment_choice, map_candidates};
use crate::config::{Catalog, Credentials, InfraMap, ResolvedEnv, Settings, find_service};
use crate::evidence::Evidence;
use crate::model::messages::cli as text;
use crate::model::{Lang, MapRule, RedactOptions, Redactor, Service};
use crate::sandbox::{Sandbox, Scenario};
use crate::sources::{
    Account, ForeignLoki, KnownEndpoints, LeftTokens, Machines, ProbeReach, Watch,
};

/// What every command starts from.
pub(crate) struct Session {
    /// Where text goes.
    pub(crate) terminal: Terminal,
    /// What was read of the world.
    pub(crate) world: World,
    /// The map's environment; an empty one called `default` where there is no map.
    pub(crate) environment: ResolvedEnv,
    /// Services of the environment. Without a map: none until they are looked up.
    pub(crate) services: Vec<Service>,
    /// The map's path; `None` where there is no map.
    pub(crate) map_path: Option<String>,
    /// The map's own rules and thresholds.
    pub(crate) rules: Vec<MapRule>,
    /// Environments that the map has.
    pub(crate) environments: usize,
    /// The flags that a further command needs to ask about the same world; often empty.
    pub(crate) flags: String,
    /// What is known about kinds.
    pub(crate) catalog: &'static Catalog,
    /// Deadline of one request.
    pub(crate) timeout: Duration,
    /// Longest that the run may last.
    pub(crate) max_run: Duration,
    /// What watches over a token; nothing where the sandbox is inside this process, since it dies with it.
    pub(crate) watch: Watch,
    /// Tokens that a run which is past telling could not delete.
    pub(crate) left: LeftTokens,
    /// Masks what the run's answer holds; `None` for `--no-redact`.
    redactor: Option<RefCell<Redactor>>,
    /// Whether what earlier runs left is yet to be looked for.
    recovers: Cell<bool>,
    /// Who answers signals, from the first run on.
    desk: OnceCell<SignalDesk>,
    /// Project, region and key, or why there are none.
    connection: Result<(Settings, Credentials), Failure>,
    /// The world behind `--sandbox`; it must outlive every lease.
    sandbox: Option<Sandbox>,
    /// A Loki of the user's own, which is then all that is asked.
    foreign: Option<ForeignLoki>,
    /// The label that bears a service's name among the labels of its streams.
    pub(crate) service_label: String,
}

impl Session {
    /// Reads map and credentials as the flags want it; `question_lang` is the language of a question, where it gave itself away.
    ///
    /// # Errors
    /// A map that does not hold, an environment it does not have, a scenario that does not exist.
    pub(crate) fn open(
        args: &GlobalArgs,
        mut world: World,
        question_lang: Option<Lang>,
        foreign: Option<Found>,
    ) -> Result<Self, Failure> {
        let lang = language(args, &world, question_lang);
        let terminal = Terminal::new(args, &world, lang);
        let foreign = foreign.map(|found| announce(&terminal, found));
        let timeout = time::timeout("--timeout", &args.timeout, lang)?;
        let max_run = time::max_run(&args.max_run, lang)?;
        let sandbox = match &args.sandbox {
            Some(name) => Some(start_sandbox(name, &world, lang)?),
            None => None,
        };
        let mut map_text = None;
        if let Some(sandbox) = &sandbox {
            enter(sandbox, &mut world);
            if let Some(window) = sandbox.window() {
                terminal.note(&text::recorded_window(lang, &window_flags(window)));
            }
            map_text = Some(("sandbox".to_owned(), sandbox.map_toml()));
        }
        // The map is of Cockpit: beside a Loki of the user's own only a map that was asked for counts.
        if (sandbox.is_none() && foreign.is_none()) || args.map.is_some() {
            map_text = read_map(args, &world, lang)?;
        }
        let parse = |(path, text): &(String, String)| {
            InfraMap::parse(text, path).map_err(|error| Failure::of_map(&error, lang))
        };
        let map = map_text.as_ref().map(parse).transpose()?;
        let mapless = sandbox.is_some() || foreign.is_some();
        let choice = if mapless && args.map.is_none() {
            args.env
                .as_ref()
                .map(|name| crate::config::Sourced::new(name.clone(), crate::config::Origin::Flag))
        } else {
            environment_choice(args.env.as_deref(), &world.vars)
        };
        let chosen = choice.as_ref().map(|choice| choice.value.as_str());
        let environment = resolve(map.as_ref(), chosen, lang)?;
        let map_path = map_text.map(|(path, _)| path);
        let connection = match &foreign {
            Some(_) => Err(foreign::needs_cockpit(lang)),
            None => find_connection(
                args,
                &world,
                &terminal,
                &environment,
                choice.as_ref(),
                map_path.as_deref(),
            ),
        };
        Ok(Self {
            flags: repeated_flags(args),
            services: environment.services.clone(),
            rules: map
                .as_ref()
                .map_or_else(Vec::new, |map| map.rules().to_vec()),
            terminal,
            environments: map
                .as_ref()
                .map_or(0, |map| map.environment_names().count()),
            environment,
            map_path,
            catalog: Catalog::builtin(),
            timeout,
            max_run,
            watch: if sandbox.is_some() {
                Watch::default()
            } else {
                watch(&world)
            },
            left: LeftTokens::default(),
            redactor: redactor(args),
            recovers: Cell::new(!args.dry_run),
            desk: OnceCell::new(),
            world,
            connection,
            sandbox,
            foreign,
            service_label: "resource_name".to_owned(),
        })
    }

    /// A Loki of the user's own, which is then all that is asked.
    pub(crate) fn foreign_loki(&self) -> Option<&ForeignLoki> {
        self.foreign.as_ref()
    }

    /// Refuses what needs Cockpit where a Loki of the user's own is asked.
    ///
    /// # Errors
    /// One is.
    pub(crate) fn ensure_cockpit(&self) -> Result<(), Failure> {
        match self.foreign {
            Some(_) => Err(foreign::needs_cockpit(self.lang())),
            None => Ok(()),
        }
    }

    /// Takes the Loki that logcli would ask where there is nothing else to ask: no map, no account, no sandbox.
    ///
    /// # Errors
    /// Its address or credential does not hold.
    pub(crate) fn fall_back_to_logcli(&mut self, args: &GlobalArgs) -> Result<(), Failure> {
        let nothing_else = self.foreign.is_none()
            && self.sandbox.is_none()
            && self.map_path.is_none()
            && matches!(&self.connection, Err(failure) if failure.exit == Exit::Refused)
            && args.profile.is_none();
        if nothing_else && let Some(found) = foreign::of_logcli(&self.world, self.lang())? {
            self.foreign = Some(announce(&self.terminal, found));
        }
        Ok(())
    }

    /// Whether to look for what earlier runs left: yes at most once, and not where nothing may be sent.
    pub(crate) fn take_recovery(&self) -> bool {
        self.recovers.replace(false)
    }

    /// Begins another round of the same run: a time, a token and a screen of its own.
    pub(crate) fn refresh(&mut self) {
        self.world.begin_anew();
        self.terminal.look.width = self.world.width;
    }

    /// Sends signals to the caller.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn listen_for_signals(&self) -> std::io::Result<Signals> {
        if let Some(desk) = self.desk.get() {
            return Ok(desk.listen());
        }
        let desk = SignalDesk::open()?;
        Ok(self.desk.get_or_init(|| desk).listen())
    }

    /// Puts evidence into canonical order, masked unless the user wants to see it as it is.
    pub(crate) fn mask(&self, evidence: &mut Evidence) {
        match &self.redactor {
            Some(redactor) => evidence.redact(&mut redactor.borrow_mut()),
            None => evidence.sort(),
        }
    }

    /// Masks what is neither evidence nor text of scout's own, unless the user wants to see it as it is.
    pub(crate) fn mask_with(&self, mask: impl FnOnce(&mut Redactor)) {
        if let Some(redactor) = &self.redactor {
            mask(&mut redactor.borrow_mut());
        }
    }

    /// A copy of what masks the run's answer, for a thread that writes it; `None` where the user wants to see it as it is.
    pub(crate) fn own_redactor(&self) -> Option<Redactor> {
        self.redactor
            .as_ref()
            .map(|redactor| redactor.borrow().clone())
    }

    /// The language.
    pub(crate) fn lang(&self) -> Lang {
        self.terminal.lang()
    }

    /// Project, region and key for the Scaleway API.
    ///
    /// # Errors
    /// There are no credentials, or they do not hold, or nobody names a project.
    pub(crate) fn account(&self) -> Result<Account, Failure> {
        let (settings, credentials) = self.connection.as_ref().map_err(Clone::clone)?;
        Ok(Account {
            api_url: credentials.api_url.clone(),
            secret_key: credentials.secret_key.clone(),
            project_id: settings.project_id.value.clone(),
            region: settings.region.value.clone(),
        })
    }

    /// The region: that of the settings, else the map's.
    pub(crate) fn region(&self) -> Option<String> {
        self.connection
            .as_ref()
            .ok()
            .map(|(settings, _)| settings.region.value.clone())
            .or_else(|| self.environment.region.clone())
    }

    /// The organization; `None` where nobody names one.
    pub(crate) fn organization(&self) -> Option<String> {
        let (_, credentials) = self.connection.as_ref().ok()?;
        credentials.organization_id.clone()
    }

    /// The zones: those of the settings, else the map's.
    pub(crate) fn zones(&self) -> Vec<String> {
        self.connection.as_ref().map_or_else(
            |_| self.environment.zones.clone(),
            |(settings, _)| settings.zones.value.clone(),
        )
    }

    /// Addresses that the map names.
    pub(crate) fn known_endpoints(&self) -> KnownEndpoints {
        if let Some(loki) = &self.foreign {
            return KnownEndpoints {
                logs: Some(loki.address().to_owned()),
                metrics: None,
            };
        }
        KnownEndpoints {
            logs: self.environment.endpoints.loki.clone(),
            metrics: self.environment.endpoints.prom.clone(),
        }
    }

    /// Machines that the map names. `~` is the home folder; inside `--sandbox` there is none.
    pub(crate) fn machines(&self) -> Machines {
        let mut targets = self.environment.ssh.clone();
        for target in targets.values_mut() {
            if let (Some(socket), Some(home)) = (&mut target.agent_sock, &self.world.home)
                && let Some(rest) = socket.strip_prefix("~/")
            {
                *socket = home.join(rest).display().to_string();
            }
        }
        Machines {
            targets,
            real: self.sandbox.is_none(),
        }
    }

    /// How far probes may go: not beyond this machine inside `--sandbox`, whose hosts do not exist, nor where a proxy stands between
    /// this machine and what users see.
    pub(crate) fn probes(&self) -> ProbeReach {
        const PROXIES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
        if self.sandbox.is_some() {
            ProbeReach::Sandbox
        } else if PROXIES.iter().any(|name| self.world.var(name).is_some()) {
            ProbeReach::Proxied
        } else {
            ProbeReach::Anywhere
        }
    }

    /// Names of the services that were typed, in that order, each once; all of the environment where none was.
    ///
    /// # Errors
    /// A name that no service has.
    pub(crate) fn asked(&self, typed: &[String]) -> Result<Vec<String>, Failure> {
        if typed.is_empty() {
            return Ok(self
                .services
                .iter()
                .map(|service| service.name.clone())
                .collect());
        }
        let mut asked: Vec<String> = Vec::new();
        for name in typed {
            let service = find_service(&self.services, name)
                .map_err(|error| Failure::usage(error.say(self.lang()), error.hint(self.lang())))?;
            if !asked.contains(&service.name) {
                asked.push(service.name.clone());
            }
        }
        Ok(asked)
    }
}

/// Says which Loki is asked.
fn announce(terminal: &Terminal, found: Found) -> ForeignLoki {
    for warning in &found.warnings {
        terminal.warn(warning);
    }
    terminal.note(&found.note);
    found.loki
}

/// The language of texts.
pub(super) fn language(args: &GlobalArgs, world: &World, question: Option<Lang>) -> Lang {
    match args.lang {
        LangChoice::En => Lang::En,
        LangChoice::Fr => Lang::Fr,
        LangChoice::Auto => question.unwrap_or_else(|| {
            ["LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(|name| world.var(name))
                .map_or(Lang::En, Lang::of_locale)
        }),
    }
}

/// The flags that name the world a run asks about, to be repeated in the commands that its report suggests; they name the
/// environment themselves.
fn repeated_flags(args: &GlobalArgs) -> String {
    let quoted = |value: &str| {
        let plain = value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_./:@".contains(&byte));
        if plain && !value.is_empty() {
            value.to_owned()
        } else {
            format!("'{}'", value.replace('\'', "'\\''"))
        }
    };
    let sandbox = args.sandbox.as_deref().map(|name| {
        if name == super::DEFAULT_SCENARIO {
            "--sandbox".to_owned()
        } else {
            format!("--sandbox={}", quoted(name))
        }
    });
    let named = [("--map", &args.map), ("--profile", &args.profile)];
    sandbox
        .into_iter()
        .chain(
            named
                .into_iter()
                .filter_map(|(flag, value)| Some(format!("{flag} {}", quoted(value.as_deref()?)))),
        )
        .collect::<Vec<_>>()
        .join(" ")
}

/// Starts the world behind `--sandbox`.
fn start_sandbox(name: &str, world: &World, lang: Lang) -> Result<Sandbox, Failure> {
    let scenario = scenario(name, &world.folder, lang)?;
    let anywhere = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    Sandbox::start(scenario, anywhere, world.now)
        .map_err(|error| Failure::config(error.say(lang), error.hint(lang)))
}

/// A scenario by its built-in name, or from a file.
///
/// # Errors
/// There is none of that name, or its file does not hold.
pub(super) fn scenario(name: &str, folder: &Path, lang: Lang) -> Result<Scenario, Failure> {
    if let Some(scenario) = Scenario::builtin(name) {
        return Ok(scenario);
    }
    let path = folder.join(name);
    if !path.is_file() {
        let builtins = Scenario::builtins();
        let names: Vec<&str> = builtins.iter().map(|(name, _)| name.as_str()).collect();
        return Err(Failure::usage(
            text::unknown_scenario(lang, name),
            Some(text::unknown_scenario_hint(lang, name, &names)),
        ));
    }
    let file = std::fs::File::open(&path).map_err(|error| cannot_read(&path, &error, lang))?;
    Scenario::read(std::io::BufReader::new(file), name)
        .map_err(|error| Failure::config(error.say(lang), error.hint(lang)))
}

/// The flags that ask about a window.
pub(super) fn window_flags(window: crate::model::Window) -> String {
    let instant =
        |at: crate::model::Instant| at.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    format!(
        "--from {} --to {}",
        instant(window.from),
        instant(window.to)
    )
}

/// Replaces what the environment says about Scaleway by the sandbox's own keys: nothing of the user's goes there. In a recorded
/// world it is as late as it was then.
fn enter(sandbox: &Sandbox, world: &mut World) {
    world.now = sandbox.began();
    world
        .vars
        .retain(|name, _| !name.starts_with("SCW_") && !name.starts_with("SCALEWAY_"));
    world.home = None;
    world.vars.remove("XDG_CONFIG_HOME");
    for (name, value) in super::commands::sandbox_variables(sandbox) {
        world.vars.insert(name.to_owned(), value);
    }
}

/// The map's path and text; `None` where there is none and nobody asked for one.
fn read_map(
    args: &GlobalArgs,
    world: &World,
    lang: Lang,
) -> Result<Option<(String, String)>, Failure> {
    for candidate in map_candidates(
        args.map.as_deref(),
        &world.vars,
        &world.folder,
        world.user_config.as_deref(),
    ) {
        match std::fs::read_to_string(&candidate.path) {
            Ok(content) => return Ok(Some((shown(&candidate.path, &world.folder), content))),
            Err(error) if !candidate.required && is_absent(&error) => {}
            Err(error) => return Err(cannot_read(&candidate.path, &error, lang)),
        }
    }
    Ok(None)
}

/// Whether a file is simply not there.
pub(super) fn is_absent(error: &std::io::Error) -> bool {
    matches!(
        error.kind(),
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory
    )
}

/// A path as people know it: relative to the working folder where it is inside.
fn shown(path: &Path, folder: &Path) -> String {
    path.strip_prefix(folder)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// A file that cannot be read.
pub(super) fn cannot_read(path: &Path, error: &std::io::Error, lang: Lang) -> Failure {
    Failure::config(
        text::cannot_read(lang, &path.display().to_string(), &error.to_string()),
        Some(text::cannot_read_hint(lang)),
    )
}

/// The environment of the map that was chosen, else its default; one without anything where there is no map.
///
/// # Errors
/// The map has no such environment.
fn resolve(
    map: Option<&InfraMap>,
    chosen: Option<&str>,
    lang: Lang,
) -> Result<ResolvedEnv, Failure> {
    let Some(map) = map else {
        let nameless = ResolvedEnv::without_map();
        return Ok(ResolvedEnv {
            name: chosen.map_or(nameless.name, str::to_owned),
            ..ResolvedEnv::without_map()
        });
    };
    map.environment(chosen)
        .map_err(|error| Failure::config(error.say(lang), error.hint(lang)))
}

/// What masks the run's answer; nothing for `--no-redact`.
fn redactor(args: &GlobalArgs) -> Option<RefCell<Redactor>> {
    let options = RedactOptions {
        ips: args.redact_ips,
        unnumbered: false,
    };
    (!args.no_redact).then(|| RefCell::new(Redactor::new(options)))
}
