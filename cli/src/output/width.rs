//! How many columns a text takes, by the AWS CLI's rule.

use icu_properties::CodePointMapData;
use icu_properties::props::EastAsianWidth;

/// The width of `text`: two for each wide, full-width or ambiguous character, one for any other, even if it takes
/// no room on a terminal. (`unicode-width` knows better, and so would give other tables.)
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    let widths = CodePointMapData::<EastAsianWidth>::new();
    let columns = |c| match widths.get(c) {
        EastAsianWidth::Wide | EastAsianWidth::Fullwidth | EastAsianWidth::Ambiguous => 2,
        _ => 1,
    };
    text.chars().map(columns).sum()
}

#[cfg(test)]
mod tests {
    use super::width;

    #[test]
    fn ambiguous_characters_are_wide_and_none_has_no_width() {
        assert_eq!(width("tok-é-日本-😀"), 4 + 2 + 1 + 4 + 1 + 2);
        assert_eq!(width("e\u{301}\u{200b}\n"), 1 + 2 + 1 + 1);
    }
}
