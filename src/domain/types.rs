//! The types that CPython brings along, by name.

macro_rules! builtin_types {
    ($($variant:ident $name:literal),+ $(,)?) => {
        /// A type of CPython's own or of its standard library that heaplight knows by name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[allow(missing_docs)]
        pub enum B { $($variant),+ }

        impl B {
            /// Every one of them.
            pub const ALL: &'static [B] = &[$(B::$variant),+];

            /// Its name as the contract writes it: module and qualified name, `builtins.` left out.
            pub fn name(self) -> &'static str {
                match self { $(B::$variant => $name),+ }
            }
        }
    };
}

builtin_types! {
    Object "object", Type "type", NoneType "NoneType", Bool "bool", Int "int", Float "float", Complex "complex",
    Str "str", Bytes "bytes", ByteArray "bytearray", Tuple "tuple", List "list", Dict "dict", Set "set",
    FrozenSet "frozenset", Range "range", Slice "slice", Ellipsis "ellipsis",
    NotImplementedType "NotImplementedType", Function "function", Method "method",
    BuiltinFunction "builtin_function_or_method", MethodWrapper "method-wrapper", WrapperDescriptor "wrapper_descriptor",
    MethodDescriptor "method_descriptor", Module "module", Code "code", Frame "frame", Traceback "traceback", Cell "cell",
    Generator "generator", Coroutine "coroutine", AsyncGenerator "async_generator", Property "property",
    StaticMethod "staticmethod", ClassMethod "classmethod", Super "super", MemoryView "memoryview",
    MappingProxy "mappingproxy", ListIterator "list_iterator", ListReverseIterator "list_reverseiterator",
    TupleIterator "tuple_iterator", StrIterator "str_iterator", StrAsciiIterator "str_ascii_iterator",
    BytesIterator "bytes_iterator", RangeIterator "range_iterator", LongRangeIterator "longrange_iterator",
    SetIterator "set_iterator", DictKeyIterator "dict_keyiterator", DictValueIterator "dict_valueiterator",
    DictItemIterator "dict_itemiterator", CallableIterator "callable_iterator",
    DictKeys "dict_keys", DictValues "dict_values", DictItems "dict_items",
    Enumerate "enumerate", Zip "zip", Map "map", Filter "filter", Reversed "reversed",
    OrderedDict "collections.OrderedDict", DefaultDict "collections.defaultdict", Counter "collections.Counter",
    Deque "collections.deque", DequeIterator "collections._deque_iterator",
    // Exceptions
    BaseException "BaseException", Exception "Exception", ArithmeticError "ArithmeticError",
    AssertionError "AssertionError", AttributeError "AttributeError", BufferError "BufferError", EofError "EOFError",
    FloatingPointError "FloatingPointError", GeneratorExit "GeneratorExit", ImportError "ImportError",
    IndexError "IndexError", KeyError "KeyError", KeyboardInterrupt "KeyboardInterrupt", LookupError "LookupError",
    MemoryError "MemoryError", ModuleNotFoundError "ModuleNotFoundError", NameError "NameError",
    NotImplementedError "NotImplementedError", OsError "OSError", OverflowError "OverflowError",
    PermissionError "PermissionError", FileNotFoundError "FileNotFoundError", FileExistsError "FileExistsError",
    TimeoutError "TimeoutError", ConnectionError "ConnectionError",
    RecursionError "RecursionError", ReferenceError "ReferenceError", RuntimeError "RuntimeError",
    StopAsyncIteration "StopAsyncIteration", StopIteration "StopIteration", SyntaxError "SyntaxError",
    SystemError "SystemError", SystemExit "SystemExit", TypeError "TypeError", UnboundLocalError "UnboundLocalError",
    UnicodeError "UnicodeError", UnicodeDecodeError "UnicodeDecodeError", UnicodeEncodeError "UnicodeEncodeError",
    ValueError "ValueError", ZeroDivisionError "ZeroDivisionError",
    Warning "Warning", UserWarning "UserWarning", DeprecationWarning "DeprecationWarning",
    RuntimeWarning "RuntimeWarning",
}

impl B {
    /// The type with this contract name.
    pub fn named(name: &str) -> Option<B> {
        B::ALL.iter().copied().find(|ty| ty.name() == name)
    }

    /// Its base class (`object` for all but a few; none for `object`).
    pub fn base(self) -> Option<B> {
        Some(match self {
            B::Object => return None,
            B::Bool => B::Int,
            B::OrderedDict | B::DefaultDict | B::Counter => B::Dict,
            B::Exception | B::GeneratorExit | B::KeyboardInterrupt | B::SystemExit => {
                B::BaseException
            }
            B::ArithmeticError
            | B::AssertionError
            | B::AttributeError
            | B::BufferError
            | B::EofError
            | B::ImportError
            | B::LookupError
            | B::MemoryError
            | B::NameError
            | B::OsError
            | B::ReferenceError
            | B::RuntimeError
            | B::StopAsyncIteration
            | B::StopIteration
            | B::SyntaxError
            | B::SystemError
            | B::TypeError
            | B::ValueError
            | B::Warning => B::Exception,
            B::FloatingPointError | B::OverflowError | B::ZeroDivisionError => B::ArithmeticError,
            B::IndexError | B::KeyError => B::LookupError,
            B::ModuleNotFoundError => B::ImportError,
            B::UnboundLocalError => B::NameError,
            B::PermissionError
            | B::FileNotFoundError
            | B::FileExistsError
            | B::TimeoutError
            | B::ConnectionError => B::OsError,
            B::NotImplementedError | B::RecursionError => B::RuntimeError,
            B::UnicodeError => B::ValueError,
            B::UnicodeDecodeError | B::UnicodeEncodeError => B::UnicodeError,
            B::UserWarning | B::DeprecationWarning | B::RuntimeWarning => B::Warning,
            _ => B::Object,
        })
    }

    /// Whether it is `ancestor` or derives from it.
    pub fn is_subclass_of(self, ancestor: B) -> bool {
        let mut ty = Some(self);
        while let Some(here) = ty {
            if here == ancestor {
                return true;
            }
            ty = here.base();
        }
        false
    }

    /// Whether it is an exception class.
    pub fn is_exception(self) -> bool {
        self.is_subclass_of(B::BaseException)
    }

    /// Whether its instances can change: the contract's sense of *mutable*, for types that the program does not define.
    pub fn is_mutable(self) -> bool {
        matches!(
            self,
            B::List
                | B::Dict
                | B::Set
                | B::ByteArray
                | B::Deque
                | B::OrderedDict
                | B::DefaultDict
                | B::Counter
        )
    }

    /// Whether an instance holds no reference that the program could follow or count: numbers, text, singletons.
    pub fn is_atom(self) -> bool {
        matches!(
            self,
            B::NoneType
                | B::Bool
                | B::Int
                | B::Float
                | B::Complex
                | B::Str
                | B::Bytes
                | B::ByteArray
                | B::Ellipsis
                | B::NotImplementedType
        )
    }
}
