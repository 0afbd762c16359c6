//! Beginning, end, and messages that are none.

use heaplight::lsp::Options;
use serde_json::{Value, json};

use crate::client::{Client, URI, place};

#[tokio::test]
async fn a_quiet_life() {
    let mut client = Client::new().await;
    assert_eq!(client.announced["serverInfo"]["name"], "heaplight");
    client.open(URI, "x = 1\n").await;
    assert_eq!(client.hover(0, 0).await, "**x** in 6 bytes, 3.15");
    client
        .notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": URI } }),
        )
        .await;
    assert_eq!(client.hover(0, 0).await, "");
    assert_eq!(
        client.request("shutdown", Value::Null).await,
        Ok(Value::Null)
    );
    client.notify("exit", Value::Null).await;
    assert_eq!(
        client.status().await,
        0,
        "although the client holds the pipe open"
    );
}

#[tokio::test]
async fn answers_in_flight_are_written_before_the_end() {
    let mut client = Client::new().await;
    client.open(URI, "x = 1\n").await;
    client.pace.hold();
    client.change(2, &[((0, 0), (0, 0), "y")]).await;
    let hover = client.ask_hover(0, 0).await;
    let shutdown = client.ask("shutdown", Value::Null).await;
    client.notify("exit", Value::Null).await;
    assert_eq!(client.answer(shutdown).await, Ok(Value::Null));
    assert_eq!(
        client.answer(hover).await.expect_err("cancelled")["code"],
        -32800
    );
    assert_eq!(client.read().await, None, "then the pipe is closed");
    assert_eq!(client.status().await, 0);
}

#[tokio::test]
async fn leaving_without_shutdown_is_a_failure() {
    let mut client = Client::new().await;
    client.notify("exit", Value::Null).await;
    assert_eq!(client.status().await, 1);
    let mut client = Client::new().await;
    client.hang_up();
    assert_eq!(client.status().await, 1);
    let mut client = Client::stranger(Options::default());
    client.notify("exit", Value::Null).await;
    assert_eq!(client.status().await, 1);
}

#[tokio::test]
async fn requests_before_initialize_are_refused() {
    let mut client = Client::stranger(Options::default());
    let early = client.request("textDocument/hover", place(0, 0)).await;
    assert_eq!(early.expect_err("too early")["code"], -32002);
    client.open(URI, "too early\n").await;
    // Right behind `initialize`, without waiting for its answer.
    let greeted = client
        .ask("initialize", json!({ "capabilities": {} }))
        .await;
    client.notify("initialized", json!({})).await;
    client.open(URI, "x = 1\n").await;
    let hover = client.ask_hover(0, 0).await;
    assert!(client.answer(greeted).await.is_ok());
    assert!(client.answer(hover).await.is_ok());
    let again = client
        .request("initialize", json!({ "capabilities": {} }))
        .await;
    assert_eq!(again.expect_err("once is enough")["code"], -32600);
    client
        .request("shutdown", Value::Null)
        .await
        .expect("shut down");
    let late = client.request("textDocument/hover", place(0, 0)).await;
    assert_eq!(late.expect_err("too late")["code"], -32600);
}

#[tokio::test]
async fn malformed_messages_cost_only_themselves() {
    let mut client = Client::new().await;
    client.open(URI, "x = 1\n").await;
    let bad = [
        ("Content-Length: 9\r\n\r\n{\"json\": x", -32700),
        ("Content-Length: 17\r\n\r\n{\"jsonrpc\":\"1.0\"}", -32600),
        ("Content-Length: 2\r\n\r\n[]", -32600),
        ("Content-Length: none\r\n\r\n", -32700),
        ("Content-Length: 0\r\n\r\n", -32700),
    ];
    for (bad, code) in bad {
        client.send_raw(bad.as_bytes()).await;
        let answer = client
            .wait_for(|message| message["id"].is_null() && message.get("error").is_some())
            .await;
        assert_eq!(answer["error"]["code"], code, "{bad}");
        assert_eq!(
            client.hover(0, 0).await,
            "**x** in 6 bytes, 3.15",
            "after {bad}"
        );
    }
    let unknown = client.request("textDocument/hoover", place(0, 0)).await;
    assert_eq!(unknown.expect_err("no such method")["code"], -32601);
    let wrong = client
        .request("textDocument/hover", json!({ "textDocument": 5 }))
        .await;
    assert_eq!(wrong.expect_err("no such parameters")["code"], -32602);
    client.notify("textDocument/hoover", json!({})).await;
    client.notify("$/hoover", json!({})).await;
    client
        .notify(
            "textDocument/didOpen",
            json!({ "textDocument": { "uri": ":::" } }),
        )
        .await;
    assert_eq!(client.hover(0, 0).await, "**x** in 6 bytes, 3.15");
}
