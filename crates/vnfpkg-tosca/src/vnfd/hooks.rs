//! Lifecycle hooks: which operation of the VNF's LCM interface runs which artifact or file.

use super::{ArtifactUse, Hook};
use crate::grammar::{ArtifactDef, ArtifactRef, Defs, Implementation, Name, NodeTemplate, Operation, TypeKind};
use crate::load::{Files, Model, find};
use crate::types::EffectiveInterface;

/// The interface type whose operations are LCM operations (SOL001 §6.7.1).
pub(crate) const VNFLCM: &str = "tosca.interfaces.nfv.Vnflcm";

/// Is it an operation that the LCM interface has since SOL001 V3.3.1?
pub(crate) fn is_newer_operation(name: &str) -> bool {
    let operation = name.trim_end_matches("_start").trim_end_matches("_end");
    ["create_snapshot", "revert_to_snapshot", "change_current_package"].contains(&operation)
}

/// The hooks of a VNF node, then those that only the top template's VNF node or the VNF type gives.
pub(super) fn read(
    model: &Model,
    files: &dyn Files,
    vnf: Option<(&Name, &NodeTemplate)>,
    top: Option<(&Name, &NodeTemplate)>,
) -> Vec<Hook> {
    let mut hooks: Vec<Hook> = Vec::new();
    for (_, node) in vnf.into_iter().chain(top) {
        for (interface, definition) in node.interfaces.iter().filter(|(name, _)| is_lcm(model, node, name)) {
            add(&mut hooks, model, files, node, interface, &definition.operations);
        }
    }
    if let Some((_, node)) = vnf {
        for (interface, effective) in type_interfaces(model, node) {
            let mut declared = Defs::default();
            for (name, operation) in effective.operations.iter().filter(|(_, operation)| operation.implementation.primary.is_some()) {
                declared.insert(name.clone(), operation.clone());
            }
            add(&mut hooks, model, files, node, interface, &declared);
        }
    }
    hooks
}

fn add(hooks: &mut Vec<Hook>, model: &Model, files: &dyn Files, node: &NodeTemplate, interface: &Name, operations: &Defs<Operation>) {
    for (name, operation) in operations.iter() {
        if hooks.iter().any(|hook| hook.operation.text == name.text) {
            continue;
        }
        let implementation: &Implementation = &operation.implementation;
        let resolve = |reference: &ArtifactRef| resolve(model, files, node, reference);
        hooks.push(Hook {
            operation: name.clone(),
            interface: interface.clone(),
            form: implementation.form,
            primary: implementation.primary.as_ref().map(resolve),
            dependencies: implementation.dependencies.iter().map(resolve).collect(),
            artifacts: node.artifacts.iter().map(|(name, known)| artifact(model, files, name.clone(), known)).collect(),
            inputs: operation.inputs.iter().cloned().collect(),
            span: operation.span,
        });
    }
}

/// Is an interface of a node the LCM interface: by its type, or by its usual name when the type does not say?
fn is_lcm(model: &Model, node: &NodeTemplate, interface: &Name) -> bool {
    let of_type = type_interfaces(model, node).find(|(name, _)| name.text == interface.text);
    match of_type.and_then(|(_, effective)| effective.type_name.as_ref()) {
        Some(type_name) => model.types.is_a(TypeKind::Interface, type_name.as_str(), VNFLCM) || interface.as_str() == "Vnflcm",
        None => interface.as_str() == "Vnflcm",
    }
}

fn type_interfaces<'m>(model: &'m Model, node: &NodeTemplate) -> impl Iterator<Item = (&'m Name, &'m EffectiveInterface)> {
    let type_name = node.type_name.as_ref();
    let effective = type_name.and_then(|type_name| model.types.effective(TypeKind::Node, type_name.as_str()));
    let interfaces = effective.into_iter().flat_map(|effective| effective.interfaces.iter());
    interfaces
        .filter(|(_, interface)| {
            let type_name = interface.type_name.as_ref();
            type_name.is_none_or(|type_name| model.types.is_a(TypeKind::Interface, type_name.as_str(), VNFLCM))
        })
        .map(|(name, interface)| (name, interface))
}

/// What a name in an implementation means: an artifact of the node or its type, else a file, else the bare name.
pub(crate) fn resolve(model: &Model, files: &dyn Files, node: &NodeTemplate, reference: &ArtifactRef) -> ArtifactUse {
    let name = match reference {
        ArtifactRef::Named(name) => name,
        ArtifactRef::Inline(inline) => {
            let written = inline.file.clone().unwrap_or_else(|| Name { text: "".into(), span: inline.span });
            return artifact(model, files, written, inline);
        }
    };
    let of_type = node.type_name.as_ref().and_then(|type_name| model.types.effective(TypeKind::Node, type_name.as_str()));
    let known = node.artifacts.get(name.as_str()).or_else(|| of_type.and_then(|effective| effective.artifacts.get(name.as_str())));
    if let Some(known) = known {
        return artifact(model, files, name.clone(), known);
    }
    let found = model.path(name.span.source).and_then(|naming| find(files, naming, name.as_str()));
    let file = found.is_some().then(|| name.clone());
    ArtifactUse { written: name.clone(), type_name: None, file, found, span: name.span }
}

/// An artifact with the file of the package that it names.
pub(crate) fn artifact(model: &Model, files: &dyn Files, written: Name, artifact: &ArtifactDef) -> ArtifactUse {
    let file = artifact.file.clone();
    let named = file.as_ref().filter(|_| artifact.repository.is_none());
    let found = named.and_then(|file| find(files, model.path(file.span.source)?, file.as_str()));
    ArtifactUse { written, type_name: artifact.type_name.clone(), file, found, span: artifact.span }
}
