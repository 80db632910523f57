//! Template filters on text: how a value is written into another language.

/// Applies a text filter by name; an unknown name leaves the text as it is, the renderer has refused it before.
pub fn apply_text_filter(name: &str, text: &str) -> String {
    match name {
        "systemd" => systemd(text),
        "apt" => apt(text),
        "json" => json(text),
        _ => text.to_owned(),
    }
}

/// Names of the filters that work on values that are known only later.
pub const TEXT_FILTERS: [&str; 3] = ["systemd", "apt", "json"];

/// Inside double quotes of a systemd unit: `%` is a specifier, `\` and `"` need a backslash.
fn systemd(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%").replace(['\n', '\r'], " ")
}

/// Inside double quotes of an apt configuration file, which has no escape: a quote becomes its URL form.
fn apt(text: &str) -> String {
    text.replace('"', "%22").replace(['\n', '\r'], "")
}

/// The inside of a JSON string, without the quotes around it.
fn json(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}
