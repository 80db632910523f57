//! The signed outer zip (SOL004 §5.1, option 2): a CSAR, its signature and perhaps a certificate, side by side.

use std::io::{Read, Seek, Write};

use super::{Signature, SignatureError, Verified};
use crate::limits::Limits;
use crate::open::{self, OpenError};
use crate::package::Package;
use crate::read::ReadError;
use crate::storage::Storage;

/// What an outer zip holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outer {
    /// Path of the CSAR.
    pub csar: String,
    /// Path of its signature: the CSAR's base name and `.cms`, else the only `.cms` file.
    pub signature: Option<String>,
    /// Path of the certificate: the CSAR's base name and `.cert`, else the only `.cert` file.
    pub certificate: Option<String>,
    /// Files that do not belong into an outer zip.
    pub others: Vec<String>,
}

/// Why the signature of an outer zip could not be confirmed.
#[derive(Debug, thiserror::Error)]
pub enum OuterError {
    /// There is no signature file.
    #[error("there is no .cms file beside {0}")]
    NoSignature(String),
    /// A file of the outer zip cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The signature does not hold.
    #[error(transparent)]
    Signature(#[from] SignatureError),
}

/// The largest signature or certificate that is read.
const SIGNATURE_LIMIT: u64 = 1 << 20;
/// A CSAR that is deflated inside the outer zip is held in memory up to this size, beyond it in a file without a name.
const IN_MEMORY: u64 = 64 << 20;

impl Outer {
    pub(crate) fn of(package: &Package) -> Option<Self> {
        let roots: Vec<&str> = package.files().map(|entry| entry.path.as_str()).filter(|path| !path.contains('/')).collect();
        let with = |extension: &str| -> Vec<&str> {
            let ends = |path: &&str| path.rsplit_once('.').is_some_and(|(_, found)| found.eq_ignore_ascii_case(extension));
            roots.iter().copied().filter(ends).collect()
        };
        let csars = with("csar");
        let [csar] = csars.as_slice() else { return None };
        let stem = csar.rsplit_once('.').map_or(*csar, |(stem, _)| stem);
        let beside = |extension: &str| -> Option<String> {
            let found = with(extension);
            let same = found.iter().find(|path| path.rsplit_once('.').is_some_and(|(found, _)| found == stem));
            let only = (found.len() == 1).then(|| found.first()).flatten();
            same.or(only).map(|path| (*path).to_owned())
        };
        let (signature, certificate) = (beside("cms"), beside("cert"));
        let known = [Some(*csar), signature.as_deref(), certificate.as_deref()];
        let others = package.files().map(|entry| entry.path.clone()).filter(|path| !known.contains(&Some(path.as_str()))).collect();
        Some(Self { csar: (*csar).to_owned(), signature, certificate, others })
    }
}

impl Package {
    /// The parts of a signed outer zip; `None` when the package is none: it has a TOSCA.meta or a root template, or not exactly one `.csar`.
    pub fn outer(&self) -> Option<Outer> {
        let is_csar = self.exists(crate::text::TOSCA_META) || self.root_yaml() != crate::root_yaml::RootYaml::None;
        if is_csar { None } else { Outer::of(self) }
    }

    /// Opens a package that lies inside this one. Stored, it is read in place; deflated, it is inflated into memory, or when it is
    /// large into a temporary file without a name.
    ///
    /// # Errors
    /// The outer error is that of reading this package, the inner one that of the inner package.
    pub fn inner(&self, path: &str) -> Result<Result<Self, OpenError>, ReadError> {
        let entry = self.readable(path)?;
        let storage = match (self.stored_in_place(entry), entry.size) {
            (Some(storage), _) => storage,
            (None, 0..=IN_MEMORY) => Storage::memory(self.read(path, IN_MEMORY)?),
            (None, _) => self.spool(path)?,
        };
        Ok(open::open_zip(entry.name(), storage, &Limits::default()))
    }

    fn spool(&self, path: &str) -> Result<Storage, ReadError> {
        let failed = |error| ReadError::from_io(path, error);
        let mut reader = self.reader(path)?;
        let mut file = tempfile::tempfile().map_err(failed)?;
        let mut buffer = vec![0; 256 << 10];
        loop {
            let count = reader.read(&mut buffer).map_err(failed)?;
            if count == 0 {
                break;
            }
            file.write_all(buffer.get(..count).unwrap_or_default()).map_err(failed)?;
        }
        file.rewind().map_err(failed)?;
        Storage::file(file, None).map_err(failed)
    }

    /// Checks the signature of an outer zip over the bytes of its CSAR; `trusted` are PEM or DER certificates, or empty.
    ///
    /// # Errors
    /// When there is no signature, a file cannot be read, or the signature does not hold.
    pub fn verify_outer(&self, outer: &Outer, trusted: &[u8]) -> Result<Verified, OuterError> {
        let path = outer.signature.as_ref().ok_or_else(|| OuterError::NoSignature(outer.csar.clone()))?;
        let mut signature = Signature::parse(&self.read(path, SIGNATURE_LIMIT)?)?;
        if let Some(certificate) = &outer.certificate {
            signature = signature.with_certificates(&self.read(certificate, SIGNATURE_LIMIT)?)?;
        }
        if !trusted.is_empty() {
            signature = signature.with_trusted(trusted)?;
        }
        let checked = signature.verify_reader(self.reader(&outer.csar)?).map_err(|error| ReadError::from_io(&outer.csar, error))?;
        Ok(checked?)
    }
}
