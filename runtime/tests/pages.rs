//! Lists in pages, by a transport that is told what to answer.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod common;

use std::future::poll_fn;
use std::pin::Pin;
use std::time::Duration;

use common::scripted::{List, Service, page, refusal};
use futures_core::Stream;
use zonal_runtime::ErrorKind;
use zonal_runtime::paginate::Paginator;

async fn next<S: Stream + Unpin>(stream: &mut S) -> Option<S::Item> {
    poll_fn(|context| Pin::new(&mut *stream).poll_next(context)).await
}

#[tokio::test(start_paused = true)]
async fn all_pages_are_asked_for_with_the_settings_of_the_first() {
    let service = Service::new(|query, _| match query {
        "size=2" => page(&["a", "b"], "<Next>1+/=</Next>"),
        "token=1%2B%2F%3D&size=2" => page(&[], "<Next>2</Next>"),
        "token=2&size=2" => page(&["c"], "<Next></Next>"),
        other => panic!("{other}"),
    });
    let list = List {
        size: Some(2),
        ..List::default()
    };
    let mut items = Paginator::new(&service.core(), list.clone()).items();
    let mut seen = Vec::new();
    while let Some(item) = items.next_item().await.unwrap() {
        seen.push(item);
    }
    assert_eq!(seen, ["a", "b", "c"]);
    assert_eq!(items.next_item().await.unwrap(), None);
    assert_eq!(service.queries().len(), 3);

    // the same as a stream of pages, and from the middle
    let from = List {
        token: Some("1+/=".to_owned()),
        ..list
    };
    let mut pages = Paginator::new(&service.core(), from).pages();
    let mut sizes = Vec::new();
    while let Some(page) = next(&mut pages).await {
        sizes.push(page.unwrap().things.len());
    }
    assert_eq!(sizes, [0, 1]);
    assert!(next(&mut pages).await.is_none());
}

#[tokio::test(start_paused = true)]
async fn an_error_ends_the_list_and_the_token_leads_back() {
    let service = Service::new(|_, call| match call {
        1 => page(&["a"], "<Next>t</Next>"),
        2 => refusal(403, "AccessDenied"),
        _ => page(&["b"], ""),
    });
    let mut paginator = Paginator::new(&service.core(), List::default());
    assert_eq!(paginator.token(), None);
    assert!(paginator.next_page().await.unwrap().is_some());
    let error = paginator.next_page().await.unwrap_err();
    assert_eq!(error.code(), Some("AccessDenied"));
    assert!(
        paginator.next_page().await.unwrap().is_none(),
        "it has ended"
    );
    let token = paginator.token().cloned();
    assert_eq!(token.as_deref(), Some("t"));

    let rest = List { token, size: None };
    let mut rest = Paginator::new(&service.core(), rest);
    assert_eq!(rest.next_page().await.unwrap().unwrap().things, ["b"]);
    assert_eq!(rest.token(), None, "nothing is left");
    assert_eq!(service.queries(), ["", "token=t", "token=t"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_leads_in_circles_is_an_error() {
    for circle in [1, 2, 7] {
        let service = Service::new(move |_, call| {
            let token = format!(
                "<Next>t{}</Next>",
                if call < 4 { call } else { 4 + call % circle }
            );
            page(&["x"], &token)
        });
        let mut items = Paginator::new(&service.core(), List::default()).items();
        let error = loop {
            match next(&mut items).await.expect("no end without an error") {
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(error.to_string().contains("circle"), "{error}");
        assert!(next(&mut items).await.is_none());
        assert!(service.queries().len() < 40, "{}", service.queries().len());
    }
    // the very first answer may repeat the token of the caller
    let service = Service::new(|_, _| page(&["x"], "<Next>t</Next>"));
    let list = List {
        token: Some("t".to_owned()),
        size: None,
    };
    let mut pages = Paginator::new(&service.core(), list);
    assert!(pages.next_page().await.is_ok());
    assert!(pages.next_page().await.is_err());
    assert_eq!(service.queries().len(), 1, "it is not asked again");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_loses_no_page() {
    let service = Service::new(|_, call| match call {
        2 => None,
        _ => page(&["a"], "<Next>t</Next>"),
    });
    let mut paginator = Paginator::new(&service.core(), List::default());
    paginator.next_page().await.unwrap();
    let dropped = tokio::time::timeout(Duration::from_secs(1), paginator.next_page());
    assert!(dropped.await.is_err());
    paginator.next_page().await.unwrap();
    assert_eq!(service.queries(), ["", "token=t", "token=t"]);
}
