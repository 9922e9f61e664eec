//! [`Accounts`]: the account credentials of a client, loaded once for all calls.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::provider::Source;
use super::{BaseCredentials, Credentials, CredentialsError, ProvideCredentials, Provider};
use crate::clock::{BoxFuture, Clock};
use crate::lease::{Arrival, Cache, Lease, Limits, Map, Probe, Slot, YOUNG};
use crate::random::{SystemRandom, up_to};
use crate::retry::{ClockSkew, FARTHEST};
use crate::session::{FailureClass, Fingerprint};

/// How long before their end credentials are replaced in the background, and never more than a
/// quarter of their lifetime. Instance metadata has new ones at least five minutes before the old
/// ones end, and a provider that is down has as long to come back.
const REFRESH_BEFORE: Duration = Duration::from_secs(300);
/// By how much later that moment may be, as a part of the time before the end: clients that started
/// together do not ask together.
const JITTER_PART: u32 = 3;
/// After so long a provider is asked again whose credentials have no end: it may read a file that
/// somebody changes. The AWS SDKs do so as well.
const UNDATED: Duration = Duration::from_secs(900);
/// The same moment is earlier by up to so much.
const UNDATED_JITTER: Duration = Duration::from_secs(60);
/// How far apart clocks may be for the service. It says nothing of one that is wrong by less.
const TOLERATED: Duration = Duration::from_secs(900);
/// Credentials that may have ended, as far as a clock can be trusted that nobody has confirmed, are
/// used for so long: the service says what is wrong, they or the clock.
const UNCERTAIN: Duration = Duration::from_secs(5);
/// A call gives up on a provider this much later than the provider itself is given up.
const GRACE: Duration = Duration::from_secs(2);

/// Account credentials with their lifetime. Its `Debug` output contains no secrets.
pub(crate) struct Account {
    credentials: BaseCredentials,
    fingerprint: Fingerprint,
    generation: u64,
    probe: Probe,
    /// All on the monotonic clock.
    received: Duration,
    refresh_at: Duration,
    stale_at: Duration,
}

impl Account {
    pub(crate) fn credentials(&self) -> &BaseCredentials {
        &self.credentials
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Whether the service still takes them.
    pub(crate) fn probe(&self) -> &Probe {
        &self.probe
    }

    /// Credentials that came at a time of the monotonic clock, and of the service's as far as it is
    /// known. A wrong clock of the machine that is set right later does no harm.
    fn new(
        credentials: BaseCredentials,
        generation: u64,
        received: Duration,
        terms: &Terms,
    ) -> Result<Self, CredentialsError> {
        let now = terms.skew.now(&*terms.clock);
        let (due, lasts) = match credentials.expiry() {
            None => {
                let jitter = up_to(&SystemRandom, UNDATED_JITTER);
                (UNDATED - jitter, Duration::MAX)
            }
            Some(end) => lifetime(end, now, terms.skew.is_known())?,
        };
        Ok(Self {
            fingerprint: Fingerprint::of(&credentials),
            credentials,
            generation,
            probe: Probe::default(),
            received,
            refresh_at: received.saturating_add(due),
            stale_at: received.saturating_add(lasts),
        })
    }
}

/// When credentials are due to be replaced, and how long they last.
fn lifetime(
    end: SystemTime,
    now: SystemTime,
    is_certain: bool,
) -> Result<(Duration, Duration), CredentialsError> {
    match end.duration_since(now) {
        Ok(left) if !left.is_zero() => {
            let window = REFRESH_BEFORE.min(left / 4);
            let jitter = up_to(&SystemRandom, window / JITTER_PART);
            Ok((left - window + jitter, left))
        }
        _ => {
            let ago = now.duration_since(end).unwrap_or_default();
            if !is_certain && ago > TOLERATED && ago < FARTHEST {
                Ok((UNCERTAIN, UNCERTAIN))
            } else {
                Err(CredentialsError::Expired)
            }
        }
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Account")
    }
}

/// What says how long credentials last.
pub(crate) struct Terms {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) skew: Arc<ClockSkew>,
}

/// The account credentials of a client.
pub(crate) struct Accounts {
    kind: Kind,
    terms: Terms,
}

enum Kind {
    None,
    Fixed(Arc<Account>),
    Provided(Provided),
}

struct Provided {
    provider: Arc<dyn ProvideCredentials>,
    cache: Cache<Account>,
    limit: Duration,
}

impl Accounts {
    /// `limit` is how long the provider may take.
    pub(crate) fn new(
        provider: &Provider,
        clock: &Arc<dyn Clock>,
        skew: &Arc<ClockSkew>,
        limit: Duration,
    ) -> Self {
        let terms = || Terms {
            clock: Arc::clone(clock),
            skew: Arc::clone(skew),
        };
        let kind = match &provider.0 {
            Source::None | Source::Anonymous => Kind::None,
            Source::Fixed(credentials) => {
                let credentials = BaseCredentials::from(credentials.clone());
                Kind::Fixed(Arc::new(Account {
                    fingerprint: Fingerprint::of(&credentials),
                    credentials,
                    generation: 0,
                    probe: Probe::default(),
                    received: Duration::ZERO,
                    refresh_at: Duration::MAX,
                    stale_at: Duration::MAX,
                }))
            }
            Source::Provider(provider) => {
                let limits = Limits {
                    capacity: 1,
                    memory: usize::MAX,
                    obtain: limit,
                };
                Kind::Provided(Provided {
                    provider: Arc::clone(provider),
                    cache: Cache::new(limits, terms(), Arc::clone(clock), None),
                    limit,
                })
            }
        };
        Self {
            kind,
            terms: terms(),
        }
    }

    /// Returns the credentials to sign with. It loads them if there are none, once for all waiting calls, and in the
    /// background before they expire.
    pub(crate) async fn get(&self) -> Result<Arc<Account>, CredentialsError> {
        match &self.kind {
            Kind::None => Err(CredentialsError::Missing),
            Kind::Fixed(account) => self.check(account).map(|()| Arc::clone(account)),
            Kind::Provided(provided) => match provided.cache.lookup(()) {
                Some((account, _)) => Ok(account),
                // boxed, so that a call that finds them stays small
                None => Box::pin(provided.wait()).await,
            },
        }
    }

    /// Whether these credentials of this client can still sign.
    pub(crate) fn check(&self, account: &Account) -> Result<(), CredentialsError> {
        let clock = &*self.terms.clock;
        let has_ended = match (&self.kind, account.credentials.expiry()) {
            (Kind::Fixed(_), Some(end)) => end <= self.terms.skew.now(clock),
            _ => account.stale_at <= clock.monotonic(),
        };
        if has_ended {
            Err(CredentialsError::Expired)
        } else {
            Ok(())
        }
    }

    /// Whether the provider may have other credentials later.
    pub(crate) fn may_change(&self) -> bool {
        matches!(self.kind, Kind::Provided(_))
    }

    /// Loads credentials again because the service rejects the current ones, at most once in five seconds. Returns
    /// whether there are others now.
    pub(crate) async fn renew(&self, account: &Account) -> bool {
        let Kind::Provided(provided) = &self.kind else {
            return false;
        };
        let renewed = Box::pin(provided.cache.renew((), account.generation)).await;
        renewed.is_some_and(|renewed| renewed.fingerprint != account.fingerprint)
    }

    /// Corrects the lifetime of the credentials after a correction of the clock.
    pub(crate) fn clock_was_corrected(&self) {
        if let Kind::Provided(provided) = &self.kind {
            let received = self.terms.clock.monotonic();
            provided.cache.amend((), |account| {
                let credentials = account.credentials.clone();
                let account = Account::new(credentials, account.generation, received, &self.terms);
                account.ok()
            });
        }
    }
}

impl Provided {
    async fn wait(&self) -> Result<Arc<Account>, CredentialsError> {
        let limit = self.limit.saturating_add(GRACE);
        let provider = || Arc::clone(&self.provider);
        Ok(self.cache.wait((), limit, provider).await?)
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accounts")
    }
}

impl Lease for Account {
    type Key = ();
    type Ref<'k> = ();
    type Source = dyn ProvideCredentials;
    type Obtained = Credentials;
    type Error = CredentialsError;
    type Terms = Terms;
    type Lesson = ();

    const BY_CALLER: bool = true;

    fn slot(slots: &Map<Self>, (): ()) -> Option<&Slot<Self>> {
        slots.get(&())
    }

    fn slot_mut(slots: &mut Map<Self>, (): ()) -> Option<&mut Slot<Self>> {
        slots.get_mut(&())
    }

    fn key((): ()) {}

    fn borrow((): &()) {}

    fn entry_bytes((): ()) -> usize {
        0
    }

    fn bytes(&self) -> usize {
        0
    }

    fn obtain(
        provider: Arc<dyn ProvideCredentials>,
    ) -> BoxFuture<'static, Result<Credentials, CredentialsError>> {
        Box::pin(async move {
            let credentials = provider.provide_credentials().await;
            credentials.map_err(|error| CredentialsError::Provider(Arc::new(error)))
        })
    }

    fn late(_: &dyn ProvideCredentials, (): &(), limit: Duration) -> CredentialsError {
        CredentialsError::Slow(limit)
    }

    fn accept(
        credentials: Credentials,
        arrival: Arrival<'_, Self>,
        (): &mut (),
    ) -> Result<Self, CredentialsError> {
        let (generation, received) = (arrival.generation, arrival.times.received);
        Self::new(credentials.into(), generation, received, arrival.terms)
    }

    fn generation(&self) -> u64 {
        self.generation
    }

    fn refresh_at(&self) -> Duration {
        self.refresh_at
    }

    fn stale_at(&self) -> Duration {
        self.stale_at
    }

    fn is_young(&self, now: Duration) -> bool {
        now.saturating_sub(self.received) < YOUNG
    }

    fn class(_: &CredentialsError) -> FailureClass {
        FailureClass::Refused
    }

    fn is_final(_: &CredentialsError) -> bool {
        true
    }

    /// The first failure is nobody else's: the next call asks again. Where more follow, calls get
    /// the error again for up to a second.
    fn hold_off(_: FailureClass, count: u32, has_credentials: bool) -> Duration {
        let (first, longest) = if has_credentials {
            (Duration::from_secs(1), Duration::from_secs(30))
        } else if count < 2 {
            return Duration::ZERO;
        } else {
            (Duration::from_millis(50), Duration::from_secs(1))
        };
        (first * (1 << (count - 1).min(16))).min(longest)
    }
}
