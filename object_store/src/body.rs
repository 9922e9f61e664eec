//! Bodies of uploads.

use std::convert::Infallible;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::stream;
use zonal::Body;

/// Up to this length, the pieces of a body are copied into one, which has its signature and checksum in headers. The
/// pieces of a longer body are sent one by one, without a copy.
const JOINED: usize = 1024 * 1024;

/// A body that can be sent more than once.
pub(crate) fn of(pieces: &[Bytes]) -> Body {
    if let [piece] = pieces {
        return Body::from(piece.clone());
    }
    let length = pieces.iter().map(Bytes::len).sum::<usize>();
    if length <= JOINED {
        let mut joined = BytesMut::with_capacity(length);
        for piece in pieces {
            joined.extend_from_slice(piece);
        }
        return Body::from(joined.freeze());
    }
    let (pieces, count) = (Arc::<[Bytes]>::from(pieces), pieces.len());
    Body::from_fn(Some(length as u64), move || {
        let pieces = Arc::clone(&pieces);
        stream::iter((0..count).map(move |index| Ok::<_, Infallible>(pieces[index].clone())))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_can_be_sent_again_and_know_their_length() {
        let piece = Bytes::from(vec![7; JOINED]);
        for (pieces, in_memory) in [
            (vec![], true),
            (vec![piece.clone()], true),
            (vec![Bytes::from("a"), Bytes::from("b")], true),
            (vec![piece, Bytes::from("b")], false),
        ] {
            let length = pieces.iter().map(Bytes::len).sum::<usize>() as u64;
            let body = of(&pieces);
            assert_eq!(body.length(), Some(length));
            assert!(body.is_replayable());
            assert_eq!(body.as_bytes().is_some(), in_memory);
        }
    }
}
