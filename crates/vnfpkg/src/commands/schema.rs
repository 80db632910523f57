//! `vnfpkg schema`

use schemars::{Schema, schema_for};

use crate::exit::{CommandResult, Exit, Failure};
use crate::terminal::Terminal;

/// Arguments of `schema`.
#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    /// What it describes; without it all kinds are listed
    pub(crate) kind: Option<String>,
}

/// A format and its schema.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    pub(super) schema: fn() -> Schema,
}

/// All formats that have a schema.
pub(super) const KINDS: &[Kind] = &[
    Kind { name: "config", about: "settings, `vnfpkg.toml`", schema: crate::config::schema::config_schema },
    Kind { name: "event", about: "a line of the event stream", schema: || schema_for!(vnfpkg_run::Event) },
    Kind { name: "inventory", about: "the inventory file", schema: vnfpkg_plan::schema::inventory_schema },
    Kind { name: "lifecycle", about: "the lifecycle document", schema: vnfpkg_plan::schema::lifecycle_schema },
    Kind { name: "plan", about: "the plan, as `plan --json` prints it", schema: || schema_for!(vnfpkg_plan::Plan) },
];

/// Prints a schema, or which ones there are.
pub(crate) fn run(args: &SchemaArgs, terminal: &Terminal) -> CommandResult {
    let Some(name) = &args.kind else {
        terminal.out(&KINDS.iter().map(|kind| format!("{:<10} {}\n", kind.name, kind.about)).collect::<String>());
        return Ok(Exit::Ok);
    };
    let Some(kind) = KINDS.iter().find(|kind| kind.name == name) else {
        let known: Vec<&str> = KINDS.iter().map(|kind| kind.name).collect();
        return Err(Failure::usage(format!("there is no schema `{name}`")).help(format!("there are {}", known.join(", "))));
    };
    let text = serde_json::to_string_pretty(&(kind.schema)()).map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
    terminal.out(&format!("{text}\n"));
    Ok(Exit::Ok)
}
