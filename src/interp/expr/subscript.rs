//! Subscripts: read, stored, deleted; slices.

use std::sync::Arc;

use super::super::machine::{Machine, R};
use super::super::value::{as_i64, as_int, index_in, slice_bounds, slice_indices};
use crate::domain::atoms;
use crate::domain::{B, Key, Kind, ObjId, StackRef};
use crate::layout::ListMade;

/// A slice's parts, where they are known.
type Parts = (Option<i64>, Option<i64>, Option<i64>);

impl Machine<'_> {
    /// `value[index]`, both on the stack.
    pub(in crate::interp) fn subscript(&mut self) -> R {
        let (value, index) = (self.st.peek(1), self.st.peek(0));
        let kind = self.kind_of(value);
        if let Kind::Instance(_) = kind {
            let content = self.content_for(value, &["__getitem__", "__missing__"]);
            if content != value {
                return self.subscript_content(content);
            }
            return self.special_or_unknown("__getitem__", 2);
        }
        let is_alias = matches!(&kind, Kind::BuiltinFunction(name) if name.starts_with("typing."));
        if is_alias || matches!(kind, Kind::Class(_) | Kind::Type(_)) {
            return self.subscript_class(value, index);
        }
        if let Kind::Slice(_) = self.kind(index) {
            return self.slice_of(&kind, index);
        }
        let result = match &kind {
            Kind::List(list) if !list.open => self.item(&list.items, index)?,
            Kind::Tuple(items) => self.item(items, index)?,
            Kind::Deque(Some(items)) => self.item(items, index)?,
            Kind::Str(text) => match as_i64(self.kind(index)) {
                Some(at) => {
                    let chars: Option<usize> = (text.len() < 10_000).then(|| text.chars().count());
                    match chars.map(|len| index_in(at, len)) {
                        Some(Some(at)) => {
                            let c = text.chars().nth(at).map(String::from).unwrap_or_default();
                            Some(self.string(&c))
                        }
                        Some(None) => return Err(self.raise(B::IndexError)),
                        None => None,
                    }
                }
                None => None,
            },
            Kind::Bytes(content) => match as_i64(self.kind(index)) {
                Some(at) => match index_in(at, content.len()) {
                    Some(at) => Some(self.int64(i64::from(content[at]))),
                    None => return Err(self.raise(B::IndexError)),
                },
                None => None,
            },
            Kind::Range(range) => match as_int(self.kind(index)) {
                Some(at) => match super::super::iterate::range_item(range, &at) {
                    Some(value) => Some(self.int(&value)),
                    None => return Err(self.raise(B::IndexError)),
                },
                None => None,
            },
            Kind::Dict(dict) if !dict.open => match self.key_in(value, index)? {
                Some(key) => match dict.entries.get(&key) {
                    Some((_, value)) => Some(*value),
                    None if dict.ty == B::DefaultDict => {
                        return self.missing_default(value, dict.factory);
                    }
                    None if dict.ty == B::Counter => Some(self.int64(0)),
                    None => return Err(self.raise_holding(B::KeyError, &[index])),
                },
                None => None,
            },
            _ => None,
        };
        match result {
            Some(result) => {
                self.replace(2, result);
                Ok(())
            }
            None => self.unknown_item(value, index),
        }
    }

    /// `x[i]` of an instance of a builtin subclass: its contents answer.
    fn subscript_content(&mut self, content: ObjId) -> R {
        let index = self.st.pop();
        self.push_new(content);
        self.st.frame_mut().stack.push(index);
        self.subscript()?;
        let result = self.st.peek(0);
        if result == content {
            // The whole of it: a new object of the builtin type.
            let kind = self.kind_of(content);
            let copy = self.alloc(kind);
            self.replace(1, copy);
        }
        self.drop_below();
        Ok(())
    }

    /// `C[T]`: the member of an enumeration, or an alias, which the library may have at hand.
    fn subscript_class(&mut self, class: ObjId, index: ObjId) -> R {
        if self.member_by_name()? {
            return Ok(());
        }
        if let Kind::Class(_) = self.kind(class) {
            return self.subscript_program_class(class, index);
        }
        let alias = match self.kind(class) {
            Kind::BuiltinFunction(_) | Kind::Type(B::Generic | B::Protocol) => B::TypingAlias,
            Kind::Type(ty)
                if matches!(
                    ty,
                    B::List
                        | B::Dict
                        | B::Set
                        | B::FrozenSet
                        | B::Tuple
                        | B::Type
                        | B::Deque
                        | B::DefaultDict
                        | B::OrderedDict
                        | B::Counter
                ) && self.layout().has_dict_union() =>
            {
                B::GenericAlias // both since 3.9
            }
            _ => return self.unknown_call(2),
        };
        let surely =
            alias == B::GenericAlias || !matches!(self.kind(class), Kind::BuiltinFunction(_));
        self.names_types(index);
        self.may_raise();
        let alias = if surely {
            self.some(alias)
        } else {
            crate::domain::UNKNOWN // of several classes, by what it is an alias of
        };
        self.replace(2, alias);
        Ok(())
    }

    /// Puts the contents of an instance of a builtin subclass in its place, `depth` below the top, and the instance itself
    /// below all that is there.
    fn operate_on_content(&mut self, content: ObjId, depth: usize, n: usize) {
        self.st.inc(content);
        let stack = &mut self.st.frame_mut().stack;
        let at = stack.len() - 1 - depth;
        let object = std::mem::replace(&mut stack[at], StackRef::owned(content));
        let bottom = stack.len() - n;
        stack.insert(bottom, object);
    }

    /// An item of a container that is not known in full: what was put in may come out; nothing else happens unless code
    /// of the program compares or hashes.
    fn unknown_item(&mut self, value: ObjId, index: ObjId) -> R {
        if self.foreign_result(2) {
            return Ok(());
        }
        let plain_index =
            self.kind(index).referents().is_empty() && !matches!(self.kind(index), Kind::Unknown);
        let ty = match self.kind(value) {
            Kind::Str(_) | Kind::Opaque(B::Str, _) => Some(B::Str),
            Kind::Bytes(_)
            | Kind::Range(_)
            | Kind::Opaque(B::Bytes | B::Range, _)
            | Kind::ByteArray(_) => Some(B::Int),
            _ => None,
        };
        let is_builtin = crate::domain::join::builtin_type(self.kind(value)).is_some()
            && !matches!(self.kind(value), Kind::Type(_) | Kind::Class(_))
            && !matches!(self.kind(value), Kind::Dict(dict) if dict.ty == B::DefaultDict);
        if !(plain_index && is_builtin) {
            let is_unknown = matches!(self.kind(value), Kind::Unknown | Kind::Named(..));
            let quiet = (is_builtin || is_unknown)
                && !self.subscript_runs()
                && !self.may_run(index, super::super::models::COMPARE);
            if !quiet {
                return self.unknown_call(2);
            }
            self.st.escape(index);
        }
        self.may_raise();
        // Whatever comes out was in it: it may be any of the objects that it holds.
        if !matches!(self.kind(value), Kind::List(list) if list.every.is_some()) {
            self.st.escape(value);
        }
        let result = match (ty, self.kind(value)) {
            (Some(ty), _) => self.some(ty),
            (None, Kind::List(list)) => list.every.unwrap_or(crate::domain::UNKNOWN),
            _ => crate::domain::UNKNOWN,
        };
        self.replace(2, result);
        Ok(())
    }

    fn item(&mut self, items: &[ObjId], index: ObjId) -> R<Option<ObjId>> {
        match as_i64(self.kind(index)) {
            Some(at) => match index_in(at, items.len()) {
                Some(at) => Ok(Some(items[at])),
                None => Err(self.raise(B::IndexError)),
            },
            None => Ok(None),
        }
    }

    /// A key that a defaultdict lacks: its factory makes the value.
    fn missing_default(&mut self, dict: ObjId, factory: Option<ObjId>) -> R {
        let Some(factory) = factory.filter(|factory| *factory != atoms::NONE) else {
            return Err(self.raise(B::KeyError));
        };
        self.st.inc(factory);
        self.st.push(factory);
        self.call_stack(0, &[])?;
        // Stack: dict, key, value. The value is stored and stays as the result.
        let value = self.st.peek(0);
        let key = self.st.peek(1);
        for id in [key, value] {
            self.st.inc(id);
            self.st.push(id);
        }
        self.dict_set(dict)?;
        let result = self.st.pop();
        self.consume(2);
        self.st.frame_mut().stack.push(result);
        Ok(())
    }

    fn slice_parts(&self, slice: ObjId) -> Option<Parts> {
        let Kind::Slice(parts) = self.kind(slice) else {
            return None;
        };
        let part = |id: ObjId| match self.kind(id) {
            Kind::None => Some(None),
            kind => as_int(kind).map(|value| {
                Some(
                    i64::try_from(&value).unwrap_or(if value.sign() == num_bigint::Sign::Minus {
                        i64::MIN / 2
                    } else {
                        i64::MAX / 2
                    }),
                )
            }),
        };
        Some((part(parts[0])?, part(parts[1])?, part(parts[2])?))
    }

    fn slice_of(&mut self, kind: &Kind, slice: ObjId) -> R {
        let value = self.st.peek(1);
        let Some((lower, upper, step)) = self.slice_parts(slice) else {
            return self.unknown_slice(kind);
        };
        if step == Some(0) {
            return Err(self.raise(B::ValueError));
        }
        let pick = |items: &[ObjId]| -> Vec<ObjId> {
            slice_indices(lower, upper, step, items.len())
                .unwrap_or_default()
                .iter()
                .map(|at| items[*at])
                .collect()
        };
        let result = match kind {
            Kind::List(list) if !list.open => self.new_list(pick(&list.items), ListMade::Exact),
            Kind::Tuple(items) => {
                let picked = pick(items);
                if picked.len() == items.len() && step.unwrap_or(1) == 1 {
                    value
                } else {
                    self.tuple(picked)
                }
            }
            Kind::Str(text) => {
                let chars: Vec<char> = text.chars().collect();
                let at = slice_indices(lower, upper, step, chars.len()).unwrap_or_default();
                if at.len() == chars.len() && step.unwrap_or(1) == 1 {
                    value
                } else {
                    let text: String = at.iter().map(|at| chars[*at]).collect();
                    self.string(&text)
                }
            }
            Kind::Bytes(content) => {
                let at = slice_indices(lower, upper, step, content.len()).unwrap_or_default();
                if at.len() == content.len() && step.unwrap_or(1) == 1 {
                    value
                } else {
                    let content: Vec<u8> = at.iter().map(|at| content[*at]).collect();
                    self.bytes(&content)
                }
            }
            _ => return self.unknown_slice(kind),
        };
        self.replace(2, result);
        Ok(())
    }

    fn unknown_slice(&mut self, kind: &Kind) -> R {
        let value = self.st.peek(1);
        match kind {
            Kind::List(list) if list.every.is_some() => {
                self.may_raise();
                let list = self.open_list_of(list.every);
                self.replace(2, list);
                Ok(())
            }
            Kind::List(_) | Kind::Opaque(B::List, _) => {
                self.may_raise();
                self.st.escape(value);
                let list = self.open_list();
                self.replace(2, list);
                Ok(())
            }
            Kind::Opaque(ty @ (B::Str | B::Bytes | B::Tuple), _) => {
                self.may_raise();
                let result = self.some(*ty);
                self.replace(2, result);
                Ok(())
            }
            _ => self.unknown_call(2),
        }
    }

    /// `value[index] = new`: the stack holds new, value, index.
    pub(in crate::interp) fn store_subscript(&mut self) -> R {
        let (new, value, index) = (self.st.peek(2), self.st.peek(1), self.st.peek(0));
        match self.kind_of(value) {
            Kind::Instance(_) => {
                let content = self.content_for(value, &["__setitem__"]);
                if content != value {
                    self.operate_on_content(content, 1, 3);
                    self.store_subscript()?;
                    self.consume(1);
                    return Ok(());
                }
                let has = self.has_special(value, "__setitem__");
                if !has {
                    return self.unknown_statement(3);
                }
                let (index, value, new) = (self.st.pop(), self.st.pop(), self.st.pop());
                let frame = self.st.frame_mut();
                frame.stack.push(value);
                frame.stack.push(index);
                frame.stack.push(new);
                self.special_or_unknown("__setitem__", 3)?;
                self.consume(1);
                Ok(())
            }
            Kind::List(list) if !list.open => {
                if let Kind::Slice(_) = self.kind(index) {
                    return self.store_slice(value, &list.items, list.slots, index, new);
                }
                let Some(at) = as_i64(self.kind(index)) else {
                    return self.unknown_store(value, new);
                };
                let Some(at) = index_in(at, list.items.len()) else {
                    return Err(self.raise(B::IndexError));
                };
                self.st.inc(new);
                let mut old = None;
                self.change(value, |kind| {
                    if let Kind::List(list) = kind {
                        old = Some(std::mem::replace(&mut Arc::make_mut(list).items[at], new));
                    }
                });
                self.note_bound(new);
                self.keep_exposed(value);
                if let Some(old) = old {
                    self.st.dec(old);
                }
                self.consume(3);
                Ok(())
            }
            Kind::Dict(dict) if !dict.open => {
                // Stack for `dict_set`: key, value; it takes both.
                let (index_ref, value_ref, new_ref) = (self.st.pop(), self.st.pop(), self.st.pop());
                let frame = self.st.frame_mut();
                frame.stack.push(value_ref);
                frame.stack.push(index_ref);
                frame.stack.push(new_ref);
                self.note_bound(new);
                self.dict_set(value)?;
                self.consume(1);
                let _ = dict;
                Ok(())
            }
            Kind::Deque(Some(items)) => {
                let Some(at) = as_i64(self.kind(index)).map(|at| index_in(at, items.len())) else {
                    return self.unknown_store(value, new);
                };
                let Some(at) = at else {
                    return Err(self.raise(B::IndexError));
                };
                self.st.inc(new);
                let mut old = None;
                self.change(value, |kind| {
                    if let Kind::Deque(Some(deque)) = kind {
                        old = Some(std::mem::replace(&mut Arc::make_mut(deque).items[at], new));
                    }
                });
                self.note_bound(new);
                self.keep_exposed(value);
                if let Some(old) = old {
                    self.st.dec(old);
                }
                self.consume(3);
                Ok(())
            }
            Kind::Str(_) | Kind::Tuple(_) | Kind::Bytes(_) | Kind::Int(_) | Kind::None => {
                Err(self.raise(B::TypeError))
            }
            Kind::ByteArray(_) => {
                let is_slice = matches!(self.kind(index), Kind::Slice(_));
                if is_slice {
                    self.mutated_unknown(value);
                } else {
                    self.change(value, |_| {});
                }
                self.may_raise();
                self.consume(3);
                Ok(())
            }
            _ => self.unknown_store(value, new),
        }
    }

    /// Something is stored somewhere in a container that is not known in full.
    fn unknown_store(&mut self, value: ObjId, new: ObjId) -> R {
        let is_plain = matches!(
            self.kind(value),
            Kind::List(_) | Kind::Opaque(B::List | B::Dict | B::Deque, _)
        ) || matches!(self.kind(value), Kind::Dict(_))
            && !self.is_opaque(self.st.peek(0));
        if !is_plain {
            return self.unknown_statement(3);
        }
        self.may_raise();
        self.st.escape(new);
        self.mutated_unknown(value);
        self.consume(3);
        Ok(())
    }

    fn store_slice(
        &mut self,
        list: ObjId,
        before: &[ObjId],
        slots: Option<crate::layout::Slots>,
        slice: ObjId,
        new: ObjId,
    ) -> R {
        let (Some((lower, upper, step)), Some(items)) =
            (self.slice_parts(slice), self.listed_items(new)?)
        else {
            return self.unknown_store(list, new);
        };
        let Some((start, stop, step)) = slice_bounds(lower, upper, step, before.len()) else {
            return Err(self.raise(B::ValueError));
        };
        if step != 1 {
            let at = slice_indices(lower, upper, Some(step), before.len()).unwrap_or_default();
            if at.len() != items.len() {
                return Err(self.raise(B::ValueError));
            }
            let mut after = before.to_vec();
            for (at, item) in at.into_iter().zip(&items) {
                after[at] = *item;
            }
            self.set_list(list, after, slots);
        } else {
            let (start, stop) = (start as usize, stop.max(start) as usize);
            let mut after = before[..start].to_vec();
            after.extend(&items);
            after.extend(&before[stop..]);
            let (len, grown) = (before.len() as u64, after.len() as u64);
            let slots = match slots {
                Some(slots) if len == grown => Some(slots),
                Some(slots) => Some(self.layout().list_assign_slice(len, slots, grown)),
                None => None,
            };
            self.set_list(list, after, slots);
        }
        self.drop_items(items);
        self.consume(3);
        Ok(())
    }

    /// `del value[index]`, both on the stack.
    pub(in crate::interp) fn delete_subscript(&mut self) -> R {
        let (value, index) = (self.st.peek(1), self.st.peek(0));
        match self.kind_of(value) {
            Kind::Instance(_) => {
                let content = self.content_for(value, &["__delitem__"]);
                if content != value {
                    self.operate_on_content(content, 1, 2);
                    self.delete_subscript()?;
                    self.consume(1);
                    return Ok(());
                }
                self.special_or_unknown("__delitem__", 2)?;
                self.consume(1);
                Ok(())
            }
            Kind::List(list) if !list.open => {
                let len = list.items.len() as u64;
                let mut after = list.items.clone();
                let slots = if let Kind::Slice(_) = self.kind(index) {
                    let Some((lower, upper, step)) = self.slice_parts(index) else {
                        return self.unknown_statement(2);
                    };
                    let Some(mut gone) = slice_indices(lower, upper, step, after.len()) else {
                        return Err(self.raise(B::ValueError));
                    };
                    gone.sort_unstable();
                    for at in gone.into_iter().rev() {
                        after.remove(at);
                    }
                    let n = after.len() as u64;
                    list.slots.map(|slots| {
                        if n == len {
                            slots
                        } else {
                            self.layout().list_assign_slice(len, slots, n)
                        }
                    })
                } else {
                    let Some(at) = as_i64(self.kind(index)) else {
                        return self.unknown_statement(2);
                    };
                    let Some(at) = index_in(at, after.len()) else {
                        return Err(self.raise(B::IndexError));
                    };
                    after.remove(at);
                    list.slots
                        .map(|slots| self.layout().list_del_item(len, slots))
                };
                self.set_list(value, after, slots);
                self.consume(2);
                Ok(())
            }
            Kind::Dict(dict) if !dict.open => {
                let Some(key) = self.key_in(value, index)? else {
                    return self.unknown_statement(2);
                };
                if !dict.entries.contains_key(&key) {
                    return Err(self.raise(B::KeyError));
                }
                self.dict_remove(value, &key);
                self.consume(2);
                Ok(())
            }
            _ => self.unknown_statement(2),
        }
    }

    /// Takes a key out of a dict that has it; the references to key and value are given up.
    pub(in crate::interp) fn dict_remove(&mut self, dict: ObjId, key: &Key) {
        if let Some((key, value)) = self.dict_take(dict, key) {
            self.st.dec(value);
            self.st.dec(key);
        }
    }
}
