"""Parsing and summarising a log: regular expressions, tallies, sessions."""
import re
from collections import defaultdict

LOG = """\
2024-03-01 10:00:01 INFO  [anna] login
2024-03-01 10:00:05 WARN  [ben] disk at 91%
2024-03-01 10:01:30 ERROR [anna] cannot open report.txt
broken line
2024-03-01 10:02:00 INFO  [anna] logout
2024-03-02 09:00:00 ERROR [ben] timeout after 30s
"""
LINE = re.compile(r"(\S+) (\d\d):(\d\d):(\d\d) (\w+)\s+\[(\w+)\] (.*)")


class Entry:
    def __init__(self, day, seconds, level, user, text):
        self.day = day
        self.seconds = seconds
        self.level = level
        self.user = user
        self.text = text

    def __repr__(self):
        return "<%s %s: %s>" % (self.level, self.user, self.text)


def parse_line(line):
    match = LINE.match(line)
    if match is None:
        return None
    day, hours, minutes, seconds, level, user, text = match.groups()
    return Entry(day, int(hours) * 3600 + int(minutes) * 60 + int(seconds), level, user, text)


def parse(text):
    entries, bad = [], []
    for number, line in enumerate(text.splitlines(), 1):
        entry = parse_line(line)
        if entry:
            entries.append(entry)
        else:
            bad.append((number, line))
    return entries, bad


def group(entries, attribute):
    groups = defaultdict(list)
    for entry in entries:
        groups[getattr(entry, attribute)].append(entry)
    return groups


def sessions(entries):
    open_sessions, lengths = {}, {}
    for entry in entries:
        if entry.text == "login":
            open_sessions[entry.user] = entry
        elif entry.text == "logout" and entry.user in open_sessions:
            start = open_sessions.pop(entry.user)
            lengths[entry.user] = entry.seconds - start.seconds
    return lengths


def numbers_in(text):
    return [int(number) for number in re.findall(r"\d+", text)]


def report(groups, width=8):
    return ["%-*s %s" % (width, name, "#" * len(groups[name])) for name in sorted(groups)]


entries, bad = parse(LOG)
by_level = group(entries, "level")
by_user = group(entries, "user")
shared = by_level["ERROR"][0] is by_user["anna"][1]
lengths = sessions(entries)
none = sessions([])
numbers = [numbers_in(entry.text) for entry in entries]
lines = report(by_level)
wide = report(by_user, width=12)
empty = parse("")
worst = max(by_user, key=lambda user: sum(entry.level == "ERROR" for entry in by_user[user]))
errors = [entry for entry in entries if entry.level == "ERROR"]
errors[0].text = "fixed"
visible = by_user["anna"][1].text
days = sorted({entry.day for entry in entries})
masked = re.sub(r"\[\w+\]", "[user]", LOG.splitlines()[0])
del by_level["INFO"]
print(len(entries), bad, shared, lengths, none, numbers, lines, wide, empty, worst, visible, days, masked)
