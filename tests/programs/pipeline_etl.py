"""Extract, transform, load: generators in a row, statistics, rejects, a report."""

RAW = """id;name;amount;tags
1;Ann;10.5;new,vip
2;Ben;;old
x;Cid;3.0;
4;Dan;99.9;vip
4;Dan;99.9;vip
"""


def extract(text):
    lines = iter(text.strip().splitlines())
    header = next(lines).split(";")
    for line in lines:
        yield dict(zip(header, line.split(";")))


def convert(rows, rejects):
    for row in rows:
        try:
            row["id"] = int(row["id"])
            row["amount"] = float(row["amount"]) if row["amount"] else 0.0
            row["tags"] = [tag for tag in row["tags"].split(",") if tag]
        except ValueError as error:
            rejects.append((row, str(error)))
            continue
        yield row


def unique(rows, key="id"):
    seen = set()
    for row in rows:
        if row[key] not in seen:
            seen.add(row[key])
            yield row


def enrich(rows, **functions):
    for row in rows:
        for column, function in functions.items():
            row[column] = function(row)
        yield row


def batches(rows, size):
    batch = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch


class Store:
    def __init__(self):
        self.tables = {}
        self.writes = 0

    def write(self, table, rows):
        self.tables.setdefault(table, []).extend(rows)
        self.writes += 1
        return len(rows)


class Statistics:
    def __init__(self):
        self.count = 0
        self.total = 0.0
        self.largest = None

    def __call__(self, rows):
        for row in rows:
            self.count += 1
            self.total += row["amount"]
            if self.largest is None or row["amount"] > self.largest["amount"]:
                self.largest = row
            yield row


store, statistics, rejects = Store(), Statistics(), []
rows = statistics(unique(convert(extract(RAW), rejects)))
rows = enrich(rows, level=lambda row: "high" if row["amount"] > 50 else "low", size=lambda row: len(row["tags"]))
written = [store.write("people", batch) for batch in batches(rows, 2)]
people = store.tables["people"]
largest = statistics.largest
same = largest is people[-1]
bad_row, reason = rejects[0]
left = list(rows)
levels = {}
for person in people:
    levels.setdefault(person["level"], []).append(person["name"])
tags = sorted({tag for person in people for tag in person["tags"]})
largest["tags"].append("seen")
visible = people[-1]["tags"]
empty = list(convert(extract("id;amount;tags"), []))
again = list(batches("abcde", 2))
single = list(batches([1], 5))
copies = [dict(person) for person in people]
copies[0]["tags"] = []
kept = people[0]["tags"]
print(written, store.writes, statistics.count, same, bad_row["name"], left, levels, tags, visible, empty, again, single)
print(kept, [person["size"] for person in people], round(statistics.total, 1))
