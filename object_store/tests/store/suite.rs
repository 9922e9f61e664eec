//! `object_store`'s own suite for implementations: all functions of both versions.

use zonal_object_store::ZonalStore;

use crate::lab::Lab;

/// One test for each function that takes a store.
macro_rules! suite {
    ($version:ident: $($(#[$attribute:meta])* $function:ident $(($($more:expr),*))?,)*) => {
        mod $version {
            use zonal_object_store::$version::object_store::{Error, integration};

            use super::Lab;

            $(
                $(#[$attribute])*
                #[tokio::test]
                async fn $function() {
                    let lab = Lab::new();
                    integration::$function(&lab.store $($(, $more(&lab.store))*)?).await;
                }
            )*

            #[tokio::test]
            async fn get_nonexistent_object() {
                let lab = Lab::new();
                let result = integration::get_nonexistent_object(&lab.store, None).await;
                let error = result.unwrap_err();
                assert!(matches!(error, Error::NotFound { .. }), "{error}");
            }
        }
    };
}

/// Values for parameters behind the store.
fn yes(_: &ZonalStore) -> bool {
    true
}

fn same(store: &ZonalStore) -> &ZonalStore {
    store
}

suite! { v0_13:
    put_get_delete_list,
    put_get_attributes,
    get_opts,
    put_opts(super::yes),
    stream_get,
    list_uses_directories_correctly,
    list_with_delimiter,
    rename_and_copy,
    copy_if_not_exists,
    copy_rename_nonexistent_object,
    multipart(super::same),
    multipart_race_condition(super::yes),
    multipart_out_of_order,
    list_paginated(super::same),
    list_with_offset_exclusivity,
}

suite! { v0_14:
    put_get_delete_list,
    put_get_attributes,
    get_opts,
    put_opts(super::yes),
    stream_get,
    list_uses_directories_correctly,
    list_with_delimiter,
    rename_and_copy,
    copy_if_not_exists,
    copy_rename_nonexistent_object,
    multipart(super::same),
    multipart_with_opts(super::same),
    multipart_put_part_out_of_order(super::same),
    multipart_race_condition(super::yes),
    multipart_out_of_order,
    list_paginated(super::same),
    list_with_offset_exclusivity,
}
