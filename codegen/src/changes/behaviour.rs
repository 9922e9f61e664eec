//! What is done another way though the public items are the same: what is sent and read, what stands for members
//! that are left out, and documentation.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

use super::{Changes, Class, Side, What};
use crate::api::calls::{Pages, Waiter};
use crate::api::{EnumValue, Field, Operation, Service, Sessions, Type, TypeDef, TypeKind};
use crate::lower::defaults::are_words;
use crate::show::place;

const SENT: &str = "code stays as it is; the request differs";
const READ: &str = "code stays as it is; the answer is read another way";

/// Compares what both sides have; `renames` are the types that have another name in the new one.
pub(super) fn compare(
    old: &Side<'_, '_>,
    new: &Side<'_, '_>,
    renames: &[(String, String)],
    changes: &mut Changes,
) {
    let mut compare = Compare {
        changes,
        documented: BTreeMap::new(),
    };
    compare.service(&old.api.service, &new.api.service);
    compare.sessions(old.api.sessions.as_ref(), new.api.sessions.as_ref());
    for operation in &new.api.operations {
        let before = old.api.operation_named(operation.id.name());
        if let Some(before) = before {
            compare.operation(before, operation, new);
        }
    }
    let path = |side: &Side<'_, '_>, ty: &TypeDef<'_>| format!("types::{}", side.names.ty(&ty.id));
    let olds = old.api.types.iter().map(|ty| {
        let path = path(old, ty);
        let now = renames.iter().find(|(from, _)| *from == path);
        (now.map_or(path, |(_, now)| now.clone()), ty)
    });
    let olds: HashMap<_, _> = olds.collect();
    for ty in &new.api.types {
        let path = path(new, ty);
        if let Some(before) = olds.get(&path) {
            compare.type_def(&path, before, ty, new);
        }
    }
    for error in &new.api.errors {
        if let Some(before) = old.api.errors.iter().find(|it| it.id == error.id) {
            // Without members, an error is no more than a variant.
            let path = if error.fields.is_empty() {
                error.id.name().to_owned()
            } else {
                format!("types::{}", new.names.of_error(&error.id).ty)
            };
            compare.documentation(&path, &before.documentation, &error.documentation);
            compare.fields(&path, &before.fields, &error.fields, new);
        }
    }
    compare.finish();
}

struct Compare<'c> {
    changes: &'c mut Changes,
    /// How many texts are new, by what they stand at.
    documented: BTreeMap<String, usize>,
}

impl Compare<'_> {
    fn finish(self) {
        for (item, count) in self.documented {
            let count = match count {
                1 => "1 text".to_owned(),
                count => format!("{count} texts"),
            };
            let item = format!("documentation of {item} ({count})");
            let reason = "only documentation";
            self.changes.add(What::Changed, item, Class::Patch, reason);
        }
    }

    fn add(&mut self, item: impl Into<String>, class: Class, reason: impl Into<String>) {
        self.changes.add(What::Changed, item, class, reason);
    }

    /// Adds a change where two values are not the same.
    fn same<T: Debug + ?Sized>(
        &mut self,
        old: &T,
        new: &T,
        item: impl Into<String>,
        class: Class,
        reason: &str,
    ) {
        if format!("{old:?}") != format!("{new:?}") {
            self.add(item, class, reason);
        }
    }

    fn documentation<T: PartialEq + ?Sized>(&mut self, item: &str, old: &T, new: &T) {
        if old != new {
            *self.documented.entry(item.to_owned()).or_default() += 1;
        }
    }

    fn service(&mut self, old: &Service<'_>, new: &Service<'_>) {
        self.documentation("the crate", &old.documentation, &new.documentation);
        self.documentation("the crate", &old.title, &new.title);
        let patch = Class::Patch;
        let item = format!("the version of the service, {}", new.version);
        self.same(&old.version, &new.version, item, patch, "it is not sent");
        let item = format!("calls are signed for `{}`", new.signing_name);
        self.same(&old.signing_name, &new.signing_name, item, patch, SENT);
        let settings = |service: &Service<'_>| -> Vec<_> {
            let all = service.settings.iter();
            all.map(|it| (it.name.clone(), it.documentation.clone()))
                .collect()
        };
        let olds: HashMap<_, _> = settings(old).into_iter().collect();
        for (name, text) in settings(new) {
            if let Some(before) = olds.get(&name) {
                self.documentation("Settings", before, &text);
            }
        }
    }

    fn sessions(&mut self, old: Option<&Sessions<'_>>, new: Option<&Sessions<'_>>) {
        match (old, new) {
            (None, Some(_)) => self.changes.add(
                What::Added,
                "sessions, and the module `session`",
                Class::Minor,
                "calls are signed with sessions where the service has them",
            ),
            (Some(_), None) => self.changes.add(
                What::Removed,
                "sessions, and the module `session`",
                Class::Major,
                "code that names it does not compile any more",
            ),
            (Some(old), Some(new)) => {
                self.same(old, new, "how sessions are opened", Class::Patch, SENT);
            }
            (None, None) => {}
        }
    }

    fn operation(&mut self, old: &Operation<'_>, new: &Operation<'_>, side: &Side<'_, '_>) {
        let names = side.names.operation(&new.id);
        let request = format!("operation::{}", names.request);
        let output = format!("operation::{}", names.output);
        self.documentation(&request, &old.documentation, &new.documentation);
        self.documentation(
            &output,
            &old.output.documentation,
            &new.output.documentation,
        );
        self.examples(&request, old, new);
        self.http(&request, old, new);
        let calls = format!("calls of {request}");
        let minor = Class::Minor;
        let item = format!("{calls}: signed {:?}", new.auth).to_lowercase();
        self.same(
            &old.auth,
            &new.auth,
            item,
            minor,
            "whether calls need credentials differs",
        );
        let item = format!("{calls}: checksums");
        let reason = "which checksums are sent and verified differs";
        self.same(&old.checksums, &new.checksums, item, minor, reason);
        let item = format!("{calls}: compression of the body");
        self.same(&old.compressed, &new.compressed, item, minor, SENT);
        let item = format!("{calls}: how long an answer may take");
        let reason = "time limits differ";
        self.same(&old.assembles, &new.assembles, item, minor, reason);
        if let (Some(old), Some(new)) = (&old.pages, &new.pages) {
            let parts = |pages: &Pages| {
                let Pages {
                    output_token,
                    items,
                    page_size,
                    more,
                    ..
                } = pages.clone();
                (output_token, items, page_size, more)
            };
            let item = format!("pages of {request}");
            self.same(&parts(old), &parts(new), item, Class::Patch, READ);
        }
        for waiter in &new.waiters {
            let before = old.waiters.iter().find(|it| it.name == waiter.name);
            let name = format!("waiter::{}", side.names.waiter(&new.id, &waiter.name));
            before
                .into_iter()
                .for_each(|it| self.waiter(&name, it, waiter));
        }
        self.fields(&request, &old.input, &new.input, side);
        self.fields(&output, &old.output.fields, &new.output.fields, side);
    }

    fn waiter(&mut self, name: &str, old: &Waiter, new: &Waiter) {
        self.documentation(name, &old.documentation, &new.documentation);
        let reason = "other answers end the wait";
        self.same(&old.acceptors, &new.acceptors, name, Class::Minor, reason);
    }

    /// Examples stand in the documentation.
    fn examples(&mut self, request: &str, old: &Operation<'_>, new: &Operation<'_>) {
        let text = |operation: &Operation<'_>| format!("{:?}", operation.examples);
        self.documentation(request, &text(old), &text(new));
    }

    fn http(&mut self, request: &str, old: &Operation<'_>, new: &Operation<'_>) {
        let patch = Class::Patch;
        let line = |it: &Operation<'_>| format!("{} {}", it.http.method, it.http.uri);
        if line(old) != line(new) {
            let item = format!("{request} is sent as `{}`, not `{}`", line(new), line(old));
            self.add(item, patch, SENT);
        }
        let (before, now) = (old.http.success, new.http.success);
        if before != now {
            let item = format!("{request} succeeds with {now}, not {before}");
            self.add(item, patch, READ);
        }
        let parts = |it: &Operation<'_>| {
            let params = format!("{:?} {:?}", it.static_params, it.selected_params);
            (
                it.host_prefix.clone(),
                it.body.clone(),
                it.unsigned_payload,
                params,
            )
        };
        let item = format!("{request}: host, root of the body, or what is signed");
        self.same(&parts(old), &parts(new), item, patch, SENT);
        let item = format!("{request}: root of the answer");
        let root = |it: &Operation<'_>| (it.output.root.clone(), it.output.unwrapped);
        self.same(&root(old), &root(new), item, patch, READ);
    }

    fn type_def(&mut self, path: &str, old: &TypeDef<'_>, new: &TypeDef<'_>, side: &Side<'_, '_>) {
        self.documentation(path, &old.documentation, &new.documentation);
        self.fields(path, old.kind.fields(), new.kind.fields(), side);
        if let (
            TypeKind::Enum(old) | TypeKind::IntEnum(old),
            TypeKind::Enum(new) | TypeKind::IntEnum(new),
        ) = (&old.kind, &new.kind)
        {
            self.values(path, old, new);
        }
    }

    fn values(&mut self, path: &str, old: &[EnumValue], new: &[EnumValue]) {
        let names = |list: &[EnumValue], other: &[EnumValue]| -> Vec<String> {
            let has = |name: &str| other.iter().any(|it| it.name == name);
            let common = list.iter().filter(|it| has(&it.name));
            common.map(|it| it.name.clone()).collect()
        };
        let reason = "its values sort as they stand in the model";
        let item = format!("{path}: the order of its values");
        self.same(
            &names(old, new),
            &names(new, old),
            item,
            Class::Minor,
            reason,
        );
        for value in new {
            if let Some(before) = old.iter().find(|it| it.name == value.name) {
                let text = |it: &EnumValue| (it.documentation.clone(), it.deprecated.clone());
                self.documentation(path, &text(before), &text(value));
            }
        }
    }

    fn fields(&mut self, path: &str, old: &[Field<'_>], new: &[Field<'_>], side: &Side<'_, '_>) {
        for field in new {
            if let Some(before) = old.iter().find(|it| it.name == field.name) {
                let text = |it: &Field<'_>| {
                    let own = (it.documentation.clone(), it.type_documentation.clone());
                    let rest = it.constraints.iter().filter(|it| !are_words(it));
                    let rest: Vec<_> = rest.cloned().collect();
                    (own, rest, it.deprecated.clone())
                };
                self.documentation(path, &text(before), &text(field));
                let item = format!("{path}.{}", side.names.field(field));
                self.field(&item, before, field);
            }
        }
    }

    fn field(&mut self, item: &str, old: &Field<'_>, new: &Field<'_>) {
        if old.default != new.default {
            let shown = |it: &Field<'_>| match &it.default {
                Some(value) => format!("`{value}`"),
                None => "nothing".to_owned(),
            };
            let item = format!(
                "{item} is {} where it is left out, not {}",
                shown(new),
                shown(old)
            );
            self.add(
                item,
                Class::Minor,
                "code that leaves it out does something else",
            );
        }
        let said = |it: &Field<'_>| {
            let words = it.constraints.iter().find(|it| are_words(it));
            words.map_or("No default.", String::as_str).to_owned()
        };
        if old.default == new.default && said(old) != said(new) {
            let item = format!("{item}: {} Before: {}", said(new), said(old));
            let item = item.trim_end_matches('.');
            self.add(
                item,
                Class::Minor,
                "the service does something else where it is left out",
            );
        }
        if old.idempotency_token != new.idempotency_token {
            let item = if new.idempotency_token {
                format!("{item}: the client makes it where it is left out")
            } else {
                format!("{item}: the client does not make it any more")
            };
            self.add(
                item,
                Class::Minor,
                "code that leaves it out does something else",
            );
        }
        let (before, now) = (place(&old.binding), place(&new.binding));
        let wire = "code stays as it is; it stands in another place or form on the wire";
        if before != now {
            self.add(
                format!("{item} stands in {now}, not {before}"),
                Class::Patch,
                wire,
            );
            return;
        }
        let form = |it: &Field<'_>| {
            let ways = [it.host_label, it.filled];
            (
                it.binding.clone(),
                format(&it.ty),
                ways,
                it.context_param.clone(),
            )
        };
        let item = format!("{item}: how it is written");
        self.same(&form(old), &form(new), item, Class::Patch, wire);
    }
}

/// What a type says about how its values are written, without the names of shapes.
fn format(ty: &Type<'_>) -> String {
    match ty {
        Type::Timestamp(format) => format!("{format:?}"),
        Type::List { item, tag, .. } => format!("{tag:?} {}", format(item)),
        Type::Map(map) => {
            let (key, value) = (format(&map.key), format(&map.value));
            format!("{:?} {key} {:?} {value}", map.key_tag, map.value_tag)
        }
        _ => String::new(),
    }
}
