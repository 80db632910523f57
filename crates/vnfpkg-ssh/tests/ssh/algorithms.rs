//! Servers that allow few algorithms.

use vnfpkg_transport::ErrorKind;

use crate::support::{Settings, Sshd, control, host, run};

#[test]
fn reduced_algorithms() {
    for (kex, cipher, mac, host_key) in [
        ("curve25519-sha256", "chacha20-poly1305@openssh.com", "hmac-sha2-256", "ssh-ed25519"),
        ("ecdh-sha2-nistp256", "aes256-gcm@openssh.com", "hmac-sha2-256", "ecdsa-sha2-nistp256"),
        ("ecdh-sha2-nistp384", "aes128-gcm@openssh.com", "hmac-sha2-512", "rsa-sha2-512"),
        ("diffie-hellman-group-exchange-sha256", "aes256-ctr", "hmac-sha2-512-etm@openssh.com", "rsa-sha2-256"),
        ("diffie-hellman-group16-sha512", "aes128-ctr", "hmac-sha2-256-etm@openssh.com", "ssh-ed25519"),
        ("diffie-hellman-group14-sha256", "aes192-ctr", "hmac-sha2-256", "rsa-sha2-512"),
    ] {
        let config = format!("KexAlgorithms {kex}\nCiphers {cipher}\nMACs {mac}\nHostKeyAlgorithms {host_key}");
        let sshd = Sshd::with(&Settings { config: config.clone(), host_keys: &["ed25519", "ecdsa", "rsa"], ..Settings::default() });
        let host = host(sshd.options(), &sshd.target());
        let outcome = run(&*host, "cat", b"through").unwrap_or_else(|error| panic!("{config}: {error}"));
        assert_eq!(outcome.stdout, b"through", "{config}");
    }
}

#[test]
fn nothing_in_common_is_said() {
    let sshd = Sshd::with(&Settings { config: "KexAlgorithms sntrup761x25519-sha512@openssh.com".into(), ..Settings::default() });
    let error = host(sshd.options(), &sshd.target()).connect(&control()).expect_err("no common key exchange");
    assert_eq!(error.kind, ErrorKind::Unsupported, "{error}");
    assert!(error.message.contains("no common algorithms") && error.help.is_some(), "{error}");
}
