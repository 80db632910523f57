//! Hosts that answer like the supervisor without running anything, for tests of order alone.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use vnfpkg_transport::{Control, Exit, Host, Stream, Target, Transport, TransportError, Upload, Uploaded};

/// What the hosts of a test know together.
#[derive(Default)]
pub(crate) struct World {
    /// `host: task folder` in order of their ends.
    pub(crate) ended: Mutex<Vec<String>>,
    pub(crate) bell: Condvar,
    /// This host answers its first task only when so many tasks of others have ended.
    pub(crate) slow: Option<(String, usize)>,
    /// Tasks of these hosts fail.
    pub(crate) failing: Vec<String>,
}

pub(crate) struct FakeTransport(pub(crate) Arc<World>);

struct FakeHost {
    name: String,
    world: Arc<World>,
}

impl Transport for FakeTransport {
    fn host(&self, target: &Target) -> Arc<dyn Host> {
        Arc::new(FakeHost { name: target.name.clone(), world: Arc::clone(&self.0) })
    }
}

fn variable<'t>(payload: &'t str, name: &str) -> &'t str {
    payload.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('=')).unwrap_or_default()
}

impl Host for FakeHost {
    fn connect(&self, _control: &Control) -> Result<(), TransportError> {
        Ok(())
    }

    fn exec(
        &self,
        _command: &str,
        stdin: &[u8],
        _control: &Control,
        on_output: &mut dyn FnMut(Stream, &[u8]),
    ) -> Result<Exit, TransportError> {
        let payload = String::from_utf8_lossy(stdin);
        let nonce = variable(&payload, "vp_nonce");
        let is_task = payload.contains("\nvp_run\n");
        if is_task {
            let mut ended = self.world.ended.lock().unwrap();
            if let Some((slow, wait_for)) = &self.world.slow
                && *slow == self.name
                && !ended.iter().any(|task| task.starts_with(&format!("{slow}:")))
            {
                let (guard, timeout) =
                    self.world.bell.wait_timeout_while(ended, Duration::from_secs(300), |ended| ended.len() < *wait_for).unwrap();
                assert!(!timeout.timed_out(), "others wait for the slow host: {} tasks have ended", guard.len());
                ended = guard;
            }
            ended.push(format!("{}: {}", self.name, variable(&payload, "D")));
            self.world.bell.notify_all();
        }
        let result = if self.world.failing.contains(&self.name) && is_task { "failed run 1 -" } else { "changed run 0 -" };
        let text = format!("\x1evnfpkg:{nonce}:begin\n\x1evnfpkg:{nonce}:result {result}\n\x1evnfpkg:{nonce}:end\n");
        on_output(Stream::Stdout, text.as_bytes());
        Ok(Exit::Code(0))
    }

    fn upload(&self, _upload: &Upload<'_>, _control: &Control, _on_progress: &mut dyn FnMut(u64)) -> Result<Uploaded, TransportError> {
        Ok(Uploaded::Unchanged)
    }

    fn close(&self) {}
}
