//! The user's and the system's SSH configuration, with the files that they include.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use vnfpkg_ssh::config::{Included, SshConfig};

use crate::cli::SshArgs;
use crate::exit::Failure;
use crate::terminal::Terminal;

/// Reads the file of `--ssh-config`, else those of the user and the system.
pub(crate) fn read(args: &SshArgs, home: Option<&PathBuf>, terminal: &Terminal) -> Result<SshConfig, Failure> {
    let users = home.map_or_else(|| PathBuf::from("/.ssh"), |home| home.join(".ssh"));
    let systems = PathBuf::from("/etc/ssh");
    // Each file with the folder in which OpenSSH looks for what it includes.
    let files: Vec<(PathBuf, &Path)> = match args.ssh_config.as_deref().map(camino::Utf8Path::as_str) {
        Some("none") => Vec::new(),
        Some(path) => vec![(PathBuf::from(path), &users)],
        None => {
            let own = home.map(|_| (users.join("config"), users.as_path()));
            own.into_iter().chain([(systems.join("ssh_config"), systems.as_path())]).collect()
        }
    };
    let mut config = SshConfig::default();
    for (path, folder) in files {
        match std::fs::read_to_string(&path) {
            Ok(text) => config.read(&path.to_string_lossy(), &text, &mut |pattern| included(pattern, folder, home)),
            Err(error) if args.ssh_config.is_none() && error.kind() == ErrorKind::NotFound => {}
            Err(error) => return Err(Failure::usage(format!("cannot read {}: {error}", path.display()))),
        }
    }
    if args.ssh_config.is_some() {
        for note in config.notes() {
            terminal.err(&format!("note: {}:{}: {}\n", note.file, note.line, note.message));
        }
    }
    Ok(config)
}

/// The files that the pattern of an `Include` line names, in the order of their names.
fn included(pattern: &str, folder: &Path, home: Option<&PathBuf>) -> Vec<Included> {
    let path = match (pattern.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => folder.join(pattern),
    };
    let failed = |why: String| vec![Included { file: pattern.to_owned(), text: Err(why) }];
    let Some(path) = path.to_str() else { return failed("its name is no text".into()) };
    match glob::glob(path) {
        Err(error) => failed(format!("no pattern: {}", error.msg)),
        Ok(files) => files.filter_map(Result::ok).map(|file| file_of(&file)).collect(),
    }
}

fn file_of(path: &Path) -> Included {
    Included { file: path.display().to_string(), text: std::fs::read_to_string(path).map_err(|error| error.to_string()) }
}
