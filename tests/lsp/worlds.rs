//! Who runs a document: decided from its text and from what around it imports it.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::client::{Client, text_of};

const SCRIPT: &str = "def double(p):\n    return p + p\n\ndouble([1, 2])\n";

/// What the card of the parameter says in the closed world, and in the open one.
const CLOSED: &str = "**p** \u{b7} list of 2";
const OPEN: &str = "code outside this file may call it";

struct Workspace {
    folder: TempDir,
    client: Client,
}

impl Workspace {
    async fn with(files: &[(&str, &str)], options: Value) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, content) in files {
            std::fs::write(folder.path().join(name), content).expect("written");
        }
        let params = json!({
            "capabilities": {},
            "workspaceFolders": [{ "uri": uri(folder.path()), "name": "w" }],
            "initializationOptions": options,
        });
        let client = Client::in_earnest(params).await;
        Self { folder, client }
    }

    fn uri(&self, name: &str) -> String {
        uri(&self.folder.path().join(name))
    }

    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.folder.path().join(name), content).expect("written");
    }

    async fn open(&mut self, name: &str, content: &str) {
        let uri = self.uri(name);
        self.client.open(&uri, content).await;
    }

    async fn change(&mut self, name: &str, version: i32, content: &str) {
        let document = json!({ "uri": self.uri(name), "version": version });
        let params = json!({ "textDocument": document, "contentChanges": [{ "text": content }] });
        self.client.notify("textDocument/didChange", params).await;
    }

    async fn tell(&mut self, method: &str, name: &str) {
        let params = json!({ "textDocument": { "uri": self.uri(name) } });
        self.client.notify(method, params).await;
    }

    /// The card of the parameter in `a.py`.
    async fn card(&mut self) -> String {
        let params = json!({
            "textDocument": { "uri": self.uri("a.py") },
            "position": { "line": 0, "character": 11 },
        });
        let card = self.client.request("textDocument/hover", params).await;
        text_of(&card.expect("a card"))
    }

    /// Waits for the card of the parameter to say `wanted`: what is around the document is looked at on a worker, and
    /// nothing tells when.
    async fn wait_for(&mut self, wanted: &str) {
        let waiting = async {
            while !self.card().await.contains(wanted) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), waiting)
            .await
            .unwrap_or_else(|_| panic!("the card never says `{wanted}`"));
    }
}

fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}

#[tokio::test]
async fn a_script_alone_knows_its_callers() {
    let files = [("a.py", SCRIPT), ("b.py", "import c\n")];
    let mut workspace = Workspace::with(&files, json!({})).await;
    workspace.open("a.py", SCRIPT).await;
    let card = workspace.card().await;
    assert!(card.contains(CLOSED), "{card}");

    workspace
        .change("a.py", 2, &SCRIPT.replace("\ndouble(", "\nx = double("))
        .await;
    let card = workspace.card().await;
    assert!(card.contains(OPEN), "it calls nothing by itself: {card}");
    workspace.change("a.py", 3, SCRIPT).await;
    let card = workspace.card().await;
    assert!(card.contains(CLOSED), "{card}");
}

#[tokio::test]
async fn who_is_imported_is_a_module() {
    let files = [("a.py", SCRIPT), ("b.py", "from a import double\n")];
    let mut workspace = Workspace::with(&files, json!({})).await;
    workspace.open("a.py", SCRIPT).await;
    let card = workspace.card().await;
    assert!(card.contains(OPEN), "{card}");
}

#[tokio::test]
async fn the_setting_overrides() {
    let files = [("a.py", SCRIPT), ("b.py", "import a\n")];
    for (world, wanted) in [("script", CLOSED), ("module", OPEN)] {
        let mut workspace = Workspace::with(&files, json!({ "world": world })).await;
        workspace.open("a.py", SCRIPT).await;
        let card = workspace.card().await;
        assert!(card.contains(wanted), "{world}: {card}");
    }
}

#[tokio::test]
async fn a_neighbour_saved_with_an_import_opens_the_world() {
    let files = [("a.py", SCRIPT), ("b.py", "import c\n")];
    let mut workspace = Workspace::with(&files, json!({})).await;
    workspace.open("a.py", SCRIPT).await;
    let card = workspace.card().await;
    assert!(card.contains(CLOSED), "{card}");

    workspace.open("b.py", "import c\n").await;
    workspace.change("b.py", 2, "import c, a\n").await;
    let card = workspace.card().await;
    assert!(card.contains(CLOSED), "not while it is typed: {card}");
    workspace.tell("textDocument/didSave", "b.py").await;
    workspace.wait_for(OPEN).await;

    // It was not written: on the disk nothing imports it.
    workspace.tell("textDocument/didClose", "b.py").await;
    workspace.wait_for(CLOSED).await;
}

#[tokio::test]
async fn files_that_change_on_the_disk_count() {
    let mut workspace = Workspace::with(&[("a.py", SCRIPT)], json!({})).await;
    workspace.open("a.py", SCRIPT).await;
    let card = workspace.card().await;
    assert!(card.contains(CLOSED), "{card}");

    let event = json!({ "changes": [{ "uri": workspace.uri("new.py"), "type": 1 }] });
    workspace.write("new.py", "import a\n");
    let method = "workspace/didChangeWatchedFiles";
    workspace.client.notify(method, event.clone()).await;
    workspace.wait_for(OPEN).await;

    std::fs::remove_file(workspace.folder.path().join("new.py")).expect("it was there");
    workspace.client.notify(method, event).await;
    workspace.wait_for(CLOSED).await;
}

#[tokio::test]
async fn open_documents_count_as_they_are_shown() {
    let files = [("a.py", SCRIPT), ("b.py", "import a\n")];
    let mut workspace = Workspace::with(&files, json!({})).await;
    workspace.open("b.py", "import c\n").await;
    workspace.open("a.py", SCRIPT).await;
    let card = workspace.card().await;
    assert!(card.contains(CLOSED), "{card}");
}
