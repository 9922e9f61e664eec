//! Arguments that several commands take.

use std::path::PathBuf;

use lexopt::prelude::*;

use super::Result;
use crate::select::{Operations, Selection};

/// Which part of which model to take.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    pub(super) models: Vec<PathBuf>,
    pub(super) operations: Vec<String>,
    pub(super) service: Option<String>,
    pub(super) allowed_traits: Vec<String>,
}

impl Chosen {
    /// Takes the option where it is one of these.
    pub(super) fn take(&mut self, option: &str, parser: &mut lexopt::Parser) -> Result<bool> {
        match option {
            "model" => self.models.push(parser.value()?.into()),
            "operation" => self.operations.push(parser.value()?.string()?),
            "service" => self.service = Some(parser.value()?.string()?),
            "allow-trait" => self.allowed_traits.push(parser.value()?.string()?),
            _ => return Ok(false),
        }
        Ok(true)
    }

    pub(super) fn selection(&self) -> Selection {
        Selection {
            operations: if self.operations.is_empty() {
                Operations::All
            } else {
                Operations::Named(self.operations.clone())
            },
            service: self.service.clone(),
            allowed_traits: self.allowed_traits.clone(),
        }
    }
}
