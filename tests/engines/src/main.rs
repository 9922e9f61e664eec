//! The processes of the tests, and the figures.

use zonal_engines::{Error, cluster, figures, slate};

/// Reads go on for so many seconds: the rival takes a new session twice.
const READS: u64 = 540;

const USAGE: &str = "usage: figures [SECONDS] | scheduler PORT | executor SCHEDULER PORT GRPC-PORT FOLDER | slatedb FROM |
       work WORK STORE ENDPOINT | reads STORE ENDPOINT SECONDS";

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["scheduler", port] => cluster::schedule(port.parse()?).await,
        ["executor", scheduler, port, grpc_port, folder] => {
            cluster::execute(
                scheduler.parse()?,
                port.parse()?,
                grpc_port.parse()?,
                folder,
            )
            .await
        }
        ["slatedb", from] => slate::write_for_ever(from.parse()?).await,
        ["work", work, side, endpoint] => figures::run_work(work, side, endpoint).await,
        ["reads", side, endpoint, seconds] => {
            figures::read_steadily(side, endpoint, seconds.parse()?).await
        }
        ["figures"] => figures::compare(READS).await,
        ["figures", seconds] => figures::compare(seconds.parse()?).await,
        _ => Err(USAGE.into()),
    }
}
