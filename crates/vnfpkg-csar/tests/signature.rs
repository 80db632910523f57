//! Signatures of manifests and of outer zips: good ones verify in the form they were made, everything else says why not.
#![allow(clippy::unwrap_used)]

mod common;

use common::{build, deflated, open, stored};
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::{X509, X509Builder, X509NameBuilder};
use vnfpkg_csar::{Manifest, OuterError, Package, Signature, SignatureError, SignedForm, Verified};
use vnfpkg_diag::Sources;

struct Signer {
    key: PKey<Private>,
    certificate: X509,
}

fn signer(name: &str) -> Signer {
    let key = PKey::from_ec_key(EcKey::generate(&EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap()).unwrap()).unwrap();
    let mut subject = X509NameBuilder::new().unwrap();
    subject.append_entry_by_text("CN", name).unwrap();
    let subject = subject.build();
    let mut builder = X509Builder::new().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(0x2a).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&subject).unwrap();
    builder.set_issuer_name(&subject).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(1_000_000_000).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(4_000_000_000).unwrap()).unwrap();
    let id = openssl::x509::extension::SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None)).unwrap();
    builder.append_extension(id).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    Signer { key, certificate: builder.build() }
}

impl Signer {
    fn sign(&self, content: &[u8], more: CMSOptions) -> CmsContentInfo {
        let flags = CMSOptions::DETACHED | CMSOptions::BINARY | more;
        CmsContentInfo::sign(Some(&self.certificate), Some(&self.key), None, Some(content), flags).unwrap()
    }

    fn pem(&self) -> Vec<u8> {
        self.certificate.to_pem().unwrap()
    }
}

const BODY: &str = "metadata:\nvnf_product_name: p\n\nSource: a\nAlgorithm: SHA-256\nHash: 00\n";

fn signed(body: &str, signature: &CmsContentInfo) -> String {
    format!("{body}{}", String::from_utf8(signature.to_pem().unwrap()).unwrap())
}

fn verify(text: &str, certificate: Option<&[u8]>, trusted: Option<&[u8]>) -> Result<Verified, SignatureError> {
    let (manifest, problems) = Manifest::parse(Sources::new().add("x.mf", text), text);
    assert_eq!(problems, []);
    let cms = manifest.cms.unwrap();
    let mut signature = Signature::of_manifest(text.as_bytes(), &cms)?;
    if let Some(certificate) = certificate {
        signature = signature.with_certificates(certificate)?;
    }
    if let Some(trusted) = trusted {
        signature = signature.with_trusted(trusted)?;
    }
    signature.verify_manifest(text.as_bytes(), &cms)
}

#[test]
fn a_manifest_verifies_in_each_form_that_occurs() {
    let signer = signer("vendor");
    let crlf = BODY.replace('\n', "\r\n");
    let bare = BODY.trim_end();
    for (content, form) in [(BODY, SignedForm::Raw), (bare, SignedForm::WithoutLastLineEnd), (crlf.as_str(), SignedForm::CrLf)] {
        let text = signed(BODY, &signer.sign(content.as_bytes(), CMSOptions::empty()));
        assert_eq!(verify(&text, None, None).unwrap().form, form);
    }
}

#[test]
fn the_signer_is_told() {
    let text = signed(BODY, &signer("vendor").sign(BODY.as_bytes(), CMSOptions::empty()));
    let found = verify(&text, None, None).unwrap().signers.remove(0);
    assert_eq!((found.subject.as_str(), found.serial.as_str()), ("CN=vendor", "2A"));
    assert_eq!((found.key_kind.as_str(), found.key_bits), ("EC", 256));
    assert_eq!((found.not_before, found.not_after), (1_000_000_000, 4_000_000_000));
    assert!(found.is_valid_at(2_000_000_000) && !found.is_valid_at(4_000_000_001));
}

#[test]
fn a_change_after_signing_shows() {
    let text = signed(BODY, &signer("vendor").sign(BODY.as_bytes(), CMSOptions::empty()));
    assert_eq!(verify(&text.replace("Hash: 00", "Hash: 01"), None, None), Err(SignatureError::Mismatch));
    let garbage = format!("{BODY}-----BEGIN CMS-----\nbm90IGNtcw==\n-----END CMS-----\n");
    assert_eq!(verify(&garbage, None, None), Err(SignatureError::Unreadable));
}

#[test]
fn the_certificate_may_lie_beside_the_signature() {
    let signer = signer("vendor");
    let text = signed(BODY, &signer.sign(BODY.as_bytes(), CMSOptions::CMS_NOCERTS));
    assert_eq!(verify(&text, None, None), Err(SignatureError::NoCertificate));
    assert_eq!(verify(&text, Some(&signer.pem()), None).unwrap().signers[0].subject, "CN=vendor");
    assert_eq!(verify(&text, Some(b"no certificate"), None), Err(SignatureError::BadCertificate));
}

#[test]
fn another_certificate_of_the_same_name_does_not_verify() {
    let text = signed(BODY, &signer("vendor").sign(BODY.as_bytes(), CMSOptions::CMS_NOCERTS));
    assert_eq!(verify(&text, Some(&signer("vendor").pem()), None), Err(SignatureError::Mismatch));
}

#[test]
fn trust_is_judged_apart() {
    let (vendor, other) = (signer("vendor"), signer("other"));
    let text = signed(BODY, &vendor.sign(BODY.as_bytes(), CMSOptions::empty()));
    assert_eq!(verify(&text, None, None).unwrap().trust, None);
    assert_eq!(verify(&text, None, Some(&vendor.pem())).unwrap().trust, Some(Ok(())));
    assert!(matches!(verify(&text, None, Some(&other.pem())).unwrap().trust, Some(Err(_))));
}

fn inner() -> Vec<u8> {
    build(&[stored("top.yaml", b"x: y"), deflated("Files/a", &[3; 5000])]).bytes
}

#[test]
fn an_outer_zip_verifies_and_its_csar_opens() {
    let signer = signer("vendor");
    for flags in [CMSOptions::empty(), CMSOptions::USE_KEYID, CMSOptions::CMS_NOCERTS] {
        let cms = signer.sign(&inner(), flags).to_der().unwrap();
        for csar in [stored("p.csar", &inner()), deflated("p.csar", &inner())] {
            let package = open(&[csar, stored("p.cms", &cms), stored("p.cert", &signer.pem()), stored("readme", b"")]);
            let outer = package.outer().unwrap();
            assert_eq!((outer.signature.as_deref(), outer.certificate.as_deref()), (Some("p.cms"), Some("p.cert")));
            assert_eq!(outer.others, ["readme"]);
            let verified = package.verify_outer(&outer, &signer.pem()).unwrap();
            assert_eq!(verified.trust, Some(Ok(())), "{flags:?}");
            let inside = package.inner(&outer.csar).unwrap().unwrap();
            assert_eq!((inside.name(), inside.problems()), ("p.csar", &[][..]));
            assert_eq!(inside.read("Files/a", 10_000).unwrap(), [3; 5000]);
        }
    }
}

#[test]
fn ranges_of_a_file_in_a_stored_csar_are_those_of_the_outer_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = camino::Utf8Path::from_path(folder.path()).unwrap().join("outer.zip");
    std::fs::write(&path, build(&[stored("p.csar", &inner())]).bytes).unwrap();
    let inside = Package::open(&path).unwrap().inner("p.csar").unwrap().unwrap();
    let range = inside.stored_range("top.yaml").unwrap();
    let start = usize::try_from(range.offset).unwrap();
    assert_eq!(&std::fs::read(&range.file).unwrap()[start..start + 4], b"x: y");
}

#[test]
fn an_outer_zip_that_was_changed_or_is_not_signed_says_so() {
    let signer = signer("vendor");
    let cms = signer.sign(b"other bytes", CMSOptions::empty()).to_der().unwrap();
    let package = open(&[stored("p.csar", &inner()), stored("p.cms", &cms)]);
    let result = package.verify_outer(&package.outer().unwrap(), b"");
    assert!(matches!(result, Err(OuterError::Signature(SignatureError::Mismatch))));
    let forged = signer.sign(&inner(), CMSOptions::CMS_NOCERTS).to_der().unwrap();
    let stranger = self::signer("vendor");
    let package = open(&[stored("p.csar", &inner()), stored("p.cms", &forged), stored("p.cert", &stranger.pem())]);
    let result = package.verify_outer(&package.outer().unwrap(), b"");
    assert!(matches!(result, Err(OuterError::Signature(SignatureError::Mismatch))), "another key of the same name");
    let package = open(&[stored("p.csar", &inner())]);
    let result = package.verify_outer(&package.outer().unwrap(), b"");
    assert!(matches!(result, Err(OuterError::NoSignature(_))));
    assert_eq!(open(&[stored("top.yaml", b""), stored("p.csar", b"")]).outer(), None);
    let bare = signer.sign(&inner(), CMSOptions::NOATTR).to_der().unwrap();
    let package = open(&[stored("p.csar", &inner()), stored("p.cms", &bare)]);
    let result = package.verify_outer(&package.outer().unwrap(), b"");
    assert!(matches!(result, Err(OuterError::Signature(SignatureError::Unsupported(_)))));
}
