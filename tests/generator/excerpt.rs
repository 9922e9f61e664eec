//! Cuts what a snapshot is about out of a generated file.

/// The part of a file that a marker names.
///
/// - nothing: all that follows the imports of a Rust file; a whole page
/// - in a Rust file: the item or member that the first line holding the marker begins, with its documentation
/// - in a page: the section of this heading; for the first one, what stands before the others
pub(crate) fn excerpt(path: &str, text: &str, marker: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let found = match (marker, path.ends_with(".md")) {
        ("", true) => Some((0, lines.len())),
        ("", false) => Some((below_imports(&lines), lines.len())),
        (_, true) => section(&lines, marker),
        (_, false) => item(&lines, marker),
    };
    let (start, end) = found.unwrap_or_else(|| panic!("{path} holds no `{marker}`:\n{text}"));
    unindented(&lines[start..end])
}

fn below_imports(lines: &[&str]) -> usize {
    let mut start = 0;
    let mut in_import = false;
    for (at, line) in lines.iter().enumerate() {
        in_import |= line.starts_with("use ");
        if in_import || line.is_empty() || line.starts_with("//!") || line.starts_with("// @") {
            start = at + 1;
        } else {
            break;
        }
        in_import &= !line.ends_with(';');
    }
    start
}

fn item(lines: &[&str], marker: &str) -> Option<(usize, usize)> {
    let at = lines.iter().position(|line| {
        let line = line.trim_start();
        line.contains(marker) && !line.starts_with("//")
    })?;
    let is_prelude = |line: &&&str| {
        let line = line.trim_start();
        line.starts_with("///") || line.starts_with("#[")
    };
    let start = at - lines[..at].iter().rev().take_while(is_prelude).count();
    let indent = indent(lines[at]);
    let ends = |line: &&str| {
        self::indent(line) == indent && line.trim_start().starts_with(['}', ']', ')'])
    };
    let is_one_line = lines[at].ends_with([';', ',']) || lines[at].ends_with("{}");
    let end = if is_one_line {
        at
    } else {
        at + 1 + lines[at + 1..].iter().position(ends)?
    };
    Some((start, end + 1))
}

fn section(lines: &[&str], marker: &str) -> Option<(usize, usize)> {
    let at = lines.iter().position(|line| *line == marker)?;
    let level = marker.bytes().take_while(|byte| *byte == b'#').count();
    let is_next = |line: &&str| {
        let depth = line.bytes().take_while(|byte| *byte == b'#').count();
        depth > 0 && depth <= level.max(2)
    };
    let rest = &lines[at + 1..];
    let length = rest.iter().position(is_next).unwrap_or(rest.len());
    Some((at, at + 1 + length))
}

fn unindented(lines: &[&str]) -> String {
    let used = lines.iter().filter(|line| !line.is_empty());
    let least = used.map(|line| indent(line)).min().unwrap_or(0);
    let lines: Vec<_> = lines
        .iter()
        .map(|line| line.get(least..).unwrap_or(""))
        .collect();
    lines.join("\n").trim().to_owned()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}
