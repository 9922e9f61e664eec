//! The list of reserved names follows from the runtime and from what is emitted: what either of them gains is in it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use syn::{ImplItem, Item, TraitItem, Type, UseTree, Visibility};
use zonal_codegen::name::reserved;
use zonal_codegen::select::Selection;

use crate::{models, on_its_own, own_output, root, run};

/// What the runtime exports to generated code and to applications.
pub(crate) fn exports() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in ["codegen.rs", "lib.rs"] {
        for item in parsed(&root().join("runtime/src").join(file)).items {
            match item {
                Item::Use(item) if is_public(&item.vis) => exported(&item.tree, &mut names),
                Item::Mod(item) if is_public(&item.vis) => names.extend([item.ident.to_string()]),
                Item::Macro(item) => names.extend(item.ident.map(|name| name.to_string())),
                _ => {}
            }
        }
    }
    names
}

fn exported(tree: &UseTree, names: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => exported(&path.tree, names),
        UseTree::Group(group) => group.items.iter().for_each(|tree| exported(tree, names)),
        UseTree::Name(name) => names.extend([name.ident.to_string()]),
        UseTree::Rename(name) => names.extend([name.rename.to_string()]),
        UseTree::Glob(_) => panic!("a glob exports what no list can follow"),
    }
}

fn parsed(path: &Path) -> syn::File {
    let text = fs::read_to_string(path).unwrap();
    syn::parse_file(&text).unwrap()
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

/// The functions of `impl` blocks of this type.
fn functions(file: &syn::File, ty: Option<&str>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for item in &file.items {
        let Item::Impl(item) = item else { continue };
        let is_it = |path: &syn::TypePath| {
            path.path
                .segments
                .last()
                .is_some_and(|last| ty.is_none_or(|ty| last.ident == ty))
        };
        if item.trait_.is_none() && matches!(&*item.self_ty, Type::Path(path) if is_it(path)) {
            names.extend(item.items.iter().filter_map(|item| match item {
                ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
                _ => None,
            }));
        }
    }
    names
}

/// Everything that is generated of our model and of the models of one feature each, by path.
fn emitted() -> Vec<(String, syn::File)> {
    let models = models::names().into_iter();
    let models = models.map(|name| {
        run(
            &models::sources(&name),
            &Selection::all(),
            &on_its_own("demo"),
        )
        .files
    });
    let all = models.chain([own_output().files]);
    let mut found = Vec::new();
    for files in all {
        for (path, text) in files
            .iter()
            .filter(|(path, _)| path.starts_with("client/src/") && path.ends_with(".rs"))
        {
            found.push((path.to_owned(), syn::parse_file(text).unwrap()));
        }
    }
    found
}

#[track_caller]
fn assert_reserved(what: &str, names: impl IntoIterator<Item = String>, list: &[&str]) {
    let missing = names
        .into_iter()
        .filter(|name| !list.contains(&name.as_str()));
    let missing: BTreeSet<_> = missing.collect();
    assert!(
        missing.is_empty(),
        "{what}, and codegen/src/name/reserved.rs does not know: {missing:?}"
    );
}

#[test]
fn the_builder_has_no_methods_that_a_setting_could_take() {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(root().join("runtime/src/config")).unwrap() {
        found.extend(functions(&parsed(&entry.unwrap().path()), Some("Builder")));
    }
    found.extend(functions(
        &parsed(&root().join("runtime/src/config.rs")),
        Some("Builder"),
    ));
    found.insert("clone".to_owned());
    let kept: BTreeSet<_> = reserved::BUILDER
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    let gone: Vec<_> = kept.difference(&found).collect();
    assert!(
        gone.is_empty(),
        "reserved, but not there any more: {gone:?}"
    );
    assert_reserved("the builder has these", found, reserved::BUILDER);
}

#[test]
fn the_functions_that_are_emitted_are_reserved() {
    for (path, file) in emitted() {
        if path == "client/src/client.rs" {
            assert_reserved(
                "a client has these",
                functions(&file, Some("Client")),
                reserved::CLIENT,
            );
            assert_reserved(
                "a call has these",
                functions(&file, Some("Call")),
                reserved::MEMBERS,
            );
        } else if path == "client/src/options.rs" {
            assert_reserved(
                "a call has these",
                functions(&file, Some("Call")),
                reserved::OPTIONS,
            );
        } else if path.contains("/types/") {
            assert_reserved(
                "a structure has these",
                functions(&file, None),
                reserved::MEMBERS,
            );
        } else if path == "client/src/settings.rs" {
            let traits = file.items.iter().filter_map(|item| match item {
                Item::Trait(item) => Some(&item.items),
                _ => None,
            });
            let settings = traits.flatten().filter_map(|item| match item {
                TraitItem::Fn(function) => Some(function.sig.ident.to_string()),
                _ => None,
            });
            let clash: Vec<_> = settings
                .filter(|name| reserved::BUILDER.contains(&name.as_str()))
                .collect();
            assert_eq!(clash, [""; 0]);
        }
    }
}

#[test]
fn what_waiters_and_rules_define_is_reserved() {
    for (path, file) in emitted() {
        for item in &file.items {
            match (path.as_str(), item) {
                ("client/src/waiter.rs", Item::Use(item)) if is_public(&item.vis) => {
                    let mut names = BTreeSet::new();
                    exported(&item.tree, &mut names);
                    assert_reserved(
                        "the module of waiters exports these",
                        names,
                        reserved::WAITERS,
                    );
                }
                ("client/src/endpoint.rs", Item::Static(item)) => {
                    let name = item.ident.to_string();
                    let name = Some(name).filter(|name| !name.starts_with("PROPERTIES_"));
                    assert_reserved("the rules define these", name, reserved::RULES);
                }
                _ => {}
            }
        }
    }
}

/// What a file neither defines nor imports is of the prelude.
#[test]
fn what_is_written_without_a_path_is_reserved() {
    for (path, file) in emitted() {
        let of_a_type = path.contains("/types/") || path.contains("/operation/");
        if !of_a_type && path != "client/src/waiter.rs" {
            continue;
        }
        let mut known = BTreeSet::new();
        let mut used = BTreeSet::new();
        for item in &file.items {
            match item {
                Item::Use(item) => exported(&item.tree, &mut known),
                Item::Struct(item) => {
                    known.insert(item.ident.to_string());
                    item.fields
                        .iter()
                        .for_each(|field| types(&field.ty, &mut used));
                }
                Item::Enum(item) => {
                    known.insert(item.ident.to_string());
                    let fields = item.variants.iter().flat_map(|variant| &variant.fields);
                    fields.for_each(|field| types(&field.ty, &mut used));
                }
                Item::Impl(item) => {
                    types(&item.self_ty, &mut used);
                    for item in &item.items {
                        match item {
                            ImplItem::Fn(function) => {
                                let signature = &function.sig;
                                signature.inputs.iter().for_each(|input| match input {
                                    syn::FnArg::Typed(input) => types(&input.ty, &mut used),
                                    syn::FnArg::Receiver(_) => {}
                                });
                                if let syn::ReturnType::Type(_, ty) = &signature.output {
                                    types(ty, &mut used);
                                }
                            }
                            ImplItem::Type(item) => types(&item.ty, &mut used),
                            ImplItem::Const(item) => types(&item.ty, &mut used),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        let primitives = ["bool", "str", "i8", "i16", "i32", "i64", "f32", "f64", "u8"];
        let used = used
            .into_iter()
            .filter(|name| !known.contains(name) && !primitives.contains(&name.as_str()));
        assert_reserved(&format!("{path} uses these"), used, reserved::TYPES);
    }
}

/// The types that are named by one word, within others too.
fn types(ty: &Type, names: &mut BTreeSet<String>) {
    match ty {
        Type::Path(path) => {
            if let (1, Some(only)) = (path.path.segments.len(), path.path.segments.first()) {
                names.insert(only.ident.to_string());
            }
            for segment in &path.path.segments {
                if let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments {
                    arguments.args.iter().for_each(|argument| {
                        if let syn::GenericArgument::Type(ty) = argument {
                            types(ty, names);
                        }
                    });
                }
            }
        }
        Type::Reference(reference) => types(&reference.elem, names),
        Type::Slice(slice) => types(&slice.elem, names),
        Type::Array(array) => types(&array.elem, names),
        Type::Tuple(tuple) => tuple.elems.iter().for_each(|ty| types(ty, names)),
        _ => {}
    }
}
