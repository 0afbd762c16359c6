//! Which CPython is meant: version and build. Knows nothing of what differs between them.

use std::fmt;

/// Minor versions for which there is a table, oldest first.
const MINORS: [u8; 8] = [8, 9, 10, 11, 12, 13, 14, 15];

/// Free-threaded builds exist from this minor version on.
const FIRST_FREE_THREADED: u8 = 13;

/// A CPython version and build, as a user names it: `3.13`, `3.13.18`, `3.14t`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Target {
    /// The `13` of `3.13`.
    pub minor: u8,
    /// The `18` of `3.13.18`. Without it claims hold for every measured patch release.
    pub patch: Option<u8>,
    /// A build without the GIL (`3.14t`): sizes and counts are not claimed.
    pub free_threaded: bool,
}

/// Why a text does not name a target.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is not a CPython version that heaplight knows: {reason}; nearest is `{nearest}`"
)]
pub struct TargetError {
    /// What was given.
    pub given: String,
    /// What is wrong with it.
    pub reason: &'static str,
    /// The known target that comes nearest.
    pub nearest: Target,
}

impl Target {
    /// The bare versions, oldest first.
    pub const ALL: [Target; 8] = [
        Target::bare(8),
        Target::bare(9),
        Target::bare(10),
        Target::bare(11),
        Target::bare(12),
        Target::bare(13),
        Target::bare(14),
        Target::bare(15),
    ];

    const fn bare(minor: u8) -> Target {
        Target {
            minor,
            patch: None,
            free_threaded: false,
        }
    }

    /// Reads `3.13`, `3.13.18`, `3.14t` or `3.14.2t`.
    pub fn parse(text: &str) -> Result<Target, TargetError> {
        let given = text.trim();
        let error = |reason, nearest| TargetError {
            given: text.to_owned(),
            reason,
            nearest,
        };
        let (version, free_threaded) = match given.strip_suffix('t') {
            Some(rest) => (rest, true),
            None => (given, false),
        };
        let parts = version.split('.').map(number).collect::<Option<Vec<u32>>>();
        let (major, minor, patch) = match parts.as_deref() {
            Some(&[major, minor]) => (major, minor, None),
            Some(&[major, minor, patch]) => (major, minor, Some(patch)),
            _ => {
                return Err(error(
                    "a version is written as `3.13` or `3.13.1`",
                    Target::default(),
                ));
            }
        };
        if major != 3 {
            let nearest = if major < 3 {
                Target::ALL[0]
            } else {
                Target::default()
            };
            return Err(error("only CPython 3 is known", nearest));
        }
        let least = u32::from(MINORS[0]);
        let newest = Target::default();
        if minor < least {
            return Err(error(
                "it is older than the oldest measured version",
                Target::ALL[0],
            ));
        }
        if minor > u32::from(newest.minor) {
            return Err(error(
                "it is newer than the newest measured version",
                newest,
            ));
        }
        let bare = Target::ALL[(minor - least) as usize];
        if free_threaded && bare.minor < FIRST_FREE_THREADED {
            return Err(error("free-threaded builds exist from 3.13 on", bare));
        }
        let patch = match patch.map(u8::try_from) {
            None => None,
            Some(Ok(patch)) => Some(patch),
            Some(Err(_)) => return Err(error("there is no such patch release", bare)),
        };
        Ok(Target {
            patch,
            free_threaded,
            ..bare
        })
    }

    /// Whether sizes and reference counts are claimed at all: not for a free-threaded build, which was never measured.
    pub fn claims_sizes_and_counts(self) -> bool {
        !self.free_threaded
    }

    /// The version and build alone.
    pub fn without_patch(self) -> Target {
        Target {
            patch: None,
            ..self
        }
    }

    /// The version whose grammar this one lacks, where text needs the grammar of 3.`minor`.
    pub fn lacks_grammar_of(self, minor: u8) -> Option<Target> {
        (self.minor < minor).then(|| Target::bare(minor))
    }

    /// What the user should be told about this target: an unlisted patch release, or a build without a table.
    pub fn notice(&self) -> Option<String> {
        if self.free_threaded {
            return Some(format!(
                "{self}: sizes and reference counts of free-threaded builds were not measured and are not claimed"
            ));
        }
        let measured = super::Layout::of(*self).measured_patches();
        match self.patch {
            Some(patch) if !measured.contains(&patch) => {
                let list = measured
                    .iter()
                    .map(|p| format!("3.{}.{p}", self.minor))
                    .collect::<Vec<_>>()
                    .join(", ");
                Some(format!(
                    "{self} was not measured ({list} was): the claims for 3.{} are used",
                    self.minor
                ))
            }
            _ => None,
        }
    }
}

impl Default for Target {
    /// The newest measured version.
    fn default() -> Self {
        Target::ALL[Target::ALL.len() - 1]
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "3.{}", self.minor)?;
        if let Some(patch) = self.patch {
            write!(f, ".{patch}")?;
        }
        f.write_str(if self.free_threaded { "t" } else { "" })
    }
}

impl std::str::FromStr for Target {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Target::parse(text)
    }
}

/// A plain decimal number: digits only.
fn number(text: &str) -> Option<u32> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_printed_as_it_was_read() {
        for text in ["3.8", "3.13", "3.13.18", "3.14t", "3.14.2t", "3.15"] {
            assert_eq!(Target::parse(text).expect(text).to_string(), text);
        }
    }

    #[test]
    fn grammars_are_told_apart() {
        let target = Target::parse("3.9.2").expect("known");
        assert_eq!(target.lacks_grammar_of(9), None);
        let needed = target.lacks_grammar_of(10).map(|it| it.to_string());
        assert_eq!(needed.as_deref(), Some("3.10"));
    }

    #[test]
    fn every_minor_has_its_place_in_all() {
        assert_eq!(Target::ALL.map(|t| t.minor), MINORS);
    }

    #[test]
    fn errors_name_the_nearest_target() {
        let nearest = |text: &str| Target::parse(text).expect_err(text).nearest.to_string();
        assert_eq!(nearest("3.7"), "3.8");
        assert_eq!(nearest("2.7"), "3.8");
        assert_eq!(nearest("3.99"), "3.15");
        assert_eq!(nearest("4.0"), "3.15");
        assert_eq!(nearest("3.12t"), "3.12");
        assert_eq!(nearest("3.13.999"), "3.13");
        for text in [
            "",
            "3",
            "3.",
            ".8",
            "py313",
            "3.+8",
            "3.8.1.2",
            "3.99999999999",
            "３.８",
        ] {
            assert_eq!(nearest(text), "3.15", "{text}");
        }
        assert!(
            Target::parse("3.7")
                .expect_err("too old")
                .to_string()
                .contains("`3.8`")
        );
    }

    #[test]
    fn an_unlisted_patch_is_allowed_and_reported() {
        assert_eq!(Target::parse("3.13").expect("known").notice(), None);
        assert_eq!(Target::parse("3.13.0").expect("known").notice(), None);
        assert!(
            Target::parse("3.13.5")
                .expect("allowed")
                .notice()
                .expect("a notice")
                .contains("3.13.18")
        );
        assert!(Target::parse("3.14t").expect("allowed").notice().is_some());
        assert!(
            !Target::parse("3.14t")
                .expect("allowed")
                .claims_sizes_and_counts()
        );
    }
}
