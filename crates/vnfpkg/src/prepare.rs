//! From arguments to a plan: package, hook, parameters, request, inventory. All faults come together.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};

use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest, Sha256};
use vnfpkg_csar::Package;
use vnfpkg_diag::{Finding, Severity, SourceId, Span};
use vnfpkg_lint::parameters::{check_levels, flavour_of};
use vnfpkg_lint::{Options, Report};
use vnfpkg_plan::compile::{Change, Compiled, PlanInputs, compile, input_value};
use vnfpkg_plan::instance::{Listings, build_inventory, is_instance, parse_instance};
use vnfpkg_plan::inventory::{Inventory, Vnfc, parse_host_argument, parse_inventory, parse_vip_argument};
use vnfpkg_plan::lifecycle::Operation;
use vnfpkg_plan::model::{Action, InputRef, PackageRef};
use vnfpkg_plan::problem::ProblemKind;
use vnfpkg_plan::request::{Request, RequestKind, parse_request_of};
use vnfpkg_plan::secrets::Secrets;
use vnfpkg_tosca::grammar::Name;
use vnfpkg_tosca::vnfd::{Flavour, Vnfd};

use crate::cli::SourceArgs;
use crate::commands::findings::Faults;
use crate::environment::variable;
use crate::exit::{Exit, Failure};
use crate::files::Files;
use crate::hooks::{self, Hooked};
use crate::scaling::newest;
use crate::secrets::SecretArgs;

/// Requests and inventories are small.
const INPUT_LIMIT: u64 = 16 << 20;

/// A plan and what running it needs.
pub(crate) struct Prepared {
    pub(crate) compiled: Compiled,
    pub(crate) files: Files,
    /// What is worth a warning, and does not stand in the way.
    pub(crate) warnings: Faults,
}

/// Why there is no plan.
pub(crate) enum Unprepared {
    /// Something could not be read at all.
    Failure(Failure),
    /// Faults with their places.
    Faults(Box<Faults>),
}

impl From<Failure> for Unprepared {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// Makes the plan.
pub(crate) fn prepare(args: &SourceArgs, salt: &str) -> Result<Prepared, Unprepared> {
    prepare_with(args, &SecretArgs::default(), salt)
}

/// Makes the plan, with secrets that are not in the request.
pub(crate) fn prepare_with(args: &SourceArgs, given: &SecretArgs, salt: &str) -> Result<Prepared, Unprepared> {
    let mut faults = Faults::default();
    let package = open(&args.package).map_err(|failure| swapped(args, failure))?;
    let files = Files::new(package);
    let report = check_package(&files.0, &mut faults)?;
    let vnfd = report.vnfd.as_ref().ok_or_else(|| no_vnfd(&args.package))?;
    let (mut request, request_ref) = read_request(args.request.as_deref(), &args.operation, &mut faults)?;
    let (mut inventory, inventory_ref, secrets) =
        read_inventory(args.inventory.as_deref(), &args.hosts, &mut faults).map_err(|failure| with_vdus(args, vnfd, failure))?;
    for argument in &args.vips {
        inventory.vips.push(parse_vip_argument(argument).map_err(Failure::usage)?);
    }
    let flavour = choose_flavour(args, &request, &inventory, vnfd, &mut faults)?;
    faults.add_plan(&check_levels(flavour, &request));
    let hooked = hooks::resolve(&args.operation, flavour, &report, vnfd, &files, &mut faults.sources)?;
    faults.findings.extend(hooked.findings.iter().cloned());
    let operation = hooked.operation(&args.operation)?;
    given.fill(&mut request, operation, &hooked.parameters, &mut faults.sources)?;
    if args.request.is_none() || request.span.is_some() {
        let found = hooked.check_request(&request, &mut faults.sources);
        faults.findings.extend(found);
    }
    let doubts = take_doubts(&mut faults, vnfd);
    if faults.fatal() {
        faults.findings.extend(doubts);
        return Err(Unprepared::Faults(Box::new(faults)));
    }
    let vdus = vnfpkg_lint::vdu_facts(flavour);
    let inputs = PlanInputs {
        operation,
        engine: &hooked.bundle().engine,
        parameters: &hooked.parameters,
        additional_params: request.additional_params.as_ref(),
        inventory: &inventory,
        vdus: &vdus,
        package: package_ref(&args.package, flavour, vnfd),
        instance: instance_name(args, &inventory, vnfd),
        change: change(args, &request, flavour, &inventory)?,
        files: &files,
        secrets,
        inputs: [Some(package_input(&args.package, &files.0)), request_ref, inventory_ref].into_iter().flatten().collect(),
        salt: salt.to_owned(),
    };
    let named: BTreeSet<String> = inputs.change.new.iter().flatten().chain(&inputs.change.removed).cloned().collect();
    match compile(inputs) {
        Ok(compiled) => {
            check_named(&named, &compiled.plan)?;
            settle_doubts(doubts, &compiled.plan, &mut faults)?;
            Ok(Prepared { compiled, files, warnings: faults })
        }
        Err(problems) => {
            faults.add_plan(&problems);
            Err(Unprepared::Faults(Box::new(faults)))
        }
    }
}

/// Opens a package.
pub(crate) fn open(path: &Utf8Path) -> Result<Package, Failure> {
    Package::open(path).map_err(|error| Failure::usage(error.to_string()).help(error.help()))
}

/// Says so when operation and package stand in each other's place.
fn swapped(args: &SourceArgs, failure: Failure) -> Failure {
    if !args.package.exists() && Utf8Path::new(&args.operation).exists() {
        let Failure { exit, message, .. } = failure;
        return Failure::new(exit, message).help(format!("the operation comes first: `{} {}`", args.package, args.operation));
    }
    failure
}

/// Names the VDUs when nothing says where they are.
fn with_vdus(args: &SourceArgs, vnfd: &Vnfd, failure: Failure) -> Failure {
    let chosen = vnfd.flavours.iter().find(|flavour| args.flavour.as_deref().is_none_or(|id| flavour.id.text.as_ref() == id));
    let vdus: Vec<String> = chosen.iter().flat_map(|flavour| &flavour.vdus).map(|vdu| vdu.id.text.to_string()).collect();
    if vdus.is_empty() || !args.hosts.is_empty() || args.inventory.is_some() {
        return failure;
    }
    let Failure { exit, message, .. } = failure;
    let each: Vec<String> = vdus.iter().map(|vdu| format!("--host {vdu}=user@address")).collect();
    Failure::new(exit, message)
        .help(format!("name each with `{}`, or all of them in a file with `--inventory FILE`", each.join(" ")))
        .help(format!("`--host {}=local` takes this machine", vdus[0]))
}

/// A salt that nobody can guess.
pub(crate) fn random_salt() -> String {
    let word = || RandomState::new().build_hasher().finish();
    format!("{:016x}{:016x}", word(), word())
}

fn check_package(package: &Package, faults: &mut Faults) -> Result<Report, Unprepared> {
    let report = vnfpkg_lint::validate(package, &mut faults.sources, &Options::default());
    faults.findings.extend(report.findings.iter().filter(|finding| finding.severity == Severity::Error).cloned());
    if faults.fatal() && report.vnfd.is_none() {
        return Err(Unprepared::Faults(Box::new(std::mem::take(faults))));
    }
    Ok(report)
}

/// Takes out what is said of files that seldom matter to a run: VM images, which the VIM takes, and drivers that a step set stands
/// in for. Packages made for Tacker come with placeholders for the digests of both.
fn take_doubts(faults: &mut Faults, vnfd: &Vnfd) -> Vec<Finding> {
    let vdus = vnfd.flavours.iter().flat_map(|flavour| flavour.vdus.iter().chain(&flavour.image_holders));
    let drivers = vnfd.flavours.iter().flat_map(|flavour| &flavour.hooks).filter(|hook| hooks::driver_of(hook).is_some());
    let artifacts = vdus.flat_map(|vdu| &vdu.images).chain(drivers.filter_map(|hook| hook.primary.as_ref()));
    let spare: BTreeSet<&str> = artifacts.filter_map(|artifact| Some(artifact.found.as_ref()?.path.as_str())).collect();
    let is_spare = |finding: &mut Finding| finding.doubts.as_deref().is_some_and(|path| spare.contains(path));
    faults.findings.extract_if(.., is_spare).collect()
}

/// A file in doubt that no task takes is worth a warning; one that a task takes stops the run.
fn settle_doubts(doubts: Vec<Finding>, plan: &vnfpkg_plan::Plan, faults: &mut Faults) -> Result<(), Unprepared> {
    let taken =
        |path: &str| plan.tasks.iter().any(|task| matches!(&task.action, Action::Upload { from, store: false, .. } if from == path));
    for mut finding in doubts {
        if !finding.doubts.as_deref().is_some_and(taken) {
            finding.severity = Severity::Warning;
            finding.help = Some("this run does not take the file; who takes the package from here will refuse it".to_owned());
            finding.fix = None;
        }
        faults.findings.push(finding);
    }
    if faults.fatal() { Err(Unprepared::Faults(Box::new(std::mem::take(faults)))) } else { Ok(()) }
}

fn no_vnfd(path: &Utf8Path) -> Failure {
    Failure::usage(format!("{path} has no VNFD that can be read")).help(format!("see `vnfpkg validate {path}`"))
}

pub(crate) fn read_input(kind: &str, path: &Utf8Path) -> Result<(String, InputRef), Failure> {
    let size = std::fs::metadata(path).map_err(|error| unreadable(kind, path, &error))?.len();
    if size > INPUT_LIMIT {
        return Err(Failure::usage(format!("the {kind} {path} has {size} bytes, more than {INPUT_LIMIT}")));
    }
    let bytes = std::fs::read(path).map_err(|error| unreadable(kind, path, &error))?;
    let digest = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let text = String::from_utf8(bytes).map_err(|_| Failure::usage(format!("the {kind} {path} is not UTF-8")))?;
    Ok((text, InputRef { kind: kind.to_owned(), path: path.to_string(), sha256: digest }))
}

fn unreadable(kind: &str, path: &Utf8Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("cannot read the {kind} {path}: {error}"))
}

/// The request and its digest; an empty request without a file.
pub(crate) fn read_request(path: Option<&Utf8Path>, operation: &str, faults: &mut Faults) -> Result<(Request, Option<InputRef>), Failure> {
    let Some(path) = path else { return Ok((Request::default(), None)) };
    let (text, reference) = read_input("request", path)?;
    let source = faults.sources.add(path.as_str(), text.as_str());
    let (request, problems) = parse_request_of(source, &text, RequestKind::of_operation(operation));
    if problems.iter().any(|problem| problem.kind == ProblemKind::RequestSyntax) {
        // Which values are secret is not known of a text that cannot be read, and its lines are about to be shown.
        likely_secrets(source, &text).into_iter().for_each(|span| faults.sources.mask(span));
    }
    faults.add_plan(&problems);
    Ok((request, Some(reference)))
}

/// What stands after the colon on lines that speak of passwords and proxies.
fn likely_secrets(source: SourceId, text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let lower = line.to_ascii_lowercase();
        let speaks = ["passw", "secret", "token", "proxy"].iter().find_map(|word| lower.find(word));
        if let Some(colon) = speaks.and_then(|at| line.get(at..)?.find(':').map(|colon| at + colon + 1)) {
            spans.push(Span::new(source, start + colon, start + line.trim_end().len()));
        }
        start += line.len();
    }
    spans
}

/// The inventory with the hosts named beside it, its digest, and the passwords it names.
pub(crate) fn read_inventory(
    path: Option<&Utf8Path>,
    hosts: &[String],
    faults: &mut Faults,
) -> Result<(Inventory, Option<InputRef>, Secrets), Failure> {
    let mut reference = None;
    let mut inventory = Inventory::default();
    if let Some(path) = path {
        let (text, digest) = read_input("inventory", path)?;
        inventory = inventory_of(path, &text, faults);
        reference = Some(digest);
    }
    for argument in hosts {
        inventory.vnfcs.push(parse_host_argument(argument).map_err(Failure::usage)?);
    }
    if inventory.vnfcs.is_empty() && path.is_none() {
        return Err(Failure::usage("no VNFC is named, so there is no host to run on")
            .help("name each with `--host VDU=user@address`, or all of them in a file with `--inventory FILE`"));
    }
    let secrets = passwords(&inventory.vnfcs)?;
    Ok((inventory, reference, secrets))
}

/// An inventory file, or a VNF instance in its place.
pub(crate) fn inventory_of(path: &Utf8Path, text: &str, faults: &mut Faults) -> Inventory {
    if !is_instance(text) {
        let source = faults.sources.add(path.as_str(), text);
        let (inventory, problems) = parse_inventory(source, text);
        faults.add_plan(&problems);
        return inventory;
    }
    let (instance, problems) = parse_instance(path.as_str(), text, &mut faults.sources);
    faults.add_plan(&problems);
    let Some(instance) = instance else { return Inventory::default() };
    let built = build_inventory(&instance, &Listings::default(), None);
    faults.add_plan(&built.problems);
    built.inventory
}

/// Passwords that the inventory takes from environment variables.
pub(crate) fn passwords(vnfcs: &[Vnfc]) -> Result<Secrets, Failure> {
    let mut secrets = Secrets::new();
    for vnfc in vnfcs {
        if let Some(name) = &vnfc.ssh.password_env {
            let value = variable(name).ok_or_else(|| {
                Failure::usage(format!("the inventory takes a password from the environment variable `{name}`, which is not set"))
            })?;
            secrets.insert(format!("host.{}.password", vnfc.vdu_key()), value);
        }
    }
    Ok(secrets)
}

fn choose_flavour<'a>(
    args: &SourceArgs,
    request: &Request,
    inventory: &Inventory,
    vnfd: &'a Vnfd,
    faults: &mut Faults,
) -> Result<&'a Flavour, Unprepared> {
    let named = request.flavour.as_ref().or(inventory.flavour.as_ref());
    let wanted = args.flavour.as_deref().or(named.map(|flavour| flavour.value.as_str()));
    let ids: Vec<&str> = vnfd.flavours.iter().map(|flavour| flavour.id.text.as_ref()).collect();
    let Some(wanted) = wanted else {
        return match vnfd.flavours.as_slice() {
            [only] => Ok(only),
            [] => Err(Failure::usage("the VNFD has no deployment flavour").into()),
            _ => Err(Failure::usage(format!("the VNFD has several flavours: {}", ids.join(", ")))
                .help("choose one with `--flavour ID`")
                .into()),
        };
    };
    if let Some(found) = vnfd.flavour(wanted) {
        return Ok(found);
    }
    match named.filter(|_| args.flavour.is_none()) {
        Some(at) => flavour_of(vnfd, at).map_err(|problem| {
            faults.add_plan(&[problem]);
            Unprepared::Faults(Box::new(std::mem::take(faults)))
        }),
        None => {
            let near = vnfpkg_plan::problem::did_you_mean(wanted, ids.iter().copied());
            let help = near.unwrap_or_else(|| format!("it has {}", ids.join(", ")));
            Err(Failure::usage(format!("the VNFD has no flavour `{wanted}`")).help(help).into())
        }
    }
}

fn package_ref(path: &Utf8Path, flavour: &Flavour, vnfd: &Vnfd) -> PackageRef {
    let text = |name: &Option<Name>| name.as_ref().map(|name| name.text.to_string()).unwrap_or_default();
    PackageRef {
        path: path.to_string(),
        descriptor_id: text(&vnfd.info.descriptor_id),
        flavour: flavour.id.text.to_string(),
        product: text(&vnfd.info.product_name),
    }
}

/// A digest of names, sizes and contents; contents by the checksum of the archive, or read when they are small.
pub(crate) fn package_input(path: &Utf8Path, package: &Package) -> InputRef {
    let mut hash = Sha256::new();
    for entry in package.files() {
        hash.update(format!("{}\0{}\0{:?}\0", entry.path, entry.size, entry.crc32));
        if entry.crc32.is_none()
            && entry.size <= INPUT_LIMIT
            && let Ok(content) = package.read(&entry.path, INPUT_LIMIT)
        {
            hash.update(content);
        }
    }
    let sha256 = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    InputRef { kind: "package".into(), path: path.to_string(), sha256 }
}

/// The given name, else one that stands for this VNFD on these hosts.
fn instance_name(args: &SourceArgs, inventory: &Inventory, vnfd: &Vnfd) -> String {
    if let Some(name) = args.instance.as_ref().or(inventory.instance.as_ref()) {
        return name.clone();
    }
    let addresses: BTreeSet<String> = inventory
        .vnfcs
        .iter()
        .map(|vnfc| {
            let address = vnfc.address.clone().or_else(|| vnfc.cps.iter().find_map(|cp| cp.address().map(str::to_owned)));
            format!("{}={}:{}", vnfc.vdu, address.unwrap_or_default(), vnfc.ssh.port.unwrap_or(22))
        })
        .collect();
    let mut hash = Sha256::new();
    hash.update(vnfd.info.descriptor_id.as_ref().map_or("", |id| &id.text));
    for address in addresses {
        hash.update(format!("\0{address}"));
    }
    let digest: String = hash.finalize().iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    format!("vnf-{digest}")
}

/// VNFCs that the command line or the request is about.
fn named(args: &SourceArgs, request: &Request) -> BTreeSet<String> {
    args.vnfcs.iter().cloned().chain(request.vnfcs.iter().map(|vnfc| vnfc.value.clone())).collect()
}

/// What the operation does to which VNFCs. A heal is about all of them unless some are named; scaling names them, or its
/// request says how many of the newest ones it is about.
fn change(args: &SourceArgs, request: &Request, flavour: &Flavour, inventory: &Inventory) -> Result<Change, Failure> {
    let ids = named(args, request);
    let some = |new: BTreeSet<String>, removed: BTreeSet<String>| Change { new: Some(new), removed };
    let nothing = BTreeSet::new;
    let scaling = |out: bool| request.scale.as_ref().is_none_or(|scale| scale.out == out);
    let scaled = |ids: BTreeSet<String>, what: &str| match &request.scale {
        _ if !ids.is_empty() => Ok(ids),
        Some(scale) => newest(&flavour.policies, scale, inventory),
        None => Err(Failure::usage(format!("it is not said which VNFCs {what}"))
            .help("name each with `--vnfc ID`, or give a ScaleVnfRequest with `type`, `aspectId` and `numberOfSteps`")),
    };
    let operation = args.operation.as_str();
    Ok(match operation {
        "heal_start" if !ids.is_empty() => some(nothing(), ids),
        _ if operation.starts_with("heal") && !ids.is_empty() => some(ids, nothing()),
        // A VNFM calls both hooks, whichever way it scales.
        "scale_start" if scaling(false) => some(nothing(), scaled(ids, "go")?),
        "scale_end" if scaling(true) => some(scaled(ids, "are new")?, nothing()),
        "scale_rollback_start" => some(nothing(), scaled(ids, "were to be added")?),
        _ if operation.starts_with("scale") || operation.starts_with("modify_information") => some(nothing(), nothing()),
        _ => Change::default(),
    })
}

/// A VNFC that is named and not there would make the operation do nothing, silently.
fn check_named(named: &BTreeSet<String>, plan: &vnfpkg_plan::Plan) -> Result<(), Failure> {
    let known: Vec<&str> = plan.hosts.iter().map(|host| host.id.as_str()).collect();
    match named.iter().find(|id| !known.contains(&id.as_str())) {
        Some(id) => Err(Failure::usage(format!("there is no VNFC `{id}`")).help(format!("the VNFCs are {}", known.join(", ")))),
        None => Ok(()),
    }
}

/// What a resume needs again, since no secret is ever stored.
pub(crate) struct Again {
    pub(crate) secrets: Secrets,
    pub(crate) files: Files,
    pub(crate) inputs: Vec<InputRef>,
}

/// Reads package, request and inventory of a stored plan again.
pub(crate) fn again(plan: &vnfpkg_plan::Plan, request: Option<&Utf8Path>, given: &SecretArgs) -> Result<Again, Unprepared> {
    let path_of = |kind: &str| plan.inputs.iter().find(|input| input.kind == kind).map(|input| Utf8PathBuf::from(&input.path));
    let mut faults = Faults::default();
    let package_path = Utf8PathBuf::from(&plan.package.path);
    let files = Files::new(open(&package_path)?);
    let report = check_package(&files.0, &mut faults)?;
    let vnfd = report.vnfd.as_ref().ok_or_else(|| no_vnfd(&package_path))?;
    let flavour = vnfd
        .flavours
        .iter()
        .find(|flavour| flavour.id.text.as_ref() == plan.package.flavour)
        .ok_or_else(|| Failure::new(Exit::Refused, format!("the package no longer has the flavour `{}`", plan.package.flavour)))?;
    let hooked: Hooked = hooks::resolve(&plan.operation, flavour, &report, vnfd, &files, &mut faults.sources)?;
    let operation: &Operation = hooked.operation(&plan.operation)?;
    let request_path = request.map(Utf8Path::to_owned).or_else(|| path_of("request"));
    let (mut request, request_ref) = read_request(request_path.as_deref(), &plan.operation, &mut faults)?;
    given.fill(&mut request, operation, &hooked.parameters, &mut faults.sources)?;
    let inventory_path = path_of("inventory");
    let mut secrets = Secrets::new();
    let mut inventory_ref = None;
    if let Some(path) = &inventory_path {
        let (text, digest) = read_input("inventory", path)?;
        secrets = passwords(&inventory_of(path, &text, &mut faults).vnfcs)?;
        inventory_ref = Some(digest);
    }
    input_value(operation, &hooked.parameters, request.additional_params.as_ref(), &mut secrets);
    let inputs = [Some(package_input(&package_path, &files.0)), request_ref, inventory_ref].into_iter().flatten().collect();
    Ok(Again { secrets, files, inputs })
}
