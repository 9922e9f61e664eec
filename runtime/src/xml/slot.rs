//! [`Slot`]: a place for one member while its parent is read.

use crate::error::DecodeError;

/// Holds a member until its parent is complete; a second value for it is an error.
#[derive(Debug)]
pub struct Slot<T> {
    name: &'static str,
    value: Option<T>,
}

impl<T> Slot<T> {
    /// An empty place for the element `name`.
    pub const fn new(name: &'static str) -> Self {
        Self { name, value: None }
    }

    /// Keeps the value; an error if there is one already.
    pub fn set(&mut self, value: T) -> Result<(), DecodeError> {
        if self.value.is_some() {
            return Err(DecodeError::duplicate(self.name));
        }
        self.value = Some(value);
        Ok(())
    }

    /// The value; an error that names the member if it was not there.
    pub fn required(self) -> Result<T, DecodeError> {
        self.value.ok_or_else(|| DecodeError::missing(self.name))
    }

    /// The value so far.
    pub const fn get(&self) -> Option<&T> {
        self.value.as_ref()
    }

    /// The value, if it was there.
    pub fn optional(self) -> Option<T> {
        self.value
    }
}
