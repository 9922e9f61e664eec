//! A download to a file.

use std::collections::BTreeMap;
use std::fs::File;
use std::future::poll_fn;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use zonal::operation::GetObjectOutput;
use zonal::runtime::body::FileSaver;
use zonal::runtime::checksum::{Algorithm, Sum};

use super::chunks::{Chunk, chunks};
use super::fetch::{Fetched, FileSink, Reader, Sink};
use super::open::{Opened, open};
use super::verify::{InOrder, Promise};
use super::{Download, Downloaded, resume, stream};
use crate::error::{Cause, ErrorKind};
use crate::event::{Event, Teller};
use crate::handle::{Signal, Stop};
use crate::run::{Ready, run};
use crate::state::StateFile;
use crate::upload::blocking;

/// The memory of one worker: the bytes collected for the next write, and those of the write in
/// progress.
const WORKER: u64 = 1024 * 1024;

/// A download to a file, with its progress.
struct Saving {
    saver: Arc<FileSaver>,
    state: Option<StateFile>,
    /// The algorithm of the checksums of its pieces.
    algorithm: Option<Algorithm>,
    chunks: Vec<Chunk>,
    /// The pieces that the file has.
    there: BTreeMap<usize, Sum>,
    size: u64,
}

pub(super) async fn download(
    download: Download,
    path: PathBuf,
    stop: &mut Stop,
    teller: &Teller,
) -> Result<Downloaded, Cause> {
    let state = download.state_path(&path);
    let opened = match stop.unless(open(&download, teller)).await {
        Ok(opened) => opened,
        Err(cause) => {
            if let (Signal::Undo, Some(state)) = (stop.signal(), state) {
                resume::discard(&download.get, &path, &state)?;
            }
            return Err(cause);
        }
    };
    Box::pin(write(opened, path, state, stop, teller)).await
}

/// Writes the file of an object whose download has begun.
async fn write(
    mut opened: Box<Opened>,
    path: PathBuf,
    state: Option<PathBuf>,
    stop: &mut Stop,
    teller: &Teller,
) -> Result<Downloaded, Cause> {
    let mut saving = match prepare(&opened, &path, state.as_deref()).await? {
        Prepared::Draft(saving) => saving,
        Prepared::InPlace(saver) => return in_place(opened, saver, path, stop, teller).await,
    };
    let file: Arc<Path> = path.as_path().into();
    let done = save(&mut opened, &mut saving, &file, stop, teller).await;
    let Saving { saver, state, .. } = saving;
    let saver = sole(saver).await;
    // a draft with damaged bytes must not be resumed
    let is_worth_keeping = |cause: &Cause| cause.kind() != ErrorKind::Checksum;
    let is_worth_keeping = done.as_ref().is_err_and(is_worth_keeping);
    let is_kept = is_worth_keeping && state.is_some() && stop.signal() != Signal::Undo;
    let finished = blocking(move || match (done, is_kept) {
        (Ok(()), _) => saver.finish().map(Ok),
        (Err(cause), true) => {
            saver.keep();
            Ok(Err(cause))
        }
        (Err(cause), false) => {
            drop(saver);
            Ok(Err(cause))
        }
    });
    let finished = finished
        .await
        .map_err(|error| Cause::unwritable(&path, error))?;
    if let Some(state) = state.filter(|_| !is_kept) {
        state.remove();
    }
    finished.map(|()| downloaded(opened))
}

fn downloaded(opened: Box<Opened>) -> Downloaded {
    Downloaded {
        length: opened.length(),
        verified: opened.promise.kept(),
        object: opened.object,
    }
}

/// An open file.
enum Prepared {
    Draft(Saving),
    /// A pipe or a device, which must be written in order.
    InPlace(FileSaver),
}

/// A worker that was stopped may still have a write in progress.
async fn sole(mut saver: Arc<FileSaver>) -> FileSaver {
    loop {
        match Arc::try_unwrap(saver) {
            Ok(saver) => return saver,
            Err(shared) => saver = shared,
        }
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Opens the file, and finds out which pieces it has.
async fn prepare(opened: &Opened, path: &Path, state: Option<&Path>) -> Result<Prepared, Cause> {
    let settings = &opened.transfers.settings;
    let length = opened.length();
    let size = settings.bounds.part_size(settings.part_size, length);
    // if a server claims a length that no object can have
    let size = size?;
    let joined = opened
        .promise
        .algorithm()
        .filter(|algorithm| algorithm.can_be_joined());
    let begun = match state {
        Some(state) => resume::open(opened, path, state)?,
        None => None,
    };
    if let Some(begun) = begun {
        let chunks: Vec<_> = chunks(opened, begun.header.chunk_size).collect();
        let there = begun.pieces(&chunks).await?;
        return Ok(Prepared::Draft(Saving {
            algorithm: begun.algorithm(),
            size: begun.header.chunk_size,
            saver: Arc::new(begun.saver),
            state: Some(begun.state),
            chunks,
            there,
        }));
    }
    let file = path.to_owned();
    let saver = blocking(move || {
        let saver = FileSaver::open(&file)?;
        if saver.draft().is_some() {
            saver.set_aside(length)?;
        }
        Ok(saver)
    });
    let saver = saver
        .await
        .map_err(|error| Cause::unwritable(path, error))?;
    if saver.draft().is_none() {
        return match state {
            None => Ok(Prepared::InPlace(saver)),
            Some(_) => Err(Cause::invalid(
                "this file is written in place, so its download cannot be resumed; leave out `resumable`",
            )),
        };
    }
    // the state file needs a checksum for each piece
    let algorithm = joined.or(state.map(|_| Algorithm::Crc64Nvme));
    let state = match state.zip(algorithm) {
        Some((state, algorithm)) => Some(resume::begin(opened, &saver, size, algorithm, state)?),
        None => None,
    };
    Ok(Prepared::Draft(Saving {
        saver: Arc::new(saver),
        state,
        algorithm,
        chunks: chunks(opened, size).collect(),
        there: BTreeMap::new(),
        size,
    }))
}

/// Reads the missing pieces, and verifies the whole file.
async fn save(
    opened: &mut Opened,
    saving: &mut Saving,
    path: &Arc<Path>,
    stop: &mut Stop,
    teller: &Teller,
) -> Result<(), Cause> {
    let transfers = opened.transfers.clone();
    let length = opened.length();
    teller.tell(Event::Started {
        length: Some(length),
        part_size: saving.size,
        memory: WORKER.saturating_mul(transfers.room().pieces as u64),
    });
    read(opened, saving, path, stop, teller).await?;
    teller.tell(Event::Completing);
    let algorithm = opened.promise.algorithm();
    if algorithm.is_some() && algorithm == saving.algorithm {
        let sums = saving.chunks.iter().filter_map(|chunk| {
            let sum = saving.there.get(&chunk.index)?;
            Some((chunk.length(), *sum))
        });
        return opened.promise.check_chunks(length, sums);
    }
    let draft = saving.saver.draft().unwrap_or(path).to_owned();
    let promise = opened.promise.clone();
    stop.unless(verify_file(draft, promise, length)).await
}

async fn read(
    opened: &mut Opened,
    saving: &mut Saving,
    path: &Arc<Path>,
    stop: &mut Stop,
    teller: &Teller,
) -> Result<(), Cause> {
    let transfers = opened.transfers.clone();
    let is_there = |chunk: &&Chunk| saving.there.contains_key(&chunk.index);
    let mut moved: u64 = saving
        .chunks
        .iter()
        .filter(is_there)
        .map(Chunk::length)
        .sum();
    if moved > 0 {
        teller.tell(Event::Resumed { bytes: moved });
    }
    let left: Vec<Chunk> = saving
        .chunks
        .iter()
        .filter(|chunk| !is_there(chunk))
        .copied()
        .collect();
    let mut left = left.into_iter();
    let mut first = None;
    let begun = match (opened.begun.take(), left.as_slice()) {
        // the answer that has begun holds the beginning of the object
        (Some((body, permit)), [chunk, ..]) if chunk.index == 0 => {
            first = Some(body);
            left.next().map(|chunk| (chunk, permit))
        }
        _ => None,
    };
    let reader = Reader::new(opened, saving.algorithm, teller);
    let (saver, origin) = (Arc::clone(&saving.saver), opened.start);
    let work = |chunk: Chunk, permit| {
        let sink = FileSink::new(Arc::clone(&saver), Arc::clone(path), origin);
        let (reader, body) = (reader.clone(), first.take());
        async move { reader.fetch(chunk, body, Sink::File(sink), permit).await }
    };
    let (state, there) = (&mut saving.state, &mut saving.there);
    let done = |fetched: Fetched| {
        let bytes = fetched.chunk.length();
        moved += bytes;
        teller.tell(Event::Moved { bytes, done: moved });
        if let Some(sum) = fetched.sum {
            if let Some(state) = state {
                resume::note(state, fetched.chunk.index, sum)?;
            }
            there.insert(fetched.chunk.index, sum);
        }
        Ok(())
    };
    let room = transfers.room();
    let limit = &transfers.settings.limit;
    run(limit, room, stop, begun, &mut Ready(left), work, done).await
}

/// Reads the file again, for a checksum that needs the bytes in order.
async fn verify_file(path: PathBuf, promise: Promise, length: u64) -> Result<(), Cause> {
    let Some(mut order) = InOrder::new(&promise, length) else {
        return Ok(());
    };
    let name = path.clone();
    let verified = blocking(move || {
        let mut file = File::open(&path)?;
        let mut slice = vec![0; 1024 * 1024];
        loop {
            match file.read(&mut slice)? {
                0 => return Ok(Ok(())),
                read => {
                    if let Err(cause) = order.update(&slice[..read]) {
                        return Ok(Err(cause));
                    }
                }
            }
        }
    });
    verified
        .await
        .map_err(|error| Cause::unreadable(&name, error))?
}

/// Writes a pipe or a device, in order.
async fn in_place(
    mut opened: Box<Opened>,
    saver: FileSaver,
    path: PathBuf,
    stop: &mut Stop,
    teller: &Teller,
) -> Result<Downloaded, Cause> {
    let empty = GetObjectOutput::new(bytes::Bytes::new());
    let object = std::mem::replace(&mut opened.object, empty);
    let (length, verified) = (opened.length(), opened.promise.kept());
    let (ahead, mut ordered) = stream::start(opened)?;
    let saver = Arc::new(saver);
    let writing = async {
        while let Some(bytes) = poll_fn(|context| ordered.poll_piece(context)).await {
            let (bytes, saver) = (bytes?, Arc::clone(&saver));
            let written = blocking(move || saver.write(&bytes)).await;
            written.map_err(|error| Cause::unwritable(&path, error))?;
        }
        Ok::<(), Cause>(())
    };
    tokio::try_join!(ahead.read(stop, teller), writing)?;
    Ok(Downloaded {
        object,
        length,
        verified,
    })
}
