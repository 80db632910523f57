//! Reads the tables `[run]` and `[ssh]` of a `vnfpkg.toml`; all faults at once, each with its line.

use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use vnfpkg_plan::problem::did_you_mean;

use super::table::{Kind, SETTINGS, Setting};

/// A value that a file gives.
#[derive(Debug)]
pub(super) struct Given {
    pub(super) setting: &'static Setting,
    pub(super) values: Vec<String>,
    /// Its line, from 1.
    pub(super) line: usize,
}

/// Reads the text of a file. `validate` says whether a table of that name has a business in it. Paths count from the file's folder.
pub(super) fn read(path: &Path, text: &str, validate: bool, faults: &mut Vec<String>) -> Vec<Given> {
    let mut reader = Reader { path, text, faults: Vec::new(), given: Vec::new() };
    match DeTable::parse(text) {
        Err(error) => reader.fault(error.span().unwrap_or(0..0).start, &format!("this is no TOML: {}", error.message()), ""),
        Ok(document) => {
            for (name, value) in document.get_ref() {
                reader.table(name, value, validate);
            }
        }
    }
    reader.faults.sort();
    faults.extend(reader.faults.into_iter().map(|(_, fault)| fault));
    reader.given
}

struct Reader<'a> {
    path: &'a Path,
    text: &'a str,
    /// Each with its line.
    faults: Vec<(usize, String)>,
    given: Vec<Given>,
}

impl Reader<'_> {
    fn line(&self, at: usize) -> usize {
        self.text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
    }

    fn fault(&mut self, at: usize, what: &str, help: &str) {
        let help = if help.is_empty() { String::new() } else { format!("; {help}") };
        let line = self.line(at);
        self.faults.push((line, format!("{}:{line}: {what}{help}", self.path.display())));
    }

    fn table(&mut self, name: &Spanned<std::borrow::Cow<'_, str>>, value: &Spanned<DeValue<'_>>, validate: bool) {
        let (word, at) = (name.get_ref().as_ref(), name.span().start);
        if word == "validate" && validate {
            return;
        }
        if word == "validate" {
            return self.fault(at, "`[validate]` belongs to packages", "write it into the vnfpkg.toml beside them");
        }
        if !SETTINGS.iter().any(|setting| setting.table == word) {
            return self.fault(at, &format!("there is no table `{word}`"), "there are run, ssh and, beside packages, validate");
        }
        match value.get_ref() {
            DeValue::Table(keys) => {
                for (key, value) in keys {
                    self.key(word, key, value);
                }
            }
            _ => self.fault(at, &format!("`{word}` is no table"), &format!("write `[{word}]` and the keys below it")),
        }
    }

    fn key(&mut self, table: &str, key: &Spanned<std::borrow::Cow<'_, str>>, value: &Spanned<DeValue<'_>>) {
        let (word, at) = (key.get_ref().as_ref(), key.span().start);
        let known = || SETTINGS.iter().filter(|setting| setting.table == table);
        let Some(setting) = known().find(|setting| setting.key == word) else {
            let near = did_you_mean(word, known().map(|setting| setting.key));
            let all = || format!("there are {}", known().map(|setting| setting.key).collect::<Vec<_>>().join(", "));
            return self.fault(at, &format!("`[{table}]` has no key `{word}`"), &near.unwrap_or_else(all));
        };
        match values(setting.kind, value.get_ref()) {
            Err(help) => self.fault(value.span().start, &format!("`{word}` has another kind of value"), help),
            Ok(values) => {
                let wrong = values.iter().find_map(|value| setting.kind.check(value).err().map(|help| (value.clone(), help)));
                if let Some((text, help)) = wrong {
                    return self.fault(value.span().start, &format!("`{word}` cannot be `{text}`"), &help);
                }
                let values = values.into_iter().map(|value| self.resolved(setting, value)).collect();
                self.given.push(Given { setting, values, line: self.line(at) });
            }
        }
    }

    fn resolved(&self, setting: &Setting, value: String) -> String {
        let word = setting.key == "ssh-config" && value == "none";
        match setting.kind {
            Kind::Path | Kind::Paths if !word => {
                let folder = self.path.parent().unwrap_or(Path::new(""));
                folder.join(value).to_string_lossy().into_owned()
            }
            _ => value,
        }
    }
}

/// The texts of a value of the right type, or what to write.
fn values(kind: Kind, value: &DeValue<'_>) -> Result<Vec<String>, &'static str> {
    match (kind, value) {
        (Kind::Number(_), DeValue::Integer(number)) => Ok(vec![number.to_string()]),
        (Kind::Number(_), _) => Err("write a number"),
        (Kind::Paths, DeValue::Array(items)) => {
            let text = |item: &Spanned<DeValue<'_>>| item.get_ref().as_str().map(str::to_owned).ok_or("write `[\"...\"]`");
            items.iter().map(text).collect()
        }
        (_, DeValue::String(text)) => Ok(vec![text.to_string()]),
        _ => Err("write it in quotes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<String> {
        let mut faults = Vec::new();
        read(Path::new("vnfpkg.toml"), text, true, &mut faults);
        faults
    }

    #[test]
    fn every_fault_has_its_line_and_a_remedy() {
        let text = "[run]\nparalel = 4\nparallel = \"4\"\ntimeout = \"4 hours\"\n[ssh]\nhost-key = \"any\"\nidentity = [1]\n[rum]\n";
        let all = faults(text);
        for wanted in [
            "vnfpkg.toml:2: `[run]` has no key `paralel`; did you mean `parallel`?",
            "vnfpkg.toml:3: `parallel` has another kind of value; write a number",
            "vnfpkg.toml:4: `timeout` cannot be `4 hours`; write a whole number and ms, s, m or h, such as 30s",
            "vnfpkg.toml:6: `host-key` cannot be `any`; there are strict, accept-new, off",
            "vnfpkg.toml:7: `identity` has another kind of value; write `[\"...\"]`",
            "vnfpkg.toml:8: there is no table `rum`; there are run, ssh and, beside packages, validate",
        ] {
            assert!(all.iter().any(|fault| fault == wanted), "{wanted}\n{all:#?}");
        }
        assert_eq!(all.len(), 6, "{all:#?}");
        assert!(faults("run = 3")[0].starts_with("vnfpkg.toml:1: `run` is no table"));
        assert!(faults("\n[run\n")[0].starts_with("vnfpkg.toml:2: this is no TOML"));
    }

    #[test]
    fn paths_count_from_the_file() {
        let mut faults = Vec::new();
        let text = "[ssh]\nssh-config = \"none\"\nidentity = [\"keys/a\", \"/b\"]\n";
        let given = read(Path::new("/srv/ops/vnfpkg.toml"), text, true, &mut faults);
        assert!(faults.is_empty());
        assert!(given.iter().any(|given| given.values == ["none"]));
        assert!(given.iter().any(|given| given.values == ["/srv/ops/keys/a", "/b"] && given.line == 3));
    }
}
