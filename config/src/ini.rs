//! Parses configuration files of AWS, in the format of Python's `configparser`: `key = value` or `key: value` under
//! `[section]`, comments on separate lines, longer values on indented lines.

use indexmap::IndexMap;
use zonal_runtime::Secret;

/// A file: its sections in order.
pub(crate) type File = IndexMap<String, Section>;

/// A section: settings by name, in lower case. Any of them may be a secret, so they are overwritten when they are dropped.
pub(crate) type Section = IndexMap<String, Secret>;

/// The section whose settings all others inherit. It may occur more than once.
const DEFAULTS: &str = "DEFAULT";

/// Parses a file. The error has the line and the problem.
pub(crate) fn parse(text: &str) -> Result<File, String> {
    let mut reader = Reader::default();
    // a carriage return also ends a line
    let lines = text
        .split('\n')
        .flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r'));
    for (at, line) in lines.enumerate() {
        reader
            .line(line)
            .map_err(|problem| format!("line {}: {problem}", at + 1))?;
    }
    let mut file = reader.file;
    if let Some(defaults) = file.shift_remove(DEFAULTS) {
        for section in file.values_mut() {
            for (name, value) in &defaults {
                let slot = section.entry(name.clone());
                slot.or_insert_with(|| value.clone());
            }
        }
    }
    check_nested(&file)?;
    Ok(file)
}

/// Indented lines below a setting without a value are nested settings.
fn check_nested(file: &File) -> Result<(), String> {
    let settings = file
        .iter()
        .flat_map(|(section, settings)| settings.iter().map(move |found| (section, found)));
    for (section, (name, value)) in settings {
        let value = value.expose();
        let mut lines = value.lines().skip(1);
        if value.starts_with('\n') && lines.any(|line| !line.contains('=')) {
            return Err(format!(
                "a line below `{name}` in [{section}] is not `name = value`"
            ));
        }
    }
    Ok(())
}

#[derive(Default)]
struct Reader {
    file: File,
    section: Option<String>,
    /// The setting that indented lines continue.
    setting: Option<String>,
    indent: usize,
}

impl Reader {
    fn line(&mut self, line: &str) -> Result<(), String> {
        let content = line.trim();
        if content.starts_with(['#', ';']) {
            return Ok(());
        }
        let indent = line.len() - line.trim_start().len();
        if content.is_empty() {
            return Ok(());
        }
        if let (Some(section), Some(setting)) = (&self.section, &self.setting)
            && indent > self.indent
        {
            if let Some(value) = self.file.get_mut(section).and_then(|s| s.get_mut(setting)) {
                *value = Secret::from([value.expose(), "\n", content].concat());
            }
            return Ok(());
        }
        self.indent = indent;
        if let Some(name) = content
            .strip_prefix('[')
            .and_then(|rest| rest.rsplit_once(']'))
            .filter(|(name, _)| !name.is_empty())
        {
            return self.open(name.0);
        }
        let Some(section) = &self.section else {
            return Err("no section header comes before it".to_owned());
        };
        let Some(end) = content.find(['=', ':']).filter(|end| *end > 0) else {
            return Err("it is neither `[section]` nor `name = value`".to_owned());
        };
        let name = content[..end].trim_end().to_lowercase();
        let value = Secret::from(content[end + 1..].trim());
        let settings = self.file.entry(section.clone()).or_default();
        if settings.insert(name.clone(), value).is_some() {
            return Err(format!("`{name}` occurs twice in [{section}]"));
        }
        self.setting = Some(name);
        Ok(())
    }

    fn open(&mut self, name: &str) -> Result<(), String> {
        if name == DEFAULTS {
            self.file.entry(name.to_owned()).or_default();
        } else if self.file.insert(name.to_owned(), Section::new()).is_some() {
            return Err(format!("the section [{name}] occurs twice"));
        }
        self.section = Some(name.to_owned());
        self.setting = None;
        Ok(())
    }
}

/// The nested settings of a setting, such as those below `s3 =`; `None` if it has a value.
pub(crate) fn nested(value: &str) -> Option<Section> {
    let lines = value.strip_prefix('\n')?;
    let settings = lines.lines().filter_map(|line| {
        let (name, value) = line.split_once('=')?;
        Some((name.trim().to_owned(), Secret::from(value.trim())))
    });
    Some(settings.collect())
}

/// The words in the name of a section. Quotes can enclose blanks.
pub(crate) fn words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            c if c.is_whitespace() => words.extend(word.take()),
            '\'' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '\'' => break,
                        c => word.push(c),
                    }
                }
            }
            '"' => {
                let word = word.get_or_insert_default();
                loop {
                    match chars.next()? {
                        '"' => break,
                        '\\' => match chars.next()? {
                            c @ ('"' | '\\') => word.push(c),
                            c => word.extend(['\\', c]),
                        },
                        c => word.push(c),
                    }
                }
            }
            '\\' => word.get_or_insert_default().push(chars.next()?),
            c => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_read_as_configparser_does() {
        let text = "; c\n[default]\n  Region:  us-west-2 # no comment \ns3 =\n  a = b\n\n  c=d\n[x y]\nk = \n";
        let file = parse(text).unwrap();
        assert_eq!(file["default"]["region"].expose(), "us-west-2 # no comment");
        let s3 = nested(file["default"]["s3"].expose()).unwrap();
        assert_eq!((s3["a"].expose(), s3["c"].expose()), ("b", "d"));
        assert_eq!(file["x y"]["k"].expose(), "");
        let file = parse("[DEFAULT]\na=1\n[x]\n[y]\na=2\n[DEFAULT]\nb=3\n").unwrap();
        assert_eq!(
            ["x", "y"].map(|section| file[section]["a"].expose()),
            ["1", "2"]
        );
        assert_eq!(file["y"]["b"].expose(), "3");
        // a carriage return ends a line as well, with a line feed or without
        let file = parse("[a]\r\nb=1\r[c]\nd=2\r\n  e\r\n").unwrap();
        assert_eq!(file["a"]["b"].expose(), "1");
        assert_eq!(file["c"]["d"].expose(), "2\ne");
    }

    #[test]
    fn what_is_no_setting_is_named_by_line() {
        for (text, problem) in [
            ("a = b", "line 1: no section header comes before it"),
            ("[a]\rb", "line 2: it is neither"),
            ("[a]\n[]", "line 2: it is neither"),
            ("[a]\nb=1\nB=2", "line 3: `b` occurs twice in [a]"),
            ("[a]\n[a]", "line 2: the section [a] occurs twice"),
            ("\u{feff}[a]", "line 1: no section"),
            ("[a]\nb =\n  c", "a line below `b` in [a] is not"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.starts_with(problem), "{error}");
        }
    }

    #[test]
    fn names_are_split_as_in_a_shell() {
        assert_eq!(
            words(r#"profile "my prof""#).unwrap(),
            ["profile", "my prof"]
        );
        assert_eq!(words(r"a'b c'd\ e").unwrap(), ["ab cd e"]);
        assert_eq!(words("'open"), None);
    }
}
