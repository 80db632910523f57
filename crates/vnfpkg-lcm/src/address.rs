//! Addresses of VNFCs that changed, and the texts that name them.

use crate::instance::VnfcRecord;

/// Addresses that VNFCs had before and have no more, each with the one in its place.
pub fn moved(before: &[VnfcRecord], after: &[VnfcRecord]) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    for old in before {
        let Some(new) = after.iter().find(|new| new.id == old.id) else { continue };
        let mut add = |old: Option<&String>, new: Option<&String>| {
            if let (Some(old), Some(new)) = (old, new)
                && old != new
                && !found.iter().any(|(known, _)| known == old)
            {
                found.push((old.clone(), new.clone()));
            }
        };
        add(old.address.as_ref(), new.address.as_ref());
        for cp in &old.cps {
            let Some(other) = new.cps.iter().find(|other| other.cpd == cp.cpd) else { continue };
            add(cp.floating.as_ref(), other.floating.as_ref());
            cp.fixed.iter().zip(&other.fixed).for_each(|(old, new)| add(Some(old), Some(new)));
        }
    }
    found
}

/// Where a text names an address: byte offsets. `10.0.0.1` is not in `10.0.0.12`, nor in `110.0.0.1`.
fn places(text: &str, address: &str) -> Vec<usize> {
    let part_of_name = |letter: char| letter.is_alphanumeric() || letter == '-' || letter == '.';
    let whole = |at: &usize| {
        let before = text[..*at].chars().next_back();
        let mut after = text[at + address.len()..].chars();
        let ends = match (after.next(), after.next()) {
            // A full stop ends a sentence.
            (Some('.'), next) => !next.is_some_and(char::is_alphanumeric),
            (next, _) => !next.is_some_and(part_of_name),
        };
        !before.is_some_and(part_of_name) && ends
    };
    text.match_indices(address).map(|(at, _)| at).filter(whole).collect()
}

/// Does a text name an address?
pub fn names_address(text: &str, address: &str) -> bool {
    !address.is_empty() && !places(text, address).is_empty()
}

/// The text with another address in place of one, and the lines that changed, from 1.
pub fn replace_address(text: &str, old: &str, new: &str) -> (String, Vec<usize>) {
    let (mut out, mut from, mut lines) = (String::new(), 0, Vec::new());
    for at in places(text, old) {
        out.push_str(&text[from..at]);
        out.push_str(new);
        from = at + old.len();
        lines.push(text[..at].matches('\n').count() + 1);
    }
    out.push_str(&text[from..]);
    lines.dedup();
    (out, lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instance::VnfcCp;

    #[test]
    fn only_whole_addresses_are_replaced() {
        let text = "{\n\"server\": \"10.0.0.1:5000\", \"other\": \"10.0.0.12:5000\",\n\"far\": \"110.0.0.1\", \"hosts\": \"10.0.0.1 r.example\" } # see 10.0.0.1.\n";
        let (changed, lines) = replace_address(text, "10.0.0.1", "10.0.0.9");
        assert_eq!(
            changed,
            "{\n\"server\": \"10.0.0.9:5000\", \"other\": \"10.0.0.12:5000\",\n\"far\": \"110.0.0.1\", \"hosts\": \"10.0.0.9 r.example\" } # see 10.0.0.9.\n"
        );
        assert_eq!(lines, [2, 3]);
        assert!(names_address("no_proxy: 10.0.0.1,localhost", "10.0.0.1") && !names_address("10.0.0.1.example", "10.0.0.1"));
        assert!(names_address("http://[fd00::1]:5000", "fd00::1") && !names_address("x", ""));
    }

    #[test]
    fn an_address_moves_with_its_vnfc() {
        let vnfc = |id: &str, fixed: &str, floating: Option<&str>| VnfcRecord {
            id: id.into(),
            vdu: "V".into(),
            resource_id: String::new(),
            address: None,
            cps: vec![VnfcCp { id: "c".into(), cpd: "CP1".into(), fixed: vec![fixed.into()], floating: floating.map(str::to_owned) }],
            access: serde_json::Value::Null,
        };
        let before = [vnfc("a", "10.0.0.1", Some("192.0.2.1")), vnfc("b", "10.0.0.2", None), vnfc("gone", "10.0.0.3", None)];
        let after = [vnfc("b", "10.0.0.2", None), vnfc("a", "10.0.0.9", Some("192.0.2.9"))];
        assert_eq!(moved(&before, &after), [("192.0.2.1".into(), "192.0.2.9".into()), ("10.0.0.1".into(), "10.0.0.9".into())]);
    }
}
