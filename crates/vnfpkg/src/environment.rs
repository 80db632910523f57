//! Everything that is read from the environment, in one place.

use std::path::PathBuf;

use camino::Utf8PathBuf;

use crate::config::SETTINGS;
use crate::exit::Failure;

/// An environment variable and what it does.
struct Variable {
    name: &'static str,
    about: &'static str,
}

/// The variables that the program looks at, besides those of settings.
const VARIABLES: &[Variable] = &[
    Variable { name: "VNFPKG_CONFIG", about: "file of settings in place of `vnfpkg.toml` in the working folder" },
    Variable { name: "VNFPKG_KEY_PASSPHRASE", about: "passphrase of the key of `pack --sign`" },
    Variable { name: "XDG_CONFIG_HOME", about: "parent of the folder `vnfpkg` with the user's `vnfpkg.toml`; default `~/.config`" },
    Variable { name: "XDG_STATE_HOME", about: "parent of the state folder when neither is given; default `~/.local/state`" },
    Variable { name: "HOME", about: "where `.ssh`, `.config` and `.local/state` are" },
    Variable { name: "PATH", about: "where `doctor` looks for what local hosts need" },
    Variable { name: "USER", about: "login name for hosts where nothing else gives one" },
    Variable { name: "SSH_AUTH_SOCK", about: "socket of the SSH agent" },
    Variable { name: "OS_CLOUD", about: "cloud of clouds.yaml that `inventory --cloud` asks" },
    Variable { name: "OS_CLIENT_CONFIG_FILE", about: "clouds.yaml, when it is elsewhere" },
    Variable { name: "OS_CLIENT_SECURE_FILE", about: "secure.yaml with secrets of clouds, when it is elsewhere" },
    Variable { name: "NO_COLOR", about: "no colour when set and not empty" },
    Variable { name: "CLICOLOR_FORCE", about: "colour even when the output is no terminal" },
    Variable { name: "TERM", about: "`dumb` means: no colour, no moving lines" },
    Variable { name: "GITHUB_ACTIONS", about: "`validate` prints workflow commands unless `--format` is given" },
    Variable { name: "GITLAB_CI", about: "`validate` prints a Code Quality report unless `--format` is given" },
    Variable { name: "COLUMNS", about: "width of the output when it is no terminal" },
];

/// All variables that the program looks at, and what they do.
pub(crate) fn variables() -> Vec<(&'static str, String)> {
    let settings = SETTINGS.iter().map(|setting| (setting.variable, format!("{}, as `--{}`", setting.about, setting.key)));
    settings.chain(VARIABLES.iter().map(|variable| (variable.name, variable.about.to_owned()))).collect()
}

/// The moment, in seconds since 1970.
pub(crate) fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// A variable that is set and not empty.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The home folder.
pub(crate) fn home() -> Option<PathBuf> {
    variable("HOME").map(PathBuf::from)
}

/// The state folder: the argument, `VNFPKG_STATE`, then XDG's.
pub(crate) fn state_folder(argument: Option<&Utf8PathBuf>) -> Result<PathBuf, Failure> {
    let chosen = argument.map(|path| path.clone().into_std_path_buf());
    let xdg = || variable("XDG_STATE_HOME").map(PathBuf::from).or_else(|| home().map(|home| home.join(".local/state")));
    chosen
        .or_else(|| variable("VNFPKG_STATE").map(PathBuf::from))
        .or_else(|| xdg().map(|folder| folder.join("vnfpkg")))
        .ok_or_else(|| Failure::usage("there is no folder for the state of runs").help("give one with `--state DIR`"))
}
