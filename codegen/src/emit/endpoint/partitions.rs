//! The partitions of AWS as a constant table: `endpoint/partitions.rs`.

use quote::quote;

use crate::api::endpoint::{Graph, Partition};
use crate::emit::Context;
use crate::emit::rust_file::{Bug, RustFile};
use crate::files::Files;

pub(super) fn emit(cx: &Context<'_, '_>, graph: &Graph, files: &mut Files) -> Result<(), Bug> {
    let mut file = RustFile::new(
        "client/src/endpoint/partitions.rs",
        cx.api.service.id.to_string(),
        "The partitions of AWS: their regions, and what their host names end in.",
    );
    file.uses(if graph.partitions.is_empty() {
        quote!(
            use zonal_runtime::endpoint::Partitions;
        )
    } else {
        quote!(
            use zonal_runtime::endpoint::{Partition, Partitions, RegionPattern};
        )
    });
    let mut text = "pub(super) static PARTITIONS: Partitions = Partitions(&[\n".to_owned();
    graph
        .partitions
        .iter()
        .for_each(|it| partition(it, &mut text));
    text.push_str("]);\n");
    file.text(text);
    file.finish(files)
}

/// The formatter would put each of the many regions on a line of its own.
fn partition(partition: &Partition, text: &mut String) {
    text.push_str("    Partition {\n");
    let mut member = |name: &str, value: String| {
        text.push_str(&format!("        {name}: {value},\n"));
    };
    let quoted = |text: &str| format!("{text:?}");
    member("name", quoted(&partition.name));
    member("dns_suffix", quoted(&partition.dns_suffix));
    let dual_stack = &partition.dual_stack_dns_suffix;
    member("dual_stack_dns_suffix", quoted(dual_stack));
    member("supports_fips", partition.supports_fips.to_string());
    let has_dual_stack = partition.supports_dual_stack;
    member("supports_dual_stack", has_dual_stack.to_string());
    let global = &partition.implicit_global_region;
    member("implicit_global_region", quoted(global));
    member("regions", list(&partition.regions));
    let prefixes = list(&partition.region_prefixes);
    let pattern = format!("RegionPattern {{ prefixes: {prefixes} }}");
    member("pattern", pattern);
    text.push_str("    },\n");
}

/// A list on one line if it fits, or else on as few as hold it.
fn list(items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| format!("{item:?}")).collect();
    let line = items.join(", ");
    if line.len() <= 60 {
        return format!("&[{line}]");
    }
    let mut lines = vec![String::new()];
    for item in items {
        let full = |line: &String| line.len() + item.len() > 84;
        if lines.last().is_some_and(full) {
            lines.push(String::new());
        }
        if let Some(last) = lines.last_mut() {
            let blank = if last.is_empty() { "" } else { " " };
            last.push_str(&format!("{blank}{item},"));
        }
    }
    format!(
        "&[\n            {}\n        ]",
        lines.join("\n            ")
    )
}
