//! The body of an LCM request: Tacker's parameter file as it is, comments included, or the same in YAML.

mod placeholder;
mod shape;

pub use shape::RequestKind;

use vnfpkg_diag::{SourceId, Span};
use vnfpkg_tosca::yaml::{self, Entry, Node, NodeKind, ScalarStyle};

use crate::lifecycle::At;
use crate::problem::{Problem, ProblemKind};

/// A request.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Deployment flavour.
    pub flavour: Option<At<String>>,
    /// Instantiation level (`instantiationLevelId`).
    pub level: Option<At<String>>,
    /// Scaling aspect (`aspectId`).
    pub aspect: Option<At<String>>,
    /// `additionalParams`.
    pub additional_params: Option<Node>,
    /// VNFCs to heal (`vnfcInstanceId`).
    pub vnfcs: Vec<At<String>>,
    /// What a ScaleVnfRequest asks for.
    pub scale: Option<ScaleRequest>,
    /// Where the mapping of the request begins, for findings about what is missing.
    pub span: Option<Span>,
}

impl Request {
    /// Sets a text in `additionalParams` at a path of keys, in place of what is there. Findings about it point to `shown`.
    pub fn set_parameter(&mut self, path: &[&str], value: &str, shown: Span) {
        self.additional_params = Some(with_text(self.additional_params.as_ref(), path, value, shown));
    }
}

fn with_text(node: Option<&Node>, path: &[&str], value: &str, shown: Span) -> Node {
    let before = Span::new(shown.source, 0, 0);
    let scalar = |text: &str, span| Node { span, tag: None, kind: NodeKind::Scalar { value: text.into(), style: ScalarStyle::Double } };
    let Some((first, rest)) = path.split_first() else { return scalar(value, shown) };
    let mut entries: Vec<Entry> = node.and_then(Node::entries).unwrap_or_default().to_vec();
    match entries.iter_mut().find(|entry| entry.key.text() == Some(first)) {
        Some(entry) => entry.value = with_text(Some(&entry.value), rest, value, shown),
        None => entries.push(Entry { key: scalar(first, before), value: with_text(None, rest, value, shown) }),
    }
    let (span, tag) = node.map_or((before, None), |node| (node.span, node.tag.clone()));
    Node { span, tag, kind: NodeKind::Map(entries.into()) }
}

/// Scaling by steps of an aspect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleRequest {
    /// `SCALE_OUT`; else `SCALE_IN`.
    pub out: bool,
    /// The scaling aspect.
    pub aspect: At<String>,
    /// How many steps.
    pub steps: u32,
}

/// Reads the body of whichever request.
pub fn parse_request(source: SourceId, text: &str) -> (Request, Vec<Problem>) {
    parse_request_of(source, text, None)
}

/// Reads the body of a request of a kind.
pub fn parse_request_of(source: SourceId, text: &str, kind: Option<RequestKind>) -> (Request, Vec<Problem>) {
    let (root, faults) = yaml::parse_one(source, text);
    let mut problems: Vec<Problem> =
        faults.into_iter().map(|fault| Problem::at(ProblemKind::RequestSyntax, fault.span, fault.message)).collect();
    let Some(root) = root else { return (Request::default(), problems) };
    if !root.is_map() {
        let message = format!("the request must be a mapping, not {}", root.describe());
        problems.push(Problem::at(ProblemKind::RequestSyntax, root.span, message));
        return (Request::default(), problems);
    }
    shape::check(&root, kind, &mut problems);
    placeholder::check(&root, text, &mut problems);
    let scalar = |node: &Node| node.text().map(|text| At::new(text.to_owned(), node.span));
    let vnfcs = root
        .get("vnfcInstanceId")
        .map(|node| node.items().map_or_else(|| scalar(node).into_iter().collect(), |items| items.iter().filter_map(scalar).collect()));
    if let Some(kind) = root.get("type")
        && !matches!(kind.text(), Some("SCALE_OUT" | "SCALE_IN"))
    {
        let message = format!("`{}` is no type of scaling", kind.text().unwrap_or("?"));
        problems.push(Problem::at(ProblemKind::RequestValue, kind.span, message).help("use SCALE_OUT or SCALE_IN"));
    }
    let request = Request {
        flavour: root.get("flavourId").and_then(scalar),
        level: root.get("instantiationLevelId").and_then(scalar),
        aspect: root.get("aspectId").and_then(scalar),
        additional_params: root.get("additionalParams").filter(|node| !node.is_null()).cloned(),
        vnfcs: vnfcs.unwrap_or_default(),
        scale: read_scale(&root, &mut problems),
        span: Some(root.span.head()),
    };
    (request, problems)
}

/// Type, aspect and steps belong together.
fn read_scale(root: &Node, problems: &mut Vec<Problem>) -> Option<ScaleRequest> {
    let text = |key: &str| root.get(key).and_then(|node| Some(At::new(node.text()?.to_owned(), node.span)));
    let (kind, aspect) = (text("type"), text("aspectId"));
    let lacks = match (&kind, &aspect) {
        (Some(_), None) => "aspectId",
        (None, Some(_)) => "type",
        _ => "",
    };
    if !lacks.is_empty() {
        problems.push(Problem::at(ProblemKind::RequestMissing, root.span.head(), format!("the ScaleVnfRequest lacks `{lacks}`")));
    }
    let steps = root.get("numberOfSteps").and_then(Node::as_int).and_then(|steps| u32::try_from(steps).ok()).unwrap_or(1);
    Some(ScaleRequest { out: kind?.value == "SCALE_OUT", aspect: aspect?, steps })
}

#[cfg(test)]
mod tests;
