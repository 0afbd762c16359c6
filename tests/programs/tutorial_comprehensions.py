# Comprehensions, generator expressions, and the functions that go with them.
numbers = [1, 2, 3, 4, 5, 6]
squares = [n * n for n in numbers]
evens = [n for n in numbers if n % 2 == 0]
labels = ["even" if n % 2 == 0 else "odd" for n in numbers]
print(squares, evens, labels)

pairs = [(x, y) for x in range(3) for y in range(x)]
table = [[r * c for c in range(1, 4)] for r in range(1, 4)]
flat = [cell for row in table for cell in row]
transposed = [[row[i] for row in table] for i in range(3)]
print(pairs, table, flat, transposed)

lengths = {word: len(word) for word in ["apple", "fig", "kiwi"]}
swapped = {length: word for word, length in lengths.items()}
letters = {letter for word in lengths for letter in word}
print(lengths, swapped, len(letters))

total = sum(n * n for n in numbers)
any_big = any(n > 5 for n in numbers)
all_positive = all(n > 0 for n in numbers)
longest = max((len(word), word) for word in lengths)
print(total, any_big, all_positive, longest)

lazy = (n * 10 for n in numbers)
first = next(lazy)
rest = list(lazy)
nothing = list(lazy)
print(first, rest, nothing)

doubled = list(map(lambda n: n * 2, numbers))
kept = list(filter(lambda n: n > 3, numbers))
both = [a + b for a, b in zip(numbers, doubled)]
print(doubled, kept, both)

rows = [[] for _ in range(3)]
rows[0].append(1)
wrong = [[]] * 3
wrong[0].append(1)
print(rows, wrong)

people = [{"name": "Ann", "tags": ["a"]}, {"name": "Bob", "tags": []}]
names = [person["name"] for person in people]
tagged = [person for person in people if person["tags"]]
tagged[0]["tags"].append("b")
index = {person["name"]: person for person in people}
print(names, people[0]["tags"], index["Ann"] is tagged[0])

copies = [dict(person) for person in people]
copies[1]["name"] = "Rob"
copies[1]["tags"].append("shared")
print(people[1], copies[1]["tags"] is people[1]["tags"])

words = "the rain in spain".split()
initials = "".join(word[0] for word in words)
capitals = " ".join(word.capitalize() for word in words)
numbered = dict(enumerate(words))
print(initials, capitals, numbered)

primes = [n for n in range(2, 30) if all(n % d for d in range(2, n))]
triples = [(a, b, c) for c in range(1, 11) for b in range(1, c) for a in range(1, b) if a * a + b * b == c * c]
print(primes, triples)
functions = [lambda x, n=n: x + n for n in range(3)]
print([function(10) for function in functions], sorted(set(labels)))
