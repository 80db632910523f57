//! Makes CMS signatures (RFC 5652 §5): detached, with the signer's certificate in them. The content is only hashed, so that an archive of
//! any size is signed in constant memory; OpenSSL's own function wants all of it at once. There is no signing time in them, so that the
//! same input gives the same bytes where the key's algorithm allows it.

use std::io::{self, Read};

use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey, Private};
use openssl::sign::Signer as KeySigner;
use openssl::x509::X509;

use super::certificate;
use super::der_write::{context_0, integer, object, octets, sequence, set};
use crate::digest::{Algorithm, digest_reader};

/// Object identifiers, encoded (RFC 5652, RFC 8017, RFC 5758).
mod oid {
    pub(super) const DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01];
    pub(super) const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];
    pub(super) const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03];
    pub(super) const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];
    pub(super) const SHA_256: &[u8] = &[0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01];
    pub(super) const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01];
    pub(super) const ECDSA_SHA_256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
}

/// `NULL`, the parameters of an RSA signature.
const NULL: [u8; 2] = [0x05, 0x00];

/// Why nothing could be signed.
#[derive(Debug, thiserror::Error)]
pub enum SignError {
    /// The key file is no private key in PEM.
    #[error("the key is no private key in PEM")]
    BadKey,
    /// The key is encrypted, and the passphrase is missing or wrong.
    #[error("the key is encrypted, and {}", if *.given { "the passphrase does not open it" } else { "there is no passphrase for it" })]
    Passphrase {
        /// Was there one?
        given: bool,
    },
    /// The certificate file holds none.
    #[error("the certificate is no X.509 certificate in PEM or DER")]
    BadCertificate,
    /// The certificate belongs to another key.
    #[error("the certificate is not that of the key")]
    KeyMismatch,
    /// The key is of a kind that is not supported.
    #[error("keys of this kind are not supported: {0}")]
    KeyKind(String),
    /// OpenSSL refuses.
    #[error("OpenSSL cannot sign: {0}")]
    OpenSsl(#[from] openssl::error::ErrorStack),
    /// The content cannot be read.
    #[error("the content to be signed cannot be read: {0}")]
    Read(#[from] io::Error),
}

/// A private key and its certificate.
pub struct Signer {
    key: PKey<Private>,
    /// The certificate of the key, then those that it leads to.
    certificates: Vec<X509>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("certificates", &self.certificates.len()).finish_non_exhaustive()
    }
}

impl Signer {
    /// Takes a key in PEM and its certificate, PEM or DER; further certificates of the file become part of signatures. `passphrase` is asked
    /// for only when the key is encrypted.
    ///
    /// # Errors
    /// When one of them cannot be read, or they do not belong together.
    pub fn new(key: &[u8], certificates: &[u8], passphrase: impl FnOnce() -> Option<Vec<u8>>) -> Result<Self, SignError> {
        let key = private_key(key, passphrase)?;
        let mut certificates = certificate::parse(certificates).map_err(|_| SignError::BadCertificate)?;
        let is_own = |certificate: &X509| certificate.public_key().is_ok_and(|public| public.public_eq(&key));
        let own = certificates.iter().position(is_own).ok_or(SignError::KeyMismatch)?;
        certificates.swap(0, own);
        match key.id() {
            Id::RSA | Id::EC => Ok(Self { key, certificates }),
            // OpenSSL 3.0, which most systems have, cannot verify CMS signatures of Ed25519 keys.
            Id::ED25519 | Id::ED448 => Err(SignError::KeyKind("Ed25519 and Ed448".to_owned())),
            _ => Err(SignError::KeyKind("neither RSA nor EC".to_owned())),
        }
    }

    /// Signs content; gives the signature in DER.
    ///
    /// # Errors
    /// When the content cannot be read, or OpenSSL refuses.
    pub fn sign(&self, content: impl Read) -> Result<Vec<u8>, SignError> {
        let (_, digests) = digest_reader(content, &[Algorithm::Sha256])?;
        let digest = digests.into_iter().next().map(|digest| digest.bytes).unwrap_or_default();
        // In the order that DER wants of a set: the shorter element sorts first here.
        let attributes = [
            sequence(&[object(oid::CONTENT_TYPE), set(&[object(oid::DATA)])]),
            sequence(&[object(oid::MESSAGE_DIGEST), set(&[octets(&digest)])]),
        ];
        let signature = self.sign_bytes(&set(&attributes))?;
        let own = self.certificates.first().ok_or(SignError::BadCertificate)?;
        let signer = sequence(&[
            integer(&[1]),
            sequence(&[own.issuer_name().to_der()?, integer(&own.serial_number().to_bn()?.to_vec())]),
            digest_identifier(),
            context_0(&attributes),
            self.signature_identifier(),
            octets(&signature),
        ]);
        let certificates = self.certificates.iter().map(|certificate| certificate.to_der()).collect::<Result<Vec<_>, _>>()?;
        let signed = sequence(&[
            integer(&[1]),
            set(&[digest_identifier()]),
            sequence(&[object(oid::DATA)]),
            context_0(&certificates),
            set(&[signer]),
        ]);
        Ok(sequence(&[object(oid::SIGNED_DATA), context_0(&[signed])]))
    }

    /// Signs content; gives the signature in PEM with the label `CMS`.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub fn sign_pem(&self, content: impl Read) -> Result<String, SignError> {
        let encoded = openssl::base64::encode_block(&self.sign(content)?);
        let mut pem = String::from("-----BEGIN CMS-----\n");
        let mut rest = encoded.as_str();
        while !rest.is_empty() {
            let (line, next) = rest.split_at(rest.len().min(64));
            pem.push_str(line);
            pem.push('\n');
            rest = next;
        }
        pem.push_str("-----END CMS-----\n");
        Ok(pem)
    }

    /// The certificate of the key in PEM.
    ///
    /// # Errors
    /// When OpenSSL refuses.
    pub fn certificate_pem(&self) -> Result<Vec<u8>, SignError> {
        Ok(self.certificates.first().ok_or(SignError::BadCertificate)?.to_pem()?)
    }

    fn signature_identifier(&self) -> Vec<u8> {
        match self.key.id() {
            Id::RSA => sequence(&[object(oid::RSA), NULL.to_vec()]),
            _ => sequence(&[object(oid::ECDSA_SHA_256)]),
        }
    }

    fn sign_bytes(&self, bytes: &[u8]) -> Result<Vec<u8>, SignError> {
        let mut signer = KeySigner::new(MessageDigest::sha256(), &self.key)?;
        Ok(signer.sign_oneshot_to_vec(bytes)?)
    }
}

fn digest_identifier() -> Vec<u8> {
    sequence(&[object(oid::SHA_256)])
}

/// Reads a private key; the passphrase is asked for once, and only if it is needed.
fn private_key(pem: &[u8], passphrase: impl FnOnce() -> Option<Vec<u8>>) -> Result<PKey<Private>, SignError> {
    let mut ask = Some(passphrase);
    let mut given = None;
    let key = PKey::private_key_from_pem_callback(pem, |buffer| {
        let secret = ask.take().and_then(|ask| ask());
        given = Some(secret.is_some());
        let secret = zeroize::Zeroizing::new(secret.unwrap_or_default());
        let length = secret.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..length), secret.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    });
    match (key, given) {
        (Ok(key), _) => Ok(key),
        (Err(_), Some(given)) => Err(SignError::Passphrase { given }),
        (Err(_), None) => Err(SignError::BadKey),
    }
}
