//! Answers of operations that take long: the status comes first, the outcome later.

use super::Fault;

impl Fault {
    /// Status 200 whose body is blanks and then an error, as `CopyObject`, `UploadPartCopy` and
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
