//! Buckets, sessions, objects and multipart uploads.

use super::{BUCKET, Step};

const OTHER: &str = "other--usw2-az1--x-s3";
const NONE: &str = "none--usw2-az1--x-s3";
const CONFIGURATION: &str = "Location={Type=AvailabilityZone,Name=usw2-az1},Bucket={DataRedundancy=SingleAvailabilityZone,Type=Directory}";

/// The commands for buckets, sessions, objects and uploads.
pub(crate) fn steps() -> Vec<Step> {
    [buckets(), objects(), lists(), uploads(), ends()]
        .into_iter()
        .flatten()
        .collect()
}

/// A command line; `BUCKET` is the bucket. What has blanks in it stands behind the line.
fn line(line: &str) -> Step {
    with(line, &[])
}

fn with(line: &str, more: &[&str]) -> Step {
    let line = line.replace("BUCKET", BUCKET);
    let words: Vec<_> = line
        .split_whitespace()
        .chain(more.iter().copied())
        .collect();
    Step::new(&words)
}

fn buckets() -> Vec<Step> {
    let create =
        format!("create-bucket --bucket {OTHER} --create-bucket-configuration {CONFIGURATION}");
    let session = |mode: &str| {
        line(&format!("create-session --bucket BUCKET {mode}"))
            .keep("$ID", "/Credentials/AccessKeyId")
            .keep("$SECRET", "/Credentials/SecretAccessKey")
            .keep("$TOKEN", "/Credentials/SessionToken")
    };
    vec![
        line(&create),
        line(&create),
        line("list-directory-buckets"),
        line("list-directory-buckets --output text"),
        line("list-directory-buckets --page-size 1"),
        line("list-directory-buckets --max-items 1"),
        line(&format!("head-bucket --bucket {OTHER}")),
        line(&format!("head-bucket --bucket {NONE}")),
        line(&format!("delete-bucket --bucket {OTHER}")),
        line(&format!("delete-bucket --bucket {OTHER}")),
        session(""),
        session("--session-mode ReadOnly"),
        session("--session-mode ReadWrite --server-side-encryption AES256"),
        line(&format!("create-session --bucket {NONE}")),
        line("create-session"),
    ]
}

fn objects() -> Vec<Step> {
    vec![
        line("put-object --bucket BUCKET --key a.txt --body hello --content-type text/plain --cache-control no-cache \
              --metadata colour=blue,shape=round --storage-class EXPRESS_ONEZONE")
        .keep("$A", "/ETag"),
        line("put-object --bucket BUCKET --key a.txt --body hello --if-none-match *"),
        line("put-object --bucket BUCKET --key a.txt --body none")
            .differs("without the cause"),
        line("put-object --bucket BUCKET --body hello"),
        with("put-object --bucket BUCKET --body hello --key", &[""]),
        line("put-object --bucket BUCKET --key a.txt --body hello --metadata a=b,c=d,a=e"),
        line("put-object --bucket BUCKET --key logs/1 --body hello --checksum-algorithm SHA256")
            .keep("$B", "/ETag"),
        line("put-object --bucket BUCKET --key logs/2 --body hello").keep("$E", "/ETag"),
        line("put-object --bucket BUCKET --key logs/1 --body hello --checksum-algorithm SHA256 --write-offset-bytes 11")
            .keep("$C", "/ETag"),
        line("put-object --bucket BUCKET --key logs/1 --body hello --checksum-algorithm SHA256 --write-offset-bytes 3"),
        line("put-object --bucket none--usw2-az1--x-s3 --key a --body hello"),
        line("head-object --bucket BUCKET --key a.txt"),
        line("head-object --bucket BUCKET --key a.txt --checksum-mode ENABLED --output text"),
        line("head-object --bucket BUCKET --key a.txt --query ContentLength"),
        line("head-object --bucket BUCKET --key none"),
        line("head-object --bucket BUCKET --key a.txt --if-none-match $A"),
        line("get-object --bucket BUCKET --key a.txt out"),
        line("get-object --bucket BUCKET --key a.txt --range bytes=0-4 part"),
        line("get-object --bucket BUCKET --key a.txt --range bytes=50- beyond"),
        line("get-object --bucket BUCKET --key none missing"),
        line("get-object --bucket BUCKET --key a.txt --if-match 0 unmatched"),
        line("get-object-attributes --bucket BUCKET --key a.txt --object-attributes ETag ObjectSize Checksum StorageClass"),
        line("get-object-attributes --bucket BUCKET --key none --object-attributes ETag"),
        line("copy-object --bucket BUCKET --key copy --copy-source BUCKET/a.txt")
            .keep("$D", "/CopyObjectResult/ETag"),
        line("copy-object --bucket BUCKET --key copy --copy-source BUCKET/a.txt --metadata-directive REPLACE --metadata a=b")
            .keep("$D", "/CopyObjectResult/ETag"),
        line("copy-object --bucket BUCKET --key copy --copy-source BUCKET/none"),
        line("rename-object --bucket BUCKET --key renamed --rename-source copy"),
        line("rename-object --bucket BUCKET --key renamed --rename-source none"),
        line("rename-object --bucket BUCKET --key renamed --rename-source a.txt --destination-if-none-match *"),
    ]
}

fn lists() -> Vec<Step> {
    let list = "list-objects-v2 --bucket BUCKET";
    let of = |options: &str| line(&format!("{list} {options}"));
    vec![
        of("--prefix logs/"),
        of("--prefix logs"),
        of("--prefix none/"),
        of("--prefix logs/ --delimiter / --query Contents[].Key"),
        of("--delimiter / --query CommonPrefixes"),
        of("--page-size 1 --query length(Contents)"),
        of("--max-items 1 --query NextToken"),
        of("--max-items 1 --query length(Contents) --output table")
            .differs("Prints a table without the value"),
        of("--prefix logs/ --output text"),
        of("--prefix logs/ --output table"),
        of("--prefix logs/ --output yaml").differs("Accepts those of both versions"),
        of("--query `100000000000000000000`"),
        of("--query sum([`9223372036854775807`,`9223372036854775807`,`2`]) --output text"),
        of("--query to_number('100000000000000000001')>`1e20`"),
        of("--max-keys 0"),
        of("--max-items x").differs("without the cause"),
        line("list-objects-v2 --bucket none--usw2-az1--x-s3"),
    ]
}

fn uploads() -> Vec<Step> {
    let upload = "--bucket BUCKET --key big --upload-id $UPLOAD";
    let part = |options: &str| line(&format!("upload-part {upload} {options}"));
    let complete = |parts: &str| {
        with(
            &format!("complete-multipart-upload {upload} --multipart-upload"),
            &[parts],
        )
    };
    vec![
        line("create-multipart-upload --bucket BUCKET --key big --content-type text/plain")
            .keep("$UPLOAD", "/UploadId"),
        part("--part-number 1 --body hello").keep("$ONE", "/ETag"),
        part("--part-number 2 --body hello --checksum-algorithm CRC32").keep("$TWO", "/ETag"),
        part("--part-number 0 --body hello"),
        line("upload-part --bucket BUCKET --key big --upload-id none --part-number 1 --body hello --checksum-algorithm CRC32C")
            .differs("Cannot compute CRC32C"),
        line("upload-part --bucket BUCKET --key big --upload-id none --part-number 1 --body hello"),
        line(&format!(
            "upload-part-copy {upload} --part-number 2 --copy-source BUCKET/a.txt"
        ))
        .keep("$TWO", "/CopyPartResult/ETag"),
        line(&format!(
            "upload-part-copy {upload} --part-number 3 --copy-source BUCKET/a.txt --copy-source-range bytes=0-4"
        ))
        .keep("$THREE", "/CopyPartResult/ETag"),
        line(&format!("list-parts {upload}")),
        line(&format!("list-parts {upload} --output text")),
        line(&format!("list-parts {upload} --max-items 2")),
        line(&format!("list-parts {upload} --page-size 1 --query Parts[].PartNumber")),
        line("list-parts --bucket BUCKET --key big --upload-id none"),
        line("list-multipart-uploads --bucket BUCKET"),
        line("list-multipart-uploads --bucket BUCKET --prefix none"),
        complete("Parts=[{ETag=none,PartNumber=1}]"),
        complete(
            r#"{"Parts": [{"ETag": "$ONE", "PartNumber": 1}, {"ETag": "$TWO", "PartNumber": 2}, {"ETag": "$THREE", "PartNumber": 3}]}"#,
        )
        .keep("$BIG", "/ETag"),
        line("get-object-attributes --bucket BUCKET --key big --object-attributes ObjectParts ObjectSize"),
        line("get-object --bucket BUCKET --key big --part-number 3 third"),
        line("create-multipart-upload --bucket BUCKET --key other").keep("$OTHER", "/UploadId"),
        line("abort-multipart-upload --bucket BUCKET --key other --upload-id $OTHER"),
        line("abort-multipart-upload --bucket BUCKET --key other --upload-id $OTHER"),
    ]
}

fn ends() -> Vec<Step> {
    vec![
        line("delete-object --bucket BUCKET --key a.txt --if-match 0"),
        line("delete-object --bucket BUCKET --key a.txt"),
        line("delete-object --bucket BUCKET --key a.txt"),
        line("delete-objects --bucket BUCKET --delete Objects=[{Key=logs/1},{Key=none}]"),
        line(
            "delete-objects --bucket BUCKET --delete Objects=[{Key=logs/2},{Key=big,ETag=0}],Quiet=true",
        ),
        line("delete-objects --bucket BUCKET --delete Objects=[]"),
        line("delete-bucket --bucket BUCKET"),
    ]
}
