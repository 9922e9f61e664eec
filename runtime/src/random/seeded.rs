//! A generator that a [`Random`] seeds, once in a process.

use std::sync::{Mutex, PoisonError};

use sha2::{Digest as _, Sha256};

use super::Random;

/// What the next bytes are made from; `None` before there is a client.
static STATE: Mutex<Option<[u8; 32]>> = Mutex::new(None);

/// Seeds the generator, unless it is.
pub(crate) fn seed(random: &dyn Random) {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    state.get_or_insert_with(|| {
        let mut seed = [0; 32];
        for eight in seed.chunks_mut(8) {
            eight.copy_from_slice(&random.number().to_le_bytes());
        }
        seed
    });
}

/// Fills `bytes` with what nobody can tell who does not know the seed.
pub(super) fn fill(bytes: &mut [u8]) {
    let mut state = STATE.lock().unwrap_or_else(PoisonError::into_inner);
    let state = state.as_mut().expect("building a client seeds this");
    let hash = |what: u8, state: &[u8; 32]| {
        Sha256::new()
            .chain_update([what])
            .chain_update(state)
            .finalize()
    };
    for some in bytes.chunks_mut(32) {
        some.copy_from_slice(&hash(0, state)[..some.len()]);
        *state = hash(1, state).into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Fixed;

    impl Random for Fixed {
        fn number(&self) -> u64 {
            7
        }
    }

    #[test]
    fn every_piece_differs() {
        seed(&Fixed);
        let mut bytes = [0; 100];
        fill(&mut bytes);
        let mut others = [0; 100];
        fill(&mut others);
        let mut pieces: Vec<_> = bytes
            .chunks_exact(16)
            .chain(others.chunks_exact(16))
            .collect();
        pieces.sort_unstable();
        pieces.dedup();
        assert_eq!(pieces.len(), 12);
    }
}
