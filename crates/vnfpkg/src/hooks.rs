//! Which lifecycle document answers an LCM operation, and with which parameters.

use vnfpkg_diag::{Finding, Sources};
use vnfpkg_lint::{Report, parameters};
use vnfpkg_plan::bundle::Bundle;
use vnfpkg_plan::compile::check_operation;
use vnfpkg_plan::files::PackageFiles;
use vnfpkg_plan::lifecycle::Operation;
use vnfpkg_plan::parameters::ParameterKind;
use vnfpkg_plan::problem::did_you_mean;
use vnfpkg_plan::request::Request;
use vnfpkg_plan::stepsets::{self, StepSet};
use vnfpkg_tosca::grammar::{Name, TypeKind};
use vnfpkg_tosca::types::TypeStore;
use vnfpkg_tosca::vnfd::{Flavour, Hook, Vnfd};

use crate::exit::Failure;

/// Artifact type whose file is a lifecycle document.
pub(crate) const DOCUMENT_TYPE: &str = "tosca.artifacts.Implementation.Vnfpkg";

/// Artifact type whose file is a shell script that runs as it is.
const SCRIPT_TYPE: &str = "tosca.artifacts.Implementation.Bash";

/// The document that answers an operation.
pub(crate) struct Hooked<'a> {
    source: Source<'a>,
    /// What `additionalParams` may hold.
    pub(crate) parameters: ParameterKind,
    types: Types<'a>,
    data_type: Option<String>,
    /// Faults of a document that `validate` did not see.
    pub(crate) findings: Vec<Finding>,
}

enum Source<'a> {
    Package(&'a Bundle),
    BuiltIn { set: &'static StepSet, bundle: Box<Bundle> },
    Script(Box<Bundle>),
}

enum Types<'a> {
    Package(&'a TypeStore),
    BuiltIn(Box<Vnfd>),
}

impl Hooked<'_> {
    /// The document with its templates.
    pub(crate) fn bundle(&self) -> &Bundle {
        match &self.source {
            Source::Package(bundle) => bundle,
            Source::BuiltIn { bundle, .. } | Source::Script(bundle) => bundle,
        }
    }

    /// Where the steps come from, for people.
    pub(crate) fn origin(&self) -> String {
        match &self.source {
            Source::Package(bundle) => bundle.path.clone(),
            Source::BuiltIn { set, .. } => format!("built-in step set `{}`", set.name),
            Source::Script(bundle) => format!("script {}", bundle.path),
        }
    }

    /// Why it is these steps, for people.
    pub(crate) fn reason(&self, hook: &Hook) -> String {
        let written = hook.primary.as_ref().map(|primary| primary.written.text.to_string()).unwrap_or_default();
        match &self.source {
            Source::Package(bundle) => format!("`{written}` is, or comes with, the lifecycle document {}", bundle.path),
            Source::BuiltIn { .. } => format!("`{written}` is a management driver that these steps stand in for"),
            Source::Script(_) => format!("`{written}` is an artifact of type {SCRIPT_TYPE}; it runs as it is, as root"),
        }
    }

    /// The operation in that document.
    pub(crate) fn operation(&self, name: &str) -> Result<&Operation, Failure> {
        let document = &self.bundle().document;
        document.operation(name).ok_or_else(|| {
            let known: Vec<&str> = document.operations.iter().map(|operation| operation.name.value.as_str()).collect();
            Failure::usage(format!("{} has no operation `{name}`", self.bundle().path)).help(format!("it has {}", known.join(", ")))
        })
    }

    /// Faults of the request's parameters.
    pub(crate) fn check_request(&self, request: &Request, sources: &mut Sources) -> Vec<Finding> {
        let types = match &self.types {
            Types::Package(types) => types,
            Types::BuiltIn(vnfd) => &vnfd.model.types,
        };
        parameters::check_request(types, self.data_type.as_deref(), request, sources)
    }
}

/// Finds the document of an operation in a flavour.
pub(crate) fn resolve<'a>(
    operation: &str,
    flavour: &'a Flavour,
    report: &'a Report,
    vnfd: &'a Vnfd,
    files: &dyn PackageFiles,
    sources: &mut Sources,
) -> Result<Hooked<'a>, Failure> {
    let Some(hook) = flavour.hook(operation) else {
        if let Some((bundle, declared)) = rollback(operation, flavour, report, vnfd) {
            return Ok(from_package(&declared, bundle, vnfd));
        }
        return match undeclared(operation, flavour) {
            Some(set) => Ok(built_in(operation, set, flavour, vnfd, sources)),
            None => Err(no_hook(operation, flavour)),
        };
    };
    let Some(primary) = &hook.primary else {
        return Err(Failure::usage(format!(
            "`{operation}` has no implementation in flavour `{}`, so there is nothing to run",
            flavour.id.text
        )));
    };
    if let Some(path) = vnfpkg_lint::document(vnfd, hook) {
        let lifecycle = report.lifecycle(path).ok_or_else(|| Failure::usage(format!("the lifecycle document {path} cannot be read")))?;
        return Ok(from_package(operation, &lifecycle.bundle, vnfd));
    }
    if let Some(set) = driver_of(hook) {
        return Ok(built_in(operation, set, flavour, vnfd, sources));
    }
    let is_script = |name: &Name| vnfd.model.types.is_a(TypeKind::Artifact, name.as_str(), SCRIPT_TYPE);
    match primary.found.as_ref().filter(|_| primary.type_name.as_ref().is_some_and(is_script)) {
        Some(found) => from_script(operation, &found.path, vnfd, files, sources),
        None => Err(unknown_driver(operation, hook)),
    }
}

/// The document with a rollback hook such as `scale_rollback_start`, which SOL001 has no name for, so that a VNFD need not
/// declare it; and the hook whose parameters it takes, `scale_start`.
fn rollback<'a>(operation: &str, flavour: &Flavour, report: &'a Report, vnfd: &Vnfd) -> Option<(&'a Bundle, String)> {
    let declared = operation.replace("_rollback_", "_");
    let documents = flavour.hooks.iter().filter_map(|hook| vnfpkg_lint::document(vnfd, hook));
    let bundles = documents.filter_map(|path| report.lifecycle(path)).map(|lifecycle| &lifecycle.bundle);
    let bundle = bundles.filter(|_| declared != operation).find(|bundle| bundle.document.operation(operation).is_some())?;
    Some((bundle, declared))
}

/// The step set of the flavour's other hooks, when it has the operation too: a package made for a driver that lacks it gets it.
pub(crate) fn undeclared(operation: &str, flavour: &Flavour) -> Option<&'static StepSet> {
    let set = flavour.hooks.iter().find_map(driver_of)?;
    let (bundle, _) = set.load(&mut Sources::new());
    bundle.document.operation(operation).map(|_| set)
}

/// What a step set offers beyond the hooks that the VNFD declares: operation, step set, steps.
pub(crate) fn undeclared_operations(flavour: &Flavour) -> Vec<(String, &'static str, Vec<String>)> {
    let Some(set) = flavour.hooks.iter().find_map(driver_of) else { return Vec::new() };
    let (bundle, _) = set.load(&mut Sources::new());
    let others = bundle.document.operations.iter().filter(|operation| flavour.hook(&operation.name.value).is_none());
    let steps = |operation: &Operation| operation.steps.iter().map(|step| step.name.value.clone()).collect();
    others.map(|operation| (operation.name.value.clone(), set.name, steps(operation))).collect()
}

/// The step set that stands in for the driver of a hook.
pub(crate) fn driver_of(hook: &Hook) -> Option<&'static StepSet> {
    let primary = hook.primary.as_ref()?;
    stepsets::for_driver(&primary.written.text)
}

fn from_package<'a>(operation: &str, bundle: &'a Bundle, vnfd: &'a Vnfd) -> Hooked<'a> {
    Hooked {
        source: Source::Package(bundle),
        parameters: parameters::operation_parameters(vnfd, operation),
        types: Types::Package(&vnfd.model.types),
        data_type: vnfd.additional_parameters(operation).map(str::to_owned),
        findings: Vec::new(),
    }
}

fn from_script<'a>(
    operation: &str,
    path: &str,
    vnfd: &'a Vnfd,
    files: &dyn PackageFiles,
    sources: &mut Sources,
) -> Result<Hooked<'a>, Failure> {
    let text = files.read_text(path).map_err(|reason| Failure::usage(format!("the script {path} cannot be read: {reason}")))?;
    let (bundle, problems) = Bundle::of_script(path, &text, operation, sources);
    Ok(Hooked {
        source: Source::Script(Box::new(bundle)),
        parameters: parameters::operation_parameters(vnfd, operation),
        types: Types::Package(&vnfd.model.types),
        data_type: vnfd.additional_parameters(operation).map(str::to_owned),
        findings: problems.iter().map(vnfpkg_lint::finding_for_plan).collect(),
    })
}

fn built_in<'a>(operation: &str, set: &'static StepSet, flavour: &Flavour, vnfd: &'a Vnfd, sources: &mut Sources) -> Hooked<'a> {
    let (bundle, mut problems) = set.load(sources);
    let declared = bundle.document.parameters.clone();
    let own = declared.as_ref().map(|declared| {
        let mut types_sources = Sources::new();
        Vnfd::load(set, &mut types_sources, &declared.types.value).vnfd
    });
    let (types, data_type, kind) = match (own, declared) {
        (Some(own), Some(declared)) => {
            let name = declared.data_type.value;
            let kind = parameters::parameter_kind(&own.model.types, &name);
            (Types::BuiltIn(Box::new(own)), Some(name), kind)
        }
        _ => (Types::Package(&vnfd.model.types), None, ParameterKind::Any),
    };
    if let Some(found) = bundle.document.operation(operation) {
        problems.extend(check_operation(found, &bundle.engine, &kind, &vnfpkg_lint::vdu_facts(flavour)));
    }
    let findings = problems.iter().map(vnfpkg_lint::finding_for_plan).collect();
    Hooked { source: Source::BuiltIn { set, bundle: Box::new(bundle) }, parameters: kind, types, data_type, findings }
}

fn no_hook(operation: &str, flavour: &Flavour) -> Failure {
    let known: Vec<&str> = flavour.hooks.iter().map(|hook| hook.operation.text.as_ref()).collect();
    let failure = Failure::usage(format!("flavour `{}` has no hook `{operation}`", flavour.id.text));
    match did_you_mean(operation, known.iter().copied()) {
        Some(help) => failure.help(help),
        None if known.is_empty() => failure.help("its VNFD declares no Vnflcm hook at all"),
        None => failure.help(format!("it has {}", known.join(", "))),
    }
}

fn unknown_driver(operation: &str, hook: &Hook) -> Failure {
    let name = hook.primary.as_ref().map(|primary| primary.written.text.to_string()).unwrap_or_default();
    let drivers: Vec<String> = stepsets::step_sets().iter().flat_map(StepSet::answers).collect();
    Failure::usage(format!(
        "`{operation}` is implemented by `{name}`, which is no lifecycle document and no driver that vnfpkg has steps for"
    ))
    .help(format!("give the artifact the type {DOCUMENT_TYPE} or {SCRIPT_TYPE}, or use one of {}", drivers.join(", ")))
}
