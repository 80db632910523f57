//! Built-in type profiles: the normative types of TOSCA Simple Profile and of SOL001, and vnfpkg's own.
//!
//! Each is a data file of ours under `profiles/`, read at its first use and kept. A profile's places lie in texts of its
//! own, which no caller can show: nothing may point into them.

use std::sync::{Arc, OnceLock};

use vnfpkg_diag::Sources;

use crate::grammar::{self, ServiceTemplate, TypeDef, TypeKind};
use crate::yaml;

/// An edition of SOL001.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Edition {
    /// V2.5.1 and V2.6.1: read with the types of V2.6.1.
    V2_6_1,
    /// V2.7.1
    V2_7_1,
    /// V2.8.1: the types of V2.7.1; what it adds is not known.
    V2_8_1,
    /// V3.3.1
    V3_3_1,
    /// V3.5.1 to V3.7.1: the types of V3.3.1; what they add is not known.
    V3_5_1,
    /// V4.x: read with the types of V4.4.1.
    V4_4_1,
    /// V5.x: the types of V4.4.1; what V5 adds is not known.
    V5,
}

impl Edition {
    /// Those of which every type is known, the oldest first.
    pub const COMPLETE: [Self; 4] = [Self::V2_6_1, Self::V2_7_1, Self::V3_3_1, Self::V4_4_1];

    /// Its version number.
    pub fn version(self) -> &'static str {
        match self {
            Self::V2_6_1 => "2.6.1",
            Self::V2_7_1 => "2.7.1",
            Self::V2_8_1 => "2.8.1",
            Self::V3_3_1 => "3.3.1",
            Self::V3_5_1 => "3.5.1",
            Self::V4_4_1 => "4.4.1",
            Self::V5 => "5",
        }
    }

    /// Does the profile hold every type of the edition? If not, an unknown name may be a type or property it lacks.
    pub fn is_complete(self) -> bool {
        Self::COMPLETE.contains(&self)
    }

    /// Has the edition such a type of its own, and not of an older one?
    fn introduces(self, kind: TypeKind, name: &str) -> bool {
        let files = LAYERS.iter().filter(|layer| layer.since == self).map(|layer| layer.file);
        files.flat_map(|file| file.types().iter()).any(|known| known.kind == kind && known.name.as_str() == name)
    }
}

/// The oldest edition that is known to have a type.
pub fn first_with(kind: TypeKind, name: &str) -> Option<Edition> {
    Edition::COMPLETE.into_iter().find(|edition| edition.introduces(kind, name))
}

/// A file that need not be in a package.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Builtin {
    /// Normative types of TOSCA Simple Profile; always there, never imported.
    ToscaSimple,
    /// `etsi_nfv_sol001_common_types.yaml`
    Sol001Common(Edition),
    /// `etsi_nfv_sol001_vnfd_types.yaml`; holds the common types as well.
    Sol001Vnfd(Edition),
    /// `vnfpkg_types.yaml`
    Vnfpkg,
}

struct File {
    name: &'static str,
    text: &'static str,
    types: OnceLock<Arc<[Arc<TypeDef>]>>,
}

impl File {
    const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text, types: OnceLock::new() }
    }

    fn types(&self) -> &Arc<[Arc<TypeDef>]> {
        self.types.get_or_init(|| {
            let source = Sources::new().add(self.name, self.text);
            let (root, _) = yaml::parse_one(source, self.text);
            let template = root.and_then(|root| grammar::read(&root, &mut Vec::new()));
            template.into_iter().flat_map(|template| template.types).map(Arc::new).collect()
        })
    }
}

static TOSCA: File = File::new("tosca_simple.yaml", include_str!("../../profiles/tosca_simple.yaml"));
static VNFPKG: File = File::new("vnfpkg_types.yaml", include_str!("../../profiles/vnfpkg_types.yaml"));

/// A file of SOL001 types: what an edition has that the ones before it have not, or have otherwise.
struct Layer {
    since: Edition,
    /// Of all descriptors, not of VNFDs alone.
    common: bool,
    file: &'static File,
}

macro_rules! layers {
    ($($name:ident $since:ident $common:literal $file:literal),* $(,)?) => {
        $(static $name: File = File::new($file, include_str!(concat!("../../profiles/", $file)));)*
        static LAYERS: &[Layer] = &[$(Layer { since: Edition::$since, common: $common, file: &$name }),*];
    };
}

layers! {
    COMMON_2_6_1 V2_6_1 true "sol001_2.6.1_common.yaml",
    VNFD_2_6_1 V2_6_1 false "sol001_2.6.1_vnfd.yaml",
    COMMON_2_7_1 V2_7_1 true "sol001_2.7.1_common.yaml",
    VNFD_2_7_1 V2_7_1 false "sol001_2.7.1_vnfd.yaml",
    COMMON_3_3_1 V3_3_1 true "sol001_3.3.1_common.yaml",
    VNFD_3_3_1 V3_3_1 false "sol001_3.3.1_vnfd.yaml",
    COMMON_4_4_1 V4_4_1 true "sol001_4.4.1_common.yaml",
    VNFD_4_4_1 V4_4_1 false "sol001_4.4.1_vnfd.yaml",
}

/// The files of an edition, older ones first.
fn layers(edition: Edition, common_only: bool) -> Vec<&'static File> {
    LAYERS.iter().filter(|layer| layer.since <= edition && (layer.common || !common_only)).map(|layer| layer.file).collect()
}

impl Builtin {
    /// Its types; of two with one name the later one counts.
    pub fn types(self) -> impl Iterator<Item = &'static Arc<TypeDef>> {
        let files: Vec<&'static File> = match self {
            Self::ToscaSimple => vec![&TOSCA],
            Self::Sol001Common(edition) => layers(edition, true),
            Self::Sol001Vnfd(edition) => layers(edition, false),
            Self::Vnfpkg => vec![&VNFPKG],
        };
        files.into_iter().flat_map(|file| file.types().iter())
    }

    /// The same file of another edition; only SOL001 has editions.
    #[must_use]
    pub fn of_edition(self, edition: Edition) -> Self {
        match self {
            Self::Sol001Common(_) => Self::Sol001Common(edition),
            Self::Sol001Vnfd(_) => Self::Sol001Vnfd(edition),
            Self::ToscaSimple | Self::Vnfpkg => self,
        }
    }

    /// What it is called in a message.
    pub fn label(self) -> String {
        match self {
            Self::ToscaSimple => "the TOSCA Simple Profile".to_owned(),
            Self::Sol001Common(edition) => format!("the common types of SOL001 {}", edition.version()),
            Self::Sol001Vnfd(edition) => format!("the VNFD types of SOL001 {}", edition.version()),
            Self::Vnfpkg => "the types of vnfpkg".to_owned(),
        }
    }
}

/// The profile that answers an import: by the file name at the end of a path or URL, the edition from a version in it,
/// else from the TOSCA version of the importing file.
pub fn for_import(import: &str, tosca_version: Option<&str>) -> Option<Builtin> {
    let path = import.split(['?', '#']).next().unwrap_or(import);
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path).to_lowercase();
    let stem = file.strip_suffix(".yaml").or_else(|| file.strip_suffix(".yml"))?;
    let edition = edition_in(import).unwrap_or(match tosca_version {
        // 3.x, 4.x and 5.x are all written in it: what the oldest of them lacks is let through.
        Some("tosca_simple_yaml_1_3") => Edition::V3_5_1,
        _ => Edition::V2_6_1,
    });
    match stem {
        "vnfpkg_types" => Some(Builtin::Vnfpkg),
        "etsi_nfv_sol001_common_types" => Some(Builtin::Sol001Common(edition)),
        _ if stem.starts_with("etsi_nfv_sol001_vnfd") && stem.ends_with("types") => Some(Builtin::Sol001Vnfd(edition)),
        _ => None,
    }
}

/// The edition that a type file of ETSI says it is.
pub fn declared(template: &ServiceTemplate) -> Option<Edition> {
    let value = |key: &str| template.metadata.iter().find(|(name, _)| name.as_str() == key).map(|(_, value)| value.as_str());
    value("template_name")?.starts_with("etsi_nfv_sol001_").then(|| edition_in(value("template_version")?)).flatten()
}

/// The edition that a version number in a path or URL means: `v2.6.1`, `2_5_1`.
fn edition_in(text: &str) -> Option<Edition> {
    let dotted = text.replace('_', ".");
    let has = |version: &str| dotted.contains(version);
    const VERSIONS: [(&[&str], Edition); 7] = [
        (&["2.5.1", "2.6.1"], Edition::V2_6_1),
        (&["2.7.1"], Edition::V2_7_1),
        (&["2.8.1"], Edition::V2_8_1),
        (&["3.3.1"], Edition::V3_3_1),
        (&["3.5.1", "3.6.1", "3.7.1"], Edition::V3_5_1),
        (&["4.2.1", "4.3.1", "4.4.1", "4.5.1"], Edition::V4_4_1),
        (&["5.1.1", "5.2.1", "5.3.1", "5.4.1"], Edition::V5),
    ];
    VERSIONS.iter().find(|(versions, _)| versions.iter().any(|version| has(version))).map(|(_, edition)| *edition)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_read_without_a_problem() {
        for file in [&TOSCA, &VNFPKG].into_iter().chain(LAYERS.iter().map(|layer| layer.file)) {
            let source = Sources::new().add(file.name, file.text);
            let (root, faults) = yaml::parse_one(source, file.text);
            assert_eq!(faults, [], "{}", file.name);
            let mut problems = Vec::new();
            grammar::read(&root.unwrap(), &mut problems).unwrap();
            assert_eq!(problems, [], "{}", file.name);
        }
    }

    #[test]
    fn the_lcm_interface_has_the_operations_of_its_edition() {
        let count = |edition| {
            let types = Builtin::Sol001Vnfd(edition).types();
            let vnflcm = types.filter(|definition| definition.name.as_str() == "tosca.interfaces.nfv.Vnflcm").last().unwrap();
            vnflcm.operations.len()
        };
        assert_eq!(count(Edition::V2_6_1), 27);
        assert_eq!(count(Edition::V3_3_1), 36);
        assert_eq!(count(Edition::V4_4_1), 36);
    }

    #[test]
    fn imports_are_known_by_name_and_url() {
        let of = |import| for_import(import, Some("tosca_simple_yaml_1_2"));
        assert_eq!(of("etsi_nfv_sol001_vnfd_types.yaml"), Some(Builtin::Sol001Vnfd(Edition::V2_6_1)));
        let url = "https://forge.etsi.org/rep/nfv/SOL001/raw/v2.7.1/etsi_nfv_sol001_common_types.yaml";
        assert_eq!(of(url), Some(Builtin::Sol001Common(Edition::V2_7_1)));
        assert_eq!(of("./etsi_nfv_sol001_vnfd_2_5_1_types.yaml"), Some(Builtin::Sol001Vnfd(Edition::V2_6_1)));
        assert_eq!(of("../vnfpkg_types.yaml"), Some(Builtin::Vnfpkg));
        assert_eq!(of("my_types.yaml"), None);
        let newer = for_import("etsi_nfv_sol001_vnfd_types.yaml", Some("tosca_simple_yaml_1_3"));
        assert_eq!(newer, Some(Builtin::Sol001Vnfd(Edition::V3_5_1)));
    }

    #[test]
    fn every_type_that_a_profile_names_exists() {
        for edition in Edition::COMPLETE {
            let mut store = crate::types::TypeStore::new();
            let mut problems = Vec::new();
            for definition in Builtin::Sol001Vnfd(edition).types() {
                // As types of the package they are checked; of two with one name the later one counts.
                let later = Builtin::Sol001Vnfd(edition)
                    .types()
                    .filter(|other| other.kind == definition.kind && other.name.text == definition.name.text);
                if later.last().is_some_and(|last| Arc::ptr_eq(last, definition)) {
                    store.add((**definition).clone());
                }
            }
            crate::types::check_types(&store, &mut problems);
            assert_eq!(problems, [], "{}", edition.version());
        }
    }

    #[test]
    fn the_4_4_1_profile_knows_containers() {
        let knows = |name: &str| Builtin::Sol001Vnfd(Edition::V4_4_1).types().any(|definition| definition.name.as_str() == name);
        for name in ["Vdu.OsContainer", "Vdu.OsContainerDeployableUnit", "Mciop", "VipCp", "VduSubCp", "VirtualCp"] {
            assert!(knows(&format!("tosca.nodes.nfv.{name}")), "{name}");
        }
        let types = Builtin::Sol001Vnfd(Edition::V4_4_1).types();
        let names: std::collections::BTreeSet<_> = types
            .filter(|definition| definition.name.as_str().contains(".nfv."))
            .map(|definition| (definition.kind, definition.name.text.clone()))
            .collect();
        assert!(names.len() > 130, "{}", names.len());
    }

    /// Names of the types of an edition, of one sort.
    fn count(edition: Edition, kind: TypeKind) -> usize {
        let of_kind = Builtin::Sol001Vnfd(edition).types().filter(|definition| definition.kind == kind);
        of_kind.map(|definition| definition.name.as_str()).collect::<std::collections::BTreeSet<_>>().len()
    }

    #[test]
    fn the_profiles_are_complete_in_count() {
        let counts = |edition| [TypeKind::Data, TypeKind::Node, TypeKind::Policy].map(|kind| count(edition, kind));
        assert_eq!(counts(Edition::V2_6_1), [53, 9, 12]);
        assert_eq!(counts(Edition::V2_7_1), [59, 10, 13]);
        assert_eq!(counts(Edition::V3_3_1), [64, 10, 15]);
    }

    #[test]
    fn a_type_is_known_by_the_edition_that_brought_it() {
        let since = |kind, name| first_with(kind, name).map(Edition::version);
        assert_eq!(since(TypeKind::Node, "tosca.nodes.nfv.VNF"), Some("2.6.1"));
        assert_eq!(since(TypeKind::Node, "tosca.nodes.nfv.VipCp"), Some("2.7.1"));
        assert_eq!(since(TypeKind::Policy, "tosca.policies.nfv.VnfPackageChange"), Some("3.3.1"));
        assert_eq!(since(TypeKind::Node, "tosca.nodes.nfv.Vdu.OsContainer"), Some("4.4.1"));
        assert_eq!(since(TypeKind::Data, "tosca.nodes.nfv.VipCp"), None);
    }
}
