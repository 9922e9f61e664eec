//! The client as modules of a crate that is there already.

use super::scope::literal;
use crate::files::Files;

/// The Rust sources of the crate alone, as they stand below the folder of the module at `path`, such as `s3` or
/// `aws::s3`. Tests and examples stay out: their dependencies are for the crate around them to name.
pub(super) fn placed(files: &Files, path: &str) -> Files {
    let root = format!("crate::{path}::");
    let mut placed = Files::default();
    for (name, text) in files.iter() {
        match name.strip_prefix("client/src/") {
            None | Some("endpoint/tests.rs") => {}
            Some("lib.rs") => placed.insert("mod.rs", rooted(text, &root)),
            Some(name) => placed.insert(name, rooted(text, &root)),
        }
    }
    placed
}

/// The code with this path in place of that of the crate, in the links of its documentation too.
fn rooted(text: &str, root: &str) -> String {
    const CRATE: &str = "crate::";
    let mut out = String::with_capacity(text.len() + text.len() / 50);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let is_behind = out.ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let length = match rest {
            _ if rest.starts_with(CRATE) && !is_behind => {
                out.push_str(root);
                rest = &rest[CRATE.len()..];
                continue;
            }
            // Quotes in comments, and a quote as a character, begin no string.
            _ if rest.starts_with("//") => {
                let end = rest.find('\n').unwrap_or(rest.len());
                out.push_str(&rest[..end].replace("crate::", root));
                rest = &rest[end..];
                continue;
            }
            _ if rest.starts_with("'\"'") => 3,
            _ => literal(rest).max(next.len_utf8()),
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::rooted;

    #[test]
    fn paths_lead_to_the_module() {
        let text = r###"/// See "[`A`](crate::types::A)".
use crate::{B, types::A};
f('"', "crate::x", r#"crate::"y"#, b"crate::z"); // crate::C
macro_rules! m { () => { $crate::m!() }; }
pub(crate) use m; use my_crate::D; pub(in crate::types) fn g() {}
"###;
        let expected = r###"/// See "[`A`](crate::a::s3::types::A)".
use crate::a::s3::{B, types::A};
f('"', "crate::x", r#"crate::"y"#, b"crate::z"); // crate::a::s3::C
macro_rules! m { () => { $crate::a::s3::m!() }; }
pub(crate) use m; use my_crate::D; pub(in crate::a::s3::types) fn g() {}
"###;
        assert_eq!(rooted(text, "crate::a::s3::"), expected);
    }
}
