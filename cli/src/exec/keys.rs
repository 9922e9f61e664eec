//! [`Keys`]: the throw-away keys of one run, which the command signs with. They open nothing but this endpoint.

use zonal::__private::credentials::BaseCredentials;
use zonal::Credentials;
use zonal::Secret;
use zonal::session::SessionMode;

/// Whom a signature names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Signer {
    /// The account.
    Account,
    /// A session of this mode, which the command has opened here.
    Session(Option<SessionMode>),
}

/// Keys of one signer.
pub(super) struct Key {
    pub(super) signer: Signer,
    pub(super) id: String,
    pub(super) secret: Secret,
    /// The token that goes with it.
    pub(super) token: Option<Secret>,
    pub(super) credentials: BaseCredentials,
}

/// The keys of one run.
pub(super) struct Keys([Key; 3]);

impl Keys {
    /// New ones.
    pub(super) fn new() -> Result<Self, getrandom::Error> {
        let read_only = Signer::Session(Some(SessionMode::ReadOnly));
        Ok(Self([
            Key::new(Signer::Account)?,
            Key::new(Signer::Session(None))?,
            Key::new(read_only)?,
        ]))
    }

    /// Those of the account.
    pub(super) fn account(&self) -> &Key {
        let [account, ..] = &self.0;
        account
    }

    /// Those of a session.
    pub(super) fn session(&self, is_read_only: bool) -> &Key {
        let [_, any, read_only] = &self.0;
        if is_read_only { read_only } else { any }
    }

    pub(super) fn find(&self, id: &str) -> Option<&Key> {
        self.0.iter().find(|key| key.id == id)
    }
}

impl Key {
    fn new(signer: Signer) -> Result<Self, getrandom::Error> {
        let (prefix, token) = match signer {
            Signer::Account => ("AKIA", None),
            Signer::Session(_) => ("ASIA", Some(Secret::from(random(32)?))),
        };
        let id = format!("{prefix}{}", random(8)?.to_uppercase());
        let secret = random(20)?;
        Ok(Self {
            signer,
            credentials: Credentials::new(&*id, &*secret, None, None, "zonal exec").into(),
            id,
            secret: secret.into(),
            token,
        })
    }
}

/// So many random bytes, in hexadecimal.
fn random(length: usize) -> Result<String, getrandom::Error> {
    let mut bytes = vec![0; length];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
