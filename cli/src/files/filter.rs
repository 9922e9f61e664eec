//! `--exclude` and `--include`, by the rules of the AWS CLI: all is in until a pattern says otherwise, and of those
//! that match the last one counts. `*` matches slashes too.

use std::path::Path;

/// The patterns, in the order of the command line.
#[derive(Clone, Debug, Default)]
pub(super) struct Filters(Vec<(bool, Vec<char>)>);

impl Filters {
    pub(super) fn add(&mut self, includes: bool, pattern: &str) {
        self.0.push((includes, pattern.chars().collect()));
    }

    /// Whether an object or a file is in; the patterns are compared with the path from the root of the source. A
    /// pattern that begins at the root of the file system is compared with the whole path of a file.
    pub(super) fn allow(&self, relative: &str, file: Option<&Path>) -> bool {
        if self.0.is_empty() {
            return true;
        }
        let relative: Vec<char> = relative.chars().collect();
        let whole = file.map(|path| path.to_string_lossy().chars().collect::<Vec<_>>());
        let matching = self.0.iter().rev().find(|(_, pattern)| {
            match (pattern.first() == Some(&'/'), &whole) {
                (true, Some(whole)) => matches(pattern, whole),
                (true, None) => false,
                (false, _) => matches(pattern, &relative),
            }
        });
        matching.is_none_or(|(includes, _)| *includes)
    }
}

/// What a part of a pattern takes.
enum Part {
    One(bool),
    Many,
}

/// Whether a text matches a pattern of `*`, `?`, `[abc]`, `[a-z]` and `[!a]`.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut at, mut here) = (0, 0);
    // where to go on from when the last `*` takes one more
    let mut again: Option<(usize, usize)> = None;
    loop {
        let step = match pattern.get(at) {
            None if here == text.len() => return true,
            None => None,
            Some(_) => Some(part(pattern, at, text.get(here).copied())),
        };
        match step {
            Some((Part::Many, next)) => {
                again = Some((next, here));
                at = next;
            }
            Some((Part::One(true), next)) => {
                at = next;
                here += 1;
            }
            Some((Part::One(false), _)) | None => match again {
                Some((next, start)) if start < text.len() => {
                    again = Some((next, start + 1));
                    (at, here) = (next, start + 1);
                }
                _ => return false,
            },
        }
    }
}

/// The part of the pattern at `at`, whether it takes `c`, and where the next one begins.
fn part(pattern: &[char], at: usize, c: Option<char>) -> (Part, usize) {
    match pattern[at] {
        '*' => (Part::Many, at + 1),
        '?' => (Part::One(c.is_some()), at + 1),
        '[' => match end_of_set(pattern, at + 1) {
            Some(end) => {
                let takes = c.is_some_and(|c| is_in_set(&pattern[at + 1..end], c));
                (Part::One(takes), end + 1)
            }
            None => (Part::One(c == Some('[')), at + 1),
        },
        literal => (Part::One(c == Some(literal)), at + 1),
    }
}

/// The `]` that ends a set; one that comes first belongs to it.
fn end_of_set(pattern: &[char], start: usize) -> Option<usize> {
    let first = start + usize::from(pattern.get(start) == Some(&'!'));
    let from = first + usize::from(pattern.get(first) == Some(&']'));
    let rest = pattern.get(from..)?;
    rest.iter().position(|c| *c == ']').map(|at| from + at)
}

fn is_in_set(set: &[char], c: char) -> bool {
    let (is_not, mut set) = match set {
        ['!', rest @ ..] => (true, rest),
        set => (false, set),
    };
    let mut is_in = false;
    loop {
        set = match set {
            [] => return is_in != is_not,
            [low, '-', high, rest @ ..] => {
                is_in |= (*low..=*high).contains(&c);
                rest
            }
            [one, rest @ ..] => {
                is_in |= *one == c;
                rest
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_in_a_shell_but_across_slashes() {
        for (pattern, text, expected) in [
            ("*", "a/b.txt", true),
            ("*", "", true),
            ("*.txt", "a/b.txt", true),
            ("a*", "b/a", false),
            ("a?c", "a/c", true),
            ("a?c", "ac", false),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]]", "]", true),
            ("[x", "[x", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*b*c", "aXbYbZ", false),
            ("é*", "éa", true),
        ] {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let matched = matches(&chars(pattern), &chars(text));
            assert_eq!(matched, expected, "{pattern} {text}");
        }
        let many: Vec<char> = "*a".repeat(40).chars().collect();
        assert!(!matches(&many, &vec!['b'; 5000]));
    }

    #[test]
    fn the_last_that_matches_counts() {
        let mut filters = Filters::default();
        assert!(filters.allow("a", None));
        filters.add(false, "*");
        filters.add(true, "*.txt");
        assert!(filters.allow("d/a.txt", None));
        assert!(!filters.allow("d/a.bin", None));
        filters.add(false, "d/*");
        assert!(!filters.allow("d/a.txt", None));
        filters.add(true, "/root/d/*");
        assert!(!filters.allow("d/a.txt", None));
        assert!(filters.allow("d/a.txt", Some(Path::new("/root/d/a.txt"))));
    }
}
