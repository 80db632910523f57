//! The document as a whole: version, operations, who connects how.

use std::cell::RefCell;

use vnfpkg_diag::SourceId;
use vnfpkg_tosca::yaml::{self, Node};

use super::At;
use super::fields::Fields;
use super::step::{Defaults, Step, read_step};
use crate::model::Reach;
use crate::problem::{Problem, ProblemKind, did_you_mean};

const KIND: ProblemKind = ProblemKind::LifecycleGrammar;

/// Version of the format that this code reads.
pub const FORMAT: i64 = 1;

/// A lifecycle document.
#[derive(Debug, Clone, Default)]
pub struct LifecycleDocument {
    /// Its operations, in the order of the text.
    pub operations: Vec<Operation>,
    /// Management drivers that it stands in for.
    pub answers: Vec<String>,
    /// What `additionalParams` holds where the VNFD does not say.
    pub parameters: Option<ParameterTypes>,
}

/// A data type in a file beside the document.
#[derive(Debug, Clone)]
pub struct ParameterTypes {
    /// The file with the types.
    pub types: At<String>,
    /// Name of the type of `additionalParams`.
    pub data_type: At<String>,
}

/// One LCM operation or hook.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its name, such as `instantiate_end`.
    pub name: At<String>,
    /// The key of `additionalParams` that holds its parameters; without it all of them.
    pub input: Option<At<String>>,
    /// How its hosts are reached.
    pub connect: Connect,
    /// Its steps, in the order of the text.
    pub steps: Vec<Step>,
}

/// How hosts are reached; templates over the parameters.
#[derive(Debug, Clone, Default)]
pub struct Connect {
    /// Connection point whose address is used.
    pub cp: Option<At<String>>,
    /// Login name.
    pub user: Option<At<String>>,
    /// Login password.
    pub password: Option<At<String>>,
    /// TCP port.
    pub port: Option<At<String>>,
    /// What happens when a host does not answer.
    pub reach: Reach,
}

impl LifecycleDocument {
    /// The operation of a name.
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.name.value == name)
    }
}

/// Reads a document; what is sound is returned together with every fault of the rest.
pub fn parse_document(source: SourceId, text: &str) -> (LifecycleDocument, Vec<Problem>) {
    let (root, faults) = yaml::parse_one(source, text);
    let problems = RefCell::new(Vec::new());
    for fault in faults {
        problems.borrow_mut().push(Problem::at(KIND, fault.span, fault.message));
    }
    let document = root.and_then(|root| read_document(&root, &problems)).unwrap_or_default();
    (document, problems.into_inner())
}

fn read_document(root: &Node, problems: &RefCell<Vec<Problem>>) -> Option<LifecycleDocument> {
    let fields = Fields::of(root, "the lifecycle document", KIND, problems)?;
    check_version(&fields);
    let Some(node) = fields.get("operations") else {
        fields.report(root.span.head(), "the lifecycle document lacks `operations`");
        fields.finish();
        return None;
    };
    let mut document = LifecycleDocument {
        answers: fields.texts("answers").into_iter().map(|driver| driver.value).collect(),
        parameters: fields.get("parameters").and_then(|node| read_parameters(node, problems)),
        operations: Vec::new(),
    };
    let mut copies = Vec::new();
    match node.entries() {
        None => fields.report(node.span, format!("`operations` must be a mapping, not {}", node.describe())),
        Some(entries) => {
            for entry in entries {
                let name = At::new(entry.key.text().unwrap_or("?").to_owned(), entry.key.span);
                check_operation_name(&name, problems);
                match read_operation(name, &entry.value, problems) {
                    Some(Read::Operation(operation)) => document.operations.push(*operation),
                    Some(Read::Like { name, like }) => copies.push((name, like)),
                    None => {}
                }
            }
        }
    }
    for (name, like) in copies {
        resolve_like(&mut document, name, &like, problems);
    }
    fields.finish();
    Some(document)
}

fn read_parameters(node: &Node, problems: &RefCell<Vec<Problem>>) -> Option<ParameterTypes> {
    let fields = Fields::of(node, "`parameters`", KIND, problems)?;
    let types = fields.required_text("types");
    let data_type = fields.required_text("type");
    fields.finish();
    Some(ParameterTypes { types: types?, data_type: data_type? })
}

fn check_version(fields: &Fields<'_>) {
    let problem = match fields.get("lifecycle") {
        None => Problem::at(ProblemKind::LifecycleVersion, fields.span().head(), "the document does not say its version")
            .help(format!("begin it with `lifecycle: {FORMAT}`")),
        Some(node) if node.as_int() == Some(FORMAT) => return,
        Some(node) => {
            let message = format!("version `{}` of the lifecycle document is not known", node.text().unwrap_or("?"));
            Problem::at(ProblemKind::LifecycleVersion, node.span, message).help(format!("this vnfpkg reads version {FORMAT}"))
        }
    };
    fields.problems().borrow_mut().push(problem);
}

/// LCM operations of SOL001 §6.7.1; each also as `_start` and `_end`.
pub const LCM_OPERATIONS: [&str; 12] = [
    "instantiate",
    "terminate",
    "modify_information",
    "change_flavour",
    "change_external_connectivity",
    "operate",
    "heal",
    "scale",
    "scale_to_level",
    "create_snapshot",
    "revert_to_snapshot",
    "change_current_package",
];

/// Is it an LCM operation, one of its hooks, or one of Tacker's rollback hooks?
pub fn is_operation(name: &str) -> bool {
    let base = name.strip_suffix("_start").or_else(|| name.strip_suffix("_end"));
    let base = base.map_or(name, |base| base.strip_suffix("_rollback").unwrap_or(base));
    LCM_OPERATIONS.contains(&base)
}

fn check_operation_name(name: &At<String>, problems: &RefCell<Vec<Problem>>) {
    if is_operation(&name.value) {
        return;
    }
    let hooks: Vec<String> =
        LCM_OPERATIONS.iter().flat_map(|name| [(*name).to_owned(), format!("{name}_start"), format!("{name}_end")]).collect();
    let help = did_you_mean(&name.value, hooks.iter().map(String::as_str)).unwrap_or_else(|| {
        "operations are those of SOL001, such as `instantiate_end`, and Tacker's `*_rollback_start` and `*_rollback_end`".into()
    });
    let problem = Problem::at(KIND, name.span, format!("`{}` is no LCM operation", name.value)).help(help);
    problems.borrow_mut().push(problem);
}

enum Read {
    Operation(Box<Operation>),
    Like { name: At<String>, like: At<String> },
}

fn read_operation(name: At<String>, node: &Node, problems: &RefCell<Vec<Problem>>) -> Option<Read> {
    let what = format!("operation `{}`", name.value);
    let fields = Fields::of(node, &what, KIND, problems)?;
    if let Some(like) = fields.text("like") {
        fields.finish();
        return Some(Read::Like { name, like });
    }
    let mut defaults = Defaults::new(name.span);
    if let Some(node) = fields.get("defaults") {
        defaults.read(node, problems);
    }
    let operation = Operation {
        input: fields.text("input"),
        connect: fields.get("connect").map(|node| read_connect(node, problems)).unwrap_or_default(),
        steps: fields.get("steps").map(|node| read_steps(node, &defaults, problems)).unwrap_or_default(),
        name,
    };
    fields.finish();
    Some(Read::Operation(Box::new(operation)))
}

fn resolve_like(document: &mut LifecycleDocument, name: At<String>, like: &At<String>, problems: &RefCell<Vec<Problem>>) {
    let Some(model) = document.operation(&like.value) else {
        let known: Vec<&str> = document.operations.iter().map(|operation| operation.name.value.as_str()).collect();
        let help = did_you_mean(&like.value, known.iter().copied()).unwrap_or_else(|| format!("it has {}", known.join(", ")));
        let message = format!("operation `{}` is to be like `{}`, which has no steps of its own in this document", name.value, like.value);
        problems.borrow_mut().push(Problem::at(ProblemKind::LifecycleReference, like.span, message).help(help));
        return;
    };
    let operation = Operation { name, ..model.clone() };
    document.operations.push(operation);
}

fn read_connect(node: &Node, problems: &RefCell<Vec<Problem>>) -> Connect {
    let Some(fields) = Fields::of(node, "`connect`", KIND, problems) else { return Connect::default() };
    let connect = Connect {
        cp: fields.text("cp"),
        user: fields.text("user"),
        password: fields.text("password"),
        port: fields.text("port"),
        reach: Reach { may_be_gone: fields.flag("may_be_gone").unwrap_or(false), wait_ms: fields.duration("wait") },
    };
    fields.finish();
    connect
}

fn read_steps(node: &Node, defaults: &Defaults, problems: &RefCell<Vec<Problem>>) -> Vec<Step> {
    let Some(entries) = node.entries() else {
        let message = format!("`steps` must be a mapping of names to steps, not {}", node.describe());
        problems.borrow_mut().push(Problem::at(KIND, node.span, message));
        return Vec::new();
    };
    let mut steps = Vec::new();
    for entry in entries {
        let name = At::new(entry.key.text().unwrap_or("?").to_owned(), entry.key.span);
        if !is_step_name(&name.value) {
            let message = format!("`{}` is no name of a step: use letters, digits and `_`", name.value);
            problems.borrow_mut().push(Problem::at(KIND, name.span, message));
            continue;
        }
        steps.extend(read_step(name, &entry.value, defaults, problems));
    }
    steps
}

fn is_step_name(name: &str) -> bool {
    name.len() <= 64 && name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}
