"""The records and data structures of structures.hpp and lifted.hpp, as Cython sees them."""

from libc.stdint cimport int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libcpp cimport bool as cbool
from libcpp.memory cimport unique_ptr
from libcpp.vector cimport vector


cdef extern from "structures.hpp" namespace "heurgen" nogil:
    uint64_t key_low(uint64_t code)
    uint64_t key_high(uint64_t code)
    uint64_t mix(uint64_t value)

    cdef cppclass Divisor:
        Divisor()
        Divisor(uint32_t)
        uint32_t value
        uint32_t divide(uint32_t)

    cdef cppclass Interner:
        Interner(int) except +
        int64_t find(const uint32_t*)
        uint32_t intern(const uint32_t*) except +
        const uint32_t* key(uint32_t)
        uint32_t size()
        int width()

    cdef cppclass Term "heurgen::Form::Term":
        uint32_t param
        uint32_t stride

    cdef cppclass Form:
        Form() except +
        int64_t base
        vector[Term] terms
        Interner* interner
        int64_t offset
        vector[uint32_t] prefix
        vector[int32_t] key_params
        vector[uint32_t] key_constants
        cbool dense()
        int64_t dense_code(const uint32_t*)
        int64_t find(const uint32_t*)
        int64_t intern(const uint32_t*) except +

    cdef cppclass Bucket:
        uint32_t* data
        uint32_t size
        uint32_t position(uint32_t)

    cdef cppclass Index:
        Index(vector[int], vector[uint32_t], vector[uint32_t], size_t) except +
        cbool insert(uint32_t, const uint32_t*) except +
        void erase(uint32_t, const uint32_t*)
        Interner* keys()
        const Bucket* at(int64_t)
        int64_t number(const uint32_t*)

    cdef cppclass Node:
        uint64_t hash_low
        uint64_t hash_high
        uint64_t action
        uint32_t parent
        uint32_t changes
        uint32_t depth
        uint16_t schema
        uint16_t flags

    cdef const uint32_t NO_NODE
    cdef const uint16_t NODE_CLOSED
    cdef const uint16_t NODE_DEAD_END

    cdef cppclass NodeTable:
        NodeTable() except +
        Node& operator[](uint32_t)
        uint32_t size()
        void prefetch(uint64_t)
        uint32_t find(uint64_t, uint64_t)
        uint32_t add(uint64_t, uint64_t) except +
        size_t bytes()
        vector[uint32_t] wide

    cdef cppclass OpenList:
        OpenList() except +
        cbool empty()
        size_t size()
        void push(double, double, uint32_t) except +
        double least()
        uint32_t pop()


cdef extern from "lifted.hpp" namespace "heurgen" nogil:
    cdef cppclass TypeSet:
        TypeSet() except +
        uint32_t low
        uint32_t high
        const uint8_t* mask
        cbool holds(uint32_t)

    cdef cppclass PredicateInfo:
        PredicateInfo() except +
        int arity
        cbool fluent
        cbool dense
        int64_t base
        int64_t space
        vector[uint32_t] lows
        vector[uint32_t] sizes
        vector[uint32_t] strides

    cdef cppclass TermList:
        TermList() except +
        vector[int32_t] params
        vector[uint32_t] constants
        uint32_t value(size_t, const uint32_t*)
        void values(const uint32_t*, uint32_t*)

    cdef cppclass LiteralInfo:
        LiteralInfo() except +
        int predicate
        cbool positive
        TermList terms

    cdef cppclass EffectInfo:
        EffectInfo() except +
        int predicate
        cbool adds
        TermList terms
        Form code
        vector[uint32_t] rivals

    cdef cppclass SchemaInfo:
        SchemaInfo() except +
        vector[TypeSet] params
        vector[uint32_t] shifts
        vector[uint32_t] masks
        cbool wide
        vector[LiteralInfo] precondition
        vector[EffectInfo] effects
        cbool rescues(const EffectInfo&, const uint32_t*, int64_t)

    cdef cppclass Relation:
        Relation() except +
        int arity
        uint32_t count
        vector[uint32_t] rows
        vector[uint8_t] bits
        unique_ptr[Interner] members
        cbool has(const Form&, const uint32_t*)

    cdef cppclass RowIndex:
        RowIndex() except +
        int width
        vector[uint32_t] starts
        vector[uint32_t] entries
        unique_ptr[Interner] keys
        uint32_t distinct

    cdef cppclass Bind:
        Bind() except +
        int param
        uint32_t position
        cbool repeated
        cbool typed
        TypeSet type
        uint32_t low
        Divisor stride
        vector[int] earlier

    cdef enum CheckKind:
        CHECK_FLUENT
        CHECK_STATIC
        CHECK_EQUAL

    cdef cppclass Check:
        Check() except +
        CheckKind kind
        cbool wanted
        Form code
        const Relation* relation
        TermList sides

    cdef enum LevelKind:
        LEVEL_BUCKET
        LEVEL_ROWS
        LEVEL_RANGE

    cdef cppclass Level:
        Level() except +
        LevelKind kind
        int spec
        int predicate
        cbool dense
        Form key
        Form first
        const RowIndex* rows
        vector[Bind] binds
        uint32_t start "from"
        uint32_t end "to"
        vector[Check] checks
        vector[int] guards
        int param
        TypeSet type
        vector[int] earlier

    cdef cppclass Plan:
        Plan() except +
        int schema
        vector[Check] checks
        vector[int] guards
        vector[Level] levels

    cdef cppclass Frame:
        Frame() except +
        const uint32_t* data
        uint32_t at
        uint32_t end
        int64_t first
        vector[uint32_t] chosen

    cdef cppclass Cursor:
        Cursor() except +
        vector[Frame] frames
        vector[uint32_t] binding
        int depth
