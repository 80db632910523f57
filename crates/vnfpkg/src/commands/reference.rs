//! `vnfpkg reference`: the pages under `docs/reference/`, from the tables and definitions that the program itself works with.

use std::fmt::Write as _;

use clap::{Arg, Args, Command, CommandFactory};

use super::schema::KINDS;
use crate::cli::Cli;
use crate::config::SETTINGS;
use crate::environment::variables;
use crate::exit::{CommandResult, Exit, Failure};
use crate::terminal::Terminal;

/// Arguments of `reference`.
#[derive(Debug, Args)]
pub(crate) struct ReferenceArgs {
    /// Which page; without it all are listed
    page: Option<String>,
}

/// A page and how it is made.
struct Page {
    name: &'static str,
    text: fn() -> String,
}

/// All pages.
const PAGES: &[Page] = &[
    Page { name: "cli", text: cli },
    Page { name: "configuration", text: configuration },
    Page { name: "environment", text: environment },
    Page { name: "exit-codes", text: exit_codes },
    Page { name: "schemas", text: schemas },
];

/// What stands first on every page.
const WRITTEN_BY: &str = "Written by `cargo xtask docs` from the program itself.";

/// Prints a page, or which there are.
pub(crate) fn run(args: &ReferenceArgs, terminal: &Terminal) -> CommandResult {
    let Some(name) = &args.page else {
        terminal.out(&PAGES.iter().map(|page| format!("{}\n", page.name)).collect::<String>());
        return Ok(Exit::Ok);
    };
    let page = PAGES.iter().find(|page| page.name == name);
    let page = page.ok_or_else(|| Failure::usage(format!("there is no page `{name}`")).help("`vnfpkg reference` lists them"))?;
    terminal.out(&(page.text)());
    Ok(Exit::Ok)
}

/// Every command with its arguments.
fn cli() -> String {
    let mut text = format!("# Command line\n\n{WRITTEN_BY} `vnfpkg COMMAND --help` shows the same.\n");
    let mut root = Cli::command();
    root.build();
    command_section(&mut text, &root);
    text
}

fn command_section(text: &mut String, command: &Command) {
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
    // Writing into a string cannot fail.
    let _ = write!(text, "\n## {name}\n\n{}.\n", command.get_about().map(ToString::to_string).unwrap_or_default());
    let usage = command.clone().render_usage().to_string();
    let _ = write!(text, "\n```text\n{}\n```\n", usage.trim_start_matches("Usage: "));
    // What every command takes stands at the first.
    let common = |argument: &Arg| ["help", "version", "color"].contains(&argument.get_id().as_str());
    let shown = |argument: &&Arg| !argument.is_hide_set() && (name == "vnfpkg" || !common(argument));
    let arguments: Vec<&Arg> = command.get_arguments().filter(shown).collect();
    if !arguments.is_empty() {
        text.push_str("\n| argument | what |\n|---|---|\n");
        arguments.into_iter().for_each(|argument| argument_row(text, argument));
    }
    for below in command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help") {
        command_section(text, below);
    }
}

fn argument_row(text: &mut String, argument: &Arg) {
    let short = argument.get_short().map(|short| format!("`-{short}`, ")).unwrap_or_default();
    let spelled = argument.to_string();
    let mut about = argument.get_long_help().or(argument.get_help()).map(ToString::to_string).unwrap_or_default();
    let values: Vec<String> = argument
        .get_possible_values()
        .iter()
        .filter(|value| !value.is_hide_set())
        .map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({})", value.get_name(), lower(&help.to_string())),
            None => format!("`{}`", value.get_name()),
        })
        .collect();
    if !values.is_empty() && argument.get_action().takes_values() {
        let _ = write!(about, ": {}", values.join(", "));
    }
    let defaults: Vec<String> = argument.get_default_values().iter().map(|value| format!("`{}`", value.to_string_lossy())).collect();
    if !defaults.is_empty() && argument.get_action().takes_values() {
        let _ = write!(about, "; default {}", defaults.join(", "));
    }
    let _ = writeln!(text, "| {short}`{}` | {} |", cell(&spelled), cell(&about));
}

fn lower(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

/// Text of a table's cell.
fn cell(text: &str) -> String {
    text.replace('\n', " ").replace('|', "\\|")
}

fn exit_codes() -> String {
    let mut text = format!("# Exit codes\n\n{WRITTEN_BY} The numbers are a contract.\n\n| code | meaning |\n|---|---|\n");
    for (exit, about) in Exit::ALL {
        let _ = writeln!(text, "| {} | {} |", exit as u8, cell(about));
    }
    text
}

fn environment() -> String {
    let mut text = format!(
        "# Environment\n\n{WRITTEN_BY} These variables and no others are looked at, besides those that an inventory or `--secret NAME=env:VARIABLE`\nnames. A variable that is empty counts as not set.\n\n| variable | what it does |\n|---|---|\n"
    );
    for (name, about) in variables() {
        let _ = writeln!(text, "| `{name}` | {} |", cell(&about));
    }
    text
}

fn configuration() -> String {
    let mut text =
        format!("# Settings\n\n{WRITTEN_BY}\n\n{LAYERS}\n| table | key | value | default | variable | what |\n|---|---|---|---|---|---|\n");
    for setting in SETTINGS {
        let (kind, default, about) = (setting.kind.describe(), cell(setting.default), cell(setting.about));
        let _ = writeln!(text, "| `{}` | `{}` | {kind} | {default} | `{}` | {about} |", setting.table, setting.key, setting.variable);
    }
    text
}

const LAYERS: &str = "\
A setting has its value from the first of these that gives one:

1. the flag of the same name, such as `--parallel 8`;
2. the environment variable; several paths are separated by `:`;
3. the file that `VNFPKG_CONFIG` names, or else `vnfpkg.toml` in the working folder;
4. `vnfpkg/vnfpkg.toml` in `$XDG_CONFIG_HOME` or `~/.config`;
5. the default.

`vnfpkg config show --origin` prints each with where it comes from, and takes the flags of `run`. Paths in a file count from the file. A wrong
key or value ends every command that has settings, with file and line. A folder that is a package itself is not asked for these tables: what
comes with a package does not choose whom to trust.

The table `[validate]` is about packages and lies in their folder or beside them; see [validating packages](../validate.md).

```toml
[run]
parallel = 8
state = \"runs\"

[ssh]
host-key = \"accept-new\"
known-hosts = [\"known_hosts\"]
```
";

fn schemas() -> String {
    let mut text = format!(
        "# Schemas\n\n{WRITTEN_BY} JSON Schemas of what the program reads and writes; `vnfpkg schema KIND` prints one. For an editor with a YAML language\nserver the first line of a file may be `# yaml-language-server: $schema=PATH`.\n\n| kind | file | what it describes | members at the top |\n|---|---|---|---|\n"
    );
    for kind in KINDS {
        let schema = (kind.schema)();
        let members = schema.get("properties").and_then(|members| members.as_object());
        let names: Vec<String> = members.into_iter().flatten().map(|(name, _)| format!("`{name}`")).collect();
        let union = if schema.get("oneOf").is_some() { ", and those of its `type`" } else { "" };
        let names = names.join(", ") + union;
        let _ = writeln!(text, "| `{0}` | [{0}.schema.json](../../schemas/{0}.schema.json) | {1} | {names} |", kind.name, cell(kind.about));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The long help of every command, so that no flag changes unseen.
    #[test]
    fn help_of_every_command() {
        let mut root = Cli::command().term_width(100);
        root.build();
        let mut text = String::new();
        help_of(&mut root, &mut text);
        insta::assert_snapshot!("help", text);
    }

    fn help_of(command: &mut Command, text: &mut String) {
        let name = command.get_bin_name().unwrap_or(command.get_name()).to_owned();
        let _ = write!(text, "=== {name}\n{}\n", command.render_long_help());
        for below in command.get_subcommands_mut().filter(|below| !below.is_hide_set() && below.get_name() != "help") {
            help_of(below, text);
        }
    }
}
