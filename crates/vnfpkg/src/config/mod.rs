//! Settings from `vnfpkg.toml` and the environment, laid under the command line: flags, variables, the file of the working folder, the user's file,
//! defaults. The table `[validate]` belongs to packages and is read in [`crate::settings`].

mod file;
mod layers;
pub(crate) mod schema;
mod table;

pub(crate) use layers::{Config, Layered, Origin, layered, load};
pub(crate) use table::{Kind, SETTINGS, Setting};
