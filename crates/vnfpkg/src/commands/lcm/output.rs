//! Records as tables, JSON and YAML, the way the `openstack` client prints them.

use serde_json::{Map, Value};
use vnfpkg_lcm::OpOcc;

use super::OutputFormat;

/// One record: a table of fields and values, structures as JSON over several lines.
pub(super) fn record(columns: &Map<String, Value>, format: OutputFormat) -> String {
    match format {
        OutputFormat::Json => json(&Value::Object(columns.clone())),
        OutputFormat::Yaml => yaml(columns),
        OutputFormat::Table => {
            let rows: Vec<Vec<String>> = columns.iter().flat_map(|(title, value)| field_rows(title, value)).collect();
            table(&["Field", "Value"], &rows)
        }
    }
}

/// Many records: one line each.
pub(super) fn rows(records: &[Vec<(&'static str, String)>], format: OutputFormat) -> String {
    let object = |row: &Vec<(&'static str, String)>| -> Map<String, Value> {
        row.iter().map(|(title, value)| ((*title).to_owned(), Value::from(value.as_str()))).collect()
    };
    match format {
        OutputFormat::Json => json(&records.iter().map(|row| Value::Object(object(row))).collect()),
        OutputFormat::Yaml if records.is_empty() => "[]\n".to_owned(),
        OutputFormat::Yaml => {
            let each = records.iter().map(|row| yaml(&object(row)).replacen("", "- ", 1).replace('\n', "\n  "));
            each.map(|text| text.trim_end().to_owned() + "\n").collect()
        }
        OutputFormat::Table if records.is_empty() => String::new(),
        OutputFormat::Table => {
            let titles: Vec<&str> = records[0].iter().map(|(title, _)| *title).collect();
            let lines: Vec<Vec<String>> = records.iter().map(|row| row.iter().map(|(_, value)| value.clone()).collect()).collect();
            table(&titles, &lines)
        }
    }
}

/// What `op list` prints of an operation occurrence.
pub(super) fn op_row(op: &OpOcc) -> Vec<(&'static str, String)> {
    vec![
        ("ID", op.id.clone()),
        ("Operation State", op.state.name().to_owned()),
        ("VNF Instance ID", op.instance.clone()),
        ("Operation", op.operation.name().to_owned()),
        ("Start Time", op.start_time.clone()),
    ]
}

fn json(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default() + "\n"
}

/// JSON is YAML; each value stands behind its title.
fn yaml(columns: &Map<String, Value>) -> String {
    let line = |(title, value): (&String, &Value)| {
        let text = serde_json::to_string_pretty(value).unwrap_or_default().replace('\n', "\n  ");
        format!("{}: {text}\n", Value::from(title.as_str()))
    };
    columns.iter().map(line).collect()
}

fn field_rows(title: &str, value: &Value) -> Vec<Vec<String>> {
    let text = match value {
        Value::Null => "None".to_owned(),
        Value::String(text) => text.clone(),
        Value::Object(_) | Value::Array(_) => to_indented(value),
        other => other.to_string(),
    };
    let mut rows = Vec::new();
    for (at, line) in text.lines().enumerate() {
        rows.push(vec![if at == 0 { title.to_owned() } else { String::new() }, line.to_owned()]);
    }
    if rows.is_empty() {
        rows.push(vec![title.to_owned(), String::new()]);
    }
    rows
}

/// JSON with four spaces, as the client has it.
fn to_indented(value: &Value) -> String {
    let two = serde_json::to_string_pretty(value).unwrap_or_default();
    let wider = two.lines().map(|line| {
        let indent = line.len() - line.trim_start().len();
        format!("{}{line}", " ".repeat(indent))
    });
    wider.collect::<Vec<_>>().join("\n")
}

fn table(titles: &[&str], rows: &[Vec<String>]) -> String {
    let width = |at: usize| rows.iter().map(|row| row[at].chars().count()).chain([titles[at].len()]).max().unwrap_or(0);
    let widths: Vec<usize> = (0..titles.len()).map(width).collect();
    let rule: String = widths.iter().map(|width| format!("+{}", "-".repeat(width + 2))).collect::<String>() + "+\n";
    let line = |cells: Vec<&str>| -> String {
        let cells = cells.iter().zip(&widths).map(|(cell, width)| format!("| {cell}{} ", " ".repeat(width - cell.chars().count())));
        cells.collect::<String>() + "|\n"
    };
    let body: String = rows.iter().map(|row| line(row.iter().map(String::as_str).collect())).collect();
    format!("{rule}{}{rule}{body}{rule}", line(titles.to_vec()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_record_looks_like_the_clients() {
        let columns =
            json!({"ID": "f93e", "Instantiated Vnf Info": {"flavourId": "simple", "vnfcInfo": []}, "VNF Instance Description": null});
        let text = record(columns.as_object().unwrap(), OutputFormat::Table);
        let expected = "\
+--------------------------+----------------------------+
| Field                    | Value                      |
+--------------------------+----------------------------+
| ID                       | f93e                       |
| Instantiated Vnf Info    | {                          |
|                          |     \"flavourId\": \"simple\", |
|                          |     \"vnfcInfo\": []         |
|                          | }                          |
| VNF Instance Description | None                       |
+--------------------------+----------------------------+
";
        assert_eq!(text, expected);
    }
}
