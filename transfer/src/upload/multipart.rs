//! A multipart upload, from its first request to its last.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use zonal::operation::PutObject;
use zonal::runtime::checksum::{Algorithm, Sum};

use super::abort::{Running, abort};
use super::check::Check;
use super::complete::complete;
use super::create::create;
use super::part::send_part;
use super::parts::{FileSource, Part, PartBody, StreamFeed, ranges};
use super::resume::{self, Resumed};
use super::{Failed, Uploaded};
use crate::error::{Cause, shown};
use crate::event::{Event, Teller};
use crate::handle::{Signal, Stop};
use crate::run::{Feed, Ready, Room, run};
use crate::state::StateFile;
use crate::transfers::Transfers;

/// A multipart upload that the service knows.
#[derive(Clone, Debug)]
pub(crate) struct Created {
    pub(crate) id: Arc<str>,
    pub(crate) check: Check,
}

/// A part that the service has.
#[derive(Clone, Debug)]
pub(crate) struct Done {
    pub(crate) length: u64,
    pub(crate) e_tag: String,
    pub(crate) sum: Option<Sum>,
}

/// The parts that the service has, by number.
#[derive(Debug, Default)]
pub(crate) struct Parts {
    pub(crate) done: BTreeMap<u32, Done>,
}

impl Parts {
    pub(crate) fn length(&self) -> u64 {
        self.done.values().map(|part| part.length).sum()
    }
}

/// A multipart upload.
pub(crate) struct Multipart {
    transfers: Transfers,
    put: Arc<PutObject>,
    algorithm: Option<Algorithm>,
    teller: Teller,
}

impl Multipart {
    pub(super) fn new(
        transfers: Transfers,
        put: PutObject,
        algorithm: Option<Algorithm>,
        teller: Teller,
    ) -> Self {
        Self {
            transfers,
            put: Arc::new(put),
            algorithm,
            teller,
        }
    }

    pub(super) async fn send_bytes(
        self,
        bytes: Bytes,
        stop: &mut Stop,
    ) -> Result<Uploaded, Failed> {
        let length = bytes.len() as u64;
        let size = self.part_size(length)?;
        let cut = move |(number, offset, length)| Part {
            number,
            length,
            // offsets and lengths of bytes in memory fit
            body: PartBody::Bytes(bytes.slice(offset as usize..(offset + length) as usize)),
        };
        let mut feed = Ready(ranges(length, size).map(cut));
        self.started(Some(length), size, 0);
        self.send(&mut feed, self.transfers.room(), stop).await
    }

    pub(super) async fn send_stream(
        self,
        mut feed: StreamFeed,
        stop: &mut Stop,
    ) -> Result<Uploaded, Failed> {
        let room = self.transfers.room();
        self.started(
            feed.length,
            feed.part_size(),
            room.bytes.max(feed.part_size()),
        );
        self.send(&mut feed, room, stop).await
    }

    pub(super) async fn send_file(
        self,
        file: FileSource,
        state: Option<PathBuf>,
        stop: &mut Stop,
    ) -> Result<Uploaded, Failed> {
        let size = self.part_size(file.length)?;
        self.started(Some(file.length), size, 0);
        let Some(path) = state else {
            let created = self.create().await?;
            let running = Running::new(&created.id);
            let mut feed = Ready(file.parts(size));
            let sent = self
                .parts(&created, &mut feed, Parts::default(), None, stop)
                .await;
            let sent = match sent {
                Ok(parts) => file.check().await.map(|()| parts),
                Err(cause) => Err(cause),
            };
            let done = self.finish(&created, sent).await;
            drop(running);
            return done;
        };
        self.send_resumable(&file, size, path, stop).await
    }

    /// Resumes the upload of the state file, or starts one.
    async fn send_resumable(
        &self,
        file: &FileSource,
        size: u64,
        path: PathBuf,
        stop: &mut Stop,
    ) -> Result<Uploaded, Failed> {
        let plain = |cause| (cause, None);
        let resumed = self.open(file, size, path, stop).await?;
        let (created, parts, mut state, size) = match resumed {
            Resumed::Complete(uploaded) => return Ok(uploaded),
            Resumed::New(path) => {
                let created = self.create().await?;
                let begun = resume::begin(&self.put, self.algorithm, file, size, &created, &path);
                match begun {
                    Ok(state) => (created, Parts::default(), state, size),
                    // without the file, nobody would find the upload again
                    Err(cause) => return self.finish(&created, Err(cause)).await,
                }
            }
            Resumed::Partly(created, parts, state, size) => (created, parts, state, size),
        };
        let _running = Running::new(&created.id);
        if !parts.done.is_empty() {
            let bytes = parts.length();
            self.teller.tell(Event::Resumed { bytes });
        }
        let there: Vec<u32> = parts.done.keys().copied().collect();
        let left = file
            .parts(size)
            .filter(move |part| there.binary_search(&part.number).is_err());
        let sent = self
            .parts(&created, &mut Ready(left), parts, Some(&mut state), stop)
            .await;
        let completed = match sent {
            Ok(parts) => {
                self.complete_resumable(&created, file, &parts, &mut state)
                    .await
            }
            Err(cause) => Err(cause),
        };
        match completed {
            Ok(uploaded) => {
                state.remove();
                Ok(uploaded)
            }
            Err(cause) if stop.signal() == Signal::Undo => {
                state.remove();
                Err((cause, self.abort(&created).await))
            }
            Err(cause) => Err(plain(cause)),
        }
    }

    /// Finds the upload to resume. If the transfer is cancelled meanwhile, it removes that upload.
    async fn open(
        &self,
        file: &FileSource,
        size: u64,
        path: PathBuf,
        stop: &mut Stop,
    ) -> Result<Resumed, Failed> {
        let kept = path.clone();
        let resuming = resume::open(&self.transfers, &self.put, self.algorithm, file, size, path);
        match stop.unless(resuming).await {
            Err(cause) if stop.signal() == Signal::Undo => {
                let discarded = resume::discard(&self.transfers, &self.put, &kept).await;
                let left = |error| format!("its state could not be removed: {error}");
                Err((cause, discarded.err().map(left)))
            }
            resumed => resumed.map_err(|cause| (cause, None)),
        }
    }

    async fn complete_resumable(
        &self,
        created: &Created,
        file: &FileSource,
        parts: &Parts,
        state: &mut StateFile,
    ) -> Result<Uploaded, Cause> {
        file.check().await?;
        resume::completing(state, created, parts)?;
        complete(&self.transfers, &self.put, created, parts, &self.teller).await
    }

    /// Sends all parts and completes the upload. If that fails, removes the parts.
    pub(super) async fn send<F: Feed<Piece = Part>>(
        &self,
        feed: &mut F,
        room: Room,
        stop: &mut Stop,
    ) -> Result<Uploaded, Failed> {
        let created = self.create().await?;
        let _running = Running::new(&created.id);
        let mut parts = Parts::default();
        let sent = self
            .drive(&created, feed, room, &mut parts, None, stop)
            .await;
        self.finish(&created, sent.map(|()| parts)).await
    }

    async fn parts<F: Feed<Piece = Part>>(
        &self,
        created: &Created,
        feed: &mut F,
        mut parts: Parts,
        state: Option<&mut StateFile>,
        stop: &mut Stop,
    ) -> Result<Parts, Cause> {
        let room = self.transfers.room();
        self.drive(created, feed, room, &mut parts, state, stop)
            .await?;
        Ok(parts)
    }

    async fn drive<F: Feed<Piece = Part>>(
        &self,
        created: &Created,
        feed: &mut F,
        room: Room,
        parts: &mut Parts,
        mut state: Option<&mut StateFile>,
        stop: &mut Stop,
    ) -> Result<(), Cause> {
        let mut moved = parts.length();
        let work = |part, permit| {
            let (transfers, put) = (self.transfers.clone(), Arc::clone(&self.put));
            let (created, teller) = (created.clone(), self.teller.clone());
            async move { send_part(&transfers, &put, &created, part, permit, &teller).await }
        };
        let done = |(number, part): (u32, Done)| {
            moved += part.length;
            self.teller.tell(Event::Moved {
                bytes: part.length,
                done: moved,
            });
            if let Some(state) = &mut state {
                resume::note(state, number, &part)?;
            }
            parts.done.insert(number, part);
            Ok(())
        };
        run(
            &self.transfers.settings.limit,
            room,
            stop,
            None,
            feed,
            work,
            done,
        )
        .await
    }

    /// Completes the upload, or removes its parts.
    async fn finish(
        &self,
        created: &Created,
        sent: Result<Parts, Cause>,
    ) -> Result<Uploaded, Failed> {
        let done = match sent {
            Ok(parts) => complete(&self.transfers, &self.put, created, &parts, &self.teller).await,
            Err(cause) => Err(cause),
        };
        match done {
            Ok(uploaded) => Ok(uploaded),
            Err(cause) => Err((cause, self.abort(created).await)),
        }
    }

    /// Removes the upload. Returns what remains of it, if it cannot be removed.
    async fn abort(&self, created: &Created) -> Option<String> {
        let put = &self.put;
        let owner = put.expected_bucket_owner.as_ref();
        let aborted = abort(&self.transfers, &put.bucket, &put.key, &created.id, owner).await;
        aborted.err().map(|error| {
            let id = shown(&created.id);
            tracing::warn!(upload_id = id, %error, "an upload could not be aborted");
            format!("its upload {id} could not be aborted and keeps its parts: {error}")
        })
    }

    fn part_size(&self, length: u64) -> Result<u64, Failed> {
        let settings = &self.transfers.settings;
        let size = settings.bounds.part_size(settings.part_size, length);
        size.map_err(|cause| (cause, None))
    }

    fn started(&self, length: Option<u64>, part_size: u64, memory: u64) {
        self.teller.tell(Event::Started {
            length,
            part_size,
            memory,
        });
    }

    /// Starts the upload, with the best checksum that the bucket accepts. This cannot be interrupted, since nobody
    /// would know the upload that the service may have started.
    async fn create(&self) -> Result<Created, Failed> {
        let created = create(&self.transfers, &self.put, self.algorithm, &self.teller).await;
        created.map_err(|cause| {
            let is_in_doubt = matches!(&cause, Cause::Call(error) if error.may_have_succeeded());
            let left = "the service may have started an upload whose id was lost; `unfinished_uploads` finds it";
            (cause, is_in_doubt.then(|| left.to_owned()))
        })
    }
}
