//! The parameters of an operation: from the data type in the VNFD to what planning wants, and requests checked against it.

use std::sync::Arc;

use vnfpkg_diag::{Finding, Place, Severity, Sources, Span};
use vnfpkg_plan::lifecycle::At;
use vnfpkg_plan::parameters::{Parameter, ParameterKind};
use vnfpkg_plan::problem::{Problem, ProblemKind as PlanKind};
use vnfpkg_plan::request::Request;
use vnfpkg_tosca::grammar::{PropertyDef, Schema};
use vnfpkg_tosca::types::{Primitive, TypeStore, ValueProblem, check_data};
use vnfpkg_tosca::vnfd::{Flavour, Vnfd};
use vnfpkg_tosca::yaml::{Node, to_json};
use vnfpkg_tosca::{ProblemKind as ToscaKind, did_you_mean};

use crate::problems::rule_of;
use crate::rule::Kind;

/// Data types nested deeper than this, or within themselves, are not followed.
const MAX_DEPTH: usize = 16;

/// What `additionalParams` of an operation holds; `Any` when the VNFD gives it no type.
pub fn operation_parameters(vnfd: &Vnfd, operation: &str) -> ParameterKind {
    let data_type = vnfd.additional_parameters(operation);
    data_type.map_or(ParameterKind::Any, |data_type| parameter_kind(&vnfd.model.types, data_type))
}

/// What a value of a data type holds: keys, defaults, and which of them are secret (`metadata: { secret: 'true' }`).
pub fn parameter_kind(types: &TypeStore, data_type: &str) -> ParameterKind {
    kind_of(types, data_type, None, 0)
}

fn kind_of(types: &TypeStore, type_name: &str, schema: Option<&Schema>, depth: usize) -> ParameterKind {
    if depth > MAX_DEPTH {
        return ParameterKind::Any;
    }
    match types.primitive_of(type_name) {
        Some(Primitive::List) => {
            let item = schema
                .map_or(ParameterKind::Any, |schema| kind_of(types, schema.type_name.as_str(), schema.entry_schema.as_deref(), depth + 1));
            ParameterKind::List(Box::new(item))
        }
        // The keys of a map are not declared; a range is a list of two numbers.
        Some(Primitive::Map | Primitive::Range) => ParameterKind::Any,
        Some(_) => ParameterKind::Scalar,
        None => {
            let properties = types.effective_properties(type_name);
            if properties.is_empty() {
                return ParameterKind::Any;
            }
            ParameterKind::Map(properties.into_iter().map(|(name, definition)| parameter(types, &name, definition, depth)).collect())
        }
    }
}

fn parameter(types: &TypeStore, name: &Arc<str>, definition: &PropertyDef, depth: usize) -> Parameter {
    let kind = match &definition.type_name {
        Some(type_name) => kind_of(types, type_name.as_str(), definition.entry_schema.as_ref(), depth + 1),
        None => ParameterKind::Any,
    };
    Parameter {
        name: name.to_string(),
        required: definition.required && definition.default.is_none(),
        default: definition.default.as_ref().map(to_json),
        secret: definition.metadata.iter().any(|(key, value)| &**key == "secret" && &**value == "true"),
        description: definition.description.as_deref().unwrap_or_default().to_owned(),
        kind,
    }
}

/// Checks `additionalParams` of a request against its data type: keys that nothing reads, required ones that are missing, values that do
/// not fit. Secret values are masked in `sources`, so that no finding shows them.
pub fn check_request(types: &TypeStore, data_type: Option<&str>, request: &Request, sources: &mut Sources) -> Vec<Finding> {
    let Some(data_type) = data_type else { return Vec::new() };
    let kind = parameter_kind(types, data_type);
    let Some(node) = &request.additional_params else { return missing_altogether(&kind, request) };
    let mut secrets = Vec::new();
    secret_spans(&kind, node, false, &mut secrets);
    secrets.iter().for_each(|span| sources.mask(*span));
    check_data(types, "`additionalParams`", data_type, node).iter().map(|problem| request_finding(problem, &secrets)).collect()
}

/// The flavour that a request or inventory names.
///
/// # Errors
/// When the VNFD has no such flavour.
pub fn flavour_of<'a>(vnfd: &'a Vnfd, named: &At<String>) -> Result<&'a Flavour, Problem> {
    vnfd.flavour(&named.value).ok_or_else(|| {
        let ids: Vec<&str> = vnfd.flavours.iter().map(|flavour| flavour.id.as_str()).collect();
        let help = did_you_mean(&named.value, ids.iter().copied()).unwrap_or_else(|| format!("it has {}", ids.join(", ")));
        Problem::at(PlanKind::RequestFlavour, named.span, format!("the VNFD has no flavour `{}`", named.value)).help(help)
    })
}

/// Checks the instantiation level and the scaling aspect of a request against a flavour.
pub fn check_levels(flavour: &Flavour, request: &Request) -> Vec<Problem> {
    let policies = &flavour.policies;
    let levels: Vec<&str> = policies.levels.iter().map(|level| level.id.as_str()).collect();
    let aspects: Vec<&str> = policies.aspects.iter().map(|aspect| aspect.id.as_str()).collect();
    let wanted = [(&request.level, levels, "instantiation level"), (&request.aspect, aspects, "scaling aspect")];
    let unknown = wanted.into_iter().filter_map(|(named, known, what)| {
        let named = named.as_ref().filter(|named| !known.contains(&named.value.as_str()))?;
        let message = format!("the flavour `{}` has no {what} `{}`", flavour.id.as_str(), named.value);
        let help =
            did_you_mean(&named.value, known.iter().copied()).or_else(|| known.is_empty().then(|| format!("it has no {what} at all")));
        Some(Problem::at(PlanKind::RequestLevel, named.span, message).maybe_help(help))
    });
    unknown.collect()
}

fn missing_altogether(kind: &ParameterKind, request: &Request) -> Vec<Finding> {
    let ParameterKind::Map(parameters) = kind else { return Vec::new() };
    let names: Vec<String> =
        parameters.iter().filter(|parameter| parameter.required).map(|parameter| format!("`{}`", parameter.name)).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let message = format!("the request has no `additionalParams`; the operation requires {}", names.join(", "));
    let place = request.span.map_or(Place::Package, Place::Span);
    vec![rule_of(Kind::Plan(PlanKind::RequestMissing)).0.finding(place, message)]
}

fn request_finding(problem: &ValueProblem, secrets: &[Span]) -> Finding {
    let (kind, severity) = match problem.kind {
        ToscaKind::MissingProperty => (PlanKind::RequestMissing, Severity::Error),
        ToscaKind::UnknownProperty => (PlanKind::RequestUnknown, Severity::Error),
        // The value is used as it is written; other readers may change it.
        ToscaKind::YamlAmbiguous => (PlanKind::RequestValue, Severity::Warning),
        _ => (PlanKind::RequestValue, Severity::Error),
    };
    let rule = rule_of(Kind::Plan(kind)).0;
    let within =
        |secret: &&Span| secret.source == problem.span.source && secret.start <= problem.span.start && problem.span.end <= secret.end;
    if secrets.iter().any(|secret| within(&secret)) {
        let finding = rule.at(problem.span, "a secret value does not fit the type or a constraint of its parameter").severity(severity);
        return finding.help("see the parameter's definition in the VNFD; a secret is not shown");
    }
    let mut finding = rule.at(problem.span, problem.message.as_str()).severity(severity);
    // Double quotes are right in JSON and in YAML.
    finding.help = match problem.kind {
        ToscaKind::YamlAmbiguous => problem.help.as_ref().map(|help| help.replace('\'', "\"")),
        _ => problem.help.clone(),
    };
    finding
}

/// Where the values of secret parameters stand.
fn secret_spans(kind: &ParameterKind, node: &Node, secret: bool, spans: &mut Vec<Span>) {
    if secret {
        spans.push(node.span);
        return;
    }
    match kind {
        ParameterKind::Map(parameters) => {
            for parameter in parameters {
                if let Some(value) = node.get(&parameter.name) {
                    secret_spans(&parameter.kind, value, parameter.secret, spans);
                }
            }
        }
        ParameterKind::List(item) => node.items().unwrap_or_default().iter().for_each(|node| secret_spans(item, node, false, spans)),
        ParameterKind::Scalar | ParameterKind::Any => {}
    }
}
