//! Loads the VNFD and turns what the TOSCA reader says into findings.

use vnfpkg_csar::{Package, ToscaMeta, join};
use vnfpkg_diag::{Place, Sources};
use vnfpkg_plan::stepsets::step_sets;
use vnfpkg_tosca::load::Files;
use vnfpkg_tosca::vnfd::Vnfd;
use vnfpkg_tosca::{Problem, ProblemKind};

use crate::edition::{Editions, Sol001};
use crate::files::PackageText;
use crate::findings::Findings;
use crate::problems::finding_for_tosca;

/// The files of `Other-Definitions` that the package has.
pub(crate) fn others(package: &Package, meta: &ToscaMeta) -> Vec<String> {
    let paths = meta.other_definitions().into_iter().filter_map(|name| join("", &name.text));
    paths.filter(|path| PackageText::new(package).exists(path)).collect()
}

/// Reads the VNFD with everything it imports.
pub(crate) fn load(
    package: &Package,
    sources: &mut Sources,
    entry: &str,
    others: &[String],
    editions: Editions,
    findings: &mut Findings,
) -> (Vnfd, Vec<Problem>) {
    let others: Vec<&str> = others.iter().map(String::as_str).collect();
    let loaded = Vnfd::load_with(&PackageText::new(package), sources, entry, &others, editions.sol001.map(Sol001::types));
    let mut drivers = None;
    let mut is_driver = |problem: &Problem| {
        let Place::Span(span) = problem.place else { return false };
        let drivers =
            drivers.get_or_insert_with(|| step_sets().iter().flat_map(vnfpkg_plan::stepsets::StepSet::answers).collect::<Vec<String>>());
        drivers.iter().any(|driver| driver == sources.text(span).trim_matches(['\'', '"']))
    };
    let consequences = Consequences::of(&loaded.problems);
    let problems = loaded.problems.iter().filter(|problem| !is_known_unreadable(package, problem) && !consequences.has(problem));
    let real = problems.filter(|problem| problem.kind != ProblemKind::Implementation || !is_driver(problem));
    findings.extend(real.map(finding_for_tosca));
    (loaded.vnfd, loaded.problems)
}

/// Is it a file that the container has a problem with already?
fn is_known_unreadable(package: &Package, problem: &Problem) -> bool {
    let Place::File(path) = &problem.place else { return false };
    problem.kind == ProblemKind::UnreadableFile && package.entry(path).is_some_and(|entry| entry.blocked.is_some())
}

/// Problems that only follow from others.
struct Consequences {
    /// A type that derives from itself: what derives from it is nothing.
    cycle: bool,
    /// A template that describes a flavour which the VNF type does not allow: most likely the one that is missed elsewhere.
    stray_flavour: bool,
}

impl Consequences {
    fn of(problems: &[Problem]) -> Self {
        let has = |kind| problems.iter().any(|problem| problem.kind == kind);
        Self { cycle: has(ProblemKind::DerivationCycle), stray_flavour: has(ProblemKind::Flavour) }
    }

    fn has(&self, problem: &Problem) -> bool {
        match problem.kind {
            ProblemKind::NoVnfNode => self.cycle,
            ProblemKind::MissingFlavour => self.stray_flavour,
            _ => false,
        }
    }
}
