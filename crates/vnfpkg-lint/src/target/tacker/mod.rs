//! Tacker: what its conductor checks of a CSAR (`csar_utils`) and what tosca-parser checks below it. Much of what the standards demand is
//! not looked at, and some of what they allow is refused.

mod descriptor;
mod digests;
mod occurrences;
mod references;

use vnfpkg_csar::TOSCA_META;
use vnfpkg_diag::{Finding, Sources};
use vnfpkg_tosca::load::Files;
use vnfpkg_tosca::yaml;

use crate::context::Context;
use crate::files::PackageText;
use crate::findings::Findings;
use crate::rules::TACKER;

/// Faults of the container that Python's zipfile, or the reading of an entry, trips over.
const CONTAINER: [&str; 4] = ["ZIP01", "ZIP02", "ZIP05", "ZIP08"];

/// Why Tacker would refuse the package.
pub(super) fn reasons(context: &Context<'_>, sources: &Sources) -> Findings {
    let mut reasons: Findings = context
        .reported
        .iter()
        .filter(|finding| CONTAINER.contains(&finding.code))
        .map(|finding| repeat(finding, &finding.message))
        .collect();
    reasons.extend(entry(context));
    reasons.append(digests::reasons(context, sources));
    if let Some(vnfd) = context.vnfd {
        reasons.append(descriptor::reasons(context, vnfd));
        reasons.append(references::reasons(context, vnfd));
        reasons.append(occurrences::reasons(vnfd));
    }
    reasons
}

/// A reason at the place of a finding.
fn repeat(finding: &Finding, message: &str) -> Finding {
    let mut reason = TACKER.finding(finding.primary.place.clone(), message);
    reason.help.clone_from(&finding.help);
    reason
}

/// How Tacker finds the main template.
fn entry(context: &Context<'_>) -> Option<Finding> {
    let package = context.package;
    if !package.exists(TOSCA_META) {
        return root_form(context);
    }
    let text = PackageText::new(package).read_text(TOSCA_META).ok()?;
    // TOSCA.meta is read as one YAML document; keys that come again replace the earlier ones.
    let parsed = yaml::parse(Sources::new().add(TOSCA_META, text.as_str()), &text);
    let meta = context.meta?;
    let broken =
        parsed.problems.iter().find(|problem| problem.kind == yaml::YamlProblemKind::Syntax || problem.kind == yaml::YamlProblemKind::Tab);
    if let Some(problem) = broken {
        let message = format!("TOSCA.meta is read as YAML, which it is not: {}", problem.message);
        return Some(TACKER.file(TOSCA_META, message));
    }
    let Some(field) = meta.get("Entry-Definitions").filter(|field| field.is_spelled("Entry-Definitions")) else {
        return Some(TACKER.file(TOSCA_META, "TOSCA.meta has no `Entry-Definitions`"));
    };
    let value = &field.value;
    let known = package.entry(&value.text).is_some_and(|entry| entry.is_file() && entry.path == value.text);
    (!known).then(|| TACKER.at(value.span, format!("the package has no file `{}`", value.text)))
}

fn root_form(context: &Context<'_>) -> Option<Finding> {
    let roots = context
        .package
        .files()
        .filter(|entry| !entry.path.contains('/') && (entry.path.ends_with(".yaml") || entry.path.ends_with(".yml")));
    let count = roots.count();
    if count != 1 {
        let message = format!("there is no {TOSCA_META}, and {count} YAML files in the root where exactly one is wanted");
        return Some(TACKER.finding(vnfpkg_diag::Place::Package, message));
    }
    let version = context.vnfd?.entry()?.template.version.as_ref()?;
    (version.as_str() == "tosca_simple_yaml_1_0")
        .then(|| TACKER.at(version.span, "a package without TOSCA.meta cannot be of tosca_simple_yaml_1_0"))
}
