//! The `vnfpkg` binary driven from outside, on hosts of the lab: what the demo shows and the end-to-end tests check.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use crate::lab::{self, Host, Lab, LabError, TEST_TOOLS, install_missing};

/// What building the product takes besides Rust.
pub const BUILD_NEEDS: &[lab::Need] = &[
    lab::Need { package: "gcc", why: "compiles the C parts of libssh2 and links" },
    lab::Need { package: "libc6-dev", why: "headers for the C parts" },
    lab::Need { package: "make", why: "builds C parts" },
    lab::Need { package: "pkg-config", why: "finds OpenSSL" },
    lab::Need { package: "libssl-dev", why: "OpenSSL, which libssh2 uses" },
    lab::Need { package: "zlib1g-dev", why: "zlib, which libssh2 uses" },
];

/// A step of the demo or a test went wrong.
#[derive(Debug, thiserror::Error)]
pub enum ProductError {
    /// The lab's part of it.
    #[error(transparent)]
    Lab(#[from] LabError),
    /// A file of ours.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// What happened.
        source: io::Error,
    },
    /// A program did not do what it has to do.
    #[error("{what}: {detail}")]
    Unexpected {
        /// What was tried.
        what: String,
        /// What came of it.
        detail: String,
    },
}

impl ProductError {
    /// A result that is not the expected one.
    pub fn unexpected(what: impl Into<String>, detail: impl Into<String>) -> Self {
        Self::Unexpected { what: what.into(), detail: detail.into() }
    }

    fn file(path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.display().to_string();
        move |source| Self::File { path, source }
    }
}

/// The repository's root folder.
pub fn repository() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.ancestors().nth(2).unwrap_or(manifest).to_owned()
}

/// The `vnfpkg` binary of this build: beside this program, or one folder up for a test.
///
/// # Errors
/// When it was not built.
pub fn binary() -> Result<PathBuf, ProductError> {
    let here = std::env::current_exe().map_err(ProductError::file(Path::new("this program")))?;
    let found = here.ancestors().skip(1).take(2).map(|folder| folder.join("vnfpkg")).find(|path| path.is_file());
    found.ok_or_else(|| ProductError::unexpected("looking for the vnfpkg binary", "it is not built; run `cargo build -p vnfpkg`"))
}

/// A folder of one try: packages, requests, known hosts, state. Removed when dropped.
#[derive(Debug)]
pub struct Workbench {
    folder: tempfile::TempDir,
    binary: PathBuf,
}

impl Workbench {
    /// An empty one.
    ///
    /// # Errors
    /// When the folder cannot be made, or the binary is not built.
    pub fn new() -> Result<Self, ProductError> {
        let folder = tempfile::Builder::new().prefix("vnfpkg-").tempdir().map_err(ProductError::file(Path::new("a temporary folder")))?;
        Ok(Self { folder, binary: binary()? })
    }

    /// A path in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file in it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn write(&self, name: &str, text: &str) -> Result<PathBuf, ProductError> {
        let path = self.path(name);
        fs::write(&path, text).map_err(ProductError::file(&path))?;
        Ok(path)
    }

    /// A copy of a package of the repository, to be changed.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub fn package(&self, name: &str) -> Result<PathBuf, ProductError> {
        let to = self.path(name);
        copy_folder(&repository().join("packages").join(name), &to)?;
        Ok(to)
    }

    /// A copy of any folder under a name in this one.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub fn copy_of(&self, folder: &Path, name: &str) -> Result<PathBuf, ProductError> {
        let to = self.path(name);
        copy_folder(folder, &to)?;
        Ok(to)
    }

    /// A copy of a package that only tests use.
    ///
    /// # Errors
    /// When a file cannot be copied.
    pub fn fixture(&self, name: &str) -> Result<PathBuf, ProductError> {
        let to = self.path(name);
        copy_folder(&repository().join("tests/packages").join(name), &to)?;
        Ok(to)
    }

    /// The private registry package as a CSAR with a real registry image in it.
    ///
    /// # Errors
    /// When the image cannot be made, or packing fails.
    pub fn registry_csar(&self, cache: &Path) -> Result<PathBuf, ProductError> {
        let folder = self.package("private_registry")?;
        let image = folder.join("Files/images/registry.tar");
        fs::copy(lab::registry_image(cache)?, &image).map_err(ProductError::file(&image))?;
        let csar = self.path("private_registry.csar");
        let output = self.vnfpkg().arg("pack").arg(&folder).arg("-o").arg(&csar).output();
        expect_success("packing the package", output)?;
        Ok(csar)
    }

    /// The seed's request with the lab's credentials; `extra` are further parameters as JSON members.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn registry_request(&self, extra: &str) -> Result<PathBuf, ProductError> {
        let comma = if extra.is_empty() { "" } else { "," };
        let text = format!(
            r#"{{
  "flavourId": "simple",
  "extVirtualLinks": [{{
    "id": "net0",
    "resourceId": "f0c82461-36b5-4d86-8322-b0bc19cda65f", #Set the uuid of the network to use
    "extCps": [{{ "cpdId": "CP1", "cpConfig": [{{ "cpProtocolData": [{{ "layerProtocol": "IP_OVER_ETHERNET" }}] }}] }}]
  }}],
  "additionalParams": {{
    "private_registry_installation_param": {{
      "ssh_cp_name": "CP1",
      "ssh_username": "{}",
      "ssh_password": "{}"{comma}
      {extra}
    }}
  }}
}}
"#,
            lab::USER,
            lab::PASSWORD
        );
        self.write("private_registry_param_file.json", &text)
    }

    /// A known-hosts file with the keys of hosts.
    ///
    /// # Errors
    /// When a host does not run.
    pub fn known_hosts(&self, hosts: &[&Host]) -> Result<PathBuf, ProductError> {
        let lines = hosts.iter().map(|host| Ok(host.host_key_line()? + "\n")).collect::<Result<String, LabError>>()?;
        self.write("known_hosts", &lines)
    }

    /// The binary, with its state in this folder and nothing of the caller's SSH set-up.
    pub fn vnfpkg(&self) -> Command {
        let mut command = Command::new(&self.binary);
        self.scrub(&mut command);
        command
    }

    /// The binary inside the network of a lab.
    pub fn vnfpkg_in(&self, lab: &Lab) -> Command {
        let mut command = lab.command(&self.binary.to_string_lossy());
        self.scrub(&mut command);
        command
    }

    fn scrub(&self, command: &mut Command) {
        command.env("HOME", self.folder.path()).env("VNFPKG_STATE", self.path("state"));
        command.env_remove("SSH_AUTH_SOCK").env_remove("XDG_STATE_HOME").env("NO_COLOR", "1").env("COLUMNS", "100");
    }

    /// `vnfpkg run OPERATION` on the first host of a lab.
    ///
    /// # Errors
    /// When the host does not run.
    pub fn run_on(&self, lab: &Lab, host: &Host, operation: &str, csar: &Path, request: &Path) -> Result<Command, ProductError> {
        let known_hosts = self.known_hosts(&[host])?;
        let mut command = self.vnfpkg_in(lab);
        command.arg("run").arg(operation).arg(csar).arg("--request").arg(request);
        command.arg("--host").arg(format!("PrivateRegistryVDU={}", host.ip())).arg("--known-hosts").arg(known_hosts);
        Ok(command)
    }
}

/// The output of a program that has to end well.
///
/// # Errors
/// When it does not, with what it wrote.
pub fn expect_success(what: &str, output: io::Result<Output>) -> Result<String, ProductError> {
    let output = output.map_err(|error| ProductError::unexpected(what, error.to_string()))?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        return Ok(text(&output.stdout));
    }
    Err(ProductError::unexpected(what, format!("{}\n{}{}", output.status, text(&output.stdout), text(&output.stderr))))
}

/// Asks a registry until it answers, from inside the lab's network. Gives the HTTP status of `GET /v2/`.
///
/// # Errors
/// When it does not answer in time.
pub fn registry_answers(lab: &Lab, host: &Host, port: u16, limit: Duration) -> Result<String, ProductError> {
    let url = format!("http://{}:{port}/v2/", host.ip());
    let started = Instant::now();
    loop {
        let output = lab.command("curl").args(["-sS", "-o", "/dev/null", "-w", "%{http_code}", "--max-time", "5", &url]).output();
        let last = match output {
            Ok(output) if output.status.success() => {
                return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
            }
            Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
            Err(error) => error.to_string(),
        };
        if started.elapsed() > limit {
            return Err(ProductError::unexpected(format!("GET {url}"), last));
        }
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Copies an image with skopeo, run in the network of `from`, a host other than the registry's.
///
/// # Errors
/// When skopeo fails.
pub fn skopeo_copy(from: &Host, arguments: &[&str]) -> Result<(), ProductError> {
    let mut command = from.network_command("skopeo");
    command.args(["copy", "--quiet", "--insecure-policy"]).args(arguments);
    expect_success("skopeo copy", command.output()).map(drop)
}

/// The tools that demo and tests use are there.
///
/// # Errors
/// When one is missing and cannot be installed.
pub fn install_tools() -> Result<(), ProductError> {
    Ok(install_missing(TEST_TOOLS)?)
}

/// Copies a folder with all that is in it; what is copied can be written to.
///
/// # Errors
/// When a file cannot be copied.
pub fn copy_folder(from: &Path, to: &Path) -> Result<(), ProductError> {
    fs::create_dir_all(to).map_err(ProductError::file(to))?;
    for entry in fs::read_dir(from).map_err(ProductError::file(from))? {
        let path = entry.map_err(ProductError::file(from))?.path();
        let target = to.join(path.file_name().unwrap_or_default());
        if path.is_dir() {
            copy_folder(&path, &target)?;
        } else {
            fs::copy(&path, &target).map_err(ProductError::file(&path))?;
        }
    }
    Ok(())
}

/// Pushes an image to a registry from the network of another host, pulls it back and compares every blob byte for byte.
/// Gives the number of blobs.
///
/// # Errors
/// When a copy fails, or a byte differs.
pub fn push_and_pull(bench: &Workbench, from: &Host, registry: &Host, port: u16, archive: &Path) -> Result<usize, ProductError> {
    let pushed = bench.path("pushed");
    let image = format!("docker://{}:{port}/demo/image:1", registry.ip());
    let local = format!("oci:{}:1", pushed.display());
    if !pushed.exists() {
        skopeo_copy(from, &[&format!("docker-archive:{}:registry:latest", archive.display()), &local])?;
    }
    skopeo_copy(from, &["--preserve-digests", "--dest-tls-verify=false", &local, &image])?;
    pull_and_compare(bench, from, registry, port)
}

/// Pulls the image of [`push_and_pull`] once more and compares every blob byte for byte.
///
/// # Errors
/// When the copy fails, or a byte differs.
pub fn pull_and_compare(bench: &Workbench, from: &Host, registry: &Host, port: u16) -> Result<usize, ProductError> {
    let pulled = bench.path("pulled");
    let _ = fs::remove_dir_all(&pulled);
    let image = format!("docker://{}:{port}/demo/image:1", registry.ip());
    skopeo_copy(from, &["--preserve-digests", "--src-tls-verify=false", &image, &format!("oci:{}:1", pulled.display())])?;
    let blobs = |folder: &Path| -> Result<Vec<(String, Vec<u8>)>, ProductError> {
        let folder = folder.join("blobs/sha256");
        let mut found = Vec::new();
        for entry in fs::read_dir(&folder).map_err(ProductError::file(&folder))? {
            let path = entry.map_err(ProductError::file(&folder))?.path();
            let bytes = fs::read(&path).map_err(ProductError::file(&path))?;
            found.push((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes));
        }
        found.sort();
        Ok(found)
    };
    let (first, second) = (blobs(&bench.path("pushed"))?, blobs(&pulled)?);
    if first != second {
        let names = |list: &[(String, Vec<u8>)]| {
            list.iter().map(|(name, bytes)| format!("{} ({})", &name[..12], bytes.len())).collect::<Vec<_>>().join(", ")
        };
        return Err(ProductError::unexpected("comparing the pulled image", format!("pushed {}, pulled {}", names(&first), names(&second))));
    }
    Ok(second.len())
}
