//! What the names in a file mean. Emitters write where a name comes from, such as `rt::Element` for a name of the
//! runtime and `types::Tag` for a shape. The scope of the file imports it, or leaves its path where the file has
//! another of that name: a shape may be called as anything in the runtime.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{TokenStreamExt, quote};

use crate::name::ident;

/// What the root of a crate exports from the runtime.
#[rustfmt::skip]
pub(super) const EXPORTED: &[&str] = &[
    "AnyError", "AnyServiceError", "Body", "BodyError", "BuildError", "Builder", "ByteStream", "Bytes", "Checksums",
    "Credentials", "DateTime", "Error", "ErrorKind", "HeaderMap", "Metadata", "Method", "ModeledError", "Operation",
    "PresignAuth", "PresignLimit", "PresignOptions", "Presignable", "PresignedRequest", "ProvideCredentials", "Secret",
    "StatusCode",
];

/// What it exports besides where an operation copies or renames.
pub(super) const SOURCES: &[&str] = &["CopySource", "RenameSource", "SourceError"];

/// Where a file stands, which says how it names what is elsewhere.
#[derive(Debug, Clone)]
pub(super) enum Place {
    /// At the root of the crate.
    Crate,
    /// Beside the operations.
    Operation,
    /// Beside the types.
    Types,
    /// In an example of this crate.
    Outside(Ident),
}

/// The names of a file.
#[derive(Debug)]
pub(super) struct Scope {
    place: Place,
    /// What the file itself defines.
    own: BTreeSet<String>,
    /// What it imports: where each name comes from.
    imports: BTreeMap<String, Root>,
}

/// Where names come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Root {
    /// `std::collections`
    Collections,
    /// `std::time`
    Time,
    /// `zonal_runtime::codegen`
    Runtime,
    /// `crate::types`
    Types,
    /// `crate::operation`
    Operation,
    /// `crate::client`
    Client,
    /// `zonal_runtime::protocol_test`
    Harness,
    /// `zonal_runtime::endpoint`
    Rules,
    /// `zonal_runtime::endpoint::Expr`
    Expr,
    /// `zonal_runtime::endpoint::Ref`
    Ref,
    /// The root of the crate of the command line, which has them from the runtime.
    Table,
}

impl Root {
    /// The root that emitters write so.
    fn of(written: &str, name: &str) -> Option<Self> {
        Some(match written {
            "rt" if name == "BTreeMap" => Self::Collections,
            "rt" if name == "Duration" => Self::Time,
            "rt" => Self::Runtime,
            "types" => Self::Types,
            "operation" => Self::Operation,
            "client" => Self::Client,
            "harness" => Self::Harness,
            "ep" => Self::Rules,
            "expr" => Self::Expr,
            "next" => Self::Ref,
            "table" => Self::Table,
            _ => return None,
        })
    }

    fn path(self, name: &Ident, place: &Place) -> TokenStream {
        let mut exported = EXPORTED.iter().chain(SOURCES);
        let is_root = exported.any(|exported| name == exported);
        match (self, place) {
            (Self::Collections, _) => quote!(std::collections),
            (Self::Time, _) => quote!(std::time),
            (Self::Runtime, Place::Outside(krate)) if is_root => quote!(#krate),
            (Self::Runtime, Place::Outside(krate)) => quote!(#krate::__private::codegen),
            (Self::Runtime, _) => quote!(zonal_runtime::codegen),
            (Self::Types, Place::Types) => quote!(super),
            (Self::Types, Place::Outside(krate)) => quote!(#krate::types),
            (Self::Types, _) => quote!(crate::types),
            (Self::Operation, Place::Outside(krate)) => quote!(#krate::operation),
            (Self::Operation, _) => quote!(crate::operation),
            (Self::Client, Place::Outside(krate)) => quote!(#krate),
            (Self::Client, _) => quote!(crate::client),
            (Self::Harness, _) => quote!(zonal_runtime::protocol_test),
            (Self::Rules, _) => quote!(zonal_runtime::endpoint),
            (Self::Expr, _) => quote!(zonal_runtime::endpoint::Expr),
            (Self::Ref, _) => quote!(zonal_runtime::endpoint::Ref),
            (Self::Table, _) => quote!(crate),
        }
    }
}

impl Scope {
    /// The scope of a file that defines these names.
    pub(super) fn new<'n>(place: Place, own: impl IntoIterator<Item = &'n Ident>) -> Self {
        Self {
            place,
            own: own.into_iter().map(Ident::to_string).collect(),
            imports: BTreeMap::new(),
        }
    }

    /// The tokens with names in place of paths, as far as these mean the same in this file.
    pub(super) fn resolve(&mut self, tokens: TokenStream) -> TokenStream {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut out = TokenStream::new();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                // Attributes name nothing of ours, and most of them are lines of documentation.
                TokenTree::Group(_) if is_hash(tokens[..at - 1].last()) => {
                    out.append(token.clone());
                }
                TokenTree::Group(group) => {
                    let inner = self.resolve(group.stream());
                    out.append(proc_macro2::Group::new(group.delimiter(), inner));
                }
                TokenTree::Ident(root) if !is_behind(&tokens[..at - 1]) => {
                    let found = match &tokens[at..] {
                        [
                            TokenTree::Punct(a),
                            TokenTree::Punct(b),
                            TokenTree::Ident(name),
                            ..,
                        ] if a.as_char() == ':' && b.as_char() == ':' => {
                            Root::of(&root.to_string(), &name.to_string()).map(|root| (root, name))
                        }
                        _ => None,
                    };
                    match found {
                        Some((root, name)) => {
                            out.extend(self.name(root, name));
                            at += 3;
                        }
                        None => out.append(root.clone()),
                    }
                }
                token => out.append(token.clone()),
            }
        }
        out
    }

    /// The same for code whose layout is ours.
    pub(super) fn resolve_text(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while !rest.is_empty() {
            let literal = literal(rest);
            if literal > 0 {
                out.push_str(&rest[..literal]);
                rest = &rest[literal..];
                continue;
            }
            let is_word = |c: char| c.is_alphanumeric() || c == '_';
            let word = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
            let is_behind = out.ends_with("::") || out.ends_with('.') || out.ends_with('#');
            let name = rest[word..].strip_prefix("::").filter(|_| !is_behind);
            let name = name.map(|tail| &tail[..tail.find(|c| !is_word(c)).unwrap_or(tail.len())]);
            let root = name.and_then(|name| Root::of(&rest[..word], name));
            let end = match (root, name) {
                (Some(root), Some(name)) => {
                    let tokens = self.name(root, &ident(name));
                    out.push_str(&tokens.to_string().replace(' ', ""));
                    word + 2 + name.len()
                }
                _ => {
                    let end = word.max(rest.chars().next().map_or(1, char::len_utf8));
                    out.push_str(&rest[..end]);
                    end
                }
            };
            rest = &rest[end..];
        }
        out
    }

    /// The name where it can be imported, or else its path.
    fn name(&mut self, root: Root, name: &Ident) -> TokenStream {
        let text = name.to_string();
        let known = self.imports.get(&text).copied();
        if self.own.contains(&text) && Some(root) == self.root_of_own() {
            return quote!(#name);
        }
        if self.own.contains(&text) || known.is_some_and(|known| known != root) {
            let path = root.path(name, &self.place);
            return quote!(#path::#name);
        }
        self.imports.insert(text, root);
        quote!(#name)
    }

    /// Where the file's own names are known to the other files.
    fn root_of_own(&self) -> Option<Root> {
        match self.place {
            Place::Types => Some(Root::Types),
            Place::Operation => Some(Root::Operation),
            Place::Crate | Place::Outside(_) => None,
        }
    }

    /// What the file imports.
    pub(super) fn imports(&self) -> TokenStream {
        let mut paths: BTreeMap<(Option<Root>, String), (TokenStream, Vec<Ident>)> =
            BTreeMap::new();
        for (name, root) in &self.imports {
            let name = ident(name);
            let path = root.path(&name, &self.place);
            // from outside, several roots are one crate
            let root = (!matches!(self.place, Place::Outside(_))).then_some(*root);
            let names = paths.entry((root, path.to_string()));
            names.or_insert_with(|| (path, Vec::new())).1.push(name);
        }
        let uses = paths
            .into_values()
            .map(|(path, names)| match names.as_slice() {
                [name] => quote!(use #path::#name;),
                names => quote!(use #path::{#(#names),*};),
            });
        uses.collect()
    }
}

/// Whether an attribute follows.
fn is_hash(before: Option<&TokenTree>) -> bool {
    matches!(before, Some(TokenTree::Punct(punct)) if punct.as_char() == '#')
}

/// Whether what follows belongs to the path or the value before it.
fn is_behind(before: &[TokenTree]) -> bool {
    let is = |token: &TokenTree, c: char| matches!(token, TokenTree::Punct(punct) if punct.as_char() == c);
    match before {
        [.., a, b] if is(a, ':') && is(b, ':') => true,
        [.., a] => is(a, '.'),
        [] => false,
    }
}

/// How long the string, comment or character is that this code begins with; nothing for any other.
pub(super) fn literal(code: &str) -> usize {
    let until = |end: &str, from: usize| {
        let tail = code[from..].find(end);
        tail.map_or(code.len(), |at| from + at + end.len())
    };
    if code.starts_with("//") {
        return until("\n", 2);
    }
    if let Some(raw) = code.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        if raw[hashes..].starts_with('"') {
            return until(&format!("\"{}", "#".repeat(hashes)), hashes + 2);
        }
    }
    if !code.starts_with('"') {
        return 0;
    }
    let mut escaped = true;
    let end = code.char_indices().find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(code.len(), |(at, c)| at + c.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_imported_where_they_are_free() {
        let mut scope = Scope::new(Place::Types, [&ident("Element")]);
        let code = quote!(fn f(a: rt::Element, b: types::Element, c: rt::Body, d: types::Body) -> self::rt::Tag);
        let expected = quote!(fn f(a: zonal_runtime::codegen::Element, b: Element, c: Body, d: super::Body) -> self::rt::Tag);
        assert_eq!(scope.resolve(code).to_string(), expected.to_string());
        assert_eq!(
            scope.imports().to_string(),
            quote!(
                use zonal_runtime::codegen::Body;
            )
            .to_string()
        );
    }

    #[test]
    fn texts_stay_as_they_are() {
        let mut scope = Scope::new(Place::Crate, []);
        let code = r####"f(types::Tag, "types::Tag \" rt::A", r#"rt::Body"#, x.rt::B) // rt::C"####;
        let expected = r####"f(Tag, "types::Tag \" rt::A", r#"rt::Body"#, x.rt::B) // rt::C"####;
        assert_eq!(scope.resolve_text(code), expected);
    }
}
