//! The parameters of an operation: what the VNFD declares, and the values of a request under it.

use serde_json::{Map, Value};
use vnfpkg_tosca::yaml::Node;

use crate::deferred::{Deferred, Gap, without_marks};
use crate::secrets::Secrets;
use crate::template::Shape;

/// One declared parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its key.
    pub name: String,
    /// Must a request give it?
    pub required: bool,
    /// Value when a request does not.
    pub default: Option<Value>,
    /// Never shown, stored or passed on a command line.
    pub secret: bool,
    /// What it means, for people.
    pub description: String,
    /// What it may hold.
    pub kind: ParameterKind,
}

/// What a parameter may hold.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterKind {
    /// A text, number or truth value.
    Scalar,
    /// A list.
    List(Box<Self>),
    /// A mapping of declared keys.
    Map(Vec<Parameter>),
    /// Anything.
    Any,
}

impl ParameterKind {
    /// What templates may ask of it.
    pub fn shape(&self) -> Shape {
        match self {
            Self::Scalar => Shape::Scalar,
            Self::Any => Shape::Any,
            Self::List(item) => Shape::List(Box::new(item.shape())),
            Self::Map(parameters) => Shape::map(parameters.iter().map(|parameter| (parameter.name.clone(), parameter.kind.shape()))),
        }
    }

    /// The parameter of a dotted path below it.
    pub fn find(&self, path: &[&str]) -> Option<&Parameter> {
        let (first, rest) = path.split_first()?;
        let Self::Map(parameters) = self else { return None };
        let parameter = parameters.iter().find(|parameter| parameter.name == *first)?;
        if rest.is_empty() { Some(parameter) } else { parameter.kind.find(rest) }
    }
}

/// The value that templates see: every declared key is there, an absent one as an empty text, list or mapping, a default where
/// there is one, a secret as a gap. Secret values go into `secrets` under their dotted names.
pub fn template_value(kind: &ParameterKind, node: Option<&Node>, name: &str, secret: bool, secrets: &mut Secrets) -> Value {
    match (kind, node) {
        (ParameterKind::Map(parameters), node) => {
            let mut map = Map::new();
            for parameter in parameters {
                let below = format!("{name}.{}", parameter.name);
                let given = node.and_then(|node| node.get(&parameter.name)).filter(|node| !node.is_null());
                let value = match (given, &parameter.default) {
                    (None, Some(default)) => default.clone(),
                    _ => template_value(&parameter.kind, given, &below, secret || parameter.secret, secrets),
                };
                map.insert(parameter.name.clone(), value);
            }
            Value::Object(map)
        }
        (ParameterKind::List(item), node) => {
            let items = node.and_then(Node::items).unwrap_or_default();
            items.iter().enumerate().map(|(at, node)| template_value(item, Some(node), &format!("{name}[{at}]"), secret, secrets)).collect()
        }
        (_, None) => Value::String(String::new()),
        (ParameterKind::Scalar, Some(node)) => {
            let text = without_marks(node.text().unwrap_or_default());
            if secret {
                secrets.insert(name, text);
                return Value::String(Deferred::mark(&Gap::Secret(name.to_owned())));
            }
            match node.as_bool() {
                Some(flag) => Value::Bool(flag),
                None => Value::String(text),
            }
        }
        (ParameterKind::Any, Some(node)) => clean(vnfpkg_tosca::yaml::to_json(node)),
    }
}

/// A value without marks that the request could have smuggled in.
fn clean(value: Value) -> Value {
    match value {
        Value::String(text) => Value::String(without_marks(&text)),
        Value::Array(items) => items.into_iter().map(clean).collect(),
        Value::Object(map) => map.into_iter().map(|(key, value)| (key, clean(value))).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vnfpkg_diag::Sources;

    use super::*;

    fn parameter(name: &str, kind: ParameterKind) -> Parameter {
        Parameter { name: name.into(), required: false, default: None, secret: false, description: String::new(), kind }
    }

    #[test]
    fn absent_keys_are_empty_and_secrets_are_gaps() {
        let proxy = Parameter { secret: true, ..parameter("http_proxy", ParameterKind::Scalar) };
        let kind = ParameterKind::Map(vec![
            Parameter { default: Some("5000".into()), ..parameter("port_no", ParameterKind::Scalar) },
            parameter("image_path", ParameterKind::Scalar),
            parameter("proxy", ParameterKind::Map(vec![proxy])),
            parameter("packages", ParameterKind::List(Box::new(ParameterKind::Scalar))),
        ]);
        let text = "proxy: {http_proxy: 'http://u:p@h'}";
        let (node, _) = vnfpkg_tosca::yaml::parse_one(Sources::new().add("r", text), text);
        let mut secrets = Secrets::new();
        let value = template_value(&kind, node.as_ref(), "input", false, &mut secrets);
        let mark = Deferred::mark(&Gap::Secret("input.proxy.http_proxy".into()));
        assert_eq!(value, json!({"port_no": "5000", "image_path": "", "proxy": {"http_proxy": mark}, "packages": []}));
        assert_eq!(secrets.names().collect::<Vec<_>>(), ["input.proxy.http_proxy"]);
    }
}
