//! The container image, built and run by a Docker engine. The engine is that of a lab host, which has no way to a registry: the image stands on
//! a few files of the host, which is the Debian that the image names.

use std::process::{Command, Stdio};

use xtask::lab::{Host, Kind, Lab, LabOptions};
use xtask::product::{ProductError, repository};

use super::release::{Release, packaging, run, says_no_findings};
use super::tools;

/// The files of the host that stand in for `debian:12-slim`: a shell, what the image is built with, and their libraries.
const BASE: &str = r#"
set -eu
mkdir /tmp/base && cd /tmp/base
for program in /bin/sh /bin/mkdir /bin/chown; do
    { echo "$program"; ldd "$program" | grep -o '/[^ ]*'; } | xargs -n1 cp --parents --dereference --target-directory .
done
for library in libm.so.6 libgcc_s.so.1; do cp --parents --dereference "/lib/x86_64-linux-gnu/$library" .; done
tar --create . | docker import - debian:12-slim >/dev/null
"#;

const BUILD: &str = "cd /tmp/context && docker build --quiet --file Containerfile --tag vnfpkg .";
const VALIDATE: &str = "docker run --rm --network none --volume /tmp/context/hello:/work/hello:ro vnfpkg validate hello";
const RUN: &str = "docker run --rm --network none vnfpkg runs list && docker run --rm --entrypoint /bin/sh vnfpkg -c 'echo x >/state/x'";

/// Checks the file, builds the image and runs it.
pub(super) fn show(release: &Release) -> Result<String, ProductError> {
    let file = packaging("container/Containerfile");
    run("hadolint", tools::program("hadolint")?.arg(&file))?;
    let lab = Lab::start(&LabOptions { name: "package".into(), kind: Kind::Docker, ..LabOptions::default() })?;
    let host = lab.host(1);
    send(release, host)?;
    let sh = |script: &str| host.root_output(&["sh", "-euc", script]);
    sh(BASE)?;
    sh(BUILD)?;
    let output = sh(VALIDATE)?;
    says_no_findings(&output)?;
    sh(RUN)?;
    lab.stop()?;
    Ok("hadolint; built and run by Docker, as nobody and without network".to_owned())
}

/// The context of the build, with a package beside it.
fn send(release: &Release, host: &Host) -> Result<(), ProductError> {
    let archive = release.archive()?;
    let context = archive.with_file_name(super::archive::name_of(archive).trim_end_matches(".tar.gz"));
    let mut tar = Command::new("tar");
    tar.arg("--create").arg("--directory").arg(&context).args([".", "--directory"]).arg(packaging("container")).arg("Containerfile");
    tar.arg("--directory").arg(repository().join("packages")).arg("hello");
    let failed = |error: std::io::Error| ProductError::unexpected("sending the context", error.to_string());
    let mut sender = tar.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().map_err(failed)?;
    let stream = sender.stdout.take().map_or_else(Stdio::null, Stdio::from);
    let mut receiver = host.root_command(&["sh", "-euc", "mkdir /tmp/context && tar --extract --directory /tmp/context"])?;
    let received = receiver.stdin(stream).status().map_err(failed)?;
    let sent = sender.wait().map_err(failed)?;
    if sent.success() && received.success() {
        Ok(())
    } else {
        Err(ProductError::unexpected("sending the context", format!("{sent}, {received}")))
    }
}
