//! `vnfpkg lsp` driven by a client over standard input and output, as an editor does it.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};
use xtask::product::Workbench;

const LIFECYCLE: &str = "Scripts/lifecycle.yaml";

struct Client {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    next: u64,
}

impl Client {
    fn start(bench: &Workbench) -> Self {
        let mut command = bench.vnfpkg();
        let mut child = command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the server starts");
        let (to, from) = (child.stdin.take().expect("stdin"), BufReader::new(child.stdout.take().expect("stdout")));
        let mut client = Self { child, to, from, next: 0 };
        let answer = client.ask("initialize", &json!({ "capabilities": {}, "processId": null, "rootUri": null }));
        assert_eq!(answer["capabilities"]["hoverProvider"], true, "{answer}");
        client.tell("initialized", &json!({}));
        client
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        write!(self.to, "Content-Length: {}\r\n\r\n{text}", text.len()).expect("the server reads");
        self.to.flush().expect("the server reads");
    }

    fn tell(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The answer to a request; what the server says in between is dropped.
    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.receive();
            if message["id"] == id {
                assert!(message.get("error").is_none(), "{message}");
                return message["result"].clone();
            }
        }
    }

    fn receive(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.from.read_line(&mut line).expect("the server writes") > 0, "the server is gone");
            match line.trim().strip_prefix("Content-Length: ") {
                Some(number) => length = number.parse().expect("a length"),
                None if line.trim().is_empty() => break,
                None => {}
            }
        }
        let mut text = vec![0; length];
        self.from.read_exact(&mut text).expect("the whole message");
        serde_json::from_slice(&text).expect("JSON")
    }

    /// The findings of a file, when the server next tells them.
    fn findings(&mut self, uri: &str) -> Value {
        loop {
            let message = self.receive();
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri {
                return message["params"]["diagnostics"].clone();
            }
        }
    }

    fn change(&mut self, uri: &str, version: u64, text: &str) {
        let params = json!({ "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }] });
        self.tell("textDocument/didChange", &params);
    }

    fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", &json!({ "textDocument": document }));
    }

    fn end(mut self) {
        self.ask("shutdown", &Value::Null);
        self.tell("exit", &Value::Null);
        assert!(self.child.wait().expect("the server ends").success());
    }
}

/// Line and column of a text's first character; `inside` counts on from there.
fn at(text: &str, wanted: &str, inside: usize) -> Value {
    let offset = text.find(wanted).expect("the text is there") + inside;
    let before = &text[..offset];
    json!({ "line": before.matches('\n').count(), "character": offset - before.rfind('\n').map_or(0, |at| at + 1) })
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

#[test]
fn findings_come_as_one_types_and_go_again() {
    let bench = Workbench::new().expect("a workbench");
    let file = bench.package("hello").expect("the package").join(LIFECYCLE);
    let (here, good) = (uri(&file), fs::read_to_string(&file).expect("read"));
    let bad = good.replace("[motto, token]", "[moto, token]");
    let mut client = Client::start(&bench);
    client.open(&here, &bad);
    let findings = client.findings(&here);
    assert_eq!((&findings[0]["code"], &findings[0]["severity"]), (&json!("LCD03"), &json!(1)), "{findings}");
    assert_eq!(findings[0]["range"]["start"], at(&bad, "moto,", 0));
    assert!(findings[0]["message"].as_str().is_some_and(|text| text.contains("did you mean `motto`?")), "{findings}");

    let place = json!({ "textDocument": { "uri": here }, "position": at(&bad, "moto,", 2) });
    let page = client.ask("textDocument/hover", &place)["contents"]["value"].to_string();
    assert!(page.contains("# LCD03"), "{page}");

    client.change(&here, 2, &good);
    assert_eq!(client.findings(&here), json!([]));
    client.end();
}

#[test]
fn names_lead_to_their_definition() {
    let bench = Workbench::new().expect("a workbench");
    let package = bench.package("hello").expect("the package");
    let mut client = Client::start(&bench);
    let mut leads = |file: &str, wanted: &str, to: &str, target: &str| {
        let text = fs::read_to_string(package.join(file)).expect("read");
        let place = json!({ "textDocument": { "uri": uri(&package.join(file)) }, "position": at(&text, wanted, wanted.len() - 1) });
        let answer = client.ask("textDocument/definition", &place);
        assert_eq!(answer["uri"], uri(&package.join(to)), "{wanted}: {answer}");
        let there = fs::read_to_string(package.join(to)).expect("read");
        assert_eq!(answer["range"]["start"], if target.is_empty() { json!({ "line": 0, "character": 0 }) } else { at(&there, target, 0) });
    };
    leads("Definitions/hello_df_simple.yaml", "      type: vnfpkg.nodes.Hello", "Definitions/hello_types.yaml", "vnfpkg.nodes.Hello:");
    leads("Definitions/hello_df_simple.yaml", "implementation: lifecycle", LIFECYCLE, "");
    leads(LIFECYCLE, "needs: [motto", LIFECYCLE, "motto:");
    leads(LIFECYCLE, "run: make_folder.sh", "Scripts/make_folder.sh", "");
    client.end();
}
