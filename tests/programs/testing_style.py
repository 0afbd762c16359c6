"""Code with its tests beside it, run by a tiny runner."""


class Temperature:
    def __init__(self, degrees):
        self.degrees = degrees

    def __eq__(self, other):
        return isinstance(other, Temperature) and self.degrees == other.degrees

    def __hash__(self):
        return hash(self.degrees)

    def __repr__(self):
        return "Temperature(%r)" % self.degrees


def slugify(text, separator="-"):
    words = []
    word = ""
    for letter in text.lower():
        if letter.isalnum():
            word += letter
        elif word:
            words.append(word)
            word = ""
    if word:
        words.append(word)
    return separator.join(words)


def merge_intervals(intervals):
    merged = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged


def unique_sorted(items):
    return sorted(set(items))


class TestCase:
    def set_up(self):
        pass

    def equal(self, left, right):
        assert left == right, "%r is not %r" % (left, right)

    def raises(self, error, function, *args):
        try:
            function(*args)
        except error as caught:
            return caught
        raise AssertionError("nothing was raised")


class TestSlugs(TestCase):
    def set_up(self):
        self.samples = {"Hello, World!": "hello-world", "  a  ": "a", "": ""}

    def test_samples(self):
        for text, wanted in self.samples.items():
            self.equal(slugify(text), wanted)

    def test_separator(self):
        self.equal(slugify("a b", separator="_"), "a_b")


class TestRest(TestCase):
    def test_intervals(self):
        given = [[3, 5], [1, 4], [8, 9]]
        self.equal(merge_intervals(given), [[1, 5], [8, 9]])
        self.equal(given[0], [3, 5])
        self.equal(merge_intervals([]), [])

    def test_unique(self):
        self.equal(unique_sorted([3, 1, 3]), [1, 3])
        caught = self.raises(TypeError, unique_sorted, [[1], [2]])
        self.equal(isinstance(caught, TypeError), True)

    def test_wrong(self):
        self.equal(Temperature(1), Temperature(2))

    def test_equal(self):
        self.equal({Temperature(1): "a"}[Temperature(1)], "a")
        self.equal(Temperature(1) == 1, False)


def run(*classes):
    results = {"passed": [], "failed": []}
    for cls in classes:
        for name in sorted(dir(cls)):
            if not name.startswith("test_"):
                continue
            case = cls()
            case.set_up()
            try:
                getattr(case, name)()
            except AssertionError as error:
                results["failed"].append((name, str(error)))
            else:
                results["passed"].append(name)
    return results


results = run(TestSlugs, TestRest)
partial = run(TestSlugs)
nothing = run()
passed, failed = results["passed"], results["failed"]
name, message = failed[0]
intervals = merge_intervals([(1, 2), (2, 3), (10, 11)])
first = intervals[0]
first.append("changed")
print(passed, name, message, partial["failed"], nothing, intervals)
