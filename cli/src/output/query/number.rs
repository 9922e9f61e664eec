//! Arithmetic that keeps integers integers.

use std::cmp::Ordering;

use serde_json::{Number, Value};

#[derive(Clone, Copy, Debug)]
pub(super) enum Num {
    Int(i128),
    Float(f64),
}

impl From<&Number> for Num {
    fn from(number: &Number) -> Self {
        match number.as_i128() {
            Some(int) => Self::Int(int),
            None => Self::Float(number.as_f64().unwrap_or_default()),
        }
    }
}

impl Num {
    /// The number that a value is; 0 for any other.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Number(number) => Self::from(number),
            _ => Self::Int(0),
        }
    }

    pub(super) fn float(self) -> f64 {
        match self {
            Self::Int(int) => int as f64,
            Self::Float(float) => float,
        }
    }

    pub(super) fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => Some(left.cmp(&right)),
            _ => self.float().partial_cmp(&other.float()),
        }
    }

    pub(super) fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) if left.checked_add(right).is_some() => {
                Self::Int(left.saturating_add(right))
            }
            _ => Self::Float(self.float() + other.float()),
        }
    }

    pub(super) fn abs(self) -> Self {
        match self {
            Self::Int(int) => Self::Int(int.saturating_abs()),
            Self::Float(float) => Self::Float(float.abs()),
        }
    }

    /// The integer that `round` gives.
    pub(super) fn rounded(self, round: fn(f64) -> f64) -> Self {
        match self {
            Self::Int(int) => Self::Int(int),
            Self::Float(float) if round(float).abs() < 1e30 => Self::Int(round(float) as i128),
            Self::Float(float) => Self::Float(float),
        }
    }

    /// Reads a number the way Python's `int` and `float` do: blanks around it and single underscores between digits
    /// do not count. JSON has no infinity, so there is none here.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let bytes = text.as_bytes();
        let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
        let allowed = |(at, byte): (usize, &u8)| match byte {
            b'_' => at > 0 && is_digit(at - 1) && is_digit(at + 1),
            byte => byte.is_ascii_digit() || b"+-.eE".contains(byte),
        };
        if !bytes.iter().enumerate().all(allowed) {
            return None;
        }
        let text = text.replace('_', "");
        if let Ok(int) = text.parse() {
            return Some(Self::Int(int));
        }
        text.parse()
            .ok()
            .filter(|float: &f64| float.is_finite())
            .map(Self::Float)
    }

    /// The number as JSON; an integer that takes more than 64 bits loses digits.
    pub(super) fn value(self) -> Result<Value, String> {
        let number = match self {
            Self::Int(int) => Number::from_i128(int).or_else(|| Number::from_f64(int as f64)),
            Self::Float(float) => Number::from_f64(float),
        };
        number
            .map(Value::Number)
            .ok_or_else(|| "number out of range".to_owned())
    }
}
