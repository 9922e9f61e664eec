//! A crate with a client that its build script writes.

/// The client of a service that keeps notes.
mod notes {
    include!(concat!(env!("OUT_DIR"), "/notes/mod.rs"));
}

fn main() -> Result<(), notes::BuildError> {
    let client = notes::Client::builder()
        .region("us-west-2")
        .endpoint_url("http://127.0.0.1:8080")
        .build()?;
    let call = client.get_note("n1");
    println!("{call:?}");
    println!("{:?}", notes::types::Colour::Yellow);
    Ok(())
}
