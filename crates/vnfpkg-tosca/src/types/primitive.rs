//! The types that TOSCA has built in, and how their values are written (TOSCA 1.3 §3.3).

use crate::yaml::{Node, yaml11_bool};

/// A built-in type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Primitive {
    String,
    Integer,
    Float,
    Boolean,
    Timestamp,
    Null,
    Version,
    Range,
    List,
    Map,
    Size,
    Time,
    Frequency,
    Bitrate,
}

/// Why a value is not of a type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mismatch {
    /// It is something else.
    Type,
    /// It is a number with a unit that the type does not have.
    Unit(String),
    /// It is a number without a unit.
    NoUnit,
    /// It is right but for the blank between number and unit.
    Spacing {
        /// The number.
        number: String,
        /// The unit.
        unit: String,
    },
}

const SIZE: &[(&str, f64)] = &[
    ("B", 1.0),
    ("kB", 1e3),
    ("KiB", 1024.0),
    ("MB", 1e6),
    ("MiB", 1_048_576.0),
    ("GB", 1e9),
    ("GiB", 1_073_741_824.0),
    ("TB", 1e12),
    ("TiB", 1_099_511_627_776.0),
];
const TIME: &[(&str, f64)] = &[("d", 86400.0), ("h", 3600.0), ("m", 60.0), ("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9)];
const FREQUENCY: &[(&str, f64)] = &[("Hz", 1.0), ("kHz", 1e3), ("MHz", 1e6), ("GHz", 1e9)];
const BITRATE: &[(&str, f64)] = &[
    ("bps", 1.0),
    ("Kbps", 1e3),
    ("Kibps", 1024.0),
    ("Mbps", 1e6),
    ("Mibps", 1_048_576.0),
    ("Gbps", 1e9),
    ("Gibps", 1_073_741_824.0),
    ("Tbps", 1e12),
    ("Tibps", 1_099_511_627_776.0),
];

impl Primitive {
    /// The built-in type of a name.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "string" | "tosca:string" => Self::String,
            "integer" | "tosca:integer" => Self::Integer,
            "float" | "tosca:float" => Self::Float,
            "boolean" | "tosca:boolean" => Self::Boolean,
            "timestamp" => Self::Timestamp,
            "null" => Self::Null,
            "version" => Self::Version,
            "range" => Self::Range,
            "list" => Self::List,
            "map" => Self::Map,
            "scalar-unit.size" => Self::Size,
            "scalar-unit.time" => Self::Time,
            "scalar-unit.frequency" => Self::Frequency,
            "scalar-unit.bitrate" => Self::Bitrate,
            _ => return None,
        })
    }

    /// The names of all built-in types.
    pub fn names() -> &'static [&'static str] {
        &[
            "string",
            "integer",
            "float",
            "boolean",
            "timestamp",
            "null",
            "version",
            "range",
            "list",
            "map",
            "scalar-unit.size",
            "scalar-unit.time",
            "scalar-unit.frequency",
            "scalar-unit.bitrate",
        ]
    }

    /// What a value of the type is, for a message.
    pub(crate) fn wanted(self) -> &'static str {
        match self {
            Self::String => "a string",
            Self::Integer => "an integer",
            Self::Float => "a number",
            Self::Boolean => "true or false",
            Self::Timestamp => "a timestamp such as `2026-01-31T12:00:00Z`",
            Self::Null => "nothing",
            Self::Version => "a version such as `1.0.2`",
            Self::Range => "two numbers in order, such as `[ 1, 4 ]`",
            Self::List => "a list",
            Self::Map => "a mapping",
            Self::Size => "a size such as `4 GB`",
            Self::Time => "a time such as `30 s`",
            Self::Frequency => "a frequency such as `2.4 GHz`",
            Self::Bitrate => "a bitrate such as `10 Mbps`",
        }
    }

    fn units(self) -> Option<&'static [(&'static str, f64)]> {
        match self {
            Self::Size => Some(SIZE),
            Self::Time => Some(TIME),
            Self::Frequency => Some(FREQUENCY),
            Self::Bitrate => Some(BITRATE),
            _ => None,
        }
    }

    /// The names of its units.
    pub(super) fn unit_names(self) -> Vec<&'static str> {
        self.units().unwrap_or_default().iter().map(|(name, _)| *name).collect()
    }

    /// Is the node a value of the type? Entries of lists and maps are not looked at.
    pub(super) fn accepts(self, node: &Node) -> Result<(), Mismatch> {
        let fits = match self {
            Self::String => node.is_scalar() && !node.is_null(),
            Self::Integer => node.as_int().is_some(),
            Self::Float => node.as_float().is_some(),
            Self::Boolean => yaml11_bool(node).is_some(),
            Self::Timestamp => node.text().is_some_and(is_timestamp),
            Self::Null => node.is_null(),
            Self::Version => node.text().is_some_and(|text| version(text).is_some()),
            Self::Range => range(node).is_some(),
            Self::List => node.is_seq(),
            Self::Map => node.is_map(),
            Self::Size | Self::Time | Self::Frequency | Self::Bitrate => return self.scalar_unit(node).map(|_| ()),
        };
        if fits { Ok(()) } else { Err(Mismatch::Type) }
    }

    /// The value of a number with a unit, in the type's base unit.
    pub(super) fn scalar_unit(self, node: &Node) -> Result<f64, Mismatch> {
        let text = node.text().ok_or(Mismatch::Type)?.trim();
        let split = text.find(|character: char| !(character.is_ascii_digit() || matches!(character, '.' | '+' | '-')));
        let (number, unit) = text.split_at(split.unwrap_or(text.len()));
        let value: f64 = number.parse().map_err(|_| Mismatch::Type)?;
        let name = unit.trim();
        if name.is_empty() {
            return Err(Mismatch::NoUnit);
        }
        let units = self.units().ok_or(Mismatch::Type)?;
        let exact = units.iter().find(|(known, _)| *known == name);
        let known = exact.or_else(|| units.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)));
        match known {
            None => Err(Mismatch::Unit(name.to_owned())),
            Some(_) if !unit.starts_with([' ', '\t']) => Err(Mismatch::Spacing { number: number.to_owned(), unit: name.to_owned() }),
            Some((_, factor)) => Ok(value * factor),
        }
    }
}

/// `major.minor[.fix[.qualifier[-build]]]`; a major version alone is taken too, as the parsers in use do.
pub(super) fn version(text: &str) -> Option<(u64, u64, u64)> {
    let (main, build) = text.split_once('-').unwrap_or((text, "0"));
    let mut parts = main.split('.');
    let mut number = || parts.next().map(str::parse::<u64>).unwrap_or(Ok(0)).ok();
    let version = (number()?, number()?, number()?);
    let qualifier = parts.next().is_none_or(|text| text.starts_with(char::is_alphabetic) && text.chars().all(char::is_alphanumeric));
    let digits = build.bytes().all(|byte| byte.is_ascii_digit()) && !build.is_empty();
    if qualifier && parts.next().is_none() && digits { Some(version) } else { None }
}

/// Lower and upper bound; `None` as upper bound is `UNBOUNDED`.
pub(super) fn range(node: &Node) -> Option<(i64, Option<i64>)> {
    let [lower, upper] = node.items()? else { return None };
    let lower = lower.as_int()?;
    match (upper.as_int(), upper.text()) {
        (Some(upper), _) if lower <= upper => Some((lower, Some(upper))),
        (None, Some("UNBOUNDED")) => Some((lower, None)),
        _ => None,
    }
}

fn is_timestamp(text: &str) -> bool {
    let date = text.get(..10).unwrap_or("");
    let parts: Vec<&str> = date.split('-').collect();
    let number =
        |text: &str, length: usize, most: u32| text.len() == length && text.parse::<u32>().is_ok_and(|value| (1..=most).contains(&value));
    let valid = matches!(parts.as_slice(), [year, month, day] if number(year, 4, 9999) && number(month, 2, 12) && number(day, 2, 31));
    valid && text.get(10..).is_some_and(|rest| rest.is_empty() || rest.starts_with(['T', 't', ' ']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_have_two_to_four_parts() {
        assert_eq!(version("1.0"), Some((1, 0, 0)));
        assert_eq!(version("2.1.3.beta-4"), Some((2, 1, 3)));
        assert_eq!(version("1.0.0.1"), None);
        assert_eq!(version("VNF_1.0"), None);
        assert_eq!(version("1.0-"), None);
    }

    #[test]
    fn timestamps_begin_with_a_date() {
        assert!(is_timestamp("2026-01-31T12:00:00Z"));
        assert!(is_timestamp("2026-01-31"));
        assert!(!is_timestamp("2026-13-31"));
        assert!(!is_timestamp("31.01.2026"));
    }
}
