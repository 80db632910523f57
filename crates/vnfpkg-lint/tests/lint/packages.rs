//! Our own packages have no findings, as folders and packed.

use camino::{Utf8Path, Utf8PathBuf};
use vnfpkg_csar::{PackOptions, Package, pack};
use vnfpkg_diag::Sources;
use vnfpkg_diag::render::{Format, Group, Input, Origin, Style, render};
use vnfpkg_lint::{Options, validate};

/// The findings as text; hints included when asked.
fn findings(path: &Utf8Path, pedantic: bool) -> String {
    let package = Package::open(path).unwrap();
    let mut sources = Sources::new();
    let report = validate(&package, &mut sources, &Options { pedantic, ..Options::default() });
    let groups = [Group { origin: Origin::Files, sources: &sources, findings: &report.findings }];
    render(Format::Concise, &Input { groups: &groups, rules: &[], tool_version: "" }, Style::default())
}

fn packages() -> Vec<Utf8PathBuf> {
    let folder = Utf8Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packages");
    let mut found: Vec<Utf8PathBuf> =
        folder.read_dir_utf8().unwrap().map(|entry| entry.unwrap().into_path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

#[test]
fn our_packages_have_no_findings() {
    let target = tempfile::tempdir().unwrap();
    let target = Utf8Path::from_path(target.path()).unwrap();
    assert!(!packages().is_empty());
    for folder in packages() {
        assert_eq!(findings(&folder, false), "", "{folder}");
        let archive = target.join(format!("{}.csar", folder.file_name().unwrap()));
        pack(&folder, &archive, &PackOptions::default()).unwrap();
        assert_eq!(findings(&archive, false), "", "{archive}");
    }
}

#[test]
fn hints_are_few_and_only_hints() {
    for folder in packages() {
        let text = findings(&folder, true);
        assert!(text.lines().all(|line| line.contains(": info[")), "{text}");
        assert!(text.contains("SIG01"), "{text}");
    }
}
