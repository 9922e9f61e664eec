//! Scopes: where names stand beside each other, each once.

use std::collections::HashSet;

use syn::Ident;

use super::{case, reserved};

/// How the names of a scope are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// `CreateSession`
    Camel,
    /// `create_session`
    Snake,
    /// `CREATE_SESSION`
    Upper,
    /// `create-session`
    Kebab,
}

/// Names that stand beside each other.
#[derive(Debug)]
pub(super) struct Scope {
    style: Style,
    reserved: &'static [&'static [&'static str]],
    /// What a reserved name gets.
    suffix: &'static str,
    taken: HashSet<String>,
}

impl Scope {
    pub(super) fn new(
        style: Style,
        reserved: &'static [&'static [&'static str]],
        suffix: &'static str,
    ) -> Self {
        Self {
            style,
            reserved,
            suffix,
            taken: HashSet::new(),
        }
    }

    /// The public types of a module.
    pub(super) fn of_types() -> Self {
        Self::new(Style::Camel, &[reserved::TYPES], "Shape")
    }

    /// The identifier of what has this name in the model.
    pub(super) fn claim(&mut self, name: &str) -> Ident {
        let written = self.written(name);
        self.claim_exactly(&written)
    }

    /// The same for what is no identifier.
    pub(super) fn claim_text(&mut self, name: &str) -> String {
        let written = self.written(name);
        self.free(written)
    }

    /// An identifier that is written already.
    pub(super) fn claim_exactly(&mut self, written: &str) -> Ident {
        let written = written.trim_start_matches("r#").to_owned();
        ident(&keyword_safe(self.free(written)))
    }

    fn written(&self, name: &str) -> String {
        match self.style {
            Style::Camel => case::camel(name),
            Style::Snake => case::snake(name),
            Style::Upper => case::constant(name),
            Style::Kebab => case::kebab(name),
        }
    }

    /// The name, with a suffix where it is reserved and a number where it is taken.
    fn free(&mut self, mut name: String) -> String {
        if self
            .reserved
            .iter()
            .any(|list| list.contains(&name.as_str()))
        {
            name.push_str(self.suffix);
        }
        let separator = match self.style {
            Style::Camel => "",
            Style::Snake | Style::Upper => "_",
            Style::Kebab => "-",
        };
        let mut free = name.clone();
        let mut number = 2;
        while !self.taken.insert(free.clone()) {
            free = format!("{}{separator}{number}", name.trim_end_matches('_'));
            number += 1;
        }
        free
    }
}

/// An identifier, raw ones included.
pub fn ident(name: &str) -> Ident {
    match name.strip_prefix("r#") {
        Some(raw) => Ident::new_raw(raw, proc_macro2::Span::call_site()),
        None => Ident::new(name, proc_macro2::Span::call_site()),
    }
}

fn keyword_safe(name: String) -> String {
    match name.as_str() {
        // These cannot be raw identifiers.
        "self" | "Self" | "super" | "crate" | "_" => format!("{name}_"),
        // syn does not know `gen` for the keyword that it has become.
        "gen" => "r#gen".to_owned(),
        _ if syn::parse_str::<Ident>(&name).is_err() => format!("r#{name}"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::{Scope, Style};

    fn claimed(mut scope: Scope, names: &[&str]) -> Vec<String> {
        let claimed = names.iter().map(|name| scope.claim(name).to_string());
        claimed.collect()
    }

    #[test]
    fn a_name_stands_once_in_a_scope() {
        let scope = Scope::new(Style::Snake, &[&["new"]], "_");
        let names = ["ETag", "eTag", "Type", "Self", "New", "new_", "e_tag_2"];
        let rust = [
            "e_tag",
            "e_tag_2",
            "r#type",
            "self_",
            "new_",
            "new_2",
            "e_tag_2_2",
        ];
        assert_eq!(claimed(scope, &names), rust);
        let scope = Scope::new(Style::Camel, &[&["Unknown"]], "Value");
        let names = ["CNAMEList", "CnameList", "Unknown", "UnknownValue", "2xx"];
        let rust = [
            "CnameList",
            "CnameList2",
            "UnknownValue",
            "UnknownValue2",
            "V2xx",
        ];
        assert_eq!(claimed(scope, &names), rust);
    }
}
