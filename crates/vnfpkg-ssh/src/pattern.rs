//! The `*` and `?` patterns of OpenSSH's files.

/// Does a list of patterns cover a name? A match with a negated pattern (`!`) rules the name out.
pub(crate) fn covers<'a>(patterns: impl IntoIterator<Item = &'a str>, name: &str) -> bool {
    let mut covered = false;
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(negated) if matches(negated, name) => return false,
            Some(_) => {}
            None => covered |= matches(pattern, name),
        }
    }
    covered
}

/// Does one pattern match a name? Takes time in proportion to the product of both lengths at most.
pub(crate) fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut position) = (0, 0);
    // Where to go on when the text after the last `*` does not fit: the star swallows one byte more.
    let mut star: Option<(usize, usize)> = None;
    while position < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, position));
                at += 1;
            }
            Some(&byte) if byte == b'?' || byte == name[position] => {
                at += 1;
                position += 1;
            }
            _ => match star {
                Some((back, swallowed)) => {
                    star = Some((back, swallowed + 1));
                    at = back + 1;
                    position = swallowed + 1;
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|&byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, name, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcd", false),
            ("10.0.?.1", "10.0.3.1", true),
            ("10.0.?.1", "10.0.33.1", false),
            ("*.example.com", "a.b.example.com", true),
            ("*.example.com", "example.com", false),
            ("**a*", "bba", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn negation_wins_wherever_it_stands() {
        assert!(covers(["*", "!b*"], "a1"));
        assert!(!covers(["*", "!b*"], "b1"));
        assert!(!covers(["!b*", "*"], "b1"));
        assert!(!covers(["!b*"], "a1"), "a negation alone covers nothing");
    }
}
