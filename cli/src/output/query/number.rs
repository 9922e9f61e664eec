//! Arithmetic as Python has it: integers of any size, and doubles.

use std::cmp::Ordering;

use num_bigint::BigInt;
use serde_json::{Number, Value};

#[derive(Clone, Debug)]
pub(super) enum Num {
    Int(BigInt),
    Float(f64),
}

impl From<&Number> for Num {
    fn from(number: &Number) -> Self {
        match number.as_str().parse() {
            Ok(int) => Self::Int(int),
            Err(_) => Self::Float(number.as_f64().unwrap_or_default()),
        }
    }
}

impl Num {
    /// The number that a value is; 0 for any other.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Number(number) => Self::from(number),
            _ => Self::Int(BigInt::ZERO),
        }
    }

    /// The nearest double; infinite for an integer beyond all doubles.
    pub(super) fn float(&self) -> f64 {
        match self {
            Self::Int(int) => int.to_string().parse().unwrap_or(f64::INFINITY),
            Self::Float(float) => *float,
        }
    }

    /// An integer and a double are compared exactly: 2⁵³ + 1 is more than any double that it could be rounded to.
    pub(super) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => Some(left.cmp(right)),
            (Self::Float(left), Self::Float(right)) => left.partial_cmp(right),
            (Self::Int(left), Self::Float(right)) => {
                let by_fraction = 0.0.partial_cmp(&right.fract())?;
                Some(left.cmp(&whole(*right)?).then(by_fraction))
            }
            (Self::Float(_), Self::Int(_)) => other.order(self).map(Ordering::reverse),
        }
    }

    pub(super) fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Int(left), Self::Int(right)) => Self::Int(left + right),
            (left, right) => Self::Float(left.float() + right.float()),
        }
    }

    pub(super) fn abs(self) -> Self {
        match self {
            Self::Int(int) => Self::Int(int.magnitude().clone().into()),
            Self::Float(float) => Self::Float(float.abs()),
        }
    }

    /// The integer that `round` gives.
    pub(super) fn rounded(self, round: fn(f64) -> f64) -> Self {
        match self {
            Self::Float(float) => whole(round(float)).map_or(Self::Float(float), Self::Int),
            int => int,
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

    /// The number as JSON.
    pub(super) fn value(self) -> Result<Value, String> {
        let number = match self {
            Self::Int(int) => int.to_string().parse().ok(),
            Self::Float(float) => Number::from_f64(float),
        };
        number
            .map(Value::Number)
            .ok_or_else(|| "number out of range".to_owned())
    }
}

/// The integer before the point. A double is printed with all of its digits.
fn whole(float: f64) -> Option<BigInt> {
    format!("{:.0}", float.trunc()).parse().ok()
}
