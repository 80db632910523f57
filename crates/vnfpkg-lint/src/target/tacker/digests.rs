//! Digests as Tacker compares them: block by block of TOSCA.meta and the manifest, each block read as YAML.

use vnfpkg_csar::{Algorithm, AlgorithmName, TOSCA_META};
use vnfpkg_diag::{Finding, SourceId, Sources, Span};

use crate::context::{Context, is_uri, path_of};
use crate::findings::Findings;
use crate::rules::TACKER;

/// Files of these extensions are not compared; the image service does that.
const IMAGES: [&str; 12] = ["raw", "vhd", "vhdx", "vmdk", "vdi", "iso", "ploop", "qcow2", "aki", "ari", "ami", "img"];

/// Keys that a block about a file may have.
const KEYS: [&str; 5] = ["Source", "Name", "Algorithm", "Hash", "Content-Type"];

pub(super) fn reasons(context: &Context<'_>, sources: &Sources) -> Findings {
    let mut reasons = Findings::new();
    let manifest = context.meta.and_then(|meta| meta.get("ETSI-Entry-Manifest"));
    if let Some(field) = manifest
        && path_of(field).is_some_and(|path| !path.ends_with(".mf"))
    {
        reasons.push(TACKER.at(field.value.span, "the name of the manifest does not end in `.mf`"));
    }
    let named = manifest.is_some() || !context.package.exists(TOSCA_META);
    let texts = [context.meta.map(|meta| meta.source), context.manifest.filter(|_| named).map(|file| file.manifest.source)];
    for source in texts.into_iter().flatten() {
        for block in blocks(source, sources.get(source).text()) {
            reasons.extend(block.reason(context));
        }
    }
    reasons
}

/// Lines between empty lines. Lines that end in CRLF never make an empty one for Tacker.
struct Block<'a> {
    fields: Vec<(&'a str, &'a str, Span)>,
    span: Span,
}

fn blocks(source: SourceId, text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    for part in text.split_inclusive("\n\n") {
        let mut fields = Vec::new();
        let mut at = start;
        for line in part.split_inclusive('\n') {
            if let Some((key, value)) = line.split_once(':') {
                let lead = key.len() + 1 + (value.len() - value.trim_start().len());
                let value = value.trim();
                fields.push((key.trim(), value, Span::new(source, at + lead.min(line.len()), at + (lead + value.len()).min(line.len()))));
            }
            at += line.len();
        }
        found.push(Block { fields, span: Span::new(source, start, start + part.trim_end().len()) });
        start += part.len();
    }
    found
}

impl<'a> Block<'a> {
    fn get(&self, key: &str) -> Option<(&'a str, Span)> {
        // Of a key that comes again YAML readers keep the last.
        self.fields.iter().rev().find(|(name, ..)| *name == key).map(|(_, value, span)| (*value, *span))
    }

    fn reason(&self, context: &Context<'_>) -> Option<Finding> {
        let (algorithm, hash) = (self.get("Algorithm"), self.get("Hash"));
        if algorithm.is_none() && hash.is_none() {
            return None;
        }
        if let Some((key, _, span)) = self.fields.iter().find(|(key, ..)| !KEYS.contains(key)) {
            let message = format!("a block with a digest cannot hold `{key}`");
            return Some(TACKER.at(*span, message).help("blocks are parted by empty lines with LF ends; CRLF makes one block of all"));
        }
        let incomplete = |what: &str| Some(TACKER.at(self.span.head(), format!("a block about a file has no {what}")));
        let Some((name, at)) = self.get("Source").or_else(|| self.get("Name")).filter(|(name, _)| !name.is_empty()) else {
            return incomplete("`Source`");
        };
        let Some((algorithm, algorithm_at)) = algorithm.filter(|(text, _)| !text.is_empty()) else { return incomplete("`Algorithm`") };
        let Some((hash, hash_at)) = hash.filter(|(text, _)| !text.is_empty()) else { return incomplete("`Hash`") };
        let AlgorithmName::Known(algorithm) = Algorithm::parse(algorithm) else {
            return Some(TACKER.at(algorithm_at, format!("`{algorithm}` is none of the digest algorithms that it knows")));
        };
        if is_uri(name) {
            let reason = TACKER.at(at, format!("`{name}` is fetched while the package is loaded"));
            return Some(reason.severity(vnfpkg_diag::Severity::Warning).help("it is refused when the address does not answer"));
        }
        if !context.package.entry(name).is_some_and(|entry| entry.is_file() && entry.path == name) {
            return Some(TACKER.at(at, format!("the package has no file `{name}`")));
        }
        if name.rsplit_once('.').is_some_and(|(_, extension)| IMAGES.contains(&extension)) {
            return None;
        }
        if hash.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(TACKER.at(hash_at, "a digest of nothing but decimal digits is read as a number").help("use the other algorithm"));
        }
        let digest = context.digests.get(name, algorithm)?;
        (digest.to_string() != hash).then(|| {
            let message = match digest.matches(hash) {
                true => "digests are compared letter by letter, and this one is not in lower case".to_owned(),
                false => format!("the digest of `{name}` is another one"),
            };
            TACKER.at(hash_at, message)
        })
    }
}
