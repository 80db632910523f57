//! The table that `openstack vnflcm show` prints, as YAML with the same lines.

/// Is it a table of fields and values?
pub(super) fn is_table(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let ruled = lines.by_ref().find(|line| line.starts_with("+--") || line.starts_with('|'));
    ruled.is_some() && text.lines().any(|line| cells(line) == Some(("Field", "Value")))
}

/// The table as YAML. Line N of the result comes from line N of the table, so that places stay right: a value that is JSON
/// goes on over the lines of the table, every other one is a quoted text.
pub(super) fn to_yaml(text: &str) -> String {
    let mut yaml = String::new();
    for line in text.lines() {
        match cells(line) {
            None | Some(("Field", "Value")) => {}
            Some(("", value)) => yaml.push_str(&format!("  {value}")),
            Some((field, value)) if value.starts_with(['{', '[']) => yaml.push_str(&format!("{}: {value}", quoted(field))),
            Some((field, value)) => yaml.push_str(&format!("{}: {}", quoted(field), quoted(value))),
        }
        yaml.push('\n');
    }
    yaml
}

/// Field and value of a row; `None` for rules and other lines.
fn cells(line: &str) -> Option<(&str, &str)> {
    let inside = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    let (field, value) = inside.split_once('|')?;
    Some((field.trim(), value.trim()))
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
