//! The part of OpenSSH's `ssh_config` that a run needs: Host, HostName, User, Port, IdentityFile, ProxyJump and
//! UserKnownHostsFile. Pure: it is given the text.

use crate::pattern;

/// What one or more configuration files say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SshConfig {
    blocks: Vec<Block>,
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
    /// `ProxyJump`, the host that is reached directly first; empty for none.
    pub proxy_jump: Vec<Jump>,
    /// `UserKnownHostsFile`; an empty list for `none`.
    pub known_hosts: Option<Vec<String>>,
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

/// A `Host` line and what follows it. Lines before the first one are for all hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    patterns: Vec<String>,
    settings: Vec<Setting>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Setting {
    HostName(String),
    User(String),
    Port(u16),
    IdentityFile(String),
    ProxyJump(Vec<Jump>),
    KnownHosts(Vec<String>),
}

impl SshConfig {
    /// Adds a file. What an earlier file says wins, so the user's file comes before the system's.
    pub fn read(&mut self, file: &str, text: &str) {
        let mut block = Some(Block { patterns: vec!["*".into()], settings: Vec::new() });
        for (index, line) in text.lines().enumerate() {
            let (keyword, arguments) = match split(line) {
                Ok(None) => continue,
                Ok(Some(parts)) => parts,
                Err(message) => {
                    self.note(file, index, message.into());
                    continue;
                }
            };
            match keyword.as_str() {
                "host" => {
                    self.blocks.extend(block.take());
                    block = Some(Block { patterns: arguments, settings: Vec::new() });
                }
                "match" => {
                    self.note(file, index, "Match is not supported; its block is passed over".into());
                    self.blocks.extend(block.take());
                }
                "include" => self.note(file, index, "Include is not followed".into()),
                "proxycommand" => self.note(file, index, "ProxyCommand is not supported; use ProxyJump".into()),
                _ => match setting(&keyword, &arguments) {
                    Ok(setting) => {
                        if let Some(block) = &mut block {
                            block.settings.extend(setting);
                        }
                    }
                    Err(message) => self.note(file, index, message),
                },
            }
        }
        self.blocks.extend(block);
    }

    fn note(&mut self, file: &str, index: usize, message: String) {
        self.notes.push(Note { file: file.to_owned(), line: index + 1, message });
    }

    /// What was passed over in the files.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// What applies to a host, under the name that the user gave it. The first value wins, key files add up.
    pub fn host(&self, name: &str) -> HostConfig {
        let mut found = HostConfig::default();
        let mut jump = None;
        let blocks = self.blocks.iter().filter(|block| pattern::covers(block.patterns.iter().map(String::as_str), name));
        for setting in blocks.flat_map(|block| &block.settings) {
            match setting {
                Setting::HostName(value) => keep(&mut found.host_name, value),
                Setting::User(value) => keep(&mut found.user, value),
                Setting::Port(value) => keep(&mut found.port, value),
                Setting::ProxyJump(value) => keep(&mut jump, value),
                Setting::KnownHosts(value) => keep(&mut found.known_hosts, value),
                Setting::IdentityFile(value) if found.identity_files.contains(value) => {}
                Setting::IdentityFile(value) => found.identity_files.push(value.clone()),
            }
        }
        found.identity_files.retain(|file| file != "none");
        found.proxy_jump = jump.unwrap_or_default();
        found
    }
}

impl HostConfig {
    /// The address to connect to for the name that the user gave.
    pub(crate) fn host_name(&self, given: &str) -> String {
        let Some(name) = &self.host_name else { return given.to_owned() };
        name.split("%%").map(|part| part.replace("%h", given)).collect::<Vec<_>>().join("%")
    }
}

fn keep<T: Clone>(slot: &mut Option<T>, value: &T) {
    slot.get_or_insert_with(|| value.clone());
}

/// A keyword in lower case and its arguments; nothing for an empty line or a comment.
#[allow(clippy::type_complexity, reason = "one caller")]
fn split(line: &str) -> Result<Option<(String, Vec<String>)>, &'static str> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let end = line.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(line.len());
    let rest = line[end..].trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest);
    let arguments = words(rest)?;
    if arguments.is_empty() {
        return Err("a keyword without a value is passed over");
    }
    Ok(Some((line[..end].to_lowercase(), arguments)))
}

/// Words, in quotes or not; a comment ends the line.
fn words(text: &str) -> Result<Vec<String>, &'static str> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| c.is_whitespace()).is_some() {}
        match chars.peek() {
            None | Some('#') => return Ok(words),
            Some(_) => {}
        }
        let mut word = String::new();
        let mut quote = None;
        while let Some(c) = chars.next_if(|c| quote.is_some() || !c.is_whitespace()) {
            match c {
                '"' | '\'' if quote == Some(c) => quote = None,
                '"' | '\'' if quote.is_none() => quote = Some(c),
                '\\' => word.push(chars.next_if(|next| matches!(next, '"' | '\'' | '\\')).unwrap_or('\\')),
                _ => word.push(c),
            }
        }
        if quote.is_some() {
            return Err("a quote without its end; the line is passed over");
        }
        words.push(word);
    }
}

/// A setting that we know; nothing for one that has no bearing on a run.
fn setting(keyword: &str, arguments: &[String]) -> Result<Option<Setting>, String> {
    let value = arguments.first().cloned().unwrap_or_default();
    Ok(Some(match keyword {
        "hostname" => Setting::HostName(value),
        "user" => Setting::User(value),
        "port" => Setting::Port(
            value.parse().ok().filter(|port| *port != 0).ok_or_else(|| format!("{value} is no port number; the line is passed over"))?,
        ),
        "identityfile" => Setting::IdentityFile(value),
        "proxyjump" => Setting::ProxyJump(jumps(&value)?),
        "userknownhostsfile" if value == "none" => Setting::KnownHosts(Vec::new()),
        "userknownhostsfile" => Setting::KnownHosts(arguments.to_vec()),
        _ => return Ok(None),
    }))
}

fn jumps(value: &str) -> Result<Vec<Jump>, String> {
    if value == "none" {
        return Ok(Vec::new());
    }
    value.split(',').map(|one| jump(one).ok_or_else(|| format!("{one} is no [user@]host[:port]; the line is passed over"))).collect()
}

fn jump(text: &str) -> Option<Jump> {
    let text = text.trim();
    let text = text.strip_prefix("ssh://").unwrap_or(text);
    let (user, rest) = match text.rsplit_once('@') {
        Some((user, rest)) => (Some(user.to_owned()), rest),
        None => (None, text),
    };
    let (host, port) = match rest.strip_prefix('[') {
        Some(bracketed) => {
            let (host, after) = bracketed.split_once(']')?;
            (host, after.strip_prefix(':'))
        }
        // More than one colon is an IPv6 address without a port.
        None => match rest.split_once(':') {
            Some((host, port)) if !port.contains(':') => (host, Some(port)),
            _ => (rest, None),
        },
    };
    let port = port.map(str::parse::<u16>).transpose().ok()?;
    (!host.is_empty() && user.as_deref() != Some("")).then(|| Jump { user, host: host.to_owned(), port })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> SshConfig {
        let mut config = SshConfig::default();
        config.read("config", text);
        config
    }

    #[test]
    fn the_first_value_wins_and_key_files_add_up() {
        let config = parse(
            "User first\nIdentityFile a\nHost web* !web9\n User second\n Port=2222\n IdentityFile b\n\nHost *\n  port 1\n  HostName %h.lab\n",
        );
        let host = config.host("web1");
        assert_eq!((host.user.as_deref(), host.port), (Some("first"), Some(2222)));
        assert_eq!(host.identity_files, ["a", "b"]);
        assert_eq!(host.host_name("web1"), "web1.lab");
        assert_eq!(config.host("web9").port, Some(1));
    }

    #[test]
    fn jump_hosts_in_all_spellings() {
        let config = parse("Host a\nProxyJump u@j1:2201,ssh://j2,[fe80::1]:22\nHost b\nProxyJump none\nHost *\nProxyJump x\n");
        let jump = |user: Option<&str>, host: &str, port| Jump { user: user.map(Into::into), host: host.into(), port };
        assert_eq!(
            config.host("a").proxy_jump,
            [jump(Some("u"), "j1", Some(2201)), jump(None, "j2", None), jump(None, "fe80::1", Some(22))]
        );
        assert_eq!(config.host("b").proxy_jump, []);
        assert_eq!(config.host("c").proxy_jump, [jump(None, "x", None)]);
    }

    #[test]
    fn says_what_has_no_effect_and_where() {
        let config = parse("Include x\nHost a\nPort none\nMatch user b\nUser c\nHost a\nUser \"d\nUser\nProxyJump @x\nProxyCommand nc\n");
        let notes: Vec<_> = config.notes().iter().map(|note| note.line).collect();
        assert_eq!(notes, [1, 3, 4, 7, 8, 9, 10]);
        assert_eq!(config.host("a"), HostConfig::default(), "a Match block and unreadable lines set nothing");
    }
}
