//! The configuration parser against `ssh -G`.

use std::fs;
use std::process::Command;

use vnfpkg_ssh::config::{Asked, HostConfig, Included, Jump, Proxy, SshConfig};

/// What OpenSSH makes of a file for a host or `user@host`: the values of one keyword.
fn openssh(path: &str, host: &str, keyword: &str) -> Vec<String> {
    let output = Command::new("ssh").args(["-G", "-F", path, host]).output().expect("ssh (openssh-client) is needed for these tests");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    let values = text.lines().filter_map(|line| line.split_once(' ')).filter(|(key, _)| *key == keyword);
    values.map(|(_, value)| value.to_owned()).collect()
}

const CONFIG: &str = r#"
# for all
IdentityFile /k/all
Host web1 db*   # two of them
    HostName=%h.example.com
    User = alice
    Port 2201
    IdentityFile "/k/with space"
    ProxyJump bob@gate:2222,inner
Host !db9 db* cache?
	USER carol
	port 2202
	UserKnownHostsFile /kh/one /kh/two
	ForwardAgent yes
Host direct
    ProxyJump none
Host *.example.com
    User dave
Host ?
    Port 99
Host *
    User eve
    ProxyJump last
    UserKnownHostsFile none
    IdentityFile /k/all
    IdentityFile /k/end
"#;

/// For what a name alone does not decide. `FOLDER` is where the files are.
const WITH_MATCHES: &str = r#"
Include FOLDER/first-*.conf FOLDER/missing.conf
Match host *.lab.example
    User by-name
Host short
    HostName %h.lab.example
    Include FOLDER/inside.conf
    IdentityFile /k/after
Match host *.LAB.example,other
    Port 2201
Match originalhost short user by*
    IdentityFile /k/both
Match !host *.lab.example
    IdentityFile /k/elsewhere
Match user carol
    ProxyJump gate
    ProxyCommand none
Match localuser no-such-user-here
    Port 1
Match final host=dee
    Port 2204
Match canonical
    IdentityFile /k/second-pass
Match all
    ProxyCommand nc "%h" %p # all of it
    ProxyJump never
Host d
    HostName dee
"#;

const INCLUDED: [(&str, &str); 3] = [
    ("first-a.conf", "Host a\n  Port 2210\nHost *\n  IdentityFile /k/included\n"),
    ("first-b.conf", "Port 2211\nHost c\n  User cee\n"),
    ("inside.conf", "IdentityFile /k/inside\nHost never\n Port 3\nMatch all\n  UserKnownHostsFile /kh/inside\n"),
];

#[test]
fn agrees_with_openssh() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("config");
    let path = path.to_str().expect("a plain path");
    let config = written(path, CONFIG, &mut |_| Vec::new());
    for name in ["web1", "web2", "db1", "db9", "cache7", "cache77", "direct", "a.example.com", "x", "10.0.0.1"] {
        same(path, &config, None, name);
    }
}

#[test]
fn agrees_with_openssh_on_match_and_include() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let at = |name: &str| folder.path().join(name);
    for (name, text) in INCLUDED {
        fs::write(at(name), text).expect("written");
    }
    let path = at("config");
    let path = path.to_str().expect("a plain path");
    let prefix = format!("{}/", folder.path().display());
    let text = WITH_MATCHES.replace("FOLDER", folder.path().to_str().expect("a plain path"));
    let config = written(path, &text, &mut |pattern| {
        let wanted = pattern.strip_prefix(&prefix).expect("in the folder");
        let (start, end) = wanted.split_once('*').unwrap_or((wanted, ""));
        let files = INCLUDED.iter().filter(|(name, _)| name.starts_with(start) && name.ends_with(end));
        files.map(|(name, text)| Included { file: (*name).into(), text: Ok((*text).into()) }).collect()
    });
    for name in ["short", "a", "c", "other", "b.lab.example", "d", "Other", "10.0.0.1"] {
        for user in [None, Some("carol"), Some("byron")] {
            same(path, &config, user, name);
        }
    }
}

fn written(path: &str, text: &str, include: &mut dyn FnMut(&str) -> Vec<Included>) -> SshConfig {
    fs::write(path, text).expect("written");
    let mut config = SshConfig::default();
    config.read(path, text, include);
    assert_eq!(config.notes(), []);
    config
}

/// Both say the same of a host.
fn same(path: &str, config: &SshConfig, user: Option<&str>, name: &str) {
    let local = openssh("none", "x", "user").remove(0);
    let ours = config.host(&Asked { name, user, local_user: Some(&local) });
    let asked = user.map_or_else(|| name.to_owned(), |user| format!("{user}@{name}"));
    let theirs = |keyword| openssh(path, &asked, keyword);
    assert_eq!(
        ours.host_name.as_deref().map_or(name.to_lowercase(), |pattern| pattern.replace("%h", name)),
        theirs("hostname")[0],
        "{asked}"
    );
    assert_eq!(user.or(ours.user.as_deref()).unwrap_or(&local), theirs("user")[0], "{asked}");
    assert_eq!(ours.port.unwrap_or(22).to_string(), theirs("port")[0], "{asked}");
    let defaults = openssh("none", "x", "identityfile");
    let identities = if ours.identity_files.is_empty() { &defaults } else { &ours.identity_files };
    assert_eq!(*identities, theirs("identityfile"), "{asked}");
    if let Some(files) = &ours.known_hosts {
        assert_eq!(files.join(" "), theirs("userknownhostsfile").join(" ").replace("none", ""), "{asked}");
    } else {
        assert_eq!(openssh("none", "x", "userknownhostsfile"), theirs("userknownhostsfile"), "{asked}");
    }
    assert_eq!(proxy(&ours), (theirs("proxyjump").join(""), theirs("proxycommand").join("")), "{asked}");
}

/// `ProxyJump` and `ProxyCommand` as OpenSSH prints them.
fn proxy(ours: &HostConfig) -> (String, String) {
    match &ours.proxy {
        None | Some(Proxy::None) => (String::new(), String::new()),
        Some(Proxy::Jumps(jumps)) => (jumps.iter().map(spelled).collect::<Vec<_>>().join(","), String::new()),
        Some(Proxy::Command(command)) => (String::new(), command.clone()),
    }
}

fn spelled(jump: &Jump) -> String {
    let user = jump.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
    let port = jump.port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{user}{}{port}", jump.host)
}
