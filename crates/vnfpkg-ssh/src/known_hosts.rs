//! Reading and extending known-hosts files (the format of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT").

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use rustix::fs::{FlockOperation, flock};
use sha1::Sha1;

use crate::pattern;

/// A file larger than this is no known-hosts file.
const MAX_FILE: u64 = 32 * 1024 * 1024;

/// What a line says of its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    /// The host has this key.
    Known,
    /// Nobody may use this key.
    Revoked,
    /// The key signs host certificates, which libssh2 does not check.
    Authority,
}

/// A line that is about the host in question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) mark: Mark,
    /// Such as `ssh-ed25519`.
    pub(crate) key_type: String,
    /// The key in the wire format.
    pub(crate) key: Vec<u8>,
    pub(crate) file: PathBuf,
    /// Counted from 1.
    pub(crate) line: usize,
}

/// The name under which a host stands in the files.
pub(crate) fn host_name(address: &str, port: u16) -> String {
    let address = address.to_lowercase();
    if port == 22 { address } else { format!("[{address}]:{port}") }
}

/// The line that makes a key known.
pub(crate) fn line(name: &str, key_type: &str, key: &[u8]) -> String {
    format!("{name} {key_type} {}", STANDARD.encode(key))
}

/// All lines about a host. A missing file is empty.
pub(crate) fn lookup(files: &[PathBuf], name: &str) -> io::Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for path in files {
        match File::open(path) {
            Ok(file) => entries.extend(search(&read(file)?, path, name)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(io::Error::new(error.kind(), format!("cannot read {}: {error}", path.display()))),
        }
    }
    Ok(entries)
}

/// Adds a key under a lock, unless somebody else just did. The file is made with mode 0600 when it is missing.
pub(crate) fn append(path: &Path, name: &str, key_type: &str, key: &[u8]) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let mut file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
    // The lock ends with the file.
    flock(&file, FlockOperation::LockExclusive)?;
    let text = read(file.try_clone()?)?;
    if search(&text, path, name).iter().any(|entry| entry.mark == Mark::Known && entry.key == key) {
        return Ok(());
    }
    let start = if text.is_empty() || text.ends_with('\n') { "" } else { "\n" };
    file.write_all(format!("{start}{}\n", line(name, key_type, key)).as_bytes())
}

fn read(file: File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.take(MAX_FILE).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn search(text: &str, path: &Path, name: &str) -> Vec<Entry> {
    text.lines().enumerate().filter_map(|(index, line)| entry(line, path, index + 1, name)).collect()
}

/// A line, when it is one and about the host. Lines that nobody can read are passed over, as OpenSSH does.
fn entry(text: &str, file: &Path, line: usize, name: &str) -> Option<Entry> {
    let mut words = text.split_whitespace();
    let mut first = words.next().filter(|word| !word.starts_with('#'))?;
    let mark = match first {
        "@revoked" => Mark::Revoked,
        "@cert-authority" => Mark::Authority,
        _ if first.starts_with('@') => return None,
        _ => Mark::Known,
    };
    if mark != Mark::Known {
        first = words.next()?;
    }
    if !is_about(first, name) {
        return None;
    }
    let key_type = words.next()?.to_owned();
    let key = STANDARD.decode(words.next()?).ok()?;
    // OpenSSH passes over a line whose key is of another type than it says.
    if wire_key_type(&key) != Some(key_type.as_str()) {
        return None;
    }
    Some(Entry { mark, key_type, key, file: file.to_owned(), line })
}

fn is_about(hosts: &str, name: &str) -> bool {
    match hosts.strip_prefix("|1|") {
        Some(hashed) => is_hash_of(hashed, name),
        None => pattern::covers(hosts.to_lowercase().split(','), name),
    }
}

fn is_hash_of(hashed: &str, name: &str) -> bool {
    let Some((salt, hash)) = hashed.split_once('|') else { return false };
    let (Ok(salt), Ok(hash)) = (STANDARD.decode(salt), STANDARD.decode(hash)) else { return false };
    let Ok(mac) = Hmac::<Sha1>::new_from_slice(&salt) else { return false };
    mac.chain_update(name).verify_slice(&hash).is_ok()
}

/// The type at the head of a key in wire format (RFC 4253 §6.6).
pub(crate) fn wire_key_type(key: &[u8]) -> Option<&str> {
    let (length, rest) = key.split_first_chunk::<4>()?;
    let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
    let name = std::str::from_utf8(rest.get(..length)?).ok()?;
    name.bytes().all(|byte| byte.is_ascii_graphic()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "AAAAC3NzaC1lZDI1NTE5AAAAIA==";

    fn lines(text: &str, name: &str) -> Vec<(usize, Mark)> {
        search(text, Path::new("known_hosts"), name).iter().map(|entry| (entry.line, entry.mark)).collect()
    }

    #[test]
    fn finds_plain_wildcard_negated_port_and_marked_lines() {
        let text = format!(
            "# comment\n\nHost1,10.0.0.1 ssh-ed25519 {KEY} me@x\n*.lab,!bad.lab ssh-ed25519 {KEY}\n[host1]:2222 ssh-ed25519 {KEY}\n\
             @revoked host1 ssh-ed25519 {KEY}\n@cert-authority *.lab ssh-ed25519 {KEY}\n@other host1 ssh-ed25519 {KEY}\n\
             host1 ssh-ed25519 ???\nhost1 ssh-ed25519\nhost1\nhost1 ssh-rsa {KEY}\n"
        );
        assert_eq!(lines(&text, "host1"), [(3, Mark::Known), (6, Mark::Revoked)]);
        assert_eq!(lines(&text, "10.0.0.1"), [(3, Mark::Known)]);
        assert_eq!(lines(&text, "a.lab"), [(4, Mark::Known), (7, Mark::Authority)]);
        assert_eq!(lines(&text, "bad.lab"), [(7, Mark::Authority)]);
        assert_eq!(lines(&text, &host_name("HOST1", 2222)), [(5, Mark::Known)]);
        assert_eq!(lines(&text, "host2"), []);
    }

    #[test]
    fn finds_a_hashed_name() {
        // `ssh-keygen -H` of the names "host1" and "[host1]:2222".
        let salt = STANDARD.encode([7_u8; 20]);
        let hash = |name: &str| {
            let mac = Hmac::<Sha1>::new_from_slice(&[7; 20]).expect("any key length is fine").chain_update(name);
            STANDARD.encode(mac.finalize().into_bytes())
        };
        let text = format!(
            "|1|{salt}|{} ssh-ed25519 {KEY}\n|1|{salt}|{} ssh-ed25519 {KEY}\n|1|broken ssh-ed25519 {KEY}",
            hash("host1"),
            hash("[host1]:2222")
        );
        assert_eq!(lines(&text, "host1"), [(1, Mark::Known)]);
        assert_eq!(lines(&text, "[host1]:2222"), [(2, Mark::Known)]);
    }

    #[test]
    fn appends_once_and_privately() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("new/known_hosts");
        let key = STANDARD.decode(KEY).expect("base64");
        append(&path, "host1", "ssh-ed25519", &key).expect("appended");
        append(&path, "host1", "ssh-ed25519", &key).expect("there already");
        append(&path, "host2", "ssh-ed25519", &key).expect("appended");
        assert_eq!(fs::read_to_string(&path).expect("readable"), format!("host1 ssh-ed25519 {KEY}\nhost2 ssh-ed25519 {KEY}\n"));
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_last_line_without_its_end_stays_whole() {
        let folder = tempfile::tempdir().expect("temporary folder");
        let path = folder.path().join("known_hosts");
        fs::write(&path, "host0 ssh-ed25519 a2V5").expect("written");
        append(&path, "host1", "ssh-ed25519", b"key").expect("appended");
        assert_eq!(fs::read_to_string(&path).expect("readable"), "host0 ssh-ed25519 a2V5\nhost1 ssh-ed25519 a2V5\n");
    }

    #[test]
    fn reads_the_type_of_a_key_and_no_nonsense() {
        assert_eq!(wire_key_type(b"\0\0\0\x0bssh-ed25519\0\0\0\0"), Some("ssh-ed25519"));
        assert_eq!(wire_key_type(b"\0\0\0\x0bssh-ed"), None);
        assert_eq!(wire_key_type(b"\xff\xff\xff\xff"), None);
        assert_eq!(wire_key_type(b"\0\0\0\x03a\nb"), None);
    }
}
