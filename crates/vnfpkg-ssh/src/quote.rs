//! Words for a POSIX shell.

/// A text as one shell word, whatever it holds. A path that begins with `-` is the caller's business.
pub(crate) fn word(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// A command line that hands a script to `sh`, whatever the user's login shell is.
pub(crate) fn sh(script: &str) -> String {
    format!("exec sh -c {}", word(script))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_survive_the_shell() {
        for text in ["plain", "", "a b", "it's", "$(x) `y` \\ \" ! *", "new\nline", "'''"] {
            let out = std::process::Command::new("sh").args(["-c", &format!("printf %s {}", word(text))]).output().expect("sh runs");
            assert_eq!(String::from_utf8_lossy(&out.stdout), text);
        }
    }
}
