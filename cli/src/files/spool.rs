//! [`Spool`]: values that wait their turn, in a file where they are too many for memory.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, BufWriter, Seek as _, Write as _};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// Values, first in first out. Its file has no name: it is gone with the program, however that ends.
pub(super) struct Spool<T> {
    held: VecDeque<T>,
    /// How many values are held at most; those behind them go to the file.
    most: usize,
    file: Option<BufWriter<File>>,
}

/// What comes out of a spool.
pub(super) struct Spooled<T> {
    held: VecDeque<T>,
    file: Option<BufReader<File>>,
    line: String,
}

impl<T: Serialize + DeserializeOwned> Spool<T> {
    pub(super) fn new(most: usize) -> Self {
        Self {
            held: VecDeque::new(),
            most,
            file: None,
        }
    }

    pub(super) fn push(&mut self, value: T) -> io::Result<()> {
        if self.file.is_none() && self.held.len() < self.most {
            self.held.push_back(value);
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(BufWriter::new(tempfile::tempfile()?)),
        };
        serde_json::to_writer(&mut *file, &value)?;
        file.write_all(b"\n")
    }

    /// The values in their order.
    pub(super) fn read(self) -> io::Result<Spooled<T>> {
        let rewind = |file: BufWriter<File>| {
            let mut file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.rewind()?;
            Ok::<_, io::Error>(BufReader::new(file))
        };
        Ok(Spooled {
            held: self.held,
            file: self.file.map(rewind).transpose()?,
            line: String::new(),
        })
    }
}

impl<T: DeserializeOwned> Iterator for Spooled<T> {
    type Item = io::Result<T>;

    fn next(&mut self) -> Option<io::Result<T>> {
        if let Some(value) = self.held.pop_front() {
            return Some(Ok(value));
        }
        let file = self.file.as_mut()?;
        self.line.clear();
        match file.read_line(&mut self.line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_str(&self.line).map_err(io::Error::from)),
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_in_their_order_wherever_they_waited() {
        for most in [0, 1, 3, 100] {
            let mut spool = Spool::new(most);
            let values = (0..20).map(|number| format!("{number}\n\"\u{1}é"));
            let values: Vec<_> = values.collect();
            for value in &values {
                spool.push(value.clone()).unwrap();
            }
            assert_eq!(spool.file.is_some(), most < values.len());
            let read: io::Result<Vec<String>> = spool.read().unwrap().collect();
            assert_eq!(read.unwrap(), values);
        }
    }
}
