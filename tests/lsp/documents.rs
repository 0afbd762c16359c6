//! Documents of every kind, and editors that lose step.

use serde_json::{Value, json};

use crate::client::{Client, URI, range};

async fn hover_in(client: &mut Client, uri: &str) -> Value {
    let params =
        json!({ "textDocument": { "uri": uri }, "position": { "line": 0, "character": 0 } });
    client
        .request("textDocument/hover", params)
        .await
        .expect("hover")["contents"]["value"]
        .clone()
}

#[tokio::test]
async fn any_name_will_do() {
    let mut client = Client::new().await;
    let uris = [
        "untitled:Untitled-1",
        "vscode-notebook-cell:/w/n.ipynb#W0sZmlsZQ",
        "file:///w/%E3%81%8B%20%23.py",
        "file:///c%3A/Users/a.py",
        "git:/w/a.py?ref=HEAD",
        "vscode-vfs://github/o/r/a.py",
    ];
    for uri in uris {
        client.open(uri, "x = 1\n").await;
        assert_eq!(
            hover_in(&mut client, uri).await,
            "**x** in 6 bytes, 3.15",
            "{uri}"
        );
    }
}

#[tokio::test]
async fn other_languages_are_left_alone() {
    let mut client = Client::new().await;
    for (uri, language, is_ours) in [
        ("file:///w/a.rs", "rust", false),
        ("file:///w/a.pyx", "cython", false),
        ("file:///w/a.pyi", "python-stub", true),
        ("file:///w/a.pyw", "", true),
        ("file:///w/script", "python", true),
    ] {
        let item = json!({ "uri": uri, "languageId": language, "version": 1, "text": "x = 1\n" });
        client
            .notify("textDocument/didOpen", json!({ "textDocument": item }))
            .await;
        assert_eq!(
            !hover_in(&mut client, uri).await.is_null(),
            is_ours,
            "{uri}"
        );
    }
}

#[tokio::test]
async fn a_version_out_of_order_silences_the_document_until_its_whole_text_comes() {
    let mut client = Client::new().await;
    client.open(URI, "x = bad\n").await;
    client.told("textDocument/publishDiagnostics").await;
    client.change(5, &[((0, 0), (0, 0), "y")]).await;
    assert_eq!(client.hover(0, 0).await, "**yx** in 9 bytes, 3.15");
    for version in [4, 6] {
        client.change(version, &[((0, 0), (0, 0), "z")]).await;
        assert_eq!(client.hover(0, 0).await, "", "version {version}");
    }
    let silenced = client
        .wait_for(|message| message["params"]["diagnostics"] == json!([]))
        .await;
    assert_eq!(silenced["params"]["uri"], URI);
    let changes =
        json!([{ "text": "whole = 1\n" }, { "range": range((0, 0), (0, 0)), "text": "the_" }]);
    client.change_raw(7, changes).await;
    assert_eq!(client.hover(0, 0).await, "**the_whole** in 14 bytes, 3.15");
}

#[tokio::test]
async fn a_change_that_cannot_be_read_silences_the_document() {
    let lost = [
        json!({ "textDocument": { "uri": URI, "version": 2 }, "contentChanges": 5 }),
        json!({ "textDocument": { "uri": URI, "version": null }, "contentChanges": [] }),
        json!({ "contentChanges": [] }),
    ];
    for lost in lost {
        let mut client = Client::new().await;
        client.open(URI, "x = 1\n").await;
        assert_eq!(client.hover(0, 0).await, "**x** in 6 bytes, 3.15");
        client.notify("textDocument/didChange", lost).await;
        assert_eq!(client.hover(0, 0).await, "");
        client.change_raw(9, json!([{ "text": "y = 1\n" }])).await;
        assert_eq!(client.hover(0, 0).await, "**y** in 6 bytes, 3.15");
    }
    let mut client = Client::new().await;
    client.open(URI, "x = 1\n").await;
    client
        .send_raw(b"Content-Length: 42\r\n\r\n{\"jsonrpc\":\"2.0\",\"textDocument/didChange\":")
        .await;
    assert_eq!(
        client.hover(0, 0).await,
        "",
        "half a message may have been a change"
    );
}

#[tokio::test]
async fn half_an_emoji_does_not_put_the_document_out_of_step() {
    let mut client = Client::new().await;
    client.open(URI, "x = ''\n").await;
    let body = format!(
        r#"{{"jsonrpc":"2.0","method":"textDocument/didChange","params":{{"textDocument":{{"uri":"{URI}","version":2}},"contentChanges":[{{"range":{},"text":"\ud83d"}}]}}}}"#,
        range((0, 5), (0, 5))
    );
    client
        .send_raw(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
        .await;
    client.change(3, &[((0, 7), (0, 7), "; yy = 1")]).await;
    assert_eq!(client.hover(0, 9).await, "**yy** in 18 bytes, 3.15");
}

#[tokio::test]
async fn changes_to_what_is_not_open_are_nothing() {
    let mut client = Client::new().await;
    client.change(2, &[((0, 0), (0, 0), "y")]).await;
    client
        .notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": URI } }),
        )
        .await;
    assert_eq!(client.hover(0, 0).await, "");
    client.open(URI, "x = 1\n").await;
    client.open(URI, "xx = 1\n").await;
    assert_eq!(client.hover(0, 0).await, "**xx** in 7 bytes, 3.15");
}

#[tokio::test]
async fn strange_texts_are_texts() {
    let mut client = Client::new().await;
    for (version, text) in [
        "",
        "\0\0x\0",
        "\u{FEFF}x = 1\r",
        "\u{2028}x\u{85}",
        "\r\r\n\n",
    ]
    .iter()
    .enumerate()
    {
        if version == 0 {
            client.open(URI, text).await;
        } else {
            client
                .change_raw(version as i32 + 1, json!([{ "text": text }]))
                .await;
        }
        for (line, column) in [(0, 0), (0, 1), (1, 0), (u32::MAX, u32::MAX)] {
            client.hover(line, column).await;
        }
    }
    client.change(9, &[((0, 0), (9, 9), "x = 1")]).await;
    assert_eq!(client.hover(0, 0).await, "**x** in 5 bytes, 3.15");
}

#[tokio::test]
async fn one_huge_line_is_edited_and_answered() {
    let mut client = Client::new().await;
    let line = "é = 1; ".repeat(300_000);
    client.open(URI, &line).await;
    let end = (line.chars().count()) as u32;
    client
        .change(2, &[((0, end), (0, end), "tail = bad")])
        .await;
    let size = line.len() + "tail = bad".len();
    assert_eq!(
        client.hover(0, end + 1).await,
        format!("**tail** in {size} bytes, 3.15")
    );
    let near = json!({ "textDocument": { "uri": URI }, "range": range((0, end), (0, end + 99)) });
    let hints = client
        .request("textDocument/inlayHint", near)
        .await
        .expect("hints");
    assert_eq!(
        hints[0]["position"],
        json!({ "line": 0, "character": end + 4 })
    );
}
