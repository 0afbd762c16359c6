//! Holds an expectation against heaplight's claims, and makes the claim lines that CPython is asked.

use serde_json::{Value, json};

use super::parse::{Expectation, What};

/// What is expected for this version, as a line of the contract; `None` where there is nothing to hold CPython to.
pub fn as_claim(expectation: &Expectation, minor: u32) -> Option<Value> {
    let Expectation {
        scope, stmt, at, ..
    } = expectation;
    let mut line = json!({"scope": scope, "stmt": [stmt.0, stmt.1], "at": at});
    let mut put = |path: Option<&str>, key: &str, value: Value| {
        if let Some(path) = path {
            line["path"] = json!(path);
        }
        line[key] = value;
    };
    match &expectation.what {
        What::Type { path, name } => put(Some(path), "type", json!(name)),
        What::Number { path, key, value } => match value.at(minor)? {
            (low, Some(high)) if low == high => put(Some(path), key, json!(low)),
            (low, high) => put(Some(path), key, json!([low, high])),
        },
        What::Truth { path, key, value } => put(Some(path), key, json!(value.at(minor)?)),
        What::Same { path, other, same } => {
            put(
                Some(path),
                if *same { "same_as" } else { "not_same_as" },
                json!([other]),
            );
        }
        What::Copy { path, kind, of } => put(Some(path), "copy", json!({"kind": kind, "of": of})),
        What::Shares { path, left, right } => put(Some(path), "shares", json!([[left, right]])),
        What::Fate { key, kind, stmt } => {
            put(None, key, json!([{"type": kind, "stmt": [stmt.0, stmt.1]}]))
        }
        What::NoFate { .. } | What::No { .. } => return None,
    }
    Some(line)
}

/// What is missing or too much among the claims about the program; `None` where all is as expected.
pub fn objection(expectation: &Expectation, minor: u32, claims: &[Value]) -> Option<String> {
    let here: Vec<&Value> = claims
        .iter()
        .filter(|line| {
            line["scope"] == expectation.scope.as_str()
                && line["at"] == expectation.at
                && line["stmt"] == json!([expectation.stmt.0, expectation.stmt.1])
        })
        .collect();
    let of = |path: &str, key: &str| -> Vec<&Value> {
        here.iter()
            .filter(|line| line["path"] == path && !line[key].is_null())
            .map(|line| &line[key])
            .collect()
    };
    let told = |path: &str, key: &str, holds: &dyn Fn(&Value) -> bool| {
        let values = of(path, key);
        match values.iter().find(|value| !holds(value)) {
            _ if values.is_empty() => Some(format!("nothing is claimed of {key}")),
            Some(value) => Some(format!("{key} is claimed to be {value}")),
            None => None,
        }
    };
    match &expectation.what {
        What::Type { path, name } => told(path, "type", &|value| value == name),
        What::Number { path, key, value } => {
            let wanted = value.at(minor)?;
            told(path, key, &|value| within(value, wanted))
        }
        What::Truth { path, key, value } => {
            let wanted = value.at(minor)?;
            if *key == "immortal" && !wanted && !of(path, "refs").is_empty() {
                return None;
            }
            told(path, key, &|value| *value == json!(wanted))
        }
        What::Same {
            path,
            other,
            same: true,
        } => {
            let reached = equal_paths(&here, path);
            (!reached.contains(other)).then(|| format!("`{path} is {other}` is not claimed"))
        }
        What::Same {
            path,
            other,
            same: false,
        } => {
            let apart = |one: &str, two: &str| {
                of(one, "not_same_as").iter().any(|value| {
                    value
                        .as_array()
                        .is_some_and(|all| all.contains(&json!(two)))
                }) || of(one, "copy")
                    .iter()
                    .any(|value| value["of"] == two && value["kind"] != "alias")
            };
            (!apart(path, other) && !apart(other, path))
                .then(|| format!("`{path} is not {other}` is not claimed"))
        }
        What::Copy {
            path,
            kind,
            of: source,
        } => {
            let values = of(path, "copy");
            if kind == "alias" && equal_paths(&here, path).contains(source) {
                return None;
            }
            let sources = equal_paths(&here, source);
            let fits = |value: &&&Value| {
                value["kind"] == kind.as_str()
                    && value["of"]
                        .as_str()
                        .is_some_and(|of| sources.iter().any(|s| s == of))
            };
            match (values.is_empty(), values.iter().find(fits)) {
                (true, _) => Some("nothing is claimed of copy".into()),
                (false, None) => Some(format!("copy is claimed to be {}", values[0])),
                (false, Some(_)) => None,
            }
        }
        What::Shares { path, left, right } => {
            let pairs: Vec<&Value> = of(path, "shares")
                .into_iter()
                .filter_map(Value::as_array)
                .flatten()
                .collect();
            let there = pairs
                .iter()
                .any(|pair| **pair == json!([left, right]) || **pair == json!([right, left]));
            (!there).then(|| format!("that {left} and {right} are shared is not claimed"))
        }
        What::Fate { key, kind, stmt } => {
            let wanted = json!({"type": kind, "stmt": [stmt.0, stmt.1]});
            let all: Vec<&Value> = here
                .iter()
                .filter_map(|line| line[*key].as_array())
                .flatten()
                .collect();
            (!all.contains(&&wanted)).then(|| {
                format!(
                    "it is not claimed that this {key} {kind} of line {}",
                    stmt.0
                )
            })
        }
        What::NoFate { key } => {
            let claimed = here.iter().find(|line| !line[*key].is_null())?;
            Some(format!("{key} is claimed: {}", claimed[*key]))
        }
        What::No { path, key } if key == "nothing" => here
            .iter()
            .find(|line| line["path"] == path.as_str())
            .map(|line| format!("there is a claim: {line}")),
        What::No { path, key } => {
            let key = match key.as_str() {
                "same" => "same_as",
                "not same" => "not_same_as",
                key => key,
            };
            of(path, key)
                .first()
                .map(|value| format!("{key} is claimed: {value}"))
        }
    }
}

/// Does an objection say that something is missing, rather than that something else is claimed?
pub fn is_absence(objection: &str) -> bool {
    objection.starts_with("nothing is claimed")
        || objection.ends_with("is not claimed")
        || objection.starts_with("it is not claimed")
}

/// Is the claimed value or range no wider than what is wanted?
fn within(value: &Value, (low, high): (u64, Option<u64>)) -> bool {
    let (from, to) = match value {
        Value::Array(pair) if pair.len() == 2 => (pair[0].as_u64().unwrap_or(0), pair[1].as_u64()),
        value => (value.as_u64().unwrap_or(u64::MAX), value.as_u64()),
    };
    low <= from && high.is_none_or(|high| to.is_some_and(|to| to <= high))
}

/// All paths that the claims at one place say to be the same object as this one, by whatever claims together.
fn equal_paths(here: &[&Value], path: &str) -> Vec<String> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut add = |one: &Value, two: &Value| {
        if let (Some(one), Some(two)) = (one.as_str(), two.as_str()) {
            pairs.push((one.to_owned(), two.to_owned()));
        }
    };
    for line in here {
        for other in line["same_as"].as_array().into_iter().flatten() {
            add(&line["path"], other);
        }
        if line["copy"]["kind"] == "alias" {
            add(&line["path"], &line["copy"]["of"]);
        }
        for pair in line["shares"].as_array().into_iter().flatten() {
            add(&pair[0], &pair[1]);
        }
    }
    let mut reached = vec![path.to_owned()];
    let mut next = 0;
    while let Some(current) = reached.get(next).cloned() {
        next += 1;
        for (one, two) in &pairs {
            for (from, to) in [(one, two), (two, one)] {
                let Some(rest) = current.strip_prefix(from.as_str()) else {
                    continue;
                };
                let new = format!("{to}{rest}");
                let is_whole = rest.is_empty() || rest.starts_with(['.', '[']);
                // A cycle (`a.next is a`) has endless paths.
                if is_whole && new.len() < 200 && reached.len() < 500 && !reached.contains(&new) {
                    reached.push(new);
                }
            }
        }
    }
    reached
}
