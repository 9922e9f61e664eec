//! Servers as processes of this test, on free ports of the loopback interface, with data that is gone afterwards.

use std::fs::File;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub(crate) const KEY: &str = "AKIDEXAMPLE";
pub(crate) const SECRET: &str = "secret/of/the+user";

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running server; it ends when it is dropped.
pub(crate) struct Server {
    child: Child,
    directory: TempDir,
    port: u16,
}

impl Server {
    pub(crate) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Starts a command with its output in a file of its directory.
    async fn start(mut command: Command, directory: TempDir, port: u16) -> Self {
        let log = File::create(directory.path().join("log")).unwrap();
        command
            .current_dir(directory.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log);
        let child = command.spawn();
        let mut server = Self {
            child: child.unwrap_or_else(|error| panic!("{command:?}: {error}")),
            directory,
            port,
        };
        server.wait_for_port().await;
        server
    }

    async fn wait_for_port(&mut self) {
        let start = Instant::now();
        while tokio::net::TcpStream::connect(self.address())
            .await
            .is_err()
        {
            let ended = self.child.try_wait().unwrap();
            if ended.is_some() || start.elapsed() > PATIENCE {
                panic!("no server: {ended:?}\n{}", self.log());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// The last that the server said.
    pub(crate) fn log(&self) -> String {
        let log = std::fs::read(self.directory.path().join("log")).unwrap_or_default();
        let tail = &log[log.len().saturating_sub(4000)..];
        String::from_utf8_lossy(tail).into_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It holds nothing that anybody wants, so it need not end in good order.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// SeaweedFS with one user, or `None` with a note.
pub(crate) async fn seaweedfs() -> Option<Server> {
    let program = program("ZONAL_SEAWEEDFS", "weed")?;
    let directory = tempfile::tempdir().unwrap();
    let users = serde_json::json!({ "identities": [{
        "name": "user",
        "credentials": [{ "accessKey": KEY, "secretKey": SECRET }],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }]});
    let config = directory.path().join("users.json");
    std::fs::write(&config, users.to_string()).unwrap();
    let ports = free_ports::<8>();
    let mut command = Command::new(program);
    command.args([
        "server",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-dir=.",
        "-s3",
    ]);
    command.args(["-volume.max=100", "-master.volumeSizeLimitMB=64"]);
    command.args(["-master.telemetry=false", "-s3.iam=false"]);
    command.args(["-s3.port.iceberg=0", "-s3.port.lance=0"]);
    command.args(["-filer.localSocket=filer.sock", "-s3.localSocket=s3.sock"]);
    command.arg(format!("-s3.config={}", config.display()));
    let names = ["s3", "master", "volume", "filer"];
    for (name, port) in names.iter().zip(ports.chunks(2)) {
        command.arg(format!("-{name}.port={}", port[0]));
        command.arg(format!("-{name}.port.grpc={}", port[1]));
    }
    Some(Server::start(command, directory, ports[0]).await)
}

/// moto's server, or `None` with a note.
pub(crate) async fn moto() -> Option<Server> {
    let program = program("ZONAL_MOTO", "moto_server")?;
    let [port] = free_ports();
    let mut command = Command::new(program);
    command.args(["-H", "127.0.0.1", "-p", &port.to_string()]);
    Some(Server::start(command, tempfile::tempdir().unwrap(), port).await)
}

/// The program that a variable names, or that is found on the `PATH`.
fn program(variable: &str, name: &str) -> Option<PathBuf> {
    if let Some(path) = std::env::var_os(variable) {
        return Some(path.into());
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut places = std::env::split_paths(&path).map(|folder| folder.join(name));
    let found = places.find(|place| place.is_file());
    if found.is_none() {
        println!("skipped: neither {variable} nor the PATH has a program {name}");
    }
    found
}

/// So many ports that nobody listens on.
fn free_ports<const N: usize>() -> [u16; N] {
    let listeners: [TcpListener; N] =
        std::array::from_fn(|_| TcpListener::bind(("127.0.0.1", 0)).unwrap());
    listeners.map(|listener| listener.local_addr().unwrap().port())
}
