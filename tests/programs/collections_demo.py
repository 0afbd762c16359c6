"""The collections module: deque, Counter, defaultdict, OrderedDict, ChainMap, namedtuple."""
from collections import ChainMap, Counter, OrderedDict, UserDict, UserList, defaultdict, deque, namedtuple


class Defaults(UserDict):
    def __missing__(self, key):
        self.data[key] = []
        return self.data[key]


class Sorted(UserList):
    def append(self, item):
        super().append(item)
        self.data.sort()


class Stats(dict):
    def mean(self):
        return sum(self.values()) / len(self)


Point = namedtuple("Point", "x y", defaults=[0])


class Point3(namedtuple("Point3", "x y z")):
    __slots__ = ()

    def length(self):
        return (self.x ** 2 + self.y ** 2 + self.z ** 2) ** 0.5


def last_lines(lines, count=2):
    recent = deque(maxlen=count)
    for line in lines:
        recent.append(line)
    return list(recent)


def tree():
    return defaultdict(tree)


letters = Counter("mississippi")
letters.update("miss")
most = letters.most_common(1)
minus = letters - Counter("ssss")
ends = deque([1, 2, 3])
ends.appendleft(0)
ends.rotate(1)
right = ends.pop()
left = ends.popleft()
tail = last_lines("abcdef")
longer = last_lines(["x"], count=5)
groups = defaultdict(list)
for word in ["apple", "avocado", "bean"]:
    groups[word[0]].append(word)
plain = dict(groups)
shared = plain["a"] is groups["a"]
deep = tree()
deep["a"]["b"]["c"] = 1
inner = deep["a"]["b"]
ordered = OrderedDict([("z", 1), ("a", 2)])
ordered.move_to_end("z")
first = next(iter(ordered))
base, override = {"color": "red", "size": 1}, {"color": "blue"}
chain = ChainMap(override, base)
color = chain["color"]
chain["new"] = True
child = chain.new_child({"size": 9})
sizes = child["size"], chain["size"]
defaults = Defaults()
defaults["x"].append(1)
same = defaults["x"]
kept = Sorted([3])
kept.append(1)
stats = Stats(a=1, b=3)
mean = stats.mean()
stats["c"] = 5
point = Point(1)
moved = point._replace(y=5)
x, y = moved
space = Point3(2, 3, 6)
length = space.length()
table = {point: "p", moved: "m"}
print(most, sorted(minus.items()), right, left, list(ends), tail, longer, shared, dict(inner), first, color)
print("new" in override, sizes, same, kept.data, mean, len(stats), x, y, length, table[Point(1, 5)])
