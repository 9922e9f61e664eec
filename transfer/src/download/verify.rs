//! Verifies the bytes of an object.

use zonal::AnyError;
use zonal::operation::{GetObject, GetObjectOutput};
use zonal::runtime::checksum::{Algorithm, Hasher, Sum};
use zonal::types::{ObjectAttributes, ObjectPart};

use super::open::changed;
use crate::error::{Cause, ErrorKind};
use crate::sums::{Sums as _, is_composite};
use crate::transfers::Transfers;

/// The checksums that an object was stored with.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Promise {
    /// There is no checksum that can be compared.
    None,
    /// One checksum of all bytes.
    Whole(Algorithm, Sum),
    /// The checksums and lengths of the parts, and the checksum over them.
    Parts(Algorithm, Vec<(u64, Sum)>, String),
}

impl Promise {
    pub(super) fn algorithm(&self) -> Option<Algorithm> {
        match self {
            Self::None => None,
            Self::Whole(algorithm, _) | Self::Parts(algorithm, ..) => Some(*algorithm),
        }
    }

    /// The lengths of the parts that have a checksum.
    fn pieces(&self, length: u64) -> Vec<(u64, Sum)> {
        match self {
            Self::None => Vec::new(),
            Self::Whole(_, sum) => vec![(length, *sum)],
            Self::Parts(_, parts, _) => parts.clone(),
        }
    }

    /// The positions in the object where a piece must end.
    pub(super) fn boundaries(&self) -> Vec<u64> {
        let Self::Parts(_, parts, _) = self else {
            return Vec::new();
        };
        let ends = parts.iter().scan(0, |end, (length, _)| {
            *end += length;
            Some(*end)
        });
        ends.collect()
    }

    /// The verified checksum, for the caller.
    pub(super) fn kept(&self) -> Option<(Algorithm, String)> {
        match self {
            Self::None => None,
            Self::Whole(algorithm, sum) => Some((*algorithm, sum.to_string())),
            Self::Parts(algorithm, _, whole) => Some((*algorithm, whole.clone())),
        }
    }

    /// Compares with the checksums of the pieces, in order. No piece crosses a boundary.
    pub(super) fn check_chunks(
        &self,
        length: u64,
        chunks: impl Iterator<Item = (u64, Sum)>,
    ) -> Result<(), Cause> {
        let Some(algorithm) = self.algorithm() else {
            return Ok(());
        };
        let mut chunks = chunks;
        for (length, expected) in self.pieces(length) {
            let (mut have, mut sum) = (0, Sum::of(algorithm, b""));
            while have < length
                && let Some((more, next)) = chunks.next()
            {
                // an algorithm that cannot combine checksums has one piece for each part
                sum = match have {
                    0 => next,
                    _ => sum.join(algorithm, next, more).unwrap_or(next),
                };
                have += more;
            }
            if sum != expected || have != length {
                return Err(damaged(algorithm, expected, sum));
            }
        }
        Ok(())
    }
}

pub(super) fn damaged(algorithm: Algorithm, expected: Sum, computed: Sum) -> Cause {
    Cause::new(
        ErrorKind::Checksum,
        format!(
            "its {algorithm} is {computed}, and {expected} was stored with it: it was damaged in transit or in storage"
        ),
    )
}

/// Finds the checksum in the answer. For a checksum over checksums, it requests those of the parts.
pub(super) async fn promise(
    transfers: &Transfers,
    get: &GetObject,
    object: &GetObjectOutput,
    length: u64,
) -> Result<Promise, Cause> {
    let Some((algorithm, sum)) = object.any_sum() else {
        return Ok(Promise::None);
    };
    if !is_composite(object.checksum_type.as_ref(), sum) {
        let sum = Sum::parse(algorithm, sum);
        return Ok(sum.map_or(Promise::None, |sum| Promise::Whole(algorithm, sum)));
    }
    let parts = match parts(transfers, get).await {
        Ok(parts) => parts?,
        // without the permission, or if the server does not know them, the download continues unverified
        Err(error) if !error.is_retryable() => {
            tracing::debug!(%error, "the checksums of the parts are not available; the download is not verified");
            return Ok(Promise::None);
        }
        Err(error) => return Err(error.into()),
    };
    of_parts(algorithm, sum, &parts, length)
}

/// The checksums of the parts, if they are complete and give the checksum of the object.
fn of_parts(
    algorithm: Algorithm,
    whole: &str,
    parts: &[ObjectPart],
    length: u64,
) -> Result<Promise, Cause> {
    let read = parts.iter().map(|part| {
        let length = part.size.and_then(|size| u64::try_from(size).ok())?;
        Some((length, Sum::parse(algorithm, part.sum(algorithm)?)?))
    });
    let Some(read) = read
        .collect::<Option<Vec<_>>>()
        .filter(|parts| !parts.is_empty())
    else {
        return Ok(Promise::None);
    };
    let digests: Vec<u8> = read
        .iter()
        .flat_map(|(_, sum)| sum.as_bytes().to_vec())
        .collect();
    let digest = Sum::of(algorithm, &digests).to_string();
    let total = read
        .iter()
        .try_fold(0_u64, |total, (length, _)| total.checked_add(*length));
    let told = whole.split('-').next().unwrap_or_default();
    if digest != told || total != Some(length) {
        return Err(Cause::answer(
            "the lengths or checksums of the parts do not add up to those of the object",
        ));
    }
    Ok(Promise::Parts(algorithm, read, whole.to_owned()))
}

/// The parts, as the service lists them. The inner error says why the list is unusable.
async fn parts(
    transfers: &Transfers,
    get: &GetObject,
) -> Result<Result<Vec<ObjectPart>, Cause>, AnyError> {
    let mut all = Vec::new();
    let mut marker: Option<String> = None;
    loop {
        let attributes = vec![ObjectAttributes::Etag, ObjectAttributes::ObjectParts];
        let ask = transfers
            .client
            .get_object_attributes(&*get.bucket, &*get.key, attributes);
        let ask = ask
            .set_part_number_marker(marker.clone())
            .set_expected_bucket_owner(get.expected_bucket_owner.clone());
        let answer = ask.await?;
        let bare = |tag: &str| tag.trim_matches('"').to_owned();
        if let (Some(told), Some(pinned)) = (&answer.e_tag, &get.if_match)
            && bare(told) != bare(pinned)
        {
            return Ok(Err(changed("its parts belong to another version")));
        }
        let Some(page) = answer.object_parts else {
            return Ok(Ok(all));
        };
        all.extend(page.parts);
        if page.is_truncated != Some(true) {
            return Ok(Ok(all));
        }
        let next = page.next_part_number_marker;
        if next.is_none() || next == marker || all.len() > 10_000 {
            return Ok(Err(Cause::answer(
                "the list of the object's parts has no end",
            )));
        }
        marker = next;
    }
}

/// Verifies bytes that arrive in order.
#[derive(Debug)]
pub(super) struct InOrder {
    algorithm: Algorithm,
    left: std::vec::IntoIter<(u64, Sum)>,
    now: Option<(u64, Sum, Hasher)>,
}

impl InOrder {
    /// `None` if there is nothing to compare with.
    pub(super) fn new(promise: &Promise, length: u64) -> Option<Self> {
        let algorithm = promise.algorithm()?;
        let mut it = Self {
            algorithm,
            left: promise.pieces(length).into_iter(),
            now: None,
        };
        it.next();
        Some(it)
    }

    fn next(&mut self) {
        let next = self.left.next();
        self.now = next.map(|(length, sum)| (length, sum, Hasher::new(self.algorithm)));
    }

    pub(super) fn update(&mut self, mut bytes: &[u8]) -> Result<(), Cause> {
        loop {
            let Some((left, _, hasher)) = &mut self.now else {
                return Ok(());
            };
            let piece = bytes
                .len()
                .min(usize::try_from(*left).unwrap_or(usize::MAX));
            hasher.update(&bytes[..piece]);
            *left -= piece as u64;
            bytes = &bytes[piece..];
            if *left > 0 {
                return Ok(());
            }
            if let Some((_, expected, hasher)) = self.now.take() {
                let computed = hasher.finish();
                if computed != expected {
                    return Err(damaged(self.algorithm, expected, computed));
                }
            }
            self.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &[u8] = b"an object of four parts, the last of which is short";

    fn parts(algorithm: Algorithm) -> Promise {
        let pieces = TEXT.chunks(15);
        let parts = pieces.map(|piece| (piece.len() as u64, Sum::of(algorithm, piece)));
        Promise::Parts(algorithm, parts.collect(), String::new())
    }

    #[test]
    fn bytes_in_order_are_compared_part_by_part() {
        for algorithm in [Algorithm::Crc32, Algorithm::Sha256] {
            for promise in [
                parts(algorithm),
                Promise::Whole(algorithm, Sum::of(algorithm, TEXT)),
            ] {
                for size in [1, 7, 15, 100] {
                    let check = |text: &[u8]| {
                        let mut order = InOrder::new(&promise, TEXT.len() as u64).unwrap();
                        text.chunks(size).try_for_each(|piece| order.update(piece))
                    };
                    check(TEXT).unwrap();
                    for at in [0, 14, 15, TEXT.len() - 1] {
                        let mut wrong = TEXT.to_vec();
                        wrong[at] ^= 1;
                        let error = check(&wrong).unwrap_err();
                        assert_eq!(error.kind(), ErrorKind::Checksum);
                    }
                }
            }
        }
    }

    #[test]
    fn chunks_are_joined_to_parts() {
        let algorithm = Algorithm::Crc64Nvme;
        let chunks = |size| {
            let parts = TEXT.chunks(15).flat_map(move |part| part.chunks(size));
            parts.map(|chunk| (chunk.len() as u64, Sum::of(algorithm, chunk)))
        };
        let length = TEXT.len() as u64;
        for size in [1, 4, 15] {
            parts(algorithm).check_chunks(length, chunks(size)).unwrap();
            let whole = Promise::Whole(algorithm, Sum::of(algorithm, TEXT));
            whole.check_chunks(length, chunks(size)).unwrap();
            let short = whole.check_chunks(length, chunks(size).skip(1));
            assert_eq!(short.unwrap_err().kind(), ErrorKind::Checksum);
            let short = parts(algorithm).check_chunks(length, chunks(size).take(2));
            assert_eq!(short.unwrap_err().kind(), ErrorKind::Checksum);
        }
        let empty = Promise::Whole(algorithm, Sum::of(algorithm, b""));
        empty.check_chunks(0, std::iter::empty()).unwrap();
    }

    #[test]
    fn parts_that_do_not_make_the_whole_are_refused() {
        let part = |size, sum: &str| ObjectPart::new().size(size).checksum_crc32(sum);
        let (one, two) = (
            Algorithm::Crc32.checksum(b"one"),
            Algorithm::Crc32.checksum(b"two"),
        );
        let digests = [
            Sum::of(Algorithm::Crc32, b"one"),
            Sum::of(Algorithm::Crc32, b"two"),
        ];
        let digests: Vec<u8> = digests
            .iter()
            .flat_map(|sum| sum.as_bytes().to_vec())
            .collect();
        let whole = format!("{}-2", Sum::of(Algorithm::Crc32, &digests));
        let of = |parts: &[ObjectPart], length| of_parts(Algorithm::Crc32, &whole, parts, length);
        let both = [part(3, &one), part(3, &two)];
        assert!(matches!(of(&both, 6), Ok(Promise::Parts(..))));
        for (parts, length) in [
            (&both[..], 7),
            (&both[..1], 3),
            (&[both[1].clone(), both[0].clone()], 6),
            (&[part(i64::MAX, &one), part(i64::MAX, &two)], 6),
        ] {
            assert!(of(parts, length).is_err(), "{parts:?}");
        }
        assert_eq!(of(&[], 6).unwrap(), Promise::None);
        assert_eq!(of(&[part(-1, &one)], 6).unwrap(), Promise::None);
    }
}
