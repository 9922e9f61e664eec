use super::*;

#[test]
fn checksums_of_the_same_thing_are_compared() {
    for (sent, acknowledged, of_parts, is_wrong) in [
        ("AAAAAA==", "AAAAAA==", false, false),
        ("AAAAAA==", "AAAAAQ==", false, true),
        // of all bytes, and of the parts
        ("AAAAAA==", "AAAAAQ==-2", true, false),
        ("AAAAAA==", "AAAAAQ==-2", false, false),
        ("AAAAAA==", "AAAAAQ==", true, false),
        ("AAAAAA==-2", "AAAAAQ==", false, false),
        // of the parts, both
        ("AAAAAA==-2", "AAAAAA==-2", true, false),
        ("AAAAAA==-2", "AAAAAQ==-2", true, true),
        ("AAAAAA==-2", "AAAAAA==-3", true, true),
    ] {
        let found = contradicts(sent, acknowledged, || of_parts);
        assert_eq!(found, is_wrong, "{sent} {acknowledged}");
    }
}

#[test]
fn a_tag_is_one_of_those_asked_for() {
    for (tag, asked) in [
        ("\"a\"", "\"a\""),
        ("\"a\"", "a"),
        ("a", "\"a\""),
        ("W/\"a\"", "\"a\""),
        ("\"a\"", "\"b\", \"a\""),
        ("\"a,b\"", "\"a,b\""),
        ("\"a\"", "*"),
    ] {
        assert!(is_one_of(tag, asked), "{tag} {asked}");
    }
    for (tag, asked) in [
        ("\"a\"", "\"b\""),
        ("\"a\"", "\"A\""),
        ("", "a"),
        ("\"ab\"", "a, b"),
    ] {
        assert!(!is_one_of(tag, asked), "{tag} {asked}");
    }
}

#[test]
fn ranges_are_compared_with_what_is_held() {
    let is = |asked: &str, held: &str| {
        let (asked, held) = (Range::parse(asked), Held::parse(held));
        asked.unwrap().is(held.unwrap())
    };
    for (asked, held) in [
        ("bytes=0-9", "bytes 0-9/100"),
        ("bytes=90-200", "bytes 90-99/100"),
        ("bytes=90-", "bytes 90-99/100"),
        ("bytes=-10", "bytes 90-99/100"),
        ("bytes=-200", "bytes 0-99/100"),
        ("Bytes = 5-9", "bytes 5-9/*"),
        ("bytes=5-99999999999999999999999", "bytes 5-9/10"),
    ] {
        assert!(is(asked, held), "{asked} {held}");
    }
    for (asked, held) in [
        ("bytes=0-9", "bytes 0-8/100"),
        ("bytes=0-9", "bytes 0-10/100"),
        ("bytes=5-9", "bytes 0-4/100"),
        ("bytes=90-", "bytes 90-98/100"),
        ("bytes=-10", "bytes 0-9/100"),
        ("bytes=-10", "bytes 80-99/*"),
        ("bytes=5-9", "bytes 5-10/*"),
    ] {
        assert!(!is(asked, held), "{asked} {held}");
    }
    for asked in [
        "bytes=0-1,4-5",
        "bytes=5-2",
        "lines=0-1",
        "bytes=-",
        "0-1",
        "bytes=a-b",
    ] {
        assert_eq!(Range::parse(asked), None, "{asked}");
    }
    for held in [
        "bytes 9-0/10",
        "bytes 0-10/10",
        "bytes */10",
        "lines 0-1/10",
        "bytes 0-1",
        "",
    ] {
        assert_eq!(Held::parse(held), None, "{held}");
    }
    assert!(Range::From(0, None).is_all_of(None) && Range::Last(9).is_all_of(Some(9)));
    assert!(!Range::From(0, Some(8)).is_all_of(Some(10)));
    assert!(!Range::From(1, None).is_all_of(Some(10)) && !Range::Last(9).is_all_of(None));
}
