//! `--generate-cli-skeleton`: what an input or an output looks like, with placeholders for values.

use serde_json::{Map, Value, json};

use super::Format;

/// What a skeleton needs to know of a type. Made for `static` tables, where a type can refer to itself.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// A structure or a union.
    Structure {
        /// Tells where a type contains itself; the skeleton stops there.
        name: &'static str,
        /// Names and types, in the order of the model.
        members: &'static [(&'static str, &'static Shape)],
    },
    /// A list, shown with one element.
    List {
        /// The name of the type of the elements: the placeholder if they are strings.
        name: &'static str,
        /// The type of the elements.
        element: &'static Shape,
    },
    /// A map from strings, shown with one entry.
    Map {
        /// The type of the values.
        value: &'static Shape,
    },
    /// Text.
    String,
    /// Text out of a few, which are given.
    Enum(&'static [&'static str]),
    /// An integer of any size.
    Integer,
    /// A floating-point number.
    Float,
    /// True or false.
    Boolean,
    /// A point in time.
    Timestamp,
    /// Bytes, for which there is no placeholder.
    Blob,
}

/// The skeleton of an input, to be filled in: no text, and the first value of each enumeration.
pub fn input(shape: &Shape) -> Value {
    let texts = Texts::Empty;
    skeleton(shape, "", texts, &mut Vec::new())
}

/// The skeleton of an output: the text of a string is the name of the member. How a time is written depends on the
/// format it will be printed in.
pub fn output(shape: &Shape, format: Format) -> Value {
    let texts = Texts::Names(format);
    skeleton(shape, "", texts, &mut Vec::new())
}

/// What stands for a text.
#[derive(Clone, Copy)]
enum Texts {
    Empty,
    Names(Format),
}

/// `name` is the member's; `above` are the structures around.
fn skeleton(shape: &Shape, name: &str, texts: Texts, above: &mut Vec<&'static str>) -> Value {
    match *shape {
        Shape::Structure { name, members } => {
            if above.contains(&name) {
                return json!({});
            }
            above.push(name);
            let member = |&(name, shape): &(&'static str, &Shape)| {
                (name.to_owned(), skeleton(shape, name, texts, above))
            };
            let members = members.iter().map(member).collect::<Map<_, _>>();
            above.pop();
            Value::Object(members)
        }
        Shape::List { name, element } => json!([skeleton(element, name, texts, above)]),
        Shape::Map { value } => json!({ "KeyName": skeleton(value, "", texts, above) }),
        Shape::String | Shape::Enum(_) if matches!(texts, Texts::Names(_)) => json!(name),
        Shape::String => json!(""),
        Shape::Enum(values) => json!(values.first().copied().unwrap_or_default()),
        Shape::Integer => json!(0),
        Shape::Float => json!(0.0),
        Shape::Boolean => json!(true),
        Shape::Timestamp => match texts {
            Texts::Names(Format::Text | Format::Table) => json!("1970-01-01 00:00:00"),
            _ => json!("1970-01-01T00:00:00"),
        },
        Shape::Blob => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static TREE: Shape = Shape::Structure {
        name: "Tree",
        members: &[
            ("Value", &Shape::String),
            (
                "Kinds",
                &Shape::List {
                    name: "Kind",
                    element: &Shape::Enum(&["b", "a"]),
                },
            ),
            ("Named", &Shape::Map { value: &TREE }),
            (
                "Tags",
                &Shape::Map {
                    value: &Shape::String,
                },
            ),
            ("Body", &Shape::Blob),
            ("Weight", &Shape::Float),
            ("Size", &Shape::Integer),
            ("Leaf", &Shape::Boolean),
            ("Born", &Shape::Timestamp),
        ],
    };

    /// The expected texts were made by botocore's generator from the same shapes.
    #[test]
    fn every_kind_of_type_has_its_placeholder() {
        let expected = r#"{"Value":"","Kinds":["b"],"Named":{"KeyName":{}},"Tags":{"KeyName":""},"Body":null,"Weight":0.0,"Size":0,"Leaf":true,"Born":"1970-01-01T00:00:00"}"#;
        assert_eq!(input(&TREE).to_string(), expected);
        let expected = r#"{"Value":"Value","Kinds":["Kind"],"Named":{"KeyName":{}},"Tags":{"KeyName":""},"Body":null,"Weight":0.0,"Size":0,"Leaf":true,"Born":"1970-01-01T00:00:00"}"#;
        assert_eq!(output(&TREE, Format::Json).to_string(), expected);
        assert_eq!(output(&TREE, Format::Text)["Born"], "1970-01-01 00:00:00");
    }
}
