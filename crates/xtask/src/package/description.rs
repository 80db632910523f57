//! Descriptions of CI systems, as far as trying them takes it: YAML, and places for values.

use std::path::Path;

use serde_yaml::Value;
use xtask::product::ProductError;

/// The documents of a file.
pub(super) fn documents(path: &Path) -> Result<Vec<Value>, ProductError> {
    let failed = |error: String| ProductError::unexpected(path.display().to_string(), error);
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    let documents = serde_yaml::Deserializer::from_str(&text);
    documents
        .map(|document| serde::Deserialize::deserialize(document).map_err(|error: serde_yaml::Error| failed(error.to_string())))
        .collect()
}

/// A text with a value at each `OPEN name CLOSE`; `lookup` knows the names.
pub(super) fn filled(text: &str, (open, close): (&str, &str), lookup: impl Fn(&str) -> Option<String>) -> Result<String, ProductError> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(open) {
        let (name, behind) =
            after.split_once(close).ok_or_else(|| ProductError::unexpected(open, format!("`{close}` is missing: {text}")))?;
        let name = name.trim();
        out.push_str(before);
        out.push_str(&lookup(name).ok_or_else(|| ProductError::unexpected(name, "nothing has that name"))?);
        rest = behind;
    }
    Ok(out + rest)
}

/// The default of an input; empty without one.
pub(super) fn default_of(inputs: &Value, name: &str) -> Option<String> {
    let input = inputs.get(name)?;
    Some(input.get("default").and_then(Value::as_str).unwrap_or_default().to_owned())
}

/// A text of a mapping.
pub(super) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::release::packaging;

    const VERSION: &str = env!("CARGO_PKG_VERSION");

    #[test]
    fn every_form_names_this_version() {
        let read = |name: &str| std::fs::read_to_string(packaging(name)).expect("a file of the repository");
        let hooks = read("pre-commit/pyproject.toml");
        assert!(hooks.contains(&format!("version = \"{VERSION}\"")) && hooks.contains(&format!("\"vnfpkg=={VERSION}\"")), "{hooks}");
        assert!(read("container/Containerfile").contains(&format!("/vnfpkg-{VERSION}-")));
        let action = &documents(&packaging("github/action.yml")).expect("YAML")[0];
        assert_eq!(default_of(&action["inputs"], "version").as_deref(), Some(VERSION));
        let component = &documents(&packaging("gitlab/vnfpkg.yml")).expect("YAML")[0];
        assert_eq!(default_of(&component["spec"]["inputs"], "version").as_deref(), Some(VERSION));
    }

    #[test]
    fn scripts_of_the_action_get_values_as_variables_and_use_every_input() {
        let action = &documents(&packaging("github/action.yml")).expect("YAML")[0];
        let steps = action["runs"]["steps"].as_sequence().expect("steps");
        assert!(steps.iter().all(|step| !text(step, "run").contains("${{") && text(step, "shell") == "bash"));
        let all = serde_yaml::to_string(&action["runs"]).expect("YAML");
        for (name, input) in action["inputs"].as_mapping().expect("inputs") {
            let name = name.as_str().expect("a name");
            assert!(all.contains(&format!("inputs.{name} ")), "{name} is not used");
            assert!(!text(input, "description").is_empty(), "{name} is not described");
        }
    }

    #[test]
    fn the_component_uses_every_input() {
        let documents = documents(&packaging("gitlab/vnfpkg.yml")).expect("YAML");
        let job = serde_yaml::to_string(&documents[1]).expect("YAML");
        for (name, input) in documents[0]["spec"]["inputs"].as_mapping().expect("inputs") {
            assert!(job.contains(&format!("inputs.{} ", name.as_str().expect("a name"))), "{name:?} is not used");
            assert!(!text(input, "description").is_empty(), "{name:?} is not described");
        }
    }

    #[test]
    fn values_stand_where_their_names_stood() {
        let lookup = |name: &str| (name == "a").then(|| "1".to_owned());
        assert_eq!(filled("x $[[ a ]] y $[[ a ]]", ("$[[", "]]"), lookup).expect("filled"), "x 1 y 1");
        assert!(filled("$[[ b ]]", ("$[[", "]]"), lookup).is_err());
        assert!(filled("$[[ a", ("$[[", "]]"), lookup).is_err());
    }
}
