//! What the end-to-end tests share. The tests themselves are in `tests/`; they drive the binary on real hosts of the lab.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use xtask::lab::{DEFAULT_CACHE, Host, Lab, LabOptions};

/// Folder of the lab's templates.
pub fn cache() -> &'static Path {
    Path::new(DEFAULT_CACHE)
}

/// A lab of this test's own.
///
/// # Panics
/// When the machine cannot have one: these tests are nothing without it.
pub fn lab(name: &str, hosts: u8) -> Lab {
    let options = LabOptions { name: name.to_owned(), hosts, ..LabOptions::default() };
    Lab::start(&options).unwrap_or_else(|error| panic!("the lab does not come up: {error}"))
}

/// The outcome of a program: exit code, standard output, standard error.
pub struct Outcome {
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

impl Outcome {
    /// Panics with all that was written unless the exit code is as expected.
    ///
    /// # Panics
    /// See above.
    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, code, "exit code\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    /// Panics with all that was written unless standard error holds a text.
    ///
    /// # Panics
    /// See above.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.stderr.contains(text), "`{text}` is not in\n--- stderr\n{}", self.stderr);
        self
    }
}

/// Runs a command to its end.
///
/// # Panics
/// When it cannot be started.
pub fn outcome(command: &mut Command) -> Outcome {
    let output: Output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Outcome { code: output.status.code().unwrap_or(-1), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

/// What a shell script prints as root on a host.
///
/// # Panics
/// When it fails.
#[track_caller]
pub fn on_host(host: &Host, script: &str) -> String {
    host.root_output(&["sh", "-c", script]).unwrap_or_else(|error| panic!("{script}: {error}"))
}
