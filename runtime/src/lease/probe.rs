//! [`Probe`]: whether the service still accepts a value, where its answers do not say.

use std::time::Duration;

use tokio::sync::Mutex;

use crate::clock::Clock;

/// What the service says of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Taken,
    Rejected,
    /// No answer that says so came.
    Unknown,
}

/// Whether the service still takes a value, asked by one caller at a time.
#[derive(Default)]
pub(crate) struct Probe(Mutex<Option<Known>>);

/// What was found out last, by a request that was sent then.
#[derive(Clone, Copy)]
struct Known {
    sent: Duration,
    verdict: Verdict,
}

impl Probe {
    /// What the service says of the value, for a caller whose request it has just refused. `ask`
    /// finds out, unless somebody else did so since then: those who wait share what was found. A
    /// value that is rejected stays so.
    pub(crate) async fn verdict<E>(
        &self,
        clock: &dyn Clock,
        ask: impl Future<Output = Result<Verdict, E>>,
    ) -> Result<Verdict, E> {
        let refused = clock.monotonic();
        let mut known = self.0.lock().await;
        if let Some(Known { sent, verdict }) = *known
            && (sent > refused || verdict == Verdict::Rejected)
        {
            return Ok(verdict);
        }
        let sent = clock.monotonic();
        let result = ask.await;
        let verdict = *result.as_ref().unwrap_or(&Verdict::Unknown);
        *known = Some(Known { sent, verdict });
        result
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::clock::SystemClock;

    /// Ten callers are refused and ask; how often the service was asked. All agree on its answer.
    async fn asked_by_ten(probe: &Arc<Probe>, answer: Result<Verdict, ()>) -> usize {
        let asked = Arc::<AtomicUsize>::default();
        let callers: Vec<_> = (0..10)
            .map(|_| {
                let (probe, asked) = (Arc::clone(probe), Arc::clone(&asked));
                tokio::spawn(async move {
                    let ask = async {
                        asked.fetch_add(1, Ordering::Relaxed);
                        // the others come before the answer
                        for _ in 0..20 {
                            tokio::task::yield_now().await;
                        }
                        answer
                    };
                    probe.verdict(&SystemClock, ask).await
                })
            })
            .collect();
        let expected = answer.unwrap_or(Verdict::Unknown);
        for caller in callers {
            let verdict = caller.await.unwrap();
            assert_eq!(verdict.unwrap_or(Verdict::Unknown), expected);
        }
        asked.load(Ordering::Relaxed)
    }

    #[tokio::test]
    async fn who_waits_shares_the_answer() {
        for answer in [Ok(Verdict::Taken), Err(()), Ok(Verdict::Rejected)] {
            let probe = Arc::<Probe>::default();
            let is_final = answer == Ok(Verdict::Rejected);
            // the first was asked before the others were refused
            let asked = asked_by_ten(&probe, answer).await;
            assert_eq!(asked, if is_final { 1 } else { 2 }, "{answer:?}");
            // later refusals are news, unless all is said
            let asked = asked_by_ten(&probe, answer).await;
            assert_eq!(asked, if is_final { 0 } else { 2 }, "{answer:?}");
        }
    }
}
