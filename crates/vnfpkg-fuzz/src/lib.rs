//! Functions that take any bytes and must neither panic nor hang: what a package may hold goes through every reader, every rule and every
//! format. Tests run them over damaged seeds for a bounded number of cases; `fuzz/` runs them under cargo-fuzz. Knows no strategy: what
//! the bytes are is the business of the caller.

use std::io::{Cursor, Write};

use vnfpkg_csar::{Package, TOSCA_META};
use vnfpkg_diag::render::{Format, Group, Input, Origin, Style, render};
use vnfpkg_diag::{FixSafety, Sources, fix};
use vnfpkg_lint::target::{Target, Targets};
use vnfpkg_lint::{Options, validate};
use vnfpkg_tosca::yaml;
use zip::write::SimpleFileOptions;

/// A function over bytes, with bytes that are worth damaging.
pub struct FuzzTarget {
    /// Its name, also that of the program under `fuzz/`.
    pub name: &'static str,
    /// The function.
    pub run: fn(&[u8]),
    /// A sound input.
    pub seed: fn() -> Vec<u8>,
}

/// All of them.
pub const TARGETS: [FuzzTarget; 7] = [
    FuzzTarget { name: "zip", run: zip, seed: archive },
    FuzzTarget { name: "tosca_meta", run: tosca_meta, seed: || seed(TOSCA_META) },
    FuzzTarget { name: "manifest", run: manifest, seed: || seed(MANIFEST) },
    FuzzTarget { name: "yaml", run: yaml_tree, seed: || seed(DESCRIPTOR) },
    FuzzTarget { name: "descriptor", run: descriptor, seed: || seed(DESCRIPTOR) },
    FuzzTarget { name: "lifecycle", run: lifecycle, seed: || seed(LIFECYCLE) },
    FuzzTarget { name: "template", run: template, seed: || seed(TEMPLATE) },
];

const MANIFEST: &str = "base.mf";
const DESCRIPTOR: &str = "Definitions/simple.yaml";
const LIFECYCLE: &str = "Scripts/lifecycle.yaml";
const TEMPLATE: &str = "Scripts/install.sh";

macro_rules! files {
    ($($path:literal),* $(,)?) => { [$(($path, include_bytes!(concat!("../../vnfpkg-lint/tests/lint/files/", $path)).as_slice())),*] };
}

/// A sound package.
const FILES: [(&str, &[u8]); 11] = files![
    "TOSCA-Metadata/TOSCA.meta",
    "base.mf",
    "ChangeLog.txt",
    "Licenses/LICENSE.txt",
    "Definitions/top.yaml",
    "Definitions/types.yaml",
    "Definitions/simple.yaml",
    "Scripts/lifecycle.yaml",
    "Scripts/install.sh",
    "Scripts/installed.sh",
    "Scripts/check_port.sh",
];

/// Any bytes as an archive.
pub fn zip(data: &[u8]) {
    if let Ok(package) = Package::from_bytes("fuzz.csar", data.to_vec()) {
        check(&package);
    }
}

/// Any bytes as TOSCA.meta of a package that is sound otherwise.
pub fn tosca_meta(data: &[u8]) {
    with(TOSCA_META, data);
}

/// Any bytes as the manifest.
pub fn manifest(data: &[u8]) {
    with(MANIFEST, data);
}

/// Any bytes as YAML.
pub fn yaml_tree(data: &[u8]) {
    let Ok(text) = yaml::decode(data) else { return };
    let mut sources = Sources::new();
    let source = sources.add("fuzz.yaml", text);
    let parsed = yaml::parse(source, text);
    for problem in &parsed.problems {
        let _ = sources.line_col(problem.span);
    }
    for node in &parsed.documents {
        let _ = yaml::to_json(node);
    }
}

/// Any bytes as a template of the VNFD.
pub fn descriptor(data: &[u8]) {
    with(DESCRIPTOR, data);
}

/// Any bytes as the lifecycle document.
pub fn lifecycle(data: &[u8]) {
    with(LIFECYCLE, data);
}

/// Any bytes as the template of a step.
pub fn template(data: &[u8]) {
    with(TEMPLATE, data);
}

/// Puts bytes in the place of one file of the sound package, and checks it.
fn with(path: &str, data: &[u8]) {
    let Ok(mut package) = Package::from_bytes("fuzz.csar", archive()) else { return };
    if package.overlay(path, data.to_vec()) {
        check(&package);
    }
}

/// Every rule, every target, every format, and every change that mends.
fn check(package: &Package) {
    let mut sources = Sources::new();
    let options = Options { pedantic: true, targets: Targets::of(&Target::ALL), ..Options::default() };
    let report = validate(package, &mut sources, &options);
    let rules: Vec<_> = vnfpkg_lint::rules().collect();
    let reasons: Vec<_> = report.predictions.into_iter().flat_map(|prediction| prediction.reasons).collect();
    let groups = [&report.findings, &reasons].map(|findings| Group { origin: Origin::Archive("fuzz.csar"), sources: &sources, findings });
    for format in Format::ALL {
        let _ = render(*format, &Input { groups: &groups, rules: &rules, tool_version: "0" }, Style::default());
    }
    let _ = fix::apply(&report.findings, &sources, FixSafety::Unsafe);
}

fn seed(path: &str) -> Vec<u8> {
    FILES.iter().find(|(known, _)| *known == path).map(|(_, bytes)| bytes.to_vec()).unwrap_or_default()
}

/// The sound package as an archive.
fn archive() -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in FILES {
        // Writing into memory cannot fail.
        let _ = writer.start_file(path, SimpleFileOptions::default());
        let _ = writer.write_all(bytes);
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}
