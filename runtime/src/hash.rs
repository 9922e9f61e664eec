//! SHA-256, and HMAC with it: by ring, which the default transport has in the tree in any case. Without that transport
//! the RustCrypto crates do it, which are slower but need no C compiler.

#[cfg(any(test, not(feature = "hyper")))]
mod portable;
#[cfg(feature = "hyper")]
mod ring;

#[cfg(not(feature = "hyper"))]
pub(crate) use portable::{Hmac, HmacKey, Sha256, Tag};
#[cfg(feature = "hyper")]
pub(crate) use ring::{Hmac, HmacKey, Sha256, Tag};

#[cfg(test)]
#[cfg(feature = "hyper")]
mod tests {
    use super::{portable, ring};

    #[test]
    fn both_give_the_same() {
        let text: Vec<u8> = (0..=255).cycle().take(300).collect();
        // around the length of a block, 64 bytes, where the padding changes
        for length in [0, 1, 55, 56, 63, 64, 65, 128, 300] {
            let text = &text[..length];
            let (mut one, mut other) = (ring::Sha256::new(), portable::Sha256::new());
            one.update(text);
            other.update(text);
            assert_eq!(one.finish().as_ref(), other.finish().as_ref(), "{length}");
            let one = ring::HmacKey::new(text);
            let other = portable::HmacKey::new(text);
            for begun in [&b""[..], b"begun"] {
                let (mut one, mut other) = (one.begin(), other.begin());
                one.update(begun);
                other.update(begun);
                let (mut one, mut other) = (one.clone(), other.clone());
                one.update(text);
                other.update(text);
                assert_eq!(one.finish().as_ref(), other.finish().as_ref(), "{length}");
            }
        }
    }
}
