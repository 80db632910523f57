//! Signed packages: a signature in the manifest (option 1), and an outer zip (option 2).

use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::{X509, X509NameBuilder};
use vnfpkg_lint::Options;

use crate::common::{Base, MANIFEST, base, findings_of};

pub(crate) struct Signer {
    key: PKey<Private>,
    certificate: X509,
}

/// A signer whose certificate is valid from 2020 for a hundred years.
pub(crate) fn signer() -> Signer {
    let group = openssl::ec::EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(openssl::ec::EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "Signer").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(7).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.set_not_before(&Asn1Time::from_unix(1_577_836_800).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::from_unix(4_733_510_400).unwrap()).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    Signer { key, certificate: builder.build() }
}

impl Signer {
    pub(crate) fn sign(&self, bytes: &[u8]) -> Vec<u8> {
        let options = CMSOptions::BINARY | CMSOptions::DETACHED;
        CmsContentInfo::sign(Some(&self.certificate), Some(&self.key), None, Some(bytes), options).unwrap().to_pem().unwrap()
    }
}

pub(crate) fn signed(package: Base) -> Base {
    let bytes = package.files[MANIFEST].clone();
    let signature = signer().sign(&bytes);
    package.with(MANIFEST, [bytes, signature].concat())
}

/// Sealed and signed, with the certificate in a file as well.
pub(crate) fn signed_twice(package: Base) -> Base {
    let signer = signer();
    let package = package.with("base.cert", signer.certificate.to_pem().unwrap()).sealed();
    let bytes = package.files[MANIFEST].clone();
    let signature = signer.sign(&bytes);
    package.with(MANIFEST, [bytes, signature].concat())
}

/// The certificate in a file; that of a stranger when none is named.
pub(crate) fn trusted(package: &Base, path: &str) -> Vec<u8> {
    if path.is_empty() || path == "trust" { signer().certificate.to_pem().unwrap() } else { package.files[path].clone() }
}

/// Signed without the certificate of the signer in the signature.
pub(crate) fn signed_bare(package: Base) -> Base {
    let bytes = package.files[MANIFEST].clone();
    let signer = signer();
    let options = CMSOptions::BINARY | CMSOptions::DETACHED | CMSOptions::CMS_NOCERTS;
    let signature = CmsContentInfo::sign(Some(&signer.certificate), Some(&signer.key), None, Some(&bytes), options).unwrap();
    package.with(MANIFEST, [bytes, signature.to_pem().unwrap()].concat())
}

fn codes(bytes: Vec<u8>, options: &Options) -> Vec<String> {
    findings_of("base.csar", bytes, options).into_iter().map(|(code, ..)| code).collect()
}

fn at(now: i64) -> Options {
    Options { now: Some(now), ..Options::default() }
}

#[test]
fn a_signed_manifest_is_sound() {
    assert_eq!(codes(signed(base().sealed()).zip(), &at(1_800_000_000)), [] as [&str; 0]);
}

#[test]
fn a_change_after_signing_is_found() {
    let changed = signed(base().sealed()).edit(MANIFEST, "vnf_package_version: 1.0", "vnf_package_version: 1.1");
    assert_eq!(codes(changed.zip(), &Options::default()), ["SIG03"]);
}

#[test]
fn a_certificate_has_its_time() {
    assert_eq!(codes(signed(base().sealed()).zip(), &at(1_500_000_000)), ["SIG08"]);
}

#[test]
fn a_file_without_digest_is_not_protected() {
    let package = base().with("Files/extra.txt", "x").sealed();
    let digest = package.digest("Files/extra.txt");
    let bare = package.edit(MANIFEST, &format!("Files/extra.txt\nAlgorithm: SHA-256\nHash: {digest}"), "Files/extra.txt");
    assert_eq!(codes(signed(bare).zip(), &Options::default()), ["SIG05"]);
}

#[test]
fn an_outer_zip_leads_to_the_package_inside() {
    let inner = base().sealed().zip();
    let signature = signer().sign(&inner);
    let outer = |files: &[(&str, &[u8])]| files.iter().fold(Base::empty(), |outer, (path, bytes)| outer.with(path, bytes)).zip();
    assert_eq!(codes(outer(&[("base.csar", &inner), ("base.cms", &signature)]), &Options::default()), [] as [&str; 0]);
    assert_eq!(codes(outer(&[("base.csar", &inner)]), &Options::default()), ["SIG07"]);
    let broken = base().edit(crate::common::META, "CSAR-Version: 1.1", "CSAR-Version: 9.9").sealed().zip();
    assert_eq!(codes(outer(&[("base.csar", &broken), ("base.cms", &signature)]), &Options::default()), ["MET05", "SIG07"]);
}
