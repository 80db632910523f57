//! What the rules of TOSCA.meta and the manifest share: fields that are absent, or lead nowhere.

use vnfpkg_csar::{Field, ToscaMeta};
use vnfpkg_diag::Finding;

use crate::context::{Context, is_uri, path_of};
use crate::rule::Rule;

/// Keys of the first block of TOSCA.meta (TOSCA 1.3 §6.2, SOL004 §4.1.2.3).
pub(crate) const KNOWN_KEYS: [&str; 10] = [
    "TOSCA-Meta-File-Version",
    "CSAR-Version",
    "Created-By",
    "Entry-Definitions",
    "Other-Definitions",
    "ETSI-Entry-Manifest",
    "ETSI-Entry-Change-Log",
    "ETSI-Entry-Licenses",
    "ETSI-Entry-Tests",
    "ETSI-Entry-Certificate",
];

/// Is it a key of TOSCA.meta, in any case, the older form without `ETSI-` included?
pub(crate) fn is_known_key(key: &str) -> bool {
    KNOWN_KEYS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(key) || known.strip_prefix("ETSI-").is_some_and(|old| old.eq_ignore_ascii_case(key)))
}

/// Does an unknown key look like this one misspelt?
pub(crate) fn misspelt(meta: &ToscaMeta, key: &str) -> bool {
    let fields = meta.blocks.first().map(|block| block.fields.as_slice()).unwrap_or_default();
    fields.iter().any(|field| !is_known_key(&field.key.text) && vnfpkg_tosca::nearest(&field.key.text, KNOWN_KEYS) == Some(key))
}

/// The finding that a key is not in the first block. One that stands in a later block is a matter of MET14.
pub(crate) fn absent(rule: &Rule, meta: &ToscaMeta, key: &str) -> Option<Finding> {
    if meta.misplaced(key).is_some() {
        return None;
    }
    let message = format!("TOSCA.meta has no `{key}`");
    let finding = match meta.blocks.first() {
        Some(block) => rule.at(block.span.head(), message),
        None => rule.file(vnfpkg_csar::TOSCA_META, message),
    };
    Some(finding.help(format!("add a line `{key}: ...` to the first block")))
}

/// The finding that a version is absent or none of the known ones.
pub(crate) fn version(rule: &Rule, meta: &ToscaMeta, key: &str, known: &[&str]) -> Option<Finding> {
    let Some(field) = meta.get(key) else { return absent(rule, meta, key) };
    let text = field.value.text.as_str();
    if text.is_empty() || known.contains(&text) {
        return None;
    }
    Some(rule.at(field.value.span, format!("`{key}` cannot be `{text}`")).help(format!("write `{key}: {}`", known[0])))
}

/// The finding that a field does not lead to a file of the package.
pub(crate) fn names_file(rule: &Rule, context: &Context<'_>, field: &Field) -> Option<Finding> {
    let missing = || rule.at(field.value.span, format!("the package has no file `{}`", field.value.text));
    match leads_to(rule, context, field) {
        Leads::Finding(finding) => Some(*finding),
        Leads::Entry(entry) if entry.is_file() || entry.blocked.is_some() => None,
        Leads::Entry(_) => Some(rule.at(field.value.span, format!("`{}` is no file", field.value.text)).help("name a file in it")),
        Leads::Nowhere(help) => {
            let mut finding = missing();
            finding.help = help;
            Some(finding)
        }
        Leads::Unsaid => None,
    }
}

/// The finding that a field leads to nothing in the package.
pub(crate) fn names_entry(rule: &Rule, context: &Context<'_>, field: &Field) -> Option<Finding> {
    match leads_to(rule, context, field) {
        Leads::Finding(finding) => Some(*finding),
        Leads::Entry(_) | Leads::Unsaid => None,
        Leads::Nowhere(help) => {
            let mut finding = rule.at(field.value.span, format!("the package has no file or folder `{}`", field.value.text));
            finding.help = help;
            Some(finding)
        }
    }
}

enum Leads<'a> {
    Entry(&'a vnfpkg_csar::Entry),
    Nowhere(Option<String>),
    Finding(Box<Finding>),
    /// There is no value; that has a finding already.
    Unsaid,
}

fn leads_to<'a>(rule: &Rule, context: &Context<'a>, field: &Field) -> Leads<'a> {
    let text = &field.value.text;
    if text.is_empty() {
        return Leads::Unsaid;
    }
    let Some(path) = path_of(field) else {
        let what = if is_uri(text) { "is an address, not a path in the package" } else { "leads out of the package" };
        let finding = rule.at(field.value.span, format!("`{text}` {what}"));
        return Leads::Finding(Box::new(finding.help("give a path from the package root")));
    };
    match context.package.entry(&path) {
        Some(entry) => Leads::Entry(entry),
        None => Leads::Nowhere(context.did_you_mean(&path)),
    }
}
