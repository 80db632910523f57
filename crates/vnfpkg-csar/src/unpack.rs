//! Unpacks a package into a new folder; what could be written elsewhere, or over something, is refused.

use std::fs::{self, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;

use camino::{Utf8Path, Utf8PathBuf};

use crate::entry::{Entry, Kind};
use crate::pack::is_danger;
use crate::package::Package;
use crate::problem::{Problem, ProblemKind};
use crate::read::ReadError;

/// Why a package could not be unpacked.
#[derive(Debug, thiserror::Error)]
pub enum UnpackError {
    /// The package is damaged or hostile.
    #[error("the package is not safe to unpack")]
    Refused {
        /// What exactly.
        problems: Vec<Problem>,
    },
    /// The folder is there and holds something, or is no folder.
    #[error("{path} exists and is no empty folder")]
    Occupied {
        /// The folder.
        path: Utf8PathBuf,
    },
    /// An entry cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A file cannot be written.
    #[error("{path} cannot be written: {source}")]
    Write {
        /// Which file.
        path: Utf8PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

impl UnpackError {
    /// What to do about it, one sentence.
    pub fn help(&self) -> String {
        match self {
            Self::Refused { .. } => "run `vnfpkg validate` on it and get a sound copy".to_owned(),
            Self::Occupied { .. } => "name a folder that does not exist yet".to_owned(),
            Self::Read(_) => "copy or download the package again".to_owned(),
            Self::Write { .. } => "check the permissions of the folder and the space on the disk".to_owned(),
        }
    }
}

/// Writes all files of a package below a folder that is new or empty; gives their number.
///
/// # Errors
/// When the package has problems that make unpacking unsafe, when the folder is not empty, and when reading or writing fails.
pub fn unpack(package: &Package, folder: &Utf8Path) -> Result<usize, UnpackError> {
    // A name in an old encoding can be written; two names that are one on some systems cannot.
    let blocks = |kind| kind == ProblemKind::ZipNameCase || (kind != ProblemKind::ZipNameEncoding && is_danger(kind));
    let problems: Vec<Problem> = package.problems().iter().filter(|problem| blocks(problem.kind)).cloned().collect();
    if !problems.is_empty() {
        return Err(UnpackError::Refused { problems });
    }
    prepare(folder)?;
    let mut files = 0;
    for entry in package.entries() {
        let target = folder.join(&entry.path);
        let failed = |source| UnpackError::Write { path: target.clone(), source };
        if entry.kind == Kind::Dir {
            fs::create_dir(&target).map_err(failed)?;
        } else {
            write(package, entry, &target)?;
            files += 1;
        }
    }
    Ok(files)
}

fn prepare(folder: &Utf8Path) -> Result<(), UnpackError> {
    let failed = |source| UnpackError::Write { path: folder.to_owned(), source };
    match fs::read_dir(folder).map(|mut items| items.next().is_none()) {
        Ok(true) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder).map_err(failed),
        Err(error) if error.kind() != io::ErrorKind::NotADirectory => Err(failed(error)),
        _ => Err(UnpackError::Occupied { path: folder.to_owned() }),
    }
}

fn write(package: &Package, entry: &Entry, target: &Utf8Path) -> Result<(), UnpackError> {
    let failed = |source| UnpackError::Write { path: target.to_owned(), source };
    let mode = if entry.unix_mode.is_some_and(|mode| mode & 0o100 != 0) { 0o755 } else { 0o644 };
    let mut file = OpenOptions::new().write(true).create_new(true).mode(mode).open(target).map_err(failed)?;
    let mut reader = package.reader(&entry.path)?;
    match io::copy(&mut reader, &mut file) {
        Ok(_) => Ok(()),
        Err(error) => match ReadError::from_io(&entry.path, error) {
            ReadError::Io { source, .. } => Err(failed(source)),
            damaged => Err(damaged.into()),
        },
    }
}
