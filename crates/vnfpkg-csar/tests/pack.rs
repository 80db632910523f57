//! Packing: right digests, the same bytes every time, nothing dangerous in or out.
#![allow(clippy::unwrap_used)]

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use camino::{Utf8Path, Utf8PathBuf};
use common::{deflated, open, stored};
use vnfpkg_csar::{
    Algorithm, Change, ChangeKind, Manifest, ManifestEntry, PackError, PackOptions, Package, ProblemKind, UnpackError, pack, unpack,
};
use vnfpkg_diag::Sources;

const META: &str = "TOSCA-Meta-File-Version: 1.0\nCSAR-Version: 1.1\nCreated-By: test\nEntry-Definitions: Definitions/top.yaml\n\
                    ETSI-Entry-Manifest: top.mf\n";
const MANIFEST: &str = "metadata:\n  vnf_product_name: test\n";

struct Folder {
    dir: tempfile::TempDir,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self { dir: tempfile::tempdir().unwrap() };
        fs::create_dir(folder.package()).unwrap();
        files.iter().for_each(|(path, text)| folder.write(path, text));
        folder
    }

    fn sample() -> Self {
        Self::new(&[
            ("TOSCA-Metadata/TOSCA.meta", META),
            ("top.mf", MANIFEST),
            ("Definitions/top.yaml", "tosca_definitions_version: tosca_simple_yaml_1_2\n"),
            ("Files/images/disk.img", "not really an image"),
            ("Scripts/a.sh", "#!/bin/sh\n"),
        ])
    }

    fn root(&self) -> &Utf8Path {
        Utf8Path::from_path(self.dir.path()).unwrap()
    }

    fn package(&self) -> Utf8PathBuf {
        self.root().join("package")
    }

    fn output(&self) -> Utf8PathBuf {
        self.root().join("package.csar")
    }

    fn write(&self, path: &str, text: &str) {
        let file = self.package().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn pack(&self) -> Result<vnfpkg_csar::PackReport, PackError> {
        pack(&self.package(), &self.output(), &PackOptions::default())
    }

    fn packed_text(&self, path: &str) -> String {
        Package::open(&self.output()).unwrap().read_text(path, 1 << 20).unwrap().text
    }
}

/// Every file but the manifest is listed with its right digest.
fn assert_digests_right(package: &Package, manifest: &str) {
    let text = package.read_text(manifest, 1 << 20).unwrap().text;
    let (parsed, problems) = Manifest::parse(Sources::new().add(manifest, text.as_str()), &text);
    assert_eq!(problems, [], "{text}");
    let listed: Vec<&str> = parsed.entries.iter().filter_map(ManifestEntry::path).collect();
    for file in package.files().filter(|file| file.path != manifest) {
        assert!(listed.contains(&file.path.as_str()), "{} is not listed in\n{text}", file.path);
    }
    for entry in &parsed.entries {
        let digest = package.digest_once(entry.path().unwrap(), Algorithm::Sha256).unwrap();
        assert!(digest.matches(&entry.hash.as_ref().unwrap().value.text), "{:?}", entry.path());
    }
}

#[test]
fn an_archive_lists_every_file_with_its_digest_and_the_folder_stays_as_it_was() {
    let folder = Folder::sample();
    let report = folder.pack().unwrap();
    assert_eq!((report.files, report.manifest.as_deref()), (5, Some("top.mf")));
    assert_eq!(report.size, fs::metadata(folder.output()).unwrap().len());
    let added: Vec<&str> = report.changes.iter().map(|change| change.path.as_str()).collect();
    assert_eq!(added, ["Definitions/top.yaml", "Files/images/disk.img", "Scripts/a.sh", "TOSCA-Metadata/TOSCA.meta"]);
    let package = Package::open(&folder.output()).unwrap();
    assert_eq!(package.problems(), []);
    assert_digests_right(&package, "top.mf");
    assert_eq!(fs::read_to_string(folder.package().join("top.mf")).unwrap(), MANIFEST);
}

#[test]
fn packing_again_gives_the_same_bytes_whatever_the_clock_and_the_modes_say() {
    let folder = Folder::sample();
    folder.pack().unwrap();
    let first = fs::read(folder.output()).unwrap();
    assert_eq!(first[10..14], [0, 0, 0x21, 0], "1980-01-01 00:00");
    let script = folder.package().join("Scripts/a.sh");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o600)).unwrap();
    fs::File::open(&script).unwrap().set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
    folder.pack().unwrap();
    assert!(first == fs::read(folder.output()).unwrap());
    assert_eq!(fs::read_dir(folder.root()).unwrap().count(), 2, "no temporary file is left");
}

#[test]
fn a_folder_and_its_archive_hold_the_same() {
    let folder = Folder::sample();
    folder.write("Scripts/run", "#!/bin/sh\n");
    fs::set_permissions(folder.package().join("Scripts/run"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::create_dir_all(folder.package().join("Tests/empty")).unwrap();
    for dropping in [".git/config", ".DS_Store", "Scripts/a.sh~", "Scripts/__pycache__/x.pyc"] {
        folder.write(dropping, "x");
    }
    symlink("Scripts/a.sh", folder.package().join("link.sh")).unwrap();
    pack(&folder.package(), &folder.output(), &PackOptions { write_back: true, ..PackOptions::default() }).unwrap();
    let shape = |package: &Package| -> Vec<(String, u64, vnfpkg_csar::Kind)> {
        package.entries().iter().map(|entry| (entry.path.clone(), entry.size, entry.kind)).collect()
    };
    let (plain, packed) = (Package::open(&folder.package()).unwrap(), Package::open(&folder.output()).unwrap());
    assert_eq!(shape(&plain), shape(&packed));
    assert_eq!(plain.problems(), []);
    assert!(packed.exists("Tests/empty") && packed.exists("link.sh") && !packed.exists(".git"));
    assert_eq!(packed.entry("Scripts/run").unwrap().unix_mode, Some(0o100_755));
    assert_eq!(packed.entry("Scripts/a.sh").unwrap().unix_mode, Some(0o100_644));
    let wanted: Vec<(&str, &[Algorithm])> = plain.files().map(|file| (file.path.as_str(), &Algorithm::ALL[..])).collect();
    for (a, b) in plain.digests(&wanted).into_iter().zip(packed.digests(&wanted)) {
        assert_eq!(a.1.unwrap(), b.1.unwrap());
    }
}

#[test]
fn images_are_stored_so_that_ranges_can_be_read_from_the_archive() {
    let folder = Folder::sample();
    folder.pack().unwrap();
    let package = Package::open(&folder.output()).unwrap();
    let range = package.stored_range("Files/images/disk.img").unwrap();
    let bytes = fs::read(&range.file).unwrap();
    let start = usize::try_from(range.offset).unwrap();
    assert_eq!(&bytes[start..start + usize::try_from(range.length).unwrap()], b"not really an image");
    assert_eq!(package.stored_range("Scripts/a.sh"), None);
    let archive_start = &bytes[30..30 + "TOSCA-Metadata/TOSCA.meta".len()];
    assert_eq!(archive_start, b"TOSCA-Metadata/TOSCA.meta");
    let plain = Package::open(&folder.package()).unwrap().stored_range("Scripts/a.sh").unwrap();
    assert_eq!((plain.offset, plain.length), (0, 10));
}

#[test]
fn known_entries_are_updated_in_place_and_the_rest_of_the_manifest_stays() {
    let folder = Folder::sample();
    let text = "metadata:\r\n  vnf_product_name: test # x\r\n# why\r\nSource: Scripts/a.sh\r\nAlgorithm: sha-512\r\nHash: <to be filled in>\r\n\r\n\
                Source: Definitions/top.yaml\r\nAlgorithm: MD5\r\nHash: 00\r\n\r\n  Source: Files/images/disk.img\r\n\r\n\
                Source: gone.sh\r\nAlgorithm: SHA-256\r\nHash: 00\r\n\r\n\
                non_mano_artifact_sets:\r\n  onap_others:\r\n    Source: Scripts/a.sh\r\n";
    folder.write("top.mf", text);
    let report = folder.pack().unwrap();
    let change = |path: &str, kind| Change { text: "top.mf".into(), path: path.into(), kind };
    assert_eq!(
        report.changes,
        [
            change("Definitions/top.yaml", ChangeKind::Updated),
            change("Files/images/disk.img", ChangeKind::Updated),
            change("Scripts/a.sh", ChangeKind::Updated),
            change("TOSCA-Metadata/TOSCA.meta", ChangeKind::Added),
        ]
    );
    assert_eq!(report.dangling, ["gone.sh"]);
    let package = Package::open(&folder.output()).unwrap();
    let digest = |path, algorithm| package.digest_once(path, algorithm).unwrap().to_string();
    let sha256 = |path| digest(path, Algorithm::Sha256);
    let expected = text
        .replace("<to be filled in>", &digest("Scripts/a.sh", Algorithm::Sha512))
        .replace("MD5\r\nHash: 00", &format!("SHA-256\r\nHash: {}", sha256("Definitions/top.yaml")))
        .replace("disk.img\r\n", &format!("disk.img\r\n  Algorithm: SHA-256\r\n  Hash: {}\r\n", sha256("Files/images/disk.img")))
        .replace(
            "gone.sh\r\nAlgorithm: SHA-256\r\nHash: 00\r\n",
            &format!(
                "gone.sh\r\nAlgorithm: SHA-256\r\nHash: 00\r\n\r\nSource: TOSCA-Metadata/TOSCA.meta\r\nAlgorithm: SHA-256\r\nHash: {}\r\n",
                sha256("TOSCA-Metadata/TOSCA.meta")
            ),
        );
    assert_eq!(folder.packed_text("top.mf"), expected);
}

#[test]
fn digests_in_tosca_meta_are_updated_before_the_manifest_lists_it() {
    let folder = Folder::sample();
    folder.write(
        "TOSCA-Metadata/TOSCA.meta",
        &format!("{META}\nName: Scripts/a.sh\nContent-Type: text/x-sh\nAlgorithm: SHA-256\nHash: 00\n\nName: Files/images/disk.img\n"),
    );
    let report = folder.pack().unwrap();
    assert!(report.changes.iter().any(|change| change.text == "TOSCA-Metadata/TOSCA.meta" && change.path == "Scripts/a.sh"));
    let package = Package::open(&folder.output()).unwrap();
    assert_digests_right(&package, "top.mf");
    let digest = package.digest_once("Scripts/a.sh", Algorithm::Sha256).unwrap();
    assert!(folder.packed_text("TOSCA-Metadata/TOSCA.meta").contains(&format!("Hash: {digest}\n\nName: Files")));

    folder.write("TOSCA-Metadata/TOSCA.meta", &format!("{META}\nName: top.mf\nAlgorithm: SHA-256\nHash: 00\n"));
    assert!(matches!(folder.pack(), Err(PackError::Circular { .. })));
}

#[test]
fn a_signature_that_no_longer_covers_the_manifest_is_taken_out() {
    let folder = Folder::sample();
    let signed = |body: &str| format!("{body}\n-----BEGIN CMS-----\nMIIB\n-----END CMS-----\n");
    folder.write("top.mf", &signed(MANIFEST));
    let options = PackOptions { write_back: true, ..PackOptions::default() };
    let report = pack(&folder.package(), &folder.output(), &options).unwrap();
    assert!(report.signature_removed);
    let unsigned = folder.packed_text("top.mf");
    assert!(!unsigned.contains("CMS"), "{unsigned}");
    assert_digests_right(&Package::open(&folder.package()).unwrap(), "top.mf");

    folder.write("top.mf", &signed(&unsigned));
    let report = pack(&folder.package(), &folder.output(), &options).unwrap();
    assert!(!report.signature_removed && report.changes.is_empty(), "{report:?}");
    assert_eq!(folder.packed_text("top.mf"), signed(&unsigned));
}

#[test]
fn the_form_without_tosca_meta_is_packed_too() {
    let folder = Folder::new(&[("top.yaml", "a: b\n"), ("top.mf", MANIFEST), ("Files/x", "x")]);
    assert_eq!(folder.pack().unwrap().manifest.as_deref(), Some("top.mf"));
    assert_digests_right(&Package::open(&folder.output()).unwrap(), "top.mf");
}

#[test]
fn what_must_not_be_in_a_package_is_refused() {
    let folder = Folder::sample();
    symlink("/etc/passwd", folder.package().join("Files/passwd")).unwrap();
    symlink("nowhere", folder.package().join("Files/broken")).unwrap();
    let Err(PackError::Refused { problems }) = folder.pack() else { panic!("packed") };
    assert_eq!(problems.iter().map(|problem| problem.kind).collect::<Vec<_>>(), [ProblemKind::ZipSpecialFile; 2]);
    assert!(!folder.output().exists());

    let not = Folder::new(&[("tosca-metadata/tosca.meta", META)]);
    let Err(PackError::NotAPackage { near, .. }) = not.pack() else { panic!("packed") };
    assert_eq!(near.as_deref(), Some("tosca-metadata/tosca.meta"));
}

#[test]
fn an_archive_inside_the_folder_does_not_hold_itself() {
    let folder = Folder::sample();
    let output = folder.package().join("me.csar");
    pack(&folder.package(), &output, &PackOptions::default()).unwrap();
    let first = fs::read(&output).unwrap();
    pack(&folder.package(), &output, &PackOptions::default()).unwrap();
    assert!(first == fs::read(&output).unwrap());
    assert!(!Package::open(&output).unwrap().exists("me.csar"));
}

#[test]
fn unpacking_gives_the_folder_back() {
    let folder = Folder::sample();
    fs::create_dir_all(folder.package().join("Tests/empty")).unwrap();
    pack(&folder.package(), &folder.output(), &PackOptions { write_back: true, ..PackOptions::default() }).unwrap();
    let target = folder.root().join("out/there");
    let package = Package::open(&folder.output()).unwrap();
    assert_eq!(unpack(&package, &target).unwrap(), 5);
    let files = |path: &Utf8Path| -> BTreeMap<String, Vec<u8>> {
        let package = Package::open(path).unwrap();
        package.files().map(|file| (file.path.clone(), package.read(&file.path, 1 << 20).unwrap())).collect()
    };
    assert_eq!(files(&target), files(&folder.package()));
    assert!(target.join("Tests/empty").is_dir());
    assert!(matches!(unpack(&package, &target), Err(UnpackError::Occupied { .. })));
}

#[test]
fn unpacking_writes_nothing_of_a_hostile_archive() {
    let folder = Folder::new(&[]);
    let target = folder.root().join("out");
    for items in [
        vec![stored("good", b"x"), stored("../evil", b"x")],
        vec![stored("a", b"x"), stored("a", b"y")],
        vec![stored("a", b"x"), stored("A", b"y")],
        vec![common::Item { mode: 0o120_777, ..stored("link", b"/tmp") }],
    ] {
        assert!(matches!(unpack(&open(&items), &target), Err(UnpackError::Refused { .. })));
        assert!(!target.exists());
    }
    let damaged = common::Item { crc: 1, ..deflated("a", b"aaaaaaaaaa") };
    assert!(matches!(unpack(&open(&[damaged]), &target), Err(UnpackError::Read(_))));
}
