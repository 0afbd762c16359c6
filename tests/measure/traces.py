"""Growth of lists, dicts and sets, step by step: whole sequences by way of making, and random histories.

A sequence is `[[n, value], ...]`: the value from n items on, up to `LIMIT`. A history is one text, `op` or `op:number`
with the size after it: `s:3=232 x:1=232`. The histories are the same in every version (own generator of random numbers).
"""
import collections
import copy
import json
import random
import sys

S = sys.getsizeof
V = sys.version_info[:2]
LIMIT = 90


def steps(f, limit=LIMIT):
    got, last = [], None
    for n in range(limit + 1):
        value = f(n)
        if value != last:
            got.append([n, value])
            last = value
    return got


def ev(src, **ns):
    exec(compile(src, "rows.py", "exec"), ns)
    return ns["r"]


def slots(x):
    return (S(x) - S([])) // 8


class Rand:
    """Small, and the same in all versions."""

    def __init__(self, seed):
        self.x = seed * 2654435761 % 2**32 or 1

    def __call__(self, n):
        x = self.x
        x ^= x << 13 & 0xffffffff
        x ^= x >> 17
        x ^= x << 5 & 0xffffffff
        self.x = x
        return x % n

    def pick(self, items):
        return items[self(len(items))]


# ---- lists: way -> slots
def commas(item, n):
    return ", ".join(item(i) for i in range(n))


class Sized:
    def __init__(self, n):
        self.n = n

    def __len__(self):
        return self.n

    def __iter__(self):
        return iter(range(self.n))


class ListSub(list):
    pass


SOURCES = {
    "sequence": [lambda n: (0,) * n, lambda n: [0] * n, lambda n: ListSub([0] * n)],
    "sized": [lambda n: range(n), lambda n: "a" * n, lambda n: collections.deque(range(n)), lambda n: b"a" * n, Sized],
    "set_or_dict": [lambda n: set(range(n)), lambda n: frozenset(range(n)), lambda n: dict.fromkeys(range(n)), lambda n: dict.fromkeys(range(n)).keys(),
                    lambda n: dict.fromkeys(range(n)).values(), lambda n: dict.fromkeys(range(n)).items()],
    "hinted": [lambda n: iter([0] * n), lambda n: reversed([0] * n), lambda n: iter(range(n)), lambda n: iter((0,) * n)],
    "unsized": [lambda n: (i for i in range(n)), lambda n: map(int, [0] * n), lambda n: zip([0] * n), lambda n: enumerate([0] * n), lambda n: filter(None, [1] * n)],
}


def extended(start, x):
    a = [0] * start
    a.extend(x)
    return a


def added(start, x):
    a = [0] * start
    a += x
    return a


def lists():
    got = {
        "constant_display": [lambda n: ev("r = [%s]" % commas(lambda i: str(i + 1000), n)), lambda n: ev("def f():\n    return [%s]\nr = f()" % commas(lambda i: "'x%d'" % i, n)),
                             lambda n: ev("r = [%s]" % commas(lambda i: "(%d, 2)" % i, n)), lambda n: ev("r = [%s]" % commas(lambda i: "-%d" % (i + 7), n))],
        "display": [lambda n: ev("v = 1\nr = [%s]" % commas(lambda i: "v", n)), lambda n: ev("r = [%s]" % commas(lambda i: "[]", n)),
                    lambda n: ev("v = 1\nr = [%s]" % commas(lambda i: "v" if i == n - 1 else str(i), n))],
        "star_target hinted 0": [lambda n: ev("x, *r = t", t=tuple(range(n + 1))), lambda n: ev("x, *r = t", t=set(range(n + 1))), lambda n: ev("*r, = t", t=list(range(n)))],
        "star_target hinted 1": [lambda n: ev("*r, x = t", t=list(range(n + 1))), lambda n: ev("a, *r, x = t", t=range(n + 2))],
        "star_target hinted 2": [lambda n: ev("*r, x, y = t", t={i: 0 for i in range(n + 2)}), lambda n: ev("[*r, x, y] = t", t=list(range(n + 2)))],
        "star_target unsized 0": [lambda n: ev("x, *r = t", t=(i for i in range(n + 1)))],
        "star_target unsized 1": [lambda n: ev("*r, x = t", t=map(int, [0] * (n + 1)))],
        "appended": [lambda n: [i for i in range(n)], lambda n: ev("r = []\nfor i in range(n): r.append(i)", n=n), lambda n: ev("r = []\nfor i in range(n): r.insert(0, i)", n=n),
                     lambda n: copy.deepcopy([0] * n), lambda n: "\n".join(["ab"] * n).splitlines(), lambda n: [i for i in range(2 * n) if i % 2], lambda n: [i for i in range(n) for _ in "a"]],
        "exact": [lambda n: [0] * n, lambda n: ([0] * n).copy(), lambda n: ([0] * n)[:], lambda n: ([0] * 99)[:n], lambda n: copy.copy([i for i in range(n)]), lambda n: [0] * (n // 2) + [0] * (n - n // 2),
                  lambda n: ([0] * 200)[:2 * n:2], lambda n: [i for i in range(n)][:]],
        "split": [lambda n: " ".join(["ab"] * n).split() if n else "".split(), lambda n: ",".join(["ab"] * n).split(",") if n else "".split()],
        "list_call genexp_argument": [lambda n: list(i for i in range(n))],
        "extend_empty genexp_argument": [lambda n: sorted(i for i in range(n))],
    }
    for name, makes in SOURCES.items():
        got["list_call " + name] = [lambda n, m=m: list(m(n)) for m in makes]
        if name in ("sequence", "sized", "set_or_dict", "hinted", "unsized"):
            got["extend_empty " + name] = (
                [lambda n, m=m: [*m(n)] for m in makes] + [lambda n, m=m: sorted(m(n), key=id) for m in makes]
                + [lambda n, m=m: extended(0, m(n)) for m in makes] + [lambda n, m=m: added(0, m(n)) for m in makes])
    rows = {}
    for name, makes in got.items():
        seen = [steps(lambda n: slots(m(n))) for m in makes]
        rows[name] = seen[0]
        for i, other in enumerate(seen):
            if other != seen[0] and name != "split":
                rows["%s #%d" % (name, i)] = other
    return rows


LIST_OPS = ["append"] * 4 + ["extend_sequence", "extend_sized", "extend_set_or_dict", "extend_hinted", "extend_unsized", "pop", "pop", "pop_at", "del_item", "del_last", "remove", "del_slice", "assign_slice", "repeat", "sort", "clear", "imul0"]


def list_history(seed):
    r = Rand(seed)
    start = r(40)
    a, got = [0] * start, []
    text = "exact:%d=%d" % (start, slots(a))
    got.append(text)
    for _ in range(30):
        op = r.pick(LIST_OPS if r(6) else ["append", "extend_sequence", "pop", "del_item"])
        n = r(12)
        many = 1 + r(5)
        if op == "append":
            for _ in range(many):
                a.append(0)
            op += ":%d" % many
        elif op.startswith("extend_"):
            source = SOURCES[op[7:]][0](n)
            if r(2):
                a.extend(source)
            else:
                a += source
            op += ":%d" % n
        elif op == "repeat":
            k = 1 + r(3)
            if len(a) * k > 400:
                continue
            a *= k
            op += ":%d" % k
        elif op == "imul0":
            if r(8):
                continue
            a *= 0
        elif op == "clear":
            if r(3):
                continue
            r.pick([a.clear, lambda: a.__delitem__(slice(None)), lambda: a.__setitem__(slice(None), [])])()
        elif op == "sort":
            r.pick([a.reverse, lambda: a.sort(key=str)])()
        elif op == "assign_slice":
            i = r(len(a) + 1)
            j = i + r(len(a) - i + 1)
            a[i:j] = [0] * n
            op += ":%d" % len(a)
        elif not a:
            continue
        elif op == "del_slice":
            i = r(len(a))
            j = i + 1 + r(len(a) - i)
            del a[i:j]
            op += ":%d" % len(a)
        elif op == "pop_at":
            if len(a) < 2:
                continue
            times = min(many, len(a) - 1)
            for _ in range(times):
                a.pop(0)
            op += ":%d" % times
        elif op == "remove":
            a.remove(a[r(len(a))])
        else:
            times = min(many * (1 + 5 * (r(3) == 0)), len(a))
            for _ in range(times):
                if op == "pop":
                    a.pop()
                elif op == "del_item":
                    del a[0]
                else:
                    del a[-1]
            op = "%s:%d" % ("pop" if op == "pop" else "del_item", times)
        got.append("%s=%d" % (op, slots(a)))
    return " ".join(got)


# ---- dicts
class Str(str):
    pass


def display(kinds):
    """A dict display of keys as KINDS says: s str, o other."""
    items = ", ".join("%s: 0" % ("'k%d'" % i if k == "s" else i) for i, k in enumerate(kinds))
    return ev("r = {%s}" % items)


def display_variables(kinds):
    names = "".join("v%d = %s\n" % (i, "'k%d'" % i if k == "s" else i) for i, k in enumerate(kinds))
    return ev(names + "r = {%s}" % ", ".join("v%d: 0" % i for i in range(len(kinds))))


def dicts():
    patterns = {"str": lambda n: "s" * n, "other": lambda n: "o" * n, "other_last": lambda n: "s" * (n - 1) + "o" * (n > 0), "other_first": lambda n: "o" * (n > 0) + "s" * (n - 1), "other_third": lambda n: ("sso" + "s" * n)[:n]}
    rows = {}
    for name, pattern in patterns.items():
        a = steps(lambda n: S(display(pattern(n))))
        b = steps(lambda n: S(display_variables(pattern(n))))
        rows["display " + name] = a
        if a != b:
            rows["display of variables " + name] = b
    skeys = lambda n: ["k%d" % i for i in range(n)]
    for name, keys in (("str", skeys), ("other", range)):
        rows["insert " + name] = steps(lambda n: S({k: 0 for k in keys(n)}), 800)
        rows["call_pairs " + name] = steps(lambda n: S(dict([(k, 0) for k in keys(n)])))
        rows["fromkeys_list " + name] = steps(lambda n: S(dict.fromkeys(list(keys(n)))))
        rows["fromkeys_set " + name] = steps(lambda n: S(dict.fromkeys(set(keys(n)))), 800)
        rows["fromkeys_dict " + name] = steps(lambda n: S(dict.fromkeys({k: 0 for k in keys(n)})), 800)
        rows["copy " + name] = steps(lambda n: S({k: 0 for k in keys(n)}.copy()))
        rows["call_dict " + name] = steps(lambda n: S(dict({k: 0 for k in keys(n)})))
        rows["unpack " + name] = steps(lambda n: S({**{k: 0 for k in keys(n)}}))
        rows["deepcopy " + name] = steps(lambda n: S(copy.deepcopy({k: 0 for k in keys(n)})))
    rows["call_kwargs"] = steps(lambda n: S(dict(**{k: 0 for k in skeys(n)})))
    rows["update_kwargs"] = steps(lambda n: (lambda d: (d.update(**{k: 0 for k in skeys(n)}), S(d))[1])({}))
    rows["update_kwargs written"] = steps(lambda n: S(ev("r = {}\nr.update(%s)" % ", ".join("%s=0" % k for k in skeys(n)))))
    rows["call_kwargs written"] = steps(lambda n: S(ev("r = dict(%s)" % ", ".join("%s=0" % k for k in skeys(n)))))
    rows["parameter"] = steps(lambda n: S((lambda **kw: kw)(**{k: 0 for k in skeys(n)})))
    rows["parameter written"] = steps(lambda n: S(ev("def f(**kw): return kw\nr = f(%s)" % ", ".join("%s=0" % k for k in skeys(n)))))
    rows["defaultdict"] = steps(lambda n: S((lambda d: ([d[k] for k in skeys(n)], d)[1])(collections.defaultdict(int))))
    rows["counter"] = steps(lambda n: S(collections.Counter(skeys(n))))
    rows["ordereddict str"] = [S((lambda d: ([d.__setitem__(k, 0) for k in skeys(n)], d)[1])(collections.OrderedDict())) for n in range(50)]
    rows["ordereddict other"] = [S((lambda d: ([d.__setitem__(k, 0) for k in range(n)], d)[1])(collections.OrderedDict())) for n in range(50)]
    return rows


DICT_OPS = ["s"] * 6 + ["o"] * 2 + ["S", "O", "x", "x", "x", "y", "d", "u", "v", "m", "t", "f", "z", "c", "n", "k", "w", "q"]


def dict_history(seed):
    """s, o: n new keys, str or not; S: an old key again; O: by an equal key of a str subclass; x: n deleted; p: popitem;
    y: copy(); d: dict(d); u, v: update by a dict of n new keys, str or not; m: {**d}; t: {}.update(d); f: fromkeys(d);
    z: fromkeys(set(d)); c: clear(); n: a new dict(); k: update(**n names); w, q: d | {n new}, str or not."""
    r = Rand(seed)
    family = seed % 4                       # 0: all, 1: no deletion but popitem, 2: str keys only, 3: few copies
    d, got, number = {}, [], 0
    got.append("{}=%d" % S(d))

    def fresh(kind):
        nonlocal number
        number += 1
        return "k%d" % number if kind == "s" else number

    for _ in range(34):
        op = r.pick(DICT_OPS)
        if family == 1 and op in ("x", "O"):
            op = "p"
        if family == 2:
            op = {"o": "s", "v": "u", "q": "w", "O": "S", "z": "y"}.get(op, op)
        if family == 3 and op in "ydmtfzcnkwq":
            op = r.pick(["s", "o", "x"])
        n = 1 + r(7) + (r(20) if not r(5) else 0)
        arg = None
        if op in "so":
            arg = n
            for _ in range(n):
                d[fresh(op)] = 0
        elif op in "SO":
            old = [k for k in d if type(k) is str]
            if not old:
                continue
            d[r.pick(old) if op == "S" else Str(r.pick(old))] = 1
        elif op == "x":
            arg = min(n, len(d))
            for k in list(d)[:arg] if r(2) else list(d)[-arg:]:
                del d[k]
            if not arg:
                continue
        elif op == "p":
            arg = min(n, len(d))
            if not arg:
                continue
            for _ in range(arg):
                d.popitem()
        elif op == "y":
            d = r.pick([d.copy, lambda: copy.copy(d)])()
        elif op == "d":
            d = dict(d)
        elif op in "uv":
            arg = n
            e = {}
            for _ in range(n):
                e[fresh("s" if op == "u" else "o")] = 0
            d.update(e)
        elif op in "wq":
            if V < (3, 9):
                continue
            arg = n
            e = {}
            for _ in range(n):
                e[fresh("s" if op == "w" else "o")] = 0
            d = d | e
        elif op == "m":
            d = {**d}
        elif op == "t":
            e = {}
            e.update(d)
            d = e
        elif op == "f":
            d = dict.fromkeys(d)
        elif op == "z":
            if any(type(k) is Str for k in d):
                continue
            d = dict.fromkeys(set(d))
        elif op == "c":
            d.clear()
        elif op == "n":
            d = dict()
        elif op == "k":
            arg = n
            d.update(**{fresh("s"): 0 for _ in range(n)})
        got.append("%s%s=%d" % (op, "" if arg is None else ":%d" % arg, S(d)))
    return " ".join(got)


# ---- sets
def set_history(seed):
    """a: n new added; x: n taken out; y: copied; u: updated by a set of n, half of them new; U: by a list; o: s | set of n;
    i: s & set that has n of its items; d: s - set of n, some in it; D: s -= set of n; e: s.difference(list); c: clear();
    X: s ^ set of n; g: made anew by set(list)."""
    r = Rand(seed)
    s, got, number = set(), [], 0
    kind = r.pick([int, lambda i: "k%d" % i])

    def fresh(n):
        nonlocal number
        number += n
        return [kind(i) for i in range(number - n, number)]

    def some(n):
        return sorted(s, key=str)[:n]
    for _ in range(26):
        op = r.pick("aaaaxxyuUoidDecXg")
        n = 1 + r(8) + (r(40) if not r(4) else 0)
        if op == "a":
            for x in fresh(n):
                s.add(x)
            arg = str(n)
        elif op == "x":
            n = min(n, len(s))
            for x in some(n):
                s.discard(x)
            arg = str(n)
        elif op == "y":
            s = r.pick([s.copy, lambda: set(s), lambda: copy.copy(s), lambda: set(frozenset(s))])()
            arg = "0"
        elif op in "uUoX":
            old = some(n // 2)
            new = fresh(n - len(old))
            other = set(old) | set(new)
            arg = "%d,%d" % (len(other), len(new))
            if op == "u":
                s.update(other)
            elif op == "U":
                s.update(old + new)
            elif op == "o":
                s = s | other
            else:
                s = s ^ other
        elif op == "i":
            old = some(n)
            s = s & (set(old) | set(fresh(3)))
            arg = str(len(old))
        elif op in "dDe":
            old = some(r(len(s) + 1) if r(2) else min(2, len(s)))
            other = set(old) | set(fresh(r(3)))
            arg = "%d,%d" % (len(other), len(old))
            if op == "d":
                s = s - other
            elif op == "D":
                s -= other
            else:
                s = s.difference(list(other))
        elif op == "c":
            s.clear()
            arg = "0"
        else:
            s = set(fresh(n))
            arg = str(n)
        got.append("%s:%s=%d" % (op, arg, S(s)))
    return " ".join(got)


def deque_history(seed):
    """a, l: n appended, at the left; e, E: extended by n, at the left; p, q: n popped, at the left; y: copied; c: clear()."""
    r = Rand(seed)
    d, got = collections.deque(), []
    if r(2):
        n = r(70)
        d = collections.deque(range(n))
        got.append("g:%d=%d" % (n, S(d)))
    for _ in range(24):
        op = r.pick("aaallleEppqqyc" if r(4) else "apq")
        n = 1 + r(90)
        if op in "pq":
            n = min(n, len(d))
        for _ in range(n if op in "alpq" else 0):
            {"a": lambda: d.append(0), "l": lambda: d.appendleft(0), "p": d.pop, "q": d.popleft}[op]()
        if op == "e":
            d.extend(range(n - 1))
            n -= 1
        elif op == "E":
            d.extendleft(range(n - 1))
            n -= 1
        elif op == "y":
            d = r.pick([d.copy, lambda: copy.copy(d)])()
        elif op == "c":
            d.clear()
        got.append("%s:%d=%d" % (op, n, S(d)))
    return " ".join(got)


def sets():
    return {
        "add": steps(lambda n: S({i for i in range(n)}), 3000),
        "call_list": steps(lambda n: S(set(list(range(n)))), 800),
        "call_set": steps(lambda n: S(set({i for i in range(n)})), 800),
        "call_dict": steps(lambda n: S(set(dict.fromkeys(range(n)))), 800),
        "frozenset_call_list": steps(lambda n: S(frozenset(list(range(n)))), 800),
        "frozenset_call_set": steps(lambda n: S(frozenset({i for i in range(n)})), 800),
        "constant_display": steps(lambda n: S(ev("r = {%s}" % commas(lambda i: str(i + 1000), n)) if n else set())),
        "display": steps(lambda n: S(ev("".join("v%d = %d\n" % (i, i) for i in range(n)) + "r = {%s}" % commas(lambda i: "v%d" % i, n)) if n else set())),
        "deepcopy": steps(lambda n: S(copy.deepcopy({i for i in range(n)}))),
        "membership_constant": steps(lambda n: S([c for c in compile("x in {%s}" % commas(lambda i: str(i + 1000), n), "f", "eval").co_consts if isinstance(c, frozenset)][0]) if n else 216),
    }


def others():
    dq = lambda n, f: S((lambda q: ([getattr(q, f)(i) for i in range(n)], q)[1])(collections.deque()))
    ba = lambda n: S((lambda b: ([b.append(i % 256) for i in range(n)], b)[1])(bytearray()))
    import array
    ar = lambda n: S((lambda b: ([b.append(i) for i in range(n)], b)[1])(array.array("q")))
    return {
        "deque_call": steps(lambda n: S(collections.deque(range(n))), 300), "deque_append": steps(lambda n: dq(n, "append"), 300), "deque_appendleft": steps(lambda n: dq(n, "appendleft"), 300),
        "bytearray_append": steps(ba, 400), "array_append": steps(ar, 200),
    }


def rows():
    return {
        "lists": lists(), "dicts": dicts(), "sets": sets(), "others": others(),
        "list_histories": [list_history(i) for i in range(1, 41)],
        "dict_histories": [dict_history(i) for i in range(1, 61)],
        "set_histories": [set_history(i) for i in range(1, 41)],
        "deque_histories": [deque_history(i) for i in range(1, 21)],
    }


if __name__ == "__main__":
    if len(sys.argv) > 1:                   # more histories than the tables have: first and last seed
        a, b = int(sys.argv[1]), int(sys.argv[2])
        print(json.dumps({"list_histories": [list_history(i) for i in range(a, b)], "dict_histories": [dict_history(i) for i in range(a, b)], "set_histories": [set_history(i) for i in range(a, b)], "deque_histories": [deque_history(i) for i in range(a, b)]}))
    else:
        got = {}
        for part, r in rows().items():
            for k, v in (r.items() if isinstance(r, dict) else enumerate(r)):
                got["%s %s" % (part, k)] = v
        print(json.dumps(got))
