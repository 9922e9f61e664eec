//! What is in a bucket: objects, uploads in progress, and the order in which they are listed.

mod listing;
mod place;

pub(crate) use listing::{Entry, Listing, Page};
pub(crate) use place::Place;

use crate::disk::BucketDirectory;
use crate::error::S3Error;
use crate::object::StoredObject;
use crate::upload::Upload;
use std::collections::{BTreeMap, HashMap};
use std::io;

/// The contents of one bucket.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Where the objects are on the disk as well.
    directory: Option<BucketDirectory>,
    objects: BTreeMap<Place, StoredObject>,
    uploads: BTreeMap<Place, Upload>,
    /// Client tokens of renames and what they stood for.
    pub(crate) renames: HashMap<String, String>,
}

impl Contents {
    /// The contents of a directory, from which they are read and to which changes are written.
    pub(crate) fn of_directory(directory: BucketDirectory) -> io::Result<Self> {
        let objects = directory.read_all()?.into_iter();
        Ok(Self {
            objects: objects
                .map(|(key, object)| (Place::of(&key), object))
                .collect(),
            directory: Some(directory),
            ..Self::default()
        })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.objects.is_empty() && self.uploads.is_empty()
    }

    pub(crate) fn object(&self, key: &str) -> Option<&StoredObject> {
        self.objects.get(&Place::of(key))
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
        Ok(self.objects.remove(&Place::of(key)))
    }

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
        let objects = self.objects.iter();
        let objects = objects.map(|(place, object)| (place.name(), place, object));
        let uploads = self.uploads.values().map(|upload| upload.key.as_str());
        listing.page(objects, uploads)
    }

    /// A page of the uploads.
    pub(crate) fn list_uploads(&self, listing: &Listing<'_>) -> Page<'_, Upload> {
        let uploads = self.uploads.iter();
        let uploads = uploads.map(|(place, upload)| (upload.key.as_str(), place, upload));
        listing.page(uploads, std::iter::empty())
    }
}
