//! Where a host is and how to get in.

use secrecy::SecretString;

/// One host as the inventory describes it. Its `Debug` never shows the secrets.
#[derive(Debug, Clone)]
pub struct Target {
    /// What people call it: the VNFC.
    pub name: String,
    /// Host name, IPv4 or IPv6 address without brackets.
    pub address: String,
    /// TCP port.
    pub port: u16,
    /// Login name; `None` leaves it to the transport's configuration.
    pub user: Option<String>,
    /// Password for login.
    pub password: Option<SecretString>,
    /// Private key files, tried in order.
    pub keys: Vec<String>,
    /// Pass phrase of those keys.
    pub key_passphrase: Option<SecretString>,
    /// Which host keys are accepted.
    pub host_keys: HostKeys,
    /// Hosts to go through, the first one is reached directly.
    pub jump: Vec<Self>,
    /// How a step that needs root gets it.
    pub sudo: Sudo,
}

impl Target {
    /// A target with nothing but an address, port 22.
    pub fn new(name: impl Into<String>, address: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            address: address.into(),
            port: 22,
            user: None,
            password: None,
            keys: Vec::new(),
            key_passphrase: None,
            host_keys: HostKeys::KnownHosts,
            jump: Vec::new(),
            sudo: Sudo::NoPassword,
        }
    }
}

/// Which host keys are accepted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum HostKeys {
    /// Those in the known-hosts files.
    #[default]
    KnownHosts,
    /// Those, and any key of a host that is not in them yet; it is added.
    AcceptNew,
    /// Only a key with one of these fingerprints (`SHA256:…`, as `ssh-keygen -l` prints).
    Fingerprints(Vec<String>),
    /// Any.
    Off,
}

/// How a step that needs root gets it.
#[derive(Debug, Clone, Default)]
pub enum Sudo {
    /// The login user is root already.
    Root,
    /// `sudo` without a password.
    #[default]
    NoPassword,
    /// `sudo` with this password, which goes through standard input.
    Password(SecretString),
}
