//! What do commands on the machines of this world answer?
//!
//! In: `[[ssh]]` of a scenario and the ssh targets of its map. Out: for a target and a command line, exit code, stdout and
//! stderr; nothing for a target of another world. The longest table command that the line begins with answers; a command that
//! none fits is one that the machine does not have.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use toml::Table;

use super::scenario::{Scenario, SshTable};

/// The machines of a world.
#[derive(Debug, Default)]
pub(super) struct Machines {
    /// Their names in the map.
    targets: BTreeSet<String>,
    /// What they answer.
    tables: Vec<SshTable>,
}

impl Machines {
    /// Those of a scenario.
    pub(super) fn of(scenario: &Scenario) -> Self {
        let envs = scenario.map.get("env").and_then(toml::Value::as_table);
        let of_map = envs
            .into_iter()
            .flat_map(Table::values)
            .filter_map(|env| env.get("ssh")?.as_table())
            .flat_map(|machines| machines.keys().cloned());
        let of_tables = scenario.ssh.iter().map(|table| table.target.clone());
        Self {
            targets: of_map.chain(of_tables).collect(),
            tables: scenario.ssh.clone(),
        }
    }

    /// What a command line answers, as JSON; `None` where there is no such machine.
    pub(super) fn answer(&self, target: &str, command: &str) -> Option<Value> {
        if !self.targets.contains(target) {
            return None;
        }
        let table = self
            .tables
            .iter()
            .filter(|table| table.target == target && begins(command, &table.command))
            .max_by_key(|table| table.command.len());
        let Some(table) = table else {
            let program = command.split_whitespace().next().unwrap_or_default();
            let stderr = format!("bash: line 1: {program}: command not found\n");
            return Some(json!({ "exit_code": 127, "stdout": "", "stderr": stderr }));
        };
        Some(json!({
            "exit_code": table.exit_code,
            "stdout": table.stdout.strip_prefix('\n').unwrap_or(&table.stdout),
            "stderr": table.stderr,
        }))
    }
}

/// Whether a command line begins with some words, whole ones.
fn begins(command: &str, start: &str) -> bool {
    let mut words = command.split_whitespace();
    start
        .split_whitespace()
        .all(|word| words.next() == Some(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A world with one machine.
    fn machines() -> Machines {
        let text = r#"
schema = 1
name = "x"
[map.env.prod.ssh.vm]
host = "vm-01"
[[ssh]]
target = "vm"
command = "df"
stdout = "blocks"
[[ssh]]
target = "vm"
command = "df -i"
exit_code = 1
stdout = "inodes"
stderr = "odd"
"#;
        Machines::of(&Scenario::parse(text, "x").expect("a scenario"))
    }

    #[test]
    fn the_longest_command_that_fits_answers() {
        let machines = machines();
        let answer = |command: &str| machines.answer("vm", command).expect("a machine");
        assert_eq!(answer("df -h")["stdout"], "blocks");
        assert_eq!(answer("df -i")["stdout"], "inodes");
        assert_eq!(answer("df -i /")["exit_code"], 1);
        assert_eq!(answer("df -ih")["stdout"], "blocks");
    }

    #[test]
    fn what_a_machine_does_not_have_is_not_found() {
        let machines = machines();
        let answer = machines.answer("vm", "dff -h").expect("a machine");
        assert_eq!(answer["exit_code"], 127);
        assert!(
            answer["stderr"]
                .as_str()
                .is_some_and(|text| text.contains("dff: command not found"))
        );
        assert_eq!(machines.answer("other", "df -h"), None);
    }
}
