//! From a request to its answer: route, authenticate, apply a fault, perform, record.

use crate::clock::{Clock, http_date};
use crate::config::Config;
use crate::data::{Spill, Writer};
use crate::error::S3Error;
use crate::fault::Script;
use crate::http::{Delivery, Handler, HttpError, Reply, Request, Target};
use crate::identity::{Identity, identify};
use crate::operation::{Call, Policy, perform};
use crate::payload::Payload;
use crate::record::{CredentialKind, Recorded};
use crate::route::{Operation, Route};
use crate::secret::{random_bytes, random_text};
use crate::sigv4::{Expected, Verified, verify};
use crate::store::Store;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

/// Everything the connections of one peer share.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) config: Config,
    pub(crate) clock: Clock,
    pub(crate) store: Store,
    pub(crate) policy: Policy,
    pub(crate) script: Script,
    pub(crate) connections: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) sent: Arc<AtomicU64>,
    log: Mutex<VecDeque<Recorded>>,
}

/// The identifiers of one answer.
struct Ids {
    request: String,
    host: String,
}

impl Ids {
    fn new() -> Self {
        Self {
            request: random_text(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ", 16),
            host: STANDARD.encode(random_bytes(57)),
        }
    }
}

/// What the head of a request says.
pub(crate) struct Head {
    target: Option<Target>,
    route: Option<Route>,
    /// Who asks, unless the request is refused.
    admitted: Result<(Identity, Verified), S3Error>,
}

impl Head {
    fn operation(&self) -> Operation {
        let route = self.route.as_ref();
        route.map_or(Operation::Unknown, |route| route.operation)
    }

    fn placed(&self) -> Option<(&Target, &Route)> {
        self.target.as_ref().zip(self.route.as_ref())
    }
}

impl Service {
    pub(crate) fn new(config: Config, spill: Spill) -> Self {
        Self {
            config,
            clock: Clock::new(),
            store: Store::new(spill),
            policy: Policy::default(),
            script: Script::default(),
            connections: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            sent: Arc::default(),
            log: Mutex::new(VecDeque::new()),
        }
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, VecDeque<Recorded>> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn authenticate(
        &self,
        request: &Request,
        target: &Target,
        route: &Route,
    ) -> Result<(Identity, Verified), S3Error> {
        let now = self.clock.now();
        let expected = Expected {
            region: &self.config.region,
            service: &self.config.signing_name,
            now,
        };
        let verified = verify(request, target, &expected, |key| self.store.secret_of(key))?;
        let identity = identify(&verified.authorization, route, &self.store, now)?;
        Ok((identity, verified))
    }

    fn perform(
        &self,
        (request, payload): (&Request, &Payload),
        (target, route): (&Target, &Route),
        identity: &Identity,
        now: SystemTime,
    ) -> Result<Reply, S3Error> {
        let Self {
            config,
            policy,
            store,
            ..
        } = self;
        perform(&Call {
            request,
            payload,
            target,
            route,
            identity,
            config,
            policy,
            store,
            now,
        })
    }

    /// Adds what every answer of S3 carries.
    fn finish(&self, reply: Reply, ids: &Ids, now: SystemTime) -> Reply {
        if reply.bare {
            return reply;
        }
        let date = http_date(now);
        let common = [
            ("x-amz-request-id", &ids.request),
            ("x-amz-id-2", &ids.host),
            ("date", &date),
            ("server", &"AmazonS3".to_owned()),
        ];
        common.into_iter().fold(reply, |reply, (name, value)| {
            if reply.has_header(name) {
                reply
            } else {
                reply.header(name, value)
            }
        })
    }

    fn record(&self, recorded: Recorded) {
        let Recorded {
            connection,
            operation,
            status,
            code,
            faulted,
            ..
        } = &recorded;
        tracing::debug!(connection, %operation, ?status, ?code, faulted, "answered");
        let mut log = self.log();
        if log.len() >= self.config.recorded_requests {
            log.pop_front();
        }
        if self.config.recorded_requests > 0 {
            log.push_back(recorded);
        }
    }
}

impl Handler for Service {
    type Head = Head;

    fn head(&self, request: &Request) -> Head {
        let target = Target::parse(&request.target);
        let route = target.as_ref().map(|target| Route::of(request, target));
        let admitted = match target.as_ref().zip(route.as_ref()) {
            Some((target, route)) => self.authenticate(request, target, route),
            None => Err(S3Error::new(
                400,
                "InvalidURI",
                "Couldn't parse the specified URI.",
            )),
        };
        Head {
            target,
            route,
            admitted,
        }
    }

    fn body(&self, head: &Head) -> Writer {
        let keep = match head.admitted {
            Ok(_) => usize::MAX,
            Err(_) => self.config.recorded_body_bytes,
        };
        Writer::new(&self.store.spill, keep)
    }

    fn handle(&self, mut request: Request, mut head: Head, connection: u64) -> (Reply, Delivery) {
        let now = self.clock.now();
        let ids = Ids::new();
        let kept = self.config.recorded_body_bytes;
        let mut recorded = Recorded::new(&request, connection, now, head.route.as_ref(), kept);
        let admitted = std::mem::replace(&mut head.admitted, Err(S3Error::access_denied()));
        let admitted = admitted.and_then(|(identity, verified)| {
            let payload = verified.payload(&mut request)?;
            // without the framing, whose length was let pass
            match u64::try_from(payload.data.len()) {
                Ok(length) if length <= self.config.limits.body_bytes => Ok((identity, payload)),
                _ => Err(S3Error::too_large()),
            }
        });
        let resource = head.route.as_ref();
        let resource = resource.map_or("/", |route| route.resource.as_str());
        let fault = self.script.take(head.operation(), admitted.is_ok());
        recorded.faulted = fault.is_some();
        if let Ok((identity, _)) = &admitted {
            recorded.credentials = CredentialKind::from(identity);
        }
        let genuine = || {
            let result = admitted.and_then(|(identity, payload)| match head.placed() {
                Some(placed) => self.perform((&request, &payload), placed, &identity, now),
                None => Err(S3Error::access_denied()),
            });
            result.unwrap_or_else(|error| {
                recorded.code = Some(error.code.to_owned());
                error.reply(resource, &ids.request, &ids.host)
            })
        };
        let (reply, delivery) = match fault {
            Some(fault) => fault.answer(genuine),
            None => (genuine(), Delivery::default()),
        };
        recorded.status = delivery.sends_head().then_some(reply.status_code());
        self.record(recorded);
        (self.finish(reply, &ids, now), delivery)
    }

    fn early(&self, request: &Request, head: &Head, connection: u64) -> Option<(Reply, Delivery)> {
        let now = self.clock.now();
        let fault = self.script.take_early(head.operation())?;
        let ids = Ids::new();
        let denied = || S3Error::access_denied().reply("/", &ids.request, &ids.host);
        let (reply, delivery) = fault.answer(denied);
        let mut recorded = Recorded::new(request, connection, now, head.route.as_ref(), 0);
        recorded.faulted = true;
        recorded.status = delivery.sends_head().then_some(reply.status_code());
        self.record(recorded);
        Some((self.finish(reply, &ids, now), delivery))
    }

    fn reading(&self, head: &Head) -> Option<(usize, Duration)> {
        head.route.as_ref()?;
        self.script.take_reading(head.operation())
    }

    fn refuse(&self, error: HttpError, connection: u64) -> Option<Reply> {
        self.refused.fetch_add(1, Ordering::Relaxed);
        tracing::debug!(connection, ?error, "refused");
        let ids = Ids::new();
        let reply = S3Error::from_http(error)?.reply("/", &ids.request, &ids.host);
        Some(self.finish(reply, &ids, self.clock.now()))
    }

    fn body_limit(&self, head: &Head) -> u64 {
        head.operation().body_limit()
    }

    fn sent(&self) -> &Arc<AtomicU64> {
        &self.sent
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::PeerBuilder;
    use crate::http::Limits;

    #[test]
    fn the_body_of_a_refused_request_is_not_kept() {
        const UNSIGNED: &[u8] = b"PUT /demo--usw2-az1--x-s3/k HTTP/1.1\r\nHost: localhost\r\n\r\n";
        let service = Service::new(PeerBuilder::new().config, Spill::default());
        let parsed = Request::parse_head(UNSIGNED, &Limits::default());
        let (mut request, _) = parsed.expect("a head").expect("a whole head");
        let head = service.head(&request);
        let mut writer = service.body(&head);
        writer.push(&[7; 3 << 20]).expect("memory");
        request.body_length = writer.length();
        request.body = writer.finish();
        assert_eq!(service.store.spill.blocks(), 0);
        assert_eq!(service.handle(request, head, 0).0.status_code(), 403);
        let recorded = service.log().pop_back().expect("a request");
        assert_eq!(
            (recorded.body.len(), recorded.body_length),
            (64 << 10, 3 << 20)
        );
    }

    /// Whatever the bytes, a request that parses gets an answer that is not a success.
    #[test]
    fn mangled_requests_get_answers() {
        const SIGNED: &str = "GET /demo--usw2-az1--x-s3?session&X-Amz-Expires=%20 HTTP/1.1\r\n\
            Host: demo--usw2-az1--x-s3.localhost\r\nX-Amz-Date: 20261122T004515Z\r\n\
            X-Amz-Content-SHA256: UNSIGNED-PAYLOAD\r\nAuthorization: AWS4-HMAC-SHA256 \
            Credential=A/20261122/us-west-2/s3express/aws4_request, SignedHeaders=host, Signature=0\r\n\r\n";
        let service = Service::new(PeerBuilder::new().config, Spill::default());
        let mut random: u64 = 1;
        let mut next = |below: usize| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            usize::try_from(random >> 33).unwrap_or_default() % below
        };
        let mut answered = 0;
        for _ in 0..20_000 {
            let mut raw = SIGNED.as_bytes().to_vec();
            for _ in 0..=next(3) {
                let (at, byte) = (next(raw.len()), next(256));
                raw[at] = u8::try_from(byte).unwrap_or_default();
            }
            if let Ok(Some((request, _))) = Request::parse_head(&raw, &Limits::default()) {
                answered += 1;
                let head = service.head(&request);
                assert!(service.handle(request, head, 0).0.status_code() >= 400);
            }
        }
        assert!(answered > 1000, "{answered}");
    }
}
