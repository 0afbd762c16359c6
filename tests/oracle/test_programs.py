"""The programs of ../programs under the Python that runs this:  python3.X -m unittest test_programs  (in this folder).

They end well, and what was seen in one run of each holds in the next: so that a claim found wrong there is wrong by
its own fault, not by the program's (an order of a set, a clock, a random number).
"""
import glob
import os
import unittest

import record

PROGRAMS = sorted(glob.glob(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "programs", "*.py")))


class Programs(unittest.TestCase):
    pass


def add_test(program):
    def test(self):
        try:
            with open(program, "rb") as file:
                compile(file.read(), program, "exec")
        except SyntaxError as error:
            self.skipTest("written for a later Python: %s" % error)
        facts = record.record(program)
        report = record.ask_oracle(program, facts)
        if report["exit"] == "SystemExit 0":
            self.skipTest("says itself that it is written for a later Python")
        self.assertEqual(report["exit"], "ok")
        self.assertEqual(report["wrong"], [])
        self.assertGreater(report["distinct_exact"], 100)

    setattr(Programs, "test_" + os.path.basename(program)[:-3], test)


for path in PROGRAMS:
    add_test(path)

if __name__ == "__main__":
    unittest.main()
