//! The documents that the operations of a service answer.

use super::{Api, Binding, Content, Output};

impl Api<'_> {
    /// The names of their root elements, in the order of the operations.
    pub fn documents(&self) -> impl Iterator<Item = &str> {
        let outputs = self.operations.iter().map(|operation| &operation.output);
        outputs.filter_map(Output::document)
    }
}

impl Output<'_> {
    /// Whether nothing of it stands in the body.
    pub fn is_bare(&self) -> bool {
        let in_body =
            |binding: &Binding| binding.is_in_document() || matches!(binding, Binding::Payload(_));
        !self.fields.iter().any(|field| in_body(&field.binding))
    }

    /// The name of the root element of the body, where that is a document.
    pub fn document(&self) -> Option<&str> {
        self.fields.iter().find_map(|field| match &field.binding {
            Binding::Element(element) if self.unwrapped => Some(element.tag.local()),
            Binding::Element(_) | Binding::Attribute(..) => Some(&*self.root),
            Binding::Payload(payload) => match &payload.content {
                Content::Document(tag) => Some(tag.local()),
                _ => None,
            },
            _ => None,
        })
    }
}
