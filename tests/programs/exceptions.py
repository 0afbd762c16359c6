"""Exceptions of many kinds: handlers, else, finally, chaining, re-raising."""


class ConfigError(Exception):
    pass


class MissingKey(ConfigError):
    def __init__(self, key):
        super().__init__("missing: " + key)
        self.key = key


def parse_number(text):
    try:
        value = int(text)
    except ValueError:
        try:
            value = float(text)
        except ValueError:
            value = None
    else:
        value += 0
    return value


def read(config, key):
    try:
        return config[key]
    except KeyError as error:
        raise MissingKey(key) from error


def with_finally(fail, log):
    try:
        log.append("try")
        if fail:
            raise RuntimeError("failed")
        return "returned"
    except RuntimeError as error:
        log.append(str(error))
        return "handled"
    finally:
        log.append("finally")


def first_success(functions, *args):
    errors = []
    for function in functions:
        try:
            result = function(*args)
        except (TypeError, ZeroDivisionError) as error:
            errors.append(type(error).__name__)
            continue
        break
    else:
        result = None
    return result, errors


def reraise(value):
    try:
        return 10 / value
    except ZeroDivisionError:
        raise
    except TypeError as error:
        raise ValueError("no number") from error


numbers = [parse_number(text) for text in ("12", "1.5", "x", "-3")]
config = {"host": "localhost", "ports": [80, 443]}
host = read(config, "host")
ports = read(config, "ports")
try:
    read(config, "user")
except ConfigError as error:
    key = error.key
    cause = type(error.__cause__).__name__
log = []
outcomes = [with_finally(False, log), with_finally(True, log)]
good = first_success([lambda x: x / 0, lambda x: x + "", lambda x: x * 2], 21)
bad = first_success([len], 5)
for value in (5, 0, "x"):
    try:
        answer = reraise(value)
    except (ZeroDivisionError, ValueError) as problem:
        answer = problem.args
    print(answer)
kept = None
try:
    [][1]
except IndexError as error:
    kept = error
message = str(kept)
kept = None
print(numbers, host, ports, key, cause, log, outcomes, good, bad, message)
