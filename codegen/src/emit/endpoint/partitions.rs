//! The partitions of AWS as a constant table: `endpoint/partitions.rs`.

use quote::quote;

use crate::api::endpoint::Graph;
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
    let partitions = graph.partitions.iter().map(|partition| {
        let name = &partition.name;
        let (dns, dual_stack) = (&partition.dns_suffix, &partition.dual_stack_dns_suffix);
        let (fips, has_dual_stack) = (partition.supports_fips, partition.supports_dual_stack);
        let global = &partition.implicit_global_region;
        let (regions, prefixes) = (&partition.regions, &partition.region_prefixes);
        quote! {
            Partition {
                name: #name,
                dns_suffix: #dns,
                dual_stack_dns_suffix: #dual_stack,
                supports_fips: #fips,
                supports_dual_stack: #has_dual_stack,
                implicit_global_region: #global,
                regions: &[#(#regions),*],
                pattern: RegionPattern { prefixes: &[#(#prefixes),*] },
            }
        }
    });
    file.item(quote!(pub(super) static PARTITIONS: Partitions = Partitions(&[#(#partitions),*]);));
    file.finish(files)
}
