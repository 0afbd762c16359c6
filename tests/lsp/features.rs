//! What answers look like.

use serde_json::{Value, json};

use crate::client::{Client, URI, place, range};

fn all() -> Value {
    json!({ "textDocument": { "uri": URI }, "range": range((0, 0), (99, 0)) })
}

#[tokio::test]
async fn findings_are_pushed_with_the_version() {
    let mut client = Client::new().await;
    client.open(URI, "x = bad\n").await;
    let first = client.told("textDocument/publishDiagnostics").await["params"].clone();
    assert_eq!((&first["uri"], &first["version"]), (&json!(URI), &json!(1)));
    assert_eq!(
        first["diagnostics"],
        json!([{
            "range": range((0, 4), (0, 7)),
            "severity": 2,
            "code": "bad-word",
            "source": "heaplight",
            "message": "3 bytes of bad",
            "relatedInformation": [{
                "location": { "uri": URI, "range": range((0, 0), (0, 1)) },
                "message": "the text begins here",
            }],
            "data": { "start": 4 },
        }])
    );
    client.change(2, &[((0, 4), (0, 7), "good")]).await;
    let second = client.told("textDocument/publishDiagnostics").await["params"].clone();
    assert_eq!(
        (&second["version"], &second["diagnostics"]),
        (&json!(2), &json!([]))
    );
    client.change(3, &[((0, 4), (0, 8), "bad")]).await;
    client.told("textDocument/publishDiagnostics").await;
    client
        .notify(
            "textDocument/didClose",
            json!({ "textDocument": { "uri": URI } }),
        )
        .await;
    let last = client.told("textDocument/publishDiagnostics").await["params"].clone();
    assert_eq!(
        last["diagnostics"],
        json!([]),
        "closed: nothing is left behind"
    );
}

#[tokio::test]
async fn hints_lead_somewhere_and_tooltips_are_lazy() {
    let lazy = json!({ "textDocument": { "inlayHint": { "resolveSupport": { "properties": ["tooltip"] } } } });
    let mut client = Client::with(lazy).await;
    client.open(URI, "x = 1\ny = 2\n").await;
    let hints = client
        .request("textDocument/inlayHint", all())
        .await
        .expect("hints");
    let hint = hints[1].clone();
    assert_eq!(hint["position"], json!({ "line": 1, "character": 1 }));
    assert_eq!(hint["label"][0]["value"], "quiet: see ");
    assert_eq!(
        hint["label"][1]["location"],
        json!({ "uri": URI, "range": range((0, 0), (0, 1)) })
    );
    assert!(hint.get("tooltip").is_none());
    let resolved = client
        .request("inlayHint/resolve", hint.clone())
        .await
        .expect("resolved");
    assert_eq!(resolved["tooltip"]["value"], "tooltip at 7");
    client.change(2, &[((0, 0), (0, 0), "z")]).await;
    let outdated = client
        .request("inlayHint/resolve", hint)
        .await
        .expect("an answer");
    assert!(
        outdated.get("tooltip").is_none(),
        "of an older text nothing is said"
    );

    let mut client = Client::new().await;
    client.open(URI, "x = 1\n").await;
    let hints = client
        .request("textDocument/inlayHint", all())
        .await
        .expect("hints");
    assert_eq!(
        hints[0]["tooltip"]["value"], "tooltip at 1",
        "a client that cannot ask for it has it at once"
    );
}

fn context(only: Value) -> Value {
    let mut params = all();
    params["context"] = json!({ "diagnostics": [], "only": only });
    params
}

#[tokio::test]
async fn fixes_are_versioned_and_unsafe_ones_ask() {
    let edits = json!({ "documentChanges": true, "changeAnnotationSupport": {} });
    let mut client = Client::with(json!({ "workspace": { "workspaceEdit": edits } })).await;
    client.open(URI, "bad, ugly, bad\n").await;
    let actions = client
        .request("textDocument/codeAction", context(Value::Null))
        .await
        .expect("actions");
    let actions = actions.as_array().expect("a list");
    assert_eq!(
        actions
            .iter()
            .map(|it| it["kind"].as_str())
            .collect::<Vec<_>>(),
        [Some("quickfix"); 3]
    );
    let safe = &actions[0];
    assert_eq!(
        (&safe["title"], &safe["isPreferred"]),
        (&json!("Say good"), &json!(true))
    );
    assert_eq!(safe["diagnostics"][0]["code"], "bad-word");
    let change = &safe["edit"]["documentChanges"][0];
    assert_eq!(change["textDocument"], json!({ "uri": URI, "version": 1 }));
    assert_eq!(
        change["edits"],
        json!([{ "range": range((0, 0), (0, 3)), "newText": "good" }])
    );
    let risky = &actions[2];
    assert_eq!(
        risky["edit"]["documentChanges"][0]["edits"][0]["annotationId"],
        "unsafe"
    );
    assert_eq!(
        risky["edit"]["changeAnnotations"]["unsafe"],
        json!({ "label": "Say fair", "needsConfirmation": true, "description": "it may be liked" })
    );
}

#[tokio::test]
async fn all_safe_fixes_at_once_for_who_asks() {
    let mut client = Client::new().await;
    client.open(URI, "bad, ugly, bad\n").await;
    let actions = client
        .request("textDocument/codeAction", context(json!(["source.fixAll"])))
        .await
        .expect("actions");
    assert_eq!(actions.as_array().map(Vec::len), Some(1));
    assert_eq!(actions[0]["kind"], "source.fixAll.heaplight");
    assert_eq!(
        actions[0]["edit"]["changes"][URI].as_array().map(Vec::len),
        Some(2)
    );
    let actions = client
        .request("textDocument/codeAction", context(Value::Null))
        .await
        .expect("actions");
    assert_eq!(
        actions[2]["title"], "Say fair (unsafe: it may be liked)",
        "who has no annotations is told so"
    );
}

#[tokio::test]
async fn facts_and_explanations_by_request_and_by_command() {
    let mut client = Client::new().await;
    client.open(URI, "x = 1\nyy = 2\n").await;
    let part = json!({ "textDocument": { "uri": URI }, "range": range((1, 0), (1, 2)) });
    let facts = client
        .request("heaplight/facts", part.clone())
        .await
        .expect("facts");
    assert_eq!(
        facts,
        json!({ "version": 1, "target": "3.15", "facts": [{ "file": URI, "text": "yy" }] })
    );
    let command = json!({ "command": "heaplight.server.facts", "arguments": [part] });
    assert_eq!(
        client
            .request("workspace/executeCommand", command)
            .await
            .expect("facts"),
        facts
    );

    let explained = client
        .request("heaplight/explain", place(1, 1))
        .await
        .expect("an explanation");
    let span = range((1, 0), (1, 2));
    let first = json!({ "text": "it is a word", "location": { "uri": URI, "range": span } });
    assert_eq!(
        explained,
        json!({ "version": 1, "range": span, "steps": [first, { "text": "so it is" }] })
    );
    let command = json!({ "command": "heaplight.server.explain", "arguments": [place(1, 1)] });
    assert_eq!(
        client
            .request("workspace/executeCommand", command)
            .await
            .expect("an explanation"),
        explained
    );
    assert_eq!(
        client.request("heaplight/explain", place(1, 3)).await,
        Ok(Value::Null)
    );

    let elsewhere = json!({ "textDocument": { "uri": "file:///w/b.py" } });
    let error = client
        .request("heaplight/facts", elsewhere)
        .await
        .expect_err("not open");
    assert_eq!(error["code"], -32602);
    let unknown = json!({ "command": "heaplight.server.fact" });
    let error = client
        .request("workspace/executeCommand", unknown)
        .await
        .expect_err("unknown");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("heaplight.server.facts")),
        "{error}"
    );
}
