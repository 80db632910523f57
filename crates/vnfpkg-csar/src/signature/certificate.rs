//! Certificates: of signers, and whether they are trusted.

use std::collections::BTreeSet;

use openssl::asn1::{Asn1Time, Asn1TimeRef};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::Id;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::{X509, X509NameRef, X509PurposeId, X509Ref, X509StoreContext};

use super::SignatureError;
use super::der::{self, SignerId};

/// What is worth knowing of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Whose it is, such as `O=Acme, CN=Signer`.
    pub subject: String,
    /// Who issued it.
    pub issuer: String,
    /// Serial number in hexadecimal digits.
    pub serial: String,
    /// SHA-256 fingerprint in hexadecimal digits.
    pub fingerprint: String,
    /// Valid from, in seconds since 1970.
    pub not_before: i64,
    /// Valid until, in seconds since 1970.
    pub not_after: i64,
    /// Kind of the key: `RSA`, `EC`, `Ed25519`...
    pub key_kind: String,
    /// Length of the key in bits.
    pub key_bits: u32,
    /// How the certificate itself is signed, such as `sha256WithRSAEncryption`.
    pub signature_algorithm: String,
}

impl Certificate {
    /// Whether a moment, in seconds since 1970, lies in the time it is valid for.
    pub fn is_valid_at(&self, seconds: i64) -> bool {
        (self.not_before..=self.not_after).contains(&seconds)
    }

    pub(super) fn of(x509: &X509Ref) -> Self {
        let key = x509.public_key().ok();
        let kind = key.as_ref().map_or("unknown", |key| match key.id() {
            Id::RSA | Id::RSA_PSS => "RSA",
            Id::EC => "EC",
            Id::DSA => "DSA",
            Id::ED25519 => "Ed25519",
            Id::ED448 => "Ed448",
            _ => "unknown",
        });
        Self {
            subject: name(x509.subject_name()),
            issuer: name(x509.issuer_name()),
            serial: x509.serial_number().to_bn().and_then(|serial| Ok(serial.to_hex_str()?.to_string())).unwrap_or_default(),
            fingerprint: x509.digest(MessageDigest::sha256()).map(hex::encode).unwrap_or_default(),
            not_before: seconds(x509.not_before()),
            not_after: seconds(x509.not_after()),
            key_kind: kind.to_owned(),
            key_bits: key.map_or(0, |key| key.bits()),
            signature_algorithm: x509.signature_algorithm().object().nid().long_name().unwrap_or("unknown").to_owned(),
        }
    }
}

fn name(name: &X509NameRef) -> String {
    let part = |entry: &openssl::x509::X509NameEntryRef| {
        let key = entry.object().nid().short_name().unwrap_or("?").to_owned();
        let value: String = entry.data().to_string().unwrap_or_default().chars().filter(|c| !c.is_control()).collect();
        format!("{key}={value}")
    };
    name.entries().map(part).collect::<Vec<_>>().join(", ")
}

/// Seconds since 1970; 0 when the time cannot be read.
fn seconds(time: &Asn1TimeRef) -> i64 {
    let since = Asn1Time::from_unix(0).and_then(|epoch| epoch.diff(time));
    since.map_or(0, |since| i64::from(since.days) * 86_400 + i64::from(since.secs))
}

/// Certificates in PEM, one or several, or one in DER.
pub(super) fn parse(bytes: &[u8]) -> Result<Vec<X509>, SignatureError> {
    let found = if bytes.first() == Some(&0x30) { X509::from_der(bytes).map(|one| vec![one]) } else { X509::stack_from_pem(bytes) };
    found.ok().filter(|list| !list.is_empty()).ok_or(SignatureError::BadCertificate)
}

/// The content of the first PEM block, whatever its label.
pub(super) fn pem(bytes: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, body) = text.split_once("-----BEGIN ")?.1.split_once("-----")?;
    let (body, _) = body.split_once("-----END ")?;
    let body: String = body.chars().filter(|c| !c.is_whitespace()).collect();
    openssl::base64::decode_block(&body).ok()
}

/// The certificates that a signature holds.
pub(super) fn inside(der: &[u8]) -> Vec<X509> {
    der::certificates(der).into_iter().filter_map(|certificate| X509::from_der(certificate).ok()).collect()
}

/// The certificates, inside the signature or given beside it, that bear the identifier of a signer. Several may bear one: all of them
/// must then be trusted, so that a look-alike beside the real one gains nothing.
pub(super) fn signers(der: &[u8], more: &[X509]) -> Vec<X509> {
    let ids = der::signer_ids(der);
    let is_signer = |certificate: &X509| ids.iter().any(|id| bears(certificate, id));
    let mut found: Vec<X509> = inside(der).into_iter().chain(more.iter().cloned()).filter(is_signer).collect();
    let mut seen = BTreeSet::new();
    found.retain(|certificate| certificate.to_der().is_ok_and(|der| seen.insert(der)));
    found
}

fn bears(certificate: &X509, id: &SignerId<'_>) -> bool {
    match id {
        SignerId::Key(key) => certificate.subject_key_id().is_some_and(|found| found.as_slice() == *key),
        SignerId::Issued { issuer, serial } => {
            let serial_number = certificate.serial_number().to_bn().map(|serial| serial.to_vec()).unwrap_or_default();
            let positive: Vec<u8> = serial.iter().copied().skip_while(|&byte| byte == 0).collect();
            certificate.issuer_name().to_der().is_ok_and(|name| name == *issuer) && serial_number == positive
        }
    }
}

/// Whether each signer leads to a trusted certificate; else the first reason why not.
pub(super) fn trust(signers: &[X509], others: &[X509], trusted: &[X509]) -> Result<(), String> {
    if signers.is_empty() {
        return Err("the signer's certificate is not known".to_owned());
    }
    let verify = |signer: &X509| -> Result<Option<String>, ErrorStack> {
        let mut store = X509StoreBuilder::new()?;
        store.set_purpose(X509PurposeId::ANY)?;
        for certificate in trusted {
            store.add_cert(certificate.clone())?;
        }
        let mut chain = Stack::new()?;
        for certificate in others {
            chain.push(certificate.clone())?;
        }
        let mut context = X509StoreContext::new()?;
        context.init(&store.build(), signer, &chain, |context| {
            Ok(if context.verify_cert()? { None } else { Some(context.error().error_string().to_owned()) })
        })
    };
    for signer in signers {
        match verify(signer) {
            Ok(None) => {}
            Ok(Some(why)) => return Err(why),
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(())
}
