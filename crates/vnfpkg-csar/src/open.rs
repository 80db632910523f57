//! Opens a package and says why when it cannot.

use std::fs::File;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use vnfpkg_diag::Place;

use crate::limits::Limits;
use crate::package::{Form, Package};
use crate::problem::{Problem, ProblemKind, Problems};
use crate::storage::Storage;
use crate::{folder, tree, zip};

/// Why there is no package to look at. Faults *of* a package are [`Package::problems`] instead.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing has that path.
    #[error("{path}: no such file or folder")]
    NotFound {
        /// The path as given.
        path: Utf8PathBuf,
    },
    /// It exists and cannot be read.
    #[error("{path}: cannot be read: {source}")]
    Unreadable {
        /// The path as given.
        path: Utf8PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is a file, and no zip.
    #[error("{path}: is neither a zip archive nor a folder")]
    NotAPackage {
        /// The path as given.
        path: Utf8PathBuf,
        /// What the file looks like, when that is known.
        looks_like: Option<&'static str>,
    },
}

impl OpenError {
    /// What to do about it, one sentence.
    pub fn help(&self) -> String {
        match self {
            Self::NotFound { .. } => "give the path of a .csar or .zip file, or of the folder that holds TOSCA-Metadata".to_owned(),
            Self::Unreadable { .. } => "check the permissions of the file and of the folders above it".to_owned(),
            Self::NotAPackage { looks_like: Some(what), .. } => {
                format!("it looks like {what}: a CSAR is a zip archive, unpack it and run `vnfpkg pack` on the folder")
            }
            Self::NotAPackage { looks_like: None, .. } => {
                "a CSAR is a zip archive; give one, or the folder that holds TOSCA-Metadata".to_owned()
            }
        }
    }
}

pub(crate) fn open(path: &Utf8Path, limits: &Limits) -> Result<Package, OpenError> {
    let unreadable = |source| OpenError::Unreadable { path: path.to_owned(), source };
    let metadata = std::fs::metadata(path).map_err(|source| match source.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => OpenError::NotFound { path: path.to_owned() },
        _ => unreadable(source),
    })?;
    if metadata.is_dir() {
        return open_folder(path, limits).map_err(unreadable);
    }
    if !metadata.is_file() {
        return Err(OpenError::NotAPackage { path: path.to_owned(), looks_like: Some("a device or pipe") });
    }
    let file = File::open(path).map_err(unreadable)?;
    let storage = Storage::file(file, Some(path)).map_err(unreadable)?;
    let package = open_zip(path.file_name().unwrap_or(path.as_str()), storage, limits)?;
    Ok(package)
}

pub(crate) fn open_zip(name: &str, storage: Storage, limits: &Limits) -> Result<Package, OpenError> {
    let path = || Utf8PathBuf::from(name);
    let unreadable = |source| OpenError::Unreadable { path: path(), source };
    let mut head = [0; 512];
    let count = storage.fill_at(0, &mut head).map_err(unreadable)?;
    let head = head.get(..count).unwrap_or_default();
    let mut problems = Problems::default();
    let scan = zip::scan(&storage, limits, &mut problems).map_err(unreadable)?;
    if !scan.sound && !zip::is_zip(head) {
        return Err(OpenError::NotAPackage { path: path(), looks_like: looks_like(head) });
    }
    check_extension(name, &mut problems);
    let entries = tree::arrange(scan.entries, limits, &mut problems);
    Ok(Package {
        name: name.to_owned(),
        form: Form::Zip,
        storage: Some(storage),
        sound: scan.sound && entries.is_some(),
        entries: entries.unwrap_or_default(),
        problems: problems.finish(),
    })
}

fn open_folder(path: &Utf8Path, limits: &Limits) -> io::Result<Package> {
    let mut problems = Problems::default();
    let found = folder::scan(path, limits, &mut problems)?;
    let entries = found.and_then(|entries| tree::arrange(entries, limits, &mut problems));
    let real = path.canonicalize_utf8()?;
    Ok(Package {
        name: real.file_name().unwrap_or(path.as_str()).to_owned(),
        form: Form::Folder,
        storage: None,
        sound: entries.is_some(),
        entries: entries.unwrap_or_default(),
        problems: problems.finish(),
    })
}

fn check_extension(name: &str, problems: &mut Problems) {
    let extension = Utf8Path::new(name).extension().unwrap_or("");
    if !["csar", "zip"].iter().any(|known| extension.eq_ignore_ascii_case(known)) {
        problems.push(
            Problem::new(ProblemKind::ZipExtension, Place::Package, format!("the package is called {name}, not *.csar or *.zip"))
                .help("rename it: some VNFMs look at the extension"),
        );
    }
}

fn looks_like(head: &[u8]) -> Option<&'static str> {
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    match () {
        () if head.is_empty() => Some("an empty file"),
        () if at(0, b"\x1f\x8b") => Some("a gzip file"),
        () if at(257, b"ustar") => Some("a tar archive"),
        () if at(0, b"BZh") => Some("a bzip2 file"),
        () if at(0, b"\xfd7zXZ") => Some("an xz file"),
        () if at(0, b"7z\xbc\xaf") => Some("a 7z archive"),
        () if at(0, b"QFI\xfb") => Some("a qcow2 image"),
        () if at(0, b"tosca_definitions_version") => Some("a single TOSCA file"),
        () => None,
    }
}
