//! ETSI's type files in the package say what the edition says that they claim to be. An edited copy makes the package valid
//! here and invalid elsewhere.
//!
//! ## Bad
//!
//! ```yaml
//! # etsi_nfv_sol001_vnfd_types.yaml, template_version: 2.6.1
//! tosca.nodes.nfv.VNF:
//!   properties:
//!     vnfm_info: { type: string }        # a list in the standard
//! ```
//!
//! ## Good
//!
//! ```yaml
//! my.VNF:
//!   derived_from: tosca.nodes.nfv.VNF    # additions in a type of one's own
//! ```

use std::collections::{BTreeMap, BTreeSet};

use vnfpkg_diag::{Finding, Severity};
use vnfpkg_tosca::grammar::{Defs, Name, PropertyDef, TypeDef, TypeKind};
use vnfpkg_tosca::load::LoadedFile;
use vnfpkg_tosca::profile::{Builtin, Edition};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV23",
    name: "original-types",
    title: "The SOL001 type files are ETSI's, unchanged",
    severity: Severity::Warning,
    clause: "SOL001 annex B.2",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    vnfd.model.files.iter().filter_map(|file| Some((file, edition(file)?))).filter_map(|(file, edition)| edited(file, edition)).collect()
}

/// The edition that a type file of ETSI says it is, when all its types are known.
fn edition(file: &LoadedFile) -> Option<Edition> {
    let value = |key: &str| file.template.metadata.iter().find(|(name, _)| name.as_str() == key).map(|(_, value)| value.as_str());
    if !value("template_name")?.starts_with("etsi_nfv_sol001_") || value("template_author") != Some("ETSI_NFV") {
        return None;
    }
    let version = value("template_version")?;
    [Edition::V2_6_1, Edition::V2_7_1, Edition::V4_4_1].into_iter().find(|edition| edition.version() == version)
}

fn edited(file: &LoadedFile, edition: Edition) -> Option<Finding> {
    let originals: BTreeMap<(TypeKind, &str), &TypeDef> =
        Builtin::Sol001Vnfd(edition).types().map(|original| ((original.kind, original.name.as_str()), &**original)).collect();
    let differing = |definition: &&TypeDef| match originals.get(&(definition.kind, definition.name.as_str())) {
        Some(original) => facts(original) != facts(definition),
        None => definition.name.as_str().contains(".nfv."),
    };
    let found: Vec<&TypeDef> = file.template.types.iter().filter(differing).collect();
    let (first, others) = found.split_first()?;
    let more = match others.len() {
        0 => String::new(),
        more => format!(" (and {more} more types)"),
    };
    let message = format!("`{}`{more} is not as in the types of SOL001 V{}", first.name.as_str(), edition.version());
    Some(RULE.at(first.name.span, message).help("take ETSI's file as it is, and derive types of your own from its types"))
}

/// What a type says, without descriptions and layout.
fn facts(definition: &TypeDef) -> (Option<&str>, BTreeSet<String>) {
    let mut facts = BTreeSet::new();
    properties("property", &definition.properties, &mut facts);
    for (name, capability) in definition.capabilities.iter() {
        facts.insert(format!("capability {} {:?}", name.as_str(), capability.type_name.as_ref().map(|name| name.text.clone())));
    }
    for requirement in &definition.requirements {
        facts.insert(format!("requirement {} {:?}", requirement.name.as_str(), requirement.capability.as_ref().map(|name| name.text.clone())));
    }
    facts.extend(definition.operations.names().map(|name| format!("operation {name}")));
    let members: BTreeSet<&str> = definition.members.iter().flatten().map(Name::as_str).collect();
    facts.extend(members.into_iter().map(|name| format!("member {name}")));
    (definition.derived_from.as_ref().map(Name::as_str), facts)
}

fn properties(what: &str, properties: &Defs<PropertyDef>, facts: &mut BTreeSet<String>) {
    for (name, property) in properties.iter() {
        let type_name = property.type_name.as_ref().map(|name| name.text.clone());
        let entries = property.entry_schema.as_ref().map(|schema| schema.type_name.text.clone());
        let must = property.required && property.default.is_none();
        facts.insert(format!("{what} {} {type_name:?} {entries:?} {must}", name.as_str()));
    }
}
