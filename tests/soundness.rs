//! Never wrong: every claim that heaplight makes about generated programs, and about those of the literate tests, is
//! held against the real CPython by the oracle. A claim that is wrong is minimised and printed as a literate test.
//!
//! `HEAPLIGHT_SOUNDNESS` is the number of generated programs, `HEAPLIGHT_SOUNDNESS_SEED` where they begin,
//! `HEAPLIGHT_SOUNDNESS_TOLD` how many kinds of wrong claims are made small, `HEAPLIGHT_TEST_VERSIONS` the versions;
//! `HEAPLIGHT_SOUNDNESS_KEEP=DIR` keeps the programs there.

#[path = "soundness/generate.rs"]
mod generate;
#[path = "soundness/minimise.rs"]
mod minimise;
#[path = "soundness/pipeline.rs"]
mod pipeline;
#[path = "oracle/worker.rs"]
mod worker;

use pipeline::{Bench, Finding};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// How many wrong claims are made small and told; each takes some seconds.
const TOLD: u64 = 3;

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
    let count = number_from("HEAPLIGHT_SOUNDNESS", 30);
    let seed = number_from("HEAPLIGHT_SOUNDNESS_SEED", 1);
    let most = number_from("HEAPLIGHT_SOUNDNESS_TOLD", TOLD) as usize;
    let mut runner = runner(seed);
    let started = std::time::Instant::now();
    let mut tally = pipeline::Tally::default();
    let mut wrong: Vec<(Vec<generate::Seed>, Finding)> = Vec::new();
    let mut left = count;
    while left > 0 && wrong.len() < most {
        // A batch is one start of heaplight for each version.
        let size = left.min(100);
        left -= size;
        let seeds: Vec<Vec<generate::Seed>> = (0..size)
            .map(|_| {
                generate::programs()
                    .new_tree(&mut runner)
                    .expect("the strategy rejects nothing")
                    .current()
            })
            .collect();
        let programs: Vec<String> = seeds.iter().map(|seeds| generate::render(seeds)).collect();
        for (index, finding) in bench.all_wrong(&programs, &mut tally) {
            if wrong.len() < most
                && wrong
                    .iter()
                    .all(|(_, other)| other.kind() != finding.kind())
            {
                wrong.push((seeds[index].clone(), finding));
            }
        }
    }
    eprintln!(
        "{count} generated programs in {:.1} s: {tally}",
        started.elapsed().as_secs_f64()
    );
    let told: Vec<String> = wrong
        .into_iter()
        .map(|(seeds, finding)| minimised(&mut bench, &seeds, finding))
        .collect();
    assert!(
        told.is_empty(),
        "{} wrong claims (seed {seed}):\n\n{}",
        tally.wrong,
        told.join("\n")
    );
    assert!(
        tally.checked >= 10 * count,
        "hardly anything was claimed, so nothing is proven: {tally}"
    );
}

/// The smallest program that is found in which a claim of the same kind is wrong under the same version.
fn minimised(bench: &mut Bench, seeds: &[generate::Seed], mut finding: Finding) -> String {
    let (version, kind) = (finding.version, finding.kind());
    let mut try_it = |program: &str| match bench.wrong(program, version, &kind) {
        Some(smaller) => {
            finding = smaller;
            true
        }
        None => false,
    };
    let seeds = minimise::seeds(seeds, &mut |seeds| try_it(&generate::render(seeds)));
    let program = minimise::lines(&generate::render(&seeds), &mut try_it);
    format!(
        "CPython {version}: {}\n\n{}",
        finding.entry,
        pipeline::as_literate_test(&program, &finding)
    )
}

#[test]
fn literate_programs() {
    let Some(mut bench) = Bench::new(&worker::wanted_versions()) else {
        return;
    };
    let programs = pipeline::literate_programs();
    assert!(programs.len() > 200, "the literate tests are not found");
    let mut tally = pipeline::Tally::default();
    let told: Vec<String> = bench
        .all_wrong(&programs, &mut tally)
        .into_iter()
        .map(|(index, finding)| {
            let test = pipeline::as_literate_test(&programs[index], &finding);
            format!("CPython {}: {}\n\n{test}", finding.version, finding.entry)
        })
        .collect();
    eprintln!("{} literate programs: {tally}", programs.len());
    assert!(
        told.is_empty(),
        "{} wrong claims:\n\n{}",
        tally.wrong,
        told.join("\n")
    );
    assert!(
        tally.checked >= 10 * programs.len() as u64,
        "hardly anything was claimed: {tally}"
    );
}
