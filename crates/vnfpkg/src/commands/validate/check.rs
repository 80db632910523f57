//! Checks one package under the settings that hold for it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use vnfpkg_csar::{Form, Package};
use vnfpkg_diag::render::Origin;
use vnfpkg_diag::{Finding, Severity, Sources};
use vnfpkg_lint::edition::Editions;
use vnfpkg_lint::settings::Settings;
use vnfpkg_lint::suppress::{Acceptance, Baseline};
use vnfpkg_lint::target::{Prediction, Targets};
use vnfpkg_lint::{ManifestFile, Options};

use super::ValidateArgs;
use crate::environment::now;
use crate::exit::Failure;
use crate::prepare::open;
use crate::settings::{PackageSettings, SettingsFiles, read_baseline, read_trust};

/// A package from standard input may be this large.
const STDIN_LIMIT: u64 = 1 << 30;

/// What is to be done with one package: the command line laid over its settings.
pub(super) struct Plan {
    pub(super) path: Utf8PathBuf,
    pub(super) settings: Arc<PackageSettings>,
    pub(super) options: Options,
    fail_on: Option<Severity>,
    pedantic: bool,
    pub(super) suppress: bool,
    pub(super) baseline_path: Option<Utf8PathBuf>,
    baseline: Option<Arc<Baseline>>,
}

/// What was found in one package.
pub(super) struct Checked {
    pub(super) path: Utf8PathBuf,
    pub(super) form: Form,
    /// File name of the package, by which settings and baselines know it.
    pub(super) file_name: String,
    pub(super) sources: Sources,
    pub(super) findings: Vec<Finding>,
    /// How many findings were accepted.
    pub(super) suppressed: usize,
    /// Known findings that are no more.
    pub(super) fixed: usize,
    /// Which `allow` entries accepted something.
    pub(super) used: BTreeSet<usize>,
    pub(super) predictions: Vec<Prediction>,
    pub(super) manifest: Option<ManifestFile>,
    /// Something would be changed.
    pub(super) pending: bool,
    fail_on: Option<Severity>,
}

impl Checked {
    /// Is a finding as bad as to fail the command?
    pub(super) fn fails(&self) -> bool {
        self.fail_on.is_some_and(|limit| self.findings.iter().any(|finding| finding.severity >= limit))
    }

    pub(super) fn origin(&self) -> Origin<'_> {
        match self.form {
            Form::Folder => Origin::Folder(self.path.as_str()),
            Form::Zip => Origin::Archive(self.path.as_str()),
        }
    }
}

/// One plan per package, in the order given.
pub(super) fn plans(args: &ValidateArgs) -> Result<Vec<Plan>, Failure> {
    let mut files = SettingsFiles::default();
    let mut baselines: BTreeMap<Utf8PathBuf, Arc<Baseline>> = BTreeMap::new();
    let mut plans = Vec::new();
    for path in &args.packages {
        let settings = if args.no_suppress { Arc::default() } else { files.of(path)? };
        plans.push(plan(args, path, settings, &mut baselines)?);
    }
    Ok(plans)
}

fn plan(
    args: &ValidateArgs,
    path: &Utf8Path,
    package: Arc<PackageSettings>,
    baselines: &mut BTreeMap<Utf8PathBuf, Arc<Baseline>>,
) -> Result<Plan, Failure> {
    let settings: &Settings = &package.settings;
    let strict = args.strict || settings.strict == Some(true);
    let trust = if args.trust.is_empty() { settings.trust.iter().map(|path| package.resolve(path)).collect() } else { args.trust.clone() };
    let targets = if args.targets.is_empty() { &settings.targets } else { &args.targets };
    let baseline_path = args.baseline.clone().or_else(|| settings.baseline.as_deref().map(|path| package.resolve(path)));
    let baseline = match &baseline_path {
        Some(path) if !args.write_baseline => {
            if !baselines.contains_key(path) {
                baselines.insert(path.clone(), Arc::new(read_baseline(path)?));
            }
            baselines.get(path).cloned()
        }
        _ => None,
    };
    let editions = Editions { sol004: args.sol004.or(settings.sol004), sol001: args.sol001.or(settings.sol001), strict };
    let options = Options {
        digests: !args.no_digest,
        // Hints are needed to tell which suppressions are in use; they are dropped later.
        pedantic: true,
        now: Some(now()),
        editions,
        targets: Targets::of(targets),
        trust: read_trust(&trust)?,
    };
    let fail_on = args.fail_on.map(super::args::FailOn::severity).or(settings.fail_on).unwrap_or(Some(Severity::Error));
    Ok(Plan {
        path: path.to_owned(),
        options,
        fail_on,
        pedantic: strict,
        suppress: !args.no_suppress,
        baseline_path,
        baseline,
        settings: package,
    })
}

/// Opens and checks a package.
pub(super) fn check(plan: &Plan) -> Result<Checked, Failure> {
    check_package(plan, &open_package(plan)?)
}

/// Opens the package of a plan.
pub(super) fn open_package(plan: &Plan) -> Result<Package, Failure> {
    if plan.path == "-" { from_stdin() } else { open(&plan.path) }
}

/// Checks a package that is open.
pub(super) fn check_package(plan: &Plan, package: &Package) -> Result<Checked, Failure> {
    let mut sources = Sources::new();
    let report = vnfpkg_lint::validate(package, &mut sources, &plan.options);
    let file_name = package.name().to_owned();
    let acceptance = Acceptance {
        settings: &plan.settings.settings,
        baseline: plan.baseline.as_deref(),
        package: &file_name,
        pedantic: plan.pedantic,
        digests: plan.options.digests,
        comments: plan.suppress,
    };
    let accepted = acceptance.sort(report.findings, &sources);
    Ok(Checked {
        path: plan.path.clone(),
        form: package.form(),
        sources,
        findings: accepted.findings,
        suppressed: accepted.suppressed.len(),
        fixed: accepted.fixed,
        used: accepted.used,
        predictions: report.predictions,
        manifest: report.manifest,
        pending: false,
        fail_on: plan.fail_on,
        file_name,
    })
}

fn from_stdin() -> Result<Package, Failure> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(STDIN_LIMIT + 1).read_to_end(&mut bytes);
    read.map_err(|error| Failure::usage(format!("cannot read standard input: {error}")))?;
    if bytes.len() as u64 > STDIN_LIMIT {
        return Err(Failure::usage("the package on standard input is larger than 1 GiB").help("write it to a file and give its path"));
    }
    Package::from_bytes("-", bytes).map_err(|error| Failure::usage(error.to_string()).help(error.help()))
}
