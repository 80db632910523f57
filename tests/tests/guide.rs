//! The documents hold: every command in them is replayed in an empty home folder, or a test that needs hosts is named for it; tests that a document
//! names exist; links lead somewhere.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use xtask::product::{binary, repository};

/// What becomes of the commands of a document.
enum Way {
    /// They are run, in order, after these.
    Replayed(&'static str),
    /// They need hosts, or something that is not here. Commands that begin so are run by these tests or chores.
    Elsewhere(&'static [(&'static str, &'static str)]),
}

/// A package, its archive, and a key, as the document on validation has them.
const SIGNING: &str = "vnfpkg init registry --template hello --provider Example
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30 -subj /CN=Example
cp cert.pem vendor-root.pem
vnfpkg pack registry";

/// All documents with commands.
const DOCUMENTS: &[(&str, Way)] = &[
    (
        "README.md",
        Way::Elsewhere(&[
            ("cargo xtask demo", "crates/xtask/src/demo.rs::run"),
            ("cargo xtask test", "crates/xtask/src/test.rs::run"),
            ("vnfpkg validate private_registry.csar", "crates/xtask/src/demo.rs::demo"),
            ("vnfpkg run instantiate_end private_registry.csar", "crates/xtask/src/demo.rs::demo"),
            ("curl ", "crates/xtask/src/demo.rs::demo"),
        ]),
    ),
    ("docs/guide/authors.md", Way::Replayed("")),
    ("docs/guide/ci.md", Way::Replayed("")),
    ("docs/guide/first-steps.md", Way::Replayed("")),
    (
        "docs/guide/kubernetes.md",
        Way::Elsewhere(&[
            ("cat ", "tests/tests/kubernetes.rs::kubernetes_with_registries_scales_heals_and_changes"),
            ("vnfpkg ", "tests/tests/kubernetes.rs::kubernetes_with_registries_scales_heals_and_changes"),
        ]),
    ),
    ("docs/guide/operators.md", Way::Replayed("")),
    (
        "docs/guide/tacker.md",
        Way::Elsewhere(&[
            ("vnfpkg lcm ", "tests/tests/lcm.rs::the_guide_line_by_line"),
            ("openstack ", "tests/tests/lcm.rs::the_guide_line_by_line"),
            ("vnfpkg inventory ", "tests/tests/tacker.rs::a_package_for_tacker_runs_as_it_is_and_its_content_outlives_the_vm"),
            ("vnfpkg run ", "tests/tests/tacker.rs::a_package_for_tacker_runs_as_it_is_and_its_content_outlives_the_vm"),
            ("vnfpkg driver ", "tests/tests/tacker_driver.rs::tackers_v2_conductor_runs_the_script_of_the_package"),
        ]),
    ),
    (
        "docs/hosts.md",
        Way::Elsewhere(&[
            ("vnfpkg hosts check ", "tests/tests/hosts.rs::a_check_tells_ready_hosts_from_others"),
            ("vnfpkg plan --sudoers ", "tests/tests/hosts.rs::a_user_with_the_printed_rules_alone_can_run_everything"),
        ]),
    ),
    ("docs/validate.md", Way::Replayed(SIGNING)),
];

#[test]
fn first_steps_hold() {
    replay("docs/guide/first-steps.md");
}

#[test]
fn what_authors_are_told_holds() {
    replay("docs/guide/authors.md");
}

#[test]
fn what_operators_are_told_holds() {
    replay("docs/guide/operators.md");
}

#[test]
fn what_is_told_about_ci_holds() {
    replay("docs/guide/ci.md");
}

#[test]
fn what_is_told_about_validation_holds() {
    replay("docs/validate.md");
}

#[test]
fn no_command_is_without_a_test() {
    for document in documents() {
        let commands = commands(&read(&document));
        let way = DOCUMENTS.iter().find(|(known, _)| *known == document).map(|(_, way)| way);
        match way {
            None => assert!(commands.is_empty(), "{document} has commands: name it in DOCUMENTS"),
            Some(Way::Replayed(_)) => {
                let own = fs::read_to_string(repository().join("tests/tests/guide.rs")).expect("this file");
                assert!(own.contains(&format!("    replay(\"{document}\");")), "{document} is not replayed");
            }
            Some(Way::Elsewhere(tests)) => {
                for shown in commands {
                    let test = tests.iter().find(|(begin, _)| shown.command.starts_with(begin)).map(|(_, test)| *test);
                    let test = test.unwrap_or_else(|| panic!("{document}:{}: no test runs `{}`", shown.line, shown.command));
                    assert!(is_there(test), "{document}:{}: there is no {test}", shown.line);
                }
            }
        }
    }
}

#[test]
fn answers_name_tests_that_exist() {
    let text = read("docs/answers.md");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ")).skip(1).collect();
    assert!(rows.len() >= 15, "{}", rows.len());
    for row in rows {
        let named: Vec<&str> = row.split('`').filter(|word| word.contains(".rs::")).collect();
        assert!(!named.is_empty(), "no test is named: {row}");
        named.into_iter().for_each(|test| assert!(is_there(test), "there is no {test}"));
    }
}

#[test]
fn links_lead_somewhere() {
    for document in documents() {
        let folder = repository().join(&document).parent().expect("a folder").to_owned();
        let text = read(&document);
        for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = link.split('#').next().unwrap_or_default();
            let elsewhere = path.is_empty() || path.contains("://") || path.contains(' ');
            assert!(elsewhere || folder.join(path).exists(), "{document}: {link} leads nowhere");
        }
    }
}

/// Every document of the repository that is written by hand, by its path.
fn documents() -> Vec<String> {
    let mut found = vec!["README.md".to_owned(), "CONTRIBUTING.md".to_owned(), "SECURITY.md".to_owned(), "CHANGELOG.md".to_owned()];
    for folder in ["docs", "docs/guide", "docs/decisions", "packaging"] {
        for entry in fs::read_dir(repository().join(folder)).expect("a folder") {
            let name = entry.expect("an entry").file_name().to_string_lossy().into_owned();
            if name.ends_with(".md") {
                found.push(format!("{folder}/{name}"));
            }
        }
    }
    found
}

fn read(document: &str) -> String {
    fs::read_to_string(repository().join(document)).unwrap_or_else(|error| panic!("{document}: {error}"))
}

/// Is there a function `file::name`, and is it a test where the file holds tests?
fn is_there(test: &str) -> bool {
    let (file, name) = test.split_once("::").expect("file::name");
    let text = fs::read_to_string(repository().join(file)).unwrap_or_default();
    text.lines().any(|line| line.trim_start().trim_start_matches("pub(crate) ").starts_with(&format!("fn {name}(")))
}

/// A command of a document and what it says about it.
struct Shown {
    line: usize,
    command: String,
    output: Vec<String>,
    code: i32,
}

/// Runs all commands of a document. Lines of output may come in any order and among others, since hosts do not wait for
/// each other; times and ids may differ.
fn replay(document: &str) {
    let home = tempfile::tempdir().expect("a folder");
    let way = DOCUMENTS.iter().find(|(known, _)| *known == document).map(|(_, way)| way);
    let Some(Way::Replayed(before)) = way else { panic!("{document} is not to be replayed") };
    let (code, output) = sh(&format!("set -e\n{before}"), home.path());
    assert_eq!(code, 0, "what comes before {document}\n{output}");
    let commands = commands(&read(document));
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

/// In a block of `console` commands begin with `$ `, go on with `> `, and their output follows; in one of `sh` each line is a command.
fn commands(text: &str) -> Vec<Shown> {
    let mut found: Vec<Shown> = Vec::new();
    let mut language = None;
    for (index, line) in text.lines().enumerate() {
        if let Some(fence) = line.strip_prefix("```") {
            language = language.is_none().then_some(fence);
            continue;
        }
        let command = |command: &str| Shown { line: index + 1, command: command.to_owned(), output: Vec::new(), code: 0 };
        match language {
            Some("console") => console(&mut found, line, command),
            Some("sh") if !line.trim().is_empty() => found.push(command(line.split("  #").next().unwrap_or(line).trim_end())),
            _ => {}
        }
    }
    found
}

fn console(found: &mut Vec<Shown>, line: &str, command: impl Fn(&str) -> Shown) {
    if let Some(first) = line.strip_prefix("$ ") {
        return found.push(command(first));
    }
    let last = found.last_mut().expect("a command before its output");
    let code = line.strip_prefix("[exit code ").and_then(|rest| rest.strip_suffix(']'));
    match (line.strip_prefix("> "), code) {
        (Some(more), _) => last.command.push_str(&format!("\n{more}")),
        (None, Some(code)) => last.code = code.parse().expect("an exit code"),
        (None, None) => last.output.push(line.to_owned()),
    }
}

fn sh(command: &str, home: &Path) -> (i32, String) {
    let binary: PathBuf = binary().expect("the binary");
    let path = format!("{}:{}", binary.parent().expect("a folder").display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", &format!("{{ {command}\n}} 2>&1")])
        .current_dir(home)
        .env_clear()
        .env("HOME", home)
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .env("COLUMNS", "100")
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
