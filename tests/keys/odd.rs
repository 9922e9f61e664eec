//! Keys that are sensitive to double or missing encoding.

/// One oddity each, or several at their worst.
const ODD: [&str; 45] = [
    "plain",
    "a b",
    " leading and trailing ",
    "a+b",
    "a%b",
    "a%20b",
    "%2F%2e%2E%00%zz",
    "100%",
    "a?b",
    "a?b=c&d=e",
    "a?versionId=null",
    "a?versionId=1?versionId=2",
    "session?",
    "?session",
    "?renameObject",
    "a#b",
    "#",
    "a&b",
    "&amp;&lt;",
    "a=b",
    "=",
    "a//b",
    "//",
    "/",
    "/leading",
    "//two//leading//",
    "trailing/",
    "a/b/c/d/e/f",
    "a\\b",
    "\"double\" 'single' `back`",
    "<key attr=\"1\">]]></key>",
    "<![CDATA[x]]>",
    "(a)*!'~-_.,;:@$^|{}[]",
    "ü/é/ñ",
    "e\u{301} is not \u{e9}",
    "日本語/ключ/مفتاح",
    "🦀/👩‍👩‍👧‍👦",
    "\u{10ffff}",
    "\u{feff}byte order mark",
    "\u{202e}tfel ot thgir",
    "X-Amz-Signature=1&X-Amz-Expires=1",
    "...",
    ".hidden/..two/three../a.b",
    "bucket--usw2-az1--x-s3/key",
    "demo--usw2-az1--x-s3/key",
];

/// Characters that no HTTP or XML text can carry as they are.
const CONTROLS: [&str; 8] = [
    "a\nb",
    "a\r\nx-injected: yes",
    "\ttab\t",
    "nul\0",
    "\u{1}\u{1f}\u{7f}",
    "\u{85}\u{2028}",
    "\u{fffe}\u{ffff}",
    "\u{1b}[31mred",
];

/// Keys with a segment that some HTTP clients and proxies take out.
pub(crate) const DOTS: [&str; 9] = [
    ".", "..", "./a", "../a", "a/.", "a/..", "a/./b", "a/../b", "//../",
];

/// Keys that are as long as a key may be: 1,024 bytes.
fn longest() -> [String; 5] {
    [
        "k".repeat(128) + &format!("/{}", "k".repeat(127)).repeat(7),
        "k".repeat(1024),
        "🦀".repeat(256),
        "/a".repeat(512),
        " ".repeat(1023) + "%",
    ]
}

/// Odd keys without control characters.
pub(crate) fn printable() -> Vec<String> {
    ODD.into_iter()
        .map(str::to_owned)
        .chain(longest())
        .collect()
}

/// A name of a listing with `encoding-type=url`, which is written as in a form.
pub(crate) fn decoded(name: &str) -> String {
    String::from_utf8(unescaped(&name.replace('+', "%20"))).unwrap()
}

/// Undoes `%XX` and nothing else, with other code than the client's and the peer's.
pub(crate) fn unescaped(text: &str) -> Vec<u8> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap().as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(&piece[..2], 16).unwrap());
        bytes.extend_from_slice(&piece.as_bytes()[2..]);
    }
    bytes
}

/// Odd keys with control characters.
pub(crate) fn controls() -> Vec<String> {
    CONTROLS.map(str::to_owned).to_vec()
}

/// So many keys of random characters, always the same for a seed.
pub(crate) fn random(seed: u64, count: usize) -> Vec<String> {
    let mut numbers = Numbers(seed);
    let mut keys = std::collections::BTreeSet::new();
    while keys.len() < count {
        let key = numbers.key();
        let has_dots = key.split('/').any(|segment| matches!(segment, "." | ".."));
        if !key.is_empty() && !has_dots {
            keys.insert(key);
        }
    }
    keys.into_iter().collect()
}

/// Numbers as SplitMix64 draws them.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }

    fn key(&mut self) -> String {
        let longest = match self.next(10) {
            0 => 1024,
            _ => 60,
        };
        let length = 1 + self.next(longest) as usize;
        let mut key = String::new();
        loop {
            let next = self.character();
            if key.len() + next.len_utf8() > length {
                return key;
            }
            key.push(next);
        }
    }

    fn character(&mut self) -> char {
        const MARKS: &[u8] = b" /+%?#&=.\"'<>\\:;@~*";
        let code = match self.next(8) {
            0 | 1 => u32::from(MARKS[self.next(MARKS.len() as u64) as usize]),
            2 | 3 => 0x20 + self.next(0x5f) as u32,
            4 => self.next(0x20) as u32,
            5 => 0x7f + self.next(0x780) as u32,
            6 => 0x800 + self.next(0xf800) as u32,
            _ => 0x1_0000 + self.next(0x10_0000) as u32,
        };
        char::from_u32(code).unwrap_or('\u{fffd}')
    }
}
