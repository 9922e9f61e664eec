//! The processes of the tests, and the figures.

use zonal_engines::{Error, figures};
#[cfg(feature = "engines")]
use zonal_engines::{cluster, slate};

/// Reads go on for so many seconds, while sessions end every minute.
const READS: u64 = 300;

const USAGE: &str = "usage: figures [SECONDS] | scheduler PORT | executor SCHEDULER PORT GRPC-PORT FOLDER | slatedb FROM |
       work WORK STORE ENDPOINT | reads STORE ENDPOINT SECONDS";

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        #[cfg(feature = "engines")]
        ["scheduler", port] => cluster::schedule(port.parse()?).await,
        #[cfg(feature = "engines")]
        ["executor", scheduler, port, grpc_port, folder] => {
            cluster::execute(
                scheduler.parse()?,
                port.parse()?,
                grpc_port.parse()?,
                folder,
            )
            .await
        }
        #[cfg(feature = "engines")]
        ["slatedb", from] => slate::write_for_ever(from.parse()?).await,
        ["work", work, side, endpoint] => figures::run_work(work, side, endpoint).await,
        ["reads", side, endpoint, seconds] => figures::read(side, endpoint, seconds.parse()?).await,
        ["figures"] => figures::compare(READS).await,
        ["figures", seconds] => figures::compare(seconds.parse()?).await,
        _ => Err(USAGE.into()),
    }
}
