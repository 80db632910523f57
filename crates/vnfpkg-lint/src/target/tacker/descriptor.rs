//! The VNFD: which of its faults tosca-parser and Tacker notice.

use vnfpkg_diag::{Finding, Place};
use vnfpkg_tosca::grammar::TypeKind;
use vnfpkg_tosca::vnfd::Vnfd;
use vnfpkg_tosca::{Problem, ProblemKind};

use super::repeat;
use crate::context::Context;
use crate::findings::Findings;
use crate::rules::TACKER;

pub(super) fn reasons(context: &Context<'_>, vnfd: &Vnfd) -> Findings {
    let mut reasons: Findings = context.tosca.iter().filter_map(of_problem).collect();
    reasons.append(levels(context, vnfd));
    reasons.append(images(vnfd));
    reasons.extend(vnf_properties(vnfd));
    reasons
}

/// The reason that a fault of the descriptor is for Tacker; `None` for one that it does not notice.
fn of_problem(problem: &Problem) -> Option<Finding> {
    use ProblemKind as Kind;
    let noticed = match problem.kind {
        // Of a group only the keynames and the members are looked at.
        Kind::MissingProperty | Kind::UnknownProperty | Kind::WrongType | Kind::Constraint if problem.message.contains("the group `") => {
            false
        }
        Kind::YamlSyntax | Kind::YamlTab | Kind::YamlEncoding | Kind::YamlDocuments => true,
        Kind::DefinitionsVersion | Kind::UnknownKeyname | Kind::Malformed | Kind::Import | Kind::UnreadableFile => true,
        Kind::UnknownProperty | Kind::MissingProperty | Kind::WrongType | Kind::Constraint => true,
        Kind::Capability | Kind::Interface | Kind::LcmOperation | Kind::Implementation | Kind::Policy | Kind::Group | Kind::NoVnfNode => {
            true
        }
        // Artifact types are not looked up, names of functions neither; a target is looked up, its type is not.
        Kind::UnknownType => !problem.message.contains("artifact type"),
        Kind::Function => !problem.message.contains("there is no function"),
        Kind::Requirement => problem.message.contains("there is no node template") || problem.message.contains("has no requirement"),
        Kind::Flavour => problem.message.contains("no deployment flavour") || problem.message.contains("does not say which flavour"),
        Kind::BuiltinImport => return Some(types_missing(problem)),
        _ => false,
    };
    let mut reason = TACKER.finding(problem.place.clone(), problem.message.as_str());
    reason.help.clone_from(&problem.help);
    noticed.then_some(reason)
}

fn types_missing(problem: &Problem) -> Finding {
    let reason = TACKER.finding(problem.place.clone(), "the package does not carry this file, and Tacker brings none");
    reason.help("put the type files of ETSI into the package; those imported by URL are fetched, if the address answers")
}

/// Tacker checks levels in the templates that the main one imports, and nowhere else.
fn levels(context: &Context<'_>, vnfd: &Vnfd) -> Findings {
    let Some(entry) = vnfd.entry() else { return Findings::new() };
    let checked = context.reported.iter().filter(|finding| match (finding.code, &finding.primary.place) {
        (_, Place::Span(span)) if span.source == entry.source => false,
        ("NFV15", Place::Span(_)) => true,
        ("NFV14", Place::Span(_)) => finding.message.starts_with("`default_level` is"),
        _ => false,
    });
    checked.map(|finding| repeat(finding, &finding.message)).collect()
}

/// One image at most per node, and then its data.
fn images(vnfd: &Vnfd) -> Findings {
    let vdus = vnfd.flavours.iter().flat_map(|flavour| &flavour.vdus);
    let reason = |vdu: &vnfpkg_tosca::vnfd::Vdu| match (vdu.images.len(), &vdu.image_data) {
        (0, _) | (1, Some(_)) => None,
        (1, None) => Some(TACKER.at(vdu.id.span, format!("`{}` has an image and no `sw_image_data`", vdu.id.as_str()))),
        (count, _) => Some(TACKER.at(vdu.id.span, format!("`{}` has {count} images, one is allowed", vdu.id.as_str()))),
    };
    vdus.filter_map(reason).collect()
}

/// A node derived from the VNF type has properties.
fn vnf_properties(vnfd: &Vnfd) -> Option<Finding> {
    let vnf = vnfd.vnf.as_ref()?;
    let node = vnfd.entry()?.template.topology.as_ref()?.node_templates.get(vnf.id.as_str())?;
    let is_vnf = vnfd.model.types.is_a(TypeKind::Node, vnf.type_name.as_str(), "tosca.nodes.nfv.VNF");
    (is_vnf && node.properties.is_empty()).then(|| TACKER.at(vnf.id.span, "the VNF node of the main template has no properties"))
}
