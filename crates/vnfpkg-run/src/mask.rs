//! Takes secret values out of bytes on their way to logs, events and terminals.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// What stands in a secret's place.
pub const MASK: &str = "***";

/// Shorter values cannot be masked without making everything unreadable.
const SHORTEST: usize = 3;

/// The registered values of a run. Clones share them. A value is masked as it is, line by line, in base64 (at every
/// alignment), percent-encoded, quoted for a shell and as JSON. Values of one or two bytes are not masked.
#[derive(Clone, Default)]
pub struct Masker {
    patterns: Arc<Mutex<Arc<Patterns>>>,
}

#[derive(Default)]
struct Patterns {
    /// Longest first, grouped by first byte.
    by_first: Vec<Vec<Vec<u8>>>,
    all: BTreeSet<Vec<u8>>,
}

impl Masker {
    /// Knows nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Masks this value from now on.
    pub fn register(&self, secret: &str) {
        let mut current = self.patterns.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = current.all.clone();
        for form in forms(secret) {
            if form.len() >= SHORTEST {
                all.insert(form);
            }
        }
        let mut by_first = vec![Vec::new(); 256];
        for pattern in &all {
            by_first[usize::from(pattern[0])].push(pattern.clone());
        }
        for group in &mut by_first {
            group.sort_by_key(|pattern| std::cmp::Reverse(pattern.len()));
        }
        *current = Arc::new(Patterns { by_first, all });
    }

    /// A whole text, masked.
    pub fn mask(&self, text: &str) -> String {
        let mut stream = self.stream();
        let mut out = stream.feed(text.as_bytes());
        out.extend(stream.finish());
        String::from_utf8_lossy(&out).into_owned()
    }

    /// A masker for one stream that comes in pieces.
    pub fn stream(&self) -> MaskStream {
        MaskStream { masker: self.clone(), carry: Vec::new() }
    }

    fn patterns(&self) -> Arc<Patterns> {
        Arc::clone(&self.patterns.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl std::fmt::Debug for Masker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Masker")
    }
}

/// Masks a stream however it is cut: what may be the beginning of a secret is held back until the next piece.
pub struct MaskStream {
    masker: Masker,
    carry: Vec<u8>,
}

impl MaskStream {
    /// Takes a piece, gives what is certain.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<u8> {
        self.carry.extend_from_slice(bytes);
        self.take(false)
    }

    /// Gives the rest at the end of the stream.
    pub fn finish(&mut self) -> Vec<u8> {
        self.take(true)
    }

    fn take(&mut self, last: bool) -> Vec<u8> {
        let patterns = self.masker.patterns();
        if patterns.all.is_empty() {
            return std::mem::take(&mut self.carry);
        }
        let mut out = Vec::with_capacity(self.carry.len());
        let mut at = 0;
        'next: while at < self.carry.len() {
            let rest = &self.carry[at..];
            let group = &patterns.by_first[usize::from(rest[0])];
            // Longest first: a longer secret that may still come wins over a shorter one that is there.
            for pattern in group {
                if rest.starts_with(pattern) {
                    out.extend_from_slice(MASK.as_bytes());
                    at += pattern.len();
                    continue 'next;
                }
                if !last && pattern.starts_with(rest) {
                    break 'next;
                }
            }
            out.push(rest[0]);
            at += 1;
        }
        self.carry.drain(..at);
        out
    }
}

fn forms(secret: &str) -> Vec<Vec<u8>> {
    let mut forms: Vec<Vec<u8>> = vec![secret.as_bytes().to_vec()];
    let trimmed = secret.trim();
    forms.push(trimmed.as_bytes().to_vec());
    // A key of many lines is masked line by line, since streams are looked at in lines; short lines say nothing.
    if secret.contains('\n') {
        forms.extend(
            secret.lines().map(str::trim).filter(|line| line.len() >= 8 && !line.starts_with("-----")).map(|line| line.as_bytes().to_vec()),
        );
    }
    for shift in 0..3 {
        forms.push(base64_core(trimmed.as_bytes(), shift));
        forms.push(base64_core(secret.as_bytes(), shift));
    }
    for upper in [true, false] {
        forms.push(percent(secret, upper, false).into_bytes());
        forms.push(percent(secret, upper, true).into_bytes());
    }
    forms.push(secret.replace('\'', "'\\''").into_bytes());
    forms.push(secret.replace('\'', "'\"'\"'").into_bytes());
    if let Ok(json) = serde_json::to_string(secret) {
        forms.push(json.trim_matches('"').as_bytes().to_vec());
    }
    forms
}

/// The characters of the base64 form that depend on the secret alone when `shift` bytes stand before it.
fn base64_core(secret: &[u8], shift: usize) -> Vec<u8> {
    let mut padded = vec![0; shift];
    padded.extend_from_slice(secret);
    let text = STANDARD_NO_PAD.encode(&padded);
    let start = (shift * 8).div_ceil(6);
    let end = padded.len() * 8 / 6;
    let core = text.as_bytes().get(start..end).unwrap_or_default();
    // Fewer characters would hit ordinary words.
    if core.len() < 6 { Vec::new() } else { core.to_vec() }
}

fn percent(text: &str, upper: bool, plus: bool) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            b' ' if plus => "+".to_owned(),
            _ if upper => format!("%{byte:02X}"),
            _ => format!("%{byte:02x}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masker(secrets: &[&str]) -> Masker {
        let masker = Masker::new();
        for secret in secrets {
            masker.register(secret);
        }
        masker
    }

    #[test]
    fn every_form_is_masked() {
        let masker = masker(&["p@ss w'rd!"]);
        let basic = base64::engine::general_purpose::STANDARD.encode("user:p@ss w'rd!");
        for text in ["x p@ss w'rd! y", "curl u:p%40ss%20w%27rd%21@h", "q=p%40ss+w%27rd%21", "echo 'p@ss w'\\''rd!'"] {
            let shown = masker.mask(text);
            assert!(shown.contains(MASK) && !shown.contains("rd"), "{shown}");
        }
        let shown = masker.mask(&format!("Authorization: Basic {basic}"));
        assert!(shown.contains(MASK), "{shown}");
    }

    #[test]
    fn a_secret_in_two_pieces_is_masked() {
        let secret = "correct horse";
        let text = format!("a {secret} b");
        for cut in 0..text.len() {
            let mut stream = masker(&[secret]).stream();
            let mut out = stream.feed(&text.as_bytes()[..cut]);
            out.extend(stream.feed(&text.as_bytes()[cut..]));
            out.extend(stream.finish());
            assert_eq!(String::from_utf8_lossy(&out), "a *** b", "cut at {cut}");
        }
    }

    #[test]
    fn the_longer_of_two_secrets_wins() {
        assert_eq!(masker(&["abcd", "abcdefgh"]).mask("abcdefgh abcd"), "*** ***");
    }

    #[test]
    fn lines_of_a_key_are_masked() {
        assert_eq!(masker(&["-----BEGIN-----\nAAAABBBBCCCC\nend\n"]).mask("AAAABBBBCCCC"), MASK);
    }
}
