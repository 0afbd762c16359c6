"""State machines: a table, a class, and handlers in a dictionary."""

TRANSITIONS = {
    ("idle", "coin"): "ready",
    ("ready", "push"): "idle",
    ("ready", "coin"): "ready",
}


def step(state, event):
    return TRANSITIONS.get((state, event), state)


def run(events, state="idle"):
    trace = [state]
    for event in events:
        state = step(state, event)
        trace.append(state)
    return trace


class TrafficLight:
    order = ("red", "green", "yellow")
    times = {"red": 30, "green": 25, "yellow": 5}

    def __init__(self, color="red"):
        self.color = color
        self.elapsed = 0
        self.listeners = []

    def next(self):
        self.elapsed += self.times[self.color]
        index = self.order.index(self.color)
        self.color = self.order[(index + 1) % len(self.order)]
        for listener in self.listeners:
            listener(self.color)
        return self.color


class Machine:
    def __init__(self):
        self.handlers = {"start": self.on_start, "number": self.on_number}
        self.state = "start"
        self.tokens = []
        self.buffer = ""

    def on_start(self, letter):
        if letter.isdigit():
            self.buffer = letter
            return "number"
        if not letter.isspace():
            self.tokens.append(letter)
        return "start"

    def on_number(self, letter):
        if letter.isdigit():
            self.buffer += letter
            return "number"
        self.tokens.append(int(self.buffer))
        return self.on_start(letter)

    def feed(self, text):
        for letter in text + " ":
            self.state = self.handlers[self.state](letter)
        return self.tokens


trace = run(["coin", "push", "push", "coin"])
short = run([])
ready = run(["push"], "ready")
light = TrafficLight()
seen = []
light.listeners.append(seen.append)
colors = [light.next() for _ in range(4)]
other = TrafficLight("yellow")
first = other.next()
elapsed = light.elapsed, other.elapsed
machine = Machine()
tokens = machine.feed("12 + (3*45)")
again = machine.feed("7")
same = tokens is again
machine = None
print(trace, short, ready, colors, seen, first, elapsed, tokens, same)
