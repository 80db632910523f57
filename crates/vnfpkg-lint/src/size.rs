//! Sizes as TOSCA writes them (TOSCA 1.3 §3.3.6.4).

use vnfpkg_tosca::yaml::Node;

const UNITS: [(&str, u64); 9] = [
    ("B", 1),
    ("kB", 1000),
    ("KiB", 1 << 10),
    ("MB", 1_000_000),
    ("MiB", 1 << 20),
    ("GB", 1_000_000_000),
    ("GiB", 1 << 30),
    ("TB", 1_000_000_000_000),
    ("TiB", 1 << 40),
];

/// The bytes that `2 GB` means; `None` when it is no size.
pub(crate) fn bytes_of(node: &Node) -> Option<u64> {
    let text = node.text()?.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let (number, unit) = text.split_at(digits);
    let factor = UNITS.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(unit.trim())).map(|(_, factor)| factor)?;
    let number: f64 = number.parse().ok()?;
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let bytes = (number * factor as f64) as u64;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use vnfpkg_diag::Sources;

    use super::bytes_of;

    #[test]
    fn sizes_have_units() {
        let bytes = |text: &str| bytes_of(&vnfpkg_tosca::yaml::parse_one(Sources::new().add("s", text), text).0?);
        assert_eq!(bytes("2 GB"), Some(2_000_000_000));
        assert_eq!(bytes("1.5 GiB"), Some(1_610_612_736));
        assert_eq!(bytes("4mib"), Some(4 << 20));
        assert_eq!(bytes("4"), None);
        assert_eq!(bytes("4 XB"), None);
    }
}
