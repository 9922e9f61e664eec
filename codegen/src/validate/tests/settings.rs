//! `vendorParams` of a protocol test: settings of the client in the forms that the tests of AWS have.

use crate::json::Json;
use crate::model::ShapeId;
use crate::select::Closure;
use crate::validate::parameters::built_ins;
use crate::validate::values::{Values, entries, entry};

/// What can stand in each object; a path of `*` stands for any key.
const KNOWN: &[(&[&str], &[&str])] = &[
    (&[], &["scopedConfig", "endpointParams"]),
    (&["scopedConfig"], &["client", "operation"]),
    (&["scopedConfig", "client"], SCOPE),
    (&["scopedConfig", "operation"], SCOPE),
    (&["scopedConfig", "client", "s3"], S3),
    (&["scopedConfig", "operation", "s3"], S3),
    (&["endpointParams"], &["builtInParams"]),
];
const SCOPE: &[&str] = &["region", "s3", "retry_config"];
const S3: &[&str] = &[
    "addressing_style",
    "use_accelerate_endpoint",
    "use_dualstack_endpoint",
    "us_east_1_regional_endpoint",
];

/// Checks them by their shape, where the model has it, and else by what is read of them.
pub(super) fn check<'a>(
    closure: &Closure<'_, 'a>,
    values: &mut Values<'_, 'a>,
    vendor: Json<'_>,
    shape: Option<Json<'_>>,
) {
    let id = shape
        .and_then(|json| json.string().ok())
        .unwrap_or_default();
    let shape = ShapeId::parse(&id).and_then(|id| closure.model.get(id));
    match shape {
        Some(shape) => values.value(vendor, shape),
        None => by_name(values, vendor),
    }
    let built_ins = built_ins(closure);
    let built_ins: Vec<_> = built_ins.iter().map(|name| &**name).collect();
    // Without rules every request goes where the test says.
    if let Some(params) = entry(vendor, "endpointParams").filter(|_| !built_ins.is_empty()) {
        let params = entry(params, "builtInParams");
        names(values, params, "built-in of the endpoint rules", &built_ins);
    }
}

fn by_name(values: &mut Values<'_, '_>, vendor: Json<'_>) {
    for (path, known) in KNOWN {
        let object = path.iter().try_fold(vendor, |json, name| entry(json, name));
        names(values, object, "setting", known);
    }
}

/// Checks the keys of an object.
fn names(values: &mut Values<'_, '_>, object: Option<Json<'_>>, what: &str, known: &[&str]) {
    for entry in object.map(entries).unwrap_or_default() {
        if !known.contains(&&*entry.key) {
            values.unknown(what, &entry.key, entry.key_span, known);
        }
    }
}
