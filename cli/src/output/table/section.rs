//! One box of a table, and how wide it and its columns are.

use crate::output::width::width;

/// Two blanks on each side of a cell.
const PADDING: usize = 4;
/// One character on each side of a section.
const BORDER: usize = 2;

/// A title, a line of headers and rows; each may be missing.
#[derive(Default)]
pub(super) struct Section {
    pub(super) title: Option<String>,
    pub(super) headers: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    pub(super) indent: usize,
    /// The longest text of each column.
    widths: Vec<usize>,
}

impl Section {
    pub(super) fn new(title: Option<&str>, indent: usize) -> Self {
        Self {
            title: title.map(str::to_owned),
            indent,
            ..Self::default()
        }
    }

    pub(super) fn add_header<'a>(&mut self, headers: impl IntoIterator<Item = &'a str>) {
        self.headers = headers.into_iter().map(str::to_owned).collect();
        widen(&mut self.widths, &self.headers);
    }

    pub(super) fn add_row(&mut self, row: impl IntoIterator<Item = String>) {
        let row: Vec<_> = row.into_iter().collect();
        widen(&mut self.widths, &row);
        self.rows.push(row);
    }

    /// Whether all rows are as long as the headers, or as the first.
    pub(super) fn is_even(&self) -> bool {
        let headers = Some(&self.headers).filter(|headers| !headers.is_empty());
        let mut lengths = headers.into_iter().chain(&self.rows).map(Vec::len);
        lengths
            .next()
            .is_none_or(|first| lengths.all(|length| length == first))
    }

    /// The same with one row for each column, `header | value`, if there is but one row and it has headers.
    pub(super) fn into_vertical(self) -> Self {
        if self.headers.is_empty() || self.rows.len() != 1 {
            return self;
        }
        let mut section = Self::new(self.title.as_deref(), self.indent);
        let cells = self.rows.into_iter().flatten();
        for (header, cell) in self.headers.into_iter().zip(cells) {
            section.add_row([header, cell]);
        }
        section
    }

    /// The width that the section wants, with the bars of the levels around it.
    pub(super) fn total_width(&self) -> usize {
        // without a title, room is kept for the word "None", as the AWS CLI does
        let title = self.title.as_deref().map_or(4, width);
        let cells: usize = self.widths.iter().map(|width| width + PADDING).sum();
        title.max(cells) + BORDER + 2 * self.indent
    }

    /// The widths of the columns, scaled so that together they take `total`.
    pub(super) fn column_widths(&self, total: usize) -> Vec<usize> {
        let wanted: Vec<_> = self.widths.iter().map(|width| width + PADDING).collect();
        let scale = total as f64 / wanted.iter().sum::<usize>() as f64;
        let scaled = |width: &usize| (scale * *width as f64).round_ties_even() as usize;
        let mut widths: Vec<_> = wanted.iter().map(scaled).collect();
        spread(&mut widths, total);
        widths
    }
}

/// Takes what is too much from the columns in turn, from the left; gives what is missing from the right.
fn spread(widths: &mut [usize], total: usize) {
    let mut sum: usize = widths.iter().sum();
    while sum != total && widths.iter().any(|width| *width > 0) {
        if sum > total {
            for width in widths.iter_mut().take(sum - total) {
                sum -= 1.min(*width);
                *width = width.saturating_sub(1);
            }
        } else {
            for width in widths.iter_mut().rev().take(total - sum) {
                *width += 1;
                sum += 1;
            }
        }
    }
}

fn widen(widths: &mut Vec<usize>, row: &[String]) {
    widths.resize(widths.len().max(row.len()), 0);
    for (widest, text) in widths.iter_mut().zip(row) {
        *widest = width(text).max(*widest);
    }
}
