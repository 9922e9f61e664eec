//! What a server says on a connection before it is asked is not the answer to the next request.

use std::io::{BufReader, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use bytes::Bytes;
use zonal::runtime::Body;

use crate::odd::{asking, local, read};
use crate::support::{BUCKET, pieces_of};

/// What it is to say, and whether it closes the connection then.
type Speech = (&'static str, bool);

const SPEECHES: [Speech; 6] = [
    (
        "HTTP/1.1 408 Request Time-out\r\nconnection: close\r\ncontent-length: 0\r\n\r\n",
        true,
    ),
    (
        "HTTP/1.1 408 Request Time-out\r\ncontent-length: 0\r\n\r\n",
        false,
    ),
    (
        "HTTP/1.1 200 OK\r\netag: \"false\"\r\ncontent-length: 0\r\n\r\n",
        false,
    ),
    ("HTTP/1.1 200 OK\r\netag: \"false\"\r\n", false),
    ("garbage", true),
    ("", true),
];

/// Answers every request, and on each connection says something behind the first answer: once it is told to, and it
/// tells when it was said.
fn server(listener: TcpListener, (speech, closes): Speech) -> (Sender<()>, Receiver<()>) {
    let (tell, told) = channel::<()>();
    let (say, said) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let answer = b"HTTP/1.1 200 OK\r\netag: \"true\"\r\ncontent-length: 0\r\n\r\n";
            if read(&mut stream).is_none() || stream.get_mut().write_all(answer).is_err() {
                continue;
            }
            if told.recv().is_err() {
                return;
            }
            stream.get_mut().write_all(speech.as_bytes()).unwrap();
            let open = (!closes).then_some(stream);
            say.send(()).unwrap();
            // whatever comes now was sent over a connection that says what nobody has asked
            if let Some(mut stream) = open {
                assert_eq!(read(&mut stream), None);
            }
        }
    });
    (tell, said)
}

/// The runtime knows nothing of what was said, or it does. The body can be sent only once.
#[tokio::test]
async fn what_nobody_has_asked_is_no_answer() {
    for speech in SPEECHES {
        for is_known in [false, true] {
            let listener = local();
            let address = listener.local_addr().unwrap();
            let (tell, said) = server(listener, speech);
            let client = asking(address).max_attempts(1).build().unwrap();
            for _ in 0..4 {
                let body = Body::from_stream(pieces_of(&Bytes::from_static(b"content")), Some(7));
                let put = client.put_object(BUCKET, "k").body(body).await.unwrap();
                assert_eq!(put.e_tag.as_deref(), Some("\"true\""), "{speech:?}");
                tell.send(()).unwrap();
                said.recv().unwrap();
                if is_known {
                    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
                }
            }
        }
    }
}
