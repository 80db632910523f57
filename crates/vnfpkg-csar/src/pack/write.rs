//! Writes the archive: the same folder gives the same bytes on every machine.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};

use camino::{Utf8Path, Utf8PathBuf};
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::{PackError, PackOptions};
use crate::entry::{Entry, Kind, Origin};
use crate::package::Package;
use crate::text::TOSCA_META;

/// Extensions of disk images.
const IMAGES: [&str; 13] = ["img", "raw", "iso", "qcow2", "vmdk", "vhd", "vhdx", "vdi", "ova", "ami", "ari", "aki", "ploop"];
/// Extensions of files that deflate does not make smaller.
const PACKED: [&str; 14] = ["gz", "tgz", "bz2", "xz", "txz", "zst", "lz4", "zip", "7z", "jar", "whl", "png", "jpg", "deb"];

/// Files of this size and more get zip64 headers; below 4 GiB, because deflate may enlarge a file a little.
const WIDE_FROM: u64 = 0xF000_0000;

/// Writes all entries, with some texts replaced, and gives the size of the archive.
pub(super) fn archive(
    package: &Package,
    texts: &BTreeMap<String, String>,
    output: &Utf8Path,
    options: PackOptions,
) -> Result<u64, PackError> {
    let failed = |source: io::Error| PackError::Write { path: output.to_owned(), source };
    let temporary = temporary_beside(output).map_err(failed)?;
    let mut zip = ZipWriter::new(BufWriter::with_capacity(256 << 10, temporary));
    for entry in in_order(package) {
        match entry.kind {
            Kind::Dir => add_dir(&mut zip, entry).map_err(failed)?,
            _ => add_file(&mut zip, package, texts.get(&entry.path), entry, options, output)?,
        }
    }
    let buffered = zip.finish().map_err(|error| failed(error.into()))?;
    let temporary = buffered.into_inner().map_err(|error| failed(error.into_error()))?;
    temporary.as_file().sync_all().map_err(failed)?;
    let size = temporary.as_file().metadata().map_err(failed)?.len();
    persist(temporary, output, 0o644).map_err(failed)?;
    Ok(size)
}

/// Writes an outer zip: a CSAR and its signature, both stored, so that the CSAR is read in place. Gives the size.
pub(super) fn outer(csar: &mut File, name: &str, signature: &[u8], output: &Utf8Path) -> Result<u64, PackError> {
    let failed = |source: io::Error| PackError::Write { path: output.to_owned(), source };
    let mut write = || -> io::Result<u64> {
        let size = csar.metadata()?.len();
        let header = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let mut zip = ZipWriter::new(BufWriter::with_capacity(256 << 10, temporary_beside(output)?));
        zip.start_file(format!("{name}.csar"), header.large_file(size >= WIDE_FROM))?;
        io::copy(csar, &mut zip)?;
        zip.start_file(format!("{name}.cms"), header)?;
        zip.write_all(signature)?;
        let temporary = zip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        temporary.as_file().sync_all()?;
        let size = temporary.as_file().metadata()?.len();
        persist(temporary, output, 0o644)?;
        Ok(size)
    };
    write().map_err(failed)
}

/// TOSCA.meta first, so that a reader of the stream meets it first; the rest by path. Folders stand for themselves only when empty.
fn in_order(package: &Package) -> impl Iterator<Item = &Entry> {
    let entries = package.entries();
    let is_parent = |at: usize, dir: &Entry| {
        let next = entries.get(at + 1..).unwrap_or_default();
        let prefix = format!("{}/", dir.path);
        // Names such as `a-b` sort between `a` and `a/b`.
        next.iter().take_while(|entry| entry.path.starts_with(&dir.path)).any(|entry| entry.path.starts_with(&prefix))
    };
    let rest = entries
        .iter()
        .enumerate()
        .filter(move |(at, entry)| entry.path != TOSCA_META && (entry.is_file() || !is_parent(*at, entry)))
        .map(|(_, entry)| entry);
    package.entry(TOSCA_META).into_iter().chain(rest)
}

type Zip = ZipWriter<BufWriter<NamedTempFile>>;

fn add_dir(zip: &mut Zip, entry: &Entry) -> io::Result<()> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o755);
    Ok(zip.add_directory(entry.path.as_str(), options)?)
}

fn add_file(
    zip: &mut Zip,
    package: &Package,
    text: Option<&String>,
    entry: &Entry,
    options: PackOptions,
    output: &Utf8Path,
) -> Result<(), PackError> {
    let failed = |source: io::Error| PackError::Write { path: output.to_owned(), source };
    let size = text.map_or(entry.size, |text| text.len() as u64);
    let header = SimpleFileOptions::default()
        .compression_method(method(entry.name(), options))
        .last_modified_time(DateTime::default())
        .unix_permissions(mode(entry))
        .large_file(size >= WIDE_FROM);
    zip.start_file(entry.path.as_str(), header).map_err(|error| failed(error.into()))?;
    if let Some(text) = text {
        return zip.write_all(text.as_bytes()).map_err(failed);
    }
    // One byte more than listed shows that the file grew.
    let mut reader = package.open_entry(entry)?.take(size + 1);
    let mut buffer = vec![0; 256 << 10];
    let mut written = 0;
    loop {
        let count = match reader.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            result => result.map_err(|error| crate::read::ReadError::from_io(&entry.path, error))?,
        };
        if count == 0 {
            break;
        }
        written += count as u64;
        zip.write_all(buffer.get(..count).unwrap_or_default()).map_err(failed)?;
    }
    if written == size { Ok(()) } else { Err(PackError::Changed { path: entry.path.clone() }) }
}

fn method(name: &str, options: PackOptions) -> CompressionMethod {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    let packed = PACKED.contains(&extension.as_str());
    let image = IMAGES.contains(&extension.as_str()) && !options.compress_images;
    if packed || image { CompressionMethod::Stored } else { CompressionMethod::Deflated }
}

fn mode(entry: &Entry) -> u32 {
    if entry.unix_mode.is_some_and(|mode| mode & 0o100 != 0) { 0o755 } else { 0o644 }
}

/// Writes changed texts over those of the folder.
pub(super) fn back(package: &Package, texts: &BTreeMap<String, String>) -> Result<(), PackError> {
    for (path, text) in texts {
        let Some(Origin::File(file)) = package.entry(path).map(|entry| &entry.origin) else { continue };
        let mode = package.entry(path).and_then(|entry| entry.unix_mode).unwrap_or(0o644);
        let write = || -> io::Result<()> {
            let mut temporary = temporary_beside(file)?;
            temporary.write_all(text.as_bytes())?;
            persist(temporary, file, mode & 0o777)
        };
        write().map_err(|source| PackError::Write { path: file.clone(), source })?;
    }
    Ok(())
}

/// A temporary file on the same disk, so that it can be renamed.
fn temporary_beside(file: &Utf8Path) -> io::Result<NamedTempFile> {
    tempfile::Builder::new().prefix(".vnfpkg-").suffix("~").tempfile_in(folder_of(file))
}

/// The folder that a file is in.
pub(super) fn folder_of(file: &Utf8Path) -> Utf8PathBuf {
    file.parent().filter(|folder| !folder.as_str().is_empty()).map_or_else(|| Utf8PathBuf::from("."), Utf8Path::to_owned)
}

fn persist(temporary: NamedTempFile, file: &Utf8Path, mode: u32) -> io::Result<()> {
    let handle: &File = temporary.as_file();
    handle.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(mode))?;
    temporary.persist(file).map_err(|error| error.error)?;
    Ok(())
}
