//! All settings: one line each is the whole registration.

use crate::cli::duration;

/// A setting, and where its value may come from.
#[derive(Debug)]
pub(crate) struct Setting {
    /// Table of `vnfpkg.toml`.
    pub(crate) table: &'static str,
    /// Key in it; the flag is the same with `--` before it, except where [`Setting::flag`] says otherwise.
    pub(crate) key: &'static str,
    /// Environment variable.
    pub(crate) variable: &'static str,
    pub(crate) kind: Kind,
    /// The value when nobody gives one, in words where it is none.
    pub(crate) default: &'static str,
    pub(crate) about: &'static str,
}

/// What a value has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A whole number from 1 to this.
    Number(u16),
    /// A time span, such as 30s.
    Time,
    /// One of these.
    Word(&'static [&'static str]),
    /// A file or folder.
    Path,
    /// Several of them.
    Paths,
}

/// All settings. A static, since values refer to them by their place.
pub(crate) static SETTINGS: &[Setting] = &[
    Setting {
        table: "run",
        key: "parallel",
        variable: "VNFPKG_PARALLEL",
        kind: Kind::Number(1024),
        default: "32",
        about: "tasks at once, over all hosts",
    },
    Setting {
        table: "run",
        key: "connect-wait",
        variable: "VNFPKG_CONNECT_WAIT",
        kind: Kind::Time,
        default: "5m",
        about: "how long to wait for a host to answer",
    },
    Setting {
        table: "run",
        key: "reconnect-wait",
        variable: "VNFPKG_RECONNECT_WAIT",
        kind: Kind::Time,
        default: "5m",
        about: "how long to wait for a host whose connection broke",
    },
    Setting {
        table: "run",
        key: "timeout",
        variable: "VNFPKG_TIMEOUT",
        kind: Kind::Time,
        default: "no limit",
        about: "limit for a whole run",
    },
    Setting {
        table: "run",
        key: "state",
        variable: "VNFPKG_STATE",
        kind: Kind::Path,
        default: "$XDG_STATE_HOME/vnfpkg or ~/.local/state/vnfpkg",
        about: "folder for runs and locks",
    },
    Setting {
        table: "ssh",
        key: "host-key",
        variable: "VNFPKG_HOST_KEY",
        kind: Kind::Word(&["strict", "accept-new", "off"]),
        default: "strict",
        about: "which host keys are accepted",
    },
    Setting {
        table: "ssh",
        key: "known-hosts",
        variable: "VNFPKG_KNOWN_HOSTS",
        kind: Kind::Paths,
        default: "~/.ssh/known_hosts and /etc/ssh/ssh_known_hosts",
        about: "known-hosts files",
    },
    Setting {
        table: "ssh",
        key: "ssh-config",
        variable: "VNFPKG_SSH_CONFIG",
        kind: Kind::Path,
        default: "~/.ssh/config and /etc/ssh/ssh_config",
        about: "SSH configuration; `none` reads none",
    },
    Setting {
        table: "ssh",
        key: "identity",
        variable: "VNFPKG_IDENTITY",
        kind: Kind::Paths,
        default: "id_ed25519, id_ecdsa and id_rsa in ~/.ssh",
        about: "private key files, tried first",
    },
    Setting {
        table: "ssh",
        key: "keepalive",
        variable: "VNFPKG_KEEPALIVE",
        kind: Kind::Time,
        default: "15s",
        about: "ask a silent host for a sign of life after so long",
    },
];

impl Setting {
    /// The name by which the command line knows it.
    pub(crate) fn argument(&self) -> String {
        self.key.replace('-', "_")
    }
}

impl Kind {
    /// What is wrong with a value.
    pub(crate) fn check(self, text: &str) -> Result<(), String> {
        match self {
            Self::Number(most) => match text.parse::<u16>() {
                Ok(number) if (1..=most).contains(&number) => Ok(()),
                _ => Err(format!("write a whole number from 1 to {most}")),
            },
            Self::Time => duration(text).map(drop),
            Self::Word(words) if words.contains(&text) => Ok(()),
            Self::Word(words) => Err(format!("there are {}", words.join(", "))),
            Self::Path | Self::Paths if text.is_empty() => Err("the path is empty".to_owned()),
            Self::Path | Self::Paths => Ok(()),
        }
    }

    /// What is to be written, for people.
    pub(crate) fn describe(self) -> String {
        match self {
            Self::Number(most) => format!("whole number, 1 to {most}"),
            Self::Time => "time, such as \"30s\"".to_owned(),
            Self::Word(words) => words.join(", "),
            Self::Path => "path".to_owned(),
            Self::Paths => "list of paths".to_owned(),
        }
    }
}
