//! The package's files as the TOSCA reader and the planner want them.

use std::io::{self, Read};

use vnfpkg_csar::{Package, ReadError};
use vnfpkg_plan::files::PackageFiles;
use vnfpkg_tosca::load::{FileError, Files};

/// Largest service template; ETSI's type files have 70 KB, a VNFD of 500 VDUs 700 KB.
const TEMPLATE_LIMIT: u64 = 16 << 20;
/// Largest lifecycle document or step template.
const SCRIPT_LIMIT: u64 = 1 << 20;
/// In packages with more files than this only upper and lower case are compared.
const NEAR_LIMIT: usize = 2000;

/// Text access to a package.
#[derive(Debug, Clone, Copy)]
pub struct PackageText<'a> {
    package: &'a Package,
}

impl<'a> PackageText<'a> {
    /// Gives access to a package.
    pub fn new(package: &'a Package) -> Self {
        Self { package }
    }
}

impl Files for PackageText<'_> {
    fn read_text(&self, path: &str) -> Result<String, FileError> {
        let text = self.package.read_text(path, TEMPLATE_LIMIT).map_err(|error| match error {
            ReadError::NotFound { .. } => FileError::Missing,
            ReadError::TooLarge { size, limit, .. } => FileError::TooLarge { bytes: size, limit },
            other => FileError::Unreadable(other.to_string()),
        })?;
        match text.invalid.first() {
            Some(offset) => Err(FileError::NotUtf8 { offset: *offset, text: text.text }),
            None => Ok(text.text),
        }
    }

    fn exists(&self, path: &str) -> bool {
        self.package.entry(path).is_some_and(vnfpkg_csar::Entry::is_file)
    }

    fn near(&self, path: &str) -> Option<String> {
        near(self.package, path)
    }
}

impl PackageFiles for PackageText<'_> {
    fn read_text(&self, path: &str) -> Result<String, String> {
        let text = self.package.read_text(path, SCRIPT_LIMIT).map_err(|error| match error {
            ReadError::NotFound { .. } => "the package has no such file".to_owned(),
            other => other.to_string(),
        })?;
        if text.is_utf8() { Ok(text.text) } else { Err("it is not UTF-8".to_owned()) }
    }

    fn size(&self, path: &str) -> Option<u64> {
        self.package.entry(path).filter(|entry| entry.is_file()).map(|entry| entry.size)
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        self.package.reader(path).map_err(io::Error::other)
    }

    fn near(&self, path: &str) -> Option<String> {
        near(self.package, path)
    }
}

/// A path of the package that is nearly the wanted one: another case, few letters off, or the same file name elsewhere.
pub(crate) fn near(package: &Package, path: &str) -> Option<String> {
    if let Some(near) = package.near(path) {
        return Some(near.to_owned());
    }
    if package.entries().len() > NEAR_LIMIT {
        return None;
    }
    let paths = || package.entries().iter().map(|entry| entry.path.as_str());
    let by_letters = vnfpkg_tosca::nearest(path, paths());
    let name = path.rsplit('/').next().unwrap_or(path);
    let elsewhere = || paths().find(|known| known.rsplit('/').next() == Some(name));
    by_letters.or_else(elsewhere).map(str::to_owned)
}
