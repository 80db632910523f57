//! Makes a CSAR from a folder: digests brought up to date, the same bytes every time, memory constant.

mod edit;
mod error;
mod refresh;
mod write;

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::entry::Origin;
use crate::package::{Form, Package};
use crate::problem::{Problem, ProblemKind};
use crate::text::TOSCA_META;

pub use error::PackError;
use refresh::Refresh;

/// How to pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PackOptions {
    /// Also write the updated manifest and TOSCA.meta into the folder.
    pub write_back: bool,
    /// Deflate disk images too. Otherwise they are stored, so that ranges of them can be read straight from the archive.
    pub compress_images: bool,
}

/// What packing did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackReport {
    /// The archive.
    pub output: Utf8PathBuf,
    /// Files in it.
    pub files: usize,
    /// Bytes of it.
    pub size: u64,
    /// Path of the manifest; `None` when the package has none, and then no digest was added.
    pub manifest: Option<String>,
    /// Digests that were not right in the folder.
    pub changes: Vec<Change>,
    /// `Source` and `Name` values that name no file of the folder; they were left as they are.
    pub dangling: Vec<String>,
    /// Whether a signature was taken out of the manifest, because it did not cover the new digests.
    pub signature_removed: bool,
}

/// One digest that was brought up to date.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The manifest, or TOSCA.meta.
    pub text: String,
    /// The file whose digest it is.
    pub path: String,
    /// What was done.
    pub kind: ChangeKind,
}

/// What was done to a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// The file was not listed.
    Added,
    /// The digest, or its algorithm, was wrong.
    Updated,
}

/// Packs a folder into an archive. The folder stays as it is unless [`PackOptions::write_back`] is set. The archive appears under its
/// name only when it is complete.
///
/// # Errors
/// When the folder is no package or holds what a package must not, and when reading or writing fails.
pub fn pack(folder: &Utf8Path, output: &Utf8Path, options: &PackOptions) -> Result<PackReport, PackError> {
    let mut package = Package::open(folder)?;
    if package.form() != Form::Folder {
        return Err(PackError::NotAFolder { path: folder.to_owned() });
    }
    leave_out(&mut package, output);
    refuse_dangers(&package)?;
    if !package.exists(TOSCA_META) && package.root_yaml().path().is_none() {
        return Err(PackError::NotAPackage { path: folder.to_owned(), near: package.near(TOSCA_META).map(str::to_owned) });
    }
    let refresh = Refresh::of(&package)?;
    let size = write::archive(&package, &refresh.texts, output, *options)?;
    if options.write_back {
        write::back(&package, &refresh.texts)?;
    }
    let Refresh { manifest, changes, dangling, signature_removed, .. } = refresh;
    let files = package.files().count();
    Ok(PackReport { output: output.to_owned(), files, size, manifest, changes, dangling, signature_removed })
}

/// Writes a package, as it is read, into a new archive: a copy of an archive with what was put over its files. Digests stay as they are.
///
/// # Errors
/// When the package holds what a package must not, and when reading or writing fails.
pub fn rewrite(package: &Package, output: &Utf8Path, options: &PackOptions) -> Result<u64, PackError> {
    refuse_dangers(package)?;
    write::archive(package, &BTreeMap::new(), output, *options)
}

/// Takes the archive itself out of the list when it lies in the folder that is packed.
fn leave_out(package: &mut Package, output: &Utf8Path) {
    let Ok(output) = output.canonicalize_utf8() else { return };
    let is_output = |origin: &Origin| matches!(origin, Origin::File(file) if file.canonicalize_utf8().is_ok_and(|file| file == output));
    package.entries.retain(|entry| !is_output(&entry.origin));
}

fn refuse_dangers(package: &Package) -> Result<(), PackError> {
    let dangers: Vec<Problem> = package.problems().iter().filter(|problem| is_danger(problem.kind)).cloned().collect();
    if dangers.is_empty() { Ok(()) } else { Err(PackError::Refused { problems: dangers }) }
}

/// Problems that leave no honest way to copy a package.
pub(crate) fn is_danger(kind: ProblemKind) -> bool {
    use ProblemKind::{
        ZipDamaged, ZipDuplicateName, ZipEncrypted, ZipExpandsTooMuch, ZipHeaderMismatch, ZipMethod, ZipNameEncoding, ZipOverlap,
        ZipSpecialFile, ZipTooManyEntries, ZipUnsafeName,
    };
    matches!(
        kind,
        ZipDamaged
            | ZipDuplicateName
            | ZipEncrypted
            | ZipExpandsTooMuch
            | ZipHeaderMismatch
            | ZipMethod
            | ZipNameEncoding
            | ZipOverlap
            | ZipSpecialFile
            | ZipTooManyEntries
            | ZipUnsafeName
    )
}
