//! `cargo xtask lab`: the test lab by hand.

use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::lab_check;
use clap::{Args, Subcommand};

use xtask::lab::{self, DEFAULT_CACHE, DEFAULT_RUN, Kind, Lab, LabError, LabOptions, LabSummary, Sudo};

#[derive(Args)]
pub(crate) struct LabArguments {
    /// Folder of what is made once: root folders, packages, images
    #[arg(long, global = true, env = "VNFPKG_LAB_CACHE", default_value = DEFAULT_CACHE)]
    cache: PathBuf,
    /// Folder of the state of running labs
    #[arg(long, global = true, env = "VNFPKG_LAB_RUN", default_value = DEFAULT_RUN)]
    run: PathBuf,
    #[command(subcommand)]
    action: Action,
}

#[derive(Args)]
struct Name {
    /// Name of the lab; labs of different names live side by side
    #[arg(long, default_value = "vl")]
    name: String,
}

#[derive(Subcommand)]
enum Action {
    /// Bring up a lab with N hosts at 10.99.1.1 to 10.99.1.N, user and password `ubuntu`
    Up {
        /// How many container hosts
        #[arg(default_value_t = 1)]
        hosts: u8,
        #[command(flatten)]
        name: Name,
        /// What is installed on the hosts
        #[arg(long, value_enum, default_value_t)]
        kind: Kind,
        /// Whether sudo asks for the password
        #[arg(long, value_enum, default_value_t)]
        sudo: Sudo,
        /// Size of each host's disk, in memory
        #[arg(long, default_value = "4g")]
        disk: String,
        /// How many virtual machines, numbered after the hosts
        #[arg(long, value_name = "N", default_value_t = 0)]
        vms: u8,
        /// What is installed on the virtual machines
        #[arg(long, value_enum, default_value_t)]
        vm_kind: Kind,
        /// Take the lab down when this process is gone
        #[arg(long, value_name = "PID")]
        owner: Option<u32>,
    },
    /// Bring up a virtual machine, in a lab of its own or as one more host of a running lab
    Vm {
        #[command(flatten)]
        name: Name,
        /// What is installed on it
        #[arg(long, value_enum, default_value_t)]
        kind: Kind,
    },
    /// End a lab and all that is left of it
    Down {
        #[command(flatten)]
        name: Name,
        /// Every lab that has state under the run folder
        #[arg(long)]
        all: bool,
    },
    /// Show the labs and their hosts
    List {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Run a command inside the lab's network, or as root inside a host
    Exec {
        #[command(flatten)]
        name: Name,
        /// Inside this host, as root
        #[arg(long, value_name = "N")]
        host: Option<u8>,
        /// The command
        #[arg(last = true, required = true)]
        command: Vec<String>,
    },
    /// Log in to host N over SSH, or run a command there
    Ssh {
        #[command(flatten)]
        name: Name,
        /// Number of the host
        host: u8,
        /// The command
        #[arg(trailing_var_arg = true)]
        command: Vec<String>,
    },
    /// Make host N new: back to what it was made from, with another host key
    Reset {
        #[command(flatten)]
        name: Name,
        /// Number of the host
        host: u8,
    },
    /// Remove from the cache what no running lab uses
    Prune,
    /// Try on this machine all that tests expect of the lab, in a lab of its own
    Check {
        /// Name of that lab
        #[arg(long, default_value = "check")]
        name: String,
        /// What is installed on its hosts
        #[arg(long, value_enum, default_value_t)]
        kind: Kind,
        /// With virtual machines as hosts
        #[arg(long)]
        vm: bool,
        /// Only the trials whose description contains this
        #[arg(long, value_name = "TEXT", default_value = "")]
        only: String,
    },
    /// Write a `docker load`able archive of a real Docker registry to OUT
    RegistryImage {
        /// The file to write
        out: PathBuf,
    },
}

pub(crate) fn run(arguments: LabArguments) -> ExitCode {
    match act(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn act(LabArguments { cache, run, action }: LabArguments) -> Result<(), LabError> {
    match action {
        Action::Up { hosts, name: Name { name }, kind, sudo, disk, vms, vm_kind, owner } => {
            Lab::start(&LabOptions { name, hosts, kind, vms, vm_kind, sudo, disk, cache, run, owner })?.leave_running();
            Ok(())
        }
        Action::Vm { name: Name { name }, kind } => match Lab::attach(&run, &name) {
            Ok(mut lab) => lab.add_vm(kind).map(drop),
            Err(LabError::NotFound(_)) => {
                let options = LabOptions { name, hosts: 0, vms: 1, vm_kind: kind, cache, run, owner: None, ..LabOptions::default() };
                Lab::start(&options)?.leave_running();
                Ok(())
            }
            Err(other) => Err(other),
        },
        Action::Down { name: Name { name }, all: false } => Lab::remove(&run, &name),
        Action::Down { all: true, .. } => Lab::list(&run)?.iter().try_for_each(|lab| Lab::remove(&run, &lab.name)),
        Action::List { json } => show(&Lab::list(&run)?, json),
        Action::Exec { name: Name { name }, host: None, command } => {
            become_command(Lab::attach(&run, &name)?.command(&command[0]).args(&command[1..]))
        }
        Action::Exec { name: Name { name }, host: Some(number), command } => {
            let words: Vec<&str> = command.iter().map(String::as_str).collect();
            become_command(&mut Lab::attach(&run, &name)?.find(number)?.root_command(&words)?)
        }
        Action::Ssh { name: Name { name }, host, command } => {
            become_command(Lab::attach(&run, &name)?.find(host)?.ssh_command()?.args(command))
        }
        Action::Reset { name: Name { name }, host } => Lab::attach(&run, &name)?.find(host)?.reset(),
        Action::Prune => Lab::prune(&cache, &run),
        Action::Check { name, kind, vm, only } => {
            let (hosts, vms) = if vm { (0, 2) } else { (2, 0) };
            let base = LabOptions { name, hosts, vms, kind, vm_kind: kind, cache, run, ..LabOptions::default() };
            let options = LabOptions { disk: "1g".to_owned(), ..base };
            lab_check::run(&options, &only, |line| {
                let _ = writeln!(io::stderr(), "lab: {line}");
            })
        }
        Action::RegistryImage { out } => {
            let made = lab::registry_image(&cache)?;
            std::fs::copy(&made, &out).map_err(|source| LabError::Io { path: out, source })?;
            Ok(())
        }
    }
}

/// Replaces this process, so that signals, terminal and exit status are the command's own.
fn become_command(command: &mut Command) -> Result<(), LabError> {
    let source = command.exec();
    Err(LabError::Spawn { command: command.get_program().to_string_lossy().into_owned(), source })
}

fn show(labs: &[LabSummary], json: bool) -> Result<(), LabError> {
    let mut text = String::new();
    if json {
        text = serde_json::to_string_pretty(labs).unwrap_or_default() + "\n";
    } else {
        if !labs.is_empty() {
            text.push_str("LAB        HOST     ADDRESS        MACHINE    KIND    STATE\n");
        }
        for lab in labs {
            if lab.hosts.is_empty() {
                text.push_str(&format!("{:<10} -\n", lab.name));
            }
            for host in &lab.hosts {
                let machine = format!("{:?}", host.machine).to_lowercase();
                text.push_str(&format!(
                    "{:<10} {:<8} {:<14} {machine:<10} {:<7} {}\n",
                    lab.name,
                    host.name,
                    host.address.to_string(),
                    host.kind.to_string(),
                    host.state
                ));
            }
        }
    }
    io::stdout().write_all(text.as_bytes()).map_err(|source| LabError::Io { path: "standard output".into(), source })
}
