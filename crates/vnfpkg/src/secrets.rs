//! `--secret NAME=SOURCE`: values that never stand on a command line or in a request.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::str::FromStr;

use camino::Utf8PathBuf;
use clap::Args;
use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
use vnfpkg_diag::{Sources, Span};
use vnfpkg_plan::lifecycle::Operation;
use vnfpkg_plan::parameters::ParameterKind;
use vnfpkg_plan::request::Request;

use crate::environment::variable;
use crate::exit::Failure;

/// A longer secret is a mistake.
const LIMIT: u64 = 64 * 1024;

/// The argument, for every command that makes or runs a plan.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct SecretArgs {
    /// A secret parameter and where its value is: NAME=env:VARIABLE, file:PATH, prompt, or cmd:COMMAND; may repeat
    #[arg(long = "secret", value_name = "NAME=SOURCE")]
    pub(crate) secrets: Vec<SecretArgument>,
}

/// A parameter and where its value is.
#[derive(Debug, Clone)]
pub(crate) struct SecretArgument {
    name: String,
    source: Source,
}

#[derive(Debug, Clone)]
enum Source {
    Env(String),
    File(Utf8PathBuf),
    Prompt,
    Command(String),
}

impl FromStr for SecretArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // What is wrong with it is not repeated: it may be a value.
        let kinds = "write NAME=env:VARIABLE, NAME=file:PATH, NAME=prompt or NAME=cmd:COMMAND";
        let (name, source) = text.split_once('=').ok_or(kinds)?;
        let source = match source.split_once(':') {
            Some(("env", name)) if !name.is_empty() => Source::Env(name.to_owned()),
            Some(("file", path)) if !path.is_empty() => Source::File(path.into()),
            Some(("cmd", command)) if !command.is_empty() => Source::Command(command.to_owned()),
            None if source == "prompt" => Source::Prompt,
            _ => return Err(format!("a value does not belong on a command line; {kinds}")),
        };
        let name = name.strip_prefix("input.").unwrap_or(name);
        if name.is_empty() { Err(kinds.to_owned()) } else { Ok(Self { name: name.to_owned(), source }) }
    }
}

impl std::fmt::Display for SecretArgument {
    /// As it is written on a command line.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.source {
            Source::Env(name) => write!(f, "{}=env:{name}", self.name),
            Source::File(path) => write!(f, "{}=file:{path}", self.name),
            Source::Prompt => write!(f, "{}=prompt", self.name),
            Source::Command(command) => write!(f, "{}=cmd:{command}", self.name),
        }
    }
}

impl SecretArgs {
    /// Puts the values where the request would have them. The names are checked before anything is asked for.
    pub(crate) fn fill(
        &self,
        request: &mut Request,
        operation: &Operation,
        parameters: &ParameterKind,
        sources: &mut Sources,
    ) -> Result<(), Failure> {
        let paths = self.secrets.iter().map(|secret| secret.path(operation, parameters)).collect::<Result<Vec<_>, _>>()?;
        for (secret, path) in self.secrets.iter().zip(paths) {
            let text = format!("{}: its value", secret.name);
            let shown = Span::new(sources.add("--secret", text.as_str()), secret.name.len() + 2, text.len());
            let path: Vec<&str> = path.iter().map(String::as_str).collect();
            request.set_parameter(&path, &secret.value()?, shown);
        }
        Ok(())
    }
}

impl SecretArgument {
    /// Where in `additionalParams` it belongs.
    fn path(&self, operation: &Operation, parameters: &ParameterKind) -> Result<Vec<String>, Failure> {
        let input = operation.input.as_ref().map(|key| key.value.clone());
        let path: Vec<String> = input.into_iter().chain(self.name.split('.').map(str::to_owned)).collect();
        let keys: Vec<&str> = path.iter().map(String::as_str).collect();
        match parameters.find(&keys) {
            Some(parameter) if parameter.secret => Ok(path),
            Some(_) => Err(Failure::usage(format!("the parameter `{}` is no secret, so it would be shown", self.name))
                .help("put it into the request, or mark its property with `metadata: { secret: 'true' }`")),
            None if *parameters == ParameterKind::Any => Err(Failure::usage("the VNFD does not say which parameters are secret")
                .help("declare them in a data type with `metadata: { secret: 'true' }`")),
            None => Err(Failure::usage(format!("the operation has no parameter `{}`", self.name))
                .help("`vnfpkg inspect PACKAGE` lists its parameters")),
        }
    }

    /// One line end at the end is not part of it.
    fn value(&self) -> Result<String, Failure> {
        let text = match &self.source {
            Source::Env(name) => variable(name)
                .ok_or_else(|| Failure::usage(format!("`{}`: the environment variable `{name}` is not set or empty", self.name)))?,
            Source::File(path) => self.read(&format!("file {path}"), File::open(path))?,
            Source::Prompt => self.prompt()?,
            Source::Command(command) => self.output_of(command)?,
        };
        let text = text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text));
        if text.is_empty() { Err(Failure::usage(format!("the secret `{}` is empty", self.name))) } else { Ok(text.to_owned()) }
    }

    fn read(&self, what: &str, input: std::io::Result<impl Read>) -> Result<String, Failure> {
        let mut text = String::new();
        let read = input.and_then(|input| input.take(LIMIT + 1).read_to_string(&mut text));
        match read {
            Ok(length) if length as u64 > LIMIT => Err(Failure::usage(format!("`{}`: more than {LIMIT} bytes from {what}", self.name))),
            Ok(_) => Ok(text),
            Err(error) => Err(Failure::usage(format!("`{}`: cannot read {what}: {error}", self.name))),
        }
    }

    fn output_of(&self, command: &str) -> Result<String, Failure> {
        let cannot = |error: &dyn std::fmt::Display| Failure::usage(format!("`{}`: its command: {error}", self.name));
        let mut child = Command::new("sh").args(["-c", command]).stdout(Stdio::piped()).spawn().map_err(|error| cannot(&error))?;
        let text = match child.stdout.take() {
            Some(output) => self.read("its command", Ok(output)),
            None => Err(cannot(&"it has no output")),
        };
        let status = child.wait().map_err(|error| cannot(&error))?;
        if status.success() { text } else { Err(cannot(&status)) }
    }

    /// Asks on the terminal, also when the standard streams lead elsewhere.
    fn prompt(&self) -> Result<String, Failure> {
        let cannot = |error: std::io::Error| {
            Failure::usage(format!("`{}`: there is no terminal to ask on: {error}", self.name)).help("take it from env:, file: or cmd:")
        };
        let mut terminal = File::options().read(true).write(true).open("/dev/tty").map_err(cannot)?;
        let before = tcgetattr(&terminal).map_err(|errno| cannot(errno.into()))?;
        let mut silent = before.clone();
        silent.local_modes.remove(LocalModes::ECHO);
        let _ = write!(terminal, "{}: ", self.name);
        tcsetattr(&terminal, OptionalActions::Flush, &silent).map_err(|errno| cannot(errno.into()))?;
        let mut line = String::new();
        let read = BufReader::new(&terminal).read_line(&mut line);
        let restored = tcsetattr(&terminal, OptionalActions::Flush, &before);
        let _ = writeln!(terminal);
        read.map_err(cannot)?;
        restored.map_err(|errno| cannot(errno.into()))?;
        Ok(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_on_the_command_line_is_refused_and_not_repeated() {
        for text in ["password=hunter2", "hunter2", "password=http:hunter2", "password=env:", "=env:hunter2"] {
            let fault = text.parse::<SecretArgument>().expect_err("refused");
            assert!(!fault.contains("hunter2"), "{fault}");
        }
    }

    #[test]
    fn sources_give_the_value_without_its_line_end() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "s3cret\n").expect("written");
        for text in [format!("input.p=file:{}", file.path().display()), "p=cmd:echo s3cret".to_owned()] {
            let secret: SecretArgument = text.parse().expect("an argument");
            assert_eq!(secret.value().expect("a value"), "s3cret");
            assert_eq!(secret.to_string(), text.trim_start_matches("input."));
        }
        let failing: SecretArgument = "p=cmd:echo s3cret; exit 3".parse().expect("an argument");
        let fault = failing.value().expect_err("it fails").message;
        assert!(fault.contains("exit status: 3") && !fault.contains("s3cret"), "{fault}");
    }
}
