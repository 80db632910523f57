//! The lifecycle document: operations and their steps, as the author wrote them, with the place of everything.

mod action;
mod document;
mod duration;
mod fields;
mod step;

pub use action::{ActionSpec, StepKind, step_kinds};
pub use document::{Connect, FORMAT, LCM_OPERATIONS, LifecycleDocument, Operation, ParameterTypes, is_operation, parse_document};
pub use duration::parse_duration;
pub use fields::Fields;
pub use step::{LockScope, LockSpec, On, OutputSpec, RetrySpec, Select, Step, VerifySpec};

use vnfpkg_diag::Span;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> At<T> {
    /// Joins both.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}
