//! Waiters: [`Wait`] repeats a call until a resource has a state, which a [`Waiter`] defines.

mod error;

use std::fmt;
use std::time::Duration;

pub use error::{WaitError, WaitErrorKind};

use crate::client::Core;
use crate::clock::{BoxFuture, within};
use crate::error::Error;
use crate::operation::Operation;
use crate::random::{Random, up_to};

/// A state to wait for, and how the answers of an operation show it.
pub trait Waiter: 'static {
    /// The operation to call.
    type Operation: Operation + 'static;

    /// Its name, such as `BucketExists`.
    const NAME: &'static str;
    /// The shortest pause between two calls.
    const MIN_DELAY: Duration;
    /// The longest pause between two calls.
    const MAX_DELAY: Duration;
    /// The meaning of answers. The first match applies. An error without a match ends the wait;
    /// another answer without a match does not.
    const ACCEPTORS: &'static [Acceptor<Self::Operation>];
}

/// The meaning of some answers.
pub struct Acceptor<O: Operation> {
    state: State,
    matcher: Matcher<O>,
}

/// The result of a match.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// The state is reached.
    Success,
    /// The state cannot be reached any more.
    Failure,
    /// The state is not reached yet.
    Retry,
}

enum Matcher<O: Operation> {
    Success(bool),
    Error(&'static str),
    Output(fn(&O::Output) -> Option<bool>),
    InputOutput(fn(&O, &O::Output) -> Option<bool>),
}

impl<O: Operation> Acceptor<O> {
    /// Matches every success of the call, or every refusal of the service.
    pub const fn success(state: State, yes: bool) -> Self {
        let matcher = Matcher::Success(yes);
        Self { state, matcher }
    }

    /// Matches the error with this code.
    pub const fn error(state: State, code: &'static str) -> Self {
        let matcher = Matcher::Error(code);
        Self { state, matcher }
    }

    /// Matches the outputs for which this holds; where what it compares is missing, it does not.
    pub const fn output(state: State, holds: fn(&O::Output) -> Option<bool>) -> Self {
        let matcher = Matcher::Output(holds);
        Self { state, matcher }
    }

    /// Matches the pairs of input and output for which this holds.
    pub const fn input_output(state: State, holds: fn(&O, &O::Output) -> Option<bool>) -> Self {
        let matcher = Matcher::InputOutput(holds);
        Self { state, matcher }
    }

    fn matches(&self, request: &O, answer: &Result<O::Output, Error<O::Error>>) -> bool {
        match (&self.matcher, answer) {
            (Matcher::Success(yes), Ok(_)) => *yes,
            // a call that got no answer says nothing about the service's state
            (Matcher::Success(yes), Err(error)) => !*yes && error.code().is_some(),
            (Matcher::Error(code), Err(error)) => error.code() == Some(*code),
            (Matcher::Output(holds), Ok(output)) => holds(output) == Some(true),
            (Matcher::InputOutput(holds), Ok(output)) => holds(request, output) == Some(true),
            _ => false,
        }
    }
}

impl<O: Operation> fmt::Debug for Acceptor<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acceptor")
            .field("state", &self.state)
            .finish_non_exhaustive()
    }
}

/// Whether all texts are this one, and there is one.
pub fn all_equal(texts: impl IntoIterator<Item = impl AsRef<str>>, expected: &str) -> bool {
    let mut texts = texts.into_iter().peekable();
    texts.peek().is_some() && texts.all(|text| text.as_ref() == expected)
}

/// Whether one of the texts is this one.
pub fn any_equal(texts: impl IntoIterator<Item = impl AsRef<str>>, expected: &str) -> bool {
    texts.into_iter().any(|text| text.as_ref() == expected)
}

/// A wait that has not started; await it.
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<W: Waiter> {
    core: Core,
    request: W::Operation,
    max_wait: Duration,
}

impl<W: Waiter> Wait<W> {
    /// How long a wait may take where nothing else is said: five minutes.
    pub const DEFAULT_MAX_WAIT: Duration = Duration::from_secs(300);

    /// A wait that makes this request.
    pub fn new(core: &Core, request: W::Operation) -> Self {
        Self {
            core: core.clone(),
            request,
            max_wait: Self::DEFAULT_MAX_WAIT,
        }
    }

    /// Sets how long the wait may take in total. Default: five minutes. It ends early if there is
    /// no time for another call.
    pub fn max_wait(mut self, limit: Duration) -> Self {
        self.max_wait = limit;
        self
    }

    /// Waits. Awaiting the value does the same.
    ///
    /// # Errors
    ///
    /// If the wait takes too long, if an answer says that the state cannot be reached, and if a
    /// call fails with an error that the waiter does not match.
    pub async fn run(self) -> Result<Waited<W::Operation>, WaitFailure<W>> {
        let clock = self.core.clock();
        let start = clock.monotonic();
        let elapsed = || clock.monotonic().saturating_sub(start);
        let mut last = None;
        let mut attempts = 0_u32;
        loop {
            let left = self.max_wait.saturating_sub(elapsed());
            let answer = within(&**clock, left, self.core.send(&self.request)).await;
            attempts = attempts.saturating_add(1);
            let fail = |kind, last| WaitError::new(W::NAME, kind, attempts, elapsed(), last);
            let Ok(answer) = answer else {
                return Err(fail(WaitErrorKind::Timeout, last));
            };
            match (state::<W>(&self.request, &answer), answer) {
                (Some(State::Success), answer) => {
                    let elapsed = elapsed();
                    return Ok(Waited {
                        attempts,
                        elapsed,
                        answer,
                    });
                }
                (Some(State::Failure), answer) => {
                    return Err(fail(WaitErrorKind::Failure, answer.err()));
                }
                (None, Err(error)) => return Err(fail(WaitErrorKind::Call, Some(error))),
                (Some(State::Retry), answer) | (None, answer) => last = answer.err(),
            }
            let left = self.max_wait.saturating_sub(elapsed());
            let Some(pause) = pause(
                W::MIN_DELAY,
                W::MAX_DELAY,
                attempts,
                left,
                self.core.random(),
            ) else {
                return Err(fail(WaitErrorKind::Timeout, last));
            };
            tracing::debug!(waiter = W::NAME, attempts, ?pause, "not yet");
            clock.sleep(pause).await;
        }
    }
}

fn state<W: Waiter>(
    request: &W::Operation,
    answer: &Result<<W::Operation as Operation>::Output, OperationError<W>>,
) -> Option<State> {
    let acceptor = W::ACCEPTORS
        .iter()
        .find(|acceptor| acceptor.matches(request, answer));
    acceptor.map(|acceptor| acceptor.state)
}

type OperationError<W> = Error<<<W as Waiter>::Operation as Operation>::Error>;

/// The error of a wait for `W`.
pub type WaitFailure<W> = WaitError<<<W as Waiter>::Operation as Operation>::Error>;

/// The pause before the next call, by the rules of Smithy: a random part of a span that doubles
/// with each call. The last pause is cut so that one more call can be made in time; none where that
/// call would come too late.
fn pause(
    min: Duration,
    max: Duration,
    attempts: u32,
    left: Duration,
    random: &dyn Random,
) -> Option<Duration> {
    let longest = left.checked_sub(min).filter(|longest| !longest.is_zero())?;
    let doubled = 2_u32
        .checked_pow(attempts.saturating_sub(1))
        .and_then(|factor| min.checked_mul(factor));
    let span = doubled.map_or(max, |doubled| doubled.min(max));
    let drawn = min + up_to(random, span.saturating_sub(min));
    Some(drawn.min(longest))
}

impl<W: Waiter> IntoFuture for Wait<W> {
    type Output = Result<Waited<W::Operation>, WaitFailure<W>>;
    type IntoFuture = BoxFuture<'static, Self::Output>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

impl<W: Waiter> fmt::Debug for Wait<W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("waiter", &W::NAME)
            .field("max_wait", &self.max_wait)
            .finish_non_exhaustive()
    }
}

/// The state was reached.
#[non_exhaustive]
pub struct Waited<O: Operation> {
    /// The number of calls.
    pub attempts: u32,
    /// How long it took.
    pub elapsed: Duration,
    /// The last answer. It is an error if the wait was for an error, such as for a bucket that does
    /// not exist.
    pub answer: Result<O::Output, Error<O::Error>>,
}

impl<O: Operation> fmt::Debug for Waited<O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waited")
            .field("attempts", &self.attempts)
            .field("elapsed", &self.elapsed)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fixed(u64);

    impl Random for Fixed {
        fn number(&self) -> u64 {
            self.0
        }
    }

    #[test]
    fn pauses_double_up_to_the_longest_and_leave_time_for_the_last_call() {
        let s = Duration::from_secs;
        let (min, max) = (s(5), s(120));
        let longest = |attempts, left| pause(min, max, attempts, left, &Fixed(u64::MAX));
        let all: Vec<_> = (1..=7).map(|at| longest(at, s(10_000)).unwrap()).collect();
        assert_eq!(all, [5, 10, 20, 40, 80, 120, 120].map(s));
        assert_eq!(longest(u32::MAX, Duration::MAX), Some(max));
        assert_eq!(pause(min, max, 4, s(10_000), &Fixed(0)), Some(min));
        assert_eq!(
            pause(min, max, 4, s(10_000), &Fixed(1 << 63)),
            Some(s(5) + s(35) / 2)
        );
        assert_eq!(longest(5, s(30)), Some(s(25)));
        assert_eq!(longest(5, s(7)), Some(s(2)));
        assert_eq!(longest(1, s(5)), None);
        assert_eq!(longest(1, s(0)), None);
    }
}
