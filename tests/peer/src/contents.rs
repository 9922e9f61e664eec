//! The content of a bucket: objects, uploads in progress, and the order of listings.

mod generated;
mod listing;
mod place;

pub(crate) use generated::Generated;
pub(crate) use listing::{Entry, Listing, Page};
pub(crate) use place::Place;

use crate::data::Spill;
use crate::disk::BucketDirectory;
use crate::error::S3Error;
use crate::object::StoredObject;
use crate::upload::Upload;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::io;
use std::ops::Bound;

/// The contents of one bucket.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Where the objects are on the disk as well.
    directory: Option<BucketDirectory>,
    objects: BTreeMap<Place, StoredObject>,
    /// Objects that are there unless one of `objects` has the same key.
    generated: Option<Generated>,
    uploads: BTreeMap<Place, Upload>,
    /// Client tokens of renames and what they stood for.
    pub(crate) renames: HashMap<String, String>,
}

impl Contents {
    /// The contents of a directory, from which they are read and to which changes are written.
    pub(crate) fn of_directory(directory: BucketDirectory, spill: &Spill) -> io::Result<Self> {
        let objects = directory.read_all(spill)?.into_iter();
        Ok(Self {
            objects: objects
                .map(|(key, object)| (Place::of(&key), object))
                .collect(),
            directory: Some(directory),
            ..Self::default()
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        let nothing_generated = self.generated.as_ref().is_none_or(Generated::is_empty);
        self.objects.is_empty() && self.uploads.is_empty() && nothing_generated
    }

    pub(crate) fn generate(&mut self, generated: Generated) {
        self.generated = Some(generated);
    }

    pub(crate) fn object(&self, key: &str) -> Option<&StoredObject> {
        let stored = self.objects.get(&Place::of(key));
        stored.or_else(|| self.generated.as_ref()?.object(key))
    }

    /// Writes an object, on the disk first if there is one.
    pub(crate) fn put(&mut self, key: &str, object: StoredObject) -> Result<(), S3Error> {
        if let Some(directory) = &self.directory {
            directory.write(key, &object)?;
        }
        self.objects.insert(Place::of(key), object);
        Ok(())
    }

    pub(crate) fn remove(&mut self, key: &str) -> Result<Option<StoredObject>, S3Error> {
        if let Some(directory) = &self.directory {
            directory.remove(key)?;
        }
        let generated = self.generated.as_mut();
        let generated = generated.and_then(|generated| generated.remove(key));
        Ok(self.objects.remove(&Place::of(key)).or(generated))
    }

    /// Those of the objects that were put.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.objects.keys().map(Place::name)
    }

    pub(crate) fn add_upload(&mut self, upload: Upload) {
        self.uploads
            .insert(Place::of_upload(&upload.key, &upload.id), upload);
    }

    pub(crate) fn upload(&self, key: &str, id: &str) -> Option<&Upload> {
        self.uploads.get(&Place::of_upload(key, id))
    }

    pub(crate) fn upload_mut(&mut self, key: &str, id: &str) -> Option<&mut Upload> {
        self.uploads.get_mut(&Place::of_upload(key, id))
    }

    pub(crate) fn remove_upload(&mut self, key: &str, id: &str) -> Option<Upload> {
        self.uploads.remove(&Place::of_upload(key, id))
    }

    pub(crate) fn uploads(&self) -> impl Iterator<Item = &Upload> {
        self.uploads.values()
    }

    /// A page of the objects. Common prefixes are also those under which there is nothing but uploads.
    pub(crate) fn list_objects(&self, listing: &Listing<'_>) -> Page<'_, StoredObject> {
        let after = listing.after.as_ref();
        // a directory may stand elsewhere than what is in it
        let start = after.filter(|_| !listing.by_directory);
        let start = start.map_or(Bound::Unbounded, Bound::Excluded);
        let objects = self.objects.range((start, Bound::Unbounded));
        let objects = objects.map(|(place, object)| {
            let key = Cow::Borrowed(place.name());
            (key, Cow::Borrowed(place), object)
        });
        let generated = self.generated.iter().flat_map(|generated| {
            let after = after.filter(|_| !listing.by_directory);
            generated.after(after, listing.prefix)
        });
        let generated = generated
            .filter(|(key, ..)| !self.objects.contains_key(&Place::of(key)))
            .map(|(key, place, object)| (Cow::Owned(key), Cow::Owned(place), object));
        let uploads = self.uploads.values().map(|upload| upload.key.as_str());
        listing.page(objects.chain(generated), uploads)
    }

    /// A page of the uploads.
    pub(crate) fn list_uploads(&self, listing: &Listing<'_>) -> Page<'_, Upload> {
        let uploads = self.uploads.iter();
        let uploads = uploads.map(|(place, upload)| {
            let key = Cow::Borrowed(upload.key.as_str());
            (key, Cow::Borrowed(place), upload)
        });
        listing.page(uploads, std::iter::empty())
    }
}
