//! A small sound package that tests break in one place.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};

use vnfpkg_csar::{Algorithm, Package};
use vnfpkg_diag::{Place, Sources};
use vnfpkg_lint::{Options, validate};
use zip::write::SimpleFileOptions;

pub(crate) const MANIFEST: &str = "base.mf";
pub(crate) const META: &str = "TOSCA-Metadata/TOSCA.meta";
pub(crate) const SIMPLE: &str = "Definitions/simple.yaml";
pub(crate) const TOP: &str = "Definitions/top.yaml";
pub(crate) const TYPES: &str = "Definitions/types.yaml";
pub(crate) const DOCUMENT: &str = "Scripts/lifecycle.yaml";
pub(crate) const IMAGE: &str = "Files/images/disk.qcow2";

/// The files of a package.
#[derive(Clone)]
pub(crate) struct Base {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    sealed: bool,
}

/// Code, file and line of a finding; line 0 where there is none.
pub(crate) type Found = (String, String, u32);

macro_rules! base_files {
    ($($path:literal),* $(,)?) => { [$(($path, include_bytes!(concat!("../files/", $path)).as_slice())),*] };
}

/// The sound package. Its manifest lists nothing yet; that is done when it is packed.
pub(crate) fn base() -> Base {
    let texts = base_files!(
        "TOSCA-Metadata/TOSCA.meta",
        "base.mf",
        "ChangeLog.txt",
        "Licenses/LICENSE.txt",
        "Definitions/top.yaml",
        "Definitions/types.yaml",
        "Definitions/simple.yaml",
        "Scripts/lifecycle.yaml",
        "Scripts/install.sh",
        "Scripts/installed.sh",
        "Scripts/check_port.sh",
    );
    let mut files: BTreeMap<String, Vec<u8>> = texts.into_iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect();
    // The header of a qcow2 image with a disk of 1 GiB.
    let mut image = b"QFI\xfb\0\0\0\x03".to_vec();
    image.resize(24, 0);
    image.extend((1u64 << 30).to_be_bytes());
    image.resize(512, 0);
    files.insert(IMAGE.to_owned(), image);
    let base = Base { files, sealed: false };
    let hash = base.digest(IMAGE);
    base.edit(SIMPLE, "IMAGE_HASH", &hash)
}

impl Base {
    /// No files at all.
    pub(crate) fn empty() -> Self {
        Self { files: BTreeMap::new(), sealed: true }
    }

    /// Replaces a text that stands exactly once in a file.
    pub(crate) fn edit(mut self, path: &str, from: &str, to: &str) -> Self {
        let text = String::from_utf8(self.files[path].clone()).unwrap();
        assert_eq!(text.matches(from).count(), 1, "{from:?} in {path}");
        self.files.insert(path.to_owned(), text.replace(from, to).into_bytes());
        self
    }

    /// Adds or replaces a file.
    pub(crate) fn with(mut self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.files.insert(path.to_owned(), bytes.as_ref().to_vec());
        self
    }

    /// Leaves a file out.
    pub(crate) fn without(mut self, path: &str) -> Self {
        self.files.remove(path).unwrap();
        self
    }

    /// The SHA-256 digest of a file.
    pub(crate) fn digest(&self, path: &str) -> String {
        self.digest_by(path, Algorithm::Sha256)
    }

    /// The digest of a file.
    pub(crate) fn digest_by(&self, path: &str, algorithm: Algorithm) -> String {
        let package = Package::from_bytes("x.csar", self.zip()).unwrap();
        package.digest_once(path, algorithm).unwrap().to_string()
    }

    /// Lists every file with its digest in the manifest; later edits make the digests wrong.
    pub(crate) fn sealed(mut self) -> Self {
        self.sealed = true;
        let Some(path) = self.files.keys().find(|path| path.ends_with(".mf")).cloned() else { return self };
        let package = Package::from_bytes("x.csar", self.zip()).unwrap();
        let mut manifest = String::from_utf8(self.files[&path].clone()).unwrap();
        for entry in package.files().filter(|entry| entry.path != path) {
            let digest = package.digest_once(&entry.path, Algorithm::Sha256).unwrap();
            manifest.push_str(&format!("\nSource: {}\nAlgorithm: SHA-256\nHash: {digest}\n", entry.path));
        }
        self.with(&path, manifest)
    }

    /// The package with a manifest that lists nothing.
    pub(crate) fn unlisted(mut self) -> Self {
        self.sealed = true;
        self
    }

    /// Does the manifest list the files, or is it to stay as it is?
    pub(crate) fn is_sealed(&self) -> bool {
        self.sealed
    }

    /// Writes the files into a folder.
    pub(crate) fn write(&self, folder: &std::path::Path) {
        for (path, bytes) in &self.files {
            let path = folder.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
    }

    /// The bytes of an archive whose sizes stand behind the contents.
    pub(crate) fn streamed(&self) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new_stream(Vec::new());
        for (path, bytes) in &self.files {
            writer.start_file(path, SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// The bytes of the archive.
    pub(crate) fn zip(&self) -> Vec<u8> {
        self.zip_with(SimpleFileOptions::default())
    }

    /// The bytes of an archive of a certain make.
    pub(crate) fn zip_with(&self, options: SimpleFileOptions) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (path, bytes) in &self.files {
            writer.start_file(path, options).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    /// What is found in the package, packed.
    pub(crate) fn findings(self) -> Vec<Found> {
        let base = if self.sealed { self } else { self.sealed() };
        findings_of("base.csar", base.zip(), &Options::default())
    }
}

/// What is found in an archive.
pub(crate) fn findings_of(name: &str, bytes: Vec<u8>, options: &Options) -> Vec<Found> {
    let package = Package::from_bytes(name, bytes).unwrap();
    let mut sources = Sources::new();
    let report = validate(&package, &mut sources, options);
    report.findings.iter().map(|finding| found(finding, &sources)).collect()
}

/// Code, file and line of a finding.
pub(crate) fn found(finding: &vnfpkg_diag::Finding, sources: &Sources) -> Found {
    let line = match finding.primary.place {
        Place::Span(span) => sources.line_col(span).line,
        Place::File(_) | Place::Package => 0,
    };
    (finding.code.to_owned(), finding.file(sources).unwrap_or("").to_owned(), line)
}
