"""Annotations everywhere: they change nothing at run time."""
from typing import Any, Callable, Dict, Generic, Iterable, Iterator, List, NamedTuple, Optional, Tuple, TypeVar, Union

T = TypeVar("T")
K = TypeVar("K")
Number = Union[int, float]
Table = Dict[str, List[int]]
LIMIT: int = 3
unset: Optional[str]


class Employee(NamedTuple):
    name: str
    salary: int = 1000
    tags: Tuple[str, ...] = ()

    def raised(self, amount: int) -> "Employee":
        return self._replace(salary=self.salary + amount)


class Stack(Generic[T]):
    def __init__(self, items: Optional[Iterable[T]] = None) -> None:
        self._items: List[T] = list(items or [])

    def push(self, item: T) -> "Stack[T]":
        self._items.append(item)
        return self

    def pop(self) -> T:
        return self._items.pop()

    def __iter__(self) -> Iterator[T]:
        return reversed(self._items)


class Cache(Dict[K, T]):
    misses: int = 0

    def fetch(self, key: K, make: Callable[[K], T]) -> T:
        if key not in self:
            self.misses += 1
            self[key] = make(key)
        return self[key]


def first(items: List[T], default: Optional[T] = None) -> Optional[T]:
    return items[0] if items else default


def group(pairs: Iterable[Tuple[str, int]]) -> Table:
    table: Table = {}
    for key, value in pairs:
        table.setdefault(key, []).append(value)
    return table


def scale(value: Number, by: Number = 2) -> Number:
    return value * by


def apply(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    return function(*args, **kwargs)


def lie(value: int) -> str:
    result: str = value
    return result


ann = Employee("Ann")
richer: Employee = ann.raised(500)
same_tags = richer.tags is ann.tags
stack: Stack[int] = Stack([1, 2])
top = stack.push(3).pop()
words = Stack[str](["a"])
kind = type(words) is Stack
listed: List[int] = list(stack)
cache: Cache[str, List[int]] = Cache()
made = cache.fetch("x", lambda key: [len(key)])
again = cache.fetch("x", lambda key: [])
shared = made is again
head = first([["inner"]])
missing = first([], default="none")
table = group([("a", 1), ("b", 2), ("a", 3)])
doubled, tripled = scale(21), scale(0.5, 3)
applied = apply(sorted, [3, 1, 2], reverse=True)
liar = lie([1])
class_vars = Cache.misses, cache.misses
annotated = sorted(Employee._fields)
hints = first.__annotations__
names: List[str] = [employee.name for employee in (ann, richer)]
names[0] = 5
print(richer, same_tags, top, kind, listed, shared, head, missing, table, doubled, tripled, applied, liar, class_vars)
print(annotated, len(hints), names, "unset" in globals(), LIMIT)
