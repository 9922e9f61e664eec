//! [`Controller`]: adapts the limit to how requests end.

use std::time::Duration;

use tokio::time::Instant;

use super::Outcome;

/// The initial limit, if the bounds include it.
const START: usize = 8;
/// Bytes that each request counts for in addition to its data, so that small objects are measured too.
const REQUEST: u64 = 64 * 1024;
/// A shorter measurement is too noisy.
const SHORTEST: Duration = Duration::from_millis(20);
/// The factor by which throughput must rise to justify more requests.
const GAIN: f64 = 1.05;
/// The number of measurements before more requests are tried again.
const PATIENCE: u32 = 8;

/// Raises the limit while throughput rises, and steps back otherwise.
///
/// A measurement covers as many requests as the limit allows at once. While each step raises throughput, the limit
/// doubles. After the first step that does not, the limit goes back one step, stays there for a while, and then
/// grows by one request at a time. A 503 halves the limit, once for all requests that were in progress at that moment.
#[derive(Debug)]
pub(super) struct Controller {
    least: usize,
    most: usize,
    target: usize,
    /// The number before the last step, and the throughput that it had.
    before: Option<(usize, f64)>,
    is_steep: bool,
    /// Measurements to go before the next step.
    rest: u32,
    window: Option<Window>,
    /// Requests that were in progress at the last refusal.
    deaf: usize,
}

#[derive(Debug)]
struct Window {
    start: Instant,
    requests: usize,
    work: u64,
    had_demand: bool,
}

impl Controller {
    pub(super) fn new(least: usize, most: usize) -> Self {
        let least = least.max(1);
        let most = most.max(least);
        Self {
            least,
            most,
            target: START.clamp(least, most),
            before: None,
            is_steep: true,
            rest: 0,
            window: None,
            deaf: 0,
        }
    }

    pub(super) fn target(&self) -> usize {
        self.target
    }

    /// Records the end of a request. `has_demand` is whether others wait for their turn.
    pub(super) fn tell(&mut self, now: Instant, outcome: Outcome, has_demand: bool) {
        match outcome {
            Outcome::Throttled => self.refused(),
            Outcome::Moved(bytes) => {
                self.deaf = self.deaf.saturating_sub(1);
                self.moved(now, bytes, has_demand);
            }
        }
    }

    fn refused(&mut self) {
        if self.deaf > 0 {
            self.deaf -= 1;
            return;
        }
        self.deaf = self.target.saturating_sub(1);
        self.target = (self.target / 2).max(self.least);
        self.is_steep = false;
        self.rest = PATIENCE;
        self.before = None;
        self.window = None;
    }

    fn moved(&mut self, now: Instant, bytes: u64, has_demand: bool) {
        let window = self.window.get_or_insert(Window {
            start: now,
            requests: 0,
            work: 0,
            had_demand: true,
        });
        window.requests += 1;
        window.work += bytes + REQUEST;
        window.had_demand &= has_demand;
        let length = now.saturating_duration_since(window.start);
        if window.requests <= self.target || length < SHORTEST {
            return;
        }
        let throughput = window.work as f64 / length.as_secs_f64();
        let had_demand = window.had_demand;
        self.window = None;
        // below the limit, a measurement says nothing about a higher one
        if had_demand {
            self.step(throughput);
        }
    }

    fn step(&mut self, throughput: f64) {
        if self.rest > 0 {
            self.rest -= 1;
            return;
        }
        match self.before.take() {
            Some((number, less)) if throughput < less * GAIN => {
                self.target = number;
                self.is_steep = false;
                self.rest = PATIENCE;
            }
            _ => {
                let step = if self.is_steep { self.target } else { 1 };
                let next = self.target.saturating_add(step).min(self.most);
                if next > self.target {
                    self.before = Some((self.target, throughput));
                    self.target = next;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A link that carries `capacity` requests at once at full speed, for `requests` requests.
    fn drive(controller: &mut Controller, now: &mut Instant, capacity: usize, requests: usize) {
        for _ in 0..requests {
            let at_once = controller.target();
            let each =
                Duration::from_millis(20).mul_f64((at_once as f64 / capacity as f64).max(1.0));
            *now += each / u32::try_from(at_once).unwrap();
            controller.tell(*now, Outcome::Moved(1 << 20), true);
        }
    }

    #[test]
    fn it_grows_to_what_the_link_takes_and_stays_there() {
        for capacity in [4, 16, 40] {
            let mut controller = Controller::new(2, 64);
            let mut now = Instant::now();
            drive(&mut controller, &mut now, capacity, 4000);
            let target = controller.target();
            assert!(target >= capacity.min(8), "{target} for {capacity}");
            assert!(target <= capacity * 2 + 8, "{target} for {capacity}");
        }
    }

    #[test]
    fn it_stays_within_its_bounds() {
        let mut controller = Controller::new(2, 12);
        let mut now = Instant::now();
        drive(&mut controller, &mut now, 1000, 4000);
        assert_eq!(controller.target(), 12);
        for _ in 0..100 {
            controller.tell(now, Outcome::Throttled, true);
        }
        assert_eq!(controller.target(), 2);
    }

    #[test]
    fn refusals_of_one_moment_count_once() {
        let mut controller = Controller::new(1, 64);
        let mut now = Instant::now();
        drive(&mut controller, &mut now, 64, 2000);
        let before = controller.target();
        for _ in 0..before {
            controller.tell(now, Outcome::Throttled, true);
        }
        assert_eq!(controller.target(), before / 2);
        controller.tell(now, Outcome::Throttled, true);
        assert_eq!(controller.target(), before / 4);
    }

    #[test]
    fn it_comes_back_after_a_refusal() {
        let mut controller = Controller::new(1, 32);
        let mut now = Instant::now();
        drive(&mut controller, &mut now, 32, 2000);
        for _ in 0..200 {
            controller.tell(now, Outcome::Throttled, true);
        }
        assert_eq!(controller.target(), 1);
        drive(&mut controller, &mut now, 32, 4000);
        assert!(controller.target() > 8, "{}", controller.target());
    }

    #[test]
    fn without_demand_it_does_not_grow() {
        let mut controller = Controller::new(2, 64);
        let mut now = Instant::now();
        for _ in 0..1000 {
            now += Duration::from_millis(5);
            controller.tell(now, Outcome::Moved(1 << 20), false);
        }
        assert_eq!(controller.target(), START);
    }
}
