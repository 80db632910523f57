//! Templates: loading, syntax, which variables they use, rendering. Values are quoted for the shell by default.

mod engine;
mod paths;
mod set;

pub use engine::{Engine, RenderError};
pub use paths::{Shape, VariablePath, check_paths, variable_paths};
pub use set::{Loader, TemplateFile, TemplateSet, load_templates};
