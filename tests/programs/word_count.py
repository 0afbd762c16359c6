"""Counting words, three ways."""
from collections import Counter, defaultdict

TEXT = """the cat sat on the mat
the dog sat on the log
and the cat saw the dog"""


def count_plain(text):
    counts = {}
    for word in text.split():
        if word in counts:
            counts[word] += 1
        else:
            counts[word] = 1
    return counts


def count_default(text):
    counts = defaultdict(int)
    for word in text.split():
        counts[word] += 1
    return counts


def lines_of(text):
    places = defaultdict(list)
    for number, line in enumerate(text.splitlines(), 1):
        for word in line.split():
            if number not in places[word]:
                places[word].append(number)
    return places


def top(counts, n=3):
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:n]


def longest(words):
    best = ""
    for word in words:
        if len(word) > len(best):
            best = word
    return best


plain = count_plain(TEXT)
default = count_default(TEXT)
counter = Counter(TEXT.split())
agree = plain == default == counter
nothing = count_plain("")
places = lines_of(TEXT)
where = places["cat"]
best = top(plain)
one = top(counter, 1)
word = longest(plain)
none = longest([])
by_length = {}
for word in plain:
    by_length.setdefault(len(word), set()).add(word)
short = sorted(by_length[3])
total = sum(plain.values())
common = counter.most_common(2)
missing = counter["unicorn"]
report = ", ".join("%s=%d" % pair for pair in best)
print(agree, nothing, where, one, word, none, short, total, common, missing, report)
