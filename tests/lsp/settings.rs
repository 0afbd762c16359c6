//! Settings from everywhere, and how they change.

use std::sync::atomic::Ordering;

use heaplight::lsp::Options;
use serde_json::{Value, json};

use crate::client::{Client, URI, range};

fn hints_of(uri: &str) -> Value {
    json!({ "textDocument": { "uri": uri }, "range": range((0, 0), (99, 0)) })
}

async fn label(client: &mut Client) -> Value {
    let hints = client
        .request("textDocument/inlayHint", hints_of(URI))
        .await
        .expect("hints");
    hints[0]["label"][0]["value"].clone()
}

async fn command(client: &mut Client, command: &str, argument: Value) -> Result<Value, Value> {
    let params =
        json!({ "command": format!("heaplight.server.{command}"), "arguments": [argument] });
    client.request("workspace/executeCommand", params).await
}

#[tokio::test]
async fn commands_need_no_restart() {
    let capabilities = json!({ "workspace": { "inlayHint": { "refreshSupport": true } } });
    let mut client = Client::with(capabilities).await;
    client.open(URI, "x = 1\n").await;
    assert_eq!(label(&mut client).await, "quiet: see ");
    command(&mut client, "setInlayHints", json!("full"))
        .await
        .expect("done");
    let refresh = client.told("workspace/inlayHint/refresh").await;
    client.reply(&refresh, Value::Null).await;
    assert_eq!(label(&mut client).await, "full: see ");
    command(&mut client, "setInlayHints", json!("off"))
        .await
        .expect("done");
    assert_eq!(label(&mut client).await, Value::Null);
    let error = command(&mut client, "setInlayHints", json!("loud"))
        .await
        .expect_err("no such level");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("quiet")),
        "{error}"
    );

    command(&mut client, "setTarget", json!("3.12"))
        .await
        .expect("done");
    assert_eq!(client.hover(0, 0).await, "**x** in 6 bytes, 3.12");
    command(&mut client, "setTarget", Value::Null)
        .await
        .expect("done");
    assert_eq!(client.hover(0, 0).await, "**x** in 6 bytes, 3.15");
    let error = command(&mut client, "setTarget", json!("2.7"))
        .await
        .expect_err("no such target");
    assert!(
        error["message"]
            .as_str()
            .is_some_and(|text| text.contains("3.8")),
        "{error}"
    );

    let before = client.pace.started.load(Ordering::SeqCst);
    command(&mut client, "restart", Value::Null)
        .await
        .expect("done");
    client.started(before + 1).await;
}

#[tokio::test]
async fn the_editor_s_settings_are_asked_for_and_never_waited_for() {
    let mut client = Client::with(json!({ "workspace": { "configuration": true } })).await;
    client.open(URI, "x = 1\n").await;
    let asked = client.told("workspace/configuration").await;
    assert_eq!(
        asked["params"]["items"],
        json!([{ "section": "heaplight" }])
    );
    assert_eq!(
        client.hover(0, 0).await,
        "**x** in 6 bytes, 3.15",
        "while the answer is due"
    );
    client
        .reply(
            &asked,
            json!([{ "target": "3.9", "inlayHints": "ful", "trace": { "server": "off" } }]),
        )
        .await;
    let complaint = client.told("window/showMessage").await;
    let text = complaint["params"]["message"].as_str().expect("a text");
    assert!(
        text.contains("heaplight.inlayHints") && text.contains("`full`"),
        "{text}"
    );
    assert_eq!(
        client.hover(0, 0).await,
        "**x** in 6 bytes, 3.9",
        "the rest still counts"
    );

    client
        .notify(
            "workspace/didChangeConfiguration",
            json!({ "settings": null }),
        )
        .await;
    let asked = client.told("workspace/configuration").await;
    client.reply(&asked, json!([null])).await;
    // The reply takes effect in a task of its own.
    let mut asked = 0;
    while client.hover(0, 0).await != "**x** in 6 bytes, 3.15" {
        asked += 1;
        assert!(asked < 10_000, "the target is back");
    }
}

#[tokio::test]
async fn clients_without_configuration_push_settings() {
    let options = json!({ "capabilities": {}, "initializationOptions": { "target": "3.11" } });
    let mut client = Client::greeting(Options::default(), options).await;
    client.open(URI, "x = 1\n").await;
    assert_eq!(client.hover(0, 0).await, "**x** in 6 bytes, 3.11");
    let settings = json!({ "settings": { "heaplight": { "target": "3.10" }, "other": {} } });
    client
        .notify("workspace/didChangeConfiguration", settings)
        .await;
    assert_eq!(client.hover(0, 0).await, "**x** in 6 bytes, 3.10");
}

#[tokio::test]
async fn files_hold_for_what_is_below_them_and_are_watched() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("pyproject.toml");
    let content = "[project]\nname = 'p'\n\n[tool.heaplight]\ntraget = '3.8'\ntarget = '3.9'\n";
    std::fs::write(&config, content).expect("written");
    let uri = |name: &str| format!("file://{}/{name}", folder.path().display());

    let capabilities =
        json!({ "workspace": { "didChangeWatchedFiles": { "dynamicRegistration": true } } });
    let mut client = Client::with(capabilities).await;
    let registered = client.told("client/registerCapability").await;
    client.reply(&registered, Value::Null).await;
    let watchers = &registered["params"]["registrations"][0]["registerOptions"]["watchers"];
    assert_eq!(watchers[1]["globPattern"], "**/pyproject.toml");

    let document = uri("sub/a.py");
    client.open(&document, "x = 1\n").await;
    let hover =
        json!({ "textDocument": { "uri": document }, "position": { "line": 0, "character": 0 } });
    let card = client
        .request("textDocument/hover", hover.clone())
        .await
        .expect("a card");
    assert_eq!(card["contents"]["value"], "**x** in 6 bytes, 3.9");
    let is_config = |message: &Value| message["params"]["uri"] == json!(uri("pyproject.toml"));
    let marked = client.wait_for(is_config).await["params"]["diagnostics"].clone();
    assert_eq!(marked[0]["range"], range((4, 0), (4, 6)));
    assert_eq!(
        marked[0]["message"],
        "there is no setting `traget`; the nearest is `target`"
    );

    std::fs::write(&config, "[tool.heaplight]\ntarget = '3.10'\n").expect("written");
    let event = json!({ "changes": [{ "uri": uri("pyproject.toml"), "type": 2 }] });
    client
        .notify("workspace/didChangeWatchedFiles", event)
        .await;
    let card = client
        .request("textDocument/hover", hover)
        .await
        .expect("a card");
    assert_eq!(card["contents"]["value"], "**x** in 6 bytes, 3.10");
    assert_eq!(
        client.wait_for(is_config).await["params"]["diagnostics"],
        json!([]),
        "mended"
    );
}
