//! `vnfpkg lsp`

use crate::exit::{CommandResult, Exit, Failure};

/// Serves until the editor says good-bye.
pub(crate) fn run() -> CommandResult {
    vnfpkg_lsp::serve().map(|()| Exit::Ok).map_err(|error| Failure::usage(error.to_string()).help("start it from an editor, not by hand"))
}
