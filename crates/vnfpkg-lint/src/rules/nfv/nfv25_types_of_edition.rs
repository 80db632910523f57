//! A VNFD that is held to an edition of SOL001 (`--sol001`) uses the NFV types of that edition. A VNFM that follows the edition knows
//! no newer ones, even when the package carries the file that defines them.
//!
//! ## Bad
//!
//! ```yaml
//! # --sol001 2.6.1
//! node_templates:
//!   VIP: { type: tosca.nodes.nfv.VipCp }      # came with 2.7.1
//! ```
//!
//! ## Good
//!
//! ```yaml
//! # --sol001 2.7.1
//! node_templates:
//!   VIP: { type: tosca.nodes.nfv.VipCp }
//! ```

use std::collections::HashSet;

use vnfpkg_diag::Severity;
use vnfpkg_tosca::grammar::{Name, TypeKind};
use vnfpkg_tosca::load::LoadedFile;
use vnfpkg_tosca::profile::{Builtin, first_with};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "NFV25",
    name: "types-of-edition",
    title: "The VNFD uses the types of the edition of SOL001 that it is held to",
    severity: Severity::Error,
    clause: "SOL001 §6",
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let (Some(edition), Some(vnfd)) = (context.editions.sol001, context.vnfd) else { return Findings::new() };
    let known: HashSet<(TypeKind, &str)> =
        Builtin::Sol001Vnfd(edition.types()).types().map(|known| (known.kind, known.name.as_str())).collect();
    let unknown = vnfd.model.files.iter().flat_map(uses).filter(|(kind, name)| is_nfv(name) && !known.contains(&(*kind, name.as_str())));
    // One that is defined nowhere is reported as such.
    let unreported = unknown.filter(|(_, name)| !context.is_reported(name.span));
    let finding = |(kind, name): (TypeKind, &Name)| {
        let message = format!("SOL001 {} has no {} `{}`", edition.version(), kind.label(), name.as_str());
        let newer = first_with(kind, name.as_str()).map(|first| format!("SOL001 {} has it", first.version()));
        let near = || {
            let names = known.iter().filter(|(of, _)| *of == kind).map(|(_, name)| *name);
            vnfpkg_tosca::nearest(name.as_str(), names).map(|near| format!("did you mean `{near}`?"))
        };
        let mut finding = RULE.at(name.span, message);
        finding.help = newer.or_else(near);
        finding
    };
    unreported.map(finding).collect()
}

/// The types that the templates of a file have, and those that the types of the vendor derive from.
fn uses(file: &LoadedFile) -> Vec<(TypeKind, &Name)> {
    let own = file.template.types.iter().filter(|definition| !is_nfv(&definition.name));
    let parents = own.filter_map(|definition| Some((definition.kind, definition.derived_from.as_ref()?)));
    let topology = file.template.topology.as_ref();
    let nodes = topology.into_iter().flat_map(|topology| topology.node_templates.iter());
    let policies = topology.into_iter().flat_map(|topology| topology.policies.iter());
    let groups = topology.into_iter().flat_map(|topology| topology.groups.iter());
    parents
        .chain(nodes.filter_map(|(_, node)| Some((TypeKind::Node, node.type_name.as_ref()?))))
        .chain(policies.filter_map(|(_, policy)| Some((TypeKind::Policy, policy.type_name.as_ref()?))))
        .chain(groups.filter_map(|(_, group)| Some((TypeKind::Group, group.type_name.as_ref()?))))
        .collect()
}

/// Is it a name that SOL001 gives?
fn is_nfv(name: &Name) -> bool {
    name.as_str().starts_with("tosca.") && name.as_str().contains(".nfv.")
}
