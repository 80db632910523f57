//! What the caller decides for all hosts.

use std::path::PathBuf;
use std::time::Duration;

use crate::config::SshConfig;

/// What the caller decides for all hosts. Everything that a program would take from the environment or the home folder is a
/// field here.
#[derive(Debug, Clone)]
pub struct SshOptions {
    /// Known-hosts files; missing ones count as empty. The first one is what `accept-new` appends to.
    pub known_hosts: Vec<PathBuf>,
    /// Time for name resolution and the TCP connection, all addresses of a name together.
    pub connect_limit: Duration,
    /// Time for the server's banner and the key exchange.
    pub handshake_limit: Duration,
    /// Time for all authentication attempts together.
    pub auth_limit: Duration,
    /// After so long without a sign of life the host is asked for one; after three times that the connection counts as lost.
    /// At least two seconds.
    pub keepalive: Duration,
    /// Connections that are being set up at the same time, over all hosts.
    pub max_connects: usize,
    /// Sessions open to one host at the same time; further calls wait for one.
    pub max_sessions: usize,
    /// Sessions that send a file larger than a MiB at the same time, over all hosts; each takes about 7 MiB of memory.
    pub max_senders: usize,
    /// Socket of an SSH agent to ask first.
    pub agent: Option<PathBuf>,
    /// Private key files for targets that name none; those that do not exist are passed over.
    pub identities: Vec<PathBuf>,
    /// Login name when neither the target nor the configuration has one.
    pub default_user: Option<String>,
    /// The user's `ssh_config`.
    pub config: SshConfig,
    /// What a leading `~` in a path stands for.
    pub home: Option<PathBuf>,
}

impl Default for SshOptions {
    fn default() -> Self {
        Self {
            known_hosts: Vec::new(),
            connect_limit: Duration::from_secs(10),
            handshake_limit: Duration::from_secs(15),
            auth_limit: Duration::from_secs(30),
            keepalive: Duration::from_secs(15),
            max_connects: 8,
            max_sessions: 10,
            max_senders: 7,
            agent: None,
            identities: Vec::new(),
            default_user: None,
            config: SshConfig::default(),
            home: None,
        }
    }
}

impl SshOptions {
    /// A path with its leading `~` replaced.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        match (&self.home, path.strip_prefix("~/")) {
            (Some(home), Some(rest)) => home.join(rest),
            _ => PathBuf::from(path),
        }
    }
}
