//! Brings the digests in TOSCA.meta and in the manifest up to date with the files.

use std::collections::{BTreeMap, BTreeSet};

use vnfpkg_diag::{SourceId, Sources};

use super::edit::{Edits, end_of_line, line_end};
use super::{Change, ChangeKind, PackError};
use crate::digest::{Algorithm, AlgorithmName, Digest, digest_reader};
use crate::entry::Entry;
use crate::package::{Package, join};
use crate::read::ReadError;
use crate::text::{Field, Manifest, TOSCA_META, ToscaMeta};

/// Texts with right digests, and how they differ from those of the package.
#[derive(Debug, Default)]
pub(super) struct Refresh {
    /// The texts that changed, by path.
    pub(super) texts: BTreeMap<String, String>,
    pub(super) manifest: Option<String>,
    pub(super) changes: Vec<Change>,
    pub(super) dangling: Vec<String>,
    pub(super) signature_removed: bool,
}

/// The largest manifest or TOSCA.meta that is read.
pub(super) const TEXT_LIMIT: u64 = 16 << 20;

/// A text of the package that holds digests.
struct Document<T> {
    path: String,
    text: String,
    parsed: T,
}

/// Digests by path and algorithm.
type Computed = BTreeMap<(String, Algorithm), Digest>;

impl Refresh {
    pub(super) fn of(package: &Package) -> Result<Self, PackError> {
        let meta = document(package, Some(TOSCA_META.to_owned()), |source, text| ToscaMeta::parse(source, text).0)?;
        let manifest = document(package, manifest_path(package, meta.as_ref()), |source, text| Manifest::parse(source, text).0)?;
        if let (Some(meta), Some(manifest)) = (&meta, &manifest)
            && meta.parsed.named_blocks().any(|block| block.hash.is_some() && path_of(block.name) == Some(manifest.path.clone()))
        {
            return Err(PackError::Circular { manifest: manifest.path.clone() });
        }
        let mut computed = compute(package, meta.as_ref(), manifest.as_ref())?;
        let mut refresh = Self { manifest: manifest.as_ref().map(|document| document.path.clone()), ..Self::default() };
        if let Some(meta) = &meta {
            refresh.meta(package, meta, &computed);
            redigest_meta(&refresh, meta, &mut computed)?;
        }
        if let Some(manifest) = &manifest {
            refresh.manifest(package, manifest, &computed);
        }
        refresh.changes.sort();
        Ok(refresh)
    }

    fn meta(&mut self, package: &Package, meta: &Document<ToscaMeta>, computed: &Computed) {
        let mut edits = Edits::default();
        for block in meta.parsed.named_blocks().filter(|block| block.hash.is_some() || block.algorithm.is_some()) {
            let (Some(name), Some(path)) = (block.name, path_of(block.name)) else { continue };
            if !package.exists(&path) {
                self.dangling.push(path);
            } else if update(&mut edits, &meta.text, name, block.algorithm, block.hash, |algorithm| {
                computed.get(&(path.clone(), algorithm))
            }) {
                self.change(&meta.path, path, ChangeKind::Updated);
            }
        }
        self.keep(meta.path.clone(), edits, &meta.text);
    }

    fn manifest(&mut self, package: &Package, manifest: &Document<Manifest>, computed: &Computed) {
        let mut edits = Edits::default();
        let mut listed = BTreeSet::from([manifest.path.clone()]);
        for entry in &manifest.parsed.entries {
            let (Some(source), Some(path)) = (&entry.source, path_of(entry.source.as_ref())) else { continue };
            if !package.exists(&path) {
                self.dangling.push(path);
                continue;
            }
            let digest = |algorithm| computed.get(&(path.clone(), algorithm));
            if update(&mut edits, &manifest.text, source, entry.algorithm.as_ref(), entry.hash.as_ref(), digest) {
                self.change(&manifest.path, path.clone(), ChangeKind::Updated);
            }
            listed.insert(path);
        }
        let missing: Vec<&str> = package.files().map(|entry| entry.path.as_str()).filter(|path| !listed.contains(*path)).collect();
        self.add(&mut edits, manifest, &missing, computed);
        if let Some(cms) = manifest.parsed.cms.as_ref().filter(|_| !edits.is_empty()) {
            edits.replace(cms.span.range(), "");
            self.signature_removed = true;
        }
        self.keep(manifest.path.clone(), edits, &manifest.text);
    }

    /// Adds entries behind the last one, or where the first one belongs.
    fn add(&mut self, edits: &mut Edits, manifest: &Document<Manifest>, missing: &[&str], computed: &Computed) {
        let nl = line_end(&manifest.text);
        let blocks: Vec<String> = missing
            .iter()
            .filter_map(|path| {
                let digest = computed.get(&((*path).to_owned(), Algorithm::Sha256))?;
                Some(format!("Source: {path}{nl}Algorithm: {}{nl}Hash: {digest}", digest.algorithm))
            })
            .collect();
        if blocks.is_empty() {
            return;
        }
        missing.iter().for_each(|path| self.change(&manifest.path, (*path).to_owned(), ChangeKind::Added));
        let blocks = blocks.join(&format!("{nl}{nl}"));
        let parsed = &manifest.parsed;
        let last = parsed.entries.iter().map(|entry| entry.span.end as usize).max();
        let next = parsed.non_mano_header.or(parsed.cms.as_ref().map(|cms| cms.span)).map(|span| span.start as usize);
        match (last, next) {
            (Some(last), _) => edits.insert(end_of_line(&manifest.text, last), format!("{nl}{nl}{blocks}")),
            (None, Some(next)) => edits.insert(next, format!("{blocks}{nl}{nl}")),
            (None, None) => {
                let body = manifest.text.trim_end();
                let lead = if body.is_empty() { String::new() } else { nl.repeat(2) };
                edits.replace(body.len()..manifest.text.len(), format!("{lead}{blocks}{nl}"));
            }
        }
    }

    fn change(&mut self, text: &str, path: String, kind: ChangeKind) {
        self.changes.push(Change { text: text.to_owned(), path, kind });
    }

    fn keep(&mut self, path: String, edits: Edits, text: &str) {
        if !edits.is_empty() {
            self.texts.insert(path, edits.apply(text));
        }
    }
}

fn document<T>(package: &Package, path: Option<String>, parse: impl Fn(SourceId, &str) -> T) -> Result<Option<Document<T>>, PackError> {
    let Some(path) = path.filter(|path| package.entry(path).is_some_and(Entry::is_file)) else { return Ok(None) };
    let text = package.read_text(&path, TEXT_LIMIT)?;
    if !text.is_utf8() {
        return Err(PackError::NotUtf8 { path });
    }
    let source = Sources::new().add(path.as_str(), "");
    let parsed = parse(source, &text.text);
    Ok(Some(Document { path, text: text.text, parsed }))
}

/// Path of the manifest that the package has.
pub(super) fn manifest_of(package: &Package) -> Result<Option<String>, PackError> {
    let meta = document(package, Some(TOSCA_META.to_owned()), |source, text| ToscaMeta::parse(source, text).0)?;
    Ok(manifest_path(package, meta.as_ref()).filter(|path| package.entry(path).is_some_and(Entry::is_file)))
}

/// The manifest that TOSCA.meta names; without TOSCA.meta the one called like the root template (SOL004 §4.1.3).
fn manifest_path(package: &Package, meta: Option<&Document<ToscaMeta>>) -> Option<String> {
    match meta {
        Some(meta) => path_of(meta.parsed.entry_manifest()),
        None => {
            let (stem, _) = package.root_yaml().path()?.rsplit_once('.')?;
            Some(format!("{stem}.mf"))
        }
    }
}

/// The package path that a value names; `None` for a URI or a path that leaves the package.
fn path_of(field: Option<&Field>) -> Option<String> {
    join("", &field?.value.text)
}

/// The algorithm that stays: the one written, unless it is weak or none.
fn chosen(written: Option<&Field>) -> Algorithm {
    match written.map(|field| Algorithm::parse(&field.value.text)) {
        Some(AlgorithmName::Known(algorithm)) => algorithm,
        _ => Algorithm::Sha256,
    }
}

/// All digests that either text needs, in one pass over the files.
fn compute(package: &Package, meta: Option<&Document<ToscaMeta>>, manifest: Option<&Document<Manifest>>) -> Result<Computed, PackError> {
    let mut wanted: BTreeMap<String, Vec<Algorithm>> = BTreeMap::new();
    for block in meta.iter().flat_map(|meta| meta.parsed.named_blocks()) {
        if let Some(path) = path_of(block.name).filter(|_| block.hash.is_some() || block.algorithm.is_some()) {
            wanted.entry(path).or_default().push(chosen(block.algorithm));
        }
    }
    if let Some(manifest) = manifest {
        for entry in &manifest.parsed.entries {
            if let Some(path) = path_of(entry.source.as_ref()) {
                wanted.entry(path).or_default().push(chosen(entry.algorithm.as_ref()));
            }
        }
        for entry in package.files().filter(|entry| entry.path != manifest.path) {
            wanted.entry(entry.path.clone()).or_insert_with(|| vec![Algorithm::Sha256]);
        }
    }
    wanted.retain(|path, _| package.entry(path).is_some_and(Entry::is_file));
    let requests: Vec<(&str, &[Algorithm])> = wanted.iter().map(|(path, algorithms)| (path.as_str(), algorithms.as_slice())).collect();
    let mut computed = Computed::new();
    for (path, result) in package.digests(&requests) {
        for digest in result?.digests {
            computed.insert((path.clone(), digest.algorithm), digest);
        }
    }
    Ok(computed)
}

/// TOSCA.meta may have changed just now; the manifest needs the digest of what will be packed.
fn redigest_meta(refresh: &Refresh, meta: &Document<ToscaMeta>, computed: &mut Computed) -> Result<(), PackError> {
    let Some(text) = refresh.texts.get(&meta.path) else { return Ok(()) };
    let (_, digests) = digest_reader(text.as_bytes(), &Algorithm::ALL)
        .map_err(|source| PackError::Read(ReadError::Io { path: meta.path.clone(), source }))?;
    computed.extend(digests.into_iter().map(|digest| ((meta.path.clone(), digest.algorithm), digest)));
    Ok(())
}

/// Makes algorithm and hash of an entry right; false when they were.
fn update<'a>(
    edits: &mut Edits,
    text: &str,
    name: &Field,
    algorithm: Option<&Field>,
    hash: Option<&Field>,
    digest: impl Fn(Algorithm) -> Option<&'a Digest>,
) -> bool {
    let wanted = chosen(algorithm);
    let Some(digest) = digest(wanted) else { return false };
    let known = algorithm.is_some_and(|field| matches!(Algorithm::parse(&field.value.text), AlgorithmName::Known(_)));
    if known && hash.is_some_and(|field| digest.matches(&field.value.text)) {
        return false;
    }
    let nl = line_end(text);
    let indent = indent_of(text, name.key.span.start as usize);
    let mut set = |field: Option<&Field>, after: &Field, key: &str, value: &str| match field {
        Some(field) if field.value.text == value => {}
        Some(field) if field.value.text.is_empty() => edits.insert(field.value.span.start as usize, format!(" {value}")),
        Some(field) => edits.replace(field.value.span.range(), value),
        None => edits.insert(end_of_line(text, after.value.span.end as usize), format!("{nl}{indent}{key}: {value}")),
    };
    if !known {
        set(algorithm, name, "Algorithm", wanted.name());
    }
    set(hash, algorithm.unwrap_or(name), "Hash", &digest.to_string());
    true
}

fn indent_of(text: &str, at: usize) -> &str {
    let start = text.get(..at).and_then(|before| before.rfind(['\n', '\r'])).map_or(0, |end| end + 1);
    text.get(start..at).filter(|indent| indent.trim().is_empty()).unwrap_or("")
}
