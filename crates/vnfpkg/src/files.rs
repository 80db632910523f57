//! The files of a package as planning and uploading want them.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use vnfpkg_csar::{Algorithm, Package};
use vnfpkg_transport::UploadSource;

use crate::digests::Digests;

/// Templates and documents are small; more than this is a mistake.
const TEXT_LIMIT: u64 = 1 << 20;

/// A package as the other crates see it.
#[derive(Clone)]
pub(crate) struct Files(pub(crate) Arc<Package>, Sources, Option<Digests>);

/// The files that were uploaded so far: each is hashed once, however many hosts take it.
type Sources = Arc<Mutex<HashMap<String, Arc<PackageFile>>>>;

impl Files {
    /// The files of a package.
    pub(crate) fn new(package: Package) -> Self {
        Self(Arc::new(package), Sources::default(), None)
    }

    /// Keeps the digests of large files for the next run.
    #[must_use]
    pub(crate) fn with_digests(self, digests: Digests) -> Self {
        Self(self.0, self.1, Some(digests))
    }
}

impl vnfpkg_plan::files::PackageFiles for Files {
    fn read_text(&self, path: &str) -> Result<String, String> {
        let text = self.0.read_text(path, TEXT_LIMIT).map_err(|error| error.to_string())?;
        if !text.is_utf8() {
            return Err("it is not UTF-8".into());
        }
        Ok(text.text)
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.0.entry(path).filter(|entry| entry.is_file()).map(|entry| entry.size)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        self.0.reader(path).map_err(io::Error::other)
    }

    fn near(&self, path: &str) -> Option<String> {
        self.0.near(path).map(str::to_owned)
    }
}

impl vnfpkg_run::PackageFiles for Files {
    fn source(&self, path: &str) -> io::Result<Arc<dyn UploadSource>> {
        let entry = self.0.entry(path).ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, format!("`{path}` is not in the package")))?;
        let mut sources = self.1.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || PackageFile {
            package: Arc::clone(&self.0),
            path: path.to_owned(),
            size: entry.size,
            digest: OnceLock::new(),
            digests: self.2.clone(),
        };
        let file = sources.entry(path.to_owned()).or_insert_with(|| Arc::new(new()));
        Ok(Arc::clone(file) as Arc<dyn UploadSource>)
    }
}

/// One file of a package on its way to hosts.
struct PackageFile {
    package: Arc<Package>,
    path: String,
    size: u64,
    digest: OnceLock<Result<String, String>>,
    digests: Option<Digests>,
}

impl PackageFile {
    /// From a record that holds, or by reading the file.
    fn compute(&self) -> Result<String, String> {
        let read =
            || self.package.digest_once(&self.path, Algorithm::Sha256).map(|digest| digest.to_string()).map_err(|error| error.to_string());
        let kept = self.digests.as_ref().zip(self.package.stored_range(&self.path));
        let Some((digests, range, state)) = kept.and_then(|(digests, range)| Digests::state(&range).map(|state| (digests, range, state)))
        else {
            return read();
        };
        if let Some(digest) = digests.get(&range, &state) {
            return Ok(digest);
        }
        let digest = read()?;
        digests.put(&range, &state, &digest);
        Ok(digest)
    }
}

impl UploadSource for PackageFile {
    fn size(&self) -> u64 {
        self.size
    }

    fn sha256(&self) -> io::Result<String> {
        self.digest.get_or_init(|| self.compute()).clone().map_err(io::Error::other)
    }

    fn is_seekable(&self) -> bool {
        self.package.stored_range(&self.path).is_some()
    }

    fn open_at(&self, offset: u64) -> io::Result<Box<dyn Read + Send>> {
        if let Some(range) = self.package.stored_range(&self.path) {
            let mut file = File::open(&range.file)?;
            file.seek(SeekFrom::Start(range.offset + offset.min(range.length)))?;
            return Ok(Box::new(file.take(range.length.saturating_sub(offset))));
        }
        let mut reader = self.package.reader(&self.path).map_err(io::Error::other)?;
        io::copy(&mut reader.by_ref().take(offset), &mut io::sink())?;
        Ok(reader)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use vnfpkg_run::PackageFiles;

    use super::*;

    #[test]
    fn a_file_is_hashed_once_for_all_hosts() {
        let folder = tempfile::tempdir().expect("temporary folder");
        fs::write(folder.path().join("image"), "first").expect("written");
        let files = Files::new(Package::open(folder.path().to_str().expect("a plain path").as_ref()).expect("a folder is a package"));
        let digest = || files.source("image").and_then(|source| source.sha256()).expect("readable");
        let first = digest();
        // Another host asks: who read the file again would see this.
        fs::write(folder.path().join("image"), "other").expect("written");
        assert_eq!(digest(), first);
    }
}
