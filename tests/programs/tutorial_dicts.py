# Dictionaries, the second lesson.
person = {"name": "Alice", "age": 30}
print(person["name"])
person["email"] = "alice@example.org"
person["age"] += 1
print(person, len(person))

age = person.get("age")
phone = person.get("phone", "unknown")
print(age, phone)

if "email" in person:
    email = person.pop("email")
    print(email)

for key in person:
    print(key, person[key])

for key, value in person.items():
    print("%s: %s" % (key, value))

keys = list(person.keys())
values = list(person.values())
print(keys, values)

scores = {}
scores["ann"] = [90, 80]
scores["bob"] = [70]
scores["ann"].append(100)
averages = {name: sum(points) / len(points) for name, points in scores.items()}
print(averages)

best = None
for name in averages:
    if best is None or averages[name] > averages[best]:
        best = name
print(best)

other = scores
other["cid"] = []
backup = dict(scores)
backup["dan"] = [60]
backup["bob"].append(75)
print(sorted(scores), sorted(backup), scores["bob"])

counts = {}
for letter in "mississippi":
    counts[letter] = counts.get(letter, 0) + 1
print(counts)

inverted = {}
for letter, count in counts.items():
    inverted.setdefault(count, []).append(letter)
print(inverted)

settings = {"color": "red", "size": {"width": 10, "height": 5}}
size = settings["size"]
size["width"] = 20
print(settings, size is settings["size"])

merged = {**settings, "color": "blue"}
print(merged["size"] is settings["size"], merged["color"])

squares = {n: n * n for n in range(5)}
del squares[0]
last = squares.popitem()
print(squares, last)

pairs = dict([("a", 1), ("b", 2)])
zipped = dict(zip("xyz", range(3)))
pairs.update(zipped)
print(pairs)
try:
    pairs["missing"]
except KeyError as error:
    print("no such key", error)
pairs.clear()
print(pairs, person)
