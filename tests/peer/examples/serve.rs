//! A peer to play with: `cargo run -p zonal-peer --example serve [PORT]`, and then for instance
//!
//! ```text
//! export AWS_ACCESS_KEY_ID=AKIDEXAMPLE AWS_SECRET_ACCESS_KEY=secret AWS_REGION=us-west-2
//! aws s3 ls s3://demo--usw2-az1--x-s3/ --endpoint-url http://127.0.0.1:PORT --region us-west-2
//! ```

use std::io;
use zonal_peer::Peer;

fn main() -> io::Result<()> {
    let port = std::env::args().nth(1);
    let port = port.map(|text| text.parse().map_err(io::Error::other));
    let peer = Peer::builder()
        .bucket("demo--usw2-az1--x-s3")
        .credentials("AKIDEXAMPLE", "secret")
        .port(port.transpose()?.unwrap_or(0))
        .start_blocking()?;
    println!("{}", peer.endpoint_url());
    peer.serve_forever();
    Ok(())
}
