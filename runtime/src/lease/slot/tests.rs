use tokio::sync::watch::Sender;

use super::*;
use crate::clock::BoxFuture;
use crate::lease::{Arrival, Map};

/// Seconds on the clock that a test turns.
fn at(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The longest that the source is left alone, for each failure in a row.
const HOLD: Duration = Duration::from_secs(10);

/// A value that is renewed after 100 seconds, ends after 200 and is young for 5.
struct Value {
    generation: u64,
    since: Duration,
}

impl Value {
    fn new(generation: u64, seconds: u64) -> Arc<Self> {
        let since = at(seconds);
        Arc::new(Self { generation, since })
    }
}

impl Lease for Value {
    type Key = ();
    type Ref<'k> = ();
    type Source = ();
    type Obtained = ();
    type Error = &'static str;
    type Terms = ();
    type Lesson = ();

    const BY_CALLER: bool = false;

    fn slot(_: &Map<Self>, (): ()) -> Option<&Slot<Self>> {
        None
    }

    fn slot_mut(_: &mut Map<Self>, (): ()) -> Option<&mut Slot<Self>> {
        None
    }

    fn key((): ()) {}

    fn borrow((): &()) {}

    fn entry_bytes((): ()) -> usize {
        0
    }

    fn bytes(&self) -> usize {
        1
    }

    fn obtain(_: Arc<()>) -> BoxFuture<'static, Result<(), &'static str>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn late((): &(), (): &(), _: Duration) -> &'static str {
        "late"
    }

    fn accept((): (), arrival: Arrival<'_, Self>, (): &mut ()) -> Result<Self, &'static str> {
        Ok(Self {
            generation: arrival.generation,
            since: arrival.times.received,
        })
    }

    fn generation(&self) -> u64 {
        self.generation
    }

    fn refresh_at(&self) -> Duration {
        self.since + at(100)
    }

    fn stale_at(&self) -> Duration {
        self.since + at(200)
    }

    fn is_young(&self, now: Duration) -> bool {
        now < self.since + at(5)
    }

    fn class(_: &&'static str) -> FailureClass {
        FailureClass::Busy
    }

    fn is_final(error: &&'static str) -> bool {
        *error == "final"
    }

    fn hold_off(_: FailureClass, count: u32, _: bool) -> Duration {
        HOLD * count
    }
}

fn slot() -> Slot<Value> {
    Slot::new(Arc::new(()), 10, Duration::ZERO)
}

/// A slot with a value, in the care of the keeper 7.
fn kept() -> Slot<Value> {
    let mut slot = slot();
    let task = Task::start(std::future::pending()).expect("a runtime");
    slot.set_keeper(7, task);
    slot.land(&Ok(Value::new(1, 0)), at(0));
    slot
}

fn take_off(slot: &mut Slot<Value>) -> Sender<Option<Outcome<Value>>> {
    let (sender, outcomes) = watch::channel(None);
    slot.take_off(1, at(50), outcomes);
    sender
}

fn is_held(slot: &Slot<Value>, now: Duration) -> bool {
    matches!(slot.look(now), Some(Look::Pause(..)))
}

#[tokio::test]
async fn a_value_in_use_is_replaced_when_it_is_due() {
    let mut slot = kept();
    assert!(matches!(slot.tick(8, at(100)), Tick::Leave));
    assert!(matches!(slot.tick(7, at(99)), Tick::Later(due) if due == at(100)));
    assert!(matches!(slot.tick(7, at(100)), Tick::Evict(Eviction::Idle)));
    slot.find(at(1));
    assert!(matches!(slot.tick(7, at(100)), Tick::Open));
    let sender = take_off(&mut slot);
    assert!(matches!(slot.tick(7, at(100)), Tick::Leave));
    drop(sender);
}

#[tokio::test]
async fn a_source_that_failed_is_left_alone_before_a_value_is_replaced() {
    let mut slot = kept();
    slot.find(at(1));
    let (again, was_usable) = slot.land(&Err("busy"), at(100));
    assert!(was_usable && again >= at(100) + HOLD / 2 && again <= at(100) + HOLD);
    assert!(matches!(slot.tick(7, at(101)), Tick::Later(due) if due == again));
    assert!(matches!(slot.tick(7, again), Tick::Open));
    let (_, is_due) = slot.find(at(101)).unwrap();
    assert!(!is_due);
    let (_, is_due) = slot.find(again).unwrap();
    assert!(is_due);
}

#[tokio::test]
async fn a_slot_without_a_value_stays_for_those_who_wait() {
    let mut slot = kept();
    assert!(matches!(
        slot.tick(7, at(200)),
        Tick::Evict(Eviction::Stale)
    ));
    let (until, was_usable) = slot.land(&Err("busy"), at(200));
    assert!(!was_usable && until >= at(230) + HOLD / 2 && until <= at(230) + HOLD);
    assert!(slot.look(until - at(30)).is_none());
    let Some(Look::Pause(_, Some("busy"), waiter)) = slot.look(at(201)) else {
        panic!("the source is not left alone");
    };
    assert!(matches!(slot.tick(7, at(201)), Tick::Later(next) if next == at(202)));
    assert!(!slot.may_go(at(201)));
    drop(waiter);
    assert!(matches!(
        slot.tick(7, at(201)),
        Tick::Evict(Eviction::Stale)
    ));
    assert!(slot.may_go(at(201)));
    slot.land(&Err("final"), at(201));
    assert!(matches!(slot.look(at(202)), Some(Look::Refuse("final"))));
    assert!(slot.look(at(201) + 2 * HOLD).is_none());
}

#[test]
fn a_slot_whose_value_is_being_obtained_stays() {
    let mut slot = slot();
    assert!(slot.may_go(at(0)));
    let sender = take_off(&mut slot);
    assert!(slot.is_flight(1) && !slot.is_flight(2));
    assert!(!slot.may_go(at(49)) && matches!(slot.look(at(49)), Some(Look::Join(..))));
    // nobody believes in it any more
    assert!(slot.may_go(at(50)) && slot.look(at(50)).is_none());
    drop(sender);
    assert!(slot.may_go(at(0)) && slot.look(at(0)).is_none());
}

#[test]
fn young_values_that_are_rejected_one_after_the_other_are_put_off() {
    let mut slot = slot();
    for (generation, seconds) in [(1, 0), (2, 1), (3, 20)] {
        slot.land(&Ok(Value::new(generation, seconds)), at(seconds));
        assert!(!slot.reject(generation + 1, at(seconds)));
        assert!(slot.has_value());
        assert!(slot.reject(generation, at(seconds + 1)));
        assert!(!slot.has_value());
        let is_second = generation > 1;
        assert_eq!(is_held(&slot, at(seconds + 1)), is_second, "{generation}");
        // for longer each time
        let in_a_row = generation as u32 - 1;
        assert!(!is_held(&slot, at(seconds + 1) + HOLD * in_a_row));
    }
}

#[test]
fn rejections_are_forgotten_where_a_value_was_good() {
    // to its end, or for longer than it was young
    for good_to_its_end in [true, false] {
        let mut slot = slot();
        slot.land(&Ok(Value::new(1, 0)), at(0));
        slot.reject(1, at(1));
        slot.land(&Ok(Value::new(2, 1)), at(1));
        if good_to_its_end {
            assert!(slot.land(&Ok(Value::new(3, 101)), at(101)).1)
        } else {
            slot.reject(2, at(100));
            slot.land(&Ok(Value::new(3, 101)), at(101));
        }
        slot.reject(3, at(102));
        assert!(!is_held(&slot, at(102)), "{good_to_its_end}");
    }
}

#[test]
fn a_value_is_renewed_once_in_a_while() {
    let mut slot = slot();
    slot.land(&Ok(Value::new(1, 0)), at(0));
    assert_eq!(slot.renew(2, at(10)), Renewal::Done);
    assert_eq!(slot.renew(1, at(10)), Renewal::Due);
    assert_eq!(slot.renew(1, at(14)), Renewal::TooSoon);
    assert_eq!(slot.renew(1, at(10) + YOUNG), Renewal::Due);
    assert_eq!(slot.bytes(), 11);
}

#[test]
fn a_slot_was_of_use_when_its_value_came_or_was_last_found() {
    let mut slot = slot();
    slot.land(&Ok(Value::new(1, 3)), at(3));
    assert_eq!(slot.last_use(), 3000);
    slot.find(at(5));
    assert_eq!(slot.last_use(), 5000);
}
