"""Tests of the oracle, under the Python that runs them:  python3.X -m unittest test_oracle  (in this folder)."""
import ast
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
import unittest

import oracle
import recall
import record

HERE = os.path.dirname(os.path.abspath(__file__))
SAMPLES = sorted(glob.glob(os.path.join(HERE, "samples", "*.py")))
RECORDED = {}


def recorded(program):
    if program not in RECORDED:
        RECORDED[program] = record.record(program)
    return RECORDED[program]


class WithProgram(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def write(self, name, text):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def hold(self, source, *facts, **options):
        """The oracle's report on these facts about this program."""
        program = self.write("program.py", textwrap.dedent(source))
        return record.ask_oracle(program, list(facts), "--verdicts", *options.get("options", ()))

    def verdicts(self, source, *facts):
        return [sorted(verdict.items()) for verdict in self.hold(source, *facts)["verdicts"]]


def at(scope, line, column, path, when="after", **claims):
    fact = {"scope": scope, "stmt": [line, column], "at": when}
    if path is not None:
        fact["path"] = path
    return dict(fact, **claims)


class Recorded(unittest.TestCase):
    """What was seen in one run holds in another, and what is changed in it is found wrong."""

    def test_truth_holds(self):
        kinds = set()
        for program in SAMPLES:
            with self.subTest(os.path.basename(program)):
                facts = recorded(program)
                report = record.ask_oracle(program, facts)
                self.assertEqual(report["wrong"], [])
                self.assertEqual(report["exit"], "ok")
                sites = report["sites"]
                for dimension in ("type", "size", "refs"):
                    self.assertEqual(sites[dimension + "_claimed"], sites[dimension + "_stable"], dimension)
                self.assertEqual(sites["alias_claimed"], sites["alias_sites"])
                kinds.update(kind for kind, row in report["claims"].items() if row["checked_runs"])
        self.assertEqual(set(oracle.KINDS) - kinds, set(), "no sample has such a claim")

    def mutations(self, fact):
        """The same claims, each made wrong."""
        place = {key: fact[key] for key in oracle.PLACE_KEYS if key in fact}
        for key, value in fact.items():
            if key == "size" and isinstance(value, int):
                for wrong in (value + 8, [None, value - 1], [value + 1, None]):
                    yield dict(place, size=wrong)
            elif key in ("refs", "deep") and isinstance(value, int):
                yield dict(place, **{key: value + 1})
                yield dict(place, **{key: value - 1})
                yield dict(place, **{key: [value + 1, None]})
            elif key == "type":
                yield dict(place, type=value + "x")
                yield dict(place, type="list" if value != "list" else "tuple")
            elif key in ("tracked", "cycle", "immortal", "interned"):
                yield dict(place, **{key: not value})
            elif key == "same_as":
                yield dict(place, not_same_as=value)
            elif key == "not_same_as":
                yield dict(place, same_as=value)
                yield dict(place, not_same_as=value + [fact["path"]])
                yield dict(place, copy={"kind": "alias", "of": value[0]})
            elif key == "copy":
                wrong = "shallow" if value["kind"] == "alias" else "alias"
                yield dict(place, copy=dict(value, kind=wrong))
            elif key == "shares":
                yield dict(place, shares=[[value[0][0], fact["path"]]])
            elif key in ("frees", "leaks"):
                yield dict(place, **{"leaks" if key == "frees" else "frees": value})

    def test_mutations_are_caught(self):
        for program in SAMPLES:
            with self.subTest(os.path.basename(program)):
                tries = [wrong for fact in recorded(program) for wrong in self.mutations(fact)]
                report = record.ask_oracle(program, tries, "--verdicts")
                slipped = [line for line, verdict in zip(tries, report["verdicts"])
                           if "wrong" not in verdict.values()]
                self.assertEqual(slipped, [])
                self.assertGreater(report["wrong_total"], 50)


TYPED = '''
import atexit, dis, json, os, sys
seen = {}
def held_by_call(frame, name):
    """How the line loads the name for getrefcount: from 3.14 on a local may be lent to the call for nothing."""
    if sys.version_info < (3, 14):
        return 1
    for instruction in dis.get_instructions(frame.f_code):
        if instruction.positions.lineno == frame.f_lineno and instruction.opname.startswith("LOAD_FAST"):
            return 0 if "BORROW" in instruction.opname else 1
    return 1
def note(site, count, name, kind, size):
    held = held_by_call(sys._getframe(1), name)
    seen.setdefault(site, set()).add(("immortal" if count > 1 << 28 else count - held, kind, size))
@atexit.register
def report():
    with open(os.environ["TYPED_OUT"], "w") as file:
        json.dump({site: sorted(map(list, values), key=str) for site, values in seen.items()}, file)
'''


class Typed(WithProgram):
    """FACTS.md says: a claim is what anyone can check by typing an expression into the program. Here it is typed,
    as text, and the program run without the oracle: both must see the same."""

    def typed(self, program):
        with open(program, encoding="utf-8") as file:
            lines = file.read().split("\n")
        tree = ast.parse("\n".join(lines))
        additions = {}

        def note(number, indent, node, when, name):
            text = ('%s__import__("typed").note("%d %d %s %s", __import__("sys").getrefcount(%s), %r, '
                    'type(%s).__qualname__, __import__("sys").getsizeof(%s))' % (
                        " " * indent, node.lineno, node.col_offset, when, name, name, name, name, name))
            additions.setdefault(number, []).append(text)

        for node in ast.walk(tree):
            names = {target.id for target in oracle.bound_targets(node) if isinstance(target, ast.Name)}
            if isinstance(node, oracle.LOOPS + oracle.WITHS + oracle.FUNCTIONS):
                body = node.body[0]
                if ast.get_docstring(node) if isinstance(node, oracle.FUNCTIONS) else False:
                    body = node.body[1]
                if body.lineno > node.lineno and not isinstance(body, oracle.FUNCTIONS + (ast.ClassDef,)):
                    when = "after"
                    if isinstance(node, oracle.FUNCTIONS):
                        names, when = {arg.arg for arg in oracle.parameters(node)}, "entry"
                    for name in names:
                        note(body.lineno - 1, body.col_offset, node, when, name)
            else:
                for name in names:
                    note(node.end_lineno, node.col_offset, node, "after", name)
        result = []
        for number, line in enumerate(lines):
            result += additions.get(number, []) + [line]
        return "\n".join(result)

    def test_samples(self):
        self.write("typed.py", TYPED)
        compared = 0
        for program in SAMPLES:
            with self.subTest(os.path.basename(program)):
                path = self.write(os.path.basename(program), self.typed(program))
                out = os.path.join(self.folder.name, "out.json")
                subprocess.run([sys.executable, path], check=True, stdout=subprocess.DEVNULL,
                               env=dict(os.environ, TYPED_OUT=out, PYTHONPATH=self.folder.name))
                with open(out) as file:
                    seen = json.load(file)
                for site in record.ask_oracle(program, [], "--observed", "--limit-per-site", "100000")["observed"]:
                    key = "%d %d %s %s" % (site["stmt"][0], site["stmt"][1], site["at"], site["name"])
                    if key not in seen:
                        continue
                    for position, dimension in enumerate(("refs", "type", "size")):
                        values = {value[position] for value in seen[key]}
                        if site[dimension] is not None:
                            wanted = site[dimension]
                            if dimension == "type":
                                wanted = {value for value in values if wanted.endswith(value)} and min(values)
                            if dimension == "size" and site["type"] in ("generator", "coroutine", "async_generator"):
                                continue                    # the typed text changes it, too
                            self.assertEqual(values, {wanted}, "%s of %s" % (dimension, key))
                            compared += 1
        self.assertGreater(compared, 500)


class ByHand(WithProgram):
    """Truths that were worked out by hand, not by running anything."""

    SEED = '''\
        a = [1, 2, 3]
        b = a
        del b
        a = None
        class Node:
            def __init__(self):
                self.next = None
        a = Node()
        b = Node()
        a.next = b
        b.next = a
        del a, b
        '''

    def test_seed(self):
        report = self.hold(
            self.SEED,
            at("<module>", 1, 0, "a", type="list", refs=1, tracked=True, cycle=False),
            at("<module>", 2, 0, "a", refs=2, same_as=["b"], copy={"kind": "alias", "of": "b"}),
            at("<module>", 3, 0, "a", refs=1),
            at("<module>", 4, 0, None, frees=[{"type": "list", "stmt": [1, 0]}]),
            at("Node.__init__", 6, 4, "self", when="entry", type="Node"),
            at("<module>", 8, 0, "a", type="Node", refs=1),
            at("<module>", 11, 0, "a", refs=2, cycle=True, not_same_as=["b"], same_as=["b.next", "a.next.next"]),
            at("<module>", 12, 0, None, leaks=[{"type": "Node", "stmt": [8, 0]}, {"type": "Node", "stmt": [9, 0]}]))
        self.assertEqual(report["wrong"], [])
        self.assertEqual(report["not_executed_claims"], 0)
        self.assertEqual(sum(row["uncheckable"] for row in report["claims"].values()), 0)

    def test_wrong_ones(self):
        report = self.hold(
            self.SEED,
            at("<module>", 2, 0, "a", refs=1),
            at("<module>", 3, 0, None, frees=[{"type": "list", "stmt": [1, 0]}]),
            at("<module>", 4, 0, None, leaks=[{"type": "list", "stmt": [1, 0]}]),
            at("<module>", 4, 0, None, frees=[{"type": "dict", "stmt": [1, 0]}]),
            at("<module>", 11, 0, "a", cycle=False),
            at("<module>", 12, 0, None, frees=[{"type": "Node", "stmt": [8, 0]}]),
            at("<module>", 12, 0, None, leaks=[{"type": "list", "stmt": [1, 0]}, {"type": "Node", "stmt": [7, 1]}]),
            at("<module>", 3, 0, "b", type="list"),             # b is gone
            at("<module>", 3, 1, "a", type="list"),             # no such statement
            at("Node", 1, 0, "a", type="list"),                 # not in this scope
            at("<module>", 1, 0, "a[0", type="int"),
            at("<module>", 1, 0, "len(a)", type="int"))
        self.assertEqual(report["wrong_total"], 12)

    def test_facts_example(self):
        if sys.version_info[:2] != (3, 13):
            self.skipTest("the example is of 3.13")
        with open(os.path.join(HERE, "FACTS.md"), encoding="utf-8") as file:
            text = file.read()
        program = self.write("t.py", re.search(r"```python\n(.*?)```", text, re.S).group(1))
        facts = [json.loads(line) for line in re.search(r"```json\n(.*?)```", text, re.S).group(1).splitlines()]
        report = record.ask_oracle(program, facts)
        self.assertEqual(report["wrong"], [])
        self.assertGreater(report["claims"]["refs"]["checked_runs"], 2)

    def test_scopes_are_left_alone(self):
        source = '''\
            def outer():
                a = []
                def inner():
                    b = [1]
                    return b
                return inner()
            outer()
            '''
        report = self.hold(source, at("outer.<locals>.inner", 4, 8, "a", type="list"),
                           at("outer.<locals>.inner", 4, 8, "outer", type="function"))
        self.assertEqual(report["claims"]["type"]["uncheckable"], 1)
        self.assertEqual(report["claims"]["type"]["checked_sites"], 1)
        self.assertEqual(report["wrong"], [])

    def test_places(self):
        report = self.hold(
            '''\
            def f(items, *rest, key=None):
                "doc"
                for i in items:
                    last = i
                with open(__file__) as file:
                    pass
                try:
                    raise ValueError("x")
                except ValueError as error:
                    seen = error.args
                if items:
                    never = 1
                return seen
            f([10, 20], 3)
            def unused():
                x = 1
            ''',
            at("f", 1, 0, "items", when="entry", type="list"), at("f", 1, 0, "rest", when="entry", type="tuple"),
            at("f", 3, 4, "i", type="int"), at("f", 5, 4, "file", type="_io.TextIOWrapper"),
            at("f", 9, 4, "error", type="ValueError"), at("f", 11, 4, "last", type="int"),
            at("f", 13, 4, "seen", type="tuple"), at("unused", 16, 4, "x", type="str"),
            at("<module>", 1, 0, "f", type="function"))
        row = report["claims"]["type"]
        self.assertEqual((row["checked_sites"], row["wrong"], row["uncheckable"]), (7, 0, 1))
        self.assertEqual(report["not_executed_claims"], 1)

    def test_instance_dicts_are_not_made(self):
        source = '''\
            import sys
            class P:
                def __init__(self):
                    self.a = [1]
            p = P()
            before = sys.getsizeof(p)
            p
            after = sys.getsizeof(p)
            assert before == after
            d = p.__dict__
            p
            '''
        inline = sys.version_info >= (3, 11)
        values = sys.getsizeof([1])
        probe = subprocess.run([sys.executable, "-c", textwrap.dedent(source) + "print(sys.getsizeof(d))\n"
                                "class Q(P): pass\nq = P()\nprint(sys.getsizeof(q), sys.getsizeof(1))"],
                               stdout=subprocess.PIPE, universal_newlines=True, check=True).stdout.split()
        names, instance, one = map(int, probe)
        plain = instance + values + one + (0 if inline else names)
        report = self.hold(source, at("<module>", 7, 0, "p", deep=plain), at("<module>", 5, 0, "p", deep=plain),
                           at("<module>", 11, 0, "p", deep=instance + values + one + names))
        self.assertEqual(report["exit"], "ok")
        self.assertEqual(report["wrong"], [])

    def test_loops_free_what_they_rebind(self):
        source = '''\
            def f():
                for i in range(3):
                    x = [i]
                x = None
            f()
            '''
        frees = at("f", 3, 8, None, frees=[{"type": "list", "stmt": [3, 8]}])
        end = at("f", 4, 4, None, frees=[{"type": "list", "stmt": [3, 8]}])
        report = self.hold(source, frees, end)
        self.assertEqual(report["wrong"], [])
        self.assertEqual(report["claims"]["frees"]["checked_runs"], 3)


    def test_the_empty_tuple(self):
        facts = [at("<module>", 2, 0, "made", same_as=["empty"]), at("<module>", 1, 0, "empty", type="tuple")]
        self.assertEqual(self.hold("empty = ()\nmade = tuple([])\n", *facts)["wrong"], [])

    def test_beyond_the_limit(self):
        source = """\
            xs, last = [], 1
            for i in range(5000):
                xs.append(i)
                if i == 4998:
                    last = 1.5
                now = last
            """
        early = sys.getsizeof([None] * 200) * 2
        report = self.hold(source, at("<module>", 3, 4, "xs", size=[56, early]),            # grows out of it
                           at("<module>", 3, 4, "xs", type="list", refs=1, size=[0, 10 ** 6]),
                           at("<module>", 6, 4, "now", type="int"))                       # not so at the very last
        self.assertEqual([entry["claim"]["stmt"] for entry in report["wrong"]], [[3, 4], [6, 4]])
        self.assertEqual(report["claims"]["type"]["checked_runs"], 2 * (200 + 5 + 5) + 1)   # 256 ... 4096; thousands; wrong

    def test_frees_beyond_the_limit(self):
        source = """\
            class C:
                pass
            for i in range(3000):
                if i % 2:
                    x = [i]
                    y = C()
                x = None
                y = None
            """
        report = self.hold(source, at("<module>", 7, 4, None, frees=[{"type": "list", "stmt": [5, 8]}]),
                           at("<module>", 8, 4, None, frees=[{"type": "C", "stmt": [6, 8]}]))
        self.assertEqual(report["wrong"], [])

    def test_a_docstring_stays_one(self):
        report = self.hold('def f():\n    "doc"\n    a = [1]\n    a = None\nf()\nassert f.__doc__ == "doc"\n',
                           at("f", 2, 4, None, frees=[{"type": "list", "stmt": [3, 4]}]),
                           at("f", 4, 4, None, frees=[{"type": "list", "stmt": [3, 4]}]))
        self.assertEqual((report["exit"], report["wrong"]), ("ok", []))

    def test_distinct_exact(self):
        report = self.hold("a = [1]\nb = a\nc = 1\n", at("<module>", 2, 0, "a", type="list", size=[1, None], refs=2),
                           at("<module>", 2, 0, "a", type="list", not_same_as=["__name__"]),
                           at("<module>", 3, 0, "a", type="list", size=[1, 2]))
        self.assertEqual(report["distinct_exact"], 3)

    def test_causes(self):
        source = """\
            import copy
            def f(p):
                return p
            class C:
                pass
            a = [1]
            b, c = f(a), C()
            b = f(b)
            d = copy.deepcopy(a)
            e = a[0] + 1
            e += 1
            for g in a[:]:
                h = [i for i in a]
            j = a.copy()
            k = a[0]
            """
        report = self.hold(source, options=["--missed", "--missed-limit", "1000"])
        causes = {(entry["name"], entry["cause"]) for entry in report["missed"]}
        self.assertEqual(causes, {
            ("p", "parameter"), ("a", "Assign of List"), ("b", "Assign (unpacking) of Tuple"),
            ("c", "Assign (unpacking) of Tuple"), ("b", "Assign of Call of the program's function"),
            ("d", "Assign of Call copy.deepcopy"), ("e", "Assign of BinOp Add"), ("e", "AugAssign Add of Constant int"),
            ("g", "for target over Subscript by slice"), ("h", "Assign of ListComp"), ("j", "Assign of Call .copy"),
            ("k", "Assign of Subscript by constant")})


class Recall(WithProgram):
    """Recall by key, against what record.py saw."""

    def measure(self, program, claims):
        path = self.write("claims.jsonl", "".join(json.dumps(claim) + "\n" for claim in claims))
        return recall.measure(list(record.record_paths(program)), recall.read(path, program))

    def test_all_knowing(self):
        for program in SAMPLES:
            with self.subTest(os.path.basename(program)):
                facts = [{key: value for key, value in fact.items() if key != "runs"}
                         for fact in record.record_paths(program)]
                counts, missed = self.measure(program, facts)
                self.assertEqual(missed, [])
                self.assertGreater(recall.total(counts, "type")[0], 10)
                nothing, missed = self.measure(program, [])
                self.assertEqual([recall.total(nothing, key)[1] for key in recall.KEYS], [0] * len(recall.KEYS))

    def test_by_hand(self):
        program = self.write("program.py", textwrap.dedent("""\
            class Box:
                def __init__(self):
                    self.items = []
            box = Box()
            box.items.append(1)
            xs = box.items
            for i in range(3):
                ys = list(xs)
            """))
        counts, missed = self.measure(program, [
            at("<module>", 6, 0, "xs", type="list", refs=2), at("<module>", 6, 0, "box.items", same_as=["xs"]),
            at("<module>", 8, 4, "ys", type="list", size=[1, None], copy={"kind": "shallow", "of": "xs"})])
        self.assertEqual(recall.total(counts, "same_as"), (1, 1))
        self.assertEqual(recall.total(counts, "copy"), (1, 1))
        self.assertEqual(counts["copy"]["once"], [0, 0])
        self.assertEqual(counts["type"]["several"], [3, 1])     # i where bound; xs and ys where ys is
        self.assertIn(("box.items", "list", [5, 0]), [(fact.get("path"), fact.get("type"), fact["stmt"]) for fact in missed])
        self.assertNotIn(("box.items", "list", [6, 0]), [(fact.get("path"), fact.get("type"), fact["stmt"]) for fact in missed])


class Suite(WithProgram):
    def test_against_record(self):
        """A heaplight that says nothing but what is in a file, and a folder with one Python."""
        version = "%d.%d" % sys.version_info[:2]
        program = self.write("program.py", "a = [1]\nfor i in range(3):\n    b = list(a)\nc = a\n")
        facts = self.write("facts.jsonl", "".join(json.dumps(fact) + "\n" for fact in (
            at("<module>", 1, 0, "a", type="list"), at("<module>", 4, 0, "c", same_as=["a"]))))
        teller = self.write("teller.sh", "cat '%s'\n" % facts)
        self.write("python" + version, '#!/bin/sh\nexec "%s" "$@"\n' % sys.executable)
        os.chmod(os.path.join(self.folder.name, "python" + version), 0o755)
        out = os.path.join(self.folder.name, "out.json")

        def suite(*options):
            done = subprocess.run([sys.executable, os.path.join(HERE, "oracle_suite.py"), "--heaplight", "sh " + teller,
                                   "--pythons", self.folder.name, "--programs", program, "--json", out] + list(options),
                                  stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
            return done.returncode, done.stdout

        code, text = suite("--against-record", "--missed", "--by-cause", "--min-key", "same_as=100")
        self.assertEqual(code, 0, text)
        self.assertIn("Assign of Call list", text)
        with open(out, encoding="utf-8") as file:
            data = json.load(file)
        self.assertEqual(data["distinct_exact"], 2)
        record = data["versions"][version]["record"]
        self.assertEqual((record["type"]["once"], record["type"]["several"][1]), ([3, 1], 0))
        self.assertEqual(record["same_as"]["once"], [1, 1])
        self.assertEqual(suite("--min-key", "type=50")[0], 1)
        self.assertEqual(suite("--min-key", "typo=50")[0], 2)


class CommandLine(WithProgram):
    def status(self, program, facts, *options):
        done = subprocess.run([sys.executable, os.path.join(HERE, "oracle.py"), program, facts] + list(options),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True)
        return done.returncode, done.stdout

    def test_status(self):
        good = self.write("good.py", "import sys\nx = sys.argv[1:]\nprint('hidden')\nraise KeyError(1)\n")
        facts = self.write("facts.jsonl", json.dumps(at("<module>", 2, 0, "x", deep=[100, 1000])) + "\n")
        code, out = self.status(good, facts, "--", "an argument")
        self.assertEqual(code, 0, out)
        self.assertIn("exception KeyError", out)
        self.assertNotIn("hidden", out)
        self.assertEqual(self.status(good, facts)[0], 1)
        self.assertEqual(self.status(self.write("bad.py", "x = (\n"), facts)[0], 2)
        self.assertEqual(self.status(good, self.write("bad.jsonl", "{]"))[0], 2)
        self.assertEqual(self.status(good, os.path.join(self.folder.name, "none"))[0], 2)

    def test_batch(self):
        """One process, many programs: the reports of oracle.py itself, and nobody sees what the others did."""
        good = self.write("good.py", "import sys\nsys.left = [1]\nx = sys.left\nprint('hidden')\n")
        other = self.write("other.py", "import sys\nx = hasattr(sys, 'left')\nassert not x\n")
        facts = self.write("facts.jsonl", json.dumps(at("<module>", 3, 0, "x", refs=2)) + "\n")
        broken = self.write("broken.py", "x = (\n")
        jobs = "".join(json.dumps({"program": program, "facts": facts, "options": ["--verdicts"]}) + "\n"
                       for program in (good, other, broken, good))
        done = subprocess.run([sys.executable, os.path.join(HERE, "batch.py")], input=jobs, stdout=subprocess.PIPE,
                              universal_newlines=True, check=True)
        reports = [json.loads(line) for line in done.stdout.splitlines()]
        self.assertEqual(reports[0], record.ask_oracle(good, [at("<module>", 3, 0, "x", refs=2)], "--verdicts"))
        self.assertEqual([report.get("exit") for report in reports], ["ok", "ok", None, "ok"])
        self.assertEqual(reports[1]["wrong_total"], 1)
        self.assertIn("SyntaxError", reports[2]["error"])
        self.assertEqual(reports[3], reports[0])

    def test_timeout(self):
        program = self.write("long.py", "while True:\n    try:\n        x = [1]\n    except BaseException:\n        pass\n")
        facts = self.write("facts.jsonl", json.dumps(at("<module>", 3, 8, "x", type="list")) + "\n")
        code, out = self.status(program, facts, "--timeout", "1", "--json")
        report = json.loads(out)
        self.assertEqual((code, report["exit"]), (0, "timeout"))
        runs = report["claims"]["type"]["checked_runs"]
        self.assertGreater(runs, 200)
        self.assertLess(runs, 200 + 64 + 10000)


if __name__ == "__main__":
    unittest.main()
