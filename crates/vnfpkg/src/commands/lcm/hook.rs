//! Running one hook of an instance with the steps that answer it.

use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use clap::Parser;
use vnfpkg_diag::Sources;
use vnfpkg_lcm::{VnfInstance, VnfcRecord};
use vnfpkg_lint::Options;
use vnfpkg_plan::instance::inventory_yaml;
use vnfpkg_plan::inventory::VduFacts;

use super::files::StateFiles;
use super::{RunningArgs, vms};
use crate::cli::{Cli, Command};
use crate::exit::{CommandResult, Exit, Failure};
use crate::files::Files;
use crate::hooks;
use crate::prepare::open;
use crate::terminal::Terminal;

/// What the flavour of an instance offers.
pub(super) struct Offer {
    /// Its VDUs.
    pub(super) vdus: Vec<VduFacts>,
    /// VDUs of a scaling aspect and how many VNFCs one step is.
    pub(super) aspects: Vec<(String, String, u32)>,
    /// Hooks that some steps answer.
    answered: Vec<String>,
}

impl Offer {
    /// Does somebody answer this hook?
    pub(super) fn answers(&self, hook: &str) -> bool {
        self.answered.iter().any(|answered| answered == hook)
    }
}

/// Looks into the package.
pub(super) fn offer(package: &str, flavour: Option<&str>) -> Result<(String, Offer), Failure> {
    let path = Utf8Path::new(package);
    let files = Files(Arc::new(open(path)?));
    let mut sources = Sources::new();
    let report = vnfpkg_lint::validate(&files.0, &mut sources, &Options { digests: false, ..Options::default() });
    let vnfd = report.vnfd.as_ref().ok_or_else(|| Failure::usage(format!("{path} has no VNFD that can be read")))?;
    let ids: Vec<&str> = vnfd.flavours.iter().map(|flavour| flavour.id.as_str()).collect();
    let found = match (flavour, vnfd.flavours.as_slice()) {
        (Some(id), _) => vnfd.flavour(id),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let flavour = found.ok_or_else(|| {
        let wanted = flavour.map_or_else(|| "the request names no `flavourId`".to_owned(), |id| format!("the VNFD has no flavour `{id}`"));
        Failure::usage(wanted).help(format!("its flavours are {}", ids.join(", ")))
    })?;
    let declared = flavour.hooks.iter().map(|hook| hook.operation.as_str().to_owned());
    let declared: Vec<String> =
        declared.filter(|name| hooks::resolve(name, flavour, &report, vnfd, &files, &mut sources).is_ok()).collect();
    let more = hooks::undeclared_operations(flavour).into_iter().map(|(name, _, _)| name);
    let aspects = flavour.policies.scaling_deltas.iter().flat_map(|policy| {
        let aspect = policy.aspect.as_ref().map(|aspect| aspect.as_str().to_owned()).unwrap_or_default();
        let size = policy.deltas.first().and_then(|(_, number)| u32::try_from(number.as_ref()?.value).ok()).unwrap_or(1);
        policy.targets.iter().map(move |vdu| (aspect.clone(), vdu.as_str().to_owned(), size)).collect::<Vec<_>>()
    });
    let offer =
        Offer { vdus: vnfpkg_lint::vdu_facts(flavour), aspects: aspects.collect(), answered: declared.into_iter().chain(more).collect() };
    Ok((flavour.id.as_str().to_owned(), offer))
}

/// What a hook runs with.
pub(super) struct HookRun<'a> {
    pub(super) files: &'a StateFiles,
    pub(super) instance: &'a VnfInstance,
    pub(super) flavour: &'a str,
    pub(super) request: Option<&'a str>,
    pub(super) running: &'a RunningArgs,
    pub(super) terminal: &'a Terminal,
}

impl HookRun<'_> {
    /// Runs a hook on VNFCs; `about` are those that the operation is about, empty means all.
    pub(super) fn run(&self, operation: &str, vnfcs: &[VnfcRecord], about: &[String]) -> CommandResult {
        let id = &self.instance.id;
        self.files.write_inventory(id, &inventory_yaml(&vms::inventory(id, self.flavour, vnfcs)))?;
        let cli = Cli::try_parse_from(["vnfpkg", "run", operation, &self.instance.package])
            .map_err(|error| Failure::new(Exit::Bug, error.to_string()))?;
        let Command::Run(mut args) = cli.command else { return Err(Failure::new(Exit::Bug, "`run` is not `run`")) };
        args.source.request = self.request.map(Utf8PathBuf::from);
        args.source.inventory = Utf8PathBuf::from_path_buf(self.files.inventory(id)).ok();
        args.source.vnfcs = about.to_vec();
        args.source.flavour = Some(self.flavour.to_owned());
        args.source.instance = Some(id.clone());
        args.ssh = self.running.ssh.clone();
        args.engine = self.running.engine.clone();
        super::super::run::run(&args, self.terminal)
    }
}
