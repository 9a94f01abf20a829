// The compiled form of a lifted task: plain records that task.pyx fills in and the algorithms read.
#pragma once

#include "structures.hpp"

namespace heurgen {

// The objects a parameter may take: a range of object numbers, with a mask where the range has holes.
struct TypeSet {
    uint32_t low = 0, high = 0;
    const uint8_t* mask = nullptr;      // per object, not owned; null: every object of the range

    bool holds(uint32_t object) const {
        return object >= low && object < high && (!mask || mask[object]);
    }
};

struct PredicateInfo {
    int arity = 0;
    bool fluent = false;
    bool dense = true;
    int64_t base = 0;                   // code of the first atom
    int64_t space = 1;                  // number of codes, where dense
    std::vector<uint32_t> lows, sizes, strides;     // per position
};

// A term list: per position a parameter, or -1 and a constant.
struct TermList {
    std::vector<int32_t> params;
    std::vector<uint32_t> constants;

    uint32_t value(size_t position, const uint32_t* binding) const {
        return params[position] < 0 ? constants[position] : binding[params[position]];
    }
    void values(const uint32_t* binding, uint32_t* out) const {
        for (size_t i = 0; i < params.size(); ++i) out[i] = value(i, binding);
    }
};

struct LiteralInfo {
    int predicate = -1;                 // -1: equality
    bool positive = true;
    TermList terms;
};

struct EffectInfo {
    int predicate = 0;
    bool adds = true;
    TermList terms;
    Form code;
    std::vector<uint32_t> rivals;       // of a delete effect: the add effects that may name the same atom
};

struct SchemaInfo {
    std::vector<TypeSet> params;
    std::vector<uint32_t> shifts, masks;    // where each argument sits in a node's 64 bits
    bool wide = false;                      // too large for that: goes to NodeTable::wide
    std::vector<LiteralInfo> precondition;
    std::vector<EffectInfo> effects;        // deletes first

    // Whether the atom that a delete effect names is added by the same action.
    bool rescues(const EffectInfo& deletion, const uint32_t* binding, int64_t code) const {
        for (uint32_t rival : deletion.rivals)
            if (effects[rival].code.find(binding) == code) return true;
        return false;
    }
};

// A predicate that no action changes: its rows in lexicographic order, and a membership test.
struct Relation {
    int arity = 0;
    uint32_t count = 0;
    std::vector<uint32_t> rows;             // count * arity
    std::vector<uint8_t> bits;              // by dense code; empty where the space is too large
    std::unique_ptr<Interner> members;      // then this

    bool has(const Form& form, const uint32_t* binding) const {
        return bits.empty() ? form.find(binding) >= 0 : bits[form.dense_code(binding)] != 0;
    }
};

// The rows of a relation by the values at some positions; holds the values at the other ones.
struct RowIndex {
    int width = 0;                          // values per entry
    std::vector<uint32_t> starts;           // per key number, and one more
    std::vector<uint32_t> entries;
    std::unique_ptr<Interner> keys;         // null: keys are mixed-radix numbers
    uint32_t distinct = 0;                  // keys that have a row
};

struct Bind {
    int param = 0;
    uint32_t position = 0;                  // among the predicate's arguments (fluent) or an entry's values (rows)
    bool repeated = false;                  // bound earlier in the same atom: compare instead
    bool typed = false;                     // the parameter's type is narrower than the position's
    TypeSet type;
    uint32_t low = 0;                       // decoding a dense code
    Divisor stride;
    std::vector<int> earlier;               // parameters bound before that may hold interchangeable objects
};

enum CheckKind : uint8_t { CHECK_FLUENT, CHECK_STATIC, CHECK_EQUAL };

struct Check {
    CheckKind kind = CHECK_FLUENT;
    bool wanted = true;
    Form code;
    const Relation* relation = nullptr;
    TermList sides;                         // of an equality
};

enum LevelKind : uint8_t { LEVEL_BUCKET, LEVEL_ROWS, LEVEL_RANGE };

// One step of a join: goes through candidates for some parameters, then tests what is known by then.
struct Level {
    LevelKind kind = LEVEL_RANGE;
    int spec = -1;                          // bucket: which index of the world
    int predicate = -1;
    bool dense = true;
    Form key;                               // number of the key in the index
    Form first;                             // bucket: the code with the unbound positions at their lowest
    const RowIndex* rows = nullptr;
    std::vector<Bind> binds;                // in order of falling stride
    uint32_t from = 0, to = UINT32_MAX;     // bucket, dense: codes of the first bind's type, counted from `first`
    std::vector<Check> checks;
    std::vector<int> guards;                // later levels that must find something, known by now
    int param = -1;                         // range: which parameter, and its objects
    TypeSet type;
    std::vector<int> earlier;               // as in Bind
};

struct Plan {
    int schema = 0;
    std::vector<Check> checks;              // before the first level
    std::vector<int> guards;
    std::vector<Level> levels;
};

// Where a join stands, so that it can pause between two of its answers.
struct Frame {
    const uint32_t* data = nullptr;
    uint32_t at = 0, end = 0;
    int64_t first = 0;
    std::vector<uint32_t> chosen;           // what `data` points to where only some of a bucket are gone through
};

struct Cursor {
    std::vector<Frame> frames;
    std::vector<uint32_t> binding;
    int depth = -1;                         // -1: not started, -2: exhausted
};

}  // namespace heurgen
