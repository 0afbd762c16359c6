#!/usr/bin/env python3
"""Runs the oracle over many programs in one go: one start of the interpreter, one forked child for each program.

    python3.X batch.py < JOBS.jsonl > REPORTS.jsonl

A job is {"program": PATH, "facts": PATH} and perhaps "options": more of oracle.py's; its report is what
`oracle.py PROGRAM FACTS --json OPTIONS` prints (with an "error" where it could not be checked), one line each and in
the same order, written as soon as it is there: whoever keeps both ends of the pipe has a worker. A child begins as an
interpreter that has imported the oracle and done nothing else, so that no program sees what another one left behind.
"""
import json
import os
import sys
import tempfile

import oracle


def checked(job):
    """The oracle's report on one job, as a line of JSON."""
    with tempfile.TemporaryFile() as out:
        child = os.fork()
        if not child:
            status = 2
            try:
                os.dup2(out.fileno(), 1)
                null = os.open(os.devnull, os.O_RDWR)
                os.dup2(null, 0)
                os.dup2(null, 2)
                sys.argv = ["oracle.py", job["program"], job["facts"], "--json"] + job.get("options", [])
                oracle.MAIN_PID = os.getpid()
                oracle.main()                                   # leaves by os._exit, or with the status below
            except SystemExit as error:
                status = error.code
            finally:
                sys.stdout.flush()
                os._exit(status)
        status = os.waitpid(child, 0)[1]
        out.seek(0)
        line = out.read().decode("utf-8", "replace").strip()
    try:
        json.loads(line)
    except ValueError:
        return json.dumps({"program": job["program"], "error": "no report (status %d)" % status})
    return line


def main():
    try:
        oracle.verify_instruments()
    except oracle.Unreadable as error:
        print("oracle: %s" % error, file=sys.stderr)
        sys.exit(2)
    oracle.verify_instruments = lambda: None                    # of this very interpreter, so once is enough
    for line in sys.stdin:
        if line.strip():
            sys.stdout.write(checked(json.loads(line)) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
