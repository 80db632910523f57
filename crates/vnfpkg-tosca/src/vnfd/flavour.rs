//! One deployment flavour: the template that describes it, its VDUs and connection points.

use super::{ArtifactUse, Cp, Flavour, Number, Vdu, describe, hooks, is_vdu, literal, node_is_a, policies, property, vnf_node};
use crate::grammar::{ArtifactDef, Name, NodeTemplate, Topology, TypeKind};
use crate::load::{Files, LoadedFile, Model};
use crate::types::TypeStore;
use crate::yaml::Node;

/// Reads the flavour that a file describes. `top` is the VNF node of the entry template.
pub(super) fn read(model: &Model, files: &dyn Files, file: &LoadedFile, top: Option<(&Name, &NodeTemplate)>) -> Option<Flavour> {
    let topology = file.template.topology.as_ref()?;
    let types = &model.types;
    let vnf = vnf_node(types, topology);
    let cps = connection_points(types, topology);
    let vdus = vdus(model, files, topology, &cps, is_vdu);
    let bound = |cp: &Cp| cp.vdu.as_ref().is_some_and(|vdu| vdus.iter().any(|known| known.id.text == vdu.text));
    Some(Flavour {
        id: flavour_id(types, topology, vnf.map(|(_, node)| node)),
        file: file.path.to_string(),
        image_holders: self::vdus(model, files, topology, &[], holds_image),
        unbound_cps: cps.iter().filter(|cp| !bound(cp)).cloned().collect(),
        external_cps: names(types, topology, "tosca.nodes.nfv.VnfExtCp"),
        virtual_links: names(types, topology, "tosca.nodes.nfv.VnfVirtualLink"),
        policies: policies::read(types, topology),
        hooks: hooks::read(model, files, vnf.or(top), top),
        vnf: vnf.and_then(|(name, node)| describe(name, node)),
        vdus,
    })
}

/// `substitution_mappings.properties.flavour_id`, else that of the VNF node, else the default of its type.
fn flavour_id(types: &TypeStore, topology: &Topology, vnf: Option<&NodeTemplate>) -> Name {
    let mapped = topology.substitution.as_ref().and_then(|substitution| {
        let value = substitution.properties.get("flavour_id")?;
        // The long form of a mapping is a list with one value.
        literal(value.items().and_then(<[Node]>::first).unwrap_or(value))
    });
    let own = || vnf.and_then(|node| property(types, node, "flavour_id")).and_then(literal);
    let span = topology.substitution.as_ref().map_or(topology.span, |substitution| substitution.span);
    mapped.or_else(own).unwrap_or_else(|| Name { text: "".into(), span: span.head() })
}

fn names(types: &TypeStore, topology: &Topology, ancestor: &str) -> Vec<Name> {
    let nodes = topology.node_templates.iter().filter(|(_, node)| node_is_a(types, node, ancestor));
    nodes.map(|(name, _)| name.clone()).collect()
}

fn holds_image(types: &TypeStore, node: &NodeTemplate) -> bool {
    ["tosca.nodes.nfv.Vdu.OsContainer", "tosca.nodes.nfv.Vdu.VirtualBlockStorage"].iter().any(|holder| node_is_a(types, node, holder))
}

fn vdus(model: &Model, files: &dyn Files, topology: &Topology, cps: &[Cp], wanted: fn(&TypeStore, &NodeTemplate) -> bool) -> Vec<Vdu> {
    let types = &model.types;
    let nodes = topology.node_templates.iter().filter(|(_, node)| wanted(types, node));
    nodes
        .filter_map(|(id, node)| {
            let profile = property(types, node, "vdu_profile");
            let instances = |key: &str| profile.and_then(|profile| profile.get(key)).and_then(number);
            let mut bound: Vec<Cp> = cps.iter().filter(|cp| cp.vdu.as_ref().is_some_and(|vdu| vdu.text == id.text)).cloned().collect();
            bound.sort_by_key(|cp| cp.order.map_or(i64::MAX, |order| order.value));
            Some(Vdu {
                id: id.clone(),
                type_name: node.type_name.clone()?,
                span: node.span,
                name: property(types, node, "name").and_then(literal),
                min_instances: instances("min_number_of_instances"),
                max_instances: instances("max_number_of_instances"),
                images: images(model, files, node),
                image_data: node.properties.get("sw_image_data").cloned().or_else(|| image_properties(model, node)),
                has_image_data: node.type_name.as_ref().is_some_and(|type_name| {
                    let effective = types.effective(TypeKind::Node, type_name.as_str());
                    effective.is_some_and(|effective| effective.properties.get("sw_image_data").is_some())
                }),
                is_container: node_is_a(types, node, "tosca.nodes.nfv.Vdu.OsContainer"),
                cps: bound,
            })
        })
        .collect()
}

/// The properties of the image artifact, when it has some: they say since SOL001 V4 what `sw_image_data` said before.
fn image_properties(model: &Model, node: &NodeTemplate) -> Option<Node> {
    let mut artifacts = node.artifacts.iter().map(|(_, artifact)| artifact).filter(|artifact| is_image(model, artifact));
    artifacts.find_map(|artifact| artifact.values.clone())
}

fn is_image(model: &Model, artifact: &ArtifactDef) -> bool {
    let type_name = artifact.type_name.as_ref();
    type_name.is_some_and(|name| model.types.is_a(TypeKind::Artifact, name.as_str(), "tosca.artifacts.nfv.SwImage"))
}

fn images(model: &Model, files: &dyn Files, node: &NodeTemplate) -> Vec<ArtifactUse> {
    let artifacts = node.artifacts.iter().filter(|(_, artifact)| is_image(model, artifact));
    artifacts.map(|(name, artifact)| hooks::artifact(model, files, name.clone(), artifact)).collect()
}

fn connection_points(types: &TypeStore, topology: &Topology) -> Vec<Cp> {
    let nodes = topology.node_templates.iter().filter(|(_, node)| node_is_a(types, node, "tosca.nodes.nfv.VduCp"));
    nodes
        .map(|(id, node)| {
            let target = |name: &str| {
                let mut requirements = node.requirements.iter().filter(|requirement| requirement.name.as_str() == name);
                requirements.find_map(|requirement| requirement.target.clone())
            };
            let protocols = property(types, node, "layer_protocols").and_then(Node::items).unwrap_or_default();
            Cp {
                id: id.clone(),
                span: node.span,
                vdu: target("virtual_binding"),
                order: property(types, node, "order").and_then(number),
                layer_protocols: protocols.iter().filter_map(literal).collect(),
                virtual_link: target("virtual_link"),
            }
        })
        .collect()
}

pub(super) fn number(node: &Node) -> Option<Number> {
    Some(Number { value: node.as_int()?, span: node.span })
}
