//! Runs pieces of work in parallel, within the settings of the transfer and the shared limit.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::task::{JoinError, JoinSet};

use crate::error::{Cause, ErrorKind};
use crate::handle::Stop;
use crate::limit::{Limit, Permit};

/// Where pieces of work come from, in order.
pub(crate) trait Feed {
    type Piece;

    /// Returns the next piece, or `None` after the last one. If this future is dropped, no bytes are lost.
    fn poll_piece(&mut self, context: &mut Context<'_>)
    -> Poll<Option<Result<Self::Piece, Cause>>>;

    /// How much memory the next piece takes.
    fn weight(&self) -> u64 {
        0
    }

    /// Whether it is known that no piece is left.
    fn is_over(&self) -> bool {
        false
    }
}

/// Pieces that already exist.
pub(crate) struct Ready<I>(pub(crate) I);

impl<I: Iterator> Feed for Ready<I> {
    type Piece = I::Item;

    fn poll_piece(&mut self, _: &mut Context<'_>) -> Poll<Option<Result<I::Item, Cause>>> {
        Poll::Ready(self.0.next().map(Ok))
    }

    fn is_over(&self) -> bool {
        self.0.size_hint().1 == Some(0)
    }
}

/// What one transfer may use at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    pub(crate) pieces: usize,
    /// The memory, in bytes. One piece may always be in progress, whatever its size.
    pub(crate) bytes: u64,
}

/// Runs `work` on each piece and hands its result to `done`, until all pieces are done, one fails, or the transfer is
/// stopped. When this returns, no work runs any more. `begun` is a first piece that already has its permit.
pub(crate) async fn run<F, W, T>(
    limit: &Limit,
    room: Room,
    stop: &mut Stop,
    begun: Option<(F::Piece, Permit)>,
    feed: &mut F,
    mut work: impl FnMut(F::Piece, Permit) -> W,
    mut done: impl FnMut(T) -> Result<(), Cause>,
) -> Result<(), Cause>
where
    F: Feed,
    W: Future<Output = Result<T, Cause>> + Send + 'static,
    T: Send + 'static,
{
    let mut tasks = JoinSet::new();
    if let Some((piece, permit)) = begun {
        let work = work(piece, permit);
        if feed.is_over() {
            // nothing runs beside it, so it needs no task
            return done(stop.unless(work).await?);
        }
        tasks.spawn(async move { (0, work.await) });
    }
    let result = drive(limit, room, stop, feed, &mut work, &mut done, &mut tasks).await;
    tasks.shutdown().await;
    result
}

async fn drive<F, W, T>(
    limit: &Limit,
    room: Room,
    stop: &mut Stop,
    feed: &mut F,
    work: &mut impl FnMut(F::Piece, Permit) -> W,
    done: &mut impl FnMut(T) -> Result<(), Cause>,
    tasks: &mut JoinSet<(u64, Result<T, Cause>)>,
) -> Result<(), Cause>
where
    F: Feed,
    W: Future<Output = Result<T, Cause>> + Send + 'static,
    T: Send + 'static,
{
    let mut held = 0;
    let mut ready = None;
    let mut is_over = false;
    // kept from round to round, because it holds its place in the queue
    let mut turn: Option<Pin<Box<dyn Future<Output = Permit> + Send>>> = None;
    while !is_over || ready.is_some() || !tasks.is_empty() {
        let weight = feed.weight();
        let has_room = tasks.is_empty() || tasks.len() < room.pieces && held + weight <= room.bytes;
        let wants_piece = !is_over && ready.is_none() && has_room;
        if ready.is_some() && turn.is_none() {
            let limit = limit.clone();
            turn = Some(Box::pin(async move { limit.acquire().await }));
        }
        tokio::select! {
            biased;
            () = stop.stopped() => return Err(Cause::cancelled()),
            Some(finished) = tasks.join_next(), if !tasks.is_empty() => {
                let (weight, result) = finished.map_err(broken)?;
                held -= weight;
                done(result?)?;
            }
            permit = poll_fn(|context| poll_turn(&mut turn, context)), if turn.is_some() => {
                turn = None;
                if let Some((weight, piece)) = ready.take() {
                    let work = work(piece, permit);
                    tasks.spawn(async move { (weight, work.await) });
                }
            }
            piece = poll_fn(|context| feed.poll_piece(context)), if wants_piece => {
                match piece.transpose()? {
                    Some(piece) => {
                        held += weight;
                        ready = Some((weight, piece));
                    }
                    None => is_over = true,
                }
            }
        }
    }
    Ok(())
}

fn poll_turn(
    turn: &mut Option<Pin<Box<dyn Future<Output = Permit> + Send>>>,
    context: &mut Context<'_>,
) -> Poll<Permit> {
    turn.as_mut()
        .map_or(Poll::Pending, |turn| turn.as_mut().poll(context))
}

fn broken(error: JoinError) -> Cause {
    Cause::with(
        ErrorKind::Cancelled,
        "one of its tasks panicked, or the tokio runtime ended",
        error,
    )
}
