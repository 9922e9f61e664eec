//! What takes long: answers whose status comes first and whose outcome later, and requests that are read slowly.

use std::time::Duration;

use super::Fault;

impl Fault {
    /// Sends the status 200 and a body of blanks and then an error, which `CopyObject`, `UploadPartCopy` and
    /// `CompleteMultipartUpload` may answer. The operation is not performed.
    pub fn late_error(blanks: usize, code: &str, message: &str) -> Self {
        let fault = Self::error(200, code, message);
        match fault.source {
            super::Source::Scripted(reply) => {
                Self::reply(reply.edit(|text| format!("{}{text}", blank(blanks))))
            }
            _ => fault,
        }
    }

    /// The genuine answer with blanks in front of its document.
    pub fn leading_blanks(blanks: usize) -> Self {
        Self::edit(move |text| format!("{}{text}", blank(blanks)))
    }

    /// The genuine answer, as an operation gives it that works for long: the status at once, then a blank, a pause
    /// and so on, `blanks` times, then the document.
    pub fn working(blanks: usize, pause: Duration) -> Self {
        let mut fault = Self::leading_blanks(blanks);
        fault.delivery.blanks = Some((u64::try_from(blanks).unwrap_or(u64::MAX), pause));
        fault
    }

    /// Sends so many interim responses (`102 Processing`) before the answer, with a pause after each.
    #[must_use]
    pub fn interim(mut self, count: u32, pause: Duration) -> Self {
        self.delivery.interim = Some((count, pause));
        self
    }

    /// Reads the body of the request so many bytes at a time, with a pause before each. No other fault applies to
    /// the same request.
    pub fn slow_read(bytes: usize, pause: Duration) -> Self {
        let mut fault = Self::genuine();
        fault.reads = Some((bytes.max(1), pause));
        fault
    }
}

/// Blanks as a server sends them to keep a connection alive.
fn blank(count: usize) -> String {
    " \r\n".chars().cycle().take(count).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Reply;

    #[test]
    fn blanks_come_first() {
        let late = Fault::late_error(4, "InternalError", "later")
            .answer(|| Reply::new(500))
            .0;
        assert_eq!(late.status_code(), 200);
        assert!(
            late.body_text().starts_with(" \r\n <?xml"),
            "{}",
            late.body_text()
        );
        let genuine = || Reply::xml(200, "<A/>");
        assert_eq!(
            Fault::leading_blanks(2).answer(genuine).0.body_text(),
            " \r<A/>"
        );
    }
}
