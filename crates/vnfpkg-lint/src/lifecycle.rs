//! The lifecycle documents that the hooks of a VNFD name: read, parsed, and checked for every flavour that uses them.

use std::collections::BTreeSet;

use vnfpkg_csar::{Package, join};
use vnfpkg_diag::{Finding, Sources};
use vnfpkg_plan::bundle::Bundle;
use vnfpkg_plan::compile::check_operation;
use vnfpkg_plan::files::PackageFiles;
use vnfpkg_plan::inventory::VduFacts;
use vnfpkg_plan::problem::ProblemKind;
use vnfpkg_plan::stepsets::for_driver;
use vnfpkg_tosca::grammar::TypeKind;
use vnfpkg_tosca::vnfd::{ArtifactUse, Flavour, Hook, Vnfd};

use crate::files::PackageText;
use crate::findings::Findings;
use crate::parameters::operation_parameters;
use crate::problems::finding_for_plan;
use crate::rules::DOCUMENT_TEXT;
use crate::validate::Lifecycle;

/// The artifact type of a lifecycle document.
const DOCUMENT_TYPE: &str = "tosca.artifacts.Implementation.Vnfpkg";
/// The artifact type of Tacker's management drivers.
const DRIVER_TYPE: &str = "tosca.artifacts.Implementation.Python";

/// Loads each document once and checks the operations that hooks refer to.
pub(crate) fn load(package: &Package, vnfd: &Vnfd, sources: &mut Sources, findings: &mut Findings) -> Vec<Lifecycle> {
    let uses: Vec<(&Flavour, &Hook, &str)> =
        hooks(vnfd).filter_map(|(flavour, hook)| Some((flavour, hook, document(vnfd, hook)?))).collect();
    let paths: BTreeSet<&str> = uses.iter().map(|(_, _, path)| *path).collect();
    let lifecycles: Vec<Lifecycle> = paths.into_iter().filter_map(|path| read(package, path, sources, findings)).collect();
    // A VDU whose type is unknown is not among the VDUs, which is no fault of the document.
    let unknown_types = findings.iter().any(|finding| finding.code == "TOS05");
    let mut said = BTreeSet::new();
    for (flavour, hook, path) in uses {
        let Some(lifecycle) = lifecycles.iter().find(|lifecycle| lifecycle.path == path) else { continue };
        let Some(operation) = lifecycle.bundle.document.operation(hook.operation.as_str()) else { continue };
        let parameters = operation_parameters(vnfd, hook.operation.as_str());
        let problems = check_operation(operation, &lifecycle.bundle.engine, &parameters, &vdu_facts(flavour));
        let real = problems.iter().filter(|problem| !unknown_types || problem.kind != ProblemKind::LifecycleSelection);
        // Operations that share their steps, and flavours that share an operation, share their faults: each is said once.
        let new: Vec<Finding> =
            real.map(finding_for_plan).filter(|finding| !said.contains(&(finding.code, finding.primary.place.clone()))).collect();
        said.extend(new.iter().map(|finding| (finding.code, finding.primary.place.clone())));
        findings.extend(new);
    }
    lifecycles
}

/// Every hook of every flavour.
pub(crate) fn hooks(vnfd: &Vnfd) -> impl Iterator<Item = (&Flavour, &Hook)> {
    vnfd.flavours.iter().flat_map(|flavour| flavour.hooks.iter().map(move |hook| (flavour, hook)))
}

/// Path of the lifecycle document that a hook names, when it names one and the package has it: as its implementation, or as a
/// dependency of it. Where the implementation is a driver in Python that no step set stands in for, such as one that hands
/// the hook to us, the only document among the artifacts of the node is meant.
pub fn document<'a>(vnfd: &Vnfd, hook: &'a Hook) -> Option<&'a str> {
    let primary = hook.primary.as_ref()?;
    let is_a = |artifact: &ArtifactUse, wanted: &str| {
        artifact.type_name.as_ref().is_some_and(|name| vnfd.model.types.is_a(TypeKind::Artifact, name.as_str(), wanted))
    };
    let path =
        |artifact: &'a ArtifactUse| artifact.found.as_ref().filter(|_| is_a(artifact, DOCUMENT_TYPE)).map(|found| found.path.as_str());
    if let Some(named) = path(primary).or_else(|| hook.dependencies.iter().find_map(path)) {
        return Some(named);
    }
    let is_driver = is_a(primary, DRIVER_TYPE) && for_driver(&primary.written.text).is_none();
    let mut documents = hook.artifacts.iter().filter_map(path);
    documents.next().filter(|_| is_driver && documents.next().is_none())
}

fn read(package: &Package, path: &str, sources: &mut Sources, findings: &mut Findings) -> Option<Lifecycle> {
    let files = PackageText::new(package);
    let text = match PackageFiles::read_text(&files, path) {
        Ok(text) => text,
        Err(reason) => {
            findings.push(DOCUMENT_TEXT.file(path, format!("the lifecycle document cannot be read: {reason}")));
            return None;
        }
    };
    let load = |name: &str| {
        let file = join(path, name).ok_or_else(|| "its path leaves the package".to_owned())?;
        let text = PackageFiles::read_text(&files, &file).map_err(|reason| match PackageFiles::near(&files, &file) {
            Some(near) => format!("{reason}; did you mean `{near}`?"),
            None => reason,
        })?;
        Ok((file, text))
    };
    let (bundle, problems) = Bundle::load(path, &text, &load, sources);
    findings.extend(problems.iter().map(finding_for_plan));
    Some(Lifecycle { path: path.to_owned(), bundle })
}

/// What planning needs to know of the VDUs of a flavour. A VDU without a profile has one instance.
pub fn vdu_facts(flavour: &Flavour) -> Vec<VduFacts> {
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    let facts = flavour.vdus.iter().map(|vdu| {
        let min = vdu.min_instances.map_or(1, |number| count(number.value.max(0)));
        VduFacts {
            name: vdu.id.text.to_string(),
            min,
            max: vdu.max_instances.map_or(min.max(1), |number| count(number.value.max(0))),
            max_at: vdu.max_instances.map(|number| number.span),
            cps: vdu.cps.iter().map(|cp| cp.id.text.to_string()).collect(),
        }
    });
    facts.collect()
}
