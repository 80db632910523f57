//! The registry of rules as a whole.

use std::collections::BTreeSet;

use vnfpkg_diag::Place;
use vnfpkg_lint::{finding_for_csar, finding_for_plan, finding_for_tosca, page, rule, rules};

#[test]
fn codes_and_names_are_unique_and_sorted() {
    let codes: Vec<&str> = rules().map(|rule| rule.code).collect();
    assert!(codes.is_sorted_by(|a, b| a < b), "{codes:?}");
    let names: BTreeSet<&str> = rules().map(|rule| rule.name).collect();
    assert_eq!(names.len(), codes.len());
}

#[test]
fn every_page_is_complete() {
    for rule in rules() {
        let page = page(rule);
        for part in ["## Bad\n\n```", "## Good\n\n```", rule.title, rule.name] {
            assert!(page.contains(part), "{}: {part}\n{page}", rule.code);
        }
        let demand = rule.doc.split("\n\n").next().unwrap_or("");
        assert!(demand.len() > 20 && demand.ends_with('.') || demand.ends_with(':'), "{}: {demand}", rule.code);
        assert!(!rule.title.ends_with('.') && rule.doc.ends_with("```\n"), "{}", rule.code);
    }
}

#[test]
fn a_rule_is_found_by_code_and_name() {
    assert_eq!(rule("met07").unwrap().name, "entry-definitions");
    assert_eq!(rule("entry-definitions").unwrap().code, "MET07");
    assert!(rule("XYZ99").is_none());
}

/// All variants of an enum, and a match that no longer compiles when one is added.
macro_rules! all {
    ($kind:path { $($variant:ident)* }) => {{
        use $kind as Kind;
        let _ = |kind: Kind| match kind { $(Kind::$variant => (),)* };
        [$(Kind::$variant),*]
    }};
}

#[test]
fn every_problem_of_the_readers_has_a_rule() {
    let known: BTreeSet<&str> = rules().map(|rule| rule.code).collect();
    let container = all!(vnfpkg_csar::ProblemKind {
        ZipDamaged ZipHeaderMismatch ZipContentDamaged ZipUnsafeName ZipSpecialFile ZipDuplicateName ZipTooManyEntries ZipExpandsTooMuch ZipNameEncoding
        ZipNameCase ZipEncrypted ZipMethod ZipExtension ZipOverlap ZipStrayData MetaSyntax MetaEmptyValue MetaDuplicateKey ManifestMetadata ManifestSyntax
        ManifestDuplicateKey ManifestEmptyValue ManifestEntry ManifestEntryForm ManifestSet ManifestCms
    });
    for kind in container {
        let finding = finding_for_csar(&vnfpkg_csar::Problem::new(kind, Place::Package, "x"));
        assert!(known.contains(finding.code), "{kind:?}");
    }
    let tosca = all!(vnfpkg_tosca::ProblemKind {
        YamlSyntax YamlDuplicateKey YamlEncoding YamlByteOrderMark YamlTab YamlDocuments YamlBudget YamlAmbiguous DefinitionsVersion UnknownKeyname Malformed
        MissingKeyname Import UnreadableFile BuiltinImport UnknownType TypeRedefined DerivationCycle Refinement UnknownProperty MissingProperty WrongType
        Constraint BadConstraint UnitSpacing Function Requirement Capability Interface EmptyOperation Implementation Artifact ArtifactFile Policy Group
        UnusedInput Substitution SubstitutionName NullRequirements NoVnfNode Flavour LcmOperation TopologySection LooseTopology MissingFlavour
    });
    for kind in tosca {
        let finding = finding_for_tosca(&vnfpkg_tosca::Problem::new(kind, Place::Package, "x"));
        assert!(known.contains(finding.code), "{kind:?}");
    }
    let plan = all!(vnfpkg_plan::problem::ProblemKind {
           LifecycleVersion LifecycleGrammar LifecycleReference LifecycleCycle LifecycleSelection LifecycleFile TemplateSyntax TemplateVariable TemplateRaw
    RequestSyntax RequestMissing RequestValue RequestUnknown RequestFile RequestFlavour RequestLevel RequestPlaceholder InventoryGrammar InventoryVdu InventoryCount
           InventoryCp InventoryDuplicate
       });
    for kind in plan {
        let finding = finding_for_plan(&vnfpkg_plan::problem::Problem::new(kind, Place::Package, "x"));
        assert!(known.contains(finding.code), "{kind:?}");
    }
}
