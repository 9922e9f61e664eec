//! [`Provider`]: the source of account credentials of a client.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

use super::{Credentials, ProvideCredentials};

#[derive(Clone)]
pub(crate) struct Provider(pub(super) Source);

#[derive(Clone)]
pub(super) enum Source {
    /// Fixed credentials.
    Fixed(Credentials),
    Provider(Arc<dyn ProvideCredentials>),
    None,
    /// Requests go out unsigned.
    Anonymous,
}

impl Provider {
    pub(crate) fn new(provider: impl ProvideCredentials + 'static) -> Self {
        let any: &dyn Any = &provider;
        Self(match any.downcast_ref::<Credentials>() {
            Some(credentials) => Source::Fixed(credentials.clone()),
            None => Source::Provider(Arc::new(provider)),
        })
    }

    pub(crate) fn none() -> Self {
        Self(Source::None)
    }

    pub(crate) fn anonymous() -> Self {
        Self(Source::Anonymous)
    }

    pub(crate) fn is_anonymous(&self) -> bool {
        matches!(self.0, Source::Anonymous)
    }

    /// Whether no credentials were set.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self.0, Source::None)
    }

    /// Whether there are credentials, or a provider of them.
    pub(crate) fn is_some(&self) -> bool {
        matches!(self.0, Source::Fixed(_) | Source::Provider(_))
    }
}

impl fmt::Debug for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Fixed(_) => "Credentials",
            Source::Provider(_) => "Provider",
            Source::None => "None",
            Source::Anonymous => "Anonymous",
        })
    }
}
