//! The verifier against requests that other programs signed, whole and tampered with.

mod vectors;

use super::{canonical_request, string_to_sign};
use crate::data::Data;
use crate::http::{Header, Limits, Request, Target};
use std::time::Duration;
use vectors::{Vector, all, recorded};

#[test]
fn every_vector_verifies() {
    for vector in all() {
        let target = Target::parse(&vector.request.target).expect("target");
        let authorization =
            super::Authorization::parse(&vector.request, &target).expect("authorization");
        let canonical = canonical_request(&vector.request, &target, &authorization);
        assert_eq!(
            String::from_utf8_lossy(&canonical),
            vector.canonical_request,
            "{}",
            vector.name
        );
        assert_eq!(
            string_to_sign(&authorization, &canonical),
            vector.string_to_sign,
            "{}",
            vector.name
        );
        let verified = vector.verify(&vector.request).map_err(|error| error.code);
        assert_eq!(verified, Ok(()), "{}", vector.name);
    }
}

#[test]
fn a_vector_fails_with_another_secret_service_or_region() {
    for mut vector in all() {
        let code = |vector: &Vector| vector.verify(&vector.request).expect_err(&vector.name).code;
        let malformed = if vector.is_presigned() {
            "AuthorizationQueryParametersError"
        } else {
            "AuthorizationHeaderMalformed"
        };
        let secret = std::mem::replace(&mut vector.secret, "another".to_owned());
        assert_eq!(code(&vector), "SignatureDoesNotMatch", "{}", vector.name);
        vector.secret = secret;
        let service = std::mem::replace(&mut vector.service, "s3".to_owned());
        assert_eq!(code(&vector), malformed, "{}", vector.name);
        vector.service = service;
        vector.region = "us-east-1".to_owned();
        assert_eq!(code(&vector), malformed, "{}", vector.name);
    }
}

#[test]
fn every_signed_part_is_guarded() {
    for vector in all() {
        for (what, tampered) in tamper(&vector.request) {
            let result = vector.verify(&tampered).map_err(|error| error.code);
            assert!(result.is_err(), "{}: {what} may be changed", vector.name);
        }
    }
}

/// Copies of a request with one thing changed in each.
fn tamper(request: &Request) -> Vec<(String, Request)> {
    let mut copies = Vec::new();
    let mut add = |what: String, change: &dyn Fn(&mut Request)| {
        let mut copy = request.clone();
        change(&mut copy);
        copies.push((what, copy));
    };
    add("the method".to_owned(), &|copy| {
        copy.method = "PATCH".to_owned()
    });
    add("the path".to_owned(), &|copy| copy.target.insert(1, b'x'));
    let joint = if request.target.contains(&b'?') {
        "&"
    } else {
        "?"
    };
    add("the query".to_owned(), &|copy| {
        copy.target
            .extend_from_slice(format!("{joint}more=1").as_bytes())
    });
    for (index, header) in request.headers.0.iter().enumerate() {
        let name = &header.name;
        add(format!("the value of {name}"), &|copy| {
            copy.headers.0[index].value.push(b'0')
        });
        add(format!("the presence of {name}"), &|copy| {
            drop(copy.headers.0.remove(index))
        });
        add(format!("the count of {name}"), &|copy| {
            let twin = copy.headers.0[index].clone();
            copy.headers.0.push(twin);
        });
    }
    add("an unsigned x-amz header".to_owned(), &|copy| {
        copy.headers.0.push(Header {
            name: "X-Amz-More".to_owned(),
            value: b"1".to_vec(),
        });
    });
    for at in 0..request.target.len() {
        if request.target[at].is_ascii_alphanumeric() {
            add(format!("byte {at} of the target"), &|copy| {
                copy.target[at] = if copy.target[at].eq_ignore_ascii_case(&b'b') {
                    b'c'
                } else {
                    b'b'
                };
            });
        }
    }
    // Streaming and unsigned payloads are not covered by the hash.
    if request
        .headers
        .single("x-amz-content-sha256")
        .is_ok_and(|hash| hash.is_some_and(|hash| hash.len() == 64))
    {
        add("the body".to_owned(), &|copy| {
            copy.body = Data::concat([copy.body.clone(), vec![b'x'].into()])
        });
    }
    copies
}

#[test]
fn time_is_checked_to_the_second() {
    let quarter = Duration::from_secs(15 * 60);
    for vector in all() {
        let code = |now| {
            vector
                .verify_at(&vector.request, now)
                .err()
                .map(|error| error.code)
        };
        let second = Duration::from_secs(1);
        assert_eq!(code(vector.signed_at - quarter), None, "{}", vector.name);
        if vector.is_presigned() {
            assert_eq!(
                code(vector.signed_at - quarter - second),
                Some("AccessDenied")
            );
            assert_eq!(code(vector.signed_at + Duration::from_secs(300)), None);
            assert_eq!(
                code(vector.signed_at + Duration::from_secs(301)),
                Some("AccessDenied")
            );
        } else {
            assert_eq!(
                code(vector.signed_at - quarter - second),
                Some("RequestTimeTooSkewed")
            );
            assert_eq!(code(vector.signed_at + quarter), None, "{}", vector.name);
            assert_eq!(
                code(vector.signed_at + quarter + second),
                Some("RequestTimeTooSkewed")
            );
        }
    }
}

#[test]
fn header_values_are_trimmed_and_letter_case_is_free() {
    let vector = recorded().remove(0);
    let mut lines = vec![format!(
        "GET {} HTTP/1.1",
        String::from_utf8_lossy(&vector.request.target)
    )];
    for header in vector.request.headers.0.iter().rev() {
        lines.push(format!(
            "{}: \t {}  ",
            header.name.to_ascii_uppercase(),
            header.value_text()
        ));
    }
    let raw = format!("{}\r\n\r\n", lines.join("\r\n"));
    let parsed = Request::parse_head(raw.as_bytes(), &Limits::default()).expect("a head");
    assert_eq!(
        vector
            .verify(&parsed.expect("a whole head").0)
            .map_err(|error| error.code),
        Ok(())
    );
}

#[test]
fn malformed_authorizations_are_told_apart() {
    let vector = recorded().remove(1);
    let code = |value: &str| {
        let mut request = vector.request.clone();
        let field = request
            .headers
            .0
            .iter_mut()
            .find(|header| header.is("authorization"))
            .expect("field");
        field.value = value.as_bytes().to_vec();
        vector.verify(&request).expect_err(value).code
    };
    assert_eq!(code("AWS AKID:c2ln"), "InvalidRequest");
    assert_eq!(code("AWS4-HMAC-SHA256"), "InvalidRequest");
    assert_eq!(
        code("AWS4-HMAC-SHA256 Credential=a"),
        "AuthorizationHeaderMalformed"
    );
    let with = |credential: &str, signed: &str| {
        code(&format!(
            "AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, Signature=00"
        ))
    };
    let good = "A/20261122/us-west-2/s3express/aws4_request";
    assert_eq!(
        with("A/20261122/us-west-2/s3express", "host"),
        "AuthorizationHeaderMalformed"
    );
    assert_eq!(
        with("A/20261121/us-west-2/s3express/aws4_request", "host"),
        "AuthorizationHeaderMalformed"
    );
    assert_eq!(
        with("A/20261122/us-west-2/s3/aws4_request", "host"),
        "AuthorizationHeaderMalformed"
    );
    assert_eq!(
        with(good, "x-amz-date;host"),
        "AuthorizationHeaderMalformed"
    );
    assert_eq!(with(good, "Host"), "AuthorizationHeaderMalformed");
    assert_eq!(with(good, "x-amz-date"), "AccessDenied");
    assert_eq!(with(good, "host"), "AccessDenied");
    assert_eq!(
        with(good, "host;x-amz-content-sha256;x-amz-date"),
        "SignatureDoesNotMatch"
    );
}
