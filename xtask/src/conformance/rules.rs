//! The endpoint rules of S3, for a test model of S3 that has none of its own.

use serde_json::{Map, Value, json};

use crate::{Failure, Result};

/// The official model, below the folder of shared files.
pub(super) const OFFICIAL: &str = "upstream/s3.json";
pub(super) const SERVICE: &str = "com.amazonaws.s3#AmazonS3";

const OF_SERVICE: &[&str] = &[
    "smithy.rules#endpointRuleSet",
    "smithy.rules#endpointBdd",
    "smithy.rules#clientContextParams",
];
const OF_OPERATIONS: &[&str] = &[
    "smithy.rules#staticContextParams",
    "smithy.rules#operationContextParams",
];
const OF_MEMBERS: &[&str] = &["smithy.rules#contextParam"];

/// A model of `apply` statements that gives the shapes of the test model what the official model says of their
/// endpoints.
pub(super) fn overlay(test_model: &[u8], official: &[u8]) -> Result<Vec<u8>> {
    let (test_model, official) = (shapes(test_model)?, shapes(official)?);
    let mut statements = Map::new();
    for (id, shape) in &test_model {
        let Some(theirs) = official.get(id) else {
            continue;
        };
        let wanted = if id == SERVICE {
            OF_SERVICE
        } else {
            OF_OPERATIONS
        };
        apply(&mut statements, id.clone(), &theirs["traits"], wanted);
        for (name, _) in shape["members"].as_object().into_iter().flatten() {
            let traits = &theirs["members"][name]["traits"];
            apply(&mut statements, format!("{id}${name}"), traits, OF_MEMBERS);
        }
    }
    Ok(json!({ "smithy": "2.0", "shapes": statements })
        .to_string()
        .into_bytes())
}

fn apply(statements: &mut Map<String, Value>, id: String, traits: &Value, wanted: &[&str]) {
    let found = wanted
        .iter()
        .filter_map(|name| Some((*name, traits.get(name)?)));
    let traits: Map<_, _> = found
        .map(|(name, value)| (name.to_owned(), value.clone()))
        .collect();
    if !traits.is_empty() {
        statements.insert(id, json!({ "type": "apply", "traits": traits }));
    }
}

fn shapes(model: &[u8]) -> Result<Map<String, Value>> {
    let model: Value = serde_json::from_slice(model)
        .map_err(|error| Failure::Failed(format!("error: a model is not JSON: {error}\n")))?;
    match model.get("shapes") {
        Some(Value::Object(shapes)) => Ok(shapes.clone()),
        _ => Err(Failure::Failed("error: a model has no shapes\n".to_owned())),
    }
}
