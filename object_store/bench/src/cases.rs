//! What is measured.

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use crate::Error;

#[derive(Clone, Copy)]
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// How many calls are measured.
    pub(crate) count: u32,
    call: Call,
}

#[derive(Clone, Copy)]
enum Call {
    Get(usize),
    Put(usize),
    Head,
    List,
    /// A hundred ranges of 4 KiB, ten to a place, so many bytes apart.
    Ranges(u64),
    Multipart,
    Rename,
}

/// The parts of a large upload.
const PARTS: usize = 128;
const PART: usize = 8 << 20;

pub(crate) const CASES: [Case; 10] = [
    case("get-4k", 3000, Call::Get(4 << 10)),
    case("get-1m", 300, Call::Get(1 << 20)),
    case("put-4k", 3000, Call::Put(4 << 10)),
    case("put-1m", 200, Call::Put(1 << 20)),
    case("head", 3000, Call::Head),
    case("list-1000", 200, Call::List),
    case("ranges-near", 200, Call::Ranges(16 << 10)),
    case("ranges-far", 100, Call::Ranges(1200 << 10)),
    case("multipart-1g", 1, Call::Multipart),
    case("rename", 1000, Call::Rename),
];

const fn case(name: &'static str, count: u32, call: Call) -> Case {
    Case { name, count, call }
}

impl Case {
    /// Makes so many calls, one after the other.
    pub(crate) async fn make(&self, store: &dyn ObjectStore, count: u32) -> Result<(), Error> {
        for index in 0..count {
            self.make_one(store, index).await?;
        }
        Ok(())
    }

    async fn make_one(&self, store: &dyn ObjectStore, index: u32) -> Result<(), Error> {
        match self.call {
            Call::Get(size) => {
                let read = store.get(&format!("read/{size}").into()).await?;
                assert_eq!(read.bytes().await?.len(), size);
            }
            Call::Put(size) => {
                let payload = PutPayload::from(Bytes::from(vec![0; size]));
                store.put(&"written".into(), payload).await?;
            }
            Call::Head => {
                store.head(&"read/4096".into()).await?;
            }
            Call::List => {
                let listed = store.list(Some(&"listed".into()));
                let listed: Vec<_> = listed.try_collect().await?;
                assert_eq!(listed.len(), 1000);
            }
            Call::Ranges(apart) => {
                // as the pages of ten column chunks
                let starts = (0..100).map(|it| (it / 10) * (12 << 20) + (it % 10) * apart);
                let ranges: Vec<_> = starts.map(|start| start..start + 4096).collect();
                let path = Path::from(format!("read/{}", 128 << 20));
                let read = store.get_ranges(&path, &ranges).await?;
                assert_eq!(read.len(), 100);
            }
            Call::Multipart => {
                let mut upload = store.put_multipart(&"large".into()).await?;
                let part = Bytes::from(vec![0; PART]);
                let parts: Vec<_> = (0..PARTS)
                    .map(|_| upload.put_part(part.clone().into()))
                    .collect();
                let parts = stream::iter(parts).buffer_unordered(8);
                parts.try_collect::<Vec<_>>().await?;
                upload.complete().await?;
            }
            Call::Rename => {
                let (from, to) = (Path::from("a"), Path::from("b"));
                if index == 0 {
                    store.put(&from, "content".into()).await?;
                }
                match index % 2 {
                    0 => store.rename(&from, &to).await?,
                    _ => store.rename(&to, &from).await?,
                }
            }
        }
        Ok(())
    }
}
