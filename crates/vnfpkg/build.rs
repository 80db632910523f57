//! Puts the packages under `packages/` into the binary, for `vnfpkg init`.

use std::fs;
use std::path::{Path, PathBuf};

/// Larger files, such as images that somebody put there, stay out.
const LIMIT: u64 = 256 * 1024;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packages");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut table = String::from("&[\n");
    for package in sorted(&root).iter().filter(|path| path.is_dir()) {
        let name = package.file_name().expect("a listed folder has a name").to_string_lossy().into_owned();
        table.push_str(&format!("    Embedded {{ name: {name:?}, files: &[\n"));
        let mut files = Vec::new();
        walk(package, &mut files);
        for file in files {
            let inside = file.strip_prefix(package).expect("it was found there").to_string_lossy().into_owned();
            let path = file.canonicalize().expect("a file of a package can be read");
            println!("cargo::rerun-if-changed={}", path.display());
            table.push_str(&format!("        ({inside:?}, include_str!({path:?})),\n"));
        }
        table.push_str("    ] },\n");
    }
    table.push_str("]\n");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("packages.rs"), table).expect("the table can be written");
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    println!("cargo::rerun-if-changed={}", folder.display());
    for path in sorted(folder) {
        if path.is_dir() {
            walk(&path, files);
        } else if fs::metadata(&path).is_ok_and(|data| data.len() <= LIMIT) && fs::read_to_string(&path).is_ok() {
            files.push(path);
        }
    }
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("the packages can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("the packages can be read").path()).collect();
    paths.sort();
    paths
}
