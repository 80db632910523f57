//! Signatures of a package that is being packed (SOL004 §5): of the manifest (option 1), of its files, or of the whole archive (option 2).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;

use camino::Utf8Path;
use vnfpkg_diag::Sources;

use super::edit::{Edits, end_of_line, line_end};
use super::{PackError, write};
use crate::package::{Package, join};
use crate::signature::Signer;
use crate::text::{Manifest, TOSCA_META};

/// Extensions of signatures and certificates.
const OWN: [&str; 5] = [".cms", ".p7b", ".p7c", ".cert", ".sig"];

/// Files that stand beside a signed one.
struct Companions {
    signature: String,
    certificate: String,
}

/// By path of the signed file.
pub(super) struct Signed(BTreeMap<String, Companions>);

/// Signs every file but TOSCA.meta, the manifest and signatures; the signatures and the certificate become files of the package.
pub(super) fn files(package: &mut Package, manifest: &str, signer: &Signer) -> Result<Signed, PackError> {
    let wanted = |path: &str| path != TOSCA_META && path != manifest && !OWN.iter().any(|end| path.ends_with(end));
    let paths: Vec<String> = package.files().map(|entry| entry.path.clone()).filter(|path| wanted(path)).collect();
    let names = names(&paths);
    let certificate = signer.certificate_pem()?;
    let mut signed = BTreeMap::new();
    for (path, name) in paths.into_iter().zip(names) {
        let signature = signer.sign_pem(package.reader(&path)?)?;
        let companions = Companions { signature: format!("{name}.sig.cms"), certificate: format!("{name}.cert") };
        package.put(&companions.signature, signature.into_bytes());
        package.put(&companions.certificate, certificate.clone());
        signed.insert(path, companions);
    }
    Ok(Signed(signed))
}

/// The name of each file without its extension (SOL004 §5.4), with it where two files would share one.
fn names(paths: &[String]) -> Vec<String> {
    let stem = |path: &str| {
        let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
        let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
        if folder.is_empty() { stem.to_owned() } else { format!("{folder}/{stem}") }
    };
    let mut seen = BTreeSet::new();
    let shared: BTreeSet<String> = paths.iter().map(|path| stem(path)).filter(|stem| !seen.insert(stem.clone())).collect();
    paths.iter().map(|path| if shared.contains(&stem(path)) { path.clone() } else { stem(path) }).collect()
}

impl Signed {
    /// How many files were signed.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The manifest with the signature and certificate of each signed file in its entry.
    pub(super) fn name_in(&self, text: &str) -> String {
        let (manifest, _) = Manifest::parse(Sources::new().add("", text), text);
        let nl = line_end(text);
        let mut edits = Edits::default();
        for entry in &manifest.entries {
            let Some(companions) = entry.path().and_then(|path| join("", path)).and_then(|path| self.0.get(&path)) else { continue };
            let mut added = String::new();
            for (field, key, path) in
                [(&entry.signature, "Signature", &companions.signature), (&entry.certificate, "Certificate", &companions.certificate)]
            {
                match field {
                    Some(field) => edits.replace(field.value.span.range(), path.as_str()),
                    None => added.push_str(&format!("{nl}{key}: {path}")),
                }
            }
            if !added.is_empty() {
                edits.insert(end_of_line(text, entry.span.end as usize), added);
            }
        }
        edits.apply(text)
    }
}

/// The manifest with a new signature at its end, in place of one that it has.
pub(super) fn manifest(text: &str, signer: &Signer) -> Result<String, PackError> {
    let (parsed, _) = Manifest::parse(Sources::new().add("", text), text);
    let body = parsed.cms.map_or(text, |cms| text.get(..cms.span.start as usize).unwrap_or(text));
    let mut signed = body.trim_end().to_owned();
    signed.push_str(line_end(text));
    let signature = signer.sign_pem(signed.as_bytes())?;
    signed.push_str(&signature);
    Ok(signed)
}

/// Puts an archive and its signature into an outer zip; gives its size.
pub(super) fn outer(archive: &Utf8Path, name: &str, output: &Utf8Path, signer: &Signer) -> Result<u64, PackError> {
    let open = || File::open(archive).map_err(|source| PackError::Write { path: archive.to_owned(), source });
    let signature = signer.sign_pem(open()?)?;
    write::outer(&mut open()?, name, signature.as_bytes(), output)
}
