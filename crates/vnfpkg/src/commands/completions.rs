//! `vnfpkg completions`

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::Cli;
use crate::exit::{CommandResult, Exit};
use crate::terminal::Terminal;

/// Arguments of `completions`.
#[derive(Debug, Args)]
#[command(after_long_help = "For bash: vnfpkg completions bash > ~/.local/share/bash-completion/completions/vnfpkg")]
pub(crate) struct CompletionsArgs {
    /// Which shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub(crate) fn run(args: &CompletionsArgs, terminal: &Terminal) -> CommandResult {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "vnfpkg", &mut script);
    terminal.out(&String::from_utf8_lossy(&script));
    Ok(Exit::Ok)
}
