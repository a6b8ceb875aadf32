//! Reaper and ledger: a token goes even where its run cannot see to it, and neither of them lets a secret out.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Stdio};

use crate::support::SandboxProcess;
use crate::token::{signal, wait_until};

/// A world in which a run holds its token until somebody ends it.
fn slow() -> SandboxProcess {
    let fault = "[[fault]]\nsource = \"prometheus\"\ndelay = \"20s\"\n";
    SandboxProcess::with("healthy", fault)
}

/// A run that holds its token, with its reaper's process number.
fn held(sandbox: &SandboxProcess) -> (Child, u32) {
    let child = sandbox
        .scout(["metrics", "redis"])
        .spawn(Stdio::null(), Stdio::null());
    wait_until("the token exists", || !sandbox.tokens_left().is_empty());
    wait_until("the id is written down", || {
        let whole = |path: &PathBuf| {
            path.extension().is_some_and(|end| end == "json")
                && fs::read_to_string(path).is_ok_and(|text| !text.contains("\"id\":null"))
        };
        let entries = entries(sandbox);
        entries.len() == 1 && entries.iter().all(whole)
    });
    let reaper = children(child.id()).pop().expect("a reaper");
    (child, reaper)
}

/// The processes that one has started; each is listed by the thread that did.
fn children(pid: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).expect("the process lives");
    let lists = threads
        .flatten()
        .filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    let lists: Vec<String> = lists.collect();
    let pids = lists.iter().flat_map(|list| list.split_whitespace());
    pids.map(|pid| pid.parse().expect("a number")).collect()
}

/// Whether a process is there, be it as a zombie.
fn exists(pid: u32) -> bool {
    fs::exists(format!("/proc/{pid}")).expect("/proc can be read")
}

/// Files of the ledger.
fn entries(sandbox: &SandboxProcess) -> Vec<PathBuf> {
    let Ok(files) = fs::read_dir(sandbox.state_folder().join("tokens")) else {
        return Vec::new();
    };
    files.flatten().map(|file| file.path()).collect()
}

/// A file of `/proc`.
fn proc_file(pid: u32, name: &str) -> String {
    let bytes = fs::read(format!("/proc/{pid}/{name}")).expect("the process lives");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Kills a process whatever it does.
fn kill(pid: u32) {
    let status = std::process::Command::new("kill")
        .args(["-s", "KILL", &pid.to_string()])
        .status()
        .expect("kill runs");
    assert!(status.success());
}

#[test]
fn after_a_run_neither_reaper_nor_entry_remains() {
    let sandbox = slow();
    let (mut child, reaper) = held(&sandbox);
    signal(&child, "INT");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(!exists(reaper), "neither an orphan nor a zombie");
    assert_eq!(entries(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn the_token_of_a_killed_run_is_deleted_by_its_reaper() {
    let sandbox = slow();
    let (mut child, reaper) = held(&sandbox);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    wait_until("the token is gone", || sandbox.tokens_left().is_empty());
    wait_until("the reaper is gone", || !exists(reaper));
    assert_eq!(entries(&sandbox), Vec::<PathBuf>::new());
}

#[test]
fn a_reaper_is_in_a_session_of_its_own_and_deaf_to_signals() {
    let sandbox = slow();
    let (mut child, reaper) = held(&sandbox);
    let stat = proc_file(reaper, "stat");
    let after_name = stat.rsplit(')').next().expect("a stat line");
    let session = after_name.split_whitespace().nth(3).expect("a session");
    assert_eq!(session, reaper.to_string());
    for name in ["INT", "TERM", "HUP", "QUIT"] {
        let status = std::process::Command::new("kill")
            .args(["-s", name, &reaper.to_string()])
            .status();
        assert!(status.expect("kill runs").success());
    }
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    wait_until("the token is gone", || sandbox.tokens_left().is_empty());
}

#[test]
fn what_a_dead_machine_left_is_removed_by_the_next_run_which_says_so() {
    let sandbox = slow();
    let (mut child, reaper) = held(&sandbox);
    let name = sandbox.tokens_left().pop().expect("a token");
    kill(reaper);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    assert_eq!(
        (sandbox.tokens_left().len(), entries(&sandbox).len()),
        (1, 1)
    );
    sandbox.scout(["map", "check"]).run().exits(0).silent();
    assert_eq!(
        entries(&sandbox).len(),
        1,
        "a command that sends nothing removes nothing"
    );
    sandbox
        .scout(["state", "container"])
        .run()
        .exits(0)
        .warns(["removed a token that an earlier run left", &name]);
    assert_eq!(
        (sandbox.tokens_left().len(), entries(&sandbox).len()),
        (0, 0)
    );
    sandbox
        .scout(["state", "container"])
        .run()
        .exits(0)
        .silent();
}

#[test]
fn an_entry_of_another_project_is_left_to_its_own_runs() {
    let sandbox = slow();
    let (mut child, reaper) = held(&sandbox);
    kill(reaper);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    let path = entries(&sandbox).pop().expect("an entry");
    let text = fs::read_to_string(&path).expect("an entry");
    let project = sandbox.var("SCW_DEFAULT_PROJECT_ID");
    fs::write(
        &path,
        text.replace(project, "00000000-0000-4000-8000-000000000000"),
    )
    .expect("room");
    sandbox
        .scout(["state", "container"])
        .run()
        .exits(0)
        .silent();
    assert_eq!(
        (sandbox.tokens_left().len(), entries(&sandbox).len()),
        (1, 1)
    );
}

#[test]
fn a_damaged_entry_is_set_aside_and_told_once() {
    let sandbox = SandboxProcess::builtin("healthy");
    let folder = sandbox.state_folder().join("tokens");
    fs::create_dir_all(&folder).expect("room");
    fs::write(folder.join("scout-1700000000-00000000000a.json"), "{").expect("room");
    sandbox
        .scout(["metrics", "redis"])
        .run()
        .exits(0)
        .warns(["set aside", "json.damaged"]);
    sandbox.scout(["metrics", "redis"]).run().exits(0).silent();
    assert_eq!(entries(&sandbox).len(), 1);
}

#[test]
fn a_state_folder_that_cannot_be_written_is_told_and_stops_nothing() {
    let sandbox = SandboxProcess::builtin("healthy");
    let below_a_file = sandbox.map().join("state");
    let ran = sandbox
        .scout(["metrics", "redis"])
        .env("SCOUT_STATE_DIR", below_a_file.to_str().expect("UTF-8"))
        .run()
        .exits(0)
        .warns(["cannot write down in"]);
    assert_eq!(ran.stderr.lines().count(), 1, "{ran}");
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn key_and_secret_are_in_no_argument_no_environment_of_a_child_and_no_file() {
    // Secrets follow from the world, so another one of the same kind tells the secret of this one's first token.
    let twin = slow();
    let secret = twin.make_token("twin")["secret_key"].clone();
    let secret = secret.as_str().expect("a secret");
    let sandbox = slow();
    let (mut child, reaper) = held(&sandbox);
    let key = sandbox.var("SCW_SECRET_KEY");
    let mut seen = vec![
        proc_file(child.id(), "cmdline"),
        proc_file(reaper, "cmdline"),
        proc_file(reaper, "environ"),
    ];
    let files = entries(&sandbox);
    assert_eq!(files.len(), 1);
    seen.extend(
        files
            .iter()
            .map(|path| fs::read_to_string(path).expect("an entry")),
    );
    for text in &seen {
        assert!(!text.contains(key) && !text.contains(secret), "{text}");
        assert!(!text.contains("SCW_"), "{text}");
    }
    assert_eq!(seen[1], "scout\0__reaper\0");
    let mode = |path: &PathBuf| {
        fs::metadata(path)
            .expect("it is there")
            .permissions()
            .mode()
    };
    assert_eq!(mode(&files[0]) & 0o777, 0o600);
    assert_eq!(mode(&sandbox.state_folder().join("tokens")) & 0o777, 0o700);
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
}

#[test]
fn neither_a_run_nor_its_reaper_dumps_core() {
    let sandbox = slow();
    let (mut child, reaper) = held(&sandbox);
    for pid in [child.id(), reaper] {
        let limits = proc_file(pid, "limits");
        let core = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"));
        let words: Vec<&str> = core.expect("a limit").split_whitespace().collect();
        assert_eq!(words[4..6], ["0", "0"]);
    }
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
}

#[test]
fn a_reaper_holds_little_memory() {
    let sandbox = slow();
    let (mut child, reaper) = held(&sandbox);
    let of = |pid| {
        let status = proc_file(pid, "status");
        let line = status.lines().find(|line| line.starts_with("RssAnon:"));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
        kilobytes.expect("a size").parse::<u64>().expect("a number")
    };
    // Its own pages, not those of the binary that it shares with the run. An HTTP client alone would be more.
    assert!(of(reaper) < 2_500, "{} kB", of(reaper));
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
}

#[test]
fn a_run_that_reaches_its_longest_time_is_stopped_and_its_name_tells_when() {
    let sandbox = slow();
    let child = sandbox
        .scout(["metrics", "redis", "--max-run", "2s"])
        .spawn(Stdio::null(), Stdio::piped());
    wait_until("the token exists", || !sandbox.tokens_left().is_empty());
    let name = sandbox.tokens_left().pop().expect("a token");
    let began = fs::metadata(&entries(&sandbox)[0]).expect("an entry");
    let began = began.modified().expect("a time");
    let began = began
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970")
        .as_secs();
    let expires: u64 = name
        .split('-')
        .nth(1)
        .expect("an expiry")
        .parse()
        .expect("a number");
    assert!((began + 1..=began + 3).contains(&expires), "{began} {name}");
    let ended = child.wait_with_output().expect("it ends");
    assert_eq!(ended.status.code(), Some(5));
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("--max-run"), "{said}");
    assert_eq!(sandbox.tokens_left(), [""; 0]);
}

#[test]
fn a_longest_time_out_of_bounds_is_refused() {
    let sandbox = SandboxProcess::builtin("healthy");
    for limit in ["0s", "25h", "soon"] {
        let run = sandbox
            .scout(["state", "container", "--max-run"])
            .arg(limit);
        run.run().exits(2).warns(["--max-run"]);
    }
}
