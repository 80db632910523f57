//! The SOL001 view of a VNFD: from service templates to VNF, flavours, VDUs, policies and lifecycle hooks.
//!
//! Both designs are read: a top template with one lower-level template per flavour (SOL001 §6.11.2), and one template for
//! all (§6.11.3). What is broken is reported and left out.

mod flavour;
mod hooks;
mod model;
mod policies;
#[cfg(test)]
pub(crate) mod tests;

use vnfpkg_diag::{Place, Sources};

pub(crate) use hooks::{VNFLCM, is_newer_operation, resolve};
pub use model::{
    ArtifactUse, Aspect, Cp, Flavour, Hook, InitialDelta, Level, Number, Policies, ScalingDeltas, Vdu, VduLevels, VnfInfo, VnfNode, Vnfd,
};

use crate::grammar::{ConstraintOp, Name, NodeTemplate, Topology, TypeKind};
use crate::load::{self, Files, LoadedFile, Model};
use crate::problem::{Problem, ProblemKind};
use crate::profile::Edition;
use crate::template;
use crate::types::{self, TypeStore};
use crate::yaml::Node;

/// The type that every VNF derives from.
pub const VNF_TYPE: &str = "tosca.nodes.nfv.VNF";

/// A VNFD and everything that is wrong with it.
#[derive(Debug, Default)]
pub struct Loaded {
    /// What could be read.
    pub vnfd: Vnfd,
    /// Faults, in no particular order.
    pub problems: Vec<Problem>,
}

impl Vnfd {
    /// Reads the VNFD whose entry is the file of that path.
    pub fn load(files: &dyn Files, sources: &mut Sources, entry_definitions: &str) -> Loaded {
        Self::load_with(files, sources, entry_definitions, &[], None)
    }

    /// Like [`Vnfd::load`], with further service templates that no import leads to (`Other-Definitions`), and with the edition of SOL001
    /// whose types stand in for those that the package does not carry.
    pub fn load_with(
        files: &dyn Files,
        sources: &mut Sources,
        entry_definitions: &str,
        others: &[&str],
        edition: Option<Edition>,
    ) -> Loaded {
        let mut problems = Vec::new();
        let entries: Vec<&str> = std::iter::once(entry_definitions).chain(others.iter().copied()).collect();
        let model = load::load(files, sources, &entries, edition, &mut problems);
        types::check_types(&model.types, &mut problems);
        template::check(&model, files, &mut problems);
        if model.types.is_exhausted() {
            let message = "the types inherit too many definitions; not all of them were checked";
            problems.push(Problem::new(ProblemKind::YamlBudget, Place::File(entry_definitions.to_owned()), message));
        }
        let mut vnfd = Self { model, ..Self::default() };
        vnfd.read_vnf();
        vnfd.read_flavours(files);
        vnfd.check_flavours(entry_definitions, &mut problems);
        Loaded { vnfd, problems }
    }

    fn read_vnf(&mut self) {
        let Some(topology) = self.entry().and_then(|file| file.template.topology.as_ref()) else { return };
        let Some((name, node)) = vnf_node(&self.model.types, topology) else { return };
        let info = info(&self.model.types, node);
        let vnf = describe(name, node);
        self.allowed_flavours = vnf.as_ref().map(|vnf| allowed_flavours(&self.model.types, &vnf.type_name)).unwrap_or_default();
        self.info = info;
        self.vnf = vnf;
    }

    fn read_flavours(&mut self, files: &dyn Files) {
        let top = self.entry().and_then(|file| file.template.topology.as_ref()).and_then(|topology| vnf_node(&self.model.types, topology));
        let described = flavour_files(&self.model);
        self.flavours = described.into_iter().filter_map(|file| flavour::read(&self.model, files, file, top)).collect();
        if self.vnf.is_none() {
            self.vnf = self.flavours.iter().find_map(|flavour| flavour.vnf.clone());
        }
    }

    fn check_flavours(&self, entry: &str, problems: &mut Vec<Problem>) {
        if self.model.files.is_empty() {
            return;
        }
        let broken = !self.model.unread.is_empty() || problems.iter().any(|problem| problem.kind == ProblemKind::UnknownType);
        if self.vnf.is_none() && !broken {
            let message = format!("no node template has a type derived from `{VNF_TYPE}`");
            problems.push(Problem::new(ProblemKind::NoVnfNode, Place::File(entry.to_owned()), message));
        }
        if self.flavours.is_empty() && self.vnf.is_some() && !broken {
            let help = "import one template per flavour whose `substitution_mappings` name the VNF type and the `flavour_id`";
            let problem = Problem::new(ProblemKind::Flavour, Place::File(entry.to_owned()), "the VNFD describes no deployment flavour");
            problems.push(problem.help(help));
        }
        for (at, flavour) in self.flavours.iter().enumerate() {
            let id = flavour.id.as_str();
            if id.is_empty() {
                let help = "give `flavour_id` among the properties of `substitution_mappings`";
                problems.push(
                    Problem::at(ProblemKind::Flavour, flavour.id.span, "this template does not say which flavour it describes").help(help),
                );
            } else if let Some(first) = self.flavours[..at].iter().find(|other| other.id.as_str() == id) {
                let problem = Problem::at(ProblemKind::Flavour, flavour.id.span, format!("the flavour `{id}` is described twice"));
                problems.push(problem.related(first.id.span, "the first one"));
            } else if !self.allowed_flavours.is_empty() && self.allowed_flavours.iter().all(|allowed| allowed.as_str() != id) {
                let message = format!("the VNF type does not allow the flavour `{id}`");
                let help = crate::suggest::did_you_mean(id, self.allowed_flavours.iter().map(Name::as_str));
                let problem = Problem::at(ProblemKind::Flavour, flavour.id.span, message).maybe_help(help);
                problems.push(problem.related(self.allowed_flavours[0].span, "allowed here"));
            }
        }
        for allowed in self.allowed_flavours.iter().filter(|_| !self.flavours.is_empty() && !broken) {
            if self.flavour(allowed.as_str()).is_none() {
                let message = format!("the VNF type allows the flavour `{}`, but no template describes it", allowed.as_str());
                let help = "add its template, or take it from the `valid_values`";
                problems.push(Problem::at(ProblemKind::MissingFlavour, allowed.span, message).help(help));
            }
        }
    }
}

/// The files that describe flavours: those that stand for a VNF, else the entry.
fn flavour_files(model: &Model) -> Vec<&LoadedFile> {
    let stands_for_vnf = |file: &&LoadedFile| {
        let substitution = file.template.topology.as_ref().and_then(|topology| topology.substitution.as_ref());
        let node_type = substitution.and_then(|substitution| substitution.node_type.as_ref());
        node_type.is_some_and(|node_type| {
            let known = model.types.get(TypeKind::Node, node_type.as_str()).is_some();
            !known || model.types.is_a(TypeKind::Node, node_type.as_str(), VNF_TYPE)
        })
    };
    let described: Vec<&LoadedFile> = model.files.iter().filter(stands_for_vnf).collect();
    if !described.is_empty() {
        return described;
    }
    let single = model.files.first().filter(|file| {
        let topology = file.template.topology.as_ref();
        topology.is_some_and(|topology| topology.node_templates.iter().any(|(_, node)| is_vdu(&model.types, node)))
    });
    single.into_iter().collect()
}

/// The node template of a topology that stands for the VNF.
fn vnf_node<'t>(types: &TypeStore, topology: &'t Topology) -> Option<(&'t Name, &'t NodeTemplate)> {
    let is_vnf = |node: &NodeTemplate| node_is_a(types, node, VNF_TYPE);
    topology.node_templates.iter().find(|(_, node)| is_vnf(node)).map(|(name, node)| (name, node))
}

fn describe(name: &Name, node: &NodeTemplate) -> Option<VnfNode> {
    Some(VnfNode { id: name.clone(), type_name: node.type_name.clone()?, span: node.span })
}

fn node_is_a(types: &TypeStore, node: &NodeTemplate, ancestor: &str) -> bool {
    node.type_name.as_ref().is_some_and(|type_name| types.is_a(TypeKind::Node, type_name.as_str(), ancestor))
}

fn is_vdu(types: &TypeStore, node: &NodeTemplate) -> bool {
    ["tosca.nodes.nfv.Vdu.Compute", "tosca.nodes.nfv.Vdu.OsContainerDeployableUnit"].iter().any(|vdu| node_is_a(types, node, vdu))
}

/// A property of a node: its value, or the default of its type.
fn property<'a>(types: &'a TypeStore, node: &'a NodeTemplate, name: &str) -> Option<&'a Node> {
    node.properties.get(name).or_else(|| {
        let effective = types.effective(TypeKind::Node, node.type_name.as_ref()?.as_str())?;
        effective.properties.get(name)?.default.as_ref()
    })
}

fn literal(node: &Node) -> Option<Name> {
    Some(Name { text: node.shared_text().filter(|_| !node.is_null())?, span: node.span })
}

fn info(types: &TypeStore, node: &NodeTemplate) -> VnfInfo {
    let text = |name: &str| property(types, node, name).and_then(literal);
    let list = property(types, node, "vnfm_info").and_then(Node::items).unwrap_or_default();
    VnfInfo {
        descriptor_id: text("descriptor_id"),
        descriptor_version: text("descriptor_version"),
        provider: text("provider"),
        product_name: text("product_name"),
        software_version: text("software_version"),
        vnfm_info: list.iter().filter_map(literal).collect(),
    }
}

/// `valid_values` of the property `flavour_id` of the VNF type.
fn allowed_flavours(types: &TypeStore, vnf_type: &Name) -> Vec<Name> {
    let effective = types.effective(TypeKind::Node, vnf_type.as_str());
    let flavour_id = effective.and_then(|effective| effective.properties.get("flavour_id"));
    let constraints = flavour_id.map(|definition| definition.constraints.as_slice()).unwrap_or_default();
    let values = constraints.iter().filter(|constraint| constraint.op == ConstraintOp::ValidValues);
    values.filter_map(|constraint| constraint.value.items()).flatten().filter_map(literal).collect()
}
