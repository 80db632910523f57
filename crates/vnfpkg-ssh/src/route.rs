//! From a target and the configuration to the hops that lead to the host.

use std::fmt;
use std::path::PathBuf;

use secrecy::SecretString;
use vnfpkg_transport::{ErrorKind, HostKeys, Target, TransportError};

use crate::config::{Asked, HostConfig, Proxy};
use crate::options::SshOptions;

/// More hops than this are a loop in the configuration.
const MAX_HOPS: usize = 8;

/// One SSH server on the way; the last one is the host itself.
#[derive(Debug, Clone)]
pub(crate) struct Hop {
    pub(crate) address: String,
    pub(crate) port: u16,
    pub(crate) user: String,
    pub(crate) password: Option<SecretString>,
    pub(crate) keys: Vec<KeyFile>,
    pub(crate) passphrase: Option<SecretString>,
    pub(crate) host_keys: HostKeys,
    pub(crate) known_hosts: Vec<PathBuf>,
}

/// A private key file to try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyFile {
    pub(crate) path: PathBuf,
    /// Named by somebody, and not one of the default places: it is a fault when it is missing.
    pub(crate) named: bool,
}

impl fmt::Display for Hop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address.contains(':') {
            true => write!(f, "[{}]:{}", self.address, self.port),
            false => write!(f, "{}:{}", self.address, self.port),
        }
    }
}

/// The hops to a target in the order in which they are connected.
pub(crate) fn route(target: &Target, options: &SshOptions) -> Result<Vec<Hop>, TransportError> {
    let mut hops = vec![hop(target, options)?];
    let mut before = jumps(target, options)?;
    // The jump host that is reached directly may itself be configured with one.
    while let Some(jump) = before.pop() {
        hops.push(hop(&jump, options)?);
        if before.is_empty() {
            before = jumps(&jump, options)?;
        }
        if hops.len() > MAX_HOPS {
            return Err(TransportError::new(ErrorKind::Unsupported, format!("more than {MAX_HOPS} jump hosts before {}", target.address))
                .help("look for a loop of ProxyJump lines in the SSH configuration"));
        }
    }
    hops.reverse();
    Ok(hops)
}

/// The jump hosts of a target: its own, else those of the configuration.
fn jumps(target: &Target, options: &SshOptions) -> Result<Vec<Target>, TransportError> {
    if !target.jump.is_empty() {
        return Ok(target.jump.clone());
    }
    let configured = match configured(target, options).proxy {
        None | Some(Proxy::None) => return Ok(Vec::new()),
        Some(Proxy::Jumps(jumps)) => jumps,
        Some(Proxy::Command(_)) => {
            let message = format!("the SSH configuration reaches {} by a ProxyCommand, which is not supported", target.address);
            return Err(TransportError::new(ErrorKind::Unsupported, message)
                .help("use ProxyJump in its place, or give the inventory a `jump`; --ssh-config none reads no configuration"));
        }
    };
    let hops = configured.into_iter().map(|jump| {
        let mut hop = Target::new(jump.host.clone(), jump.host);
        hop.port = jump.port.unwrap_or(22);
        hop.user = jump.user;
        hop.host_keys = target.host_keys.clone();
        if let HostKeys::Fingerprints(_) = hop.host_keys {
            // The fingerprints are those of the target.
            hop.host_keys = HostKeys::KnownHosts;
        }
        hop
    });
    Ok(hops.collect())
}

/// What the configuration says of a target.
fn configured(target: &Target, options: &SshOptions) -> HostConfig {
    options.config.host(&Asked { name: &target.address, user: target.user.as_deref(), local_user: options.default_user.as_deref() })
}

fn hop(target: &Target, options: &SshOptions) -> Result<Hop, TransportError> {
    let configured = configured(target, options);
    let port = if target.port == 22 { configured.port.unwrap_or(22) } else { target.port };
    let user = target.user.clone().or_else(|| configured.user.clone()).or_else(|| options.default_user.clone());
    let user = user.ok_or_else(|| {
        TransportError::new(ErrorKind::NoCredentials, format!("no login name for {}", target.address))
            .help("put `user` into the inventory, or `User` into the SSH configuration")
    })?;
    let address = configured.host_name(&target.address);
    let keys = key_files(target, &configured, options, &Names { address: &address, given: &target.address, port, user: &user });
    let known_hosts = match &configured.known_hosts {
        Some(files) => files.iter().map(|file| options.path(file)).collect(),
        None => options.known_hosts.clone(),
    };
    Ok(Hop {
        address,
        port,
        user,
        password: target.password.clone(),
        keys,
        passphrase: target.key_passphrase.clone(),
        host_keys: target.host_keys.clone(),
        known_hosts,
    })
}

/// What the percent signs of a configured path stand for.
struct Names<'a> {
    address: &'a str,
    given: &'a str,
    port: u16,
    user: &'a str,
}

fn key_files(target: &Target, configured: &HostConfig, options: &SshOptions, names: &Names<'_>) -> Vec<KeyFile> {
    if !target.keys.is_empty() {
        return target.keys.iter().map(|key| KeyFile { path: options.path(key), named: true }).collect();
    }
    if !configured.identity_files.is_empty() {
        return configured
            .identity_files
            .iter()
            .map(|key| KeyFile { path: options.path(&expand(key, names, options)), named: true })
            .collect();
    }
    options.identities.iter().map(|path| KeyFile { path: path.clone(), named: false }).collect()
}

/// The tokens of ssh_config(5) that make sense here; others stay as they are.
fn expand(text: &str, names: &Names<'_>, options: &SshOptions) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.push_str(&rest[..at]);
        let token = rest[at + 1..].chars().next();
        match (token, &options.home) {
            (Some('%'), _) => out.push('%'),
            (Some('h'), _) => out.push_str(names.address),
            (Some('n'), _) => out.push_str(names.given),
            (Some('p'), _) => out.push_str(&names.port.to_string()),
            (Some('r'), _) => out.push_str(names.user),
            (Some('d'), Some(home)) => out.push_str(&home.to_string_lossy()),
            (other, _) => {
                out.push('%');
                out.extend(other);
            }
        }
        rest = &rest[at + 1 + token.map_or(0, char::len_utf8)..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SshConfig;

    fn options(config: &str) -> SshOptions {
        let mut parsed = SshConfig::default();
        parsed.read("config", config, &mut |_| Vec::new());
        SshOptions {
            config: parsed,
            home: Some("/home/me".into()),
            identities: vec!["/home/me/.ssh/id_ed25519".into()],
            ..SshOptions::default()
        }
    }

    fn names(hops: &[Hop]) -> Vec<String> {
        hops.iter().map(|hop| format!("{}@{hop}", hop.user)).collect()
    }

    #[test]
    fn the_inventory_wins_over_the_configuration() {
        let options = options("Host vm\n HostName 10.0.0.9\n User conf\n Port 2200\n IdentityFile ~/.ssh/%r-%h%%\n");
        let mut target = Target::new("a", "vm");
        let hops = route(&target, &options).expect("a route");
        assert_eq!(names(&hops), ["conf@10.0.0.9:2200"]);
        assert_eq!(hops[0].keys, [KeyFile { path: "/home/me/.ssh/conf-10.0.0.9%".into(), named: true }]);
        target.user = Some("inv".into());
        target.port = 2222;
        target.keys = vec!["~/k".into()];
        let hops = route(&target, &options).expect("a route");
        assert_eq!(names(&hops), ["inv@10.0.0.9:2222"]);
        assert_eq!(hops[0].keys, [KeyFile { path: "/home/me/k".into(), named: true }]);
    }

    #[test]
    fn jump_hosts_chain_and_loops_end() {
        let options =
            options("Host vm\n ProxyJump a@one:2201,two\nHost one\n ProxyJump zero\nHost loop\n ProxyJump loop\nHost *\n User u\n");
        let hops = route(&Target::new("vm", "vm"), &options).expect("a route");
        assert_eq!(names(&hops), ["u@zero:22", "a@one:2201", "u@two:22", "u@vm:22"]);
        let error = route(&Target::new("x", "loop"), &options).expect_err("a loop");
        assert_eq!(error.kind, ErrorKind::Unsupported);
    }

    #[test]
    fn a_command_in_between_is_refused_unless_something_else_comes_first() {
        let options = options("Host a\n ProxyJump none\nHost b\n ProxyCommand none\nHost *\n User u\n ProxyCommand nc %h %p\n");
        assert_eq!(names(&route(&Target::new("a", "a"), &options).expect("direct")), ["u@a:22"]);
        assert_eq!(names(&route(&Target::new("b", "b"), &options).expect("direct")), ["u@b:22"]);
        let error = route(&Target::new("c", "c"), &options).expect_err("a command");
        assert!(error.message.contains("ProxyCommand") && error.help.is_some(), "{error:?}");
    }

    #[test]
    fn a_target_without_a_user_is_refused() {
        let error = route(&Target::new("x", "h"), &options("")).expect_err("no user");
        assert_eq!(error.kind, ErrorKind::NoCredentials);
        assert!(error.help.is_some());
    }
}
