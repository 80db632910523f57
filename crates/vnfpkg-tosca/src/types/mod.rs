//! The type system of TOSCA: derivation, what a type has, and whether a value is of a type.
//!
//! Knows definitions, not files: which types there are is told to a [`TypeStore`] by whoever reads imports.

mod constraint;
mod definition;
mod effective;
mod function;
mod primitive;
mod store;
#[cfg(test)]
mod tests;
mod value;

pub use effective::{Effective, EffectiveInterface};
pub use function::FunctionCall;
pub use primitive::Primitive;
pub use store::{Added, TypeStore};
pub use value::{ValueProblem, check_data, check_value};

pub(crate) use definition::{check_definition, check_types, unknown_type};
pub(crate) use function::call;
pub(crate) use value::Checker;
