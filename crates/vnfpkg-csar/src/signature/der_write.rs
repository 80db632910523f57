//! Writes the few sorts of DER elements that a CMS signature consists of.

const INTEGER: u8 = 0x02;
const OCTETS: u8 = 0x04;
const OBJECT: u8 = 0x06;
const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const CONTEXT_0: u8 = 0xa0;

pub(super) fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    element(SEQUENCE, &parts.concat())
}

/// The parts have to be in the order that DER wants.
pub(super) fn set(parts: &[Vec<u8>]) -> Vec<u8> {
    element(SET, &parts.concat())
}

pub(super) fn context_0(parts: &[Vec<u8>]) -> Vec<u8> {
    element(CONTEXT_0, &parts.concat())
}

pub(super) fn object(encoded: &[u8]) -> Vec<u8> {
    element(OBJECT, encoded)
}

pub(super) fn octets(content: &[u8]) -> Vec<u8> {
    element(OCTETS, content)
}

/// A number that is not negative, from its big-endian bytes.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = bytes.iter().copied().skip_while(|&byte| byte == 0).collect();
    let positive = if digits.first().is_none_or(|first| first & 0x80 != 0) { [&[0], digits.as_slice()].concat() } else { digits };
    element(INTEGER, &positive)
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()) {
        Ok(short) if short < 0x80 => out.push(short),
        _ => {
            let digits: Vec<u8> = content.len().to_be_bytes().into_iter().skip_while(|&byte| byte == 0).collect();
            // A length has at most eight digits.
            out.push(0x80 | u8::try_from(digits.len()).unwrap_or(8));
            out.extend(digits);
        }
    }
    out.extend(content);
    out
}

#[cfg(test)]
mod tests {
    use super::{element, integer};

    #[test]
    fn lengths_and_numbers_are_as_short_as_they_can_be() {
        assert_eq!(element(4, &[7; 3]), [4, 3, 7, 7, 7]);
        assert_eq!(element(4, &[7; 0x80])[..3], [4, 0x81, 0x80]);
        assert_eq!(element(4, &[7; 0x1234])[..4], [4, 0x82, 0x12, 0x34]);
        assert_eq!(integer(&[0, 0, 0x7f]), [2, 1, 0x7f]);
        assert_eq!(integer(&[0x80]), [2, 2, 0, 0x80]);
        assert_eq!(integer(&[]), [2, 1, 0]);
    }
}
