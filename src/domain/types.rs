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
    SequenceIterator "iterator",
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
    // Of the standard library
    SimpleNamespace "types.SimpleNamespace", GenericAlias "types.GenericAlias", UnionType "types.UnionType", TypingAlias "typing._GenericAlias", TypeVar "typing.TypeVar", WeakRef "weakref.ReferenceType", Date "datetime.date", Time "datetime.time", DateTime "datetime.datetime", TimeDelta "datetime.timedelta", TimeZone "datetime.timezone", Decimal "decimal.Decimal", Fraction "fractions.Fraction", PosixPath "pathlib.PosixPath", PurePosixPath "pathlib.PurePosixPath", Uuid "uuid.UUID", Lock "_thread.lock", RLock "_thread.RLock", Event "threading.Event", Thread "threading.Thread", ThreadLocal "_thread._local", Partial "functools.partial", ItemGetter "operator.itemgetter", AttrGetter "operator.attrgetter", MethodCaller "operator.methodcaller", Count "itertools.count", Cycle "itertools.cycle", Repeat "itertools.repeat", Chain "itertools.chain", ISlice "itertools.islice", Accumulate "itertools.accumulate", StarMap "itertools.starmap", TakeWhile "itertools.takewhile", DropWhile "itertools.dropwhile", GroupBy "itertools.groupby", Compress "itertools.compress", ZipLongest "itertools.zip_longest", Pairwise "itertools.pairwise", FilterFalse "itertools.filterfalse", Product "itertools.product", Permutations "itertools.permutations", Combinations "itertools.combinations", CombinationsWithReplacement "itertools.combinations_with_replacement", LruCacheWrapper "functools._lru_cache_wrapper", CachedProperty "functools.cached_property", ChainMap "collections.ChainMap", UserDict "collections.UserDict", UserList "collections.UserList", UserString "collections.UserString", Match "re.Match", Pattern "re.Pattern", StringIO "_io.StringIO", BytesIO "_io.BytesIO", TextIOWrapper "_io.TextIOWrapper", Random "random.Random", StructTime "time.struct_time", Queue "queue.Queue", Template "string.Template", WeakKeyDictionary "weakref.WeakKeyDictionary", WeakValueDictionary "weakref.WeakValueDictionary", WeakSet "_weakrefset.WeakSet", ExitStack "contextlib.ExitStack", NullContext "contextlib.nullcontext", ContextDecoratorHelper "contextlib._GeneratorContextManager", Abc "abc.ABC", Protocol "typing.Protocol", Generic "typing.Generic", Enum "enum.Enum", IntEnum "enum.IntEnum", StrEnum "enum.StrEnum", Flag "enum.Flag", IntFlag "enum.IntFlag", EnumAuto "enum.auto", DataField "dataclasses.Field", Array "array.array", Hash "_hashlib.HASH", Logger "logging.Logger", ArgumentParser "argparse.ArgumentParser", ArgumentNamespace "argparse.Namespace",
}

impl B {
    /// The type with this contract name.
    pub fn named(name: &str) -> Option<B> {
        B::ALL.iter().copied().find(|ty| ty.name() == name)
    }

    /// Its row in the measured tables of sizes and names, where all its instances weigh the same.
    pub fn row(self) -> Option<&'static str> {
        Some(match self {
            B::SimpleNamespace => "simple_namespace",
            B::GenericAlias => "generic_alias",
            B::UnionType => "union",
            B::TypingAlias => "typing_alias",
            B::TypeVar => "typevar",
            B::WeakRef => "weakref",
            B::Date => "date",
            B::Time => "time",
            B::DateTime => "datetime",
            B::TimeDelta => "timedelta",
            B::TimeZone => "timezone",
            B::Decimal => "Decimal",
            B::Fraction => "Fraction",
            B::PosixPath => "Path",
            B::PurePosixPath => "PurePosixPath",
            B::Uuid => "UUID",
            B::Lock => "Lock",
            B::RLock => "RLock",
            B::Event => "Event",
            B::Thread => "Thread",
            B::ThreadLocal => "local",
            B::Partial => "partial",
            B::ItemGetter => "itemgetter",
            B::AttrGetter => "attrgetter",
            B::MethodCaller => "methodcaller",
            B::Count => "count",
            B::Cycle => "cycle",
            B::Repeat => "repeat",
            B::Chain => "chain",
            B::ISlice => "islice",
            B::Accumulate => "accumulate",
            B::StarMap => "starmap",
            B::TakeWhile => "takewhile",
            B::DropWhile => "dropwhile",
            B::GroupBy => "groupby",
            B::Compress => "compress",
            B::ZipLongest => "zip_longest",
            B::Pairwise => "pairwise",
            B::FilterFalse => "filterfalse",
            B::LruCacheWrapper => "lru_cache_wrapper",
            B::CachedProperty => "cached_property",
            B::ChainMap => "ChainMap",
            B::UserDict => "UserDict",
            B::UserList => "UserList",
            B::UserString => "UserString",
            B::Random => "Random",
            B::StructTime => "struct_time",
            B::Queue => "Queue",
            B::Template => "Template",
            B::WeakKeyDictionary => "WeakKeyDictionary",
            B::WeakValueDictionary => "WeakValueDictionary",
            B::WeakSet => "WeakSet",
            B::ExitStack => "ExitStack",
            B::NullContext => "nullcontext",
            _ => return None,
        })
    }

    /// Its metaclass, and that of the classes that derive from it, where that is not `type`; empty where its name
    /// depends on the version.
    pub fn metaclass(self) -> Option<&'static str> {
        match self {
            B::Abc
            | B::ChainMap
            | B::UserDict
            | B::UserList
            | B::UserString
            | B::ExitStack
            | B::NullContext
            | B::ContextDecoratorHelper
            | B::Fraction
            | B::WeakKeyDictionary
            | B::WeakValueDictionary => Some("abc.ABCMeta"),
            B::Protocol => Some("typing._ProtocolMeta"),
            B::Enum | B::IntEnum | B::StrEnum | B::Flag | B::IntFlag | B::Template => Some(""),
            _ => None,
        }
    }

    /// Its base class (`object` for all but a few; none for `object`).
    pub fn base(self) -> Option<B> {
        Some(match self {
            B::Object => return None,
            B::Bool => B::Int,
            B::DateTime => B::Date,
            B::PosixPath => B::PurePosixPath,
            B::IntEnum | B::StrEnum | B::Flag | B::IntFlag => B::Enum,
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
        // Enumerations that are numbers or text have two bases.
        match (self, ancestor) {
            (B::IntEnum | B::IntFlag, B::Int) | (B::StrEnum, B::Str) | (B::IntFlag, B::Flag) => {
                return true;
            }
            _ => {}
        }
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
