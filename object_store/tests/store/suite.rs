//! `object_store`'s own suite for implementations: all functions of both versions.

use zonal_object_store::ZonalStore;

use crate::lab::Lab;

/// Hands all functions that take a store to a macro, and what they take behind it.
macro_rules! for_each_function {
    ($then:ident) => {
        $then! { v0_13:
            put_get_delete_list,
            put_get_attributes,
            get_opts,
            put_opts(crate::suite::yes),
            stream_get,
            list_uses_directories_correctly,
            list_with_delimiter,
            rename_and_copy,
            copy_if_not_exists,
            copy_rename_nonexistent_object,
            multipart(crate::suite::same),
            multipart_race_condition(crate::suite::yes),
            multipart_out_of_order,
            list_paginated(crate::suite::same),
            list_with_offset_exclusivity,
        }
        $then! { v0_14:
            put_get_delete_list,
            put_get_attributes,
            get_opts,
            put_opts(crate::suite::yes),
            stream_get,
            list_uses_directories_correctly,
            list_with_delimiter,
            rename_and_copy,
            copy_if_not_exists,
            copy_rename_nonexistent_object,
            multipart(crate::suite::same),
            multipart_with_opts(crate::suite::same),
            multipart_put_part_out_of_order(crate::suite::same),
            multipart_race_condition(crate::suite::yes),
            multipart_out_of_order,
            list_paginated(crate::suite::same),
            list_with_offset_exclusivity,
        }
    };
}
pub(crate) use for_each_function;

/// One test for each function that takes a store.
macro_rules! suite {
    ($version:ident: $($function:ident $(($($more:expr),*))?,)*) => {
        mod $version {
            use zonal_object_store::$version::object_store::{Error, integration};

            use super::Lab;

            $(
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
pub(crate) fn yes(_: &ZonalStore) -> bool {
    true
}

pub(crate) fn same(store: &ZonalStore) -> &ZonalStore {
    store
}

for_each_function!(suite);
