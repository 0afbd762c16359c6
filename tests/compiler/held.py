"""The end of a script that tests/constants.rs makes: what holds each constant of the script while it runs.

Prints a row for each constant that is neither cached nor interned: how it is written in co_consts.py, and how many
references there are to it besides those made here.
"""
import sys
import types

import co_consts


def held(module):
    objects, seen, todo = [], set(), [module.co_consts]
    while todo:
        for k in todo.pop():
            if id(k) in seen:
                continue
            seen.add(id(k))
            objects.append(k)
            if isinstance(k, types.CodeType):
                todo.append(k.co_consts)
            elif isinstance(k, (tuple, frozenset)):
                todo.append(k)
            elif isinstance(k, slice):
                todo.append((k.start, k.stop, k.step))
    k = None
    objects.append(float("1.5"))
    counts = [sys.getrefcount(objects[i]) for i in range(len(objects))]
    none = counts.pop()
    rows = ["%s %d" % (co_consts.text(k), n - none) for k, n in zip(objects, counts) if co_consts.is_counted(k)]
    print("\n".join(sorted(rows)))
