//! Signatures of a package (SOL004 §5): the CMS block of a manifest (option 1) and the signed outer zip (option 2).

mod certificate;
mod der;
mod der_write;
mod outer;
mod sign;

use std::io::Read;

use openssl::cms::{CMSOptions, CmsContentInfo};
use openssl::error::ErrorStack;
use openssl::stack::Stack;
use openssl::x509::X509;

use crate::digest::{Algorithm, Digest, Hashers};
use crate::text::Cms;

pub use certificate::Certificate;
pub use outer::{Outer, OuterError};
pub use sign::{SignError, Signer};

/// What of a file the signature covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignedForm {
    /// The bytes as they are.
    Raw,
    /// The bytes without the line end before the signature.
    WithoutLastLineEnd,
    /// The bytes with CRLF line ends, as S/MIME tools sign text.
    CrLf,
}

/// A signature that fits what it signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// What of the file it covers.
    pub form: SignedForm,
    /// The certificates of the signers.
    pub signers: Vec<Certificate>,
    /// Whether the signers' certificates lead to one of the trusted ones; `None` when none were given, else why not.
    pub trust: Option<Result<(), String>>,
}

/// Why a signature does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// It is no CMS.
    #[error("the signature is no CMS structure in PEM or DER")]
    Unreadable,
    /// A certificate file is no certificate.
    #[error("the certificate is no X.509 certificate in PEM or DER")]
    BadCertificate,
    /// The signer's certificate is neither in it nor given.
    #[error("the certificate of the signer is neither in the signature nor in the package")]
    NoCertificate,
    /// The bytes are not the ones that were signed, or another key signed them.
    #[error("the signature does not fit the content: it was changed after signing")]
    Mismatch,
    /// A digest or a signature algorithm is not supported.
    #[error("the signature cannot be checked: {0}")]
    Unsupported(String),
}

/// A signature and the certificates to check it with.
pub struct Signature {
    der: Vec<u8>,
    certificates: Vec<X509>,
    trusted: Vec<X509>,
}

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signature").field("bytes", &self.der.len()).field("certificates", &self.certificates.len()).finish_non_exhaustive()
    }
}

impl Signature {
    /// Reads a signature in PEM or DER.
    ///
    /// # Errors
    /// When it is neither.
    pub fn parse(bytes: &[u8]) -> Result<Self, SignatureError> {
        let der = if bytes.first() == Some(&0x30) { bytes.to_vec() } else { certificate::pem(bytes).ok_or(SignatureError::Unreadable)? };
        // Written again, the structure has the definite lengths that our own reader of it wants.
        let der = CmsContentInfo::from_der(&der).and_then(|cms| cms.to_der()).map_err(|_| SignatureError::Unreadable)?;
        Ok(Self { der, certificates: Vec::new(), trusted: Vec::new() })
    }

    /// The signature block of a manifest; `manifest` are the bytes of the file that the block was found in.
    ///
    /// # Errors
    /// When the block is no CMS.
    pub fn of_manifest(manifest: &[u8], cms: &Cms) -> Result<Self, SignatureError> {
        Self::parse(manifest.get(cms.span.range()).unwrap_or_default())
    }

    /// Adds certificates, PEM or DER, in which the signer's is looked for when the signature does not hold it.
    ///
    /// # Errors
    /// When the bytes hold no certificate.
    pub fn with_certificates(mut self, bytes: &[u8]) -> Result<Self, SignatureError> {
        self.certificates.extend(certificate::parse(bytes)?);
        Ok(self)
    }

    /// Adds certificates, PEM or DER, that the signer's must lead to.
    ///
    /// # Errors
    /// When the bytes hold no certificate.
    pub fn with_trusted(mut self, bytes: &[u8]) -> Result<Self, SignatureError> {
        self.trusted.extend(certificate::parse(bytes)?);
        Ok(self)
    }

    /// Whether the signature holds its signer's certificate.
    pub fn has_certificate(&self) -> bool {
        !certificate::inside(&self.der).is_empty()
    }

    /// Checks the signature of a manifest over the bytes before the block, in the forms that occur.
    ///
    /// # Errors
    /// When none of the forms fits.
    pub fn verify_manifest(&self, manifest: &[u8], cms: &Cms) -> Result<Verified, SignatureError> {
        let body = manifest.get(..cms.span.start as usize).unwrap_or_default();
        let shorter = body.strip_suffix(b"\r\n").or_else(|| body.strip_suffix(b"\n"));
        let forms = [
            (SignedForm::Raw, Some(body.to_vec())),
            (SignedForm::WithoutLastLineEnd, shorter.map(<[u8]>::to_vec)),
            (SignedForm::CrLf, Some(crlf(body))),
            (SignedForm::CrLf, shorter.map(crlf)),
        ];
        for (form, content) in forms {
            let Some(content) = content else { continue };
            match self.verify_bytes(&content) {
                Err(SignatureError::Mismatch) => {}
                result => return result.map(|()| self.verified(form)),
            }
        }
        Err(SignatureError::Mismatch)
    }

    /// Checks the signature over the content of a reader, in constant memory.
    ///
    /// # Errors
    /// When it does not fit. Failures of the reader are the inner error.
    pub fn verify_reader(&self, mut reader: impl Read) -> std::io::Result<Result<Verified, SignatureError>> {
        let attributes = match der::message_digests(&self.der) {
            Some(digests) if !digests.is_empty() => digests,
            _ => {
                let what = "it signs the content itself instead of a digest of it".to_owned();
                return Ok(Err(SignatureError::Unsupported(what)));
            }
        };
        let mut hashers = Hashers::new(&Algorithm::ALL)?;
        let mut buffer = vec![0; 64 << 10];
        loop {
            match reader.read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => hashers.update(buffer.get(..count).unwrap_or_default())?,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let computed = hashers.finish()?;
        if attributes.iter().any(|signed| computed.iter().all(|digest| digest.bytes.len() != signed.len())) {
            return Ok(Err(SignatureError::Unsupported("it signs a digest that is not of the SHA-2 family".to_owned())));
        }
        let right = |signed: &Vec<u8>| computed.iter().any(|Digest { bytes, .. }| bytes == signed);
        if !attributes.iter().all(right) {
            return Ok(Err(SignatureError::Mismatch));
        }
        let checked = self.run(None, CMSOptions::NO_CONTENT_VERIFY);
        Ok(checked.map(|()| self.verified(SignedForm::Raw)))
    }

    fn verify_bytes(&self, content: &[u8]) -> Result<(), SignatureError> {
        self.run(Some(content), CMSOptions::empty())
    }

    /// Lets OpenSSL check the signature; chains are judged apart, see [`Verified::trust`].
    fn run(&self, content: Option<&[u8]>, more: CMSOptions) -> Result<(), SignatureError> {
        let unreadable = |_| SignatureError::Unreadable;
        let mut cms = CmsContentInfo::from_der(&self.der).map_err(unreadable)?;
        let mut extra = Stack::new().map_err(unreadable)?;
        for certificate in &self.certificates {
            extra.push(certificate.clone()).map_err(unreadable)?;
        }
        let flags = CMSOptions::BINARY | CMSOptions::NO_SIGNER_CERT_VERIFY | more;
        // Content is always handed over, so that content which the signature may carry is never what is checked.
        cms.verify(Some(&extra), None, Some(content.unwrap_or_default()), None, flags).map_err(|errors| reason(&errors))
    }

    fn verified(&self, form: SignedForm) -> Verified {
        let signers = certificate::signers(&self.der, &self.certificates);
        let others: Vec<X509> = certificate::inside(&self.der).into_iter().chain(self.certificates.iter().cloned()).collect();
        let trust = (!self.trusted.is_empty()).then(|| certificate::trust(&signers, &others, &self.trusted));
        Verified { form, signers: signers.iter().map(|signer| Certificate::of(signer)).collect(), trust }
    }
}

fn reason(errors: &ErrorStack) -> SignatureError {
    let reasons: Vec<&str> = errors.errors().iter().filter_map(openssl::error::Error::reason).collect();
    let says = |what: &str| reasons.iter().any(|reason| reason.contains(what));
    if says("certificate not found") {
        SignatureError::NoCertificate
    } else if says("unsupported") || says("unknown digest") {
        SignatureError::Unsupported(reasons.join(", "))
    } else {
        SignatureError::Mismatch
    }
}

fn crlf(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 32);
    let mut last = 0;
    for &byte in text {
        if byte == b'\n' && last != b'\r' {
            out.push(b'\r');
        }
        out.push(byte);
        last = byte;
    }
    out
}
