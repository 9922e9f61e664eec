//! The recordings.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// All of them, with what they have in common.
pub(crate) struct Recordings {
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
    pub(crate) session: Map<String, Value>,
    pub(crate) cases: Vec<Case>,
}

/// One call.
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) operation: String,
    pub(crate) params: Map<String, Value>,
    pub(crate) settings: Map<String, Value>,
    pub(crate) over_tls: bool,
    requests: Vec<Recorded>,
}

/// A request as it went over the wire.
pub(crate) struct Recorded {
    pub(crate) method: String,
    pub(crate) target: String,
    /// By name in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Option<Vec<u8>>,
    pub(crate) auth: String,
}

impl Recordings {
    pub(crate) fn read(text: &str) -> Self {
        let mut lines = text
            .lines()
            .map(|line| object(serde_json::from_str(line).unwrap()));
        let meta = lines.next().unwrap();
        Self {
            access_key: string(&meta["access_key"]),
            secret_key: string(&meta["secret_key"]),
            session: object(meta["session"].clone()),
            cases: lines
                .filter(|row| row["kind"] == "request")
                .map(Case::read)
                .collect(),
        }
    }
}

impl Case {
    fn read(row: Map<String, Value>) -> Self {
        let empty = || Value::Object(Map::new());
        let settings = row.get("settings").cloned().unwrap_or_else(empty);
        let requests = row["requests"].as_array().unwrap();
        Self {
            id: string(&row["id"]),
            operation: string(&row["operation"]),
            params: object(row["params"].clone()),
            settings: object(settings),
            over_tls: row["form"] == "zonal-https",
            requests: requests.iter().map(Recorded::read).collect(),
        }
    }

    /// The request of the operation itself: the last, after a session was opened perhaps.
    pub(crate) fn request(&self) -> Option<&Recorded> {
        let session = |request: &&Recorded| request.target.ends_with("?session");
        let is_session = self.operation == "create_session";
        self.requests
            .iter()
            .rfind(|request| is_session || !session(request))
    }

    /// Whether a setting has this value.
    pub(crate) fn has(&self, setting: &str, value: impl Into<Value>) -> bool {
        self.settings.get(setting) == Some(&value.into())
    }
}

impl Recorded {
    fn read(row: &Value) -> Self {
        let headers = row["headers"].as_array().unwrap().iter().map(|pair| {
            let name = string(&pair[0]).to_ascii_lowercase();
            (name, string(&pair[1]))
        });
        let text = row["body_text"]
            .as_str()
            .map(|text| text.as_bytes().to_vec());
        let body = text.or_else(|| (row["body_len"] == 0).then(Vec::new));
        Self {
            method: string(&row["method"]),
            target: string(&row["target"]),
            headers: headers.collect(),
            body,
            auth: string(&row["auth"]["kind"]),
        }
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map,
        other => panic!("not an object: {other}"),
    }
}

pub(crate) fn string(value: &Value) -> String {
    value
        .as_str()
        .unwrap_or_else(|| panic!("not a text: {value}"))
        .to_owned()
}
