//! `lcm create`: a VNF instance of a package.

use camino::Utf8PathBuf;
use clap::Args;
use vnfpkg_diag::Sources;
use vnfpkg_lcm::{InstantiationState, Records, VnfInstance};
use vnfpkg_lint::Options;
use vnfpkg_tosca::grammar::Name;

use super::files::new_id;
use super::{OutputFormat, RecordArgs, output, state_files};
use crate::exit::{CommandResult, Exit, Failure};
use crate::prepare::open;
use crate::terminal::Terminal;

/// Arguments of `create`.
#[derive(Debug, Args)]
pub(super) struct CreateArgs {
    /// The package
    package: Utf8PathBuf,
    /// Name of the instance; default is `vnf-` and its id
    #[arg(long)]
    name: Option<String>,
    /// What people say of it
    #[arg(long)]
    description: Option<String>,
    #[command(flatten)]
    records: RecordArgs,
}

/// Makes the record and prints it.
pub(super) fn create(args: &CreateArgs, terminal: &Terminal) -> CommandResult {
    let package = open(&args.package)?;
    let report = vnfpkg_lint::validate(&package, &mut Sources::new(), &Options { digests: false, ..Options::default() });
    let vnfd = report.vnfd.as_ref().ok_or_else(|| {
        Failure::usage(format!("{} has no VNFD that can be read", args.package)).help(format!("see `vnfpkg validate {}`", args.package))
    })?;
    let absolute = args.package.canonicalize_utf8().map_err(|error| Failure::usage(format!("{}: {error}", args.package)))?;
    let text = |name: &Option<Name>| name.as_ref().map(|name| name.text.to_string()).unwrap_or_default();
    let id = new_id();
    let files = state_files(args.records.state.as_ref())?;
    let records = Records::new(&files);
    let name = args.name.clone().unwrap_or_else(|| format!("vnf-{id}"));
    if records.instances()?.iter().any(|other| other.name == name) {
        return Err(Failure::usage(format!("there is a VNF instance of the name `{name}` already")).help("give another one with `--name`"));
    }
    let instance = VnfInstance {
        name,
        id,
        description: args.description.clone(),
        package: absolute.into_string(),
        vnfd_id: text(&vnfd.info.descriptor_id),
        provider: text(&vnfd.info.provider),
        product_name: text(&vnfd.info.product_name),
        software_version: text(&vnfd.info.software_version),
        vnfd_version: text(&vnfd.info.descriptor_version),
        state: InstantiationState::NotInstantiated,
        info: None,
    };
    records.save(&instance)?;
    terminal.out(&output::record(&vnfpkg_lcm::instance_columns(&instance), args.records.format));
    if args.records.format == OutputFormat::Table {
        terminal.err(&format!("next: vnfpkg lcm instantiate {} PARAM_FILE --host VDU=user@address\n", instance.id));
    }
    Ok(Exit::Ok)
}
