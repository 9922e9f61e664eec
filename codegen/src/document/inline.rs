//! What stands on a line of Markdown that the [`Writer`](super::writer::Writer) or an emitter wrote.

/// A piece of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    /// Text, escapes included.
    Text(&'t str),
    /// A code span, with its backticks.
    Code(&'t str),
    /// A link, all of it.
    Link(&'t str),
}

impl<'t> Piece<'t> {
    /// The piece as it is written.
    pub(super) fn as_str(self) -> &'t str {
        match self {
            Self::Text(text) | Self::Code(text) | Self::Link(text) => text,
        }
    }
}

/// The pieces of a line, in order.
pub(super) fn pieces(mut line: &str) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        let piece = first(line)?;
        line = &line[piece.as_str().len()..];
        Some(piece)
    })
}

fn first(line: &str) -> Option<Piece<'_>> {
    let span = match line.chars().next()? {
        '`' => code(line).map(|length| Piece::Code(&line[..length])),
        '[' => link(line).map(|length| Piece::Link(&line[..length])),
        '<' if line.starts_with("<http") => line.find('>').map(|end| Piece::Link(&line[..=end])),
        _ => None,
    };
    span.or_else(|| {
        let mut escaped = line.starts_with('\\');
        let mut end = line.len();
        for (at, c) in line.char_indices().skip(1) {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '`' if line[..at].ends_with('`') => {}
                '`' | '[' | '<' => {
                    end = at;
                    break;
                }
                _ => {}
            }
        }
        Some(Piece::Text(&line[..end]))
    })
}

/// How long the code span is that a line begins with.
fn code(line: &str) -> Option<usize> {
    let ticks = line.len() - line.trim_start_matches('`').len();
    let mut at = ticks;
    while let Some(found) = line[at..].find('`') {
        let start = at + found;
        let run = line[start..].len() - line[start..].trim_start_matches('`').len();
        if run == ticks {
            return Some(start + run);
        }
        at = start + run;
    }
    None
}

/// How long the link is that a line begins with.
fn link(line: &str) -> Option<usize> {
    let mut at = 1;
    loop {
        let found = at + line[at..].find(['\\', '`', ']'])?;
        match line.as_bytes()[found] {
            b'\\' => at = found + 1 + line[found + 1..].chars().next()?.len_utf8(),
            b'`' => at = found + code(&line[found..])?,
            _ => {
                let target = line[found + 1..].strip_prefix('(')?;
                return Some(found + 2 + target.find(')')? + 1);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Piece::{Code, Link, Text};
    use super::pieces;

    #[test]
    fn a_line_falls_into_pieces() {
        let line = "a \\` b `c [d]` [`e](f`](g) <http://h> \\[i `` j`k `` [l ``` m";
        let expected = [
            Text("a \\` b "),
            Code("`c [d]`"),
            Text(" "),
            Link("[`e](f`](g)"),
            Text(" "),
            Link("<http://h>"),
            Text(" \\[i "),
            Code("`` j`k ``"),
            Text(" "),
            Text("[l "),
            Text("``` m"),
        ];
        assert_eq!(pieces(line).collect::<Vec<_>>(), expected);
    }
}
