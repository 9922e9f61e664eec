//! A web server (axum) over a bucket: `GET /KEY` streams an object, `PUT /KEY` stores one. Neither is held in memory.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use zonal::{AnyError, Client};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let router = router(Client::from_env()?, zonal_examples::bucket());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{}", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}

/// Where the objects are. Clones share connections and sessions.
#[derive(Clone)]
struct Bucket {
    client: Client,
    name: String,
}

/// The routes of the server.
pub(crate) fn router(client: Client, name: String) -> Router {
    let routes = get(download).put(upload);
    Router::new()
        .route("/{*key}", routes)
        .with_state(Bucket { client, name })
}

async fn download(
    State(bucket): State<Bucket>,
    Path(key): Path<String>,
) -> Result<Response, Failure> {
    let object = bucket
        .client
        .get_object(&bucket.name, key)
        .resume_reads(3)
        .await?;
    Ok(Body::from_stream(object.body).into_response())
}

async fn upload(
    State(bucket): State<Bucket>,
    Path(key): Path<String>,
    request: Request,
) -> Result<StatusCode, Failure> {
    // the length comes from the Content-Length of the request
    let body = zonal::Body::from_http_body(request.into_body());
    bucket
        .client
        .put_object(&bucket.name, key)
        .body(body)
        .await?;
    Ok(StatusCode::CREATED)
}

struct Failure(AnyError);

impl<E: Into<AnyError>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self.0.status() {
            Some(StatusCode::NOT_FOUND) => StatusCode::NOT_FOUND.into_response(),
            // the details are for the log of the server, not for its callers
            _ => StatusCode::BAD_GATEWAY.into_response(),
        }
    }
}
