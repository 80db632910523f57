//! What the terminal can do, and the only place that prints.

use std::io::{IsTerminal, Write};

use clap::ValueEnum;
use owo_colors::{OwoColorize, Style};

use crate::environment::variable;
use crate::exit::Failure;

/// `--color`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Default)]
pub(crate) enum ColorChoice {
    /// When the output is a terminal.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// The two output streams and what they can do.
pub(crate) struct Terminal {
    /// Colour on standard output.
    pub(crate) color_out: bool,
    /// Colour on standard error.
    pub(crate) color_err: bool,
    /// Lines on standard error can be rewritten.
    pub(crate) live: bool,
    /// Columns.
    pub(crate) width: usize,
}

impl Terminal {
    /// Looks at the streams and the environment.
    pub(crate) fn detect(choice: ColorChoice) -> Self {
        let dumb = variable("TERM").as_deref() == Some("dumb");
        let color = |is_terminal: bool| match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto if variable("NO_COLOR").is_some() => false,
            ColorChoice::Auto if variable("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
            ColorChoice::Auto => is_terminal && !dumb,
        };
        let (out, err) = (std::io::stdout().is_terminal(), std::io::stderr().is_terminal());
        Self { color_out: color(out), color_err: color(err), live: err && !dumb, width: width() }
    }

    /// Asks a question on standard error and reads a line; an empty one is the default.
    pub(crate) fn ask(&self, question: &str, default: &str) -> Result<String, Failure> {
        self.err(&format!("{question} [{default}]: "));
        let mut line = String::new();
        let read = std::io::stdin().read_line(&mut line).map_err(|error| Failure::usage(format!("cannot read the answer: {error}")))?;
        if read == 0 {
            return Err(Failure::usage("the question has no answer").help("give the value on the command line"));
        }
        let answer = line.trim();
        Ok(if answer.is_empty() { default.to_owned() } else { answer.to_owned() })
    }

    /// Data that was asked for. A reader that went away ends the program quietly.
    pub(crate) fn out(&self, text: &str) {
        let mut stdout = std::io::stdout().lock();
        let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    }

    /// Progress and logs.
    pub(crate) fn err(&self, text: &str) {
        let mut stderr = std::io::stderr().lock();
        let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }

    /// A failure that ends the command.
    pub(crate) fn failure(&self, failure: &Failure) {
        let mut text = format!("{} {}\n", self.paint_err("error:", Style::new().red().bold()), failure.message);
        for help in &failure.help {
            text.push_str(&format!("{} {help}\n", self.paint_err(" help:", Style::new().cyan())));
        }
        self.err(&text);
    }

    /// A word in colour on standard error.
    pub(crate) fn paint_err(&self, word: &str, style: Style) -> String {
        paint(self.color_err, word, style)
    }

    /// A word in colour on standard output.
    pub(crate) fn paint_out(&self, word: &str, style: Style) -> String {
        paint(self.color_out, word, style)
    }
}

fn paint(color: bool, word: &str, style: Style) -> String {
    if color { word.style(style).to_string() } else { word.to_owned() }
}

fn width() -> usize {
    let terminal =
        rustix::termios::tcgetwinsize(std::io::stderr()).ok().map(|size| usize::from(size.ws_col)).filter(|columns| *columns > 0);
    let columns = terminal.or_else(|| variable("COLUMNS").and_then(|text| text.parse().ok())).unwrap_or(100);
    columns.clamp(40, 160)
}
