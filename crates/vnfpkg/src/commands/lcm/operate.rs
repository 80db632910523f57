//! The commands that begin an LCM operation, and those that decide about one that failed.

use camino::Utf8Path;
use serde_json::json;
use vnfpkg_lcm::{Inputs, LcmOperation, OpOcc, Records, masked};

use super::action::{Action, request_body};
use super::files::{new_id, now};
use super::hook::{HookRun, offer};
use super::{
    HealArgs, HookArgs, InstantiateArgs, ModifyArgs, RunningArgs, ScaleArgs, TerminateArgs, VmArgs, clients, scaling, state_files,
};
use crate::commands::findings::show_unprepared;
use crate::exit::{CommandResult, Failure};
use crate::terminal::Terminal;

/// A path that holds from wherever a retry is called.
fn absolute(path: &Utf8Path) -> Result<String, Failure> {
    Ok(path.canonicalize_utf8().map_err(|error| Failure::usage(format!("cannot read {path}: {error}")))?.into_string())
}

fn with_vms(vms: &VmArgs, inputs: Inputs) -> Result<Inputs, Failure> {
    Ok(Inputs { inventory: vms.inventory.as_deref().map(absolute).transpose()?, hosts: vms.hosts.clone(), ..inputs })
}

struct Wish<'a> {
    instance: &'a str,
    operation: LcmOperation,
    inputs: Inputs,
    params: serde_json::Value,
}

fn begin(wish: Wish<'_>, running: &RunningArgs, terminal: &Terminal) -> CommandResult {
    let files = state_files(running.engine.state.as_ref())?;
    let records = Records::new(&files);
    let instance = records.instance(wish.instance)?;
    records.may_begin(&instance, wish.operation)?;
    let op = OpOcc::new(new_id(), &instance.id, wish.operation, wish.inputs, wish.params, &now());
    records.save_operation(&op)?;
    let word = wish.operation.name().split('_').next().unwrap_or_default();
    let word = format!("{}{}", &word[..1], word[1..].to_ascii_lowercase());
    terminal.out(&format!("{word} request for VNF Instance {} has been accepted.\n", instance.id));
    Action { files: &files, instance, op, running, terminal }.perform()
}

pub(super) fn instantiate(args: &InstantiateArgs, terminal: &Terminal) -> CommandResult {
    let request = absolute(&args.request)?;
    let params = masked(&request_body(Some(&request))?);
    let inputs = with_vms(&args.vms, Inputs { request: Some(request), ..Inputs::default() })?;
    begin(Wish { instance: &args.instance, operation: LcmOperation::Instantiate, inputs, params }, &args.running, terminal)
}

pub(super) fn heal(args: &HealArgs, terminal: &Terminal) -> CommandResult {
    check_vnfcs(args)?;
    let params = json!({"vnfcInstanceId": args.vnfcs, "cause": args.cause});
    let inputs = with_vms(&args.vms, Inputs { vnfcs: args.vnfcs.clone(), ..Inputs::default() })?;
    begin(Wish { instance: &args.instance, operation: LcmOperation::Heal, inputs, params }, &args.running, terminal)
}

/// A VNFC that is not there is a slip, which needs no operation to find out.
fn check_vnfcs(args: &HealArgs) -> Result<(), Failure> {
    let files = state_files(args.running.engine.state.as_ref())?;
    let info = Records::new(&files).instance(&args.instance)?.info;
    let known: Vec<&str> = info.iter().flat_map(|info| info.vnfcs.iter().map(|vnfc| vnfc.id.as_str())).collect();
    match args.vnfcs.iter().find(|id| !known.is_empty() && !known.contains(&id.as_str())) {
        Some(id) => Err(Failure::usage(format!("there is no VNFC `{id}`")).help(format!("the VNFCs are {}", known.join(", ")))),
        None => Ok(()),
    }
}

pub(super) fn scale(args: &ScaleArgs, terminal: &Terminal) -> CommandResult {
    let params = json!({"type": args.scale_type, "aspectId": args.aspect_id, "numberOfSteps": args.number_of_steps});
    let inputs = Inputs {
        scale_type: Some(args.scale_type.clone()),
        aspect: Some(args.aspect_id.clone()),
        steps: args.number_of_steps,
        ..Inputs::default()
    };
    let inputs = with_vms(&args.vms, inputs)?;
    let files = state_files(args.running.engine.state.as_ref())?;
    let records = Records::new(&files);
    let instance = records.instance(&args.instance)?;
    records.may_begin(&instance, LcmOperation::Scale)?;
    if let Err(unprepared) = scaling::check(&instance, &inputs) {
        return show_unprepared(unprepared, terminal);
    }
    begin(Wish { instance: &args.instance, operation: LcmOperation::Scale, inputs, params }, &args.running, terminal)
}

pub(super) fn modify(args: &ModifyArgs, terminal: &Terminal) -> CommandResult {
    let files = state_files(args.running.engine.state.as_ref())?;
    let records = Records::new(&files);
    let instance = records.instance(&args.instance)?;
    records.may_begin(&instance, LcmOperation::ModifyInfo)?;
    let given = args.request.as_deref().map(absolute).transpose()?;
    let Some(request) = given.or_else(|| instance.info.as_ref().and_then(|info| info.request.clone())) else {
        return Err(Failure::usage(format!("VNF instance {} has no parameter file", instance.id)).help("name one after the instance"));
    };
    let (_, offer) = offer(&instance.package, instance.info.as_ref().map(|info| info.flavour.as_str()))?;
    if !offer.answers("modify_information_start") && !offer.answers("modify_information_end") {
        return Err(Failure::usage(format!("nothing answers `modify_information_end` in {}", instance.package))
            .help("its lifecycle document has to say what other parameters change on VMs that run"));
    }
    clients::readdress(&request, &args.addresses, terminal)?;
    let params = masked(&request_body(Some(&request))?);
    let inputs = Inputs { request: Some(request), ..Inputs::default() };
    begin(Wish { instance: &args.instance, operation: LcmOperation::ModifyInfo, inputs, params }, &args.running, terminal)
}

pub(super) fn terminate(args: &TerminateArgs, terminal: &Terminal) -> CommandResult {
    let params = json!({"terminationType": args.termination_type});
    let wish = Wish { instance: &args.instance, operation: LcmOperation::Terminate, inputs: Inputs::default(), params };
    begin(wish, &args.running, terminal)
}

pub(super) fn retry(op: &str, running: &RunningArgs, terminal: &Terminal) -> CommandResult {
    let files = state_files(running.engine.state.as_ref())?;
    let records = Records::new(&files);
    let mut op = records.operation(op)?;
    op.retry(&now())?;
    records.save_operation(&op)?;
    let instance = records.instance(&op.instance)?;
    terminal.out(&format!("Retry request for LCM operation {} has been accepted\n", op.id));
    Action { files: &files, instance, op, running, terminal }.perform()
}

pub(super) fn rollback(op: &str, running: &RunningArgs, terminal: &Terminal) -> CommandResult {
    let files = state_files(running.engine.state.as_ref())?;
    let records = Records::new(&files);
    let mut op = records.operation(op)?;
    op.roll_back(&now())?;
    records.save_operation(&op)?;
    let instance = records.instance(&op.instance)?;
    terminal.out(&format!("Rollback request for LCM operation {} has been accepted\n", op.id));
    Action { files: &files, instance, op, running, terminal }.undo()
}

pub(super) fn hook_alone(args: &HookArgs, terminal: &Terminal) -> CommandResult {
    let files = state_files(args.running.engine.state.as_ref())?;
    let instance = Records::new(&files).instance(&args.instance)?;
    let Some(info) = instance.info.clone() else {
        return Err(Failure::usage(format!("VNF instance {} is {}, so it has no VMs", instance.id, instance.state.name())));
    };
    let (flavour, offer) = offer(&instance.package, Some(&info.flavour))?;
    if !offer.answers(&args.operation) {
        return Err(Failure::usage(format!("nothing answers `{}` in {}", args.operation, instance.package))
            .help(format!("`vnfpkg inspect {}` shows its hooks", instance.package)));
    }
    let run = HookRun {
        files: &files,
        instance: &instance,
        flavour: &flavour,
        request: info.request.as_deref(),
        running: &args.running,
        terminal,
    };
    run.run(&args.operation, &info.vnfcs, &args.vnfcs)
}
