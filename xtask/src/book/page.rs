//! Pages as mdBook takes them.

/// The first heading.
pub(super) fn title(page: &str) -> String {
    let heading = page.lines().find_map(|line| line.strip_prefix("# "));
    heading.unwrap_or_default().replace('`', "")
}

/// The pages that a page links to, in order, below `folder`.
pub(super) fn linked(page: &str, folder: &str) -> Vec<String> {
    let links = page.split("](").skip(1);
    let targets = links.filter_map(|rest| rest.split_once(')'));
    let mut pages = Vec::new();
    for (target, _) in targets {
        let page = format!("{folder}{target}");
        if target.ends_with(".md") && !pages.contains(&page) {
            pages.push(page);
        }
    }
    pages
}

/// The source of a page for the book, with a link to the index. Blocks without a language are Rust, as rustdoc has it,
/// and links to items of a crate or to files that are not in the book become text.
pub(super) fn for_book(page: &str, path: &str, pages: &[String]) -> String {
    let mut out = match path.matches('/').count() {
        0 if path == "README.md" => String::new(),
        depth => format!("[Zonal]({}index.md)\n\n", "../".repeat(depth)),
    };
    let mut in_code = false;
    for line in page.lines() {
        let fence = line.trim_start().strip_prefix("```");
        match fence {
            Some(language) if !in_code => {
                let rust = ["", "no_run", "ignore", "should_panic"].contains(&language);
                let line = if rust {
                    format!("```rust,{language}")
                        .trim_end_matches(',')
                        .to_owned()
                } else {
                    line.to_owned()
                };
                out += &line;
            }
            None if !in_code => out += &without_foreign_links(line, path, pages),
            _ => out += line,
        }
        in_code ^= fence.is_some();
        out.push('\n');
    }
    out
}

/// The line without links that lead out of the book.
fn without_foreign_links(line: &str, path: &str, pages: &[String]) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('[') {
        out += before;
        let Some((text, after)) = after.split_once(']') else {
            out.push('[');
            rest = after;
            continue;
        };
        let target = after
            .strip_prefix('(')
            .and_then(|rest| rest.split_once(')'));
        let is_item = target.is_none() && text.starts_with('`') && text.ends_with('`');
        rest = match target {
            Some((target, after)) if is_in_book(target, path, pages) => {
                // which is what mdBook makes of a README
                let target = target.replace("README.md", "index.md");
                out += &format!("[{text}]({target})");
                after
            }
            Some((_, after)) => {
                out += text;
                after
            }
            None => {
                out += &if is_item {
                    text.to_owned()
                } else {
                    format!("[{text}]")
                };
                after
            }
        };
    }
    out + rest
}

fn is_in_book(target: &str, path: &str, pages: &[String]) -> bool {
    if target.starts_with("https://") || target.starts_with('#') {
        return true;
    }
    let file = target.split('#').next().unwrap_or_default();
    let mut folders: Vec<&str> = path.split('/').collect();
    folders.pop();
    for step in file.split('/') {
        match step {
            ".." => drop(folders.pop()),
            step => folders.push(step),
        }
    }
    pages.contains(&folders.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_stay_that_lead_to_pages() {
        let pages = ["docs/a.md".to_owned(), "x/README.md".to_owned()];
        let line = "[a](a.md), [x](../x/README.md#y), [`B`](crate::B), [`C::d`], [e] and [f](../f.rs) [w](https://w)";
        assert_eq!(
            without_foreign_links(line, "docs/b.md", &pages),
            "[a](a.md), [x](../x/index.md#y), `B`, `C::d`, [e] and f [w](https://w)"
        );
    }

    #[test]
    fn code_is_rust_unless_it_says_otherwise() {
        let page = "```\nlet a = [`b`];\n```\n```sh\n[c](d)\n```\n```no_run\n```";
        assert_eq!(
            for_book(page, "a/b.md", &[]),
            "[Zonal](../index.md)\n\n```rust\nlet a = [`b`];\n```\n```sh\n[c](d)\n```\n```rust,no_run\n```\n"
        );
    }

    #[test]
    fn guides_are_listed_once() {
        assert_eq!(
            linked("[a](a.md) [b](c::d) [a](a.md)", "docs/"),
            ["docs/a.md"]
        );
        assert_eq!(title("<!-- -->\n\n# The `x`\n\ntext"), "The x");
    }
}
