//! The guides as modules of the crate's documentation, and the licence.

use super::Context;
use super::rust_file::head;
use crate::files::{Files, MARK};
use crate::package::{FRONT_PAGE, Package};

pub(super) fn emit(cx: &Context<'_, '_>, files: &mut Files) {
    let Some(package) = &cx.options.package else {
        return;
    };
    for krate in ["client", "cli"] {
        files.insert(format!("{krate}/LICENSE"), package.license.clone());
    }
    let mut modules = format!(
        "{}\n//! Guides, from the first call to tests without a network.\n",
        head()
    );
    for guide in &package.guides {
        let text = marked(&linked(&guide.text, package));
        files.insert(format!("client/src/guide/{}.md", guide.name), text);
        if guide.name != FRONT_PAGE {
            let (name, module) = (&guide.name, guide.module());
            modules.push_str(&format!(
                "\n#[doc = include_str!(\"guide/{name}.md\")]\npub mod {module} {{}}\n"
            ));
        }
    }
    files.insert("client/src/guide.rs", modules);
}

/// The text with our mark, behind its title: rustdoc takes what comes first as the summary.
fn marked(text: &str) -> String {
    let mark = format!("<!-- {MARK}; change docs/ instead. -->");
    match text.split_once('\n') {
        Some((title, rest)) if title.starts_with("# ") => format!("{title}\n\n{mark}\n{rest}"),
        _ => format!("{mark}\n\n{text}"),
    }
}

/// The text with links to other guides that lead to their modules.
fn linked(text: &str, package: &Package) -> String {
    let mut text = text.to_owned();
    for guide in &package.guides {
        let to = match &*guide.name {
            FRONT_PAGE => "crate".to_owned(),
            _ => format!("crate::guide::{}", guide.module()),
        };
        text = text.replace(&format!("]({}.md)", guide.name), &format!("]({to})"));
    }
    text
}
