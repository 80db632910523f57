//! Files kept for a VNF instance from one run to the next: what `fetch` steps brought from its hosts.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use sha2::{Digest, Sha256};
use vnfpkg_transport::UploadSource;

use super::{StateDir, StateError, file_name, private_dir, private_file};

/// The folder of one instance.
#[derive(Debug, Clone)]
pub struct Store {
    folder: PathBuf,
}

impl StateDir {
    /// The files kept for a VNF instance; nothing is read or made yet.
    pub fn store(&self, instance: &str) -> Store {
        Store { folder: self.path().join("instances").join(format!("{}.files", file_name(instance))) }
    }
}

impl Store {
    /// Where a file of this name is, or would be.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(file_name(name))
    }

    /// A kept file; `None` when there is none of this name.
    pub fn open(&self, name: &str) -> Option<Arc<dyn UploadSource>> {
        let path = self.path(name);
        let size = fs::metadata(&path).ok().filter(fs::Metadata::is_file)?.len();
        Some(Arc::new(Kept { path, size, digest: OnceLock::new() }))
    }

    /// Begins to write a file. Nobody sees it before [`Incoming::keep`].
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub(crate) fn incoming(&self, name: &str) -> Result<Incoming, StateError> {
        private_dir(&self.folder)?;
        let path = self.path(name);
        let partial = self.folder.join(format!("{}.partial", file_name(name)));
        let file = private_file().write(true).create(true).truncate(true).open(&partial).map_err(StateError::io(&partial))?;
        Ok(Incoming { file, partial, path, hash: Sha256::new(), bytes: 0 })
    }

    /// Forgets all files.
    ///
    /// # Errors
    /// When a file cannot be removed.
    pub fn clear(&self) -> Result<(), StateError> {
        match fs::remove_dir_all(&self.folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StateError::io(&self.folder)(error)),
            _ => Ok(()),
        }
    }
}

/// A file on its way into the store; removed when it is dropped before it is whole.
pub(crate) struct Incoming {
    file: File,
    partial: PathBuf,
    path: PathBuf,
    hash: Sha256,
    bytes: u64,
}

impl Incoming {
    /// Takes the next bytes.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        self.file.write_all(bytes)
    }

    /// Bytes so far.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Keeps the file when it is what was announced; false when it is something else.
    pub(crate) fn keep(self, digest: &str) -> io::Result<bool> {
        if hex::encode(self.hash.clone().finalize()) != digest {
            return Ok(false);
        }
        self.file.sync_all()?;
        fs::rename(&self.partial, &self.path)?;
        Ok(true)
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // After `keep` it is not there any more.
        let _ = fs::remove_file(&self.partial);
    }
}

/// A kept file on its way to hosts; hashed once, however many there are.
struct Kept {
    path: PathBuf,
    size: u64,
    digest: OnceLock<Result<String, String>>,
}

impl UploadSource for Kept {
    fn size(&self) -> u64 {
        self.size
    }

    fn sha256(&self) -> io::Result<String> {
        self.digest.get_or_init(|| digest_of(&self.path).map_err(|error| error.to_string())).clone().map_err(io::Error::other)
    }

    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut file = File::open(&self.path)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Box::new(file))
    }
}

fn digest_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&buffer[..read]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_once_it_is_whole_and_right() {
        let folder = tempfile::tempdir().unwrap();
        let store = StateDir::new(folder.path()).store("vnf/1");
        let digest = hex::encode(Sha256::digest(b"content"));
        assert!(store.open("a").is_none());
        let mut wrong = store.incoming("a").unwrap();
        wrong.write(b"contenT").unwrap();
        assert!(!wrong.keep(&digest).unwrap());
        assert!(store.open("a").is_none());
        let mut right = store.incoming("a").unwrap();
        right.write(b"con").unwrap();
        right.write(b"tent").unwrap();
        assert_eq!(right.bytes(), 7);
        assert!(right.keep(&digest).unwrap());
        let kept = store.open("a").unwrap();
        assert_eq!((kept.size(), kept.sha256().unwrap()), (7, digest));
        let mut rest = String::new();
        kept.open_at(3).unwrap().read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "tent");
        let names: Vec<_> = fs::read_dir(&store.folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["a"], "nothing half-written stays");
        store.clear().unwrap();
        assert!(store.open("a").is_none());
        store.clear().unwrap();
    }

    #[test]
    fn a_name_stays_in_the_folder() {
        let store = StateDir::new("/state").store("../../etc");
        for name in ["../x", "/etc/passwd", "..", ""] {
            assert_eq!(store.path(name).parent(), Some(store.folder.as_path()), "{name}");
        }
    }
}
