//! Puts the step library under `templates/` into the crate.

use std::fs;
use std::path::Path;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../templates");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut table = String::from("&[\n");
    for set in sorted(&root).iter().filter(|path| path.is_dir()) {
        table.push_str(&format!("    StepSet {{ name: {:?}, files: &[\n", name(set)));
        println!("cargo::rerun-if-changed={}", set.display());
        for file in sorted(set).iter().filter(|path| path.is_file()) {
            let path = file.canonicalize().expect("a template can be read");
            println!("cargo::rerun-if-changed={}", path.display());
            table.push_str(&format!("        ({:?}, include_str!({:?})),\n", name(file), path));
        }
        table.push_str("    ] },\n");
    }
    table.push_str("]\n");
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    fs::write(Path::new(&out).join("step_sets.rs"), table).expect("the table can be written");
}

fn sorted(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(folder).expect("the step library can be read");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("the step library can be read").path()).collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_name().expect("a listed file has a name").to_string_lossy().into_owned()
}
