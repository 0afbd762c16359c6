//! Never wrong: every claim that heaplight makes about generated programs, and about those of the literate tests, is
//! held against the real CPython by the oracle. A claim that is wrong is minimised and printed as a literate test.
//!
//! `HEAPLIGHT_SOUNDNESS` is the number of generated programs, `HEAPLIGHT_SOUNDNESS_SEED` where they begin,
//! `HEAPLIGHT_TEST_VERSIONS` the versions; `HEAPLIGHT_SOUNDNESS_KEEP=DIR` keeps the programs there.

#[path = "soundness/generate.rs"]
mod generate;
#[path = "soundness/pipeline.rs"]
mod pipeline;
#[path = "oracle/worker.rs"]
mod worker;

use pipeline::{Bench, Finding};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// How often a wrong program is tried to be made smaller.
const STEPS: usize = 400;

fn number_from(variable: &str, default: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) if !text.is_empty() => text
            .parse()
            .unwrap_or_else(|_| panic!("{variable}={text} is no number")),
        _ => default,
    }
}

fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    TestRunner::new_with_rng(
        Config::default(),
        TestRng::from_seed(RngAlgorithm::ChaCha, &bytes),
    )
}

#[test]
fn generated_programs_end_well() {
    let Some(mut bench) = Bench::new(&worker::wanted_versions()) else {
        return;
    };
    let version = bench.versions()[0];
    let mut runner = runner(7);
    let (mut good, mut ends) = (0, Vec::new());
    for index in 0..60 {
        let tree = generate::programs()
            .new_tree(&mut runner)
            .expect("the strategy rejects nothing");
        let program = generate::render(&tree.current());
        let report = bench.hold(&program, index, version, &[]);
        match report["exit"].as_str() {
            Some("ok") => good += 1,
            end => ends.push((end.map(str::to_owned), report["error"].clone(), program)),
        }
    }
    assert!(
        good >= 54,
        "{good} of 60 generated programs end well; the first of the others: {:#?}",
        ends.first()
    );
    assert!(
        ends.iter().all(|(end, ..)| end.is_some()),
        "not even checked: {ends:#?}"
    );
}

#[test]
fn a_false_claim_is_found_and_made_small() {
    let Some(mut bench) = Bench::new(&worker::wanted_versions()) else {
        return;
    };
    let version = bench.versions()[0];
    let program = "x = 0\nl0 = [1]\nl1 = l0\ny = 5\n";
    let claim =
        r#"{"scope":"<module>","stmt":[3,0],"at":"after","path":"l0","type":"list","refs":1}"#;
    let report = bench.hold(program, 0, version, &[claim.to_owned()]);
    let findings = pipeline::findings(&report, version);
    assert_eq!(findings.len(), 1, "{report:#}");
    let told = pipeline::as_literate_test(program, &findings[0]);
    assert!(told.contains("l1 = l0  # l0: refs 2"), "{told}");
    assert!(told.contains("```py\nx = 0\n"), "{told}");
}

#[test]
fn generated_programs() {
    let Some(mut bench) = Bench::new(&worker::wanted_versions()) else {
        return;
    };
    let count = number_from("HEAPLIGHT_SOUNDNESS", 40);
    let seed = number_from("HEAPLIGHT_SOUNDNESS_SEED", 1);
    let mut runner = runner(seed);
    let started = std::time::Instant::now();
    let mut tally = pipeline::Tally::default();
    let mut left = count;
    while left > 0 {
        // A batch is one start of heaplight for each version.
        let size = left.min(100);
        left -= size;
        let mut trees = Vec::new();
        for _ in 0..size {
            trees.push(
                generate::programs()
                    .new_tree(&mut runner)
                    .expect("the strategy rejects nothing"),
            );
        }
        let programs: Vec<String> = trees
            .iter()
            .map(|tree| generate::render(&tree.current()))
            .collect();
        if let Some((index, finding)) = bench.first_wrong(&programs, &mut tally) {
            let (program, finding) = minimise(&mut bench, trees.swap_remove(index), finding);
            panic!(
                "a wrong claim (seed {seed}, CPython {}): {}\n\n{}",
                finding.version,
                finding.entry,
                pipeline::as_literate_test(&program, &finding)
            );
        }
    }
    eprintln!(
        "{count} generated programs in {:.1} s: {tally}",
        started.elapsed().as_secs_f64()
    );
    assert!(
        tally.checked >= 10 * count,
        "hardly anything was claimed, so nothing is proven: {tally}"
    );
}

/// The smallest program that proptest finds in which some claim is wrong under the same version.
fn minimise(
    bench: &mut Bench,
    mut tree: impl ValueTree<Value = Vec<generate::Seed>>,
    first: Finding,
) -> (String, Finding) {
    let mut smallest = (generate::render(&tree.current()), first);
    let version = smallest.1.version;
    let mut goes_on = tree.simplify();
    for _ in 0..STEPS {
        if !goes_on {
            break;
        }
        let program = generate::render(&tree.current());
        goes_on = match bench.wrong(&program, version) {
            Some(finding) => {
                smallest = (program, finding);
                tree.simplify()
            }
            None => tree.complicate(),
        };
    }
    smallest
}

#[test]
fn literate_programs() {
    let Some(mut bench) = Bench::new(&worker::wanted_versions()) else {
        return;
    };
    let programs = pipeline::literate_programs();
    assert!(programs.len() > 200, "the literate tests are not found");
    let mut tally = pipeline::Tally::default();
    if let Some((index, finding)) = bench.first_wrong(&programs, &mut tally) {
        panic!(
            "a wrong claim (CPython {}): {}\n\n{}",
            finding.version,
            finding.entry,
            pipeline::as_literate_test(&programs[index], &finding)
        );
    }
    eprintln!("{} literate programs: {tally}", programs.len());
    assert!(
        tally.checked >= 10 * programs.len() as u64,
        "hardly anything was claimed: {tally}"
    );
}
