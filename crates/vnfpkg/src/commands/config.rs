//! `vnfpkg config`

use clap::{Args, Subcommand};

use crate::cli::{EngineArgs, SshArgs};
use crate::config::{Config, Kind, Layered, Origin, SETTINGS, Setting};
use crate::exit::{CommandResult, Exit};
use crate::terminal::Terminal;

/// Arguments of `config`.
#[derive(Debug, Args)]
pub(crate) struct ConfigArgs {
    #[command(subcommand)]
    action: ConfigAction,
}

/// What to do with settings.
#[derive(Debug, Subcommand)]
enum ConfigAction {
    /// Print every setting as it holds here, as a vnfpkg.toml
    Show(Box<ShowArgs>),
}

/// Arguments of `config show`. With the flags of `run` it tells what they would make of the settings.
#[derive(Debug, Args)]
struct ShowArgs {
    /// Say where each value comes from: flag, variable, file and line, default
    #[arg(long)]
    origin: bool,
    #[command(flatten)]
    _ssh: SshArgs,
    #[command(flatten)]
    _engine: EngineArgs,
}

/// Prints the settings.
pub(crate) fn run(args: &ConfigArgs, config: &Config, terminal: &Terminal) -> CommandResult {
    let ConfigAction::Show(args) = &args.action;
    let mut text = String::new();
    let mut table = "";
    for setting in SETTINGS {
        if setting.table != table {
            text.push_str(&format!("{}[{}]\n", if table.is_empty() { "" } else { "\n" }, setting.table));
            table = setting.table;
        }
        text.push_str(&line(setting, config.value(setting), args.origin));
    }
    terminal.out(&text);
    Ok(Exit::Ok)
}

/// One line. A default that is no value but words is a comment.
fn line(setting: &Setting, layered: Option<&Layered>, origin: bool) -> String {
    let spelled = match layered {
        Some(layered) => format!("{} = {}", setting.key, toml_value(setting.kind, &layered.values)),
        None if setting.kind.check(setting.default).is_ok() && !matches!(setting.kind, Kind::Path | Kind::Paths) => {
            format!("{} = {}", setting.key, toml_value(setting.kind, &[setting.default.to_owned()]))
        }
        None => format!("# {}: {}", setting.key, setting.default),
    };
    match origin {
        true => format!("{spelled:<40} # {}\n", described(layered.map(|layered| &layered.origin))),
        false => format!("{spelled}\n"),
    }
}

fn described(origin: Option<&Origin>) -> String {
    match origin {
        None => "default".to_owned(),
        Some(Origin::Flag) => "flag".to_owned(),
        Some(Origin::Variable(name)) => format!("environment variable {name}"),
        Some(Origin::File(path, line)) => format!("{}:{line}", path.display()),
    }
}

fn toml_value(kind: Kind, values: &[String]) -> String {
    let quoted = |text: &String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    match kind {
        Kind::Number(_) => values.concat(),
        Kind::Paths => format!("[{}]", values.iter().map(quoted).collect::<Vec<_>>().join(", ")),
        _ => values.iter().map(quoted).collect(),
    }
}
