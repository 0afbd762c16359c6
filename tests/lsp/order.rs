//! Arrival order is effect order, nothing waits for anything that it need not, and a panic costs one answer.

use std::sync::atomic::Ordering;
use std::time::Duration;

use heaplight::lsp::Options;
use serde_json::json;

use crate::client::{Client, URI, range, text_of};

/// More waiting requests than tower-lsp's four places, and than its queue of a hundred.
const CROWD: usize = 200;

#[tokio::test]
async fn a_change_behind_waiting_requests_takes_effect_at_once() {
    let mut client = Client::new().await;
    client.pace.hold();
    client.open(URI, "x = 1\n").await;
    client.started(1).await;
    let mut waiting = Vec::new();
    for _ in 0..CROWD {
        waiting.push(client.ask_hover(0, 0).await);
    }
    client.change(2, &[((0, 0), (0, 0), "yy")]).await;
    // The change stops the first analysis and starts another, while every request still waits.
    client.started(2).await;
    let last = client.ask_hover(0, 0).await;
    client.pace.release();
    assert_eq!(
        text_of(&client.answer(last).await.expect("hover")),
        "**yyx** in 8 bytes, 3.15"
    );
    for id in waiting {
        let outdated = client
            .answer(id)
            .await
            .expect_err("asked of the text before");
        assert_eq!(outdated["code"], -32801);
    }
}

#[tokio::test]
async fn a_hover_sees_what_came_before_it_and_nothing_that_came_after() {
    let mut client = Client::new().await;
    client.open(URI, "x\n").await;
    let mut asked = Vec::new();
    for version in 2..100 {
        client.change(version, &[((0, 0), (0, 0), "x")]).await;
        asked.push((version, client.ask_hover(0, 0).await));
    }
    for (version, id) in asked {
        match client.answer(id).await {
            Ok(hover) => {
                let bytes = version as usize + 1;
                assert_eq!(
                    text_of(&hover),
                    format!("**{}** in {bytes} bytes, 3.15", "x".repeat(bytes - 1))
                );
            }
            Err(error) => assert_eq!(error["code"], -32801),
        }
    }
    assert_eq!(
        client.hover(0, 0).await,
        format!("**{}** in 100 bytes, 3.15", "x".repeat(99))
    );
}

#[tokio::test]
async fn a_cancelled_request_is_answered_while_the_analysis_goes_on() {
    let mut client = Client::new().await;
    client.pace.hold();
    client.open(URI, "x = 1\n").await;
    client.started(1).await;
    let mut ids = Vec::new();
    for _ in 0..CROWD {
        ids.push(client.ask_hover(0, 0).await);
    }
    let kept = ids.pop().expect("there are many");
    for &id in &ids {
        client.notify("$/cancelRequest", json!({ "id": id })).await;
    }
    for id in ids {
        assert_eq!(
            client.answer(id).await.expect_err("cancelled")["code"],
            -32800
        );
    }
    assert_eq!(
        client.pace.stopped.load(Ordering::SeqCst),
        0,
        "a request stops no analysis"
    );
    client.pace.release();
    assert_eq!(
        text_of(&client.answer(kept).await.expect("hover")),
        "**x** in 6 bytes, 3.15"
    );
}

#[tokio::test]
async fn a_panic_costs_one_answer() {
    let mut client = Client::new().await;
    client.open(URI, "panic = x\n").await;
    let id = client.ask_hover(0, 0).await;
    assert_eq!(
        client.answer(id).await.expect_err("a panic")["code"],
        -32603
    );
    assert_eq!(client.hover(0, 8).await, "**x** in 10 bytes, 3.15");
}

#[tokio::test]
async fn an_analysis_that_breaks_down_costs_the_claims_of_that_text() {
    let mut client = Client::new().await;
    client.open(URI, "x = 1 # break the analysis\n").await;
    assert_eq!(client.hover(0, 0).await, "");
    client.change(2, &[((0, 5), (0, 26), "")]).await;
    assert_eq!(client.hover(0, 0).await, "**x** in 6 bytes, 3.15");
}

#[tokio::test]
async fn findings_that_break_down_are_none() {
    let mut client = Client::new().await;
    client.open(URI, "bad = 1 # break the findings\n").await;
    let told = client.told("textDocument/publishDiagnostics").await;
    assert_eq!(told["params"]["diagnostics"], json!([]));
    client.change(2, &[((0, 7), (0, 28), "")]).await;
    let told = client.told("textDocument/publishDiagnostics").await;
    assert_eq!(
        told["params"]["diagnostics"].as_array().map(Vec::len),
        Some(1)
    );
}

#[tokio::test]
async fn a_hover_that_would_wait_too_long_says_so_without_figures() {
    let options = Options {
        patience: Duration::from_millis(1),
    };
    let mut client = Client::greeting(options, json!({ "capabilities": {} })).await;
    client.pace.hold();
    client.open(URI, "x = 1\n").await;
    assert_eq!(
        client.hover(0, 0).await,
        "*heaplight: the analysis of this file is under way*"
    );
    client.pace.release();
}

#[tokio::test]
async fn closing_a_document_lets_its_requests_go() {
    let mut client = Client::new().await;
    client.pace.hold();
    client.open(URI, "x = 1\n").await;
    let hover = client.ask_hover(0, 0).await;
    let document = json!({ "uri": URI });
    let whole = json!({ "textDocument": document, "range": range((0, 0), (1, 0)) });
    let hints = client.ask("textDocument/inlayHint", whole).await;
    client
        .notify("textDocument/didClose", json!({ "textDocument": document }))
        .await;
    assert!(client.answer(hover).await.expect("an answer").is_null());
    assert!(client.answer(hints).await.expect("an answer").is_null());
    // Opened again, it is another document.
    client.pace.release();
    client.open(URI, "again = 1\n").await;
    assert_eq!(client.hover(0, 0).await, "**again** in 10 bytes, 3.15");
}
