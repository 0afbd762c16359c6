//! What `sys.getsizeof` says of an object whose kind alone decides it.

use num_traits::Signed;

use super::obj::Kind;
use super::types::B;
use crate::base::Interval;
use crate::layout::{DictKind, Layout, Slots};

/// The object's own size in bytes; `None` where it is not known, or where its class decides it.
pub fn own_size(layout: &Layout, kind: &Kind) -> Option<Interval> {
    let exactly = |size: u64| Some(Interval::exactly(size));
    match kind {
        Kind::None | Kind::Ellipsis | Kind::NotImplemented => exactly(layout.singleton_size()),
        Kind::Bool(value) => exactly(layout.bool_size(*value)),
        Kind::Int(value) => {
            exactly(layout.int_size(u64::from(u64::BITS - value.unsigned_abs().leading_zeros())))
        }
        Kind::BigInt(value) => exactly(layout.int_size(value.abs().bits())),
        Kind::Float(_) => exactly(layout.float_size()),
        Kind::Complex(..) => exactly(layout.complex_size()),
        Kind::Str(text) => {
            let widest = text.chars().map(u32::from).max().unwrap_or(0);
            exactly(layout.str_size(widest, text.chars().count() as u64))
        }
        Kind::Bytes(content) => exactly(layout.bytes_size(content.len() as u64)),
        Kind::ByteArray(len) => len.map(|len| Interval::exactly(layout.bytearray_size(len))),
        Kind::Tuple(items) => exactly(layout.tuple_size(items.len() as u64)),
        Kind::List(list) => Some(match list.slots {
            Some(slots) => Interval::exactly(layout.list_size(slots)),
            None if list.open => Interval::at_least(layout.list_size(Slots::NONE)),
            None => Interval::at_least(layout.list_size(Slots::exactly(list.items.len() as u64))),
        }),
        Kind::Dict(dict) => {
            let as_kind = match dict.ty {
                B::DefaultDict => DictKind::DefaultDict,
                B::Counter => DictKind::Counter,
                B::OrderedDict => DictKind::OrderedDict,
                _ => DictKind::Dict,
            };
            dict.table.map(|table| layout.dict_size(as_kind, table))
        }
        Kind::Set(set) => set
            .table
            .and_then(|table| table.size())
            .map(Interval::exactly),
        Kind::Deque(deque) => {
            let blocks = deque.as_ref()?.blocks?;
            exactly(layout.deque_size(blocks))
        }
        Kind::Opaque(_, Some((lo, hi))) | Kind::Named(_, Some((lo, hi))) => {
            Some(Interval { lo: *lo, hi: *hi })
        }
        Kind::Opaque(ty, None) => match ty {
            B::Float => exactly(layout.float_size()),
            B::Complex => exactly(layout.complex_size()),
            B::Bool => Some(Interval::between(
                layout.bool_size(false),
                layout.bool_size(true),
            )),
            B::Int => Some(Interval::at_least(layout.int_size(0))),
            ty => fixed(layout, *ty),
        },
        Kind::Exception(_) => None,
        Kind::Unknown | Kind::Named(..) | Kind::Instance(_) => None,
        Kind::Class(_) | Kind::Type(_) => None,
        Kind::Cell(_) => layout.fixed_size("cell").map(Interval::exactly),
        Kind::Range(_) => layout.fixed_size("range").map(Interval::exactly),
        Kind::Slice(_) => layout.fixed_size("slice").map(Interval::exactly),
        Kind::Function(_) => layout.fixed_size("function").map(Interval::exactly),
        Kind::Method(..) => layout.fixed_size("method").map(Interval::exactly),
        Kind::BuiltinMethod(..) | Kind::BuiltinFunction(_) => fixed(layout, B::BuiltinFunction),
        Kind::Iter(iter) if iter.ty == B::Generator => None,
        Kind::Iter(iter) => fixed(layout, iter.ty),
        Kind::Gen(generator) => fixed(layout, generator.ty),
        Kind::View(ty, _) => fixed(layout, *ty),
        Kind::Module(_) => layout.fixed_size("module").map(Interval::exactly),
        Kind::Property(_) => layout.fixed_size("property").map(Interval::exactly),
        Kind::StaticMethod(_) => layout.fixed_size("staticmethod").map(Interval::exactly),
        Kind::ClassMethod(_) => layout.fixed_size("classmethod").map(Interval::exactly),
        Kind::Super(..) => None,
        Kind::Library(library) => fixed(layout, library.ty),
    }
}

/// The size of an instance of a type whose instances all weigh the same; the rows bear short names of their own.
fn fixed(layout: &Layout, ty: B) -> Option<Interval> {
    let row = match ty {
        B::BuiltinFunction => "builtin_function",
        B::MethodWrapper => "method_wrapper",
        B::StrAsciiIterator => "str_iterator",
        B::StrIterator => "str_iterator_wide",
        B::DequeIterator => "deque_iterator",
        B::Generator | B::Coroutine | B::AsyncGenerator | B::Module | B::Type => return None,
        ty => ty.row().unwrap_or(ty.name()),
    };
    layout.fixed_size(row).map(Interval::exactly)
}
