//! What goes to the host's `sh` on standard input.

use std::fmt::Write as _;
use std::time::Duration;

use vnfpkg_plan::model::UPLOAD_FOLDER;

/// The program on the host, in the order in which it is read.
const SUPERVISOR: [&str; 3] = [include_str!("host/helper.sh"), include_str!("host/watch.sh"), include_str!("host/front.sh")];

/// A script with everything filled in. Holds secrets: no `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub struct Script(pub String);

impl Script {
    /// Interpreter and its one argument, from a `#!` line.
    fn interpreter(&self) -> (&str, &str) {
        let Some(line) = self.0.strip_prefix("#!") else { return ("", "") };
        let line = line.lines().next().unwrap_or_default().trim();
        match line.split_once([' ', '\t']) {
            Some((interpreter, argument)) => (interpreter, argument.trim()),
            None => (line, ""),
        }
    }
}

/// What an attempt does between its probe and its verification.
pub enum Job {
    /// Runs a script.
    Run(Script),
    /// Writes a file, unless an equal one is there.
    Write {
        /// The content.
        content: String,
        /// Absolute path.
        to: String,
        /// Permission bits.
        mode: u32,
    },
    /// Nothing: the probe tells whether there is something to do.
    Probe,
    /// Nothing: the probe and the comparison of `Write` tell whether there is something to do.
    Compare {
        /// The content.
        content: String,
        /// Absolute path.
        to: String,
        /// Permission bits.
        mode: u32,
    },
    /// Nothing: only the verification runs.
    Verify,
}

/// One attempt of a task, ready to be sent.
pub struct Attempt {
    /// Folder name, unique within the run: `TASK.ATTEMPT`.
    pub name: String,
    /// Exit status 0: nothing to do.
    pub probe: Option<Script>,
    /// The work.
    pub job: Job,
    /// Exit status 0: it worked.
    pub verify: Option<Script>,
    /// Ask the verification again until then.
    pub until: Duration,
    /// Pause between two asks.
    pub every: Duration,
    /// Limit for all of it, enforced on the host.
    pub timeout: Duration,
    /// It is to have outputs; only then the file behind `$VNFPKG_OUTPUT` is there before anybody writes to it.
    pub outputs: bool,
}

/// Any bytes as one word of a shell script.
pub(crate) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for piece in text.split_inclusive('\'') {
        match piece.strip_suffix('\'') {
            Some(before) => {
                out.push_str(before);
                out.push_str("'\\''");
            }
            None => out.push_str(piece),
        }
    }
    out.push('\'');
    out
}

/// Seconds for `sleep`, rounded up.
fn seconds(limit: Duration) -> u64 {
    limit.as_secs() + u64::from(limit.subsec_nanos() > 0)
}

/// What a helper reads before its first call: where the login user's home is, and the program without its comments. A
/// shell that is root through `sudo` has another home, and starts in the login user's.
pub(super) fn program(sudo: bool) -> String {
    let home = if sudo { "vp_home=$PWD\n" } else { "vp_home=$HOME\n" };
    let lean = SUPERVISOR.iter().flat_map(|part| part.lines()).filter(|line| !line.trim_start().starts_with('#') && !line.is_empty());
    [home].into_iter().chain(lean.flat_map(|line| [line, "\n"])).collect()
}

/// The part of every payload: where things are.
pub(super) struct Frame<'a> {
    /// Run id.
    pub(super) run: &'a str,
    /// Number that marks the frames of this call.
    pub(super) nonce: &'a str,
    /// Folder name of the attempt; empty when there is none.
    pub(super) name: &'a str,
    /// Bytes of both logs that the caller has; `None` when it wants none.
    pub(super) have: Option<(u64, u64)>,
}

impl Frame<'_> {
    /// A payload that calls one entry point of the supervisor. `files` defines what the entry point needs. All of it is one
    /// compound command, so that a shell which gets only a part of it executes nothing.
    pub(super) fn payload(&self, files: &str, call: &str) -> String {
        let Self { run, nonce, name, .. } = self;
        let mut out = String::with_capacity(files.len() + 1024);
        let (have_out, have_err) = match self.have {
            Some((out, err)) => (out.to_string(), err.to_string()),
            None => ("-1".to_owned(), "-1".to_owned()),
        };
        let _ = write!(
            out,
            "{{\nvp_nonce={nonce}\nB=${{HOME:-/root}}/.local/state/vnfpkg/{run}\nD=$B/{name}\n\
             vp_oo={have_out} vp_oe={have_err}\nVNFPKG_FILES=$vp_home/{UPLOAD_FOLDER}\nexport VNFPKG_FILES\n\
             vp_setup\n{files}{call}\nvp_over\n}}\n"
        );
        out
    }
}

/// A `printf` that writes text without starting a process, so that no secret is ever in an argument list.
fn print(out: &mut String, text: &str) {
    // A shell word cannot hold NUL.
    out.push_str("{ ");
    for (i, piece) in text.split('\0').enumerate() {
        if i > 0 {
            out.push_str(" && printf '\\000' && ");
        }
        let _ = write!(out, "printf '%s' {}", quote(piece));
    }
    out.push_str("; }");
}

/// The same, to a file.
fn put(out: &mut String, file: &str, text: &str) {
    print(out, text);
    let _ = write!(out, " >\"{file}\"");
}

impl Attempt {
    /// Settings of the attempt, and `vp_files`, which fills its folder.
    pub(super) fn files(&self) -> String {
        let given = |script: &Option<Script>| if script.is_some() { "yes" } else { "" };
        let mut settings = format!(
            "vp_timeout={}\nvp_until={}\nvp_every={}\nvp_probe={}\nvp_verify={}\n",
            seconds(self.timeout).max(1),
            seconds(self.until),
            fraction(self.every),
            given(&self.probe),
            given(&self.verify)
        );
        let mut out = String::from("vp_files() {\n");
        let mut script = |out: &mut String, name: &str, script: &Script| {
            let (interpreter, argument) = script.interpreter();
            let _ = writeln!(settings, "vp_{name}_i={}\nvp_{name}_a={}", quote(interpreter), quote(argument));
            put(out, &format!("$X.{name}"), &script.0);
            out.push_str(" &&\n");
        };
        if let Some(probe) = &self.probe {
            script(&mut out, "probe", probe);
        }
        if let Some(verify) = &self.verify {
            script(&mut out, "verify", verify);
        }
        let kind = match &self.job {
            Job::Run(run) => {
                script(&mut out, "run", run);
                "run"
            }
            Job::Write { content, to, mode } | Job::Compare { content, to, mode } => {
                let _ = write!(settings, "vp_to={}\nvp_mode={:04o}\nvp_content() ", quote(to), mode & 0o7777);
                print(&mut settings, content);
                settings.push('\n');
                if matches!(self.job, Job::Write { .. }) { "write" } else { "compare" }
            }
            Job::Probe => "probe",
            Job::Verify => "verify",
        };
        let _ = writeln!(settings, "vp_kind={kind}");
        if self.outputs {
            put(&mut out, "$D.outputs", "");
            out.push_str(" &&\n");
        }
        settings + &out + ":\n}\n"
    }
}

/// Seconds with one digit behind the point, at least 0.1: `sleep` of GNU and busybox takes it.
fn fraction(pause: Duration) -> String {
    let tenths = pause.as_millis().div_ceil(100).max(1);
    if tenths.is_multiple_of(10) { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoting_survives_quotes() {
        assert_eq!(quote("it's; $(rm)"), "'it'\\''s; $(rm)'");
        assert_eq!(quote(""), "''");
    }

    #[test]
    fn a_shebang_gives_interpreter_and_one_argument() {
        assert_eq!(Script("#!/usr/bin/env -S bash -e\nx".into()).interpreter(), ("/usr/bin/env", "-S bash -e"));
        assert_eq!(Script("#! /bin/bash\r\nx".into()).interpreter(), ("/bin/bash", ""));
        assert_eq!(Script("echo".into()).interpreter(), ("", ""));
    }

    #[test]
    fn pauses_are_never_zero() {
        assert_eq!(fraction(Duration::ZERO), "0.1");
        assert_eq!(fraction(Duration::from_millis(2000)), "2");
        assert_eq!(fraction(Duration::from_millis(1500)), "1.5");
    }
}
