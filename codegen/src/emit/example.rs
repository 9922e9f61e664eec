//! Examples that run: `examples/create_session.rs`, from the model's first example of an operation. They are
//! for operations that need nothing but a bucket and only read; all others stand in the documentation alone.

use quote::quote;

use super::rust_file::{Bug, RustFile, ident};
use super::scope::{Place, Scope};
use super::{Context, value};
use crate::api::{Example, Field, Operation};
use crate::files::Files;

/// The variable that names the bucket to try with.
const BUCKET_VARIABLE: &str = "ZONAL_BUCKET";

pub(super) fn emit(
    cx: &Context<'_, '_>,
    operation: &Operation<'_>,
    files: &mut Files,
) -> Result<(), Bug> {
    let Some((example, (arguments, setters))) = fitting(cx, operation) else {
        return Ok(());
    };
    let only_reads = matches!(operation.http.method.as_str(), "GET" | "HEAD");
    let mut required = operation.input.iter().filter(|field| field.required);
    if !only_reads || !required.all(is_bucket) {
        return Ok(());
    }
    let module = &cx.names.operation(&operation.id).module.file;
    let mut file = RustFile::new(
        format!("client/examples/{module}.rs"),
        operation.id.to_string(),
        &format!(
            "{} Region, credentials and endpoint come from the `AWS_…` variables, the bucket from \
             `{BUCKET_VARIABLE}`.",
            example.title_sentence()
        ),
    );
    let krate = ident(&cx.crate_ident());
    file = file.within(Scope::new(Place::Outside(krate.clone()), []));
    let required = operation.input.iter().filter(|field| field.required);
    let bucket = required
        .clone()
        .find(|field| is_bucket(field))
        .map(|field| {
            let name = cx.names.field(field);
            quote!(let #name = std::env::var(#BUCKET_VARIABLE)?;)
        });
    let arguments = required.zip(arguments).map(|(field, literal)| {
        let name = cx.names.field(field);
        if is_bucket(field) {
            quote!(#name)
        } else {
            literal
        }
    });
    let method = &cx.names.operation(&operation.id).method;
    file.item(quote! {
        #[tokio::main(flavor = "current_thread")]
        async fn main() -> Result<(), Box<dyn std::error::Error>> {
            let client = #krate::Client::from_env()?;
            #bucket
            let output = client.#method(#(#arguments),*)#setters.await?;
            println!("{output:#?}");
            Ok(())
        }
    });
    file.finish(files)
}

/// The first example of the model that the generated types can express.
pub(super) fn fitting<'a>(
    cx: &Context<'_, '_>,
    operation: &'a Operation<'_>,
) -> Option<(&'a Example, value::Call)> {
    operation
        .examples
        .iter()
        .find_map(|example| Some((example, value::call_of(cx, operation, &example.input)?)))
}

fn is_bucket(field: &Field<'_>) -> bool {
    field.context_param.as_deref() == Some("Bucket")
}
