//! One step of an operation.

use std::cell::RefCell;
use std::sync::Arc;

use vnfpkg_diag::Span;
use vnfpkg_tosca::yaml::Node;

use super::At;
use super::action::{ActionSpec, step_kinds};
use super::fields::Fields;
use crate::problem::{Problem, ProblemKind};

const KIND: ProblemKind = ProblemKind::LifecycleGrammar;

/// A step as it is declared.
#[derive(Debug, Clone)]
pub struct Step {
    /// Name, unique in the operation.
    pub name: At<String>,
    /// For people.
    pub title: String,
    /// The VNFCs it runs on.
    pub on: On,
    /// Steps that must have ended well before.
    pub needs: Vec<At<String>>,
    /// Runs only when this Tera expression holds.
    pub when: Option<At<String>>,
    /// Once per item of this list parameter, such as `input.registries`.
    pub for_each: Option<At<String>>,
    /// Run as root.
    pub root: bool,
    /// What it does.
    pub action: Arc<dyn ActionSpec>,
    /// Template whose exit status 0 says: already so.
    pub probe: Option<At<String>>,
    /// Check after the action.
    pub verify: Option<VerifySpec>,
    /// Limit of one attempt in milliseconds.
    pub timeout_ms: u64,
    /// After a failed attempt.
    pub retry: RetrySpec,
    /// Mutex that it holds.
    pub lock: Option<LockSpec>,
    /// At most so many VNFCs at once; 1 is serial.
    pub max_parallel: Option<u32>,
    /// Values that it hands on.
    pub outputs: Vec<OutputSpec>,
    /// Runs only after a failure.
    pub on_failure: bool,
}

/// Which VNFCs a step runs on.
#[derive(Debug, Clone)]
pub struct On {
    /// Names of VDUs; empty means all.
    pub vdus: Vec<At<String>>,
    /// Which instances of them.
    pub select: Select,
    /// Where it is written.
    pub span: Span,
}

/// Which instances of a VDU.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Select {
    /// Every one, but in an operation on some VNFCs only those that are not about to go.
    All,
    /// The first one of the inventory.
    First,
    /// All but the first one.
    Rest,
    /// Those that the operation creates or replaces.
    New,
    /// Those that the operation removes.
    Removed,
    /// Those that were there before and stay.
    Old,
    /// Those that the operation is about: that it creates, replaces or removes.
    About,
}

/// A check after the action.
#[derive(Debug, Clone)]
pub struct VerifySpec {
    /// The template.
    pub template: At<String>,
    /// Ask again for so long, in milliseconds.
    pub until_ms: u64,
    /// Pause between two asks, in milliseconds.
    pub every_ms: u64,
}

/// Attempts after the first one.
#[derive(Debug, Clone, Copy)]
pub struct RetrySpec {
    /// How many.
    pub times: u32,
    /// Pause before the first of them, in milliseconds.
    pub delay_ms: u64,
    /// Each further pause is so many times longer.
    pub backoff: f64,
}

/// A mutex.
#[derive(Debug, Clone)]
pub struct LockSpec {
    /// Its name.
    pub name: String,
    /// Among which tasks it excludes.
    pub scope: LockScope,
}

/// Among which tasks a lock excludes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockScope {
    /// All tasks of the run.
    Run,
    /// The tasks of one VNFC.
    Host,
}

/// A value that a step hands on.
#[derive(Debug, Clone)]
pub struct OutputSpec {
    /// Its name.
    pub name: At<String>,
    /// Never shown or stored.
    pub secret: bool,
}

/// What a step takes when it does not say otherwise: `defaults` of the operation.
#[derive(Debug, Clone)]
pub(super) struct Defaults {
    on: On,
    root: bool,
    timeout_ms: u64,
    retry: RetrySpec,
}

impl Defaults {
    pub(super) fn new(span: Span) -> Self {
        Self {
            on: On { vdus: Vec::new(), select: Select::All, span },
            root: false,
            timeout_ms: 600_000,
            retry: RetrySpec { times: 0, delay_ms: 5_000, backoff: 2.0 },
        }
    }

    pub(super) fn read(&mut self, node: &Node, problems: &RefCell<Vec<Problem>>) {
        let Some(fields) = Fields::of(node, "defaults", KIND, problems) else { return };
        self.on = read_on(&fields).unwrap_or_else(|| self.on.clone());
        self.root = fields.flag("root").unwrap_or(self.root);
        self.timeout_ms = fields.duration("timeout").unwrap_or(self.timeout_ms);
        self.retry = read_retry(&fields).unwrap_or(self.retry);
        fields.finish();
    }
}

/// Reads one step; `None` when it has no usable action.
pub(super) fn read_step(name: At<String>, node: &Node, defaults: &Defaults, problems: &RefCell<Vec<Problem>>) -> Option<Step> {
    let what = format!("step `{}`", name.value);
    let fields = Fields::of(node, &what, KIND, problems)?;
    let action = read_action(&fields, &name);
    let step = Step {
        title: fields.text("title").map(|title| title.value).unwrap_or_default(),
        on: read_on(&fields).unwrap_or_else(|| defaults.on.clone()),
        needs: fields.texts("needs"),
        when: fields.text("when"),
        for_each: fields.text("for_each"),
        root: fields.flag("root").unwrap_or(defaults.root),
        probe: fields.text("probe"),
        verify: read_verify(&fields),
        timeout_ms: fields.duration("timeout").unwrap_or(defaults.timeout_ms),
        retry: read_retry(&fields).unwrap_or(defaults.retry),
        lock: read_lock(&fields),
        max_parallel: read_max_parallel(&fields),
        outputs: read_outputs(&fields),
        on_failure: fields.flag("on_failure").unwrap_or(false),
        action: action?,
        name,
    };
    fields.finish();
    Some(step)
}

fn read_action(fields: &Fields<'_>, name: &At<String>) -> Option<Arc<dyn ActionSpec>> {
    let mut found: Option<Arc<dyn ActionSpec>> = None;
    for kind in step_kinds() {
        let Some(node) = fields.get(kind.key) else { continue };
        if found.is_some() {
            fields.report(node.span, format!("step `{}` has more than one action; a step does one thing", name.value));
            continue;
        }
        found = (kind.read)(node, fields);
    }
    let named = step_kinds().iter().any(|kind| fields.has(kind.key));
    if !named {
        let keys: Vec<_> = step_kinds().iter().map(|kind| format!("`{}`", kind.key)).collect();
        fields.report(name.span, format!("step `{}` does nothing: give it one of {}", name.value, keys.join(", ")));
    }
    found
}

fn read_on(fields: &Fields<'_>) -> Option<On> {
    let node = fields.get("on")?;
    if node.entries().is_none() {
        return Some(On { vdus: fields.texts("on"), select: Select::All, span: node.span });
    }
    let inner = Fields::of(node, "`on`", KIND, fields.problems())?;
    let vdus = inner.texts("vdu");
    let select = inner.text("select").and_then(|select| {
        let value = Select::from_name(&select.value);
        if value.is_none() {
            inner.report(select.span, format!("`{}` selects nothing: use all, first, rest, new, old, removed or about", select.value));
        }
        value
    });
    inner.finish();
    Some(On { vdus, select: select.unwrap_or(Select::All), span: node.span })
}

impl Select {
    fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "all" => Self::All,
            "first" => Self::First,
            "rest" => Self::Rest,
            "new" => Self::New,
            "removed" => Self::Removed,
            "old" => Self::Old,
            "about" => Self::About,
            _ => return None,
        })
    }
}

pub(super) fn read_verify(fields: &Fields<'_>) -> Option<VerifySpec> {
    let node = fields.get("verify")?;
    if let Some(text) = node.text() {
        return Some(VerifySpec { template: At::new(text.to_owned(), node.span), until_ms: 0, every_ms: 1_000 });
    }
    let inner = Fields::of(node, "`verify`", KIND, fields.problems())?;
    let template = inner.required_text("run");
    let until_ms = inner.duration("until").unwrap_or(0);
    let every_ms = inner.duration("every").unwrap_or(1_000);
    inner.finish();
    Some(VerifySpec { template: template?, until_ms, every_ms })
}

fn read_retry(fields: &Fields<'_>) -> Option<RetrySpec> {
    let inner = Fields::of(fields.get("retry")?, "`retry`", KIND, fields.problems())?;
    let retry = RetrySpec {
        times: inner.number("times", 0..=100).unwrap_or(0),
        delay_ms: inner.duration("delay").unwrap_or(5_000),
        backoff: f64::from(inner.number("backoff", 1..=10).unwrap_or(2)),
    };
    inner.finish();
    Some(retry)
}

fn read_lock(fields: &Fields<'_>) -> Option<LockSpec> {
    let node = fields.get("lock")?;
    if let Some(name) = node.text() {
        return Some(LockSpec { name: name.to_owned(), scope: LockScope::Run });
    }
    let inner = Fields::of(node, "`lock`", KIND, fields.problems())?;
    let name = inner.required_text("name");
    let scope = match inner.text("scope").as_ref().map(|scope| (scope.value.as_str(), scope.span)) {
        None | Some(("run", _)) => LockScope::Run,
        Some(("host", _)) => LockScope::Host,
        Some((other, span)) => {
            inner.report(span, format!("`{other}` is no scope of a lock: use `run` or `host`"));
            LockScope::Run
        }
    };
    inner.finish();
    Some(LockSpec { name: name?.value, scope })
}

fn read_max_parallel(fields: &Fields<'_>) -> Option<u32> {
    let serial = fields.flag("serial").unwrap_or(false);
    let limit = fields.number("max_parallel", 1..=10_000);
    if serial { Some(1) } else { limit }
}

fn read_outputs(fields: &Fields<'_>) -> Vec<OutputSpec> {
    let Some(node) = fields.get("outputs") else { return Vec::new() };
    let Some(items) = node.items() else {
        fields.report(node.span, format!("`outputs` must be a list, not {}", node.describe()));
        return Vec::new();
    };
    items.iter().filter_map(|item| read_output(item, fields)).collect()
}

fn read_output(node: &Node, fields: &Fields<'_>) -> Option<OutputSpec> {
    let (name, secret) = match node.text() {
        Some(text) => (At::new(text.to_owned(), node.span), false),
        None => {
            let inner = Fields::of(node, "an output", KIND, fields.problems())?;
            let name = inner.required_text("name");
            let secret = inner.flag("secret").unwrap_or(false);
            inner.finish();
            (name?, secret)
        }
    };
    let valid = name.value.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !valid {
        fields.report(name.span, format!("`{}` is no name of an output: use letters, digits and `_`", name.value));
        return None;
    }
    Some(OutputSpec { name, secret })
}
