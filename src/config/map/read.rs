//! How is the parsed TOML read into the map's tables? Each value is checked by itself here; how values fit together is
//! `check.rs`. Reading never stops at a fault: what is wrong is noted with its place and left out.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::fault::{MapFault, TomlType};
use super::reader::{Fault, Reader, Table};
use super::schema::{
    Document, ENV_KEYS, Entry, Environment, Machine, ROOT_KEYS, SCHEMA, SERVICE_KEYS, SSH_KEYS,
    Text,
};
use crate::config::locality;
use crate::model::{Kind, nearest};

/// Reads a parsed map, `source` being its text. Faults go to `faults`; with any there, the document is incomplete.
pub(super) fn read_document(source: &str, root: &DeTable<'_>, faults: &mut Vec<Fault>) -> Document {
    let mut reader = Reader { source, faults };
    let top = Table {
        keys: root,
        place: "",
        span: 0..1,
    };
    reader.known_keys(&top, ROOT_KEYS);
    reader.schema(&top);
    Document {
        default_env: reader.text(&top, "default_env"),
        environments: reader.each(&top, "env", Reader::environment),
        services: reader.each(&top, "services", |reader, name, table| {
            Some(reader.entry(name, table, true))
        }),
        rules: reader.rules(&top),
    }
}

impl Reader<'_> {
    /// Checks the version of the format.
    fn schema(&mut self, top: &Table<'_>) {
        let Some(value) = top.keys.get("schema") else {
            return self.missing("schema", top);
        };
        match value.get_ref() {
            DeValue::Integer(number) => {
                let version = i64::from_str_radix(number.as_str(), number.radix()).ok();
                if version != Some(SCHEMA) {
                    self.note(value.span(), MapFault::WrongSchema(number.to_string()));
                }
            }
            _ => self.wrong_type("schema", value, TomlType::Integer),
        }
    }

    /// `[env.NAME]`.
    #[expect(clippy::unnecessary_wraps, reason = "the form that `each` takes")]
    fn environment(&mut self, name: Text, table: &Table<'_>) -> Option<Environment> {
        self.known_keys(table, ENV_KEYS);
        Some(Environment {
            name,
            project_id: self.uuid(table, "project_id"),
            region: self.region(table),
            zones: self.zones(table),
            profile: self.text(table, "profile"),
            loki_endpoint: self.address(table, "loki_endpoint"),
            prom_endpoint: self.address(table, "prom_endpoint"),
            tempo_endpoint: self.address(table, "tempo_endpoint"),
            dashboards: self.dashboards(table),
            ssh: self.each(table, "ssh", Self::machine),
            overrides: self.each(table, "services", |reader, name, table| {
                Some(reader.entry(name, table, false))
            }),
        })
    }

    /// An id.
    fn uuid(&mut self, table: &Table<'_>, key: &str) -> Option<Text> {
        let text = self.text(table, key)?;
        if locality::is_uuid(text.get_ref()) {
            return Some(text);
        }
        let key = key.to_owned();
        self.note(text.span(), MapFault::NotUuid { key });
        None
    }

    /// The region of an environment.
    fn region(&mut self, table: &Table<'_>) -> Option<Text> {
        let text = self.text(table, "region")?;
        let value = text.get_ref().clone();
        if locality::is_region(&value) {
            return Some(text);
        }
        let near = locality::renamed_region(&value)
            .or_else(|| locality::region_of_zone(&value))
            .or_else(|| nearest(&value, locality::REGIONS))
            .map(str::to_owned);
        self.note(text.span(), MapFault::BadRegion { value, near });
        None
    }

    /// The zones of an environment.
    fn zones(&mut self, table: &Table<'_>) -> Vec<Text> {
        let mut zones = self.texts(table, "zones").unwrap_or_default();
        zones.retain(|zone| {
            let value = zone.get_ref();
            let good = locality::region_of_zone(value).is_some();
            if !good {
                let near = nearest(value, locality::ZONES).map(str::to_owned);
                let value = value.clone();
                self.note(zone.span(), MapFault::BadZone { value, near });
            }
            good
        });
        zones
    }

    /// The dashboards of an environment: each a name and an address.
    fn dashboards(&mut self, table: &Table<'_>) -> Vec<(Text, Text)> {
        let Some(value) = table.keys.get("dashboards") else {
            return Vec::new();
        };
        let Some(inner) = value.get_ref().as_table() else {
            self.wrong_type("dashboards", value, TomlType::Table);
            return Vec::new();
        };
        let mut found = Vec::new();
        for (name, value) in inner {
            let key = name.get_ref().as_ref();
            let address = self
                .text_of(key, value)
                .and_then(|text| self.placeholders(text))
                .and_then(|text| self.check_address(key, text));
            found.extend(address.map(|address| (self.name(name), address)));
        }
        found
    }

    /// `[env.NAME.ssh.TARGET]`.
    fn machine(&mut self, name: Text, table: &Table<'_>) -> Option<Machine> {
        self.known_keys(table, SSH_KEYS);
        let agent_sock = self.text(table, "agent_sock");
        if !table.keys.contains_key("host") {
            self.missing("host", table);
        }
        let host = self.template(table, "host")?;
        if !is_host(host.get_ref()) {
            self.note(host.span(), MapFault::BadHost(host.get_ref().clone()));
        }
        Some(Machine {
            name,
            host,
            agent_sock,
        })
    }

    /// `[services.NAME]`, where `kind` must be there, or an environment's override of it, where nothing must.
    fn entry(&mut self, name: Text, table: &Table<'_>, complete: bool) -> Entry {
        self.known_keys(table, SERVICE_KEYS);
        if complete && !table.keys.contains_key("kind") {
            self.missing("kind", table);
        }
        if let Some(slo) = table.keys.get("slo")
            && !slo.get_ref().is_table()
        {
            self.wrong_type("slo", slo, TomlType::Table);
        }
        Entry {
            name,
            kind: self.kind(table),
            title: self.template(table, "title"),
            aliases: self.aliases(table),
            resource_name: self.template(table, "resource_name"),
            depends_on: self.texts(table, "depends_on"),
            url: self.address(table, "url"),
            ssh: self.text(table, "ssh"),
        }
    }

    /// The kind of a service.
    pub(super) fn kind(&mut self, table: &Table<'_>) -> Option<Spanned<Kind>> {
        let text = self.text(table, "kind")?;
        if let Ok(kind) = text.get_ref().parse() {
            return Some(Spanned::new(text.span(), kind));
        }
        let value = text.get_ref().clone();
        self.note(text.span(), MapFault::UnknownKind { value });
        None
    }

    /// The aliases of a service. They may be several words.
    fn aliases(&mut self, table: &Table<'_>) -> Option<Vec<Text>> {
        let aliases = self.texts(table, "aliases")?;
        for alias in &aliases {
            if alias.get_ref().chars().any(char::is_control) {
                self.note(alias.span(), MapFault::BadName(alias.get_ref().clone()));
            }
        }
        Some(aliases)
    }
}

/// Whether ssh takes a host for a host. One that starts with `-` would be an option, and ssh has options that run programs.
fn is_host(host: &str) -> bool {
    !host.starts_with('-') && !host.chars().any(|c| c.is_whitespace() || c.is_control())
}
