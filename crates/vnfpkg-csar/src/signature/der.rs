//! Just enough of DER to find the signers of a CMS signature, its certificates and the digests it signs (RFC 5652 §5.1, §5.3, §11.2).
//! OpenSSL checks the signature itself.

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const OCTETS: u8 = 0x04;
const CONTEXT_0: u8 = 0xa0;
const CONTEXT_0_PRIMITIVE: u8 = 0x80;
/// `id-messageDigest`, 1.2.840.113549.1.9.4, as an encoded object identifier.
const MESSAGE_DIGEST: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04];

/// One element: its tag, its content, and what follows it.
struct Element<'a> {
    tag: u8,
    content: &'a [u8],
    whole: &'a [u8],
    rest: &'a [u8],
}

fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let (&tag, after) = bytes.split_first()?;
    let (&first, mut after) = after.split_first()?;
    let mut len = usize::from(first);
    if first & 0x80 != 0 {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 {
            return None;
        }
        let digits = after.get(..count)?;
        len = digits.iter().fold(0, |len, &digit| len << 8 | usize::from(digit));
        after = after.get(count..)?;
    }
    let (content, rest) = after.split_at_checked(len)?;
    Some(Element { tag, content, whole: bytes.get(..bytes.len() - rest.len())?, rest })
}

fn elements(mut bytes: &[u8]) -> impl Iterator<Item = Element<'_>> {
    std::iter::from_fn(move || {
        let next = element(bytes)?;
        bytes = next.rest;
        Some(next)
    })
}

/// The content of an element that must have a tag.
fn content(bytes: &[u8], tag: u8) -> Option<&[u8]> {
    element(bytes).filter(|element| element.tag == tag).map(|element| element.content)
}

/// How a signature names its signer.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SignerId<'a> {
    /// Issuer as an encoded name, and serial number as big-endian bytes.
    Issued { issuer: &'a [u8], serial: &'a [u8] },
    /// Subject key identifier.
    Key(&'a [u8]),
}

/// The parts of the signed data: version, digest algorithms, content, certificates, revocation lists, signers.
fn signed_data(der: &[u8]) -> Option<&[u8]> {
    let info = content(der, SEQUENCE)?;
    content(content(elements(info).nth(1)?.whole, CONTEXT_0)?, SEQUENCE)
}

/// The content of each signer. The signers are the last part; the digest algorithms are a set too.
fn signers(der: &[u8]) -> Option<impl Iterator<Item = &[u8]>> {
    let signers = elements(signed_data(der)?).skip(3).last().filter(|last| last.tag == SET)?;
    Some(elements(signers.content).map(|signer| signer.content))
}

/// The certificates that a signature holds, each in DER.
pub(super) fn certificates(der: &[u8]) -> Vec<&[u8]> {
    let set = signed_data(der).and_then(|data| elements(data).skip(3).find(|part| part.tag == CONTEXT_0));
    set.map(|set| elements(set.content).map(|certificate| certificate.whole).collect()).unwrap_or_default()
}

/// Who signed.
pub(super) fn signer_ids(der: &[u8]) -> Vec<SignerId<'_>> {
    signers(der).map(|signers| signers.filter_map(signer_id).collect()).unwrap_or_default()
}

fn signer_id(signer: &[u8]) -> Option<SignerId<'_>> {
    let id = elements(signer).nth(1)?;
    match id.tag {
        CONTEXT_0_PRIMITIVE => Some(SignerId::Key(id.content)),
        SEQUENCE => {
            let mut parts = elements(id.content);
            let (issuer, serial) = (parts.next()?.whole, parts.next()?.content);
            Some(SignerId::Issued { issuer, serial })
        }
        _ => None,
    }
}

/// The signed message digest of every signer; `None` when the structure is another one or a signer has no signed attributes.
pub(super) fn message_digests(der: &[u8]) -> Option<Vec<Vec<u8>>> {
    signers(der)?.map(message_digest).collect()
}

fn message_digest(signer: &[u8]) -> Option<Vec<u8>> {
    // Version, identifier, digest algorithm, signed attributes.
    let attributes = elements(signer).nth(3).filter(|element| element.tag == CONTEXT_0)?;
    let mut found = elements(attributes.content).filter(|attribute| attribute.content.starts_with(MESSAGE_DIGEST));
    let attribute = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let values = content(attribute.content.get(MESSAGE_DIGEST.len()..)?, SET)?;
    content(values, OCTETS).map(<[u8]>::to_vec)
}
