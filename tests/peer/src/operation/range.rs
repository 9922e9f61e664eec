//! Byte ranges.

use std::ops::Range;

/// What a `range` header asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of it: there is no range, or one that cannot be read and is ignored.
    Everything,
    Part(Range<usize>),
    Unsatisfiable,
}

/// Reads `bytes=FIRST-LAST`, `bytes=FIRST-` and `bytes=-COUNT`; lists of ranges are ignored.
pub(super) fn parse(header: Option<&str>, size: usize) -> Asked {
    let range = header.and_then(|text| text.trim().strip_prefix("bytes="));
    let Some((first, last)) = range.and_then(|range| range.split_once('-')) else {
        return Asked::Everything;
    };
    match (number(first), number(last)) {
        (Some(first), Some(last)) if first > last => Asked::Everything,
        (Some(first), _) if first >= size && (last.is_empty() || number(last).is_some()) => {
            Asked::Unsatisfiable
        }
        (Some(first), Some(last)) => Asked::Part(first..size.min(last.saturating_add(1))),
        (Some(first), None) if last.is_empty() => Asked::Part(first..size),
        (None, Some(count)) if first.is_empty() => match count.min(size) {
            0 => Asked::Unsatisfiable,
            count => Asked::Part(size - count..size),
        },
        _ => Asked::Everything,
    }
}

/// Reads `bytes=FIRST-LAST` of a copy, which has to lie within the source.
pub(super) fn parse_exact(text: &str, size: usize) -> Option<Range<usize>> {
    let (first, last) = text.strip_prefix("bytes=")?.split_once('-')?;
    let (first, last) = (number(first)?, number(last)?);
    (first <= last && last < size).then_some(first..last + 1)
}

fn number(digits: &str) -> Option<usize> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    // More digits than a number takes are just very far away.
    plain.then(|| digits.parse().unwrap_or(usize::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_cut_to_the_size() {
        let part = |text| match parse(Some(text), 10) {
            Asked::Part(range) => Some((range.start, range.end)),
            _ => None,
        };
        assert_eq!(part("bytes=0-0"), Some((0, 1)));
        assert_eq!(part("bytes=2-99"), Some((2, 10)));
        assert_eq!(part("bytes=9-"), Some((9, 10)));
        assert_eq!(part("bytes=-3"), Some((7, 10)));
        assert_eq!(part("bytes=-99"), Some((0, 10)));
        assert_eq!(part("bytes=0-99999999999999999999999"), Some((0, 10)));
        for text in [
            "bytes=10-",
            "bytes=10-20",
            "bytes=-0",
            "bytes=99999999999999999999999-",
        ] {
            assert_eq!(parse(Some(text), 10), Asked::Unsatisfiable, "{text}");
        }
        for text in [
            "",
            "bytes=",
            "bytes=-",
            "bytes=5-2",
            "bytes=0-1,3-4",
            "lines=1-2",
            "bytes=a-b",
        ] {
            assert_eq!(parse(Some(text), 10), Asked::Everything, "{text}");
        }
        assert_eq!(parse(None, 10), Asked::Everything);
        assert_eq!(parse(Some("bytes=0-"), 0), Asked::Unsatisfiable);
    }

    #[test]
    fn ranges_of_copies_have_both_ends() {
        assert_eq!(parse_exact("bytes=0-9", 10), Some(0..10));
        for text in ["bytes=0-10", "bytes=0-", "bytes=-1", "bytes=3-2", "0-1"] {
            assert_eq!(parse_exact(text, 10), None, "{text}");
        }
    }
}
