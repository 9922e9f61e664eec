//! Lines as wide as documentation: the formatter breaks at 89 columns and cannot be told otherwise.

/// Puts together what the formatter broke, where it fits into this many columns: the arguments of a
/// call, and the links of a chain. Comments and blocks stay as they are.
pub(super) fn widened(text: &str, width: usize) -> String {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    // From the end, so that what stands inside is put together before what is around it.
    for at in (0..lines.len()).rev() {
        let joined = call(&lines[at..], width).or_else(|| chain(&lines[at..], width));
        if let Some((count, line)) = joined {
            lines.splice(at..at + count, [line]);
            // The line may be the start of a chain now.
            if let Some((count, line)) = chain(&lines[at..], width) {
                lines.splice(at..at + count, [line]);
            }
        }
    }
    let end = if text.ends_with('\n') { "\n" } else { "" };
    lines.join("\n") + end
}

/// A call or an array at the start of these lines: of how many, and as one.
fn call(lines: &[String], width: usize) -> Option<(usize, String)> {
    let opening = lines.first()?;
    let closer = match opening.chars().last()? {
        '(' => ')',
        '[' => ']',
        _ => return None,
    };
    let inner = indent(lines.get(1)?);
    let arguments = lines[1..]
        .iter()
        .take_while(|line| indent(line) == inner && !is_remark(line));
    let arguments: Vec<_> = arguments.map(|line| line.trim_start()).collect();
    let closing = lines.get(1 + arguments.len())?;
    // The formatter indents more where a chain follows.
    let is_inside = [4, 8].contains(&inner.saturating_sub(indent(opening)));
    let is_closed = indent(closing) + 4 == inner && closing.trim_start().starts_with(closer);
    // Without its comma, a tuple of one would be none.
    let is_tuple = closer == ')' && !opening[..opening.len() - 1].ends_with(is_callee);
    if is_remark(opening) || arguments.is_empty() || !is_inside || !is_closed || is_tuple {
        return None;
    }
    let count = arguments.len() + 2;
    let arguments = arguments.join(" ");
    let arguments = arguments.trim_end_matches(',');
    let line = format!("{opening}{arguments}{}", closing.trim_start());
    fits(&line, width).then_some((count, line))
}

/// A chain at the start of these lines.
fn chain(lines: &[String], width: usize) -> Option<(usize, String)> {
    let first = lines.first()?;
    let links = lines[1..]
        .iter()
        .take_while(|line| indent(line) == indent(first) + 4 && line.trim_start().starts_with('.'));
    let links: Vec<_> = links.map(|line| line.trim_start()).collect();
    let rest = lines.get(1 + links.len());
    let is_longer = rest.is_some_and(|line| indent(line) > indent(first));
    let is_inside = first.trim_start().starts_with([')', ']', '}']);
    if links.is_empty() || is_longer || is_inside || is_remark(first) {
        return None;
    }
    let line = format!("{first}{}", links.concat());
    fits(&line, width).then_some((1 + links.len(), line))
}

fn fits(line: &str, width: usize) -> bool {
    line.chars().count() <= width
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// A comment, or an attribute of what follows.
fn is_remark(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("//") || (line.starts_with("#[") && line.ends_with(']'))
}

fn is_callee(last: char) -> bool {
    last.is_alphanumeric() || matches!(last, '_' | '>' | '!')
}

#[cfg(test)]
mod tests {
    use super::widened;

    #[test]
    fn what_fits_stands_on_one_line() {
        for (broken, expected) in [
            ("let a = f(\n    1,\n    2,\n);\n", "let a = f(1, 2);\n"),
            ("f(\n    g(\n        1,\n    ),\n    2,\n)", "f(g(1), 2)"),
            ("a: b\n    .c(\n        1,\n    )?,\nd,", "a: b.c(1)?,\nd,"),
            (
                "a = b(\n        1,\n    )\n    .c()\n    .d();",
                "a = b(1).c().d();",
            ),
            ("#[a(\n    b,\n    c(d),\n)]\ne: F,", "#[a(b, c(d))]\ne: F,"),
            (
                "fn f(\n    &self,\n) -> [u8; 2] {\n}",
                "fn f(&self) -> [u8; 2] {\n}",
            ),
        ] {
            assert_eq!(widened(broken, 40), expected);
        }
    }

    #[test]
    fn the_rest_stays() {
        for text in [
            "f(\n    12345678901234567890,\n    12345678901234567890,\n)",
            "let a = (\n    1,\n);",
            "f(\n    // why\n    1,\n)",
            "f(\n    #[a]\n    1,\n)",
            "/// f(\n    1\n)",
            "a\n    .b()\n    .c(|| {\n        1\n    })",
            "})\n    .b()",
            "f(|| {\n    1\n})",
            "[\n    A {\n        b,\n    },\n]",
        ] {
            assert_eq!(widened(text, 40), text);
        }
    }
}
