//! Sends answers, complete or broken off by a fault.

use super::limits::Limits;
use super::reply::{Body, Framing, Reply};
use super::wire::Wire;
use bytes::Bytes;
use std::io;
use std::time::Duration;
use tokio::time::sleep;

/// Largest piece that is written at once.
const PIECE: usize = 16 * 1024;

/// How an answer is broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CutHow {
    /// Nothing more comes, the connection stays open.
    Stall,
    /// TCP reset.
    Reset,
    /// Orderly end of the TCP connection. Under TLS it comes without `close_notify`.
    Close,
}

/// Where and how an answer is broken off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cut {
    pub(crate) how: CutHow,
    /// After this many bytes of the body; `None`: before the first byte of the head.
    pub(crate) after: Option<u64>,
}

/// How an answer travels.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Delivery {
    pub(crate) delay: Duration,
    /// So many body bytes at a time, with this pause between them.
    pub(crate) pace: Option<(usize, Duration)>,
    pub(crate) cut: Option<Cut>,
    /// The first so many bytes of the body go out one by one, with this pause after each.
    pub(crate) blanks: Option<(u64, Duration)>,
    /// So many interim responses come first, with this pause after each.
    pub(crate) interim: Option<(u32, Duration)>,
    /// Bytes that are sent instead of an HTTP answer; the connection closes afterwards.
    pub(crate) raw: Option<Vec<u8>>,
}

/// What remains of the connection once an answer is out.
pub(crate) enum Sent {
    Whole(Wire),
    Over,
}

/// Sends `reply`; `closing` says whether the connection ends after it.
pub(crate) async fn send(
    mut wire: Wire,
    reply: &Reply,
    delivery: &Delivery,
    head_only: bool,
    closing: bool,
    limits: &Limits,
) -> io::Result<Sent> {
    if !delivery.delay.is_zero() {
        sleep(delivery.delay).await;
    }
    if let Some((count, pause)) = delivery.interim {
        for _ in 0..count {
            wire.write(b"HTTP/1.1 102 Processing\r\n\r\n", limits)
                .await?;
            if !pause.is_zero() {
                sleep(pause).await;
            }
        }
    }
    if let Some(Cut { how, after: None }) = delivery.cut {
        return Ok(cut(wire, how).await);
    }
    if let Some(raw) = &delivery.raw {
        wire.write(raw, limits).await?;
        wire.close().await;
        return Ok(Sent::Over);
    }
    let head = head(reply, head_only, closing);
    if head_only || is_bodiless(reply.status) {
        wire.write(&head, limits).await?;
    } else {
        send_body(&mut wire, head, reply, delivery, limits).await?;
    }
    match delivery.cut {
        Some(Cut { how, .. }) => Ok(cut(wire, how).await),
        None => Ok(Sent::Whole(wire)),
    }
}

/// Sends the head together with the first piece of the body, then the rest.
async fn send_body(
    wire: &mut Wire,
    head: Vec<u8>,
    reply: &Reply,
    delivery: &Delivery,
    limits: &Limits,
) -> io::Result<()> {
    let chunked = reply.framing == Framing::Chunked;
    let mut out = head;
    let mut pieces = Pieces::new(&reply.body, delivery);
    while let Some(piece) = pieces.next()? {
        if chunked {
            out.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        }
        out.extend_from_slice(&piece);
        if chunked {
            out.extend_from_slice(b"\r\n");
        }
        wire.write(&out, limits).await?;
        out.clear();
        if let Some(pause) = pieces.pause() {
            sleep(pause).await;
        }
    }
    if chunked && delivery.cut.is_none() {
        out.extend_from_slice(b"0\r\n\r\n");
    }
    wire.write(&out, limits).await
}

async fn cut(wire: Wire, how: CutHow) -> Sent {
    match how {
        CutHow::Stall => wire.stall().await,
        CutHow::Reset => wire.reset(),
        CutHow::Close => wire.hang_up().await,
    }
    Sent::Over
}

fn head(reply: &Reply, head_only: bool, closing: bool) -> Vec<u8> {
    let reason = reply
        .reason
        .as_deref()
        .unwrap_or_else(|| reason(reply.status));
    let mut head = format!("HTTP/1.1 {} {reason}\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    match reply.framing {
        _ if head_only || is_bodiless(reply.status) || reply.has_header("content-length") => {}
        Framing::ContentLength => {
            head.push_str(&format!("content-length: {}\r\n", reply.body.len()))
        }
        Framing::Declared(length) => head.push_str(&format!("content-length: {length}\r\n")),
        Framing::Chunked => head.push_str("transfer-encoding: chunked\r\n"),
        Framing::UntilClose => {}
    }
    if closing {
        head.push_str("connection: close\r\n");
    }
    head.push_str("\r\n");
    head.into_bytes()
}

/// The body in pieces, up to the point where it is broken off.
struct Pieces<'a> {
    body: &'a Body,
    at: u64,
    end: u64,
    delivery: &'a Delivery,
}

impl<'a> Pieces<'a> {
    fn new(body: &'a Body, delivery: &'a Delivery) -> Self {
        let end = delivery
            .cut
            .and_then(|cut| cut.after)
            .map_or(body.len(), |after| after.min(body.len()));
        Self {
            body,
            at: 0,
            end,
            delivery,
        }
    }

    /// How long the next piece may be.
    fn size(&self) -> usize {
        match (self.delivery.blanks, self.delivery.pace) {
            (Some((blanks, _)), _) if self.at < blanks => 1,
            (_, Some((size, _))) => size.max(1),
            _ => PIECE,
        }
    }

    /// The pause after the last piece.
    fn pause(&self) -> Option<Duration> {
        match (self.delivery.blanks, self.delivery.pace) {
            (Some((blanks, pause)), _) if self.at <= blanks => Some(pause),
            (_, pace) => pace.map(|(_, pause)| pause),
        }
    }

    fn next(&mut self) -> io::Result<Option<Bytes>> {
        let left = usize::try_from(self.end - self.at).unwrap_or(usize::MAX);
        let size = left.min(self.size());
        if size == 0 {
            return Ok(None);
        }
        let at = usize::try_from(self.at).unwrap_or(usize::MAX);
        let piece = match self.body {
            Body::Bytes(bytes) => Bytes::copy_from_slice(&bytes[at..at + size]),
            Body::Shared(data) => data.read(at, size)?,
            Body::Endless { head, filler, .. } => endless(head, filler, self.at, size).into(),
        };
        self.at += u64::try_from(piece.len()).unwrap_or(u64::MAX);
        Ok(Some(piece))
    }
}

fn endless(head: &[u8], filler: &[u8], at: u64, size: usize) -> Vec<u8> {
    let filler = if filler.is_empty() { b" " } else { filler };
    let at = usize::try_from(at).unwrap_or(usize::MAX);
    let mut piece = head.get(at..).unwrap_or_default().to_vec();
    let mut offset = at.saturating_sub(head.len()) % filler.len();
    while piece.len() < size {
        piece.extend_from_slice(&filler[offset..]);
        offset = 0;
    }
    piece.truncate(size);
    piece
}

/// Whether answers of that status never have a body.
fn is_bodiless(status: u16) -> bool {
    matches!(status, 100..=199 | 204 | 304)
}

fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        408 => "Request Timeout",
        409 => "Conflict",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        _ => "Unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_stop_at_the_cut() {
        let body = Body::Bytes(b"0123456789".to_vec());
        let cut = Some(Cut {
            how: CutHow::Close,
            after: Some(5),
        });
        let delivery = Delivery {
            cut,
            pace: Some((2, Duration::ZERO)),
            ..Delivery::default()
        };
        let mut pieces = Pieces::new(&body, &delivery);
        let all: Vec<_> = std::iter::from_fn(|| pieces.next().expect("memory")).collect();
        assert_eq!(all, ["01", "23", "4"]);
    }

    #[test]
    fn endless_bodies_repeat_the_filler() {
        assert_eq!(endless(b"<a>", b"xy", 0, 8), b"<a>xyxyx");
        assert_eq!(endless(b"<a>", b"xy", 4, 3), b"yxy");
        assert_eq!(endless(b"", b"", 0, 2), b"  ");
    }

    #[test]
    fn the_head_tells_the_framing() {
        let reply = Reply::new(200)
            .body("abc")
            .framing(Framing::Declared(9))
            .header("x", "a\r\nb");
        let text = String::from_utf8(head(&reply, false, true)).expect("text");
        assert_eq!(
            text,
            "HTTP/1.1 200 OK\r\nx: ab\r\ncontent-length: 9\r\nconnection: close\r\n\r\n"
        );
    }
}
