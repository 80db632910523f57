//! One line of an `ssh_config` file.

use super::when::Condition;
use super::{Jump, Proxy, Setting};

/// A line that has a bearing on a run.
pub(super) enum Line {
    /// `Host` or `Match`: a section begins.
    Section(Condition),
    /// `Include`, with its patterns.
    Include(Vec<String>),
    Setting(Setting),
}

/// What a line says; nothing for an empty line, a comment, or a keyword without bearing on a run.
///
/// # Errors
/// What is wrong with it. The line is passed over then; a section whose condition cannot be read begins all the same.
pub(super) fn read(line: &str) -> Result<Option<Line>, String> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return Ok(None);
    }
    let end = line.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(line.len());
    let rest = line[end..].trim_start();
    let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start();
    let keyword = line[..end].to_lowercase();
    // A command goes to the end of its line, quotes and all.
    if keyword == "proxycommand" && !rest.is_empty() {
        let proxy = if rest.eq_ignore_ascii_case("none") { Proxy::None } else { Proxy::Command(rest.to_owned()) };
        return Ok(Some(Line::Setting(Setting::Proxy(proxy))));
    }
    let arguments = words(rest);
    Ok(match keyword.as_str() {
        "host" | "match" => Some(Line::Section(condition(&keyword, arguments))),
        _ if arguments.as_ref().is_ok_and(Vec::is_empty) => return Err("a keyword without a value; the line is passed over".into()),
        "include" => Some(Line::Include(arguments.map_err(passed_over)?)),
        _ => setting(&keyword, &arguments.map_err(passed_over)?)?.map(Line::Setting),
    })
}

fn passed_over(why: &str) -> String {
    format!("{why}; the line is passed over")
}

/// What cannot be read holds for no host, so that the lines below it do not fall to the section before.
fn condition(keyword: &str, arguments: Result<Vec<String>, &str>) -> Condition {
    match arguments {
        Err(why) => Condition::Never(why.to_owned()),
        Ok(arguments) if keyword == "match" => Condition::of_match(&arguments),
        Ok(arguments) if arguments.is_empty() => Condition::Never("Host without a pattern".into()),
        Ok(arguments) => Condition::Host(arguments),
    }
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
            return Err("a quote without its end");
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
        "proxyjump" => Setting::Proxy(jumps(&value)?),
        "userknownhostsfile" if value == "none" => Setting::KnownHosts(Vec::new()),
        "userknownhostsfile" => Setting::KnownHosts(arguments.to_vec()),
        _ => return Ok(None),
    }))
}

fn jumps(value: &str) -> Result<Proxy, String> {
    if value == "none" {
        return Ok(Proxy::None);
    }
    let hops = value.split(',').map(|one| jump(one).ok_or_else(|| format!("{one} is no [user@]host[:port]; the line is passed over")));
    Ok(Proxy::Jumps(hops.collect::<Result<_, _>>()?))
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
