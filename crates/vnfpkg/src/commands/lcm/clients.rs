//! VNFs that use another one, such as the clients of a registry: they are found by their parameter files, which name its address,
//! and told of a new one by `lcm modify`.

use std::fs;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

use vnfpkg_lcm::{Records, VnfInstance, names_address, replace_address};

use super::action::Action;
use crate::exit::Failure;
use crate::terminal::Terminal;

/// Says which addresses an operation changed, and the command for each VNF of this machine that names one of them.
pub(super) fn tell(action: &Action<'_>) {
    let moved = &action.op.inputs.moved;
    for (old, new) in moved {
        action.terminal.err(&format!("the address {old} is now {new}\n"));
    }
    let Ok(others) = Records::new(action.files).instances() else { return };
    let state = action.running.engine.state.as_ref().map(|state| format!(" --state {state}")).unwrap_or_default();
    for other in others.iter().filter(|other| other.id != action.instance.id) {
        let text = parameters(other);
        let named: Vec<String> =
            moved.iter().filter(|(old, _)| names_address(&text, old)).map(|(old, new)| format!(" --address {old}={new}")).collect();
        if !named.is_empty() {
            let options = named.concat();
            action.terminal.err(&format!("{} uses it: tell it with `vnfpkg lcm modify {}{options}{state}`\n", other.name, other.id));
        }
    }
}

fn parameters(instance: &VnfInstance) -> String {
    let path = instance.info.as_ref().and_then(|info| info.request.as_ref());
    path.and_then(|path| fs::read_to_string(path).ok()).unwrap_or_default()
}

/// Writes new addresses into a parameter file, all of them or nothing.
pub(super) fn readdress(path: &str, changes: &[String], terminal: &Terminal) -> Result<(), Failure> {
    let failed = |error: std::io::Error| Failure::usage(format!("cannot change {path}: {error}"));
    let mut text = fs::read_to_string(path).map_err(failed)?;
    let mut told = String::new();
    for change in changes {
        let (old, new) = change.split_once('=').filter(|(old, new)| is_address(old) && is_address(new)).ok_or_else(|| {
            Failure::usage(format!("`{change}` names no two addresses")).help("write `--address OLD=NEW`, such as 10.0.0.5=10.0.0.9")
        })?;
        let (changed, lines) = replace_address(&text, old, new);
        // A second try finds the new address there.
        if lines.is_empty() && !names_address(&text, new) {
            return Err(Failure::usage(format!("{path} does not name the address {old}"))
                .help("give the parameter file that does, or change it yourself"));
        }
        lines.iter().for_each(|line| told.push_str(&format!("{path}:{line}: {old} is now {new}\n")));
        text = changed;
    }
    if !told.is_empty() {
        replace(Path::new(path), &text).map_err(failed)?;
        terminal.err(&told);
    }
    Ok(())
}

fn is_address(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '.' | ':' | '-'))
}

/// The file with another text, readable for those who could read it.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let mode = fs::metadata(path)?.permissions().mode();
    let partial = path.with_extension("partial");
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(mode & 0o777).open(&partial)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&partial, path)
}
