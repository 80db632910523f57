//! A VNFD as SOL001 means it: what the VNF is, its deployment flavours, their VDUs, policies and lifecycle hooks.

use vnfpkg_diag::Span;

use crate::grammar::{ImplementationForm, Input, Name, TypeKind};
use crate::load::{FoundFile, LoadedFile, Model};
use crate::yaml::Node;

/// A VNF descriptor.
#[derive(Debug, Default)]
pub struct Vnfd {
    /// Its files and types.
    pub model: Model,
    /// The VNF node of the entry template.
    pub vnf: Option<VnfNode>,
    /// What identifies the VNF (SOL001 §6.8.1).
    pub info: VnfInfo,
    /// Values that the VNF type allows for `flavour_id`; empty when it does not restrict them.
    pub allowed_flavours: Vec<Name>,
    /// Its deployment flavours in the order of the files.
    pub flavours: Vec<Flavour>,
}

/// A node template that stands for the VNF.
#[derive(Debug, Clone)]
pub struct VnfNode {
    /// Its name in the template.
    pub id: Name,
    /// Its node type.
    pub type_name: Name,
    /// Where it is.
    pub span: Span,
}

/// Properties of the VNF, from the entry template or the defaults of its type. `None` when not given or computed.
#[derive(Debug, Clone, Default)]
#[allow(missing_docs)]
pub struct VnfInfo {
    pub descriptor_id: Option<Name>,
    pub descriptor_version: Option<Name>,
    pub provider: Option<Name>,
    pub product_name: Option<Name>,
    pub software_version: Option<Name>,
    pub vnfm_info: Vec<Name>,
}

/// A deployment flavour.
#[derive(Debug)]
pub struct Flavour {
    /// Its id; empty when the template gives none (and that was reported).
    pub id: Name,
    /// Path of the file that describes it.
    pub file: String,
    /// The VNF node of that file.
    pub vnf: Option<VnfNode>,
    /// VDUs in the order of the file.
    pub vdus: Vec<Vdu>,
    /// Other nodes that a software image may belong to: OS containers and virtual block storage.
    pub image_holders: Vec<Vdu>,
    /// CPs that are bound to no VDU.
    pub unbound_cps: Vec<Cp>,
    /// Names of nodes that are external connection points (`VnfExtCp`).
    pub external_cps: Vec<Name>,
    /// Names of nodes that are internal virtual links.
    pub virtual_links: Vec<Name>,
    /// Scaling and instantiation policies.
    pub policies: Policies,
    /// Lifecycle hooks of the VNF node, those without implementation included.
    pub hooks: Vec<Hook>,
}

/// A VDU.
#[derive(Debug, Clone)]
pub struct Vdu {
    /// Name of the node template: the VDU id.
    pub id: Name,
    /// Its node type.
    pub type_name: Name,
    /// Where it is.
    pub span: Span,
    /// Property `name`.
    pub name: Option<Name>,
    /// `vdu_profile.min_number_of_instances` and where it is.
    pub min_instances: Option<Number>,
    /// `vdu_profile.max_number_of_instances` and where it is.
    pub max_instances: Option<Number>,
    /// Artifacts of a type derived from `tosca.artifacts.nfv.SwImage`.
    pub images: Vec<ArtifactUse>,
    /// Property `sw_image_data`; since V4 the properties of the artifact say the same.
    pub image_data: Option<Node>,
    /// Does its type have the property `sw_image_data`?
    pub has_image_data: bool,
    /// Is it an OS container?
    pub is_container: bool,
    /// Connection points bound to it, by `order`, then in the order of the file.
    pub cps: Vec<Cp>,
}

/// A connection point of a VDU.
#[derive(Debug, Clone)]
pub struct Cp {
    /// Name of the node template: the CPD id.
    pub id: Name,
    /// Where it is.
    pub span: Span,
    /// The VDU it is bound to.
    pub vdu: Option<Name>,
    /// Property `order`.
    pub order: Option<Number>,
    /// Property `layer_protocols`.
    pub layer_protocols: Vec<Name>,
    /// The virtual link it is attached to.
    pub virtual_link: Option<Name>,
}

/// A whole number of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Number {
    /// Its value.
    pub value: i64,
    /// Where it is.
    pub span: Span,
}

/// Scaling and instantiation policies of a flavour (SOL001 §6.10).
#[derive(Debug, Clone, Default)]
pub struct Policies {
    /// `ScalingAspects`
    pub aspects: Vec<Aspect>,
    /// `InstantiationLevels`
    pub levels: Vec<Level>,
    /// `InstantiationLevels.default_level`
    pub default_level: Option<Name>,
    /// `VduInstantiationLevels`
    pub vdu_levels: Vec<VduLevels>,
    /// `VduScalingAspectDeltas`
    pub scaling_deltas: Vec<ScalingDeltas>,
    /// `VduInitialDelta`
    pub initial_deltas: Vec<InitialDelta>,
}

/// A scaling aspect.
#[derive(Debug, Clone)]
pub struct Aspect {
    /// Its id.
    pub id: Name,
    /// `max_scale_level`
    pub max_scale_level: Option<Number>,
    /// `step_deltas`
    pub step_deltas: Vec<Name>,
    /// The policy that declares it.
    pub policy: Name,
}

/// An instantiation level.
#[derive(Debug, Clone)]
pub struct Level {
    /// Its id.
    pub id: Name,
    /// Aspect id and scale level.
    pub scale_info: Vec<(Name, Option<Number>)>,
    /// The policy that declares it.
    pub policy: Name,
}

/// Instances of VDUs per instantiation level.
#[derive(Debug, Clone)]
pub struct VduLevels {
    /// The policy.
    pub policy: Name,
    /// VDU ids.
    pub targets: Vec<Name>,
    /// Level id and number of instances.
    pub levels: Vec<(Name, Option<Number>)>,
}

/// Instances that a scaling step adds to VDUs.
#[derive(Debug, Clone)]
pub struct ScalingDeltas {
    /// The policy.
    pub policy: Name,
    /// VDU ids.
    pub targets: Vec<Name>,
    /// The aspect.
    pub aspect: Option<Name>,
    /// Delta id and number of instances.
    pub deltas: Vec<(Name, Option<Number>)>,
}

/// Instances of VDUs at scale level 0.
#[derive(Debug, Clone)]
pub struct InitialDelta {
    /// The policy.
    pub policy: Name,
    /// VDU ids.
    pub targets: Vec<Name>,
    /// `initial_delta.number_of_instances`
    pub instances: Option<Number>,
}

/// What a lifecycle operation of the VNF runs.
#[derive(Debug, Clone)]
pub struct Hook {
    /// The operation: `instantiate_end`.
    pub operation: Name,
    /// Name of the interface: `Vnflcm`.
    pub interface: Name,
    /// How the implementation was written; [`ImplementationForm::EmptyList`] and `Absent` do nothing.
    pub form: ImplementationForm,
    /// What runs.
    pub primary: Option<ArtifactUse>,
    /// What it needs beside it.
    pub dependencies: Vec<ArtifactUse>,
    /// All artifacts of the node that the hook is on.
    pub artifacts: Vec<ArtifactUse>,
    /// Inputs that the operation is given or defines.
    pub inputs: Vec<(Name, Input)>,
    /// Where the operation is.
    pub span: Span,
}

/// An artifact, or a file named in place of one, with the file it leads to.
#[derive(Debug, Clone)]
pub struct ArtifactUse {
    /// The name or path as written: the artifact's name, or a driver name that no artifact has.
    pub written: Name,
    /// The artifact type; `None` for a bare file or an unknown name.
    pub type_name: Option<Name>,
    /// The file as written; `None` for a name that is neither an artifact nor a file.
    pub file: Option<Name>,
    /// The file of the package; `None` when the package has none (or it is a URL or an absolute path).
    pub found: Option<FoundFile>,
    /// Where the artifact is defined, else where it is named.
    pub span: Span,
}

impl Vnfd {
    /// The file that the package names as its entry.
    pub fn entry(&self) -> Option<&LoadedFile> {
        self.model.files.first()
    }

    /// The flavour of an id.
    pub fn flavour(&self, id: &str) -> Option<&Flavour> {
        self.flavours.iter().find(|flavour| flavour.id.as_str() == id)
    }

    /// The data type of the `additional_parameters` of an LCM operation: what `additionalParams` of a request must hold.
    ///
    /// SOL001 has it in the interface of the VNF type: `Vnflcm: { instantiate: { inputs: { additional_parameters: { type: X } } } }`.
    /// A `_start` or `_end` hook without its own falls back on the operation.
    pub fn additional_parameters(&self, operation: &str) -> Option<&str> {
        let base = operation.strip_suffix("_start").or_else(|| operation.strip_suffix("_end")).unwrap_or(operation);
        self.parameters_of(operation).or_else(|| self.parameters_of(base))
    }

    fn parameters_of(&self, operation: &str) -> Option<&str> {
        let nodes = self.flavours.iter().filter_map(|flavour| flavour.vnf.as_ref()).chain(&self.vnf);
        let mut types: Vec<&Name> = nodes.map(|node| &node.type_name).collect();
        types.dedup_by(|left, right| left.text == right.text);
        let of_type = types.into_iter().find_map(|type_name| {
            let interfaces = &self.model.types.effective(TypeKind::Node, type_name.as_str())?.interfaces;
            interfaces.iter().find_map(|(_, interface)| {
                let inputs = &interface.operations.get(operation)?.inputs;
                parameter_type(inputs.get("additional_parameters").or_else(|| interface.inputs.get("additional_parameters"))?)
            })
        });
        of_type.or_else(|| {
            let hooks = self.flavours.iter().flat_map(|flavour| &flavour.hooks);
            let mut own = hooks.filter(|hook| hook.operation.as_str() == operation).flat_map(|hook| &hook.inputs);
            own.find(|(name, _)| name.as_str() == "additional_parameters").and_then(|(_, input)| parameter_type(input))
        })
    }
}

fn parameter_type(input: &Input) -> Option<&str> {
    match input {
        Input::Definition(definition) => definition.type_name.as_ref().map(Name::as_str),
        Input::Value(_) => None,
    }
}

impl Flavour {
    /// The VDU of an id.
    pub fn vdu(&self, id: &str) -> Option<&Vdu> {
        self.vdus.iter().find(|vdu| vdu.id.as_str() == id)
    }

    /// The hook of an operation.
    pub fn hook(&self, operation: &str) -> Option<&Hook> {
        self.hooks.iter().find(|hook| hook.operation.as_str() == operation)
    }
}
