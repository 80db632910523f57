//! `vnfpkg doctor`: does this machine have what runs need? Looks only; no host is touched.

use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;
use clap::Args;
use owo_colors::Style;

use crate::environment::{home, state_folder, variable};
use crate::exit::{CommandResult, Exit};
use crate::terminal::Terminal;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    /// Folder for runs and locks
    #[arg(long, value_name = "DIR")]
    state: Option<Utf8PathBuf>,
}

/// What a look came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Grade {
    Good,
    /// Works without, but people often want it.
    Note,
    Bad,
}

struct Answer {
    about: &'static str,
    grade: Grade,
    text: String,
    help: Option<String>,
}

/// Looks at everything, and says what to do about what is missing.
pub(crate) fn run(args: &DoctorArgs, terminal: &Terminal) -> CommandResult {
    let answers = [program(), state(args), shell(), known_hosts(), keys(), agent(), output(terminal)];
    for answer in &answers {
        terminal.out(&describe(answer, terminal));
    }
    Ok(if answers.iter().any(|answer| answer.grade == Grade::Bad) { Exit::Usage } else { Exit::Ok })
}

fn describe(answer: &Answer, terminal: &Terminal) -> String {
    let (word, style) = match answer.grade {
        Grade::Good => ("ok", Style::new().green()),
        Grade::Note => ("note", Style::new().yellow()),
        Grade::Bad => ("bad", Style::new().red().bold()),
    };
    let help = answer.help.as_ref().map(|help| format!("      {} {help}\n", terminal.paint_out("help:", Style::new().cyan())));
    format!("{} {:<12} {}\n{}", terminal.paint_out(&format!("{word:>4}"), style), answer.about, answer.text, help.unwrap_or_default())
}

fn answer(about: &'static str, grade: Grade, text: impl Into<String>) -> Answer {
    Answer { about, grade, text: text.into(), help: None }
}

impl Answer {
    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

fn program() -> Answer {
    let path = std::env::current_exe().map(|path| format!(", {}", path.display())).unwrap_or_default();
    answer("program", Grade::Good, format!("vnfpkg {}{path}", env!("CARGO_PKG_VERSION")))
}

/// The state folder can be written, or made.
fn state(args: &DoctorArgs) -> Answer {
    let folder = match state_folder(args.state.as_ref()) {
        Ok(folder) => folder,
        Err(failure) => return answer("state", Grade::Bad, failure.message).help(failure.help.join("; ")),
    };
    let there = folder.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    let writable = rustix::fs::access(there, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK);
    match writable {
        Ok(()) if there == folder => answer("state", Grade::Good, format!("{} can be written", folder.display())),
        Ok(()) => answer("state", Grade::Good, format!("{} will be made by the first run", folder.display())),
        Err(error) => answer("state", Grade::Bad, format!("{} cannot be written: {error}", there.display()))
            .help("choose a folder with `--state DIR` or VNFPKG_STATE"),
    }
}

/// What the supervisor needs where `--host VDU=local` is used; hosts bring their own.
fn shell() -> Answer {
    let needed = ["sh", "setsid", "sha256sum"];
    let folders: Vec<PathBuf> = variable("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
    let missing: Vec<&str> = needed.into_iter().filter(|tool| !folders.iter().any(|folder| folder.join(tool).is_file())).collect();
    if missing.is_empty() {
        answer("this machine", Grade::Good, "can be a host: `--host VDU=local`")
    } else {
        answer("this machine", Grade::Note, format!("cannot be a host: {} is missing", missing.join(", ")))
            .help("needed only for `--host VDU=local`")
    }
}

fn known_hosts() -> Answer {
    let Some(file) = home().map(|home| home.join(".ssh/known_hosts")) else {
        return answer("known hosts", Grade::Note, "HOME is not set").help("name a file with `--known-hosts FILE`");
    };
    match std::fs::read_to_string(&file) {
        Ok(text) => {
            let count = text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).count();
            answer("known hosts", Grade::Good, format!("{}: {count} keys", file.display()))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            answer("known hosts", Grade::Note, format!("{} is not there", file.display()))
                .help("the first run on a host needs `--host-key accept-new`, or its key in that file")
        }
        Err(error) => answer("known hosts", Grade::Bad, format!("cannot read {}: {error}", file.display())),
    }
}

/// Key files where SSH looks for them. Their contents are not read.
fn keys() -> Answer {
    let Some(folder) = home().map(|home| home.join(".ssh")) else {
        return answer("keys", Grade::Note, "HOME is not set").help("name a key with `--identity FILE`");
    };
    let found: Vec<PathBuf> =
        ["id_ed25519", "id_ecdsa", "id_rsa"].iter().map(|name| folder.join(name)).filter(|path| path.is_file()).collect();
    let open = found.iter().find(|path| std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0));
    let names: Vec<String> = found.iter().map(|path| path.display().to_string()).collect();
    match open {
        Some(path) => {
            answer("keys", Grade::Note, format!("{} can be read by others", path.display())).help(format!("chmod 600 {}", path.display()))
        }
        None if found.is_empty() => answer("keys", Grade::Note, format!("no key in {}", folder.display()))
            .help("passwords and agents work too; `ssh-keygen -t ed25519` makes a key"),
        None => answer("keys", Grade::Good, names.join(", ")),
    }
}

fn agent() -> Answer {
    match variable("SSH_AUTH_SOCK") {
        None => answer("agent", Grade::Note, "none (SSH_AUTH_SOCK is not set)"),
        Some(path) => match UnixStream::connect(&path) {
            Ok(_) => answer("agent", Grade::Good, format!("answers at {path}")),
            Err(error) => answer("agent", Grade::Note, format!("{path} does not answer: {error}"))
                .help("start one with `eval $(ssh-agent)`, or unset SSH_AUTH_SOCK"),
        },
    }
}

fn output(terminal: &Terminal) -> Answer {
    let lines = if terminal.live { "moving lines" } else { "plain lines" };
    let color = if terminal.color_err { "colour" } else { "no colour" };
    answer("terminal", Grade::Good, format!("{lines}, {color}, {} columns", terminal.width))
}
