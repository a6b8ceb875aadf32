//! Machines: what `investigate` asks of them, what it tells, and how it says that one did not answer. The sandbox answers for its
//! own machines; a stand-in `ssh` shows what the real one is told.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::support::{Ran, SandboxProcess, scratch};

/// A world of one machine with these answers.
fn world(answers: &str) -> SandboxProcess {
    SandboxProcess::of(&format!(
        "schema = 1\nname = \"x\"\n[map.env.prod.ssh.vm]\nhost = \"vm-01\"\n\
         [map.services.files]\nkind = \"instance\"\nresource_name = \"files\"\nssh = \"vm\"\n\
         [[resource]]\nkind = \"instance\"\nname = \"files\"\nstatus = \"running\"\n{answers}"
    ))
}

/// The table of a command's answer.
fn answer(command: &str, stdout: &str) -> String {
    format!("[[ssh]]\ntarget = \"vm\"\ncommand = \"{command}\"\nstdout = '''\n{stdout}'''\n")
}

/// A full disk, as `df -h` shows it.
const FULL: &str = "Filesystem Size Used Avail Use% Mounted on\n/dev/sda1 76G 76G 0 100% /\n/dev/loop0 64M 64M 0 100% /snap/x\n";

/// What a run says of the source `ssh`.
fn source(ran: &Ran) -> Value {
    let report: Value = ran.json();
    let sources = report["sources"].as_array().expect("a list").clone();
    let mut ssh = sources.into_iter().filter(|line| line["source"] == "ssh");
    ssh.next().unwrap_or_default()
}

#[test]
fn a_full_disk_is_seen_from_inside_and_named() {
    let ran = world(&answer("df", FULL))
        .scout(["investigate", "-o", "json"])
        .run()
        .exits(0);
    let report: Value = ran.json();
    assert_eq!(report["diagnosis"][0]["cause"], "vm-disk-full", "{ran}");
    let finding = &report["findings"][0];
    assert_eq!(finding["kind"], "machine", "{ran}");
    assert_eq!(finding["evidence"][0], "vm: df -h", "{ran}");
    assert_eq!(
        finding["evidence"][1], "/dev/sda1 76G 76G 0 100% /",
        "{ran}"
    );
    assert_eq!(source(&ran)["ok"], true, "{ran}");
}

#[test]
fn what_a_machine_does_not_have_is_no_failure_and_is_said() {
    let ran = world(&answer("df", "Filesystem Size\n"))
        .scout(["investigate", "-o", "json"])
        .run()
        .exits(0)
        .says(["vm has no docker", "not-asked"]);
    assert_eq!(source(&ran)["ok"], true, "{ran}");
}

#[test]
fn a_machine_that_does_not_answer_is_a_gap() {
    let down = "[[ssh]]\ntarget = \"vm\"\ncommand = \"\"\nexit_code = 255\nstderr = \"ssh: connect to host 10.0.0.1 port 22: No route to host\"\n";
    world(down)
        .scout(["investigate", "-o", "json"])
        .run()
        .exits(5)
        .says(["vm-01 cannot be reached", "No route to host", "unreachable"]);
}

#[test]
fn a_dry_run_lists_the_commands_and_sends_none() {
    let sandbox = world(&answer("df", FULL));
    sandbox
        .scout(["investigate", "--dry-run"])
        .run()
        .exits(0)
        .says(["docker ps -a", "df -h", "df -i", "free -h", "dmesg -T"])
        .says(["systemctl --failed", "vm-01"]);
    assert_eq!(sandbox.requests(), [""; 0]);
}

/// Puts a program called `ssh` into a folder. It notes what it was told, and its `body` answers.
fn stand_in(folder: &Path, body: &str) -> String {
    let log = folder.join("log");
    let script = format!(
        "#!/bin/sh\necho \"agent=$SSH_AUTH_SOCK $*\" >> {}\n{body}\n",
        log.display()
    );
    let path = folder.join("ssh");
    fs::write(&path, script).expect("a script");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("its mode");
    format!("{}:/usr/bin:/bin", folder.display())
}

/// Investigates a machine that the sandbox does not know, through a stand-in.
fn through_stand_in(body: &str) -> (Ran, String) {
    let sandbox = world("");
    let folder = scratch();
    let path = stand_in(folder.path(), body);
    let socket = folder.path().join("agent.sock");
    fs::write(&socket, "").expect("a file");
    let map = fs::read_to_string(sandbox.map()).expect("the map");
    let map = map.replace("ssh = \"vm\"", "ssh = \"box\"");
    let map = format!(
        "{map}\n[env.prod.ssh.box]\nhost = \"ops@box-01\"\nagent_sock = \"{}\"\n",
        socket.display()
    );
    let map_path = folder.path().join("map.toml");
    fs::write(&map_path, map).expect("a map");
    let ran = sandbox
        .scout(["investigate", "-o", "json"])
        .env("PATH", &path)
        .env("SCOUT_INFRA_MAP", map_path.to_str().expect("UTF-8"))
        .run();
    let log = fs::read_to_string(folder.path().join("log")).unwrap_or_default();
    (ran, log)
}

#[test]
fn ssh_is_never_asked_to_prompt_or_to_trust_and_gets_the_targets_agent() {
    let (ran, log) = through_stand_in(
        "case \"$*\" in *' -M '*|*'-O '*) exit 0;; *'df -h') printf 'x\\n/dev/sda1 1G 1G 0 100%% /\\n';; *) exit 127;; esac",
    );
    let report: Value = ran.exits(0).json();
    assert_eq!(report["diagnosis"][0]["cause"], "vm-disk-full");
    let master = log.lines().next().expect("a first call");
    for told in [
        "BatchMode=yes",
        "StrictHostKeyChecking=yes",
        "ConnectTimeout=10",
        "agent.sock",
        "ops@box-01",
    ] {
        assert!(master.contains(told), "{told} is not in {master}");
    }
    assert!(log.lines().any(|line| line.contains("-O exit")), "{log}");
}

#[test]
fn a_refused_connection_is_explained() {
    let refuse = |said: &str| {
        format!(
            "while [ $# -gt 0 ]; do [ \"$1\" = -E ] && log=$2; shift; done; echo '{said}' > \"$log\"; exit 255"
        )
    };
    for (said, code, told) in [
        (
            "ssh: Could not resolve hostname box-01: Name or service not known",
            5,
            "is not found",
        ),
        (
            "WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!",
            4,
            "has changed",
        ),
        ("Host key verification failed.", 4, "is not known here"),
    ] {
        let (ran, _) = through_stand_in(&refuse(said));
        ran.exits(code).says([told, "ops@box-01"]);
    }
}
