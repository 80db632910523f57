//! Packages to be measured: written as folders, packed by the product.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use xtask::product::{Workbench, expect_success, repository};

use super::pack;
use crate::bench::BenchError;

/// How large a package is.
pub(super) struct Shape {
    pub(super) flavours: usize,
    /// VDUs of each flavour, with a connection point each.
    pub(super) vdus: usize,
    /// Bytes of the image; none when 0.
    pub(super) image: usize,
    pub(super) scripts: usize,
}

impl Default for Shape {
    fn default() -> Self {
        Self { flavours: 1, vdus: 1, image: 0, scripts: 1 }
    }
}

const META: &str = "TOSCA-Meta-File-Version: 1.0\nCSAR-Version: 1.1\nCreated-By: vnfpkg\nEntry-Definitions: Definitions/top.yaml\n\
    ETSI-Entry-Manifest: bench.mf\nETSI-Entry-Change-Log: ChangeLog.txt\n";
const MANIFEST: &str = "metadata:\n  vnf_product_name: Bench\n  vnf_provider_id: vnfpkg\n  vnf_package_version: 1.0\n  \
    vnf_release_date_time: 2026-11-22T00:00:00Z\n";
const HEAD: &str = "tosca_definitions_version: tosca_simple_yaml_1_2\n\n";
const VNF: &str = "        descriptor_id: 0f1c1f1e-5b1a-4a0e-9d0b-3d1f6c6a7b11\n        descriptor_version: '1.0'\n        provider: vnfpkg\n        \
    product_name: Bench\n        software_version: '1.0'\n        vnfm_info: [ 'etsivnfm:v2.6.1' ]\n        flavour_description: generated\n";

/// Makes and packs a package; signed when asked for.
pub(super) fn make(bench: &Workbench, name: &str, shape: &Shape, signed: bool) -> Result<PathBuf, BenchError> {
    let folder = bench.path(name);
    let write = |path: &str, text: &str| write(&folder, path, text);
    write("TOSCA-Metadata/TOSCA.meta", META)?;
    write("bench.mf", MANIFEST)?;
    write("ChangeLog.txt", "1.0 first\n")?;
    for (name, profile) in [("common", "sol001_2.6.1_common.yaml"), ("vnfd", "sol001_2.6.1_vnfd.yaml")] {
        let path = repository().join("crates/vnfpkg-tosca/profiles").join(profile);
        let text = fs::read_to_string(&path).map_err(BenchError::io("the types of SOL001"))?;
        write(&format!("Definitions/etsi_nfv_sol001_{name}_types.yaml"), &text)?;
    }
    let flavours: Vec<String> = (1..=shape.flavours).map(|number| format!("flavour{number}")).collect();
    write("Definitions/types.yaml", &types(&flavours))?;
    write("Definitions/top.yaml", &top(&flavours))?;
    if shape.image > 0 {
        image(&folder.join("Files/images/disk.img"), shape.image)?;
    }
    for flavour in &flavours {
        write(&format!("Definitions/{flavour}.yaml"), &template(flavour, shape))?;
    }
    for number in 0..shape.scripts {
        write(&format!("Scripts/step{number}.sh"), "#!/bin/sh\nexit 0\n")?;
    }
    if !signed {
        return pack(bench, &folder, name, &[]);
    }
    let (key, certificate) = (bench.path("key.pem"), bench.path("cert.pem"));
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=bench", "-days", "30", "-keyout"]);
    expect_success("making a key", openssl.arg(&key).arg("-out").arg(&certificate).output())?;
    pack(bench, &folder, name, &["--sign", &key.to_string_lossy(), "--cert", &certificate.to_string_lossy()])
}

fn types(flavours: &[String]) -> String {
    format!(
        "{HEAD}imports:\n  - etsi_nfv_sol001_common_types.yaml\n  - etsi_nfv_sol001_vnfd_types.yaml\n\nnode_types:\n  bench.VNF:\n    \
         derived_from: tosca.nodes.nfv.VNF\n    properties:\n      flavour_id:\n        type: string\n        \
         constraints: [ valid_values: [ {} ] ]\n        default: flavour1\n",
        flavours.join(", ")
    )
}

fn top(flavours: &[String]) -> String {
    let imports: String = flavours.iter().map(|flavour| format!("  - {flavour}.yaml\n")).collect();
    format!(
        "{HEAD}imports:\n  - types.yaml\n{imports}\ntopology_template:\n  inputs:\n    selected_flavour:\n      type: string\n      \
         default: flavour1\n  node_templates:\n    VNF:\n      type: bench.VNF\n      properties:\n        \
         flavour_id: {{ get_input: selected_flavour }}\n{VNF}"
    )
}

fn template(flavour: &str, shape: &Shape) -> String {
    let mut text = format!(
        "{HEAD}imports:\n  - types.yaml\n\ntopology_template:\n  substitution_mappings:\n    node_type: bench.VNF\n    properties:\n      \
         flavour_id: {flavour}\n  node_templates:\n    VNF:\n      type: bench.VNF\n      properties:\n        flavour_id: {flavour}\n{VNF}\n    \
         VL1:\n      type: tosca.nodes.nfv.VnfVirtualLink\n      properties:\n        connectivity_type: {{ layer_protocols: [ ipv4 ] }}\n        \
         vl_profile:\n          max_bitrate_requirements: {{ root: 1048576 }}\n          min_bitrate_requirements: {{ root: 1048576 }}\n"
    );
    for number in 1..=shape.vdus {
        vdu(&mut text, number, shape);
    }
    text.push_str(
        "\n  policies:\n    - aspects:\n        type: tosca.policies.nfv.ScalingAspects\n        properties:\n          aspects:\n",
    );
    text.push_str("            worker: { name: worker, description: The workers, max_scale_level: 2, step_deltas: [ one ] }\n");
    for number in 1..=shape.vdus {
        policies(&mut text, number);
    }
    text
}

fn vdu(text: &mut String, number: usize, shape: &Shape) {
    // Writing into a string cannot fail.
    let _ = write!(
        text,
        "\n    VDU{number}:\n      type: tosca.nodes.nfv.Vdu.Compute\n      properties:\n        name: VDU{number}\n        \
         description: Number {number}\n        vdu_profile: {{ min_number_of_instances: 1, max_number_of_instances: 3 }}\n"
    );
    let has_image = shape.image > 0 && number == 1;
    if has_image {
        let _ = write!(
            text,
            "        sw_image_data:\n          name: disk\n          version: '1'\n          checksum: {{ algorithm: sha-256, hash: {} }}\n          \
             container_format: bare\n          disk_format: raw\n          min_disk: 2 GiB\n          size: 2 GiB\n",
            checksum(shape.image)
        );
    }
    text.push_str(
        "      capabilities:\n        virtual_compute:\n          properties:\n            virtual_memory: { virtual_mem_size: 512 MiB }\n",
    );
    text.push_str("            virtual_cpu: { num_virtual_cpu: 1 }\n            virtual_local_storage: [ size_of_storage: 2 GiB ]\n");
    if has_image {
        text.push_str("      artifacts:\n        image: { type: tosca.artifacts.nfv.SwImage, file: ../Files/images/disk.img }\n");
    }
    let _ = write!(
        text,
        "\n    CP{number}:\n      type: tosca.nodes.nfv.VduCp\n      properties: {{ layer_protocols: [ ipv4 ], order: 0 }}\n      \
         requirements:\n        - virtual_binding: VDU{number}\n        - virtual_link: VL1\n"
    );
}

fn policies(text: &mut String, number: usize) {
    let _ = write!(
        text,
        "    - initial{number}:\n        type: tosca.policies.nfv.VduInitialDelta\n        targets: [ VDU{number} ]\n        \
         properties: {{ initial_delta: {{ number_of_instances: 1 }} }}\n    - steps{number}:\n        \
         type: tosca.policies.nfv.VduScalingAspectDeltas\n        targets: [ VDU{number} ]\n        \
         properties: {{ aspect: worker, deltas: {{ one: {{ number_of_instances: 1 }} }} }}\n"
    );
}

/// Bytes that deflate can do nothing with, the same each time.
struct Noise(u64);

impl Noise {
    fn fill(&mut self, block: &mut [u8]) {
        for chunk in block.chunks_mut(8) {
            // xorshift64
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            chunk.copy_from_slice(&self.0.to_le_bytes()[..chunk.len()]);
        }
    }
}

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const BLOCK: usize = 1 << 16;

fn blocks(bytes: usize, mut sink: impl FnMut(&[u8]) -> Result<(), BenchError>) -> Result<(), BenchError> {
    let (mut noise, mut block, mut left) = (Noise(SEED), vec![0; BLOCK], bytes);
    while left > 0 {
        noise.fill(&mut block);
        let count = left.min(BLOCK);
        sink(&block[..count])?;
        left -= count;
    }
    Ok(())
}

fn image(path: &Path, bytes: usize) -> Result<(), BenchError> {
    fs::create_dir_all(path.parent().unwrap_or(path)).map_err(BenchError::io("the image"))?;
    let mut file = BufWriter::new(File::create(path).map_err(BenchError::io("the image"))?);
    blocks(bytes, |block| file.write_all(block).map_err(BenchError::io("the image")))
}

fn checksum(bytes: usize) -> String {
    use sha2::Digest as _;
    let mut hash = sha2::Sha256::new();
    let _ = blocks(bytes, |block| {
        hash.update(block);
        Ok(())
    });
    hex::encode(hash.finalize())
}

/// A small package beside 1 GiB of zeros, which deflate makes a thousand times smaller.
pub(super) fn zip_bomb(bench: &Workbench) -> Result<PathBuf, BenchError> {
    let folder = folder_with(bench, "bomb", "Files/zeros", "")?;
    File::options()
        .write(true)
        .open(folder.join("Files/zeros"))
        .and_then(|file| file.set_len(1 << 30))
        .map_err(BenchError::io("the zeros"))?;
    pack(bench, &folder, "bomb", &[])
}

/// A template whose aliases stand for 9^8 nodes.
pub(super) fn alias_bomb(bench: &Workbench) -> Result<PathBuf, BenchError> {
    let mut text = format!("{HEAD}dsl_definitions:\n  a0: &a0 [ x, x, x, x, x, x, x, x, x ]\n");
    for level in 1..8 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        let _ = writeln!(text, "  a{level}: &a{level} [ {below} ]");
    }
    let folder = folder_with(bench, "aliases", "Definitions/top.yaml", &text)?;
    pack(bench, &folder, "aliases", &[])
}

fn folder_with(bench: &Workbench, name: &str, path: &str, text: &str) -> Result<PathBuf, BenchError> {
    let folder = bench.path(name);
    write(&folder, "TOSCA-Metadata/TOSCA.meta", META)?;
    write(&folder, "bench.mf", MANIFEST)?;
    write(&folder, "ChangeLog.txt", "1.0 first\n")?;
    write(&folder, "Definitions/top.yaml", HEAD)?;
    write(&folder, path, text)?;
    Ok(folder)
}

fn write(folder: &Path, path: &str, text: &str) -> Result<(), BenchError> {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().unwrap_or(folder)).map_err(BenchError::io("a folder"))?;
    fs::write(&path, text).map_err(BenchError::io(path.display().to_string()))
}
