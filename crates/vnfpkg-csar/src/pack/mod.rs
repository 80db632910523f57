//! Makes a CSAR from a folder: digests brought up to date, the same bytes every time, memory constant.

mod edit;
mod error;
mod refresh;
mod sign;
mod write;

use std::collections::BTreeMap;

use camino::{Utf8Path, Utf8PathBuf};

use crate::entry::Origin;
use crate::package::{Form, Package};
use crate::problem::{Problem, ProblemKind};
use crate::signature::Signer;
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
    /// How many files were signed each for itself.
    pub signed_files: usize,
}

/// How a package is signed.
#[derive(Debug, Clone, Copy)]
pub struct Signing<'a> {
    /// With which key.
    pub signer: &'a Signer,
    /// Sign every file for itself too (SOL004 §5.4).
    pub files: bool,
    /// Sign the archive as a whole, and put both into an outer zip (SOL004 §5.1, option 2) instead of signing the manifest (option 1).
    pub outer: bool,
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
    pack_with(folder, output, options, None)
}

/// Packs a folder into a signed archive. The signature covers the digests as they are brought up to date; into the folder only those are
/// written, if at all.
///
/// # Errors
/// As [`pack`]; and when nothing can be signed, or there is no manifest to put the signature into.
pub fn pack_signed(folder: &Utf8Path, output: &Utf8Path, options: &PackOptions, signing: &Signing<'_>) -> Result<PackReport, PackError> {
    pack_with(folder, output, options, Some(signing))
}

fn pack_with(folder: &Utf8Path, output: &Utf8Path, options: &PackOptions, signing: Option<&Signing<'_>>) -> Result<PackReport, PackError> {
    let mut package = Package::open(folder)?;
    if package.form() != Form::Folder {
        return Err(PackError::NotAFolder { path: folder.to_owned() });
    }
    leave_out(&mut package, output);
    refuse_dangers(&package)?;
    if !package.exists(TOSCA_META) && package.root_yaml().path().is_none() {
        return Err(PackError::NotAPackage { path: folder.to_owned(), near: package.near(TOSCA_META).map(str::to_owned) });
    }
    let signed_files = match signing.filter(|signing| signing.files) {
        Some(signing) => {
            let manifest = refresh::manifest_of(&package)?.ok_or(PackError::NoManifest)?;
            Some(sign::files(&mut package, &manifest, signing.signer)?)
        }
        None => None,
    };
    let mut refresh = Refresh::of(&package)?;
    if options.write_back && signed_files.is_none() {
        write::back(&package, &refresh.texts)?;
    }
    if let Some(signing) = signing {
        sign_manifest(&package, &mut refresh, signed_files.as_ref(), signing)?;
    }
    let size = match signing.filter(|signing| signing.outer) {
        Some(signing) => write_outer(&package, &refresh.texts, output, *options, signing.signer)?,
        None => write::archive(&package, &refresh.texts, output, *options)?,
    };
    let Refresh { manifest, changes, dangling, signature_removed, .. } = refresh;
    let files = package.files().count();
    let signature_removed = signature_removed && signing.is_none();
    let signed_files = signed_files.map_or(0, |signed| signed.len());
    Ok(PackReport { output: output.to_owned(), files, size, manifest, changes, dangling, signature_removed, signed_files })
}

/// Names the signatures of files in the manifest, and signs it unless the whole archive is signed.
fn sign_manifest(package: &Package, refresh: &mut Refresh, signed: Option<&sign::Signed>, signing: &Signing<'_>) -> Result<(), PackError> {
    let Some(path) = refresh.manifest.clone() else {
        return if signing.outer { Ok(()) } else { Err(PackError::NoManifest) };
    };
    let mut text = match refresh.texts.remove(&path) {
        Some(text) => text,
        None => package.read_text(&path, refresh::TEXT_LIMIT)?.text,
    };
    if let Some(signed) = signed {
        text = signed.name_in(&text);
    }
    if !signing.outer {
        text = sign::manifest(&text, signing.signer)?;
    }
    refresh.texts.insert(path, text);
    Ok(())
}

/// Writes the archive beside the output, signs it, and puts both into the outer zip.
fn write_outer(
    package: &Package,
    texts: &BTreeMap<String, String>,
    output: &Utf8Path,
    options: PackOptions,
    signer: &Signer,
) -> Result<u64, PackError> {
    let failed = |source| PackError::Write { path: output.to_owned(), source };
    let folder = tempfile::Builder::new().prefix(".vnfpkg-").suffix("~").tempdir_in(write::folder_of(output)).map_err(failed)?;
    let name = output.file_stem().unwrap_or(package.name());
    let inner = Utf8PathBuf::try_from(folder.path().join("inner.csar")).map_err(|error| failed(error.into_io_error()))?;
    write::archive(package, texts, &inner, options)?;
    sign::outer(&inner, name, output, signer)
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
