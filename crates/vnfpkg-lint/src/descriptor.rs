//! Loads the VNFD and turns what the TOSCA reader says into findings.

use vnfpkg_csar::{Package, ToscaMeta, join};
use vnfpkg_diag::{Finding, Sources};
use vnfpkg_tosca::load::Files;
use vnfpkg_tosca::vnfd::Vnfd;

use crate::files::PackageText;
use crate::problems::finding_for_tosca;

/// The files of `Other-Definitions` that the package has.
pub(crate) fn others(package: &Package, meta: &ToscaMeta) -> Vec<String> {
    let paths = meta.other_definitions().into_iter().filter_map(|name| join("", &name.text));
    paths.filter(|path| PackageText::new(package).exists(path)).collect()
}

/// Reads the VNFD with everything it imports.
pub(crate) fn load(package: &Package, sources: &mut Sources, entry: &str, others: &[String], findings: &mut Vec<Finding>) -> Vnfd {
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let loaded = Vnfd::load_with(&PackageText::new(package), sources, entry, &others);
    findings.extend(loaded.problems.iter().map(finding_for_tosca));
    loaded.vnfd
}
