//! Where the machine's apt gets Debian from, so that the lab gets its Debian from the same place.

use std::fs;
use std::path::Path;

use super::error::LabError;

const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The places of the Debian archive that a machine's apt sources name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Mirror {
    archive: Option<String>,
    security: Option<String>,
}

impl Mirror {
    /// Reads `/etc/apt/sources.list` and `/etc/apt/sources.list.d`.
    pub(crate) fn of_this_machine() -> Result<Self, LabError> {
        Self::read(Path::new("/etc/apt"))
    }

    fn read(apt: &Path) -> Result<Self, LabError> {
        let mut files = vec![apt.join("sources.list")];
        let parts = apt.join("sources.list.d");
        if let Ok(entries) = fs::read_dir(&parts) {
            files.extend(entries.filter_map(Result::ok).map(|entry| entry.path()));
        }
        files.sort();
        let mut mirror = Self::default();
        for file in files.iter().filter(|file| file.is_file()) {
            let text = String::from_utf8_lossy(&fs::read(file).map_err(LabError::io(file))?).into_owned();
            match file.extension().and_then(|end| end.to_str()) {
                Some("list") => one_line_entries(&text).for_each(|entry| mirror.take(&entry)),
                Some("sources") => stanza_entries(&text).iter().for_each(|entry| mirror.take(entry)),
                _ => {}
            }
        }
        Ok(mirror)
    }

    /// The first Debian archive and the first Debian security archive win; other vendors' archives do not count.
    fn take(&mut self, entry: &Entry) {
        let path = entry.uri.trim_end_matches('/');
        if !entry.binary || !entry.main || !path.contains("://") {
            return;
        }
        if path.ends_with("/debian-security") {
            self.security.get_or_insert_with(|| path.to_owned());
        } else if path.ends_with("/debian") && entry.suites.iter().any(|suite| is_archive_suite(suite)) {
            self.archive.get_or_insert_with(|| path.to_owned());
        }
    }

    /// A sources.list for Debian 12, optionally with its backports. Empty when the machine names no Debian archive:
    /// mmdebstrap then uses its own default.
    pub(crate) fn sources_list(&self, backports: bool) -> String {
        let Some(archive) = &self.archive else {
            return String::new();
        };
        let mut suites = vec![(archive, "bookworm"), (archive, "bookworm-updates")];
        if let Some(security) = &self.security {
            suites.push((security, "bookworm-security"));
        }
        if backports {
            suites.push((archive, "bookworm-backports"));
        }
        suites.iter().map(|(uri, suite)| format!("deb [signed-by={KEYRING}] {uri} {suite} main\n")).collect()
    }
}

/// Suites of the main archive under which other vendors do not usually publish.
fn is_archive_suite(suite: &str) -> bool {
    let code = suite.split('-').next().unwrap_or_default();
    ["bullseye", "bookworm", "trixie", "forky", "sid", "stable", "testing", "unstable", "oldstable"].contains(&code)
}

struct Entry {
    binary: bool,
    uri: String,
    suites: Vec<String>,
    main: bool,
}

/// `deb [options] URI SUITE COMPONENT...`
fn one_line_entries(text: &str) -> impl Iterator<Item = Entry> {
    text.lines().filter_map(|line| {
        let line = line.split('#').next()?.trim();
        let (kind, rest) = line.split_once(char::is_whitespace)?;
        let rest = rest.trim_start();
        let rest = if rest.starts_with('[') { rest.split_once(']')?.1 } else { rest };
        let mut words = rest.split_whitespace();
        let (uri, suite) = (words.next()?.to_owned(), words.next()?.to_owned());
        Some(Entry { binary: kind == "deb", uri, suites: vec![suite], main: words.any(|word| word == "main") })
    })
}

/// The deb822 form: stanzas of `Field: values`.
fn stanza_entries(text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for stanza in text.replace("\r\n", "\n").split("\n\n") {
        let field = |name: &str| -> Vec<String> {
            stanza
                .lines()
                .filter(|line| !line.starts_with('#'))
                .filter_map(|line| line.split_once(':'))
                .filter(|(key, _)| key.trim().eq_ignore_ascii_case(name))
                .flat_map(|(_, values)| values.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
                .collect()
        };
        if field("Enabled").first().is_some_and(|value| value == "no") {
            continue;
        }
        let (suites, main) = (field("Suites"), field("Components").iter().any(|component| component == "main"));
        let binary = field("Types").iter().any(|kind| kind == "deb");
        entries.extend(field("URIs").into_iter().map(|uri| Entry { binary, uri, suites: suites.clone(), main }));
    }
    entries
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> Mirror {
        let apt = tempfile::tempdir().expect("folder");
        fs::create_dir(apt.path().join("sources.list.d")).expect("folder");
        fs::write(apt.path().join(name), text).expect("file");
        Mirror::read(apt.path()).expect("readable")
    }

    #[test]
    fn both_forms_of_apt_sources_are_read() {
        let stanza = "Types: deb\n# a note\nURIs: http://m.example/debian/\nSuites: trixie trixie-updates\nComponents: main\n\n\
            Types: deb\nURIs: http://m.example/debian-security\nSuites: trixie-security\nComponents: main\n";
        let line = "deb-src http://s.example/debian trixie main\ndeb [arch=amd64] http://m.example/debian trixie main contrib\n\
            deb http://m.example/debian-security trixie-security main # fixes\n";
        let expected =
            Mirror { archive: Some("http://m.example/debian".into()), security: Some("http://m.example/debian-security".into()) };
        assert_eq!(read("sources.list.d/debian.sources", stanza), expected);
        assert_eq!(read("sources.list", line), expected);
    }

    #[test]
    fn other_vendors_and_disabled_sources_do_not_count() {
        let lines = "deb https://packages.vendor.example/linux bookworm main\ndeb https://v.example/debian bookworm stable\n\
            deb https://v.example/debian nodistro main\n";
        assert_eq!(read("sources.list", lines), Mirror::default());
        let disabled = "Enabled: no\nTypes: deb\nURIs: http://m.example/debian\nSuites: bookworm\nComponents: main\n";
        assert_eq!(read("sources.list.d/debian.sources", disabled).sources_list(false), "");
    }

    #[test]
    fn the_lab_is_debian_12_whatever_the_machine_has() {
        let list = read("sources.list", "deb http://m.example/debian trixie main\n").sources_list(true);
        let suites: Vec<_> = list.lines().filter_map(|line| line.split(' ').nth(3)).collect();
        assert_eq!(suites, ["bookworm", "bookworm-updates", "bookworm-backports"]);
    }
}
