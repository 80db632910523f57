//! The commands that go on from here, with the arguments that they need again.

use crate::cli::{EngineArgs, HostKeyPolicy, SshArgs};
use crate::secrets::SecretArgs;

/// `vnfpkg resume RUN` with the way to hosts and the state folder that this run was given.
pub(crate) fn resume_command(run: &str, ssh: &SshArgs, engine: &EngineArgs, secrets: &SecretArgs) -> String {
    let mut words = vec!["vnfpkg".to_owned(), "resume".to_owned(), run.to_owned()];
    let mut add = |name: &str, value: &str| words.extend([name.to_owned(), shell_word(value)]);
    match ssh.host_key {
        HostKeyPolicy::Strict => {}
        HostKeyPolicy::AcceptNew => add("--host-key", "accept-new"),
        HostKeyPolicy::Off => add("--host-key", "off"),
    }
    ssh.known_hosts.iter().for_each(|file| add("--known-hosts", file.as_str()));
    ssh.ssh_config.iter().for_each(|file| add("--ssh-config", file.as_str()));
    ssh.identity.iter().for_each(|file| add("--identity", file.as_str()));
    engine.state.iter().for_each(|folder| add("--state", folder.as_str()));
    secrets.secrets.iter().for_each(|secret| add("--secret", &secret.to_string()));
    words.join(" ")
}

/// The state folder as an argument, with a space before it; nothing when the run was given none.
pub(crate) fn state_argument(engine: &EngineArgs) -> String {
    engine.state.as_ref().map(|folder| format!(" --state {}", shell_word(folder.as_str()))).unwrap_or_default()
}

/// A text as one word of a shell.
pub(crate) fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./_-".contains(c);
    if !text.is_empty() && text.chars().all(plain) { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}

#[cfg(test)]
mod tests {
    use super::shell_word;

    #[test]
    fn a_word_stays_one_word() {
        assert_eq!(shell_word("install@web-1"), "install@web-1");
        assert_eq!(shell_word("/srv/my runs"), "'/srv/my runs'");
        assert_eq!(shell_word("it's[0]"), "'it'\\''s[0]'");
        assert_eq!(shell_word(""), "''");
    }
}
