//! Random values.

use std::fmt::Write as _;

/// A random UUID (version 4), for idempotency tokens.
pub(crate) fn uuid() -> String {
    let mut bytes = [0_u8; 16];
    // The system has randomness from its first process on; TLS could not start without it either.
    getrandom::fill(&mut bytes).expect("the system's randomness");
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut text = String::with_capacity(36);
    for (index, byte) in bytes.iter().enumerate() {
        if matches!(index, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::uuid;

    #[test]
    fn tokens_have_the_form_of_a_uuid_and_differ() {
        let (one, other) = (uuid(), uuid());
        assert_ne!(one, other);
        assert_eq!(one.len(), 36);
        assert_eq!(&one[14..15], "4");
        assert!(matches!(&one[19..20], "8" | "9" | "a" | "b"));
        assert_eq!(one.matches('-').count(), 4);
    }
}
