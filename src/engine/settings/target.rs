//! Which CPython a project runs on, as far as files tell.

use crate::layout::Target;

/// What was found about the CPython of a project, strongest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clues {
    /// `pyvenv.cfg` of the interpreter that the editor has chosen.
    pub interpreter: Option<Target>,
    /// `pyvenv.cfg` of the project's own environment.
    pub environment: Option<Target>,
    /// `.python-version`.
    pub version_file: Option<Target>,
    /// The newest known version that `requires-python` allows.
    pub requires_python: Option<Target>,
}

impl Clues {
    /// The strongest.
    pub fn target(&self) -> Option<Target> {
        self.interpreter
            .or(self.environment)
            .or(self.version_file)
            .or(self.requires_python)
    }
}

/// The version in a `pyvenv.cfg`. `version` (venv) and `version_info` (virtualenv, uv) are both in use; other
/// implementations than CPython are not meant.
pub(super) fn target_of_pyvenv(content: &str) -> Option<Target> {
    let value = |key: &str| {
        content.lines().find_map(|line| {
            let (name, value) = line.split_once('=')?;
            (name.trim() == key).then(|| value.trim())
        })
    };
    if value("implementation").is_some_and(|name| !name.eq_ignore_ascii_case("cpython")) {
        return None;
    }
    value("version")
        .or_else(|| value("version_info"))
        .and_then(lenient)
}

/// The first version in a `.python-version` that names a CPython.
pub(super) fn target_of_version_file(content: &str) -> Option<Target> {
    content
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| !line.is_empty())
        .find_map(|line| lenient(line.strip_prefix("cpython-").unwrap_or(line)))
}

/// The newest known version that a `requires-python` allows.
pub(super) fn target_of_requires_python(specifiers: &str) -> Option<Target> {
    let clauses = specifiers
        .split(',')
        .map(str::trim)
        .filter(|clause| !clause.is_empty());
    let clauses = clauses.map(Clause::parse).collect::<Option<Vec<_>>>()?;
    let allowed = |target: &&Target| clauses.iter().all(|clause| clause.allows(**target));
    Target::ALL.iter().rev().find(allowed).copied()
}

/// Reads `3.12.3.final.0`, `3.14.0rc2`, `3.13.1+` as far as they name a target.
fn lenient(version: &str) -> Option<Target> {
    let mut parts = version.trim().splitn(4, '.');
    let (major, minor) = (parts.next()?, parts.next().unwrap_or_default());
    let minor_digits = digits(minor);
    let base = format!("{major}.{minor_digits}");
    let patch = digits(parts.next().unwrap_or_default());
    let build = if minor[minor_digits.len()..].starts_with('t') || version.ends_with('t') {
        "t"
    } else {
        ""
    };
    let full = if patch.is_empty() {
        format!("{base}{build}")
    } else {
        format!("{base}.{patch}{build}")
    };
    Target::parse(&full).or_else(|_| Target::parse(&base)).ok()
}

fn digits(text: &str) -> &str {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    &text[..end]
}

/// One clause of a version specifier, as far as minor versions go.
struct Clause {
    operator: Operator,
    major: u32,
    minor: Option<u32>,
    has_patch: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    AtLeast,
    Above,
    AtMost,
    Below,
    Equal,
    NotEqual,
    Compatible,
}

impl Clause {
    fn parse(clause: &str) -> Option<Self> {
        const OPERATORS: [(&str, Operator); 8] = [
            ("===", Operator::Equal),
            ("==", Operator::Equal),
            ("!=", Operator::NotEqual),
            (">=", Operator::AtLeast),
            ("<=", Operator::AtMost),
            ("~=", Operator::Compatible),
            (">", Operator::Above),
            ("<", Operator::Below),
        ];
        let (sign, operator) = OPERATORS
            .into_iter()
            .find(|(sign, _)| clause.starts_with(sign))?;
        let version = clause[sign.len()..].trim();
        let mut parts = version.split('.').map(str::trim);
        let major = digits(parts.next()?).parse().ok()?;
        let minor = parts
            .next()
            .filter(|&part| part != "*")
            .map(|part| digits(part).parse());
        let minor = minor.transpose().ok()?;
        let has_patch = parts.next().is_some_and(|part| part != "*");
        Some(Self {
            operator,
            major,
            minor,
            has_patch,
        })
    }

    /// Whether some patch release of `target` satisfies the clause.
    fn allows(&self, target: Target) -> bool {
        let have = (3, u32::from(target.minor));
        let named = (self.major, self.minor.unwrap_or(0));
        match self.operator {
            Operator::AtLeast => have >= named,
            // `> 3.12` rules out 3.12 and, by the rule for trailing parts, nothing of 3.13; `> 3.12.1` leaves 3.12.2.
            Operator::Above => have > named || (self.has_patch && have == named),
            // `<= 3.12` is 3.12.0 and nothing after it.
            Operator::AtMost => have <= named,
            Operator::Below => have < named || (self.has_patch && have == named),
            Operator::Equal => self.same(have),
            Operator::NotEqual => self.has_patch || !self.same(have),
            // `~= 3.9` allows every 3.x from 3.9 on, `~= 3.9.1` only 3.9.
            Operator::Compatible if self.has_patch => have == named,
            Operator::Compatible => have.0 == named.0 && have >= named,
        }
    }

    fn same(&self, have: (u32, u32)) -> bool {
        have.0 == self.major && self.minor.is_none_or(|minor| minor == have.1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(target: Option<Target>) -> String {
        target.map_or_else(|| "-".to_owned(), |target| target.to_string())
    }

    #[test]
    fn environments() {
        let venv = "home = /usr/bin\nversion = 3.12.3\n";
        assert_eq!(shown(target_of_pyvenv(venv)), "3.12.3");
        let uv = "home = /x\nimplementation = CPython\nuv = 0.9\nversion_info = 3.13.1\n";
        assert_eq!(shown(target_of_pyvenv(uv)), "3.13.1");
        assert_eq!(
            shown(target_of_pyvenv("version_info = 3.11.4.final.0")),
            "3.11.4"
        );
        assert_eq!(
            shown(target_of_pyvenv(
                "implementation = PyPy\nversion_info = 3.11.4"
            )),
            "-"
        );
        assert_eq!(shown(target_of_pyvenv("version = 3.14.0rc2")), "3.14.0");
        assert_eq!(shown(target_of_pyvenv("nonsense")), "-");
        assert_eq!(shown(target_of_pyvenv("version = ")), "-");
    }

    #[test]
    fn version_files() {
        assert_eq!(
            shown(target_of_version_file("# ours\n3.13\n3.12\n")),
            "3.13"
        );
        assert_eq!(
            shown(target_of_version_file("pypy3.10-7.3\n3.11.2\n")),
            "3.11.2"
        );
        assert_eq!(shown(target_of_version_file("cpython-3.12.1")), "3.12.1");
        assert_eq!(shown(target_of_version_file("3.14t")), "3.14t");
        assert_eq!(shown(target_of_version_file("3.6")), "-");
        assert_eq!(shown(target_of_version_file("")), "-");
    }

    #[test]
    fn requirements() {
        let newest = Target::default().to_string();
        let of = |text: &str| shown(target_of_requires_python(text));
        assert_eq!(of(">=3.9"), newest);
        assert_eq!(of(">= 3.9, < 3.13"), "3.12");
        assert_eq!(of(">=3.9,<3.12.4"), "3.12");
        assert_eq!(of(">=3.9,!=3.15.*,!=3.14.*"), "3.13");
        assert_eq!(of("!=3.15.2"), newest);
        assert_eq!(of("==3.10.*"), "3.10");
        assert_eq!(of("==3.*"), newest);
        assert_eq!(of("~=3.9"), newest);
        assert_eq!(of("~=3.9.1"), "3.9");
        assert_eq!(of("<=3.11"), "3.11");
        assert_eq!(of(">3.14"), newest);
        assert_eq!(of("<4"), newest);
        assert_eq!(of("<3"), "-");
        assert_eq!(of(">=2.7"), newest);
        assert_eq!(of("^3.9"), "-", "not a specifier");
        assert_eq!(of(""), newest);
    }
}
