//! A terminal's screen as SVG.

use std::fmt::Write as _;

const ADVANCE: f32 = 8.4;
const LINE: f32 = 18.0;
const MARGIN: f32 = 14.0;
const FOREGROUND: &str = "#d8dee9";
const BACKGROUND: &str = "#1d2129";
/// Black, red, green, yellow, blue, magenta, cyan, white.
const COLORS: [&str; 8] = ["#3b4252", "#e0606a", "#8fbc6c", "#e3b95d", "#6f9bd8", "#b48ead", "#6cb8c4", "#e5e9f0"];

/// How a piece of text looks.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
struct Look {
    color: Option<usize>,
    bold: bool,
    dim: bool,
}

/// Draws lines of text with colour sequences, as tmux gives them. Empty lines at the end are left out.
pub(super) fn draw(screen: &str, columns: usize) -> String {
    let lines: Vec<&str> = screen.trim_end().lines().collect();
    let width = columns as f32 * ADVANCE + 2.0 * MARGIN;
    let height = lines.len() as f32 * LINE + 2.0 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"ui-monospace, 'DejaVu Sans Mono', monospace\" font-size=\"14\">\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{BACKGROUND}\"/>\n"
    );
    for (row, line) in lines.iter().enumerate() {
        let y = MARGIN + LINE * (row as f32 + 0.75);
        let mut column = 0;
        for (look, text) in pieces(line) {
            let count = text.chars().count();
            if !text.trim().is_empty() {
                let x = MARGIN + column as f32 * ADVANCE;
                let fill = look.color.map_or(FOREGROUND, |color| COLORS[color]);
                let weight = if look.bold { " font-weight=\"bold\"" } else { "" };
                let opacity = if look.dim { " opacity=\"0.6\"" } else { "" };
                // Writing into a string cannot fail.
                let _ = writeln!(
                    svg,
                    "<text x=\"{x:.1}\" y=\"{y:.1}\" fill=\"{fill}\"{weight}{opacity} textLength=\"{:.1}\" xml:space=\"preserve\">{}</text>",
                    count as f32 * ADVANCE,
                    escaped(&text)
                );
            }
            column += count;
        }
    }
    svg + "</svg>\n"
}

/// The line's texts and how each looks.
fn pieces(line: &str) -> Vec<(Look, String)> {
    let mut found = Vec::new();
    let mut look = Look::default();
    let mut parts = line.split("\u{1b}[");
    found.push((look, parts.next().unwrap_or_default().to_owned()));
    for part in parts {
        let (codes, text) = part.split_once('m').unwrap_or(("", part));
        codes.split(';').for_each(|code| look = look.with(code.parse().unwrap_or(0)));
        found.push((look, text.to_owned()));
    }
    found
}

impl Look {
    fn with(mut self, code: usize) -> Self {
        match code {
            0 => self = Self::default(),
            1 => self.bold = true,
            2 => self.dim = true,
            22 => (self.bold, self.dim) = (false, false),
            30..=37 => self.color = Some(code - 30),
            39 => self.color = None,
            90..=97 => self.color = Some(code - 90),
            _ => {}
        }
        self
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_begin_and_end_where_they_do() {
        let drawn = draw("a \u{1b}[31;1mb<c\u{1b}[0m d\n\n", 10);
        assert!(
            drawn.contains("fill=\"#e0606a\" font-weight=\"bold\" textLength=\"25.2\" xml:space=\"preserve\">b&lt;c</text>"),
            "{drawn}"
        );
        assert!(drawn.contains(&format!("fill=\"{FOREGROUND}\" textLength=\"16.8\" xml:space=\"preserve\"> d</text>")), "{drawn}");
        assert_eq!(drawn.matches("<text").count(), 3);
    }
}
