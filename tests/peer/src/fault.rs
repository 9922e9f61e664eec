//! Faults: scripted changes of the answers of the peer.

mod late;
mod parse;
mod script;

pub use parse::FaultError;

pub(crate) use script::Script;

use crate::http::{Body, Cut, CutHow, Delivery, Framing, Reply};
use crate::route::Operation;
use crate::xml::Writer;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

type Change = Arc<dyn Fn(Reply) -> Reply + Send + Sync>;

/// Where the answer comes from.
#[derive(Clone)]
enum Source {
    /// The operation is performed.
    Genuine,
    /// The operation is performed and its answer changed.
    Edited(Change),
    /// The operation is not performed; this is the answer.
    Scripted(Reply),
}

/// A scripted fault. It applies once, unless [`Fault::times`] or [`Fault::always`] is set. By default it applies only
/// to requests that pass authentication, so that a fault never hides a bad signature.
#[derive(Clone)]
pub struct Fault {
    source: Source,
    delivery: Delivery,
    framing: Option<Framing>,
    operation: Option<Operation>,
    skip: u32,
    /// `None`: for ever.
    left: Option<u32>,
    any_caller: bool,
    /// Before the body.
    early: bool,
    /// How the body of the request is read.
    reads: Option<(usize, Duration)>,
}

impl Fault {
    fn new(source: Source) -> Self {
        Self {
            source,
            delivery: Delivery::default(),
            framing: None,
            operation: None,
            skip: 0,
            left: Some(1),
            any_caller: false,
            early: false,
            reads: None,
        }
    }

    /// Sends the genuine answer. Chain methods to delay it or break it off.
    pub fn genuine() -> Self {
        Self::new(Source::Genuine)
    }

    /// Sends the genuine answer with a change.
    pub fn edit_reply(change: impl Fn(Reply) -> Reply + Send + Sync + 'static) -> Self {
        Self::new(Source::Edited(Arc::new(change)))
    }

    /// Sends the genuine answer with a change to its body.
    pub fn edit(change: impl Fn(String) -> String + Send + Sync + 'static) -> Self {
        Self::edit_reply(move |reply| reply.edit(&change))
    }

    /// Sends another answer.
    pub fn reply(reply: Reply) -> Self {
        Self::new(Source::Scripted(reply))
    }

    /// Sends bytes that need not be HTTP, and closes the connection.
    pub fn raw(bytes: impl Into<Vec<u8>>) -> Self {
        let mut fault = Self::reply(Reply::new(0));
        fault.delivery.raw = Some(bytes.into());
        fault
    }

    /// Sends an S3 error document with any status, including 200.
    pub fn error(status: u16, code: &str, message: &str) -> Self {
        let mut xml = Writer::new();
        xml.open("Error");
        xml.text("Code", code);
        xml.text("Message", message);
        xml.text("RequestId", "FAULT00000000000");
        xml.text("HostId", "fault");
        xml.close("Error");
        Self::reply(Reply::xml(status, xml.finish()).header("x-amz-request-id", "FAULT00000000000"))
    }

    /// `SlowDown` with `retry-after` in seconds.
    pub fn slow_down(retry_after: u64) -> Self {
        Self::error(503, "SlowDown", "Please reduce your request rate.")
            .with_header("retry-after", &retry_after.to_string())
    }

    /// Sends a redirect, which clients must not follow.
    pub fn redirect(status: u16, location: &str) -> Self {
        let code = if status == 301 {
            "PermanentRedirect"
        } else {
            "TemporaryRedirect"
        };
        Self::error(
            status,
            code,
            "Please re-send this request to the specified endpoint.",
        )
        .with_header("location", location)
    }

    /// Sends the listing of a server that does not support `?session`.
    pub fn list_bucket_result() -> Self {
        let mut xml = Writer::new();
        xml.open_root("ListBucketResult");
        for (element, text) in [
            ("Name", "b"),
            ("Prefix", ""),
            ("MaxKeys", "1000"),
            ("IsTruncated", "false"),
        ] {
            xml.text(element, text);
        }
        xml.close("ListBucketResult");
        Self::reply(Reply::xml(200, xml.finish()))
    }

    /// Sends the genuine answer without an element.
    pub fn without_element(name: &str) -> Self {
        let name = name.to_owned();
        Self::edit(move |text| match element(&text, &name) {
            Some(range) => format!("{}{}", &text[..range.start], &text[range.end..]),
            None => text,
        })
    }

    /// Sends the genuine answer with an element repeated.
    pub fn doubled_element(name: &str) -> Self {
        let name = name.to_owned();
        Self::edit(move |text| match element(&text, &name) {
            Some(range) => format!("{}{}", &text[..range.end], &text[range.start..]),
            None => text,
        })
    }

    /// Sends the genuine answer with a document type before its root.
    pub fn with_doctype(doctype: &str) -> Self {
        let doctype = doctype.to_owned();
        Self::edit(move |text| match text.find("?>") {
            Some(end) => format!("{}\n{doctype}{}", &text[..end + 2], &text[end + 2..]),
            None => format!("{doctype}{text}"),
        })
    }

    /// Sends the first `bytes` of the body of the genuine answer, framed as a complete body.
    pub fn truncated(bytes: usize) -> Self {
        Self::edit_reply(move |reply| {
            if matches!(reply.body, Body::Endless { .. }) {
                return reply;
            }
            let mut body = reply.body_bytes();
            body.truncate(bytes);
            reply.body(body)
        })
    }

    /// Sends a body of `length` bytes, generated on the way.
    pub fn endless(length: u64) -> Self {
        let head = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<CreateSessionResult><Credentials>";
        Self::reply(Reply::xml(200, "").endless_body(head, "<Padding>abcdefgh</Padding>", length))
    }

    /// Adds a header to the answer.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.source = match self.source {
            Source::Scripted(reply) => Source::Scripted(reply.header(&name, &value)),
            Source::Genuine => Source::Edited(Arc::new(move |reply| reply.header(&name, &value))),
            Source::Edited(change) => {
                Source::Edited(Arc::new(move |reply| change(reply).header(&name, &value)))
            }
        };
        self
    }

    /// Sets the framing of the body.
    #[must_use]
    pub fn framing(mut self, framing: Framing) -> Self {
        self.framing = Some(framing);
        self
    }

    /// Declares this `content-length`, sends the actual body, and closes the connection.
    #[must_use]
    pub fn declared_length(self, length: u64) -> Self {
        self.framing(Framing::Declared(length))
    }

    /// Waits before the answer.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delivery.delay = delay;
        self
    }

    /// Sends the body in pieces of so many bytes with a pause after each.
    #[must_use]
    pub fn pace(mut self, bytes: usize, pause: Duration) -> Self {
        self.delivery.pace = Some((bytes, pause));
        self
    }

    /// Sends nothing and keeps the connection open.
    #[must_use]
    pub fn stall_before_head(self) -> Self {
        self.cut(CutHow::Stall, None)
    }

    /// Stops after so many bytes of the body and keeps the connection open.
    #[must_use]
    pub fn stall_after(self, bytes: u64) -> Self {
        self.cut(CutHow::Stall, Some(bytes))
    }

    /// Resets the connection instead of answering.
    #[must_use]
    pub fn reset_before_head(self) -> Self {
        self.cut(CutHow::Reset, None)
    }

    /// Resets the connection after so many bytes of the body; the client may lose those it has not read by then.
    #[must_use]
    pub fn reset_after(self, bytes: u64) -> Self {
        self.cut(CutHow::Reset, Some(bytes))
    }

    /// Closes the connection in good order instead of answering.
    #[must_use]
    pub fn close_before_head(self) -> Self {
        self.cut(CutHow::Close, None)
    }

    /// Closes the connection in good order after so many bytes of the body.
    #[must_use]
    pub fn close_after(self, bytes: u64) -> Self {
        self.cut(CutHow::Close, Some(bytes))
    }

    fn cut(mut self, how: CutHow, after: Option<u64>) -> Self {
        self.delivery.cut = Some(Cut { how, after });
        self
    }

    /// Applies to this operation only.
    #[must_use]
    pub fn on(mut self, operation: Operation) -> Self {
        self.operation = Some(operation);
        self
    }

    /// Applies this many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.left = Some(times);
        self
    }

    /// Applies until the faults are cleared.
    #[must_use]
    pub fn always(mut self) -> Self {
        self.left = None;
        self
    }

    /// Lets so many matching requests pass first.
    #[must_use]
    pub fn skip(mut self, requests: u32) -> Self {
        self.skip = requests;
        self
    }

    /// Applies to requests that fail authentication as well.
    #[must_use]
    pub fn for_any_caller(mut self) -> Self {
        self.any_caller = true;
        self
    }

    /// Answers after the head of the request, without authentication, and closes the connection without reading the
    /// body, like a service that refuses a large upload. The operation is not performed.
    #[must_use]
    pub fn before_body(mut self) -> Self {
        self.early = true;
        self
    }

    /// The answer this fault makes; `genuine` is called only where the operation is to be performed.
    pub(crate) fn answer(self, genuine: impl FnOnce() -> Reply) -> (Reply, Delivery) {
        let reply = match self.source {
            Source::Genuine => genuine(),
            Source::Edited(change) => change(genuine()),
            Source::Scripted(reply) => reply,
        };
        let framing = self.framing.unwrap_or(reply.framing);
        (reply.framing(framing), self.delivery)
    }
}

impl Delivery {
    /// Whether any HTTP head goes out.
    pub(crate) fn sends_head(&self) -> bool {
        self.raw.is_none() && !matches!(self.cut, Some(Cut { after: None, .. }))
    }
}

impl fmt::Debug for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let source = match &self.source {
            Source::Genuine => "genuine".to_owned(),
            Source::Edited(_) => "edited".to_owned(),
            Source::Scripted(reply) => format!("scripted {}", reply.status_code()),
        };
        f.debug_struct("Fault")
            .field("source", &source)
            .field("operation", &self.operation)
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

/// The first `<name>…</name>` of a document.
fn element(text: &str, name: &str) -> Option<std::ops::Range<usize>> {
    let start = text.find(&format!("<{name}>"))?;
    let close = format!("</{name}>");
    let end = start + text[start..].find(&close)? + close.len();
    Some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_dropped_and_doubled() {
        let genuine = || Reply::xml(200, "<?xml version=\"1.0\"?><A><B>1</B><C>2</C></A>");
        let body = |fault: Fault| fault.answer(genuine).0.body_text();
        assert!(body(Fault::without_element("B")).ends_with("<A><C>2</C></A>"));
        assert!(body(Fault::doubled_element("B")).ends_with("<A><B>1</B><B>1</B><C>2</C></A>"));
        assert!(body(Fault::with_doctype("<!DOCTYPE A>")).contains("?>\n<!DOCTYPE A><A>"));
        assert_eq!(body(Fault::truncated(5)), "<?xml");
    }
}
