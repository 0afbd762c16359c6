"""Exception groups and except* (3.11 and later)."""


class Job:
    def __init__(self, name, error=None):
        self.name = name
        self.error = error
        self.done = False

    def run(self):
        if self.error is not None:
            raise self.error
        self.done = True
        return [self.name]


def run_all(jobs):
    results, errors = [], []
    for job in jobs:
        try:
            results += job.run()
        except Exception as error:
            error.add_note("in " + job.name)
            errors.append(error)
    if errors:
        raise ExceptionGroup("some jobs failed", errors)
    return results


def handle(jobs):
    log = []
    try:
        log.append(run_all(jobs))
    except* ValueError as group:
        log.append(("values", len(group.exceptions)))
    except* (KeyError, IndexError) as group:
        log.append(("lookups", [type(error).__name__ for error in group.exceptions]))
    finally:
        log.append("end")
    return log


good = handle([Job("a"), Job("b")])
bad = handle([Job("a", ValueError("x")), Job("b"), Job("c", KeyError("k")), Job("d", IndexError())])
some = handle([Job("v", ValueError(1)), Job("w", ValueError(2))])
try:
    handle([Job("t", TypeError("left over"))])
except ExceptionGroup as group:
    left = [str(error) for error in group.exceptions]
    notes = group.exceptions[0].__notes__
job = Job("late", ValueError("once"))
try:
    run_all([job])
except ExceptionGroup as group:
    kept = group.exceptions[0] is job.error
    matched, rest = group.split(ValueError)
job.error = None
retried = run_all([job])
nothing = run_all([])
print(good, bad, some, left, notes, kept, rest, retried, job.done, nothing)
