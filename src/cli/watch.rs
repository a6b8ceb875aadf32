//! What watches over a run's token, and what earlier runs left: put together from the world, told on stderr.

use std::time::Duration;

use super::session::Session;
use super::world::World;
use crate::model::messages::tokens as text;
use crate::sources::{
    Finding, Ledger, LedgerWatch, Limits, ReaperLaunch, Recovery, Unwatched, Watch,
};

/// Variables that a reaper gets: what TLS and proxies need. No credential of scout's own is among them.
const REAPER_VARS: [&str; 10] = [
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "http_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
];

/// How long a run waits, once it is done, for what an earlier one left. A token not deleted by then is the next run's.
const RECOVERY_BOUND: Duration = Duration::from_secs(5);

/// The same for a run that was stopped.
const SHORT_BOUND: Duration = Duration::from_millis(200);

/// What watches over this run's token.
pub(super) fn watch(world: &World) -> Watch {
    let env = world.vars.iter();
    let env = env.filter(|(name, _)| REAPER_VARS.contains(&name.as_str()));
    Watch {
        reaper: world.exe.as_ref().map(|program| ReaperLaunch {
            program: program.clone(),
            env: env
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        }),
        ledger: ledger(world).map(|ledger| LedgerWatch {
            ledger,
            pid: world.pid,
            started_at: world.now,
        }),
    }
}

/// The ledger; `None` where the user has no state folder.
fn ledger(world: &World) -> Option<Ledger> {
    let named = world
        .var("SCOUT_STATE_DIR")
        .map(|dir| world.folder.join(dir));
    let usual = || Some(world.state_dir.as_ref()?.join("scout"));
    named.or_else(usual).map(|folder| Ledger::new(&folder))
}

/// Starts finishing what earlier runs left; once a session, and never where nothing may be sent.
pub(super) fn start_recovery(session: &Session, limits: Limits) -> Option<Recovery> {
    let ledger = session.watch.ledger.as_ref()?.ledger.clone();
    let account = session.account().ok()?;
    if !session.take_recovery() {
        return None;
    }
    // Without a thread the entries stay for the next run.
    Recovery::start(ledger, account, limits, session.world.now).ok()
}

/// Waits for it and says what it found.
pub(super) fn finish_recovery(session: &Session, recovery: Recovery, stopped: bool) {
    let bound = if stopped { SHORT_BOUND } else { RECOVERY_BOUND };
    let (terminal, lang) = (&session.terminal, session.lang());
    for finding in recovery.wait(bound) {
        match finding {
            Finding::Removed { name } => terminal.note(&text::removed_leftover(lang, &name)),
            Finding::Kept { name, error } => {
                terminal.warn(&text::kept_leftover(lang, &name, &error.say(lang)));
            }
            Finding::Damaged { path } => {
                terminal.warn(&text::damaged_entry(lang, &path.display().to_string()));
            }
        }
    }
}

/// Says what does not watch over the token.
pub(super) fn say_gaps(session: &Session, gaps: &[Unwatched]) {
    let (terminal, lang) = (&session.terminal, session.lang());
    for gap in gaps {
        match gap {
            Unwatched::Reaper { why } => terminal.detail(&text::no_reaper(lang, why)),
            Unwatched::Ledger { folder, why } => {
                terminal.warn(&text::no_entry(lang, &folder.display().to_string(), why));
            }
        }
    }
}
