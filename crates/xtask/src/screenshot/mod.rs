//! `cargo xtask screenshot`: what a run looks like on a terminal, as `docs/images/terminal.svg`. A real run in a real terminal (tmux), on this
//! machine in the place of three VMs, one of which fails.

mod svg;

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use xtask::lab::{Need, install_missing};
use xtask::product::{ProductError, Workbench, expect_success, repository};

const NEEDS: &[Need] = &[Need { package: "tmux", why: "a terminal whose screen can be read" }];

/// Columns and lines of the terminal.
const SIZE: (usize, usize) = (110, 32);
const LIMIT: Duration = Duration::from_secs(60);

/// Takes some seconds, says what it does, and does not go well for everybody: the folder is the lock by which one of the hosts is chosen.
const SLOW: &str = r#"
for part in $(seq 8); do echo "Unpacking part $part of 8"; sleep 0.6; done
if mkdir "$HOME/chosen" 2>/dev/null; then echo "cannot write: no space left on device" >&2; exit 3; fi
sleep 4
echo file=/dev/null >>"$VNFPKG_OUTPUT"
"#;

/// Writes the picture.
pub(crate) fn run() -> ExitCode {
    match picture() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr().lock(), "screenshot: {error}");
            ExitCode::FAILURE
        }
    }
}

fn picture() -> Result<(), ProductError> {
    install_missing(NEEDS)?;
    let bench = Workbench::new()?;
    let package = bench.package("hello")?;
    let file = |path: &Path, error: std::io::Error| ProductError::unexpected(path.display().to_string(), error.to_string());
    let script = package.join("Scripts/write_greeting.sh");
    fs::write(&script, SLOW).map_err(|error| file(&script, error))?;
    let terminal = Terminal::start(&bench)?;
    terminal.screen_with(&["$"])?;
    terminal.keys("vnfpkg run instantiate_end hello --host HelloVDU=local --host HelloVDU=local --host HelloVDU=local")?;
    // One has failed and the others are at work: everything is on the screen.
    let busy = terminal.screen_with(&["no space left", " tasks  "])?;
    let whole = terminal.screen_with(&["go on with: vnfpkg resume"])?;
    for (name, screen) in [("terminal.svg", busy), ("terminal-end.svg", whole)] {
        let path = repository().join("docs/images").join(name);
        fs::write(&path, svg::draw(&screen, SIZE.0)).map_err(|error| file(&path, error))?;
    }
    Ok(())
}

/// A tmux server of our own, which ends with this value.
struct Terminal {
    socket: String,
}

impl Terminal {
    fn start(bench: &Workbench) -> Result<Self, ProductError> {
        let terminal = Self { socket: bench.path("tmux").to_string_lossy().into_owned() };
        let program = bench.vnfpkg();
        let folder = Path::new(program.get_program()).parent().unwrap_or(Path::new("/")).display().to_string();
        let home = bench.path("state").parent().unwrap_or(Path::new("/")).to_owned();
        let shell = format!(
            "env -u NO_COLOR HOME={0} VNFPKG_STATE={0}/state PATH={folder}:/usr/bin:/bin TERM=screen-256color PS1='$ ' sh",
            home.display()
        );
        let (columns, lines) = (SIZE.0.to_string(), SIZE.1.to_string());
        terminal.tmux(&["-f", "/dev/null", "new-session", "-d", "-x", &columns, "-y", &lines, "-c", &home.to_string_lossy(), &shell])?;
        Ok(terminal)
    }

    fn tmux(&self, arguments: &[&str]) -> Result<String, ProductError> {
        expect_success("tmux", Command::new("tmux").args(["-S", &self.socket]).args(arguments).output())
    }

    fn keys(&self, line: &str) -> Result<(), ProductError> {
        self.tmux(&["send-keys", line, "Enter"]).map(drop)
    }

    /// The screen, with its colours, as soon as it shows all of these.
    fn screen_with(&self, wanted: &[&str]) -> Result<String, ProductError> {
        let started = Instant::now();
        loop {
            let screen = self.tmux(&["capture-pane", "-p", "-e"])?;
            if wanted.iter().all(|text| screen.contains(text)) {
                return Ok(screen);
            }
            if started.elapsed() > LIMIT {
                return Err(ProductError::unexpected(format!("the screen never shows {wanted:?}"), screen));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux(&["kill-server"]);
    }
}
