//! The part of OpenSSH's `ssh_config` that a run needs: Host, Match, Include, HostName, User, Port, IdentityFile, ProxyJump and
//! UserKnownHostsFile; ProxyCommand is known, to say that it cannot be followed. Pure: it is given the texts.

mod line;
mod when;

use line::Line;
use when::{Condition, Considered};

/// As deep as OpenSSH follows `Include`.
const MAX_INCLUDES: usize = 16;

/// What one or more configuration files say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SshConfig {
    sections: Vec<Section>,
    notes: Vec<Note>,
}

/// Something in a file that has no effect here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The file as the caller named it.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is passed over and why.
    pub message: String,
}

/// A file that an `Include` line names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Included {
    /// How notes are to name it.
    pub file: String,
    /// What it holds, or why it could not be read.
    pub text: Result<String, String>,
}

/// For which host the configuration is asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The name that the user gave the host.
    pub name: &'a str,
    /// Login name, when something else than the configuration has chosen it.
    pub user: Option<&'a str>,
    /// Login name on this machine.
    pub local_user: Option<&'a str>,
}

/// What the configuration says of one host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HostConfig {
    /// `HostName`, with its tokens.
    pub host_name: Option<String>,
    /// `User`.
    pub user: Option<String>,
    /// `Port`.
    pub port: Option<u16>,
    /// All `IdentityFile` lines that apply, with `~` and tokens as written.
    pub identity_files: Vec<String>,
    /// `ProxyJump` or `ProxyCommand`, whichever comes first.
    pub proxy: Option<Proxy>,
    /// `UserKnownHostsFile`; an empty list for `none`.
    pub known_hosts: Option<Vec<String>>,
}

/// What stands between this machine and a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proxy {
    /// `ProxyJump`: the host that is reached directly comes first.
    Jumps(Vec<Jump>),
    /// `ProxyCommand`, as written.
    Command(String),
    /// `none`.
    None,
}

/// One host of a `ProxyJump` line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jump {
    /// Login name, when given.
    pub user: Option<String>,
    /// Host name or alias.
    pub host: String,
    /// Port, when given.
    pub port: Option<u16>,
}

/// A `Host` or `Match` line and what follows it. Lines before the first one are for all hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Section {
    when: Condition,
    items: Vec<Item>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Setting(Setting),
    /// What an included file says; it counts where the line stands.
    Include(Vec<Section>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Setting {
    HostName(String),
    User(String),
    Port(u16),
    IdentityFile(String),
    Proxy(Proxy),
    KnownHosts(Vec<String>),
}

impl SshConfig {
    /// Adds a file. What an earlier file says wins, so the user's file comes before the system's. `include` finds the files
    /// that a pattern of an `Include` line names, in their order; none is no fault.
    pub fn read(&mut self, file: &str, text: &str, include: &mut dyn FnMut(&str) -> Vec<Included>) {
        let mut reader = Reader { include, notes: &mut self.notes };
        let sections = reader.file(file, text, 0);
        self.sections.extend(sections);
    }

    /// What was passed over in the files.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// What applies to a host. The first value wins, key files add up.
    pub fn host(&self, asked: &Asked<'_>) -> HostConfig {
        let mut found = HostConfig::default();
        apply(&self.sections, asked, &mut found, false);
        if wants_final(&self.sections) {
            apply(&self.sections, asked, &mut found, true);
        }
        found.identity_files.retain(|file| file != "none");
        found
    }
}

/// Takes from the sections, in their order, what is not known yet.
fn apply(sections: &[Section], asked: &Asked<'_>, found: &mut HostConfig, last_pass: bool) {
    for section in sections {
        if !section.when.holds(&Considered { asked, found, last_pass }) {
            continue;
        }
        for item in &section.items {
            match item {
                Item::Setting(setting) => found.take(setting),
                Item::Include(sections) => apply(sections, asked, found, last_pass),
            }
        }
    }
}

/// `Match final` asks for a second pass over all files.
fn wants_final(sections: &[Section]) -> bool {
    sections.iter().any(|section| {
        section.when.is_final() || section.items.iter().any(|item| matches!(item, Item::Include(sections) if wants_final(sections)))
    })
}

impl HostConfig {
    /// The address to connect to for the name that the user gave.
    pub(crate) fn host_name(&self, given: &str) -> String {
        let Some(name) = &self.host_name else { return given.to_owned() };
        name.split("%%").map(|part| part.replace("%h", given)).collect::<Vec<_>>().join("%")
    }

    fn take(&mut self, setting: &Setting) {
        match setting {
            Setting::HostName(value) => keep(&mut self.host_name, value),
            Setting::User(value) => keep(&mut self.user, value),
            Setting::Port(value) => keep(&mut self.port, value),
            Setting::Proxy(value) => keep(&mut self.proxy, value),
            Setting::KnownHosts(value) => keep(&mut self.known_hosts, value),
            Setting::IdentityFile(value) if self.identity_files.contains(value) => {}
            Setting::IdentityFile(value) => self.identity_files.push(value.clone()),
        }
    }
}

fn keep<T: Clone>(slot: &mut Option<T>, value: &T) {
    slot.get_or_insert_with(|| value.clone());
}

/// Reads files and those that they include.
struct Reader<'a> {
    include: &'a mut dyn FnMut(&str) -> Vec<Included>,
    notes: &'a mut Vec<Note>,
}

impl Reader<'_> {
    fn file(&mut self, file: &str, text: &str, depth: usize) -> Vec<Section> {
        let mut sections = Vec::new();
        let mut section = Section { when: Condition::Always, items: Vec::new() };
        for (index, text) in text.lines().enumerate() {
            let line = line::read(text).unwrap_or_else(|message| {
                self.note(file, index, message);
                None
            });
            match line {
                None => {}
                Some(Line::Section(when)) => {
                    if let Condition::Never(why) = &when {
                        self.note(file, index, format!("{why}; its block is passed over"));
                    }
                    sections.push(std::mem::replace(&mut section, Section { when, items: Vec::new() }));
                }
                Some(Line::Setting(setting)) => section.items.push(Item::Setting(setting)),
                Some(Line::Include(_)) if depth == MAX_INCLUDES => {
                    self.note(file, index, format!("more than {MAX_INCLUDES} files that include each other; this one is passed over"));
                }
                Some(Line::Include(patterns)) => {
                    for pattern in patterns {
                        let included = self.included(&pattern, file, index, depth);
                        section.items.extend(included);
                    }
                }
            }
        }
        sections.push(section);
        sections
    }

    fn included(&mut self, pattern: &str, file: &str, index: usize, depth: usize) -> Vec<Item> {
        let mut items = Vec::new();
        for one in (self.include)(pattern) {
            match one.text {
                Ok(text) => items.push(Item::Include(self.file(&one.file, &text, depth + 1))),
                Err(why) => self.note(file, index, format!("{} is not read: {why}", one.file)),
            }
        }
        items
    }

    fn note(&mut self, file: &str, index: usize, message: impl Into<String>) {
        self.notes.push(Note { file: file.to_owned(), line: index + 1, message: message.into() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no_includes(_: &str) -> Vec<Included> {
        Vec::new()
    }

    fn parse(text: &str) -> SshConfig {
        let mut config = SshConfig::default();
        config.read("config", text, &mut no_includes);
        config
    }

    fn of(config: &SshConfig, name: &str) -> HostConfig {
        config.host(&Asked { name, ..Asked::default() })
    }

    #[test]
    fn the_first_value_wins_and_key_files_add_up() {
        let config = parse(
            "User first\nIdentityFile a\nHost web* !web9\n User second\n Port=2222\n IdentityFile b\n\nHost *\n  port 1\n  HostName %h.lab\n",
        );
        let host = of(&config, "web1");
        assert_eq!((host.user.as_deref(), host.port), (Some("first"), Some(2222)));
        assert_eq!(host.identity_files, ["a", "b"]);
        assert_eq!(host.host_name("web1"), "web1.lab");
        assert_eq!(of(&config, "web9").port, Some(1));
    }

    #[test]
    fn jump_hosts_in_all_spellings() {
        let config = parse("Host a\nProxyJump u@j1:2201,ssh://j2,[fe80::1]:22\nHost b\nProxyJump none\nHost *\nProxyJump x\n");
        let jump = |user: Option<&str>, host: &str, port| Jump { user: user.map(Into::into), host: host.into(), port };
        assert_eq!(
            of(&config, "a").proxy,
            Some(Proxy::Jumps(vec![jump(Some("u"), "j1", Some(2201)), jump(None, "j2", None), jump(None, "fe80::1", Some(22))]))
        );
        assert_eq!(of(&config, "b").proxy, Some(Proxy::None));
        assert_eq!(of(&config, "c").proxy, Some(Proxy::Jumps(vec![jump(None, "x", None)])));
    }

    #[test]
    fn says_what_has_no_effect_and_where() {
        let config = parse("Host a\nPort none\nMatch exec true\nUser c\nHost a\nUser \"d\nUser\nProxyJump @x\nMatch\nUser e\n");
        let notes: Vec<_> = config.notes().iter().map(|note| note.line).collect();
        assert_eq!(notes, [2, 3, 6, 7, 8, 9]);
        assert_eq!(of(&config, "a"), HostConfig::default(), "a block that is not understood and unreadable lines set nothing");
    }

    #[test]
    fn files_that_include_each_other_end() {
        let mut config = SshConfig::default();
        let again = |_: &str| vec![Included { file: "again".into(), text: Ok("Include again\nUser u\n".into()) }];
        config.read("config", "Include again\n", &mut { again });
        assert_eq!(of(&config, "a").user.as_deref(), Some("u"));
        assert_eq!(config.notes().len(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_noted_where_it_is_included() {
        let mut config = SshConfig::default();
        let unreadable = |_: &str| vec![Included { file: "secret".into(), text: Err("permission denied".into()) }];
        config.read("config", "Host a\nInclude secret\nUser u\n", &mut { unreadable });
        assert_eq!((config.notes()[0].line, config.notes()[0].message.as_str()), (2, "secret is not read: permission denied"));
        assert_eq!(of(&config, "a").user.as_deref(), Some("u"));
    }
}
