//! Fenced code in Markdown, from line to line.

/// Which lines belong to fenced code.
#[derive(Debug, Default)]
pub(crate) struct Fence<'a> {
    open: Option<&'a str>,
}

impl<'a> Fence<'a> {
    /// Whether this line belongs to fenced code; those that open and close it do. Lines are given in order.
    pub(crate) fn takes(&mut self, line: &'a str) -> bool {
        let line = line.trim();
        let fence = marker(line);
        match (self.open, fence) {
            (None, None) => return false,
            (None, fence) => self.open = fence,
            (Some(open), Some(close)) if close.starts_with(open) && close == line => {
                self.open = None;
            }
            (Some(_), _) => {}
        }
        true
    }

    /// Whether code was opened that is not closed yet.
    pub(crate) fn is_open(&self) -> bool {
        self.open.is_some()
    }
}

/// The three or more backticks or tildes that a line begins with; what follows backticks has none.
fn marker(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let rest = line.trim_start_matches(mark);
    let marker = &line[..line.len() - rest.len()];
    (marker.len() >= 3 && !(mark == '`' && rest.contains('`'))).then_some(marker)
}

#[cfg(test)]
mod tests {
    use super::Fence;

    #[test]
    fn a_fence_is_closed_by_one_like_it() {
        let code = |text: &'static str| -> String {
            let mut fence = Fence::default();
            let take = |line| if fence.takes(line) { 'c' } else { 't' };
            text.lines().map(take).collect()
        };
        assert_eq!(code("a\n```sh\nb\n```\nc"), "tccct");
        assert_eq!(code("~~~\n```\n~~~\nc"), "ccct");
        assert_eq!(code("````\n```\n````\nc"), "ccct");
        assert_eq!(code("```\n``` x\n```\nc"), "ccct");
        assert_eq!(code("```a``` is code in a line\nc"), "tt");
    }
}
