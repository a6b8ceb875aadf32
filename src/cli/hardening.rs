//! What this process must not leave behind: a core dump, which would hold the key and the secret.

use rustix::process::{Resource, Rlimit, setrlimit};

/// No core dump of this process, by limit, and on Linux by mark too: a dump that is piped to a program has no limit. The mark
/// also keeps the same user's other programs from reading its memory. Children inherit the limit.
pub(super) fn forbid_core_dumps() {
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // Lowering a limit is always allowed; where the system says no all the same, a run is still worth more than none.
    let _ = setrlimit(Resource::Core, none);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
