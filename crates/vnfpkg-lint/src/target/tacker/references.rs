//! Files that artifacts and implementations name, as tosca-parser looks for them: beside the template that names them, and nowhere else. One
//! interface of the template that names an artifact excuses every file that is not there.

use vnfpkg_diag::Severity;
use vnfpkg_tosca::load::{folder, is_url, join};
use vnfpkg_tosca::vnfd::Vnfd;
use vnfpkg_tosca::yaml::{Entry, Node};

use crate::context::Context;
use crate::findings::Findings;
use crate::rules::TACKER;

pub(super) fn reasons(context: &Context<'_>, vnfd: &Vnfd) -> Findings {
    let mut reasons = Findings::new();
    for file in &vnfd.model.files {
        let nodes = file.root.at(&["topology_template", "node_templates"]).and_then(Node::entries).unwrap_or_default();
        let excused = names_an_artifact(nodes);
        for reference in nodes.iter().flat_map(|node| references(&node.value)) {
            let Some(text) = reference.text() else { continue };
            if is_url(text) {
                let reason = TACKER.at(reference.span, format!("`{text}` is fetched while the package is loaded"));
                reasons.push(reason.severity(Severity::Warning).help("it is refused when the address does not answer"));
                continue;
            }
            let found =
                join(folder(&file.path), text).is_some_and(|path| context.package.entry(&path).is_some_and(vnfpkg_csar::Entry::is_file));
            if !found && !excused {
                let message = format!("there is no file `{text}` beside this template");
                reasons.push(TACKER.at(reference.span, message).help("paths count from the folder of the template"));
            }
        }
    }
    reasons
}

/// Files of artifacts, and what the operations name.
fn references(node: &Node) -> Vec<&Node> {
    let artifacts = node.get("artifacts").and_then(Node::entries).unwrap_or_default();
    let files =
        artifacts.iter().filter_map(|artifact| if artifact.value.is_scalar() { Some(&artifact.value) } else { artifact.value.get("file") });
    files.chain(operations(node).filter_map(implementation)).collect()
}

fn operations(node: &Node) -> impl Iterator<Item = &Node> {
    let interfaces = node.get("interfaces").and_then(Node::entries).unwrap_or_default();
    interfaces.iter().flat_map(|interface| interface.value.entries().unwrap_or_default()).map(|operation| &operation.value)
}

fn implementation(operation: &Node) -> Option<&Node> {
    if operation.is_scalar() && !operation.is_null() {
        return Some(operation);
    }
    let implementation = operation.get("implementation")?;
    let named = if implementation.is_map() { implementation.get("primary")? } else { implementation };
    Some(named).filter(|named| named.is_scalar() && !named.is_null())
}

/// Does an operation name an artifact of its node, or of one before it?
fn names_an_artifact(nodes: &[Entry]) -> bool {
    let mut known: Vec<&str> = Vec::new();
    for node in nodes {
        known.extend(
            node.value.get("artifacts").and_then(Node::entries).unwrap_or_default().iter().filter_map(|artifact| artifact.key.text()),
        );
        if operations(&node.value).filter_map(implementation).filter_map(Node::text).any(|name| known.contains(&name)) {
            return true;
        }
    }
    false
}
