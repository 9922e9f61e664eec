//! [`Spec`]: how an operation is paginated.

use serde_json::Value;
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

impl Spec {
    /// None if the operation answers in one piece.
    pub(crate) fn of(command: &Command) -> Option<Self> {
        let kept = command.pages.as_ref().map_or(&[][..], |pages| pages.kept);
        if command.operation == "ListMultipartUploads" {
            // a token of the AWS CLI names a page by two members, one of which directory buckets do without
            return Some(Self {
                inputs: vec!["KeyMarker", "UploadIdMarker"],
                outputs: vec![&["NextKeyMarker"], &["NextUploadIdMarker"]],
                more: Some("IsTruncated"),
                results: lists(command, None),
                limit: Some("MaxUploads"),
                kept,
            });
        }
        // without a size for its pages, the AWS CLI leaves a list's pages to the caller
        let pages = command
            .pages
            .as_ref()
            .filter(|pages| pages.page_size.is_some())?;
        Some(Self {
            inputs: vec![pages.input_token],
            outputs: vec![pages.output_token],
            more: pages.more,
            results: lists(command, pages.items),
            limit: pages.page_size,
            kept,
        })
    }

    /// Whether a page lists nothing.
    pub(super) fn is_empty(&self, page: &Value) -> bool {
        let mut lists = self
            .results
            .iter()
            .filter_map(|name| page.get(*name)?.as_array());
        lists.all(Vec::is_empty)
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

/// The lists of the output in the order of the model, that of the items first. The AWS CLI puts together all of them,
/// though the model names one.
fn lists(command: &Command, items: Option<&[&str]>) -> Vec<&'static str> {
    let members = command.output.members.iter();
    let lists = members.filter(|member| matches!(member.kind, Kind::List { .. }));
    let mut lists: Vec<_> = lists.map(|member| member.name).collect();
    lists.sort_by_key(|name| items.is_some_and(|items| items != [*name]));
    lists
}

#[cfg(test)]
mod tests {
    use zonal_commands::COMMANDS;

    use super::*;

    #[test]
    fn lists_are_those_of_the_aws_cli() {
        let specs = COMMANDS
            .iter()
            .filter_map(|command| Some((command.operation, Spec::of(command)?.results)));
        assert_eq!(
            specs.collect::<Vec<_>>(),
            [
                ("ListDirectoryBuckets", vec!["Buckets"]),
                ("ListMultipartUploads", vec!["Uploads", "CommonPrefixes"]),
                ("ListObjectsV2", vec!["Contents", "CommonPrefixes"]),
                ("ListParts", vec!["Parts"]),
            ]
        );
    }
}
