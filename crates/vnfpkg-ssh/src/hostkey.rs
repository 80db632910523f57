//! Is it the host we mean? Checked after the key exchange and before any credential is sent.

use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use sha2::{Digest, Sha256};
use ssh2::Session;
use vnfpkg_transport::{ErrorKind, HostKeys, TransportError};

use crate::known_hosts::{self, Entry, Mark, wire_key_type};
use crate::route::Hop;

/// What we know of a host's key before we connect.
pub(crate) struct Expected {
    policy: HostKeys,
    name: String,
    entries: Vec<Entry>,
    /// Lines under the name without the port: a key there vouches for a host that has no line of its own, as in OpenSSH.
    portless: Vec<Entry>,
    first_file: Option<PathBuf>,
}

impl Expected {
    /// Looks the host up.
    pub(crate) fn of(hop: &Hop) -> Result<Self, TransportError> {
        let name = known_hosts::host_name(&hop.address, hop.port);
        let lookup = |name: &str| match &hop.host_keys {
            HostKeys::KnownHosts | HostKeys::AcceptNew => known_hosts::lookup(&hop.known_hosts, name).map_err(|error| {
                failed(format!("no host key can be checked: {error}")).help("make the known-hosts file readable, or name another")
            }),
            HostKeys::Fingerprints(_) | HostKeys::Off => Ok(Vec::new()),
        };
        let entries = lookup(&name)?;
        let portless = if hop.port == 22 { Vec::new() } else { lookup(&known_hosts::host_name(&hop.address, 22))? };
        Ok(Self { policy: hop.host_keys.clone(), name, entries, portless, first_file: hop.known_hosts.first().cloned() })
    }

    /// The algorithms to offer, those first for which a key is known: the server then shows the key that we can check.
    pub(crate) fn algorithms(&self, supported: &[&str]) -> String {
        let is_known = |algorithm: &str| self.known().any(|entry| entry.key_type == key_type_of(algorithm));
        let (mut order, rest): (Vec<&str>, Vec<&str>) = supported.iter().copied().partition(|algorithm| is_known(algorithm));
        order.extend(rest);
        order.join(",")
    }

    fn known(&self) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(|entry| entry.mark == Mark::Known)
    }

    /// Accepts or refuses the key that the host showed.
    pub(crate) fn check(&self, session: &Session, hop: &Hop) -> Result<(), TransportError> {
        let (key, _) = session.host_key().ok_or_else(|| failed(format!("{hop} shows no host key")))?;
        let key_type = wire_key_type(key).ok_or_else(|| failed(format!("{hop} shows a host key that cannot be read")))?;
        let shown = Shown { key, key_type, fingerprint: fingerprint(key) };
        match &self.policy {
            HostKeys::Off => Ok(()),
            HostKeys::Fingerprints(accepted) => self.check_fingerprint(accepted, &shown, hop),
            HostKeys::KnownHosts | HostKeys::AcceptNew => self.check_entries(&shown, hop),
        }
    }

    fn check_fingerprint(&self, accepted: &[String], shown: &Shown<'_>, hop: &Hop) -> Result<(), TransportError> {
        if accepted.iter().any(|fingerprint| fingerprint.trim_end_matches('=') == shown.fingerprint) {
            return Ok(());
        }
        Err(failed(format!("the key of {hop} is {shown}, and not one of the fingerprints given: {}", accepted.join(", ")))
            .help("compare with `ssh-keygen -l` on the host's console; another host may answer at this address"))
    }

    fn check_entries(&self, shown: &Shown<'_>, hop: &Hop) -> Result<(), TransportError> {
        let same = |entry: &&Entry| entry.key == shown.key;
        if let Some(entry) = self.entries.iter().find(|entry| entry.mark == Mark::Revoked && entry.key == shown.key) {
            return Err(failed(format!("the key of {hop} is {shown}, which is revoked at {}", place(entry)))
                .help("give the host a new key; whoever holds the revoked one can pass for it"));
        }
        if self.known().any(|entry| same(&entry)) {
            return Ok(());
        }
        let changed = self.known().find(|entry| entry.key_type == shown.key_type).or_else(|| self.known().next());
        if let Some(entry) = changed {
            return Err(failed(format!("the key of {hop} is {shown}, and not the one at {}", place(entry))).help(format!(
                "another host may answer at this address; when the host was really made anew, remove that line (`ssh-keygen -R '{}' -f '{}'`)",
                self.name,
                entry.file.display()
            )));
        }
        let vouches = |mark| self.portless.iter().any(|entry| entry.mark == mark && entry.key == shown.key);
        if vouches(Mark::Known) && !vouches(Mark::Revoked) {
            return Ok(());
        }
        match (&self.policy, &self.first_file) {
            (HostKeys::AcceptNew, Some(file)) => self.accept(file, shown),
            (HostKeys::AcceptNew, None) => Err(failed("a new host key cannot be accepted without a known-hosts file to write it to")),
            _ => Err(self.unknown(shown, hop)),
        }
    }

    fn accept(&self, file: &Path, shown: &Shown<'_>) -> Result<(), TransportError> {
        known_hosts::append(file, &self.name, shown.key_type, shown.key)
            .map_err(|error| failed(format!("the new host key cannot be written to {}: {error}", file.display())))
    }

    fn unknown(&self, shown: &Shown<'_>, hop: &Hop) -> TransportError {
        let file = self.first_file.as_deref().unwrap_or(Path::new("known_hosts"));
        let authority = self.entries.iter().find(|entry| entry.mark == Mark::Authority);
        let note = authority.map(|entry| format!(" (the @cert-authority line at {} is not used)", place(entry))).unwrap_or_default();
        failed(format!("the key of {hop} is unknown: {shown}{note}")).help(format!(
            "compare the fingerprint with the host's own, then use `--host-key accept-new`, or add this line to {}: {}",
            file.display(),
            known_hosts::line(&self.name, shown.key_type, shown.key)
        ))
    }
}

/// The key that the host showed.
struct Shown<'a> {
    key: &'a [u8],
    key_type: &'a str,
    fingerprint: String,
}

impl std::fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.key_type, self.fingerprint)
    }
}

fn failed(message: impl Into<String>) -> TransportError {
    TransportError::new(ErrorKind::HostKey, message)
}

fn place(entry: &Entry) -> String {
    format!("{}:{}", entry.file.display(), entry.line)
}

/// As `ssh-keygen -l` prints it.
fn fingerprint(key: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(key)))
}

/// The key type that a signature algorithm uses: RSA keys sign in three ways.
fn key_type_of(algorithm: &str) -> &str {
    match algorithm {
        "rsa-sha2-256" | "rsa-sha2-512" => "ssh-rsa",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_key_types_come_first() {
        let entry = |key_type: &str, mark| Entry { mark, key_type: key_type.into(), key: Vec::new(), file: PathBuf::new(), line: 1 };
        let expected = Expected {
            policy: HostKeys::KnownHosts,
            name: "host".into(),
            entries: vec![entry("ssh-rsa", Mark::Known), entry("ecdsa-sha2-nistp256", Mark::Revoked)],
            portless: Vec::new(),
            first_file: None,
        };
        let order = expected.algorithms(&["ssh-ed25519", "ecdsa-sha2-nistp256", "rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"]);
        assert_eq!(order, "rsa-sha2-512,rsa-sha2-256,ssh-rsa,ssh-ed25519,ecdsa-sha2-nistp256");
    }
}
