//! The body of an LCM request: Tacker's parameter file as it is, comments included, or the same in YAML.

use vnfpkg_diag::{SourceId, Span};
use vnfpkg_tosca::yaml::{self, Node};

use crate::lifecycle::At;
use crate::problem::{Problem, ProblemKind, did_you_mean};

/// Keys of InstantiateVnfRequest and its siblings (SOL003 §5.5.2) and those that Tacker adds.
const KEYS: [&str; 20] = [
    "flavourId",
    "instantiationLevelId",
    "extVirtualLinks",
    "extManagedVirtualLinks",
    "vimConnectionInfo",
    "additionalParams",
    "localizationLanguage",
    "extensions",
    "vnfConfigurableProperties",
    "vnfcInstanceId",
    "cause",
    "healScript",
    "type",
    "aspectId",
    "numberOfSteps",
    "scaleStatus",
    "terminationType",
    "gracefulTerminationTimeout",
    "vnfcInstanceIds",
    "vnfdId",
];

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
    /// `SCALE_OUT` or `SCALE_IN` of a ScaleVnfRequest.
    pub scale_type: Option<At<String>>,
    /// Where the mapping of the request begins, for findings about what is missing.
    pub span: Option<Span>,
}

/// Reads a request.
pub fn parse_request(source: SourceId, text: &str) -> (Request, Vec<Problem>) {
    let (root, faults) = yaml::parse_one(source, text);
    let mut problems: Vec<Problem> =
        faults.into_iter().map(|fault| Problem::at(ProblemKind::RequestSyntax, fault.span, fault.message)).collect();
    let Some(root) = root else { return (Request::default(), problems) };
    let Some(entries) = root.entries() else {
        let message = format!("the request must be a mapping, not {}", root.describe());
        problems.push(Problem::at(ProblemKind::RequestSyntax, root.span, message));
        return (Request::default(), problems);
    };
    for entry in entries {
        let key = entry.key.text().unwrap_or("?");
        if !KEYS.contains(&key) {
            let help = did_you_mean(key, KEYS).unwrap_or_else(|| "nothing reads it; remove it, or move it into `additionalParams`".into());
            problems.push(Problem::at(ProblemKind::RequestUnknown, entry.key.span, format!("a request has no key `{key}`")).help(help));
        }
    }
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
        scale_type: root.get("type").and_then(scalar),
        span: Some(root.span.head()),
    };
    (request, problems)
}

#[cfg(test)]
mod tests {
    use vnfpkg_diag::Sources;

    use super::*;

    #[test]
    fn comments_in_json_are_read_over() {
        let text = "{\n\"flavourId\": \"simple\",\n\"extVirtualLinks\": [{\"id\": \"net0\", \"resourceId\": \"f0\", #Set the uuid\n\"extCps\": []}],\n\"additionalParams\": {\"p\": {\"a\": \"b\"}}\n}";
        let (request, problems) = parse_request(Sources::new().add("r", text), text);
        assert_eq!(problems, []);
        assert_eq!(request.flavour.unwrap().value, "simple");
        assert_eq!(request.additional_params.unwrap().at(&["p", "a"]).unwrap().text(), Some("b"));
    }

    #[test]
    fn a_misspelt_key_is_named() {
        let text = "additonalParams: {}\nvnfcInstanceId: [a, b]";
        let (request, problems) = parse_request(Sources::new().add("r", text), text);
        assert_eq!(problems[0].help.as_deref(), Some("did you mean `additionalParams`?"));
        assert_eq!(request.vnfcs.len(), 2);
    }
}
