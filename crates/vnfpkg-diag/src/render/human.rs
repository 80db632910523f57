//! For people: each finding with the source it is about, drawn by miette.

use std::collections::BTreeMap;
use std::fmt;

use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode};

use super::snippet::Snippet;
use super::text::plain;
use super::{Counts, Group, Input, Style};
use crate::{Finding, FixSafety, Place, RuleInfo, Severity, SourceId};

/// Narrower than this, nothing is readable.
const MIN_WIDTH: usize = 40;

pub(super) fn render(input: &Input<'_>, style: Style) -> String {
    let mut out = String::new();
    for group in input.groups {
        out.push_str(&findings(input, group, style));
        out.push_str(&summary(group));
    }
    let packages = input.groups.iter().filter(|group| group.package().is_some()).count();
    if packages > 1 {
        let counts = Counts::of(input.findings().map(|(_, finding)| finding));
        out.push_str(&format!("{counts} in {packages} packages\n"));
    }
    out
}

/// The findings of a group, each with its source.
pub(super) fn findings(input: &Input<'_>, group: &Group<'_>, style: Style) -> String {
    let handler = handler(style);
    let mut out = String::new();
    let mut snippets = BTreeMap::new();
    for finding in group.findings {
        let shown = Shown::new(group, finding, &mut snippets);
        // Writing into a string cannot fail; what miette itself refuses to draw is told in one line.
        if handler.render_report(&mut out, &shown).is_err() {
            out.push_str(&super::concise::line(group, finding));
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        notes(group, finding, input.rule(finding.code), &mut out);
        out.push('\n');
    }
    out
}

fn handler(style: Style) -> GraphicalReportHandler {
    let mut theme = match (style.unicode, style.color) {
        (true, true) => GraphicalTheme::unicode(),
        (true, false) => GraphicalTheme::unicode_nocolor(),
        (false, true) => GraphicalTheme::ascii(),
        (false, false) => GraphicalTheme::none(),
    };
    if style.color && !style.unicode {
        theme.styles = GraphicalTheme::unicode().styles;
    }
    let width = style.width.max(MIN_WIDTH);
    GraphicalReportHandler::new_themed(theme).with_width(width).with_context_lines(1).with_links(false).without_syntax_highlighting()
}

/// `private_registry.csar: 2 errors, 1 warning`
fn summary(group: &Group<'_>) -> String {
    let counts = Counts::of(group.findings);
    match group.package() {
        Some(package) => format!("{}: {counts}\n", plain(package)),
        None => format!("{counts}\n"),
    }
}

/// What miette does not draw: places in other files, the fix, the rule.
fn notes(group: &Group<'_>, finding: &Finding, rule: Option<&RuleInfo>, out: &mut String) {
    let mut note = |key: &str, text: &str| out.push_str(&format!("  {key}: {}\n", plain(text)));
    if !matches!(finding.primary.place, Place::Span(_)) {
        let path = group.path(&group.locate(&finding.primary.place));
        if !path.is_empty() {
            note("at", &path);
        }
    }
    for location in finding.related.iter().filter(|location| source_of(&location.place) != source_of(&finding.primary.place)) {
        let located = group.locate(&location.place);
        let file = located.file.clone().unwrap_or_default();
        let place = located.range.map_or(file.clone(), |(start, _)| format!("{file}:{}:{}", start.line, start.column));
        note("see", &if location.label.is_empty() { place } else { format!("{place} ({})", location.label) });
    }
    if let Some(fix) = &finding.fix {
        let how = if fix.safety == FixSafety::Safe { "--fix" } else { "--fix=unsafe" };
        note("fix", &format!("{} (`{how}`)", fix.title));
    }
    let clause = finding.clause.or_else(|| rule.map(|rule| rule.clause)).filter(|clause| !clause.is_empty());
    let clause = clause.map(|clause| format!("{clause}, ")).unwrap_or_default();
    note("rule", &format!("{clause}`vnfpkg explain {}`", finding.code));
}

fn source_of(place: &Place) -> Option<SourceId> {
    match place {
        Place::Span(span) => Some(span.source),
        Place::File(_) | Place::Package => None,
    }
}

/// A finding as miette wants it.
struct Shown<'a> {
    headline: String,
    help: Option<String>,
    severity: Severity,
    snippet: Option<&'a Snippet>,
    labels: Vec<LabeledSpan>,
}

impl<'a> Shown<'a> {
    fn new(group: &Group<'_>, finding: &Finding, snippets: &'a mut BTreeMap<SourceId, Snippet>) -> Self {
        let source = source_of(&finding.primary.place);
        let snippet = source.map(|source| &*snippets.entry(source).or_insert_with(|| Snippet::new(group.sources.get(source))));
        let mut labels = Vec::new();
        if let Some(snippet) = snippet {
            let places = std::iter::once(&finding.primary).chain(&finding.related);
            for (at, location) in places.enumerate() {
                let Place::Span(span) = location.place else { continue };
                if Some(span.source) != source {
                    continue;
                }
                let (start, length) = snippet.first_line(span);
                let label = Some(plain(&location.label).into_owned()).filter(|label| !label.is_empty());
                labels.push(match at {
                    0 => LabeledSpan::new_primary_with_span(label, (start, length)),
                    _ => LabeledSpan::new(label, start, length),
                });
            }
        }
        Self {
            headline: plain(&format!("{}[{}]: {}", finding.severity.name(), finding.code, finding.message)).into_owned(),
            help: finding.help.as_deref().map(|help| plain(help).into_owned()),
            severity: finding.severity,
            snippet,
            labels,
        }
    }
}

impl fmt::Debug for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.headline)
    }
}

impl std::error::Error for Shown<'_> {}

impl Diagnostic for Shown<'_> {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Info => miette::Severity::Advice,
        })
    }

    fn help<'b>(&'b self) -> Option<Box<dyn fmt::Display + 'b>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.snippet.map(|snippet| snippet as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.snippet.map(|_| Box::new(self.labels.iter().cloned()) as Box<dyn Iterator<Item = LabeledSpan>>)
    }
}
