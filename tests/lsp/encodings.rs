//! Columns, in both encodings, on a line of kana and emoji.

use serde_json::{Value, json};

use crate::client::{Client, URI, range};

const TEXT: &str = "かな = '😀'; bad = 1\r\nnext = 'é'\rlast = 2";

/// The same place in UTF-8 and in UTF-16.
struct Column(u32, u32);

impl Column {
    fn in_encoding(&self, encoding: &str) -> u32 {
        if encoding == "utf-8" { self.0 } else { self.1 }
    }
}

async fn client(encodings: Value) -> Client {
    Client::with(json!({ "general": { "positionEncodings": encodings } })).await
}

#[tokio::test]
async fn the_first_encoding_that_we_know_is_spoken() {
    for (offered, spoken) in [
        (json!(["utf-16", "utf-8"]), "utf-16"),
        (json!(["utf-32", "utf-8", "utf-16"]), "utf-8"),
        (json!(["utf-32"]), "utf-16"),
        (json!([]), "utf-16"),
    ] {
        let client = client(offered).await;
        assert_eq!(client.announced["capabilities"]["positionEncoding"], spoken);
    }
}

#[tokio::test]
async fn every_answer_has_its_columns_in_the_encoding_spoken() {
    for encoding in ["utf-8", "utf-16"] {
        let mut client = client(json!([encoding])).await;
        client.open(URI, TEXT).await;
        let column = |utf8, utf16| Column(utf8, utf16).in_encoding(encoding);
        let (start, end) = (column(17, 11), column(20, 14));

        let published = client.told("textDocument/publishDiagnostics").await;
        assert_eq!(
            published["params"]["diagnostics"][0]["range"],
            range((0, start), (0, end))
        );

        let place = json!({ "textDocument": { "uri": URI }, "position": { "line": 0, "character": start + 1 } });
        let hover = client
            .request("textDocument/hover", place)
            .await
            .expect("a hover");
        assert_eq!(hover["range"], range((0, start), (0, end)));
        assert_eq!(
            hover["contents"]["value"],
            format!("**bad** in {} bytes, 3.15", TEXT.len())
        );

        let whole = json!({ "textDocument": { "uri": URI }, "range": range((0, 0), (9, 0)) });
        let hints = client
            .request("textDocument/inlayHint", whole)
            .await
            .expect("hints");
        let places = hints
            .as_array()
            .expect("a list")
            .iter()
            .map(|hint| hint["position"].clone());
        let expected = [(0, column(6, 2)), (0, end), (1, 4), (2, 4)];
        let expected = expected.map(|(line, column)| json!({ "line": line, "character": column }));
        assert_eq!(
            places.collect::<Vec<_>>(),
            expected,
            "a lone CR ends a line, too"
        );

        let wanted = json!({ "textDocument": { "uri": URI }, "range": range((0, start), (0, end)), "context": { "diagnostics": [] } });
        let actions = client
            .request("textDocument/codeAction", wanted)
            .await
            .expect("actions");
        assert_eq!(
            actions[0]["edit"]["changes"][URI][0]["range"],
            range((0, start), (0, end))
        );

        // Half of the emoji's columns away: clamped to its start.
        client
            .change(2, &[((0, column(10, 6)), (0, column(14, 8)), "é")])
            .await;
        client
            .change(3, &[((1, 0), (1, 4), "かなり"), ((2, 99), (99, 99), "!")])
            .await;
        let size = "かな = 'é'; bad = 1\r\nかなり = 'é'\rlast = 2!".len();
        let hover = client.hover(1, 0).await;
        assert_eq!(
            hover,
            format!("**かなり** in {size} bytes, 3.15"),
            "{encoding}"
        );
    }
}
