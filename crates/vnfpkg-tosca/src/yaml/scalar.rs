//! What a plain scalar means: the YAML 1.2 core schema, and where PyYAML (YAML 1.1), which Tacker uses, reads it otherwise.

use super::{Node, NodeKind, ScalarStyle};

impl Node {
    /// Is it null: nothing, `~` or `null`, unquoted?
    pub fn is_null(&self) -> bool {
        matches!(self.plain(), Some("" | "~" | "null" | "Null" | "NULL"))
    }

    /// Its value as a YAML 1.2 boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self.plain()? {
            "true" | "True" | "TRUE" => Some(true),
            "false" | "False" | "FALSE" => Some(false),
            _ => None,
        }
    }

    /// Its value as a YAML 1.2 integer: decimal, `0o` octal or `0x` hexadecimal; `None` beyond 64 bits as well.
    pub fn as_int(&self) -> Option<i64> {
        core_int(self.plain()?)
    }

    /// Its value as a YAML 1.2 number; an integer is one too.
    pub fn as_float(&self) -> Option<f64> {
        core_float(self.plain()?)
    }

    /// Its text when YAML 1.2 reads it as a string: quoted, tagged `!!str`, or plain and nothing else.
    pub fn as_str(&self) -> Option<&str> {
        let typed = self.is_null() || self.as_bool().is_some() || self.as_float().is_some();
        if typed { None } else { self.text() }
    }

    /// The text of a scalar whose type is open: plain and without a string tag.
    fn plain(&self) -> Option<&str> {
        let tagged_string = self.tag.as_deref().is_some_and(|tag| matches!(tag, libyaml_safer::STR_TAG | "!"));
        match &self.kind {
            NodeKind::Scalar { value, style: ScalarStyle::Plain } if !tagged_string => Some(value),
            _ => None,
        }
    }
}

fn core_int(text: &str) -> Option<i64> {
    if let Some(digits) = text.strip_prefix("0o") {
        return radix(digits, 8);
    }
    if let Some(digits) = text.strip_prefix("0x") {
        return radix(digits, 16);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !all_digits(digits) {
        return None;
    }
    text.strip_prefix('+').unwrap_or(text).parse().ok()
}

fn radix(digits: &str, base: u32) -> Option<i64> {
    let plain = !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(base));
    if plain { i64::from_str_radix(digits, base).ok() } else { None }
}

fn core_float(text: &str) -> Option<f64> {
    if let Some(int) = core_int(text) {
        #[allow(clippy::cast_precision_loss)]
        return Some(int as f64);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    match unsigned {
        ".inf" | ".Inf" | ".INF" => return Some(if text.starts_with('-') { f64::NEG_INFINITY } else { f64::INFINITY }),
        ".nan" | ".NaN" | ".NAN" => return if unsigned == text { Some(f64::NAN) } else { None },
        _ => {}
    }
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent.strip_prefix(['-', '+']).unwrap_or(exponent))),
        None => (unsigned, None),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits(whole) && digits(fraction) && !(whole.is_empty() && fraction.is_empty());
    if number && exponent.is_none_or(all_digits) { text.parse().ok() } else { None }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// How PyYAML reads a boolean: `yes`, `no`, `on`, `off` count as well.
pub fn yaml11_bool(node: &Node) -> Option<bool> {
    match node.plain()? {
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Some(false),
        _ => None,
    }
}

/// Why two readers of one text differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AmbiguityKind {
    /// `yes`, `no`, `on`, `off`: a boolean for PyYAML, a string in YAML 1.2.
    Boolean,
    /// `017`: octal for PyYAML, decimal in YAML 1.2.
    LeadingZero,
    /// `0o17`: a string for PyYAML, octal in YAML 1.2.
    OctalPrefix,
    /// `0b11`: binary for PyYAML, a string in YAML 1.2.
    Binary,
    /// `12:30`: a base-60 number for PyYAML, a string in YAML 1.2.
    Sexagesimal,
    /// `1_000`: a number for PyYAML, a string in YAML 1.2.
    Underscore,
    /// `2026-01-31`: a date for PyYAML, a string in YAML 1.2.
    Timestamp,
    /// `1e3`: a string for PyYAML, a number in YAML 1.2.
    Exponent,
    /// `1.10`: both read the number 1.1; whoever wants the text loses a digit.
    TrailingZero,
    /// More digits than a number keeps, such as a hash of digits only.
    LongNumber,
}

/// A plain scalar that does not mean one thing to everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ambiguity {
    /// Why.
    pub kind: AmbiguityKind,
    /// What YAML 1.2 (and vnfpkg) reads.
    pub ours: String,
    /// What PyYAML (and Tacker) reads.
    pub theirs: String,
}

/// Tells whether a scalar is read differently by PyYAML, or loses digits when read as a number.
pub fn ambiguity(node: &Node) -> Option<Ambiguity> {
    let text = node.plain()?;
    let string = || format!("the string \"{text}\"");
    let (kind, ours, theirs) = if let (Some(value), None) = (yaml11_bool(node), node.as_bool()) {
        (AmbiguityKind::Boolean, string(), format!("the boolean {value}"))
    } else if text.starts_with("0o") && core_int(text).is_some() {
        (AmbiguityKind::OctalPrefix, format!("the number {}", core_int(text)?), string())
    } else if let Some(value) = leading_zero_octal(text) {
        (AmbiguityKind::LeadingZero, format!("the number {}", core_int(text)?), format!("the number {value}"))
    } else if let Some(value) = binary(text) {
        (AmbiguityKind::Binary, string(), format!("the number {value}"))
    } else if let Some(value) = sexagesimal(text) {
        (AmbiguityKind::Sexagesimal, string(), format!("the number {value}"))
    } else if let Some(value) = underscored(text) {
        (AmbiguityKind::Underscore, string(), format!("the number {value}"))
    } else if is_timestamp(text) {
        (AmbiguityKind::Timestamp, string(), "a date".to_owned())
    } else if node.as_float().is_some() && text.contains(['e', 'E']) && !text.starts_with("0x") && !yaml11_exponent(text) {
        (AmbiguityKind::Exponent, format!("the number {}", node.as_float()?), string())
    } else if all_digits(text.strip_prefix(['-', '+']).unwrap_or(text)) && core_int(text).is_none() {
        (AmbiguityKind::LongNumber, format!("the text {text}"), "a number, which other readers round".to_owned())
    } else if text.contains('.') && text.ends_with('0') && !text.ends_with(".0") && node.as_float().is_some() {
        let value = node.as_float()?;
        (AmbiguityKind::TrailingZero, format!("the number {value}"), format!("the number {value}"))
    } else {
        return None;
    };
    Some(Ambiguity { kind, ours, theirs })
}

fn leading_zero_octal(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text).strip_prefix('0')?;
    radix(digits, 8)
}

fn binary(text: &str) -> Option<i64> {
    radix(text.strip_prefix("0b")?, 2)
}

/// `[1-9][0-9]*(:[0-5]?[0-9])+` with an optional fraction.
fn sexagesimal(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let mut parts = whole.split(':');
    let first = parts.next()?;
    if !all_digits(first) || (first.starts_with('0') && !unsigned.contains('.')) || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut value: i64 = first.parse().ok()?;
    let mut count = 0;
    for part in parts {
        let minutes: i64 = part.parse().ok().filter(|minutes| (0..60).contains(minutes) && part.len() <= 2)?;
        value = value.checked_mul(60)?.checked_add(minutes)?;
        count += 1;
    }
    if count == 0 { None } else { Some(value.to_string()) }
}

fn underscored(text: &str) -> Option<String> {
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !unsigned.contains('_') || !unsigned.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let bare = text.replace('_', "");
    core_int(&bare).map(|int| int.to_string()).or_else(|| core_float(&bare).map(|float| float.to_string()))
}

/// `YYYY-MM-DD`, alone or followed by a time.
fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    let digits = |range: std::ops::Range<usize>| bytes.get(range).is_some_and(|part| part.iter().all(u8::is_ascii_digit));
    let date = digits(0..4) && bytes.get(4) == Some(&b'-') && digits(5..7) && bytes.get(7) == Some(&b'-') && digits(8..10);
    date && match bytes.get(10) {
        None => true,
        Some(b'T' | b't' | b' ' | b'\t') => text[11..].trim_start().starts_with(|first: char| first.is_ascii_digit()),
        Some(_) => false,
    }
}

/// PyYAML wants a dot in the mantissa and a sign in the exponent.
fn yaml11_exponent(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else { return true };
    mantissa.contains('.') && exponent.starts_with(['-', '+'])
}
