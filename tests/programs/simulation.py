"""A supermarket queue, simulated with a home-made random generator."""
from collections import deque


class Random:
    """A linear congruential generator: the same numbers in every run."""

    def __init__(self, seed=1):
        self.state = seed

    def next(self):
        self.state = (self.state * 1103515245 + 12345) % 2 ** 31
        return self.state

    def below(self, limit):
        return self.next() // 65536 % limit

    def choice(self, items):
        return items[self.below(len(items))]

    def shuffle(self, items):
        for index in range(len(items) - 1, 0, -1):
            other = self.below(index + 1)
            items[index], items[other] = items[other], items[index]


class Customer:
    count = 0

    def __init__(self, arrival, items):
        Customer.count += 1
        self.number = Customer.count
        self.arrival = arrival
        self.items = items
        self.left = None

    @property
    def waited(self):
        return self.left - self.arrival


class Till:
    def __init__(self, speed=1):
        self.speed = speed
        self.queue = deque()
        self.served = []

    def tick(self, now):
        if not self.queue:
            return
        first = self.queue[0]
        first.items -= self.speed
        if first.items <= 0:
            first.left = now
            self.served.append(self.queue.popleft())

    def length(self):
        return len(self.queue)


def simulate(minutes, tills, random):
    lengths = []
    for now in range(minutes):
        if random.below(3) == 0:
            customer = Customer(now, 1 + random.below(5))
            till = min(tills, key=Till.length)
            till.queue.append(customer)
        for till in tills:
            till.tick(now)
        lengths.append(sum(till.length() for till in tills))
    return lengths


random = Random()
first = [random.below(10) for _ in range(5)]
again = Random(1)
repeated = [again.below(10) for _ in range(5)] == first
cards = list("abcdef")
deck = cards
random.shuffle(deck)
same = deck is cards
ordered = sorted(cards)
pick = Random(7).choice(ordered)
tills = [Till(), Till(speed=2)]
lengths = simulate(60, tills, random)
served = [len(till.served) for till in tills]
waits = [customer.waited for till in tills for customer in till.served]
longest = max(waits)
busy = max(lengths)
few = simulate(3, [Till()], Random(5))
total = Customer.count
print(first, repeated, same, ordered, pick, served, longest, busy, few, total)
