//! `vnfpkg driver`: management drivers for Tacker that hand a hook to this program.

use clap::{Args, ValueEnum};

use crate::exit::{CommandResult, Exit};
use crate::terminal::Terminal;

const COMMON: &str = include_str!("common.py");
const V1: &str = include_str!("v1.py");
const V2: &str = include_str!("v2.py");

/// Arguments of `driver`.
#[derive(Debug, Args)]
pub(crate) struct DriverArgs {
    /// For which of Tacker's APIs
    #[arg(value_enum)]
    api: Api,
}

/// Tacker's APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Api {
    /// A class for `tacker.tacker.mgmt.drivers`, which Tacker loads
    V1,
    /// A script that a package carries, which Tacker runs
    V2,
}

/// Prints the driver.
pub(crate) fn run(args: &DriverArgs, terminal: &Terminal) -> CommandResult {
    let head = format!("# Written by `vnfpkg driver` {}.\n", env!("CARGO_PKG_VERSION"));
    let own = match args.api {
        Api::V1 => V1,
        Api::V2 => V2,
    };
    terminal.out(&format!("{head}{COMMON}\n\n{own}"));
    Ok(Exit::Ok)
}
