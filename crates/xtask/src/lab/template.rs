//! What hosts are made from: root folders of Debian 12, the package repository that they see, the registry image.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cache::{Cache, maker, write_scripts};
use super::error::LabError;
use super::mirror::Mirror;
use super::{Kind, kubernetes, process};

const PREPARE_ROOT: &str = include_str!("../../assets/lab/prepare-root.sh");
const HOST_TEMPLATE: &str = include_str!("../../assets/lab/host-template.sh");
const REPOSITORY: &str = include_str!("../../assets/lab/repository.sh");
const REGISTRY_IMAGE: &str = include_str!("../../assets/lab/registry-image.sh");

/// Packages of every host: what a small cloud image has.
const HOST_PACKAGES: &str = "openssh-server,sudo,iproute2,ca-certificates,iptables,procps,systemd,systemd-sysv,dbus,curl";
/// Packages that hosts can install, with all that they depend on.
pub(super) const REPOSITORY_PACKAGES: &str =
    "docker.io python3 haproxy keepalived curl apparmor ca-certificates conntrack ethtool socat ebtables";
/// Packages that only the hosts of packages and examples install.
const MORE_PACKAGES: &str = "jq";
/// Packages whose files the lab itself uses.
const EXTRA_PACKAGES: &str = "docker-registry busybox-static libc6";

const MINUTES: Duration = Duration::from_secs(1800);

/// The root folder of hosts of this kind.
pub(crate) fn host_root(cache: &Cache, kind: Kind) -> Result<PathBuf, LabError> {
    let sources = Mirror::of_this_machine()?.sources_list(false);
    let packages = match kind {
        Kind::Plain => HOST_PACKAGES.to_owned(),
        Kind::Docker => format!("{HOST_PACKAGES},docker.io"),
        Kind::Kubernetes => return kubernetes::node_root(cache),
    };
    let item = cache.item(&format!("host-{kind}"), &[PREPARE_ROOT, HOST_TEMPLATE, &packages, &sources], |out| {
        let scripts = out.join("scripts");
        write_scripts(&scripts, &[("prepare-root.sh", PREPARE_ROOT), ("host-template.sh", HOST_TEMPLATE)])?;
        let list = write_sources(out, &sources)?;
        let mut command = maker(&scripts.join("host-template.sh"));
        command.arg(out).arg(list).arg(&packages);
        process::run("making the root folder of the hosts", &mut command, MINUTES).map(drop)
    })?;
    Ok(item.join("root"))
}

/// The package repository and the tools that come with it.
pub(crate) struct Repository {
    folder: PathBuf,
}

impl Repository {
    /// Finds or makes it.
    pub(crate) fn get(cache: &Cache) -> Result<Self, LabError> {
        Ok(Self { folder: repository_folder(cache, "repository", &format!("{REPOSITORY_PACKAGES} {MORE_PACKAGES}"), EXTRA_PACKAGES)? })
    }

    /// The folder that an HTTP server shows to the hosts.
    pub(crate) fn packages(&self) -> PathBuf {
        self.folder.join("repo")
    }

    /// A busybox that needs no library; it brings the HTTP server.
    pub(crate) fn busybox(&self) -> PathBuf {
        self.folder.join("extra/busybox-static/bin/busybox")
    }
}

/// A repository of `packages` and what they need, and beside it the unpacked `extras`.
pub(super) fn repository_folder(cache: &Cache, kind: &str, packages: &str, extras: &str) -> Result<PathBuf, LabError> {
    let base = host_root(cache, Kind::Plain)?;
    let sources = sources_of(&base)?;
    let parts = [REPOSITORY, packages, extras, HOST_TEMPLATE, PREPARE_ROOT, &sources];
    cache.item(kind, &parts, |out| {
        write_scripts(&out.join("scripts"), &[("repository.sh", REPOSITORY)])?;
        let list = write_sources(out, &sources)?;
        let mut command = maker(&out.join("scripts/repository.sh"));
        command.arg(out).arg(&base).arg(list).arg(packages).arg(extras);
        process::run("making the package repository", &mut command, MINUTES).map(drop)
    })
}

/// The sources.list that a root folder was made from.
pub(super) fn sources_of(root: &Path) -> Result<String, LabError> {
    let list = root.join("../sources.list");
    fs::read_to_string(&list).map_err(LabError::io(&list))
}

/// A `docker load`able archive of a real Docker registry, tagged `registry:2` and `registry:latest`.
/// The same packages give the same archive, byte for byte.
pub(crate) fn registry_image(cache: &Cache) -> Result<PathBuf, LabError> {
    let repository = Repository::get(cache)?;
    let from = repository.folder.to_string_lossy().into_owned();
    let item = cache.item("registry-image", &[REGISTRY_IMAGE, &from], |out| {
        write_scripts(&out.join("scripts"), &[("registry-image.sh", REGISTRY_IMAGE)])?;
        let certificates = host_root(cache, Kind::Plain)?.join("etc/ssl/certs/ca-certificates.crt");
        let mut command = maker(&out.join("scripts/registry-image.sh"));
        command.arg(out.join("registry.tar")).arg(repository.folder.join("extra")).arg(certificates);
        process::run("making the registry image", &mut command, MINUTES).map(drop)
    })?;
    Ok(item.join("registry.tar"))
}

/// Writes the sources.list that a template is made from.
pub(super) fn write_sources(out: &Path, sources: &str) -> Result<PathBuf, LabError> {
    let list = out.join("sources.list");
    fs::write(&list, sources).map_err(LabError::io(&list))?;
    Ok(list)
}
