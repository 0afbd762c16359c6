//! Whatever an editor does, the server has its text. The editor here counts columns in another way than the server: it
//! keeps code units in a vector and looks for the place by walking through all of them.

use serde_json::{Value, json};

use crate::client::{Client, URI};

/// Pseudo-random numbers, the same ones every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn text(&mut self) -> String {
        const PIECES: [&str; 12] = [
            "a", "b = 1", "\n", "\r\n", "\r", "é", "かな", "😀", "\t", " ", "\0", "\u{2028}",
        ];
        let pieces = (0..self.roll(6)).map(|_| PIECES[self.roll(PIECES.len() as u64) as usize]);
        pieces.collect()
    }
}

/// The places between the characters of `text` that an editor can name, as (line, column, byte).
fn places(text: &str, encoding: &str) -> Vec<(u32, u32, usize)> {
    let (mut line, mut column) = (0, 0);
    let mut places = vec![(0, 0, 0)];
    let mut chars = text.char_indices().peekable();
    while let Some((at, char)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        let end = at + char.len_utf8();
        match char {
            '\r' if next == Some('\n') => continue,
            '\n' | '\r' => (line, column) = (line + 1, 0),
            _ if encoding == "utf-8" => column += char.len_utf8() as u32,
            _ => column += char.len_utf16() as u32,
        }
        places.push((line, column, end));
    }
    places
}

#[tokio::test]
async fn every_edit_arrives_as_it_was_meant() {
    for (seed, encoding) in [(1, "utf-8"), (2, "utf-16"), (3, "utf-8"), (4, "utf-16")] {
        let mut dice = Dice(seed);
        let capabilities = json!({ "general": { "positionEncodings": [encoding] } });
        let mut client = Client::with(capabilities).await;
        let mut text = "x = 1\r\ny = 'か😀'\rz = 3\n".to_owned();
        client.open(URI, &text).await;
        for version in 2..150 {
            let mut changes = Vec::new();
            for _ in 0..=dice.roll(3) {
                let inserted = dice.text();
                if dice.roll(20) == 0 {
                    changes.push(json!({ "text": inserted }));
                    text = inserted;
                    continue;
                }
                let places = places(&text, encoding);
                let mut pick = || places[dice.roll(places.len() as u64) as usize];
                let (start, end) = (pick(), pick());
                let (start, end) = if start.2 <= end.2 {
                    (start, end)
                } else {
                    (end, start)
                };
                let at =
                    |place: (u32, u32, usize)| json!({ "line": place.0, "character": place.1 });
                changes.push(
                    json!({ "range": { "start": at(start), "end": at(end) }, "text": inserted }),
                );
                text.replace_range(start.2..end.2, &inserted);
            }
            client.change_raw(version, Value::Array(changes)).await;
            let whole = json!({ "textDocument": { "uri": URI } });
            let facts = client
                .request("heaplight/facts", whole)
                .await
                .expect("facts");
            assert_eq!(
                facts["facts"][0]["text"], text,
                "version {version}, {encoding}, seed {seed}"
            );
        }
    }
}
