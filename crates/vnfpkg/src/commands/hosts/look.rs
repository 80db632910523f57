//! What a host says of itself.

/// Asks a plain `sh`. Prints one fact per line, the key first; changes nothing.
pub(super) const SCRIPT: &str = r#"LC_ALL=C; export LC_ALL
echo "time $(date +%s.%N)"
df -Pk . | { read -r x; read -r x total x free x; echo "disk $free $total"; }
echo "system $( (. /etc/os-release && echo "$PRETTY_NAME") 2>/dev/null || uname -sr)"
echo "machine $(uname -m)"
echo end
"#;

/// The facts.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Facts {
    /// Seconds since 1970.
    pub(super) time: Option<f64>,
    /// Free space where the login user's home is, in KiB.
    pub(super) free: Option<u64>,
    /// Such as `Debian GNU/Linux 12 (bookworm)`.
    pub(super) system: Option<String>,
    /// Such as `x86_64`.
    pub(super) machine: Option<String>,
    /// The script went through.
    pub(super) whole: bool,
}

impl Facts {
    /// Reads the answer. It comes from the host, so anything may be in it; what makes no sense says nothing.
    pub(super) fn read(answer: &str) -> Self {
        let mut facts = Self::default();
        for line in answer.lines() {
            let (key, value) = line.split_once(' ').unwrap_or((line, ""));
            match key {
                "time" => facts.time = seconds(value),
                "disk" => facts.free = value.split(' ').next().and_then(|free| free.parse().ok()),
                "system" => facts.system = name(value),
                "machine" => facts.machine = name(value),
                "end" => facts.whole = true,
                _ => {}
            }
        }
        facts
    }
}

/// busybox leaves `%N` as it is.
fn seconds(text: &str) -> Option<f64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: u32 = whole.parse().ok()?;
    let fraction = if fraction.bytes().all(|byte| byte.is_ascii_digit()) { format!("0.{fraction}").parse().unwrap_or(0.0) } else { 0.5 };
    Some(f64::from(whole) + fraction)
}

/// A short printable name.
fn name(text: &str) -> Option<String> {
    let name: String = text.chars().filter(|c| !c.is_control()).take(60).collect();
    (!name.trim().is_empty()).then(|| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_hosts_say() {
        let facts = Facts::read("time 1700000000.25\ndisk 1024 4096\nsystem Debian GNU/Linux 12 (bookworm)\nmachine x86_64\nend\n");
        assert_eq!((facts.time, facts.free, facts.whole), (Some(1_700_000_000.25), Some(1024), true));
        assert_eq!(facts.system.as_deref(), Some("Debian GNU/Linux 12 (bookworm)"));
        assert_eq!(Facts::read("time 1700000000.%N").time, Some(1_700_000_000.5), "busybox");
    }

    #[test]
    fn nonsense_says_nothing() {
        let facts = Facts::read("time x\ntime\ndisk - -\nsystem \u{1b}[2J\u{7}\nsystem\nwhat ever\n\n");
        assert_eq!(facts, Facts { system: None, ..Facts::default() });
        assert_eq!(Facts::read("system a\u{1b}b").system.as_deref(), Some("ab"));
    }
}
