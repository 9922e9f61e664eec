use super::*;
use crate::xml::Document;

type Listing = (Vec<(String, i64)>, Option<bool>);

fn read(text: &str) -> Result<Listing, DecodeError> {
    let mut contents = Vec::new();
    let mut truncated = Slot::new("IsTruncated");
    let mut document = Document::parse(text.as_bytes(), "List")?;
    while let Some(mut element) = document.next()? {
        match element.name() {
            "Contents" => {
                let mut key = Slot::new("Key");
                let mut size = Slot::new("Size");
                while let Some(member) = element.next()? {
                    match member.name() {
                        "Key" => key.set(member.parse::<String>()?)?,
                        "Size" => size.set(member.parse::<i64>()?)?,
                        _ => member.skip()?,
                    }
                }
                contents.push((key.required()?, size.optional().unwrap_or_default()));
            }
            "IsTruncated" => truncated.set(element.parse::<bool>()?)?,
            _ => {}
        }
    }
    Ok((contents, truncated.optional()))
}

fn message(text: &str) -> String {
    read(text).unwrap_err().to_string()
}

#[test]
fn reads_members_in_any_order_prefix_and_spacing() {
    let (contents, truncated) = read(
        "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- hello -->\n\
         <s:List xmlns:s=\"http://s3.amazonaws.com/doc/2006-03-01/\">\n  text <Other><Deep><er/></Deep></Other>\n\
         <s:Contents a=\"1\"><Size> 3 </Size><s:Key> a&lt;b&#x41;<![CDATA[<&>]]>c&#13; </s:Key></s:Contents>\n\
         <IsTruncated>false</IsTruncated><Contents><Key/></Contents></s:List>\n",
    )
    .unwrap();
    assert_eq!(
        contents,
        [(" a<bA<&>c\r ".to_owned(), 3), (String::new(), 0)]
    );
    assert_eq!(truncated, Some(false));
}

#[test]
fn an_element_dropped_half_read_does_not_harm_its_parent() {
    let body = "<R><A><B>1</B><C><D/></C></A><E>2</E></R>";
    let mut document = Document::parse(body.as_bytes(), "R").unwrap();
    {
        let mut a = document.next().unwrap().unwrap();
        let b = a.next().unwrap().unwrap();
        drop(b);
        let mut c = a.next().unwrap().unwrap();
        assert_eq!(c.name(), "C");
        assert_eq!(c.next().unwrap().unwrap().name(), "D");
    }
    assert_eq!(document.next().unwrap().unwrap().parse::<i32>(), Ok(2));
    assert!(document.next().unwrap().is_none());
    assert!(document.next().unwrap().is_none());
}

#[test]
fn bad_documents_are_refused_without_quoting_them() {
    for (body, says) in [
        ("<List><Contents><Key>MARKER</Key>", "in the middle"),
        ("<List><Contents><Key>MARKER</K", "in the middle"),
        (
            "<List><Contents><Key>MARKER</Size></Contents></List>",
            "an end tag does not fit its start tag",
        ),
        (
            "<List><Contents><Key>k</Key></MARKER></List>",
            "an end tag does not fit its start tag",
        ),
        (
            "<List><Contents x='1'><Key>k</Key></List>",
            "an end tag does not fit its start tag",
        ),
        (
            "<List><Contents><Key>k</Key></Contents></List></MARKER>",
            "an end tag has no start tag",
        ),
        (
            "<!DOCTYPE List [<!ENTITY x \"MARKER\">]><List>&x;</List>",
            "DOCTYPE",
        ),
        (
            "<List><Contents><Key>&MARKER;</Key></Contents></List>",
            "entity",
        ),
        (
            "<List><Contents><Key>k</Key><Key>MARKER</Key></Contents></List>",
            "`Key` occurs twice",
        ),
        (
            "<List><Contents><Key>k</Key><Size>MARKER</Size></Contents></List>",
            "`Size`",
        ),
        (
            "<List><Contents><Key><MARKER/></Key></Contents></List>",
            "`Key`",
        ),
        ("<List><Contents/></List>", "`Key` is missing"),
        ("MARKER", "not XML"),
    ] {
        let message = message(body);
        assert!(message.contains(says), "{body}: {message}");
        assert!(!message.contains("MARKER"), "{message}");
    }
    assert!(
        read(&"<List>".repeat(40))
            .unwrap_err()
            .to_string()
            .contains("deeply")
    );
    assert!(
        Document::parse(b"<a>\xff</a>", "a")
            .unwrap_err()
            .to_string()
            .contains("UTF-8")
    );
}

#[test]
fn a_foreign_root_and_an_empty_body_are_named() {
    let missing = |body: &str| {
        let mut document = Document::parse(body.as_bytes(), "CreateSessionResult").unwrap();
        loop {
            match document.next() {
                Ok(Some(child)) => child.skip().unwrap(),
                Ok(None) => break,
                Err(error) => return error.to_string(),
            }
        }
        let slot = Slot::<String>::new("Credentials");
        document.required(slot).unwrap_err().to_string()
    };
    assert_eq!(
        missing("<ListBucketResult/>"),
        "the server answered with `<ListBucketResult>` instead of `<CreateSessionResult>`"
    );
    assert!(missing(" \n").contains("empty where `<CreateSessionResult>`"));
    assert!(missing("<CreateSessionResult/>").contains("`Credentials` is missing"));
}

#[test]
fn a_foreign_root_will_do_where_something_in_it_is_known() {
    let read = |body: &str| {
        let mut document = Document::parse(body.as_bytes(), "Expected")?;
        let mut known = 0;
        while let Some(child) = document.next()? {
            match child.name() {
                "Known" => known += 1,
                _ => child.skip()?,
            }
        }
        Ok::<_, DecodeError>(known)
    };
    assert_eq!(read("<Other><a><b/></a><Known>1</Known></Other>"), Ok(1));
    assert_eq!(read("<Expected><a/></Expected>"), Ok(0));
    for body in [
        "<Other/>",
        "<Other><a/><b><Known/></b></Other>",
        "<Other>1</Other>",
    ] {
        assert!(read(body).unwrap_err().lacks_document(), "{body}");
    }
    let nested = |mut element: Element<'_, '_>| match element.next()? {
        Some(child) if child.name() == "Known" => child.text().map(|_| ()),
        Some(child) => child.skip(),
        None => Ok(()),
    };
    let payload = |body: &str| Document::parse(body.as_bytes(), "Expected")?.payload(nested);
    assert!(payload("<Other><Known>1</Known></Other>").is_ok());
    assert!(payload("<Expected/>").is_ok());
    for body in ["<Other><a/></Other>", "<Other/>", " ", ""] {
        assert!(payload(body).unwrap_err().lacks_document(), "{body}");
    }
}

#[test]
fn attributes_are_read_when_asked_for() {
    let body =
        "<G><Grantee xmlns:xsi=\"x\" xsi:type=\"Canonical&amp;User\"><ID>1</ID></Grantee></G>";
    let mut document = Document::parse(body.as_bytes(), "G").unwrap();
    let grantee = document.next().unwrap().unwrap();
    assert_eq!(
        grantee.attribute("xsi:type").unwrap().as_deref(),
        Some("Canonical&User")
    );
    assert_eq!(grantee.attribute("other").unwrap(), None);
}

/// With time by the square of their number, this would take minutes.
#[test]
fn any_number_of_attributes_is_looked_through() {
    let count = if cfg!(miri) { 100 } else { 200_000 };
    let many: String = (0..count).map(|n| format!(" a{n}=''")).collect();
    for (nil, is_null) in [("", false), (" xsi:nil='true'", true)] {
        let body = format!("<a><b{many}{nil}/></a>");
        let mut document = Document::parse(body.as_bytes(), "a").unwrap();
        let element = document.next().unwrap().unwrap();
        assert_eq!(element.attribute("none").unwrap(), None);
        let read = element.nullable(|element| element.skip()).unwrap();
        assert_eq!(read.is_none(), is_null);
    }
}

#[test]
fn line_ends_are_those_of_xml_and_padding_may_come_before_the_declaration() {
    let body = "<?xml version=\"1.0\"?>\r\n<a><b>1\r\n2\r3&#13;<![CDATA[4\r\n]]></b></a>";
    let mut document = Document::parse(body.as_bytes(), "a").unwrap();
    let text = document.next().unwrap().unwrap().text().unwrap();
    assert_eq!(text, "1\n2\n3\r4\n");
    let declared = "<?xml version=\"1.0\"?><a/>";
    for padding in ["\n", " \r\n\t", "\u{feff}", "\u{feff}\n", "\n\u{feff} "] {
        let body = format!("{padding}{declared}");
        let document = Document::parse(body.as_bytes(), "a").unwrap();
        assert_eq!(document.root(), Some("a"), "{body:?}");
    }
    for content in ["<!-- -->", "<?pi?>", "x", "\u{a0}"] {
        let body = format!("{content}{declared}");
        let late = Document::parse(body.as_bytes(), "a");
        assert!(late.unwrap_err().is_malformed(), "{body:?}");
    }
}

#[test]
fn a_foreign_document_may_be_broken_besides() {
    for (body, is_broken) in [("<html><br></html>", true), ("<html><br/></html>", false)] {
        let mut document = Document::parse(body.as_bytes(), "a").unwrap();
        let error = loop {
            match document.next() {
                Ok(Some(_)) => {}
                Ok(None) => break document.required(Slot::<String>::new("b")).unwrap_err(),
                Err(error) => break error,
            }
        };
        assert_eq!(error.is_malformed(), is_broken, "{body}");
        assert!(error.to_string().contains("<html>"));
    }
}

/// The same document with a blank in each tag, so that the parser reads all of it.
fn with_blanks(text: &str) -> String {
    let mut out = String::new();
    for (index, piece) in text.split('<').enumerate() {
        let (mark, piece) = match piece.strip_prefix('/').filter(|_| index > 0) {
            Some(piece) => ("</", piece),
            None if index == 0 => ("", piece),
            None => ("<", piece),
        };
        let name = piece
            .trim_start_matches(|letter: char| letter.is_ascii_alphanumeric() || letter == ':');
        let (name, after) = piece.split_at(piece.len() - name.len());
        let is_tag = index > 0 && !name.is_empty() && after.starts_with('>');
        out.extend([mark, name, if is_tag { " " } else { "" }, after]);
    }
    out
}

#[test]
fn what_is_taken_from_under_the_parser_is_what_it_reads() {
    let document = "<?xml version=\"1.0\"?><List>\n <Contents>\n<Key>a&amp;b\u{e4}</Key> <Size>1</Size><x:Other>2</x:Other>\
                    <Other>c<![CDATA[<d]]></Other></Contents><Contents><Key>&#65;</Key></Contents> text <IsTruncated>true\
                    </IsTruncated><Contents><Key></Key><Size>3</Size></Contents>\r\n</List>";
    let mut texts = vec![document.to_owned(), document.replace('\r', "")];
    let places: Vec<_> = document.char_indices().map(|(place, _)| place).collect();
    for place in places {
        let (before, after) = document.split_at(place);
        texts.push(before.to_owned());
        let mut rest = after.chars();
        rest.next();
        for other in [
            "",
            "<",
            ">",
            "&",
            "/",
            "k",
            " ",
            "\"",
            "<!--",
            "-->",
            "<Size>4</Size>",
            "<Key/>",
            "<Contents>",
            "</Contents>",
            "</Key >",
            "</List>",
        ] {
            texts.push(format!("{before}{other}{}", rest.as_str()));
            texts.push(format!("{before}{other}{after}"));
        }
    }
    let mut good = 0;
    for text in texts {
        let (whole, parsed) = (read(&text), read(&with_blanks(&text)));
        good += u32::from(whole.is_ok());
        match (whole, parsed) {
            (Ok(whole), Ok(parsed)) => assert_eq!(whole, parsed, "{text}"),
            (Err(whole), Err(parsed)) => {
                assert_eq!(
                    whole.is_malformed(),
                    parsed.is_malformed(),
                    "{text}: {whole}, {parsed}"
                );
            }
            (whole, parsed) => panic!("{text}: {whole:?}, {parsed:?}"),
        }
    }
    assert!(good > 100, "{good}");
}
