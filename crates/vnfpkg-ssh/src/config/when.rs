//! For which hosts a section of an `ssh_config` file counts.

use super::{Asked, HostConfig};
use crate::pattern;

/// The condition of a `Host` or `Match` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Always,
    /// `Host`: patterns for the name that the user gave.
    Host(Vec<String>),
    /// `Match`: all of these.
    All(Vec<Criterion>),
    /// It cannot be decided here, for this reason.
    Never(String),
}

/// One criterion of a `Match` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Criterion {
    kind: Kind,
    negated: bool,
}

/// What is compared with a list of patterns.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// The host's name after `HostName`.
    Host(String),
    /// The name that the user gave.
    OriginalHost(String),
    User(String),
    LocalUser(String),
    /// `final` and `canonical`: the second pass over the files.
    LastPass {
        asks: bool,
    },
}

/// What is known where a condition is looked at.
pub(super) struct Considered<'a> {
    pub(super) asked: &'a Asked<'a>,
    pub(super) found: &'a HostConfig,
    pub(super) last_pass: bool,
}

impl Condition {
    /// The condition of a `Match` line.
    pub(super) fn of_match(arguments: &[String]) -> Self {
        if arguments.is_empty() {
            return Self::Never("Match without a condition".into());
        }
        let mut rest = arguments.iter();
        let mut criteria = Vec::new();
        while let Some(word) = rest.next() {
            let (negated, word) = word.strip_prefix('!').map_or((false, word.as_str()), |word| (true, word));
            // The list of patterns is a word of its own, or follows an equals sign.
            let (keyword, attached) = word.split_once('=').map_or((word, None), |(keyword, value)| (keyword, Some(value)));
            let keyword = keyword.to_lowercase();
            let kind = match keyword.as_str() {
                "all" if arguments.len() == 1 && !negated => return Self::Always,
                "final" => Kind::LastPass { asks: true },
                "canonical" => Kind::LastPass { asks: false },
                "host" | "originalhost" | "user" | "localuser" => {
                    let Some(patterns) = attached.or_else(|| rest.next().map(String::as_str)) else {
                        return Self::Never(format!("Match {keyword} wants a pattern"));
                    };
                    let patterns = patterns.to_owned();
                    match keyword.as_str() {
                        "host" => Kind::Host(patterns),
                        "originalhost" => Kind::OriginalHost(patterns),
                        "user" => Kind::User(patterns),
                        _ => Kind::LocalUser(patterns),
                    }
                }
                "exec" => return Self::Never("Match exec is not supported: no command is run to choose a configuration".into()),
                _ => return Self::Never(format!("Match {keyword} is not supported")),
            };
            criteria.push(Criterion { kind, negated });
        }
        Self::All(criteria)
    }

    pub(super) fn holds(&self, known: &Considered<'_>) -> bool {
        match self {
            Self::Always => true,
            Self::Host(patterns) => pattern::covers(patterns.iter().map(String::as_str), known.asked.name),
            Self::All(criteria) => criteria.iter().all(|criterion| criterion.kind.holds(known) != criterion.negated),
            Self::Never(_) => false,
        }
    }

    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::All(criteria) if criteria.iter().any(|one| one.kind == Kind::LastPass { asks: true }))
    }
}

impl Kind {
    fn holds(&self, known: &Considered<'_>) -> bool {
        let asked = known.asked;
        match self {
            Self::Host(patterns) => covers_host(patterns, &known.found.host_name(asked.name)),
            Self::OriginalHost(patterns) => covers_host(patterns, asked.name),
            Self::User(patterns) => {
                let user = asked.user.or(known.found.user.as_deref()).or(asked.local_user);
                user.is_some_and(|user| pattern::covers(patterns.split(','), user))
            }
            Self::LocalUser(patterns) => asked.local_user.is_some_and(|user| pattern::covers(patterns.split(','), user)),
            Self::LastPass { .. } => known.last_pass,
        }
    }
}

/// Names of hosts are the same in capital letters.
fn covers_host(patterns: &str, name: &str) -> bool {
    pattern::covers(patterns.to_lowercase().split(','), &name.to_lowercase())
}
