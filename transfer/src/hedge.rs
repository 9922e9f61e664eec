//! [`Hedging`]: repeats reads whose answer takes too long.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep};
use zonal::operation::{GetObject, GetObjectError, GetObjectOutput};
use zonal::{Call, Error};

/// The number of recent answers that are considered.
const RECENT: usize = 1000;
/// The number of answers before the first hedged read.
const ENOUGH: usize = 100;
/// One request in fifty may be repeated: 2 %.
const BUDGET: u64 = 50;
/// How many times the 95th percentile an answer may take. With twice the percentile, ordinary variation causes no
/// second request, and the budget remains for reads that stall.
const SLACK: u32 = 2;
/// The resolution of the timer.
const LEAST: Duration = Duration::from_millis(1);

/// Repeats a read, on another connection, if its answer takes more than twice the 95th percentile of recent answers.
/// The transfer reads the answer that arrives first, and aborts the other request.
///
/// This adds at most 2 % to the requests. It helps if an answer stalls now and then, because of a lost packet or a busy
/// server. It does not help if the whole service is slow. [`Builder::hedging`](crate::Builder::hedging) switches it on.
///
/// ```
/// use zonal_transfer::{Hedging, Transfers};
///
/// # fn example(client: zonal::Client) -> Result<Transfers, zonal_transfer::SettingsError> {
/// Transfers::builder(client).hedging(Hedging::new()).build()
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hedging(());

impl Hedging {
    /// The default: twice the 95th percentile, and at most 2 % more requests.
    pub fn new() -> Self {
        Self(())
    }
}

/// The statistics of recent answers.
#[derive(Debug)]
pub(crate) struct Hedger(Mutex<Recent>);

#[derive(Debug, Default)]
struct Recent {
    times: VecDeque<Duration>,
    /// The delay that was computed last, and the number of answers after which to compute it again.
    delay: Option<Duration>,
    until_next: usize,
    requests: u64,
    repeated: u64,
}

impl Recent {
    fn took(&mut self, time: Duration) {
        if self.times.len() >= RECENT {
            self.times.pop_front();
        }
        self.times.push_back(time);
        self.until_next = self.until_next.saturating_sub(1);
        if self.times.len() >= ENOUGH && self.until_next == 0 {
            let mut sorted: Vec<_> = self.times.iter().copied().collect();
            let at = sorted.len() * 95 / 100;
            let (_, p95, _) = sorted.select_nth_unstable(at);
            self.delay = Some((*p95 * SLACK).max(LEAST));
            self.until_next = ENOUGH / 4;
        }
    }

    /// Whether the budget allows another request. If so, it counts the request.
    fn take(&mut self) -> bool {
        let may = (self.repeated + 1) * BUDGET <= self.requests;
        self.repeated += u64::from(may);
        may
    }
}

impl Hedger {
    pub(crate) fn new(_: Hedging) -> Self {
        Self(Mutex::default())
    }

    fn recent(&self) -> MutexGuard<'_, Recent> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the call, and repeats it once if its answer takes too long.
    pub(crate) async fn send(
        &self,
        call: impl Fn() -> Call<GetObject>,
    ) -> Result<GetObjectOutput, Error<GetObjectError>> {
        let start = Instant::now();
        let delay = {
            let mut recent = self.recent();
            recent.requests += 1;
            recent.delay
        };
        let mut first = pin!(call());
        let in_time = tokio::select! {
            biased;
            answer = &mut first => Some(answer),
            () = sleep(delay.unwrap_or(Duration::MAX)) => None,
        };
        let answer = match in_time {
            Some(answer) => answer,
            None if !self.recent().take() => first.await,
            None => {
                let mut second = pin!(call());
                tokio::select! {
                    answer = &mut first => match answer {
                        Ok(answer) => Ok(answer),
                        // the other request may still succeed
                        Err(_) => second.await,
                    },
                    answer = &mut second => match answer {
                        Ok(answer) => Ok(answer),
                        Err(_) => first.await,
                    },
                }
            }
        };
        if answer.is_ok() {
            self.recent().took(start.elapsed());
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_is_twice_what_most_answers_take() {
        let mut recent = Recent::default();
        for number in 0..ENOUGH as u64 {
            assert_eq!(recent.delay, None);
            recent.took(Duration::from_millis(number));
        }
        assert_eq!(recent.delay, Some(Duration::from_millis(190)));
        for _ in 0..RECENT {
            recent.took(Duration::from_millis(7));
        }
        assert_eq!(recent.delay, Some(Duration::from_millis(14)));
    }

    #[test]
    fn two_in_a_hundred_are_repeated_at_most() {
        let mut recent = Recent::default();
        let mut repeated = 0;
        for requests in 1..=10_000 {
            recent.requests += 1;
            repeated += u64::from(recent.take());
            assert!(repeated * 100 <= requests * 2);
        }
        assert_eq!(repeated, 200);
    }
}
