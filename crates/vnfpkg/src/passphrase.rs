//! The passphrase of a key: from a file, from the environment, or asked for. Never from the command line, which others can read.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Write};

use camino::Utf8Path;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

use crate::environment::variable;
use crate::exit::Failure;

/// The passphrase of a key; `None` when there is no way to get one.
pub(crate) fn of_key(key: &Utf8Path, file: Option<&Utf8Path>) -> Result<Option<Vec<u8>>, Failure> {
    if let Some(file) = file {
        let text = std::fs::read_to_string(file).map_err(|error| Failure::usage(format!("cannot read {file}: {error}")))?;
        return Ok(Some(text.trim_end_matches(['\n', '\r']).as_bytes().to_vec()));
    }
    if let Some(secret) = variable("VNFPKG_KEY_PASSPHRASE") {
        return Ok(Some(secret.into_bytes()));
    }
    Ok(ask(&format!("Passphrase of {key}: ")))
}

/// Asks on the terminal, without showing what is typed; `None` when there is no terminal.
fn ask(prompt: &str) -> Option<Vec<u8>> {
    let mut terminal = OpenOptions::new().read(true).write(true).open("/dev/tty").ok()?;
    let before = tcgetattr(&terminal).ok()?;
    let mut silent = before.clone();
    silent.local_modes -= LocalModes::ECHO;
    write!(terminal, "{prompt}").ok()?;
    tcsetattr(&terminal, OptionalActions::Flush, &silent).ok()?;
    let mut line = String::new();
    let read = BufReader::new(&terminal).read_line(&mut line);
    // Whatever came of it, the terminal shows again what is typed.
    let _ = tcsetattr(&terminal, OptionalActions::Flush, &before);
    let _ = writeln!(&terminal);
    read.ok()?;
    Some(line.trim_end_matches(['\n', '\r']).as_bytes().to_vec())
}
