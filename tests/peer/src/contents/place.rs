//! The order of listings: fixed, but not alphabetical.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Where a name stands in listings.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    rank: u64,
    name: String,
}

impl Place {
    pub(crate) fn of(name: &str) -> Self {
        Self {
            rank: rank(name),
            name: name.to_owned(),
        }
    }

    /// Uploads stand by their key, those of one key by their id.
    pub(crate) fn of_upload(key: &str, id: &str) -> Self {
        Self {
            rank: rank(key),
            name: format!("{key}\0{id}"),
        }
    }

    /// That of a generated object, behind all others.
    pub(super) fn generated(index: u64) -> Self {
        Self {
            rank: u64::MAX,
            name: format!("{index:020}"),
        }
    }

    /// The index of the first generated object behind it.
    pub(super) fn behind(&self) -> u64 {
        match self.rank {
            u64::MAX => self.name.parse().map_or(0, |index: u64| index + 1),
            _ => 0,
        }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// An opaque form for continuation tokens and markers.
    pub(crate) fn token(&self) -> String {
        let bytes = [&self.rank.to_be_bytes()[..], self.name.as_bytes()].concat();
        // A first `-` would be read as an option of a command line.
        format!("p{}", URL_SAFE_NO_PAD.encode(bytes))
    }

    pub(crate) fn of_token(token: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token.strip_prefix('p')?).ok()?;
        let (rank_bytes, name) = bytes.split_first_chunk()?;
        let name = String::from_utf8(name.to_vec()).ok()?;
        let stem = name.split('\0').next().unwrap_or_default();
        let right = u64::from_be_bytes(*rank_bytes);
        let is_right = right == u64::MAX || rank(stem) == right || rank(&name) == right;
        is_right.then_some(Self { rank: right, name })
    }
}

/// FNV-1a with its bits stirred.
fn rank(name: &str) -> u64 {
    let mixed = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    (mixed ^ (mixed >> 29)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_not_lexicographic() {
        let mut places: Vec<Place> = (0..20).map(|n| Place::of(&format!("key{n:02}"))).collect();
        places.sort();
        assert!(!places.iter().map(Place::name).is_sorted());
    }

    #[test]
    fn tokens_come_back() {
        for place in [Place::of("a/é"), Place::of_upload("k", "id")] {
            assert_eq!(Place::of_token(&place.token()), Some(place));
        }
        for bad in ["", "key", "a/b", "AAAAAAAAAAAAAAAA"] {
            assert_eq!(Place::of_token(bad), None, "{bad}");
        }
    }
}
