//! The faults that wait for their requests.

use super::Fault;
use crate::route::Operation;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The faults that wait, first come first served.
#[derive(Debug, Default)]
pub(crate) struct Script(Mutex<VecDeque<Fault>>);

impl Script {
    fn lock(&self) -> MutexGuard<'_, VecDeque<Fault>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, fault: Fault) {
        if fault.left != Some(0) {
            self.lock().push_back(fault);
        }
    }

    pub(crate) fn clear(&self) {
        self.lock().clear();
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    /// How many are for this operation alone.
    pub(crate) fn count(&self, operation: Operation) -> usize {
        let is_it = |fault: &&Fault| fault.operation == Some(operation);
        self.lock().iter().filter(is_it).count()
    }

    /// The fault for a whole request, if there is one.
    pub(crate) fn take(&self, operation: Operation, authenticated: bool) -> Option<Fault> {
        self.take_where(operation, |fault| {
            !fault.early && fault.reads.is_none() && (authenticated || fault.any_caller)
        })
    }

    /// The fault for a request of which only the head is there.
    pub(crate) fn take_early(&self, operation: Operation) -> Option<Fault> {
        self.take_where(operation, |fault| fault.early)
    }

    /// How the body of a request is to be read, a piece at a time and with pauses, if that is scripted.
    pub(crate) fn take_reading(&self, operation: Operation) -> Option<(usize, Duration)> {
        self.take_where(operation, |fault| fault.reads.is_some())?
            .reads
    }

    fn take_where(&self, operation: Operation, fits: impl Fn(&Fault) -> bool) -> Option<Fault> {
        let mut faults = self.lock();
        let at = faults.iter().position(|fault| {
            fault.operation.is_none_or(|only| only == operation) && fits(fault)
        })?;
        let fault = faults.get_mut(at)?;
        if fault.skip > 0 {
            fault.skip -= 1;
            return None;
        }
        let taken = fault.clone();
        if let Some(left) = &mut fault.left {
            *left -= 1;
            if *left == 0 {
                faults.remove(at);
            }
        }
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Reply;

    #[test]
    fn faults_are_served_in_order_and_counted() {
        let script = Script::default();
        script.push(Fault::slow_down(1).on(Operation::CreateSession).times(2));
        script.push(Fault::error(500, "InternalError", "").skip(1));
        let status = |operation, authenticated| {
            let fault = script.take(operation, authenticated)?;
            Some(fault.answer(|| Reply::new(200)).0.status_code())
        };
        assert_eq!(status(Operation::CreateSession, false), None);
        assert_eq!(status(Operation::CreateSession, true), Some(503));
        assert_eq!(status(Operation::HeadBucket, true), None);
        assert_eq!(status(Operation::CreateSession, true), Some(503));
        assert_eq!(status(Operation::CreateSession, true), Some(500));
        assert_eq!(status(Operation::CreateSession, true), None);
        assert_eq!(script.len(), 0);
    }
}
