//! `--report KIND=FILE`: files that are made of the events of a run. A kind of report is one file here and one line in
//! [`KINDS`].

mod chrome_trace;
mod html;
pub(crate) mod jsonl;
mod junit;

use std::fs::File;
use std::io::{Seek, Write};
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use camino::Utf8PathBuf;
use vnfpkg_plan::Plan;
use vnfpkg_run::{Event, EventKind, Sink, StateDir};

use crate::exit::Failure;
use crate::terminal::Terminal;

/// All kinds of reports.
pub(crate) const KINDS: &[Kind] = &[jsonl::KIND, junit::KIND, chrome_trace::KIND, html::KIND];

/// A kind of report.
pub(crate) struct Kind {
    /// The word before the `=`.
    pub(crate) name: &'static str,
    /// One line for the help.
    pub(crate) about: &'static str,
    /// How it is made.
    pub(crate) make: Make,
}

/// How a report is made.
#[derive(Clone, Copy)]
pub(crate) enum Make {
    /// Each event is written as it comes; those of this process only.
    Live(fn(&Event) -> String),
    /// The whole file at the end.
    AtEnd(fn(&Story<'_>) -> Result<Vec<u8>, String>),
}

/// A run from its beginning, for a report that is made at the end.
pub(crate) struct Story<'a> {
    /// Its plan.
    pub(crate) plan: &'a Plan,
    /// Its events in order. Those of earlier processes of a resumed run come from the journal, which keeps beginnings and
    /// ends only; lines of output and the progress of uploads are left out, since there is no end to them.
    pub(crate) events: &'a [Event],
    /// Where the logs of its tasks are; `None` when there are none to be had.
    pub(crate) state: Option<&'a StateDir>,
}

/// `KIND=FILE`.
#[derive(Debug, Clone)]
pub(crate) struct ReportArgument {
    kind: String,
    file: Utf8PathBuf,
}

impl FromStr for ReportArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = || KINDS.iter().map(|kind| kind.name).collect::<Vec<_>>().join(", ");
        let (kind, file) = text.split_once('=').ok_or_else(|| format!("write KIND=FILE; the kinds are {}", known()))?;
        if !KINDS.iter().any(|known| known.name == kind) {
            return Err(format!("there is no report `{kind}`; the kinds are {}", known()));
        }
        if file.is_empty() {
            return Err("the file has no name".to_owned());
        }
        Ok(Self { kind: kind.to_owned(), file: file.into() })
    }
}

/// Help of the argument.
pub(crate) fn help() -> String {
    let kinds: Vec<String> = KINDS.iter().map(|kind| format!("{} ({})", kind.name, kind.about)).collect();
    format!("Also write a report to a file; may repeat. Kinds: {}", kinds.join(", "))
}

/// All reports of a run.
pub(crate) struct Reports {
    reports: Vec<Report>,
    /// What the reports at the end are made of.
    events: Mutex<Vec<Event>>,
}

struct Report {
    path: Utf8PathBuf,
    make: Make,
    file: Mutex<Output>,
}

struct Output {
    file: File,
    begun: bool,
    fault: Option<String>,
}

impl Reports {
    /// Opens the files, so that one that cannot be written is known before anything is done. What they hold stays until
    /// the first event.
    pub(crate) fn open(arguments: &[ReportArgument]) -> Result<Self, Failure> {
        let mut reports: Vec<Report> = Vec::new();
        for argument in arguments {
            let ReportArgument { kind, file: path } = argument;
            let Some(kind) = KINDS.iter().find(|known| known.name == kind) else { continue };
            if reports.iter().any(|other| other.path == *path) {
                return Err(Failure::usage(format!("two reports would go to {path}")).help("give each report a file of its own"));
            }
            let file = File::options().create(true).write(true).truncate(false).open(path);
            let file = file.map_err(|error| Failure::usage(format!("cannot write the report {path}: {error}")))?;
            let file = Mutex::new(Output { file, begun: false, fault: None });
            reports.push(Report { path: path.clone(), make: kind.make, file });
        }
        Ok(Self { reports, events: Mutex::default() })
    }

    /// Writes what is written at the end. `earlier` are the events of earlier processes of the run. Nothing is written
    /// when there was no event.
    pub(crate) fn close(&self, plan: &Plan, earlier: &[Event], state: &StateDir, terminal: &Terminal) {
        let mut events: Vec<Event> = earlier.iter().filter(|event| is_story(event)).cloned().collect();
        events.append(&mut lock(&self.events));
        for report in &self.reports {
            if let Make::AtEnd(make) = report.make
                && !events.is_empty()
            {
                report.write_whole(make(&Story { plan, events: &events, state: Some(state) }));
            }
            if let Some(fault) = lock(&report.file).fault.take() {
                terminal.err(&format!("warning: the report {} is not complete: {fault}\n", report.path));
            }
        }
    }
}

impl Sink for Reports {
    fn event(&self, event: &Event) {
        let mut at_end = false;
        for report in &self.reports {
            match report.make {
                Make::Live(line) => lock(&report.file).write(line(event).as_bytes()),
                Make::AtEnd(_) => at_end = true,
            }
        }
        if at_end && is_story(event) {
            lock(&self.events).push(event.clone());
        }
    }
}

impl Report {
    fn write_whole(&self, content: Result<Vec<u8>, String>) {
        let mut out = lock(&self.file);
        match content {
            Ok(content) => out.write(&content),
            Err(fault) => out.fault = Some(fault),
        }
    }
}

impl Output {
    /// Appends; the first piece replaces what was there. After a fault nothing more is written: the run goes on without.
    fn write(&mut self, bytes: &[u8]) {
        if self.fault.is_some() {
            return;
        }
        if !self.begun {
            self.begun = true;
            // A pipe has no length and no position.
            let _ = self.file.set_len(0).and_then(|()| self.file.rewind());
        }
        if let Err(error) = self.file.write_all(bytes) {
            self.fault = Some(error.to_string());
        }
    }
}

fn is_story(event: &Event) -> bool {
    !matches!(event.kind, EventKind::TaskOutput { .. } | EventKind::UploadProgress { .. })
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
