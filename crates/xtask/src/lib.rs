//! Developer chores as a library: the test lab, used by the `xtask` binary and by the end-to-end tests.
//!
//! Knows nothing of the product's crates, only how its binary is called. Each chore is a module here and a subcommand in `main.rs`.

pub mod lab;
pub mod openstack;
pub mod product;
pub mod stand_ins;
