//! A type that the package defines is used somewhere: by a template, another type, a property. One that is not is most likely a
//! left-over, or its name is misspelt where it is meant.
//!
//! ## Bad
//!
//! ```yaml
//! data_types:
//!   my.Parameters: { derived_from: tosca.datatypes.Root }
//! # and no property of that type
//! ```
//!
//! ## Good
//!
//! ```yaml
//! additional_parameters: { type: my.Parameters }
//! ```

use std::collections::HashSet;

use vnfpkg_diag::Severity;
use vnfpkg_tosca::load::LoadedFile;
use vnfpkg_tosca::yaml::{Node, NodeKind};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "TOS22",
    name: "used-types",
    title: "Types of the package are used",
    severity: Severity::Info,
    clause: "TOSCA 1.3 §3.7",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let Some(vnfd) = context.vnfd else { return Findings::new() };
    let own = || vnfd.model.files.iter().filter(|file| !is_foreign(file)).flat_map(|file| &file.template.types);
    if own().next().is_none() {
        return Findings::new();
    }
    let mut used = HashSet::new();
    vnfd.model.files.iter().for_each(|file| texts(&file.root, &mut used));
    let unused = own().filter(|definition| !used.contains(definition.name.as_str()));
    let finding = |definition: &vnfpkg_tosca::grammar::TypeDef| {
        let message = format!("nothing uses the {} `{}`", definition.kind.label(), definition.name.as_str());
        RULE.at(definition.name.span, message).help("remove it, or use it where it was meant")
    };
    unused.map(finding).collect()
}

/// A file of types that others made: a package uses a part of them.
fn is_foreign(file: &LoadedFile) -> bool {
    file.path.rsplit('/').next().is_some_and(|name| name.starts_with("etsi_") || name.starts_with("tosca_"))
}

/// Every text that is a value.
fn texts<'a>(node: &'a Node, used: &mut HashSet<&'a str>) {
    match &node.kind {
        NodeKind::Scalar { value, .. } => {
            // A name may have a namespace prefix.
            used.insert(value.rsplit_once(':').map_or(&**value, |(_, name)| name));
        }
        NodeKind::Seq(items) => items.iter().for_each(|item| texts(item, used)),
        NodeKind::Map(entries) => entries.iter().for_each(|entry| texts(&entry.value, used)),
    }
}
