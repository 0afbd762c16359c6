# Default arguments are made once.


def collect(item, bucket=[]):
    bucket.append(item)
    return bucket


def collect_fresh(item, bucket=None):
    if bucket is None:
        bucket = []
    bucket.append(item)
    return bucket


def tally(word, counts={}):
    counts[word] = counts.get(word, 0) + 1
    return counts


def stamp(when=len("evaluated once")):
    return when


def join(*parts, sep=", ", out=[]):
    text = sep.join(parts)
    out.append(text)
    return text


class Cart:
    def __init__(self, items=[], owner="nobody"):
        self.items = items
        self.owner = owner


first = collect("a")
second = collect("b")
print(first, second, first is second)

mine = ["own"]
third = collect("c", mine)
print(third is mine, first)

fresh = collect_fresh("a")
other = collect_fresh("b")
given = collect_fresh("c", fresh)
print(fresh, other, given is fresh)

for word in "a rose is a rose".split():
    counts = tally(word)
print(counts)
separate = tally("x", {})
print(separate, counts is tally.__defaults__[0])

print(stamp(), stamp(3))

line = join("a", "b")
dashed = join("c", "d", sep="-")
elsewhere = []
joined = join("e", out=elsewhere)
log = join.__kwdefaults__["out"]
print(line, dashed, joined, log, elsewhere)

one, two = Cart(), Cart()
one.items.append("milk")
print(two.items, one.items is two.items, one.owner is two.owner)
three = Cart(["bread"], "Ann")
three.items.append("butter")
print(three.items, Cart().items)
one.items = []
print(two.items)

collect.__defaults__ = (["reset"],)
after = collect("d")
print(after, first)

makers = []
for n in range(3):
    def maker(x, n=n, seen=[]):
        seen.append(x)
        return n, seen
    makers.append(maker)
results = [make("v") for make in makers]
again = makers[0]("w")
print(results, again[1] is results[0][1], results[1][1] is results[2][1])
pick = lambda key, table={"k": [1]}: table[key]
print(pick("k") is pick("k"))
