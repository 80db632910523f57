//! Real Kubernetes for the lab: built from Debian's source package, since no binary package of it can be had there.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::cache::{Cache, maker, write_scripts};
use super::error::LabError;
use super::template::{REPOSITORY_PACKAGES, host_root, repository_folder, sources_of, write_sources};
use super::{Kind, process};

const BUILD: &str = include_str!("../../assets/lab/kubernetes-build.sh");
const IMAGES: &str = include_str!("../../assets/lab/kubernetes-images.sh");
const PACKAGES: &str = include_str!("../../assets/lab/kubernetes-packages.sh");
const TEMPLATE: &str = include_str!("../../assets/lab/kubernetes-template.sh");

/// What nodes can install beside what other hosts can.
const NODE_PACKAGES: &str = "jq openssl containerd containernetworking-plugins";
/// Packages whose files the images are made of.
const IMAGE_PARTS: &str = "etcd-server etcd-client busybox-static libc6";
/// What is on the disk of a node already, so that a test need not wait for it.
const INSTALLED: &str = "kubeadm kubelet kubectl containernetworking-plugins jq openssl curl haproxy keepalived";

/// The whole build; the machine may have other work.
const BUILD_LIMIT: Duration = Duration::from_secs(3600);
const LIMIT: Duration = Duration::from_secs(900);

/// Files of a Kubernetes cluster that a VNF package brings along.
#[derive(Debug, Clone)]
pub struct KubernetesFiles {
    /// Its version, like `v1.20.2`.
    pub version: String,
    /// Image archive of the control plane with etcd.
    pub control_plane: PathBuf,
    /// Image archive of what every pod needs.
    pub pause: PathBuf,
    /// Image archive of `lab/hello:1`, a pod for tests.
    pub hello: PathBuf,
    /// Folder of the Debian packages of kubeadm, kubelet and kubectl.
    pub packages: PathBuf,
}

/// Finds or makes them.
pub(super) fn files(cache: &Cache) -> Result<KubernetesFiles, LabError> {
    let build = build(cache)?;
    let base = base(cache)?;
    let parts = [IMAGES, &text(&build), &text(&base)];
    let images = cache.item("kubernetes-images", &parts, |out| {
        write_scripts(&out.join("scripts"), &[("images.sh", IMAGES)])?;
        let mut command = maker(&out.join("scripts/images.sh"));
        command.arg(out).arg(&build).arg(base.join("extra"));
        process::run("making the images of Kubernetes", &mut command, LIMIT).map(drop)
    })?;
    let version = build.join("version");
    Ok(KubernetesFiles {
        version: fs::read_to_string(&version).map_err(LabError::io(&version))?.trim().to_owned(),
        control_plane: images.join("control-plane.tar"),
        pause: images.join("pause.tar"),
        hello: images.join("hello.tar"),
        packages: repository_item(cache)?.join("debs"),
    })
}

/// The package repository that Kubernetes nodes see.
pub(super) fn repository(cache: &Cache) -> Result<PathBuf, LabError> {
    Ok(repository_item(cache)?.join("repo"))
}

/// The root folder of a node.
pub(super) fn node_root(cache: &Cache) -> Result<PathBuf, LabError> {
    let docker = host_root(cache, Kind::Docker)?;
    let repository = repository(cache)?;
    let parts = [TEMPLATE, INSTALLED, &text(&docker), &text(&repository)];
    let item = cache.item("host-kubernetes", &parts, |out| {
        write_scripts(&out.join("scripts"), &[("template.sh", TEMPLATE)])?;
        let mut command = maker(&out.join("scripts/template.sh"));
        command.arg(out).arg(&docker).arg(&repository).arg(INSTALLED);
        process::run("making the root folder of Kubernetes nodes", &mut command, LIMIT).map(drop)
    })?;
    Ok(item.join("root"))
}

/// Binaries and their version.
fn build(cache: &Cache) -> Result<PathBuf, LabError> {
    let sources = sources_of(&host_root(cache, Kind::Plain)?)?;
    cache.item("kubernetes-build", &[BUILD, &sources], |out| {
        write_scripts(&out.join("scripts"), &[("build.sh", BUILD)])?;
        let list = write_sources(out, &sources)?;
        let mut command = maker(&out.join("scripts/build.sh"));
        command.arg(out).arg(list);
        process::run("building Kubernetes", &mut command, BUILD_LIMIT).map(drop)
    })
}

/// Debian's part of the repository, and the parts of the images.
fn base(cache: &Cache) -> Result<PathBuf, LabError> {
    repository_folder(cache, "kubernetes-base", &format!("{REPOSITORY_PACKAGES} {NODE_PACKAGES}"), IMAGE_PARTS)
}

fn repository_item(cache: &Cache) -> Result<PathBuf, LabError> {
    let build = build(cache)?;
    let base = base(cache)?;
    cache.item("kubernetes-repository", &[PACKAGES, &text(&build), &text(&base)], |out| {
        write_scripts(&out.join("scripts"), &[("packages.sh", PACKAGES)])?;
        let mut command = maker(&out.join("scripts/packages.sh"));
        command.arg(out).arg(&build).arg(base.join("repo"));
        process::run("making the packages of Kubernetes", &mut command, LIMIT).map(drop)
    })
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
