"""Layered configuration: defaults, files, overrides, lookups by dotted key."""
import copy
import json

DEFAULTS = {
    "server": {"host": "localhost", "port": 8080, "hosts": ["a", "b"]},
    "debug": False,
    "paths": [],
}


def merge(base, override):
    result = copy.deepcopy(base)
    for key, value in override.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = merge(result[key], value)
        else:
            result[key] = value
    return result


def lookup(config, dotted, default=None):
    current = config
    for part in dotted.split("."):
        if not isinstance(current, dict) or part not in current:
            return default
        current = current[part]
    return current


def assign(config, dotted, value):
    *parents, last = dotted.split(".")
    current = config
    for part in parents:
        current = current.setdefault(part, {})
    current[last] = value
    return config


def parse_ini(text):
    sections = {}
    current = None
    for line in text.splitlines():
        line = line.strip()
        if not line or line.startswith(("#", ";")):
            continue
        if line.startswith("[") and line.endswith("]"):
            current = sections.setdefault(line[1:-1], {})
        elif current is not None:
            key, _, value = line.partition("=")
            current[key.strip()] = value.strip()
    return sections


class Settings:
    def __init__(self, *layers):
        self._layers = list(layers)

    def __getitem__(self, key):
        for layer in reversed(self._layers):
            if key in layer:
                return layer[key]
        raise KeyError(key)

    def push(self, layer):
        self._layers.append(layer)


config = merge(DEFAULTS, {"server": {"port": 9000}, "debug": True})
untouched = DEFAULTS["server"]["port"]
hosts = config["server"]["hosts"]
own = hosts is not DEFAULTS["server"]["hosts"]
port = lookup(config, "server.port")
missing = lookup(config, "server.user.name", "nobody")
assign(config, "logging.level", "info")
same = assign(config, "debug", None)
level = config["logging"]["level"]
ini = parse_ini("# comment\n[db]\nname = test\nuser=me\n\n[cache]\nsize = 10\n")
settings = Settings(DEFAULTS, config)
paths = settings["paths"]
paths.append("/tmp")
settings.push({"paths": ["/etc"]})
latest = settings["paths"]
text = json.dumps(config, sort_keys=True)
loaded = json.loads(text)
round_trip = loaded == config
try:
    settings["nothing"]
except KeyError as error:
    lost = error.args[0]
print(untouched, own, port, missing, same is config, level, ini, latest, DEFAULTS["paths"], round_trip, lost)
