//! [`Spec`]: how the pages of an operation hang together.

use zonal_commands::{Command, Kind};

/// What the command line knows of the pages of an operation.
#[derive(Debug)]
pub(crate) struct Spec {
    /// The input members that name a page.
    pub(super) inputs: Vec<&'static str>,
    /// For each of these, where a page names the next one.
    pub(super) outputs: Vec<&'static [&'static str]>,
    /// The member that is true unless a page is the last.
    pub(super) more: Option<&'static str>,
    /// The lists that go on from page to page. The first is the one whose items are counted.
    pub(super) results: Vec<&'static str>,
    /// The input member that limits a page.
    pub(super) limit: Option<&'static str>,
    /// Members of the first page that are printed with the lists, null if they are not there.
    pub(super) kept: &'static [&'static str],
}

/// Members that the AWS CLI prints besides lists.
const KEPT: &[(&str, &[&str])] = &[
    ("ListMultipartUploads", &["RequestCharged", "Prefix"]),
    ("ListObjectsV2", &["RequestCharged", "Prefix"]),
    (
        "ListParts",
        &[
            "ChecksumAlgorithm",
            "Initiator",
            "Owner",
            "StorageClass",
            "ChecksumType",
        ],
    ),
];

impl Spec {
    /// None if the operation answers in one piece.
    pub(crate) fn of(command: &Command) -> Option<Self> {
        let kept = KEPT.iter().find(|(name, _)| *name == command.operation);
        let kept = kept.map_or(&[][..], |(_, kept)| kept);
        if command.operation == "ListMultipartUploads" {
            // two members name a page, which the model has no words for
            return Some(Self {
                inputs: vec!["KeyMarker", "UploadIdMarker"],
                outputs: vec![&["NextKeyMarker"], &["NextUploadIdMarker"]],
                more: Some("IsTruncated"),
                results: lists(command, None),
                limit: Some("MaxUploads"),
                kept,
            });
        }
        let pages = command.pages.as_ref()?;
        Some(Self {
            inputs: vec![pages.input_token],
            outputs: vec![pages.output_token],
            more: pages.more,
            results: lists(command, pages.items),
            limit: pages.page_size,
            kept,
        })
    }

    /// Whether pages can be given a size.
    pub(crate) fn has_size(&self) -> bool {
        self.limit.is_some()
    }

    /// Whether an input member says by itself which page is wanted.
    pub(crate) fn is_manual(&self, member: &str) -> bool {
        self.inputs.contains(&member) || self.limit == Some(member)
    }
}

/// The lists of the output, in the order of the model.
fn lists(command: &Command, items: Option<&[&str]>) -> Vec<&'static str> {
    let members = command.output.members.iter();
    let lists = members.filter(|member| matches!(member.kind, Kind::List { .. }));
    lists
        .map(|member| member.name)
        .filter(|name| items.is_none_or(|items| items == [*name]))
        .collect()
}
