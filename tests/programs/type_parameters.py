"""Type parameters and override of 3.12: nothing that changes what objects are."""
from typing import override

type Pair[T] = tuple[T, T]


class Box[T]:
    def __init__(self, value: T):
        self.value = value

    def map[U](self, function) -> "Box[U]":
        return Box(function(self.value))

    def __repr__(self):
        return f"Box({self.value!r})"


class Loud(Box[str]):
    @override
    def __repr__(self):
        return f"{super().__repr__()}!"


def swap[T](pair: Pair[T]) -> Pair[T]:
    a, b = pair
    return b, a


def first[T: (int, str)](items: list[T], default: T | None = None) -> T | None:
    return items[0] if items else default


box = Box([1, 2])
length = box.map(len)
same = box.map(lambda value: value)
shared = same.value is box.value
same.value.append(3)
loud = Loud("hey")
swapped = swap((1, 2))
inner = ["x"]
mixed = swap((inner, None))
kept = mixed[1] is inner
head = first([5, 6])
fallback = first([], "none")
nested = f"{', '.join(f'{n!r}' for n in inner)} and {'quoted "inside"'}"
parameters = [parameter.__name__ for parameter in Box.__type_params__]
print(box, length, shared, loud, swapped, mixed, kept, head, fallback, nested, parameters)
