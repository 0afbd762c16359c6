"""Coroutines and tasks, with nothing but the event loop."""
import asyncio


class Channel:
    def __init__(self):
        self.items = []
        self.closed = False

    def put(self, item):
        self.items.append(item)

    def __aiter__(self):
        return self

    async def __anext__(self):
        while not self.items:
            if self.closed:
                raise StopAsyncIteration
            await asyncio.sleep(0)
        return self.items.pop(0)


class Session:
    def __init__(self, log):
        self.log = log

    async def __aenter__(self):
        self.log.append("open")
        return self

    async def __aexit__(self, *details):
        self.log.append("close")
        return False

    async def get(self, name):
        await asyncio.sleep(0)
        self.log.append(name)
        return name.upper()


async def add(a, b=1):
    await asyncio.sleep(0)
    return a + b


async def produce(channel, count):
    for number in range(count):
        channel.put(number * number)
        await asyncio.sleep(0)
    channel.closed = True


async def consume(channel):
    received = []
    async for item in channel:
        received.append(item)
    return received


async def numbers(limit):
    for number in range(limit):
        yield number
        await asyncio.sleep(0)


async def fail():
    raise ValueError("async failure")


async def main(log):
    one = await add(1)
    both = await asyncio.gather(add(1, 2), add("a", "b"))
    channel = Channel()
    _, received = await asyncio.gather(produce(channel, 4), consume(channel))
    async with Session(log) as session:
        text = await session.get("page")
        others = [await session.get(name) for name in ("x", "y")]
    evens = [number async for number in numbers(6) if number % 2 == 0]
    try:
        await fail()
    except ValueError as error:
        message = str(error)
    task = asyncio.ensure_future(add(20, 22))
    await asyncio.sleep(0)
    answer = await task
    return one, both, received, text, others, evens, message, answer


log = []
results = asyncio.run(main(log))
more = asyncio.run(add([1], [2]))
last = results[-1]
coroutine = add(1)
coroutine.close()
print(results, more, last, log)
