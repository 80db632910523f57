//! Hostile packages: each is told apart by its rule, within bounded memory. How long it takes is measured by `cargo xtask bench validate`.
#![allow(clippy::unwrap_used, reason = "a helper of a test that fails is a test that fails")]

#[path = "../../crates/vnfpkg-csar/tests/common/mod.rs"]
mod archive;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;

use archive::{Item, build, deflated, stored};
use xtask::product::Workbench;

/// What validating a hostile package may take: 32 MiB.
const LIMIT_KIB: u64 = 32 << 10;

const META: &str =
    "TOSCA-Meta-File-Version: 1.0\nCSAR-Version: 1.1\nCreated-By: x\nEntry-Definitions: Definitions/top.yaml\nETSI-Entry-Manifest: x.mf\n";
const TOP: &str = "tosca_definitions_version: tosca_simple_yaml_1_2\n";

/// A package with the files given beside TOSCA.meta, a manifest and a template.
fn package(more: Vec<Item>) -> Vec<u8> {
    let named = |name: &str| more.iter().any(|item| item.name == name.as_bytes());
    let base = [("TOSCA-Metadata/TOSCA.meta", META), ("x.mf", "metadata:\n  vnf_product_name: x\n"), ("Definitions/top.yaml", TOP)];
    let mut items: Vec<Item> = base.iter().filter(|(name, _)| !named(name)).map(|(name, text)| stored(name, text.as_bytes())).collect();
    items.extend(more);
    build(&items).bytes
}

/// Zeros that deflate makes a thousand times smaller. They are never read, so the checksum does not matter.
fn bomb(name: &str, bytes: u32) -> Item {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
    let block = vec![0; 1 << 20];
    for _ in 0..bytes >> 20 {
        encoder.write_all(&block).unwrap();
    }
    Item { raw: encoder.finish().unwrap(), method: 8, size: u64::from(bytes), ..stored(name, b"") }
}

fn aliases() -> String {
    let mut text = format!("{TOP}dsl_definitions:\n  a0: &a0 [ x, x, x, x, x, x, x, x, x ]\n");
    for level in 1..8 {
        text.push_str(&format!("  a{level}: &a{level} [ {} ]\n", vec![format!("*a{}", level - 1); 9].join(", ")));
    }
    text
}

fn template(text: impl AsRef<str>) -> Vec<u8> {
    package(vec![deflated("Definitions/top.yaml", text.as_ref().as_bytes())])
}

/// The codes found in a package, and the most memory it took, in KiB.
fn validate(bench: &Workbench, path: &Path) -> (String, u64) {
    let usage = bench.path("usage");
    let vnfpkg = bench.vnfpkg();
    let mut command = Command::new("/usr/bin/time");
    command.args(["--quiet", "-f", "%M", "-o"]).arg(&usage).arg(vnfpkg.get_program());
    command.args(["validate", "--format", "concise", "--strict"]).arg(path).env("HOME", bench.path(""));
    let output = command.output().expect("the package `time` is installed");
    assert_eq!(output.status.code(), Some(1), "{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let peak = fs::read_to_string(usage).unwrap().trim().parse().unwrap();
    (String::from_utf8_lossy(&output.stdout).into_owned(), peak)
}

#[test]
fn each_is_a_finding_within_bounded_memory() {
    let link = |name: &str| Item { mode: 0o120_777, ..stored(name, b"/etc/passwd") };
    let odd = |name: &[u8]| Item { name: name.to_vec(), ..stored("x", b"x") };
    let mut truncated = package(vec![deflated("Files/a", &vec![7; 100_000])]);
    truncated.truncate(truncated.len() - 40);
    let many = || (0..30_000).map(|number| stored(&format!("Files/{number}"), b"")).collect();
    let sources: String = (0..2_000).map(|number| format!("\nSource: {number}\nAlgorithm: SHA-256\nHash: 00\n")).collect();
    let cases: Vec<(&str, &str, Vec<u8>)> = vec![
        ("a zip bomb", "ZIP06", package(vec![bomb("Files/zeros", 1 << 30)])),
        ("a bomb as template", "ZIP06", package(vec![bomb("Definitions/top.yaml", 1 << 30)])),
        ("too many entries", "ZIP06", package(many())),
        ("a way out", "ZIP03", package(vec![stored("../../etc/x", b"x")])),
        ("an absolute path", "ZIP03", package(vec![stored("/etc/x", b"x")])),
        ("backslashes", "ZIP03", package(vec![stored("..\\x", b"x")])),
        ("a symbolic link", "ZIP04", package(vec![link("Files/link")])),
        ("one name twice", "ZIP05", package(vec![stored("Files/a", b"1"), stored("Files/a", b"2")])),
        ("odd names", "ZIP07", package(vec![odd(b"Files/\xff\xfe")])),
        ("a control character in a name", "ZIP07", package(vec![odd(b"Files/a\x1b[31m")])),
        ("a cut archive", "ZIP01", truncated),
        ("aliases", "YAM04", template(aliases())),
        ("deep nesting", "YAM04", template(format!("{TOP}x: {}{}\n", "[".repeat(5000), "]".repeat(5000)))),
        ("a huge template", "YAM04", template(format!("{TOP}{}", "# x\n".repeat(5 << 20)))),
        ("a flood of entries", "MAN11", package(vec![deflated("x.mf", format!("metadata:\n  vnf_product_name: x\n{sources}").as_bytes())])),
    ];
    let bench = Workbench::new().unwrap();
    let path = bench.path("hostile.csar");
    let mut failures = Vec::new();
    for (name, code, bytes) in cases {
        fs::write(&path, bytes).unwrap();
        let (found, peak) = validate(&bench, &path);
        if !found.contains(&format!("[{code}]")) || peak > LIMIT_KIB {
            failures.push(format!("{name}: {peak} KiB, {code} in\n{}", found.lines().take(5).collect::<Vec<_>>().join("\n")));
        }
        assert!(!found.contains('\u{1b}'), "{name}: an escape sequence got through");
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(!Path::new("/etc/x").exists());
}
