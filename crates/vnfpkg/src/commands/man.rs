//! `vnfpkg man`

use camino::Utf8PathBuf;
use clap::{Args, Command, CommandFactory};

use crate::cli::Cli;
use crate::exit::{CommandResult, Exit, Failure};
use crate::terminal::Terminal;

/// Arguments of `man`.
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// Where to; made when it is not there
    #[arg(value_name = "DIR")]
    folder: Utf8PathBuf,
}

/// Writes one page per command.
pub(crate) fn run(args: &ManArgs, terminal: &Terminal) -> CommandResult {
    let cannot = |error: std::io::Error| Failure::usage(format!("cannot write {}: {error}", args.folder));
    std::fs::create_dir_all(&args.folder).map_err(cannot)?;
    let mut command = Cli::command();
    command.build();
    let mut count = 0;
    for (name, page) in pages(&command) {
        let mut out = Vec::new();
        clap_mangen::Man::new(page).render(&mut out).map_err(cannot)?;
        std::fs::write(args.folder.join(format!("{name}.1")), out).map_err(cannot)?;
        count += 1;
    }
    terminal.out(&format!("{}: {count} pages\n", args.folder));
    Ok(Exit::Ok)
}

/// The command itself and those below it, as `vnfpkg-runs-list`.
fn pages(command: &Command) -> Vec<(String, Command)> {
    let below = |parent: &str, command: &Command| -> Vec<(String, Command)> {
        let commands = command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help");
        commands.map(|below| (format!("{parent}-{}", below.get_name()), below.clone())).collect()
    };
    let mut pages = vec![(command.get_name().to_owned(), command.clone())];
    let mut at = 0;
    while at < pages.len() {
        let (name, page) = (pages[at].0.clone(), pages[at].1.clone());
        pages.extend(below(&name, &page));
        at += 1;
    }
    pages.into_iter().map(|(name, page)| (name.clone(), page.name(name))).collect()
}
