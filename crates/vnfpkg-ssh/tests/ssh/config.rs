//! The configuration parser against `ssh -G`.

use std::fs;
use std::process::Command;

use vnfpkg_ssh::config::SshConfig;

/// What OpenSSH makes of a file: the values of one keyword.
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

#[test]
fn agrees_with_openssh() {
    let folder = tempfile::tempdir().expect("temporary folder");
    let path = folder.path().join("config");
    fs::write(&path, CONFIG).expect("written");
    let path = path.to_str().expect("a plain path");
    let mut config = SshConfig::default();
    config.read(path, CONFIG);
    assert_eq!(config.notes(), []);
    for name in ["web1", "web2", "db1", "db9", "cache7", "cache77", "direct", "a.example.com", "x", "10.0.0.1"] {
        let ours = config.host(name);
        let theirs = |keyword| openssh(path, name, keyword);
        assert_eq!(
            ours.host_name.as_deref().map_or(name.to_owned(), |pattern| pattern.replace("%h", name)),
            theirs("hostname")[0],
            "{name}"
        );
        assert_eq!(ours.user.as_deref(), Some(theirs("user")[0].as_str()), "{name}");
        assert_eq!(ours.port.unwrap_or(22).to_string(), theirs("port")[0], "{name}");
        assert_eq!(ours.identity_files, theirs("identityfile"), "{name}");
        assert_eq!(
            ours.known_hosts.map_or_else(String::new, |files| files.join(" ")),
            theirs("userknownhostsfile").join(" ").replace("none", ""),
            "{name}"
        );
        let jumps: Vec<String> = ours.proxy_jump.iter().map(spelled).collect();
        assert_eq!(jumps.join(","), theirs("proxyjump").join(""), "{name}");
    }
}

fn spelled(jump: &vnfpkg_ssh::config::Jump) -> String {
    let user = jump.user.as_ref().map(|user| format!("{user}@")).unwrap_or_default();
    let port = jump.port.map(|port| format!(":{port}")).unwrap_or_default();
    format!("{user}{}{port}", jump.host)
}
