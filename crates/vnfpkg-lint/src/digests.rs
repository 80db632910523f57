//! All digests that the package wants compared, computed in one pass over its files.

use std::collections::BTreeMap;

use vnfpkg_csar::{Algorithm, AlgorithmName, Digest, Field, FileDigests, Form, Package, ReadError, ToscaMeta};
use vnfpkg_tosca::vnfd::Vnfd;

use crate::context::path_of;
use crate::images;
use crate::validate::ManifestFile;

/// Digests of files, or why a file could not be read.
#[derive(Default)]
pub(crate) struct Digests {
    by_path: BTreeMap<String, Result<FileDigests, ReadError>>,
}

impl Digests {
    /// Reads the files. Of an archive every file is read, so that its checksum is tried too.
    pub(crate) fn compute(package: &Package, meta: Option<&ToscaMeta>, manifest: Option<&ManifestFile>, vnfd: Option<&Vnfd>) -> Self {
        let mut wanted: BTreeMap<String, Vec<Algorithm>> = BTreeMap::new();
        if package.form() == Form::Zip {
            wanted.extend(package.files().filter(|entry| entry.blocked.is_none()).map(|entry| (entry.path.clone(), Vec::new())));
        }
        let mut want = |path: Option<String>, algorithm: Option<Algorithm>| {
            if let (Some(path), Some(algorithm)) = (path, algorithm) {
                wanted.entry(path).or_default().push(algorithm);
            }
        };
        for entry in manifest.iter().flat_map(|file| &file.manifest.entries).filter(|entry| entry.hash.is_some()) {
            want(entry.source.as_ref().and_then(path_of), entry.algorithm.as_ref().and_then(algorithm_of));
        }
        for block in meta.iter().flat_map(|meta| meta.named_blocks()).filter(|block| block.hash.is_some()) {
            want(block.name.and_then(path_of), block.algorithm.and_then(algorithm_of));
        }
        for image in vnfd.iter().flat_map(|vnfd| images::images(vnfd)) {
            want(image.path.map(str::to_owned), image.checksum().and_then(|checksum| checksum.known()));
        }
        wanted.retain(|path, _| package.entry(path).is_some_and(|entry| entry.is_file() && entry.blocked.is_none()));
        let requests: Vec<(&str, &[Algorithm])> = wanted.iter().map(|(path, algorithms)| (path.as_str(), algorithms.as_slice())).collect();
        Self { by_path: package.digests(&requests).into_iter().collect() }
    }

    /// The digest of a file; `None` when it was not computed or the file is damaged.
    pub(crate) fn get(&self, path: &str, algorithm: Algorithm) -> Option<&Digest> {
        self.by_path.get(path)?.as_ref().ok()?.get(algorithm)
    }

    /// Files that could not be read.
    pub(crate) fn failures(&self) -> impl Iterator<Item = &ReadError> {
        self.by_path.values().filter_map(|result| result.as_ref().err())
    }
}

/// The algorithm that a field names, when it can be computed.
pub(crate) fn algorithm_of(field: &Field) -> Option<Algorithm> {
    match Algorithm::parse(&field.value.text) {
        AlgorithmName::Known(algorithm) => Some(algorithm),
        AlgorithmName::Weak(_) | AlgorithmName::Unknown => None,
    }
}
