//! Logging in: agent, key files with their certificates, password, keyboard-interactive, in this order.

use std::panic::{AssertUnwindSafe, catch_unwind};

use secrecy::{ExposeSecret, SecretString};
use ssh2::{KeyboardInteractivePrompt, Prompt, Session};
use vnfpkg_transport::{Control, ErrorKind, TransportError};

use crate::connection::{Connection, code, is_lost, number};
use crate::keys::Unusable;
use crate::route::Hop;
use crate::transport::Shared;

/// sshd ends the connection after six refusals (MaxAuthTries), so not all of an agent's keys can be tried.
const MAX_AGENT_KEYS: usize = 3;

/// Logs in, or says what was tried and what the host allows.
pub(crate) fn log_in(connection: &mut Connection, hop: &Hop, shared: &Shared, control: &Control) -> Result<(), TransportError> {
    let mut attempt = Attempt { connection, hop, control, tried: Vec::new(), problems: Vec::new() };
    let done = attempt.agent(shared)? || attempt.keys(shared)? || attempt.password()?;
    if done { Ok(()) } else { attempt.denied() }
}

struct Attempt<'a> {
    connection: &'a mut Connection,
    hop: &'a Hop,
    control: &'a Control,
    /// Methods that the host refused.
    tried: Vec<String>,
    /// Credentials that could not be tried.
    problems: Vec<String>,
}

impl Attempt<'_> {
    /// One method; true when we are in.
    fn run(&mut self, name: String, operation: impl FnMut(&Session) -> Result<(), ssh2::Error>) -> Result<bool, TransportError> {
        let result = self.connection.drive(self.control, operation)?;
        match result {
            Ok(()) => Ok(true),
            Err(_) if self.connection.session().authenticated() => Ok(true),
            Err(error) if is_lost(&error) => Err(self.cut(error.message())),
            // Nothing was sent: the key does not open, or is of a kind that libssh2 does not know.
            Err(error) if matches!(number(&error), Some(code::FILE | code::KEYFILE_AUTH_FAILED)) => {
                self.problems.push(format!("{name} cannot be used: {}", error.message()));
                Ok(false)
            }
            Err(_) => {
                self.tried.push(name);
                Ok(false)
            }
        }
    }

    fn agent(&mut self, shared: &Shared) -> Result<bool, TransportError> {
        let Some(path) = &shared.options.agent else { return Ok(false) };
        let opened = self.connection.session().agent().and_then(|mut agent| {
            agent.set_identity_path(path)?;
            agent.connect()?;
            agent.list_identities()?;
            let identities = agent.identities()?;
            Ok((agent, identities))
        });
        let (agent, identities) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                self.problems.push(format!("agent at {}: {}", path.display(), error.message()));
                return Ok(false);
            }
        };
        if identities.len() > MAX_AGENT_KEYS {
            self.problems.push(format!("agent: only the first {MAX_AGENT_KEYS} of {} keys were tried", identities.len()));
        }
        for identity in identities.iter().take(MAX_AGENT_KEYS) {
            if self.run(format!("agent key {}", identity.comment()), |_| agent.userauth(&self.hop.user, identity))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn keys(&mut self, shared: &Shared) -> Result<bool, TransportError> {
        let hop = self.hop;
        for file in &hop.keys {
            let shown = file.path.display();
            let key = match shared.keys.get(&file.path, hop.passphrase.as_ref()) {
                Ok(key) => key,
                Err(Unusable::Missing) if !file.named => continue,
                Err(Unusable::Missing) => {
                    self.problems.push(format!("key {shown} does not exist"));
                    continue;
                }
                Err(Unusable::Because(reason)) => {
                    self.problems.push(format!("key {shown} {reason}"));
                    continue;
                }
            };
            let passphrase = key.passphrase.as_ref().map(ExposeSecret::expose_secret);
            if let Some(certificate) = &key.certificate
                && self.run(format!("certificate of key {shown}"), |session| {
                    session.userauth_pubkey_memory(&hop.user, Some(certificate), key.text.expose_secret(), passphrase)
                })?
            {
                return Ok(true);
            }
            if self.run(format!("key {shown}"), |session| {
                session.userauth_pubkey_memory(&hop.user, None, key.text.expose_secret(), passphrase)
            })? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn password(&mut self) -> Result<bool, TransportError> {
        let hop = self.hop;
        let Some(password) = &hop.password else { return Ok(false) };
        if self.run("password".into(), |session| session.userauth_password(&hop.user, password.expose_secret()))? {
            return Ok(true);
        }
        if !self.allowed()?.is_some_and(|methods| methods.contains("keyboard-interactive")) {
            return Ok(false);
        }
        let mut answers = Answers { password, rounds: 0 };
        self.run("keyboard-interactive".into(), |session| session.userauth_keyboard_interactive(&hop.user, &mut answers))
    }

    /// The methods that the host allows, as it names them; nothing when it does not answer.
    fn allowed(&mut self) -> Result<Option<String>, TransportError> {
        let user = &self.hop.user;
        let methods = self.connection.drive(self.control, |session| {
            // ssh2 panics when a host answers with something that is not UTF-8.
            catch_unwind(AssertUnwindSafe(|| session.auth_methods(user).map(str::to_owned))).unwrap_or_else(|_| Ok(String::new()))
        })?;
        Ok(methods.ok())
    }

    /// The host hung up while we logged in.
    fn cut(&self, why: &str) -> TransportError {
        let hop = self.hop;
        if self.tried.is_empty() {
            return TransportError::new(ErrorKind::Unreachable, format!("{hop} ended the connection during login: {why}"));
        }
        TransportError::new(
            ErrorKind::Auth,
            format!("{hop} refused {} for user {} and ended the connection", self.tried.join(", "), hop.user),
        )
        .help("the host may allow fewer attempts than there are keys (MaxAuthTries): give only the key or password that is meant for it")
    }

    /// Nothing was accepted. Asking what would be is itself the attempt to get in without any credential.
    fn denied(&mut self) -> Result<(), TransportError> {
        // A host that ended the connection answers this question no more.
        let Some(allowed) = self.allowed()? else { return Err(self.cut("no answer")) };
        if self.connection.session().authenticated() {
            return Ok(());
        }
        let hop = self.hop;
        let tried = if self.tried.is_empty() { "nothing was tried".to_owned() } else { format!("refused: {}", self.tried.join(", ")) };
        let mut message = format!("{hop} does not let user {} in; {tried}; the host allows {}", hop.user, allowed.replace(',', ", "));
        for problem in &self.problems {
            message.push_str("; ");
            message.push_str(problem);
        }
        let help = match (&hop.password, hop.keys.is_empty()) {
            (None, true) => "give a password or a private key for this host",
            _ => "check the login name, and that the key or password is the one of this host",
        };
        let kind = if self.tried.is_empty() { ErrorKind::NoCredentials } else { ErrorKind::Auth };
        Err(TransportError::new(kind, message).help(help))
    }
}

/// Answers every hidden question with the password, and no question more than a few times.
struct Answers<'a> {
    password: &'a SecretString,
    rounds: usize,
}

impl KeyboardInteractivePrompt for Answers<'_> {
    fn prompt(&mut self, _user: &str, _instructions: &str, prompts: &[Prompt<'_>]) -> Vec<String> {
        self.rounds += 1;
        let answer =
            |prompt: &Prompt<'_>| if prompt.echo || self.rounds > 3 { String::new() } else { self.password.expose_secret().to_owned() };
        prompts.iter().map(answer).collect()
    }
}
