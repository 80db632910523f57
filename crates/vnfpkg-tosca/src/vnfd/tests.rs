use std::collections::BTreeMap;

use super::*;
use crate::grammar::ImplementationForm;
use crate::load::{Base, FileError};

/// Files of a package held in memory.
#[derive(Default)]
pub(crate) struct Memory(BTreeMap<String, String>);

impl Memory {
    pub(crate) fn with(mut self, path: &str, text: &str) -> Self {
        self.0.insert(path.to_owned(), text.to_owned());
        self
    }
}

impl Files for Memory {
    fn read_text(&self, path: &str) -> Result<String, FileError> {
        self.0.get(path).cloned().ok_or(FileError::Missing)
    }

    fn exists(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }

    fn near(&self, path: &str) -> Option<String> {
        self.0.keys().find(|known| known.eq_ignore_ascii_case(path)).cloned()
    }
}

pub(crate) const TYPES: &str = "tosca_definitions_version: tosca_simple_yaml_1_2
imports: [ etsi_nfv_sol001_vnfd_types.yaml ]
data_types:
  InstallParams:
    derived_from: tosca.datatypes.nfv.VnfOperationAdditionalParameters
    properties:
      port: { type: integer, default: 5000 }
interface_types:
  My.Vnflcm:
    derived_from: tosca.interfaces.nfv.Vnflcm
    instantiate:
      inputs:
        additional_parameters: { type: InstallParams, required: false }
node_types:
  My.VNF:
    derived_from: tosca.nodes.nfv.VNF
    properties:
      descriptor_id: { type: string, default: d1 }
      descriptor_version: { type: string, default: '1.0' }
      provider: { type: string, default: P }
      product_name: { type: string, default: N }
      software_version: { type: string, default: '1.0' }
      vnfm_info: { type: list, entry_schema: { type: string }, default: [ '0:vnfpkg' ] }
      flavour_id: { type: string, constraints: [ valid_values: [ simple ] ], default: simple }
      flavour_description: { type: string, default: x }
    interfaces:
      Vnflcm: { type: My.Vnflcm }
";

pub(crate) const TOP: &str = "tosca_definitions_version: tosca_simple_yaml_1_2
imports: [ types.yaml, df.yaml ]
topology_template:
  inputs:
    flavour: { type: string }
  node_templates:
    VNF:
      type: My.VNF
      properties:
        flavour_id: { get_input: flavour }
        provider: Override
";

pub(crate) const DF: &str = "tosca_definitions_version: tosca_simple_yaml_1_2
imports: [ types.yaml ]
topology_template:
  substitution_mappings:
    node_type: My.VNF
    properties: { flavour_id: simple }
  node_templates:
    VNF:
      type: My.VNF
      interfaces:
        Vnflcm:
          instantiate: []
          instantiate_end: { implementation: lifecycle }
          heal_end: { implementation: { primary: mgmt-drivers-x, dependencies: [ Scripts/extra.sh ] } }
      artifacts:
        lifecycle: { type: tosca.artifacts.Implementation.Bash, file: ../Scripts/run.sh }
    VDU1:
      type: tosca.nodes.nfv.Vdu.Compute
      properties:
        name: one
        description: x
        vdu_profile: { min_number_of_instances: 1, max_number_of_instances: 3 }
      capabilities:
        virtual_compute:
          properties: { virtual_memory: { virtual_mem_size: 4 GB }, virtual_cpu: { num_virtual_cpu: 2 } }
    CP2:
      type: tosca.nodes.nfv.VduCp
      properties: { layer_protocols: [ ipv4 ], order: 1 }
      requirements: [ virtual_binding: VDU1 ]
    CP1:
      type: tosca.nodes.nfv.VduCp
      properties: { layer_protocols: [ ipv4 ], order: 0 }
      requirements: [ virtual_binding: VDU1 ]
  policies:
    - aspects:
        type: tosca.policies.nfv.ScalingAspects
        properties: { aspects: { a: { name: a, description: x, max_scale_level: 2, step_deltas: [ d1 ] } } }
    - initial: { type: tosca.policies.nfv.VduInitialDelta, properties: { initial_delta: { number_of_instances: 1 } }, targets: [ VDU1 ] }
";

pub(crate) fn package() -> Memory {
    Memory::default()
        .with("Definitions/top.yaml", TOP)
        .with("Definitions/types.yaml", TYPES)
        .with("Definitions/df.yaml", DF)
        .with("Scripts/run.sh", "")
        .with("Scripts/extra.sh", "")
}

pub(crate) fn load(files: &Memory) -> Loaded {
    Vnfd::load(files, &mut Sources::new(), "Definitions/top.yaml")
}

fn kinds(loaded: &Loaded) -> Vec<ProblemKind> {
    let expected = [ProblemKind::BuiltinImport, ProblemKind::EmptyOperation, ProblemKind::Implementation, ProblemKind::UnusedInput];
    loaded.problems.iter().map(|problem| problem.kind).filter(|kind| !expected.contains(kind)).collect()
}

#[test]
fn the_two_level_design_is_read() {
    let loaded = load(&package());
    assert_eq!(kinds(&loaded), [], "{:?}", loaded.problems);
    let vnfd = loaded.vnfd;
    assert_eq!(vnfd.info.provider.as_ref().map(Name::as_str), Some("Override"));
    assert_eq!(vnfd.info.descriptor_id.as_ref().map(Name::as_str), Some("d1"));
    let flavour = vnfd.flavour("simple").unwrap();
    assert_eq!(flavour.file, "Definitions/df.yaml");
    let vdu = flavour.vdu("VDU1").unwrap();
    assert_eq!((vdu.min_instances.unwrap().value, vdu.max_instances.unwrap().value), (1, 3));
    assert_eq!(vdu.cps.iter().map(|cp| cp.id.as_str()).collect::<Vec<_>>(), ["CP1", "CP2"]);
    assert_eq!(flavour.policies.aspects[0].step_deltas[0].as_str(), "d1");
    assert_eq!(flavour.policies.initial_deltas[0].instances.unwrap().value, 1);
}

#[test]
fn hooks_lead_to_artifacts_files_or_keep_the_name() {
    let loaded = load(&package());
    let flavour = loaded.vnfd.flavour("simple").unwrap();
    assert_eq!(flavour.hook("instantiate").unwrap().form, ImplementationForm::EmptyList);
    let lifecycle = flavour.hook("instantiate_end").unwrap().primary.clone().unwrap();
    let found = lifecycle.found.unwrap();
    assert_eq!((found.path.as_str(), found.base), ("Scripts/run.sh", Base::NamingFile));
    assert_eq!(lifecycle.type_name.unwrap().as_str(), "tosca.artifacts.Implementation.Bash");
    let heal = flavour.hook("heal_end").unwrap();
    let driver = heal.primary.clone().unwrap();
    assert_eq!((driver.written.as_str(), driver.file.is_none()), ("mgmt-drivers-x", true));
    let extra = heal.dependencies[0].found.clone().unwrap();
    assert_eq!((extra.path.as_str(), extra.base), ("Scripts/extra.sh", Base::PackageRoot));
}

#[test]
fn hooks_take_the_parameters_of_their_operation() {
    let vnfd = load(&package()).vnfd;
    assert_eq!(vnfd.additional_parameters("instantiate_end"), Some("InstallParams"));
    assert_eq!(vnfd.additional_parameters("instantiate"), Some("InstallParams"));
    assert_eq!(vnfd.additional_parameters("heal_end"), None);
    assert_eq!(vnfd.model.types.effective_properties("InstallParams").len(), 1);
}

#[test]
fn one_template_for_all_is_read() {
    let single = DF.replace("  substitution_mappings:\n    node_type: My.VNF\n    properties: { flavour_id: simple }\n", "");
    let loaded = load(&package().with("Definitions/top.yaml", &single));
    assert_eq!(kinds(&loaded), [], "{:?}", loaded.problems);
    assert_eq!(loaded.vnfd.flavours[0].id.as_str(), "simple");
    assert_eq!(loaded.vnfd.flavours[0].vdus.len(), 1);
}

#[test]
fn faults_of_imports_and_flavours_are_reported_once() {
    let without_df = load(&package().with("Definitions/top.yaml", &TOP.replace("df.yaml", "dff.yaml")));
    assert_eq!(kinds(&without_df), [ProblemKind::Import]);
    let other = load(&package().with("Definitions/df.yaml", &DF.replace("flavour_id: simple", "flavour_id: complex")));
    assert_eq!(kinds(&other), [ProblemKind::Flavour, ProblemKind::MissingFlavour]);
    let no_vnf = load(&Memory::default().with("Definitions/top.yaml", "tosca_definitions_version: tosca_simple_yaml_1_2\n"));
    assert_eq!(kinds(&no_vnf), [ProblemKind::NoVnfNode]);
    assert_eq!(kinds(&load(&Memory::default())), [ProblemKind::UnreadableFile]);
}

#[test]
fn imports_may_form_a_circle() {
    let circle = TYPES.replace("[ etsi_nfv_sol001_vnfd_types.yaml ]", "[ etsi_nfv_sol001_vnfd_types.yaml, top.yaml, ./types.yaml ]");
    assert_eq!(kinds(&load(&package().with("Definitions/types.yaml", &circle))), []);
}

#[test]
fn types_that_inherit_without_end_are_refused() {
    let properties: String = (0..2000).map(|at| format!("      p{at}: {{ type: string, default: x }}\n")).collect();
    let children: String = (0..600).map(|at| format!("  C{at}: {{ derived_from: Base }}\n")).collect();
    let nodes: String = (0..600).map(|at| format!("    n{at}: {{ type: C{at} }}\n")).collect();
    let text = format!(
        "tosca_definitions_version: tosca_simple_yaml_1_2\nnode_types:\n  Base:\n    derived_from: tosca.nodes.Root\n    properties:\n\
         {properties}{children}topology_template:\n  node_templates:\n{nodes}"
    );
    let loaded = load(&Memory::default().with("Definitions/top.yaml", &text));
    assert!(kinds(&loaded).contains(&ProblemKind::YamlBudget), "{:?}", kinds(&loaded));
}

proptest::proptest! {
    #[test]
    fn no_mangled_template_panics(which in 0..3usize, from in 0..80usize, count in 0..6usize, to in 0..80usize, indent in 0..12usize) {
        let (path, text) = [("Definitions/top.yaml", TOP), ("Definitions/types.yaml", TYPES), ("Definitions/df.yaml", DF)][which];
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        let from = from.min(lines.len());
        let moved: Vec<String> = lines.drain(from..(from + count).min(lines.len())).collect();
        let to = to.min(lines.len());
        let moved = moved.into_iter().map(|line| format!("{}{}", " ".repeat(indent), line.trim_start()));
        lines.splice(to..to, moved);
        load(&package().with(path, &lines.join("\n")));
    }
}
