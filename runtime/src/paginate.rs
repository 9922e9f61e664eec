//! Paginated lists: [`Paginator`], and streams of pages and of their items.
//!
//! Generated code says of an operation where its tokens and items are ([`Paginated`],
//! [`PaginatedItems`]); everything else happens here.

use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;

use crate::client::Core;
use crate::clock::BoxFuture;
use crate::error::{Cause, DecodeError, Error, Failure, Problem};
use crate::operation::Operation;
use crate::secret::Secret;

/// An operation that answers one page at a time.
pub trait Paginated: Operation + 'static {
    /// The type of the token of a page.
    type Token: PageToken;

    /// Returns the token of the requested page; `None` for the first page.
    fn token(&self) -> Option<&Self::Token>;

    /// Returns the token of the next page; `None` after the last page.
    fn next_token(output: &Self::Output) -> Option<&Self::Token>;

    /// Returns whether the answer says that another page follows, apart from its token.
    fn has_more(output: &Self::Output) -> bool {
        let _ = output;
        false
    }

    /// Returns whether the answer lists nothing: all its lists are empty.
    fn is_empty(output: &Self::Output) -> bool {
        let _ = output;
        false
    }

    /// Sets the token of the requested page.
    fn set_token(&mut self, token: Self::Token);
}

/// An operation whose pages hold items.
pub trait PaginatedItems: Paginated {
    /// The type of an item.
    type Item: Send;

    /// The items of a page.
    fn items(output: Self::Output) -> Vec<Self::Item>;
}

/// The type of the token of a page.
pub trait PageToken: Clone + PartialEq + Send + Sync + 'static {
    /// Whether it says nothing: then there is no page.
    fn is_empty(&self) -> bool;
}

impl PageToken for String {
    fn is_empty(&self) -> bool {
        self.is_empty()
    }
}

impl PageToken for Secret {
    fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

macro_rules! number_tokens {
    ($($number:ty)*) => {$(
        impl PageToken for $number {
            fn is_empty(&self) -> bool {
                false
            }
        }
    )*};
}

number_tokens!(i8 i16 i32 i64);

/// Requests page after page, each with the settings of the first request.
///
/// A page without items is not the last one if it has a token for a next page. The error has the kind
/// [`Decode`](crate::ErrorKind::Decode) if a token repeats, if a page says that another one follows but has no token, or
/// after 1,000 empty pages in a row.
#[must_use = "nothing is asked for until a page is"]
pub struct Paginator<O: Paginated> {
    core: Core,
    request: O,
    endless: Endless<O::Token>,
    next: Next,
}

/// What the next call does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// It asks for the page that the request names.
    Page,
    /// It says that the page was there before.
    Repeated,
    /// It says that the page has no name.
    Unnamed,
    /// It says that too many pages were empty.
    Empty,
    /// Nothing: a call failed.
    Failed,
    /// Nothing: all pages have been given.
    End,
}

impl<O: Paginated> Paginator<O> {
    /// Starts at the page of the request: the first page, or that of its token.
    pub fn new(core: &Core, request: O) -> Self {
        Self {
            core: core.clone(),
            endless: Endless::default(),
            request,
            next: Next::Page,
        }
    }

    /// Returns the next page, or `None` after the last page and after an error.
    ///
    /// If this future is dropped before it ends, no page is lost: the next call requests the same page.
    ///
    /// # Errors
    ///
    /// If the operation fails, if a token repeats, if a token is missing although another page follows, or after 1,000
    /// empty pages in a row.
    pub async fn next_page(&mut self) -> Result<Option<O::Output>, Error<O::Error>> {
        let problem = match self.next {
            Next::Page => None,
            Next::Repeated => Some(Problem::RepeatedToken),
            Next::Unnamed => Some(Problem::MissingToken),
            Next::Empty => Some(Problem::EmptyPages),
            Next::Failed | Next::End => return Ok(None),
        };
        if let Some(problem) = problem {
            self.next = Next::Failed;
            let cause = Cause::Decode(DecodeError::new(problem));
            return Err(Failure::new(O::SPEC.name, cause).into_error(O::error));
        }
        match self.core.send(&self.request).await {
            Ok(output) => {
                self.advance(&output);
                Ok(Some(output))
            }
            Err(error) => {
                self.next = Next::Failed;
                Err(error)
            }
        }
    }

    /// Returns the token of the next page, or of the page whose request failed, so that another request can continue
    /// there. `None` at the first page and after the last.
    pub fn token(&self) -> Option<&O::Token> {
        self.request.token().filter(|_| self.next != Next::End)
    }

    /// Returns a stream of the pages. It ends after the last page and after an error.
    pub fn pages(self) -> Pages<O> {
        Pages {
            paginator: Some(self),
            asking: None,
        }
    }

    fn advance(&mut self, output: &O::Output) {
        let Some(token) = O::next_token(output).filter(|token| !token.is_empty()) else {
            self.next = if O::has_more(output) {
                Next::Unnamed
            } else {
                Next::End
            };
            return;
        };
        if self.request.token() == Some(token) || self.endless.repeats(token) {
            self.next = Next::Repeated;
        } else if self.endless.stays_empty(O::is_empty(output)) {
            self.next = Next::Empty;
        }
        self.request.set_token(token.clone());
    }
}

impl<O: PaginatedItems> Paginator<O> {
    /// Returns a stream of the items of all pages. It ends after the last item and after an error.
    ///
    /// It has only the items. For other members of a page, such as the common prefixes of a listing, use
    /// [`pages`](Self::pages).
    pub fn items(self) -> Items<O> {
        Items {
            pages: self.pages(),
            page: Vec::new().into_iter(),
        }
    }
}

/// Empty pages in a row before a list is given up. S3 may return a few while it skips what was deleted; a server that
/// sends a new token with each would be asked forever.
#[doc(hidden)]
pub const MAX_EMPTY_PAGES: u32 = 1000;

/// Notices a list that does not end: its tokens go round in a circle, or page after page is empty.
///
/// It finds a circle of any length by Brent's algorithm, which remembers one token. A long circle is gone round more than
/// once.
#[doc(hidden)]
#[derive(Debug)]
pub struct Endless<T> {
    mark: Option<T>,
    steps: u64,
    limit: u64,
    empty: u32,
}

/// Before the first page.
impl<T> Default for Endless<T> {
    fn default() -> Self {
        Self {
            mark: None,
            steps: 0,
            limit: 1,
            empty: 0,
        }
    }
}

impl<T: Clone + PartialEq> Endless<T> {
    /// Takes the next token, and returns whether it was there before.
    pub fn repeats(&mut self, token: &T) -> bool {
        if self.mark.as_ref() == Some(token) {
            return true;
        }
        self.steps += 1;
        if self.steps == self.limit {
            self.mark = Some(token.clone());
            self.limit = self.limit.saturating_mul(2);
            self.steps = 0;
        }
        false
    }

    /// Takes the next page, and returns whether this is the last of [`MAX_EMPTY_PAGES`] empty ones in a row.
    pub fn stays_empty(&mut self, is_empty: bool) -> bool {
        self.empty = if is_empty { self.empty + 1 } else { 0 };
        self.empty >= MAX_EMPTY_PAGES
    }
}

type Page<O> = Result<Option<<O as Operation>::Output>, Error<<O as Operation>::Error>>;

/// A stream of pages; see [`Paginator::pages`].
#[must_use = "a stream does nothing until it is polled"]
pub struct Pages<O: Paginated> {
    /// None while it is asking.
    paginator: Option<Paginator<O>>,
    asking: Option<BoxFuture<'static, (Paginator<O>, Page<O>)>>,
}

/// Nothing in it is pinned: what must be is boxed.
impl<O: Paginated> Unpin for Pages<O> {}

impl<O: Paginated> Pages<O> {
    fn poll_page(&mut self, context: &mut Context<'_>) -> Poll<Page<O>> {
        if let Some(mut paginator) = self.paginator.take() {
            self.asking = Some(Box::pin(async move {
                let page = paginator.next_page().await;
                (paginator, page)
            }));
        }
        let Some(asking) = &mut self.asking else {
            return Poll::Ready(Ok(None));
        };
        let (paginator, page) = ready!(asking.as_mut().poll(context));
        self.asking = None;
        self.paginator = Some(paginator);
        Poll::Ready(page)
    }
}

impl<O: Paginated> Stream for Pages<O> {
    type Item = Result<O::Output, Error<O::Error>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_page(context).map(Result::transpose)
    }
}

/// A stream of items; see [`Paginator::items`].
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<O: PaginatedItems> {
    pages: Pages<O>,
    page: std::vec::IntoIter<O::Item>,
}

/// Nothing in it is pinned: what must be is boxed.
impl<O: PaginatedItems> Unpin for Items<O> {}

impl<O: PaginatedItems> Items<O> {
    /// Returns the next item, or `None` after the last item and after an error.
    ///
    /// # Errors
    ///
    /// See [`Paginator::next_page`].
    pub async fn next_item(&mut self) -> Result<Option<O::Item>, Error<O::Error>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context))
            .await
            .transpose()
    }
}

impl<O: PaginatedItems> Stream for Items<O> {
    type Item = Result<O::Item, Error<O::Error>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(item) = self.page.next() {
                return Poll::Ready(Some(Ok(item)));
            }
            match ready!(self.pages.poll_page(context)) {
                Ok(Some(output)) => self.page = O::items(output).into_iter(),
                Ok(None) => return Poll::Ready(None),
                Err(error) => return Poll::Ready(Some(Err(error))),
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.page.len(), None)
    }
}

impl<O: Paginated> fmt::Debug for Paginator<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paginator")
            .field("operation", &O::SPEC.name)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl<O: Paginated> fmt::Debug for Pages<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pages")
            .field("operation", &O::SPEC.name)
            .finish_non_exhaustive()
    }
}

impl<O: PaginatedItems> fmt::Debug for Items<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("operation", &O::SPEC.name)
            .field("left_of_page", &self.page.len())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_of_all_lengths_are_noticed() {
        for (start, length) in [(0, 1), (0, 2), (5, 3), (17, 10), (100, 1000)] {
            let mut endless = Endless::default();
            let token = |at: u64| {
                if at < start {
                    at
                } else {
                    start + (at - start) % length
                }
            };
            let noticed = (0..20_000_u64).find(|at| endless.repeats(&token(*at).to_string()));
            let noticed = noticed.unwrap_or_else(|| panic!("from {start}, length {length}"));
            assert!(noticed >= start + length, "too early: {noticed}");
            assert!(noticed <= 4 * (start + length) + 4, "late: {noticed}");
        }
        let mut endless = Endless::default();
        assert!(!(0..10_000).any(|at| endless.repeats(&at)), "there is none");
    }

    #[test]
    fn empty_pages_count_while_they_follow_each_other() {
        let mut endless = Endless::<u32>::default();
        for _ in 0..3 {
            let mut empty = (1..MAX_EMPTY_PAGES).map(|_| endless.stays_empty(true));
            assert!(!empty.any(|gives_up| gives_up));
            assert!(!endless.stays_empty(false));
        }
        let given_up = (1..).find(|_| endless.stays_empty(true));
        assert_eq!(given_up, Some(MAX_EMPTY_PAGES));
    }
}
