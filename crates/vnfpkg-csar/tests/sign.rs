//! Signing, checked against the `openssl` command line in both directions: what we sign it accepts, what it signs we accept.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Command;

use camino::{Utf8Path, Utf8PathBuf};
use vnfpkg_csar::{Manifest, PackOptions, Package, SignError, Signature, Signer, Signing, pack_signed};
use vnfpkg_diag::Sources;

/// A folder with keys and certificates made by `openssl`.
struct Keys(tempfile::TempDir);

fn openssl(folder: &Utf8Path, arguments: &str) -> (bool, String) {
    let output = Command::new("openssl").args(arguments.split_whitespace()).current_dir(folder).output().expect("openssl is installed");
    (output.status.success(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

#[track_caller]
fn openssl_ok(folder: &Utf8Path, arguments: &str) {
    let (good, text) = openssl(folder, arguments);
    assert!(good, "openssl {arguments}: {text}");
}

impl Keys {
    /// A root, and signers of each kind of key that it issued.
    fn new() -> Self {
        let keys = Self(tempfile::tempdir().unwrap());
        let folder = keys.folder();
        openssl_ok(
            folder,
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -subj /CN=Root -days 30",
        );
        for (name, kind) in [("rsa", "rsa:2048"), ("ec", "ec -pkeyopt ec_paramgen_curve:P-256"), ("ed", "ed25519")] {
            openssl_ok(folder, &format!("req -newkey {kind} -nodes -keyout {name}.key -out {name}.csr -subj /CN={name}"));
            openssl_ok(folder, &format!("x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out {name}.pem -days 30"));
        }
        keys
    }

    fn folder(&self) -> &Utf8Path {
        Utf8Path::from_path(self.0.path()).unwrap()
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.folder().join(name)).unwrap()
    }

    fn signer(&self, name: &str) -> Signer {
        Signer::new(&self.read(&format!("{name}.key")), &self.read(&format!("{name}.pem")), || None).unwrap()
    }
}

#[test]
fn openssl_accepts_what_we_sign_and_refuses_it_over_other_content() {
    let keys = Keys::new();
    let content = b"metadata:\n  vnf_product_name: p\n";
    for kind in ["rsa", "ec"] {
        let signer = keys.signer(kind);
        fs::write(keys.folder().join("content"), content).unwrap();
        fs::write(keys.folder().join("other"), b"other").unwrap();
        fs::write(keys.folder().join("sig.pem"), signer.sign_pem(&content[..]).unwrap()).unwrap();
        fs::write(keys.folder().join("sig.der"), signer.sign(&content[..]).unwrap()).unwrap();
        openssl_ok(
            keys.folder(),
            "cms -verify -binary -inform PEM -in sig.pem -content content -CAfile ca.pem -purpose any -out /dev/null",
        );
        openssl_ok(
            keys.folder(),
            "cms -verify -binary -inform DER -in sig.der -content content -CAfile ca.pem -purpose any -out /dev/null",
        );
        let (good, text) =
            openssl(keys.folder(), "cms -verify -binary -inform PEM -in sig.pem -content other -CAfile ca.pem -purpose any -out /dev/null");
        assert!(!good, "{kind}: {text}");
    }
}

#[test]
fn we_accept_what_openssl_signs_and_follow_the_chain() {
    let keys = Keys::new();
    let folder = keys.folder();
    let body = "metadata:\n  vnf_product_name: p\n\nSource: a\nAlgorithm: SHA-256\nHash: 00\n";
    fs::write(folder.join("body"), body).unwrap();
    for kind in ["rsa", "ec"] {
        openssl_ok(folder, &format!("cms -sign -binary -in body -signer {kind}.pem -inkey {kind}.key -outform PEM -out sig.pem"));
        let text = format!("{body}{}", String::from_utf8(keys.read("sig.pem")).unwrap());
        let (manifest, problems) = Manifest::parse(Sources::new().add("m", text.as_str()), &text);
        assert_eq!(problems, []);
        let cms = manifest.cms.unwrap();
        let verify = |trusted: &[u8]| {
            let signature = Signature::of_manifest(text.as_bytes(), &cms).unwrap().with_trusted(trusted).unwrap();
            signature.verify_manifest(text.as_bytes(), &cms).unwrap().trust.unwrap()
        };
        assert_eq!(verify(&keys.read("ca.pem")), Ok(()));
        assert!(verify(&keys.read("ed.pem")).is_err());
    }
}

#[test]
fn keys_are_opened_with_their_passphrase_alone() {
    let keys = Keys::new();
    openssl_ok(keys.folder(), "pkey -in rsa.key -aes256 -passout pass:secret -out locked.key");
    let open = |passphrase: Option<&str>| {
        Signer::new(&keys.read("locked.key"), &keys.read("rsa.pem"), || passphrase.map(|text| text.as_bytes().to_vec())).map(drop)
    };
    assert!(open(Some("secret")).is_ok());
    assert!(matches!(open(Some("wrong")), Err(SignError::Passphrase { given: true })));
    assert!(matches!(open(None), Err(SignError::Passphrase { given: false })));
    assert!(matches!(Signer::new(b"no key", &keys.read("rsa.pem"), || None), Err(SignError::BadKey)));
    assert!(matches!(Signer::new(&keys.read("rsa.key"), b"none", || None), Err(SignError::BadCertificate)));
    assert!(matches!(Signer::new(&keys.read("rsa.key"), &keys.read("ec.pem"), || None), Err(SignError::KeyMismatch)));
    assert!(matches!(Signer::new(&keys.read("ed.key"), &keys.read("ed.pem"), || None), Err(SignError::KeyKind(_))));
}

/// A folder with a small package.
fn package() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    let meta = "TOSCA-Meta-File-Version: 1.0\nCSAR-Version: 1.1\nCreated-By: me\nEntry-Definitions: Definitions/a.yaml\nETSI-Entry-Manifest: p.mf\n";
    write("TOSCA-Metadata/TOSCA.meta", meta);
    write("p.mf", "metadata:\n  vnf_product_name: p\n");
    write("Definitions/a.yaml", "tosca_definitions_version: tosca_simple_yaml_1_2\n");
    write("Scripts/run.sh", "exit 0\n");
    write("Scripts/run.conf", "x\n");
    folder
}

fn packed(folder: &tempfile::TempDir, name: &str, signing: &Signing<'_>) -> Utf8PathBuf {
    let output = Utf8PathBuf::try_from(folder.path().with_extension(name)).unwrap();
    let folder = Utf8Path::from_path(folder.path()).unwrap();
    pack_signed(folder, &output, &PackOptions::default(), signing).unwrap();
    output
}

#[test]
fn a_packed_manifest_carries_a_signature_over_its_new_digests() {
    let keys = Keys::new();
    let signer = keys.signer("rsa");
    let folder = package();
    let output = packed(&folder, "csar", &Signing { signer: &signer, files: false, outer: false });
    let text = Package::open(&output).unwrap().read_text("p.mf", 1 << 20).unwrap().text;
    let at = text.find("-----BEGIN CMS-----").unwrap();
    assert!(text[..at].contains("Source: Scripts/run.sh"));
    fs::write(keys.folder().join("body"), &text[..at]).unwrap();
    fs::write(keys.folder().join("sig.pem"), &text[at..]).unwrap();
    openssl_ok(keys.folder(), "cms -verify -binary -inform PEM -in sig.pem -content body -CAfile ca.pem -purpose any -out /dev/null");
    // Signing what is signed gives the same bytes: one signature, and no time in it.
    fs::write(folder.path().join("p.mf"), &text).unwrap();
    let again = packed(&folder, "csar", &Signing { signer: &signer, files: false, outer: false });
    assert_eq!(Package::open(&again).unwrap().read_text("p.mf", 1 << 20).unwrap().text, text);
    fs::remove_file(output).unwrap();
}

#[test]
fn files_are_signed_each_for_itself() {
    let keys = Keys::new();
    let signer = keys.signer("ec");
    let folder = package();
    let output = packed(&folder, "csar", &Signing { signer: &signer, files: true, outer: false });
    let package = Package::open(&output).unwrap();
    let text = package.read_text("p.mf", 1 << 20).unwrap().text;
    let (manifest, problems) = Manifest::parse(Sources::new().add("m", text.as_str()), &text);
    assert_eq!(problems, []);
    let signature = |path: &str| manifest.entry(path).unwrap().signature.as_ref().map(|field| field.value.text.clone());
    assert_eq!(signature("Definitions/a.yaml").as_deref(), Some("Definitions/a.sig.cms"));
    // Two files of one name: their signatures need the whole name.
    assert_eq!(signature("Scripts/run.sh").as_deref(), Some("Scripts/run.sh.sig.cms"));
    assert_eq!(signature("TOSCA-Metadata/TOSCA.meta"), None);
    assert!(manifest.entry("Scripts/run.conf.cert").is_some());
    for (name, bytes) in
        [("file", package.read("Scripts/run.sh", 99).unwrap()), ("sig.pem", package.read("Scripts/run.sh.sig.cms", 1 << 16).unwrap())]
    {
        fs::write(keys.folder().join(name), bytes).unwrap();
    }
    openssl_ok(keys.folder(), "cms -verify -binary -inform PEM -in sig.pem -content file -CAfile ca.pem -purpose any -out /dev/null");
    fs::remove_file(output).unwrap();
}

#[test]
fn an_outer_zip_holds_the_archive_and_its_signature() {
    let keys = Keys::new();
    let signer = keys.signer("rsa");
    let output = packed(&package(), "zip", &Signing { signer: &signer, files: false, outer: true });
    let package = Package::open(&output).unwrap();
    let outer = package.outer().unwrap();
    assert_eq!(outer.others, [] as [&str; 0]);
    let verified = package.verify_outer(&outer, &keys.read("ca.pem")).unwrap();
    assert_eq!(verified.trust, Some(Ok(())));
    assert!(package.stored_range(&outer.csar).is_some());
    fs::write(keys.folder().join("csar"), package.read(&outer.csar, 1 << 20).unwrap()).unwrap();
    fs::write(keys.folder().join("sig"), package.read(outer.signature.as_ref().unwrap(), 1 << 20).unwrap()).unwrap();
    openssl_ok(keys.folder(), "cms -verify -binary -inform PEM -in sig -content csar -CAfile ca.pem -purpose any -out /dev/null");
    fs::remove_file(output).unwrap();
}
