//! Machines as they are found: what is told of them, and what is not.

use std::collections::BTreeMap;

use serde_json::Value;

use super::*;
use crate::evidence::{Meta, MetaMap, Record};
use crate::model::{Service, Window};

/// When the run is.
fn now() -> Instant {
    "2026-11-21T09:00:00Z".parse().expect("an instant")
}

/// Evidence of one machine with what some presets wrote.
fn evidence(looks: &[(&str, &str)]) -> Evidence {
    let window = Window {
        from: now() - TimeDelta::minutes(30),
        to: now(),
    };
    let service: Service = serde_json::from_value(serde_json::json!({
        "kind": "instance", "title": "VM", "resource_name": "vm", "ssh": "vm"
    }))
    .expect("a service");
    let looks = looks.iter().map(|(preset, stdout)| {
        Record::Ssh(SshRecord {
            target: "vm".to_owned(),
            preset: Some((*preset).to_owned()),
            command: (*preset).to_owned(),
            exit_code: Some(0),
            stdout: (*stdout).to_owned(),
            stderr: String::new(),
            truncated: false,
        })
    });
    Evidence {
        meta: Meta {
            schema: 1,
            bundle_id: String::new(),
            created_at: now(),
            tool: String::new(),
            environment: "prod".to_owned(),
            window,
            baseline: window.just_before(),
            issue: String::new(),
            params: serde_json::Map::<String, Value>::new(),
            redacted: false,
            map: MetaMap {
                rules: Vec::new(),
                services: BTreeMap::from([("vm".to_owned(), service)]),
            },
        },
        records: looks.collect(),
    }
}

/// What is told of a machine, as severity and subject.
fn told(looks: &[(&str, &str)]) -> Vec<(Severity, String)> {
    let evidence = evidence(looks);
    let axis = Axis {
        baseline: evidence.meta.baseline,
        window: evidence.meta.window,
    };
    read_machines(&evidence, &axis, &ServiceMap::of(&evidence))
        .into_iter()
        .map(|fact| (fact.severity, fact.subject))
        .collect()
}

#[test]
fn containers_are_judged_by_how_and_when_they_ended() {
    let table = "\
CONTAINER ID   IMAGE          COMMAND     CREATED       STATUS                        PORTS                  NAMES
0aa91c7de214   a:1            \"x  Up y\"   4 weeks ago   Exited (1) 12 minutes ago                            fresh
0aa91c7de215   a:1            \"x\"         4 weeks ago   Exited (1) 2 hours ago                               older
0aa91c7de216   a:1            \"x\"         4 weeks ago   Exited (2) 5 weeks ago                               forgotten
0aa91c7de217   a:1            \"x\"         4 weeks ago   Exited (0) 5 minutes ago                             done
0aa91c7de218   a:1            \"x\"         4 weeks ago   Exited (143) 5 minutes ago                           stopped
0aa91c7de219   a:1            \"x…\"        4 weeks ago   Restarting (1) 22 seconds ago                        looping
0aa91c7de220   a:1            \"x\"         4 weeks ago   Up 3 months (unhealthy)       0.0.0.0:443->443/tcp   sick
0aa91c7de221   a:1            \"x\"         4 weeks ago   Up 3 months (healthy)         0.0.0.0:443->443/tcp   well
";
    let told = told(&[("docker-ps", table)]);
    let of = |name: &str| {
        let subject = format!("container={name} ");
        let mut found = told.iter().filter(|(_, text)| text.starts_with(&subject));
        found.next().map(|(severity, _)| *severity)
    };
    assert_eq!(of("fresh"), Some(Severity::Warning));
    assert_eq!(of("older"), Some(Severity::Info));
    assert_eq!(of("stopped"), Some(Severity::Info));
    assert_eq!(of("looping"), Some(Severity::Warning));
    assert_eq!(of("sick"), Some(Severity::Info));
    assert_eq!(
        (of("forgotten"), of("done"), of("well")),
        (None, None, None)
    );
}

#[test]
fn only_file_systems_that_programs_write_to_can_be_full() {
    let table = "\
Filesystem      Size  Used Avail Use% Mounted on
tmpfs           391M  391M     0 100% /run
/dev/loop3       64M   64M     0 100% /snap/core20/1
/dev/sda15      105M  104M    1M 100% /boot/efi
overlay          76G   76G     0 100% /var/lib/docker/overlay2/x/merged
/dev/sda1        76G   76G     0 100% /
/dev/sda1        76G   76G     0 100% /mnt/the same
/dev/sdb         76G   69G    7G  91% /var/lib/my data
/dev/sdc         76G   46G   30G  61% /home
";
    assert_eq!(
        told(&[("disk", table)]),
        [
            (Severity::Critical, "disk=100% /".to_owned()),
            (Severity::Warning, "disk=91% /var/lib/my data".to_owned()),
        ]
    );
    let inodes = "\
Filesystem       Inodes   IUsed   IFree IUse% Mounted on
/dev/sda1       5111808 5111808       0  100% /
/dev/sda15            0       0       0     - /boot/efi
";
    assert_eq!(
        told(&[("inodes", inodes)]),
        [(Severity::Critical, "inodes=100% /".to_owned())]
    );
}

#[test]
fn memory_is_what_is_available_and_not_what_is_free() {
    let free = |available: &str| {
        let table = format!(
            "               total        used        free      shared  buff/cache   available\nMem:            15Gi        15Gi        96Mi       2.0Mi       201Mi        {available}\nSwap:             0B          0B          0B\n"
        );
        told(&[("memory", &table)])
            .first()
            .map(|(severity, _)| *severity)
    };
    assert_eq!(free("71Mi"), Some(Severity::Critical));
    assert_eq!(free("500Mi"), Some(Severity::Warning));
    assert_eq!(free("1.5Gi"), None);
}

#[test]
fn a_kill_counts_by_its_date() {
    let up = ("uptime", " 09:00:00 up 1 day,  0:00,  1 user");
    let severity = |seconds: u32| {
        let log = format!("[{seconds}.1] Out of memory: Killed process 7 (java) total-vm:1kB\n");
        told(&[up, ("dmesg", &log)])
            .first()
            .map(|(severity, _)| *severity)
    };
    assert_eq!(severity(86_000), Some(Severity::Critical));
    assert_eq!(severity(1_000), Some(Severity::Info));
    let undated = told(&[("dmesg", "[9.1] Out of memory: Killed process 7 (java)\n")]);
    assert_eq!(
        undated,
        [(Severity::Info, "oom-kill process=java".to_owned())]
    );
    let limit = told(&[
        up,
        (
            "dmesg",
            "[86000.1] Memory cgroup out of memory: Killed process 7 (java)\n",
        ),
    ]);
    assert_eq!(
        limit,
        [(Severity::Warning, "limit-kill process=java".to_owned())]
    );
}

#[test]
fn failed_units_are_named() {
    let table = "\
  UNIT            LOAD   ACTIVE SUB    DESCRIPTION
● certbot.service loaded failed failed Certbot

1 loaded units listed.
";
    assert_eq!(
        told(&[("units", table)]),
        [(Severity::Info, "unit=certbot.service failed".to_owned())]
    );
    assert!(
        told(&[(
            "units",
            "  UNIT LOAD ACTIVE SUB DESCRIPTION\n\n0 loaded units listed.\n"
        )])
        .is_empty()
    );
}

#[test]
fn nonsense_is_no_fact_and_no_panic() {
    for preset in [
        "docker-ps",
        "disk",
        "inodes",
        "memory",
        "dmesg",
        "units",
        "uptime",
    ] {
        for text in [
            "",
            "\n\n",
            "STATUS\n  Exited (",
            "a\nb 100% /é% %",
            "total available\nMem: 0 0",
            "é STATUS\n  Exited (1) 99999999999999999 years ago  x",
        ] {
            assert!(
                told(&[(preset, text)])
                    .iter()
                    .all(|(severity, _)| *severity < Severity::Critical || text.contains('%')),
                "{preset} {text}"
            );
        }
    }
}
