//! The conversation.

use camino::Utf8Path;
use lsp_server::{Connection, Message, Notification, Request, Response};
use serde_json::{Value, json};
use vnfpkg_diag::Place;

use crate::definition;
use crate::place::{offset, range, word_at};
use crate::workspace::{Checked, Workspace, path};

/// Why the conversation ended early.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The client said something that is no part of the protocol.
    #[error(transparent)]
    Protocol(#[from] lsp_server::ProtocolError),
    /// The streams broke.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The client went away.
    #[error("the client does not listen any more")]
    Gone,
}

/// Serves one client on standard input and output until it says good-bye.
///
/// # Errors
/// When the client breaks the protocol, or goes away.
pub fn serve() -> Result<(), ServeError> {
    let (connection, threads) = Connection::stdio();
    let capabilities = json!({
        "textDocumentSync": { "openClose": true, "change": 1, "save": {} },
        "hoverProvider": true,
        "definitionProvider": true,
    });
    connection.initialize(capabilities)?;
    let mut server = Server { connection, workspace: Workspace::default() };
    server.run()?;
    drop(server);
    Ok(threads.join()?)
}

struct Server {
    connection: Connection,
    workspace: Workspace,
}

impl Server {
    fn run(&mut self) -> Result<(), ServeError> {
        while let Ok(message) = self.connection.receiver.recv() {
            match message {
                Message::Request(request) => {
                    if self.connection.handle_shutdown(&request)? {
                        return Ok(());
                    }
                    let response = self.answer(request);
                    self.send(response.into())?;
                }
                Message::Notification(notification) => self.hear(&notification)?,
                Message::Response(_) => {}
            }
        }
        Ok(())
    }

    fn send(&self, message: Message) -> Result<(), ServeError> {
        self.connection.sender.send(message).map_err(|_| ServeError::Gone)
    }

    fn hear(&mut self, notification: &Notification) -> Result<(), ServeError> {
        let document = &notification.params["textDocument"];
        let Some(path) = document["uri"].as_str().and_then(path) else { return Ok(()) };
        let text = match notification.method.as_str() {
            "textDocument/didOpen" => document["text"].as_str(),
            // Whole texts only, as the capabilities say; the last one counts.
            "textDocument/didChange" => notification.params["contentChanges"].as_array().and_then(|all| all.last()?["text"].as_str()),
            "textDocument/didClose" => {
                self.workspace.close(&path);
                None
            }
            "textDocument/didSave" => None,
            _ => return Ok(()),
        };
        if let Some(text) = text {
            self.workspace.set(path.clone(), text.to_owned());
        }
        self.publish(&path)
    }

    fn publish(&mut self, path: &Utf8Path) -> Result<(), ServeError> {
        let Some(checked) = self.workspace.check(path) else { return Ok(()) };
        for params in self.workspace.diagnostics(&checked) {
            self.send(Notification { method: "textDocument/publishDiagnostics".into(), params }.into())?;
        }
        Ok(())
    }

    fn answer(&self, request: Request) -> Response {
        let result = match request.method.as_str() {
            "textDocument/hover" => self.hover(&request.params),
            "textDocument/definition" => self.definition(&request.params),
            other => {
                let code = lsp_server::ErrorCode::MethodNotFound as i32;
                return Response::new_err(request.id, code, format!("there is no `{other}`"));
            }
        };
        Response::new_ok(request.id, result.unwrap_or(Value::Null))
    }

    /// The package of a document, the path inside it, its text, and the offset.
    fn look(&self, params: &Value) -> Option<(Checked, String, String, usize)> {
        let path = path(params["textDocument"]["uri"].as_str()?)?;
        let text = match self.workspace.text(&path) {
            Some(text) => text.to_owned(),
            None => std::fs::read_to_string(&path).ok()?,
        };
        let at = offset(&text, &params["position"])?;
        let checked = self.workspace.check(&path)?;
        let inside = path.strip_prefix(&checked.root).ok()?.to_string();
        Some((checked, inside, text, at))
    }

    /// What is wrong here, and the pages of the rules that say so.
    fn hover(&self, params: &Value) -> Option<Value> {
        let (checked, file, _, at) = self.look(params)?;
        let mut pages = Vec::new();
        let mut marked = None;
        for finding in &checked.report.findings {
            let Place::Span(span) = finding.primary.place else { continue };
            let source = checked.sources.get(span.source);
            let here = span.range().contains(&at) || span.range().start == at;
            if source.name() == file
                && here
                && let Some(rule) = vnfpkg_lint::rule(finding.code)
            {
                pages.push(format!("**{}**\n\n{}", finding.message, vnfpkg_lint::page(rule)));
                marked = Some(range(source, span));
            }
        }
        let range = marked?;
        Some(json!({ "contents": { "kind": "markdown", "value": pages.join("\n\n---\n\n") }, "range": range }))
    }

    fn definition(&self, params: &Value) -> Option<Value> {
        let (checked, file, text, at) = self.look(params)?;
        definition::find(&checked, &file, word_at(&text, at))
    }
}
