//! Paginated calls.

use zonal_runtime::paginate::{Paginated, Paginator};

use super::client::Call;

impl<O: Paginated> Call<O> {
    /// Requests all pages, one after another, starting with the page of the request. By default
    /// this is the first page.
    ///
    /// [`pages`](Paginator::pages) and [`items`](Paginator::items) return streams.
    /// [`next_page`](Paginator::next_page) and
    /// [`next_item`](zonal_runtime::paginate::Items::next_item) return one page or item.
    pub fn paginate(self) -> Paginator<O> {
        Paginator::new(&self.client.core, *self.request)
    }
}
