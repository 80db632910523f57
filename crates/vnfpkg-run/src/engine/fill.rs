//! Puts values into the gaps of a task, just before it goes to its host.

use std::time::Duration;

use vnfpkg_plan::deferred::{Deferred, Fill, Gap};
use vnfpkg_plan::model::{Action, Script as PlanScript, Task};

use super::core::Core;
use crate::supervise::{Attempt, Job, Script};

impl Core<'_> {
    /// The attempt of a task that runs or writes, ready to be sent; the error says which value is missing.
    pub(super) fn fill(&self, task: &Task, name: String) -> Result<Attempt, String> {
        let (job, verify) = match &task.action {
            Action::Run { script } => (Job::Run(self.script(script)?), task.verify.as_ref()),
            Action::Write { content, to, mode } => {
                (Job::Write { content: self.text(content, Fill::Plain)?, to: to.clone(), mode: *mode }, task.verify.as_ref())
            }
            Action::Check { check } => (Job::Verify, Some(check)),
            Action::Upload { .. } | Action::Fetch { .. } => (Job::Verify, task.verify.as_ref()),
        };
        let mut attempt = blank(task, name, job);
        if let Some(probe) = &task.probe
            && !matches!(task.action, Action::Upload { .. })
        {
            attempt.probe = Some(self.script(probe)?);
        }
        if let Some(verify) = verify {
            attempt.verify = Some(self.script(&verify.script)?);
            attempt.until = Duration::from_millis(verify.until_ms);
            attempt.every = Duration::from_millis(verify.every_ms);
        }
        Ok(attempt)
    }

    /// Only the question whether there is something to do; `None` when the task has no way to ask.
    pub(super) fn fill_probe(&self, task: &Task, name: String) -> Result<Option<Attempt>, String> {
        let job = match &task.action {
            Action::Write { content, to, mode } => Job::Compare { content: self.text(content, Fill::Plain)?, to: to.clone(), mode: *mode },
            Action::Check { check } => {
                let mut attempt = blank(task, name, Job::Verify);
                attempt.verify = Some(self.script(&check.script)?);
                return Ok(Some(attempt));
            }
            Action::Fetch { .. } => return Ok(None),
            Action::Run { .. } | Action::Upload { .. } if task.probe.is_none() => return Ok(None),
            Action::Run { .. } | Action::Upload { .. } => Job::Probe,
        };
        let mut attempt = blank(task, name, job);
        attempt.probe = task.probe.as_ref().map(|probe| self.script(probe)).transpose()?;
        Ok(Some(attempt))
    }

    /// The content of a file that a step writes.
    pub(super) fn content(&self, content: &Deferred) -> Result<String, String> {
        self.text(content, Fill::Plain)
    }

    fn script(&self, script: &PlanScript) -> Result<Script, String> {
        self.text(&script.text, Fill::Shell).map(Script)
    }

    fn text(&self, text: &Deferred, how: Fill) -> Result<String, String> {
        text.fill(how, &|gap| self.value(gap)).map_err(|gap| match gap {
            Gap::Secret(name) => format!("the value of secret `{name}` is missing"),
            Gap::Output { task, name } => {
                format!(
                    "the output `{name}` of {task} is not known: its scripts did not write it; a probe that says `done` has to write it too"
                )
            }
        })
    }
}

fn blank(task: &Task, name: String, job: Job) -> Attempt {
    Attempt {
        name,
        probe: None,
        job,
        verify: None,
        until: Duration::ZERO,
        every: Duration::ZERO,
        timeout: Duration::from_millis(task.timeout_ms.max(1)),
        outputs: !task.outputs.is_empty(),
    }
}
