//! What functions and methods of CPython and its library do to objects, in a sentence each.
//!
//! To add one: a line, in order. Only what is true on every version that heaplight knows.

/// What a function (by its dotted name) or a method (by its type and name) does.
pub(super) fn does(name: &str) -> Option<&'static str> {
    let at = TABLE.binary_search_by_key(&name, |(key, _)| key).ok()?;
    Some(TABLE[at].1)
}

const TABLE: &[(&str, &str)] = &[
    (
        "asyncio.create_task",
        "the loop refers to the task weakly: it may go unless something else holds it",
    ),
    (
        "builtins.dict",
        "a new dict, one level deep: the keys and values of its argument are the same objects in both",
    ),
    (
        "builtins.enumerate",
        "an iterator: no list is made, and it holds what it goes through until it is gone",
    ),
    (
        "builtins.filter",
        "an iterator: no list is made, and it holds what it goes through until it is gone",
    ),
    (
        "builtins.frozenset",
        "a new frozenset of the same items; a frozenset that it is given comes back as it is",
    ),
    ("builtins.globals", "the module's dict itself, not a copy"),
    (
        "builtins.id",
        "the object's address; another object may have it once this one is gone",
    ),
    (
        "builtins.list",
        "a new list: its items are the same objects as those of its argument",
    ),
    (
        "builtins.map",
        "an iterator: no list is made, and it holds what it goes through until it is gone",
    ),
    (
        "builtins.range",
        "stores no numbers: as big for a million as for ten",
    ),
    (
        "builtins.reversed",
        "an iterator: copies nothing, and holds the sequence until it is gone",
    ),
    ("builtins.set", "a new set of the same items"),
    (
        "builtins.sorted",
        "a new list of the same items; its argument stays as it is",
    ),
    (
        "builtins.tuple",
        "a new tuple of the same items; a tuple that it is given comes back as it is",
    ),
    (
        "builtins.vars",
        "the object's `__dict__` itself, not a copy",
    ),
    (
        "builtins.zip",
        "an iterator: no list is made, and it holds what it goes through until it is gone",
    ),
    (
        "collections.deque",
        "a new deque of the same items, in blocks of 64",
    ),
    (
        "collections.deque.append",
        "puts a reference at the end; where the deque is full (`maxlen`), the first one goes",
    ),
    (
        "collections.deque.appendleft",
        "puts a reference at the front; where the deque is full (`maxlen`), the last one goes",
    ),
    (
        "collections.deque.copy",
        "a new deque, one level deep: both hold the same items",
    ),
    (
        "collections.deque.pop",
        "hands the deque's reference to the last item over to the caller",
    ),
    (
        "collections.deque.popleft",
        "hands the deque's reference to the first item over to the caller",
    ),
    (
        "copy.copy",
        "one level: a new object that holds the same items; what cannot change comes back as it is",
    ),
    (
        "copy.deepcopy",
        "every level: what can change is copied, each object once; numbers, text and the like stay shared",
    ),
    ("dict.clear", "gives up all references and the table"),
    (
        "dict.copy",
        "a new dict, one level deep: both hold the same keys and values",
    ),
    ("dict.get", "hands out the value itself, not a copy"),
    (
        "dict.items",
        "a view: it copies nothing and shows later changes",
    ),
    (
        "dict.keys",
        "a view: it copies nothing and shows later changes",
    ),
    (
        "dict.pop",
        "hands the dict's reference to the value over to the caller; the table stays as big as it is",
    ),
    (
        "dict.popitem",
        "hands the dict's references over to the caller; the table stays as big as it is",
    ),
    (
        "dict.setdefault",
        "hands out the value that is there; else its argument itself becomes the value",
    ),
    (
        "dict.update",
        "refers to the other's keys and values: they are shared from here on",
    ),
    (
        "dict.values",
        "a view: it copies nothing and shows later changes",
    ),
    (
        "functools.partial",
        "holds the function and its arguments as long as it lives",
    ),
    (
        "gc.collect",
        "frees what only refers to itself; the result is how many such objects it found",
    ),
    (
        "gc.disable",
        "no collection runs by itself from here on; reference counting goes on",
    ),
    (
        "gc.freeze",
        "puts all tracked objects aside: no collection looks at them again",
    ),
    (
        "gc.get_objects",
        "a list that refers to every tracked object, and so keeps them alive",
    ),
    ("itertools.chain", "an iterator: no list is made"),
    ("itertools.islice", "an iterator: no list is made"),
    (
        "itertools.tee",
        "keeps what one of the iterators has read and another has not",
    ),
    ("json.dumps", "text: nothing is shared with the objects"),
    (
        "json.loads",
        "new objects each time: nothing is shared with an earlier result",
    ),
    (
        "list.append",
        "puts a reference at the end and copies nothing; room is made ahead of need, in steps",
    ),
    (
        "list.clear",
        "gives up all references and the room for them",
    ),
    (
        "list.copy",
        "a new list, one level deep: both hold the same items",
    ),
    (
        "list.extend",
        "puts references to the items at the end: they are shared, not copied",
    ),
    (
        "list.insert",
        "moves the references behind it; copies no object",
    ),
    (
        "list.pop",
        "hands the list's reference to the item over to the caller",
    ),
    (
        "list.remove",
        "gives up the list's reference to the first equal item",
    ),
    (
        "list.reverse",
        "turns the list itself around; the result is `None`",
    ),
    ("list.sort", "sorts the list itself; the result is `None`"),
    ("pickle.dumps", "bytes: nothing is shared with the objects"),
    (
        "pickle.loads",
        "new objects each time: nothing is shared with what was pickled",
    ),
    (
        "set.add",
        "refers to the item; nothing happens where an equal one is there",
    ),
    ("set.clear", "gives up all references and the table"),
    ("set.copy", "a new set: both hold the same items"),
    (
        "set.discard",
        "gives up the set's reference; the table stays as big as it is",
    ),
    (
        "set.pop",
        "hands the set's reference to some item over to the caller; the table stays as big as it is",
    ),
    (
        "set.remove",
        "gives up the set's reference; the table stays as big as it is",
    ),
    (
        "set.update",
        "refers to the other's items: they are shared from here on",
    ),
    (
        "str.replace",
        "a new str; the same one where there is nothing to replace",
    ),
    ("str.split", "a new list of new strings"),
    (
        "sys.getrefcount",
        "counts the references, that of the call itself among them",
    ),
    (
        "sys.getsizeof",
        "the object alone, without what it leads to",
    ),
    (
        "sys.intern",
        "the one str with this text that is interned: two such are one object",
    ),
    ("weakref.proxy", "does not keep the object alive"),
    (
        "weakref.ref",
        "does not keep the object alive: called, it gives the object or `None`",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(TABLE.is_sorted_by(|a, b| a.0 < b.0));
        assert!(does("list.append").is_some());
        assert!(does("list.nothing").is_none());
    }
}
