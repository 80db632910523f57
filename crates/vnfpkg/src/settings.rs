//! The `[validate]` table of the `vnfpkg.toml` that belongs to a package: in the folder itself, else beside the folder or archive.

use std::collections::BTreeMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use vnfpkg_diag::{Finding, Sources};
use vnfpkg_lint::settings::{Settings, read};
use vnfpkg_lint::suppress::Baseline;

use crate::exit::Failure;

/// Name of the file.
const NAME: &str = "vnfpkg.toml";

/// Largest file that is read.
const LIMIT: u64 = 1 << 20;
/// Largest baseline that is read.
const BASELINE_LIMIT: u64 = 64 << 20;

/// Settings with the text they came from.
#[derive(Debug, Default)]
pub(crate) struct PackageSettings {
    /// The file; `None` when there is none.
    pub(crate) path: Option<Utf8PathBuf>,
    pub(crate) settings: Settings,
    /// The file's text, under the path that people see.
    pub(crate) sources: Sources,
    /// What is wrong with the file.
    pub(crate) findings: Vec<Finding>,
}

impl PackageSettings {
    /// A path of the settings, which counts from their file.
    pub(crate) fn resolve(&self, path: &str) -> Utf8PathBuf {
        let folder = self.path.as_deref().and_then(Utf8Path::parent).unwrap_or(Utf8Path::new(""));
        folder.join(path)
    }
}

/// Settings by file, each read once.
#[derive(Debug, Default)]
pub(crate) struct SettingsFiles {
    known: BTreeMap<Option<Utf8PathBuf>, Arc<PackageSettings>>,
}

impl SettingsFiles {
    /// The settings of a package.
    pub(crate) fn of(&mut self, package: &Utf8Path) -> Result<Arc<PackageSettings>, Failure> {
        let path = find(package);
        if let Some(known) = self.known.get(&path) {
            return Ok(Arc::clone(known));
        }
        let settings = Arc::new(path.as_deref().map_or_else(|| Ok(PackageSettings::default()), load)?);
        self.known.insert(path, Arc::clone(&settings));
        Ok(settings)
    }
}

fn find(package: &Utf8Path) -> Option<Utf8PathBuf> {
    if package == "-" {
        return None;
    }
    let beside = package.parent().map(|folder| folder.join(NAME));
    [Some(package.join(NAME)), beside].into_iter().flatten().find(|path| path.is_file())
}

fn load(path: &Utf8Path) -> Result<PackageSettings, Failure> {
    let text = read_limited(path, LIMIT)?;
    let mut sources = Sources::new();
    let source = sources.add(path.as_str(), text.as_str());
    let (settings, findings) = read(source, &text);
    Ok(PackageSettings { path: Some(path.to_owned()), settings, sources, findings })
}

/// Reads a baseline.
pub(crate) fn read_baseline(path: &Utf8Path) -> Result<Baseline, Failure> {
    let text = read_limited(path, BASELINE_LIMIT)?;
    let help = "write it again with `--write-baseline`";
    Baseline::parse(&text).map_err(|error| Failure::usage(format!("{path}: {error}")).help(help))
}

/// Certificates to trust, one after the other.
pub(crate) fn read_trust(paths: &[Utf8PathBuf]) -> Result<Vec<u8>, Failure> {
    let mut all = Vec::new();
    for path in paths {
        let text = read_limited(path, LIMIT)?;
        if !text.contains("-----BEGIN CERTIFICATE-----") {
            return Err(Failure::usage(format!("{path} holds no certificate in PEM")).help("convert it with `openssl x509 -inform DER`"));
        }
        all.extend(text.into_bytes());
        all.push(b'\n');
    }
    Ok(all)
}

fn read_limited(path: &Utf8Path, limit: u64) -> Result<String, Failure> {
    let unreadable = |error: std::io::Error| Failure::usage(format!("cannot read {path}: {error}"));
    let size = std::fs::metadata(path).map_err(unreadable)?.len();
    if size > limit {
        return Err(Failure::usage(format!("{path} has {size} bytes; {limit} are read at most")));
    }
    std::fs::read_to_string(path).map_err(unreadable)
}
