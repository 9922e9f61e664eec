//! What a cache shares state and runs tasks with. Under the cfg `zonal_shuttle` a model checker
//! takes their place, see `session::model`.

#[cfg(not(all(test, zonal_shuttle)))]
mod real {
    pub(crate) use std::sync::atomic::AtomicU64;
    pub(crate) use std::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

    /// A task that runs on its own and ends with this handle's [`stop`](Self::stop).
    pub(crate) struct Task(tokio::task::AbortHandle);

    impl Task {
        /// Starts a task; `None` outside of a runtime.
        pub(crate) fn start(task: impl Future<Output = ()> + Send + 'static) -> Option<Self> {
            let runtime = tokio::runtime::Handle::try_current().ok()?;
            Some(Self(runtime.spawn(task).abort_handle()))
        }

        /// Whether one can be started here.
        pub(crate) fn can_start() -> bool {
            tokio::runtime::Handle::try_current().is_ok()
        }

        pub(crate) fn stop(self) {
            self.0.abort();
        }
    }
}

#[cfg(all(test, zonal_shuttle))]
mod real {
    pub(crate) use shuttle::sync::atomic::AtomicU64;
    pub(crate) use shuttle::sync::{RwLock, RwLockReadGuard, RwLockWriteGuard};

    pub(crate) struct Task(shuttle::future::JoinHandle<()>);

    impl Task {
        pub(crate) fn start(task: impl Future<Output = ()> + Send + 'static) -> Option<Self> {
            Some(Self(shuttle::future::spawn(task)))
        }

        pub(crate) fn can_start() -> bool {
            true
        }

        pub(crate) fn stop(self) {
            self.0.abort();
        }
    }
}

pub(super) use real::{AtomicU64, RwLock, RwLockReadGuard, RwLockWriteGuard, Task};
