//! Filters on the command line: one that names nothing is a mistake of who wrote it, and no suite succeeds with it.

use anyhow::{Result, bail};

/// Where the names of a suite are listed.
#[derive(Debug, Clone, Copy)]
pub struct Names {
    /// What is named: "program", "case".
    pub what: &'static str,
    /// How to see all names.
    pub list: &'static str,
}

impl Names {
    /// Each filter must name something.
    pub fn check(self, filters: &[String], names_something: impl Fn(&str) -> bool) -> Result<()> {
        for filter in filters {
            if !names_something(filter) {
                bail!("`{filter}` names no {}; {}", self.what, self.list);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_that_names_nothing_is_told() {
        let names = Names {
            what: "case",
            list: "`--list` lists them",
        };
        let filters = ["a".to_owned(), "b".to_owned()];
        assert!(names.check(&filters, |_| true).is_ok());
        assert!(names.check(&[], |_| false).is_ok());
        let why = names.check(&filters, |f| f == "a").unwrap_err();
        assert_eq!(why.to_string(), "`b` names no case; `--list` lists them");
    }
}
