//! The changelog as text.

use std::fmt;

use super::{Changes, Class, What};

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        })
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Added => "Added",
            Self::Changed => "Changed",
            Self::Removed => "Removed",
        })
    }
}

impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for what in [What::Added, What::Changed, What::Removed] {
            let list: Vec<_> = self.of(what).collect();
            if list.is_empty() {
                continue;
            }
            writeln!(f, "{what}")?;
            for change in list {
                let (class, item) = (change.class, &change.item);
                writeln!(f, "  {class}  {item}: {}", change.reason)?;
            }
            writeln!(f)?;
        }
        let Some(class) = self.class() else {
            return writeln!(f, "none: nothing changes for users");
        };
        let count = |what| self.of(what).count();
        writeln!(
            f,
            "{class}: {} added, {} changed, {} removed",
            count(What::Added),
            count(What::Changed),
            count(What::Removed)
        )
    }
}

impl Changes {
    fn of(&self, what: What) -> impl Iterator<Item = &super::Change> {
        self.list.iter().filter(move |change| change.what == what)
    }
}
