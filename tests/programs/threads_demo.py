"""Threads with a lock, a queue and a pool; joined before anybody looks."""
import queue
import threading
from concurrent.futures import ThreadPoolExecutor


class Counter:
    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def add(self, times):
        for _ in range(times):
            with self.lock:
                self.value += 1


def run_all(target, arguments):
    threads = [threading.Thread(target=target, args=(argument,)) for argument in arguments]
    for thread in threads:                      # one after the other: what is seen is the same in every run
        thread.start()
        thread.join()
    return len(threads)


def worker(tasks, results):
    while True:
        task = tasks.get()
        if task is None:
            break
        results.append(task * task)
        tasks.task_done()


def square(number):
    return number * number


def slow_sum(limit):
    total = 0
    for number in range(limit):
        total += number
    return total


counter = Counter()
started = run_all(counter.add, [50, 100, 50])
value = counter.value
tasks = queue.Queue()
results = []
for number in range(5):
    tasks.put(number)
thread = threading.Thread(target=worker, args=(tasks, results))
thread.start()
tasks.join()
tasks.put(None)
thread.join()
ordered = sorted(results)
with ThreadPoolExecutor(max_workers=2) as pool:
    squares = list(pool.map(square, range(6)))
    future = pool.submit(slow_sum, 1000)
    other = pool.submit(slow_sum, limit=10)
    total = future.result()
    small = other.result()
local = threading.local()
local.name = "main"
seen = []
run_all(lambda name: seen.append(hasattr(local, "name")), ["t1"])
event = threading.Event()
waiter = threading.Thread(target=event.wait)
waiter.start()
event.set()
waiter.join()
alive = waiter.is_alive()
print(started, value, ordered, squares, total, small, seen, alive)
