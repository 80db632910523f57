//! `{{ value }}` brings its own quotes where it needs them. Inside quotes of the script these end the quoting, or become
//! part of the value.
//!
//! ## Bad
//!
//! ```text
//! echo "port {{ input.port_no }}"
//! ```
//!
//! ## Good
//!
//! ```text
//! echo "port "{{ input.port_no }}
//! ```

use vnfpkg_diag::{Finding, Severity, SourceId, Span};

use crate::context::Context;
use crate::findings::Findings;
use crate::rule::Rule;

pub(crate) const RULE: Rule = Rule {
    code: "TPL04",
    name: "no-double-quotes",
    title: "Values do not stand inside quotes of the script",
    severity: Severity::Warning,
    check: Some(check),
    ..Rule::BASE
};

fn check(context: &Context<'_>) -> Findings {
    let mut findings: Vec<Finding> = Vec::new();
    for lifecycle in context.lifecycles {
        for (name, file) in lifecycle.bundle.engine.set().iter() {
            // Only in scripts do quotes mean something to a shell.
            if name.ends_with(".sh") || file.text.starts_with("#!") {
                findings.extend(quoted(file.source, &file.text).into_iter().map(finding));
            }
        }
    }
    findings.dedup_by_key(|finding| finding.primary.place.clone());
    findings.into_iter().collect()
}

fn finding(span: Span) -> Finding {
    let finding = RULE.at(span, "the value stands inside quotes, but brings its own");
    finding.help("end the quotes before it: `\"text \"{{ value }}`")
}

/// Places of `{{ ... }}` inside quotes. Each line is looked at by itself, so that a quote in a here-document does no harm.
fn quoted(source: SourceId, text: &str) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut quote = None;
        // What `$(...)` stands in; inside it quotes begin anew.
        let mut outer: Vec<Option<char>> = Vec::new();
        let mut at = 0;
        while let Some(character) = line[at..].chars().next() {
            if line[at..].starts_with("{% raw %}") {
                at = line[at..].find("{% endraw %}").map_or(line.len(), |length| at + length);
                continue;
            }
            if line[at..].starts_with("{{") {
                let end = line[at..].find("}}").map_or(line.len(), |length| at + length + 2);
                if quote.is_some() && !is_plain(&line[at..end]) {
                    spans.push(Span::new(source, start + at, start + end));
                }
                at = end;
                continue;
            }
            if quote != Some('\'') && line[at..].starts_with("$(") {
                outer.push(quote.take());
                at += 2;
                continue;
            }
            match character {
                ')' if quote.is_none() => quote = outer.pop().flatten(),
                '#' if quote.is_none() && line[..at].chars().next_back().is_none_or(char::is_whitespace) => break,
                '\\' if quote != Some('\'') => at += line[at + 1..].chars().next().map_or(0, char::len_utf8),
                '"' | '\'' if quote.is_none() => quote = Some(character),
                _ if quote == Some(character) => quote = None,
                _ => {}
            }
            at += character.len_utf8();
        }
        start += line.len();
    }
    spans
}

/// Does the expression switch the quotes of the value off?
fn is_plain(expression: &str) -> bool {
    ["| safe", "|safe"].iter().any(|filter| expression.contains(filter))
}

#[cfg(test)]
mod tests {
    use vnfpkg_diag::Sources;

    use super::quoted;

    #[test]
    fn quotes_are_followed() {
        let count = |text: &str| quoted(Sources::new().add("t.sh", text), text).len();
        assert_eq!(count("echo \"a {{ input.a }}\"\n"), 1);
        assert_eq!(count("echo 'a {{ input.a }}'\n"), 1);
        assert_eq!(count("echo \"a \"{{ input.a }}\n"), 0);
        assert_eq!(count("echo \\\"{{ input.a }}\n# don't {{ input.a }}\necho it\\'s {{ input.a }}\n"), 0);
        assert_eq!(count("echo \"{{ input.a | safe }}\"\n"), 0);
        assert_eq!(count("echo \"$(cat {{ input.a }})\"\n"), 0);
        assert_eq!(count("echo \"$(date) {{ input.a }}\" (x)\n"), 1);
        assert_eq!(count("docker inspect --format '{% raw %}{{ .Id }}{% endraw %}' {{ input.a }}\n"), 0);
    }
}
