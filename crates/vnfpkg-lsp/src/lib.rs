//! A language server: findings of `validate` as one types, the page of a rule under the pointer, the way to the definition of
//! types, steps and artifacts. Knows rules and packages; knows nothing of runs, hosts or terminals.

mod definition;
mod place;
mod server;
mod workspace;

pub use server::{ServeError, serve};
