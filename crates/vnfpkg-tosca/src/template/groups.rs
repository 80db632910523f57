//! Groups and policies: type, properties, members and targets.

use super::{Check, Typed};
use crate::grammar::{Defs, Group, Name, Policy, TypeKind};
use crate::problem::{Problem, ProblemKind};
use crate::suggest::{listed, nearest};
use crate::yaml::Node;

impl Check<'_> {
    pub(super) fn group(&mut self, name: &Name, group: &Group) {
        let type_name = self.known(TypeKind::Group, group.type_name.as_ref());
        if let Some(type_name) = type_name {
            self.typed(TypeKind::Group, format!("the group `{}`", name.as_str()), name, type_name, &group.properties);
        }
        for member in &group.members {
            self.member(ProblemKind::Group, TypeKind::Group, type_name, member);
        }
    }

    pub(super) fn policy(&mut self, name: &Name, policy: &Policy) {
        let type_name = self.known(TypeKind::Policy, policy.type_name.as_ref());
        if let Some(type_name) = type_name {
            self.typed(TypeKind::Policy, format!("the policy `{}`", name.as_str()), name, type_name, &policy.properties);
        }
        for target in &policy.targets {
            self.member(ProblemKind::Policy, TypeKind::Policy, type_name, target);
        }
        self.triggers(policy);
    }

    fn typed(&mut self, kind: TypeKind, what: String, name: &Name, type_name: &Name, given: &Defs<Node>) {
        let types = self.types;
        let Some(effective) = types.effective(kind, type_name.as_str()) else { return };
        let typed = Typed {
            definitions: &effective.properties,
            what,
            type_name: type_name.as_str(),
            open: self.is_open(kind, type_name.as_str()),
            span: name.span,
            node: None,
        };
        self.properties(&typed, given);
    }

    /// A member of a group or target of a policy exists and is of a type that is allowed there.
    fn member(&mut self, problem: ProblemKind, kind: TypeKind, type_name: Option<&Name>, member: &Name) {
        let node = self.topology.node_templates.get(member.as_str()).map(|node| (TypeKind::Node, node.type_name.as_ref()));
        let group = || self.topology.groups.get(member.as_str()).map(|group| (TypeKind::Group, group.type_name.as_ref()));
        let Some((sort, member_type)) = node.or_else(group) else {
            let names = self.topology.node_templates.names().chain(self.topology.groups.names());
            let help = nearest(member.as_str(), names).map(|near| format!("did you mean `{near}`?"));
            let message = format!("there is no node template or group `{}`", member.as_str());
            self.problems.push(Problem::at(problem, member.span, message).maybe_help(help));
            return;
        };
        let allowed = type_name.and_then(|name| self.types.effective(kind, name.as_str())).and_then(|effective| effective.members.as_ref());
        let (Some(allowed), Some(member_type)) = (allowed, member_type) else { return };
        let known = self.types.effective(sort, member_type.as_str()).is_some_and(|effective| effective.rooted);
        if known && !allowed.is_empty() && !allowed.iter().any(|allowed| self.types.is_a(sort, member_type.as_str(), allowed.as_str())) {
            let message = format!("`{}` is of the type `{}`, which is not allowed here", member.as_str(), member_type.as_str());
            let help = format!("allowed are {}", listed(allowed.iter().map(Name::as_str)));
            self.problems.push(Problem::at(problem, member.span, message).help(help));
        }
    }
}
