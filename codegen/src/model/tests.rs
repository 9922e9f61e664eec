//! Loading, merging and selecting models of a few shapes.

use super::{Kind, Model, ShapeId, ShapeKind, UNIT, load};
use crate::select::{Selection, select};
use crate::source::Sources;
use crate::traits::simple::{Documentation, Length, Required, Sensitive};

fn sources(files: &[&str]) -> Sources {
    let mut sources = Sources::new();
    for (at, text) in files.iter().enumerate() {
        sources.add(format!("{at}.json"), *text);
    }
    sources
}

fn id(text: &str) -> ShapeId<'_> {
    ShapeId::parse(text).unwrap()
}

const PAIR: &str = r#"{ "smithy": "2.0", "shapes": {
  "a#Pair": { "type": "structure", "members": {
    "right": { "target": "a#Text", "traits": { "smithy.api#required": {} } },
    "left": { "target": "smithy.api#String" }
  } },
  "a#Text": { "type": "string", "traits": { "smithy.api#documentation": "caf\u00e9" } }
} }"#;

#[test]
fn members_keep_their_order() {
    let sources = sources(&[PAIR]);
    let model = load(&sources).unwrap();
    let names: Vec<_> = model
        .get(id("a#Pair"))
        .unwrap()
        .members()
        .map(|member| member.name)
        .collect();
    assert_eq!(names, ["right", "left"]);
    assert_eq!(
        model
            .shapes()
            .map(|shape| shape.id.name())
            .collect::<Vec<_>>(),
        ["Pair", "Text"]
    );
}

#[test]
fn everything_knows_its_place() {
    let sources = sources(&[PAIR]);
    let model = load(&sources).unwrap();
    let pair = model.get(id("a#Pair")).unwrap();
    let right = pair.fields().unwrap().get("right").unwrap();
    assert_eq!(sources.text(pair.span.unwrap()), "\"a#Pair\"");
    assert_eq!(sources.location(pair.span.unwrap()), "0.json:2:3");
    assert_eq!(sources.text(right.span), "\"right\"");
    assert_eq!(sources.text(right.target.span), "\"a#Text\"");
    assert_eq!(
        sources.text(right.traits.span_of::<Required>().unwrap()),
        "\"smithy.api#required\""
    );
    assert_eq!(right.id().to_string(), "a#Pair$right");
}

#[test]
fn traits_are_read_when_asked_for() {
    let sources = sources(&[PAIR]);
    let model = load(&sources).unwrap();
    let text = model.get(id("a#Text")).unwrap();
    assert_eq!(text.traits.get::<Documentation>().unwrap().0, "café");
    assert!(text.traits.get::<Length>().is_none());
    let right = model.get(id("a#Pair")).unwrap().members().next().unwrap();
    assert!(
        model.member_trait::<Documentation>(right).is_some(),
        "the target's"
    );
}

#[test]
fn the_prelude_is_there() {
    let sources = sources(&[]);
    let model = load(&sources).unwrap();
    assert_eq!(
        model
            .get(id("smithy.api#PrimitiveLong"))
            .unwrap()
            .kind
            .tag(),
        Kind::Long
    );
    assert_eq!(model.get(UNIT).unwrap().kind.tag(), Kind::Structure);
    assert_eq!(model.shapes().len(), 0);
}

#[test]
fn files_are_merged() {
    let more = r#"{ "smithy": "2", "shapes": {
      "a#Text": { "traits": { "smithy.api#documentation": "café" }, "type": "string" },
      "a#Pair": { "type": "apply", "traits": { "smithy.api#sensitive": {} } },
      "a#Pair$left": { "type": "apply", "traits": { "smithy.api#required": {} } },
      "a#Pair$right": { "type": "apply", "traits": { "smithy.api#required": { } } }
    } }"#;
    for files in [[PAIR, more], [more, PAIR]] {
        let sources = sources(&files);
        let model = load(&sources).unwrap_or_else(|problems| panic!("{problems}"));
        let pair = model.get(id("a#Pair")).unwrap();
        assert!(pair.traits.has::<Sensitive>());
        assert!(pair.members().all(|member| member.traits.has::<Required>()));
        assert!(
            pair.members()
                .all(|member| member.traits.iter().count() == 1),
            "equal traits are one"
        );
    }
}

#[test]
fn partitions_are_kept_aside() {
    let data = r#"{ "version": "1.1", "partitions": [{
      "id": "aws", "regionRegex": "^us", "regions": { "us-west-2": { "description": "" }, "us-east-1": { "supportsFIPS": false } },
      "outputs": { "name": "aws", "dnsSuffix": "a", "dualStackDnsSuffix": "b", "implicitGlobalRegion": "us-east-1",
                   "supportsFIPS": true, "supportsDualStack": false }
    }] }"#;
    let sources = sources(&[PAIR, data, data]);
    let model = load(&sources).unwrap();
    let [aws] = &model.partitions().unwrap().partitions[..] else {
        panic!("one partition")
    };
    let regions = aws
        .regions
        .iter()
        .map(|region| (&*region.name, region.overrides.supports_fips));
    assert_eq!(
        regions.collect::<Vec<_>>(),
        [("us-west-2", None), ("us-east-1", Some(false))]
    );
    assert!(aws.supports_fips && !aws.supports_dual_stack);
}

#[test]
fn sets_of_smithy_1_are_lists() {
    let sources = sources(&[r#"{ "smithy": "1.0", "shapes": {
      "a#Set": { "type": "set", "member": { "target": "smithy.api#String" } } } }"#]);
    let model = load(&sources).unwrap();
    assert!(matches!(
        model.get(id("a#Set")).unwrap().kind,
        ShapeKind::List(_)
    ));
}

const RESOURCES: &str = r#"{ "smithy": "2.0", "shapes": {
  "a#Service": { "type": "service", "operations": [{ "target": "a#Put" }], "resources": [{ "target": "a#Outer" }],
                 "errors": [{ "target": "a#Failed" }] },
  "a#Outer": { "type": "resource", "read": { "target": "a#Get" }, "resources": [{ "target": "a#Inner" }] },
  "a#Inner": { "type": "resource", "collectionOperations": [{ "target": "a#List" }, { "target": "a#Get" }] },
  "a#Put": { "type": "operation" },
  "a#Get": { "type": "operation", "output": { "target": "a#Out" } },
  "a#List": { "type": "operation" },
  "a#Out": { "type": "structure", "members": { "next": { "target": "a#Map" } } },
  "a#Map": { "type": "map", "key": { "target": "a#Key" }, "value": { "target": "a#Out" } },
  "a#Key": { "type": "string" },
  "a#Failed": { "type": "structure", "members": {}, "traits": { "smithy.api#error": "client" } },
  "a#Unused": { "type": "string" }
} }"#;

fn names(model: &Model<'_>, selection: &Selection) -> (Vec<String>, Vec<String>) {
    let closure = select(model, selection).unwrap();
    let names = |shapes: &[&super::Shape<'_>]| {
        shapes
            .iter()
            .map(|shape| shape.id.name().to_owned())
            .collect()
    };
    (names(&closure.operations), names(&closure.shapes))
}

#[test]
fn operations_of_resources_belong_to_the_service() {
    let sources = sources(&[RESOURCES]);
    let model = load(&sources).unwrap();
    let (operations, shapes) = names(&model, &Selection::all());
    assert_eq!(operations, ["Get", "List", "Put"]);
    assert_eq!(shapes, ["Failed", "Key", "Map", "Out"]);
}

#[test]
fn only_what_is_reached_is_selected() {
    let sources = sources(&[RESOURCES]);
    let model = load(&sources).unwrap();
    let (operations, shapes) = names(&model, &Selection::named(["a#Put", "Put"]));
    assert_eq!(operations, ["Put"]);
    assert_eq!(shapes, ["Failed"]);
}

#[test]
fn mixins_are_flattened() {
    let mut sources = Sources::new();
    sources.add(
        "model.json",
        r#"{ "smithy": "2.0", "shapes": {
          "a#Thing": { "type": "structure", "mixins": [{ "target": "a#Named" }],
            "members": { "Own": { "target": "smithy.api#String" } } },
          "a#Named": { "type": "structure", "mixins": [{ "target": "a#Base" }],
            "members": { "Name": { "target": "smithy.api#String" } },
            "traits": { "smithy.api#mixin": { "localTraits": ["smithy.api#sensitive"] },
                        "smithy.api#sensitive": {}, "smithy.api#documentation": "It has a name." } },
          "a#Base": { "type": "structure",
            "members": { "Id": { "target": "smithy.api#String", "traits": { "smithy.api#required": {} } } },
            "traits": { "smithy.api#mixin": {} } },
          "a#Thing$Id": { "type": "apply", "traits": { "smithy.api#deprecated": {} } }
        } }"#,
    );
    let model = load(&sources).unwrap();
    let thing = model.get(ShapeId::known("a#Thing")).unwrap();
    let names: Vec<_> = thing
        .members()
        .map(|member| member.id().to_string())
        .collect();
    assert_eq!(names, ["a#Thing$Id", "a#Thing$Name", "a#Thing$Own"]);
    let ids = |traits: &crate::traits::Traits<'_>| -> Vec<String> {
        traits.iter().map(|found| found.id.to_string()).collect()
    };
    assert_eq!(ids(&thing.traits), ["smithy.api#documentation"]);
    let first = thing.members().next().unwrap();
    assert_eq!(
        ids(&first.traits),
        ["smithy.api#required", "smithy.api#deprecated"]
    );
    let base = model.get(ShapeId::known("a#Base")).unwrap();
    assert_eq!(
        ids(&base.members().next().unwrap().traits),
        ["smithy.api#required"]
    );
}

#[test]
fn documentation_in_markdown_is_that_of_the_model() {
    let model = r#"{ "smithy": "2.0", "shapes": {
      "a#Thing": { "type": "structure", "mixins": [{ "target": "a#Named" }] },
      "a#Other": { "type": "structure", "mixins": [{ "target": "a#Named" }] },
      "a#Named": { "type": "structure", "members": { "Name": { "target": "a#Text" } },
        "traits": { "smithy.api#mixin": {} } },
      "a#Text": { "type": "string" }, "a#Texts": { "type": "list", "member": { "target": "a#Text" } }
    } }"#;
    let markdown = "# a#Text\n\nIt is\n\"text\".\n\n# a#Texts\n\n## member\n\nOne.\n\n\
                    # a#Named\n\n## Name\n\nA name.\n\n# a#Other\n\n## Name\n\nAnother.\n";
    let mut sources = Sources::new();
    // Which file comes first makes no difference.
    sources.add("docs.md", markdown);
    sources.add("model.json", model);
    let model = load(&sources).unwrap_or_else(|problems| panic!("{problems}"));
    let text = |traits: &crate::traits::Traits<'_>| traits.get::<Documentation>().map(|it| it.0);
    let member = |name: &'static str| {
        let shape = model.get(id(name)).unwrap();
        text(&shape.members().next().unwrap().traits)
    };
    assert_eq!(
        text(&model.get(id("a#Text")).unwrap().traits).as_deref(),
        Some("It is \"text\".")
    );
    assert_eq!(member("a#Texts").as_deref(), Some("One."));
    assert_eq!(
        member("a#Thing").as_deref(),
        Some("A name."),
        "what a mixin says goes along"
    );
    assert_eq!(
        member("a#Other").as_deref(),
        Some("Another."),
        "unless the shape says more"
    );
}
