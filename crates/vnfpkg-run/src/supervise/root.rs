//! How a run becomes root on a host: one shell through `sudo`, which gets everything on standard input.

use std::fmt::Write as _;

use secrecy::{ExposeSecret, SecretString};
use vnfpkg_plan::model::UPLOAD_FOLDER;

use super::payload::quote;

/// Divides a password, which `sudo` may or may not read, from the payload.
const MARK: &str = "vnfpkg-payload";

/// What `sudo` is asked to run, program and arguments. This is all that a rule in sudoers(5) has to allow, so it holds
/// nothing that depends on host or run.
pub fn root_program(with_password: bool) -> Vec<String> {
    let mut words = vec!["sh".to_owned()];
    if with_password {
        words.push("-c".to_owned());
        words.push(format!("while IFS= read -r l; do case $l in {MARK}) exec sh;; esac; done; exit 1"));
    }
    words
}

/// A shell as root: the command line, and what its standard input begins with. Scripts find what was uploaded below
/// `$VNFPKG_FILES`, also as root, whose home is another: the shell starts in the login user's.
pub fn root_shell(password: Option<&SecretString>) -> (String, String) {
    let options = if password.is_some() { "-H -S -p ''" } else { "-H -n" };
    let words: Vec<String> = root_program(password.is_some()).iter().map(|word| quote(word)).collect();
    let command = format!("cd; exec sudo {options} {}", words.join(" "));
    let mut stdin = password.map_or_else(String::new, |password| format!("{}\n{MARK}\n", password.expose_secret()));
    let _ = write!(stdin, "VNFPKG_FILES=$PWD/{UPLOAD_FOLDER}\nexport VNFPKG_FILES\n");
    (command, stdin)
}
