//! What came in, and calls in numbers.

use std::sync::Arc;

use zonal::Client;
use zonal::session::{SessionCounters, SessionCounts};
use zonal_peer::{CredentialKind, Recorded, SessionMode};

use crate::lab::{BUCKET, Lab};

/// A client of a lab, and what it counts.
pub(crate) struct Counted {
    pub(crate) client: Client,
    counters: Arc<SessionCounters>,
}

impl Counted {
    pub(crate) fn counts(&self) -> SessionCounts {
        self.counters.counts()
    }
}

/// A client that counts, with settings of its own.
pub(crate) fn counted(
    lab: &Lab,
    settings: impl FnOnce(zonal::Builder<Client>) -> zonal::Builder<Client>,
) -> Counted {
    let counters = Arc::new(SessionCounters::default());
    let builder = settings(lab.client().session_observer(Arc::clone(&counters)));
    Counted {
        client: builder.build().unwrap(),
        counters,
    }
}

/// A lab with an object `key` in it, that nobody has asked anything yet.
pub(crate) async fn lab_with_object() -> Lab {
    let lab = Lab::new();
    put_object(&lab).await;
    lab
}

pub(crate) async fn put_object(lab: &Lab) {
    let client = lab.client().session_auth(false).build().unwrap();
    let put = client.put_object(BUCKET, "key").body("text");
    put.await.unwrap();
    lab.take_requests();
}

/// Reads the object; what it says, or the error.
pub(crate) async fn read(client: &Client) -> Result<String, String> {
    let output = client.get_object(BUCKET, "key").await;
    let output = output.map_err(|error| error.to_string())?;
    let body = output.body.collect().await;
    let body = body.map_err(|error| error.to_string())?;
    Ok(String::from_utf8(body.to_vec()).unwrap())
}

/// How many sessions were asked for.
pub(crate) fn opened(requests: &[Recorded]) -> usize {
    requests.iter().filter(|request| opens(request)).count()
}

pub(crate) fn opens(request: &Recorded) -> bool {
    request.target.ends_with("?session")
}

/// The modes of the sessions that the requests were signed in, without those that open one.
pub(crate) fn modes(requests: &[Recorded]) -> Vec<Option<SessionMode>> {
    let calls = requests.iter().filter(|request| !opens(request));
    calls
        .map(|request| match &request.credentials {
            CredentialKind::Session { mode, .. } => Some(*mode),
            _ => None,
        })
        .collect()
}
