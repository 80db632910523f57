//! The grammar of TOSCA Simple Profile 1.0 to 1.3: from a YAML tree to typed definitions.
//!
//! Knows keynames, not types: whether a name exists is the business of `types` and `template`. What is broken is reported
//! and left out; the rest of the file is read.

mod definitions;
mod model;
mod model_types;
mod reader;
mod sections;
#[cfg(test)]
mod tests;
mod topology;
mod types;

pub use model::{
    CapabilityAssignment, Defs, Group, Import, Name, NodeTemplate, Policy, RequirementAssignment, ServiceTemplate, Substitution, Topology,
};
pub use model_types::{
    ArtifactDef, ArtifactRef, CapabilityDef, Constraint, ConstraintOp, Implementation, ImplementationForm, Input, InterfaceDef,
    Occurrences, Operation, PropertyDef, RequirementDef, Schema, TypeDef, TypeKind,
};

pub(crate) use definitions::constraint_names;

use crate::problem::{Problem, ProblemKind};
use crate::suggest::did_you_mean;
use crate::yaml::Node;
use reader::{Fields, Reader};

const TOP: &[&str] = &[
    "tosca_definitions_version",
    "namespace",
    "metadata",
    "template_name",
    "template_author",
    "template_version",
    "description",
    "dsl_definitions",
    "repositories",
    "imports",
    "artifact_types",
    "data_types",
    "capability_types",
    "interface_types",
    "relationship_types",
    "node_types",
    "group_types",
    "policy_types",
    "topology_template",
    "tosca_default_namespace",
];
const IMPORT: &[&str] = &["file", "repository", "namespace_prefix", "namespace_uri"];

/// Values of `tosca_definitions_version` that are read.
pub const VERSIONS: &[&str] = &[
    "tosca_simple_yaml_1_0",
    "tosca_simple_yaml_1_1",
    "tosca_simple_yaml_1_2",
    "tosca_simple_yaml_1_3",
    "tosca_simple_profile_for_nfv_1_0",
    "tosca_simple_profile_for_nfv_1_0_0",
];

/// Reads a service template. `None` when the document is not a mapping.
pub fn read(root: &Node, problems: &mut Vec<Problem>) -> Option<ServiceTemplate> {
    let mut reader = Reader::default();
    let template = service_template(&mut reader, root);
    problems.append(&mut reader.problems);
    template
}

fn service_template(reader: &mut Reader, root: &Node) -> Option<ServiceTemplate> {
    let fields = reader.fields(root, "a service template", TOP)?;
    let version = version(reader, root, fields);
    let mut types = Vec::new();
    for kind in TypeKind::ALL {
        let defs = reader
            .defs(fields.get(kind.section()), &format!("`{}`", kind.section()), |reader, name, node| reader.type_def(kind, name, node));
        types.extend(defs.iter().map(|(_, definition)| definition.clone()));
    }
    let metadata = fields.get("metadata").and_then(Node::entries).unwrap_or_default();
    let name = |node: &Node| Some(Name { text: node.shared_text()?, span: node.span });
    Some(ServiceTemplate {
        version,
        metadata: metadata.iter().filter_map(|entry| Some((name(&entry.key)?, name(&entry.value)?))).collect(),
        imports: imports(reader, fields),
        repositories: reader.values(fields.get("repositories"), "`repositories`"),
        types,
        topology: fields.get("topology_template").and_then(|node| reader.topology(node)),
        root: root.clone(),
    })
}

fn version(reader: &mut Reader, root: &Node, fields: Fields<'_>) -> Option<Name> {
    let Some(entry) = fields.entry("tosca_definitions_version") else {
        let problem = Problem::at(ProblemKind::DefinitionsVersion, root.span.head(), "`tosca_definitions_version` is missing");
        reader.report(problem.help("begin the file with `tosca_definitions_version: tosca_simple_yaml_1_2`"));
        return None;
    };
    let version = reader.name(&entry.value, "`tosca_definitions_version`")?;
    if !VERSIONS.contains(&version.as_str()) {
        let message = format!("`{}` is not a TOSCA version that is known", version.as_str());
        let help = did_you_mean(version.as_str(), VERSIONS.iter().copied());
        reader.report(Problem::at(ProblemKind::DefinitionsVersion, version.span, message).maybe_help(help));
    } else if fields.iter().next().is_some_and(|first| first.key.span != entry.key.span) {
        let message = "`tosca_definitions_version` must be the first line of the file";
        reader.report(Problem::at(ProblemKind::DefinitionsVersion, entry.key.span, message).help("move it to the top"));
    }
    Some(version)
}

/// `imports`: a list of paths, of mappings with `file`, or of the older `name: path` and `name: {file: path}`.
fn imports(reader: &mut Reader, fields: Fields<'_>) -> Vec<Import> {
    let Some(list) = fields.get("imports") else { return Vec::new() };
    let Some(items) = list.items() else {
        reader.malformed(list, "`imports`", "a list");
        return Vec::new();
    };
    items.iter().filter_map(|item| import(reader, item)).collect()
}

fn import(reader: &mut Reader, node: &Node) -> Option<Import> {
    if node.is_scalar() {
        let file = reader.name(node, "an import")?;
        return Some(Import { file, repository: None, namespace_prefix: None });
    }
    let entries = node.entries().unwrap_or_default();
    if let [only] = entries
        && !IMPORT.contains(&only.key.text().unwrap_or(""))
    {
        return import(reader, &only.value);
    }
    let fields = reader.fields(node, "an import", IMPORT)?;
    if fields.get("file").is_none() {
        reader.missing(node.span, "an import", "file");
    }
    Some(Import {
        file: reader.optional_name(fields, "file")?,
        repository: reader.optional_name(fields, "repository"),
        namespace_prefix: reader.optional_name(fields, "namespace_prefix"),
    })
}
