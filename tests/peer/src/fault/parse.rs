//! Faults as text, for a command line: `slow-down=2,on=CreateSession,times=3`.

use std::str::FromStr;
use std::time::Duration;

use super::Fault;
use crate::route::Operation;

/// What a fault can be written as; each line stands for one word.
const WORDS: &str = "\
slow-down=SECONDS        answer SlowDown with retry-after
error=STATUS:CODE        answer this error
late-error=CODE          answer 200, blanks, and this error
redirect=STATUS:URL      answer a redirect
truncate=BYTES           cut the body, framed as if that were all
endless=BYTES            answer an XML document of this size
doctype                  put a document type in front
listing                  answer a listing, as a server does that knows no sessions
delay=MILLISECONDS       wait before the answer
working=N:MILLISECONDS   send the status at once and blanks with pauses, then the document
interim=N:MILLISECONDS   send so many interim responses (1xx) first, with pauses
slow-read=N:MILLISECONDS read so many bytes of the request's body at a time, with pauses
stall | stall-after=BYTES   say no more, and keep the connection
reset | reset-after=BYTES   reset the connection
close | close-after=BYTES   close the connection
length=BYTES             declare this length
on=OPERATION             for this operation only
times=N | always         how often; once unless told
skip=N                   let so many pass first
any-caller               before the signature is checked
before-body              once the head is there; the body stays unread";

impl Fault {
    /// The words that [`Fault::from_str`] takes, one on a line with what it does.
    pub fn words() -> &'static str {
        WORDS
    }
}

/// An invalid fault. The message lists the valid words.
#[derive(Debug)]
pub struct FaultError(String);

impl std::fmt::Display for FaultError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}; words are, with commas between:\n{WORDS}", self.0)
    }
}

impl std::error::Error for FaultError {}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let words = text.split(',').map(|word| {
            let (name, value) = word.split_once('=').unwrap_or((word, ""));
            Word {
                name: name.trim(),
                value: value.trim(),
            }
        });
        let words: Vec<_> = words.collect();
        let mut fault = None;
        for word in &words {
            if let Some(found) = word.answer()?
                && fault.replace(found).is_some()
            {
                return Err(FaultError(format!("`{}` is a second answer", word.name)));
            }
        }
        let start = fault.unwrap_or_else(Self::genuine);
        words
            .iter()
            .try_fold(start, |fault, word| word.change(fault))
    }
}

struct Word<'t> {
    name: &'t str,
    value: &'t str,
}

impl Word<'_> {
    /// The answer that the word stands for; none where it only changes one.
    fn answer(&self) -> Result<Option<Fault>, FaultError> {
        Ok(Some(match self.name {
            "slow-down" => Fault::slow_down(self.number()?),
            "error" => {
                let (status, code) = self.pair()?;
                Fault::error(status, code, "scripted")
            }
            "late-error" => Fault::late_error(100, self.text()?, "scripted"),
            "redirect" => {
                let (status, url) = self.pair()?;
                Fault::redirect(status, url)
            }
            "truncate" => Fault::truncated(self.number()?),
            "endless" => Fault::endless(self.number()?),
            "doctype" => Fault::with_doctype("<!DOCTYPE x [<!ENTITY e \"x\">]>"),
            "listing" => Fault::list_bucket_result(),
            "working" => {
                let (blanks, pause) = self.paced()?;
                Fault::working(blanks, pause)
            }
            "slow-read" => {
                let (bytes, pause) = self.paced()?;
                Fault::slow_read(bytes, pause)
            }
            _ => return Ok(None),
        }))
    }

    /// The fault with what the word adds.
    fn change(&self, fault: Fault) -> Result<Fault, FaultError> {
        Ok(match self.name {
            "slow-down" | "error" | "late-error" | "redirect" | "truncate" | "endless"
            | "doctype" | "listing" | "working" | "slow-read" => fault,
            "interim" => {
                let (count, pause) = self.paced()?;
                fault.interim(count, pause)
            }
            "delay" => fault.delay(Duration::from_millis(self.number()?)),
            "stall" => fault.stall_before_head(),
            "stall-after" => fault.stall_after(self.number()?),
            "reset" => fault.reset_before_head(),
            "reset-after" => fault.reset_after(self.number()?),
            "close" => fault.close_before_head(),
            "close-after" => fault.close_after(self.number()?),
            "length" => fault.declared_length(self.number()?),
            "on" => fault.on(self.operation()?),
            "times" => fault.times(self.number()?),
            "always" => fault.always(),
            "skip" => fault.skip(self.number()?),
            "any-caller" => fault.for_any_caller(),
            "before-body" => fault.before_body(),
            other => return Err(FaultError(format!("`{other}` is not a word of a fault"))),
        })
    }

    fn text(&self) -> Result<&str, FaultError> {
        match self.value {
            "" => Err(FaultError(format!("`{}` needs a value", self.name))),
            value => Ok(value),
        }
    }

    fn number<N: FromStr>(&self) -> Result<N, FaultError> {
        let text = self.text()?;
        text.parse()
            .map_err(|_| FaultError(format!("`{}={text}` is not a valid number", self.name)))
    }

    /// `500:InternalError`
    fn pair(&self) -> Result<(u16, &str), FaultError> {
        let pair = self.text()?.split_once(':');
        let pair = pair.and_then(|(status, text)| Some((status.parse().ok()?, text)));
        pair.ok_or_else(|| FaultError(format!("`{}` needs STATUS:TEXT", self.name)))
    }

    /// `15:1000`
    fn paced<N: FromStr>(&self) -> Result<(N, Duration), FaultError> {
        let pair = self.text()?.split_once(':');
        let pair = pair.and_then(|(count, pause)| {
            Some((
                count.parse().ok()?,
                Duration::from_millis(pause.parse().ok()?),
            ))
        });
        pair.ok_or_else(|| FaultError(format!("`{}` needs N:MILLISECONDS", self.name)))
    }

    fn operation(&self) -> Result<Operation, FaultError> {
        let text = self.text()?;
        let found = Operation::ALL
            .iter()
            .find(|operation| operation.to_string() == text);
        found
            .copied()
            .ok_or_else(|| FaultError(format!("there is no operation `{text}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_understood() {
        for text in [
            "slow-down=2,on=CreateSession,times=3",
            "error=500:InternalError,always,skip=1",
            "late-error=InternalError,on=CopyObject",
            "redirect=307:http://127.0.0.1:1/",
            "truncate=10,delay=5",
            "endless=1000,any-caller",
            "error=403:AccessDenied,before-body",
            "doctype",
            "listing,close-after=3",
            "working=15:1000,on=CopyObject",
            "stall,interim=3:0",
            "slow-read=5000:100,on=PutObject",
            "stall",
            "stall-after=1",
            "reset",
            "reset-after=7,length=1000",
            "close",
        ] {
            text.parse::<Fault>()
                .unwrap_or_else(|error| panic!("{text}: {error}"));
        }
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, says) in [
            ("nonsense", "`nonsense` is not a word"),
            ("slow-down", "`slow-down` needs a value"),
            ("truncate=x", "`truncate=x` is not a valid number"),
            ("error=500", "needs STATUS:TEXT"),
            ("working=5", "needs N:MILLISECONDS"),
            ("stall,on=Nothing", "no operation `Nothing`"),
            ("doctype,listing", "`listing` is a second answer"),
        ] {
            let Err(error) = text.parse::<Fault>() else {
                panic!("{text} is understood");
            };
            assert!(
                error.to_string().starts_with(says) || error.to_string().contains(says),
                "{error}"
            );
            assert!(error.to_string().contains("words are"), "{error}");
        }
    }
}
