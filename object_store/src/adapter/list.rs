//! `PaginatedListStore`.

use async_trait::async_trait;

use crate::ZonalStore;
use crate::list::PageRequest;

use super::super::object_store::Result;
use super::super::object_store::list::{
    PaginatedListOptions, PaginatedListResult, PaginatedListStore,
};
use super::store::list_result;

#[async_trait]
impl PaginatedListStore for ZonalStore {
    async fn list_paginated(
        &self,
        prefix: Option<&str>,
        opts: PaginatedListOptions,
    ) -> Result<PaginatedListResult> {
        let request = PageRequest {
            prefix: prefix.unwrap_or_default().to_owned(),
            delimiter: opts.delimiter.map(Into::into),
            offset: opts.offset,
            max_keys: opts.max_keys,
            token: opts.page_token,
        };
        let mut page = self.page(request).await?;
        let page_token = page.token.take();
        Ok(PaginatedListResult {
            result: list_result(page)?,
            page_token,
        })
    }
}
