//! The other end: a process of its own that answers as a directory bucket would, and does no more
//! than it must.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use zonal_runtime::checksum::Algorithm;

use crate::Error;

static NOTHING: [u8; 256 << 10] = [0; 256 << 10];

/// A running server; it ends when this is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) port: u16,
    /// Its certificate in PEM, if it speaks TLS.
    #[allow(dead_code, reason = "not every benchmark with this server speaks TLS")]
    pub(crate) certificate: Option<String>,
}

impl Server {
    pub(crate) fn start(tls: bool) -> Result<Self, Error> {
        let made = || rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]);
        let made = tls.then(made).transpose()?;
        let certificate = made.as_ref().map(|made| made.cert.pem());
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("serve").args(&certificate);
        // a key for as long as this runs, and nobody else trusts it
        command.args(made.map(|made| made.signing_key.serialize_pem()));
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn()?;
        let mut line = String::new();
        let output = process.stdout.take().ok_or("no output")?;
        BufReader::new(output).read_line(&mut line)?;
        Ok(Self {
            process,
            port: line.trim().parse()?,
            certificate,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // its input ends with us, and so does the server
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// With a certificate and its key, in PEM, it speaks TLS.
pub(crate) fn serve(tls: &[&str]) -> Result<(), Error> {
    let tls = match tls {
        [certificate, key] => Some(settings(certificate, key)?),
        _ => None,
    };
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let tls = tls.clone();
            std::thread::spawn(move || accept(stream, tls));
        }
    });
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

fn settings(certificate: &str, key: &str) -> Result<Arc<ServerConfig>, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let settings =
        ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
    let certificate = CertificateDer::from_pem_slice(certificate.as_bytes())?;
    let key = PrivateKeyDer::from_pem_slice(key.as_bytes())?;
    let settings = settings
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)?;
    Ok(Arc::new(settings))
}

fn accept(stream: TcpStream, tls: Option<Arc<ServerConfig>>) -> Result<(), Error> {
    stream.set_nodelay(true)?;
    match tls {
        Some(tls) => converse(StreamOwned::new(ServerConnection::new(tls)?, stream))?,
        None => converse(stream)?,
    }
    Ok(())
}

/// Answers one request after another.
fn converse<S: Read + Write>(stream: S) -> io::Result<()> {
    let mut input = BufReader::with_capacity(NOTHING.len(), stream);
    let mut head = Vec::new();
    loop {
        head.clear();
        while !head.ends_with(b"\r\n\r\n") {
            if input.read_until(b'\n', &mut head)? == 0 {
                return Ok(());
            }
        }
        let text = String::from_utf8_lossy(&head);
        let length = header(&text, "content-length").and_then(|value| value.parse().ok());
        io::copy(
            &mut input.by_ref().take(length.unwrap_or(0)),
            &mut io::sink(),
        )?;
        answer(&text, input.get_mut())?;
    }
}

fn answer(head: &str, stream: &mut impl Write) -> io::Result<()> {
    let target = head.split(' ').nth(1).unwrap_or_default();
    if target.contains("?session") {
        let body = session();
        return stream.write_all(&[success(body.len() as u64, ""), body].concat().into_bytes());
    }
    if target.contains("list-type=2") {
        let body = listing();
        return stream.write_all(&[success(body.len() as u64, ""), body].concat().into_bytes());
    }
    let path = target.split('?').next().unwrap_or_default();
    let size = path.rsplit('/').next().and_then(|size| size.parse().ok());
    let size = size.filter(|_| head.starts_with("GET")).unwrap_or(0u64);
    let mut more = String::from("etag: \"0fc4a1d9b9a94ab99a6b1d5a4d7b2c11\"\r\n");
    if header(head, "x-amz-checksum-mode").is_some() {
        let crc = checksum(size);
        more += &format!("x-amz-checksum-crc32: {crc}\r\nx-amz-checksum-type: FULL_OBJECT\r\n");
    }
    let mut out = success(size, &more).into_bytes();
    let first = size.min(NOTHING.len() as u64);
    out.extend_from_slice(&NOTHING[..first as usize]);
    stream.write_all(&out)?;
    let mut left = (size - first) as usize;
    while left > 0 {
        let piece = &NOTHING[..left.min(NOTHING.len())];
        stream.write_all(piece)?;
        left -= piece.len();
    }
    stream.flush()
}

/// The CRC32 of that many zeros, in base64, once per size.
fn checksum(size: u64) -> String {
    static KNOWN: Mutex<BTreeMap<u64, String>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    let compute = || Algorithm::Crc32.checksum(&vec![0; size as usize]);
    known.entry(size).or_insert_with(compute).clone()
}

fn success(length: u64, more: &str) -> String {
    format!(
        "HTTP/1.1 200 OK\r\n\
         server: AmazonS3\r\n\
         x-amz-request-id: 0033eada6b00018d5c6d0f4005094b3e5bd7b4b8\r\n\
         x-amz-id-2: pU9dD7o\r\n\
         date: Sun, 22 Nov 2026 00:45:15 GMT\r\n\
         last-modified: Sun, 22 Nov 2026 00:00:00 GMT\r\n\
         x-amz-storage-class: EXPRESS_ONEZONE\r\n\
         x-amz-server-side-encryption: AES256\r\n\
         accept-ranges: bytes\r\n\
         content-type: application/octet-stream\r\n\
         content-length: {length}\r\n{more}\r\n"
    )
}

/// A session of a long hour from the date in [`success`].
fn session() -> String {
    format!(
        "<CreateSessionResult><Credentials><SessionToken>{}</SessionToken>\
         <SecretAccessKey>wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY</SecretAccessKey>\
         <AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId>\
         <Expiration>2026-11-22T01:50:15Z</Expiration></Credentials></CreateSessionResult>",
        "AgoJb3JpZ2luX2VjE".repeat(48)
    )
}

/// A page that is twelve times as long as any service's, with nearly as many elements as are read.
fn listing() -> String {
    let objects = (0..12_000).map(|index| {
        format!(
            "<Contents><Key>logs/2026/11/22/part-{index:05}.parquet</Key>\
             <LastModified>2026-11-22T10:00:00.000Z</LastModified><ETag>&quot;{index:032x}&quot;</ETag>\
             <ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumType>FULL_OBJECT</ChecksumType>\
             <Size>{}</Size><StorageClass>EXPRESS_ONEZONE</StorageClass></Contents>",
            index * 1021,
        )
    });
    let objects: String = objects.collect();
    format!(
        "<ListBucketResult><Name>demo--usw2-az1--x-s3</Name><IsTruncated>false</IsTruncated>\
         {objects}</ListBucketResult>"
    )
}

fn header<'h>(head: &'h str, name: &str) -> Option<&'h str> {
    head.lines().find_map(|line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}
