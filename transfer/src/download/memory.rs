//! A download into memory.

use std::collections::BTreeMap;

use bytes::{Bytes, BytesMut};

use super::Download;
use super::chunks::{Chunk, chunks};
use super::fetch::{Fetched, Reader, Sink};
use super::open::{Opened, open};
use super::verify::InOrder;
use crate::error::Cause;
use crate::event::{Event, Teller};
use crate::handle::Stop;
use crate::run::{Ready, run};

pub(super) async fn download(
    download: Download,
    stop: &mut Stop,
    teller: &Teller,
) -> Result<Bytes, Cause> {
    let opened = stop.unless(open(&download, teller)).await?;
    Box::pin(collect(opened, stop, teller)).await
}

async fn collect(
    mut opened: Box<Opened>,
    stop: &mut Stop,
    teller: &Teller,
) -> Result<Bytes, Cause> {
    let length = opened.length();
    let size = opened.transfers.settings.part_size;
    teller.tell(Event::Started {
        length: Some(length),
        part_size: size,
        memory: opened.transfers.room().bytes.min(length),
    });
    let mut all = set_aside(length)?;
    let chunks: Vec<_> = chunks(&opened, size).collect();
    let mut fetched = BTreeMap::new();
    read(&mut opened, &chunks, &mut all, &mut fetched, stop, teller).await?;
    teller.tell(Event::Completing);
    let sums = fetched
        .values()
        .filter_map(|piece| Some((piece.chunk.length(), piece.sum?)));
    if opened
        .promise
        .algorithm()
        .is_none_or(|algorithm| algorithm.can_be_joined())
    {
        opened.promise.check_chunks(length, sums)?;
    }
    // all pieces share one buffer, so that nothing is copied
    let pieces = fetched.into_values().map(|piece| piece.bytes);
    let whole = pieces.fold(BytesMut::new(), |mut whole, piece| {
        whole.unsplit(piece);
        whole
    });
    let whole = whole.freeze();
    if let Some(algorithm) = opened.promise.algorithm()
        && !algorithm.can_be_joined()
        && let Some(mut order) = InOrder::new(&opened.promise, length)
    {
        let bytes = whole.clone();
        let verified = tokio::task::spawn_blocking(move || order.update(&bytes)).await;
        verified.unwrap_or_else(|_| Err(Cause::cancelled()))?;
    }
    if whole.len() as u64 == length {
        Ok(whole)
    } else {
        Err(Cause::answer(
            "the answer has fewer bytes than its length says",
        ))
    }
}

/// Allocates memory for all bytes, if there is enough.
fn set_aside(length: u64) -> Result<BytesMut, Cause> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    // a length from a server must not abort the process
    let set_aside = Vec::<u8>::new().try_reserve_exact(length);
    set_aside.map_err(|error| {
        let text = format!(
            "the object's {length} bytes do not fit into memory; use `to_file` or `stream`"
        );
        Cause::with(crate::ErrorKind::InvalidInput, text, error)
    })?;
    Ok(BytesMut::with_capacity(length))
}

async fn read(
    opened: &mut Opened,
    chunks: &[Chunk],
    all: &mut BytesMut,
    fetched: &mut BTreeMap<usize, Fetched>,
    stop: &mut Stop,
    teller: &Teller,
) -> Result<(), Cause> {
    let algorithm = opened
        .promise
        .algorithm()
        .filter(|algorithm| algorithm.can_be_joined());
    let reader = Reader::new(opened, algorithm, teller);
    let transfers = opened.transfers.clone();
    let mut moved = 0;
    let mut first = None;
    let mut buffers = Vec::new();
    for chunk in chunks {
        let rest = all.split_off((chunk.length() as usize).min(all.capacity()));
        buffers.push((*chunk, std::mem::replace(all, rest)));
    }
    let mut pieces = buffers.into_iter();
    let begun = match (opened.begun.take(), pieces.as_slice()) {
        (Some((body, permit)), [_, ..]) => {
            first = Some(body);
            pieces.next().map(|piece| (piece, permit))
        }
        _ => None,
    };
    let work = |(chunk, buffer), permit| {
        let (reader, body) = (reader.clone(), first.take());
        async move {
            reader
                .fetch(chunk, body, Sink::Memory(buffer), permit)
                .await
        }
    };
    let done = |piece: Fetched| {
        moved += piece.chunk.length();
        teller.tell(Event::Moved {
            bytes: piece.chunk.length(),
            done: moved,
        });
        fetched.insert(piece.chunk.index, piece);
        Ok(())
    };
    let room = transfers.room();
    let limit = &transfers.settings.limit;
    run(limit, room, stop, begun, &mut Ready(pieces), work, done).await
}
