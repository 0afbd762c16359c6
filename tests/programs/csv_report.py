"""Reading and writing CSV in memory, pivoting, joining two tables."""
import csv
import io

SALES = """\
region,product,units,price
north,pen,10,1.50
north,ink,2,7.25
south,pen,5,1.50
south,ink,,7.25
"""
REGIONS = "region,manager\nnorth,Nora\nsouth,Saul\n"


def load(text):
    return list(csv.DictReader(io.StringIO(text)))


def convert(rows, **types):
    for row in rows:
        for column, kind in types.items():
            row[column] = kind(row[column]) if row[column] else None
    return rows


def pivot(rows, row_key, column_key, value):
    table = {}
    for row in rows:
        line = table.setdefault(row[row_key], {})
        line[row[column_key]] = line.get(row[column_key], 0) + (value(row) or 0)
    return table


def join(left, right, on):
    index = {row[on]: row for row in right}
    joined = []
    for row in left:
        combined = dict(row)
        combined.update(index.get(row[on], {}))
        joined.append(combined)
    return joined


def dump(rows, columns=None):
    columns = columns or list(rows[0])
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([row[column] for column in columns])
    return out.getvalue()


def align(rows):
    widths = [max(len(str(row[i])) for row in rows) for i in range(len(rows[0]))]
    return [" ".join(str(cell).rjust(width) for cell, width in zip(row, widths)) for row in rows]


def revenue(row):
    if row["units"] is None:
        return None
    return row["units"] * row["price"]


rows = load(SALES)
same = convert(rows, units=int, price=float)
in_place = same is rows
table = pivot(rows, "region", "product", revenue)
counts = pivot(rows, "product", "region", lambda row: row["units"])
joined = join(rows, load(REGIONS), "region")
managers = [row["manager"] for row in joined]
joined[0]["units"] = 999
untouched = rows[0]["units"]
text = dump(joined, ["manager", "product"])
whole = dump(rows)
round_trip = load(whole)[1]["product"]
lines = align([["a", 1], ["bbb", 22]])
missing = [row for row in rows if row["units"] is None]
missing[0]["units"] = 0
filled = rows[3]["units"]
total = sum(revenue(row) for row in rows)
by_region = {region: sum(line.values()) for region, line in table.items()}
quoted = next(csv.reader(['"a,b",c']))
print(in_place, table, counts, managers, untouched, text, round_trip, lines, filled, total, by_region, quoted)
