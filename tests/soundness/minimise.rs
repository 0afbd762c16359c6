//! Makes a wrong program small: statements are taken away, in halves first, then bodies are put in place of what they
//! are the body of, and at last single lines of the text go.

use super::generate::Seed;

/// How often something smaller is tried, at most: each try runs heaplight and CPython.
const TRIES: usize = 400;

/// The fewest seeds for which `fails` still says so.
pub fn seeds(seeds: &[Seed], fails: &mut dyn FnMut(&[Seed]) -> bool) -> Vec<Seed> {
    let mut tries = TRIES;
    let mut smallest = seeds.to_vec();
    loop {
        let before = smallest.len() + weight(&smallest);
        smallest = take_away(smallest, &mut tries, &mut |some| fails(some));
        for index in 0..smallest.len() {
            let Some(seed) = smallest.get(index) else {
                break;
            };
            for smaller in seed.smaller() {
                let mut other = smallest.clone();
                other.splice(index..=index, smaller);
                if tries > 0 && fails(&other) {
                    smallest = other;
                    break;
                }
                tries = tries.saturating_sub(1);
            }
        }
        if tries == 0 || smallest.len() + weight(&smallest) == before {
            return smallest;
        }
    }
}

/// The fewest lines of the text for which `fails` still says so.
pub fn lines(text: &str, fails: &mut dyn FnMut(&str) -> bool) -> String {
    let mut tries = TRIES;
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let join = |lines: &[String]| {
        lines
            .iter()
            .map(|line| format!("{line}\n"))
            .collect::<String>()
    };
    let mut smallest = take_away(lines, &mut tries, &mut |some| fails(&join(some)));
    // What is left of an `if` may do without its head.
    for index in (0..smallest.len()).rev() {
        let mut other = smallest.clone();
        other.remove(index);
        for line in other
            .iter_mut()
            .skip(index)
            .take_while(|line| line.starts_with("    "))
        {
            line.drain(..4);
        }
        if tries > 0 && fails(&join(&other)) {
            smallest = other;
        }
        tries = tries.saturating_sub(1);
    }
    smallest = take_away(smallest, &mut tries, &mut |some| fails(&join(some)));
    // The oracle is asked last about what is printed.
    let text = join(&smallest);
    fails(&text);
    text
}

fn weight(seeds: &[Seed]) -> usize {
    seeds.iter().map(Seed::weight).sum()
}

/// Leaves out halves, quarters, and so on to single items, as long as it fails.
fn take_away<T: Clone>(
    mut items: Vec<T>,
    tries: &mut usize,
    fails: &mut dyn FnMut(&[T]) -> bool,
) -> Vec<T> {
    let mut size = items.len().div_ceil(2);
    while size > 0 {
        let mut start = 0;
        while start < items.len() && *tries > 0 {
            let mut fewer = items.clone();
            fewer.drain(start..(start + size).min(items.len()));
            *tries -= 1;
            if fails(&fewer) {
                items = fewer;
            } else {
                start += size;
            }
        }
        size /= 2;
    }
    items
}
