//! A large image that no compression makes smaller, alone and in an archive of ours.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use xtask::product::{Workbench, expect_success};

use super::package;
use crate::bench::{BenchError, say};

/// The package's path of it, with the ending of an image: `pack` stores those, so that ranges of them are read from the archive.
pub(crate) const IN_PACKAGE: &str = "Files/images/image.img";
/// Where a run brings it, below the host's home.
pub(crate) const ON_HOST: &str = ".local/share/vnfpkg/files/image.bin";
const MIB: usize = 1 << 20;

/// Writes so many MiB. The same size gives the same bytes.
pub(crate) fn write(path: &Path, mebibytes: u64) -> Result<(), BenchError> {
    let failed = || BenchError::io(path.display().to_string());
    let mut file = File::create(path).map_err(failed())?;
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut block = vec![0; MIB];
    for _ in 0..mebibytes {
        for eight in block.chunks_exact_mut(8) {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            eight.copy_from_slice(&state.to_le_bytes());
        }
        file.write_all(&block).map_err(failed())?;
    }
    Ok(())
}

/// An archive whose `instantiate_end` uploads the image, and `then` runs a script when it is there.
pub(crate) fn archive(bench: &Workbench, image: &Path, to: &Path, then: Option<&str>) -> Result<PathBuf, BenchError> {
    say("packing the image");
    let mut steps = format!("      send: {{ upload: {{ from: {IN_PACKAGE}, to: image.bin }}, timeout: 2h }}\n");
    let mut scripts = Vec::new();
    if let Some(script) = then {
        steps.push_str("      then: { run: then.sh, needs: [send] }\n");
        scripts.push(("then.sh".to_owned(), script.to_owned()));
    }
    let folder = package::package(bench, &steps, &scripts)?;
    let inside = folder.join(IN_PACKAGE);
    fs::hard_link(image, &inside).or_else(|_| fs::copy(image, &inside).map(drop)).map_err(BenchError::io("the package"))?;
    let csar = to.join("image.csar");
    expect_success("packing the image", bench.vnfpkg().arg("pack").arg(&folder).arg("--no-validate").arg("-o").arg(&csar).output())?;
    fs::remove_dir_all(&folder).map_err(BenchError::io("the package"))?;
    Ok(csar)
}
