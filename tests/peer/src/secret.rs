//! Text that never shows in debug output.

/// A secret key or a token.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    pub(crate) fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("** redacted **")
    }
}

/// `count` bytes from the system's generator.
pub(crate) fn random_bytes(count: usize) -> Vec<u8> {
    let mut bytes = vec![0; count];
    if getrandom::fill(&mut bytes).is_err() {
        // Nothing here guards anything but tests; a machine without randomness still gets distinct values.
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap_or_default();
        let seed = now.as_nanos().to_le_bytes();
        bytes
            .iter_mut()
            .zip(seed.iter().cycle())
            .for_each(|(byte, seed)| *byte = *seed);
    }
    bytes
}

/// Random text over an alphabet.
pub(crate) fn random_text(alphabet: &[u8], count: usize) -> String {
    random_bytes(count)
        .iter()
        .map(|byte| char::from(alphabet[usize::from(*byte) % alphabet.len()]))
        .collect()
}
