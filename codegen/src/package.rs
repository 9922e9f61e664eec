//! What a crate that is published from this repository has besides what the model gives: a licence and guides.

/// The licence and the guides of a crate.
#[derive(Debug, Clone)]
pub struct Package {
    /// The text of the licence.
    pub(crate) license: String,
    /// The guides, by name.
    pub(crate) guides: Vec<Guide>,
}

/// A guide in Markdown.
#[derive(Debug, Clone)]
pub(crate) struct Guide {
    /// The name of its file, without `.md`.
    pub(crate) name: String,
    pub(crate) text: String,
}

/// The name of the guide that becomes the front page of the crate's documentation.
pub(crate) const FRONT_PAGE: &str = "front-page";

impl Package {
    /// A package with this licence and these guides. Each guide is given by the name and the text of its file; files
    /// that are not named `….md` are left out.
    pub fn new(license: String, guides: impl IntoIterator<Item = (String, String)>) -> Self {
        let guides = guides.into_iter();
        let guides = guides.filter_map(|(file, text)| {
            let name = file.strip_suffix(".md")?.to_owned();
            Some(Guide { name, text })
        });
        let mut guides: Vec<_> = guides.collect();
        guides.sort_by(|a, b| a.name.cmp(&b.name));
        Self { license, guides }
    }

    /// Whether one of the guides is the front page.
    pub(crate) fn has_front_page(&self) -> bool {
        self.guides.iter().any(|guide| guide.name == FRONT_PAGE)
    }
}

impl Guide {
    /// The name of its module.
    pub(crate) fn module(&self) -> String {
        self.name.replace('-', "_")
    }
}
