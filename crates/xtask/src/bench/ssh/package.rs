//! The same work for everybody: the steps as a package of ours and as commands.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::product::Workbench;

use super::sshd::{ADDRESS, Farm, USER};
use crate::bench::BenchError;

/// Write a file, run a command, check a file: so many times, one after the other on each host.
pub(crate) const ROUNDS: usize = 10;

/// A package with one lifecycle operation: `steps` is the YAML below `steps:`.
pub(crate) fn package(bench: &Workbench, steps: &str, scripts: &[(String, String)]) -> Result<PathBuf, BenchError> {
    let folder = bench.path("package");
    let _ = fs::remove_dir_all(&folder);
    let made = bench.package("private_registry")?;
    fs::rename(&made, &folder).map_err(BenchError::io("the package"))?;
    let write = |path: &Path, text: &str| fs::write(path, text).map_err(BenchError::io(path.display().to_string()));
    let flavour = folder.join("Definitions/private_registry_df_simple.yaml");
    let text = fs::read_to_string(&flavour).map_err(BenchError::io("the flavour"))?;
    write(&flavour, &text.replace("max_number_of_instances: 1", "max_number_of_instances: 500"))?;
    let document = format!(
        "lifecycle: 1\noperations:\n  instantiate_end:\n    input: private_registry_installation_param\n    \
         connect: {{ user: {USER} }}\n    steps:\n{steps}  heal_end: {{ like: instantiate_end }}\n  heal_start: {{ like: instantiate_end }}\n  terminate_start: {{ like: instantiate_end }}\n"
    );
    write(&folder.join("Scripts/lifecycle.yaml"), &document)?;
    for (name, text) in scripts {
        write(&folder.join("Scripts").join(name), text)?;
    }
    Ok(folder)
}

/// The package of the mixed steps.
pub(crate) fn mixed(bench: &Workbench) -> Result<PathBuf, BenchError> {
    let (mut steps, mut scripts) = (String::new(), Vec::new());
    for round in 0..ROUNDS {
        let needs = if round == 0 { String::new() } else { format!(", needs: [c{:02}]", round - 1) };
        let folder = "{{ host.name }}";
        let to = bench.path("work").join(folder).join(format!("file{round}"));
        let _ = writeln!(steps, "      w{round:02}: {{ write: {{ template: w.conf, to: \"{}\", mode: '0644' }}{needs} }}", to.display());
        let _ = writeln!(steps, "      r{round:02}: {{ run: r{round:02}.sh, needs: [w{round:02}] }}");
        let _ = writeln!(steps, "      c{round:02}: {{ check: c{round:02}.sh, needs: [r{round:02}] }}");
        scripts.push((format!("r{round:02}.sh"), format!("#!/bin/sh\ntouch ~/ran{round}\n")));
        scripts.push((format!("c{round:02}.sh"), format!("#!/bin/sh\n[ -f ~/ran{round} ]\n")));
    }
    scripts.push(("w.conf".to_owned(), "key = value\n".to_owned()));
    package(bench, &steps, &scripts)
}

/// The same steps as commands, one a line; `@` stands for the host.
pub(crate) fn commands(bench: &Workbench) -> String {
    let work = bench.path("work").display().to_string();
    (0..ROUNDS).fold(String::new(), |mut text, round| {
        let _ = writeln!(text, "mkdir -p {work}/@ && echo 'key = value' >{work}/@/file{round}");
        let _ = writeln!(text, "touch ~/ran{round}");
        let _ = writeln!(text, "[ -f ~/ran{round} ]");
        text
    })
}

/// `vnfpkg run` of a package on the first hosts of a farm.
pub(crate) fn vnfpkg(bench: &Workbench, package: &Path, farm: &Farm, hosts: usize) -> Result<Command, BenchError> {
    let targets: Vec<String> = farm.hosts()[..hosts].iter().map(|host| format!("{USER}@{ADDRESS}:{}", host.port)).collect();
    vnfpkg_on(bench, package, farm, &targets)
}

/// `vnfpkg run` of a package on targets `USER@ADDRESS:PORT` that lead to a farm.
pub(crate) fn vnfpkg_on(bench: &Workbench, package: &Path, farm: &Farm, targets: &[String]) -> Result<Command, BenchError> {
    let request = bench.registry_request("")?;
    let mut command = bench.vnfpkg();
    command.arg("run").arg("instantiate_end").arg(package).arg("--request").arg(request);
    command.arg("--known-hosts").arg(farm.known_hosts()).arg("--identity").arg(farm.key()).arg("--ssh-config").arg("none");
    command.arg("--parallel").arg(targets.len().max(32).to_string());
    for target in targets {
        command.arg("--host").arg(format!("PrivateRegistryVDU={target}"));
    }
    Ok(command)
}

/// Makes all hosts as they were before the steps; the folders of the files, which not every tool makes, are there.
pub(crate) fn reset(bench: &Workbench, farm: &Farm) -> Result<(), BenchError> {
    let _ = fs::remove_dir_all(bench.path("work"));
    let _ = fs::remove_dir_all(bench.path("state"));
    for host in farm.hosts() {
        fs::create_dir_all(bench.path("work").join(host.port.to_string())).map_err(BenchError::io("a folder"))?;
        for round in 0..ROUNDS {
            let _ = fs::remove_file(host.home.join(format!("ran{round}")));
        }
    }
    Ok(())
}

/// Did the steps happen on the first hosts? A time for work that was not done is worth nothing.
pub(crate) fn check(bench: &Workbench, farm: &Farm, hosts: usize) -> Result<(), BenchError> {
    let files = |folder: &Path| fs::read_dir(folder).map_or(0, Iterator::count);
    let folders = fs::read_dir(bench.path("work")).map_err(BenchError::io("the files"))?.filter_map(Result::ok);
    let written: usize = folders.map(|folder| files(&folder.path())).sum();
    let marks = |home: &Path| (0..ROUNDS).filter(|round| home.join(format!("ran{round}")).exists()).count();
    let ran: usize = farm.hosts()[..hosts].iter().map(|host| marks(&host.home)).sum();
    let expected = hosts * ROUNDS;
    if written == expected && ran == expected {
        return Ok(());
    }
    Err(BenchError::unexpected(
        "checking the steps",
        format!("{written} files and {ran} marks on {hosts} hosts, and not {expected} of each"),
    ))
}
