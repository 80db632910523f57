//! The commands of the guide, replayed: every block that begins with ```console, in order, in an empty home folder.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use xtask::product::{binary, repository};

/// A command of a guide and what it says about it.
struct Shown {
    line: usize,
    command: String,
    output: Vec<String>,
    code: i32,
}

#[test]
fn first_steps_hold() {
    replay("docs/guide/first-steps.md");
}

/// Runs all commands of a document. Lines of output may come in any order and among others, since hosts do not wait for
/// each other; times and ids may differ.
fn replay(document: &str) {
    let text = fs::read_to_string(repository().join(document)).unwrap_or_else(|error| panic!("{document}: {error}"));
    let home = tempfile::tempdir().expect("a folder");
    let commands = commands(&text);
    assert!(!commands.is_empty(), "{document} has no commands");
    for shown in commands {
        let (code, output) = sh(&shown.command, home.path());
        let place = format!("{document}:{}: {}", shown.line, shown.command);
        assert_eq!(code, shown.code, "exit code of {place}\n{output}");
        let lines: Vec<String> = output.lines().map(plain).collect();
        for wanted in shown.output.iter().filter(|line| !line.trim().is_empty() && line.as_str() != "...") {
            assert!(lines.contains(&plain(wanted)), "{place}\ndoes not print `{wanted}` but\n{output}");
        }
    }
}

fn commands(text: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut inside = false;
    for (index, line) in text.lines().enumerate() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => match (line.strip_prefix("$ "), found.last_mut()) {
                (Some(command), _) => found.push(Shown { line: index + 1, command: command.to_owned(), output: Vec::new(), code: 0 }),
                (None, Some(last)) => match line.strip_prefix("[exit code ").and_then(|rest| rest.strip_suffix(']')) {
                    Some(code) => last.code = code.parse().expect("an exit code"),
                    None => last.output.push(line.to_owned()),
                },
                (None, None) => panic!("line {}: output before any command", index + 1),
            },
        }
    }
    found
}

fn sh(command: &str, home: &Path) -> (i32, String) {
    let binary = binary().expect("the binary");
    let path = format!("{}:{}", binary.parent().expect("a folder").display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(home)
        .env("HOME", home)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
        .env_remove("VNFPKG_STATE")
        .env_remove("XDG_STATE_HOME")
        .env_remove("SSH_AUTH_SOCK")
        .stdin(Stdio::null())
        .output()
        .expect("a shell");
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned())
}

/// A line without what differs from run to run: times, run ids and instance names become `#`.
fn plain(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let varies = |word: &str| {
        let core = word.trim_end_matches([':', ',', ';']);
        let number = core.chars().all(|c| c.is_ascii_digit() || c == '.') && core.contains('.');
        number || core.starts_with("vnf-") || (core.len() == 22 && core.as_bytes().get(8) == Some(&b'T'))
    };
    words.into_iter().map(|word| if varies(word) { "#" } else { word }).collect::<Vec<_>>().join(" ")
}
