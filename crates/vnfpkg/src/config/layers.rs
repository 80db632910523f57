//! One value per setting, from the first layer that has one.

use std::path::{Path, PathBuf};

use clap::parser::ValueSource;
use clap::{ArgMatches, Command};

use super::file::{self, Given};
use super::table::{Kind, SETTINGS, Setting};
use crate::environment::{home, variable};
use crate::exit::Failure;

/// Name of the file, in the working folder and in the user's folder of settings.
const NAME: &str = "vnfpkg.toml";
/// Largest file that is read.
const LIMIT: u64 = 1 << 20;

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    /// The command line.
    Flag,
    /// An environment variable.
    Variable(&'static str),
    /// A line of a file.
    File(PathBuf, usize),
}

/// A value below the command line.
#[derive(Debug)]
pub(crate) struct Layered {
    pub(crate) setting: &'static Setting,
    pub(crate) values: Vec<String>,
    pub(crate) origin: Origin,
}

/// All that files and environment say.
#[derive(Debug, Default)]
pub(crate) struct Config {
    pub(crate) values: Vec<Layered>,
    faults: Vec<String>,
}

impl Config {
    /// The value of a setting.
    pub(crate) fn value(&self, setting: &Setting) -> Option<&Layered> {
        self.values.iter().find(|layered| std::ptr::eq(layered.setting, setting))
    }

    /// Fails with all that is wrong, unless the command asks for no setting at all.
    pub(crate) fn check(&self, command: &Command, matches: &ArgMatches) -> Result<(), Failure> {
        if self.faults.is_empty() || !uses_settings(command, matches) {
            return Ok(());
        }
        Err(Failure::usage(self.faults.join("\n       ")).help("`vnfpkg schema config` describes the file, `vnfpkg --help` the variables"))
    }

    /// What the command line gives goes before all else.
    pub(crate) fn with_flags(mut self, matches: &ArgMatches) -> Self {
        let leaf = leaf(matches);
        for setting in SETTINGS {
            let argument = setting.argument();
            let given = leaf.try_contains_id(&argument).is_ok() && leaf.value_source(&argument) == Some(ValueSource::CommandLine);
            if !given {
                continue;
            }
            let raw = leaf.get_raw(&argument).into_iter().flatten();
            let values = raw.map(|value| value.to_string_lossy().into_owned()).collect();
            self.values.retain(|layered| !std::ptr::eq(layered.setting, setting));
            self.values.push(Layered { setting, values, origin: Origin::Flag });
        }
        self
    }
}

/// The arguments of the innermost command.
fn leaf(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, below)| leaf(below))
}

fn uses_settings(command: &Command, matches: &ArgMatches) -> bool {
    let own = command.get_arguments().any(|argument| SETTINGS.iter().any(|setting| argument.get_id() == setting.argument().as_str()));
    let below = matches.subcommand().and_then(|(name, matches)| Some((command.find_subcommand(name)?, matches)));
    own || below.is_some_and(|(command, matches)| uses_settings(command, matches))
}

/// Reads variables and files. What is wrong is kept until a command asks.
pub(crate) fn load() -> Config {
    let mut config = Config::default();
    let project = project_file().and_then(|(path, named)| read(&path, named, true, &mut config.faults));
    let user = user_file().and_then(|path| read(&path, false, false, &mut config.faults));
    let files: Vec<(PathBuf, Vec<Given>)> = [project, user].into_iter().flatten().collect();
    for setting in SETTINGS {
        let from_variable = variable(setting.variable).and_then(|text| from_text(setting, &text, &mut config.faults));
        let from_file = || {
            files.iter().find_map(|(path, given)| {
                let given = given.iter().find(|given| std::ptr::eq(given.setting, setting))?;
                Some((given.values.clone(), Origin::File(path.clone(), given.line)))
            })
        };
        if let Some((values, origin)) = from_variable.or_else(from_file) {
            config.values.push(Layered { setting, values, origin });
        }
    }
    config
}

fn from_text(setting: &'static Setting, text: &str, faults: &mut Vec<String>) -> Option<(Vec<String>, Origin)> {
    let values: Vec<String> = match setting.kind {
        Kind::Paths => text.split(':').filter(|path| !path.is_empty()).map(str::to_owned).collect(),
        _ => vec![text.to_owned()],
    };
    let wrong: Vec<String> = values
        .iter()
        .filter_map(|value| setting.kind.check(value).err().map(|help| format!("{} cannot be `{value}`; {help}", setting.variable)))
        .collect();
    let good = wrong.is_empty();
    faults.extend(wrong);
    good.then_some((values, Origin::Variable(setting.variable)))
}

/// The file that `VNFPKG_CONFIG` names, else that of the working folder. A package brings its own file, which may say how it is validated; it has
/// no say in where state is kept and which host keys are trusted.
fn project_file() -> Option<(PathBuf, bool)> {
    if let Some(path) = variable("VNFPKG_CONFIG") {
        return Some((PathBuf::from(path), true));
    }
    let package = Path::new("TOSCA-Metadata").is_dir() || Path::new("Definitions").is_dir();
    (!package).then(|| (PathBuf::from(NAME), false))
}

fn user_file() -> Option<PathBuf> {
    let folder = variable("XDG_CONFIG_HOME").map(PathBuf::from).or_else(|| home().map(|home| home.join(".config")))?;
    Some(folder.join("vnfpkg").join(NAME))
}

/// A file that was named has to be there.
fn read(path: &Path, named: bool, validate: bool, faults: &mut Vec<String>) -> Option<(PathBuf, Vec<Given>)> {
    let size = std::fs::metadata(path).map(|data| data.len());
    let text = match size {
        Ok(size) if size > LIMIT => Err(format!("{} has {size} bytes; {LIMIT} are read at most", path.display())),
        Err(_) if !named => return None,
        _ => std::fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display())),
    };
    match text {
        Ok(text) => Some((path.to_owned(), file::read(path, &text, validate, faults))),
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

/// The command line with the values as defaults of its arguments.
pub(crate) fn layered(command: Command, config: &Config) -> Command {
    let defaults = |argument: clap::Arg| {
        let found = config.values.iter().find(|layered| argument.get_id() == layered.setting.argument().as_str());
        match found {
            // The folder of the state is asked of the environment where it is used.
            Some(layered) if layered.origin != Origin::Variable("VNFPKG_STATE") => argument.default_values(layered.values.clone()),
            _ => argument,
        }
    };
    command.mut_args(defaults).mut_subcommands(|below| layered(below, config))
}
