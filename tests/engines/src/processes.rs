//! Processes that tests start and kill.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::Error;

/// A process of this crate's program; it is killed when it is dropped.
pub struct Process(Child);

impl Process {
    /// Starts the program with these arguments and variables. What it says goes to a file.
    ///
    /// # Errors
    ///
    /// If it does not start.
    pub fn start(
        program: &str,
        arguments: &[&str],
        environment: &[(&'static str, String)],
        log: &Path,
    ) -> Result<Self, Error> {
        let log = std::fs::File::create(log)?;
        let child = Command::new(program)
            .args(arguments)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()?;
        Ok(Self(child))
    }

    /// Ends it as `kill -9` does: it can do nothing about it, and nothing more.
    ///
    /// # Errors
    ///
    /// If it has ended before.
    pub fn kill(mut self) -> Result<(), Error> {
        if let Some(status) = self.0.try_wait()? {
            return Err(format!("it has ended before, with {status}").into());
        }
        self.0.kill()?;
        self.0.wait()?;
        Ok(())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Ports that nobody listens on.
///
/// # Errors
///
/// If there are none.
pub fn free_ports<const N: usize>() -> Result<[u16; N], Error> {
    let mut listeners = Vec::new();
    let mut ports = [0; N];
    for port in &mut ports {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        *port = listener.local_addr()?.port();
        listeners.push(listener);
    }
    Ok(ports)
}

/// Waits until somebody listens on a port.
///
/// # Errors
///
/// If nobody does for two minutes.
pub async fn listening(port: u16) -> Result<(), Error> {
    until("a process to listen", || {
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
    })
    .await
}

/// Waits for something to come true.
///
/// # Errors
///
/// If it does not within two minutes.
pub async fn until(what: &str, mut is_so: impl FnMut() -> bool) -> Result<(), Error> {
    let start = Instant::now();
    while !is_so() {
        if start.elapsed() > Duration::from_secs(120) {
            return Err(format!("waited for {what} for two minutes").into());
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}
