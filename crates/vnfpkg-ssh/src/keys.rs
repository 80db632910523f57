//! Private key files: read and decrypted once, however many sessions log in with them.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use ssh_key::{LineEnding, PrivateKey};

/// No private key is larger.
const MAX_KEY: u64 = 64 * 1024;

/// A private key as libssh2 takes it.
#[derive(Debug)]
pub(crate) struct Key {
    /// The text of the key file. OpenSSH's own format comes decrypted: its key derivation takes a quarter of a second, and libssh2
    /// would do it twice for each login.
    pub(crate) text: SecretString,
    /// For the formats that libssh2 decrypts.
    pub(crate) passphrase: Option<SecretString>,
    /// The certificate of the key, from the file beside it whose name ends in `-cert.pub`, as OpenSSH looks for it.
    pub(crate) certificate: Option<String>,
}

/// Why a key cannot be used, in words for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unusable {
    /// There is no such file.
    Missing,
    /// Anything else.
    Because(String),
}

/// The keys read so far.
#[derive(Default)]
pub(crate) struct Keys {
    read: Mutex<HashMap<PathBuf, Loaded>>,
}

struct Loaded {
    passphrase: Option<SecretString>,
    key: Result<Arc<Key>, Unusable>,
}

impl Keys {
    /// The key in a file.
    pub(crate) fn get(&self, path: &Path, passphrase: Option<&SecretString>) -> Result<Arc<Key>, Unusable> {
        // Others wait here while a key is decrypted, so that it happens once.
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(loaded) = read.get(path).filter(|loaded| same(loaded.passphrase.as_ref(), passphrase)) {
            return loaded.key.clone();
        }
        let key = load(path, passphrase).map(|key| Arc::new(Key { certificate: certificate(path), ..key }));
        read.insert(path.to_owned(), Loaded { passphrase: passphrase.cloned(), key: key.clone() });
        key
    }
}

fn same(a: Option<&SecretString>, b: Option<&SecretString>) -> bool {
    a.map(ExposeSecret::expose_secret) == b.map(ExposeSecret::expose_secret)
}

fn load(path: &Path, passphrase: Option<&SecretString>) -> Result<Key, Unusable> {
    let text = SecretString::from(read(path)?);
    if text.expose_secret().contains("BEGIN OPENSSH PRIVATE KEY") {
        return openssh(text, passphrase);
    }
    let is_encrypted = text.expose_secret().contains("ENCRYPTED");
    match passphrase {
        None if is_encrypted => Err(needs_passphrase()),
        _ if !text.expose_secret().contains("PRIVATE KEY-----") => Err(because("is no private key")),
        _ => Ok(Key { text, passphrase: passphrase.cloned(), certificate: None }),
    }
}

/// A certificate that cannot be read is none.
fn certificate(key: &Path) -> Option<String> {
    let mut name = key.as_os_str().to_owned();
    name.push("-cert.pub");
    read(Path::new(&name)).ok().filter(|text| text.contains("-cert-v01@openssh.com"))
}

fn read(path: &Path) -> Result<String, Unusable> {
    let mut text = String::new();
    let file = File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Unusable::Missing,
        _ => because(format!("cannot be read: {error}")),
    })?;
    let length = file.take(MAX_KEY + 1).read_to_string(&mut text).map_err(|error| because(format!("cannot be read: {error}")))?;
    if length as u64 > MAX_KEY {
        return Err(because("is no private key: too large"));
    }
    Ok(text)
}

fn openssh(text: SecretString, passphrase: Option<&SecretString>) -> Result<Key, Unusable> {
    let Ok(key) = PrivateKey::from_openssh(text.expose_secret()) else {
        // A type or cipher that only libssh2 may know.
        return Ok(Key { text, passphrase: passphrase.cloned(), certificate: None });
    };
    if !key.is_encrypted() {
        return Ok(Key { text, passphrase: None, certificate: None });
    }
    let passphrase = passphrase.ok_or_else(needs_passphrase)?;
    let open = key.decrypt(passphrase.expose_secret()).map_err(|_| because("does not open with the pass phrase given"))?;
    let text = open.to_openssh(LineEnding::LF).map_err(|error| because(format!("cannot be used: {error}")))?;
    Ok(Key { text: SecretString::from(text.as_str()), passphrase: None, certificate: None })
}

fn needs_passphrase() -> Unusable {
    because("is encrypted and no pass phrase is given")
}

fn because(reason: impl Into<String>) -> Unusable {
    Unusable::Because(reason.into())
}
