"""Publish and subscribe: callbacks keep their owners alive."""
import weakref


class Emitter:
    def __init__(self):
        self.handlers = {}

    def on(self, event, handler):
        self.handlers.setdefault(event, []).append(handler)
        return handler

    def off(self, event, handler):
        self.handlers[event].remove(handler)

    def emit(self, event, *args, **kwargs):
        results = []
        for handler in self.handlers.get(event, []):
            results.append(handler(*args, **kwargs))
        return results


class Logger:
    def __init__(self, prefix=""):
        self.prefix = prefix
        self.lines = []

    def log(self, message):
        self.lines.append(self.prefix + message)
        return len(self.lines)


class Button:
    def __init__(self, label):
        self.label = label
        self.clicked = Emitter()
        self.count = 0
        self.clicked.on("click", self.increase)

    def increase(self, amount=1):
        self.count += amount
        return self.count


emitter = Emitter()
logger = Logger("> ")
emitter.on("message", logger.log)
upper = emitter.on("message", str.upper)
first = emitter.emit("message", "hello")
second = emitter.emit("message", "bye")
nothing = emitter.emit("unknown", 1, 2)
emitter.off("message", upper)
third = emitter.emit("message", "last")
lines = logger.lines
watcher = weakref.ref(logger)
logger = None
alive = watcher() is not None
del emitter.handlers["message"]
gone = watcher() is None
button = Button("OK")
counts = button.clicked.emit("click")
more = button.clicked.emit("click", amount=5)
extra = []
button.clicked.on("click", lambda *args, **kwargs: extra.append(len(args)))
final = button.clicked.emit("click", 2)
button = None
print(first, second, nothing, third, lines, alive, gone, counts, more, extra, final)
