//! Constraints of values (TOSCA 1.3 §3.6.3).

use std::cmp::Ordering;

use regex::RegexBuilder;

use super::primitive::{Primitive, range, version};
use crate::grammar::{Constraint, ConstraintOp};
use crate::suggest::{listed, nearest};
use crate::yaml::{Node, yaml11_bool};

/// How large a compiled pattern may become, in bytes.
const PATTERN_LIMIT: usize = 1 << 20;
/// How many allowed values a help text lists.
const LISTED: usize = 16;

/// Why a value breaks a constraint.
pub(super) struct Broken {
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// Checks a value of a built-in type; `None` when it satisfies the constraint or the constraint does not apply to it.
pub(super) fn check(primitive: Primitive, constraint: &Constraint, node: &Node) -> Option<Broken> {
    let operand = &constraint.value;
    let broken = |message: String| Some(Broken { message, help: None });
    match constraint.op {
        ConstraintOp::ValidValues => valid_values(primitive, operand.items()?, node),
        ConstraintOp::Equal if !equal(primitive, node, operand)? => broken(format!("must be `{}`", text(operand))),
        ConstraintOp::GreaterThan => bound(primitive, node, operand, "greater than", Ordering::is_gt),
        ConstraintOp::GreaterOrEqual => bound(primitive, node, operand, "at least", Ordering::is_ge),
        ConstraintOp::LessThan => bound(primitive, node, operand, "less than", Ordering::is_lt),
        ConstraintOp::LessOrEqual => bound(primitive, node, operand, "at most", Ordering::is_le),
        ConstraintOp::InRange => in_range(primitive, node, operand),
        ConstraintOp::Length => length(node, operand, "exactly", |found, wanted| found == wanted),
        ConstraintOp::MinLength => length(node, operand, "at least", |found, wanted| found >= wanted),
        ConstraintOp::MaxLength => length(node, operand, "at most", |found, wanted| found <= wanted),
        ConstraintOp::Pattern => pattern(node, operand),
        ConstraintOp::Equal | ConstraintOp::Schema => None,
    }
}

/// What is wrong with a constraint itself, given the type it constrains.
pub(super) fn definition_fault(primitive: Option<Primitive>, constraint: &Constraint) -> Option<String> {
    let operand = &constraint.value;
    let accepts = |node: &Node| primitive.is_none_or(|primitive| primitive.accepts(node).is_ok());
    match constraint.op {
        ConstraintOp::ValidValues => match operand.items() {
            None => Some("`valid_values` needs a list".to_owned()),
            Some(_) if matches!(primitive, Some(Primitive::List | Primitive::Map)) => None,
            Some(items) => {
                let odd = items.iter().find(|item| !accepts(item))?;
                Some(format!("the value `{}` of `valid_values` is not {}", text(odd), primitive?.wanted()))
            }
        },
        ConstraintOp::InRange => {
            let pair = operand.items().filter(|items| items.len() == 2);
            if pair.is_none() { Some("`in_range` needs a list of two values".to_owned()) } else { None }
        }
        ConstraintOp::Length | ConstraintOp::MinLength | ConstraintOp::MaxLength => {
            if operand.as_int().is_some_and(|length| length >= 0) {
                None
            } else {
                Some("a length must be a number".to_owned())
            }
        }
        ConstraintOp::Pattern => match operand.text().map(compile) {
            Some(Err(regex::Error::Syntax(_))) => None,
            Some(Err(_)) => Some("the pattern is too large".to_owned()),
            Some(Ok(_)) => None,
            None => Some("`pattern` needs a regular expression".to_owned()),
        },
        ConstraintOp::GreaterThan | ConstraintOp::GreaterOrEqual | ConstraintOp::LessThan | ConstraintOp::LessOrEqual => {
            let scalar = !matches!(primitive, Some(Primitive::List | Primitive::Map | Primitive::Range));
            if scalar && !accepts(operand) && operand.as_float().is_none() {
                return Some(format!("the bound `{}` is not {}", text(operand), primitive?.wanted()));
            }
            None
        }
        ConstraintOp::Equal | ConstraintOp::Schema => None,
    }
}

fn valid_values(primitive: Primitive, allowed: &[Node], node: &Node) -> Option<Broken> {
    if matches!(primitive, Primitive::List | Primitive::Map) {
        return None;
    }
    if allowed.iter().any(|candidate| equal(primitive, node, candidate).unwrap_or(true)) {
        return None;
    }
    let found = text(node);
    let names: Vec<&str> = allowed.iter().filter_map(Node::text).collect();
    let help = match nearest(found, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if names.len() <= LISTED => format!("allowed are {}", listed(names.iter().copied())),
        None => format!("there are {} allowed values, such as {}", names.len(), listed(names.iter().copied().take(LISTED))),
    };
    Some(Broken { message: format!("`{found}` is not one of the allowed values"), help: Some(help) })
}

/// Do two nodes hold the same value of a type? `None` when one of them is no value of it.
fn equal(primitive: Primitive, left: &Node, right: &Node) -> Option<bool> {
    match primitive {
        Primitive::String | Primitive::Timestamp => Some(left.text()? == right.text()?),
        Primitive::Boolean => Some(yaml11_bool(left)? == yaml11_bool(right)?),
        Primitive::List | Primitive::Map | Primitive::Range | Primitive::Null => Some(left.same(right)),
        _ => Some(compare(primitive, left, right)?.is_eq()),
    }
}

fn compare(primitive: Primitive, left: &Node, right: &Node) -> Option<Ordering> {
    match primitive {
        Primitive::Integer => match (left.as_int(), right.as_int()) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => left.as_float()?.partial_cmp(&right.as_float()?),
        },
        Primitive::Float => left.as_float()?.partial_cmp(&right.as_float()?),
        Primitive::Version => Some(version(left.text()?)?.cmp(&version(right.text()?)?)),
        Primitive::Size | Primitive::Time | Primitive::Frequency | Primitive::Bitrate => {
            // A bound without a unit (`greater_or_equal: 0`) is in base units.
            let value = |node: &Node| primitive.scalar_unit(node).ok().or_else(|| node.as_float());
            value(left)?.partial_cmp(&value(right)?)
        }
        Primitive::String | Primitive::Timestamp => Some(left.text()?.cmp(right.text()?)),
        _ => None,
    }
}

fn bound(primitive: Primitive, node: &Node, operand: &Node, words: &str, holds: fn(Ordering) -> bool) -> Option<Broken> {
    let order = compare(primitive, node, operand)?;
    if holds(order) { None } else { Some(Broken { message: format!("`{}` must be {words} `{}`", text(node), text(operand)), help: None }) }
}

fn in_range(primitive: Primitive, node: &Node, operand: &Node) -> Option<Broken> {
    let [lower, upper] = operand.items()? else { return None };
    let inside = if primitive == Primitive::Range {
        let (from, to) = range(node)?;
        let below = upper.as_int().is_none_or(|upper| to.is_some_and(|to| to <= upper));
        lower.as_int().is_none_or(|lower| from >= lower) && below
    } else {
        let above = compare(primitive, node, lower).is_none_or(Ordering::is_ge);
        above && (upper.text() == Some("UNBOUNDED") || compare(primitive, node, upper).is_none_or(Ordering::is_le))
    };
    let message = || format!("`{}` must lie between `{}` and `{}`", text(node), text(lower), text(upper));
    if inside { None } else { Some(Broken { message: message(), help: None }) }
}

fn length(node: &Node, operand: &Node, words: &str, holds: fn(usize, usize) -> bool) -> Option<Broken> {
    let wanted = usize::try_from(operand.as_int()?).ok()?;
    let (found, things) = match (node.text(), node.items(), node.entries()) {
        (Some(text), _, _) => (text.chars().count(), "characters"),
        (_, Some(items), _) => (items.len(), "entries"),
        (_, _, Some(entries)) => (entries.len(), "entries"),
        _ => return None,
    };
    let message = || format!("must have {words} {wanted} {things}; it has {found}");
    if holds(found, wanted) { None } else { Some(Broken { message: message(), help: None }) }
}

fn pattern(node: &Node, operand: &Node) -> Option<Broken> {
    let found = node.text()?;
    let pattern = operand.text()?;
    let regex = compile(pattern).ok()?;
    let message = || format!("`{found}` does not match the pattern `{pattern}`");
    if regex.is_match(found) { None } else { Some(Broken { message: message(), help: None }) }
}

/// The whole value must match.
fn compile(pattern: &str) -> Result<regex::Regex, regex::Error> {
    RegexBuilder::new(&format!(r"\A(?:{pattern})\z")).size_limit(PATTERN_LIMIT).build()
}

fn text(node: &Node) -> &str {
    node.text().unwrap_or_else(|| node.describe())
}
