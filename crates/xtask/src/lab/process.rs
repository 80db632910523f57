//! Running the machine's commands: output collected, a deadline kept, a failure told with the last lines.

use std::io::{Read, Write};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use super::error::LabError;

/// Runs `command` to its end with nothing on its standard input; an exit status other than 0 is an error.
/// `what` says in an error what it was for. Returns its standard output.
pub(crate) fn run(what: &str, command: &mut Command, limit: Duration) -> Result<String, LabError> {
    let output = output(what, command, limit)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(failure(what, command, &output))
}

/// The error for a command that ended with `output`.
pub(crate) fn failure(what: &str, command: &Command, output: &Output) -> LabError {
    let words = if output.stderr.trim_ascii().is_empty() { &output.stdout } else { &output.stderr };
    LabError::Command { what: what.to_owned(), command: line(command), status: status_words(output.status), stderr_tail: tail(words, 12) }
}

/// Runs `command` to its end, whatever its exit status; killed after `limit`.
pub(crate) fn output(what: &str, command: &mut Command, limit: Duration) -> Result<Output, LabError> {
    command.stdin(Stdio::null());
    collect_output(what, command, None, limit)
}

/// Runs `command` to its end with `input` on its standard input; an exit status other than 0 is an error.
pub(crate) fn run_with_input(what: &str, command: &mut Command, input: Vec<u8>, limit: Duration) -> Result<String, LabError> {
    command.stdin(Stdio::piped());
    let output = collect_output(what, command, Some(input), limit)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(failure(what, command, &output))
}

fn collect_output(what: &str, command: &mut Command, input: Option<Vec<u8>>, limit: Duration) -> Result<Output, LabError> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|source| LabError::Spawn { command: line(command), source })?;
    if let (Some(mut stdin), Some(input)) = (child.stdin.take(), input) {
        // A program that does not read all of it says so by its exit status.
        thread::spawn(move || stdin.write_all(&input));
    }
    let stdout = collect(child.stdout.take());
    let stderr = collect(child.stderr.take());
    let ended = wait(&mut child, limit);
    // What a background process left behind still holds open is not waited for.
    let patience = Duration::from_secs(2);
    match ended {
        Ok(Some(status)) => Ok(Output {
            status,
            stdout: stdout.recv_timeout(patience).unwrap_or_default(),
            stderr: stderr.recv_timeout(patience).unwrap_or_default(),
        }),
        Ok(None) => {
            let last = stderr.recv_timeout(patience).unwrap_or_default();
            Err(LabError::Timeout { what: format!("{what}: `{}`", line(command)), after: limit, last: tail(&last, 12) })
        }
        Err(source) => Err(LabError::Spawn { command: line(command), source }),
    }
}

fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    let mut pause = Duration::from_micros(500);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

fn collect(stream: Option<impl Read + Send + 'static>) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // A broken pipe ends the output like its regular end does.
            let _ = stream.read_to_end(&mut bytes);
        }
        let _ = sender.send(bytes);
    });
    receiver
}

/// Asks `condition` again and again until it gives a value; its last words go into the error.
pub(crate) fn poll<T>(what: &str, limit: Duration, mut condition: impl FnMut() -> Result<T, String>) -> Result<T, LabError> {
    let started = Instant::now();
    let mut pause = Duration::from_millis(2);
    loop {
        match condition() {
            Ok(value) => return Ok(value),
            Err(last) if started.elapsed() >= limit => {
                return Err(LabError::Timeout { what: what.to_owned(), after: started.elapsed(), last });
            }
            Err(_) => thread::sleep(pause),
        }
        pause = (pause * 2).min(Duration::from_millis(50));
    }
}

fn line(command: &Command) -> String {
    let mut text = command.get_program().to_string_lossy().into_owned();
    for argument in command.get_args() {
        text.push(' ');
        text.push_str(&argument.to_string_lossy());
    }
    if text.len() > 300 {
        let end = text.floor_char_boundary(300);
        text.truncate(end);
        text.push_str(" ...");
    }
    text
}

fn status_words(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "an unknown status".to_owned(),
    }
}

fn tail(bytes: &[u8], lines: usize) -> String {
    let text = String::from_utf8_lossy(bytes);
    let all: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(20);

    #[test]
    fn a_failure_tells_the_command_its_status_and_last_words() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo first >&2; echo last >&2; exit 7"]);
        let text = run("trying", &mut command, LIMIT).expect_err("fails").to_string();
        assert!(text.contains("trying: `sh -c"), "{text}");
        assert!(text.contains("exit status 7"), "{text}");
        assert!(text.ends_with("  | first\n  | last"), "{text}");
    }

    #[test]
    fn a_command_that_hangs_is_killed_at_the_limit() {
        let error = run("hanging", Command::new("sleep").arg("60"), Duration::from_millis(30)).expect_err("fails");
        assert!(matches!(error, LabError::Timeout { .. }), "{error}");
    }

    #[test]
    fn more_output_than_a_pipe_holds_is_collected() {
        let mut command = Command::new("sh");
        command.args(["-c", "head -c 300000 /dev/zero; head -c 300000 /dev/zero >&2"]);
        let output = output("filling", &mut command, LIMIT).expect("runs");
        assert_eq!((output.stdout.len(), output.stderr.len()), (300_000, 300_000));
    }

    #[test]
    fn poll_gives_the_last_reason() {
        let error = poll::<()>("never", Duration::from_millis(5), || Err("still off".to_owned())).expect_err("times out");
        assert!(error.to_string().contains("still off"), "{error}");
    }
}
