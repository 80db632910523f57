//! Rendering with Tera: strict, offline, shell-quoting.

use std::collections::BTreeSet;
use std::io::{self, Write};

use serde_json::Value;
use tera::{Context, Delimiters, ErrorKind, Filter, Kwargs, State, Tera};
use vnfpkg_diag::Span;

use super::set::TemplateSet;
use crate::deferred::Deferred;
use crate::filters::{TEXT_FILTERS, apply_text_filter};
use crate::problem::{Problem, ProblemKind};

/// Largest rendered text; more is a runaway loop.
const RENDER_LIMIT: usize = 4 << 20;

/// Suffix under which every file is known once more, to be rendered without shell quoting.
const AS_FILE: &str = "#file";

/// Templates ready for rendering.
pub struct Engine {
    tera: Tera,
    set: TemplateSet,
}

/// Why a template could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderError {
    /// What is wrong.
    pub message: String,
    /// Where, when it is in a template file.
    pub span: Option<Span>,
}

impl Engine {
    /// Parses all templates of a set. A template with a syntax error is left out and reported.
    pub fn new(set: &TemplateSet) -> (Self, Vec<Problem>) {
        let mut broken = BTreeSet::new();
        let mut problems = Vec::new();
        loop {
            let candidate = set.clone().without(&broken);
            match parse(&candidate) {
                Ok(tera) => return (Self { tera, set: candidate }, problems),
                Err(error) => {
                    let (name, problem) = syntax_problem(set, &error);
                    problems.extend(problem);
                    let fresh = name.is_some_and(|name| broken.insert(name));
                    if !fresh {
                        return (Self { tera: base(), set: TemplateSet::default() }, problems);
                    }
                }
            }
        }
    }

    /// The templates.
    pub fn set(&self) -> &TemplateSet {
        &self.set
    }

    /// Renders a script: values become single shell words.
    ///
    /// # Errors
    /// An undefined variable, a bad filter argument, or too much text.
    pub fn script(&self, name: &str, context: &Value) -> Result<Deferred, RenderError> {
        self.render(name, context).map(Deferred::new)
    }

    /// Renders a file: values stand as they are.
    ///
    /// # Errors
    /// As [`script`](Self::script).
    pub fn file(&self, name: &str, context: &Value) -> Result<Deferred, RenderError> {
        self.render(&format!("{name}{AS_FILE}"), context).map(Deferred::new)
    }

    /// Renders an inline text: values stand as they are.
    ///
    /// # Errors
    /// As [`script`](Self::script), and a syntax error.
    pub fn text(&self, text: &str, context: &Value) -> Result<String, RenderError> {
        if !text.contains("{{") && !text.contains("{%") {
            return Ok(text.to_owned());
        }
        let mut tera = base();
        tera.add_raw_template("text", text).map_err(|error| plain_error(&error))?;
        let context = to_context(context)?;
        let rendered = tera.render("text", &context).map_err(|error| plain_error(&error))?;
        Ok(rendered)
    }

    /// Does a Tera expression hold?
    ///
    /// # Errors
    /// As [`text`](Self::text).
    pub fn holds(&self, expression: &str, context: &Value) -> Result<bool, RenderError> {
        let text = format!("{{% if {expression} %}}1{{% endif %}}");
        self.text(&text, context).map(|rendered| rendered == "1")
    }

    fn render(&self, name: &str, context: &Value) -> Result<String, RenderError> {
        let context = to_context(context)?;
        let mut out = Bounded { bytes: Vec::new() };
        let result = self.tera.render_to(name, &context, &mut out);
        if out.bytes.len() >= RENDER_LIMIT {
            return Err(RenderError { message: format!("the rendered text is longer than {} MiB", RENDER_LIMIT >> 20), span: None });
        }
        result.map_err(|error| self.render_error(&error))?;
        String::from_utf8(out.bytes).map_err(|_| RenderError { message: "the rendered text is not UTF-8".into(), span: None })
    }

    fn render_error(&self, error: &tera::Error) -> RenderError {
        match error.kind() {
            ErrorKind::RenderingError(report) => {
                let name = report.filename().trim_end_matches(AS_FILE);
                let span = self.set.get(name).map(|file| Span::new(file.source, report.span().range.start, report.span().range.end));
                RenderError { message: lower_first(report.message()), span }
            }
            _ => plain_error(error),
        }
    }
}

fn base() -> Tera {
    let mut tera = Tera::new();
    // The default `{#` begins the shell's `${#name}`.
    let delimiters = Delimiters { comment_start: "<#".into(), comment_end: "#>".into(), ..Delimiters::default() };
    if let Err(error) = tera.set_delimiters(delimiters) {
        unreachable!("constant delimiters: {error}");
    }
    tera.autoescape_on(vec![".sh", ".bash", ".py"]);
    tera.set_escape_fn(|text, out| out.write_all(shell_word(text).as_bytes()));
    for name in TEXT_FILTERS {
        tera.register_filter(name, move |value: &str, _: Kwargs, _: &State| {
            Deferred::defer_filter(value, name, &|text| apply_text_filter(name, text))
        });
    }
    tera.register_filter("raw", Raw);
    tera
}

/// `{{ x | raw }}`: the explicit way around quoting; a rule reports it for values of the request.
struct Raw;

impl Filter<String, String> for Raw {
    fn call(&self, value: String, _: Kwargs, _: &State) -> String {
        value
    }

    fn is_safe(&self) -> bool {
        true
    }
}

fn parse(set: &TemplateSet) -> Result<Tera, tera::Error> {
    let mut tera = base();
    let mut files = Vec::new();
    for (name, file) in set.iter() {
        files.push((name.to_owned(), file.text.clone()));
        files.push((format!("{name}{AS_FILE}"), file.text.clone()));
    }
    tera.add_raw_templates(files)?;
    // Every script is shell-quoted, whatever its name; every file is not.
    tera.autoescape_on(set.iter().map(|(name, _)| name.to_owned()).collect::<Vec<_>>());
    Ok(tera)
}

fn syntax_problem(set: &TemplateSet, error: &tera::Error) -> (Option<String>, Option<Problem>) {
    let ErrorKind::SyntaxError(report) = error.kind() else {
        // A circle of includes, or an include of what is not there; the latter is reported where it is loaded.
        let culprit = match error.kind() {
            ErrorKind::CircularInclude { tpl, .. } | ErrorKind::TemplateNotFound(tpl) => Some(tpl.clone()),
            _ => None,
        };
        let named = culprit.as_deref().map(|name| name.trim_end_matches(AS_FILE));
        let name = named.filter(|name| set.get(name).is_some()).or_else(|| {
            let text = error.to_string();
            set.iter().map(|(name, _)| name).find(|name| text.contains(*name))
        });
        let problem = name
            .and_then(|name| set.get(name))
            .map(|file| Problem::at(ProblemKind::TemplateSyntax, Span::new(file.source, 0, 0), error.to_string()));
        return (name.map(str::to_owned), problem);
    };
    let name = report.filename().trim_end_matches(AS_FILE).to_owned();
    let problem = set.get(&name).map(|file| {
        let range = &report.span().range;
        Problem::at(ProblemKind::TemplateSyntax, Span::new(file.source, range.start, range.end), lower_first(report.message()))
    });
    (Some(name), problem)
}

fn plain_error(error: &tera::Error) -> RenderError {
    let message = match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => lower_first(report.message()),
        _ => error.to_string(),
    };
    RenderError { message, span: None }
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map(|first| first.to_lowercase().collect::<String>() + chars.as_str()).unwrap_or_default()
}

fn to_context(value: &Value) -> Result<Context, RenderError> {
    Context::from_serialize(value).map_err(|error| plain_error(&error))
}

/// A writer that refuses to grow beyond the limit.
struct Bounded {
    bytes: Vec<u8>,
}

impl Write for Bounded {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + buffer.len() > RENDER_LIMIT {
            self.bytes.resize(RENDER_LIMIT, 0);
            return Err(io::Error::other("the rendered text is too long"));
        }
        self.bytes.extend_from_slice(buffer);
        Ok(buffer.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A text as exactly one word of a POSIX shell. A text with gaps is always quoted, since what fills them is not known.
fn shell_word(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./:@%+=,-".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vnfpkg_diag::Sources;

    use super::*;
    use crate::deferred::{Fill, Gap};
    use crate::template::set::TemplateFile;

    fn engine(name: &str, text: &str) -> (Engine, Vec<Problem>) {
        let mut sources = Sources::new();
        let source = sources.add(name, text);
        Engine::new(&TemplateSet::from_files([(name.to_owned(), TemplateFile { source, text: text.to_owned() })]))
    }

    #[test]
    fn a_value_is_one_word() {
        let (engine, problems) = engine("a.sh", "echo {{ x }} ${#y} {{ n }} {{ empty }}.");
        assert!(problems.is_empty());
        let rendered = engine.script("a.sh", &json!({"x": "a b; $(reboot) 'q'", "n": 5, "empty": ""})).unwrap();
        assert_eq!(rendered.display(), r"echo 'a b; $(reboot) '\''q'\''' ${#y} 5 ''.");
    }

    #[test]
    fn a_file_is_not_quoted_and_a_filter_reaches_late_values() {
        let (engine, _) = engine("a.conf", "E=\"{{ x | systemd }}\"");
        let gap = Gap::Secret("p".into());
        let rendered = engine.file("a.conf", &json!({ "x": Deferred::mark(&gap) })).unwrap();
        assert_eq!(rendered.fill(Fill::Plain, &|_| Some("a%\"".into())).unwrap(), "E=\"a%%\\\"\"");
    }

    #[test]
    fn an_undefined_variable_is_an_error_with_its_place() {
        let (engine, _) = engine("a.sh", "echo\necho {{ input.tpyo }}\n");
        let error = engine.script("a.sh", &json!({"input": {}})).unwrap_err();
        assert_eq!(error.span.unwrap().range(), 19..23);
    }

    #[test]
    fn a_syntax_error_is_reported_and_the_rest_works() {
        let mut sources = Sources::new();
        let mut add = |name: &str, text: &str| (name.to_owned(), TemplateFile { source: sources.add(name, text), text: text.to_owned() });
        let set = TemplateSet::from_files([add("bad.sh", "{% if %}"), add("good.sh", "ok")]);
        let (engine, problems) = Engine::new(&set);
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].kind, ProblemKind::TemplateSyntax);
        assert_eq!(engine.script("good.sh", &json!({})).unwrap().display(), "ok");
    }

    #[test]
    fn raw_goes_around_quoting() {
        let (engine, problems) = engine("a.sh", "{{ x | raw }} {{ x }}");
        assert_eq!(problems, []);
        assert_eq!(engine.script("a.sh", &json!({"x": "a b"})).unwrap().display(), "a b 'a b'");
    }

    #[test]
    fn a_runaway_loop_ends() {
        let (engine, _) =
            engine("a.sh", "{% for i in range(end=100000) %}{% for j in range(end=100000) %}xxxxxxxxxxxxxxxx{% endfor %}{% endfor %}");
        assert!(engine.script("a.sh", &json!({})).is_err());
    }

    #[test]
    fn a_condition_is_an_expression() {
        let (engine, _) = engine("a.sh", "");
        let context = json!({"input": {"a": "", "b": "x"}});
        assert!(engine.holds("input.a or input.b", &context).unwrap());
        assert!(!engine.holds("not input.b", &context).unwrap());
        assert!(engine.holds("input.b and (", &context).is_err());
    }
}
