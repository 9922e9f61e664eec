//! Calls whose answers come in pages.

use zonal_runtime::paginate::{Paginated, Paginator};

use super::client::Call;

impl<O: Paginated> Call<O> {
    /// Asks for all pages, one after another, from that on which the request names: the first if it
    /// names none.
    ///
    /// [`pages`](Paginator::pages) and [`items`](Paginator::items) are streams;
    /// [`next_page`](Paginator::next_page) and
    /// [`next_item`](zonal_runtime::paginate::Items::next_item) do without.
    pub fn paginate(self) -> Paginator<O> {
        Paginator::new(&self.client.core, *self.request)
    }
}
